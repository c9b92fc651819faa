"""Signatures that others made, whole and broken in every way (RFC 6376 §6.1)."""

import subprocess
from collections.abc import Callable, Iterator

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from signing import BODY, MAIL, SELECTOR, Signer, raw_seed

from pytest_fakemail import BadArgument, FakeMail, Mail, UnmetExpectation
from pytest_fakemail.auth.keys import record_of

RFC_8463_KEYS = {
    "brisbane": "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
    "test": (
        "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR"
        "iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
        "DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3"
        "Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
    ),
}
RFC_8463_MESSAGE = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
""".replace(b"\n", b"\r\n")


@pytest.fixture
def fakemail() -> Iterator[FakeMail]:
    with FakeMail() as one:
        yield one


@pytest.fixture(scope="module")
def pem() -> str:
    with FakeMail() as one:
        return one.dns.dkim_key(SELECTOR, bits=1024)


@pytest.fixture
def zone(fakemail: FakeMail, pem: str) -> FakeMail:
    fakemail.dns.dkim(SELECTOR, pem)
    return fakemail


def judged(fakemail: FakeMail, raw: bytes) -> str:
    """Return the word and the reason of the one signature."""
    (check,) = fakemail.dns.judge.check_dkim(raw)
    return f"{check.result.word}: {check.result.reason}"


def failure(fakemail: FakeMail, raw: bytes) -> str:
    with pytest.raises(UnmetExpectation) as caught:
        Mail(raw).assert_dkim_valid(dns=fakemail.dns)
    return str(caught.value)


FORMS = [f"{header}/{body}" for header in ("simple", "relaxed") for body in ("simple", "relaxed")]
BODIES = [
    b"",
    b"\r\n",
    b"\r\n\r\n\r\n",
    b"no line end",
    b"blanks  \t inside \r\nand behind \t\r\n\r\n \r\n",
    b".dots\r\n..more\r\n\r\n\r\n",
    b"\xff\xfe eight bits \xe4\r\n",
]


class TestOthersSignatures:
    @pytest.mark.parametrize("forms", FORMS)
    @pytest.mark.parametrize("body", BODIES)
    def test_of_dkimpy(self, zone: FakeMail, pem: str, forms: str, body: bytes) -> None:
        mail = MAIL.removesuffix(BODY) + body
        field = dkim.sign(
            mail,
            SELECTOR.encode(),
            b"example.test",
            pem.encode(),
            canonicalize=tuple(forms.encode().split(b"/")),
        )
        assert judged(zone, field + mail) == "pass: "

    @pytest.mark.parametrize("forms", FORMS)
    @pytest.mark.parametrize("body", BODIES)
    def test_written_by_the_rfc(self, zone: FakeMail, pem: str, forms: str, body: bytes) -> None:
        mail = MAIL.removesuffix(BODY) + body
        signed = Signer(pem, c=forms).signed(mail)
        assert judged(zone, signed) == "pass: "
        assert dkim.verify(signed, dnsfunc=published(pem))

    def test_with_ed25519(self, fakemail: FakeMail) -> None:
        pem = fakemail.dns.dkim_key("ed", kind="ed25519")
        field = dkim.sign(
            MAIL, b"ed", b"example.test", raw_seed(pem), signature_algorithm=b"ed25519-sha256"
        )
        assert judged(fakemail, field + MAIL) == "pass: "
        assert judged(fakemail, field + MAIL.replace(b"Hello", b"Hallo")).startswith("fail")
        assert judged(fakemail, field + MAIL.replace(b"Ann", b"Eve")).startswith("fail")

    def test_of_rfc_8463s_example(self, fakemail: FakeMail) -> None:
        """RFC 8463 appendix A has a message with two signatures, and their keys."""
        for selector, record in RFC_8463_KEYS.items():
            fakemail.dns.dkim(selector, record, domain="football.example.com")
        checks = fakemail.dns.judge.check_dkim(RFC_8463_MESSAGE)
        assert [check.result.word for check in checks] == ["pass", "pass"]
        Mail(RFC_8463_MESSAGE).assert_dkim_valid(dns=fakemail.dns)

    def test_with_lf_at_the_ends_of_lines(self, zone: FakeMail, pem: str) -> None:
        signed = Signer(pem).signed(MAIL)
        assert judged(zone, signed.replace(b"\r\n", b"\n")) == "pass: "

    def test_of_a_part_of_the_body(self, zone: FakeMail, pem: str) -> None:
        signed = Signer(pem, l="5").signed(MAIL)
        assert judged(zone, signed + b"a footer of a list\r\n") == "pass: "

    def test_of_fields_that_are_there_twice(self, zone: FakeMail, pem: str) -> None:
        mail = b"X: 1\r\nX: 2\r\n" + MAIL
        signed = Signer(pem, h="from:x:x:x").signed(mail)
        assert judged(zone, signed) == "pass: "
        assert judged(zone, b"X: 0\r\n" + signed).startswith("fail")

    def test_of_other_signatures_but_never_its_own(self, zone: FakeMail, pem: str) -> None:
        """RFC 6376 §3.5: `h=` may name DKIM-Signature, which is then any other one."""
        inner = Signer(pem, h="from:dkim-signature").signed(MAIL)
        assert judged(zone, inner) == "pass: "
        outer = Signer(pem, h="from:dkim-signature").signed(inner)
        assert [one.result.word for one in zone.dns.judge.check_dkim(outer)] == ["pass", "fail"]

    def test_among_others(self, zone: FakeMail, pem: str) -> None:
        zone.dns.dkim("list", pem, domain="lists.test")
        inner = Signer(pem).signed(MAIL)
        outer = Signer(pem, s="list", d="lists.test").signed(inner)
        assert [one.result.word for one in zone.dns.judge.check_dkim(outer)] == ["pass", "pass"]


def published(pem: str) -> Callable[..., bytes]:
    """Return what dkimpy asks for a key."""
    return lambda *_, **__: record_of(pem).encode()


class TestBroken:
    """What no verifier may accept, and in whose words."""

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"v": "2"}, "v=2: there is only version 1"),
            ({"a": "rsa-md5"}, "a=rsa-md5: wanted one of"),
            ({"a": "rsa-sha1"}, "a=rsa-sha1 must not be used any more"),
            ({"c": "nofws"}, "c=nofws: wanted simple or relaxed"),
            ({"h": "subject:to"}, "h= has no From"),
            ({"h": "from::to"}, "h=from::to has an empty name"),
            ({"i": "@other.test"}, "i=@other.test is not within d=example.test"),
            ({"i": "@notexample.test"}, "i=@notexample.test is not within"),
            ({"q": "http"}, "q=http: keys are fetched by dns/txt only"),
            ({"l": "many"}, "l=many is no number of octets"),
            ({"l": "100000"}, "l=100000, and the body has 21 octets"),
            ({"t": "yesterday"}, "t=yesterday is no number of seconds"),
            ({"t": "200", "x": "100"}, "it expires (x=100) before it was made (t=200)"),
            ({"x": "100"}, "the signature expired"),
            ({"d": ""}, "d= is no domain name"),
            ({"bh": "!"}, "bh= is no base64"),
        ],
    )
    def test_tags(self, zone: FakeMail, pem: str, change: dict[str, str], words: str) -> None:
        signed = Signer(pem, **change).signed(MAIL)
        assert words in judged(zone, signed)
        assert words in failure(zone, signed)
        assert "permerror" in judged(zone, signed)

    @pytest.mark.parametrize("name", ["v", "a", "b", "bh", "d", "h", "s"])
    def test_a_tag_is_missing(self, zone: FakeMail, pem: str, name: str) -> None:
        signed = Signer(pem).signed(MAIL, without=name)
        assert f"it lacks {name}=" in judged(zone, signed)

    def test_a_tag_is_there_twice(self, zone: FakeMail, pem: str) -> None:
        signed = Signer(pem).signed(MAIL).replace(b"v=1;", b"v=1; v=1;", 1)
        assert "v= is there twice" in judged(zone, signed)

    def test_no_signature(self, zone: FakeMail) -> None:
        assert "has no DKIM signature; its fields: From, To, Subject" in failure(zone, MAIL)

    def test_none_of_that_domain(self, zone: FakeMail, pem: str) -> None:
        mail = Mail(Signer(pem).signed(MAIL))
        mail.assert_dkim_valid(domain="Example.TEST", selector=SELECTOR, dns=zone.dns)
        with pytest.raises(UnmetExpectation, match=r"with d=other\.test"):
            mail.assert_dkim_valid(domain="other.test", dns=zone.dns)
        with pytest.raises(UnmetExpectation, match="with s=other"):
            mail.assert_dkim_valid(selector="other", dns=zone.dns)

    def test_one_of_two(self, zone: FakeMail, pem: str) -> None:
        """A second signature of the app that is broken is not hidden by one that is valid."""
        inner = Signer(pem).signed(MAIL)
        outer = Signer(pem, s="unpublished").signed(inner)
        assert "no TXT record unpublished._domainkey" in failure(zone, outer)
        Mail(outer).assert_dkim_valid(selector=SELECTOR, dns=zone.dns)

    def test_a_second_author_above(self, zone: FakeMail, pem: str) -> None:
        signed = b"From: eve@evil.test\r\n" + Signer(pem).signed(MAIL)
        assert judged(zone, signed).startswith("policy: there are 2 From fields")
        assert not dkim.verify(signed, dnsfunc=published(pem))


class TestKeys:
    @pytest.mark.parametrize(
        ("record", "words"),
        [
            ("v=DKIM1; p=", "permerror: mail._domainkey.example.test: the key is revoked"),
            ("v=DKIM1; k=rsa", "it lacks p="),
            ("k=rsa; v=DKIM1; p={}", "v=DKIM1 must come first"),
            ("v=DKIM2; p={}", "v=DKIM1 must come first"),
            ("v=DKIM1; s=tlsrpt; p={}", "the key is not for email: s=tlsrpt"),
            ("v=DKIM1; h=sha1; p={}", "allows h=sha1"),
            ("v=DKIM1; k=dsa; p={}", "k=dsa: wanted rsa or ed25519"),
            ("v=DKIM1; p=AAAA", "p= is no RSA key in DER"),
            ("v=DKIM1; p=?", "p= is no base64"),
            ("v=DKIM1; k=ed25519; p=AAAA", "p= is no Ed25519 key: 3 octets"),
            ("v=DKIM1; p={}; p={}", "p= is there twice"),
            ("p", "'p' is no tag=value"),
        ],
    )
    def test_of_no_use(self, zone: FakeMail, pem: str, record: str, words: str) -> None:
        zone.dns.remove("mail._domainkey.example.test")
        zone.dns.txt("mail._domainkey.example.test", record.format(public(pem), ""))
        signed = Signer(pem).signed(MAIL)
        assert words in judged(zone, signed)
        assert words in failure(zone, signed)

    @pytest.mark.parametrize(
        "record",
        [
            "p={}",
            "v=DKIM1; h=sha1:sha256; k=rsa; s=email; t=y; n=a note; p={}",
            "v=DKIM1;s=*;p={};",
        ],
    )
    def test_of_use(self, zone: FakeMail, pem: str, record: str) -> None:
        zone.dns.remove("mail._domainkey.example.test")
        zone.dns.txt("mail._domainkey.example.test", record.format(public(pem)))
        assert judged(zone, Signer(pem).signed(MAIL)) == "pass: "

    def test_in_rfc_8017s_own_form(self, zone: FakeMail, pem: str) -> None:
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        key = load_pem_private_key(pem.encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        der = key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1)
        zone.dns.dkim(SELECTOR, der)
        assert judged(zone, Signer(pem).signed(MAIL)) == "pass: "

    def test_not_for_subdomains(self, zone: FakeMail, pem: str) -> None:
        zone.dns.dkim(SELECTOR, f"v=DKIM1; t=s; p={public(pem)}")
        signed = Signer(pem, i="@sub.example.test").signed(MAIL)
        assert "t=s of the key" in judged(zone, signed)
        zone.dns.dkim(SELECTOR, f"v=DKIM1; p={public(pem)}")
        assert judged(zone, signed) == "pass: "

    def test_missing(self, zone: FakeMail, pem: str) -> None:
        signed = Signer(pem, s="mial").signed(MAIL)
        assert "no TXT record mial._domainkey.example.test" in failure(zone, signed)
        assert "did you mean 'mail._domainkey.example.test'?" in failure(zone, signed)

    def test_of_another_pair(self, zone: FakeMail, pem: str) -> None:
        zone.dns.dkim_key(SELECTOR, bits=1024)
        assert "fail: another private key made it" in failure(zone, Signer(pem).signed(MAIL))

    def test_too_small(self, zone: FakeMail, pem: str) -> None:
        """RFC 8301 §3.2: a key of 512 bits; nobody else makes them any more."""
        command = ["openssl", "genrsa", "-traditional", "512"]
        small = subprocess.run(command, capture_output=True, check=True, timeout=60)
        command = ["openssl", "rsa", "-pubout", "-outform", "DER"]
        run = subprocess.run(
            command, input=small.stdout, capture_output=True, check=True, timeout=60
        )
        zone.dns.dkim(SELECTOR, run.stdout)
        assert judged(zone, Signer(pem).signed(MAIL)).startswith("policy: the key at mail._domai")
        assert "has 512 bits, wanted 1024" in failure(zone, Signer(pem).signed(MAIL))

    def test_two_at_one_selector(self, zone: FakeMail, pem: str) -> None:
        """RFC 6376 §3.6.2.2: what comes of it is undefined; one of them fits."""
        zone.dns.txt("mail._domainkey.example.test", "v=DKIM1; p=")
        assert judged(zone, Signer(pem).signed(MAIL)) == "pass: "

    def test_over_an_alias(self, zone: FakeMail, pem: str) -> None:
        zone.dns.cname("cust._domainkey.shop.test", "mail._domainkey.example.test")
        signed = Signer(pem, s="cust", d="shop.test").signed(MAIL)
        assert judged(zone, signed) == "pass: "

    @pytest.mark.parametrize("fault", ["servfail", "refuse", "ignore", "wrong_id"])
    def test_not_to_be_had(self, zone: FakeMail, pem: str, fault: str) -> None:
        getattr(zone.dns.when("TXT"), fault)()
        assert judged(zone, Signer(pem).signed(MAIL)).startswith("temperror: DNS: TXT mail._dom")

    def test_questions_are_captured(self, zone: FakeMail, pem: str) -> None:
        judged(zone, Signer(pem).signed(MAIL))
        zone.dns.queries.assert_any(name="mail._domainkey.example.test", type="TXT")

    @pytest.mark.parametrize("options", [{"kind": "dsa"}, {"bits": 512}, {"bits": True}])
    def test_that_cannot_be_made(self, fakemail: FakeMail, options: dict[str, object]) -> None:
        with pytest.raises(BadArgument, match=r"(DKIM|RSA) key"):
            fakemail.dns.dkim_key(**options)  # type: ignore[arg-type]


class TestTime:
    def test_expires_by_the_clock(self, zone: FakeMail, pem: str) -> None:
        now = int(zone.clock.time())
        signed = Signer(pem, t=str(now), x=str(now + 3600)).signed(MAIL)
        assert judged(zone, signed) == "pass: "
        zone.clock.advance("2h")
        assert "the signature expired 36" in judged(zone, signed)

    def test_a_date_to_come_is_none_of_the_verifiers_business(
        self, zone: FakeMail, pem: str
    ) -> None:
        """RFC 6376 §3.5 only lets signatures from the future be ignored; clocks differ."""
        signed = Signer(pem, t=str(int(zone.clock.time()) + 60)).signed(MAIL)
        assert judged(zone, signed) == "pass: "


PIECES = [b"", b" ", b"\t", b"\r\n", b"\r\n ", b"a", b";", b"=", b"X: 1\r\n", b"From: b@c.test\r\n"]


@settings(max_examples=25)  # each signs and verifies twice
@given(
    st.sampled_from(FORMS),
    st.lists(
        st.tuples(st.integers(0, 700), st.integers(0, 3), st.sampled_from(PIECES)), max_size=2
    ),
)
def test_dkimpy_comes_to_the_same(
    pem: str, forms: str, changes: list[tuple[int, int, bytes]]
) -> None:
    """Whatever happened to a signed message on its way."""
    raw = Signer(pem, c=forms, h="from:to:subject:x:x").signed(MAIL)
    for place, removed, added in changes:
        raw = raw[:place] + added + raw[place + removed :]
    assume(b" :" not in raw)  # dkimpy takes no blank before a colon: RFC 6376 §3.4.2 does
    assume(b"\r" not in raw.replace(b"\r\n", b"") and b"\n" not in raw.replace(b"\r\n", b""))
    assume(raw.endswith(b"\r\n"))  # as SMTP has it; blanks behind are a line to dkimpy only
    try:
        theirs = dkim.DKIM(raw).verify(dnsfunc=published(pem))
    except (dkim.MessageFormatError, IndexError):  # no header to dkimpy, so no verdict
        reject()
    except (dkim.DKIMException, ValueError):
        theirs = False
    with FakeMail() as one:
        one.dns.dkim(SELECTOR, pem)
        ours = [check.result.has_passed for check in one.dns.judge.check_dkim(raw)][:1]
    assert ours == [theirs] or not (ours or theirs)


def public(pem: str) -> str:
    return record_of(pem).partition("p=")[2]


def test_a_mail_without_a_zone_says_so() -> None:
    with pytest.raises(BadArgument, match="give dns="):
        Mail(MAIL).assert_dkim_valid()


def test_hostile_signatures_are_bounded(zone: FakeMail) -> None:
    field = b"DKIM-Signature: v=1; a=rsa-sha256; b=AAAA; bh=AAAA; d=a.test; h=from; s=s\r\n"
    assert len(zone.dns.judge.check_dkim(field * 500 + MAIL)) == 20
    assert len(zone.dns.queries) == 20
