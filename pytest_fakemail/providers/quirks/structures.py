"""Quirks of BODYSTRUCTURE (RFC 9051 §7.5.2): what of a part is said, and in which form."""

from pytest_fakemail.providers.quirks.quirk import Quirk
from pytest_fakemail.providers.quirks.tree import (
    Node,
    children,
    fetched,
    is_message,
    is_multipart,
    listed,
    multiplicity,
    parts,
    with_literals,
)

_FETCH = ("FETCH",)
_TYPE, _SUBTYPE, _PARAMETERS, _ENCODING, _OCTETS = 0, 1, 2, 5, 6
_LARGE = 1_000_000


def _is_text(part: Node) -> bool:
    return part.inside[_TYPE].raw.lower() == b'"text"'


def _disposition_at(part: Node) -> int:
    """Return the place of body-fld-dsp; beyond the end where the part does not have it."""
    if is_multipart(part):
        return multiplicity(part) + 2
    return 8 + (1 if _is_text(part) else 3 if is_message(part) else 0)


def _disposition(part: Node) -> Node | None:
    place = _disposition_at(part)
    return part.inside[place] if place < len(part.inside) else None


def _innermost(root: Node) -> list[Node]:
    """Return the multiparts that have none within them."""
    found = [part for part in parts(root) if is_multipart(part)]
    return [part for part in found if not any(is_multipart(one) for one in children(part))]


def _bare_disposition(root: Node) -> None:
    for part in parts(root):
        found = _disposition(part)
        if found is not None and found.is_list and found.inside[1].raw == b"NIL":
            found.become(found.inside[0].raw)


def _nil_disposition(root: Node) -> None:
    for part in parts(root):
        found = _disposition(part)
        if found is not None and found.raw == b"NIL":
            found.raw, found.members = b"", listed(Node(b"NIL"), Node(b"NIL")).members


def _no_parameters(root: Node) -> None:
    for part in parts(root):
        place = multiplicity(part) + 1 if is_multipart(part) else _PARAMETERS
        if place < len(part.inside):
            part.inside[place].become(b"NIL")


def _short_multipart(root: Node) -> None:
    for part in parts(root):
        if is_multipart(part):
            del part.inside[_disposition_at(part) :]


def _childless(root: Node) -> None:
    """Describe them by subtype and three things: ``("ALTERNATIVE" NIL NIL NIL)``."""
    for part in _innermost(root):
        subtype = part.inside[multiplicity(part)].raw
        part.members = listed(Node(subtype.upper()), *(Node(b"NIL") for _ in range(3))).members


def _nil_for_children(root: Node) -> None:
    for part in _innermost(root):
        del part.inside[1 : multiplicity(part)]
        part.inside[0].become(b"NIL")


def _as_single_part(root: Node) -> None:
    """Describe them as a part of type multipart, with -1 octets."""
    for part in _innermost(root):
        place = multiplicity(part)
        said = [Node(b'"multipart"'), part.inside[place]]
        said += part.inside[place + 1 : place + 2] or [Node(b"NIL")]
        said += [Node(b"NIL"), Node(b"NIL"), Node(b'"7BIT"'), Node(b"-1")]
        said += [Node(b"NIL") for _ in range(4 * (len(part.inside) > place + 1))]
        part.members = listed(*said).members


def _message_as_basic(root: Node) -> None:
    for part in list(parts(root)):
        if is_message(part):
            del part.inside[7:10]


def _unquoted(root: Node) -> None:
    for part in parts(root):
        places = [multiplicity(part)] if is_multipart(part) else [_TYPE, _SUBTYPE, _ENCODING]
        for place in places:
            part.inside[place].raw = part.inside[place].raw.strip(b'"')


def _space_in_string(root: Node) -> None:
    for part in parts(root):
        if not is_multipart(part):
            part.inside[_ENCODING].raw = part.inside[_ENCODING].raw.removesuffix(b'"') + b' "'


def _decimals(root: Node) -> None:
    """Write numbers as C's ``%g`` does: large ones lose their last digits."""
    for part in parts(root):
        if not is_multipart(part) and (octets := int(part.inside[_OCTETS].raw)) >= _LARGE:
            part.inside[_OCTETS].raw = f"{octets:g}".encode()


