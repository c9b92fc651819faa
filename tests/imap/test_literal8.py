"""Where a literal8 may stand, with what it goes, and what becomes of it anywhere else.

RFC 3516 §4.4, RFC 3502, RFC 4466 §5, RFC 4469, RFC 5464 §5, RFC 6855 §4, RFC 7888 §6, RFC 8508.
"""

import pytest
from imap.talk import Talk, imap_service

NUL = "~{3+}\r\na\0b"
PLAIN = "{3+}\r\nxyz"
UTF8 = "UTF8 (~{2+}\r\nä)"
BAD_NUL = "{3+}\r\nc\0d"


def talk(**settings: object) -> Talk:
    """Be logged in, with one message in INBOX, which is selected."""
    service = imap_service(imap_capabilities="all", **settings)
    return Talk(service).select(b"Subject: old\r\n\r\n")


def stored(client: Talk, mailbox: str = "INBOX") -> list[bytes]:
    """Return the messages behind the first, as they are kept."""
    found = client.account.mailboxes[mailbox]
    return [message.raw for message in found.messages[1:]]


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (NUL, [b"a\0b"]),
        ("~{3+}\r\nxyz", [b"xyz"]),
        (f"(\\Seen) {NUL}", [b"a\0b"]),
        (f'(\\Seen) "28-Nov-2026 10:00:00 +0100" {NUL}', [b"a\0b"]),
        (UTF8, [b"\xc3\xa4"]),
        (f"{PLAIN} {NUL} (\\Seen) {UTF8}", [b"xyz", b"a\0b", b"\xc3\xa4"]),
        (f"{NUL} {NUL}", [b"a\0b", b"a\0b"]),
        (f"{NUL}  {PLAIN}", [b"a\0b", b"xyz"]),
        (f"CATENATE (TEXT {NUL})", [b"a\0b"]),
        (f"CATENATE (TEXT {PLAIN} TEXT {NUL} {UTF8})", [b"xyza\0b\xc3\xa4"]),
        (
            f'CATENATE (URL "/INBOX/;UID=1/;SECTION=HEADER" TEXT {NUL}) {NUL}',
            [b"Subject: old\r\n\r\na\0b", b"a\0b"],
        ),
        ("~{3}\r\na\0b", [b"a\0b"]),
    ],
)
@pytest.mark.parametrize("command", ["APPEND INBOX", "REPLACE 1 Archive"])
def test_it_brings_messages(command: str, arguments: str, messages: list[bytes]) -> None:
    client = talk()
    is_replaced = command.startswith("REPLACE")
    answer = client.send(f"a {command} {arguments}\r\n".encode())
    tagged = answer.rstrip().rpartition("\r\n")[2]
    if is_replaced and len(messages) > 1:
        assert tagged.startswith("a BAD expected the end of the command")
        assert stored(client) == []
        return
    assert tagged.startswith("a OK")
    account = client.account
    kept = (
        account.mailboxes["Archive"].messages
        if is_replaced
        else account.mailboxes["INBOX"].messages[1:]
    )
    assert [message.raw for message in kept] == messages


@pytest.mark.parametrize(
    "command",
    [
        f"APPEND INBOX {BAD_NUL}",
        f"APPEND INBOX {PLAIN} {BAD_NUL}",
        f"APPEND INBOX {NUL} {BAD_NUL}",
        f"APPEND INBOX CATENATE (TEXT {BAD_NUL})",
        f"APPEND INBOX CATENATE (URL {NUL})",
        f"REPLACE 1 INBOX {BAD_NUL}",
        f"APPEND INBOX UTF8 ({PLAIN})",
        f"APPEND INBOX UTF8 {NUL}",
        f"APPEND INBOX {NUL}{NUL}",
        f"APPEND INBOX {NUL}   {NUL}",
        f"APPEND {NUL} {PLAIN}",
        f"CREATE {NUL}",
        f"STATUS {NUL} (MESSAGES)",
        f"SEARCH SUBJECT {NUL}",
        f"SEARCH HEADER Subject {NUL}",
        f"FETCH 1 BODY[HEADER.FIELDS ({NUL})]",
        f"LIST {NUL} *",
        f'LIST "" {NUL}',
        f"STORE 1 FLAGS ({NUL})",
        f'ID ("name" {NUL})',
        f"SETACL INBOX {NUL} lr",
        f"GETQUOTA {NUL}",
        f"SETMETADATA INBOX ({NUL} NIL)",
        f"SETMETADATA INBOX (/private/comment {BAD_NUL})",
        f"COPY 1 {NUL}",
        f"COPY {NUL} INBOX",
    ],
)
def test_it_stands_nowhere_else(command: str) -> None:
    client = talk()
    answer = client.send(f"a {command}\r\nb NOOP\r\n".encode())
    refused, *_, done = answer.splitlines()
    assert refused.startswith("a BAD ")
    assert done == "b OK NOOP completed"  # it is still in step
    assert stored(client) == []


