"""Cyrus as its source has it: IMAP."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import Catalogue

_all = Catalogue("cyrus")
_imap = _all.imap
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
NO_SUCH_MAILBOX = _imap(
    "NO_SUCH_MAILBOX", "SELECT EXAMINE STATUS DELETE", "permanent", "S CYR", "no",
    "Mailbox does not exist")
EXPUNGED = _imap(
    "EXPUNGED", "FETCH STORE", "transient", "S CYR; T roundcube", "ok", "Completed",
    before=("* NO Message {number} no longer exists",), abridged=True)
NEARLY_OVER_QUOTA = _imap(
    "NEARLY_OVER_QUOTA", "NOOP", "policy", "S CYR", "ok", "Completed",
    before=("* NO [ALERT] Mailbox is at 91% of quota",), abridged=True)
TOO_BIG = _imap(
    "TOO_BIG", "APPEND", "permanent", "S CYR", "no", "[TOOBIG] Message is too big", abridged=True)
BARE_NEWLINES = _imap(
    "BARE_NEWLINES", "APPEND", "permanent", "S CYR", "no", "Message contains bare newlines")
NUL_CHARACTERS = _imap(
    "NUL_CHARACTERS", "APPEND", "permanent", "S CYR", "no", "Message contains NUL characters")
FATAL_ERROR = _imap(
    "FATAL_ERROR", "SELECT FETCH any", "transient", "S CYR; T roundcube", "bye", "Fatal error:",
    abridged=True)
