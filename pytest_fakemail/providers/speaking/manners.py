"""Speaking as somebody else: what a server's own answers become, effects in and effects out.

What is said is told by the command and by its outcome, as `Spoken.replies` names them; what has
no such text stays ours.  Answers of faults are not touched.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from pytest_fakemail.clock import Clock
from pytest_fakemail.faults.failures import Failure, filled
from pytest_fakemail.faults.steps import Effects
from pytest_fakemail.providers.quirks import quirk
from pytest_fakemail.providers.speaking.imap_manners import worded as imap
from pytest_fakemail.providers.speaking.personality import Personality, Spoken
from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.effects import Effect, Send
from pytest_fakemail.wire.exchange import SASL_RESPONSE, Exchange

Fill = Callable[[str], str]

_SMTP_STATUS = re.compile(r"\A[245]\.\d{1,3}\.\d{1,3} ")
_POP3_CODE = re.compile(r"(?<=-ERR )\[[^\]]*\] ")


class Manners:
    """How one FakeMail speaks: implements `faults.standing.Manners`."""

    def __init__(self, personality: Personality, clock: Clock, hostname: str) -> None:
        self.personality = personality
        self._clock = clock
        self._hostname = hostname
        self.quirks = tuple(quirk(protocol, name) for protocol, name in personality.quirks)
        self._known: dict[str, Capabilities] = {}

    def verbs(self, protocol: str) -> Collection[str] | None:
        """Return the commands and moments that may be answered in other words; None is all.

        IMAP's texts can be those of any command.
        """
        spoken = self.personality.spoken(protocol)
        if spoken is None:
            return ()
        if protocol == "imap":
            return None
        return {"connect", "EHLO", "CAPA", *(reply.partition(" ")[0] for reply in spoken.replies)}

    def worded(self, exchange: Exchange, effects: Effects) -> Effects:
        """Return a server's own answer as the personality gives it."""
        protocol = exchange.connection.protocol
        spoken = self.personality.spoken(protocol)
        if spoken is None:
            return effects

        def fill(text: str) -> str:
            return filled(text, exchange, self._clock, self._hostname)

        return _WORDED[protocol](spoken, exchange, fill, effects, self._known.get(protocol))

    def wording(self, protocol: str, *replies: str) -> Failure | None:
        """Return how the first of these replies of policies is worded that has words of its own."""
        spoken = "smtp" if protocol == "lmtp" else protocol
        for reply in replies:
            for failure in self.personality.failures(reply):
                if failure.protocol == spoken:
                    return failure
        return None

    def switch(self, protocol: str, capabilities: Capabilities, without: Iterable[str]) -> None:
        """Leave on what the personality announces, of what there is and was not switched off."""
        spoken = self.personality.spoken(protocol)
        if spoken is not None:
            capabilities.only(*built(spoken, protocol, capabilities))
            capabilities.off(*without)
            self._known[protocol] = capabilities


_ALWAYS = {"smtp": ("STARTTLS", "AUTH"), "pop3": ("CAPA", "STLS", "SASL"), "imap": ("STARTTLS",)}
"""What stays on though a provider's plain port is closed, so that tests can use ours."""


def built(spoken: Spoken, protocol: str, known: Capabilities) -> list[str]:
    """Return what is announced and stands behind it, as our switchboard spells it."""
    words = [*spoken.before, *spoken.after, *spoken.hidden, *_ALWAYS[protocol]]
    if protocol == "smtp":
        words = [word.partition(" ")[0] for word in words]
    # A mechanism that some list after the login too is a mere word there, but not before it.
    is_ours = [word for word in words if word.startswith("AUTH=") or word not in spoken.vendor]
    names = [_plain(word) for word in is_ours]
    return [name for name in dict.fromkeys(names) if known.knows(name)]


def missing(spoken: Spoken, protocol: str, known: Capabilities) -> list[str]:
    """Return what the provider announces and we have not: it is left out."""
    here = built(spoken, protocol, known)
    words = [word.partition(" ")[0] if protocol == "smtp" else word for word in spoken.before]
    words += [word.partition(" ")[0] if protocol == "smtp" else word for word in spoken.after]
    return [
        word
        for word in dict.fromkeys(words)
        if word not in spoken.vendor and _plain(word) not in here
    ]


def _plain(word: str) -> str:
    """Return a capability without the value that it is announced with."""
    name = word.partition(" ")[0]
    return "APPENDLIMIT" if name.startswith("APPENDLIMIT=") else name


def in_order(
    wanted: Iterable[str],
    ours: Mapping[str, str],
    vendor: frozenset[str],
    known: Capabilities | None,
) -> list[str]:
    """Return the capabilities as the provider lists them: of ours, and mere words."""
    if known is not None:
        vendor = frozenset(word for word in vendor if not known.denies(_plain(word)))
    return [
        word if word in vendor else ours[_plain(word)]
        for word in wanted
        if word in vendor or _plain(word) in ours
    ]


def _with_promised(listed: list[str], known: Capabilities | None) -> list[str]:
    """Add what a test announces."""
    promised = () if known is None else known.promised
    return listed + [word for word in promised if word not in listed]


# --- SMTP ----------------------------------------------------------------------------------


