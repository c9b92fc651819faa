"""`zoo_message`: a test once for each message of the zoo, or for those that a marker picks."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

from pytest_fakemail.errors import BadArgument

if TYPE_CHECKING:
    from pytest_fakemail.zoo import ZooMessage

FIXTURE = "zoo_message"
MARKER = "fakemail_zoo"


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Have the test run for each message that the nearest marker means.

    Raises:
        CollectError: the marker names a tag that there is not, means no message, or is on a test
            without the fixture.
    """
    marker = metafunc.definition.get_closest_marker(MARKER)
    if _is_given(metafunc):
        return
    names = chosen(marker)
    metafunc.parametrize(FIXTURE, names, ids=names, indirect=True)


def _is_given(metafunc: pytest.Metafunc) -> bool:
    """Whether the test's author has parametrized it already."""
    return any(
        FIXTURE in ([one.strip() for one in names.split(",")] if isinstance(names, str) else names)
        for mark in metafunc.definition.iter_markers("parametrize")
        for names in mark.args[:1]
    )


def chosen(marker: pytest.Mark | None) -> list[str]:
    """Return the names of the messages that a marker means; all of them without one."""
    from pytest_fakemail.zoo import zoo

    tags: tuple[str, ...] = () if marker is None else marker.args
    options = {} if marker is None else dict(marker.kwargs)
    without = _several(options.pop("without", ()))
    if options:
        raise _mistake(f"no option {next(iter(options))!r}; there is without=")
    try:
        names = zoo.names(*tags, without=without)
    except BadArgument as error:
        raise _mistake(str(error)) from None
    if not names:
        no = f" and none of {', '.join(without)}" if without else ""
        raise _mistake(f"no message has all of {', '.join(tags)}{no}")
    return names


def _several(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _mistake(text: str) -> Exception:
    return pytest.Collector.CollectError(f"@pytest.mark.{MARKER}: {text}")


def require_use(metafunc: pytest.Metafunc) -> None:
    """Refuse a marker on a test that has no `zoo_message`."""
    if any(mark.name == MARKER for mark in metafunc.definition.own_markers):
        raise _mistake(f"it has no effect: {metafunc.definition.name} asks for no {FIXTURE}")


def message(name: object) -> "ZooMessage":
    """Return the message that a parameter names, or is."""
    from pytest_fakemail.zoo import ZooMessage, zoo

    return name if isinstance(name, ZooMessage) else zoo[str(name)]
