"""Replies by their names: what a test words otherwise must be one that a policy gives."""

from collections.abc import Iterable, Iterator, Mapping

from pytest_fakemail.arguments import one_of
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.policies import (
    authenticity,
    connections,
    contents,
    greylists,
    logins,
    mechanisms,
    rates,
    relay,
    reputation,
    timing,
)
from pytest_fakemail.policies.policy import ALL
from pytest_fakemail.policies.replies import Reply, checked
from pytest_fakemail.spelling import unknown

_MODULES = (
    *(authenticity, connections, contents, greylists, logins),
    *(mechanisms, rates, relay, reputation, timing),
)


def worded(protocol: object, texts: object) -> dict[tuple[str, str], str]:
    """Return texts by protocol and name of the reply.

    Raises:
        BadArgument: another protocol, a reply that its policies do not have, or a text that it
            cannot send.
    """
    one = one_of("protocol", protocol, ALL)
    if not isinstance(texts, Mapping) or not texts:
        raise BadArgument(
            f"no texts: {texts!r}; wanted them by reply, as {{'greylisting': '451 4.7.1 Later'}}"
        )
    known = sorted({reply.name for reply in replies() if reply.text(one)})
    return {(one, _known(name, one, known)): checked(text, one) for name, text in texts.items()}


def _known(name: object, protocol: str, known: Iterable[str]) -> str:
    if not isinstance(name, str) or name not in known:
        raise BadArgument(unknown(f"reply {name!r} of {protocol}", name, known))
    return name


def replies() -> Iterator[Reply]:
    """Yield every reply that policies give."""
    for module in _MODULES:
        for value in vars(module).values():
            found = value.values() if isinstance(value, dict) else (value,)
            yield from (one for one in found if isinstance(one, Reply))
