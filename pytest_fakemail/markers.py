"""The marker: which settings it means for a test, and what to say of one without effect.

It reaches a test through `make_fakemail`, on which `fakemail` and its parts stand.  On a class it
is for `fakemail_class`, too, and on a module for `fakemail_module` as well.  Where it reaches
nothing it would be quietly ignored, so it is refused by name: on a function always, on a module
or class if none of its tests has a fixture that it reaches.
"""

from collections.abc import Iterable, Iterator, Sequence

import pytest

from pytest_fakemail.errors import BadSetting
from pytest_fakemail.pretence import require_sense
from pytest_fakemail.settings import Settings
from pytest_fakemail.verdicts import REFUSED_MARKER, UNUSED_MARKER, marker_mistake

_REACHED = "fakemail and the fixtures made of it, such as outbox, and make_fakemail"
_ELSEWHERE = {
    "fakemail_session": "fakemail_session has the settings of the whole run (fakemail_settings)",
    "fakemail_module": "fakemail_module has the settings of its module: pytestmark",
    "fakemail_class": "fakemail_class has the settings of its class: mark that",
}
"""Where what several tests share has its settings from."""


def marked(node: "pytest.Item | pytest.Collector", settings: Settings) -> Settings:
    """Apply the markers of module, class and function, the nearest last."""
    for marker in reversed(list(node.iter_markers("fakemail"))):
        complaint = _complaint(marker)
        if complaint:
            raise marker_mistake(complaint)
        settings = settings.but(**marker.kwargs)
        try:
            require_sense(settings, marker.kwargs)
            if any(name.endswith("_without") for name in marker.kwargs):
                from pytest_fakemail.protocols import require_capabilities

                require_capabilities(settings)
        except BadSetting as error:
            raise marker_mistake(f": {error}") from None
    return settings


def _complaint(marker: pytest.Mark) -> str:
    if marker.args:
        return f" takes settings by name only, not {marker.args!r}"
    try:
        Settings(**marker.kwargs)
    except BadSetting as error:
        return f": {error}"
    return ""


def watch(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    """Note at each test why its marker is refused or has no effect; `verdicts` tells it."""
    groups: dict[int, tuple[pytest.Mark, pytest.Item]] = {}  # the first test of each
    used: set[int] = set()
    for item in items:
        own = list(_markers(item))
        above = [(node, mark) for node in item.listchain()[:-1] for mark in _markers(node)]
        if own and not _reaches(item, item):
            item.stash[UNUSED_MARKER] = _without_effect(own[-1], item, "this test uses none")
        if not any(_reaches(node, item) for node in item.listchain()):
            marks = [*(mark for _, mark in above), *own]
            refused = [complaint for mark in marks if (complaint := _complaint(mark))]
            if refused:
                item.stash[REFUSED_MARKER] = refused[0]
        for node, mark in above:
            groups.setdefault(id(mark), (mark, item))
            if _reaches(node, item) or _may_ask_for_it_later(item):
                used.add(id(mark))
    if _is_part_of_a_file(config):
        return
    for key, (mark, item) in groups.items():
        if key not in used:
            whole = "no test of this module or class uses one"
            item.stash.setdefault(UNUSED_MARKER, _without_effect(mark, item, whole))


def _without_effect(mark: pytest.Mark, item: pytest.Item, lack: str) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in mark.kwargs.items())
    text = f"({given}) has no effect: it is for {_REACHED}, and {lack}"
    names = getattr(item, "fixturenames", ())
    hints = [hint for name, hint in _ELSEWHERE.items() if name in names]
    return "; ".join([text, *hints])


def _markers(node: pytest.Collector | pytest.Item | object) -> Iterator[pytest.Mark]:
    marks: Iterable[pytest.Mark] = getattr(node, "own_markers", ())
    return (mark for mark in marks if mark.name == "fakemail")


def _reaches(node: object, item: pytest.Item) -> bool:
    """Whether a marker on a node of the collection is for a fixture that the test uses."""
    names = getattr(item, "fixturenames", ())
    if "make_fakemail" in names:
        return True
    if node is item:
        return False
    if isinstance(node, pytest.Class):
        return "fakemail_class" in names
    return "fakemail_class" in names or "fakemail_module" in names


def _may_ask_for_it_later(item: pytest.Item) -> bool:
    """Whether the test, or a fixture of the suite's own, has a `request` to ask for fixtures."""
    known = getattr(item, "_fixtureinfo", None)
    if known is None:
        return True
    if "request" in known.argnames:
        return True
    return any(
        "request" in fixture.argnames
        for name, fixtures in known.name2fixturedefs.items()
        for fixture in fixtures
        if fixture.baseid  # "" is a plugin's
    )


def _is_part_of_a_file(config: pytest.Config) -> bool:
    """Whether tests were picked out of their file, so that the others are not known here."""
    return any("::" in argument for argument in config.args) or bool(
        config.getoption("lf", default=False)
    )
