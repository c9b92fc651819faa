import socket

import pytest
from smtp.talk import MAIL, Talk

from pytest_fakemail import FakeMail
from pytest_fakemail.wire.effects import Close, Send


def test_the_greeting_names_the_host_and_the_protocol() -> None:
    assert Talk(hostname="mx.test").greeting == "220 mx.test ESMTP ready\r\n"
    assert Talk(lmtp=True).greeting == "220 mail.example.test LMTP ready\r\n"


def test_a_whole_conversation() -> None:
    talk = Talk()
    assert talk.say("HELO me") == "250 mail.example.test"
    assert talk.say("MAIL FROM:<app@example.test>") == "250 2.1.0 Ok"
    assert talk.say("RCPT TO:<user@example.test>") == "250 2.1.5 Ok"
    assert talk.say("DATA") == "354 End data with <CR><LF>.<CR><LF>"
    assert talk.send(MAIL + b".\r\n") == "250 2.0.0 Ok: queued as 1.1\r\n"
    assert talk.say("QUIT") == "221 2.0.0 Bye"
    assert isinstance(talk.effects[-1], Close)
    assert talk.verbs == ["connect", "HELO", "MAIL", "RCPT", "DATA", "end-of-data", "QUIT"]


def test_pipelined_commands_are_answered_one_by_one() -> None:
    talk = Talk().hello()
    answers = talk.session.receive_data(
        b"MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nx\r\n.\r\nQUIT\r\n"
    )
    heard = [(talk.verbs[-1], type(effect).__name__) for effect in answers]
    assert heard == [
        ("MAIL", "Send"),
        ("RCPT", "Send"),
        ("DATA", "Send"),
        ("end-of-data", "Send"),
        ("QUIT", "Send"),
        ("QUIT", "Close"),
    ]
    assert talk.delivery.raw == b"x\r\n"


def test_what_is_no_text_may_be_followed_by_more_without_pipelining(fakemail: FakeMail) -> None:
    fakemail.smtp.capabilities.off("PIPELINING")
    with socket.create_connection((fakemail.smtp.host, fakemail.smtp.port)) as client:
        client.sendall(b"\xff\xfe\r\nQUIT\r\n")
        client.shutdown(socket.SHUT_WR)
        with client.makefile("rb") as answers:
            replies = [line[:3] for line in answers]
    assert replies == [b"220", b"500", b"503"]


def test_nothing_is_heard_after_quit() -> None:
    talk = Talk()
    assert talk.send(b"QUIT\r\nNOOP\r\n") == "221 2.0.0 Bye\r\n"
    assert talk.send(b"NOOP\r\n") == ""


def test_exchanges_tell_the_facts() -> None:
    talk = Talk().hello()
    message = b"..x\r\n"
    talk.send(
        b"mail FROM:<a@b.test> SIZE=3\r\nRCPT TO:<c@d.test>\r\nRCPT TO:<e@f.test> NOTIFY=NEVER\r\n"
        b"DATA\r\n" + message + b".\r\n"
    )
    mail, first, second, data, end = talk.exchanges[2:]
    assert (mail.verb, mail.request, mail.argument, mail.sender, mail.recipients) == (
        "MAIL",
        b"mail FROM:<a@b.test> SIZE=3\r\n",
        "FROM:<a@b.test> SIZE=3",
        "a@b.test",
        (),
    )
    assert [(one.sender, one.recipients) for one in (first, second)] == [
        ("a@b.test", ("c@d.test",)),
        ("a@b.test", ("e@f.test",)),
    ]
    assert (data.sender, data.recipients) == ("a@b.test", ("c@d.test", "e@f.test"))
    assert (end.verb, end.request, end.payload) == ("end-of-data", b".\r\n", message)
    assert (end.sender, end.recipients) == ("a@b.test", ("c@d.test", "e@f.test"))


@pytest.mark.parametrize("line", ["RCPT TO:<c@d.test", "VRFY", "EXPN"])
def test_a_malformed_address_is_not_the_one_before(line: str) -> None:
    talk = Talk().begin()
    talk.say(line)
    assert talk.exchanges[-1].recipients == ()


def test_a_message_without_leading_dots_is_one_object_everywhere() -> None:
    talk = Talk().begin()
    talk.data()
    assert talk.exchanges[-1].payload is talk.delivery.raw
    assert talk.inbox.messages[0].raw is talk.delivery.raw