def _no_subtype(root: Node) -> None:
    for part in parts(root):
        if not is_multipart(part):
            del part.inside[_SUBTYPE]


def _no_type(root: Node) -> None:
    for part in parts(root):
        if not is_multipart(part):
            part.inside[_TYPE].raw = part.inside[_SUBTYPE].raw = b'""'


def _no_encoding(root: Node) -> None:
    for part in parts(root):
        if not is_multipart(part):
            part.inside[_ENCODING].raw = b"NIL"


def _empty_message(root: Node) -> None:
    for part in list(parts(root)):
        if is_message(part):
            part.inside[7].members = []


def _extended(root: Node) -> None:
    for part in list(parts(root)):
        part.inside.append(listed(Node(b'"x-future"'), Node(b"7")))


def _literals(root: Node) -> None:
    for part in parts(root):
        with_literals(one for one in part.inside if one not in children(part))


# fmt: off
ROWS = (
    Quirk("bs.disposition_string", "imap", _FETCH, 'a disposition "inline" without its parentheses',
          "parsers of BODYSTRUCTURE", "T MK#919 (Exchange)", fetched(_bare_disposition)),
    Quirk("bs.dsp_nil_nil", "imap", _FETCH, "(NIL NIL) for no disposition",
          "clients that want a string there", "T MK#919 (Exchange)", fetched(_nil_disposition)),
    Quirk("bs.nil_params", "imap", _FETCH, "NIL for the parameters",
          "clients that look for charset or name", "C JM (Exchange)", fetched(_no_parameters)),
    Quirk("bs.multipart_short", "imap", _FETCH, "a multipart ends behind its parameters",
          "clients that count its fields", "C JM (Exchange)", fetched(_short_multipart)),
    Quirk("bs.multipart_no_children", "imap", _FETCH,
          '("ALTERNATIVE" NIL NIL NIL): an innermost multipart without parts',
          "clients that look for the text", "T MK#371, MK#205, MK#777 (Gmail)",
          fetched(_childless)),
    Quirk("bs.multipart_nil", "imap", _FETCH, "NIL for the parts of an innermost multipart",
          "clients that look for the text", "T MK#1393 (Dovecot)", fetched(_nil_for_children)),
    Quirk("bs.multipart_as_part", "imap", _FETCH,
          '("multipart" "mixed" … -1 …): an innermost multipart as one part of -1 octets',
          "number parsers", "T MK#823", fetched(_as_single_part)),
    Quirk("bs.rfc822_as_basic", "imap", _FETCH, "message/rfc822 without envelope, parts and lines",
          "clients that look for them", "C MKC, JM (Gmail)", fetched(_message_as_basic)),
    Quirk("bs.unquoted_strings", "imap", _FETCH, "types and encodings without quotes",
          "parsers of strings", "C JM (Exchange)", fetched(_unquoted)),
    Quirk("bs.trailing_space", "imap", _FETCH, '"base64 ", with a space in it',
          "clients that compare", "C JM (Exchange)", fetched(_space_in_string)),
    Quirk("bs.missing_subtype", "imap", _FETCH, "a part without a subtype",
          "clients that count its fields", "K no capture", fetched(_no_subtype)),
    Quirk("bs.empty_type", "imap", _FETCH, '"" for type and subtype',
          "clients that put them together", "K no capture", fetched(_no_type)),
    Quirk("bs.encoding_nil", "imap", _FETCH, "NIL for the encoding", "clients that want a string",
          "K no capture", fetched(_no_encoding)),
    Quirk("bs.rfc822_empty_parens", "imap", _FETCH, "() for the envelope of message/rfc822",
          "clients that look into it", "K no capture", fetched(_empty_message)),
    Quirk("bs.extension_data", "imap", _FETCH, "fields behind all that RFC 9051 names",
          "clients that want the end there", "K no capture", fetched(_extended)),
    Quirk("num.decimal", "imap", _FETCH, "9.3736e+06 octets, of a part beyond a million",
          "number parsers", "T MK#1838, MK#1840 (mail.ru)", fetched(_decimals)),
    Quirk("lit.in_bodystructure", "imap", _FETCH, "every string of BODYSTRUCTURE as a literal",
          "clients that read lines", "K no capture", fetched(_literals)),
)
