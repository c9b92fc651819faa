"""Whatever octets a client sends, in whatever pieces: an answer, no bug, the store as it was."""

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from imap.talk import MAIL, Talk, imap_service

_TAGGED = re.compile(r"(?m)^(t\d+) (?:OK|NO|BAD) ")
_VOCABULARY = r"""
NOOP CAPABILITY LOGIN user@example.test password SELECT INBOX EXAMINE FETCH STORE UID COPY
MOVE SEARCH SORT THREAD EXPUNGE APPEND IDLE DONE STATUS LIST LSUB CREATE DELETE RENAME
ENABLE CONDSTORE QRESYNC CLOSE UNSELECT CHECK NAMESPACE GETQUOTAROOT ID NIL 1 1:* * 2,1 $
(FLAGS) FLAGS +FLAGS -FLAGS.SILENT (\Seen) (\Deleted x) ( ) (( )) BODY[] BODY.PEEK[HEADER]
BODY[1.MIME]<0.5> ENVELOPE BODYSTRUCTURE ALL FULL UNSEEN SUBJECT "" "one" NOT OR RETURN (SAVE)
(MIN) UTF-8 REFERENCES (DATE) {3+} {0+} {5} abc ~{1+} Trash a/b % "%" (MESSAGES) (CHANGEDSINCE
1) (UNCHANGEDSINCE (QRESYNC (1 1)) " \ { AUTHENTICATE PLAIN AHVzZXIAcA== = STARTTLS
1-Jan-2026 SINCE MODSEQ BINARY[1] BINARY.SIZE[] 4294967296 X-GM-RAW "from:x OR -y"
X-GM-LABELS +X-GM-LABELS XLIST REPLACE ESEARCH IN (personal) (subtree (mailboxes inboxes FILTER x
"""
# Whole commands too, since words at random seldom make one.
_COMMANDS = [
    "SELECT INBOX",
    "UID FETCH 1:* (FLAGS ENVELOPE BODY[])",
    "FETCH 2:1 (BODYSTRUCTURE BODY.PEEK[1] X-GM-LABELS)",
    "STORE 1 +FLAGS.SILENT (\\Deleted)",
    "UID SEARCH RETURN (SAVE COUNT) OR SEEN NOT DELETED",
    "APPEND INBOX {3+}\r\nabc",
    "COPY 1:* Trash",
    "ESEARCH IN (selected subtree (INBOX Trash)) RETURN (MIN COUNT) OR SEEN FILTER x",
    'SETMETADATA "" (/private/filters/values/x "NOT FILTER y")',
    "IDLE\r\nDONE",
    'LIST "" (% *) RETURN (STATUS (MESSAGES))',
]
_WORDS = st.sampled_from(_VOCABULARY.split() + _COMMANDS)
_LINES = st.lists(_WORDS, max_size=8).map(" ".join)


def _pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(places)]


def _told(data: bytes, cuts: list[int], *, start: str) -> tuple[str, list[bytes]]:
    """Return the answer to octets in pieces, and the messages afterwards."""
    talk = Talk(imap_service())
    talk.service.capabilities.on("X-GM-EXT-1", "XLIST", "METADATA", "FILTERS", "MULTISEARCH")
    if start != "greeted":
        talk.log_in(MAIL, MAIL)
    if start == "selected":
        talk.say("SELECT INBOX")
    answer = "".join(talk.send(piece) for piece in _pieces(data, cuts))
    talk.session.receive_eof()
    assert talk.service.bugs == []
    return answer, [message.raw for message in talk.inbox.messages]


_STARTS = st.sampled_from(["greeted", "logged in", "selected"])


@settings(max_examples=100, deadline=None)
@given(st.lists(_LINES, max_size=6), _STARTS, st.lists(st.integers(0, 10_000), max_size=5))
def test_cuts_do_not_matter_and_each_command_has_one_tagged_reply(
    lines: list[str], start: str, cuts: list[int]
) -> None:
    commands = "".join(f"t{place} {line}\r\n" for place, line in enumerate(lines))
    data = commands.encode()
    answer, messages = _told(data, [], start=start)
    # Octets that follow STARTTLS are forgotten if they came with it, and only then.
    if "STARTTLS" not in commands:
        assert _told(data, cuts, start=start) == (answer, messages)
    tags = _TAGGED.findall(answer)
    assert len(tags) == len(set(tags))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), _STARTS)
def test_any_octets_leave_the_store_as_it_was(data: bytes, start: str) -> None:
    _, messages = _told(data, [], start=start)
    assert messages == ([] if start == "greeted" else [MAIL, MAIL])
