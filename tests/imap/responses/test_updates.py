"""What a client is told unasked."""

import pytest
from imap.talk import MAIL, Talk


@pytest.mark.parametrize(
    ("enabled", "told"),
    [
        ("", ["* 2 EXPUNGE", "* 2 EXPUNGE"]),
        ("CONDSTORE", ["* 2 EXPUNGE", "* 2 EXPUNGE"]),
        ("QRESYNC", ["* VANISHED 2:3"]),
    ],
)
def test_with_qresync_vanished_takes_the_place_of_expunge(enabled: str, told: list[str]) -> None:
    """RFC 7162 §3.2.10: one VANISHED with UIDs, or an EXPUNGE with a number for each."""
    talk = Talk().select(MAIL, MAIL, MAIL, MAIL)
    if enabled:
        talk.say(f"ENABLE {enabled}")
    talk.inbox.expunge([2, 3])
    assert talk.say("NOOP")[:-2] == told