def test_it_is_told_apart_from_an_atom() -> None:
    client = talk()
    assert client.say(f"CREATE {NUL}") == ["BAD expected a literal, not a literal8 at octet 18"]
    assert client.say("CREATE ~x")[-1].startswith("OK")


@pytest.mark.parametrize(
    ("without", "arguments"),
    [
        (["BINARY"], NUL),
        (["BINARY"], f"{PLAIN} {NUL}"),
        (["BINARY"], f"CATENATE (TEXT {NUL})"),
        (["UTF8=ACCEPT"], UTF8),
        (["CATENATE"], f"CATENATE (TEXT {NUL})"),
        (["MULTIAPPEND"], f"{NUL} {NUL}"),
        (["LITERAL+"], NUL),
    ],
)
def test_each_form_goes_with_its_capability(without: list[str], arguments: str) -> None:
    client = talk(imap_without=[*without, "IMAP4rev2"])
    command = f"APPEND INBOX {arguments}\r\nb NOOP\r\n"
    answer = client.send(f"a {command}".encode()).splitlines()
    assert answer[0].startswith("a BAD ")
    assert answer[-1] == "b OK NOOP completed"
    assert stored(client) == []


def test_utf8_wants_no_binary_and_annotations_neither() -> None:
    client = talk(imap_without=["BINARY"])
    assert client.say(f"APPEND INBOX {UTF8}")[-1].startswith("OK")
    assert client.say(f"SETMETADATA INBOX (/private/comment {NUL})") == ["OK SETMETADATA completed"]
    told = client.say("GETMETADATA INBOX /private/comment")
    assert told[:-1] == ['* METADATA INBOX ("/private/comment" ~{3}', "a\0b)"]


@pytest.mark.parametrize(("size", "answer"), [(4096, "OK"), (4097, "BAD [TOOBIG]")])
def test_literal_minus_lets_little_come_unasked(size: int, answer: str) -> None:
    client = talk(imap_revisions="rev2", imap_without=["LITERAL+"])
    octets = "\0" * size
    assert client.say(f"APPEND INBOX ~{{{size}+}}\r\n{octets}")[-1].startswith(answer)
    assert client.say(f"APPEND INBOX ~{{{size}}}\r\n{octets}")[-1].startswith("OK")


def test_a_limit_is_of_each_message_not_of_all() -> None:
    client = talk(max_append_size=100)
    message = "~{99+}\r\n" + "x" * 99
    assert client.say(f"APPEND INBOX {message} {message} {message}")[-1].startswith("OK")
    assert len(stored(client)) == 3
    long = "~{101+}\r\n" + "x" * 101
    assert client.say(f"APPEND INBOX {message} {long}")[-1].startswith("NO [TOOBIG]")
    assert len(stored(client)) == 3


@pytest.mark.parametrize("nothing", ["~{0+}\r\n", "UTF8 (~{0+}\r\n)", "CATENATE (TEXT ~{0+}\r\n)"])
def test_no_octets_are_second_thoughts(nothing: str) -> None:
    client = talk()
    assert client.say(f"APPEND INBOX {NUL} {nothing}")[-1].startswith("NO [CANNOT]")
    assert stored(client) == []
