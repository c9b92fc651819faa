"""Yandex: IMAP."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import Catalogue

_all = Catalogue("yandex")
_imap = _all.imap
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
IDLE_TIMEOUT = _imap(
    "IDLE_TIMEOUT", "IDLE NOOP", "transient",
    "T MK#938", "send",
    "* BYE Autologout; idle for too long", after=("* BYE Autologout; idle for too long",),
    endless=True)
