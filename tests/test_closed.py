"""A FakeMail that is closed takes no more that could never act."""

import re
from collections.abc import Callable

import pytest

from pytest_fakemail import FakeMail, NotRunning, UnmetExpectation, policies
from pytest_fakemail.providers import gmail


@pytest.mark.parametrize(
    "late",
    [
        lambda fm: fm.smtp.enforce(policies.greylisting()),
        lambda fm: fm.imap.quirk("text.missing"),
        lambda fm: fm.seen_from("192.0.2.7"),
        lambda fm: fm.tls.present("expired"),
        lambda fm: fm.tls.use_certificate("cert.pem"),
        lambda fm: fm.smtp.when("RCPT").reply(450, "x"),
        lambda fm: fm.smtp.fail(gmail.DAILY_LIMIT),
        lambda fm: fm.route("x.test", "unreachable"),
        lambda fm: fm.reset(),
        lambda fm: fm.pretend_to_be("gmail"),
        lambda fm: fm.sweep(lambda: None),
    ],
)
def test_what_could_not_act_any_more_is_refused(late: Callable[[FakeMail], object]) -> None:
    fakemail = FakeMail()
    fakemail.close()
    with pytest.raises(NotRunning, match="this FakeMail is closed"):
        late(fakemail)


def test_who_closed_a_server_is_told_so() -> None:
    """Not that nobody has ever read its port."""
    with FakeMail() as fakemail:
        port, imap_port = fakemail.smtp.port, fakemail.imap.port
        fakemail.smtp.close()
        said = f"nobody connected to SMTP (port {port}): SMTP is closed"
        with pytest.raises(UnmetExpectation, match=f"^no mail: {re.escape(said)}$"):
            fakemail.outbox.one()
        fakemail.smtp.listen()
        assert fakemail.why_no_mail() == [f"nobody connected to SMTP (port {port})"]
    assert fakemail.why_no_mail() == [said]
    assert fakemail.why_nobody_read() == [
        f"nobody connected to IMAP (port {imap_port}): IMAP is closed"
    ]
