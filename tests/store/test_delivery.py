"""A Delivery: the envelope beside the octets, and what only both together can tell."""

import sys
from datetime import UTC, datetime

import pytest

from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.store.delivery import Delivery, Recipient
from pytest_fakemail.wire.exchange import Tls

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def delivery(header: bytes, *recipients: str, sender: str = "shop@example.test") -> Delivery:
    return Delivery(
        header + b"\r\n\r\nHello\r\n",
        sender=sender,
        recipients=[Recipient(address) for address in recipients],
        received_at=NOW,
    )


def test_recipients_are_strings_with_parameters() -> None:
    recipient = Recipient("ann@example.test", {"NOTIFY": "NEVER", "ORCPT": "rfc822;Ann@x"})
    assert recipient == "ann@example.test"
    assert dict(recipient.parameters) == {"NOTIFY": "NEVER", "ORCPT": "rfc822;Ann@x"}
    assert Recipient("bob@example.test").parameters == {}


def test_a_delivery_has_the_whole_envelope() -> None:
    tls = Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256")
    taken = Delivery(
        b"Subject: Hi\r\n\r\n",
        sender="",
        recipients=[Recipient("ann@example.test")],
        parameters={"SIZE": "12", "SMTPUTF8": None},
        helo="app.test",
        tls=tls,
        user="ann",
        connection=3,
        protocol="ESMTPSA",
        received_at=NOW,
    )
    assert (taken.sender, taken.recipients, taken.helo) == ("", ["ann@example.test"], "app.test")
    assert taken.parameters == {"SIZE": "12", "SMTPUTF8": None}
    assert (taken.tls, taken.user, taken.connection) == (tls, "ann", 3)
    assert (taken.protocol, taken.received_at) == ("ESMTPSA", NOW)
    assert taken.subject == "Hi"
    assert taken.message["Subject"] == "Hi"


def test_its_repr_says_what_who_and_whom() -> None:
    taken = delivery(b"Subject: Hi", "ann@example.test", "bob@example.test", sender="")
    assert repr(taken) == "<Delivery 'Hi' from <> to ann@example.test, bob@example.test>"


def test_bcc_is_who_is_in_no_address_field() -> None:
    header = (
        b"To: Ann <ANN@example.test>, team: bob@example.test;\r\n"
        b"Cc: cid@example.test\r\nResent-To: dan@example.test\r\nBcc: fay@example.test"
    )
    people = [f"{name}@example.test" for name in ("ann", "bob", "cid", "dan", "eve", "fay")]
    assert delivery(header, *people).bcc == ["eve@example.test", "fay@example.test"]


def test_quotes_do_not_make_a_recipient_blind() -> None:
    assert delivery(b'To: "ann"@example.test', "ann@example.test").bcc == []
    assert delivery(b"To: ann@example.test", '"ann"@example.test').bcc == []
    assert delivery(b"To: ann@example.test", '"@example.test').bcc == ['"@example.test']


def test_a_hidden_blind_copy_is_fine() -> None:
    delivery(b"To: ann@x.test", "ann@x.test", "eve@x.test").assert_bcc_hidden()
    delivery(b"To: ann@x.test\r\nBcc:", "ann@x.test", "eve@x.test").assert_bcc_hidden()


@pytest.mark.parametrize("field", ["Bcc", "Resent-Bcc", "bcc"])
def test_a_bcc_field_reveals(field: str) -> None:
    taken = delivery(f"To: ann@x.test\r\n{field}: Eve <eve@x.test>".encode(), "ann@x.test")
    with pytest.raises(UnmetExpectation, match=r"^the (Resent-)?Bcc field reveals eve@x\.test$"):
        taken.assert_bcc_hidden()


def test_any_other_field_may_reveal_too() -> None:
    taken = delivery(b"To: ann@x.test\r\nX-All: ann@x.test,EVE@x.test", "ann@x.test", "eve@x.test")
    with pytest.raises(UnmetExpectation) as failure:
        taken.assert_bcc_hidden()
    assert str(failure.value) == "the X-All field reveals eve@x.test: 'ann@x.test,EVE@x.test'"


def test_a_longer_address_reveals_no_one() -> None:
    header = b"To: steve@x.test, eve@x.test.example, a.eve@x.test"
    delivery(header, "steve@x.test", "eve@x.test").assert_bcc_hidden()


def test_the_own_address_in_the_own_copy_is_no_secret() -> None:
    header = b"To: list@x.test\r\nList-Unsubscribe: <https://x.test/?eve@x.test>"
    delivery(header, "eve@x.test").assert_bcc_hidden()


def test_a_delivery_is_small() -> None:
    """Besides its octets it costs no more than some 500."""
    taken = delivery(b"Subject: Hi", "ann@example.test")
    own = [taken, taken.sender, taken.recipients, *taken.recipients, taken.received_at]
    assert not hasattr(taken, "__dict__")
    assert sum(map(sys.getsizeof, own)) < 600
