"""Exim as its source and its default configuration have it: no enhanced status codes."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import DOT, Catalogue

_all = Catalogue("exim")
_smtp = _all.smtp
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
RELAY_DENIED = _smtp(
    "RELAY_DENIED", "RCPT", "permanent", "S EXIM", 550, "",
    "relay not permitted")
UNROUTEABLE = _smtp(
    "UNROUTEABLE", "RCPT", "permanent", "S EXIM", 550, "",
    "Unrouteable address")
NO_SUCH_USER = _smtp(
    "NO_SUCH_USER", "RCPT", "permanent", "S EXIM", 550, "",
    "Unknown user")
LOCAL_PROBLEM = _smtp(
    "LOCAL_PROBLEM", "RCPT MAIL", "transient", "S EXIM", 451, "",
    "Temporary local problem - please try later")
RESTRICTED_CHARACTERS = _smtp(
    "RESTRICTED_CHARACTERS", "RCPT", "permanent", "S EXIM", 550, "",
    "Restricted characters in address")
BLOCK_LIST = _smtp(
    "BLOCK_LIST", "RCPT MAIL", "policy", "S EXIM", 550, "",
    "Rejected because {ip} is in a black list at zen.spamhaus.org\n"
    "https://www.spamhaus.org/query/ip/{ip}", abridged=True)
TOO_MANY_CONNECTIONS = _smtp(
    "TOO_MANY_CONNECTIONS", "connect", "transient", "S EXIM", 421, "",
    "{host}: Too many concurrent SMTP connections; please try again later.")
TOO_MUCH_LOAD = _smtp(
    "TOO_MUCH_LOAD", "connect", "transient", "S EXIM", 421, "",
    "{host}: Too much load; please try again later")
TOO_MANY_MESSAGES = _smtp(
    "TOO_MANY_MESSAGES", "MAIL", "transient", "S EXIM", 421, "",
    "too many messages in this connection")
NO_SPACE = _smtp(
    "NO_SPACE", "MAIL", "transient", "S EXIM", 452, "",
    "Space shortage, please try later")
TOO_BIG = _smtp(
    "TOO_BIG", f"MAIL {DOT}", "permanent", "S EXIM", 552, "",
    "Message size exceeds maximum permitted")
HEADER_TOO_LONG = _smtp(
    "HEADER_TOO_LONG", DOT, "permanent", "S EXIM", 552, "",
    "Message header is ridiculously long")
TOO_MANY_RECIPIENTS = _smtp(
    "TOO_MANY_RECIPIENTS", "RCPT", "transient", "S EXIM", 452, "",
    "too many recipients")
TOO_MANY_RECIPIENTS_FOR_GOOD = _smtp(
    "TOO_MANY_RECIPIENTS_FOR_GOOD", "RCPT", "permanent", "S EXIM", 552, "",
    "too many recipients")
BAD_LOGIN = _smtp(
    "BAD_LOGIN", "AUTH", "permanent", "S EXIM", 535, "",
    "Incorrect authentication data")
AUTH_UNAVAILABLE = _smtp(
    "AUTH_UNAVAILABLE", "AUTH", "transient", "S EXIM", 435, "",
    "Unable to authenticate at present")
TLS_NOT_AVAILABLE = _smtp(
    "TLS_NOT_AVAILABLE", "STARTTLS", "transient", "S EXIM", 454, "",
    "TLS currently unavailable")
NEED_RCPT = _smtp(
    "NEED_RCPT", "DATA", "permanent", "S EXIM", 503, "",
    "Valid RCPT command must precede DATA")
SYNCHRONIZATION_ERROR = _smtp(
    "SYNCHRONIZATION_ERROR", "connect EHLO DATA any", "permanent", "S EXIM", 554, "",
    "SMTP synchronization error", closes=True)
NOT_AVAILABLE = _smtp(
    "NOT_AVAILABLE", "connect", "transient", "S EXIM", 554, "",
    "SMTP service not available", closes=True)
