import pytest
from faults.wire import Value, Wire

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.wire.effects import Close, Pause, Send, sent


def test_reply_comes_instead_of_the_command(smtp: Wire) -> None:
    smtp.when("RCPT").reply(450, "4.2.1 Mailbox busy")
    assert smtp.says("RCPT") == [Send(b"450 4.2.1 Mailbox busy\r\n")]
    assert smtp.happened == []


@pytest.mark.parametrize(
    "text", ["one\ntwo\nthree", ["one", "two", "three"], "one\r\ntwo\r\nthree"]
)
def test_reply_has_as_many_lines_as_its_text(smtp: Wire, text: Value) -> None:
    smtp.when("EHLO").reply(250, text)
    assert sent(smtp.says("EHLO")) == b"250-one\r\n250-two\r\n250 three\r\n"


def test_reply_can_be_a_code_alone(smtp: Wire) -> None:
    smtp.when("MAIL").reply(250)
    assert sent(smtp.says("MAIL")) == b"250\r\n"


def test_reply_that_is_not_ascii_goes_out_as_utf8(smtp: Wire) -> None:
    smtp.when("MAIL").reply(550, "Nein, Jürgen")
    assert sent(smtp.says("MAIL")) == "550 Nein, Jürgen\r\n".encode()


@pytest.mark.parametrize("code", [99, 1000, "450", True, None, 4.5])
def test_reply_code_has_three_digits(smtp: Wire, code: Value) -> None:
    with pytest.raises(BadArgument, match="three digits"):
        smtp.when("MAIL").reply(code, "text")


def test_text_is_text(smtp: Wire) -> None:
    text: Value = b"bytes"
    with pytest.raises(BadArgument, match="wanted text or a list of lines"):
        smtp.when("MAIL").reply(450, text)


@pytest.mark.parametrize("point", ["connect", "MAIL", "end-of-data"])
def test_421_closes(smtp: Wire, point: str) -> None:
    smtp.when(point).reply(421, "4.3.2 Try later")
    assert smtp.says(point) == [Send(b"421 4.3.2 Try later\r\n"), Close()]


def test_521_closes_as_a_greeting_only(smtp: Wire) -> None:
    smtp.when("connect").reply(521, "No mail here")
    smtp.when("MAIL").reply(521, "No mail here")
    assert smtp.says("connect") == [Send(b"521 No mail here\r\n"), Close()]
    assert smtp.says("MAIL") == [Send(b"521 No mail here\r\n")]


def test_lmtp_answers_the_data_once_for_each_recipient(wire: type[Wire]) -> None:
    lmtp = wire("lmtp")
    lmtp.when("end-of-data").reply(452, "4.2.2 Full")
    recipients = ["ann@example.test", "bob@example.test"]
    answer = lmtp.says("end-of-data", recipients=recipients)
    assert sent(answer) == b"452 4.2.2 Full\r\n" * 2


@pytest.mark.parametrize(("protocol", "verb"), [("lmtp", "RCPT"), ("smtp", "end-of-data")])
def test_anything_else_is_answered_once(wire: type[Wire], protocol: str, verb: str) -> None:
    client = wire(protocol)
    client.when(verb).reply(452, "4.2.2 Full")
    assert sent(client.says(verb, recipients=["a@x.test", "b@x.test"])) == b"452 4.2.2 Full\r\n"


@pytest.mark.parametrize(("action", "word"), [("ok", b"OK"), ("no", b"NO"), ("bad", b"BAD")])
def test_imap_answers_carry_the_tag(imap: Wire, action: str, word: Value) -> None:
    getattr(imap.when("SEARCH"), action)("[UNAVAILABLE] Try again")
    assert sent(imap.says("SEARCH", tag="a7")) == b"a7 " + word + b" [UNAVAILABLE] Try again\r\n"


def test_imap_answers_without_a_command_are_untagged(imap: Wire) -> None:
    imap.when("connect").no("Not today")
    assert sent(imap.says("connect")) == b"* NO Not today\r\n"


def test_imap_lines_before_the_last_are_untagged(imap: Wire) -> None:
    imap.when("LOGIN").no("[ALERT] Log in\nby your browser")
    assert sent(imap.says("LOGIN", tag="a1")) == b"* NO [ALERT] Log in\r\na1 NO by your browser\r\n"


def test_imap_answer_can_have_no_text(imap: Wire) -> None:
    imap.when("NOOP").ok()
    assert sent(imap.says("NOOP", tag="A")) == b"A OK\r\n"


def test_bye_closes(imap: Wire) -> None:
    imap.when("FETCH").bye("Session expired")
    assert imap.says("FETCH", tag="a1") == [Send(b"* BYE Session expired\r\n"), Close()]


def test_pop3_answers(pop3: Wire) -> None:
    pop3.when("PASS").err("[IN-USE] Mailbox is locked")
    pop3.when("STAT").ok("2 320")
    assert sent(pop3.says("PASS")) == b"-ERR [IN-USE] Mailbox is locked\r\n"
    assert sent(pop3.says("STAT")) == b"+OK 2 320\r\n"


@pytest.mark.parametrize("text", ["x\r\n+OK y", "x\n+OK y", "x\r+OK y", ["x", "+OK y"]])
def test_pop3_error_is_one_line_whatever_its_text(pop3: Wire, text: Value) -> None:
    pop3.when("NOOP").err(text)
    assert sent(pop3.says("NOOP")) == b"-ERR x +OK y\r\n"


def test_pop3_answer_of_several_lines_is_stuffed_and_ended(pop3: Wire) -> None:
    pop3.when("UIDL").ok("listing\n1 a\n.2 b")
    assert sent(pop3.says("UIDL")) == b"+OK listing\r\n1 a\r\n..2 b\r\n.\r\n"


def test_send_sends_any_octets(smtp: Wire) -> None:
    smtp.when("EHLO").send(b"\x00\xff gibberish")
    assert smtp.says("EHLO") == [Send(b"\x00\xff gibberish")]


def test_send_can_ask_the_exchange(imap: Wire) -> None:
    imap.when("NOOP").send(lambda exchange: f"x{exchange.tag} OK\r\n".encode())
    assert sent(imap.says("NOOP", tag="7")) == b"x7 OK\r\n"


def test_send_takes_no_text(smtp: Wire) -> None:
    data: Value = "text"
    with pytest.raises(BadArgument, match="takes bytes"):
        smtp.when("EHLO").send(data)


def test_ignore_neither_answers_nor_does(smtp: Wire) -> None:
    smtp.when("NOOP").ignore()
    assert smtp.says("NOOP") == []
    assert smtp.happened == []


def test_answers_follow_one_another(smtp: Wire) -> None:
    smtp.when("MAIL").delay("1s").reply(250, "one").reply(250, "two")
    assert smtp.says("MAIL") == [Pause(1), Send(b"250 one\r\n"), Send(b"250 two\r\n")]


@pytest.mark.parametrize(
    ("protocol", "action"), [("smtp", "no"), ("smtp", "bye"), ("pop3", "bad"), ("imap", "err")]
)
def test_answer_of_another_protocol_is_refused_at_once(
    wire: type[Wire], protocol: str, action: str
) -> None:
    rule = wire(protocol).when("NOOP")
    with pytest.raises(BadArgument, match=f"^no action '{action}' in {protocol}; .*there is "):
        getattr(rule, action)("text")


def test_reply_is_only_smtps(imap: Wire) -> None:
    with pytest.raises(BadArgument, match="no action 'reply' in imap; "):
        imap.when("FETCH").reply(450, "4.2.1 Busy")