# --- ends --------------------------------------------------------------------------------


def test_a_lost_connection_delivers_nothing_and_is_recorded() -> None:
    talk = Talk().begin()
    talk.say("DATA")
    assert talk.send(b"Subject: half\r\n\r\nof it\r\n.\r") == ""
    assert list(talk.session.receive_eof()) == [Close()]
    eof = talk.exchanges[-1]
    assert (eof.verb, eof.request, eof.recipients) == ("eof", b"", ("user@example.test",))
    assert eof.payload == b"Subject: half\r\n\r\nof it\r\n.\r"
    assert talk.deliveries == []


def test_an_unfinished_command_is_recorded() -> None:
    talk = Talk()
    talk.send(b"NOOP\r\nQUI")
    list(talk.session.receive_eof())
    assert (talk.exchanges[-1].verb, talk.exchanges[-1].request) == ("eof", b"QUI")


@pytest.mark.parametrize(
    "said", [b"AUTH PLAIN AHVz", b"auth plain\r\nAHVz", b"AUTH LOGIN\r\ndXNlcg==\r\ncGFz"]
)
def test_an_unfinished_login_is_a_secret(said: bytes) -> None:
    talk = Talk().hello()
    talk.send(said)
    list(talk.session.receive_eof())
    assert talk.verbs[-1] == "eof"
    assert all(exchange.is_secret for exchange in talk.exchanges[2:])


def test_a_login_that_is_too_long_is_a_secret() -> None:
    for said in (b"AUTH PLAIN ", b"AUTH PLAIN\r\n"):
        talk = Talk().hello()
        talk.send(said + b"QUJD" * 5000 + b"\r\n")
        assert all(exchange.is_secret for exchange in talk.exchanges[2:])


def test_a_login_that_is_no_command_is_a_secret() -> None:
    talk = Talk().hello()
    talk.say(" AUTH PLAIN AHUAcA==")
    assert talk.exchanges[-1].is_secret


@pytest.mark.parametrize("said", [b"", b"NOOP\r\n", b"QUIT\r\n", b"QUIT\r\nNOO"])
def test_an_end_between_commands_is_nothing_to_record(said: bytes) -> None:
    talk = Talk()
    talk.send(said)
    list(talk.session.receive_eof())
    assert "eof" not in talk.verbs


def test_silence_ends_with_421() -> None:
    talk = Talk(smtp_timeout=30.0)
    assert talk.session.timeout == 30.0
    effects = list(talk.session.timed_out())
    assert effects == [Send(b"421 4.4.2 Timeout exceeded\r\n"), Close()]
    assert talk.verbs[-1] == "push"


def test_what_silence_leaves_unfinished_is_recorded_once() -> None:
    talk = Talk().begin()
    talk.say("DATA")
    talk.send(b"half")
    list(talk.session.timed_out())
    list(talk.session.receive_eof())
    assert [(one.verb, one.payload) for one in talk.exchanges[-2:]] == [
        ("eof", b"half"),
        ("push", None),
    ]
    assert talk.deliveries == []


def test_no_timeout_means_for_ever() -> None:
    assert Talk(smtp_timeout=0.0).session.timeout is None


def test_mail_in_the_store_is_no_news_to_an_smtp_client() -> None:
    assert list(Talk().session.mailbox_changed()) == []


def test_too_many_errors_in_a_row_end_it() -> None:
    talk = Talk().hello()
    for _ in range(19):
        assert talk.code("NONSENSE") == "500 5.5.1"
    assert talk.code("NOOP") == "250 2.0.0"
    for _ in range(19):
        assert talk.code("RCPT") == "501 5.5.4"
    assert talk.code("NONSENSE") == "421 4.7.0"
    assert isinstance(talk.effects[-1], Close)


