"""Who may have a maildrop while another session has it, and how soon again."""

import pytest
from pop3.talk import MAIL, Talk

BAD_LOGIN = "-ERR [AUTH] Invalid user name or password"


def test_a_second_session_is_refused() -> None:
    talk = Talk().log_in(MAIL)
    second = talk.again()
    second.say("USER user@example.test")
    refusal = "-ERR [IN-USE] Maildrop is locked by another POP3 session"
    assert second.say("PASS password") == refusal
    talk.say("QUIT")
    second.log_in()


def test_a_wrong_password_does_not_tell_that_the_maildrop_is_in_use() -> None:
    second = Talk().log_in().again()
    second.say("USER user@example.test")
    assert second.say("PASS wrong") == BAD_LOGIN


def test_a_lost_connection_frees_the_maildrop() -> None:
    talk = Talk().log_in()
    assert list(talk.session.receive_eof()) == []
    talk.again().log_in()


def test_the_maildrop_can_be_shared() -> None:
    talk = Talk(pop3_lock="shared").log_in(MAIL, MAIL)
    second = talk.again().log_in()
    assert second.say("DELE 1").startswith("+OK")
    second.say("QUIT")
    assert talk.say("STAT") == f"+OK 2 {2 * len(MAIL)}"
    assert talk.say("RETR 1") == "-ERR Message 1 is gone, it was removed elsewhere"


def test_the_second_session_may_only_read() -> None:
    talk = Talk(pop3_lock="read-only").log_in(MAIL)
    second = talk.again().log_in()
    refusal = "-ERR The maildrop is read-only"
    assert second.say("DELE 1") == refusal
    assert talk.say("DELE 1").startswith("+OK")


def test_logins_must_be_so_far_apart() -> None:
    talk = Talk(pop3_login_delay=60).log_in()
    talk.say("QUIT")
    second = talk.again()
    second.say("USER user@example.test")
    refusal = "-ERR [LOGIN-DELAY] Minimum time between mail checks violation"
    assert second.say("PASS password") == refusal
    talk.service.clock.advance(60)
    second.log_in()


def test_a_refused_login_does_not_count_for_the_delay() -> None:
    talk = Talk(pop3_login_delay=60)
    talk.say("USER user@example.test")
    talk.say("PASS wrong")
    talk.log_in()


def test_there_is_no_delay_with_the_capability_off() -> None:
    talk = Talk(pop3_login_delay=60)
    talk.service.capabilities.off("LOGIN-DELAY")
    talk.log_in().say("QUIT")
    talk.again().log_in()


@pytest.mark.parametrize(
    ("capability", "wrong", "in_use"),
    [("RESP-CODES", "[AUTH] ", ""), ("AUTH-RESP-CODE", "", "[IN-USE] ")],
)
def test_codes_are_left_out_with_their_capability_off(
    capability: str, wrong: str, in_use: str
) -> None:
    talk = Talk()
    talk.service.capabilities.off(capability)
    second = talk.log_in().again()
    second.say("USER user@example.test")
    assert second.say("PASS wrong") == f"-ERR {wrong}Invalid user name or password"
    second.say("USER user@example.test")
    answer = second.say("PASS password")
    assert answer == f"-ERR {in_use}Maildrop is locked by another POP3 session"
