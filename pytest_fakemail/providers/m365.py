"""Microsoft 365 and Outlook.com: submission, the MX, IMAP and POP3.

Exchange on premises words most things alike.  What it shows in the place of a message that it
cannot read (MK#1451) is a message, and no failure: a test delivers one with that text.
"""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import DOT, PASS, Catalogue

_all = Catalogue("m365")
_smtp, _imap, _pop3 = _all.smtp, _all.imap, _all.pop3
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

_HOST = "AM0PR01CA0001.EURPRD01.PROD.OUTLOOK.COM"
_AT = f" [{_HOST} {{time}} {{ID}}]"
_UNSUCCESSFUL = "Authentication unsuccessful, "
_REFUSED = "Unfortunately, messages from [{ip}] weren't sent. Please contact your Internet service "

# fmt: off
# --- SMTP: logins --------------------------------------------------------------------------

BASIC_AUTH_DISABLED = _smtp(
    "BASIC_AUTH_DISABLED", "AUTH", "policy", "T GH:35285015137", 535, "5.7.139",
    _UNSUCCESSFUL + "basic authentication is disabled." + _AT, ref="m365.auth_basic_disabled")
SMTP_DISABLED_FOR_TENANT = _smtp(
    "SMTP_DISABLED_FOR_TENANT", "AUTH", "policy", "T+K GH:66847874376; the URL is unverified", 535,
    "5.7.139", _UNSUCCESSFUL + "SmtpClientAuthentication is disabled for the Tenant. "
    "Visit https://aka.ms/smtp_auth_disabled for more information." + _AT,
    ref="m365.auth_tenant_disabled")
SMTP_DISABLED_FOR_MAILBOX = _smtp(
    "SMTP_DISABLED_FOR_MAILBOX", "AUTH", "policy", "T+K GH:66847874376; the URL is unverified", 535,
    "5.7.139", _UNSUCCESSFUL + "SmtpClientAuthentication is disabled for the Mailbox. "
    "Visit https://aka.ms/smtp_auth_disabled for more information." + _AT,
    ref="m365.auth_tenant_disabled")
BAD_LOGIN = _smtp(
    "BAD_LOGIN", "AUTH", "permanent", "T GH:9566376952, GH:65863192882; V MSPRN", 535, "5.7.139",
    _UNSUCCESSFUL + "the user credentials were incorrect." + _AT, ref="m365.auth_variants")
LOCKED_BY_SECURITY_DEFAULTS = _smtp(
    "LOCKED_BY_SECURITY_DEFAULTS", "AUTH", "policy", "T GH:9566376952, GH:65863192882; V MSPRN",
    535, "5.7.139", _UNSUCCESSFUL + "user is locked by your organization's security defaults "
    "policy. Contact your administrator." + _AT, ref="m365.auth_variants")
STS_UNREACHABLE = _smtp(
    "STS_UNREACHABLE", "AUTH", "transient", "T GH:9566376952, GH:65863192882; V MSPRN", 535,
    "5.7.139", _UNSUCCESSFUL + "federated STS service was unreachable." + _AT,
    ref="m365.auth_variants")
STS_WITHOUT_HTTPS = _smtp(
    "STS_WITHOUT_HTTPS", "AUTH", "policy", "T GH:9566376952, GH:65863192882; V MSPRN", 535,
    "5.7.139", _UNSUCCESSFUL + "the federated STS URL does not support HTTPS." + _AT,
    ref="m365.auth_variants")
AUTH_UNSUCCESSFUL = _smtp(
    "AUTH_UNSUCCESSFUL", "AUTH", "permanent", "T GH:9566376952, GH:65863192882; V MSPRN", 535,
    "5.7.3", "Authentication unsuccessful" + _AT, ref="m365.auth_variants")
LOWER_CASE_MECHANISM = _smtp(
    "LOWER_CASE_MECHANISM", "AUTH", "permanent", "T+K GH:54254498479, one report; the text is ours",
    504, "5.7.4", "Unrecognized authentication type" + _AT, ref="m365.auth_case", abridged=True)
