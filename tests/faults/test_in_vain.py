"""What a rule asks for and no answer can have done to it is told, or refused where it is said."""

from collections.abc import Callable

import pytest
from faults.wire import Value, Wire

from pytest_fakemail import any_of
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.faults.failures import Preset
from pytest_fakemail.wire.effects import Close, Effect, Pause, Send, StartTls, sent

CLOSING = Preset(
    name="mine", protocol="smtp", answer="reply", code=451, text="4.3.0 Bye", closes=True
)
Build = Callable[[Value], Value]

WORKING: dict[str, Build] = {
    "corrupt": lambda rule: rule.corrupt(3),
    "trickle": lambda rule: rule.trickle(1),
    "split": lambda rule: rule.split(3),
    "rewrite": lambda rule: rule.rewrite("OK", "NO"),
    "function": lambda rule: rule.rewrite(lambda data: data),
    "lose_reply": lambda rule: rule.lose_reply(),
}
SILENT: dict[str, Build] = {
    "close": lambda rule: rule.close(),
    "reset": lambda rule: rule.reset(),
    "stall": lambda rule: rule.stall(),
    "ignore": lambda rule: rule.ignore(),
}


def told(rule: Value) -> str:
    """Return the last line of what is told at the end of the test."""
    assert rule.why_unfired().startswith(("a fault changed nothing: ", "a fault never fired: "))
    return str(rule.why_unfired().splitlines()[-1].strip())


@pytest.mark.parametrize("earlier", SILENT)
@pytest.mark.parametrize("later", WORKING)
def test_behind_a_rule_that_says_nothing(smtp: Wire, earlier: str, later: str) -> None:
    """The first rule was meant for once: the second never had an answer to work on."""
    SILENT[earlier](smtp.when("MAIL"))
    rule = WORKING[later](smtp.when("MAIL"))
    assert sent(smtp.says("MAIL")) == b""
    if (earlier, later) == ("ignore", "lose_reply"):
        return  # nothing is said and then it hangs up: so it was lost, and struck
    assert smtp.engine.unfired() == [rule]
    assert told(rule)


@pytest.mark.parametrize("action", ["corrupt", "trickle", "split", "rewrite", "function"])
def test_where_the_server_says_nothing(smtp: Wire, action: str) -> None:
    """The handshake of TLS is nobody's octets: what would change them does nothing."""
    rule = WORKING[action](smtp.when("tls"))
    assert smtp.says("tls", [StartTls()]) == [StartTls()]
    assert smtp.engine.unfired() == [rule]
    assert told(rule) in {
        "it fired once, and no answer had octets to change",
        "it fired once, and no answer came in more than one piece",
        "it fired once, and no answer had what it looks for",
    }


@pytest.mark.parametrize(
    "build",
    [
        lambda rule: rule.trickle(1, chunk=1000),
        lambda rule: rule.split(size=1000),
        lambda rule: rule.split(1),
        lambda rule: rule.ignore().corrupt(),
        lambda rule: rule.lose_reply().split(2),
    ],
)
def test_an_answer_that_is_too_short(smtp: Wire, build: Build) -> None:
    rule = build(smtp.when("MAIL"))
    smtp.says("MAIL")
    assert smtp.engine.unfired() == [rule]
    assert told(rule).startswith("it fired once, and no answer ")


@pytest.mark.parametrize("action", WORKING)
@pytest.mark.parametrize("ending", [(), (Close(),)])
def test_one_answer_is_enough(smtp: Wire, action: str, ending: tuple[Effect, ...]) -> None:
    WORKING[action](smtp.when("MAIL"))
    smtp.says("MAIL", [*ending])
    smtp.says("MAIL", [Send(b"250 OK\r\n"), *ending])
    smtp.says("MAIL", [*ending])
    assert smtp.engine.unfired() == []


