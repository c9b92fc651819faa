"""Every transcript is played: its octets arriving at once, one by one, and over sockets."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from transcripts.direct import Direct, octets
from transcripts.player import Player, Stage
from transcripts.script import Variables, read, said
from transcripts.sockets import Sockets

from pytest_fakemail.settings import Settings

TRANSCRIPTS = Path(__file__).parent / "transcripts"
PATHS = sorted(TRANSCRIPTS.glob("*/*.txt"))


STAGES: dict[str, Callable[[Settings], Stage]] = {
    "whole": Direct,
    "octets": partial(Direct, cut=octets),
    "sockets": Sockets,
}


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_transcript(path: Path, stage: str) -> None:
    Player(read(path), path.parent.name, STAGES[stage]).play()


# --- the player itself -------------------------------------------------------------------


def played(tmp_path: Path, *lines: str) -> None:
    path = tmp_path / "sample.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    Player(read(path), "imap", Direct).play()


def test_a_wrong_line_is_shown_with_what_came_instead(tmp_path: Path) -> None:
    with pytest.raises(AssertionError) as failure:
        played(tmp_path, "A title.", "", "C: a1 NOOP", "S: a1 BAD ...")
    assert str(failure.value) == (
        "sample.txt:4: the server said otherwise\n"
        "  wanted 'a1 BAD ...'\n"
        "  heard  b'a1 OK NOOP completed'\n"
        "  then   []"
    )


@pytest.mark.parametrize(
    "lines",
    [
        ("C: a1 NOOP",),
        ("C: a1 NOOP", "S: [nothing]"),
        ("C: a1 CAPABILITY", "S: * CAPABILITY ...", "C: a2 NOOP", "S: a2 OK ..."),
        ("C: a1 NOOP", "S: [any lines]", "S: a2 OK ..."),
        ("C: a1 CAPABILITY", "S: [any lines]"),
        ("C: a1 NOOP", "S: a1 OK ...", "S: [close]"),
    ],
)
def test_what_the_server_says_has_to_be_told(tmp_path: Path, lines: tuple[str, ...]) -> None:
    with pytest.raises(AssertionError):
        played(tmp_path, "A title.", "", *lines)


@pytest.mark.parametrize(
    "lines",
    [
        ("A title.", "", "X: what"),
        ("A title.", "colour: red", "", "C: a1 NOOP"),
        ("A title.", "", "C a1 NOOP"),
    ],
)
def test_a_line_that_is_none_is_told_to_its_author(tmp_path: Path, lines: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"sample\.txt"):
        played(tmp_path, *lines)


def test_an_event_that_is_none_is_told_to_its_author(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="no event 'explode INBOX'"):
        played(tmp_path, "A title.", "", "C: a1 NOOP", "S: a1 OK ...", "E: explode INBOX")


def test_variables_are_bound_at_first_sight() -> None:
    variables = Variables()
    assert variables.match("* OK [UIDNEXT $next] ... $next", b"* OK [UIDNEXT 5] it is 5")
    assert variables.filled("FETCH $next $other $Forwarded") == "FETCH 5 $other $Forwarded"
    assert variables.match("* $next EXISTS", b"* 5 EXISTS")
    assert not variables.match("* $next EXISTS", b"* 6 EXISTS")
    assert not Variables().match("($same $same)", b"(1 2)")
    assert not Variables().match("* [OK] .", b"* OK x")


def test_odd_octets_have_a_notation() -> None:
    assert said("a<0x00>b") == b"a\0b\r\n"
    assert said("<ab*3>c<no newline>") == b"abababc"
    assert said("(é)") == "(é)\r\n".encode()
