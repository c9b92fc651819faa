"""Whether a FakeMail pretends to be somebody; what that takes is loaded only then."""

from typing import TYPE_CHECKING

from pytest_fakemail.clock import Clock
from pytest_fakemail.settings import Settings

if TYPE_CHECKING:
    from pytest_fakemail.providers.speaking.manners import Manners

NOBODY = "none"


def dressed(settings: Settings) -> Settings:
    """Return the settings with those of whom they pretend to be, where they do not say more."""
    if settings.provider == NOBODY:
        return settings
    from pytest_fakemail.providers.speaking import pretending

    return pretending.dressed(settings)


def manners_of(settings: Settings, clock: Clock) -> "Manners | None":
    """Return how to speak, None as ourselves."""
    if settings.provider == NOBODY:
        return None
    from pytest_fakemail.providers.speaking import pretending

    return pretending.manners_of(settings, clock)


def require_protocol(settings: Settings, protocol: str) -> None:
    """Go on only if there is such a server.

    Raises:
        AttributeError: the provider has no such thing.
    """
    if settings.provider == NOBODY:
        return
    from pytest_fakemail.providers.speaking import pretending

    if reason := pretending.refusal(settings.provider, protocol):
        raise AttributeError(reason)