AUTH_REQUIRED = _smtp(
    "AUTH_REQUIRED", "MAIL", "policy", "V MSPRN, MSNDR", 530, "5.7.57",
    "Client not authenticated to send mail." + _AT, ref="m365.not_authed")
AUTH_REQUIRED_OLDER = _smtp(
    "AUTH_REQUIRED_OLDER", "MAIL", "policy", "V MSPRN, MSNDR", 530, "5.7.57",
    "SMTP; Client was not authenticated to send anonymous mail during MAIL FROM" + _AT,
    ref="m365.not_authed")

# --- SMTP: limits and senders --------------------------------------------------------------

SEND_AS_DENIED = _smtp(
    "SEND_AS_DENIED", f"MAIL {DOT}", "policy", "V MSPRN", 550, "5.7.60",
    "SMTP; Client does not have permissions to send as this sender" + _AT, ref="m365.send_as")
SEND_AS_DENIED_BY_STORE = _smtp(
    "SEND_AS_DENIED_BY_STORE", DOT, "policy", "T GH:51970297327", 554, "5.2.252",
    "SendAsDenied; {user} not allowed to send as {sender}; "
    "STOREDRV.Submission.Exception:SendAsDeniedException", abridged=True, ref="m365.send_as")
TOO_MANY_CONNECTIONS = _smtp(
    "TOO_MANY_CONNECTIONS", DOT, "transient", "T GH:28532023436; V MSSMTP", 432, "4.3.2",
    "Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more "
    f"information. [Hostname={_HOST}]", ref="m365.concurrency")
TOO_MANY_CONNECTIONS_OLDER = _smtp(
    "TOO_MANY_CONNECTIONS_OLDER", DOT, "transient", "T GH:28532023436; V MSSMTP", 432, "4.3.2",
    "STOREDRV.ClientSubmit; sender thread limit exceeded", ref="m365.concurrency")
RECIPIENT_THREADS = _smtp(
    "RECIPIENT_THREADS", DOT, "transient", "V MSNDR", 432, "4.3.2",
    "STOREDRV.Deliver; recipient thread limit exceeded", ref="m365.rcpt_thread")
DAILY_LIMIT = _smtp(
    "DAILY_LIMIT", DOT, "policy", "V MSSMTP, MSNDR", 554, "5.2.0",
    "STOREDRV.Submission.Exception:SubmissionQuotaExceededException", abridged=True,
    ref="m365.daily")
DAILY_RECIPIENTS = _smtp(
    "DAILY_RECIPIENTS", DOT, "policy", "V MSNDR, told in a bounce", 550, "5.1.90",
    "Your message can't be sent because you've reached your daily limit for message recipients",
    abridged=True, ref="m365.daily")
SUBMISSION_QUOTA = _smtp(
    "SUBMISSION_QUOTA", DOT, "policy", "V MSNDR, told in a bounce", 550, "5.2.2",
    "Submission quota exceeded", abridged=True, ref="m365.daily")
SENDER_MAILBOX_FULL = _smtp(
    "SENDER_MAILBOX_FULL", DOT, "policy", "V MSSMTP", 554, "5.2.2",
    "mailbox full; STOREDRV.Submission.Exception:QuotaExceededException."
    "MapiExceptionShutoffQuotaExceeded", ref="m365.mailbox_full_sender")
BAD_OUTBOUND_SENDER = _smtp(
    "BAD_OUTBOUND_SENDER", DOT, "policy", "V MSNDR", 550, "5.1.8",
    "Access denied, bad outbound sender", ref="m365.banned_sender")
TENANT_EXCEEDED_THRESHOLD = _smtp(
    "TENANT_EXCEEDED_THRESHOLD", DOT, "policy", "V MSNDR, the number alone", 550, "5.7.705",
    "Access denied, tenant has exceeded threshold", abridged=True, ref="m365.banned_sender")
TRAFFIC_NOT_ACCEPTED = _smtp(
    "TRAFFIC_NOT_ACCEPTED", f"MAIL {DOT}", "policy", "V MSNDR", 550, "5.7.708",
    "Access denied, traffic not accepted from this IP", abridged=True, ref="m365.banned_sender")

