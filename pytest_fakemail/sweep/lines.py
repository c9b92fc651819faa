"""The line of a test that makes a fault: written, and done."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Call = tuple[str, tuple[object, ...], tuple[tuple[str, object], ...]]


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

    def begin(self, servers: Mapping[str, Any]) -> Any:  # noqa: ANN401  (any protocol's rule)
        """Make the rule, which does not fail the test if it never strikes."""
        rule = servers[self.protocol].when(self.point, nth=self.nth)
        for name, args, more in self.calls:
            rule = getattr(rule, name)(*args, **dict(more))
        return rule.optional()


def call(name: str, *args: object, **more: object) -> Call:
    """Return one link of the chain."""
    return name, args, tuple(more.items())


def _arguments(args: tuple[object, ...], more: tuple[tuple[str, object], ...]) -> str:
    return ", ".join([*map(_shown, args), *(f"{name}={_shown(value)}" for name, value in more)])


def _shown(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)