def _smtp(
    spoken: Spoken, exchange: Exchange, fill: Fill, effects: Effects, known: Capabilities | None
) -> Iterator[Effect]:
    verb = "AUTH" if exchange.verb == SASL_RESPONSE else exchange.verb
    for effect in effects:
        if not isinstance(effect, Send) or len(effect.data) < 3:  # noqa: PLR2004  (a code)
            yield effect
            continue
        code = effect.data[:3].decode("ascii", "replace")
        if verb == "EHLO" and code == "250":
            first = fill(spoken.replies.get("EHLO 250", "{host}"))
            lines = [first, *_ehlo(spoken, exchange, effect.data, known)]
        elif verb == "connect" and code == "220":
            lines = [fill(spoken.greeting)]
        else:
            text = _smtp_text(spoken, verb, code, effect.data)
            lines = [] if text is None else fill(text).split("\n")
        yield Send(_reply(code, lines)) if lines else effect


def _smtp_text(spoken: Spoken, verb: str, code: str, data: bytes) -> str | None:
    """Return what is said instead; of refusals with one code, each can have its own."""
    ours = _SMTP_STATUS.sub("", data[4:].decode("utf-8", "replace").rstrip())
    exact = spoken.replies.get(f"{verb} {code} {ours}")
    return spoken.replies.get(f"{verb} {code}") if exact is None else exact


def _ehlo(spoken: Spoken, exchange: Exchange, data: bytes, known: Capabilities | None) -> list[str]:
    ours = {line[4:].partition(" ")[0]: line[4:] for line in data.decode().splitlines()[1:]}
    is_plain = exchange.connection.tls is None
    offered = set(ours.get("AUTH", "").split()[1:])
    for asked in (*spoken.before, *spoken.after):
        if asked.startswith("AUTH ") and "AUTH" in ours:
            words = asked.split()
            kept = [one for one in words[1:] if one in offered or one in spoken.vendor]
            ours["AUTH"] = " ".join(("AUTH", *kept))
    wanted = list(spoken.before if is_plain else spoken.after)
    names = {word.partition(" ")[0] for word in wanted}
    if is_plain:  # our plain port is open, unlike theirs
        wanted[-1:-1] = [name for name in ("STARTTLS", "AUTH") if name in ours.keys() - names]
    return _with_promised(in_order(wanted, ours, spoken.vendor, known), known)


def _reply(code: str, lines: list[str]) -> bytes:
    *others, last = lines
    return "".join((*(f"{code}-{line}\r\n" for line in others), f"{code} {last}\r\n")).encode()


# --- POP3 ----------------------------------------------------------------------------------


def _pop3(
    spoken: Spoken, exchange: Exchange, fill: Fill, effects: Effects, known: Capabilities | None
) -> Iterator[Effect]:
    verb = "AUTH" if exchange.verb == SASL_RESPONSE else exchange.verb
    is_first = True
    for effect in effects:
        if not is_first or not isinstance(effect, Send):
            yield effect
            continue
        is_first = False
        line, end, rest = effect.data.partition(b"\r\n")
        indicator = line.partition(b" ")[0].decode("ascii", "replace")
        if verb == "connect":
            line = f"+OK {fill(spoken.greeting)}".encode()
        elif (text := _pop3_text(spoken, verb, line, indicator)) is not None:
            line = f"{indicator} {fill(text)}".encode()
        if verb == "CAPA" and indicator == "+OK":
            rest = _capa(spoken, exchange, rest, known)
        yield Send(line + end + rest)


def _pop3_text(spoken: Spoken, verb: str, line: bytes, indicator: str) -> str | None:
    """Return what is said instead; of two refusals of one command, each can have its own."""
    ours = _POP3_CODE.sub("", line.decode("utf-8", "replace"))
    return spoken.replies.get(f"{verb} {ours}", spoken.replies.get(f"{verb} {indicator}"))


def _capa(spoken: Spoken, exchange: Exchange, listed: bytes, known: Capabilities | None) -> bytes:
    ours = {line.partition(" ")[0]: line for line in listed.decode().splitlines() if line != "."}
    ours["CAPA"] = "CAPA"
    wanted = spoken.before if exchange.connection.user is None else spoken.after
    lines = in_order(wanted, ours, spoken.vendor, known)
    for place, line in enumerate(lines):
        if line.startswith("SASL "):
            asked = next(word for word in wanted if word.startswith("SASL")).split()[1:]
            offered = line.split()[1:]
            lines[place] = " ".join(("SASL", *(one for one in asked if one in offered)))
    if "STLS" in ours and "STLS" not in lines:
        lines.append("STLS")
    lines = _with_promised(lines, known)
    return "".join(f"{line}\r\n" for line in (*lines, ".")).encode()


def _imap(
    spoken: Spoken, exchange: Exchange, fill: Fill, effects: Effects, known: Capabilities | None
) -> Effects:
    def ordered(wanted: Iterable[str], ours: dict[str, str]) -> list[str]:
        """Many name before the login what is of use only after it."""
        more = {
            word: word
            for word in wanted
            if known and known.shows(word) and not word.startswith("AUTH=")
        }
        names = in_order(wanted, more | ours, spoken.vendor, known)
        if "STARTTLS" in ours and "STARTTLS" not in names:  # our plain port is open
            names.append("STARTTLS")
        return _with_promised(names, known)

    return imap(spoken, exchange, fill, ordered, effects)


_WORDED: Mapping[str, Callable[[Spoken, Exchange, Fill, Effects, Capabilities | None], Effects]] = {
    "smtp": _smtp,
    "pop3": _pop3,
    "imap": _imap,
}
