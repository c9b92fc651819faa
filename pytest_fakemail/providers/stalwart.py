"""Stalwart as its source has it."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import Catalogue

_all = Catalogue("stalwart")
_smtp = _all.smtp
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
NO_SUCH_USER = _smtp(
    "NO_SUCH_USER", "RCPT", "permanent", "S STW", 550, "5.1.2", "Mailbox does not exist.")
RELAY_DENIED = _smtp(
    "RELAY_DENIED", "RCPT", "permanent", "S STW", 550, "5.1.2", "Relay not allowed.")
GREYLISTED = _smtp(
    "GREYLISTED", "RCPT", "transient", "S STW", 452, "4.2.2", "Greylisted, please try again",
    abridged=True)
BAD_LOGIN = _smtp(
    "BAD_LOGIN", "AUTH", "permanent", "S STW", 535, "5.7.8",
    "Authentication credentials invalid.")
HELLO_FIRST = _smtp(
    "HELLO_FIRST", "MAIL AUTH", "permanent", "S STW", 503, "5.5.1",
    "Polite people say EHLO first.")
RATE_LIMIT = _smtp(
    "RATE_LIMIT", "MAIL RCPT", "transient", "S STW", 452, "4.4.5",
    "Rate limit exceeded, try again later.")
TRY_AGAIN_LATER = _smtp(
    "TRY_AGAIN_LATER", "RCPT MAIL", "transient", "S STW", 451, "4.5.3", "Try again later.")
