import threading

from pytest_fakemail.clock import Clock
from pytest_fakemail.store.registry import Listener, Registry


def test_listeners_are_called_once_when_the_outermost_block_ends() -> None:
    registry = Registry(Clock())
    called: list[str] = []
    group: list[Listener] = []
    registry.subscribe(lambda: called.append("all"))
    registry.subscribe(lambda: called.append("group"), group)
    with registry:
        with registry:
            registry.touched(group)
        registry.touched(group)
        assert called == []
    assert called == ["group", "all"]


def test_nobody_is_called_if_nothing_was_touched() -> None:
    registry = Registry(Clock())
    called: list[str] = []
    registry.subscribe(lambda: called.append("all"))
    with registry:
        pass
    assert called == []


def test_listeners_find_the_lock_free() -> None:
    registry = Registry(Clock())
    acquired: list[bool] = []

    def other_thread() -> None:
        acquired.append(registry.lock.acquire(blocking=False))
        registry.lock.release()

    def listener() -> None:
        thread = threading.Thread(target=other_thread)
        thread.start()
        thread.join()

    registry.subscribe(listener)
    with registry:
        registry.touched()
    assert acquired == [True]


def test_a_lock_that_an_exception_has_left_behind_is_let_go() -> None:
    registry = Registry(Clock())
    registry.__enter__()
    registry.__enter__()
    registry.let_go()
    registry.let_go()
    taken: list[bool] = []
    taking = threading.Thread(target=lambda: taken.append(registry.lock.acquire(timeout=60)))
    taking.start()
    taking.join()
    assert taken == [True]
