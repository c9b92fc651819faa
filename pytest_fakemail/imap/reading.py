"""From a framed command to an entry of the tables with its arguments, or to a refusal.

Nothing has happened yet when this is done: whether a literal may come and what a command
says is decided before anything is.
"""

from collections.abc import Container

from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.imap.capabilities import append_limit
from pytest_fakemail.imap.client import Client
from pytest_fakemail.imap.commands import COMMANDS
from pytest_fakemail.imap.framing import Announcement, Command, Overlong
from pytest_fakemail.imap.grammar import rules
from pytest_fakemail.imap.grammar.cursor import BadSyntax, Cursor, uid_required
from pytest_fakemail.imap.table import Done, Entry, State

_WITH_MESSAGES = ("APPEND", "REPLACE", "UID REPLACE")

_WITHOUT_UTF8 = ("ENABLE", "IDLE", "COMPRESS", "UNAUTHENTICATE")
"""Commands of the authenticated states that say nothing in UTF-8."""

LITERAL_LIMIT = 1024 * 1024
"""Most octets of all literals of a command that brings no messages."""

SMALL_LITERAL = 16 * 1024
"""The same before the login."""

_LONGEST_KNOWN = 256
"""Octets of the longest line that a `Reader` remembers."""
_MOST_KNOWN = 64
"""So many lines it remembers; with one more it begins anew."""

MESSAGES_LIMIT = 64 * 1024 * 1024
"""Most octets of all messages of a MULTIAPPEND together; twice what one may have, if more."""

LITERAL_MINUS_LIMIT = 4096
"""RFC 7888 §5: what a client may send without asking, by LITERAL-."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a command says but for its tag: its entry, its arguments; or why not.

    `verb` is the command's name in upper case, ``UID`` included; `argument` is what follows it, as
    text, of a command that was understood.
    """

    verb: str = ""
    entry: Entry | None = None
    arguments: object = None
    refusal: Done | None = None
    argument: str = ""

    @property
    def is_secret(self) -> bool:
        """Whether the transcript shall not show its arguments."""
        return self.entry is not None and self.entry.is_secret


class Reader:
    """Understands what one client says; what it says again need not be read again.

    What a line means, but for its tag, follows from its octets, the server's capabilities and
    what is enabled; the state tells whether it is allowed.  `_known` is of the capabilities that
    are on now, and of what is enabled: nothing is disabled but by a new login, as a whole.
    """

    __slots__ = ("_basis", "_client", "_enabled", "_known")

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[bytes, Reading] = {}
        self._basis: object = None
        self._enabled = 0

    def read(self, framed: Command) -> tuple[str, Reading]:
        """Understand a whole command; return its tag (``""`` without a good one) as well."""
        client = self._client
        if len(framed.texts) > 1 or len(framed.texts[0]) > _LONGEST_KNOWN:
            return _read(framed, client)
        basis = client.service.capabilities.remembered  # another one after each switch
        if basis is not self._basis or len(client.enabled) != self._enabled:
            self._known.clear()
            self._basis, self._enabled = basis, len(client.enabled)
        tag, _, line = framed.texts[0].partition(b" ")
        known = self._known.get(line)
        if (
            known is not None
            and known.entry is not None
            and client.state in known.entry.states
            and (told := rules.whole_tag(tag)) is not None
        ):
            return told, known
        said, reading = _read(framed, client)
        if reading.refusal is None and not reading.is_secret:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[line] = reading
        return said, reading

    def read_literal(self, announcement: Announcement) -> tuple[str, Reading]:
        """Decide about a literal that was announced; without a refusal it may come."""
        tag, head, _ = _head(announcement.command, self._client)
        refusal = _literal_refusal(announcement, head, self._client)
        return tag, Reading(head.verb, head.entry, refusal=refusal)


def argument_of(text: bytes, tag: str, verb: str) -> str:
    """Return what follows a command's name, as text."""
    head = len(tag) + len(verb) + 2
    return text[head:].decode("utf-8", "replace").rstrip("\r\n")


