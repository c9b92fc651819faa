"""FakeMail as a plain context manager, without any fixture."""

import imaplib
import os
import re
import smtplib
import socket
import ssl
import sys
import threading
import warnings
from collections.abc import Callable
from functools import partial

import pytest
from children import end_of

from pytest_fakemail import FakeMail, Settings, any_of
from pytest_fakemail.errors import (
    BadArgument,
    BadSetting,
    NotRunning,
    ServerBug,
    UnfiredFault,
    UnknownCapability,
)
from pytest_fakemail.faults.rules import Rule

MAIL = b"Subject: Hello\r\n\r\nHi\r\n"


def send(fakemail: FakeMail, *recipients: str) -> None:
    with smtplib.SMTP(fakemail.smtp.host, fakemail.smtp.port) as client:
        client.sendmail("app@example.test", recipients or ["ann@example.test"], MAIL)


def test_it_serves_inside_the_block_only() -> None:
    with FakeMail() as fakemail:
        send(fakemail)
        address = fakemail.smtp.address
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=5)
    assert fakemail.outbox.one().raw == MAIL


def test_nothing_runs_before_a_port_is_read() -> None:
    before = threading.active_count()
    with FakeMail() as fakemail:
        assert threading.active_count() == before
        assert fakemail.smtp.port > 0
        assert threading.active_count() == before + 1
    assert threading.active_count() == before


@pytest.mark.skipif(
    sys.version_info >= (3, 15) and "PYTEST_XDIST_WORKER" in os.environ,
    reason="Python 3.15 counts the threads of xdist's own worker",
)
def test_after_the_last_one_a_fork_is_silent() -> None:
    with FakeMail() as one, FakeMail() as other:
        send(one)
        send(other)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        child = os.fork()
    if child == 0:
        os._exit(0)
    assert end_of(child) == 0


def test_several_at_once_know_nothing_of_each_other() -> None:
    with FakeMail() as one, FakeMail() as other:
        send(one, "ann@example.test")
        send(other, "bob@example.test")
        assert one.outbox.one().recipients == ["ann@example.test"]
        assert other.outbox.one().recipients == ["bob@example.test"]


def test_it_can_be_used_from_any_thread() -> None:
    with FakeMail() as fakemail:
        threads = [
            threading.Thread(target=send, args=(fakemail, f"{number}@example.test"))
            for number in range(8)
        ]
        for thread in threads:
            thread.start()
        assert len(fakemail.outbox.wait_for_count(8)) == 8
        for thread in threads:
            thread.join()


def test_settings_can_be_given_one_by_one_or_whole() -> None:
    settings = Settings(domain="house.test")
    with FakeMail(settings, mailboxes="inbox") as fakemail:
        assert fakemail.account("ann").address == "ann@house.test"
        assert fakemail.settings.mailboxes == "inbox"
    with pytest.raises(BadSetting, match="no setting 'domian'"):
        FakeMail(domian="x.test")  # type: ignore[call-arg]  # that is the test


def test_leaving_the_block_raises_what_check_finds() -> None:
    with pytest.raises(UnfiredFault, match="RCPT"), FakeMail() as fakemail:
        fakemail.smtp.when("RCPT").reply(450, "4.2.1 Busy")


def test_an_error_in_the_block_is_not_hidden_by_a_fault() -> None:
    fakemail = FakeMail()
    fakemail.smtp.when("RCPT").reply(450, "4.2.1 Busy")
    with pytest.raises(ZeroDivisionError), fakemail:
        raise ZeroDivisionError


def test_closing_twice_is_closing_once() -> None:
    fakemail = FakeMail()
    send(fakemail)
    fakemail.close()
    fakemail.close()
    with pytest.raises(NotRunning, match="closed"):
        _ = fakemail.pop3.port
    with pytest.raises(NotRunning, match="closed"):
        fakemail.reset()


