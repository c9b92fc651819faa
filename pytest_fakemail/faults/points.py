"""Points and conditions of each protocol's rules, as type checkers know them.

At run time a point is taken in any case.
"""

from collections.abc import Callable
from typing import Literal, TypedDict, get_args

from pytest_fakemail.query.wanted import Number, Text
from pytest_fakemail.wire.exchange import Exchange

SmtpPoint = Literal[
    "connect", "tls", "end-of-data", "push", "any",
    "EHLO", "HELO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "VRFY", "EXPN",
    "HELP", "AUTH", "STARTTLS", "ETRN", "TURN", "SEND", "SOML", "SAML",
]  # fmt: skip
"""What ``fakemail.smtp.when`` and ``fakemail.lmtp.when`` can be told."""

Pop3Point = Literal[
    "connect", "tls", "any",
    "USER", "PASS", "APOP", "AUTH", "CAPA", "STLS", "STAT", "LIST", "RETR", "DELE", "NOOP", "RSET",
    "TOP", "UIDL", "UTF8", "LANG", "QUIT",
]  # fmt: skip
"""What ``fakemail.pop3.when`` can be told."""

ImapPoint = Literal[
    "connect", "tls", "literal", "push", "any",
    "CAPABILITY", "NOOP", "LOGOUT", "ID", "ENABLE", "STARTTLS", "AUTHENTICATE", "LOGIN",
    "UNAUTHENTICATE", "SELECT", "EXAMINE", "CREATE", "DELETE", "RENAME", "SUBSCRIBE",
    "UNSUBSCRIBE", "LIST", "LSUB", "XLIST", "NAMESPACE", "STATUS", "APPEND", "IDLE", "DONE",
    "CLOSE", "UNSELECT", "CHECK", "EXPUNGE", "SEARCH", "SORT", "THREAD", "FETCH", "STORE", "COPY",
    "MOVE", "REPLACE", "GETQUOTA", "GETQUOTAROOT", "SETQUOTA", "GETMETADATA", "SETMETADATA",
    "RLIST", "RLSUB", "UIDBATCHES", "ESEARCH",
    "GETACL", "SETACL", "DELETEACL", "LISTRIGHTS", "MYRIGHTS", "NOTIFY", "COMPRESS", "LANGUAGE",
    "COMPARATOR", "CANCELUPDATE", "GENURLAUTH", "URLFETCH", "RESETKEY",
    "UID FETCH", "UID STORE", "UID COPY", "UID MOVE", "UID SEARCH", "UID SORT", "UID THREAD",
    "UID EXPUNGE", "UID REPLACE", "UID ESEARCH",
]  # fmt: skip
"""What ``fakemail.imap.when`` can be told; ``"FETCH"`` means ``"UID FETCH"`` too."""

_ESMTP_ONLY = ("TURN", "SEND", "SOML", "SAML")
POINTS: dict[str, tuple[str, ...]] = {
    "smtp": tuple(point for point in get_args(SmtpPoint) if point != "LHLO"),
    "lmtp": tuple(point for point in get_args(SmtpPoint) if point not in _ESMTP_ONLY),
    "pop3": get_args(Pop3Point),
    "imap": get_args(ImapPoint),
}
"""What each protocol's ``when`` can be told."""


class Conditions(TypedDict, total=False):
    """What rules of all protocols can ask for."""

    user: Text
    nth: Number
    nth_per_connection: Number
    connection: Number
    argument: Text
    where: Callable[[Exchange], object]


class SmtpConditions(Conditions, total=False):
    """What rules of SMTP and LMTP can ask for."""

    to: Text
    sender: Text


class Pop3Conditions(Conditions, total=False):
    """What rules of POP3 can ask for."""

    uid: Number


class ImapConditions(Conditions, total=False):
    """What rules of IMAP can ask for."""

    mailbox: Text
    target: Text
    uid: Number
