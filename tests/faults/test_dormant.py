"""An engine that nobody has asked for anything is loaded with the first rule."""

import threading
from typing import Any, NoReturn

from pytest_fakemail import FakeMail
from pytest_fakemail.clock import Clock
from pytest_fakemail.faults.dormant import dormant
from pytest_fakemail.faults.engine import FaultEngine

THREADS = 4


def never() -> NoReturn:
    raise AssertionError("nobody waits for a strike")


def test_what_there_is_nothing_of_wakes_nobody() -> None:
    recorder: Any = None
    engine = dormant(Clock(), recorder, never, bugs=[], hostname="mail.example.test")
    assert not engine.is_active
    assert not engine.is_counting
    assert not engine.heeds("imap", "NOOP")
    assert engine.is_bare
    assert engine.manners is None
    assert engine.unfired() == []
    engine.clear()
    engine.begin_anew()
    assert not hasattr(engine, "_rules")
    assert not isinstance(engine, FaultEngine)


def test_a_connection_that_was_there_before_meets_the_first_rule(fakemail: FakeMail) -> None:
    client = fakemail.smtp.client()
    assert client.noop()[0] == 250
    fakemail.smtp.when("NOOP").reply(450)
    assert client.noop()[0] == 450


def test_a_snapshot_of_before_the_first_rule_has_none(fakemail: FakeMail) -> None:
    stands = fakemail.snapshot()
    fakemail.smtp.when("NOOP").reply(450).optional()
    stands.restore()
    assert fakemail.smtp.client().noop()[0] == 250
    fakemail.smtp.when("NOOP").reply(451)
    assert fakemail.smtp.client().noop()[0] == 451


def test_threads_that_wake_it_at_once_wake_one() -> None:
    """The first holds the door until all have come to it."""
    come = threading.Semaphore(0)
    woken: list[bool] = []

    def waits() -> Any:  # noqa: ANN401  (what nobody looks at)
        woken.append(True)
        for _ in range(THREADS):
            come.acquire()

    def rule() -> None:
        come.release()
        engine.when("smtp", "NOOP")

    recorder: Any = None
    engine = dormant(Clock(), recorder, waits, bugs=[], hostname="mail.example.test")
    threads = [threading.Thread(target=rule) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert woken == [True]
    assert len(engine.unfired()) == THREADS
