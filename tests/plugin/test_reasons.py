"""What a failure says by itself, in whatever way a test is written and run."""

import pytest

from pytest_fakemail import FakeMail


@pytest.mark.parametrize(
    "options",
    [(), ("--tb=short",), ("--tb=line",), ("-n", "2"), ("--tb=no",)],
    ids=lambda options: "-".join(options) or "plain",
)
def test_the_summary_line_carries_the_content(
    pytester: pytest.Pytester, options: tuple[str, ...]
) -> None:
    pytester.makepyfile(test_a="def test_a(fakemail): fakemail.outbox.one(subject='other')")
    result = pytester.runpytest_subprocess(*options)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["FAILED *::test_a - UnmetExpectation: no mail*"])
    result.stdout.no_fnmatch_line("*pytest_fakemail.errors.*")


def test_a_test_case_shows_it_too(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import smtplib
        import unittest
        import pytest

        class TestMail(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _mail(self, fakemail):
                self.fakemail = fakemail

            def test_it(self):
                smtplib.SMTP(*self.fakemail.smtp.address).quit()
                self.fakemail.outbox.one(subject="other")
        """
    )
    result = pytester.runpytest("--tb=short")
    result.stdout.fnmatch_lines(
        [
            "E   UnmetExpectation: no mail with subject 'other': a client connected once and *",
            "*- fakemail conversation -*",
            "C: quit",
        ]
    )
    result.stdout.no_fnmatch_line("*asserts*search.py*")


@pytest.mark.parametrize(
    "fault",
    [
        "fakemail.smtp.when('RCPT', where=lambda it: it.nonsense).reply(450)",
        "fakemail.smtp.when('RCPT').do(lambda it: it.nonsense)",
        "fakemail.smtp.enforce(policies.content(lambda mail: mail.nonsense))",
    ],
)
def test_a_function_of_the_tests_that_fails_is_told_where_the_test_fails(
    pytester: pytest.Pytester, fault: str
) -> None:
    pytester.makepyfile(
        f"""
        import smtplib
        from pytest_fakemail import policies

        def test_it(fakemail):
            {fault}
            with smtplib.SMTP(*fakemail.smtp.address) as client:
                client.sendmail("app@example.test", "ann@example.test", "Subject: x")
        """
    )
    result = pytester.runpytest("--tb=short")
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*= FAILURES =*",
            "*- fakemail notes -*",
            "a function given by the test failed once: *Attribute*nonsense*",
        ]
    )


def test_a_fakemail_of_the_authors_own_scope_is_shown(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import smtplib
        import pytest
        from pytest_fakemail import FakeMail

        @pytest.fixture(scope="module")
        def mail():
            with FakeMail() as one:
                yield one

        def test_it(mail):
            smtplib.SMTP(*mail.smtp.address).quit()
            assert False

        def test_other(fakemail):
            assert False
        """
    )
    result = pytester.runpytest("-k", "test_it")
    result.stdout.fnmatch_lines(["*- fakemail conversation -*", "C: quit"])


def test_unfired_faults_of_a_failed_test_are_a_note(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(fakemail):
            fakemail.smtp.when("RCPT").reply(450, "4.2.1 Busy")
            assert fakemail.smtp.port == 0
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- fakemail notes -*",
            "no mail came: nobody connected to SMTP (port *)",
            "*never fired: smtp.when('RCPT').reply(450, '4.2.1 Busy')",
        ]
    )


