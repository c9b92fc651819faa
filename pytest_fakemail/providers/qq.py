"""QQ Mail and Exmail: IMAP."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import LOGIN, Catalogue

_all = Catalogue("qq")
_imap = _all.imap
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
AUTHORIZATION_CODE_REQUIRED = _imap(
    "AUTHORIZATION_CODE_REQUIRED", LOGIN, "policy", "C NYL", "no",
    "Please using authorized code to login.")
WEIXIN_TOKEN_REQUIRED = _imap(
    "WEIXIN_TOKEN_REQUIRED", LOGIN, "policy", "C NYL", "no",
    "Login fail. Please using weixin token")
BAD_UID_PARAMETERS = _imap(
    "BAD_UID_PARAMETERS", "FETCH STORE COPY MOVE", "permanent", "T MED#40, Wino#201", "bad",
    "UID parameters!")
