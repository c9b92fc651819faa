"""An answer of FETCH as a tree, and back: lists, and what stands in them as it was sent.

Nothing is decoded, so what is not changed goes out as it came; literals are octets like others.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.providers.quirks.quirk import Rewrite

_TOKEN = re.compile(
    rb"( *)(?:(?P<open>\()|(?P<close>\))"
    rb'|(?P<quoted>"(?:[^"\\]|\\.)*")'
    rb"|(?P<literal>~?\{(?P<size>\d+)\}\r\n)"
    rb'|(?P<atom>(?:\[[^\]]*\]|[^ ()"\[\]\r\n])+))',
    re.DOTALL,
)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
_FETCH = re.compile(rb"\* \d+ FETCH (?=\()", re.IGNORECASE)


@dataclass(slots=True, eq=False)
class Node:
    """A list with its members, or anything else, as its octets.

    `gap` are the spaces ahead of it; `end`, of a list, what is ahead of its parenthesis.
    """

    raw: bytes = b""
    members: "list[Node] | None" = None
    gap: bytes = b" "
    end: bytes = b""

    @property
    def is_list(self) -> bool:
        """Whether it stands in parentheses."""
        return self.members is not None

    @property
    def inside(self) -> "list[Node]":
        """The members; none of what is no list."""
        return [] if self.members is None else self.members

    def become(self, raw: bytes) -> None:
        """Be this instead."""
        self.raw, self.members = raw, None


def listed(*members: Node, gap: bytes = b" ") -> Node:
    """Return a list of these, the first of which follows its parenthesis."""
    if members:
        members[0].gap = b""
    return Node(members=list(members), gap=gap)


def read(data: bytes) -> Node:
    """Return the list that the octets are.

    Raises:
        ValueError: they are none.
    """
    root = Node(members=[], gap=b"")
    open_lists = [root]
    place = 0
    while place < len(data):
        found = _TOKEN.match(data, place)
        if found is None:
            raise ValueError(f"no list of IMAP: {data[place : place + 40]!r}")
        place = found.end()
        gap, inside = found[1], open_lists[-1].inside
        if found["open"]:
            node = Node(members=[], gap=gap)
            inside.append(node)
            open_lists.append(node)
        elif found["close"]:
            open_lists.pop().end = gap
        else:
            raw = found[0][len(gap) :]
            if found["size"]:
                end = place + int(found["size"])
                raw, place = raw + data[place:end], end
            node = Node(raw, gap=gap)
            inside.append(node)
    if len(open_lists) != 1 or len(root.inside) != 1:
        raise ValueError("no list of IMAP: its parentheses do not match")
    return root.inside[0]


def write(root: Node) -> bytes:
    """Return what was read as octets again."""
    pieces: list[bytes] = []
    waiting: list[Node | bytes] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, bytes):
            pieces.append(node)
        elif node.members is None:
            pieces.append(node.gap + node.raw)
        else:
            pieces.append(node.gap + b"(")
            waiting.append(node.end + b")")
            waiting.extend(reversed(node.members))
    return b"".join(pieces)


# --- strings ----------------------------------------------------------------------------------


def unquoted(raw: bytes) -> bytes:
    """Return what a quoted string holds; anything else as it is."""
    return _ESCAPED.sub(rb"\1", raw[1:-1]) if raw[:1] == b'"' else raw


def literal(raw: bytes) -> bytes:
    """Return a string or an atom as a literal."""
    held = unquoted(raw)
    return b"{%d}\r\n%b" % (len(held), held)


def with_literals(nodes: Iterable[Node]) -> None:
    """Write each quoted string in these, however deep, as a literal."""
    waiting = list(nodes)
    while waiting:
        one = waiting.pop()
        waiting += one.inside
        if one.raw[:1] == b'"':
            one.raw = literal(one.raw)


# --- what is in an answer of FETCH ----------------------------------------------------------


def fetched(change: Callable[[Node], None]) -> Rewrite:
    """Change each response of FETCH, given its list of items with their values.

    Where another quirk has left nothing of what this one is about, it changes nothing.
    """

    def changed(line: bytes) -> bytes:
        found = _FETCH.match(line)
        if found is None:
            return line
        try:
            root = read(line[found.end() :].removesuffix(b"\r\n"))
            change(root)
        except (ValueError, IndexError):
            return line
        return found[0] + write(root) + b"\r\n"

    return lambda _, lines: [changed(line) for line in lines]


def apart(line: bytes, name: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Return the start of a response of FETCH, one of its items, and the others, if it has both."""
    found = _FETCH.match(line)
    if found is None:
        return None
    try:
        root = read(line[found.end() :].removesuffix(b"\r\n"))
    except ValueError:
        return None
    for place, (one, value) in enumerate(items(root)):
        if one.raw == name and len(root.inside) > 2:  # noqa: PLR2004  (it and its value)
            del root.inside[2 * place : 2 * place + 2]
            item, others = listed(one, value), listed(*root.inside)
            return found[0], write(item).strip()[1:-1], write(others).strip()[1:-1]
    return None


def items(root: Node) -> Iterator[tuple[Node, Node]]:
    """Yield the name and the value of each item."""
    yield from zip(root.inside[::2], root.inside[1::2], strict=False)


def values(root: Node, *names: bytes) -> Iterator[Node]:
    """Yield the values of the items of these names."""
    return (value for name, value in items(root) if name.raw.upper() in names)


def bodies(root: Node) -> Iterator[tuple[Node, Node]]:
    """Yield the name and value of the items that are octets of the message."""
    for name, value in items(root):
        word = name.raw.upper()
        if word.startswith((b"BODY[", b"BINARY[", b"RFC822")) and word != b"RFC822.SIZE":
            yield name, value


def parts(root: Node) -> Iterator[Node]:
    """Yield each part of each BODY and BODYSTRUCTURE, the outer before the inner."""
    waiting = list(values(root, b"BODY", b"BODYSTRUCTURE"))
    while waiting:
        part = waiting.pop()
        if not part.inside:
            continue
        yield part
        waiting.extend(reversed(children(part)))


def children(part: Node) -> list[Node]:
    """Return the parts directly within a part."""
    inside = part.inside
    if is_multipart(part):
        return inside[: multiplicity(part)]
    return inside[8:9] if is_message(part) else []


def is_multipart(part: Node) -> bool:
    """Whether it begins with parts."""
    return bool(part.inside) and part.inside[0].is_list


def is_message(part: Node) -> bool:
    """Whether it is described with its envelope: RFC 9051 §7.5.2, body-type-msg."""
    inside = part.inside
    return len(inside) > 9 and inside[7].is_list  # noqa: PLR2004  (envelope, body and lines)


def multiplicity(part: Node) -> int:
    """Return how many parts a multipart has."""
    count = 0
    for one in part.inside:
        if not one.is_list:
            break
        count += 1
    return count
