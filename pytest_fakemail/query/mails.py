"""The fields by which a test picks mail: ``to="ann@example.test", subject=re.compile("Welc")``."""

from functools import partial

from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.query.comparing import Comparison, Field, Values
from pytest_fakemail.query.criteria import HEADER
from pytest_fakemail.query.possible import body_text, filename, header_address, recipient, sender
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


_body = partial(Field, comparison=Comparison.BODY, has_one=True, complaint=body_text)

CC = Field("cc", lambda mail: mail.cc, Comparison.ANY_CASE, "cc", complaint=header_address)
CONTENT = (
    Field(
        "from_",
        lambda mail: mail.from_,
        Comparison.ANY_CASE,
        "from",
        complaint=header_address,
    ),
    Field("subject", lambda mail: mail.headers.all("Subject")[-1:], has_one=True),
    _body("text", lambda mail: [mail.text] if mail.text else []),
    _body("html", lambda mail: [mail.html] if mail.html else []),
    Field(HEADER, lambda _: ()),
    Field("attachment", _attachments, complaint=filename),
    Field("where", lambda mail: [mail], Comparison.WHOLE, "where"),
)
"""What all mail is picked by, besides whom it reached."""

DELIVERY = (
    Field("to", recipients, Comparison.ANY_CASE, "to", is_always=True, complaint=recipient),
    CC,
    Field("bcc", blind, Comparison.ANY_CASE, "bcc", complaint=recipient),
    Field(
        "sender",
        lambda mail: [mail.sender],
        Comparison.ANY_CASE,
        "by sender",
        has_one=True,
        is_always=True,
        complaint=sender,
    ),
    *CONTENT,
)
"""What a delivery in the outbox is picked by."""
