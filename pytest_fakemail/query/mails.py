"""The fields by which a test picks mail: ``to="ann@example.test", subject=re.compile("Welc")``."""

from collections.abc import Callable
from functools import partial
from types import ModuleType

from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.query.comparing import Comparison, Field, Values
from pytest_fakemail.query.criteria import HEADER
from pytest_fakemail.store.delivery import Delivery


def recipients(mail: Mail) -> Values:
    """Return whom a mail reached."""
    # The envelope says it.  Only a mail without one has to be believed.
    return mail.recipients if isinstance(mail, Delivery) else mail.to


def blind(mail: Mail) -> Values:
    """Return whom it reached without saying so."""
    return mail.bcc


def _attachments(mail: Mail) -> Values:
    return list(mail.attachments)


def _possible() -> ModuleType:
    from pytest_fakemail.query import possible

    return possible


def _unless(
    is_plain: Callable[[str], bool], load: Callable[[], Callable[[str], str]]
) -> Callable[[str], str]:
    """Return the complaint that is loaded for the first text that is not plain."""
    return lambda wanted: "" if is_plain(wanted) else load()(wanted)


def _is_plain_address(text: str) -> bool:
    local, _, domain = text.partition("@")
    return text.isascii() and all(map(str.isalnum, (local, *domain.split("."))))


_recipient = _unless(_is_plain_address, lambda: _possible().recipient)
_sender = _unless(_is_plain_address, lambda: _possible().sender)
_header_address = _unless(_is_plain_address, lambda: _possible().header_address)
_filename = _unless(bool, lambda: _possible().filename)
_body_text = _unless(bool, lambda: _possible().body_text)

_body = partial(Field, comparison=Comparison.BODY, has_one=True, complaint=_body_text)

CC = Field("cc", lambda mail: mail.cc, Comparison.ANY_CASE, "cc", complaint=_header_address)
CONTENT = (
    Field(
        "from_",
        lambda mail: mail.from_,
        Comparison.ANY_CASE,
        "from",
        complaint=_header_address,
    ),
    Field("subject", lambda mail: mail.headers.all("Subject")[-1:], has_one=True),
    _body("text", lambda mail: [mail.text] if mail.text else []),
    _body("html", lambda mail: [mail.html] if mail.html else []),
    Field(HEADER, lambda _: ()),
    Field("attachment", _attachments, complaint=_filename),
    Field("where", lambda mail: [mail], Comparison.WHOLE, "where"),
)
"""What all mail is picked by, besides whom it reached."""

DELIVERY = (
    Field("to", recipients, Comparison.ANY_CASE, "to", is_always=True, complaint=_recipient),
    CC,
    Field("bcc", blind, Comparison.ANY_CASE, "bcc", complaint=_recipient),
    Field(
        "sender",
        lambda mail: [mail.sender],
        Comparison.ANY_CASE,
        "by sender",
        has_one=True,
        is_always=True,
        complaint=_sender,
    ),
    *CONTENT,
)
"""What a delivery in the outbox is picked by."""
