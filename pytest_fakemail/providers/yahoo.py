"""Yahoo and AOL: the MX, and IMAP."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import DOT, LOGIN, PASS, Catalogue

_all = Catalogue("yahoo")
_smtp, _imap, _pop3 = _all.smtp, _all.imap, _all.pop3
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
# --- SMTP ----------------------------------------------------------------------------------

DEFERRED_TSS04 = _smtp(
    "DEFERRED_TSS04", "MAIL", "transient", "T SISM; C SIS:yahooinc", 421, "4.7.0",
    "[TSS04] Messages from {ip} temporarily deferred due to unexpected volume or user complaints "
    "- 4.16.55.1; see https://postmaster.yahooinc.com/error-codes", ref="yahoo.tss04")
DEFERRED_FOR_GOOD_TSS09 = _smtp(
    "DEFERRED_FOR_GOOD_TSS09", "MAIL", "policy", "C SIS:yahooinc", 553, "5.7.2",
    "[TSS09] All messages from {ip} will be permanently deferred; Retrying will NOT succeed. "
    "See https://postmaster.yahooinc.com/error-codes", abridged=True, ref="yahoo.tss_perm")
DEFERRED_FOR_GOOD_TSS11 = _smtp(
    "DEFERRED_FOR_GOOD_TSS11", "MAIL", "policy", "C SIS:yahooinc", 553, "5.7.2",
    "[TSS11] All messages from {ip} will be permanently deferred; Retrying will NOT succeed. "
    "See https://postmaster.yahooinc.com/error-codes", abridged=True, ref="yahoo.tss_perm")
BLOCK_LIST_BL21 = _smtp(
    "BLOCK_LIST_BL21", "connect", "policy", "T ZMTA; C SIS:yahooinc", 553, "5.7.1",
    "[BL21] Connections will not be accepted from {ip}, because the ip is in Spamhaus's list; "
    "see http://postmaster.yahoo.com/550-bl23.html", closes=True, ref="yahoo.bl21")
POLICY_PH01 = _smtp(
    "POLICY_PH01", DOT, "policy", "T SISM", 554, "",
    "Message not allowed - [PH01] Email not accepted for policy reasons. "
    "Please visit https://postmaster.yahooinc.com/error-codes", ref="yahoo.policy")
POLICY = _smtp(
    "POLICY", DOT, "policy", "T SISM", 554, "5.7.9",
    "Message not accepted for policy reasons. See https://senders.yahooinc.com/error-codes",
    ref="yahoo.policy")
POLICY_AU01 = _smtp(
    "POLICY_AU01", DOT, "policy", "T SISM", 554, "5.7.5",
    "(AU01) Message not accepted for policy reasons.", abridged=True, ref="yahoo.policy")
UNAUTHENTICATED = _smtp(
    "UNAUTHENTICATED", DOT, "policy", "C SIS:yahooinc", 550, "5.7.9",
    "This mail has been blocked because the sender is unauthenticated. "
    "Yahoo requires all senders to authenticate with either SPF or DKIM.", ref="yahoo.unauth")
NO_SUCH_USER = _smtp(
    "NO_SUCH_USER", f"{DOT} RCPT", "permanent", "T SISM", 554, "",
    "delivery error: dd This user doesn't have a yahoo.com account ({recipient}) [0] - "
    "mta1001.mail.ne1.yahoo.com", ref="yahoo.nouser")
MAILBOX_NOT_FOUND = _smtp(
    "MAILBOX_NOT_FOUND", f"{DOT} RCPT", "permanent", "T SISM", 552, "",
    "1 Requested mail action aborted, mailbox not found", ref="yahoo.nouser")
MAILBOX_DISABLED = _smtp(
    "MAILBOX_DISABLED", f"{DOT} RCPT", "permanent", "T SISM", 554, "",
    "30 Sorry, your message to {recipient} cannot be delivered. "
    "This mailbox is disabled (554.30)", ref="yahoo.nouser")
MESSAGES_PER_CONNECTION = _smtp(
    "MESSAGES_PER_CONNECTION", "MAIL any", "transient", "C SIS:yahooinc", 421, "",
    "Max message per connection reached, closing transmission channel", ref="yahoo.misc")
TOO_FAST = _smtp(
    "TOO_FAST", "RCPT", "transient", "C SIS:yahooinc", 450, "",
    "User is receiving mail too quickly", ref="yahoo.misc")
SENDER_DOMAIN_UNRESOLVABLE = _smtp(
    "SENDER_DOMAIN_UNRESOLVABLE", f"MAIL {DOT}", "transient", "C SIS:yahooinc", 451, "",
    "Message temporarily deferred due to unresolvable RFC.5321 from domain.", abridged=True,
    ref="yahoo.misc")
RELAY_DENIED = _smtp(
    "RELAY_DENIED", "RCPT", "permanent", "C SIS:yahooinc", 550, "",
    "relaying denied for {recipient}", ref="yahoo.misc")

# --- IMAP ----------------------------------------------------------------------------------

RATE_LIMIT = _imap(
    "RATE_LIMIT", "CAPABILITY", "transient", "T imapflow#75", "no",
    "[LIMIT] CAPABILITY Rate limit hit.", after=("* BYE IMAP4rev1 Server logging out",),
    closes=True, ref="yahoo.limit")
LOGIN_RATE_LIMIT = _imap(
    "LOGIN_RATE_LIMIT", LOGIN, "transient", "K no capture of this form", "no",
    "[LIMIT] LOGIN Rate limit hit.", after=("* BYE IMAP4rev1 Server logging out",), closes=True,
    ref="yahoo.limit")
POISON_MESSAGE = _imap(
    "POISON_MESSAGE", "FETCH", "permanent", "T imapsync#119, MK#358; C NYL", "no",
    "[UNAVAILABLE] UID FETCH Server error while fetching messages", ref="yahoo.unavailable")
SEARCH_SERVER_ERROR = _imap(
    "SEARCH_SERVER_ERROR", "SEARCH", "transient", "T S22.Imap#98, imap-backup#218", "no",
    "[SERVERBUG] UID SEARCH Server error", ref="yahoo.serverbug")
FETCH_SERVER_ERROR = _imap(
    "FETCH_SERVER_ERROR", "FETCH", "transient", "T S22.Imap#98, imap-backup#218", "no",
    "[SERVERBUG] UID FETCH Server error - Please try again later", ref="yahoo.serverbug")
BAD_SEARCH = _imap(
    "BAD_SEARCH", "SEARCH", "permanent", "T MK#221", "bad",
    "[CLIENTBUG] UID SEARCH Command arguments invalid", ref="yahoo.clientbug")
IMAP_BAD_LOGIN = _imap(
    "IMAP_BAD_LOGIN", LOGIN, "permanent", "T GH:7155977198", "no",
    "[AUTHENTICATIONFAILED] (#AUTH012) Incorrect username or password.", ref="yahoo.auth")
IMAP_NOT_AUTHORIZED = _imap(
    "IMAP_NOT_AUTHORIZED", LOGIN, "permanent", "T MK#221", "no",
    "[AUTHORIZATIONFAILED] Incorrect username or password. (#MBR1212)", ref="yahoo.auth")
IMAP_BAD_TOKEN = _imap(
    "IMAP_BAD_TOKEN", "AUTHENTICATE", "policy", "T GH:7155977198", "no",
    "[AUTHENTICATIONFAILED] (#AUTH901) The provided OAuth2 access token is invalid",
    ref="yahoo.auth")
IMAP_BAD_LOGIN_TODAY = _imap(
    "IMAP_BAD_LOGIN_TODAY", LOGIN, "permanent", "K no capture", "no",
    "[AUTHENTICATIONFAILED] LOGIN Invalid credentials", ref="yahoo.auth")
AOL_TIMER = _imap(
    "AOL_TIMER", "IDLE NOOP any", "transient", "T imapfilter#316, one report; the text is ours",
    "bye", "IMAP4rev1 Server logging out", abridged=True, ref="aol")

# --- POP3 ----------------------------------------------------------------------------------

POP3_NOT_ALLOWED = _pop3(
    "POP3_NOT_ALLOWED", PASS, "policy", "T GH:2240963691", "[AUTH] pop not allowed for user.",
    abridged=True)
