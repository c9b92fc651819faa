"""Amazon SES: submission.  It has no enhanced status codes, and says its limits behind the dot."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import DOT, Catalogue

_all = Catalogue("ses")
_smtp = _all.smtp
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
TOO_MANY_CONNECTIONS = _smtp(
    "TOO_MANY_CONNECTIONS", "connect any", "transient", "V SES", 421, "",
    "Too many concurrent SMTP connections")
SERVICE_FAILURE = _smtp(
    "SERVICE_FAILURE", f"MAIL {DOT} any", "transient", "V SES", 451, "",
    "Temporary service failure")
DATA_TIMEOUT = _smtp(
    "DATA_TIMEOUT", f"{DOT} push any", "transient", "V SES", 451, "",
    "Timeout waiting for data from client", closes=True)
IDLE_TIMEOUT = _smtp(
    "IDLE_TIMEOUT", "MAIL push any", "transient", "K GH:13980529651 shows only 451 4.4", 451,
    "4.4.2", "Timeout waiting for data from client.", closes=True)
SENDING_RATE = _smtp(
    "SENDING_RATE", DOT, "transient", "V SES", 454, "",
    "Throttling failure: Maximum sending rate exceeded")
DAILY_LIMIT = _smtp(
    "DAILY_LIMIT", DOT, "policy", "V SES", 454, "",
    "Throttling failure: Daily message quota exceeded")
AUTH_UNAVAILABLE = _smtp(
    "AUTH_UNAVAILABLE", "AUTH", "transient", "V SES", 454, "", "Temporary authentication failure")
SERVICE_FAILURE_AT_LOGIN = _smtp(
    "SERVICE_FAILURE_AT_LOGIN", "AUTH MAIL", "transient", "V SES", 454, "",
    "Temporary service failure")
AUTH_REQUIRED = _smtp(
    "AUTH_REQUIRED", "MAIL", "policy", "V SES", 530, "", "Authentication required")
BAD_LOGIN = _smtp(
    "BAD_LOGIN", "AUTH", "permanent", "V SES", 535, "", "Authentication Credentials Invalid")
NOT_SUBSCRIBED = _smtp(
    "NOT_SUBSCRIBED", "AUTH", "policy", "V SES", 535, "", "Account not subscribed to SES")
TOO_BIG = _smtp("TOO_BIG", DOT, "permanent", "V SES", 552, "", "Message is too long.")
INVALID_ADDRESS = _smtp(
    "INVALID_ADDRESS", "RCPT MAIL", "permanent", "V SES", 553, "",
    "<{address}> Invalid email address")
ADDRESS_UNKNOWN = _smtp(
    "ADDRESS_UNKNOWN", "RCPT MAIL", "permanent", "V SES", 553, "", "<{address}> address unknown")
ACCESS_DENIED = _smtp(
    "ACCESS_DENIED", DOT, "policy", "V SES", 554, "",
    "Access denied: User arn:aws:iam::123456789012:user/{user} is not authorized to perform "
    "ses:SendRawEmail on resource arn:aws:ses:us-east-1:123456789012:identity/{sender_domain}")
ADDRESS_NOT_VERIFIED = _smtp(
    "ADDRESS_NOT_VERIFIED", DOT, "policy", "V SES", 554, "",
    "Message rejected: Email address is not verified. "
    "The following identities failed the check in region US-EAST-1: {sender}, {recipient}")
