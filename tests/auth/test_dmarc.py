"""DMARC: what SPF and DKIM have authenticated, held against the author (RFC 7489)."""

import gc
import smtplib
import subprocess
import sys
from collections.abc import Iterator

import pytest
from signing import MAIL, SELECTOR, Signer

from pytest_fakemail import BadArgument, FakeMail, Mail, UnmetExpectation
from pytest_fakemail.auth import dmarc
from pytest_fakemail.auth.results import Result, Word


@pytest.fixture
def fakemail() -> Iterator[FakeMail]:
    with FakeMail() as one:
        yield one


def checked(
    fakemail: FakeMail,
    *,
    author: str = "example.test",
    spf: tuple[Word, str] | None = None,
    dkim: tuple[tuple[Word, str], ...] = (),
) -> dmarc.Checked:
    found = None if spf is None else Result("spf", spf[0], domain=spf[1])
    signed = [Result("dkim", word, domain=domain) for word, domain in dkim]
    return dmarc.check([author], found, signed, fakemail.dns)


@pytest.mark.parametrize(
    ("author", "domain", "aligned"),
    [
        ("example.test", "example.test", "rs"),
        ("example.test", "bounces.example.test", "r"),
        ("news.example.test", "example.test", "r"),
        ("a.example.test", "b.example.test", "r"),
        ("example.test", "example2.test", ""),
        ("example.test", "test", ""),
        ("EXAMPLE.test", "example.TEST.", "rs"),
        ("shop.co.uk", "mail.shop.co.uk", "r"),
        ("shop.co.uk", "other.co.uk", ""),
        ("co.uk", "shop.co.uk", ""),
        ("ann.github.io", "bob.github.io", ""),
        ("www.city.kobe.jp", "mail.city.kobe.jp", "r"),
        ("b.c.kobe.jp", "x.c.kobe.jp", ""),
        ("bücher.example.com", "example.com", "r"),
    ],
)
@pytest.mark.parametrize("method", ["spf", "dkim"])
def test_alignment(fakemail: FakeMail, author: str, domain: str, aligned: str, method: str) -> None:
    """`aligned` are the modes in which they are."""
    for mode in "rs":
        name = author.encode("idna").decode()
        fakemail.dns.dmarc(name, f"v=DMARC1; p=reject; adkim={mode}; aspf={mode}")
        found = (
            checked(fakemail, author=author, spf=("pass", domain))
            if method == "spf"
            else checked(fakemail, author=author, dkim=(("pass", domain),))
        )
        assert found.result.word == ("pass" if mode in aligned else "fail"), found


def test_one_of_them_is_enough(fakemail: FakeMail) -> None:
    fakemail.dns.dmarc("example.test", "reject")
    both = checked(fakemail, spf=("fail", "esp.test"), dkim=(("fail", "x.test"),))
    assert (both.result.word, both.wish) == ("fail", "reject")
    one = checked(
        fakemail, spf=("fail", "example.test"), dkim=(("pass", "x.test"), ("pass", "example.test"))
    )
    assert (one.result.word, one.wish) == ("pass", "none")


@pytest.mark.parametrize("word", ["fail", "softfail", "neutral", "none", "permerror", "policy"])
def test_only_what_passes_counts(fakemail: FakeMail, word: Word) -> None:
    fakemail.dns.dmarc("example.test", "reject")
    assert checked(fakemail, spf=(word, "example.test")).result.word == "fail"
    assert checked(fakemail, dkim=((word, "example.test"),)).result.word == "fail"


def test_the_policy_of_the_organizational_domain(fakemail: FakeMail) -> None:
    fakemail.dns.dmarc("example.test", "v=DMARC1; p=reject; sp=quarantine")
    assert checked(fakemail, author="example.test").wish == "reject"
    below = checked(fakemail, author="a.b.example.test")
    assert (below.wish, below.record and below.record.domain) == ("quarantine", "example.test")
    fakemail.dns.dmarc("a.b.example.test", "none")
    assert checked(fakemail, author="a.b.example.test").wish == "none"


