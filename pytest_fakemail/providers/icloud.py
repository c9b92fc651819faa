"""Apple iCloud: the MX, and IMAP."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import DOT, LOGIN, Catalogue

_all = Catalogue("icloud")
_smtp, _imap = _all.smtp, _all.imap
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
# --- SMTP ----------------------------------------------------------------------------------

USER_INACTIVE = _smtp(
    "USER_INACTIVE", "RCPT", "permanent", "T SISM; C SIS:apple", 550, "5.1.1",
    "<{recipient}>: inactive email address", ref="icloud.nouser")
UNKNOWN_ALIAS = _smtp(
    "UNKNOWN_ALIAS", "RCPT", "permanent", "T SISM; C SIS:apple", 550, "5.1.1",
    "unknown or illegal alias: {recipient}", ref="icloud.nouser")
NO_SUCH_USER = _smtp(
    "NO_SUCH_USER", "RCPT", "permanent", "T SISM; C SIS:apple", 550, "5.1.1",
    "<{recipient}>: user does not exist", ref="icloud.nouser")
USER_GONE = _smtp(
    "USER_GONE", "RCPT", "permanent", "T SISM; C SIS:apple", 550, "5.1.6",
    "recipient no longer on server: {recipient}", ref="icloud.nouser")
OVER_QUOTA = _smtp(
    "OVER_QUOTA", "RCPT", "transient", "T SISM", 552, "5.2.2", "<{recipient}>: user is over quota",
    ref="icloud.quota")
POLICY_CS01 = _smtp(
    "POLICY_CS01", DOT, "policy", "C SIS:apple", 550, "5.7.1",
    "[CS01] Message rejected due to local policy. "
    "Please visit https://support.apple.com/en-us/HT204137", ref="icloud.policy")
UNAUTHENTICATED_HME1 = _smtp(
    "UNAUTHENTICATED_HME1", DOT, "policy", "C SIS:apple", 554, "5.7.1",
    "[HME1] This message was blocked for failing both SPF and DKIM authentication checks.",
    abridged=True, ref="icloud.policy")
DMARC = _smtp(
    "DMARC", DOT, "policy", "C SIS:apple", 554, "5.7.1",
    "Your message was rejected due to {sender_domain}'s DMARC policy.", abridged=True,
    ref="icloud.policy")
SPAMHAUS = _smtp(
    "SPAMHAUS", DOT, "policy", "C SIS:apple", 550, "5.7.1",
    "Mail from IP {ip} was rejected due to listing in Spamhaus SBL.", abridged=True,
    ref="icloud.policy")
TOO_FAST = _smtp(
    "TOO_FAST", f"RCPT {DOT}", "transient", "C SIS:apple", 421, "4.7.1",
    "Messages to {recipient} deferred due to excessive volume. Try again later - "
    "https://support.apple.com/en-us/HT204137", ref="icloud.volume")
NOT_ACCEPTING_CONNECTIONS = _smtp(
    "NOT_ACCEPTING_CONNECTIONS", "connect", "transient", "T SISM", 554, "",
    "st11p00im-smtpin013.me.com ESMTP not accepting connections", closes=True,
    ref="icloud.greeting_refuse")
RELAY_DENIED = _smtp(
    "RELAY_DENIED", "RCPT", "permanent", "C SIS:apple", 554, "5.7.1",
    "<{recipient}>: Relay access denied", ref="icloud.relay")
SENDER_DOMAIN_NOT_FOUND = _smtp(
    "SENDER_DOMAIN_NOT_FOUND", "MAIL RCPT", "transient", "C SIS:apple", 450, "4.1.8",
    "<{sender}>: Sender address rejected: Domain not found", ref="icloud.sender")

# --- IMAP ----------------------------------------------------------------------------------

IMAP_BAD_LOGIN = _imap(
    "IMAP_BAD_LOGIN", LOGIN, "permanent",
    "T MK#295; the connection is dropped with the next command, here at once", "no",
    "[AUTHENTICATIONFAILED] Authentication failed", closes=True, ref="icloud.auth")
PARSE_ERROR = _imap(
    "PARSE_ERROR", "GETMETADATA any", "permanent", "T snappymail#850", "bad",
    "Parse Error (took 0 ms)", ref="icloud.parse")
NO_SUCH_MAILBOX = _imap(
    "NO_SUCH_MAILBOX", "SELECT EXAMINE STATUS", "permanent", "T SwiftMail#30", "no",
    "[NONEXISTENT] Mailbox does not exist (took 1 ms)", ref="icloud.parse")