# --- SMTP: the server ----------------------------------------------------------------------

SERVER_BUSY = _smtp(
    "SERVER_BUSY", "MAIL RCPT", "transient", "C SIS:microsoft", 451, "4.7.500",
    "Server busy. Please try again later from [{ip}]. (AS761)" + _AT, ref="m365.busy")
RATE_OF_ADDRESS = _smtp(
    "RATE_OF_ADDRESS", "MAIL RCPT", "transient", "C SIS:microsoft", 451, "4.7.650",
    "The mail server [{ip}] has been temporarily rate limited due to IP reputation. For e-mail "
    "delivery information, see https://postmaster.live.com (S775)" + _AT, ref="m365.busy")
AGENT_BUSY = _smtp(
    "AGENT_BUSY", "MAIL RCPT", "transient", "C SIS:microsoft", 451, "4.7.700",
    "PFA agent busy, please try again." + _AT, ref="m365.busy")
NOT_AVAILABLE = _smtp(
    "NOT_AVAILABLE", "MAIL RCPT any", "transient", "C SIS:microsoft", 421, "4.3.2",
    "Service not available", ref="m365.busy")
SERVER_ERROR = _smtp(
    "SERVER_ERROR", "MAIL RCPT", "transient", "C SIS:microsoft", 451, "4.7.0",
    "Temporary server error. Please try again later. PRX4 NEXTHOP:", abridged=True,
    ref="m365.busy")
NO_RESOURCES = _smtp(
    "NO_RESOURCES", f"MAIL RCPT {DOT}", "transient", "C SIS:microsoft", 452, "4.3.1",
    "Insufficient system resources", ref="m365.busy")
TIMEOUT = _smtp(
    "TIMEOUT", "MAIL push any", "transient", "K+C JM", 451, "4.7.0",
    f"Timeout waiting for client input [{_HOST}]", closes=True, ref="m365.timeout")

# --- SMTP: recipients ----------------------------------------------------------------------

NO_SUCH_USER = _smtp(
    "NO_SUCH_USER", "RCPT", "permanent", "T SISM; V MSNDR, told in a bounce", 550, "5.1.10",
    "RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
    ref="m365.nouser")
ACCESS_DENIED = _smtp(
    "ACCESS_DENIED", "RCPT", "permanent", "T SISM; V MSNDR", 550, "5.4.1",
    "Recipient address rejected: Access denied." + _AT, ref="m365.nouser")
MAILBOX_UNAVAILABLE = _smtp(
    "MAILBOX_UNAVAILABLE", "RCPT", "permanent", "T SISM; V MSNDR", 550, "5.5.0",
    "Requested action not taken: mailbox unavailable (S2017062302)." + _AT, abridged=True,
    ref="m365.nouser")
MAILBOX_FULL = _smtp(
    "MAILBOX_FULL", f"{DOT} RCPT", "transient", "T SISM, told in a bounce", 550, "5.2.2",
    "STOREDRV.Deliver: mailbox full. MapiExceptionShutoffQuotaExceeded", abridged=True,
    ref="m365.mailbox_full")
TOO_BIG = _smtp(
    "TOO_BIG", f"MAIL {DOT}", "permanent", "V MSNDR", 552, "5.3.4",
    "Message size exceeds fixed maximum message size", ref="m365.too_big")
TOO_BIG_FOR_RECIPIENT = _smtp(
    "TOO_BIG_FOR_RECIPIENT", f"{DOT} RCPT", "permanent", "V MSNDR, told in a bounce", 550, "5.2.3",
    "RESOLVER.RST.RecipSizeLimit", abridged=True, ref="m365.too_big")
TOO_MANY_RECIPIENTS = _smtp(
    "TOO_MANY_RECIPIENTS", "RCPT", "transient", "V MSNDR", 452, "4.5.3", "Too many recipients",
    ref="m365.rcpts")
RECIPIENT_RATE_OF_SENDER = _smtp(
    "RECIPIENT_RATE_OF_SENDER", f"{DOT} RCPT", "transient", "V MSNDR, told in a bounce", 550,
    "5.2.121", "Recipient's per hour message receive limit from specific sender exceeded",
    abridged=True, ref="m365.rcpt_rate")
