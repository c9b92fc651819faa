"""How the servers of others speak and fail: a module for each provider.

``from pytest_fakemail.providers import gmail, m365, ses, postfix``: failures as constants, for
``fakemail.smtp.fail(gmail.DAILY_LIMIT)``, and ``gmail.failures(…)`` for parametrized tests.
A provider's module is loaded when it is imported, and needs nothing of another's.
"""

from typing import Literal


def names(protocol: Literal["smtp", "pop3", "imap"] | None = None) -> list[str]:
    """Return whom `FakeMail.pretend_to_be` knows, or those of them that have a protocol.

    For tests over all of them: ``@pytest.mark.parametrize("provider", providers.names("imap"))``.

    Raises:
        BadArgument: no such protocol.
    """
    from pytest_fakemail.providers.speaking.personality import names_of

    return names_of(protocol)
