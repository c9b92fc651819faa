"""Libraries that patch time: waits, delays and time-outs stay real, dates follow them."""

import asyncio
import smtplib
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial

import dns.message
import freezegun
import pytest
import time_machine

from pytest_fakemail import FakeMail
from pytest_fakemail.clock import monotonic

THEN = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
SHORT = 0.05
MAIL = b"Subject: Hello\r\n\r\nHi\r\n"

Patched = Callable[[], AbstractContextManager[object]]


@contextmanager
def frozen(*, tick: bool) -> Iterator[object]:
    with freezegun.freeze_time(THEN, tick=tick) as one:
        yield one


@contextmanager
def travelled(*, tick: bool) -> Iterator[object]:
    with time_machine.travel(THEN, tick=tick) as one:
        yield one


@pytest.fixture(
    params=[
        partial(library, tick=tick) for library in (frozen, travelled) for tick in (False, True)
    ],
    ids=["freezegun", "freezegun ticks", "time-machine", "time-machine ticks"],
)
def patched(request: pytest.FixtureRequest) -> Patched:
    library: Patched = request.param
    return library


@pytest.fixture
def fakemail() -> Iterator[FakeMail]:
    with FakeMail() as one:
        yield one


def send(fakemail: FakeMail) -> None:
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.sendmail("app@example.test", ["user@example.test"], MAIL)


def test_a_wait_in_vain_ends(patched: Patched, fakemail: FakeMail) -> None:
    begun = monotonic()
    with patched():
        with pytest.raises(AssertionError, match="no mail"):
            fakemail.outbox.wait_for(to="ann@example.test", timeout=SHORT)
        with pytest.raises(AssertionError, match="no message"):
            fakemail.account().inbox.wait_for(subject="x", timeout=SHORT)
        fakemail.outbox.assert_none(within=SHORT)
    assert monotonic() - begun >= 3 * SHORT


def test_a_wait_in_vain_ends_in_asyncio(patched: Patched, fakemail: FakeMail) -> None:
    async def wait() -> None:
        with pytest.raises(AssertionError, match="no mail"):
            await fakemail.outbox.wait_for_async(to="ann@example.test", timeout=SHORT)

    begun = monotonic()
    with patched():
        asyncio.run(wait())
    assert monotonic() - begun >= SHORT


def test_time_may_be_patched_while_a_wait_is_on(patched: Patched, fakemail: FakeMail) -> None:
    async def wait() -> None:
        with pytest.raises(AssertionError, match="no mail"):
            await fakemail.outbox.wait_for_async(to="ann@example.test", timeout=SHORT)

    async def test() -> None:
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        with patched():
            await waiting

    asyncio.run(test())


def test_a_wait_ends_with_the_mail(patched: Patched, fakemail: FakeMail) -> None:
    async def wait() -> None:
        sending = asyncio.get_running_loop().run_in_executor(None, send, fakemail)
        mail = await fakemail.outbox.wait_for_async(to="user@example.test", timeout=60)
        assert mail.raw == MAIL
        await sending

    with patched():
        asyncio.run(wait())
        assert len(fakemail.outbox) == 1


def test_a_delay_takes_its_real_time(patched: Patched, fakemail: FakeMail) -> None:
    fakemail.smtp.when("NOOP").delay(SHORT).once()
    with patched():
        client = fakemail.smtp.client()
        begun = monotonic()
        client.noop()
        assert monotonic() - begun >= SHORT


def test_a_delay_of_the_name_server_takes_its_real_time(
    patched: Patched, fakemail: FakeMail
) -> None:
    fakemail.dns.when("A").delay(SHORT).once()
    with patched(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(60)
        begun = monotonic()
        query = dns.message.make_query("x.test", "A")
        client.sendto(query.to_wire(), fakemail.dns.address)
        assert dns.message.from_wire(client.recv(512)).id == query.id
        assert monotonic() - begun >= SHORT


def test_a_time_out_takes_its_real_time(patched: Patched) -> None:
    with FakeMail(imap_timeout=SHORT) as fakemail, patched():
        client = fakemail.imap.client()
        assert client.readline().startswith(b"* BYE")


def test_a_jump_of_the_date_times_nothing_out(patched: Patched, fakemail: FakeMail) -> None:
    client = fakemail.imap.client()
    with patched():
        assert client.noop()[0] == "OK"
    assert client.noop()[0] == "OK"


PATCHED_FIRST = """
import datetime, ssl, sys
from contextlib import ExitStack
from pytest_fakemail import FakeMail

with FakeMail() as fakemail, ExitStack() as stack:
    if sys.argv[1] == "freezegun":
        import freezegun
        stack.enter_context(freezegun.freeze_time("2050-01-01"))
    else:
        import time_machine
        stack.enter_context(time_machine.travel(datetime.datetime(2050, 1, 1)))
    assert fakemail.smtp.client(security="starttls").noop()[0] == 250
    fakemail.tls.present("expired")
    try:
        fakemail.smtp.client(security="starttls")
    except ssl.SSLCertVerificationError:
        print("refused")
FakeMail().tls.present("self-signed")  # real dates are still taken
"""


@pytest.mark.parametrize("library", ["freezegun", "time-machine"])
def test_certificates_can_be_made_first_under_a_patched_time(library: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PATCHED_FIRST, library],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "refused\n"), done.stderr


def test_dates_follow_the_patched_time(patched: Patched, fakemail: FakeMail) -> None:
    hour = timedelta(hours=1)
    with patched():
        fakemail.account()
        send(fakemail)
        inbox = fakemail.account().inbox
        inbox.deliver(subject="Made")
        assert THEN <= fakemail.outbox.one().received_at < THEN + hour
        assert all(THEN <= one.received_at < THEN + hour for one in inbox.messages)
        assert "02 Jan 2020" in str(inbox.assert_one(subject="Made").headers["Date"])


def test_a_token_expires_by_the_patched_time(fakemail: FakeMail) -> None:
    ann = fakemail.account("ann@example.test")
    with freezegun.freeze_time(THEN) as now:
        token = ann.token(expires_in="1h")
        account = fakemail.store.account("ann@example.test")
        assert account is not None
        assert account.tokens.state(token) == "valid"
        now.tick(timedelta(hours=2))
        assert account.tokens.state(token) == "expired"


def test_the_servers_clock_is_the_tests_to_freeze(patched: Patched, fakemail: FakeMail) -> None:
    other = datetime(2031, 1, 1, tzinfo=UTC)
    fakemail.clock.freeze(other)
    with patched():
        send(fakemail)
        assert fakemail.outbox.one().received_at == other


def test_the_servers_clock_is_the_tests_to_advance(patched: Patched, fakemail: FakeMail) -> None:
    fakemail.imap.when("NOOP").bye("Session expired").after("29m")
    with patched():
        client = fakemail.imap.client()
        client.noop()
        fakemail.clock.advance("30m")
        assert client.readline().startswith(b"* BYE Session expired")
