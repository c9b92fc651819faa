# ruff: noqa: D400, D415  (the docstring of a rule is its ABNF)
"""IMAP URLs that name a message or a piece of one (RFC 5092 §6, §11).

For CATENATE they are without a server, for URLAUTH with one, and with what authorizes them.
"""

import re
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import unquote_to_bytes

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor
from pytest_fakemail.imap.grammar.sections import Partial, Section, section

# What may stand in a path; anything else is percent-encoded (RFC 5092 §11, bchar and "/").
_SIGNS = re.compile(rb"(?:[!$&'()*+,\-./0-9:;=@A-Z_a-z~]|%[0-9A-Fa-f]{2})+")
_WITH_SERVER = re.compile(rb"//|[A-Za-z][A-Za-z0-9+.-]*:")
_MESSAGE = re.compile(
    rb"(?P<mailbox>[^;]*?)(?:;UIDVALIDITY=(?P<uidvalidity>[1-9][0-9]{0,9}))?/?"
    rb";UID=(?P<uid>[1-9][0-9]{0,9})(?:/;SECTION=(?P<section>[^;]+?))?"
    rb"(?:/;PARTIAL=(?P<offset>[0-9]{1,18})(?:\.(?P<count>[1-9][0-9]{0,17}))?)?",
    re.IGNORECASE,
)

_TO_THE_END = 2**63 - 1


@dataclass(frozen=True, slots=True)
class MessageUrl:
    """A message of a mailbox, or a section of it, or some octets of that.

    `mailbox` is empty for the selected one; `is_absolute` tells a name that began with a slash,
    for another one is beside the selected mailbox.
    """

    mailbox: str
    is_absolute: bool
    uidvalidity: int | None
    uid: int
    section: Section = Section()
    partial: Partial | None = None


def message_url(octets: bytes) -> MessageUrl | None:
    """``imessagepart = [enc-mailbox [uidvalidity]] iuid [isection] [ipartial]``; None if not.

    With a scheme or a server it is no such URL (RFC 4469 §3).
    """
    if not _SIGNS.fullmatch(octets) or _WITH_SERVER.match(octets):
        return None
    is_absolute = octets.startswith(b"/")
    found = _MESSAGE.fullmatch(octets.removeprefix(b"/"))
    if found is None:
        return None
    count = _TO_THE_END if found["count"] is None else int(found["count"])
    try:
        return MessageUrl(
            unquote_to_bytes(found["mailbox"]).decode("utf-8"),
            is_absolute,
            None if found["uidvalidity"] is None else int(found["uidvalidity"]),
            int(found["uid"]),
            _section(found["section"] or b""),
            None if found["offset"] is None else Partial(int(found["offset"]), count),
        )
    except (BadSyntax, UnicodeDecodeError):
        return None


def _section(encoded: bytes) -> Section:
    """``enc-section``: what stands in the brackets of ``BODY[…]``, percent-encoded."""
    cursor = Cursor(b"[" + unquote_to_bytes(encoded) + b"]")
    found = section(cursor)
    cursor.end()
    return found


_ACHAR = rb"[!$&'()*+,\-.0-9=A-Z_a-z~]|%[0-9A-Fa-f]{2}"
# enc-user = 1*achar; iauth; hostport, of which nothing but the name counts; the rest.
_SERVER = re.compile(
    rb"imap://(?:(?P<user>(?:" + _ACHAR + rb")+)(?:;AUTH=(?:" + _ACHAR + rb")+)?@)?"
    rb"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~%-]+)(?::[0-9]*)?(?P<path>/.*)",
    re.IGNORECASE,
)
_EXPIRE = rb"(?:;EXPIRE=(?P<expire>[^;]*))?"
_RUMP = re.compile(
    rb"(?P<path>.*?)" + _EXPIRE + rb";URLAUTH="
    rb"(?:(?P<alone>authuser|anonymous)|(?P<prefix>submit|user)\+(?P<userid>(?:@|"
    + _ACHAR
    + rb")+))",
    re.IGNORECASE,
)
_FULL = re.compile(rb"(.*):([A-Za-z0-9.-]+):([0-9A-Fa-f]{32,})")
_DATE_TIME = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:)(\d\d)((?:\.\d+)?(?:Z|[+-]\d\d:\d\d))", re.IGNORECASE | re.ASCII
)
_LEAP_SECOND = "60"


@dataclass(frozen=True, slots=True)
class AuthorizedUrl:
    """``authimapurlrump``: a message URL with its server and who may use it (RFC 4467 §9).

    `user` has the key, on `host`; `access` is ``authuser``, ``anonymous``, ``user`` or ``submit``,
    these two with a `userid`; `rump` are the octets that are signed.
    """

    user: str
    host: str
    message: MessageUrl
    access: str
    userid: str
    expires: datetime | None
    rump: bytes


def rump_url(octets: bytes) -> AuthorizedUrl:
    """``authimapurlrump = authimapurl [expire] ";URLAUTH=" access``

    Raises:
        BadSyntax: it is none; with what RFC 4467 §7 wants to be told of it.
    """
    server = _SERVER.fullmatch(octets)
    if server is None:
        raise BadSyntax("That is no URL of a message on a server")
    if server["user"] is None:
        raise BadSyntax("The URL does not say whose mailbox it is")
    rump = _RUMP.fullmatch(server["path"])
    if rump is None:
        raise BadSyntax("The URL does not end with an access identifier")
    message = message_url(rump["path"])
    if message is None or not message.mailbox:
        raise BadSyntax("That is no URL of a message on a server")
    return AuthorizedUrl(
        _text(server["user"]),
        server["host"].decode("ascii"),
        message,
        (rump["alone"] or rump["prefix"]).decode("ascii").lower(),
        _text(rump["userid"] or b""),
        None if rump["expire"] is None else _date_time(rump["expire"]),
        octets,
    )


def full_url(octets: bytes) -> tuple[AuthorizedUrl, str, str]:
    """``authimapurlfull``: a rump URL, the mechanism and the token, both in lower case.

    Nothing but the token and the mechanism is taken from what was signed (§6).

    Raises:
        BadSyntax: it is none.
    """
    found = _FULL.fullmatch(octets)
    if found is None:
        raise BadSyntax("That is no URL of a message on a server")
    return rump_url(found[1]), found[2].decode("ascii").lower(), found[3].decode("ascii").lower()


def _text(encoded: bytes) -> str:
    try:
        return unquote_to_bytes(encoded).decode("utf-8")
    except UnicodeDecodeError:
        raise BadSyntax("That is no URL of a message on a server") from None


def _date_time(encoded: bytes) -> datetime:
    """``date-time`` of RFC 3339 §5.6, which has leap seconds and letters in any case."""
    found = _DATE_TIME.fullmatch(_text(encoded).upper())
    if found is not None:
        is_leap = found[2] == _LEAP_SECOND
        second = "59" if is_leap else found[2]
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(found[1] + second + found[3])
            return moment + timedelta(seconds=is_leap)
    raise BadSyntax("EXPIRE wants a date and time such as 2030-01-31T12:00:00Z")
