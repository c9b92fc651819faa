"""A FakeMail that pretends to be somebody: its settings, its mailboxes, its manners."""

from pytest_fakemail.clock import Clock
from pytest_fakemail.providers.speaking.manners import Manners
from pytest_fakemail.providers.speaking.personality import personality
from pytest_fakemail.settings import Settings


def dressed(settings: Settings) -> Settings:
    """Return the settings with those of the personality, where they do not say otherwise.

    Raises:
        BadArgument: no such personality.
    """
    return settings.under(personality(settings.provider).settings)


def manners_of(settings: Settings, clock: Clock) -> Manners:
    """Return how the personality of these settings speaks."""
    return Manners(personality(settings.provider), clock, settings.hostname)


def refusal(provider: str, protocol: str) -> str:
    """Return why there is no server of a protocol; nothing if there is."""
    known = personality(provider)
    has = [one for one in ("smtp", "pop3", "imap") if known.spoken(one) is not None]
    if protocol in has or protocol == "lmtp":
        return ""
    return (
        f"{known.title} has no {protocol.upper()}, and this FakeMail pretends to be {provider}; "
        f"it has {', '.join(has)}"
    )
