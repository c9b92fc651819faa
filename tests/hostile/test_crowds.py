"""Very many connections: idle ones, busy ones, ones that stop in the middle."""

import imaplib
import smtplib
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import pytest
from cputime import within
from hostile.attacker import ENVELOPE, Attacker, Bystander, captured

from pytest_fakemail import FakeMail

resource = pytest.importorskip("resource", reason="no limits of the process to raise here")
MANY = 500


@pytest.fixture(autouse=True)
def descriptors() -> Iterator[None]:
    """Let this process have both ends of all connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 4 * MANY
    if hard not in (resource.RLIM_INFINITY, -1):
        wanted = min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_five_hundred_connections_send_a_mail_each(fakemail: FakeMail) -> None:
    with ExitStack() as crowd:
        clients = [crowd.enter_context(Attacker(fakemail)) for _ in range(MANY)]
        for number, client in enumerate(clients):
            client.say(
                b"EHLO c%d\r\n" % number + ENVELOPE + b"DATA\r\n%d\r\n.\r\nQUIT\r\n" % number
            )
        for client in clients:
            assert client.codes(7) == [220, 250, 250, 250, 354, 250, 221]
            assert client.rest() == b""
    assert sorted(captured(fakemail)) == sorted(b"%d\r\n" % number for number in range(MANY))
    numbers = [mail.connection for mail in fakemail.outbox]
    assert len(set(numbers)) == MANY + 1  # with the bystander's


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"E",
        b"EHLO slow.test\r\nAUTH LOGIN\r\nd",
        b"EHLO slow.test\r\n" + ENVELOPE + b"DATA\r\nSubject: s",
        b"EHLO slow.test\r\n" + ENVELOPE + b"BDAT 1000 LAST\r\nS",
        b"EHLO slow.test\r\nSTARTTLS\r\n",
    ],
)
def test_slow_loris_keeps_nobody_waiting(
    fakemail: FakeMail, bystander: Bystander, begun: bytes
) -> None:
    with ExitStack() as crowd:
        for _ in range(200):
            crowd.enter_context(Attacker(fakemail)).say(begun)
        bystander.is_served()  # those before were accepted by now
        bystander.is_served()
        with Attacker(fakemail).begin_data() as newcomer:
            newcomer.say(b"prompt\r\n.\r\n")
            assert newcomer.codes(1) == [250]
    assert captured(fakemail) == [b"prompt\r\n"]


def test_slow_loris_is_told_after_the_timeout(fakemail: FakeMail, bystander: Bystander) -> None:
    with ExitStack() as crowd:
        clients = [crowd.enter_context(Attacker(fakemail)) for _ in range(50)]
        assert all(client.codes(1) == [220] for client in clients)
        fakemail.clock.advance(fakemail.settings.smtp_timeout)
        assert all(client.codes(1) == [421] for client in clients)
    bystander.comes_again()


@pytest.mark.fakemail(max_connections=10)
def test_connections_too_many_are_refused_and_places_come_free(fakemail: FakeMail) -> None:
    for _ in range(3):
        with ExitStack() as crowd:
            clients = [crowd.enter_context(Attacker(fakemail)) for _ in range(20)]
            codes = [client.codes(1)[0] for client in clients]
            assert codes == [220] * 9 + [421] * 11  # the bystander has a place
            for client in clients[:9]:
                client.say(b"QUIT\r\n")
                assert client.rest().startswith(b"221 ")


@pytest.mark.fakemail(max_connections=2)
def test_both_ports_of_a_server_share_its_places(fakemail: FakeMail) -> None:
    """The bystander has one of them."""
    secure = partial(
        smtplib.SMTP_SSL,
        "localhost",
        fakemail.smtp.tls_port,
        timeout=60,
        context=fakemail.tls.client_context(),
    )
    with (
        smtplib.SMTP(*fakemail.smtp.address, timeout=60),
        pytest.raises(smtplib.SMTPConnectError, match="421"),
    ):
        secure()
    secure().quit()
    imaplib.IMAP4(*fakemail.imap.address, timeout=60).logout()  # another server


def test_dropping_under_load_ends_at_once(fakemail: FakeMail, bystander: Bystander) -> None:
    with ExitStack() as crowd:
        clients = [crowd.enter_context(Attacker(fakemail).begin_data()) for _ in range(100)]
        for client in clients:
            client.say(b"x" * 10_000)
        with within(2):
            fakemail.smtp.drop_connections()
        assert all(client.rest() == b"" for client in clients)
    bystander.comes_again()
    assert captured(fakemail) == []
