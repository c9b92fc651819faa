"""Which words of a client may be shown.  A word that is not here may be a password.

Names of commands come from the RFCs and from what is in use, whether or not a server of ours
knows them, so that a transcript can show what an app tried.
"""

_MOMENTS = "connect tls push end-of-data"

_SMTP = """
    EHLO HELO LHLO MAIL RCPT DATA BDAT RSET VRFY EXPN HELP NOOP QUIT STARTTLS ETRN ATRN TURN
    SEND SAML SOML BURL XCLIENT XFORWARD GET HEAD POST PUT OPTIONS CONNECT
"""
_POP3 = """
    QUIT STAT LIST RETR DELE NOOP RSET TOP UIDL CAPA STLS UTF8 LANG LAST XTND GET HEAD POST
"""
_IMAP = """
    CAPABILITY NOOP LOGOUT STARTTLS ENABLE SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE
    UNSUBSCRIBE LIST LSUB RLIST RLSUB XLIST NAMESPACE STATUS APPEND REPLACE IDLE DONE CHECK CLOSE
    UNSELECT EXPUNGE SEARCH ESEARCH FETCH STORE COPY MOVE SORT THREAD GETQUOTA GETQUOTAROOT
    SETQUOTA GETACL SETACL DELETEACL LISTRIGHTS MYRIGHTS GETMETADATA SETMETADATA GETANNOTATION
    SETANNOTATION NOTIFY COMPRESS ID UNAUTHENTICATE CONVERT LANGUAGE COMPARATOR
    GENURLAUTH URLFETCH RESETKEY XATOM BBOARD FIND
"""
_WITH_UID = "FETCH STORE COPY MOVE SEARCH SORT THREAD EXPUNGE REPLACE"

HARMLESS: dict[str, frozenset[str]] = {
    "smtp": frozenset(f"{_MOMENTS} {_SMTP}".split()),
    "lmtp": frozenset(f"{_MOMENTS} {_SMTP}".split()),
    "pop3": frozenset(f"{_MOMENTS} {_POP3}".split()),
    "imap": frozenset(f"{_MOMENTS} {_IMAP}".split())
    | {f"UID {verb}" for verb in _WITH_UID.split()},
}
"""Moments and the commands whose arguments are no credentials, by protocol."""

_BARE = """
    DATA RSET QUIT STARTTLS STAT CAPA STLS UTF8 LAST
    CAPABILITY LOGOUT IDLE DONE CHECK CLOSE UNSELECT NAMESPACE UNAUTHENTICATE
"""
BARE = frozenset(_BARE.split())
"""Those that take no argument in any protocol: what stands there is not for them."""

LOGINS: dict[str, frozenset[str]] = {
    "smtp": frozenset({"AUTH"}),
    "lmtp": frozenset({"AUTH"}),
    "pop3": frozenset({"AUTH", "USER", "PASS", "APOP"}),
    "imap": frozenset({"AUTHENTICATE", "LOGIN"}),
}
"""The commands that carry credentials."""

_MECHANISMS = """
    PLAIN LOGIN CRAM-MD5 DIGEST-MD5 XOAUTH XOAUTH2 OAUTHBEARER OAUTH10A EXTERNAL ANONYMOUS
    NTLM GSSAPI GSS-SPNEGO GS2-KRB5 KERBEROS_V4 MSN SKEY OTP SECURID SRP X-PM-LOGIN XYMCOOKIE
    SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-256-PLUS SCRAM-SHA-512
    SCRAM-SHA-512-PLUS
"""
MECHANISMS = frozenset(_MECHANISMS.split())
"""Names of SASL mechanisms; another word behind AUTH may be half a response."""