def test_urls_name_scheme_host_and_port() -> None:
    with FakeMail() as fakemail:
        ann = fakemail.account("ann@example.test", password="p@ss/word")
        assert fakemail.smtp.url == f"smtp://127.0.0.1:{fakemail.smtp.port}"
        assert fakemail.smtp.tls_url == f"smtps://127.0.0.1:{fakemail.smtp.tls_port}"
        assert fakemail.imap.url_for(ann) == (
            f"imap://ann%40example.test:p%40ss%2Fword@127.0.0.1:{fakemail.imap.port}"
        )
        assert fakemail.pop3.url_for(ann, tls=True) == (
            f"pop3s://ann%40example.test:p%40ss%2Fword@127.0.0.1:{fakemail.pop3.tls_port}"
        )


def test_it_listens_on_ipv6_when_told_to() -> None:
    with FakeMail(host="::1") as fakemail:
        assert fakemail.smtp.url == f"smtp://[::1]:{fakemail.smtp.port}"
        send(fakemail)
        assert len(fakemail.outbox) == 1


def test_a_port_of_ones_own_can_be_chosen_before_it_listens() -> None:
    with FakeMail() as fakemail, socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            fakemail.smtp.listen(taken)
        assert fakemail.smtp.port != taken
        assert fakemail.imap.port > 0
        with pytest.raises(BadArgument, match="listens already"):
            fakemail.imap.listen(0)


@pytest.mark.parametrize("port", [-1, 65536, "25", 2.5, True])
def test_a_port_that_cannot_be_is_told(port: int) -> None:
    with FakeMail() as fakemail, pytest.raises(BadArgument, match=r"^port=.* from 0 to 65535$"):
        fakemail.smtp.listen(port)


def test_an_extension_that_nobody_knows_is_told_at_once() -> None:
    with pytest.raises(BadSetting, match="smtp_without: no capability 'SIEZ'; did you mean 'SIZE'"):
        FakeMail(smtp_without=["SIEZ"])


@pytest.mark.parametrize("security", ["none", "starttls", "implicit"])
def test_clients_are_ready_to_use_and_closed_with_us(security: str) -> None:
    with FakeMail() as fakemail:
        ann = fakemail.account("ann@example.test", password="secret")
        sender = fakemail.smtp.client(ann, security=security)  # type: ignore[arg-type]  # parametrised, or a mistake on purpose
        sender.sendmail("app@example.test", ["ann@example.test"], MAIL)
        assert fakemail.imap.client(ann, security=security).select()[1] == [b"1"]  # type: ignore[arg-type]  # parametrised, or a mistake on purpose
        assert fakemail.pop3.client(ann, security=security).stat() == (1, len(MAIL))  # type: ignore[arg-type]  # parametrised, or a mistake on purpose
        assert fakemail.outbox.one().user == "ann@example.test"
        assert (fakemail.outbox.one().tls is None) == (security == "none")


def test_another_security_is_refused_by_name() -> None:
    with FakeMail() as fakemail, pytest.raises(BadArgument, match="security='tls': wanted one of"):
        fakemail.imap.client(security="tls")  # type: ignore[arg-type]  # parametrised, or a mistake on purpose


def test_reset_forgets_all_but_the_ports() -> None:
    with FakeMail() as fakemail:
        send(fakemail)
        port = fakemail.smtp.port
        fakemail.account("ann@example.test")
        fakemail.smtp.when("RCPT").reply(450, "4.2.1 Busy").optional()
        fakemail.smtp.capabilities.off("SIZE")
        fakemail.clock.advance("1d")
        fakemail.reset()
        assert fakemail.smtp.port == port
        assert len(fakemail.outbox) == 0
        assert fakemail.store.account("ann@example.test") is None
        assert "SIZE" in fakemail.smtp.capabilities
        assert str(fakemail.transcript) == ""
        send(fakemail)
        assert len(fakemail.outbox) == 1


def test_reset_breaks_what_was_connected() -> None:
    with FakeMail() as fakemail:
        client = smtplib.SMTP(*fakemail.smtp.address)
        fakemail.reset()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.noop()
        client.close()


def test_reset_tells_of_faults_that_never_fired() -> None:
    with FakeMail() as fakemail:
        fakemail.smtp.when("RCPT").reply(450, "4.2.1 Busy")
        with pytest.raises(UnfiredFault):
            fakemail.reset()


