"""What a capability brings goes with it: commands, parameters, items, responses and their codes.

A row is what a client says and, where that is answered in any case, what is in the answer only with
the capability.  Each capability has one; without the others that bring the same along, and without
IMAP4rev2, which has much of it in itself.
"""

import pytest
from imap.talk import MAIL, Talk, imap_service

from pytest_fakemail.imap.capabilities import (
    AFTER_LOGIN,
    BEFORE_LOGIN,
    OFF_AT_FIRST,
    ON_REQUEST,
    REVISIONS,
)

Row = str | tuple[str, str]

RUMP = "imap://user@example.test/INBOX/;UID=1;URLAUTH=anonymous"

ROWS: dict[str, tuple[Row, ...]] = {
    "IMAP4rev1": ('LSUB "" *', "CHECK"),
    "IMAP4rev2": (("ENABLE IMAP4rev2", "ENABLED IMAP4rev2"),),
    "LITERAL+": ("CREATE {1+}\r\nx", "APPEND INBOX {1+}\r\nx"),
    "LITERAL-": ("CREATE {1+}\r\nx", "APPEND INBOX {1+}\r\nx"),
    "ID": ("ID NIL",),
    "ENABLE": ("ENABLE CONDSTORE",),
    "IDLE": ("IDLE\r\nDONE",),
    "UNSELECT": ("UNSELECT",),
    "UIDPLUS": (
        "UID EXPUNGE 1",
        ("APPEND INBOX {1+}\r\nx", "APPENDUID"),
        ("COPY 1 Archive", "COPYUID"),
        ("MOVE 1 Archive", "COPYUID"),
        ("REPLACE 1 INBOX {1+}\r\nx", "APPENDUID"),
    ),
    "MOVE": ("MOVE 1 Archive", "UID MOVE 1 Archive"),
    "CONDSTORE": (
        "SELECT INBOX (CONDSTORE)",
        "EXAMINE INBOX (CONDSTORE)",
        "FETCH 1 MODSEQ",
        "FETCH 1 FLAGS (CHANGEDSINCE 1)",
        "STORE 1 (UNCHANGEDSINCE 9) FLAGS ()",
        "SEARCH MODSEQ 1",
        "STATUS INBOX (HIGHESTMODSEQ)",
        ("SELECT INBOX", "HIGHESTMODSEQ"),
        ("ENABLE CONDSTORE", "ENABLED CONDSTORE"),
        ("ENABLE QRESYNC", "ENABLED QRESYNC"),
    ),
    "QRESYNC": (
        ("SELECT INBOX (QRESYNC (1 1))", "QRESYNC was not enabled"),
        ("ENABLE QRESYNC", "ENABLED QRESYNC"),
        ("UID FETCH 1 FLAGS (CHANGEDSINCE 1 VANISHED)", "with QRESYNC enabled"),
    ),
    "NAMESPACE": ("NAMESPACE", "LANGUAGE"),
    "CHILDREN": (('LIST "" *', "\\HasNoChildren"),),
    "SPECIAL-USE": (
        'LIST (SPECIAL-USE) "" *',
        'LIST "" * RETURN (SPECIAL-USE)',
        ('LIST "" *', "\\Trash"),
    ),
    "CREATE-SPECIAL-USE": ("CREATE x (USE (\\Junk))",),
    "LIST-EXTENDED": (
        'LIST (SUBSCRIBED) "" *',
        'LIST (REMOTE) "" *',
        'LIST "" (INBOX Archive)',
        'LIST "" * RETURN (SUBSCRIBED)',
        'LIST "" * RETURN (CHILDREN)',
        'LIST "" * RETURN (MYRIGHTS)',
    ),
    "LIST-STATUS": ('LIST "" * RETURN (STATUS (MESSAGES))',),
    "STATUS=SIZE": ("STATUS INBOX (SIZE)",),
    "OBJECTID": (
        "FETCH 1 EMAILID",
        "FETCH 1 THREADID",
        "SEARCH EMAILID M1",
        "SEARCH THREADID T1",
        "STATUS INBOX (MAILBOXID)",
        ("SELECT INBOX", "MAILBOXID"),
        ("CREATE x", "MAILBOXID"),
    ),
    "SAVEDATE": (
        "FETCH 1 SAVEDATE",
        "SEARCH SAVEDSINCE 1-Jan-2020",
        "SEARCH SAVEDATESUPPORTED",
    ),
    "QUOTA": ('GETQUOTA ""', "GETQUOTAROOT INBOX", 'SETQUOTA "" ()'),
    "QUOTA=RES-STORAGE": ("STATUS INBOX (DELETED-STORAGE)", ("GETQUOTAROOT INBOX", "STORAGE")),
    "QUOTA=RES-MESSAGE": ("STATUS INBOX (DELETED)", ("GETQUOTAROOT INBOX", "MESSAGE")),
    "QUOTA=RES-MAILBOX": (
        ("GETQUOTAROOT INBOX", "MAILBOX"),
        ('SETQUOTA "" (MAILBOX 50)', "OK SETQUOTA"),
    ),
    "QUOTASET": (('SETQUOTA "" (STORAGE 50)', "OK SETQUOTA"),),
    "APPENDLIMIT": ("STATUS INBOX (APPENDLIMIT)",),
    "MULTIAPPEND": ("APPEND INBOX {1+}\r\nx {1+}\r\ny",),
    "REPLACE": ("REPLACE 1 INBOX {1+}\r\nx", "UID REPLACE 1 INBOX {1+}\r\nx"),
    "UTF8=ACCEPT": (
        ("ENABLE UTF8=ACCEPT", "ENABLED UTF8=ACCEPT"),
        "APPEND INBOX UTF8 (~{1+}\r\nx)",
        "APPEND INBOX CATENATE (UTF8 (~{1+}\r\nx))",
    ),
    "BINARY": (
        "FETCH 1 BINARY[1]",
        "FETCH 1 BINARY.PEEK[1]",
        "FETCH 1 BINARY.SIZE[1]",
        "APPEND INBOX ~{1+}\r\nx",
    ),
    "PREVIEW": ("FETCH 1 PREVIEW", "FETCH 1 PREVIEW (LAZY)"),
    "PARTIAL": (
        "UID FETCH 1:* FLAGS (PARTIAL 1:1)",
        "SEARCH RETURN (PARTIAL 1:1) ALL",
        "SEARCH RETURN (PARTIAL -1:-1) ALL",
    ),
    "ESEARCH": (
        "SEARCH RETURN (COUNT) ALL",
        "SEARCH RETURN (SAVE) ALL",
        "SEARCH RETURN (PARTIAL 1:1) ALL",
        "SEARCH RETURN (UPDATE) ALL",
        "ESEARCH IN (mailboxes INBOX) ALL",
    ),
    "SEARCHRES": ("SEARCH RETURN (SAVE) ALL", "FETCH $ FLAGS"),
    "WITHIN": ("SEARCH YOUNGER 5", "SEARCH OLDER 5"),
    "SORT": (
        "SORT (DATE) UTF-8 ALL",
        "UID SORT (DATE) UTF-8 ALL",
        "SORT (DISPLAYFROM) UTF-8 ALL",
        "SORT RETURN (COUNT) (DATE) UTF-8 ALL",
    ),
    "SORT=DISPLAY": ("SORT (DISPLAYFROM) UTF-8 ALL", "SORT (DISPLAYTO) UTF-8 ALL"),
    "THREAD=ORDEREDSUBJECT": ("THREAD ORDEREDSUBJECT UTF-8 ALL",),
    "THREAD=REFERENCES": ("THREAD REFERENCES UTF-8 ALL",),
    "THREAD=REFS": ("THREAD REFS UTF-8 ALL",),
    "ACL": (
        "GETACL INBOX",
        "SETACL INBOX bob lr",
        "DELETEACL INBOX bob",
        "LISTRIGHTS INBOX bob",
        "MYRIGHTS INBOX",
        'LIST "" * RETURN (MYRIGHTS)',
    ),
    "LIST-MYRIGHTS": ('LIST "" * RETURN (MYRIGHTS)',),
    "METADATA": (
        "GETMETADATA INBOX /private/comment",
        "SETMETADATA INBOX (/private/comment NIL)",
        'GETMETADATA "" /private/comment',
        'LIST "" * RETURN (METADATA (/private/comment))',
        ("ENABLE METADATA", "ENABLED METADATA"),
        ("NOTIFY SET (personal (MailboxMetadataChange))", "OK"),
    ),
    "METADATA-SERVER": (
        'GETMETADATA "" /private/comment',
        'SETMETADATA "" (/private/comment NIL)',
        ("ENABLE METADATA-SERVER", "ENABLED METADATA-SERVER"),
    ),
    "LIST-METADATA": ('LIST "" * RETURN (METADATA (/private/comment))',),
    "UNAUTHENTICATE": ("UNAUTHENTICATE",),
    "COMPRESS=DEFLATE": ("COMPRESS DEFLATE",),
    "NOTIFY": ("NOTIFY NONE",),
    "UIDONLY": (("ENABLE UIDONLY", "ENABLED UIDONLY"),),
    "UIDBATCHES": ("UIDBATCHES 2000",),
    "CATENATE": (
        "APPEND INBOX CATENATE (TEXT {1+}\r\nx)",
        "REPLACE 1 INBOX CATENATE (TEXT {1+}\r\nx)",
    ),
    "URL-PARTIAL": (('APPEND INBOX CATENATE (URL "/INBOX/;UID=1/;PARTIAL=0.2")', "OK"),),
    "URLAUTH": (
        f"GENURLAUTH {RUMP} INTERNAL",
        "URLFETCH x",
        "RESETKEY",
        "RESETKEY INBOX",
        ("SELECT INBOX", "URLMECH"),
    ),
    "URLAUTH=BINARY": ("URLFETCH (x)", "URLFETCH (x BODY)", "URLFETCH x (y BINARY)"),
    "MAILBOX-REFERRALS": ('RLIST "" *', 'RLSUB "" *'),
    "LANGUAGE": ("LANGUAGE", "LANGUAGE de"),
    "ESORT": ("SORT RETURN (COUNT) (DATE) UTF-8 ALL", "SORT RETURN (UPDATE) (DATE) UTF-8 ALL"),
    "CONTEXT=SEARCH": (
        "SEARCH RETURN (UPDATE) ALL",
        "SEARCH RETURN (CONTEXT COUNT) ALL",
    ),
    "CONTEXT=SORT": (
        "SORT RETURN (UPDATE) (DATE) UTF-8 ALL",
        "SORT RETURN (CONTEXT COUNT) (DATE) UTF-8 ALL",
    ),
    "MULTISEARCH": ("ESEARCH ALL", "ESEARCH IN (mailboxes INBOX) ALL"),
    "FILTERS": ("SEARCH FILTER x", ("SEARCH FILTER x", "UNDEFINED-FILTER")),
    "I18NLEVEL=2": ("COMPARATOR", "COMPARATOR i;octet"),
    "SEARCH=FUZZY": ("SEARCH FUZZY SUBJECT x", "SEARCH RETURN (RELEVANCY) FUZZY SUBJECT x"),
    "MESSAGELIMIT": (
        ("FETCH 1:* FLAGS", "MESSAGELIMIT"),
        "SEARCH UIDAFTER 1",
        "SEARCH UIDBEFORE 9",
    ),
    "SAVELIMIT": (("APPEND INBOX {1+}\r\nx {1+}\r\ny", "MESSAGELIMIT"),),
    "XLIST": ('XLIST "" *',),
    "X-GM-EXT-1": ("FETCH 1 X-GM-MSGID", "FETCH 1 X-GM-LABELS", "SEARCH X-GM-RAW x"),
}

