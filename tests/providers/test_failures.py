"""Each failure of each provider: whole, named, and said where it belongs."""

import base64
import imaplib
import poplib
import smtplib
import socket
from collections import Counter
from importlib import import_module

import pytest
from faults.wire import Value, Wire
from providers.pages import failures_of, failures_page, modules

from pytest_fakemail import BadArgument, Failure, FakeMail, policies
from pytest_fakemail.faults.points import POINTS
from pytest_fakemail.providers import gmail, icloud, m365, ses, yahoo, yandex
from pytest_fakemail.wire.effects import Close, sent

ALL = [one for provider in modules() for _, one in failures_of(provider)]
EVIDENCE = set("TVSCRK")


def where(point: str) -> str:
    return "NOOP" if point == "any" else point


@pytest.mark.parametrize("provider", modules())
def test_names_are_those_of_the_module(provider: str) -> None:
    rows = failures_of(provider)
    module = import_module(f"pytest_fakemail.providers.{provider}")
    assert [one.name for _, one in rows] == [f"{provider}.{name}" for name, _ in rows]
    assert list(module.failures()) == [one for _, one in rows]


def test_no_name_is_there_twice() -> None:
    assert [name for name, count in Counter(one.name for one in ALL).items() if count > 1] == []


@pytest.mark.parametrize("failure", ALL)
def test_failure_says_all_of_itself(failure: Failure) -> None:
    assert failure.points
    assert failure.retry
    assert failure.source
    assert set(failure.evidence.split("+")) <= EVIDENCE
    if failure.protocol == "smtp":
        kind = failure.code // 100 if failure.code else 0
        assert kind == 5 or failure.retry != "permanent" or failure.code in (221, 421, 454)


@pytest.mark.parametrize("failure", ALL)
def test_only_what_a_server_was_seen_to_say_whole_is_verified(failure: Failure) -> None:
    letters = set(failure.evidence.split("+"))
    is_seen = "K" not in letters and not letters.isdisjoint("TVSC")
    assert failure.is_verified is (is_seen and not failure.abridged)
    assert failure.certainty == (
        "verified" if failure.is_verified else "abridged" if is_seen else "unverified"
    )
    assert f"({failure.certainty})" in repr(failure)
    doubts = ("ours", "unverified", "no capture", "alone", "unknown", "memory")
    has_doubts = any(word in failure.source for word in doubts)
    assert not (failure.is_verified and has_doubts)
    said = (failure.text, *failure.before, *failure.after)
    is_cut = any(each.endswith((":", "\N{HORIZONTAL ELLIPSIS}")) for each in said)
    assert not (failure.is_verified and is_cut)


def test_preset_of_a_test_claims_nothing() -> None:
    preset = Failure(name="ours.BUSY", protocol="smtp", answer="reply", code=450, text="Busy")
    assert not preset.is_verified
    assert repr(preset) == "<ours.BUSY: reply 450 'Busy'>"


def test_page_says_of_each_row_how_it_is_known() -> None:
    rows = [line for line in failures_page().splitlines() if line.startswith("| `")]
    assert [line.rsplit(" | ", 1)[1].partition(":")[0] for line in rows] == [
        one.certainty for one in ALL
    ]


@pytest.mark.parametrize(
    ("failure", "point"), [(one, point) for one in ALL for point in one.points if point != "push"]
)
def test_failure_is_said_where_it_belongs(failure: Failure, point: str) -> None:
    """Its words, with nothing left to be filled, and the connection as it says."""
    wire = Wire(failure.protocol)
    wire.when(where(point)).fail(failure)
    facts: dict[str, Value] = {"recipients": ["ann@x.test"], "sender": "bob@y.test", "tag": "a1"}
    is_auth = point in ("AUTH", "AUTHENTICATE")
    argument = "PLAIN secret" if is_auth else "7 BODY[]"
    request = f"a1 {point} {argument}\r\n".encode()
    effects = wire.says(where(point), argument=argument, request=request, mailbox="Work", **facts)
    said = sent(effects).decode()
    begins = {
        "reply": str(failure.code),
        "err": "-ERR ",
        "bye": "* BYE ",
        "send": failure.text.partition("{")[0],
    }.get(failure.answer, f"a1 {failure.answer.upper()} ")
    assert any(line.startswith(begins) for line in said.splitlines())
    assert "{" not in said
    assert said.endswith("\r\n")
    is_last = failure.closes or failure.answer == "bye" or failure.code == 421
    assert (Close() in effects) is is_last
    assert wire.happened == []


@pytest.mark.parametrize("failure", [one for one in ALL if "any" not in one.points])
def test_failure_put_where_it_cannot_happen_says_where_it_belongs(failure: Failure) -> None:
    point = next(one for one in POINTS[failure.protocol] if not failure.belongs_at(one))
    with pytest.raises(BadArgument, match=f"^{failure} cannot happen at .*; it belongs at when"):
        Wire(failure.protocol).when(point).fail(failure)


