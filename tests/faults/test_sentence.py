"""A rule strikes when the statement that holds its `when` has ended, however it is written."""

import asyncio
import linecache
import smtplib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from companions import beside
from faults.wire import Value, Wire

from pytest_fakemail import FakeMail
from pytest_fakemail.faults import sentence
from pytest_fakemail.faults.rules import Rule
from pytest_fakemail.wire.effects import sent

BUSY = b"450 Busy\r\n"
Meanwhile = Callable[..., int]


@pytest.fixture
def meanwhile(smtp: Wire) -> Iterator[Meanwhile]:
    """Return what lets another client speak while a statement is evaluated: nothing strikes."""

    def speak(number: int = 1, *_: object) -> int:
        heard: list[bytes] = []
        other = threading.Thread(target=lambda: heard.append(sent(smtp.says("NOOP"))))
        other.start()
        other.join()
        assert [*heard, sent(smtp.says("NOOP"))] == [b"250 OK\r\n"] * 2
        return number

    yield speak
    assert [sent(smtp.says("NOOP")) for _ in range(2)] == [BUSY, b"250 OK\r\n"]


def test_one_line(smtp: Wire, meanwhile: Meanwhile) -> None:
    smtp.when("NOOP").reply(450, "Busy").times(meanwhile())


def test_a_name_is_given(smtp: Wire, meanwhile: Meanwhile) -> None:
    rule = smtp.when("NOOP").reply(450, "Busy").times(meanwhile())
    assert rule.fired == 0


def test_several_lines(smtp: Wire, meanwhile: Meanwhile) -> None:
    (
        smtp.when("NOOP")
        .reply(450, "Busy")
        .skip(
            meanwhile(0),
        )
        .times(meanwhile())
    )


def test_several_statements_in_a_line(smtp: Wire, meanwhile: Meanwhile) -> None:
    smtp.when("NOOP").reply(450, "Busy").times(meanwhile()); smtp.says("NOOP", b"x")  # noqa: E702  # fmt: skip
    smtp.when("NOOP").reply(450, "Busy").once()


def test_after_the_chain_but_in_the_statement(smtp: Wire, meanwhile: Meanwhile) -> None:
    rules = [smtp.when("NOOP").reply(450, "Busy"), meanwhile()]
    assert isinstance(rules[0], Rule)
    rules[0].once()


def test_as_an_argument(smtp: Wire, meanwhile: Meanwhile) -> None:
    def limited(rule: Value) -> Value:
        return rule.times(meanwhile())

    limited(smtp.when("NOOP").reply(450, "Busy")).optional()


def test_in_with_and_loop(smtp: Wire, meanwhile: Meanwhile) -> None:
    lock = threading.Lock()
    with lock:
        for _ in "a":
            smtp.when("NOOP").reply(450, "Busy").times(meanwhile())
            assert sent(smtp.says("NOOP")) == BUSY
    smtp.when("NOOP").reply(450, "Busy").once()


def test_a_loop_ends_the_rule_of_its_last_round(smtp: Wire) -> None:
    for number in range(3):
        smtp.when("NOOP").reply(450 + number, "Busy").times(1 + number * len(smtp.says("MAIL")) * 0)
    assert sent(smtp.says("NOOP")) == BUSY


def test_in_a_header_of_a_block(smtp: Wire, meanwhile: Meanwhile) -> None:
    if smtp.when("NOOP").reply(450, "Busy").times(meanwhile()):
        assert sent(smtp.says("NOOP")) == BUSY
    smtp.when("NOOP").reply(450, "Busy").once()


def test_in_a_comprehension(smtp: Wire, meanwhile: Meanwhile) -> None:
    rules = [smtp.when("NOOP").reply(450, "Busy").times(meanwhile(n)) for n in (1,)]
    assert len(rules) == 1


def test_a_generator_expression(smtp: Wire, meanwhile: Meanwhile) -> None:
    list(smtp.when("NOOP").reply(450, "Busy").times(meanwhile(n)) for n in (1,))  # noqa: C400


