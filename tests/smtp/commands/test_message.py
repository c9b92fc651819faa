import pytest
from smtp.talk import MAIL, Talk


def test_data_needs_a_transaction() -> None:
    talk = Talk().hello()
    assert talk.code("DATA") == "503 5.5.1"
    talk.say("MAIL FROM:<a@b.test>")
    assert talk.code("DATA") == "503 5.5.1"


def test_dots_are_unstuffed() -> None:
    talk = Talk().begin()
    talk.data(b"..\r\n...x\r\n.y\r\nz\r\n")
    assert talk.delivery.raw == b".\r\n..x\r\ny\r\nz\r\n"
    assert talk.exchanges[-1].payload == b"..\r\n...x\r\n.y\r\nz\r\n"


def test_an_empty_message_is_a_message() -> None:
    talk = Talk().begin()
    assert talk.data(b"").startswith("250")
    assert talk.delivery.raw == b""


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r"])
def test_no_mail_can_be_smuggled_in(end: bytes) -> None:
    """SMTP smuggling: what some servers take for the end of data is content here."""
    message = b"x" + end + b"MAIL FROM:<evil@b.test>\r\n"
    talk = Talk().begin()
    assert talk.code("DATA") == "354 End"
    assert talk.send(message + b".\r\n").count("\r\n") == 1
    is_stuffed = end.startswith(b"\r\n.")  # a line that begins with a dot loses it
    assert talk.delivery.raw == (message.replace(b"\r\n.", b"\r\n") if is_stuffed else message)


def test_several_messages_on_one_connection() -> None:
    talk = Talk()
    for number in range(1, 4):
        assert talk.begin().data() == f"250 2.0.0 Ok: queued as 1.{number}\r\n"
    assert len(talk.deliveries) == 3


# --- BDAT --------------------------------------------------------------------------------


def test_a_message_in_one_chunk() -> None:
    talk = Talk().begin()
    assert talk.send(b"BDAT 28 LAST\r\n" + MAIL) == "250 2.0.0 Ok: queued as 1.1\r\n"
    assert talk.delivery.raw == MAIL
    bdat, end = talk.exchanges[-2:]
    assert (bdat.verb, bdat.request, bdat.argument) == ("BDAT", b"BDAT 28 LAST\r\n", "28 LAST")
    assert bdat.payload is talk.delivery.raw
    assert (end.verb, end.request, end.payload) == ("end-of-data", b"", None)
    assert end.recipients == ("user@example.test",)


def test_a_message_in_several_chunks_with_dots_in_them() -> None:
    talk = Talk().begin()
    assert talk.send(b"bdat 5\r\na\r\n.\r") == "250 2.0.0 5 octets received\r\n"
    assert talk.send(b"BDAT 0\r\nBDAT 2\r\n\n.") == (
        "250 2.0.0 0 octets received\r\n250 2.0.0 2 octets received\r\n"
    )
    assert talk.send(b"BDAT 0 last\r\n")[:3] == "250"
    assert talk.delivery.raw == b"a\r\n.\r\n."
    assert talk.verbs[-5:] == ["BDAT", "BDAT", "BDAT", "BDAT", "end-of-data"]


def test_a_chunk_may_come_in_pieces() -> None:
    talk = Talk().begin()
    for octet in b"BDAT 28 LAST\r\n" + MAIL[:-1]:
        assert talk.send(bytes([octet])) == ""
    assert talk.send(MAIL[-1:])[:3] == "250"
    assert talk.delivery.raw == MAIL


@pytest.mark.parametrize(
    "argument", ["", "x", "-1", "5 LASTS", "5 LAST 1", "1.5", "123456789012345678901"]
)
def test_bdat_has_a_syntax(argument: str) -> None:
    talk = Talk().begin()
    assert talk.code(f"BDAT {argument}") == "501 5.5.4"
    assert talk.data().startswith("250")


def test_a_chunk_without_transaction_is_swallowed() -> None:
    talk = Talk().hello()
    assert talk.send(b"BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n").split("\r\n")[:2] == [
        "503 5.5.1 Need MAIL command",
        "250 2.0.0 Ok",
    ]


def test_a_chunk_before_authentication_is_swallowed() -> None:
    talk = Talk(require_auth=True).hello()
    assert talk.send(b"BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n")[:9] == "530 5.7.0"
    assert talk.code("NOOP") == "250 2.0.0"


def test_a_chunk_beyond_the_limit_is_swallowed_and_spoils_the_message() -> None:
    talk = Talk(max_message_size=10).begin()
    assert talk.send(b"BDAT 10\r\n0123456789")[:3] == "250"
    assert talk.send(b"BDAT 1\r\nx")[:9] == "552 5.3.4"
    assert talk.send(b"BDAT 1 LAST\r\nx")[:9] == "503 5.5.1"
    assert talk.code("RSET") == "250 2.0.0"
    assert talk.begin().send(b"BDAT 3 LAST\r\nabc")[:3] == "250"
    assert talk.delivery.raw == b"abc"
    assert "a chunk of 1 octets, not kept" in talk.notes


def test_chunks_may_reach_the_limit() -> None:
    talk = Talk(max_message_size=10).begin()
    talk.send(b"BDAT 4\r\nabcd")
    assert talk.send(b"BDAT 6 LAST\r\nefghij")[:3] == "250"
    assert talk.delivery.raw == b"abcdefghij"


def test_a_last_chunk_beyond_the_limit_ends_the_transaction() -> None:
    talk = Talk(max_message_size=10).begin()
    assert talk.send(b"BDAT 11 LAST\r\n0123456789x")[:9] == "552 5.3.4"
    assert talk.code("MAIL FROM:<a@b.test>") == "250 2.1.0"


def test_nothing_comes_behind_the_last_chunk() -> None:
    talk = Talk().begin()
    assert talk.send(b"BDAT 1 LAST\r\nxBDAT 1 LAST\r\ny").split("\r\n")[1][:9] == "503 5.5.1"
    assert talk.delivery.raw == b"x"


def test_chunks_and_data_do_not_mix() -> None:
    talk = Talk().begin()
    assert talk.send(b"BDAT 1\r\nx")[:3] == "250"
    assert talk.code("DATA") == "503 5.5.1"
    assert talk.code("RCPT TO:<a@b.test>") == "503 5.5.1"
    assert talk.send(b"BDAT 1 LAST\r\ny")[:3] == "250"
    assert talk.delivery.raw == b"xy"


def test_binary_mail_comes_in_chunks_only() -> None:
    talk = Talk(bare_newlines="refuse").hello()
    talk.say("MAIL FROM:<a@b.test> BODY=BINARYMIME", "RCPT TO:<c@d.test>")
    assert talk.code("DATA") == "503 5.5.1"
    octets = bytes(range(256))
    assert talk.send(b"BDAT 256 LAST\r\n" + octets)[:3] == "250"
    assert talk.delivery.raw == octets


def test_an_unfinished_chunk_is_recorded_and_not_delivered() -> None:
    talk = Talk().begin()
    talk.send(b"BDAT 1000 LAST\r\nabc")
    assert repr(talk.client.expected) == "a chunk of 1000 octets"
    list(talk.session.receive_eof())
    eof = talk.exchanges[-1]
    assert (eof.verb, eof.request, eof.payload) == ("eof", b"BDAT 1000 LAST\r\n", b"abc")
    assert talk.deliveries == []
