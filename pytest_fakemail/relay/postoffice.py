"""The post office of one FakeMail: what becomes of accepted mail, in one thread of its own.

The thread begins with the first message that leaves, and ends when the FakeMail is closed.
An attempt is made when an item is due by the clock; `settle` is how a test that moves the
clock waits for the attempts that are thereby due.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from pytest_fakemail import notices
from pytest_fakemail.clock import Clock
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.domains import address_key, in_ascii
from pytest_fakemail.notices.notice import Notice
from pytest_fakemail.relay.arrivals import Arrivals
from pytest_fakemail.relay.item import Attempt, QueueItem
from pytest_fakemail.relay.returning import Reports
from pytest_fakemail.relay.routes import (
    ByMx,
    Hop,
    NoServers,
    Refusing,
    Route,
    Routes,
    ToServers,
    Unreachable,
)
from pytest_fakemail.relay.schedule import Schedule
from pytest_fakemail.relay.sending import Outcome, Sender, SenderSetup
from pytest_fakemail.relay.spool import Spool
from pytest_fakemail.settings import Settings
from pytest_fakemail.smtp.trace import received
from pytest_fakemail.store.account import Account
from pytest_fakemail.store.delivery import Delivery, Recipient
from pytest_fakemail.store.store import Store

MxLookUp = Callable[[str], Sequence[Hop] | NoServers]
"""Takes a domain; returns its mail servers in order, or why there are none."""


@dataclass(slots=True)
class Office:
    """What a post office is given."""

    settings: Settings
    store: Store
    clock: Clock
    setup: SenderSetup
    look_up: MxLookUp
    own_up: Callable[[BaseException], None]


class PostOffice:
    """Takes what SMTP has accepted; queues, sends, tries again, returns."""

    def __init__(self, office: Office) -> None:
        self.routes = Routes()
        self.spool = Spool(office.clock)
        self.schedule = Schedule.of(office.settings.retry)
        self._office = office
        settings = office.settings
        postmaster = f"postmaster@{settings.domain}"
        self._reports = Reports(settings.hostname, postmaster, "postfix")
        self._arrivals = Arrivals(
            settings,
            office.store,
            office.clock,
            self._reports,
            self.keeps,
            self._leaves,
            self._queue,
        )
        self._condition = threading.Condition(self.spool.lock)
        self._thread: threading.Thread | None = None
        self._is_working = self._is_connected = self._is_closed = False
        self.begun = 0
        self._unsubscribe = office.clock._subscribe(self._wake)  # noqa: SLF001  (our own)
        office.clock.attend(self)

    # --- what comes in -----------------------------------------------------------------

    def takes(self, address: str) -> bool:
        """Whether mail for an address goes somewhere though nobody here has it."""
        return self._arrivals.origin(address) is not None or self._is_routed(address)

    def is_local(self, domain: str) -> bool:
        """Whether a domain is said to be ours."""
        return self.routes.is_local(domain)

    def keeps(self, address: str) -> bool:
        """Whether mail for an address may go into a mailbox here."""
        return self.routes.of_address(address) is None

    def accepted(
        self, delivery: Delivery, here: Mapping[Account, str], elsewhere: Sequence[str]
    ) -> None:
        """Queue a message for those who are not here; let accounts that have it answer."""
        stays = {*here.values(), *elsewhere}  # without an account, in the outbox
        for address in dict.fromkeys(elsewhere):
            if self._arrivals.origin(address) is not None:
                stays.discard(address)
                self._arrivals.bring(delivery, [_recipient(address, delivery.recipients)])
        leaving = [one for one in dict.fromkeys(elsewhere) if self._leaves(one)]
        stays.difference_update(leaving)
        if leaving:
            self._queue(delivery, [_recipient(one, delivery.recipients) for one in leaving])
        for account in here:
            self._arrivals.act(account, delivery)
        kept = [one for one in delivery.recipients if one in stays]
        for report in self._reports.of_local(delivery, kept, self._now()):
            self.post(report)

    def flush_domain(self, domain: str) -> int:
        """Try now what waits for a domain (``@x.test``: and for those below it); count it."""
        name = in_ascii(domain.lstrip("@"))
        is_deep = domain.startswith("@")
        waiting = [
            item
            for item in self.spool.items()
            for host in (in_ascii(one.rpartition("@")[2]) for one in item.recipients)
            if host == name or (is_deep and host.endswith(f".{name}"))
        ]
        found = list(dict.fromkeys(waiting))
        self.spool.postpone(found, 0.0)
        self._begin()
        return len(found)

    @property
    def is_past(self) -> bool:
        """Whether its FakeMail was reset, and has another now."""
        return self._office.store.is_past

    @property
    def has_routes(self) -> bool:
        """Whether mail goes anywhere else."""
        return bool(self.routes)

    def post(self, notice: Notice) -> None:
        """Bring a notice to whom it is for: into a mailbox here, or on its way."""
        self._arrivals.post(notice)

    def flush(self, items: Iterable[QueueItem]) -> None:
        """Try these items now, and return when that is over."""
        self.spool.postpone([item for item in items if not item.is_held], 0.0)
        self._begin()
        self.settle()

    def release(self, items: Iterable[QueueItem]) -> None:
        """Try these items again, now."""
        self.spool.postpone(items, 0.0)
        self._begin()

    # --- the clock's side: see `Clock.attend` ------------------------------------------

    def next_due(self) -> float | None:
        """Return when something is to happen, None if nothing is."""
        return None if self._is_closed else self.spool.next_due()

    def settle(self) -> None:
        """Return when all attempts that are due now are over.

        Raises:
            RuntimeError: called by a function that an attempt has called.
        """
        with self.spool.lock:
            if threading.current_thread() is self._thread:
                raise RuntimeError("an attempt of a relay cannot wait for the end of attempts")
            self._condition.wait_for(self.is_idle)

    def close(self) -> None:
        """Send nothing more; an attempt in progress is waited for."""
        self._unsubscribe()
        self._office.clock.leave(self)
        with self.spool.lock:
            self._is_closed = True
            thread, self._thread = self._thread, None
            self._condition.notify_all()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    # --- the thread --------------------------------------------------------------------

    def _begin(self) -> None:
        with self.spool.lock:
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(
                    target=self._run, name="fakemail relay", daemon=True
                )
                self._thread.start()
            self._condition.notify_all()

    def _wake(self) -> None:
        with self.spool.lock:
            self._condition.notify_all()

    def is_idle(self) -> bool:
        """Whether nothing is due, being sent, or kept open without reason."""
        if self._thread is None or self._is_closed:
            return True
        clock = self._office.clock
        due = self.spool.next_due()
        is_done = due is None or due > clock.elapsed()
        return is_done and not self._is_working and (clock.is_advancing or not self._is_connected)

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as bug:  # noqa: BLE001  (as in `_try`)
            self._office.own_up(bug)
        finally:
            with self.spool.lock:  # nobody is to wait for attempts that nobody makes
                self._is_closed = True
                self._condition.notify_all()

    def _work(self) -> None:
        sender = Sender(self._office.setup)
        while True:
            with self.spool.lock:
                items = self._wait_for_items()
                self._is_working = True
                self.begun += bool(items)
            try:
                for item in items:
                    self._try(sender, item)
                if not items:
                    sender.close()
            finally:
                with self.spool.lock:
                    self._is_working, self._is_connected = False, bool(items)
                    self._condition.notify_all()
                self.spool.tell()
            if self._is_closed:
                sender.close()
                return

    def _wait_for_items(self) -> list[QueueItem]:
        """Return what is due, as soon as something is; nothing if it is time to hang up."""
        clock = self._office.clock
        while not self._is_closed:
            items = self.spool.due()
            if items:
                return items
            if self._is_connected and not clock.is_advancing:
                return []
            due = self.spool.next_due()
            if due is None or clock.is_frozen:
                self._condition.wait()
            else:
                left = max(0.0, due - clock.elapsed())
                self._condition.wait(min(left, threading.TIMEOUT_MAX))
        return []

    def _try(self, sender: Sender, item: QueueItem) -> None:
        try:
            if not self._is_closed:
                self._attempt(sender, item)
        except Exception as bug:  # noqa: BLE001  (our mistake: the test is told)
            self._office.own_up(bug)
            item.recipients = []
        if not item.recipients:
            self.spool.remove([item])

    # --- an attempt --------------------------------------------------------------------

    def _attempt(self, sender: Sender, item: QueueItem) -> None:
        """Try every recipient that is left; a group for each way that they go."""
        now = self._now()
        raw = received(item, self._office.settings.hostname, f"{item.connection}.{item.number}")
        raw += item.raw
        outcomes: dict[Recipient, Outcome] = {}
        for route, recipients in self._grouped(item.recipients):
            for told in self._outcomes(sender, item, route, recipients, raw):
                outcomes |= {one.recipient: one for one in told}
                asked, last = tuple(one.recipient for one in told), told[-1]
                item.attempts.append(Attempt(now, last.host, asked, last.reply))
        item.tries += 1
        self._conclude(item, list(outcomes.values()), now)

    def _grouped(self, recipients: Sequence[Recipient]) -> list[tuple[Route, list[Recipient]]]:
        groups: dict[object, tuple[Route, list[Recipient]]] = {}
        for recipient in recipients:
            domain = recipient.rpartition("@")[2]
            route = self._route(recipient, domain)
            key = (route, in_ascii(domain)) if isinstance(route, ByMx) else id(route)
            groups.setdefault(key, (route, []))[1].append(recipient)
        return list(groups.values())

    def _route(self, address: str, domain: str) -> Route:
        found = self.routes.of_address(address) or self.routes.of_domain(domain)
        return found or Refusing(550, "5.4.4 Unable to route: no such domain is known here")

    def _outcomes(
        self,
        sender: Sender,
        item: QueueItem,
        route: Route,
        recipients: Sequence[Recipient],
        raw: bytes,
    ) -> list[list[Outcome]]:
        """Return what came of it at each server that was asked, or would have been."""
        domain = recipients[0].rpartition("@")[2]
        match route:
            case ToServers(hops):
                return sender.send(item, recipients, hops, raw)
            case ByMx():
                found = self._office.look_up(domain)
                if isinstance(found, NoServers):
                    return [[Outcome(one, found.code, found.text, domain) for one in recipients]]
                return sender.send(item, recipients, found, raw)
            case Refusing(code, text):
                replies = {one: text.replace("{address}", one) for one in recipients}
                return [[Outcome(one, code, it, f"mx.{domain}") for one, it in replies.items()]]
            case Unreachable():
                reason = f"connect to mx.{domain}: Connection timed out"
                return [[Outcome(one, 0, reason, f"mx.{domain}") for one in recipients]]

    def _conclude(self, item: QueueItem, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Keep those who are to be tried again; tell the sender of the others."""
        age = self._office.clock.elapsed() - item.queued_due
        waiting = [one for one in outcomes if not one.is_final]
        failed = [one for one in outcomes if one.is_final and not one.is_delivered]
        if waiting and age >= self.schedule.given_up:
            failed, waiting = failed + waiting, []
        reached = [one for one in outcomes if one.is_delivered]
        reports = [
            *self._reports.of_failure(item, failed, now, self._dialect_of(failed)),
            *self._reports.of_success(item, reached, now),
        ]
        if waiting and age >= self.schedule.notice and not item.is_told_late:
            item.is_told_late = True
            left = self.schedule.given_up - age
            reports += self._reports.of_delay(item, waiting, now, left)
        with self.spool.lock:
            item.recipients = [one.recipient for one in waiting]
        if waiting and not item.is_held:
            self.spool.postpone([item], self.schedule.wait(item.tries))
        for report in reports:
            self.post(report)

    def _dialect_of(self, failed: Sequence[Outcome]) -> notices.Dialect | None:
        for outcome in failed:
            route = self.routes.of_address(outcome.recipient)
            if isinstance(route, Refusing):
                return route.dialect
        return None

    # --- small things ------------------------------------------------------------------

    def _leaves(self, address: str) -> bool:
        """Whether mail for an address that nobody here has goes on, or is to be returned."""
        domain = address.rpartition("@")[2]
        return self._is_routed(address) or self.routes.is_foreign(domain)

    def _is_routed(self, address: str) -> bool:
        routes = self.routes
        domain = address.rpartition("@")[2]
        return routes.of_address(address) is not None or routes.of_domain(domain) is not None

    def _queue(self, delivery: Delivery, recipients: Sequence[Recipient]) -> None:
        by_delay: dict[float, list[Recipient]] = {}
        for recipient in recipients:
            by_delay.setdefault(self._delay(recipient), []).append(recipient)
        for delay, group in by_delay.items():
            self.spool.add(delivery, group, delay=delay)
        self._begin()

    def _delay(self, address: str) -> float:
        route = self.routes.of_address(address)
        return route.after if isinstance(route, Refusing) else 0.0

    def _now(self) -> datetime:
        return self._office.clock.now()


def _recipient(address: str, known: Sequence[Recipient]) -> Recipient:
    """Return a recipient with the parameters it came with, if it came so."""
    return next(
        (one for one in known if address_key(one) == address_key(address)), Recipient(address)
    )
