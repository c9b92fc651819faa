"""NetEase, as 163.com and 126.com: IMAP."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import Catalogue

_all = Catalogue("netease")
_imap = _all.imap
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
UNSAFE_LOGIN = _imap(
    "UNSAFE_LOGIN", "SELECT EXAMINE", "policy", "K no capture", "no",
    "SELECT Unsafe Login. Please contact kefu@188.com for help")
