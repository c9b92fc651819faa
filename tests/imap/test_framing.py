"""Octets become whole commands, whatever they say and however they arrive."""

import tracemalloc

import pytest

from pytest_fakemail.imap.framing import Announcement, Command, Event, Framer, Overlong


def events(framer: Framer, *chunks: bytes) -> list[Event]:
    """Feed chunks, accept every literal, and return what happened."""
    found: list[Event] = []
    for chunk in chunks:
        framer.feed(chunk)
        while (event := framer.next_event()) is not None:
            found.append(event)
            if isinstance(event, Announcement):
                framer.accept()
    return found


def commands(framer: Framer, *chunks: bytes) -> list[Command]:
    return [event for event in events(framer, *chunks) if isinstance(event, Command)]


def test_a_line_is_a_command() -> None:
    assert commands(Framer(), b"a1 NOOP\r\n") == [Command((b"a1 NOOP\r\n",))]


def test_pipelined_lines_are_commands_in_order() -> None:
    assert [one.text for one in commands(Framer(), b"a NOOP\r\nb NOOP\r\nc NO")] == [
        b"a NOOP\r\n",
        b"b NOOP\r\n",
    ]


def test_a_bare_lf_ends_a_line_too() -> None:
    assert commands(Framer(), b"a1 NOOP\n") == [Command((b"a1 NOOP\n",))]


def test_a_synchronising_literal_waits_to_be_accepted() -> None:
    framer = Framer()
    framer.feed(b"a LOGIN {3}\r\n")
    announcement = Announcement(
        Command((b"a LOGIN {3}\r\n",)), 3, is_synchronising=True, is_literal8=False
    )
    assert framer.next_event() == announcement
    assert framer.next_event() == announcement
    framer.accept()
    assert framer.next_event() is None
    framer.feed(b"ann {6}\r\n")
    second = framer.next_event()
    assert isinstance(second, Announcement)
    assert second.command == Command((b"a LOGIN {3}\r\n", b" {6}\r\n"), (b"ann",))
    framer.accept()
    framer.feed(b"secret\r\n")
    assert framer.next_event() == Command(
        (b"a LOGIN {3}\r\n", b" {6}\r\n", b"\r\n"), (b"ann", b"secret")
    )


def test_a_command_knows_its_text_and_its_octets() -> None:
    (command,) = commands(Framer(), b"a LOGIN {3+}\r\nann {6+}\r\nsecret\r\n")
    assert command.text == b"a LOGIN {3+}\r\n {6+}\r\n\r\n"
    assert command.raw == b"a LOGIN {3+}\r\nann {6+}\r\nsecret\r\n"


def test_a_secret_is_not_in_the_repr() -> None:
    (command,) = commands(Framer(), b"a LOGIN {3+}\r\nann {6+}\r\nsecret\r\n")
    assert "secret" not in repr(command)


@pytest.mark.parametrize(
    ("line", "size", "is_synchronising", "is_literal8"),
    [
        (b"a X {0}\r\n", 0, True, False),
        (b"a X {5+}\r\n", 5, False, False),
        (b"a X ~{5}\r\n", 5, True, True),
        (b"a X (~{18446744073709551615+}\r\n", 18446744073709551615, False, True),
    ],
)
def test_all_kinds_of_literals_are_told_apart(
    line: bytes, size: int, *, is_synchronising: bool, is_literal8: bool
) -> None:
    framer = Framer()
    framer.feed(line)
    assert framer.next_event() == Announcement(
        Command((line,)), size, is_synchronising, is_literal8
    )


@pytest.mark.parametrize(
    "line",
    [b"a X {3\r\n", b"a X {}\r\n", b"a X {-1}\r\n", b"a X {3} \r\n", b"a X {%b}\r\n" % (b"9" * 21)],
)
def test_what_is_no_literal_ends_the_command(line: bytes) -> None:
    assert commands(Framer(), line) == [Command((line,))]


def test_a_literal_is_never_a_command() -> None:
    found = commands(Framer(), b"a NONSENSE {10+}\r\nb LOGOUT\r\n\r\nc NOOP\r\n")
    assert [(one.texts[0], one.literals) for one in found] == [
        (b"a NONSENSE {10+}\r\n", (b"b LOGOUT\r\n",)),
        (b"c NOOP\r\n", ()),
    ]


def test_an_empty_literal_is_a_literal() -> None:
    assert commands(Framer(), b"a X {0+}\r\n\r\n") == [
        Command((b"a X {0+}\r\n", b"\r\n"), (b"",)),
    ]


def test_a_refused_synchronising_literal_is_not_waited_for() -> None:
    framer = Framer()
    framer.feed(b"a APPEND INBOX {99}\r\n")
    assert isinstance(framer.next_event(), Announcement)
    framer.refuse()
    assert commands(framer, b"b NOOP\r\n") == [Command((b"b NOOP\r\n",))]


