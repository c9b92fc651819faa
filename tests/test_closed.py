"""A FakeMail that is closed takes no more that could never act."""

from collections.abc import Callable

import pytest

from pytest_fakemail import FakeMail, NotRunning, policies


@pytest.mark.parametrize(
    "late",
    [
        lambda fm: fm.smtp.enforce(policies.greylisting()),
        lambda fm: fm.imap.quirk("text.missing"),
        lambda fm: fm.seen_from("192.0.2.7"),
        lambda fm: fm.route("x.test", "unreachable"),
        lambda fm: fm.reset(),
    ],
)
def test_what_could_not_act_any_more_is_refused(late: Callable[[FakeMail], object]) -> None:
    fakemail = FakeMail()
    fakemail.close()
    with pytest.raises(NotRunning, match="this FakeMail is closed"):
        late(fakemail)
