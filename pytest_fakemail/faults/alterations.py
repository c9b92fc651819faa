"""Alterations: octets added, changed or replaced on their way to the client."""

import random
import re
from collections.abc import Callable, Iterator
from functools import partial

from pytest_fakemail.arguments import encodable
from pytest_fakemail.blame import asked
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.places import AfterLines, is_last
from pytest_fakemail.faults.steps import Effects, Finds, Step, StepKind, beginning, placed
from pytest_fakemail.wire.effects import Effect, Send, StartCompression, StartTls
from pytest_fakemail.wire.exchange import Exchange

_LINE_END = b"\r\n"
_NO_OCTETS = "no answer had octets to change"


def say(data: bytes, at: str | int) -> Step:
    """Send something more: before the answer, after it, or after so many of its lines."""

    def before(_: Exchange, effects: Effects) -> Iterator[Effect]:
        yield Send(data)
        yield from effects

    def after(_: Exchange, effects: Effects) -> Iterator[Effect]:
        answer = iter(effects)
        ending: list[Effect] = []
        for effect in answer:
            # Behind an end nobody hears it; behind the others it would be in another form.
            if is_last(effect) or isinstance(effect, StartTls | StartCompression):
                ending.append(effect)
                break
            yield effect
        yield Send(data)
        yield from ending
        yield from answer

    if isinstance(at, int):
        return placed(partial(_after_lines, at), before)
    return Step(before if at == "before" else after, StepKind.EXTRA, comes_by_itself=True)


def _after_lines(count: int, exchange: Exchange) -> AfterLines:
    return AfterLines(count, has_literals=exchange.connection.protocol == "imap")


def corrupt(octets: int, seed: int) -> Step:
    """Change so many octets at places that depend on the seed and the answer's length only.

    CR and LF stay and none appears: lines keep their ends.  Of an answer longer than
    `LOOKAHEAD` octets, the places are in the beginning.
    """
    finds = Finds(_NO_OCTETS)

    def spoil(data: bytes) -> list[Effect]:
        chance = random.Random(seed)  # noqa: S311  (repeatable, not secret)
        spoilt = bytearray(data)
        places = [place for place, octet in enumerate(data) if octet not in _LINE_END]
        for place in chance.sample(places, min(octets, len(places))):
            others = [octet for octet in range(256) if octet not in (*_LINE_END, data[place])]
            spoilt[place] = chance.choice(others)
        return [Send(bytes(spoilt))]

    def change(_: Exchange, effects: Effects) -> Iterator[Effect]:
        seen: list[bytes] = []

        def spoilt(data: bytes) -> list[Effect]:
            seen.append(data)
            return spoil(data)

        return finds.noted(beginning(effects, spoilt), lambda: b"".join(seen).strip(_LINE_END))

    return Step(change, StepKind.SHAPE, finds=finds)


def rewrite(
    old: bytes | str | re.Pattern[bytes] | Callable[[bytes], bytes], new: bytes | str | None
) -> Step:
    """Replace occurrences, matches, or all of an answer's octets.

    Raises:
        BadArgument: nothing to look for, a pattern of text, or no replacement.
    """
    by = encodable("new", new).encode() if isinstance(new, str) else new
    if callable(old):
        if by is not None:
            raise BadArgument(f"rewrite({old!r}, {new!r}): a function needs no replacement")
        return _rewrite_by(old)
    if not isinstance(by, bytes):
        raise BadArgument(f"rewrite({old!r}, {new!r}): wanted octets to put in its place")
    if by in (old, old.encode() if isinstance(old, str) else None):
        raise BadArgument(f"rewrite({old!r}, {new!r}): they are the same; wanted others")
    if isinstance(old, re.Pattern):
        if not isinstance(old.pattern, bytes):
            raise BadArgument(f"rewrite({old!r}): wanted a pattern of bytes, as in rb'…'")
        return _rewrite_by(lambda data: old.sub(by, data), old.search)
    if not isinstance(old, bytes | str) or not old:
        raise BadArgument(f"rewrite({old!r}): wanted octets to look for")
    return _rewrite_octets(old.encode() if isinstance(old, str) else old, by)


def _rewrite_by(
    change: Callable[[bytes], bytes], search: Callable[[bytes], object] | None = None
) -> Step:
    """Replace the answer's octets, which are collected, by what a function makes of them.

    `search` says whether there is anything in them to be replaced; without it, there is if there
    are any.
    """
    finds = Finds() if search else Finds(_NO_OCTETS)

    def collected(_: Exchange, effects: Effects) -> Iterator[Effect]:
        is_found = False

        def changed(pieces: list[bytes]) -> Iterator[Effect]:
            nonlocal is_found
            if pieces:
                data = b"".join(pieces)
                pieces.clear()
                is_found = is_found or search is None or bool(search(data))
                yield from _remade(change, data)

        def remade() -> Iterator[Effect]:
            pieces: list[bytes] = []
            for effect in effects:
                if isinstance(effect, Send):
                    pieces.append(effect.data)
                    continue
                yield from changed(pieces)
                yield effect
            yield from changed(pieces)

        return finds.noted(remade(), lambda: is_found)

    return Step(collected, StepKind.SHAPE, finds=finds)


def _remade(change: Callable[[bytes], bytes], data: bytes) -> list[Effect]:
    rewritten = asked(change, data)
    if not isinstance(rewritten, bytes | bytearray):
        raise BadArgument(f"rewrite's function returned {rewritten!r}; wanted bytes")
    return [Send(bytes(rewritten))] if rewritten else []


def _rewrite_octets(old: bytes, new: bytes) -> Step:
    """Replace every occurrence of some octets, also where two sends meet."""
    finds = Finds()

    def change(_: Exchange, effects: Effects) -> Iterator[Effect]:
        is_found = False

        def replaced() -> Iterator[Effect]:
            nonlocal is_found
            held = b""
            for effect in effects:
                if isinstance(effect, Send):
                    *parts, rest = (held + effect.data).split(old)
                    is_found = is_found or bool(parts)
                    ready = len(rest) - len(old) + 1
                    held = rest[max(0, ready) :]
                    parts.append(rest[: max(0, ready)])
                    yield from _sent(new.join(parts))
                    continue
                yield from _sent(held)
                held = b""
                yield effect
            yield from _sent(held)

        return finds.noted(replaced(), lambda: is_found)

    return Step(change, StepKind.SHAPE, finds=finds)


def _sent(data: bytes) -> list[Effect]:
    return [Send(data)] if data else []