def test_a_refused_literal_on_its_way_is_swallowed_with_the_rest_of_its_command() -> None:
    framer = Framer()
    framer.feed(b"a APPEND INBOX {4+}\r\nb NO {3+}\r\nOP\r more\r\nc NOOP\r\n")
    assert isinstance(framer.next_event(), Announcement)
    framer.refuse()
    assert framer.next_event() == Command((b"c NOOP\r\n",))


def test_a_refused_command_ends_where_its_client_waits() -> None:
    framer = Framer()
    framer.feed(b"a APPEND INBOX {2+}\r\nxx {5}\r\nb NOOP\r\n")
    assert isinstance(framer.next_event(), Announcement)
    framer.refuse()
    assert framer.next_event() == Command((b"b NOOP\r\n",))


def test_only_an_announced_literal_can_be_accepted_or_refused() -> None:
    with pytest.raises(LookupError):
        Framer().accept()
    with pytest.raises(LookupError):
        Framer().refuse()


def test_a_line_of_the_limit_passes() -> None:
    assert commands(Framer(line_limit=9), b"a1 NOOP\r\n") == [Command((b"a1 NOOP\r\n",))]


def test_a_longer_one_is_thrown_away_to_its_end() -> None:
    framer = Framer(line_limit=8)
    assert events(framer, b"a1 NOOP\r\n", b"b NOOP\r\n") == [
        Overlong(b"a1 NOOP\r"),
        Command((b"b NOOP\r\n",)),
    ]


def test_the_limit_counts_all_lines_of_a_command() -> None:
    framer = Framer(line_limit=16)
    found = events(framer, b"a X {1+}\r\nx {1+}\r\ny\r\nb NOOP\r\n")
    assert [type(event) for event in found] == [Announcement, Overlong, Command]
    assert found[1] == Overlong(b"a X {1+}\r\n {1+}\r")


def test_an_overlong_line_takes_its_literal_with_it() -> None:
    framer = Framer(line_limit=20)
    found = events(framer, b"a " + b"x" * 100 + b" {10+}\r\nb LOGOUT\r\n\r\nc NOOP\r\n")
    assert [type(event) for event in found] == [Overlong, Command]


def test_a_command_of_too_many_literals_is_thrown_away() -> None:
    stream = b"a X" + b" {1+}\r\nx" * 4096
    assert len(commands(Framer(), stream + b"\r\n")[0].literals) == 4096
    found = events(Framer(), stream + b" {9+}\r\nb LOGOUT\r\r\nc NOOP\r\n")
    assert found[4096:] == [Overlong((b"a X" + b" {1+}\r\n" * 9)[:64]), Command((b"c NOOP\r\n",))]


def test_memory_does_not_grow_with_an_overlong_line() -> None:
    framer = Framer(line_limit=1000)
    for _ in range(1000):
        framer.feed(b"x" * 1000)
        assert framer.next_event() is None
        assert len(framer.unfinished) < 1100
    framer.feed(b"\r\n")
    assert framer.next_event() == Overlong(b"x" * 64)


def test_lines_of_sasl_and_idle_are_taken_as_they_are() -> None:
    framer = Framer()
    framer.feed(b"ZGF0YQ== {3}\r\nDONE\r\nb NOOP\r\n")
    assert framer.next_line() == Command((b"ZGF0YQ== {3}\r\n",))
    assert framer.next_line() == Command((b"DONE\r\n",))
    assert framer.next_event() == Command((b"b NOOP\r\n",))
    assert framer.next_line() is None


def test_such_a_line_can_be_too_long() -> None:
    framer = Framer(line_limit=4)
    framer.feed(b"too long\r\nok\r\n")
    assert framer.next_line() == Overlong(b"too ")
    assert framer.next_line() == Command((b"ok\r\n",))


def test_clear_forgets_everything() -> None:
    framer = Framer()
    framer.feed(b"a STARTTLS\r\nb LOGIN {3}\r\n")
    assert framer.next_event() == Command((b"a STARTTLS\r\n",))
    framer.clear()
    assert commands(framer, b"c NOOP\r\n") == [Command((b"c NOOP\r\n",))]


def test_clear_forgets_a_literal_in_progress() -> None:
    framer = Framer()
    events(framer, b"a X {100+}\r\nabc")
    framer.clear()
    assert commands(framer, b"c NOOP\r\n") == [Command((b"c NOOP\r\n",))]


def test_what_is_unfinished_can_be_seen() -> None:
    framer = Framer()
    assert events(framer, b"a X {3+}\r\nabc {9+}\r\ndef")
    assert framer.unfinished == b"a X {3+}\r\nabc {9+}\r\ndef"


def test_a_big_literal_costs_little_more_than_its_size() -> None:
    framer = Framer()
    chunk = b"x" * 65_536
    tracemalloc.start()
    try:
        events(framer, b"a APPEND INBOX {8388608+}\r\n", *[chunk] * 128)
        (command,) = commands(framer, b"\r\n")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(command.literals[0]) == 8_388_608
    assert peak < 1.5 * 8_388_608
