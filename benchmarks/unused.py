"""What rules, policies, quirks and personalities cost a message where none is in use, and where.

All of them act at one place, `Conversation.answer`, and all that a message pays there is the
question whether anything is in use, and if so, whether it is for this verb.  So the instructions
of a message are counted with that question taken out, as it is, with each of them in use for
something else, and with each of them for one of its four commands, where it never acts.  No
socket is involved: an SMTP session is told its client's octets, and says its answers to the
transcript.

``python benchmarks/unused.py``; needs valgrind.
"""

import sys
from collections.abc import Callable, Iterable

from instructions import can_count, counted
from smtp import SMALL

from pytest_fakemail import FakeMail, policies
from pytest_fakemail.smtp.session import SmtpSession
from pytest_fakemail.wire.conversation import Conversation
from pytest_fakemail.wire.effects import Effect, Send
from pytest_fakemail.wire.exchange import Connection, Exchange

FEW, MANY = 50, 250
TALK = (
    b"MAIL FROM:<app@example.test>\r\n",
    b"RCPT TO:<ann@example.test>\r\n",
    b"DATA\r\n",
    SMALL + b".\r\n",
)


def without_question(_: FakeMail) -> None:
    """Take out whatever is done at the seam for who uses it."""

    def answer(
        self: Conversation,
        exchange: Exchange,
        execute: Callable[[], Iterable[Effect]],
        replaced: object = None,
    ) -> Iterable[Effect]:
        del replaced
        self._recorder.opened(exchange)
        return execute()

    Conversation.answer = answer  # type: ignore[method-assign]


WAYS: dict[str, Callable[[FakeMail], object]] = {
    "without the question": without_question,
    "nothing in use": lambda _: None,
    "a rule of IMAP": lambda one: one.imap.when("any").no(),
    "a rule for another verb": lambda one: one.smtp.when("VRFY").reply(450),
    "a policy on logins": lambda one: one.smtp.enforce(policies.lockout(after=3)),
    "a quirk of IMAP": lambda one: one.imap.quirk("fetch.uid_after_literal"),
    "a rule for somebody else": lambda one: one.smtp.when("RCPT", to="bob@x.test").reply(450),
    "a policy: a block list": lambda one: one.smtp.enforce(policies.blocklist({"192.0.2.7"})),
    "a personality: Postfix": lambda one: one.pretend_to_be("postfix"),
}


def send(one: FakeMail, count: int) -> None:
    service = one._service("smtp")  # noqa: SLF001  (our own)
    connection = Connection(1, "smtp", ("127.0.0.1", 1), ("127.0.0.1", 2), is_implicit_tls=False)
    session = SmtpSession(service, connection)

    def say(effects: Iterable[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Send):
                service.recorder.sent(connection, effect.data)

    say(session.greeting())
    say(session.receive_data(b"EHLO client.test\r\n"))
    for _ in range(count):
        for data in TALK:
            say(session.receive_data(data))
    assert len(one.outbox) == count


def main() -> None:
    if len(sys.argv) > 1:
        name, count = sys.argv[1:]
        with FakeMail() as one:
            WAYS[name](one)
            send(one, int(count))
            one.clear_faults()  # the rule is not to strike
        return
    if not can_count():
        return
    print(f"instructions of a message of {len(SMALL)} octets, by SMTP")
    least = 0.0
    for name in WAYS:
        few, many = (counted(__file__, name, str(count)) for count in (FEW, MANY))
        figure = (many - few) / (MANY - FEW)
        least = least or figure
        print(f"  {name:26} {figure:10,.0f}   {figure / least - 1:+7.2%}")


if __name__ == "__main__":
    main()
