"""Processes forked while servers run: the child is a client like others, or has its own."""

import os
import smtplib
import sys
from collections.abc import Callable

import pytest
from children import end_of
from hostile.attacker import captured

from pytest_fakemail import FakeMail

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here"),
    # From Python 3.12 on: the servers' thread is running, and the child does without it.
    pytest.mark.filterwarnings("ignore:This process.*is multi-threaded:DeprecationWarning"),
]


def in_child(work: Callable[[], None]) -> None:
    """Do this in a forked child; fail if it does."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        except BaseException as error:  # noqa: BLE001  (nobody else will tell)
            sys.__stderr__.write(f"in the child: {error!r}\n")  # type: ignore[union-attr]
        finally:
            os._exit(code)
    assert end_of(child) == 0


def send(fakemail: FakeMail, text: str) -> None:
    with smtplib.SMTP(*fakemail.smtp.address, timeout=60) as client:
        client.sendmail("child@evil.test", ["user@example.test"], text)


def test_a_child_sends_to_the_parents_server(fakemail: FakeMail) -> None:
    in_child(lambda: send(fakemail, "from the child"))
    assert captured(fakemail) == [b"from the child\r\n"]


def test_a_child_that_closes_its_copy_closes_nothing(fakemail: FakeMail) -> None:
    in_child(fakemail.close)
    send(fakemail, "from the parent")
    assert captured(fakemail) == [b"from the parent\r\n"]


def test_a_child_has_servers_of_its_own() -> None:
    def work() -> None:
        with FakeMail() as own:
            send(own, "within the child")
            assert captured(own) == [b"within the child\r\n"]

    in_child(work)
