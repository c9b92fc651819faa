"""A signup form that asks DNS whether an address can get mail before it writes to it.

In doubt it lets the visitor in: a name server that does not answer is nobody's typing mistake.
"""

import dns.exception
import dns.resolver

from pytest_fakemail import FakeMail
from pytest_fakemail.dns.server import DnsServer


def complaint(address: str) -> str:
    """Return what is wrong with an address, nothing if it may be right."""
    domain = address.rpartition("@")[2]
    try:
        records = dns.resolver.resolve(domain, "MX")
    except dns.resolver.NXDOMAIN:
        return f"there is no domain {domain}"
    except dns.resolver.NoAnswer:
        return "" if has_address(domain) else f"{domain} has no mail server"
    except dns.exception.DNSException:
        return ""
    if [record.exchange.to_text() for record in records] == ["."]:  # RFC 7505
        return f"{domain} takes no mail"
    return ""


def has_address(domain: str) -> bool:
    """RFC 5321 section 5.1: without MX a domain's own address is its mail server."""
    try:
        return bool(dns.resolver.resolve(domain, "A"))
    except dns.exception.DNSException:
        return False


def test_a_domain_with_a_mail_server(fakemail: FakeMail, fakemail_dns: DnsServer) -> None:
    fakemail_dns.mx("shop.test", fakemail.smtp)
    assert complaint("ann@shop.test") == ""
    fakemail_dns.queries.assert_any(type="MX", name="shop.test")


def test_a_domain_that_is_its_own_mail_server(fakemail_dns: DnsServer) -> None:
    fakemail_dns.a("old.test", "192.0.2.7")
    assert complaint("ann@old.test") == ""


def test_a_typing_mistake(fakemail_dns: DnsServer) -> None:
    fakemail_dns.mx("gmail.test", ("127.0.0.1", 25))
    assert complaint("ann@gmial.test") == "there is no domain gmial.test"


def test_a_domain_that_takes_no_mail(fakemail_dns: DnsServer) -> None:
    fakemail_dns.null_mx("example.test")
    assert complaint("ann@example.test") == "example.test takes no mail"


def test_a_domain_with_nothing_but_text(fakemail_dns: DnsServer) -> None:
    fakemail_dns.txt("text.test", "hello")
    assert complaint("ann@text.test") == "text.test has no mail server"


def test_a_name_server_in_trouble_is_not_the_visitors_fault(fakemail_dns: DnsServer) -> None:
    fakemail_dns.when("MX").servfail()
    assert complaint("ann@shop.test") == ""