def test_failures_are_chosen_by_protocol_and_retry() -> None:
    chosen = list(gmail.failures(protocol="smtp", retry="policy"))
    assert gmail.DAILY_LIMIT in chosen
    assert {(one.protocol, one.retry) for one in chosen} == {("smtp", "policy")}
    wrong: Value = "stmp"
    with pytest.raises(BadArgument, match="no protocol 'stmp'; did you mean 'smtp'"):
        list(gmail.failures(protocol=wrong))
    with pytest.raises(BadArgument, match="no retry 'stmp'"):
        list(gmail.failures(retry=wrong))


def test_failures_name_tests(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest
        from pytest_fakemail.providers import ses

        @pytest.mark.parametrize("failure", ses.failures(retry="policy"))
        def test_it(failure):
            pass
    """)
    ran = pytester.runpytest("-v", "-p", "no:cacheprovider")
    ran.stdout.fnmatch_lines(["*test_it?ses.DAILY_LIMIT? PASSED*"])


def test_daily_limit_comes_at_data(fakemail: FakeMail) -> None:
    rule = fakemail.smtp.fail(gmail.DAILY_LIMIT)
    client = fakemail.smtp.client()
    with pytest.raises(smtplib.SMTPDataError) as failure:
        client.sendmail("a@x.test", "b@y.test", "Subject: x\n\nx")
    assert failure.value.smtp_code == 550
    assert isinstance(failure.value.smtp_error, bytes)
    lines = failure.value.smtp_error.splitlines()
    assert lines[0] == b"5.4.5 Daily user sending limit exceeded. For more information on Gmail"
    assert lines[2].startswith(b"5.4.5  https://support.google.com/a/answer/166852 ")
    assert lines[2].endswith(b".24 - gsmtp")
    assert rule.fired == 1
    assert repr(rule) == "smtp.when('DATA').fail(gmail.DAILY_LIMIT)"


def test_conditions_say_whom_a_failure_strikes(fakemail: FakeMail) -> None:
    fakemail.smtp.fail(gmail.NO_SUCH_USER, to="b@y.test").once()
    client = fakemail.smtp.client()
    refused = client.sendmail("a@x.test", ["c@y.test", "b@y.test"], "Subject: x\n\nx")
    assert list(refused) == ["b@y.test"]
    assert fakemail.outbox.one(to="c@y.test")


def test_failure_that_nothing_met_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="never came"), FakeMail() as fakemail:
        fakemail.smtp.fail(gmail.DAILY_LIMIT)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_login_is_refused_once_the_client_has_said_all(fakemail: FakeMail, mechanism: str) -> None:
    fakemail.smtp.fail(m365.BASIC_AUTH_DISABLED)
    client = fakemail.smtp.client()
    client.ehlo()
    client.user, client.password = "user@example.test", "password"
    answer = getattr(client, f"auth_{mechanism.lower().replace('-', '_')}")
    with pytest.raises(smtplib.SMTPAuthenticationError, match=r"5\.7\.139 Authentication unsu"):
        client.auth(mechanism, answer, initial_response_ok=False)
    challenges = {"PLAIN": 1, "LOGIN": 2, "CRAM-MD5": 1}
    assert str(fakemail.transcript).count("S: 334") == challenges[mechanism]
    assert client.noop()[0] == 250
    assert client.mail("a@x.test")[0] == 250


def test_expired_token_is_told_in_a_challenge(fakemail: FakeMail) -> None:
    rule = fakemail.smtp.fail(gmail.TOKEN_EXPIRED).once()
    client = fakemail.smtp.client()
    client.ehlo()
    token = base64.b64encode(b"user=user@example.test\1auth=Bearer stale\1\1").decode()
    code, challenge = client.docmd("AUTH", f"XOAUTH2 {token}")
    assert code == 334
    assert base64.b64decode(challenge).startswith(b'{"status":"400"')
    code, text = client.docmd("")
    assert code == 535
    assert text.startswith(b"5.7.8 Username and Password not accepted.")
    assert client.noop()[0] == 250
    assert rule.fired == 1


def test_expired_token_is_told_in_a_challenge_of_imap(fakemail: FakeMail) -> None:
    fakemail.account()
    fakemail.imap.fail(gmail.IMAP_TOKEN_EXPIRED).once()
    client = imaplib.IMAP4(fakemail.imap.host, fakemail.imap.port)
    said: list[bytes] = []

    def respond(challenge: bytes) -> bytes:
        said.append(challenge)
        return b"user=user@example.test\1auth=Bearer stale\1\1" if len(said) == 1 else b""

    with client, pytest.raises(imaplib.IMAP4.error, match=r"Invalid credentials \(Failure\)"):
        client.authenticate("XOAUTH2", respond)
    assert said[1].startswith(b'{"status":"400"')


def test_login_of_imap_is_refused_however_it_is_made(fakemail: FakeMail) -> None:
    fakemail.imap.fail(icloud.IMAP_BAD_LOGIN)
    first, second = (imaplib.IMAP4(*fakemail.imap.address) for _ in range(2))
    with pytest.raises(imaplib.IMAP4.error, match="Authentication failed"):
        first.login("user@example.test", "password")
    with pytest.raises(imaplib.IMAP4.error, match="Authentication failed"):
        second.authenticate("PLAIN", lambda _: b"\0user@example.test\0password")
    first.shutdown()
    second.shutdown()


def test_microsofts_basic_auth_ends_with_bye(fakemail: FakeMail) -> None:
    fakemail.imap.fail(m365.IMAP_BASIC_AUTH_DISABLED_BYE)
    client = imaplib.IMAP4(fakemail.imap.host, fakemail.imap.port)
    with pytest.raises(imaplib.IMAP4.error, match="Basic authentication is disabled"):
        client.login("user@example.test", "password")
    with pytest.raises(imaplib.IMAP4.abort):
        client.noop()
    client.shutdown()


def test_failure_of_pop3_speaks_its_words(fakemail: FakeMail) -> None:
    fakemail.pop3.fail(gmail.POP3_BAD_LOGIN)
    client = poplib.POP3(fakemail.pop3.host, fakemail.pop3.port)
    client.user("user@example.test")
    with pytest.raises(poplib.error_proto, match=r"\[AUTH\] Username and password not accepted"):
        client.pass_("password")
    client.close()


def test_greeting_can_refuse(fakemail: FakeMail) -> None:
    fakemail.smtp.fail(yahoo.BLOCK_LIST_BL21)
    with pytest.raises(smtplib.SMTPConnectError, match=r"127\.0\.0\.1, because the ip is in Spa"):
        smtplib.SMTP(fakemail.smtp.host, fakemail.smtp.port)


def test_limit_of_ses_comes_behind_the_dot(fakemail: FakeMail) -> None:
    fakemail.smtp.fail(ses.SENDING_RATE).times(1)
    client = fakemail.smtp.client()
    with pytest.raises(smtplib.SMTPDataError, match="Maximum sending rate exceeded"):
        client.sendmail("a@x.test", "b@y.test", "Subject: x\n\nx")
    client.sendmail("a@x.test", "b@y.test", "Subject: x\n\nx")
    assert len(fakemail.outbox) == 1


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"points": ("DATTA",)}, "no point 'DATTA' in smtp"),
        ({"retry": "never"}, "retry='never': wanted one of"),
    ],
)
def test_failure_must_be_possible(facts: Value, reason: str) -> None:
    with pytest.raises(BadArgument, match=f"^x.WRONG: {reason}"):
        Failure(name="x.WRONG", protocol="smtp", answer="reply", code=550, text="", **facts)


def test_failure_of_another_protocol_is_refused(fakemail: FakeMail) -> None:
    with pytest.raises(BadArgument, match=r"^gmail\.DAILY_LIMIT is for smtp, not for imap"):
        fakemail.imap.fail(gmail.DAILY_LIMIT)


@pytest.mark.parametrize("said_by", ["a failure", "a policy"])
def test_yandex_says_bye_without_end(said_by: str) -> None:
    """It goes on for as long as the client reads, and ends when the client leaves."""
    is_policy = said_by == "a policy"
    with FakeMail(provider="yandex") as fakemail:
        if is_policy:
            fakemail.imap.enforce(policies.idle_timeout("3m"))
        else:
            fakemail.imap.fail(yandex.IDLE_TIMEOUT)
        with (
            socket.create_connection(fakemail.imap.address, timeout=30) as client,
            client.makefile("rb") as said,
        ):
            client.sendall(b"a1 LOGIN user@example.test password\r\na2 NOOP\r\n")
            while is_policy and b"a2 OK" not in (line := said.readline()):
                assert line, "the connection has ended"
            if is_policy:
                fakemail.clock.advance("3m")
            lines = [said.readline() for _ in range(5000)]
            assert lines[-4900:] == [b"* BYE Autologout; idle for too long\r\n"] * 4900
        fakemail.conduct()  # waits for connections that end
        (session,) = fakemail.transcript.connections
        assert session.closed == "reset by the client"  # for much of it nobody has read


def test_endless_needs_something_to_say() -> None:
    with pytest.raises(BadArgument, match=r"^x\.WRONG: endless=True: wanted lines in after"):
        Failure(name="x.WRONG", protocol="imap", answer="bye", text="x", endless=True)