def test_a_bug_ends_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk().hello()
    monkeypatch.setattr(talk.service.store, "accounts_at", lambda _: 1 // 0)
    talk.say("MAIL FROM:<a@b.test>")
    assert talk.send(b"RCPT TO:<c@d.test>\r\nNOOP\r\n") == (
        "451 4.3.0 Local error in processing\r\n250 2.0.0 Ok\r\n"
    )
    assert [type(bug) for bug in talk.service.bugs] == [ZeroDivisionError]


# --- TLS ---------------------------------------------------------------------------------


def test_what_was_said_in_the_clear_is_forgotten() -> None:
    talk = Talk().hello()
    talk.say("AUTH PLAIN AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk", "MAIL FROM:<a@b.test>")
    users = [talk.connection.user]
    talk.start_tls()
    assert [*users, talk.connection.user] == ["user@example.test", None]
    assert talk.code("MAIL FROM:<a@b.test>") == "503 5.5.1"
    talk.hello()
    assert talk.code("AUTH PLAIN AHVzZXJAZXhhbXBsZS50ZXN0AHBhc3N3b3Jk") == "235 2.7.0"


@pytest.mark.parametrize(
    "said", [b"MAIL FR", b"AUTH PLAIN\r\n", b"AUTH PLAIN\r\nAHV", b"x" * 20000]
)
def test_nothing_begun_in_the_clear_goes_on_under_tls(said: bytes) -> None:
    talk = Talk().hello()
    talk.send(said)
    assert talk.start_tls().code("NOOP") == "250 2.0.0"


def test_no_message_begun_in_the_clear_goes_on_under_tls() -> None:
    talk = Talk().begin()
    talk.send(b"DATA\r\nhalf")
    assert talk.start_tls().code("NOOP") == "250 2.0.0"
    assert talk.deliveries == []


# --- faults in our place -----------------------------------------------------------------


def faulty(talk: Talk, answer: bytes) -> Talk:
    talk.fault.is_active = True
    talk.fault.answer = [Send(answer)]
    return talk


def healed(talk: Talk) -> Talk:
    talk.fault.is_active = False
    return talk


def test_a_refused_recipient_is_none() -> None:
    talk = Talk().begin("ann@example.test")
    assert faulty(talk, b"450 4.2.1 Busy\r\n").code("RCPT TO:<bob@example.test>") == "450 4.2.1"
    healed(talk).data()
    assert talk.delivery.recipients == ["ann@example.test"]


def test_a_sender_accepted_by_a_fault_is_none() -> None:
    talk = faulty(Talk().hello(), b"250 sure\r\n")
    assert talk.code("MAIL FROM:<a@b.test>") == "250 sure"
    assert healed(talk).code("RCPT TO:<c@d.test>") == "503 5.5.1"


def test_a_refused_data_leaves_the_transaction() -> None:
    talk = Talk().begin()
    assert faulty(talk, b"451 4.3.0 Not now\r\n").code("DATA") == "451 4.3.0"
    assert healed(talk).data().startswith("250")


def test_a_fault_that_asks_for_data_gets_data() -> None:
    talk = Talk().begin()
    assert faulty(talk, b"354 well then\r\n").say("DATA") == "354 well then"
    assert healed(talk).send(MAIL + b".\r\n").startswith("250")
    assert talk.delivery.raw == MAIL


def test_a_fault_that_asks_for_data_in_vain_swallows_it() -> None:
    talk = faulty(Talk().hello(), b"354 well then\r\n")
    talk.say("DATA")
    assert healed(talk).send(MAIL + b".\r\nNOOP\r\n") == (
        "554 5.5.1 No valid recipients\r\n250 2.0.0 Ok\r\n"
    )
    assert talk.deliveries == []


def test_a_message_refused_by_a_fault_is_over() -> None:
    talk = Talk().begin()
    talk.say("DATA")
    assert faulty(talk, b"554 5.7.1 Spam\r\n").send(MAIL + b".\r\n") == "554 5.7.1 Spam\r\n"
    assert talk.deliveries == []
    assert healed(talk).code("RCPT TO:<a@b.test>") == "503 5.5.1"


def test_a_fault_that_asks_for_credentials_gets_them() -> None:
    talk = faulty(Talk().hello(), b"334 !!!\r\n")
    assert talk.say("AUTH PLAIN") == "334 !!!"
    assert talk.say("AHVzZXI=") == "334 !!!"
    assert healed(talk).code("AHVzZXI=") == "535 5.7.8"
    assert talk.code("NOOP") == "250 2.0.0"
    assert talk.exchanges[-2].is_secret


def test_a_client_greeted_by_a_fault_may_go_on() -> None:
    talk = faulty(Talk(), b"250-strange\r\n250 AUTH=LOGIN\r\n")
    talk.say("EHLO me")
    assert healed(talk).code("MAIL FROM:<a@b.test> SIZE=1") == "250 2.1.0"


def test_a_client_greeted_without_extensions_by_a_fault_may_not_use_them() -> None:
    talk = faulty(Talk(), b"250 hi\r\n")
    talk.say("HELO me")
    assert healed(talk).code("MAIL FROM:<a@b.test> SIZE=1") == "555 5.5.4"


def test_a_client_that_a_fault_did_not_greet_must_ask_again() -> None:
    talk = faulty(Talk(), b"502 5.5.1 What?\r\n")
    talk.say("EHLO me")
    assert healed(talk).code("MAIL FROM:<a@b.test>") == "503 5.5.1"


@pytest.mark.parametrize("first", ["HELO one", "EHLO one"])
@pytest.mark.parametrize("again", ["HELO two", "EHLO two"])
def test_a_fault_that_greets_again_decides_about_extensions(first: str, again: str) -> None:
    talk = Talk()
    talk.say(first, "MAIL FROM:<a@b.test>")
    assert faulty(talk, b"250 hi\r\n").say(again) == "250 hi"
    takes_parameters = again.startswith("EHLO")
    asked = healed(talk).code("MAIL FROM:<a@b.test> SIZE=1")
    assert asked == ("250 2.1.0" if takes_parameters else "555 5.5.4")
    assert talk.client.session.host_name == "two"


@pytest.mark.parametrize("first", ["HELO one", "EHLO one"])
@pytest.mark.parametrize("again", ["HELO two", "EHLO two"])
@pytest.mark.parametrize("answer", [b"502 5.5.1 What?\r\n", b"450 4.7.1 Later\r\n", b""])
def test_a_fault_that_does_not_greet_again_changes_nothing(
    first: str, again: str, answer: bytes
) -> None:
    """RFC 5321 §4.1.4: a server that refuses EHLO stays in the state in which it was."""
    talk = Talk()
    talk.say(first, "MAIL FROM:<a@b.test>")
    faulty(talk, answer).send(again.encode() + b"\r\n")
    assert healed(talk).code("MAIL FROM:<c@d.test>") == "503 5.5.1", "the transaction goes on"
    talk.say("RSET")
    takes_parameters = first.startswith("EHLO")
    asked = talk.code("MAIL FROM:<a@b.test> SIZE=1")
    assert asked == ("250 2.1.0" if takes_parameters else "555 5.5.4")
    assert talk.client.session.host_name == "one"


def test_a_chunk_answered_by_a_fault_spoils_the_message() -> None:
    talk = Talk().begin()
    assert faulty(talk, b"452 4.3.1 Full\r\n").send(b"BDAT 3\r\nabc") == "452 4.3.1 Full\r\n"
    assert healed(talk).send(b"BDAT 3 LAST\r\ndef")[:9] == "503 5.5.1"
    assert talk.code("RSET") == "250 2.0.0"
    assert talk.begin().send(b"BDAT 3 LAST\r\ndef")[:3] == "250"
    assert talk.delivery.raw == b"def"


def test_a_client_refused_by_the_greeting_may_only_quit() -> None:
    talk = Talk()
    faulty(talk, b"554 5.3.2 No service\r\n")
    greeting = list(talk.again().session.greeting())
    assert greeting == [Send(b"554 5.3.2 No service\r\n")]
    refused = talk.again()
    healed(talk)
    assert refused.code("EHLO me") == "503 5.5.1"
    assert refused.code("QUIT") == "221 2.0.0"


def test_a_fault_on_the_way_out_is_no_fault_on_the_way_in() -> None:
    talk = Talk().begin()
    talk.fault.is_active = True
    talk.fault.change = lambda effects: [effect for effect in effects if None]
    assert talk.send(b"DATA\r\n" + MAIL + b".\r\n") == ""
    assert talk.delivery.raw == MAIL


def test_a_fault_that_closes_ends_the_session() -> None:
    talk = Talk().hello()
    talk.fault.is_active = True
    talk.fault.answer = [Close(reset=True)]
    assert talk.send(b"NOOP\r\nNOOP\r\n") == ""
    assert talk.effects == [Close(reset=True)]


def test_a_session_says_what_it_waits_for() -> None:
    talk = Talk().begin()
    assert repr(talk.session) == "<SmtpSession 1 waiting for a command>"
    talk.say("DATA")
    assert repr(talk.session) == "<SmtpSession 1 waiting for the end of data>"
