"""A FakeMail that pretends to be somebody: its settings, its manners, its limits."""

from pytest_fakemail.clock import Clock
from pytest_fakemail.faults.engine import FaultEngine
from pytest_fakemail.providers.speaking.manners import Manners
from pytest_fakemail.providers.speaking.personality import personality
from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.session import Service


def dressed(settings: Settings) -> Settings:
    """Return the settings with those of the personality, where they do not say otherwise.

    Raises:
        BadArgument: no such personality.
    """
    return settings.under(personality(settings.provider).settings)


def manners_of(settings: Settings, clock: Clock) -> Manners:
    """Return how the personality of these settings speaks."""
    return Manners(personality(settings.provider), clock, settings.hostname)


def put_limits(faults: FaultEngine, service: Service) -> None:
    """Put the policies in force that a server has of whom it pretends to be."""
    protocol = service.protocol
    found = personality(service.settings.provider).limits
    limits = [one for one in found if one.protocol == protocol]
    if not limits:
        return
    from pytest_fakemail import policies
    from pytest_fakemail.policies.engine import policies_of

    engine = policies_of(faults, service)
    for one in limits:
        policy = getattr(policies, one.policy)(**one.options)
        engine.enforce(protocol, policy, {}, is_inborn=True)