RECIPIENT_RATE = _smtp(
    "RECIPIENT_RATE", f"{DOT} RCPT", "transient", "V MSNDR, told in a bounce", 550, "5.2.122",
    "Recipient's per hour message receive limit exceeded", abridged=True, ref="m365.rcpt_rate")

# --- SMTP: who sends, and what -------------------------------------------------------------

BLOCK_LIST_S3150 = _smtp(
    "BLOCK_LIST_S3150", "MAIL RCPT", "policy", "T ZMTA, GH:45373638250", 550, "5.7.1",
    _REFUSED + "provider since part of their network is on our block list (S3150). You can also "
    "refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors." + _AT,
    ref="m365.block_ip")
BLOCK_LIST_S3140 = _smtp(
    "BLOCK_LIST_S3140", "MAIL RCPT", "policy", "T ZMTA, GH:45373638250", 550, "5.7.1",
    _REFUSED + "provider since part of their network is on our block list (S3140). You can also "
    "refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors." + _AT,
    ref="m365.block_ip")
BANNED_ADDRESS = _smtp(
    "BANNED_ADDRESS", "MAIL RCPT", "policy", "T ZMTA, GH:45373638250", 550, "5.7.606",
    "Access denied, banned sending IP [{ip}]. To request removal from this list please visit "
    "https://sender.office.com/ (AS16012609)" + _AT, abridged=True, ref="m365.block_ip")
SPAMHAUS = _smtp(
    "SPAMHAUS", "MAIL RCPT", "policy", "T ZMTA, GH:45373638250", 550, "5.7.1",
    "Service unavailable, Client host [{ip}] blocked using Spamhaus." + _AT, abridged=True,
    ref="m365.block_ip")
BANNED_SENDER = _smtp(
    "BANNED_SENDER", "MAIL RCPT", "policy", "T ZMTA, GH:45373638250", 550, "5.7.511",
    "Access denied, banned sender[{ip}]." + _AT, abridged=True, ref="m365.block_ip")
DMARC = _smtp(
    "DMARC", DOT, "policy", "T SISM; C KumoMTA", 550, "5.7.509",
    "Access denied, sending domain [{sender_domain}] does not pass DMARC verification and has a "
    "DMARC policy of reject." + _AT, ref="m365.dmarc")
BULK_RULES = _smtp(
    "BULK_RULES", DOT, "policy", "C KumoMTA", 550, "5.7.515",
    "Access denied, sending domain {sender_domain} does not meet the required authentication "
    "level. The sender's domain in the 5322.From address doesn't meet it." + _AT, abridged=True,
    ref="m365.dmarc")
BARE_LF = _smtp(
    "BARE_LF", DOT, "permanent", "V MSNDR", 550, "5.6.11", "Invalid characters",
    ref="m365.bare_lf")

# --- IMAP ----------------------------------------------------------------------------------

IMAP_LOGIN_FAILED = _imap(
    "IMAP_LOGIN_FAILED", "LOGIN", "permanent", "T imapsync#368, MK#849", "no", "LOGIN failed.",
    ref="m365.login_failed")
IMAP_AUTHENTICATE_FAILED = _imap(
    "IMAP_AUTHENTICATE_FAILED", "AUTHENTICATE", "permanent", "T imapsync#368, MK#849", "no",
    "AUTHENTICATE failed.", ref="m365.login_failed")
IMAP_BASIC_AUTH_DISABLED = _imap(
    "IMAP_BASIC_AUTH_DISABLED", "LOGIN", "policy", "T GH:65741423330, GH:68369908813", "no",
    "Basic authentication is disabled.", ref="m365.basic_disabled")
IMAP_BASIC_AUTH_DISABLED_BYE = _imap(
    "IMAP_BASIC_AUTH_DISABLED_BYE", "LOGIN", "policy", "T GH:67120425212, one report", "no",
    "Basic authentication is disabled.",
    after=("* BYE Microsoft Exchange Server IMAP4 server signing off.",), closes=True,
    ref="m365.basic_disabled")
