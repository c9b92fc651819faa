from smtp.talk import MAIL, Talk

from pytest_fakemail.wire.effects import Send


def test_lhlo_takes_the_place_of_ehlo() -> None:
    talk = Talk(lmtp=True)
    assert talk.code("EHLO me") == "500 5.5.1"
    assert talk.code("HELO me") == "500 5.5.1"
    assert "250-PIPELINING" in talk.say("LHLO me")
    assert Talk().code("LHLO me") == "500 5.5.1"


def test_each_recipient_has_an_answer_in_one_write() -> None:
    talk = Talk(lmtp=True).begin("ann@example.test", "user@example.test")
    assert talk.data() == "250 2.0.0 Ok: queued as 1.1\r\n" * 2
    assert len(talk.effects) == 1
    assert talk.delivery.protocol == "LMTP"


def test_answers_differ() -> None:
    talk = Talk(lmtp=True)
    account = talk.service.store.account("user@example.test")
    assert account is not None
    talk.begin("ann@example.test", "user@example.test", "bob@example.test")
    account.quota = 1
    answers = talk.data().split("\r\n")
    assert [answer[:9] for answer in answers[:-1]] == ["250 2.0.0", "552 5.2.2", "250 2.0.0"]
    assert talk.delivery.recipients == ["ann@example.test", "bob@example.test"]


def test_nobody_may_get_it() -> None:
    talk = Talk(lmtp=True)
    account = talk.service.store.account("user@example.test")
    assert account is not None
    talk.begin("user@example.test")
    account.lock()
    assert talk.data()[:9] == "450 4.2.1"
    assert talk.deliveries == []


def test_a_refused_message_is_refused_to_each() -> None:
    talk = Talk(lmtp=True, max_message_size=10).begin("ann@example.test", "bob@example.test")
    assert [answer[:9] for answer in talk.data().split("\r\n")[:-1]] == ["552 5.3.4"] * 2
    talk.begin("ann@example.test", "bob@example.test").say("DATA")
    answers = talk.send(b"x" * 100) + talk.send(b"\r\n.\r\n")
    assert [answer[:9] for answer in answers.split("\r\n")[:-1]] == ["552 5.3.4"] * 2


def test_a_last_chunk_is_answered_for_each() -> None:
    talk = Talk(lmtp=True).begin("ann@example.test", "bob@example.test")
    assert talk.send(b"BDAT 1\r\nx").count("\r\n") == 1
    assert talk.send(b"BDAT 28 LAST\r\n" + MAIL).count("250 2.0.0 Ok") == 2


def test_a_last_chunk_too_big_is_refused_to_each() -> None:
    talk = Talk(lmtp=True, max_message_size=10).begin("ann@example.test", "bob@example.test")
    assert talk.send(b"BDAT 5\r\n12345").count("\r\n") == 1
    answers = talk.send(b"BDAT 6 LAST\r\n123456")
    assert [answer[:9] for answer in answers.split("\r\n")[:-1]] == ["552 5.3.4"] * 2


def test_without_recipients_there_is_no_data() -> None:
    talk = Talk(lmtp=True).hello()
    talk.say("MAIL FROM:<a@b.test>")
    assert talk.code("DATA") == "503 5.5.1"


def test_data_that_a_fault_asked_for_in_vain_has_one_answer() -> None:
    talk = Talk(lmtp=True).hello()
    talk.fault.is_active = True
    talk.fault.answer = [Send(b"354 go\r\n")]
    talk.say("DATA")
    talk.fault.is_active = False
    assert talk.send(b".\r\n") == "554 5.5.1 No valid recipients\r\n"