TOO = {
    "PARTIAL": ("CONTEXT=SEARCH", "CONTEXT=SORT"),
    "LITERAL-": ("LITERAL+",),
    "METADATA-SERVER": ("METADATA",),
    "METADATA": ("METADATA-SERVER",),
}
"""What brings the same along, and is off as well."""

BY_LOGIN = {"SASL-IR": "AUTHENTICATE PLAIN AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk"}

ELSEWHERE = ("UTF8=ONLY", "LOGIN-REFERRALS", "I18NLEVEL=1", "INPROGRESS")
"""Below; only announced, both; told where a fault delays (`responses/test_progress.py`)."""


def talk(name: str, *, is_on: bool = True) -> Talk:
    """Meet a server with everything but what brings the same along."""
    service = imap_service(
        imap_capabilities="all",
        imap_without=("IMAP4rev2", *TOO.get(name, ())) if name != "IMAP4rev2" else (),
        imap_message_limit=1,
    )
    switch = service.capabilities.on if is_on else service.capabilities.off
    switch(name)
    client = Talk(service)
    usage = client.account.usage
    usage.most_octets, usage.most_messages, usage.most_mailboxes = 100_000, 100, 100
    return client


def says(client: Talk, row: Row) -> bool:
    """Whether a command is understood, or answered as it is with the capability."""
    command, shown = (row, None) if isinstance(row, str) else row
    answer = client.send(f"a {command}\r\n".encode())
    assert not client.service.bugs
    if shown is not None:
        return shown in answer
    tagged = next(line for line in answer.splitlines() if line.startswith("a "))
    return not tagged.startswith("a BAD")


