"""A FakeMail that is closed takes no more that could never act."""

from collections.abc import Callable

import pytest

from pytest_fakemail import FakeMail, NotRunning, policies
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
    ],
)
def test_what_could_not_act_any_more_is_refused(late: Callable[[FakeMail], object]) -> None:
    fakemail = FakeMail()
    fakemail.close()
    with pytest.raises(NotRunning, match="this FakeMail is closed"):
        late(fakemail)
