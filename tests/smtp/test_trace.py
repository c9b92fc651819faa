from datetime import UTC, datetime

import pytest

from pytest_fakemail.smtp.content import with_keyword
from pytest_fakemail.smtp.trace import trace
from pytest_fakemail.store.delivery import Delivery, Recipient
from pytest_fakemail.wire.exchange import Connection


def traced(*recipients: str, helo: str = "me", peer: str = "192.0.2.1") -> str:
    delivery = Delivery(
        b"",
        sender="app@example.test",
        recipients=[Recipient(one) for one in recipients],
        helo=helo,
        protocol="ESMTPS",
        received_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )
    connection = Connection(7, "smtp", peer=(peer, 1))
    return trace(delivery, connection, hostname="mail.example.test", identifier="7.1").decode()


def test_it_tells_the_way_of_a_message() -> None:
    assert traced("ann@example.test") == (
        "Return-Path: <app@example.test>\r\n"
        "Received: from me ([192.0.2.1])\r\n"
        "\tby mail.example.test with ESMTPS id 7.1\r\n"
        "\tfor <ann@example.test>; Fri, 02 Jan 2026 03:04:05 +0000\r\n"
    )


def test_it_gives_nobody_away_among_several() -> None:
    text = traced("ann@example.test", "bob@example.test")
    assert " for " not in text
    assert "id 7.1; Fri, 02 Jan 2026" in text


def test_an_ipv6_peer_is_tagged() -> None:
    assert "[IPv6:::1]" in traced(peer="::1")


def test_a_client_cannot_write_header_fields_by_its_name() -> None:
    assert "from a?X-Evil: 1 (" in traced(helo="a\rX-Evil: 1")


@pytest.mark.parametrize(
    ("flags", "keyword"),
    [
        ("", "SMTP"),
        ("is_extended", "ESMTP"),
        ("is_extended has_tls", "ESMTPS"),
        ("is_extended is_authenticated", "ESMTPA"),
        ("is_extended has_tls is_authenticated", "ESMTPSA"),
        ("is_extended is_utf8 has_tls is_authenticated", "UTF8SMTPSA"),
        ("is_lmtp is_extended", "LMTP"),
        ("is_lmtp is_extended has_tls is_authenticated", "LMTPSA"),
        ("is_lmtp is_extended is_utf8 has_tls", "UTF8LMTPS"),
    ],
)
def test_the_protocol_is_named_as_registered(flags: str, keyword: str) -> None:
    names = ("is_lmtp", "is_extended", "is_utf8", "has_tls", "is_authenticated")
    assert with_keyword(**{name: name in flags.split() for name in names}) == keyword
