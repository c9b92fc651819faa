"""What clients are told when a function of the test fails: a refusal; the test gets the rest."""

import socket
from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import Any

import pytest

from pytest_fakemail import BadArgument, FakeMail, UnknownAttribute, policies
from pytest_fakemail.blame import asked, is_the_tests
from pytest_fakemail.faults.mishaps import Guard
from pytest_fakemail.query.any_of import any_of
from pytest_fakemail.query.comparing import Field
from pytest_fakemail.query.criteria import Criteria
from pytest_fakemail.server import Server
from pytest_fakemail.wire.effects import Close, Effect, Send
from pytest_fakemail.wire.exchange import Connection, Exchange

Give = Callable[[Any, str], object]
FAILED = "A function of the test failed"


def failing(_: object) -> bytes:
    raise KeyError("mine")


GIVEN: dict[str, Give] = {
    "a policy's criterion": lambda server, _: server.enforce(
        policies.tarpit("1ms", on="everything"), where=lambda one: one.verb == "NOOP" and failing(1)
    ),
    "a rule's condition": lambda server, verb: server.when(verb, where=failing).delay("1ms"),
    "a rule's answer": lambda server, verb: server.when(verb).send(failing),
    "a rule's rewriting": lambda server, verb: server.when(verb).rewrite(failing),
}

SAID = {
    "smtp": (b"NOOP\r\nQUIT\r\n", f"451 4.3.0 {FAILED}\r\n", "221 "),
    "lmtp": (b"NOOP\r\nQUIT\r\n", f"451 4.3.0 {FAILED}\r\n", "221 "),
    "pop3": (
        b"USER user@example.test\r\nPASS password\r\nNOOP\r\nQUIT\r\n",
        f"-ERR [SYS/TEMP] {FAILED}\r\n",
        "+OK ",
    ),
    "imap": (
        b"a1 NOOP\r\na2 LOGOUT\r\n",
        f"a1 NO [UNAVAILABLE] {FAILED}\r\n",
        "* BYE Logging out\r\na2 OK ",
    ),
}


def spoken(server: Server, said: bytes) -> str:
    with socket.create_connection(server.address, timeout=30) as client:
        client.sendall(said)
        return client.makefile("rb").read().decode()


@pytest.mark.parametrize("give", GIVEN)
@pytest.mark.parametrize("protocol", SAID)
def test_a_command_at_which_a_function_fails_is_refused_and_the_next_is_not(
    protocol: str, give: str
) -> None:
    said, refusal, farewell = SAID[protocol]
    fakemail = FakeMail()
    server = getattr(fakemail, protocol)
    GIVEN[give](server, "NOOP")
    heard = spoken(server, said)
    fakemail.close()
    assert refusal + farewell in heard
    assert "a mistake of the test's: KeyError('mine')" in str(fakemail.transcript)
    with pytest.raises(BadArgument, match=r"failed once: KeyError\('mine'\)"):
        fakemail.check(faults=False)


@pytest.mark.parametrize(
    ("protocol", "greeting"),
    [
        ("smtp", f"421 4.3.0 {FAILED}\r\n"),
        ("lmtp", f"421 4.3.0 {FAILED}\r\n"),
        ("pop3", f"-ERR [SYS/TEMP] {FAILED}\r\n"),
        ("imap", f"* BYE [UNAVAILABLE] {FAILED}\r\n"),
    ],
)
def test_a_greeting_at_which_a_function_fails_is_the_last_word(
    protocol: str, greeting: str
) -> None:
    fakemail = FakeMail()
    server = getattr(fakemail, protocol)
    server.enforce(policies.tarpit("1ms", on="everything"), where=failing)
    assert spoken(server, b"") == greeting
    fakemail.close()
    with pytest.raises(BadArgument):
        fakemail.check()


def test_what_fails_before_a_handshake_ends_the_connection(fakemail: FakeMail) -> None:
    fakemail.smtp.when("tls", where=failing).delay("1ms").optional()
    with socket.create_connection(fakemail.smtp.address, timeout=30) as client:
        lines = client.makefile("rb")
        lines.readline()
        client.sendall(b"EHLO x\r\nSTARTTLS\r\n")
        while not (line := lines.readline()).startswith(b"220"):
            assert line, "the connection has ended"
        with pytest.raises(ConnectionResetError):
            lines.read(1)
    with pytest.raises(BadArgument):
        fakemail.check()


def test_a_literal_at_which_a_function_fails_is_not_asked_for(fakemail: FakeMail) -> None:
    fakemail.imap.when("literal", where=failing).delay("1ms").optional()
    said = b"a1 LOGIN {17}\r\na2 NOOP\r\na3 LOGOUT\r\n"
    heard = spoken(fakemail.imap, said)
    assert f"a1 NO [UNAVAILABLE] {FAILED}\r\na2 OK " in heard
    with pytest.raises(BadArgument):
        fakemail.check()


def test_a_login_at_which_a_function_fails_is_over(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(
        policies.tarpit("1ms", on="everything"),
        where=lambda one: one.verb == "response" and failing(one),
    )
    heard = spoken(fakemail.smtp, b"EHLO x\r\nAUTH LOGIN\r\ndXNlcg==\r\nNOOP\r\nQUIT\r\n")
    assert heard.endswith(
        f"334 VXNlcm5hbWU6\r\n451 4.3.0 {FAILED}\r\n250 2.0.0 Ok\r\n221 2.0.0 Bye\r\n"
    )
    with pytest.raises(BadArgument):
        fakemail.check()


def test_an_answer_half_said_is_broken_off() -> None:
    def half() -> Iterator[Effect]:
        yield Send(b"* LIST ...")
        failing(1)

    bugs: list[BaseException] = []
    exchange = Exchange(Connection(1, "imap"), "LIST", tag="a1")
    said = list(Guard(bugs, None).watched(exchange, half()))
    assert said == [Send(b"* LIST ..."), Close(reset=True)]
    assert [type(bug) for bug in bugs] == [KeyError]


def test_an_attribute_that_a_server_itself_misspells_is_no_mistake_of_the_tests() -> None:
    known: dict[str, Any] = {"__name__": "pytest_fakemail.smtp.session"}
    exec("def slip(one): return one.capabilitys", known)  # noqa: S102  (as if it were ours)
    with FakeMail() as fakemail:
        for function, is_theirs in (
            (known["slip"], False),
            (partial(asked, attrgetter("capabilitys")), True),
            (partial(asked, lambda one: one.capabilitys), True),
        ):
            with pytest.raises(UnknownAttribute) as raised:
                function(fakemail.smtp)
            raised.value.__traceback__ = raised.tb.tb_next
            assert is_the_tests(raised.value) is is_theirs


class Uncomparable:
    """An object of the test that fails when it is compared."""

    def __eq__(self, _: object) -> bool:
        raise KeyError("mine")

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize(
    "wanted", [Uncomparable(), [Uncomparable()], any_of("ann@x.test", Uncomparable())]
)
def test_what_fails_when_it_is_compared_is_the_tests(wanted: object) -> None:
    criteria = Criteria([Field("to", lambda mail: [mail])], {"to": wanted})
    with pytest.raises(KeyError) as raised:
        criteria.match("bob@x.test")
    assert is_the_tests(raised.value)
