"""Faults as a test's author sets them, on the commands that are two exchanges or many lines."""

import pytest
from smtp.talk import MAIL, Talk
from wire.services import make_service

from pytest_fakemail.faults.engine import FaultEngine
from pytest_fakemail.smtp.extensions import KNOWN
from pytest_fakemail.wire.effects import Close, Pause

CHUNK = b"BDAT 28 LAST\r\n" + MAIL


def talk_with_faults() -> tuple[Talk, FaultEngine]:
    service = make_service("smtp", KNOWN)
    engine = FaultEngine(service.clock)
    service.faults = engine
    return Talk(service).begin(), engine


@pytest.mark.parametrize("point", ["BDAT", "end-of-data"])
def test_a_last_chunk_can_be_refused_by_either_name(point: str) -> None:
    talk, engine = talk_with_faults()
    engine.when("smtp", point).reply(452, "4.3.1 Full")
    assert talk.send(CHUNK) == "452 4.3.1 Full\r\n"
    assert talk.deliveries == []
    assert engine.unfired() == []
    assert talk.code("MAIL FROM:<a@b.test>") == "250 2.1.0"


@pytest.mark.parametrize("point", ["BDAT", "end-of-data"])
def test_a_last_chunks_answer_can_be_lost_by_either_name(point: str) -> None:
    talk, engine = talk_with_faults()
    engine.when("smtp", point).lose_reply()
    assert talk.send(CHUNK) == ""
    assert talk.effects == [Close()]
    assert talk.delivery.raw == MAIL


def test_both_names_can_be_meant_at_once() -> None:
    talk, engine = talk_with_faults()
    engine.when("smtp", "BDAT").delay("1s")
    engine.when("smtp", "end-of-data").delay("2s")
    assert talk.send(CHUNK).startswith("250")
    assert {effect.seconds for effect in talk.effects if isinstance(effect, Pause)} == {1, 2}
    assert engine.unfired() == []


def test_421_in_a_faults_reply_ends_the_session() -> None:
    talk, engine = talk_with_faults()
    engine.when("smtp", "DATA").reply(421, "4.3.2 Later")
    assert talk.send(b"DATA\r\nNOOP\r\n") == "421 4.3.2 Later\r\n"
    assert isinstance(talk.effects[-1], Close)


def test_one_recipient_can_be_refused() -> None:
    talk, engine = talk_with_faults()
    engine.when("smtp", "RCPT", to="bob@example.test").reply(550, "5.1.1 Nobody")
    assert talk.code("RCPT TO:<ann@example.test>") == "250 2.1.5"
    assert talk.code("RCPT TO:<bob@example.test>") == "550 5.1.1"
    talk.data()
    assert talk.delivery.recipients == ["user@example.test", "ann@example.test"]


def test_one_users_login_can_be_refused() -> None:
    talk, engine = talk_with_faults()
    engine.when("smtp", "AUTH", user="user@example.test").reply(535, "5.7.9 Not with a password")
    talk.say("RSET")
    assert talk.say("AUTH LOGIN") == "334 VXNlcm5hbWU6"
    assert talk.code("dXNlckBleGFtcGxlLnRlc3Q=") == "535 5.7.9"
    assert talk.code("NOOP") == "250 2.0.0"
