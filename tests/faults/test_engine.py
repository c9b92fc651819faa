import threading

from faults.wire import Wire

from pytest_fakemail.wire.conversation import Conversation
from pytest_fakemail.wire.effects import Close, Effect, Later, Pause, Send, sent
from pytest_fakemail.wire.exchange import Connection, Exchange

OK = b"250 OK\r\n"


def is_active(wire: Wire) -> bool:
    return wire.engine.is_active


def postponed(answer: list[Effect]) -> Later:
    assert isinstance(answer[-1], Later)
    return answer[-1]


def test_engine_is_active_while_a_rule_could_strike(smtp: Wire) -> None:
    assert not is_active(smtp)
    smtp.when("RCPT").reply(450).once()
    assert is_active(smtp)
    smtp.says("RCPT")
    assert not is_active(smtp)


def test_engine_is_idle_behind_the_nth(smtp: Wire) -> None:
    smtp.when("RCPT", nth=1).reply(450)
    smtp.says("RCPT")
    assert not is_active(smtp)


def test_engine_wakes_for_a_rule_that_is_told_more(smtp: Wire) -> None:
    rule = smtp.when("RCPT").reply(450).once()
    smtp.says("RCPT")
    rule.times(2)
    assert is_active(smtp)


def test_first_rule_that_answers_wins(smtp: Wire) -> None:
    smtp.when("RCPT").reply(450, "first")
    second = smtp.when("RCPT").reply(550, "second")
    assert sent(smtp.says("RCPT")) == b"450 first\r\n"
    assert second.fired == 0


def test_rule_that_is_used_up_lets_the_next_have_its_turn(smtp: Wire) -> None:
    smtp.when("RCPT").reply(450, "first").times(2)
    smtp.when("RCPT").reply(550, "second").once()
    answers = [sent(smtp.says("RCPT")) for _ in range(4)]
    assert answers == [b"450 first\r\n"] * 2 + [b"550 second\r\n", OK]


def test_rules_that_work_on_the_answer_all_apply_in_order(smtp: Wire) -> None:
    smtp.when("RCPT").rewrite("250", "251")
    smtp.when("RCPT").rewrite("251", "252")
    assert sent(smtp.says("RCPT")) == b"252 OK\r\n"


def test_rules_before_and_behind_work_on_an_answer_that_comes_instead(smtp: Wire) -> None:
    smtp.when("any").split(2)
    smtp.when("RCPT").reply(450)
    smtp.when("RCPT").delay(3)
    assert smtp.says("RCPT") == [Pause(3), Send(b"45"), Pause(0), Send(b"0\r\n")]


def test_rule_without_an_action_does_nothing(smtp: Wire) -> None:
    rule = smtp.when("RCPT")
    assert sent(smtp.says("RCPT")) == OK
    assert rule.fired == 0


def test_unfired_are_those_that_should_have(smtp: Wire) -> None:
    smtp.when("MAIL").reply(450)
    unmet = smtp.when("RCPT").reply(450)
    smtp.when("RCPT").reply(450).optional()
    smtp.when("DATA").reply(450).stop()
    smtp.says("MAIL")
    assert smtp.engine.unfired() == [unmet]


def test_clear_forgets_all(smtp: Wire) -> None:
    smtp.when("RCPT").reply(450)
    smtp.engine.clear()
    assert not is_active(smtp)
    assert smtp.engine.unfired() == []
    assert sent(smtp.says("RCPT")) == OK


def test_answer_is_untouched_where_no_rule_is_meant(smtp: Wire) -> None:
    smtp.when("RCPT").reply(450)
    assert smtp.says("MAIL") == [Send(OK)]


def test_each_strike_is_noted(smtp: Wire) -> None:
    smtp.when("RCPT").reply(450, "Busy")
    smtp.says("RCPT")
    assert smtp.recorder.notes == ["fault: smtp.when('RCPT').reply(450, 'Busy')"]


