"""Mailgun: submission.  All of it is from memory and unverified."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import DOT, Catalogue

_all = Catalogue("mailgun")
_smtp = _all.smtp
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
DOMAIN_NOT_VERIFIED = _smtp(
    "DOMAIN_NOT_VERIFIED", f"MAIL {DOT}", "policy", "K no capture", 421, "4.7.0",
    "Domain {sender_domain} is not allowed to send: "
    "The domain is unverified and requires DNS configuration.", abridged=True)
BAD_LOGIN = _smtp(
    "BAD_LOGIN", "AUTH", "permanent", "K no capture", 535, "", "Authentication failed")
RELAY_DENIED = _smtp(
    "RELAY_DENIED", "RCPT", "policy", "K no capture", 550, "5.7.1", "Relaying denied")
TOO_BIG = _smtp(
    "TOO_BIG", f"MAIL {DOT}", "permanent", "K no capture", 552, "5.3.4", "Message too big")