@pytest.mark.parametrize("name", ROWS)
def test_it_goes_with_its_capability(name: str) -> None:
    off = talk(name, is_on=False).select(MAIL, MAIL)
    for row in ROWS[name]:
        assert says(talk(name).select(MAIL, MAIL), row)
        assert not says(off, row)


@pytest.mark.parametrize("name", BY_LOGIN)
def test_what_is_for_the_login_goes_too(name: str) -> None:
    assert says(talk(name), BY_LOGIN[name])
    assert not says(talk(name, is_on=False), BY_LOGIN[name])


def test_utf8_only_lets_nothing_through_as_long_as_it_is_on() -> None:
    client = talk("UTF8=ONLY").log_in()
    assert client.say("SELECT INBOX") == ["NO [CANNOT] ENABLE UTF8=ACCEPT comes first"]
    client.service.capabilities.off("UTF8=ONLY")
    assert client.say("SELECT INBOX")[-1].startswith("OK")


def test_each_capability_has_a_row() -> None:
    known = {*REVISIONS, *BEFORE_LOGIN, *AFTER_LOGIN, *ON_REQUEST, *OFF_AT_FIRST}
    assert known - ROWS.keys() - BY_LOGIN.keys() == set(ELSEWHERE)
    assert not ROWS.keys() - known