def test_bye_in_idle_comes_later_and_leaves_the_answer(imap: Wire) -> None:
    rule = imap.when("IDLE").bye("Session expired").after("29m")
    answer = imap.says("IDLE", b"+ idling\r\n")
    later = postponed(answer)
    assert answer == [Send(b"+ idling\r\n"), later]
    assert later.seconds == 29 * 60
    assert rule.fired == 0
    assert list(later.effects) == [Send(b"* BYE Session expired\r\n"), Close()]
    assert rule.fired == 1
    assert imap.happened == ["IDLE"]


def test_bye_in_idle_is_called_off_by_done(imap: Wire) -> None:
    rule = imap.when("IDLE").bye("Session expired").after("29m").once()
    later = postponed(imap.says("IDLE"))
    imap.says("DONE")
    assert list(later.effects) == []
    assert rule.fired == 0
    later = postponed(imap.says("IDLE"))
    assert sent(later.effects) == b"* BYE Session expired\r\n"


def test_bye_in_idle_survives_what_the_server_says(imap: Wire) -> None:
    imap.when("IDLE").bye("Session expired").after("29m")
    later = postponed(imap.says("IDLE"))
    imap.says("push")
    imap.says("NOOP", connection=Connection(2, "imap"))
    assert sent(later.effects) == b"* BYE Session expired\r\n"


def test_strike_after_another_command_is_not_called_off(imap: Wire) -> None:
    imap.when("LOGIN").bye("Session expired").after("1h")
    later = postponed(imap.says("LOGIN"))
    imap.says("SELECT")
    assert sent(later.effects) == b"* BYE Session expired\r\n"


def test_strike_that_is_due_twice_keeps_its_number(imap: Wire) -> None:
    rule = imap.when("IDLE").bye("Session expired").after("29m").once()
    one = postponed(imap.says("IDLE"))
    other = postponed(imap.says("IDLE", connection=Connection(2, "imap")))
    assert sent(one.effects) != b""
    assert list(other.effects) == []
    assert rule.fired == 1


def test_strike_is_off_once_the_faults_are_cleared(imap: Wire) -> None:
    imap.when("IDLE").bye("Session expired").after("29m")
    later = postponed(imap.says("IDLE"))
    imap.engine.clear()
    assert list(later.effects) == []


def test_closing_comes_later_by_itself(smtp: Wire) -> None:
    smtp.when("end-of-data").close().after("5m")
    answer = smtp.says("end-of-data")
    later = postponed(answer)
    assert answer == [Send(OK), later]
    assert list(later.effects) == [Close()]


def test_421_comes_later_by_itself(smtp: Wire) -> None:
    smtp.when("connect").reply(421, "4.4.2 Timeout").after("5m")
    answer = smtp.says("connect")
    later = postponed(answer)
    assert answer == [Send(OK), later]
    assert list(later.effects) == [Send(b"421 4.4.2 Timeout\r\n"), Close()]


def test_other_answers_are_merely_late(imap: Wire) -> None:
    imap.when("SEARCH").no("[UNAVAILABLE] Try again").after("30s")
    answer = imap.says("SEARCH", tag="a1")
    assert answer == [Pause(30), Send(b"a1 NO [UNAVAILABLE] Try again\r\n")]
    assert imap.happened == []


def test_said_later(imap: Wire) -> None:
    imap.when("IDLE").say("* OK Still here").after("2m")
    later = postponed(imap.says("IDLE"))
    assert list(later.effects) == [Send(b"* OK Still here\r\n")]


def test_rules_can_be_made_while_commands_come(smtp: Wire) -> None:
    stopped = threading.Event()

    def talk() -> None:
        while not stopped.is_set():
            smtp.says("RCPT")

    thread = threading.Thread(target=talk)
    thread.start()
    try:
        rules = [smtp.when("RCPT").reply(450).once() for _ in range(200)]
    finally:
        stopped.set()
        thread.join(60)
    for _ in range(400):
        if not is_active(smtp):
            break
        smtp.says("RCPT")
    assert [rule.fired for rule in rules] == [1] * 200


def test_without_rules_the_answer_is_the_sessions_own(smtp: Wire) -> None:
    answer = [Send(OK)]
    conversation = Conversation(smtp.connection, smtp.engine, smtp.recorder)
    assert conversation.answer(Exchange(smtp.connection, "MAIL"), lambda: answer) is answer
