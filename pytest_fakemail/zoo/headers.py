"""Headers: encoded words, parameters, fields that are missing, doubled or do not end."""

from pytest_fakemail.zoo.entry import Entry, Reading, entry, message, octets

_BODY = "\nHello\n"


def _subject(name: str, value: str) -> bytes:
    return message(name, f"Subject: {value}\n{_BODY}")


ENTRIES: tuple[Entry, ...] = (
    entry(
        "encoded-word-adjacent",
        "header rfc2047",
        "Two encoded words; the blank between them is no part of the text.",
        _subject("encoded-word-adjacent", "=?utf-8?q?Gr=C3=BC?= =?utf-8?q?=C3=9Fe?="),
        Reading(subject="Grüße"),
    ),
    entry(
        "encoded-word-split-character",
        "header rfc2047",
        "A character of UTF-8 is cut in two by the border of encoded words.",
        _subject("encoded-word-split-character", "=?utf-8?b?R3LD?= =?utf-8?b?vMOfZQ==?="),
        Reading(subject="Grüße"),
    ),
    entry(
        "encoded-word-with-blanks",
        "header rfc2047",
        "An encoded word with a blank in it, which RFC 2047 forbids.",
        _subject("encoded-word-with-blanks", "=?utf-8?q?two words?="),
    ),
    entry(
        "encoded-word-unknown-charset",
        "header rfc2047 charset",
        "An encoded word in a charset that nobody knows.",
        _subject("encoded-word-unknown-charset", "=?x-klingon?q?hello?="),
    ),
    entry(
        "encoded-word-in-quotes",
        "header rfc2047 address",
        "An encoded word in quotes, where RFC 2047 forbids one and Outlook wrote it.",
        octets(
            """
            From: "=?utf-8?q?J=C3=B6rg?=" <joerg@example.test>
            To: bob@example.test
            Subject: quoted

            Hello
            """
        ),
        Reading(from_=("joerg@example.test",)),
    ),
    entry(
        "subject-raw-utf8",
        "header charset eai",
        "A subject in UTF-8 without any encoding (RFC 6532).",
        _subject("subject-raw-utf8", "Grüße aus Köln"),
        Reading(subject="Grüße aus Köln"),
    ),
    entry(
        "subject-raw-latin1",
        "header charset",
        "A subject in raw Latin-1, which no RFC ever allowed.",
        message("subject-raw-latin1", "Subject: Grüße\n\nHello\n", "latin-1"),
    ),
    entry(
        "subject-folded",
        "header",
        "A subject on three lines, folded with a tab and with blanks.",
        _subject("subject-folded", "quarterly\n\tbudget\n   report"),
    ),
    entry(
        "subject-empty",
        "header",
        "A Subject field with nothing in it.",
        _subject("subject-empty", ""),
        Reading(subject=""),
    ),
    entry(
        "subject-very-long",
        "header limits",
        "A subject of 4,000 characters on one line.",
        _subject("subject-very-long", "long " * 799 + "end"),
    ),
    entry(
        "subject-zero-width",
        "header unicode lookalike",
        "Zero-width characters between the letters: it looks like another subject.",
        _subject("subject-zero-width", "In\u200bvoice\u200d 7"),
        Reading(subject="In\u200bvoice\u200d 7"),
    ),
    entry(
        "subject-right-to-left",
        "header unicode bidi",
        "A Hebrew subject with a number in it.",
        _subject("subject-right-to-left", "=?utf-8?b?15fXqdeR15XXoNeZ16og?= 42"),
        Reading(subject="חשבונית  42"),
    ),
    entry(
        "subject-bidi-override",
        "header unicode bidi lookalike",
        "An override turns the end of the text around: a program looks like a picture.",
        _subject("subject-bidi-override", "photo\u202egpj.exe"),
        Reading(subject="photo\u202egpj.exe"),
    ),
    entry(
        "subject-emoji",
        "header unicode",
        "A family of seven code points, and a flag.",
        _subject("subject-emoji", "=?utf-8?b?8J+RqOKAjfCfkanigI3wn5Gn4oCN8J+RpiDwn4ez8J+Htw==?="),
        Reading(subject="👨\u200d👩\u200d👧\u200d👦 🇳🇷"),
    ),
    entry(
        "missing-date-and-id",
        "header missing",
        "Neither Date nor Message-ID.",
        octets("From: ann@example.test\nTo: bob@example.test\nSubject: bare\n\nHello\n"),
        Reading(subject="bare"),
    ),
    entry(
        "missing-from",
        "header missing address",
        "No From field.",
        octets("To: bob@example.test\nSubject: nobody\n\nHello\n"),
        Reading(subject="nobody", from_=()),
    ),
    entry(
        "missing-everything",
        "header missing",
        "No header at all: it begins with the empty line.",
        b"\r\nHello\r\n",
        Reading(subject="", text="Hello"),
    ),
    entry(
        "missing-body",
        "body missing",
        "A header and nothing else, not even the empty line.",
        b"From: ann@example.test\r\nSubject: no body\r\n",
        Reading(subject="no body", text=""),
    ),
    entry(
        "empty",
        "header body missing",
        "No octet.",
        b"",
        Reading(subject="", text=""),
    ),
    entry(
        "doubled-subject",
        "header doubled",
        "Two subjects; readers disagree which to show.",
        _subject("doubled-subject", "first\nSubject: second"),
    ),
    entry(
        "doubled-from",
        "header doubled address",
        "Two From fields with different senders, a trick of phishing.",
        octets(
            "From: boss@example.test\nFrom: evil@attacker.test\nTo: bob@example.test\n"
            "Subject: pay\n\nNow.\n"
        ),
    ),
    entry(
        "header-without-end",
        "header broken",
        "No empty line between the header and the text.",
        octets("From: ann@example.test\nSubject: x\nhello there\nhow are you\n"),
        Reading(subject="x"),
    ),
    entry(
        "header-with-blank-before-colon",
        "header broken",
        "Blanks between the name and the colon, as RFC 822 allowed.",
        octets("From : ann@example.test\nSubject : obsolete\n\nHello\n"),
        Reading(subject="obsolete"),
    ),
    entry(
        "header-mbox-line",
        "header broken mbox",
        "The first line is mbox's From line, which is no field.",
        octets(
            "From ann@example.test Mon Jan  5 09:30:00 2026\nFrom: ann@example.test\n"
            "Subject: from a file\n\nHello\n"
        ),
    ),
    entry(
        "header-indented",
        "header broken",
        "Every line is indented, as by an editor.",
        b"    From: ann@example.test\r\n    Subject: indented\r\n\r\n    Hello\r\n",
    ),
    entry(
        "header-nul",
        "header broken control",
        "A NUL in the subject.",
        b"From: ann@example.test\r\nSubject: a\0b\r\n\r\nHello\r\n",
    ),
    entry(
        "header-bare-cr",
        "header broken control newline",
        "A lone CR in the subject, which some programs take for the end of the line.",
        b"From: ann@example.test\r\nSubject: a\rBcc: eve@example.test\r\n\r\nHello\r\n",
    ),
    entry(
        "newlines-lf-only",
        "newline",
        "Every line ends in LF alone.",
        b"From: ann@example.test\nSubject: unix\n\nHello\nthere\n",
        Reading(subject="unix", text="Hello\nthere"),
    ),
    entry(
        "newlines-mixed",
        "newline",
        "Lines end in CRLF, in LF and in CR.",
        b"From: ann@example.test\r\nSubject: mixed\n\r\none\ntwo\rthree\r\n",
        Reading(subject="mixed"),
    ),
    entry(
        "date-without-zone",
        "header date",
        "A date without a time zone.",
        octets("From: a@example.test\nDate: Mon, 5 Jan 2026 09:30:00\nSubject: zone\n\nHello\n"),
    ),
    entry(
        "date-two-digits",
        "header date old",
        "A year of two digits and a zone by name (RFC 5322 §4.3).",
        octets("From: a@example.test\nDate: 5 Jan 98 09:30 EST\nSubject: old\n\nHello\n"),
    ),
    entry(
        "date-nonsense",
        "header date broken",
        "A date that is none.",
        octets("From: a@example.test\nDate: yesterday\nSubject: when\n\nHello\n"),
    ),
    entry(
        "references-hundreds",
        "header limits thread",
        "A thread of 400 ancestors.",
        message(
            "references-hundreds",
            "Subject: Re: long\nReferences: "
            + "\n ".join(f"<{number}@example.test>" for number in range(400))
            + "\n\nHello\n",
        ),
        Reading(subject="Re: long"),
    ),
    entry(
        "encoded-word-in-list-unsubscribe",
        "header rfc2047 list",
        "Python's own library folds a long link into an encoded word, where none may stand.",
        message(
            "encoded-word-in-list-unsubscribe",
            "Subject: sale\nList-Unsubscribe: =?utf-8?q?=3Chttps=3A//e=2Etest/uuuu=3E?=\n\nHi\n",
        ),
        Reading(subject="sale"),
    ),
)
