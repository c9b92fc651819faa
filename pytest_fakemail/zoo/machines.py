"""What machines write: bounces in ten dialects, auto-replies, receipts, complaints, lists."""

from datetime import UTC, datetime

from pytest_fakemail import notices
from pytest_fakemail.zoo.entry import Entry, Reading, entry, message, octets

_AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
_SENT = message("sent", "Subject: Sale\nDisposition-Notification-To: ann@example.test\n\nBuy!\n")


def _bounce(dialect: notices.Dialect) -> Entry:
    def make() -> bytes:
        return bytes(notices.bounce(_SENT, "5.1.1", dialect=dialect, at=_AT))

    sentence = f"An address that does not exist, as {dialect} reports it."
    return entry(
        f"bounce-{dialect}", "bounce machine", sentence, make, Reading(to=("ann@example.test",))
    )


ENTRIES: tuple[Entry, ...] = (
    *map(_bounce, notices.DIALECTS),
    entry(
        "bounce-mailbox-full",
        "bounce machine",
        "A full mailbox, permanent by its class and not by its nature.",
        lambda: bytes(notices.bounce(_SENT, "5.2.2", at=_AT)),
        Reading(to=("ann@example.test",)),
    ),
    entry(
        "bounce-delayed",
        "bounce machine",
        "Not a failure: it is still being tried.",
        lambda: bytes(notices.delayed(_SENT, at=_AT)),
        Reading(to=("ann@example.test",)),
    ),
    entry(
        "bounce-success",
        "bounce machine",
        "Not a failure: it was delivered.",
        lambda: bytes(notices.delivered(_SENT, at=_AT)),
        Reading(to=("ann@example.test",)),
    ),
    entry(
        "auto-reply-rfc3834",
        "auto-reply machine",
        "An auto-reply that says that it is one.",
        lambda: bytes(notices.auto_reply(_SENT, "Away until Monday", at=_AT)),
        Reading(subject="Auto: Sale", text="Away until Monday"),
    ),
    entry(
        "auto-reply-outlook",
        "auto-reply machine outlook",
        "Outlook's out-of-office.",
        lambda: bytes(notices.auto_reply(_SENT, "Away", style="outlook", at=_AT)),
        Reading(subject="Automatic reply: Sale"),
    ),
    entry(
        "auto-reply-silent",
        "auto-reply machine broken",
        "An auto-reply that does not say that it is one.",
        message("auto-reply-silent", "Subject: Out of office\n\nI am away.\n"),
        Reading(subject="Out of office"),
    ),
    entry(
        "read-receipt",
        "receipt machine",
        "A read receipt.",
        lambda: bytes(notices.read_receipt(_SENT, at=_AT)),
        Reading(to=("ann@example.test",)),
    ),
    entry(
        "exchange-broken-item",
        "machine broken",
        "What Exchange hands out instead of a message that it cannot convert.",  # T MK#1451
        octets(
            'From: "Microsoft Exchange Server" <>\n'
            "To: ann@example.test\n"
            "Subject: Retrieval using the IMAP4 protocol failed for the following message: 3\n\n"
            "The server couldn't retrieve the following message.\n",
        ),
        Reading(
            subject="Retrieval using the IMAP4 protocol failed for the following message: 3",
            text="The server couldn't retrieve the following message.",
        ),
    ),
    entry(
        "complaint-arf",
        "complaint machine",
        "A reader pressed the spam button.",
        lambda: bytes(notices.arf(_SENT, at=_AT)),
        Reading(forwarded=("Sale",)),
    ),
    entry(
        "dmarc-aggregate",
        "complaint machine attachment",
        "A DMARC aggregate report.",
        lambda: bytes(notices.dmarc_report(at=_AT)),
    ),
    entry(
        "challenge",
        "auto-reply machine",
        "Prove that you are a person.",
        lambda: bytes(notices.challenge(_SENT, at=_AT)),
    ),
    entry(
        "list-mail",
        "list machine",
        "A mailing list: a prefix in the subject, its fields, a footer.",
        message(
            "list-mail",
            "Subject: [dev] Plans\nList-Id: Developers <dev.lists.example.test>\n"
            "List-Unsubscribe: <https://lists.example.test/u/7>, <mailto:leave@example.test>\n"
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\nPrecedence: list\n"
            "Sender: dev-bounces@lists.example.test\n\nLet us plan.\n\n"
            "_______________________________________________\ndev mailing list\n",
        ),
        Reading(subject="[dev] Plans", text="Let us plan."),
    ),
    entry(
        "list-digest",
        "list machine forwarded",
        "A digest: several messages in one (multipart/digest).",
        message(
            "list-digest",
            "Subject: Digest\nMIME-Version: 1.0\nContent-Type: multipart/digest; boundary=b\n\n"
            "--b\n\nFrom: a@example.test\nSubject: one\n\n1\n"
            "--b\n\nFrom: b@example.test\nSubject: two\n\n2\n--b--\n",
        ),
        Reading(forwarded=("one", "two")),
    ),
)
