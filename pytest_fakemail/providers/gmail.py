"""Gmail and Google Workspace: submission, the MX, IMAP and POP3."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import DOT, LOGIN, PASS, Catalogue

_all = Catalogue("gmail", ending=" {id}.24 - gsmtp")
_smtp, _imap, _pop3 = _all.smtp, _all.imap, _all.pop3
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

_HELP = "\n https://support.google.com/mail/?p="
_TOKEN = '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'  # noqa: S105  (what is said of one)
_RATE = "Gmail has detected an unusual rate of mail originating from your {}"
_RATE_HELP = " ?p=UnsolicitedRateLimitError"

# fmt: off
# --- SMTP: logins --------------------------------------------------------------------------

APP_PASSWORD_REQUIRED = _smtp(
    "APP_PASSWORD_REQUIRED", "AUTH", "policy", "T GH:61812920185, GH:37824743232", 534, "5.7.9",
    "Application-specific password required. For more information, go to"
    + _HELP + "InvalidSecondFactor", ref="gmail.auth_app_password")
BAD_LOGIN = _smtp(
    "BAD_LOGIN", "AUTH", "permanent", "T GH:51811952315", 535, "5.7.8",
    "Username and Password not accepted. For more information, go to"
    + _HELP + "BadCredentials", ref="gmail.auth_bad")
WEB_LOGIN_REQUIRED = _smtp(
    "WEB_LOGIN_REQUIRED", "AUTH", "policy", "T+K GH:71528694820; line ends unverified", 534,
    "5.7.14", "<https://accounts.google.com/signin/continue?...> Please log in\n"
    "via your web browser and then try again.\n Learn more at"
    "\n https://support.google.com/mail/answer/78754", ref="gmail.auth_web", abridged=True)
TOKEN_EXPIRED = _smtp(
    "TOKEN_EXPIRED", "AUTH", "policy", "T GH:51811952315; V Google's page on XOAUTH2", 535, "5.7.8",
    "Username and Password not accepted. For more information, go to" + _HELP + "BadCredentials",
    challenge=_TOKEN, ref="gmail.xoauth2_challenge")
AUTH_REQUIRED = _smtp(
    "AUTH_REQUIRED", "MAIL", "policy", "C SIS:google", 530, "5.7.0",
    "Authentication Required. For more information, go to" + _HELP + "WantAuthError",
    ref="gmail.auth_required")
STARTTLS_FIRST = _smtp(
    "STARTTLS_FIRST", "MAIL AUTH", "policy", "V GSMTP; C SIS:google", 530, "5.7.0",
    "Must issue a STARTTLS command first.", abridged=True, ref="gmail.starttls_first")
AUTH_UNAVAILABLE = _smtp(
    "AUTH_UNAVAILABLE", "AUTH", "transient", "V GSMTP; C SIS:google", 454, "4.7.0",
    "Cannot authenticate due to temporary system problem. Try again later.",
    ref="gmail.auth_tempfail")
TOO_MANY_LOGINS = _smtp(
    "TOO_MANY_LOGINS", "AUTH", "transient", "V GSMTP; C SIS:google", 454, "4.7.0",
    "Too many login attempts, please try again later.", ref="gmail.auth_tempfail")

# --- SMTP: limits --------------------------------------------------------------------------

DAILY_LIMIT = _smtp(
    "DAILY_LIMIT", "DATA", "policy", "T GH:5308279877, GH:62742950821", 550, "5.4.5",
    "Daily user sending limit exceeded. For more information on Gmail\nsending limits go to"
    "\n https://support.google.com/a/answer/166852", ref="gmail.daily_user")
RELAY_DAILY_LIMIT = _smtp(
    "RELAY_DAILY_LIMIT", f"MAIL RCPT DATA {DOT}", "policy", "V GSMTP; C SIS:google", 550, "5.4.5",
    "Daily SMTP relay limit exceeded for customer.", abridged=True, ref="gmail.relay_daily")
RELAY_PEAK_LIMIT = _smtp(
    "RELAY_PEAK_LIMIT", f"MAIL RCPT DATA {DOT}", "transient", "V GSMTP; C SIS:google", 450, "4.2.1",
    "Peak SMTP relay limit exceeded for customer.", abridged=True, ref="gmail.peak")
TOO_FAST = _smtp(
    "TOO_FAST", "RCPT", "transient", "V GSMTP", 450, "4.2.1",
    "The user you are trying to contact is receiving mail too quickly.", abridged=True,
    ref="gmail.too_fast")
TOO_FAST_FOR_MORE = _smtp(
    "TOO_FAST_FOR_MORE", "RCPT", "transient", "V GSMTP", 450, "4.2.1",
    "The user you are trying to contact is receiving mail at a rate that\n"
    "prevents additional messages from being delivered.", abridged=True, ref="gmail.too_fast")
TOO_FAST_FOR_GOOD = _smtp(
    "TOO_FAST_FOR_GOOD", "RCPT", "permanent", "V GSMTP", 550, "5.2.1",
    "The user you are trying to contact is receiving mail at a rate that\n"
    "prevents additional messages from being delivered." + _HELP + "ReceivingRatePerm",
    abridged=True, ref="gmail.too_fast")
TOO_MANY_RECIPIENTS = _smtp(
    "TOO_MANY_RECIPIENTS", "RCPT", "transient", "C SIS:google", 452, "4.5.3",
    "Your message has too many recipients." + _HELP + "TooManyRecipientsError", abridged=True,
    ref="gmail.too_many_rcpt")
TOO_MANY_RECIPIENTS_FOR_SENDER = _smtp(
    "TOO_MANY_RECIPIENTS_FOR_SENDER", "RCPT", "policy", "C SIS:google", 550, "5.5.3",
    "Too many recipients for this sender", ref="gmail.too_many_rcpt")
RATE_OF_ADDRESS = _smtp(
    "RATE_OF_ADDRESS", f"{DOT} any", "transient", "C SIS:google", 421, "4.7.28",
    _RATE.format("IP address.") + _RATE_HELP, abridged=True, ref="gmail.rate_ip")
RATE_OF_ADDRESS_OLDER = _smtp(
    "RATE_OF_ADDRESS_OLDER", f"{DOT} any", "transient", "C SIS:google", 421, "4.7.0",
    "Our system has detected an unusual rate of unsolicited mail originating from your IP\n"
    "address.", abridged=True, ref="gmail.rate_ip")
RATE_OF_DKIM_DOMAIN = _smtp(
    "RATE_OF_DKIM_DOMAIN", f"{DOT} any", "transient", "C SIS:google", 421, "4.7.28",
    _RATE.format("DKIM domain.") + _RATE_HELP, abridged=True, ref="gmail.rate_ip")
RATE_OF_SPF_DOMAIN = _smtp(
    "RATE_OF_SPF_DOMAIN", f"{DOT} any", "transient", "C SIS:google", 421, "4.7.28",
    _RATE.format("SPF domain.") + _RATE_HELP, abridged=True, ref="gmail.rate_ip")
RATE_OF_NETBLOCK = _smtp(
    "RATE_OF_NETBLOCK", f"{DOT} any", "transient", "C SIS:google", 421, "4.7.28",
    _RATE.format("Netblock.") + _RATE_HELP, abridged=True, ref="gmail.rate_ip")
RATE_OF_URL = _smtp(
    "RATE_OF_URL", f"{DOT} any", "transient", "C SIS:google", 421, "4.7.28",
    "Gmail has detected an unusual rate of mail containing one of your URL domains."
    + _RATE_HELP, abridged=True, ref="gmail.rate_ip")
SAME_MESSAGE_ID = _smtp(
    "SAME_MESSAGE_ID", DOT, "transient", "C SIS:google", 421, "4.7.28",
    "Gmail has detected that this message exceeded its quota for sending messages with the\n"
    "same Message-ID:", abridged=True, ref="gmail.same_message_id")

# --- SMTP: recipients ----------------------------------------------------------------------

NO_SUCH_USER = _smtp(
    "NO_SUCH_USER", "RCPT", "permanent", "T SISM", 550, "5.1.1",
    "The email account that you tried to reach does not exist. Please try\n"
    "double-checking the recipient's email address for typos or\n"
    "unnecessary spaces. Learn more at" + _HELP + "NoSuchUser", ref="gmail.nouser")
USER_INACTIVE = _smtp(
    "USER_INACTIVE", "RCPT", "permanent", "T SISM", 550, "5.2.1",
    "The email account that you tried to reach is inactive. For more\ninformation, go to"
    + _HELP + "DisabledUser", abridged=True, ref="gmail.disabled")
OVER_QUOTA = _smtp(
    "OVER_QUOTA", "RCPT", "transient", "T SISM; C SIS:google", 452, "4.2.2",
    "The recipient's inbox is out of storage space. Please direct the\nrecipient to"
    + _HELP + "OverQuotaTemp", abridged=True, ref="gmail.overquota_temp")
OVER_QUOTA_FOR_GOOD = _smtp(
    "OVER_QUOTA_FOR_GOOD", "RCPT", "permanent", "T SISM; C SIS:google", 552, "5.2.2",
    "The recipient's inbox is out of storage space and inactive. Please\ndirect the recipient to"
    + _HELP + "OverQuotaPerm", abridged=True, ref="gmail.overquota_perm")
NO_SUCH_DOMAIN = _smtp(
    "NO_SUCH_DOMAIN", "RCPT", "permanent", "C SIS:google", 553, "5.1.2",
    "We weren't able to find the recipient domain." + _HELP + "BadRcptDomain", abridged=True,
    ref="gmail.bad_domain")
BAD_RECIPIENT = _smtp(
    "BAD_RECIPIENT", "RCPT", "permanent", "C SIS:google", 553, "5.1.3",
    "The recipient address <{recipient}> is not a valid RFC 5321 address.", ref="gmail.bad_syntax")
CANNOT_DECODE = _smtp(
    "CANNOT_DECODE", "RCPT any", "permanent", "C SIS:google", 555, "5.5.2",
    "Syntax error, cannot decode response", ref="gmail.bad_syntax")

# --- SMTP: the message ---------------------------------------------------------------------

TOO_BIG = _smtp(
    "TOO_BIG", f"MAIL {DOT}", "permanent", "C SIS:google", 552, "5.3.4",
    "Your message exceeded Google's message size limits." + _HELP + "MaxSizeError", abridged=True,
    ref="gmail.too_big")
TOO_BIG_OLDER = _smtp(
    "TOO_BIG_OLDER", f"MAIL {DOT}", "permanent", "C SIS:google", 552, "5.2.3",
    "Your message exceeded Google's message size limits."
    "\n https://support.google.com/mail/answer/6584", abridged=True, ref="gmail.too_big")
ATTACHMENT_BLOCKED = _smtp(
    "ATTACHMENT_BLOCKED", DOT, "permanent", "T SISM", 552, "5.7.0",
    "This message was blocked because its content presents a potential\nsecurity issue."
    + _HELP + "BlockedMessage", abridged=True, ref="gmail.blocked_attachment")
SPAM = _smtp(
    "SPAM", DOT, "policy", "T SISM", 550, "5.7.1",
    "[{ip}      18] Our system has detected that this message is\nlikely unsolicited mail."
    + _HELP + "UnsolicitedMessageError", abridged=True, ref="gmail.spam")
UNAUTHENTICATED = _smtp(
    "UNAUTHENTICATED", DOT, "policy", "T SISM; C SIS:google", 550, "5.7.26",
    "This mail has been blocked because the sender is unauthenticated.\n"
    "Gmail requires all senders to authenticate with either SPF or DKIM.", abridged=True,
    ref="gmail.unauth_spf_dkim")
UNAUTHENTICATED_FOR_NOW = _smtp(
    "UNAUTHENTICATED_FOR_NOW", DOT, "policy", "C SIS:google", 421, "4.7.26",
    "This mail has been blocked because the sender is unauthenticated.\n"
    "Gmail requires all senders to authenticate with either SPF or DKIM.", abridged=True,
    ref="gmail.unauth_spf_dkim")
SPF_HARD_FAIL = _smtp(
    "SPF_HARD_FAIL", DOT, "policy", "T SISM", 550, "5.7.26",
    "The MAIL FROM domain [{sender_domain}] has an SPF record with a\n"
    "hard fail policy (-all) but it fails to pass SPF checks with the ip: [{ip}].", abridged=True,
    ref="gmail.spf_hardfail")
DMARC = _smtp(
    "DMARC", DOT, "policy", "T SISM", 550, "5.7.26",
    "Unauthenticated email from {sender_domain} is not accepted due to domain's\n"
    "DMARC policy. Please contact the administrator of {sender_domain} domain if\n"
    "this was a legitimate mail. To learn about the DMARC initiative, go\nto"
    + _HELP + "DmarcRejection", ref="gmail.dmarc")
DMARC_UNCHECKED = _smtp(
    "DMARC_UNCHECKED", DOT, "transient", "T SISM", 451, "4.7.26",
    "Unauthenticated email from {sender_domain} is not accepted due to domain's\nDMARC policy.",
    abridged=True, ref="gmail.dmarc")
BULK_SPF = _smtp(
    "BULK_SPF", DOT, "policy", "C SIS:google", 421, "4.7.27",
    "Your email has been rate limited because SPF authentication didn't pass.", abridged=True,
    ref="gmail.bulk_rules")
BULK_TLS = _smtp(
    "BULK_TLS", DOT, "policy", "C SIS:google", 421, "4.7.29",
    "Your email has been rate limited because it wasn't sent over TLS.", abridged=True,
    ref="gmail.bulk_rules")
BULK_DKIM = _smtp(
    "BULK_DKIM", DOT, "policy", "C SIS:google", 421, "4.7.30",
    "Your email has been rate limited because DKIM authentication didn't pass.", abridged=True,
    ref="gmail.bulk_rules")
BULK_ALIGNMENT = _smtp(
    "BULK_ALIGNMENT", DOT, "policy", "C SIS:google", 421, "4.7.32",
    "Your email has been rate limited because the From: header isn't aligned.", abridged=True,
    ref="gmail.bulk_rules")
BULK_PTR_FOR_NOW = _smtp(
    "BULK_PTR_FOR_NOW", DOT, "policy", "C SIS:google", 421, "4.7.23",
    "The sending IP address does not have a PTR record.", abridged=True, ref="gmail.bulk_rules")
BULK_PTR = _smtp(
    "BULK_PTR", DOT, "policy", "C SIS:google", 550, "5.7.25",
    "The sending IP address does not have a PTR record.", abridged=True, ref="gmail.bulk_rules")
SPF_SUSPICIOUS_FOR_NOW = _smtp(
    "SPF_SUSPICIOUS_FOR_NOW", DOT, "policy", "C SIS:google", 451, "4.7.24",
    "The SPF record of the sending domain has one or more suspicious entries.", abridged=True,
    ref="gmail.bulk_rules")
SPF_SUSPICIOUS = _smtp(
    "SPF_SUSPICIOUS", DOT, "policy", "C SIS:google", 550, "5.7.24",
    "The SPF record of the sending domain has one or more suspicious entries.", abridged=True,
    ref="gmail.bulk_rules")
DUPLICATE_HEADERS = _smtp(
    "DUPLICATE_HEADERS", DOT, "permanent", "C SIS:google", 550, "5.7.1",
    "This message is not RFC 5322 compliant because it has duplicate headers.", abridged=True,
    ref="gmail.rfc5322")
NO_FROM = _smtp(
    "NO_FROM", DOT, "permanent", "C SIS:google", 550, "5.7.1",
    "This message is not RFC 5322 compliant: missing From.", abridged=True, ref="gmail.rfc5322")
SEVERAL_FROM = _smtp(
    "SEVERAL_FROM", DOT, "permanent", "C SIS:google", 550, "5.7.1",
    "This message is not RFC 5322 compliant: multiple addresses in From:", abridged=True,
    ref="gmail.rfc5322")
NO_MESSAGE_ID = _smtp(
    "NO_MESSAGE_ID", DOT, "permanent", "C SIS:google", 550, "5.7.1",
    "This message is not RFC 5322 compliant: missing Message-ID.", abridged=True,
    ref="gmail.rfc5322")
MALFORMED = _smtp(
    "MALFORMED", DOT, "permanent", "C SIS:google", 554, "5.6.0",
    "Mail message is malformed. Not accepted.", ref="gmail.rfc5322")
LOOP = _smtp(
    "LOOP", DOT, "permanent", "C SIS:google", 554, "5.4.6",
    "Message exceeded 50 hops, this may indicate a mail loop.", ref="gmail.loop")

# --- SMTP: the server ----------------------------------------------------------------------

SYSTEM_PROBLEM = _smtp(
    "SYSTEM_PROBLEM", "MAIL any", "transient", "V GSMTP", 421, "4.3.0",
    "Temporary System Problem. Try again later", ref="gmail.temp")
SERVER_BUSY = _smtp(
    "SERVER_BUSY", "MAIL any", "transient", "V GSMTP", 421, "4.4.5",
    "Server busy, try again later.", ref="gmail.temp")
TRY_AGAIN_LATER = _smtp(
    "TRY_AGAIN_LATER", "EHLO HELO", "transient", "V GSMTP", 421, "4.7.0",
    "Try again later, closing connection.", ref="gmail.temp")
TLS_REQUIRED_FOR_DOMAIN = _smtp(
    "TLS_REQUIRED_FOR_DOMAIN", "RCPT", "policy", "V GSMTP", 421, "4.7.0",
    "TLS required for RCPT domain, closing connection.", ref="gmail.temp")
ADDRESS_NOT_ALLOWED = _smtp(
    "ADDRESS_NOT_ALLOWED", "RCPT", "policy", "V GSMTP", 421, "4.7.0",
    "IP not in whitelist for RCPT domain, closing connection.", ref="gmail.temp")
CONNECTION_EXPIRED = _smtp(
    "CONNECTION_EXPIRED", "MAIL any", "transient", "V GSMTP", 421, "4.7.0",
    "Connection expired, try reconnecting.", ref="gmail.temp")
TIMEOUT = _smtp(
    "TIMEOUT", "MAIL push any", "transient", "V GSMTP", 451, "4.4.2",
    "Timeout - closing connection.", closes=True, ref="gmail.temp")
REJECTED_FOR_NOW = _smtp(
    "REJECTED_FOR_NOW", f"{DOT} any", "transient", "V GSMTP", 451, "4.3.0",
    "Mail server temporarily rejected message.", ref="gmail.temp")
SEVERAL_DOMAINS = _smtp(
    "SEVERAL_DOMAINS", "RCPT", "transient", "V GSMTP", 451, "4.3.0",
    "Multiple destination domains per transaction is unsupported. Please try again.",
    ref="gmail.temp")
HELLO_FIRST = _smtp(
    "HELLO_FIRST", "MAIL AUTH", "permanent", "V GSMTP; C SIS:google", 503, "5.5.1",
    "EHLO/HELO first.", ref="gmail.seq")
MAIL_FIRST = _smtp(
    "MAIL_FIRST", "RCPT DATA", "permanent", "V GSMTP; C SIS:google", 503, "5.5.1", "MAIL first.",
    ref="gmail.seq")
RCPT_FIRST = _smtp(
    "RCPT_FIRST", "DATA", "permanent", "V GSMTP; C SIS:google", 503, "5.5.1", "RCPT first.",
    ref="gmail.seq")
TOO_MANY_UNKNOWN_COMMANDS = _smtp(
    "TOO_MANY_UNKNOWN_COMMANDS", "NOOP any", "permanent", "V GSMTP; C SIS:google", 502, "5.5.1",
    "Too many unrecognized commands, goodbye.", closes=True, ref="gmail.seq")
UNIMPLEMENTED = _smtp(
    "UNIMPLEMENTED", "VRFY EXPN HELP ETRN", "permanent", "V GSMTP; C SIS:google", 502, "5.5.1",
    "Unimplemented command.", ref="gmail.seq")
NO_IDENTITY_CHANGES = _smtp(
    "NO_IDENTITY_CHANGES", "AUTH", "permanent", "V GSMTP; C SIS:google", 503, "5.7.0",
    "No identity changes permitted.", ref="gmail.seq")
UNKNOWN_MECHANISM = _smtp(
    "UNKNOWN_MECHANISM", "AUTH", "permanent", "V GSMTP; C SIS:google", 504, "5.7.4",
    "Unrecognized Authentication Type.", ref="gmail.seq")
EMPTY_HELLO = _smtp(
    "EMPTY_HELLO", "EHLO HELO", "permanent", "V GSMTP; C SIS:google", 501, "5.5.4",
    "Empty HELO/EHLO argument not allowed, closing connection." + _HELP + "helo", closes=True,
    abridged=True, ref="gmail.seq")
TLS_ALREADY = _smtp(
    "TLS_ALREADY", "STARTTLS", "permanent", "V GSMTP; C SIS:google", 454, "5.5.1",
    "STARTTLS may not be repeated", ref="gmail.seq")
RELAY_DENIED = _smtp(
    "RELAY_DENIED", "MAIL RCPT", "policy", "V GSMTP; C SIS:google", 550, "5.7.0",
    "Mail relay denied [{ip}].", abridged=True, ref="gmail.seq")

# --- IMAP ----------------------------------------------------------------------------------

IMAP_BAD_LOGIN = _imap(
    "IMAP_BAD_LOGIN", LOGIN, "permanent", "T GH:29469537764", "no",
    "[AUTHENTICATIONFAILED] Invalid credentials (Failure)", ref="gmail.bad_credentials")
IMAP_APP_PASSWORD_REQUIRED = _imap(
    "IMAP_APP_PASSWORD_REQUIRED", LOGIN, "policy", "T+K GH:70873193884; the URL is unverified",
    "no", "[ALERT] Application-specific password required: "
    "https://support.google.com/accounts/answer/185833 (Failure)", ref="gmail.app_password")
IMAP_WEB_LOGIN_REQUIRED = _imap(
    "IMAP_WEB_LOGIN_REQUIRED", LOGIN, "policy", "T MKF:gmail/authenticate+webalert", "no",
    "[ALERT] Please log in via your web browser: "
    "https://support.google.com/mail/accounts/answer/78754 (Failure)", before=(
        "* NO [WEBALERT https://accounts.google.com/signin/continue?sarp=1] Web login required.",),
    abridged=True, ref="gmail.web_login")
IMAP_TOKEN_EXPIRED = _imap(
    "IMAP_TOKEN_EXPIRED", "AUTHENTICATE", "policy", "T GH:29469537764", "no",
    "[AUTHENTICATIONFAILED] Invalid credentials (Failure)", challenge=_TOKEN,
    ref="gmail.xoauth2_fail")
TOO_MANY_CONNECTIONS = _imap(
    "TOO_MANY_CONNECTIONS", LOGIN, "transient", "T GH:5737111110, GH:60112669013", "no",
    "[ALERT] Too many simultaneous connections. (Failure)", ref="gmail.too_many")
TOO_MANY_CONNECTIONS_BYE = _imap(
    "TOO_MANY_CONNECTIONS_BYE", "LOGIN AUTHENTICATE IDLE NOOP", "transient",
    "T GH:5737111110, GH:60112669013", "bye", "Too many simultaneous connections. (Failure)",
    abridged=True, ref="gmail.too_many")
BANDWIDTH = _imap(
    "BANDWIDTH", "FETCH any", "policy", "T GH:52450318706", "bye",
    "[OVERQUOTA] Account exceeded command or bandwidth limits.", ref="gmail.bandwidth")
BANDWIDTH_OLDER = _imap(
    "BANDWIDTH_OLDER", f"{LOGIN} any", "policy", "T GH:26158726616", "no",
    "[ALERT] Account exceeded command or bandwidth limits. (Failure)", ref="gmail.bandwidth")
THROTTLED = _imap(
    "THROTTLED", "NOOP", "transient", "T MK#1396", "ok", "Success [THROTTLED]", delay=5,
    ref="gmail.throttled")
SESSION_EXPIRED = _imap(
    "SESSION_EXPIRED", "IDLE FETCH NOOP any", "transient",
    "T yugo#38, imap-backup#92, emailjs-imap-client#142", "bye",
    "Session expired, please login again.", ref="gmail.session_expired")
SYSTEM_ERROR = _imap(
    "SYSTEM_ERROR", "SELECT EXAMINE SEARCH", "transient", "T node-imap#715, GH:68458084244", "no",
    "System Error (Failure)", delay=30, ref="gmail.system_error")
SYSTEM_ERROR_BYE = _imap(
    "SYSTEM_ERROR_BYE", "SELECT any", "transient", "K no capture", "bye", "System Error",
    ref="gmail.system_error")
IMAP_SYSTEM_PROBLEM = _imap(
    "IMAP_SYSTEM_PROBLEM", f"{LOGIN} SELECT SEARCH any", "transient",
    "T node-imap#715, GH:68458084244", "no", "[UNAVAILABLE] Temporary System Problem (Failure)",
    ref="gmail.system_error")
CANNOT_PARSE = _imap(
    "CANNOT_PARSE", "IDLE any", "permanent", "T aioimaplib PR13", "bad", "Could not parse command",
    ref="gmail.parse")
NO_SUCH_MAILBOX = _imap(
    "NO_SUCH_MAILBOX", "SELECT EXAMINE STATUS", "permanent", "C NYL", "no",
    "[NONEXISTENT] Unknown Mailbox: {mailbox} (Failure)", ref="gmail.nonexistent")
IMAP_SWITCHED_OFF = _imap(
    "IMAP_SWITCHED_OFF", LOGIN, "policy", "K no capture", "no",
    "[ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and "
    "enable your account for IMAP access. (Failure)", ref="gmail.imap_off")

# --- POP3 ----------------------------------------------------------------------------------

POP3_BAD_LOGIN = _pop3(
    "POP3_BAD_LOGIN", PASS, "permanent", "T many", "[AUTH] Username and password not accepted.")
POP3_APP_PASSWORD_REQUIRED = _pop3(
    "POP3_APP_PASSWORD_REQUIRED", PASS, "policy", "K no capture",
    "[AUTH] Application-specific password required: "
    "https://support.google.com/accounts/answer/185833")
POP3_SWITCHED_OFF = _pop3(
    "POP3_SWITCHED_OFF", "STAT", "policy", "T many",
    "[SYS/PERM] Your account is not enabled for POP access.", abridged=True)
POP3_SYSTEM_PROBLEM = _pop3(
    "POP3_SYSTEM_PROBLEM", f"{PASS} STAT any", "transient", "K no capture",
    "[SYS/TEMP] Temporary system problem. Please try again later.")
