"""The ESMTP parameters of MAIL and RCPT (RFC 5321 §4.1.2): grammar and allowed values.

A parameter that is known has the value that its RFC allows, or is answered 501.  One
whose extension is not on offer is answered 555, as one that nobody has heard of is.
Those of registered extensions that the server does not announce, and private ones
(``X…``), are taken and kept: what became of them is for the test to see.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

from pytest_fakemail.smtp.replies import Refused

Parameters = dict[str, str | None]
"""Values by name, both as they were sent, in order; None where there is no ``=``."""

# As in `paths`: sets with characters beyond ASCII are given by what they leave out.
_SURROGATES = "\ud800-\udfff"
_XTEXT = r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})"  # RFC 3461 §4
# RFC 6533 §3: what stands for a non-ASCII original recipient.
_UTF8_XTEXT = rf"(?:[^\0- +=\\\x7f{_SURROGATES}]|\\x\{{[0-9A-F]+\}}|\+[0-9A-F]{{2}})"


@cache
def _form(text: str) -> re.Pattern[str]:
    """Compile a value's pattern; few sessions give any parameter."""
    return re.compile(text)


Parameter = tuple[str | None, str | None]
"""What a parameter needs: an extension that is on offer, and a value of this form.

The extension is None for one that the server does not announce, the form for one that has no value.
"""

_LONGEST = 500
_LENGTHS = {"ENVID": 100, "SOLICIT": 1000}

_DIGITS = "[0-9]{1,20}"
_ANY_VALUE = "(?i:.+)"

MAIL: Mapping[str, Parameter] = {
    "SIZE": ("SIZE", _DIGITS),  # RFC 1870 §3
    "BODY": (None, "(?i:7BIT|8BITMIME|BINARYMIME)"),  # RFC 6152, 3030
    "SMTPUTF8": ("SMTPUTF8", None),  # RFC 6531 §3.4
    "AUTH": ("AUTH", f"<>|{_XTEXT}+"),  # RFC 4954 §5
    "RET": ("DSN", "(?i:FULL|HDRS)"),  # RFC 3461 §4.3
    "ENVID": ("DSN", f"{_XTEXT}+"),  # RFC 3461 §4.4
    "REQUIRETLS": ("REQUIRETLS", None),  # RFC 8689 §2
    "MT-PRIORITY": (None, "(?i:-?[0-9])"),  # RFC 6710 §3
    "BY": (None, "(?i:-?[0-9]{1,9};[RN]T?)"),  # RFC 2852 §4
    "HOLDFOR": (None, "(?i:[0-9]{1,9})"),  # RFC 4865 §4
    "HOLDUNTIL": (None, _ANY_VALUE),
    "SOLICIT": (None, _ANY_VALUE),  # RFC 3865 §2
    "TRANSID": (None, _ANY_VALUE),  # RFC 1845
    "MTRK": (None, _ANY_VALUE),  # RFC 3885 §3
    "CONPERM": (None, None),  # RFC 4141
}

RCPT: Mapping[str, Parameter] = {
    "NOTIFY": (  # RFC 3461 §4.1
        "DSN",
        "(?i:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY))*)",
    ),
    "ORCPT": ("DSN", rf"[A-Za-z0-9-]+;{_UTF8_XTEXT}+"),  # RFC 3461 §4.2
    "RRVS": (None, _ANY_VALUE),  # RFC 7293 §3
    "CONNEG": (None, _ANY_VALUE),  # RFC 4141
}


def parameters(text: str) -> Parameters:
    """``esmtp-param *(SP esmtp-param)``, each name once (RFC 3461 §4.5).

    Raises:
        Refused: 501 where it is something else.
    """
    if not _is_utf8(text):
        raise Refused(501, "5.5.4", "Syntax error in parameters")
    found: Parameters = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        if not _is_keyword(name) or (equals and not _is_value(value)):
            raise Refused(501, "5.5.4", "Syntax error in parameters")
        found[name] = value if equals else None
    if len({name.upper() for name in found}) != len(text.split()):
        raise Refused(501, "5.5.4", "Duplicate parameter")
    return found


def _is_keyword(text: str) -> bool:
    """``esmtp-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")``."""
    return text.isascii() and text.replace("-", "").isalnum() and not text.startswith("-")


def _is_value(text: str) -> bool:
    """``esmtp-value = 1*(%d33-60 / %d62-126)``, and what RFC 6531 adds beyond ASCII."""
    return text.isalnum() or (text != "" and not any(one <= " " or one in "=\x7f" for one in text))


def _is_utf8(text: str) -> bool:
    """Whether no surrogate stands for an octet that was none of UTF-8's."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def check(
    given: Parameters, known: Mapping[str, Parameter], offers: Callable[[str], bool]
) -> dict[str, str | None]:
    """Return the parameters by upper-case name, all of them acceptable.

    Raises:
        Refused: 555 for one that is not served, 501 for a value that it cannot have.
    """
    by_name: dict[str, str | None] = {}
    for name, value in given.items():
        key = name.upper()
        if key == "BODY":
            _check_body(name, value, offers)
        parameter = known.get(key) or (_PRIVATE if key.startswith("X") else _UNKNOWN)
        extension, form = parameter
        if extension is not None and not offers(extension):
            raise Refused(555, "5.5.4", f"{name} parameter not recognized or not implemented")
        if parameter is not _PRIVATE and not _allows(key, form, value):
            raise Refused(501, "5.5.4", f"Syntax error in the {name} parameter")
        by_name[key] = value
    return by_name


def _allows(key: str, form: str | None, value: str | None) -> bool:
    """Whether this is a value that a parameter can have."""
    if value is None or form is None:
        return value is form
    is_short = len(value) <= _LENGTHS.get(key, _LONGEST)
    return is_short and _form(form).fullmatch(value) is not None


def _check_body(name: str, value: str | None, offers: Callable[[str], bool]) -> None:
    """BODY belongs to two extensions, each with a value of its own; 7BIT goes with either."""
    wanted = (value or "").upper()
    extensions = (wanted,) if wanted in _BODY_EXTENSIONS else _BODY_EXTENSIONS
    if not any(map(offers, extensions)):
        raise Refused(555, "5.5.4", f"{name} parameter not recognized or not implemented")


_BODY_EXTENSIONS = ("8BITMIME", "BINARYMIME")
_PRIVATE: Parameter = (None, _ANY_VALUE)
_UNKNOWN: Parameter = ("", None)  # an extension that no server offers
