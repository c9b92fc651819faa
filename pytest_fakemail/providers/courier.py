"""Courier as its source has it: IMAP and POP3."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import LOGIN, PASS, Catalogue

_all = Catalogue("courier")
_imap, _pop3 = _all.imap, _all.pop3
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
SHUTTING_DOWN = _imap(
    "SHUTTING_DOWN", "NOOP any", "transient", "S COU", "bye", "Courier-IMAP server shutting down")
TEMPORARY_PROBLEM = _imap(
    "TEMPORARY_PROBLEM", f"connect {LOGIN} any", "transient", "S COU", "bye",
    "Temporary problem, please try again later")
OVER_QUOTA = _imap(
    "OVER_QUOTA", "APPEND COPY", "policy", "S COU", "no", "[ALERT] You exceeded your mail quota.")
COMMAND_TOO_LONG = _imap(
    "COMMAND_TOO_LONG", "FETCH SEARCH any", "permanent", "S COU; the tagged line is ours", "bad",
    "Command too long.", before=("* NO [ALERT] IMAP command too long.",), abridged=True)
IMAP_DISABLED = _imap(
    "IMAP_DISABLED", LOGIN, "policy", "S COU", "bye", "IMAP access disabled for this account.")
FATAL_ERROR = _imap(
    "FATAL_ERROR", f"SELECT {LOGIN} any", "transient", "S COU", "bye", "[ALERT] Fatal error:",
    abridged=True)
POP3_UNAVAILABLE = _pop3(
    "POP3_UNAVAILABLE", PASS, "transient", "S COU",
    "Your account is temporarily unavailable (+t bit set on home directory).")
POP3_TLS_REQUIRED = _pop3(
    "POP3_TLS_REQUIRED", "USER PASS AUTH APOP", "policy", "S COU", "TLS required to log in.")
POP3_DISABLED = _pop3(
    "POP3_DISABLED", PASS, "policy", "S COU", "POP3 access disabled for this account.")
