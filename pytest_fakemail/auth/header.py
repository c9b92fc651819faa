"""Authentication-Results: what a server writes on top of mail about who sent it (RFC 8601)."""

import re
from collections.abc import Sequence

from pytest_fakemail.auth.results import Result

FIELD = "Authentication-Results"

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`{|}~0-9A-Za-z]+\Z")  # RFC 2045 §5.1
_DOT_ATOM = r"[!#$%&'*+\-/=?^_`{|}~0-9A-Za-z]+(?:\.[!#$%&'*+\-/=?^_`{|}~0-9A-Za-z]+)*"
_ADDRESS = re.compile(rf"(?:{_DOT_ATOM})?@[0-9A-Za-z.\-]+\Z")
_FIELD_START = re.compile(rb"(?:\A|\r?\n)(?![ \t])")
_WITH_IDENTIFIER = re.compile(
    r"authentication-results[ \t]*:(?:[ \t\r\n]|\([^()]*\))*\"?([^\s;\"]+)", re.IGNORECASE
)


def resinfo(result: Result) -> str:
    """``resinfo = methodspec [ reasonspec ] [ 1*propspec ]`` (§2.2), folded, of a result."""
    pieces = [f"{result.method}={result.word}"]
    if result.reason:
        pieces.append(f"reason={_quoted(_printable(result.reason))}")
    pieces += [f"{name}={_value(value)}" for name, value in result.properties if value]
    return "\r\n\t ".join(pieces)


def field(server: str, infos: Sequence[str]) -> bytes:
    """Return the field with the results of `resinfo`, its line end included.

    Args:
        server: who says so, the ``authserv-id``.
        infos: what is said; nothing: ``none``.
    """
    said = ";\r\n\t".join([f"{FIELD}: {_value(server)}", *infos]) if infos else ""
    return f"{said or f'{FIELD}: {_value(server)}; none'}\r\n".encode("ascii", "replace")


def without_forged(raw: bytes, server: str) -> bytes:
    """Return a message without the fields that claim to be this server's (§5)."""
    end = re.search(rb"\r?\n\r?\n|\A\r?\n", raw)
    header = raw if end is None else raw[: end.start()]
    starts = [found.end() for found in _FIELD_START.finditer(header)]
    kept, at = [], 0
    for begin, behind in zip(starts, [*starts[1:], len(header)], strict=False):
        if is_by(header[begin:behind], server):
            kept.append(raw[at:begin])
            at = behind
            if behind == len(header) and end is not None:  # its line end is the last one's
                at += 2 if raw.startswith(b"\r\n", behind) else 1
    return b"".join([*kept, raw[at:]]) if kept else raw


def is_by(octets: bytes, server: str) -> bool:
    """Whether a field is an Authentication-Results of this server."""
    found = _WITH_IDENTIFIER.match(octets.decode("latin-1"))
    return found is not None and found[1].lower() == server.lower()


def _value(text: str) -> str:
    """``pvalue``: a token or an address as it is, anything else in quotes."""
    text = _printable(text)
    return text if _TOKEN.match(text) or _ADDRESS.match(text) else _quoted(text)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _printable(text: str) -> str:
    plain = text.replace("§", "section ")
    return "".join(one if " " <= one <= "~" else "?" for one in plain)
