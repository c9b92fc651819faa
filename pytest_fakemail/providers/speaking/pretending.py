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