@pytest.mark.parametrize(
    ("record", "word", "wish"),
    [
        ("v=DMARC1; p=reject", "fail", "reject"),
        ("v=DMARC1;p=Quarantine;", "fail", "quarantine"),
        ("v = DMARC1 ; p = none", "fail", "none"),
        ("v=DMARC1; p=refuse; rua=mailto:a@example.test", "fail", "none"),
        ("v=DMARC1; rua=mailto:a@example.test", "fail", "none"),
        ("v=DMARC1; p=reject; sp=?; rua=mailto:a@example.test", "fail", "none"),
        ("v=DMARC1; p=refuse", "permerror", "none"),
        ("v=DMARC1", "permerror", "none"),
        ("v=DMARC1; p=reject; p=none", "permerror", "none"),
        ("v=DMARC1; nonsense", "permerror", "none"),
        ("v=dmarc1; p=reject", "none", "none"),
        ("v=DMARC2; p=reject", "none", "none"),
        ("p=reject; v=DMARC1", "none", "none"),
        ("v=spf1 -all", "none", "none"),
    ],
)
def test_records(fakemail: FakeMail, record: str, word: Word, wish: str) -> None:
    fakemail.dns.txt("_dmarc.example.test", record)
    found = checked(fakemail, spf=("fail", "example.test"))
    assert (found.result.word, found.wish) == (word, wish)


def test_two_records(fakemail: FakeMail) -> None:
    fakemail.dns.txt("_dmarc.example.test", "v=DMARC1; p=none", "v=DMARC1; p=reject")
    assert checked(fakemail).result.word == "permerror"


def test_a_name_server_that_fails(fakemail: FakeMail) -> None:
    fakemail.dns.dmarc("example.test", "reject")
    fakemail.dns.when("TXT", name="_dmarc.example.test").servfail().once()
    assert checked(fakemail, spf=("pass", "example.test")).result.word == "temperror"
    assert checked(fakemail, spf=("temperror", "example.test")).result.word == "temperror"
    assert checked(fakemail, spf=("temperror", "esp.test")).result.word == "fail"


@pytest.mark.parametrize(
    "author",
    [b"", b"From: <>\r\n", b"From: no address\r\n", b"From: nobody:;\r\n"],
)
def test_authors_of_no_domain(fakemail: FakeMail, author: bytes) -> None:
    found = fakemail.dns.judge.verdict(Mail(author + b"\r\nHello\r\n"), None)
    assert found.dmarc.result.word == "permerror"
    with pytest.raises(UnmetExpectation, match="wanted one"):
        Mail(author + b"\r\nHello\r\n").assert_dmarc_aligned(dns=fakemail.dns)


