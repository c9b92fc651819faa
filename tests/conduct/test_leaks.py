"""What is left at the end of a test, of the kinds that the setting names; else nothing is asked."""

import imaplib
import poplib
import smtplib
from collections.abc import Callable

import pytest
import trustme  # noqa: F401  (cryptography, below it, cannot be imported anew by each inner run)

from pytest_fakemail import FakeMail, UnmetExpectation
from pytest_fakemail.errors import BadSetting

ALL = ("connections", "idle", "mail")
MAIL = b"Subject: Hello\r\n\r\n.Hello\r\n"
Act = Callable[[FakeMail], object]


def send(fakemail: FakeMail, to: str = "b@x.test") -> None:
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        client.sendmail("a@x.test", [to], MAIL)


def leaks_of(act: Act, *kinds: str) -> list[str]:
    """Return what a test that does this is told at its end."""
    kept: object = None
    try:
        with FakeMail(leaks=kinds) as fakemail:
            kept = act(fakemail)
    except UnmetExpectation as failure:
        return str(failure).split("\n")
    finally:
        if isinstance(kept, imaplib.IMAP4):
            kept.shutdown()
        elif isinstance(kept, smtplib.SMTP | poplib.POP3):
            kept.close()
    return []


def reader(fakemail: FakeMail) -> imaplib.IMAP4:
    account = fakemail.account()
    client = imaplib.IMAP4(*fakemail.imap.address)
    client.login(account.user, account.password)
    client.select()
    return client


def idle(fakemail: FakeMail) -> imaplib.IMAP4:
    client = reader(fakemail)
    client.send(b"x IDLE\r\n")
    assert client.readline().startswith(b"+")
    return client


def silent(fakemail: FakeMail) -> smtplib.SMTP:
    return smtplib.SMTP(*fakemail.smtp.address)


def hang_up_idle(fakemail: FakeMail) -> None:
    idle(fakemail).shutdown()


LEFT: list[tuple[str, Act, str]] = [
    ("connections", reader, "left open: imap connection 1, which said SELECT INBOX last"),
    ("connections", silent, "left open: smtp connection 1, which said nothing"),
    ("idle", idle, "IDLE without DONE: imap connection 1"),
    ("idle", hang_up_idle, "IDLE without DONE: imap connection 1"),
    ("mail", send, "nobody looked at: outbox[0], 'Hello'"),
]


@pytest.mark.parametrize(("kind", "act", "told"), LEFT)
def test_what_is_left_is_told_if_it_is_asked_for(kind: str, act: Act, told: str) -> None:
    assert leaks_of(act, *ALL) == [told]
    assert leaks_of(act, kind) == [told]
    assert leaks_of(act, *(set(ALL) - {kind})) == []
    assert leaks_of(act) == []


def closed(fakemail: FakeMail) -> None:
    reader(fakemail).logout()
    reader(fakemail).shutdown()


def done(fakemail: FakeMail) -> None:
    client = idle(fakemail)
    client.send(b"DONE\r\n")
    assert client.readline().startswith(b"x OK")
    client.shutdown()


def ours(fakemail: FakeMail) -> None:
    fakemail.imap.client().select()
    fakemail.smtp.client()


def told_to_go(fakemail: FakeMail) -> None:
    client = idle(fakemail)
    fakemail.imap.drop_connections()
    client.shutdown()


@pytest.mark.parametrize("act", [closed, done, ours, told_to_go])
def test_what_is_ended_is_no_leak(act: Act) -> None:
    assert leaks_of(act, *ALL) == []


def by_iteration(fakemail: FakeMail) -> None:
    send(fakemail)
    assert [mail.subject for mail in fakemail.outbox] == ["Hello"]


def by_place(fakemail: FakeMail) -> None:
    send(fakemail)
    assert fakemail.outbox[-1].subject == "Hello"


def by_slice(fakemail: FakeMail) -> None:
    send(fakemail)
    assert len(fakemail.outbox[:1]) == 1


def by_wait(fakemail: FakeMail) -> None:
    send(fakemail)
    fakemail.outbox.wait_for(subject="Hello")


def by_count(fakemail: FakeMail) -> None:
    send(fakemail)
    fakemail.outbox.assert_count(1)


def in_the_mailbox(fakemail: FakeMail) -> None:
    send(fakemail, fakemail.account().address)
    fakemail.account().inbox.assert_one(subject="Hello")


def by_imap(fakemail: FakeMail) -> None:
    send(fakemail, fakemail.account().address)
    client = reader(fakemail)
    client.fetch("1", "(BODY.PEEK[HEADER])")
    client.logout()


def by_pop3(fakemail: FakeMail) -> None:
    send(fakemail, fakemail.account().address)
    client = fakemail.pop3.client()
    client.retr(1)
    client.quit()


def forgotten(fakemail: FakeMail) -> None:
    send(fakemail)
    fakemail.outbox.clear()


LOOKING: list[Act] = [
    *(by_iteration, by_place, by_slice, by_wait, by_count),
    *(in_the_mailbox, by_imap, by_pop3, forgotten),
]


@pytest.mark.parametrize("act", LOOKING)
def test_mail_that_somebody_looked_at_is_no_leak(act: Act) -> None:
    assert leaks_of(act, *ALL) == []


def test_a_mailboxs_copy_with_trace_fields_is_the_mail() -> None:
    with FakeMail(leaks=ALL, trace_headers=True) as fakemail:
        in_the_mailbox(fakemail)


