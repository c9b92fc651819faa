"""Why a field may differ from what was wanted: the likeliest mistake, in a few words."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial

from pytest_fakemail.mime import html
from pytest_fakemail.mime.attachments import Attachment
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.query.comparing import Comparison
from pytest_fakemail.query.differences import Difference
from pytest_fakemail.store.delivery import Delivery


def hint(difference: Difference, mail: Mail) -> str:
    """Return what a second look at a field suggests, empty if nothing."""
    wanted = difference.wanted
    if isinstance(wanted, bytes):
        return "the field is text, bytes were wanted"
    if isinstance(wanted, list | tuple):
        return _list_hint(list(wanted), list(map(_named, difference.values)))
    if not isinstance(wanted, str):
        return ""
    return _elsewhere(difference.name, wanted, mail) or _text_hint(difference, wanted)


def _text_hint(difference: Difference, wanted: str) -> str:
    texts = [value for value in map(_named, difference.values) if isinstance(value, str)]
    if difference.name in _ADDRESSES and (likeness := _address_hint(wanted, texts)):
        return likeness
    for text in texts:
        likeness = _likeness(wanted, text, is_body=difference.comparison == Comparison.BODY)
        if likeness:
            return likeness
    return ""


def _named(value: object) -> object:
    """Return an attachment's file name, which it is compared by, and any other value itself."""
    return value.filename if isinstance(value, Attachment) else value


def _list_hint(wanted: list[object], values: list[object]) -> str:
    """A list is all that a field has, in order."""
    if len(wanted) == len(values) and all(one in values for one in wanted):
        return "the same in another order; any_of() takes one of several"
    if wanted and all(one in values for one in wanted):
        return "a list is all of them; there are more"
    return ""


def _address_hint(wanted: str, texts: Sequence[str]) -> str:
    """Addresses stand without names; a domain can be written in two ways."""
    named = _NAMED.search(wanted)
    if named is not None and any(named[1].casefold() == text.casefold() for text in texts):
        return f"addresses have no names: ask for {named[1]!r}"
    if any(_in_ascii(wanted) == _in_ascii(text) for text in texts):
        return "the same domain, written in Punycode"
    return ""


def _in_ascii(address: str) -> str:
    local, at, domain = address.casefold().rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def _elsewhere(name: str, wanted: str, mail: Mail) -> str:
    """Look for the text in the fields that this one is easily mistaken for."""
    for found, values in _NEIGHBOURS.get(name, {}).items():
        if any(wanted.casefold() == value.casefold() for value in values(mail)):
            return found
    if name == "text" and wanted in mail.html:
        return "it is in the html"
    if name == "html" and wanted in mail.text:
        is_read = _unspaced(wanted) in _unspaced(html.text_of(mail.html))
        return "tags stand in it; text= asks for what is read" if is_read else "it is in the text"
    return _in_pieces(wanted, mail) if name in ("text", "html") and mail.html else ""


def _in_pieces(wanted: str, mail: Mail) -> str:
    """Look for the text in what a reader sees of the HTML, between tags and behind entities."""
    visible = mail.visible_text
    if wanted in visible:
        return f"tags stand in it; {_VISIBLE}"
    if _unspaced(wanted) in _unspaced(visible):
        return f"tags and line ends stand in it; {_VISIBLE}, and there it has other white space"
    return ""


def _unspaced(text: str) -> str:
    return " ".join(text.split())


_VISIBLE = "what is seen of the html is where=lambda mail: … in mail.visible_text"
_NAMED = re.compile(r"<([^<>\s]+)>\s*$")
_ADDRESSES = ("to", "cc", "bcc", "from_", "sender", "reply_to")

_Values = Callable[[Mail], Sequence[str]]


def _sender(mail: Mail) -> Sequence[str]:
    return [mail.sender] if isinstance(mail, Delivery) else []


def _recipients(mail: Mail) -> Sequence[str]:
    return mail.recipients if isinstance(mail, Delivery) else []


_NEIGHBOURS: dict[str, dict[str, _Values]] = {
    "to": {
        "it is in the To field, but no recipient of the envelope": lambda mail: mail.to,
        "it is in the Cc field": lambda mail: mail.cc,
    },
    "cc": {
        "it is in the To field": lambda mail: mail.to,
        "it is a recipient of the envelope, but not in the Cc field": _recipients,
    },
    "bcc": {
        "it is in the To field": lambda mail: mail.to,
        "it is in the Cc field": lambda mail: mail.cc,
    },
    "from_": {"it is the sender of the envelope": _sender},
    "sender": {"it is in the From field": lambda mail: mail.from_},
}


_TYPED = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u2032\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f", ""),
    }
)


def _typed(text: str) -> str:
    """Return text as it would be typed, without typography."""
    return text.translate(_TYPED)


_LIKENESSES: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("differs only in case", str.casefold),
    ("differs only in white space", lambda text: " ".join(text.split())),
    ("differs only in how its characters are composed", partial(unicodedata.normalize, "NFKC")),
    ("differs only in quotation marks, dashes or signs that cannot be seen", _typed),
)


def _likeness(wanted: str, text: str, *, is_body: bool) -> str:
    for likeness, fold in _LIKENESSES:
        folded = fold(wanted)
        if folded == fold(text) or (is_body and folded and folded in fold(text)):
            return likeness
    if is_body:
        return ""
    if wanted and wanted in text:
        return "it is only a part; re.compile() looks for parts"
    try:
        is_pattern = wanted != re.escape(wanted) and re.search(wanted, text) is not None
    except re.error:
        return ""
    return "as re.compile() it would be found" if wanted and is_pattern else ""