def _read(framed: Command, client: Client) -> tuple[str, Reading]:
    """Understand a whole command."""
    tag, head, cursor = _head(framed, client)
    if head.refusal is not None or head.entry is None:
        return tag, head
    try:
        arguments = head.entry.grammar(cursor)
        cursor.end()
    except BadSyntax as bad:
        return tag, _refused(head, bad)
    argument = argument_of(framed.text, tag, head.verb)
    return tag, Reading(head.verb, head.entry, arguments, argument=argument)


def read_overlong(overlong: Overlong) -> tuple[str, Reading]:
    """Find the tag of a command that was too long to be read."""
    reading = Reading(refusal=Done("Command line too long", status="BAD"))
    try:
        return rules.tag(Cursor(overlong.start)), reading
    except BadSyntax:
        return "", reading


def _head(framed: Command, client: Client) -> tuple[str, Reading, Cursor]:
    """Read the tag and find the command in the tables."""
    cursor = Cursor(
        framed.text,
        framed.literals,
        capabilities=client.granted,
        is_utf8=client.is_utf8,
        is_uid_only=client.is_uid_only,
    )
    tag, verb = "", ""
    try:
        tag = rules.tag(cursor)
        verb, is_uid = rules.command_name(cursor)
        if is_uid:
            verb = f"UID {verb}"
        entry = _entry(verb, client.state, client.granted)
        if entry.is_numbered and client.is_uid_only:
            raise uid_required()
        if "UTF8=ONLY" in client.service.capabilities:
            _require_utf8(entry, client)
    except BadSyntax as bad:
        return tag, _refused(Reading(verb), bad), cursor
    return tag, Reading(verb, entry), cursor


def _entry(name: str, state: State, granted: Container[str]) -> Entry:
    entry = COMMANDS.get(name)
    if entry is None:
        raise BadSyntax("Unknown command")
    for capability in entry.capabilities:
        if capability not in granted:
            raise BadSyntax("Unknown command")
    if state not in entry.states:
        raise BadSyntax(f"{name} is not allowed in the {state.value} state")
    return entry


def _require_utf8(entry: Entry, client: Client) -> None:
    """Refuse what may have UTF-8 in it until the client has said that it knows (RFC 6855 §6)."""
    if State.NOT_AUTHENTICATED in entry.states or entry.name in _WITHOUT_UTF8 or client.is_utf8:
        return
    raise BadSyntax("ENABLE UTF8=ACCEPT comes first", code="CANNOT", status="NO")


def _refused(reading: Reading, bad: BadSyntax) -> Reading:
    refusal = Done(bad.text, code=bad.code, status=bad.status)
    return Reading(reading.verb, reading.entry, refusal=refusal)


def _literal_refusal(announcement: Announcement, head: Reading, client: Client) -> Done | None:
    if head.refusal is not None:
        return head.refusal
    if not announcement.is_synchronising and not _may_come_unasked(announcement, client):
        # RFC 7888 §4, §5; the octets are on their way and are thrown away.
        code = "TOOBIG" if "LITERAL-" in client.granted else ""
        return Done("Literal sent without being asked for", code=code, status="BAD")
    limit = LITERAL_LIMIT if client.account is not None else SMALL_LITERAL
    if head.verb in _WITH_MESSAGES:
        limit = append_limit(client.service.settings)
        if announcement.size > limit:
            return Done("Message too big", code="TOOBIG", status="NO")
        limit = max(2 * limit, MESSAGES_LIMIT)
    if announcement.size + sum(map(len, announcement.command.literals)) > limit:
        return Done("Literal too big", code="TOOBIG", status="NO")
    return None


def _may_come_unasked(announcement: Announcement, client: Client) -> bool:
    if "LITERAL+" in client.granted:
        return True
    return "LITERAL-" in client.granted and announcement.size <= LITERAL_MINUS_LIMIT
