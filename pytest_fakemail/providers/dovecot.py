"""Dovecot 2.4 as its source has it: IMAP and POP3."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import LOGIN, PASS, Catalogue

_all = Catalogue("dovecot")
_imap, _pop3 = _all.imap, _all.pop3
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

_CLEARTEXT = (
    "* BAD [ALERT] cleartext authentication not allowed without SSL/TLS, but your client did it "
    "anyway. If anyone was listening, the password was exposed."
)

# fmt: off
# --- IMAP ----------------------------------------------------------------------------------

TOO_MANY_CONNECTIONS = _imap(
    "TOO_MANY_CONNECTIONS", LOGIN, "transient", "S DOV sasl-proxy.c, client-authenticate.c", "no",
    "[LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
    ref="dovecot.too_many")
BAD_LOGIN = _imap(
    "BAD_LOGIN", LOGIN, "permanent", "S DOV", "no",
    "[AUTHENTICATIONFAILED] Authentication failed.", delay=2, ref="dovecot.auth")
AUTH_UNAVAILABLE = _imap(
    "AUTH_UNAVAILABLE", LOGIN, "transient", "S DOV", "no",
    "[UNAVAILABLE] Temporary authentication failure. [{host}:{date_time}]",
    ref="dovecot.tempfail")
CLEARTEXT_LOGIN = _imap(
    "CLEARTEXT_LOGIN", LOGIN, "policy", "S DOV client-common-auth.c", "no",
    "[PRIVACYREQUIRED] Cleartext authentication disallowed on non-secure (SSL/TLS) connections.",
    before=(_CLEARTEXT,),
    abridged=True, ref="dovecot.plaintext")
INTERNAL_ERROR = _imap(
    "INTERNAL_ERROR", "SELECT FETCH any", "transient", "S DOV", "no",
    "[SERVERBUG] Internal error occurred. Refer to server log for more information. [{date_time}]",
    ref="dovecot.internal")
IDLE_TIMEOUT = _imap(
    "IDLE_TIMEOUT", "IDLE NOOP any", "transient", "S DOV", "bye",
    "Disconnected for inactivity.", ref="dovecot.idle_bye")
LOGIN_TIMEOUT = _imap(
    "LOGIN_TIMEOUT", f"{LOGIN} any", "transient", "S DOV", "bye",
    "Disconnected for inactivity during authentication.", ref="dovecot.idle_bye")
SHUTTING_DOWN = _imap(
    "SHUTTING_DOWN", "IDLE NOOP FETCH any", "transient", "S DOV", "bye", "Server shutting down.",
    ref="dovecot.idle_bye")
TOO_MANY_BAD_COMMANDS = _imap(
    "TOO_MANY_BAD_COMMANDS", "NOOP any", "permanent", "S DOV", "bye",
    "Too many invalid IMAP commands.", ref="dovecot.idle_bye")
OVER_QUOTA = _imap(
    "OVER_QUOTA", "APPEND COPY MOVE", "policy", "S DOV", "no",
    "[OVERQUOTA] Quota exceeded (mailbox for user is full)", ref="dovecot.misc")
NO_SUCH_MAILBOX_TO_COPY = _imap(
    "NO_SUCH_MAILBOX_TO_COPY", "COPY MOVE APPEND", "permanent", "S DOV", "no",
    "[TRYCREATE] Mailbox doesn't exist: {mailbox}", ref="dovecot.misc")
NO_SUCH_MAILBOX = _imap(
    "NO_SUCH_MAILBOX", "SELECT EXAMINE STATUS DELETE RENAME", "permanent", "S DOV", "no",
    "[NONEXISTENT] Mailbox doesn't exist: {mailbox}", ref="dovecot.misc")
ALREADY_EXISTS = _imap(
    "ALREADY_EXISTS", "CREATE RENAME", "permanent", "S DOV", "no",
    "[ALREADYEXISTS] Mailbox already exists", abridged=True, ref="dovecot.misc")
EXPUNGED_MEANWHILE = _imap(
    "EXPUNGED_MEANWHILE", "FETCH", "transient", "S DOV", "ok",
    "[EXPUNGEISSUED] Some messages were already expunged.", ref="dovecot.misc")
EXPUNGED = _imap(
    "EXPUNGED", "FETCH STORE COPY", "transient", "S DOV", "no",
    "[EXPUNGEISSUED] Some of the requested messages no longer exist.", ref="dovecot.misc")
IN_USE = _imap(
    "IN_USE", "SELECT STORE APPEND EXPUNGE any", "transient", "S DOV", "no",
    "[INUSE] Timeout while waiting for lock", ref="dovecot.misc")
STATUS_OF_SELECTED = _imap(
    "STATUS_OF_SELECTED", "STATUS", "permanent", "S DOV", "ok",
    "[CLIENTBUG] Status on selected mailbox", abridged=True, ref="dovecot.misc")
UNKNOWN_ENCODING = _imap(
    "UNKNOWN_ENCODING", "FETCH", "permanent", "S DOV", "no",
    "[UNKNOWN-CTE] Unknown Content-Transfer-Encoding.", abridged=True, ref="dovecot.misc")
BAD_CHARSET = _imap(
    "BAD_CHARSET", "SEARCH SORT THREAD", "permanent", "S DOV", "no",
    "[BADCHARSET] Unknown charset", abridged=True, ref="dovecot.misc")

# --- POP3 ----------------------------------------------------------------------------------

POP3_IN_USE = _pop3(
    "POP3_IN_USE", PASS, "transient", "S DOV",
    "[IN-USE] Mailbox is locked by another POP3 session.")
POP3_NOT_SYNCED = _pop3(
    "POP3_NOT_SYNCED", f"{PASS} STAT", "transient", "S DOV", "[SYS/TEMP] Couldn't sync mailbox.")
POP3_INCONSISTENT = _pop3(
    "POP3_INCONSISTENT", "RETR TOP any", "transient", "S DOV",
    "[SYS/TEMP] Mailbox is in inconsistent state", abridged=True, closes=True)
POP3_INTERNAL_ERROR = _pop3(
    "POP3_INTERNAL_ERROR", f"{PASS} STAT any", "transient", "S DOV",
    "[SYS/TEMP] Internal error occurred. Refer to server log for more information.")
POP3_NO_SUCH_MESSAGE = _pop3(
    "POP3_NO_SUCH_MESSAGE", "RETR TOP LIST UIDL DELE", "permanent", "S DOV",
    "There's no message {number}.")
POP3_DELETED = _pop3(
    "POP3_DELETED", "RETR TOP LIST UIDL DELE", "permanent", "S DOV", "Message is deleted.")
POP3_EXPUNGED = _pop3(
    "POP3_EXPUNGED", "RETR TOP", "permanent", "S DOV", "Message {number} expunged.")
POP3_UNKNOWN_COMMAND = _pop3(
    "POP3_UNKNOWN_COMMAND", "NOOP any", "permanent", "S DOV", "Unknown command: {verb}")
POP3_TOO_MANY_BAD_COMMANDS = _pop3(
    "POP3_TOO_MANY_BAD_COMMANDS", "NOOP any", "permanent", "S DOV", "Too many bad commands.",
    closes=True)
POP3_IDLE_TIMEOUT = _pop3(
    "POP3_IDLE_TIMEOUT", "STAT any", "transient", "S DOV", "Disconnected for inactivity.",
    closes=True)
POP3_REFERRAL = _pop3(
    "POP3_REFERRAL", PASS, "policy", "S DOV", "[REFERRAL/pop.example.test] Referral",
    abridged=True)
