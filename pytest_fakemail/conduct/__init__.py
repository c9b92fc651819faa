"""conduct: what clients did badly, read from the transcript when a test asks."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain

from pytest_fakemail import arguments
from pytest_fakemail.conduct.connections import (
    Offers,
    clear_logins,
    connections_of_one_mail,
    hang_ups,
)
from pytest_fakemail.conduct.expunging import foreign_expunges
from pytest_fakemail.conduct.finding import SOURCES, Finding
from pytest_fakemail.conduct.reading import polls, selects_of_one_message, stale_uids, unasked_seen
from pytest_fakemail.conduct.sending import bare_newlines, early_commands, retries
from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.named import NamedList
from pytest_fakemail.transcript.exchanges import (
    RecordedConnection,
    RecordedExchange,
    of_clients,
)

__all__ = ["SOURCES", "Finding", "findings", "of_clients", "require_well_behaved"]


def findings(
    connections: Sequence[RecordedConnection],
    exchanges: Iterable[RecordedExchange],
    offers: Offers,
) -> list[Finding]:
    """Return what clients did badly: connection by connection, then what several tell together.

    Args:
        connections: all of the transcript, in order.
        exchanges: theirs, in the order in which they began.
        offers: whether the server of a protocol has a capability.
    """
    theirs = of_clients(connections)
    numbers = {one.number for one in theirs}
    said = [each for each in exchanges if each.connection.number in numbers]
    found = [each for one in theirs for each in _of_one(one, offers)]
    of_several = (
        connections_of_one_mail(theirs),
        retries(said),
        stale_uids(said),
        foreign_expunges(said),
    )
    every = (*found, *chain.from_iterable(of_several))
    return NamedList(every, SOURCES, "finding")


def _of_one(one: RecordedConnection, offers: Offers) -> Iterator[Finding]:
    yield from clear_logins(one, offers)
    yield from early_commands(one)
    yield from bare_newlines(one)
    if one.protocol == "imap":
        yield from unasked_seen(one)
        yield from polls(one)
        yield from selects_of_one_message(one)
    yield from hang_ups(one)


def require_well_behaved(found: Iterable[Finding], ignore: Collection[str]) -> None:
    """Fail if there is a finding that is not to be ignored.

    Raises:
        UnmetExpectation: there are some; the text lists them with their sources and lines.
        BadArgument: a name in `ignore` that is no finding's.
    """
    names = arguments.names_of("ignore", ignore, SOURCES, "finding")
    left = [one for one in found if one.name not in names]
    if not left:
        return
    if len(left) == 1:
        rows = [str(left[0])]
    else:
        rows = [f"{len(left)} findings: {', '.join(dict.fromkeys(one.name for one in left))}"]
    for one in left:
        rows += [] if len(left) == 1 else [f"  {one}"]
        rows += [f"    {line}" for line in one.lines]
    raise UnmetExpectation("\n".join(rows))