@pytest.mark.parametrize(
    "build",
    [
        lambda rule: rule.close().reply(421, "Bye"),
        lambda rule: rule.reset().reply(421, "Bye"),
        lambda rule: rule.stall().reply(450, "Busy"),
        lambda rule: rule.reply(421, "Bye").reply(250, "OK"),
        lambda rule: rule.lose_reply().reply(450, "Busy"),
        lambda rule: rule.fail(CLOSING).reply(450, "Busy"),
        lambda rule: rule.close(after_answer=True).ignore(),
        lambda rule: rule.drop(after_bytes=3).send(b"250 OK\r\n"),
    ],
)
def test_an_answer_behind_the_end_is_refused(smtp: Wire, build: Build) -> None:
    with pytest.raises(BadArgument, match=r"behind smtp.when.*: nobody hears it there; say it bef"):
        build(smtp.when("NOOP"))


@pytest.mark.parametrize(
    "build",
    [
        lambda rule: rule.stall().close(),
        lambda rule: rule.close().reset(),
        lambda rule: rule.reply(421, "Bye").close().stall(),
    ],
)
def test_a_conversation_ends_once(smtp: Wire, build: Build) -> None:
    with pytest.raises(BadArgument, match=r"\(\) behind smtp.when\('NOOP'\).*: a conv.* ends once"):
        build(smtp.when("NOOP"))


def test_another_end_than_that_of_an_answer(smtp: Wire, imap: Wire) -> None:
    smtp.when("NOOP").lose_reply().stall()
    assert smtp.says("NOOP") == [Pause(float("inf"))]
    imap.when("NOOP").bye("Bye").reset()
    assert imap.says("NOOP") == [Send(b"* BYE Bye\r\n"), Close(reset=True)]


def test_what_is_said_after_an_answer_comes_before_silence(smtp: Wire) -> None:
    smtp.when("NOOP").stall().say("250 So it seems", at="after")
    assert smtp.says("NOOP") == [Send(b"250 So it seems\r\n"), Pause(float("inf"))]


@pytest.mark.parametrize(
    ("word", "value"), [("close", ()), ("say", ("250 OK",)), ("skip", (3,)), ("after", ("5m",))]
)
def test_a_rule_that_is_used_up_is_no_longer_added_to(
    smtp: Wire, word: str, value: tuple[Value, ...]
) -> None:
    rule = smtp.when("NOOP").reply(450, "Busy").once()
    smtp.says("NOOP")
    text = rf"{word}\(\) comes too late for .*: it has struck once, as often as it may; times"
    with pytest.raises(BadArgument, match=text):
        getattr(rule, word)(*value)
    rule.times(2).close()
    assert smtp.says("NOOP") == [Send(b"450 Busy\r\n"), Close()]


@pytest.mark.parametrize("numbers", [{1, 5}, frozenset({1, 5}), any_of(1, 5)])
def test_each_number_that_is_named_is_meant(smtp: Wire, numbers: Value) -> None:
    rule = smtp.when("NOOP", nth=numbers).reply(450, "Busy")
    for _ in range(4):
        smtp.says("NOOP")
    assert smtp.engine.unfired() == [rule]
    first, _, last = rule.why_unfired().splitlines()
    assert first.startswith("a fault fired once of 2: smtp.when('NOOP', nth=")
    assert last == "  NOOP came 4 times"
    smtp.says("NOOP")
    assert smtp.engine.unfired() == []


@pytest.mark.parametrize("nth", [range(1, 9), lambda number: number < 9, 1])
def test_numbers_that_are_not_named_one_by_one(smtp: Wire, nth: Value) -> None:
    smtp.when("NOOP", nth=nth).reply(450, "Busy")
    smtp.says("NOOP")
    assert smtp.engine.unfired() == []


@pytest.mark.parametrize(
    ("build", "what"),
    [
        (lambda rule: rule.rewrite("250", b"250"), "they are the same"),
        (lambda rule: rule.say(b""), "nothing to say"),
        (lambda rule: rule.split(5, size=3), "wanted a count or a size"),
    ],
)
def test_what_can_change_nothing_is_refused(smtp: Wire, build: Build, what: str) -> None:
    with pytest.raises(BadArgument, match=what):
        build(smtp.when("NOOP"))
