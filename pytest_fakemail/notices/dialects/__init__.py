"""How mail systems write their delivery reports: a module for each, loaded when it is asked for."""

from importlib import import_module
from typing import TYPE_CHECKING, Literal, cast

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.spelling import unknown

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
        raise BadArgument(unknown(f"dialect {name!r}", name, NAMES))
    module = import_module(f"{__name__}.{name}")
    return cast("Dialect", module.DIALECT)