def test_mail_that_came_too_late_is_told_of_its_own_server(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def late(make_fakemail):
            return [one for one in (make_fakemail(), make_fakemail()) if one.smtp.port]

        @pytest.mark.parametrize("is_looked_at", [True, False])
        def test_it(late, is_looked_at):
            try:
                late[0].outbox.one()
            finally:
                with late[not is_looked_at].smtp.client() as client:
                    client.sendmail("a@x.test", "b@x.test", "Subject: Hello")
        """
    )
    result = pytester.runpytest()
    result.stdout.fnmatch_lines(
        ["E *looked for once; wait_for waits*", "mail came, but after it had been looked for"]
    )
    assert result.stdout.str().count("after it had been looked for") == 1


def test_mailboxes_are_shown_to_who_reads(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        r"""
        def test_it(fakemail):
            account = fakemail.account()
            account.inbox.deliver(subject="Invoice \x1b[31m7", flags=[r"\Seen"])
            fakemail.shared_mailbox("Team", members={account: "lr"}).deliver(subject="Plan")
            fakemail.imap.client(account).logout()
            assert False
        """
    )
    result = pytester.runpytest()
    result.stdout.fnmatch_lines(
        [
            *("*- fakemail mailboxes -*", "user@example.test, INBOX: 1 message"),
            *("  uid 1  'Invoice *", "shared mailboxes, Team: 1 message", "  uid 1  'Plan' ()"),
        ]
    )
    assert "\x1b[31m7" not in result.stdout.str()
    result.stdout.no_fnmatch_line("*no mail came*")


def test_a_mistake_of_the_test_is_reason_enough(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_argument(fakemail):
            fakemail.outbox.one(subjekt="x")

        def test_attribute(fakemail):
            fakemail.outbx

        def test_mailbox(fakemail):
            fakemail.account().mailbox("A//B", create=True)
        """
    )
    result = pytester.runpytest()
    result.stdout.no_fnmatch_line("*no mail came*")
    result.stdout.fnmatch_lines(["E *BadArgument: no mailbox name, it has a level *: 'A//B'"])
    result.stdout.no_fnmatch_line("*pytest_fakemail.*")
    pytester.makepyfile(
        """
        def test_mailbox(fakemail):
            fakemail.account().mailbox("Done").assert_one()
        """
    )
    pytester.runpytest().stdout.fnmatch_lines("no mail came: *")


def test_the_queue_is_shown_while_there_is_something_in_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import smtplib

        def test_it(fakemail):
            fakemail.route("dead.test", "unreachable")
            with smtplib.SMTP(*fakemail.smtp.address) as client:
                client.sendmail("a@example.test", ["x@dead.test", "y@example.test"], "Subject: x")
            fakemail.clock.advance("1h")
            assert False
        """
    )
    result = pytester.runpytest()
    result.stdout.fnmatch_lines(
        [
            "*- fakemail queue -*",
            "queue?0?  <QueueItem 1 'x' to x@dead.test, tried 4 times, next *>; last: connect to *",
        ]
    )


def test_a_failure_fits_a_screen(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import smtplib

        def test_it(fakemail):
            fakemail.smtp.when("VRFY", connection=2).reply(450, "4.2.1 Busy")
            for _ in range(5):
                with smtplib.SMTP(*fakemail.smtp.address) as client:
                    client.ehlo()
                    client.verify("ann")
                    for _ in range(30):
                        client.noop()
            assert False
        """
    )
    brief = pytester.runpytest()
    text = brief.stdout.str().partition("fakemail conversation")[2]
    assert len(text.splitlines()) < 65
    brief.stdout.fnmatch_lines(["*fakemail conversation*", "connection 2: smtp*", "<smtp conn*"])
    whole = pytester.runpytest("-vv").stdout.str()
    assert whole.count("C: noop") == 150


def test_a_refused_command_is_named_with_its_fault() -> None:
    with FakeMail() as one:
        one.smtp.when("MAIL").reply(451, "4.3.0 Later")
        client = one.smtp.client()
        client.docmd("MAIL FROM:<app@x.test>")
        assert one.why_no_mail() == [
            "MAIL FROM:<app@x.test> was answered 451 4.3.0 Later",
            "by the fault: smtp.when('MAIL').reply(451, '4.3.0 Later')",
        ]


