"""The grammar of mailboxes and paths (RFC 5321 §4.1.2, extended by RFC 6531 §3.3).

What the house calls an address is a ``Mailbox`` as text: no angle brackets, no source
route, and a local part that is quoted only where it must be, since all quoted forms of
it are equivalent.  Nearly all are of the simple form that `commands.envelope` reads by itself; what
is here is loaded for the first that is not.
"""

import re
from functools import cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address

# With what RFC 6531 adds: any character beyond ASCII, but not the lone surrogates that invalid
# UTF-8 decodes to.  By what is left out, for a set that names all the others takes
# milliseconds to compile.
_SURROGATES = "\ud800-\udfff"
_UTF8_ATEXT = rf'[^\0- "(),.:;<>@\[\\\]\x7f{_SURROGATES}]'
_UTF8_QTEXT = rf'[^\0-\x1f"\\\x7f{_SURROGATES}]'
_UTF8_LET_DIG = rf"[^\0-/:-@\[-`{{-\x7f{_SURROGATES}]"
_UTF8_INNER = rf"[^\0-,./:-@\[-^`{{-\x7f{_SURROGATES}]"


def _dot_string(atext: str) -> str:
    """``Dot-string = Atom *("." Atom)``."""
    return rf"{atext}+(?:\.{atext}+)*"


def _domain(let_dig: str, inner: str) -> str:
    """``Domain = sub-domain *("." sub-domain)``; with underscores, as Postfix takes them."""
    label = rf"{let_dig}(?:{inner}*{let_dig})?"
    return rf"{label}(?:\.{label})*"


_POSTMASTER = "<postmaster>"

# What fewer still need is compiled for the first that does.
_DOT_STRING = _dot_string(_UTF8_ATEXT)
_QUOTED_STRING = rf'"((?:{_UTF8_QTEXT}|\\[ -~])*)"'
_QUOTED_PAIR = r"\\(.)"
_DOMAIN = _domain(_UTF8_LET_DIG, _UTF8_INNER)
_LITERAL = r"\[([!-Z^-~]+)\]"
_AT_DOMAINS = rf"@{_DOMAIN}(?:,@{_DOMAIN})*:"
_GENERAL_LITERAL = r"(?:[A-Za-z0-9-]*[A-Za-z0-9]):[!-Z^-~]+"


class BadPath(ValueError):
    """The text does not begin with what the grammar wants; says what is wrong."""


def reverse_path(text: str) -> tuple[str, str]:
    """``Reverse-path = Path / "<>"``: return the address, ``""`` for ``<>``, and the rest.

    Raises:
        BadPath: it is neither.
    """
    return ("", text[2:]) if text.startswith("<>") else path(text)


def forward_path(text: str) -> tuple[str, str]:
    """``Path / "<Postmaster>"`` in any case, as RCPT takes it: the address, and the rest.

    Raises:
        BadPath: it is neither.
    """
    size = len(_POSTMASTER)
    if text[:size].lower() == _POSTMASTER:
        return text[1 : size - 1], text[size:]
    return path(text)


def path(text: str) -> tuple[str, str]:
    """``Path = "<" [ A-d-l ":" ] Mailbox ">"``: return the address and the rest.

    The source route is accepted and ignored (RFC 5321 Appendix C).

    Raises:
        BadPath: it is none.
    """
    if not text.startswith("<"):
        raise BadPath("an address stands in angle brackets")
    route = _grammar(_AT_DOMAINS).match(text, 1) if text.startswith("<@") else None
    address, end = _mailbox(text, route.end() if route else 1)
    if text[end : end + 1] != ">":
        raise BadPath("unexpected text in an address")
    return address, text[end + 1 :]


def mailbox(text: str) -> str:
    """``Mailbox = Local-part "@" ( Domain / address-literal )`` and nothing behind it.

    Raises:
        BadPath: it is none.
    """
    address, end = _mailbox(text, 0)
    if end != len(text):
        raise BadPath("unexpected text in an address")
    return address


def split(address: str) -> tuple[str, str]:
    """Return an address's local part and domain; no domain for ``postmaster``."""
    local_part, at_sign, domain = address.rpartition("@")
    return (local_part, domain) if at_sign else (address, "")


@cache
def _grammar(rule: str) -> re.Pattern[str]:
    return re.compile(rule)


def _mailbox(text: str, start: int) -> tuple[str, int]:
    local_part, end = _local_part(text, start)
    if text[end : end + 1] != "@":
        raise BadPath("an address needs a domain")
    domain = _grammar(_DOMAIN).match(text, end + 1) or _grammar(_LITERAL).match(text, end + 1)
    if domain is None:
        raise BadPath("malformed domain")
    if domain.re is _grammar(_LITERAL):
        _check_literal(domain[1])
    return f"{local_part}@{domain[0]}", domain.end()


def _local_part(text: str, start: int) -> tuple[str, int]:
    """``Local-part = Dot-string / Quoted-string``, in its shortest form."""
    dot_string = _grammar(_DOT_STRING).match(text, start)
    if dot_string is not None:
        return dot_string[0], dot_string.end()
    quoted = _grammar(_QUOTED_STRING).match(text, start)
    if quoted is None:
        raise BadPath("malformed local part")
    content = _grammar(_QUOTED_PAIR).sub(r"\1", quoted[1])
    if _grammar(_DOT_STRING).fullmatch(content):
        return content, quoted.end()
    return '"' + re.sub(r'(["\\])', r"\\\1", content) + '"', quoted.end()


def _check_literal(content: str) -> None:
    """``IPv4-address-literal / IPv6-address-literal / General-address-literal``."""
    try:
        if content[:5].upper() == "IPV6:":
            IPv6Address(content[5:])
        elif not _grammar(_GENERAL_LITERAL).fullmatch(content):
            IPv4Address(content)
    except AddressValueError:
        raise BadPath("malformed address literal") from None