def test_a_lambda(smtp: Wire, meanwhile: Meanwhile) -> None:
    busy: Callable[[], Rule] = lambda: smtp.when("NOOP").reply(450, "Busy")  # noqa: E731
    busy().times(meanwhile())


def test_a_function_that_returns_it(smtp: Wire, meanwhile: Meanwhile) -> None:
    def busy() -> Value:
        return smtp.when("NOOP").reply(450, "Busy")

    def very_busy() -> Value:
        return busy()

    very_busy().times(meanwhile())


def test_a_function_that_is_done_with_it(smtp: Wire) -> None:
    def busy() -> Value:
        rule = smtp.when("NOOP").reply(450, "Busy")
        smtp.says("RCPT")
        return rule

    def set_up() -> bool:
        smtp.when("MAIL").reply(450, "Busy")
        return True

    later = [set_up(), sent(smtp.says("MAIL")), busy(), sent(smtp.says("NOOP"))]
    assert later[1::2] == [BUSY, BUSY]


def test_a_generator_that_yields_it_as_a_fixture_does(smtp: Wire) -> None:
    def busy() -> Iterator[Rule]:
        yield smtp.when("NOOP").reply(450, "Busy")

    def named() -> Iterator[Rule]:
        rule = smtp.when("MAIL").reply(450, "Busy")
        yield rule

    generators = busy(), named()
    for each in generators:
        next(each)
    assert sent(smtp.says("NOOP")) == sent(smtp.says("MAIL")) == BUSY


def test_a_coroutine_that_waits_within_it(smtp: Wire, meanwhile: Meanwhile) -> None:
    async def others() -> int:
        await asyncio.sleep(0)
        return 1

    async def speak() -> int:
        return meanwhile()

    async def main() -> None:
        speaking = asyncio.create_task(speak())
        smtp.when("NOOP").reply(450, "Busy").times(await others())
        await speaking

    async def busy() -> Value:
        await asyncio.sleep(0)
        return smtp.when("MAIL").reply(450, "Busy")

    async def waiting() -> None:
        (await busy()).times(await others())
        assert sent(smtp.says("MAIL")) == BUSY

    asyncio.run(main())
    asyncio.run(waiting())


def test_an_assertion_that_pytest_rewrites(smtp: Wire, meanwhile: Meanwhile) -> None:
    assert smtp.when("NOOP").reply(450, "Busy").times(meanwhile()).fired == 0


SENTENCES = [
    "smtp.when('NOOP').reply(450, 'Busy').times(meanwhile())",
    "rule = (smtp.when('NOOP')\n  .reply(450, 'Busy')\n  .times(meanwhile()))",
    "rules = [smtp.when('NOOP').reply(450, 'Busy').once(), meanwhile()]",
    "a, b = smtp.when('NOOP').reply(450, 'Busy').once(), meanwhile()",
    "for n in (1,):\n  with lock:\n    smtp.when('NOOP').reply(450, 'Busy').times(meanwhile(n))",
    "busy = lambda: smtp.when('NOOP').reply(450, 'Busy')\nbusy().times(meanwhile())",
    "def busy():\n  return smtp.when('NOOP').reply(450, 'Busy')\nbusy().times(meanwhile())",
    "def busy():\n  smtp.when('NOOP').reply(450, 'Busy').times(meanwhile())\nbusy()",
    "str(smtp.when('NOOP').reply(450, 'Busy').once(), *nothing(meanwhile()))",
]


@pytest.mark.parametrize("code", SENTENCES)
@pytest.mark.parametrize("has_source", [True, False])
def test_code_that_is_executed(
    smtp: Wire,
    meanwhile: Meanwhile,
    code: str,
    has_source: bool,  # noqa: FBT001
) -> None:
    names: dict[str, Any] = {
        "smtp": smtp,
        "meanwhile": meanwhile,
        "lock": threading.Lock(),
        "nothing": lambda _: (),
        "__name__": "a_cell",
    }
    name = f"<cell {has_source} {SENTENCES.index(code)}>"
    if has_source:
        linecache.cache[name] = len(code), None, code.splitlines(keepends=True), name
    exec(compile(code, name, "exec"), names)  # noqa: S102


