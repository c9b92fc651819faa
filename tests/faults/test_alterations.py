import re

import pytest
from faults.wire import Value, Wire

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.wire.effects import Close, Effect, Pause, Send, StartTls, sent

FETCHED = b"* 1 FETCH (BODY[] {7}\r\na\r\nb\r\n!)\r\n* 2 FETCH (UID 2)\r\na1 OK done\r\n"


def test_say_comes_before_the_answer(imap: Wire) -> None:
    imap.when("NOOP").say("* OK [ALERT] System shutdown in 10 minutes")
    assert imap.says("NOOP", b"a1 OK\r\n") == [
        Send(b"* OK [ALERT] System shutdown in 10 minutes\r\n"),
        Send(b"a1 OK\r\n"),
    ]


@pytest.mark.parametrize("text", ["* 5 EXISTS\n* 0 RECENT", "* 5 EXISTS\r\n* 0 RECENT\r\n"])
def test_say_can_have_lines(imap: Wire, text: str) -> None:
    imap.when("NOOP").say(text)
    assert sent(imap.says("NOOP", b"")) == b"* 5 EXISTS\r\n* 0 RECENT\r\n"


def test_say_wants_text_or_bytes(imap: Wire) -> None:
    text: Value = 5
    with pytest.raises(BadArgument, match="no text: 5"):
        imap.when("NOOP").say(text)


def test_say_after_the_answer(imap: Wire) -> None:
    imap.when("NOOP").say("* 5 EXISTS", at="after")
    assert sent(imap.says("NOOP", b"a1 OK\r\n")) == b"a1 OK\r\n* 5 EXISTS\r\n"


@pytest.mark.parametrize("ending", [StartTls(), Close()])
def test_say_after_the_answer_is_heard(smtp: Wire, ending: Effect) -> None:
    smtp.when("STARTTLS").say("250 injected", at="after")
    effects = smtp.says("STARTTLS", [Send(b"220 Go\r\n"), ending])
    assert effects == [Send(b"220 Go\r\n"), Send(b"250 injected\r\n"), ending]


@pytest.mark.parametrize(("lines", "place"), [(0, 0), (1, 33), (2, 52), (3, 64)])
@pytest.mark.parametrize("size", [1, 2, 3, 10, 1000])
def test_say_between_responses_however_they_come(
    imap: Wire, lines: int, place: int, size: int
) -> None:
    imap.when("FETCH").say("* 2 EXPUNGE", at=lines)
    pieces = [Send(FETCHED[at : at + size]) for at in range(0, len(FETCHED), size)]
    expected = FETCHED[:place] + b"* 2 EXPUNGE\r\n" + FETCHED[place:]
    assert sent(imap.says("FETCH", pieces)) == expected


def test_say_counts_plain_lines_outside_imap(pop3: Wire) -> None:
    pop3.when("RETR").say(b"!", at=2)
    assert sent(pop3.says("RETR", b"+OK\r\n{3}\r\nabc\r\n.\r\n")) == b"+OK\r\n{3}\r\n!abc\r\n.\r\n"


def test_say_sends_bytes_as_they_are(imap: Wire) -> None:
    imap.when("NOOP").say(b"\x00")
    assert sent(imap.says("NOOP", b"a1 OK\r\n")) == b"\x00a1 OK\r\n"


@pytest.mark.parametrize("at", ["middle", -1, 1.5])
def test_say_wants_a_place(imap: Wire, at: Value) -> None:
    with pytest.raises(BadArgument, match="at="):
        imap.when("NOOP").say("x", at=at)


def test_corrupt_changes_so_many_octets_and_no_line_end(pop3: Wire) -> None:
    message = b"+OK\r\n" + b"abcdefgh\r\n" * 20 + b".\r\n"
    pop3.when("RETR").corrupt(5)
    spoilt = sent(pop3.says("RETR", message))
    assert len(spoilt) == len(message)
    assert sum(one != other for one, other in zip(message, spoilt, strict=True)) == 5
    assert [place for place, octet in enumerate(spoilt) if octet in b"\r\n"] == [
        place for place, octet in enumerate(message) if octet in b"\r\n"
    ]


def test_corrupt_depends_on_its_seed_alone(pop3: Wire) -> None:
    pop3.when("RETR").corrupt(3, seed=1).times(2)
    pop3.when("RETR").corrupt(3, seed=2)
    first, again, other = (sent(pop3.says("RETR", b"+OK\r\n" + b"x" * 1000)) for _ in range(3))
    assert first == again != other


def test_corrupt_takes_what_there_is(pop3: Wire) -> None:
    pop3.when("NOOP").corrupt(99)
    assert len(sent(pop3.says("NOOP", b"+OK\r\n"))) == 5


