"""Twilio SendGrid: submission."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import DOT, Catalogue

_all = Catalogue("sendgrid")
_smtp = _all.smtp
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
SENDER_NOT_AUTHORIZED = _smtp(
    "SENDER_NOT_AUTHORIZED", f"MAIL {DOT}", "policy", "V SG", 403, "",
    "You are not authorized to send from that email address")
SENDER_NOT_VERIFIED = _smtp(
    "SENDER_NOT_VERIFIED", f"MAIL {DOT}", "policy", "K no capture", 550, "",
    "The from address does not match a verified Sender Identity. "
    "Mail cannot be sent until this error is resolved.", abridged=True)
DEFERRED = _smtp(
    "DEFERRED", f"MAIL RCPT {DOT}", "transient", "V SG", 421, "",
    "Message from ({ip}) temporarily deferred")
TOO_FREQUENT_CONNECTS = _smtp(
    "TOO_FREQUENT_CONNECTS", "connect EHLO MAIL", "transient", "V SG", 450, "",
    "too frequent connects from {ip}, please try again later.")
CREDITS_EXCEEDED = _smtp(
    "CREDITS_EXCEEDED", "AUTH RCPT", "policy", "V SG", 451, "",
    "Authentication failed: Maximum credits exceeded")
TOO_MANY_RECIPIENTS_THIS_HOUR = _smtp(
    "TOO_MANY_RECIPIENTS_THIS_HOUR", "RCPT", "transient", "V SG", 452, "",
    "Too many recipients received this hour (throttled)")
BAD_LOGIN = _smtp(
    "BAD_LOGIN", "AUTH", "permanent", "V SG", 535, "",
    "Authentication failed: Bad username / password")
BASIC_AUTH_DISABLED = _smtp(
    "BASIC_AUTH_DISABLED", "AUTH", "policy", "V SG", 535, "",
    "Authentication failed: Basic authentication is not allowed with 2FA enabled")
AUTH_REQUIRED = _smtp(
    "AUTH_REQUIRED", "MAIL", "policy", "V SG", 550, "", "Unauthenticated Senders Not Allowed")
RELAY_DENIED = _smtp(
    "RELAY_DENIED", "RCPT", "policy", "T SISM", 550, "",
    "relay through this server without authentication", abridged=True)
