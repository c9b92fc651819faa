"""A command that is done in turns, with others between them, is right whatever they do."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from imap.talk import MAIL, Talk

from pytest_fakemail.imap.commands import expunge as expunging
from pytest_fakemail.store import arrivals
from pytest_fakemail.wire.effects import More, sent

COUNT = 6
INTERFERENCE = st.dictionaries(
    st.integers(0, 8),
    st.one_of(
        st.tuples(st.just("expunge"), st.integers(1, COUNT)),
        st.tuples(st.just("flag"), st.integers(1, COUNT)),
        st.tuples(st.just("arrival"), st.integers(1, COUNT)),
        st.just(("delete", 0)),
        st.just(("read-only", 0)),
        st.just(("renumber", 0)),
    ),
    max_size=3,
)


@pytest.fixture(autouse=True, scope="module")
def _short_turns() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrivals, "_TURN", 1)
        patch.setattr(expunging, "_AT_ONCE", 1)
        yield


def interfere(talk: Talk, what: str, uid: int) -> None:
    tree = talk.account.mailboxes
    match what:
        case "expunge":
            talk.inbox.expunge([uid])
        case "flag":
            found = talk.inbox.message(uid)
            talk.inbox.add_flags([found] if found else [], ["\\Seen"])
        case "arrival" if "Trash" in tree:
            tree["Trash"].append(MAIL)
        case "read-only" if "Trash" in tree:
            tree["Trash"].rights.is_read_only = True
        case "renumber":
            talk.inbox.change_uidvalidity()
        case "delete" if "Trash" in tree:
            tree.delete("Trash")
        case _:
            pass


def answered(talk: Talk, command: str, between: dict[int, tuple[str, int]]) -> str:
    """Give a command, and between its turns do something else; return the tagged response."""
    pieces = b""
    for turn, effect in enumerate(talk.session.receive_data(f"a {command}\r\n".encode())):
        pieces += sent([effect])
        if turn in between and isinstance(effect, More):
            interfere(talk, *between[turn])
    assert not talk.service.bugs, talk.service.bugs
    [tagged] = [line for line in pieces.decode().splitlines() if line.startswith("a ")]
    return tagged


def numbered(talk: Talk, name: str) -> list[int]:
    """Return the numbers of the contents in a mailbox."""
    tree = talk.account.mailboxes
    return [one.content.number for one in tree[name].messages] if name in tree else []


@settings(deadline=None)
@given(INTERFERENCE, st.sampled_from(["COPY", "UID COPY", "MOVE", "UID MOVE"]))
def test_copies_come_all_at_once(between: dict[int, tuple[str, int]], command: str) -> None:
    talk = Talk().select(*[MAIL] * COUNT)
    numbers = numbered(talk, "INBOX")
    trash = talk.account.mailboxes["Trash"]
    looks: list[list[int]] = [[]]
    gone: set[int] = set()
    talk.inbox.subscribe(
        lambda: gone.update({*numbers} - {*numbered(talk, "INBOX")} if not any(looks) else ())
    )
    trash.subscribe(
        lambda: looks.append([one for one in numbered(talk, "Trash") if one in numbers])
    )

    answer = answered(talk, f"{command} 1:* Trash", between)

    taken = max(looks, key=len)  # others may have removed the mailbox after that
    assert all(look in ([], taken) for look in looks)
    assert len(set(taken)) == len(taken)
    assert not set(taken) & gone
    left = numbered(talk, "INBOX")
    if not answer.startswith("a OK"):
        assert not taken
    elif "MOVE" in command:
        assert not set(taken) & set(left)
    else:
        assert set(left) <= set(taken)
    if "UID" not in command and answer.startswith("a OK"):
        assert taken == numbers


@settings(deadline=None)
@given(INTERFERENCE, st.sampled_from(["EXPUNGE", "UID EXPUNGE 1:*", "CLOSE"]))
def test_what_is_deleted_goes_and_nothing_else(
    between: dict[int, tuple[str, int]], command: str
) -> None:
    talk = Talk().select(*[MAIL] * COUNT)
    talk.inbox.add_flags(talk.inbox.messages[::2], ["\\Deleted"])
    numbers = numbered(talk, "INBOX")
    expunged = {turn: uid for turn, (what, uid) in between.items() if what == "expunge"}
    renumbered = min((turn for turn, (what, _) in between.items() if what == "renumber"), default=9)
    wanted = {1, 3, 5, *(uid for turn, uid in expunged.items() if turn < renumbered)}

    assert answered(talk, command, between).startswith("a OK")

    left = set(numbered(talk, "INBOX"))
    kept = {number for uid, number in enumerate(numbers, 1) if uid not in wanted}
    # After a renumbering, what others expunge may be any one.
    assert len(kept - left) <= sum(turn > renumbered for turn in expunged)
    if renumbered == 9:
        assert not {numbers[uid - 1] for uid in (1, 3, 5)} & left
