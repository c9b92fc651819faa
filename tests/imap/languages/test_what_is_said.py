"""What the server says in all transcripts of IMAP is said in each language, too."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from transcripts.direct import Direct
from transcripts.player import Player
from transcripts.script import read

from pytest_fakemail.imap.languages.choosing import MODULES, language
from pytest_fakemail.imap.languages.speech import Speech
from pytest_fakemail.imap.session import ImapSession
from pytest_fakemail.wire.effects import Effect, Send

TRANSCRIPTS = Path(__file__).parents[2] / "transcripts" / "imap"
ENGLISH = sorted(set(TRANSCRIPTS.glob("*.txt")) - set(TRANSCRIPTS.glob("language*.txt")))

STATUS = re.compile(r'(\S+ (?:OK|NO|BAD|BYE) (?:\[(?:[^\]"]|"(?:[^"\\]|\\.)*")*\] )?)(.+)')


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Lines with OK, NO, BAD and BYE that sessions say from here on: before the text, the text."""
    found: set[tuple[str, str]] = set()

    def listening(
        method: Callable[..., Iterable[Effect]],
    ) -> Callable[..., Iterable[Effect]]:
        def listen(*given: object) -> Iterator[Effect]:
            for effect in method(*given):
                if isinstance(effect, Send):
                    lines = effect.data.decode("utf-8", "replace").split("\r\n")
                    matches = filter(None, map(STATUS.fullmatch, lines))
                    found.update((match[1], match[2]) for match in matches)
                yield effect

        return listen

    for name in ("receive_data", "mailbox_changed", "timed_out"):
        monkeypatch.setattr(ImapSession, name, listening(getattr(ImapSession, name)))
    return found


def test_each_text_is_known_and_nothing_else_is_touched(heard: set[tuple[str, str]]) -> None:
    for path in ENGLISH:
        Player(read(path), "imap", Direct).play()
    texts = sorted({text for _, text in heard})
    assert len(texts) > 200
    for tag in MODULES:
        spoken = language(tag)
        assert spoken is not None
        assert [text for text in texts if spoken.find(text) is None] == []
        said = Speech(spoken).said
        for before, text in heard:
            assert (
                said(f"{before}{text}\r\n".encode()) == f"{before}{spoken.find(text)}\r\n".encode()
            )
