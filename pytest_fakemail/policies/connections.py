"""How many connections at once, and how much on each."""

from collections.abc import Iterable, Iterator
from itertools import chain

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.policies.policy import (
    ALL,
    MAIL,
    Behaviour,
    Place,
    Policy,
    Refusal,
    one_of,
    positive,
)
from pytest_fakemail.policies.replies import Reply
from pytest_fakemail.policies.visits import LOGINS, Visit
from pytest_fakemail.wire.effects import Effect, Pause, Send
from pytest_fakemail.wire.exchange import END_OF_DATA

BY = ("client", "account")
AT = ("connect", "login", "end-of-data")

TOO_MANY_CLIENTS = Reply(
    "connections.client",
    smtp="421 4.7.0 {host} Error: too many connections from {client}",
    pop3="-ERR [SYS/TEMP] Too many connections",
    imap="BYE [LIMIT] Too many connections",
)
TOO_MANY_SESSIONS = Reply(
    "connections.account",
    smtp="432 4.3.2 Concurrent connections limit exceeded.",
    pop3="-ERR [IN-USE] Maximum number of connections from user+IP exceeded",
    imap="NO [LIMIT] Maximum number of connections from user+IP exceeded",
)
TOO_MANY_MESSAGES = Reply(
    "connection.messages", smtp="421 4.7.0 Too many messages in this connection"
)
TOO_MANY_RECIPIENTS = Reply("message.recipients", smtp="452 4.5.3 Error: too many recipients")


def concurrent_connections(
    most: int, *, by: str = "client", at: str | None = None, reply: str | None = None
) -> Policy:
    """Refuse a connection too many, and end it; those that are open stay.

    Args:
        most: so many connections to this server may be open at once.
        by: of a ``"client"`` (address) or of an ``"account"`` (connections logged in).
        at: ``"connect"``, if it is by client; ``"login"``, if by account; or ``"end-of-data"``,
            where Microsoft 365 refuses a message and leaves the connection open.
        reply: the reply in other words.

    Raises:
        BadArgument: a value that there is not.
    """
    positive("most", most)
    by = one_of("by", by, BY)
    point = one_of("at", at or ("connect" if by == "client" else "login"), AT)
    if by == "account" and point == "connect":
        raise BadArgument("at='connect': nobody has said then whose account it is")
    reply_of = TOO_MANY_CLIENTS if by == "client" else TOO_MANY_SESSIONS
    return Policy(
        f"concurrent_connections of {most} by {by}",
        MAIL if point == END_OF_DATA else ALL,
        lambda place: _Concurrent(place, most, by, point, reply_of),
        (reply_of,),
        reply,
    )


def messages_per_connection(most: int, *, reply: str | None = None) -> Policy:
    """Take so many messages on a connection; MAIL for one more gets 421 and the end.

    Raises:
        BadArgument: no whole number from 1.
    """
    positive("most", most)
    return Policy(
        f"messages_per_connection of {most}",
        MAIL,
        lambda place: _Messages(place, most),
        (TOO_MANY_MESSAGES,),
        reply,
    )


def recipients_per_message(most: int, *, reply: str | None = None) -> Policy:
    """Take so many recipients for a message; RCPT for one more gets 452 (RFC 5321 §4.5.3.1.10).

    Raises:
        BadArgument: no whole number from 1.
    """
    positive("most", most)
    return Policy(
        f"recipients_per_message of {most}",
        MAIL,
        lambda place: _Recipients(place, most),
        (TOO_MANY_RECIPIENTS,),
        reply,
    )


class _Concurrent(Behaviour):
    def __init__(self, place: Place, most: int, by: str, point: str, reply: Reply) -> None:
        super().__init__(place)
        self.most, self.by, self.point, self.reply = most, by, point, reply
        self.verbs = LOGINS if point == "login" else (point,)
        self.turned_away: set[int] = set()

    def instead(self, visit: Visit) -> Refusal | None:
        if self.point != END_OF_DATA or visit.verb != END_OF_DATA or not self._is_over(visit):
            return None
        return Refusal(self.reply, self._why(visit), {"most": self.most})

    def after(self, visit: Visit, effects: Iterable[Effect]) -> Iterable[Effect]:
        if self.point == "connect" and visit.verb == "connect":
            return self._decided(visit, effects)
        if self.point == "login" and visit.is_login:
            return self._decided(visit, effects)
        return effects

    def _decided(self, visit: Visit, effects: Iterable[Effect]) -> Iterator[Effect]:
        """Decide when the answer is known, for only then somebody is logged in."""
        answer = iter(effects)
        first = next((one for one in answer if isinstance(one, Send)), None)
        if self._is_over(visit):
            # Who has hung up before this client came may not have been noticed yet: the loop
            # calls who has waited for a time before it reads, so it takes two turns.
            yield Pause(0)
            yield Pause(0)
        if first is None:
            return
        if self._is_over(visit):
            self.turned_away.add(visit.guest.connection.number)
            refusal = Refusal(self.reply, self._why(visit), {"most": self.most}, closes=True)
            yield from self.place.farewell(visit, refusal)
            return
        yield from chain((first,), answer)

    def _is_over(self, visit: Visit) -> bool:
        mine = visit.guest
        if self.by == "account" and not visit.is_authenticated:
            return False
        others = (
            one
            for number, one in list(self.place.guests.items())
            if one.connection.protocol == self.place.protocol
            and not one.connection.is_over
            and number not in self.turned_away
            and one is not mine
            # At the end of the data those that came later are there, too: it is they who are many.
            and (self.point != END_OF_DATA or number < mine.connection.number)
        )
        if self.by == "client":
            return sum(one.client == mine.client for one in others) >= self.most
        user = mine.connection.user
        return sum(one.connection.user == user for one in others) >= self.most

    def _why(self, visit: Visit) -> str:
        return visit.client if self.by == "client" else str(visit.user)


class _Messages(Behaviour):
    verbs = ("MAIL", END_OF_DATA)

    def __init__(self, place: Place, most: int) -> None:
        super().__init__(place)
        self.most = most

    def instead(self, visit: Visit) -> Refusal | None:
        if visit.verb != "MAIL" or visit.guest.messages < self.most:
            return None
        return Refusal(TOO_MANY_MESSAGES, "", {"most": self.most}, closes=True)


class _Recipients(Behaviour):
    verbs = ("RCPT", END_OF_DATA)

    def __init__(self, place: Place, most: int) -> None:
        super().__init__(place)
        self.most = most

    def instead(self, visit: Visit) -> Refusal | None:
        if visit.verb != "RCPT" or len(visit.guest.recipients) < self.most:
            return None
        return Refusal(TOO_MANY_RECIPIENTS, visit.recipient, {"most": self.most})
