"""A shop that must sign its invoices: DKIM by a library, SPF and DMARC by what DNS says.

The shop hands its mail to its provider, so that the envelope is the provider's and only DKIM can
speak for the shop's own domain.
"""

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

import dkim
import pytest

from pytest_fakemail import FakeMail


@dataclass
class Shop:
    """The app: sends invoices over its provider, signed with the key of its domain."""

    smtp: tuple[str, int]
    key: str
    selector: str = "shop"
    domain: str = "shop.test"

    def send_invoice(self, to: str, number: int) -> None:
        """Send one, with a signature on top."""
        mail = EmailMessage()
        mail["From"] = f"Shop <billing@{self.domain}>"
        mail["To"] = to
        mail["Subject"] = f"Invoice {number}"
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain=self.domain)
        mail.set_content(f"Please pay invoice {number}.\n\n  Grüße aus dem Laden\n")
        raw = b"\r\n".join(mail.as_bytes().splitlines()) + b"\r\n"
        with smtplib.SMTP(*self.smtp) as client:
            client.sendmail("bounces@provider.test", [to], self.signature(raw) + raw)

    def signature(self, raw: bytes) -> bytes:
        """Return a DKIM-Signature field for a mail with CRLF at the ends of its lines."""
        field: bytes = dkim.sign(
            raw,
            self.selector.encode(),
            self.domain.encode(),
            self.key.encode(),
            include_headers=[b"from", b"to", b"subject", b"date", b"message-id"],
        )
        return field


@pytest.fixture
def shop(fakemail: FakeMail) -> Shop:
    key = fakemail.dns.dkim_key("shop", domain="shop.test")
    fakemail.dns.spf("provider.test", "v=spf1 ip4:127.0.0.1 -all")
    fakemail.dns.dmarc("shop.test", "reject")
    return Shop(fakemail.smtp.address, key)


def test_an_invoice_passes_at_large_receivers(fakemail: FakeMail, shop: Shop) -> None:
    shop.send_invoice("ann@example.test", 7)
    invoice = fakemail.outbox.wait_for(subject="Invoice 7")
    invoice.assert_dkim_valid(domain="shop.test", selector="shop")
    invoice.assert_spf_pass()  # of the provider, which is not aligned
    invoice.assert_dmarc_aligned()


def test_a_key_that_was_changed_in_dns_only(fakemail: FakeMail, shop: Shop) -> None:
    fakemail.dns.dkim_key("shop", domain="shop.test")
    shop.send_invoice("ann@example.test", 8)
    with pytest.raises(AssertionError, match="another private key made it"):
        fakemail.outbox.wait_for(subject="Invoice 8").assert_dkim_valid()


def test_a_strict_policy_wants_the_same_domain(fakemail: FakeMail, shop: Shop) -> None:
    fakemail.dns.dmarc("billing.shop.test", "v=DMARC1; p=reject; adkim=s")
    fakemail.dns.dkim("shop", shop.key, domain="billing.shop.test")
    shop.send_invoice("ann@example.test", 9)
    fakemail.outbox.wait_for(subject="Invoice 9").assert_dmarc_aligned()
