r"""Transcripts: a conversation with a server as plain text, to be played by `player`.

The first line says what is shown, the lines up to the first empty one what is there before::

    RFC 3501 §6.4.8: UID COPY copies by unique identifiers.
    start: selected INBOX
    mail: INBOX subject=One flags="\Seen x"
    mail: INBOX subject=Two uid=7

    C: a1 UID COPY 7 Archive
    S: a1 OK [COPYUID $uidvalidity 7 1] ...
    E: deliver INBOX subject=Three

After that each line is one step:

``C: text``
    the client says a line, or several in a row all at once; ``2C:`` on its second connection
``S: text``
    the server says a line; it has to be the next one, and before each ``C:`` all that the
    server said on that connection has to be told
``E: event``
    something happens behind the client's back, see `player.Player.happen`
``N: text``
    the next of the connection's notes that a policy has made, without ``policy: ``; all have to
    be told
``# text``
    a remark

In what the server says ``...`` stands for anything and ``$name`` (in lower case) for what it
was at its first sight; the client may say ``$name`` from then on.  ``[any lines]`` stands for
lines that do not matter before one that does, ``[close]``, ``[reset]``, ``[tls]``, ``[compressed]``
and ``[clear]`` (again) for what happens to the connection, ``[nothing]`` for silence (which only
`direct` can be sure of).
``<0x00>`` is an octet, ``<x*300>`` a text repeated; a line that ends in ``<no newline>`` is
not ended.

Header fields: ``protocol`` (the directory's by default; with several names those of the
connections 1, 2 …), ``accounts`` (``ann=secret bob=hush``), ``settings`` (``name=value``),
``policies`` (a line each, calls of `pytest_fakemail.policies`), ``on`` and
``off`` (capabilities), ``mailboxes`` (made before), ``mail`` (repeatable, see
`player.seed_message`), ``start`` (``authenticated`` or ``selected NAME``, what every connection has
done before; without it, it has just been opened and greeted), ``users`` (who logs in on the
connections 1, 2 …; the first account by default).
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

_STEP = re.compile(r"(\d*)([CSEN]):(?: (.*))?")
_FIELD = re.compile(r"([a-z]+): (.*)")
_FIELDS = frozenset((
    *("protocol", "accounts", "users", "settings", "on", "off", "mailboxes", "mail", "policies"),
    "start",
))  # fmt: skip
_OCTET = re.compile(rb"<0x([0-9A-Fa-f]{2})>")
_REPEATED = re.compile(rb"<([^<>*]+)\*(\d+)>")
_NO_NEWLINE = "<no newline>"


@dataclass(frozen=True, slots=True)
class Step:
    """One line: who does it on which connection (events have none), what, and where it stands."""

    kind: str
    text: str
    place: str
    connection: int = 1


@dataclass(frozen=True, slots=True)
class Script:
    """A transcript; the values of a header field are a list."""

    title: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    def words(self, name: str) -> list[str]:
        """Return the words of a header field, all its lines together."""
        return " ".join(self.fields.get(name, [])).split()


def read(path: Path) -> Script:
    """Read a transcript.

    Raises:
        ValueError: a line that is none of the above.
    """
    title, *lines = path.read_text(encoding="utf-8").splitlines()
    end = lines.index("") if "" in lines else len(lines)
    fields: dict[str, list[str]] = {}
    for line in lines[:end]:
        match = _FIELD.fullmatch(line)
        if match is None or match[1] not in _FIELDS:
            raise ValueError(f"{path}: no header field: {line!r}")
        fields.setdefault(match[1], []).append(match[2])
    steps = []
    for number, line in enumerate(lines[end:], end + 2):
        if line and not line.startswith("#"):
            match = _STEP.fullmatch(line)
            if match is None:
                raise ValueError(f"{path}:{number}: no step: {line!r}")
            steps.append(
                Step(match[2], match[3] or "", f"{path.name}:{number}", int(match[1] or 1))
            )
    return Script(title, fields, tuple(steps))


def said(text: str) -> bytes:
    """Return the octets of what a client says."""
    ending = b"\r\n"
    if text.endswith(_NO_NEWLINE):
        text, ending = text.removesuffix(_NO_NEWLINE), b""
    return _expanded(text.encode("utf-8")) + ending


def _expanded(line: bytes) -> bytes:
    line = _REPEATED.sub(lambda match: match[1] * int(match[2]), line)
    return _OCTET.sub(lambda match: bytes([int(match[1], 16)]), line)


class Variables(dict[str, bytes]):
    """What ``$name`` stands for, bound at first sight."""

    _NAME = re.compile(r"\$([a-z][a-z0-9_]*)")
    _WILD = re.compile(r"(\.\.\.|\$[a-z][a-z0-9_]*)")

    def filled(self, text: str) -> str:
        """Return text with its variables filled in, those that are bound."""
        return self._NAME.sub(
            lambda match: self[match[1]].decode() if match[1] in self else match[0], text
        )

    def match(self, text: str, line: bytes) -> bool:
        """Tell whether the server said this; bind variables that are new."""
        pattern = b""
        names: set[str] = set()
        for piece in self._WILD.split(text):
            name = piece[1:]
            if piece == "...":
                pattern += b".*"
            elif not self._NAME.fullmatch(piece):
                pattern += re.escape(_expanded(piece.encode("utf-8")))
            elif name in self:
                pattern += re.escape(self[name])
            elif name in names:
                pattern += b"(?P=%b)" % name.encode()
            else:
                names.add(name)
                pattern += rb"(?P<%b>[^\s\[\]()\"<>]+)" % name.encode()
        match = re.fullmatch(pattern, line, re.DOTALL)
        if match is not None:
            self.update(match.groupdict())
        return match is not None
