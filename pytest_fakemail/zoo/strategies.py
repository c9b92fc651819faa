"""Hypothesis strategies for mail; failures shrink to a short mail that a person can read.

Needs the extra `hypothesis`.  ``from pytest_fakemail.zoo.strategies import messages``.
"""

from base64 import b64encode
from datetime import UTC, datetime

from pytest_fakemail.mime.compose import Parts, compose

try:
    from hypothesis import strategies as st
except ImportError as missing:  # pragma: no cover  (the tests have it)
    raise ImportError(
        "pytest_fakemail.zoo.strategies needs Hypothesis: pip install 'pytest-fakemail[hypothesis]'"
    ) from missing

__all__ = ["addresses", "headers", "messages"]

_DATE = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ATEXT = _LETTERS + "0123456789!#$%&'*+-/=?^_`{|}~"
_WORDS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=40)
_NAMES = ("X-Note", "Reply-To", "Sender", "Keywords", "Comments", "List-Id", "References")


def addresses(
    *, domains: tuple[str, ...] = ("example.test", "mail.example.test"), eai: bool = False
) -> st.SearchStrategy[str]:
    """Return addresses: ``a@example.test`` at the simplest, quoted local parts among them.

    Args:
        domains: what stands behind the at sign.
        eai: whether there are letters beyond ASCII (RFC 6531).
    """
    atoms = st.text(_LETTERS, min_size=1, max_size=8)
    dot_atoms = st.lists(st.text(_ATEXT, min_size=1, max_size=8), min_size=1, max_size=3)
    quoted = st.text(_LETTERS + " .@", min_size=1, max_size=8).map('"{}"'.format)
    locals_ = atoms | dot_atoms.map(".".join) | quoted
    if eai:
        locals_ |= st.text("äöüßéñçøñ中文", min_size=1, max_size=8)
    return st.builds("{}@{}".format, locals_, st.sampled_from(domains))


def headers(*, eai: bool = False) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Return headers as pairs of a name and a decoded text, in order; From and Subject are there.

    Args:
        eai: whether addresses have letters beyond ASCII.
    """
    people = st.lists(addresses(eai=eai), min_size=1, max_size=3).map(", ".join)
    texts = _WORDS.map(lambda text: " ".join(text.split()))
    extra = st.lists(
        st.tuples(st.sampled_from(_NAMES), texts), max_size=3, unique_by=lambda x: x[0]
    )
    first = st.tuples(st.just("From"), addresses(eai=eai))
    to = st.tuples(st.just("To"), people)
    subject = st.tuples(st.just("Subject"), texts)
    return st.builds(lambda *rows, more: [*rows, *more], first, to, subject, more=extra)


def messages(*, odd: bool = False, eai: bool = False) -> st.SearchStrategy[bytes]:
    """Return whole messages as octets: text, HTML, attachments, any header.

    Args:
        odd: whether some are malformed, as real mail is: bare line ends, raw 8-bit, a
            boundary that is missing, a field without its end.
        eai: whether addresses have letters beyond ASCII.
    """
    whole = st.builds(
        _composed,
        headers(eai=eai),
        st.none() | _WORDS,
        st.none() | _WORDS.map(lambda text: f"<p>{text}</p>"),
        st.dictionaries(
            st.text(_LETTERS, min_size=1, max_size=8).map(lambda name: f"{name}.txt"),
            st.binary(max_size=20),
            max_size=2,
        ),
    )
    return whole | whole.flatmap(_spoilt) if odd else whole


def _composed(
    header: list[tuple[str, str]],
    text: str | None,
    html: str | None,
    attachments: dict[str, bytes],
) -> bytes:
    fields = dict(header)
    named = {name: fields.pop(name) for name in ("From", "To", "Subject")}
    parts = Parts(
        from_=named["From"],
        to=named["To"],
        subject=named["Subject"],
        text=text,
        html=html,
        attachments=attachments,
        headers={name: _safe(name, value) for name, value in fields.items()},
    )
    return compose(parts, date=_DATE, message_id="<1@example.test>")


def _safe(name: str, value: str) -> str:
    """Fields of addresses and ids have a syntax of their own; others take any text."""
    if name in ("Reply-To", "Sender"):
        return "eve@example.test"
    if name in ("List-Id", "References"):
        return f"<{b64encode(value.encode()).decode().strip('=') or 'x'}@example.test>"
    return value


def _spoilt(raw: bytes) -> st.SearchStrategy[bytes]:
    return st.sampled_from(
        [
            raw.replace(b"\r\n", b"\n"),
            raw.replace(b"\r\n\r\n", b"\r\n", 1),
            raw.replace(b"\r\n", b"\r", 1),
            raw.replace(b"Subject: ", b"Subject: \xe9\xff", 1),
            raw.replace(b"--=_1--", b"", 1),
            raw.replace(b"From: ", b"From : ", 1),
            raw + b"\0",
            raw[: len(raw) // 2],
        ]
    )
