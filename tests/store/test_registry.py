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


def test_a_change_wakes_who_waits_for_one() -> None:
    registry = Registry(Clock())
    woken: list[bool] = []
    is_waiting = threading.Event()

    def wait() -> None:
        with registry.changed:
            is_waiting.set()
            woken.append(registry.changed.wait(timeout=10))

    thread = threading.Thread(target=wait)
    thread.start()
    is_waiting.wait()
    with registry:
        registry.touched()
    thread.join()
    assert woken == [True]
