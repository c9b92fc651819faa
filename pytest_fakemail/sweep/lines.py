"""The line of a test that makes a fault: written, and done."""

import json
from collections.abc import Mapping
from typing import Any, Protocol

from pytest_fakemail.dataclass import dataclass

Call = tuple[str, tuple[object, ...], tuple[tuple[str, object], ...]]


class Struck(Protocol):
    """What was made by a line: how often it has struck."""

    @property
    def fired(self) -> int:
        """How often it did."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """A flaw of TLS: ``fakemail.tls.present("expired", protocol="smtp", nth=1)``."""

    protocol: str
    kind: str
    nth: int

    def __str__(self) -> str:
        return f'fakemail.tls.present("{self.kind}", protocol="{self.protocol}", nth={self.nth})'

    def begin(self, _: Mapping[str, Any], tls: Any) -> Struck:  # noqa: ANN401  (that of a FakeMail)
        """Present it."""
        tls.present(self.kind, protocol=self.protocol, nth=self.nth)
        done: Struck = tls.last
        return done


@dataclass(frozen=True, slots=True)
class Line:
    """One rule: ``fakemail.smtp.when("RCPT", nth=2).lose_reply()``."""

    protocol: str
    point: str
    nth: int
    calls: tuple[Call, ...]

    def __str__(self) -> str:
        chain = "".join(f".{name}({_arguments(args, more)})" for name, args, more in self.calls)
        return f"fakemail.{self.protocol}.when({_shown(self.point)}, nth={self.nth}){chain}"

    def begin(self, servers: Mapping[str, Any], _: Any) -> Struck:  # noqa: ANN401  (its TLS)
        """Make the rule, which does not fail the test if it never strikes."""
        rule = servers[self.protocol].when(self.point, nth=self.nth)
        for name, args, more in self.calls:
            rule = getattr(rule, name)(*args, **dict(more))
        done: Struck = rule.optional()
        return done


def call(name: str, *args: object, **more: object) -> Call:
    """Return one link of the chain."""
    return name, args, tuple(more.items())


def _arguments(args: tuple[object, ...], more: tuple[tuple[str, object], ...]) -> str:
    return ", ".join([*map(_shown, args), *(f"{name}={_shown(value)}" for name, value in more)])


def _shown(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)