def test_an_expression_that_is_evaluated(smtp: Wire, meanwhile: Meanwhile) -> None:
    eval("smtp.when('NOOP').reply(450, 'Busy')", {"smtp": smtp}).times(meanwhile())  # noqa: S307


def test_a_source_of_the_same_name_is_another(
    smtp: Wire, meanwhile: Meanwhile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Python 3.13 keeps what ``python -c`` ran, in every xdist worker."""
    command = "import sys\nsys.path.insert(0, '.')\n"
    monkeypatch.setitem(linecache.cache, "<string>", (1, None, command.splitlines(True), ""))  # noqa: FBT003
    sentence._parsed.cache_clear()
    test_an_expression_that_is_evaluated(smtp, meanwhile)


@pytest.mark.parametrize("code", SENTENCES)
@pytest.mark.parametrize("has_source", [True, False])
def test_without_columns_lines_decide(
    smtp: Wire,
    meanwhile: Meanwhile,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    has_source: bool,  # noqa: FBT001
) -> None:
    """As under ``-X no_debug_ranges``."""
    position = sentence._position
    monkeypatch.setattr(sentence, "_position", lambda *at: (*position(*at)[:2], None, None))
    test_code_that_is_executed(smtp, meanwhile, code, has_source)


def test_a_rule_that_is_changed_later_counts_what_it_has_struck(smtp: Wire) -> None:
    rule = smtp.when("NOOP").reply(450, "Busy")
    assert [sent(smtp.says("NOOP")) for _ in range(2)] == [BUSY, BUSY]
    rule.times(3)
    assert [sent(smtp.says("NOOP")) for _ in range(2)] == [BUSY, b"250 OK\r\n"]
    rule.once()
    assert rule.fired == 3


def test_who_waits_for_strikes_has_said_all(fakemail: FakeMail) -> None:
    """In the statement of the rule itself, in a function that is handed it, and awaited."""
    with fakemail.smtp.client() as client, beside(_said_again, client, 3):
        fakemail.smtp.when("NOOP").reply(450, "x").once().wait_fired()
        Rule.wait_fired(fakemail.smtp.when("NOOP").reply(450, "x").once())

        async def scenario() -> None:
            await fakemail.smtp.when("NOOP").reply(450, "x").once().wait_fired_async()

        asyncio.run(scenario())


def _said_again(client: smtplib.SMTP, refusals: int) -> None:
    while refusals:
        refusals -= client.noop()[0] == 450


def test_what_came_too_early_is_told(smtp: Wire) -> None:
    too_early = "while the statement that sets the fault was not over"
    rule, _ = smtp.when("NOOP").reply(450, "Busy").times(2), [smtp.says("NOOP"), smtp.says("RSET")]
    assert f"NOOP came once {too_early}" in rule.why_unfired()
    assert sent(smtp.says("NOOP")) == BUSY
    assert "  NOOP came once\n" in rule.why_unfired()
    assert f"NOOP came once more {too_early}" in rule.why_unfired()
    rule.stop()


def test_the_frames_of_a_test_are_let_go(smtp: Wire) -> None:
    rule = smtp.when("NOOP").reply(450, "Busy").optional()
    written = rule._plan.sentence
    assert written.places
    assert smtp.engine.unfired() == []
    assert not written.places
    assert written.has_ended


def test_another_clients_commands_never_meet_half_a_rule(fakemail: FakeMail) -> None:
    """A thread sends NOOP all the time; ``once()`` is once, whenever the rule is written."""
    stop = threading.Event()

    def press() -> None:
        with fakemail.smtp.client() as client:
            while not stop.is_set():
                client.noop()

    presser = threading.Thread(target=press)
    presser.start()
    try:
        for _ in range(30):
            rule = fakemail.smtp.when("NOOP").reply(450, "x").skip(1).once()
            rule.wait_fired(1)
            last = fakemail.smtp.when("NOOP").delay(0).once()
            last.wait_fired(1)
            assert (rule.fired, last.fired) == (1, 1)
    finally:
        stop.set()
        presser.join(60)
