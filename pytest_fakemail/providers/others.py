"""Refusals of servers that have no module of their own, by whose they are."""

from typing import TYPE_CHECKING

from pytest_fakemail.providers.catalogue import DOT, PASS, Catalogue

_all = Catalogue("others")
_smtp, _imap, _pop3 = _all.smtp, _all.imap, _all.pop3
failures = _all.failures
if not TYPE_CHECKING:  # which then knows the names
    __getattr__ = _all.missing

# fmt: off
QMAIL_RELAY_DENIED = _smtp(
    "QMAIL_RELAY_DENIED", "RCPT", "permanent", "T ZMTA, SISM", 553, "",
    "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)")
QMAIL_NO_SUCH_USER = _smtp(
    "QMAIL_NO_SUCH_USER", "RCPT", "permanent", "T ZMTA, SISM", 550, "",
    "sorry, no mailbox here by that name (#5.1.1 - chkusr)")
CONTENT_REJECTED = _smtp(
    "CONTENT_REJECTED", DOT, "policy", "T ZMTA, SISM", 554, "5.7.1",
    "Message content rejected, id={id} - SPAM")
ATT_BLOCK_LIST = _smtp(
    "ATT_BLOCK_LIST", "MAIL RCPT connect", "policy", "T ZMTA, SISM", 553, "5.3.0",
    "flph825 DNSBL:ATTRBL 521< {ip} >_is_blocked.", abridged=True)
ORANGE_NO_SUCH_USER = _smtp(
    "ORANGE_NO_SUCH_USER", "RCPT", "permanent", "T ZMTA, SISM", 550, "5.1.1",
    "Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]")
BARRACUDA_BLOCKED = _smtp(
    "BARRACUDA_BLOCKED", DOT, "policy", "T ZMTA, SISM", 550, "",
    "permanent failure for one or more recipients ({recipient}:blocked)")
MIMECAST_SPOOFING = _smtp(
    "MIMECAST_SPOOFING", DOT, "policy", "T ZMTA, SISM", 550, "",
    "Rejected by header based Anti-Spoofing policy: {sender} - "
    "https://community.mimecast.com/docs/DOC-1369#550 [{id}]")
PROOFPOINT_BLOCK_LIST = _smtp(
    "PROOFPOINT_BLOCK_LIST", "connect MAIL RCPT", "policy", "T ZMTA, SISM", 554, "",
    "Blocked - see https://ipcheck.proofpoint.com/?ip={ip}")
T_ONLINE_BLOCK_LIST = _smtp(
    "T_ONLINE_BLOCK_LIST", "connect", "policy", "T ZMTA, SISM", 554, "",
    "IP={ip} - A problem occurred. (Ask your postmaster for help or to contact "
    "tosa@rx.t-online.de to clarify.) (BL)", closes=True)
MAIL_RU_RANGE_ERROR = _imap(
    "MAIL_RU_RANGE_ERROR", "FETCH STORE COPY MOVE SEARCH", "permanent", "T MK#1838", "bad",
    "[PARSE] Range parse error")
POP3_LOGIN_DELAY = _pop3(
    "POP3_LOGIN_DELAY", PASS, "transient", "R RFC 2449's example; whose server says so is unknown",
    "[LOGIN-DELAY] minimum time between mail checks violation")