def test_rewrite_replaces_every_occurrence(imap: Wire) -> None:
    imap.when("FETCH").rewrite(b"FETCH", b"Fetch")
    assert sent(imap.says("FETCH", FETCHED)) == FETCHED.replace(b"FETCH", b"Fetch")


def test_rewrite_takes_text(imap: Wire) -> None:
    imap.when("NOOP").rewrite("OK", "")
    assert sent(imap.says("NOOP", b"a1 OK\r\n")) == b"a1 \r\n"


def test_rewrite_by_pattern(imap: Wire) -> None:
    imap.when("FETCH").rewrite(re.compile(rb"\* (\d) FETCH"), rb"* 0\1 FETCH")
    assert (
        sent(imap.says("FETCH", b"* 1 FETCH\r\n* 2 FETCH\r\n")) == b"* 01 FETCH\r\n* 02 FETCH\r\n"
    )


def test_rewrite_by_function_sees_the_whole_answer(imap: Wire) -> None:
    imap.when("SEARCH").rewrite(lambda answer: answer.split(b"\r\n", 1)[1])
    effects = imap.says("SEARCH", [Send(b"* SEARCH"), Send(b" 1 2\r\na1 "), Send(b"OK\r\n")])
    assert effects == [Send(b"a1 OK\r\n")]


def test_rewrite_to_nothing_sends_nothing(imap: Wire) -> None:
    imap.when("push").rewrite(lambda _: b"")
    assert imap.says("push", b"* 1 EXISTS\r\n") == []
    assert imap.happened == ["push"]


def test_rewrite_does_not_reach_over_tls(smtp: Wire) -> None:
    smtp.when("STARTTLS").rewrite(lambda answer: answer + b"injected\r\n")
    assert smtp.says("STARTTLS", [Send(b"220 Go\r\n"), StartTls()]) == [
        Send(b"220 Go\r\ninjected\r\n"),
        StartTls(),
    ]


def test_rewrite_leaves_pauses_in_place(smtp: Wire) -> None:
    smtp.when("MAIL").delay("1s").rewrite("250", "299")
    effects = smtp.says("MAIL")
    assert effects[0] == Pause(1.0)
    assert sent(effects) == b"299 OK\r\n"


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ((b"", b"x"), "wanted octets to look for"),
        ((b"x",), "None.: wanted octets to put in its place"),
        ((5, b"x"), "wanted octets to look for"),
        ((b"x", 5), "5.: wanted octets to put in its place"),
        ((re.compile("x"), b"y"), "a pattern of bytes"),
        ((bytes.upper, b"y"), "needs no replacement"),
    ],
)
def test_rewrite_wants_both(imap: Wire, arguments: Value, what: str) -> None:
    with pytest.raises(BadArgument, match=what):
        imap.when("NOOP").rewrite(*arguments)


def test_rewrite_wants_bytes_from_its_function(imap: Wire) -> None:
    change: Value = lambda _: "text"  # noqa: E731  (typed, as no function of this type fits)
    imap.when("NOOP").rewrite(change)
    with pytest.raises(BadArgument, match="returned 'text'; wanted bytes"):
        imap.says("NOOP")


@pytest.mark.parametrize("old", ["250-SIZES", re.compile(rb"^250-SIZES", re.MULTILINE)])
def test_a_rewrite_that_finds_nothing_is_told(smtp: Wire, old: Value) -> None:
    rule = smtp.when("EHLO").rewrite(old, b"250-")
    smtp.says("EHLO", [Send(b"250-mx\r\n250-SI"), Send(b"ZE\r\n250 HELP\r\n")])
    assert rule.fired == 1
    first, _, last = rule.why_unfired().splitlines()
    assert first.startswith("a fault changed nothing: smtp.when('EHLO').rewrite(")
    assert last == "  it fired once, and no answer had what it looks for"
    assert smtp.engine.unfired() == [rule]

    smtp.says("EHLO", [Send(b"250-mx\r\n250-SI"), Send(b"ZES\r\n250 HELP\r\n")])
    assert smtp.engine.unfired() == []


def test_a_rewrite_that_never_saw_an_answer_to_its_end_is_not_blamed(smtp: Wire) -> None:
    rule = smtp.when("EHLO").rewrite("x", "y")
    next(smtp.begins("EHLO", [Send(b"250-mx"), Send(b"250 HELP\r\n")]))  # and the client is gone
    smtp.when("MAIL").rewrite(lambda answer: answer)  # it may have looked, and that is all
    smtp.says("MAIL")
    assert rule.fired == 1
    assert smtp.engine.unfired() == []
