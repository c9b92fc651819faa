"""What test suites of mail clients program by hand, one line each."""

import math
from collections.abc import Callable

import pytest
from faults.wire import Wire

from pytest_fakemail.faults.rules import Rule
from pytest_fakemail.wire.effects import Close, Effect, Pause, Send, StartTls, sent

EHLO = b"250-mail.example.test\r\n250-SIZE 1000\r\n250 HELP\r\n"
SILENCE = Pause(math.inf)
GONE = Close()

MISBEHAVIOURS: dict[str, tuple[Callable[[Wire], Rule], str, bytes, list[Effect]]] = {
    "no greeting": (lambda smtp: smtp.when("connect").stall(), "connect", b"", [SILENCE]),
    "gone before the greeting": (lambda smtp: smtp.when("connect").close(), "connect", b"", [GONE]),
    "refuses the connection": (
        lambda smtp: smtp.when("connect").reply(554, "No service"),
        "connect",
        b"554 No service\r\n",
        [],
    ),
    "late reply": (lambda smtp: smtp.when("EHLO").delay("2s"), "EHLO", EHLO, [Pause(2)]),
    "half a multi-line reply, then gone": (
        lambda smtp: smtp.when("EHLO").drop(after_bytes=40),
        "EHLO",
        EHLO[:40],
        [GONE],
    ),
    "half a multi-line reply, then silence": (
        lambda smtp: smtp.when("EHLO").stall(after_bytes=40),
        "EHLO",
        EHLO[:40],
        [SILENCE],
    ),
    "end of file": (lambda smtp: smtp.when("MAIL").close(), "MAIL", b"", [GONE]),
    "broken off": (lambda smtp: smtp.when("MAIL").reset(), "MAIL", b"", [Close(reset=True)]),
    "gibberish": (
        lambda smtp: smtp.when("EHLO").send(b"\x16\x03\xff gibberish\r\n"),
        "EHLO",
        b"\x16\x03\xff gibberish\r\n",
        [],
    ),
    "421 and gone": (
        lambda smtp: smtp.when("any").reply(421, "Bye"),
        "RCPT",
        b"421 Bye\r\n",
        [GONE],
    ),
    "TLS refused": (
        lambda smtp: smtp.when("STARTTLS").reply(454, "4.7.0 TLS not available"),
        "STARTTLS",
        b"454 4.7.0 TLS not available\r\n",
        [],
    ),
    "TLS agreed, then silence": (
        lambda smtp: smtp.when("tls").stall(),
        "STARTTLS",
        b"220 Go\r\n",
        [StartTls()],
    ),
    "TLS agreed, then plain text": (
        lambda smtp: smtp.when("STARTTLS").say("250 injected", at="after"),
        "STARTTLS",
        b"220 Go\r\n250 injected\r\n",
        [StartTls()],
    ),
    "354, then gone": (
        lambda smtp: smtp.when("DATA").close(after_answer=True),
        "DATA",
        b"354 Go on\r\n",
        [GONE],
    ),
    "250 instead of 354": (
        lambda smtp: smtp.when("DATA").reply(250, "OK"),
        "DATA",
        b"250 OK\r\n",
        [],
    ),
    "codes that differ within a reply": (
        lambda smtp: smtp.when("EHLO").rewrite("250 HELP", "220 HELP"),
        "EHLO",
        EHLO.replace(b"250 HELP", b"220 HELP"),
        [],
    ),
    "last line that is not marked": (
        lambda smtp: smtp.when("EHLO").rewrite("250 HELP", "250-HELP"),
        "EHLO",
        EHLO.replace(b"250 HELP", b"250-HELP"),
        [],
    ),
    "reply without text": (lambda smtp: smtp.when("MAIL").reply(250), "MAIL", b"250\r\n", []),
    "reply that is not ASCII": (
        lambda smtp: smtp.when("MAIL").send(b"250 \xe4\xf6\xfc\r\n"),
        "MAIL",
        b"250 \xe4\xf6\xfc\r\n",
        [],
    ),
    "very long line": (
        lambda smtp: smtp.when("MAIL").reply(250, "x" * 100_000),
        "MAIL",
        b"250 " + b"x" * 100_000 + b"\r\n",
        [],
    ),
    "bare line feeds": (
        lambda smtp: smtp.when("EHLO").rewrite("\r\n", "\n"),
        "EHLO",
        EHLO.replace(b"\r\n", b"\n"),
        [],
    ),
    "unexpected code": (lambda smtp: smtp.when("MAIL").reply(999), "MAIL", b"999\r\n", []),
    "EHLO unknown": (
        lambda smtp: smtp.when("EHLO").reply(502, "5.5.2 Unknown"),
        "EHLO",
        b"502 5.5.2 Unknown\r\n",
        [],
    ),
    "acknowledgement lost": (
        lambda smtp: smtp.when("end-of-data").lose_reply(),
        "end-of-data",
        b"",
        [GONE],
    ),
    "octet by octet": (
        lambda smtp: smtp.when("RSET").trickle(2),
        "RSET",
        b"2",
        [Pause(0.5)],
    ),
    "reply given twice": (
        lambda smtp: smtp.when("MAIL").rewrite(lambda answer: answer * 2),
        "MAIL",
        b"250 OK\r\n250 OK\r\n",
        [],
    ),
    "no answer to QUIT": (lambda smtp: smtp.when("QUIT").close(), "QUIT", b"", [GONE]),
}

USUAL: dict[str, list[Effect]] = {
    "connect": [Send(b"220 mail.example.test\r\n")],
    "EHLO": [Send(EHLO)],
    "STARTTLS": [Send(b"220 Go\r\n"), StartTls()],
    "DATA": [Send(b"354 Go on\r\n")],
    "QUIT": [Send(b"221 Bye\r\n"), Close()],
}


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_misbehaviour_is_one_line(smtp: Wire, name: str) -> None:
    misbehave, verb, octets, events = MISBEHAVIOURS[name]
    misbehave(smtp)
    effects = smtp.says(verb, USUAL.get(verb, [Send(b"250 OK\r\n")]))
    assert sent(effects)[: len(octets) or None] == octets
    assert [effect for effect in effects if not isinstance(effect, Send)][
        : len(events) or None
    ] == (events)