def test_who_looked_at_a_mail_has_not_looked_at_another_like_it() -> None:
    def act(fakemail: FakeMail) -> None:
        send(fakemail)
        by_place(fakemail)  # sends another
        send(fakemail)

    told = ["nobody looked at: outbox[0], 'Hello'", "nobody looked at: outbox[2], 'Hello'"]
    assert leaks_of(act, *ALL) == told


def test_a_copy_is_of_one_mail() -> None:
    """A retry that is taken twice is two mails, of which a test that reads one knows one."""

    def act() -> None:
        with FakeMail(leaks=ALL, trace_headers=True) as fakemail:
            address = fakemail.account().address
            send(fakemail, address)
            assert fakemail.account().inbox.messages[0].subject == "Hello"
            send(fakemail, address)

    with pytest.raises(UnmetExpectation, match=r"^nobody looked at: outbox\[1\], 'Hello'$"):
        act()


def by_its_number(fakemail: FakeMail) -> None:
    send(fakemail)
    assert len(fakemail.outbox) == 1


def by_its_absence(fakemail: FakeMail) -> None:
    send(fakemail)
    fakemail.outbox.assert_none(subject="Ho")


def listed_only(fakemail: FakeMail) -> None:
    send(fakemail, fakemail.account().address)
    client = reader(fakemail)
    client.fetch("1", "(FLAGS)")
    client.logout()


@pytest.mark.parametrize("act", [by_its_number, by_its_absence, listed_only])
def test_to_count_mail_is_not_to_look_at_it(act: Act) -> None:
    assert leaks_of(act, *ALL) == ["nobody looked at: outbox[0], 'Hello'"]


def test_a_kind_that_there_is_not_is_refused() -> None:
    with pytest.raises(BadSetting, match=r"leaks.*'mail'"):
        FakeMail(leaks=["mails"])


def test_a_block_that_fails_is_not_told_of_leaks() -> None:
    def fail(fakemail: FakeMail) -> None:
        send(fakemail)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        leaks_of(fail, *ALL)


SUITE = """
    import smtplib
    import pytest

    def send(fakemail):
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.sendmail("a@x.test", ["b@x.test"], b"Subject: Hello\\r\\n\\r\\nHello")

    def test_leaks(fakemail):
        send(fakemail)

    def test_looks(fakemail):
        send(fakemail)
        fakemail.outbox.one()

    def test_fails(fakemail):
        send(fakemail)
        assert False

    @pytest.mark.fakemail(leaks=[])
    def test_does_not_care(fakemail):
        send(fakemail)
"""


def test_a_test_that_passed_fails_at_its_end(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfakemail_leaks = connections, mail")
    pytester.makepyfile(SUITE)
    result = pytester.runpytest()
    result.assert_outcomes(passed=3, failed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["*ERROR at teardown of test_leaks*", "nobody looked at: outbox?0?, 'Hello'"]
    )


def test_without_the_setting_nothing_is_asked(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    pytester.runpytest().assert_outcomes(passed=3, failed=1)


SHARED = """
    import smtplib
    import pytest

    held = []

    def send(fakemail):
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.sendmail("a@x.test", ["b@x.test"], b"Subject: Hello\\r\\n\\r\\nHello")

    @pytest.fixture(scope="SCOPE")
    def app(FIXTURE):
        send(FIXTURE)
        ours = FIXTURE.smtp.client()
        with smtplib.SMTP(*FIXTURE.smtp.address) as client:
            yield lambda: (client.noop(), ours.noop())

    @pytest.fixture
    def visitor(FIXTURE):
        with smtplib.SMTP(*FIXTURE.smtp.address) as client:
            yield client

    class TestIt:
        def test_leaks(self, FIXTURE, app):
            app()
            send(FIXTURE)
            held.append(smtplib.SMTP(*FIXTURE.smtp.address))

        def test_the_next_is_not_to_blame(self, FIXTURE, app):
            app()
            held.pop().close()

        def test_fixtures_have_their_end_first(self, FIXTURE, visitor):
            visitor.noop()

        def test_looks(self, FIXTURE, app):
            FIXTURE.smtp.client().noop()
            send(FIXTURE)
            FIXTURE.outbox[-1]
            app()

        def test_fails(self, FIXTURE):
            send(FIXTURE)
            assert False

        def test_leaks_last(self, FIXTURE):
            send(FIXTURE)
"""


@pytest.mark.parametrize(
    ("fixture", "scope"),
    [
        ("fakemail_class", "class"),
        ("fakemail_module", "module"),
        ("fakemail_session", "module"),
        ("fakemail_session_reset", "function"),
    ],
)
def test_of_what_is_shared_each_test_is_asked(
    pytester: pytest.Pytester, fixture: str, scope: str
) -> None:
    pytester.makeini("[pytest]\nfakemail_leaks = connections, mail")
    text = SHARED.replace("FIXTURE", fixture).replace("SCOPE", scope)
    if scope == "function":  # then what it does is the test's own
        text = text.replace("        send(fakemail_session_reset)\n        ours", "        ours")
    pytester.makepyfile(text)
    result = pytester.runpytest()
    result.assert_outcomes(passed=5, failed=1, errors=2)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of TestIt.test_leaks*",
            "left open: smtp connection *, which said nothing",
            f"nobody looked at: outbox?{int(scope != 'function')}?, 'Hello'",
            "*ERROR at teardown of TestIt.test_leaks_last*",
            "nobody looked at: outbox?*?, 'Hello'",
        ]
    )
