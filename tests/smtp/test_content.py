import pytest
from smtp.talk import MAIL, TLS, Talk


def test_a_message_may_be_too_big() -> None:
    talk = Talk(max_message_size=1000).begin()
    talk.say("DATA")
    for _ in range(100):
        assert talk.send(b"x" * 1000) == ""
    assert talk.send(b"\r\n.\r\nNOOP\r\n").split("\r\n")[:2] == [
        "552 5.3.4 Message size exceeds the fixed maximum message size",
        "250 2.0.0 Ok",
    ]
    assert "a message of 100002 octets, not kept" in talk.notes
    assert talk.deliveries == []


def test_the_limit_is_the_messages_without_stuffing() -> None:
    message = b".\r\n" * 300
    assert Talk(max_message_size=900).begin().data(b"." + message.replace(b"\n.", b"\n.."))[:3] == (
        "250"
    )
    assert Talk(max_message_size=899).begin().data(b"." + message.replace(b"\n.", b"\n.."))[:9] == (
        "552 5.3.4"
    )


def test_too_many_received_fields_are_a_loop() -> None:
    talk = Talk(max_received=3)
    assert talk.begin().data(b"Received: x\r\n" * 3 + MAIL)[:3] == "250"
    assert talk.begin().data(b"Received: x\r\n" * 4 + MAIL)[:9] == "554 5.4.6"
    assert len(talk.deliveries) == 1


@pytest.mark.parametrize(
    ("setting", "code", "kept"),
    [
        ("note", "250 2.0.0", b"a\nb\rc\r\n"),
        ("refuse", "550 5.5.2", None),
        ("normalise", "250 2.0.0", b"a\r\nb\r\nc\r\n"),
    ],
)
def test_bare_newlines(setting: str, code: str, kept: bytes | None) -> None:
    talk = Talk(bare_newlines=setting).begin()
    assert talk.data(b"a\nb\rc\r\n")[:9] == code
    assert "bare line ends in the message: 1 LF, 1 CR" in talk.notes
    assert [delivery.raw for delivery in talk.deliveries] == ([] if kept is None else [kept])


def test_lines_have_any_length_unless_settings_say_otherwise() -> None:
    message = b"x" * 100_000 + b"\r\n"
    assert Talk().begin().data(message)[:3] == "250"
    assert Talk(line_limits=True).begin().data(message)[:9] == "500 5.5.2"
    assert Talk(line_limits=True).begin().data(b"x" * 998 + b"\r\n")[:3] == "250"


def test_a_delivery_tells_how_it_came() -> None:
    talk = Talk().start_tls().begin()
    talk.data()
    delivery = talk.delivery
    assert (delivery.connection, delivery.helo, delivery.user) == (1, "me", None)
    assert delivery.tls == TLS
    assert delivery.protocol == "ESMTPS"
    assert delivery.received_at == talk.service.clock.now()


def test_the_mailboxes_copy_has_trace_fields_if_settings_say_so() -> None:
    talk = Talk(trace_headers=True).begin("user@example.test", "ann@example.test")
    talk.data()
    assert talk.delivery.raw == MAIL
    stored = talk.inbox.messages[0].raw
    assert stored.startswith(
        b"Return-Path: <app@example.test>\r\nDelivered-To: user@example.test\r\n"
        b"Received: from me ([127.0.0.1])"
    )
    assert stored.endswith(MAIL)
    assert b"with ESMTP id 1.1;" in stored


def test_a_mailbox_that_became_full_refuses_for_all() -> None:
    talk = Talk().begin("ann@example.test", "user@example.test")
    account = talk.service.store.account("user@example.test")
    assert account is not None
    account.quota = 1
    assert talk.data()[:9] == "552 5.2.2"
    assert talk.deliveries == []