def test_mails_that_differ_are_compared_by_field(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        def test_it(fakemail):
            inbox = fakemail.account().inbox
            one, other = inbox.deliver(subject="One"), inbox.deliver(subject="Two")
            assert one.subject == "One"
            assert one == other
        """
    )
    result = pytester.runpytest()
    result.stdout.fnmatch_lines(
        [
            "E*assert 'One' from * == 'Two' from *",
            "E*subject: 'One' != 'Two'",
            "E*uid: 1 != 2",
        ]
    )


READING = """
    import imaplib
    from contextlib import suppress

    def test_unused(fakemail):
        inbox = fakemail.account().inbox
        inbox.deliver(subject="Invoice 7")
        inbox.assert_one(subject="Invoice 7", seen=True)

    def test_nobody_came(fakemail):
        fakemail.imap.port
        fakemail.account().inbox.assert_one(subject="Invoice 7")

    def test_refused(fakemail):
        account = fakemail.account("ann@example.test", password="right")
        with suppress(imaplib.IMAP4.error), imaplib.IMAP4(*fakemail.imap.address) as client:
            client.login("ann@example.test", "wrong")
        account.mailbox("Archive").assert_one(subject="Invoice 7")

    def test_read(fakemail):
        fakemail.account().inbox.deliver(subject="Invoice 7")
        fakemail.imap.client().logout()
        assert False
"""


@pytest.mark.parametrize(
    ("test", "told"),
    [
        ("unused", ["nobody has read mail: neither IMAP nor POP3 was used, their ports were *"]),
        ("nobody_came", ["nobody has read mail: nobody connected to IMAP (port *)"]),
        (
            "refused",
            [
                "nobody has read mail: LOGIN ann@example.test ?redacted? was answered NO *",
                "  login refused: this is not the password of ann@example.test",
            ],
        ),
        ("read", []),
    ],
)
def test_why_nobody_has_read_mail_is_a_note(
    pytester: pytest.Pytester, test: str, told: list[str]
) -> None:
    pytester.makepyfile(READING)
    result = pytester.runpytest("-k", f"test_{test}")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(told)
    result.stdout.no_fnmatch_line("*no mail came*")
    if not told:
        result.stdout.no_fnmatch_line("*fakemail notes*")
    if test in ("unused", "read"):
        result.stdout.fnmatch_lines(["*- fakemail mailboxes -*", "user@example.test, INBOX: 1 *"])


def test_what_a_client_sent_and_left_at_once_is_looked_at_first(pytester: pytest.Pytester) -> None:
    """The reason is the same in the assertion and in the notes, however quick the client was."""
    pytester.makepyfile(
        """
        import smtplib
        from contextlib import suppress
        import pytest

        @pytest.mark.parametrize("turn", range(5))
        def test_it(fakemail, turn):
            with suppress(OSError):
                smtplib.SMTP_SSL(*fakemail.smtp.address)
            fakemail.outbox.one()
        """
    )
    result = pytester.runpytest()
    said = "E * UnmetExpectation: no mail: a client spoke TLS to the plain port *; tls_port was *"
    result.stdout.fnmatch_lines([said] * 5)


@pytest.mark.parametrize(
    ("comparison", "told"),
    [
        ("outbox == []", ["E * assert <Outbox: 2 mails, *> == []", "E * outbox: 2"]),
        (
            "outbox == 2",
            ["E *outbox[[]0]  'One' from *", "E * to count: assert_count(…), or len()"],
        ),
        ("'One' in outbox[:]", ["E *assert 'One' in *", "E * .all(to=…, subject=…)"]),
        ("outbox[0] == 'One'", ["E *a mail is no text: compare its .subject*"]),
        (
            "outbox[:] == inbox.messages",
            ["E * assert 2 mails == 1 mail", "E * at [[]0]:", "E * sub*"],
        ),
        (
            "list(outbox) == list(reversed(outbox))",
            ["E * at [[]0]:", "E * subject: 'One' != 'Two'"],
        ),
        (
            "inbox == archive",
            ["E * in INBOX: 1", "E * uid 1 *", "E * in Archive: nothing", "E * itself*"],
        ),
        ("inbox == 2", ["E *in INBOX: 1", "E * to count: assert_count(…), or len()"]),
        ("inbox.messages[0] == gone", ["E *'Drafts' was deleted*"]),
    ],
)
def test_a_comparison_with_mail_shows_the_mail(
    pytester: pytest.Pytester, comparison: str, told: list[str]
) -> None:
    pytester.makepyfile(
        f"""
        import smtplib

        def test_it(fakemail):
            with smtplib.SMTP(*fakemail.smtp.address) as client:
                for subject in ("One", "Two"):
                    client.sendmail("a@x.test", ["b@x.test"], f"Subject: {{subject}}")
            outbox, account = fakemail.outbox, fakemail.account()
            inbox, archive = account.inbox, account.mailbox("Archive")
            gone = account.mailbox("Drafts")
            inbox.deliver(subject="Three")
            gone.delete()
            assert {comparison}
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(told)
