"""Whose mistake an exception in a server is."""

import smtplib
from collections.abc import Callable
from contextlib import suppress
from operator import attrgetter, methodcaller
from typing import Any

import pytest

from pytest_fakemail import BadArgument, FakeMail, policies
from pytest_fakemail.servers import SmtpServer


@pytest.mark.parametrize("function", [attrgetter("nonsense"), methodcaller("nonsense")])
@pytest.mark.parametrize(
    "give",
    [
        lambda server, function: server.when("end-of-data", where=function).reply(450),
        lambda server, function: server.when("end-of-data").do(function),
        lambda server, function: server.when("end-of-data").rewrite(function),
        lambda server, function: server.when("end-of-data").send(function),
        lambda server, function: server.enforce(policies.content(function)),
        lambda server, function: server.enforce(policies.greylisting(), where=function),
    ],
)
def test_a_function_without_a_frame_of_its_own_is_its_authors(
    give: Callable[[SmtpServer, Callable[..., Any]], object], function: Callable[..., Any]
) -> None:
    """Those that are written in C leave no frame of theirs in a traceback."""
    fakemail = FakeMail()
    give(fakemail.smtp, function)
    with (
        suppress(smtplib.SMTPException),
        smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client,
    ):
        client.sendmail("app@example.test", "ann@example.test", "Subject: x\n\nHi\n")
    fakemail.close()
    notes = [note for one in fakemail.transcript.connections for note in one.notes]
    assert not any("of the server's" in note for note in notes)
    with pytest.raises(BadArgument, match="a function given to a fault or policy failed"):
        fakemail.check(faults=False)
