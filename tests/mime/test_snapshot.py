"""Mail as data that is the same in every run."""

import re
from datetime import UTC, datetime

import pytest

from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.compose import Parts, compose
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.store.delivery import Delivery, Recipient


def mail(day: int, port: int, token: str) -> Mail:
    parts = Parts(
        from_="Shop <shop@x.test>",
        to="ann@x.test",
        subject="Order",
        text=f"http://127.0.0.1:{port}/reset/{token} until 2026-01-0{day} 10:00",
        html=f"<p>Sent at Fri, 0{day} Jan 2026 03:04:05 +0000 by localhost:{port}",
        attachments={"a.txt": b"x"},
        headers={"References": f"<{day}@x.test> <0@x.test>", "X-Id": token},
    )
    date = datetime(2026, 1, day, tzinfo=UTC)
    return Mail(compose(parts, date=date, message_id=f"<{day}.{token}@x.test>"))


FIRST = mail(1, 4711, "a1b2c3d4e5f6a7b8c9d0e1f2")
SECOND = mail(2, 815, "ffffffff-1111-2222-3333-444444444444"[:8] + "0a1b2c3d4e5f6a7b")


def test_two_runs_give_the_same() -> None:
    assert FIRST.as_dict() != SECOND.as_dict()
    assert FIRST.normalised() == SECOND.normalised()
    shown = FIRST.normalised()
    assert shown["text"] == "<host>/reset/<token> until <date>"
    assert shown["html"] == "<p>Sent at <date> by <host>"
    assert shown["from"] == ["Shop <shop@x.test>"]
    fields = dict(shown["headers"])
    assert fields["Date"] == "<date>"
    assert fields["Message-ID"] == "<message-id>"
    assert fields["References"] == "<message-id> <message-id>"
    assert fields["To"] == "ann@x.test"
    assert fields["From"] == "Shop <shop@x.test>"
    assert "boundary=<boundary>" in fields["Content-Type"]
    assert shown["attachments"][0]["octets"] == 1


def test_another_mail_is_another() -> None:
    parts = Parts(subject="Other", text="x")
    other = Mail(compose(parts, date=datetime(2026, 1, 1, tzinfo=UTC), message_id="<1@x.test>"))
    assert other.normalised() != FIRST.normalised()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("4ae6a7c4-7b1e-4d9c-8a58-0a6f6f2d7a01", "<uuid>"),
        ("20260102T030405Z", "<date>"),
        ("2026-01-02T03:04:05.123+01:00", "<date>"),
        ("<a@x.test>", "<message-id>"),
        ("on 2 Jan 2026", "on 2 Jan 2026"),
        ("internationalisation-of-words", "internationalisation-of-words"),
        ("order 1234567", "order 1234567"),
    ],
)
def test_what_changes_has_a_placeholder(text: str, shown: str) -> None:
    assert Mail(f"\r\n{text}".encode()).normalised()["text"] == shown


def test_more_is_replaced_on_demand() -> None:
    read = Mail(b"Subject: Order 4711\r\nTo: u7@x.test\r\n\r\nOrder 4711")
    shown = read.normalised(replace={"4711": "<no>", re.compile(r"u\d+@"): "<user>@"})
    assert (shown["subject"], shown["text"], shown["to"]) == (
        "Order <no>",
        "Order <no>",
        ["<user>@x.test"],
    )
    for wrong in ({7: "x"}, {"x": 7}):
        with pytest.raises(BadArgument, match="wanted text by text or pattern"):
            read.normalised(replace=wrong)  # type: ignore[arg-type]  # the mistake


def test_a_delivery_has_its_envelope() -> None:
    delivery = Delivery(
        b"\r\n",
        sender="a@x.test",
        recipients=[Recipient("b@x.test")],
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    data = delivery.normalised()
    assert (data["sender"], data["recipients"]) == ("a@x.test", ["b@x.test"])
