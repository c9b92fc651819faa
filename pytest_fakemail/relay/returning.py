"""What is told to the sender: failures, delays, and success where it was asked for (RFC 3461)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pytest_fakemail import notices
from pytest_fakemail.notices.dialects import Name
from pytest_fakemail.notices.notice import Notice
from pytest_fakemail.relay.item import QueueItem
from pytest_fakemail.relay.sending import Outcome
from pytest_fakemail.store.delivery import Delivery, Recipient

_GENERAL = {"2": "2.0.0", "4": "4.0.0", "5": "5.0.0"}


class Reports:
    """Writes reports in the name of one server."""

    def __init__(self, hostname: str, postmaster: str, dialect: Name) -> None:
        self._hostname = hostname
        self._postmaster = postmaster
        self._dialect: Name = dialect

    def of_failure(
        self, item: Delivery, outcomes: Sequence[Outcome], at: datetime, dialect: Name | None = None
    ) -> Iterator[Notice]:
        """Return one report of all these recipients; of a report that failed, to the postmaster.

        A null return path never gets one (RFC 5321 §4.5.5).
        """
        told = [one for one in outcomes if notices.wants(one.recipient, "FAILURE")]
        if not told:
            return
        to = item.sender or self._postmaster
        if not item.sender and self._postmaster.lower() in map(str.lower, item.recipients):
            return  # the report of a report to the postmaster ends here
        yield notices.bounce(
            item,
            _failed(told[0]),
            _replies(told),
            dialect=dialect or self._dialect,
            recipients=[one.recipient for one in told],
            to=to,
            hostname=self._hostname,
            remote_mta=told[0].host,
            at=at,
        )

    def of_delay(
        self, item: QueueItem, outcomes: Sequence[Outcome], at: datetime, retry_for: float
    ) -> Iterator[Notice]:
        """Return the notice that these recipients are still being tried."""
        told = [one for one in outcomes if notices.wants(one.recipient, "DELAY")]
        if told and item.sender:
            yield notices.delayed(
                item,
                _delayed(told[0]),
                _replies(told),
                retry_for=retry_for,
                dialect=self._dialect,
                recipients=[one.recipient for one in told],
                hostname=self._hostname,
                remote_mta=told[0].host,
                at=at,
            )

    def of_success(
        self, item: Delivery, outcomes: Sequence[Outcome], at: datetime
    ) -> Iterator[Notice]:
        """Return the report that NOTIFY=SUCCESS asks for, unless the next server will write it."""
        told = [
            one for one in outcomes if not one.has_dsn and notices.wants(one.recipient, "SUCCESS")
        ]
        if told and item.sender:
            yield notices.delivered(
                item,
                "2.0.0",
                _replies(told),
                action="relayed",
                dialect=self._dialect,
                recipients=[one.recipient for one in told],
                hostname=self._hostname,
                remote_mta=told[0].host,
                at=at,
            )

    def of_local(
        self, delivery: Delivery, recipients: Sequence[Recipient], at: datetime
    ) -> Iterator[Notice]:
        """Return the report that a message is in the mailbox of those who were asked about."""
        told = [one for one in recipients if notices.wants(one, "SUCCESS")]
        if told and delivery.sender:
            yield notices.delivered(
                delivery,
                "2.1.5",
                "250 2.1.5 delivered to mailbox",
                dialect=self._dialect,
                recipients=told,
                hostname=self._hostname,
                remote_mta=self._hostname,
                at=at,
            )


def status_of(text: str, kind: str) -> str:
    """Return the enhanced status that a reply's text begins with, or a general one."""
    first = text.partition(" ")[0]
    pieces = first.split(".")
    if len(pieces) == 3 and all(map(str.isdigit, pieces)) and pieces[0] in _GENERAL:  # noqa: PLR2004  (RFC 3463 §2)
        return first
    return _GENERAL.get(kind, "5.5.0")  # what is out of place is a protocol error (RFC 3463 §3.6)


def _failed(outcome: Outcome) -> str:
    """Return the status of a failure; what was given up may have a transient one."""
    if not outcome.code:
        return "4.4.1"
    return status_of(outcome.text, str(outcome.code)[0])


def _delayed(outcome: Outcome) -> str:
    status = status_of(outcome.text, "4") if outcome.code else "4.4.1"
    return status if status.startswith("4") else "4.0.0"


def _replies(outcomes: Sequence[Outcome]) -> Mapping[str, str]:
    return {one.recipient: one.reply for one in outcomes if one.code}
