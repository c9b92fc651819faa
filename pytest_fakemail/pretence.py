"""Whether a FakeMail pretends to be somebody; what that takes is loaded only then."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pytest_fakemail.clock import Clock
from pytest_fakemail.errors import BadSetting, UnknownAttribute
from pytest_fakemail.server import Server
from pytest_fakemail.settings import Settings
from pytest_fakemail.wire.session import Service
from pytest_fakemail.world import World

if TYPE_CHECKING:
    from pytest_fakemail.faults.engine import FaultEngine
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


def put_limits(faults: "FaultEngine", service: Service) -> None:
    """Put the policies in force that a server has of whom it pretends to be."""
    if faults.manners is None:
        return
    from pytest_fakemail.providers.speaking import pretending

    pretending.put_limits(faults, service)


def uses(said: Settings, world: World, servers: Mapping[str, Server], office: object) -> list[str]:
    """Return what a test did already that would be lost if it now pretended to be another."""
    from pytest_fakemail.providers.speaking.personality import refusal

    is_switched = any(one.capabilities.is_touched for one in servers.values())
    done = {
        "a port was read": any(any(one.read_ports) for one in servers.values()),
        "mail was delivered or an account made": not world.store.is_untouched,
        "an account was asked for": world.has_handles and world.store.is_untouched,
        "a fault, quirk or policy was set": not world.faults.is_bare,
        "a capability was switched": is_switched,
        "a relay was set up": office is not None,
    }
    lacking = [
        f"fakemail.{one} was used, and {reason}"
        for one in servers
        if (reason := refusal(said.provider, one))
    ]
    return [what for what, is_so in done.items() if is_so] + lacking


def too_late(provider: str, used: Iterable[str]) -> str:
    """Return the sentence that refuses to pretend."""
    return f"pretend_to_be({provider!r}) comes too late: {', '.join(used)}; say it first"


def require_protocol(settings: Settings, protocol: str) -> None:
    """Go on only if there is such a server.

    Raises:
        UnknownAttribute: the provider has no such thing.
    """
    if settings.provider == NOBODY:
        return
    from pytest_fakemail.providers.speaking.personality import refusal

    if reason := refusal(settings.provider, protocol):
        raise UnknownAttribute(reason)


def require_sense(settings: Settings, said: Iterable[str]) -> None:
    """Go on only if there are the servers that the settings said with the provider are for.

    Those of SMTP are LMTP's too, which there always is.

    Raises:
        BadSetting: one for a protocol that the provider does not have.
    """
    if settings.provider == NOBODY:
        return
    from pytest_fakemail.providers.speaking.personality import refusal

    for name in said:
        protocol = name.partition("_")[0]
        if protocol in {"pop3", "imap"} and (reason := refusal(settings.provider, protocol)):
            raise BadSetting(f"{name}: {reason}")