NOT_CONNECTED = _imap(
    "NOT_CONNECTED", "NAMESPACE SELECT EXAMINE LIST LSUB STATUS", "policy",
    "T MK#1494, MK#1496, imapflow#314, getmail6#214", "bad",
    "User is authenticated but not connected.", ref="m365.not_connected")
SERVER_UNAVAILABLE = _imap(
    "SERVER_UNAVAILABLE", "FETCH SELECT any", "transient", "T node-imap#561, imapfilter#146", "no",
    "Server Unavailable. 15", ref="m365.server_unavailable")
SERVER_UNAVAILABLE_BARE = _imap(
    "SERVER_UNAVAILABLE_BARE", "FETCH SELECT any", "transient", "T node-imap#561; C IFL", "send",
    "Server Unavailable. 15", after=("* BYE Connection closed.",), closes=True,
    ref="m365.server_unavailable")
CONNECTION_CLOSED = _imap(
    "CONNECTION_CLOSED", "NOOP any", "transient", "T MK#849, owncloud mail#721", "bye",
    "Connection closed. 14", ref="m365.conn_closed")
CONNECTION_IS_CLOSED = _imap(
    "CONNECTION_IS_CLOSED", "NOOP any", "transient", "K no capture", "bye",
    "Connection is closed. 13", ref="m365.conn_closed")
THROTTLED = _imap(
    "THROTTLED", "FETCH SELECT SEARCH STORE any", "transient", "C IFL; T imapflow#142", "bad",
    "Request is throttled. Suggested Backoff Time: 92415 milliseconds", ref="m365.throttled")
BAD_ARGUMENT = _imap(
    "BAD_ARGUMENT", "SEARCH FETCH STORE any", "permanent",
    "T imap_tools#181, MK#1139, ImapEngine#109", "bad", "Command Argument Error. 11",
    ref="m365.bad_args")
BAD_COMMAND = _imap(
    "BAD_COMMAND", "NOOP any", "permanent", "K no capture", "bad", "Command Error. 12",
    ref="m365.bad_args")
INVALID_STATE = _imap(
    "INVALID_STATE", "STORE any", "permanent", "T mxk#11", "no",
    "Command received in Invalid state.", ref="m365.bad_args")

# --- POP3 ----------------------------------------------------------------------------------

POP3_BAD_LOGIN = _pop3(
    "POP3_BAD_LOGIN", "PASS", "permanent", "T Exchange",
    "Logon failure: unknown user name or bad password.")
POP3_AUTH_FAILED = _pop3(
    "POP3_AUTH_FAILED", "AUTH", "permanent", "K no capture",
    "Authentication failure: unknown user name or bad password.")
POP3_LOGIN_LIMIT = _pop3(
    "POP3_LOGIN_LIMIT", PASS, "transient", "T GH:26348131409, old Hotmail",
    "Exceeded the login limit for a 15 minute period. "
    "Reduce the frequency of requests to the POP3 server.")
POP3_LOGIN_TOO_SOON = _pop3(
    "POP3_LOGIN_TOO_SOON", PASS, "transient", "T GH:26348131409, old Hotmail",
    "login allowed only every 15 minutes")
POP3_MAILBOX_NOT_OPENED = _pop3(
    "POP3_MAILBOX_NOT_OPENED", PASS, "transient", "T GH:26348131409, old Hotmail",
    "Mailbox could not be opened", abridged=True)
POP3_WEB_LOGIN_REQUIRED = _pop3(
    "POP3_WEB_LOGIN_REQUIRED", PASS, "policy", "T GH:26348131409, old Hotmail",
    "Login to your account via a web browser", abridged=True)
POP3_PROTOCOL_ERROR = _pop3(
    "POP3_PROTOCOL_ERROR", "STAT any", "transient", "T GH:71275253736",
    "Protocol error. Connection is closed. 10", closes=True)
POP3_INVALID_STATE = _pop3(
    "POP3_INVALID_STATE", "STAT any", "permanent", "T GH:71275253736",
    "Command is not valid in this state.")