def test_an_unknown_capability_is_told_with_those_there_are() -> None:
    with FakeMail() as fakemail, pytest.raises(UnknownCapability, match="no capability 'SIEZ'"):
        fakemail.smtp.capabilities.off("SIEZ")


def test_account_gets_or_makes() -> None:
    with FakeMail() as fakemail:
        assert fakemail.account().address == "user@example.test"
        ann = fakemail.account("ann@example.test", password="one")
        assert fakemail.account("ann@example.test").password == "one"
        fakemail.account("ANN@example.test", password="two")
        assert ann.password == "two"


def test_repr_says_what_matters() -> None:
    with FakeMail() as fakemail:
        assert repr(fakemail) == "<FakeMail: no port was read; 0 sent>"
        assert repr(fakemail.smtp) == "<smtp server on 127.0.0.1: not started>"
        port = fakemail.smtp.port
        assert repr(fakemail.smtp) == f"<smtp server on 127.0.0.1: plain {port}>"
        tls, imap = fakemail.smtp.tls_port, fakemail.imap.tls_port
        ports = f"smtp {port} and {tls} (TLS), imap {imap} (TLS)"
        assert repr(fakemail) == f"<FakeMail: {ports}; 0 sent>"
    assert repr(fakemail) == "<FakeMail: closed>"


@pytest.mark.parametrize(
    "fault",
    [
        lambda rule: rule.rewrite(lambda answer: answer.no_such_thing),
        lambda rule: rule.send(lambda exchange: exchange.no_such_thing),
    ],
)
def test_a_mistake_in_a_function_given_to_a_fault_is_its_authors(
    fault: Callable[[Rule], Rule],
) -> None:
    fakemail = FakeMail()
    fault(fakemail.smtp.when("RCPT"))
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(fakemail)
    fakemail.close()
    with pytest.raises(BadArgument, match="a function given by the test failed once: Attr"):
        fakemail.check()


def test_a_mistake_in_a_condition_is_its_authors() -> None:
    fakemail = FakeMail()
    fakemail.smtp.when("RCPT", where=lambda exchange: exchange.no_such_thing).reply(450)  # type: ignore[attr-defined]  # the mistake
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(fakemail)
    fakemail.close()
    with pytest.raises(BadArgument, match="a function given by the test failed once: Attr"):
        fakemail.check(faults=False)


def test_a_mistake_of_ours_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    fakemail = FakeMail()
    monkeypatch.setattr(fakemail.store, "deliver", lambda *_, **__: 1 / 0)
    for _ in range(2):
        with pytest.raises(smtplib.SMTPDataError):
            send(fakemail)
    fakemail.close()
    with pytest.raises(ServerBug, match="failed 2 times, first with ZeroDivisionError"):
        fakemail.check()
    fakemail.check()  # told once


def test_lmtp_answers_for_each_recipient() -> None:
    with FakeMail() as fakemail:
        client = fakemail.lmtp.client()
        client.ehlo()
        client.mail("app@example.test")
        client.rcpt("ann@example.test")
        client.rcpt("bob@example.test")
        assert client.data(MAIL)[0] == 250
        assert client.getreply()[0] == 250
        assert fakemail.outbox.one().protocol == "LMTP"
        with pytest.raises(BadArgument, match="for LMTP"):
            fakemail.lmtp.client(security="implicit")


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_clients_log_in_by_token_where_passwords_are_closed(mechanism: str) -> None:
    with FakeMail(mechanisms=[mechanism]) as fakemail:
        account = fakemail.account("ann@example.test")
        assert fakemail.smtp.client(account).noop()[0] == 250
        assert fakemail.pop3.client(account).stat() == (0, 0)
        assert fakemail.imap.client(account).select()[0] == "OK"
        for command in ("AUTH", "AUTHENTICATE"):
            for login in fakemail.transcript.commands(command):
                assert mechanism in str(login)


def test_a_client_that_has_no_way_in_says_so() -> None:
    with (
        FakeMail(mechanisms=["EXTERNAL"]) as fakemail,
        pytest.raises(BadArgument, match="cannot log in by EXTERNAL alone"),
    ):
        fakemail.imap.client()


