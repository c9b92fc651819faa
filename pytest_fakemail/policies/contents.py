"""What is in a message, and how big it is: rules of a test's own, sizes, quotas."""

import re
from collections.abc import Callable

from pytest_fakemail.arguments import switch
from pytest_fakemail.blame import asked
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.policies.policy import MAIL, Behaviour, Place, Policy, Refusal, positive
from pytest_fakemail.policies.replies import Reply, checked
from pytest_fakemail.policies.visits import Visit
from pytest_fakemail.store.account import Account
from pytest_fakemail.wire.exchange import END_OF_DATA

CONTENT = Reply("content", smtp="554 5.7.1 Message content rejected")
TOO_BIG = Reply(
    "message_size",
    smtp="552 5.3.4 Message size exceeds fixed maximum message size",
    imap="NO [TOOBIG] Message is larger than {most} octets",
)
FULL_FOR_NOW = Reply("quota.temporary", smtp="452 4.2.2 <{to}>: Mailbox is full")
FULL = Reply(
    "quota",
    smtp="552 5.2.2 <{to}>: Mailbox is full",
    imap="NO [OVERQUOTA] Quota exceeded (mailbox for user is full)",
)

_SIZE = re.compile(r"(?<=\s)SIZE=(\d{1,18})(?!\S)", re.IGNORECASE)  # not within an address
_LITERAL = re.compile(rb"\{(\d{1,18})\+?\}\r\n")
_WRITES = ("APPEND", "REPLACE")
_COPIES = ("COPY",)
_MEASURED = ("MAIL", END_OF_DATA, *_WRITES)


def content(rule: Callable[[Mail], object], *, reply: str | None = None) -> Policy:
    """Refuse messages by a function of the test, at the end of the data.

    Args:
        rule: is given the `Mail`; what it returns is the reply (``"550 5.7.1 No ZIP"``), True
            for 554 5.7.1, or nothing, and then the message is accepted.
        reply: what is said for True.

    Raises:
        BadArgument: no function.
    """
    if not callable(rule):
        raise BadArgument(f"no rule: {rule!r}; wanted a function of the Mail")
    return Policy("content", MAIL, lambda place: _Content(place, rule), (CONTENT,), reply)


def message_size(most: int, *, reply: str | None = None) -> Policy:
    """Refuse bigger messages: 552 5.3.4 at MAIL with SIZE, or at the end; IMAP's APPEND ``TOOBIG``.

    Unlike the setting ``max_message_size`` it is not announced.

    Raises:
        BadArgument: no whole number of octets from 1.
    """
    positive("most", most)
    return Policy(
        f"message_size of {most} octets",
        (*MAIL, "imap"),
        lambda place: _Size(place, most),
        (TOO_BIG,),
        reply,
    )


def quota(octets: int, *, temporary: bool = False, reply: str | None = None) -> Policy:
    """Let each account hold so many octets: 552 5.2.2, or IMAP's ``OVERQUOTA``, for more.

    RCPT is refused when the mailbox is full or the announced size does not fit, the end of the
    data when no recipient has room; APPEND, REPLACE and COPY likewise.  IMAP's GETQUOTA does
    not tell of it: `AccountHandle.quota` is the quota that is announced.

    Args:
        octets: how many each may hold.
        temporary: say 452 4.2.2 instead: the sender is to try again.
        reply: the reply in other words.

    Raises:
        BadArgument: no whole number of octets from 1, neither True nor False.
    """
    positive("octets", octets)
    switch("temporary", temporary)
    return Policy(
        f"quota of {octets} octets",
        (*MAIL, "imap"),
        lambda place: _Quota(place, octets, is_temporary=temporary),
        (FULL, FULL_FOR_NOW),
        reply,
    )


def announced(visit: Visit) -> int:
    """Return the octets that MAIL, APPEND or the message itself has; 0 if it does not say."""
    exchange = visit.exchange
    if visit.verb == "MAIL":
        size = _SIZE.search(exchange.argument)
        return int(size[1]) if size else 0
    if visit.verb == END_OF_DATA:
        return len(visit.message)
    if exchange.payload is not None:
        return len(exchange.payload)
    sizes = [int(size) for size in _LITERAL.findall(exchange.request)]
    return sum(sizes) if sizes else len(exchange.request.removesuffix(b"\r\n"))


class _Content(Behaviour):
    verbs = (END_OF_DATA,)

    def __init__(self, place: Place, rule: Callable[[Mail], object]) -> None:
        super().__init__(place)
        self.rule = rule

    def instead(self, visit: Visit) -> Refusal | None:
        if visit.verb != END_OF_DATA:
            return None
        verdict = asked(self.rule, Mail(visit.message))
        if not verdict:
            return None
        if verdict is True:
            return Refusal(CONTENT)
        text = checked(verdict, visit.protocol)
        return Refusal(CONTENT, text, text=text)


class _Size(Behaviour):
    verbs = _MEASURED

    def __init__(self, place: Place, most: int) -> None:
        super().__init__(place)
        self.most = most

    def instead(self, visit: Visit) -> Refusal | None:
        if visit.verb not in _MEASURED:
            return None
        size = announced(visit)
        if size <= self.most:
            return None
        return Refusal(TOO_BIG, f"{size} octets", {"most": self.most})


class _Quota(Behaviour):
    verbs = ("MAIL", "RCPT", END_OF_DATA, *_WRITES, *_COPIES)

    def __init__(self, place: Place, octets: int, *, is_temporary: bool) -> None:
        super().__init__(place)
        self.octets = octets
        self.is_temporary = is_temporary
        self.declared: dict[int, int] = {}

    def instead(self, visit: Visit) -> Refusal | None:
        if visit.protocol == "imap":
            return self._written(visit)
        number = visit.guest.connection.number
        if visit.verb == "MAIL":
            self.declared[number] = announced(visit)
        elif visit.verb == "RCPT":
            return self._received([visit.recipient], self.declared.get(number, 0))
        elif visit.verb == END_OF_DATA:
            return self._received(list(visit.exchange.recipients), announced(visit))
        return None

    def _received(self, addresses: list[str], size: int) -> Refusal | None:
        store = self.place.store
        accounts = [account for one in addresses for account in store.accounts_at(one)]
        if not accounts or any(self._fits(account, size) for account in accounts):
            return None
        reply = FULL_FOR_NOW if self.is_temporary else FULL
        names = ", ".join(account.name for account in accounts)
        return Refusal(reply, names, {"to": addresses[0]})

    def _written(self, visit: Visit) -> Refusal | None:
        user = visit.guest.connection.user
        account = None if user is None else self.place.store.account(user)
        if account is None:
            return None
        if visit.verb in _COPIES:
            size = self._copied(account, visit)
        elif visit.verb in _WRITES:
            size = announced(visit)
        else:
            return None
        return None if self._fits(account, size) else Refusal(FULL, account.name)

    def _copied(self, account: Account, visit: Visit) -> int:
        mailbox = account.mailboxes.get(visit.exchange.mailbox or "")
        if mailbox is None:
            return 0
        found = map(mailbox.message, visit.exchange.uids)
        return sum(len(message.content) for message in found if message is not None)

    def _fits(self, account: Account, size: int) -> bool:
        # A full mailbox takes nothing, whatever a client says, or does not say, of the size.
        return account.usage.octets + max(size, 1) <= self.octets
