"""What pytest says of two mails that are not equal: which of their fields differ."""

from pytest_fakemail.asserts.explain import summary
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.visible import shortened, visible

_FIELDS = ("sender", "recipients", "subject", "from_", "to", "cc", "text", "html", "uid", "flags")


def compared(operator: str, left: object, right: object) -> list[str] | None:
    """Return the lines of a failed ``==``, None if it is not about two mails."""
    if operator != "==" or not isinstance(left, Mail) or not isinstance(right, Mail):
        return None
    lines = [f"{visible(summary(left))} == {visible(summary(right))}"]
    for name in _FIELDS:
        one, other = getattr(left, name, None), getattr(right, name, None)
        if one != other:
            lines.append(f"{name}: {shortened(repr(one))} != {shortened(repr(other))}")
    if len(lines) == 1:
        lines.append("their fields are the same; compare their raw octets with .raw")
    return lines
