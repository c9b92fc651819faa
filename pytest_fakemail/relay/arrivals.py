"""Mail that the post office itself brings to somebody: what is sent on, answers, reports.

It comes to an account as what clients send does, and the account does with it what it does
with that: it is sent on, and answered.
"""

from collections.abc import Callable, Sequence

from pytest_fakemail.clock import Clock
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.notices.notice import Notice
from pytest_fakemail.relay import srs
from pytest_fakemail.relay.accounts import answered, forwarded
from pytest_fakemail.relay.returning import Reports
from pytest_fakemail.relay.sending import Outcome
from pytest_fakemail.settings import Settings
from pytest_fakemail.smtp.trace import received
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.delivery import Delivery, Recipient
from pytest_fakemail.store.logins import account_for
from pytest_fakemail.store.store import Store

_Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Brings mail to addresses, into a mailbox here or on its way.

    Attributes:
        keeps: whether mail for an address may go into a mailbox here.
        leaves: whether mail for an address that nobody here has goes on.
        queue: takes a message that leaves, and for whom.
    """

    settings: Settings
    store: Store
    clock: Clock
    reports: Reports
    keeps: Callable[[str], bool]
    leaves: Callable[[str], bool]
    queue: Callable[[Delivery, Sequence[Recipient]], None]

    def origin(self, address: str) -> str | None:
        """Return the sender to whom an address of ours leads back (SRS)."""
        return srs.origin(address, self.settings.domain)

    def post(self, notice: Notice) -> None:
        """Bring a notice to whom it is for."""
        delivery = Delivery(
            bytes(notice),
            sender=notice.sender,
            recipients=[Recipient(notice.recipient)],
            helo=self.settings.hostname,
            protocol="",
            received_at=self.clock.now(),
        )
        self.bring(delivery, delivery.recipients)

    def bring(
        self, delivery: Delivery, recipients: Sequence[Recipient], seen: _Names = frozenset()
    ) -> None:
        """Bring a message to each recipient; `seen` are the accounts that have sent it on."""
        here: dict[Account, Recipient] = {}
        leaving: list[Recipient] = []
        for given in recipients:
            recipient = Recipient(self.origin(given) or given, given.parameters)
            is_kept = self.keeps(recipient)
            for account in self.store.accounts_at(recipient) if is_kept else ():
                here.setdefault(account, recipient)
            for address in self.store.elsewhere(recipient) if is_kept else [recipient]:
                other = Recipient(address, given.parameters)
                if self.leaves(address):
                    leaving.append(other)
                else:  # nobody has it: an account is made, so that nothing is lost
                    here.setdefault(account_for(self.store, address, None), other)
        for account, recipient in here.items():
            self._arrive(account, recipient, delivery, seen)
        if leaving:
            self.queue(delivery, leaving)

    def act(self, account: Account, delivery: Delivery, seen: _Names = frozenset()) -> None:
        """Do what an account does with mail by itself: send it on, answer it."""
        copy = forwarded(account, delivery, self.settings.domain)
        if copy is not None:
            self.bring(copy, copy.recipients, seen | {account.name})
        answer = answered(account, delivery, self.clock)
        if answer is not None:
            self.post(answer)

    def _arrive(
        self, account: Account, recipient: Recipient, delivery: Delivery, seen: _Names
    ) -> None:
        is_looping = account.name in seen
        if is_looping and delivery.sender:
            self._return(delivery, recipient)
            return
        if is_looping or account.forwarding is None or account.forwarding.keeps_copy:
            self.store.post(self._received(delivery), account, self.clock.now())
        if not is_looping:
            self.act(account, delivery, seen)

    def _return(self, delivery: Delivery, recipient: Recipient) -> None:
        text = f"5.4.6 mail forwarding loop for {recipient}"
        outcome = Outcome(recipient, 554, text, self.settings.hostname)
        for report in self.reports.of_failure(delivery, [outcome], self.clock.now()):
            self.post(report)

    def _received(self, delivery: Delivery) -> bytes:
        """Return a mail that was brought here, as it comes to its mailbox."""
        if not self.settings.trace_headers:
            return delivery.raw
        header = f"Return-Path: <{delivery.sender}>\r\n".encode()
        return header + received(delivery, self.settings.hostname, "notice") + delivery.raw
