"""What pytest says of a failed comparison with mail in it: which fields, which mails differ.

pytest itself shows ``==`` of two objects that have no ``__eq__`` to look into as two names.
"""

from collections.abc import Sequence

from pytest_fakemail.asserts.explain import summary
from pytest_fakemail.asserts.mailbox import MailboxHandle
from pytest_fakemail.asserts.outbox import Outbox
from pytest_fakemail.errors import UnknownMailbox
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.visible import shortened, visible

_FIELDS = ("sender", "recipients", "subject", "from_", "to", "cc", "text", "html", "uid", "flags")
_MOST = 10
_SYMBOLS = ("==", "!=", "in", "not in", "<", "<=", ">", ">=")


def compared(operator: str, left: object, right: object) -> list[str] | None:
    """Return the lines of a failed comparison, None if it is not about mail."""
    if operator not in _SYMBOLS:
        return None
    if operator == "==" and isinstance(left, Mail) and isinstance(right, Mail):
        return _two_mails(left, right)
    ours = [one for one in (left, right) if _is_ours(one)]
    if not ours:
        return None
    lines = [f"{_name(left)} {operator} {_name(right)}"]
    if operator == "==" and len(ours) > 1:
        lines += _first_difference(left, right)
    for one in ours:
        lines += _rows(one)
    return [*lines, *_advice(operator, left, right)]


def _is_ours(one: object) -> bool:
    return isinstance(one, Mail | Outbox | MailboxHandle) or _is_of_mails(one)


def _is_of_mails(one: object) -> bool:
    return isinstance(one, list | tuple) and bool(one) and all(isinstance(it, Mail) for it in one)


def _name(one: object) -> str:
    if isinstance(one, Mail):
        return visible(summary(one))
    if _is_of_mails(one) and isinstance(one, Sequence):
        return f"{len(one)} mail{'s' * (len(one) != 1)}"
    return visible(shortened(repr(one), 80))


def _two_mails(left: Mail, right: Mail) -> list[str]:
    lines = [f"{_name(left)} == {_name(right)}", *_differences(left, right)]
    if len(lines) == 1:
        lines.append("their fields are the same; compare their raw octets with .raw")
    return lines


def _differences(left: Mail, right: Mail) -> list[str]:
    lines = []
    for name in _FIELDS:
        one, other = getattr(left, name, None), getattr(right, name, None)
        if one != other:
            lines.append(f"{name}: {shortened(repr(one))} != {shortened(repr(other))}")
    return lines


def _first_difference(left: object, right: object) -> list[str]:
    """Return where two rows of mails part, if that is in a mail that both have."""
    if isinstance(left, MailboxHandle | Mail):
        return []
    mails, others = (list(one) for one in (left, right) if isinstance(one, Sequence))
    for place, (one, other) in enumerate(zip(mails, others, strict=False)):
        if one != other:
            return [f"they part at [{place}]:", *(f"  {row}" for row in _differences(one, other))]
    return []


def _rows(one: object) -> list[str]:
    """Return the mails that a thing has, a line each."""
    mails: Sequence[Mail] = ()
    if isinstance(one, Outbox):
        name, mails = "outbox", one._snapshot()  # noqa: SLF001  (to show is not to look)
    elif isinstance(one, MailboxHandle):
        return _rows_of_mailbox(one)
    elif _is_of_mails(one) and isinstance(one, Sequence):
        name, mails = "", one
    else:
        return []
    rows = [
        f"  {name}[{place}]  {visible(summary(mail))}"
        for place, mail in list(enumerate(mails))[:_MOST]
    ]
    more = [f"  … and {len(mails) - _MOST} more"] if len(mails) > _MOST else []
    return [f"{name or 'the mails'}: {len(mails) or 'nothing'}", *rows, *more]


def _rows_of_mailbox(one: MailboxHandle) -> list[str]:
    try:
        messages = one.messages
    except UnknownMailbox as error:
        return [str(error)]
    rows = [f"  uid {mail.uid}  {visible(summary(mail))}" for mail in messages[:_MOST]]
    return [f"in {visible(one.name)}: {len(messages) or 'nothing'}", *rows]


def _advice(operator: str, left: object, right: object) -> list[str]:
    """Return what the author may have meant."""
    pairs = ((left, right), (right, left))
    if any(isinstance(one, Mail) and isinstance(other, str | bytes) for one, other in pairs):
        return ["a mail is no text: compare its .subject, .text, .html or .raw"]
    if any(
        isinstance(one, Outbox | MailboxHandle) and isinstance(other, int) for one, other in pairs
    ):
        return ["to count: assert_count(…), or len()"]
    if operator in ("in", "not in") and isinstance(left, str):
        return ["what it holds are mails: ask for one with .all(to=…, subject=…)"]
    if isinstance(left, MailboxHandle) and isinstance(right, MailboxHandle):
        return ["a mailbox is equal to itself alone; compare their .messages"]
    return []
