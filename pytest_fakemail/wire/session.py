"""What every protocol's session is given."""

from typing import TYPE_CHECKING

from pytest_fakemail.clock import Clock
from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.store import Store
from pytest_fakemail.wire.capabilities import Capabilities

if TYPE_CHECKING:
    from pytest_fakemail.wire.parties import Faults, Recorder


@dataclass(slots=True, eq=False)
class Service:
    """What all sessions of one protocol of one FakeMail share.

    `bugs` collects exceptions that were ours: the client was told of a server error, the
    test fails with the traceback.  `last_logins` is when an account last logged in, in
    seconds by the clock, by its name (RFC 2449 §6.5 has POP3 ask).
    """

    protocol: str
    settings: Settings
    store: Store
    clock: Clock
    capabilities: Capabilities
    faults: "Faults"
    recorder: "Recorder"
    bugs: list[BaseException] = field(default_factory=list)
    last_logins: dict[str, float] = field(default_factory=dict)
