"""More of `quirk_samples`: quirks of grammar, and of forms that nobody reports a server by."""

OK = b"a1 OK x\r\n"
ANN = b'("Ann \\"A\\"" NIL "ann" "x.test")'
ENVELOPE = b'("1 Jan" "=?utf-8?q?H=C3=A4?=" (%b) NIL NIL NIL NIL NIL "<0@x>" "<1@x>")' % ANN
PART = b'("text" "plain" NIL NIL NIL "7bit" 5 1 NIL NIL NIL NIL)'
RFC822 = b'("message" "rfc822" NIL NIL NIL "7bit" 90 %b %b 3 NIL NIL NIL NIL)' % (ENVELOPE, PART)
HEADER = b"BODY[HEADER] {8}\r\nA: b\r\n\r\n"


def fetched(items: bytes) -> bytes:
    return b"* 2 FETCH (" + items + b")\r\n"


def envelope(old: bytes = b"", new: bytes = b"") -> bytes:
    return fetched(b"ENVELOPE " + (ENVELOPE.replace(old, new) if old else ENVELOPE))


def structure(part: bytes) -> bytes:
    return fetched(b"BODYSTRUCTURE " + part)


# fmt: off
SPELLINGS = {
    "case.mixed": ("FETCH", "", fetched(b"UID 8") + b"* SEARCH\r\n" + OK,
                   b"* 2 Fetch (UID 8)\r\n* Search\r\n" + OK),
    "tag.duplicate": ("NOOP", "", OK, OK + OK),
    "line.empty_between": ("NOOP", "", b"* 1 EXISTS\r\n" + OK, b"* 1 EXISTS\r\n\r\n" + OK),
    "code.unclosed": ("SELECT", "", b"* OK [UIDNEXT 1] x\r\na1 OK [READ-WRITE] x\r\n",
                      b"* OK [UIDNEXT 1] x\r\na1 OK [READ-WRITE x\r\n"),
    "code.unknown": ("NOOP", "", OK, b"a1 OK [XYZZY 5] x\r\n"),
    "text.8bit": ("NOOP", "", OK, b"a1 OK Termin\xe9\r\n"),
    "space.double": ("FETCH", "", fetched(b"UID 8 FLAGS (A B)"), fetched(b"UID 8  FLAGS (A B)")),
    "lit.too_short": ("FETCH", "", fetched(b"BODY[] {4}\r\nA)\r\n"),
                      fetched(b"BODY[] {3}\r\nA)\r\n")),
    "lit.huge": ("FETCH", "", fetched(b"BODY[] {4}\r\nA)\r\n"),
                 fetched(b"BODY[] {4294967296}\r\nA)\r\n")),
    "str.atom_for_body": ("FETCH", "", fetched(b'BODY[1] {2}\r\nHi BODY[2] "a b" BODY[3] "ab"'),
                          fetched(b'BODY[1] Hi BODY[2] "a b" BODY[3] ab')),
    "str.unescaped_quote": ("FETCH", "", envelope(), envelope(b'\\"A\\"', b'"A"')),
    "env.raw_8bit_subject": ("FETCH", "", envelope(),
                             envelope(b"=?utf-8?q?H=C3=A4?=", b"H\xc3\xa4")),
    "fetch.header_nil": ("FETCH", "", fetched(HEADER + b' BODY[1] "x"'),
                         fetched(b'BODY[HEADER] NIL BODY[1] "x"')),
    "fetch.header_without_blank_line": ("FETCH", "", fetched(HEADER),
                                        fetched(b"BODY[HEADER] {6}\r\nA: b\r\n")),
    "date.no_space": ("FETCH", "", fetched(b'INTERNALDATE " 1-Feb-2026 01:02:03 +0000"'),
                      fetched(b'INTERNALDATE "1-Feb-2026 01:02:03 +0000"')),
    "date.bad_zone": ("FETCH", "", fetched(b'INTERNALDATE " 1-Feb-2026 01:02:03 +0000"'),
                      fetched(b'INTERNALDATE " 1-Feb-2026 01:02:03 GMT"')),
    "env.nil_lists": ("FETCH", "", envelope(), envelope(b"(%b)" % ANN, b"NIL")),
    "env.nil_mailbox": ("FETCH", "", envelope(), envelope(b'"ann"', b"NIL")),
    "env.missing_in_reply_to": ("FETCH", "", envelope(), envelope(b' "<0@x>"', b"")),
    "env.missing_message_id": ("FETCH", "", envelope(), envelope(b' "<1@x>"', b"")),
    "env.bad_date": ("FETCH", "", envelope(), envelope(b'"1 Jan"', b'"some day"')),
    "bs.missing_subtype": ("FETCH", "", structure(PART), structure(PART.replace(b' "plain"', b""))),
    "bs.empty_type": ("FETCH", "", structure(PART),
                      structure(PART.replace(b'"text" "plain"', b'"" ""'))),
    "bs.encoding_nil": ("FETCH", "", structure(PART), structure(PART.replace(b'"7bit"', b"NIL"))),
    "bs.rfc822_empty_parens": ("FETCH", "", structure(RFC822),
                               structure(RFC822.replace(ENVELOPE, b"()"))),
    "bs.extension_data": ("FETCH", "", structure(PART), structure(PART[:-1] + b' ("x-future" 7))')),
    "permflags.empty": ("SELECT", "", b"* OK [PERMANENTFLAGS (\\Seen \\*)] x\r\n",
                        b"* OK [PERMANENTFLAGS ()] x\r\n"),
    "recent.always_zero": ("SELECT", "", b"* 3 EXISTS\r\n* 3 RECENT\r\n",
                           b"* 3 EXISTS\r\n* 0 RECENT\r\n"),
    "list.nil_delimiter": ("LIST", "", b'* LIST () "/" "A/B"\r\n', b'* LIST () NIL "A/B"\r\n'),
    "list.empty_delimiter": ("LIST", "", b'* LIST () "/" "A/B"\r\n', b'* LIST () "" "A/B"\r\n'),
    "list.bad_mutf7": ("LIST", "", b'* LIST () "/" "Entw&APw-rfe"\r\n* LIST () "/" A-B\r\n',
                       b'* LIST () "/" "Entw&APwrfe"\r\n* LIST () "/" A-B\r\n'),
    "unsol.alert": ("NOOP", "", OK, b"* OK [ALERT] System shutdown in 10 minutes\r\n" + OK),
    "expunge.double": ("EXPUNGE", "", b"* 2 EXPUNGE\r\n* 1 EXPUNGE\r\n" + OK,
                       b"* 2 EXPUNGE\r\n" * 2 + b"* 1 EXPUNGE\r\n" * 2 + OK),
}
