"""Attachments: names in every encoding, sizes, types that lie, TNEF, archives."""

import gzip
from base64 import b64encode, encodebytes

from pytest_fakemail.zoo.entry import Entry, Reading, entry, message

_MIXED = (
    "Subject: file\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
    "--b\nContent-Type: text/plain\n\nSee the file.\n--b\n"
)


def _file(name: str, fields: str, body: bytes = b"ZmlsZQ==") -> bytes:
    head = message(name, _MIXED + fields + "\n")
    return head + body + b"\r\n--b--\r\n"


def _named(name: str, disposition: str) -> bytes:
    fields = (
        "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
        f"Content-Disposition: {disposition}\n"
    )
    return _file(name, fields)


def _large() -> bytes:
    content = bytes(range(256)) * (20 * 1024 * 1024 // 256)
    fields = (
        "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment; filename=large.bin\n"
    )
    return _file("attachment-20-megabytes", fields, encodebytes(content).replace(b"\n", b"\r\n"))


def _tnef() -> bytes:
    """Return a winmail.dat: the signature, a key, one attribute (a message class)."""
    value = b"IPM.Microsoft Mail.Note\0"
    checksum = (sum(value) & 0xFFFF).to_bytes(2, "little")
    attribute = b"\x01" + (0x00078008).to_bytes(4, "little") + len(value).to_bytes(4, "little")
    tnef = (0x223E9F78).to_bytes(4, "little") + b"\x01\x00" + attribute + value + checksum
    fields = (
        "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n"
        "Content-Disposition: attachment; filename=winmail.dat\n"
    )
    return _file("attachment-tnef", fields, b64encode(tnef))


ENTRIES: tuple[Entry, ...] = (
    entry(
        "attachment-name-rfc2231",
        "attachment rfc2231",
        "A file name in UTF-8, as RFC 2231 writes it.",
        _named("attachment-name-rfc2231", "attachment; filename*=utf-8''R%C3%A9sum%C3%A9.pdf"),
        Reading(text="See the file.", attachments=("Résumé.pdf",)),
    ),
    entry(
        "attachment-name-rfc2231-pieces",
        "attachment rfc2231",
        "A file name in pieces, some encoded and some not, out of order.",
        _named(
            "attachment-name-rfc2231-pieces",
            "attachment; filename*1=\"ce 7\"; filename*0*=utf-8''Invoi; filename*2=.pdf",
        ),
        Reading(attachments=("Invoice 7.pdf",)),
    ),
    entry(
        "attachment-name-encoded-word",
        "attachment rfc2047",
        "A file name as an encoded word, which is forbidden and common.",
        _named(
            "attachment-name-encoded-word",
            'attachment; filename="=?utf-8?q?R=C3=A9sum=C3=A9=2Epdf?="',
        ),
        Reading(attachments=("Résumé.pdf",)),
    ),
    entry(
        "attachment-name-unquoted-blanks",
        "attachment broken",
        "A file name with blanks and no quotes.",
        _named("attachment-name-unquoted-blanks", "attachment; filename=Invoice of May.pdf"),
        Reading(attachments=("Invoice of May.pdf",)),
    ),
    entry(
        "attachment-name-raw-utf8",
        "attachment eai",
        "A file name in raw UTF-8.",
        _named("attachment-name-raw-utf8", 'attachment; filename="Résumé.pdf"'),
        Reading(attachments=("Résumé.pdf",)),
    ),
    entry(
        "attachment-name-with-path",
        "attachment security",
        "A file name that climbs out of the directory.",
        _named("attachment-name-with-path", 'attachment; filename="../../etc/passwd"'),
        Reading(attachments=("../../etc/passwd",)),
    ),
    entry(
        "attachment-name-two-extensions",
        "attachment security lookalike",
        "A program that looks like a document.",
        _named("attachment-name-two-extensions", 'attachment; filename="invoice.pdf.exe"'),
        Reading(attachments=("invoice.pdf.exe",)),
    ),
    entry(
        "attachment-nameless",
        "attachment",
        "An attachment without a name.",
        _named("attachment-nameless", "attachment"),
        Reading(attachments=(None,)),
    ),
    entry(
        "attachment-same-names",
        "attachment",
        "Two files of one name.",
        message(
            "attachment-same-names",
            "Subject: twins\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
            "--b\nContent-Type: text/plain\n\nTwo.\n"
            "--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename=a.csv\n\n1\n"
            "--b\nContent-Type: text/csv\nContent-Disposition: attachment; filename=a.csv\n\n2\n"
            "--b--\n",
        ),
        Reading(attachments=("a.csv", "a.csv")),
    ),
    entry(
        "attachment-empty",
        "attachment",
        "A file of no octets.",
        _file(
            "attachment-empty",
            "Content-Type: text/csv\nContent-Disposition: attachment; filename=empty.csv\n",
            b"",
        ),
        Reading(attachments=("empty.csv",)),
    ),
    entry(
        "attachment-type-lies",
        "attachment security",
        "It says that it is a picture and is a program.",
        _file(
            "attachment-type-lies",
            "Content-Type: image/png\nContent-Transfer-Encoding: base64\n"
            "Content-Disposition: attachment; filename=cat.png\n",
            b64encode(b"MZ\x90\x00"),
        ),
        Reading(attachments=("cat.png",)),
    ),
    entry(
        "attachment-gzip",
        "attachment",
        "A report packed with gzip.",
        _file(
            "attachment-gzip",
            "Content-Type: application/gzip\nContent-Transfer-Encoding: base64\n"
            "Content-Disposition: attachment; filename=report.xml.gz\n",
            b64encode(gzip.compress(b"<report/>", mtime=0)),
        ),
        Reading(attachments=("report.xml.gz",)),
    ),
    entry(
        "attachment-tnef",
        "attachment outlook",
        "Outlook's winmail.dat.",
        _tnef,
        Reading(attachments=("winmail.dat",)),
    ),
    entry(
        "attachment-alone",
        "attachment",
        "The whole message is a file: no multipart, no text.",
        message(
            "attachment-alone",
            "Subject: scan\nMIME-Version: 1.0\nContent-Type: application/pdf; name=scan.pdf\n"
            "Content-Disposition: attachment; filename=scan.pdf\n"
            "Content-Transfer-Encoding: base64\n\nJVBERi0xLjc=\n",
        ),
        Reading(text="", attachments=("scan.pdf",)),
    ),
    entry(
        "attachment-eml-base64",
        "attachment forwarded broken",
        "A message as an attachment in base64, which RFC 2046 forbids.",
        _file(
            "attachment-eml-base64",
            "Content-Type: message/rfc822; name=old.eml\nContent-Transfer-Encoding: base64\n"
            "Content-Disposition: attachment; filename=old.eml\n",
            b64encode(b"From: eve@example.test\r\nSubject: old\r\n\r\nHello\r\n"),
        ),
        Reading(forwarded=("old",)),
    ),
    entry(
        "attachment-20-megabytes",
        "attachment large limits",
        "A file of twenty megabytes.",
        _large,
        Reading(attachments=("large.bin",)),
    ),
    entry(
        "body-nul",
        "body control",
        "A NUL in the text.",
        message(
            "body-nul",
            "Subject: nul\nMIME-Version: 1.0\nContent-Type: text/plain\n"
            "Content-Transfer-Encoding: binary\n\n",
        )
        + b"a\0b\r\n",
        Reading(subject="nul"),
    ),
    entry(
        "body-very-long-line",
        "body limits",
        "One line of 10,000 letters.",
        message("body-very-long-line", "Subject: long\n\n") + b"x" * 10_000 + b"\r\n",
        Reading(subject="long"),
    ),
    entry(
        "body-dots",
        "body",
        "Lines that begin with dots, and one that is a dot.",
        message("body-dots", "Subject: dots\n\n.\n..\n.hidden\n"),
        Reading(text=".\n..\n.hidden"),
    ),
    entry(
        "body-from-lines",
        "body mbox",
        "A line that begins with From, which mbox files quote.",
        message("body-from-lines", "Subject: from\n\nFrom here on it is easy.\n>From quoted\n"),
        Reading(text="From here on it is easy."),
    ),
)