def test_settings_that_are_none_are_told() -> None:
    with pytest.raises(BadSetting, match=r"no settings: \{'domain': 'x.test'\}; wanted Settings"):
        FakeMail({"domain": "x.test"})  # type: ignore[arg-type]  # that is the test


def test_a_certificate_that_no_handshake_met_is_told() -> None:
    fakemail = FakeMail()
    fakemail.tls.present("expired").present("self-signed")
    with pytest.raises(ssl.SSLCertVerificationError):
        fakemail.smtp.client(security="implicit")
    fakemail.close()
    with pytest.raises(UnfiredFault) as failure:
        fakemail.check()
    assert re.fullmatch(
        r"no TLS handshake met 'expired'\n  presented at .*test_fakemail.py:\d+", str(failure.value)
    )
    fakemail.check(faults=False)
    fakemail.clear_faults()
    fakemail.check()


def test_a_reset_tells_of_a_certificate_once() -> None:
    with FakeMail() as fakemail:
        fakemail.tls.present("tls1.2")
        with pytest.raises(UnfiredFault, match=r"no TLS handshake met 'tls1\.2'"):
            fakemail.reset()
        assert fakemail.tls.presented == "valid"


def test_a_catch_all_gets_what_reaches_nobody_else(fakemail: FakeMail) -> None:
    fakemail.account("ann@example.test")
    fakemail.alias("*@example.test", ["user@example.test"])
    fakemail.account()
    with fakemail.smtp.client() as client:
        for to in ("ann@example.test", "nobody@example.test", "nobody@elsewhere.test"):
            client.sendmail("a@x.test", to, f"Subject: {to}\n\n")
    assert [each.subject for each in fakemail.account().inbox] == ["nobody@example.test"]
    with pytest.raises(BadArgument, match=r"no address for an alias: 'a\*@example.test'; a catch-"):
        fakemail.alias("a*@example.test", ["user@example.test"])


def test_a_function_is_called_before_the_answer(fakemail: FakeMail) -> None:
    inbox = fakemail.account().inbox
    client = fakemail.imap.client()
    client.select()
    fakemail.imap.when("SEARCH").do(lambda _: inbox.deliver(subject="meanwhile")).once()
    assert client.search(None, "ALL")[1] == [b""]
    assert client.search(None, "ALL")[1] == [b"1"]
    with pytest.raises(BadArgument, match="do\\(5\\): wanted a function"):
        fakemail.imap.when("SEARCH").do(5).optional()  # type: ignore[arg-type]
    fakemail.clear_faults()


def test_copies_have_a_mailbox_and_a_target(fakemail: FakeMail) -> None:
    fakemail.account().inbox.deliver(subject="a")
    client = fakemail.imap.client()
    client.select()
    there = fakemail.imap.when("COPY", mailbox="INBOX", target="Archive").no("[OVERQUOTA] Full")
    other = fakemail.imap.when("COPY", mailbox="Archive").no("never").optional()
    assert client.copy("1", "Archive")[0] == "NO"
    assert client.copy("1", "Junk")[0] == "OK"
    assert (there.fired, other.fired) == (1, 0)


@pytest.mark.parametrize("command", ["uid", "fetch"])
def test_a_break_counts_within_the_response_of_the_message(
    fakemail: FakeMail, command: str
) -> None:
    inbox = fakemail.account().inbox
    for uid in (1, 3, 5):
        inbox.deliver(f"Subject: {uid}\r\n\r\n{{5}}\r\n".encode() + b"x" * 200, uid=uid)
    client = fakemail.imap.client()
    client.select()
    fakemail.imap.when("FETCH", uid=any_of(3, 5)).drop(in_literal=14)
    fetch = partial(client.uid, "FETCH") if command == "uid" else client.fetch
    with pytest.raises(imaplib.IMAP4.abort):
        fetch("1:*", "(BODY.PEEK[])")
    answer = fakemail.transcript.commands("FETCH")[0].answer
    assert answer.count(b"FETCH (") == 2
    assert answer.endswith(b"}\r\nSubject: 3\r\n\r\n")