@pytest.mark.parametrize(
    ("passing", "wishes", "word", "wish"),
    [
        ("one.test", ("reject", "reject"), "fail", "reject"),
        ("one.test", ("reject", "none"), "fail", "none"),
        ("one.test", ("reject", None), "none", "none"),
        ("none.test", ("quarantine", "reject"), "fail", "reject"),
        ("none.test", ("quarantine", "none"), "fail", "quarantine"),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("form", ["From: a@{}, b@{}\r\n", "From: a@{}\r\nFrom: b@{}\r\n"])
def test_authors_of_several_domains(
    fakemail: FakeMail,
    passing: str,
    wishes: tuple[str | None, ...],
    *,
    word: str,
    wish: str,
    order: int,
    form: str,
) -> None:
    """RFC 7489 §6.6.1: each is checked; the strictest policy of those that fail counts."""
    domains = ("one.test", "two.test")
    for domain, wanted in zip(domains, wishes, strict=True):
        if wanted is not None:
            fakemail.dns.dmarc(domain, wanted)
    mail = Mail(form.format(*domains[::order]).encode() + b"\r\nHello\r\n")
    authors = [one.rpartition("@")[2] for one in mail.from_]
    found = dmarc.check(authors, Result("spf", "pass", domain=passing), [], fakemail.dns)
    assert (found.result.word, found.wish) == (word, wish)


def send(fakemail: FakeMail, raw: bytes, sender: str = "news@example.test") -> None:
    with smtplib.SMTP(*fakemail.smtp.address, local_hostname="client.test") as client:
        client.sendmail(sender, ["ann@example.test"], raw)


class TestDeliveries:
    """A delivery knows its envelope and its zone; so do the messages of a mailbox know theirs."""

    def test_that_pass(self, fakemail: FakeMail) -> None:
        dns = fakemail.dns
        pem = dns.dkim_key(SELECTOR, bits=1024)
        dns.spf("example.test")
        dns.dmarc("example.test", "reject")
        account = fakemail.account("ann@example.test")
        send(fakemail, Signer(pem).signed(MAIL))
        for mail in (fakemail.outbox.one(), account.inbox.messages[0]):
            mail.assert_dkim_valid()
            mail.assert_dmarc_aligned()
        fakemail.outbox.one().assert_spf_pass()
        assert fakemail.outbox.one().client == "127.0.0.1"
        dns.queries.assert_any(type="TXT", name="_dmarc.example.test", transport="local")

    def test_the_whole_text_of_a_failure(self, fakemail: FakeMail) -> None:
        dns = fakemail.dns
        pem = dns.dkim_key(SELECTOR, domain="esp.test", bits=1024)
        dns.spf("bounces.esp.test")
        dns.dmarc("example.test", "v=DMARC1; p=reject; adkim=s")
        dns.dkim("sub", pem, domain="mail.example.test")
        mail = Signer(pem, d="mail.example.test", s="sub").signed(MAIL)
        mail = Signer(pem, d="esp.test").signed(mail)
        send(fakemail, mail, "b@bounces.esp.test")
        with pytest.raises(UnmetExpectation) as failure:
            fakemail.outbox.one().assert_dmarc_aligned()
        assert str(failure.value) == (
            "DMARC of example.test is fail: nothing that passed is aligned with example.test; "
            "p=reject\n"
            "  _dmarc.example.test: v=DMARC1; p=reject; adkim=s\n"
            "  spf=pass for bounces.esp.test, not aligned: "
            "of esp.test, and not example.test (relaxed)\n"
            "  dkim=pass for esp.test, not aligned: "
            "of esp.test, and not example.test (strict)\n"
            "  dkim=pass for mail.example.test, not aligned: "
            "strict mode wants the same domain (strict)"
        )

    def test_without_a_policy(self, fakemail: FakeMail) -> None:
        send(fakemail, MAIL)
        with pytest.raises(UnmetExpectation, match=r"example\.test publishes no DMARC policy"):
            fakemail.outbox.one().assert_dmarc_aligned()

    def test_what_failed_is_explained_too(self, fakemail: FakeMail) -> None:
        pem = fakemail.dns.dkim_key(SELECTOR, bits=1024)
        fakemail.dns.dmarc("example.test", "reject")
        fakemail.dns.spf("example.test", "v=spf1 -all")
        send(fakemail, Signer(pem).signed(MAIL) + b"footer\r\n")
        with pytest.raises(UnmetExpectation) as failure:
            fakemail.outbox.one().assert_dmarc_aligned()
        assert "127.0.0.1 must not send for example.test: -all" in str(failure.value)
        assert "what follows octet 21 was added after it was signed" in str(failure.value)

    def test_by_another_zone(self, fakemail: FakeMail) -> None:
        send(fakemail, MAIL)
        with FakeMail() as other:
            other.dns.spf("example.test")
            fakemail.outbox.one().assert_spf_pass(dns=other.dns)
        with pytest.raises(UnmetExpectation, match="publishes no SPF policy"):
            fakemail.outbox.one().assert_spf_pass()

    def test_from_another_address(self, fakemail: FakeMail) -> None:
        fakemail.dns.spf("example.test", "v=spf1 ip4:192.0.2.0/24 -all")
        send(fakemail, MAIL)
        fakemail.outbox.one().assert_spf_pass(client="192.0.2.9")
        with pytest.raises(UnmetExpectation, match=r"127\.0\.0\.1 must not send"):
            fakemail.outbox.one().assert_spf_pass()

    def test_after_the_test(self) -> None:
        """A mail that is kept does not keep its FakeMail alive, and says what it lacks."""
        with FakeMail() as one:
            one.dns.spf("example.test")
            send(one, MAIL)
            mail = one.outbox.one()
        mail.assert_spf_pass()  # closed, and there
        del one
        gc.collect()
        with pytest.raises(BadArgument, match="give dns="):
            mail.assert_spf_pass()


def test_nothing_of_it_is_loaded_without_need() -> None:
    code = (
        "import sys\nfrom pytest_fakemail import FakeMail\nimport smtplib\n"
        "with FakeMail() as one:\n"
        "    with smtplib.SMTP(*one.smtp.address) as client:\n"
        "        client.sendmail('a@b.test', ['c@d.test'], b'Subject: x\\r\\n\\r\\n')\n"
        "print(*(name for name in sys.modules"
        " if name.startswith(('spf', 'publicsuffix', 'dns', 'pytest_fakemail.auth'))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == []
