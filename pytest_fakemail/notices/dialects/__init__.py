"""How mail systems write their delivery reports: a module for each, loaded when it is asked for."""

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Literal, cast

from pytest_fakemail.errors import BadArgument

if TYPE_CHECKING:
    from pytest_fakemail.notices.report import Dialect

Name = Literal[
    "postfix",
    "exim",
    "sendmail",
    "qmail",
    "exchange",
    "m365",
    "gmail",
    "ses",
    "yahoo",
    "dovecot",
]

NAMES: tuple[Name, ...] = (
    "postfix",
    "exim",
    "sendmail",
    "qmail",
    "exchange",
    "m365",
    "gmail",
    "ses",
    "yahoo",
    "dovecot",
)


def dialect(name: str) -> "Dialect":
    """Return a dialect by its name.

    Raises:
        BadArgument: there is none of that name.
    """
    if name not in NAMES:
        near = get_close_matches(str(name), NAMES, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise BadArgument(f"no dialect {name!r}{hint} There is: {', '.join(NAMES)}")
    module = import_module(f"{__name__}.{name}")
    return cast("Dialect", module.DIALECT)
