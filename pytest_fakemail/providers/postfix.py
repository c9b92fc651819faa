"""Postfix as its source has it, with Postgrey in front if that is wanted."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import DOT, Catalogue

_all = Catalogue("postfix")
_smtp = _all.smtp
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
SENDER_DOMAIN_NOT_FOUND = _smtp(
    "SENDER_DOMAIN_NOT_FOUND", "RCPT MAIL", "transient", "S PFX", 450, "4.1.8",
    "<{sender}>: Sender address rejected: Domain not found")
RECIPIENT_DOMAIN_NOT_FOUND = _smtp(
    "RECIPIENT_DOMAIN_NOT_FOUND", "RCPT", "transient", "S PFX", 450, "4.1.2",
    "<{recipient}>: Recipient address rejected: Domain not found")
NO_REVERSE_HOSTNAME = _smtp(
    "NO_REVERSE_HOSTNAME", "RCPT MAIL", "policy", "S PFX", 450, "4.7.1",
    "Client host rejected: cannot find your reverse hostname, [{ip}]")
NO_HOSTNAME = _smtp(
    "NO_HOSTNAME", "RCPT MAIL", "policy", "S PFX", 450, "4.7.25",
    "Client host rejected: cannot find your hostname, [{ip}]")
HELO_NOT_QUALIFIED = _smtp(
    "HELO_NOT_QUALIFIED", "EHLO HELO", "permanent", "S PFX", 504, "5.5.2",
    "<{number}>: Helo command rejected: need fully-qualified hostname")
RELAY_DENIED = _smtp(
    "RELAY_DENIED", "RCPT", "permanent", "S PFX", 554, "5.7.1",
    "<{recipient}>: Relay access denied")
RELAY_DEFERRED = _smtp(
    "RELAY_DEFERRED", "RCPT", "transient", "S PFX", 454, "4.7.1",
    "<{recipient}>: Relay access denied")
NO_SUCH_USER = _smtp(
    "NO_SUCH_USER", "RCPT", "permanent", "S PFX", 550, "5.1.1",
    "<{recipient}>: Recipient address rejected: User unknown in local recipient table")
NO_SUCH_VIRTUAL_USER = _smtp(
    "NO_SUCH_VIRTUAL_USER", "RCPT", "permanent", "S PFX", 550, "5.1.1",
    "<{recipient}>: Recipient address rejected: User unknown in virtual mailbox table")
NO_SUCH_RELAY_USER = _smtp(
    "NO_SUCH_RELAY_USER", "RCPT", "permanent", "K no capture", 550, "5.1.1",
    "<{recipient}>: Recipient address rejected: User unknown in relay recipient table")
ADDRESS_NOT_VERIFIED = _smtp(
    "ADDRESS_NOT_VERIFIED", "RCPT", "transient", "S PFX", 450, "4.1.1",
    "<{recipient}>: Recipient address rejected: unverified address:", abridged=True)
BLOCK_LIST = _smtp(
    "BLOCK_LIST", "RCPT MAIL", "policy", "S PFX", 554, "5.7.1",
    "Service unavailable; Client host [{ip}] blocked using zen.spamhaus.org; "
    "https://www.spamhaus.org/query/ip/{ip}")
BLOCK_LIST_POSTSCREEN = _smtp(
    "BLOCK_LIST_POSTSCREEN", "RCPT MAIL", "policy", "S PFX", 550, "5.7.1",
    "Service unavailable; client [{ip}] blocked using zen.spamhaus.org")
TOO_BIG_FOR_FILE_SYSTEM = _smtp(
    "TOO_BIG_FOR_FILE_SYSTEM", f"MAIL {DOT}", "permanent", "S PFX", 552, "5.3.4",
    "Message size exceeds file system imposed limit")
TOO_BIG = _smtp(
    "TOO_BIG", f"MAIL {DOT}", "permanent", "S PFX", 552, "5.3.4",
    "Message size exceeds fixed limit")
NO_SPACE = _smtp(
    "NO_SPACE", f"MAIL {DOT}", "transient", "S PFX", 452, "4.3.1", "Insufficient system storage")
TOO_MANY_RECIPIENTS = _smtp(
    "TOO_MANY_RECIPIENTS", "RCPT", "transient", "S PFX", 452, "4.5.3",
    "Error: too many recipients")
TOO_MUCH_MAIL = _smtp(
    "TOO_MUCH_MAIL", "MAIL", "transient", "S PFX", 450, "4.7.1",
    "Error: too much mail from {ip}")
TOO_MANY_RECIPIENTS_OF_CLIENT = _smtp(
    "TOO_MANY_RECIPIENTS_OF_CLIENT", "RCPT", "transient", "S PFX", 450, "4.7.1",
    "Error: too many recipients from {ip}")
TOO_MANY_LOGINS = _smtp(
    "TOO_MANY_LOGINS", "AUTH", "transient", "S PFX", 450, "4.7.1",
    "Error: too many AUTH commands from {ip}")
TOO_MANY_CONNECTIONS = _smtp(
    "TOO_MANY_CONNECTIONS", "connect", "transient", "S PFX", 421, "4.7.0",
    "{host} Error: too many connections from {ip}")
TOO_MANY_ERRORS = _smtp(
    "TOO_MANY_ERRORS", "RCPT any", "permanent", "S PFX", 421, "4.7.0",
    "{host} Error: too many errors")
TIMEOUT = _smtp(
    "TIMEOUT", f"{DOT} push any", "transient", "S PFX", 421, "4.4.2",
    "{host} Error: timeout exceeded")
LOCAL_DATA_ERROR = _smtp(
    "LOCAL_DATA_ERROR", "RCPT any", "transient", "S PFX", 421, "4.3.0",
    "{host} Server local data error")
LOOKUP_FAILURE = _smtp(
    "LOOKUP_FAILURE", "RCPT MAIL", "transient", "K S PFX, but for the text", 451, "4.3.0",
    "<{address}>: Temporary lookup failure")
CONFIGURATION_PROBLEM = _smtp(
    "CONFIGURATION_PROBLEM", "RCPT MAIL", "transient", "S PFX", 451, "4.3.5",
    "Server configuration problem")
NEED_MAIL = _smtp(
    "NEED_MAIL", "RCPT DATA", "permanent", "S PFX", 503, "5.5.1", "Error: need MAIL command")
NEED_RCPT = _smtp(
    "NEED_RCPT", "DATA", "permanent", "S PFX", 503, "5.5.1", "Error: need RCPT command")
NEED_HELLO = _smtp(
    "NEED_HELLO", "MAIL AUTH", "permanent", "S PFX", 503, "5.5.1", "Error: send HELO/EHLO first")
NESTED_MAIL = _smtp(
    "NESTED_MAIL", "MAIL", "permanent", "S PFX", 503, "5.5.1", "Error: nested MAIL command")
NO_VALID_RECIPIENTS = _smtp(
    "NO_VALID_RECIPIENTS", "DATA", "permanent", "S PFX", 554, "5.5.1",
    "Error: no valid recipients")
UNKNOWN_COMMAND = _smtp(
    "UNKNOWN_COMMAND", "NOOP any", "permanent", "S PFX", 500, "5.5.2",
    "Error: command not recognized")
UNKNOWN_COMMAND_OLDER = _smtp(
    "UNKNOWN_COMMAND_OLDER", "NOOP any", "permanent", "K no capture", 502, "5.5.2",
    "Error: command not recognized")
NO_WEB_SERVER = _smtp(
    "NO_WEB_SERVER", "NOOP any", "permanent", "S PFX", 221, "2.7.0",
    "Error: I can break rules, too. Goodbye.", closes=True)
STARTTLS_FIRST = _smtp(
    "STARTTLS_FIRST", "MAIL AUTH", "policy", "S PFX", 530, "5.7.0",
    "Must issue a STARTTLS command first")
TLS_NOT_AVAILABLE = _smtp(
    "TLS_NOT_AVAILABLE", "STARTTLS", "transient", "S PFX", 454, "4.7.0",
    "TLS not available due to local problem")
BAD_LOGIN = _smtp(
    "BAD_LOGIN", "AUTH", "permanent", "K no capture", 535, "5.7.8",
    "Error: authentication failed:", abridged=True)
NOT_ACCEPTING_CONNECTIONS = _smtp(
    "NOT_ACCEPTING_CONNECTIONS", "connect", "transient", "S PFX", 554, "",
    "{host} ESMTP not accepting connections", closes=True)
GREYLISTED = _smtp(
    "GREYLISTED", "RCPT", "transient", "S PGREY", 450, "4.2.0",
    "<{recipient}>: Recipient address rejected: Greylisted, see "
    "http://postgrey.schweikert.ch/help/{domain}.html")
