"""SPF, DKIM and DMARC by the zone: what is refused, and Authentication-Results on the rest."""

import smtplib
import sys

import authres
import pytest
from policies.conversing import ANN, notes
from signing import MAIL, SELECTOR, Signer

from pytest_fakemail import BadArgument, FakeMail, policies

SENDER = "news@example.test"


@pytest.fixture(scope="module")
def pem() -> str:
    with FakeMail() as one:
        return one.dns.dkim_key(bits=1024)


@pytest.fixture(autouse=True)
def _zone(fakemail: FakeMail, pem: str) -> None:
    fakemail.account(ANN)
    fakemail.dns.dkim(SELECTOR, pem)
    fakemail.dns.spf("example.test", "v=spf1 ip4:127.0.0.1 -all")


def send(fakemail: FakeMail, raw: bytes = MAIL, sender: str = SENDER) -> tuple[int, str]:
    """Send a mail; return the refusal, or what was said at its end."""
    host, port = fakemail.smtp.address
    with smtplib.SMTP(host, port, local_hostname="client.test") as client:
        client.ehlo()
        code, text = client.mail(sender)
        if code == 250:
            code, text = client.rcpt(ANN)
        if code == 250:
            code, text = client.data(raw)
        return code, text.decode()


def results(fakemail: FakeMail) -> list[str]:
    """Return what Authentication-Results of the newest message say, in somebody else's reading."""
    mail = fakemail.account(ANN).inbox.messages[-1]
    fields = mail.headers.all("Authentication-Results")
    parsed = [
        authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {field}")
        for field in fields
    ]
    assert all(one.authserv_id == fakemail.settings.hostname for one in parsed)
    return [f"{one.method}={one.result}" for each in parsed for one in each.results]


class TestSpf:
    def test_who_may_not_send_is_refused(self, fakemail: FakeMail) -> None:
        spf = fakemail.smtp.enforce(policies.spf())
        assert send(fakemail)[0] == 250
        assert results(fakemail) == ["spf=pass"]
        fakemail.seen_from("192.0.2.7")
        refused = (550, "5.7.23 SPF validation failed for example.test from 192.0.2.7")
        assert send(fakemail) == refused
        assert spf.acted == 1
        why = "192.0.2.7 must not send for example.test: -all"
        assert notes(fakemail) == [f"policy: spf: fail: {why}"]

    def test_at_rcpt(self, fakemail: FakeMail) -> None:
        fakemail.smtp.enforce(policies.spf(at="RCPT"))
        fakemail.seen_from("192.0.2.7")
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.ehlo()
            assert client.mail(SENDER)[0] == 250
            assert client.rcpt(ANN)[0] == 550

    def test_a_name_server_that_fails(self, fakemail: FakeMail) -> None:
        fakemail.smtp.enforce(policies.spf())
        fakemail.dns.when("TXT").servfail().once()
        assert send(fakemail) == (451, "4.7.24 SPF validation error for example.test")
        assert send(fakemail)[0] == 250  # tried again

    def test_a_null_sender_is_checked_by_its_ehlo(self, fakemail: FakeMail) -> None:
        fakemail.dns.spf("client.test", "v=spf1 -all")
        fakemail.smtp.enforce(policies.spf())
        assert send(fakemail, sender="") == (
            550,
            "5.7.23 SPF validation failed for client.test from 127.0.0.1",
        )

    def test_which_results_are_refused(self, fakemail: FakeMail) -> None:
        fakemail.dns.spf("example.test", "v=spf1 ~all")
        spf = fakemail.smtp.enforce(policies.spf())
        assert send(fakemail)[0] == 250
        assert results(fakemail) == ["spf=softfail"]
        spf.stop()
        fakemail.smtp.enforce(policies.spf(refuse=["softfail"], reply="550 5.7.26 No"))
        assert send(fakemail) == (550, "5.7.26 No")

    def test_whoever_is_logged_in_is_let_through(self, fakemail: FakeMail) -> None:
        fakemail.smtp.enforce(policies.spf())
        fakemail.smtp.enforce(policies.dkim())
        fakemail.seen_from("192.0.2.7")
        with fakemail.smtp.client(fakemail.account(ANN)) as client:
            assert client.sendmail(SENDER, [ANN], MAIL) == {}
        assert results(fakemail) == []


class TestDkim:
    def test_what_is_not_signed_is_refused(self, fakemail: FakeMail, pem: str) -> None:
        fakemail.smtp.enforce(policies.dkim())
        assert send(fakemail) == (550, "5.7.20 No passing DKIM signature found")
        assert len(fakemail.outbox) == 0
        assert send(fakemail, Signer(pem).signed(MAIL))[0] == 250
        assert results(fakemail) == ["dkim=pass"]
        assert send(fakemail, Signer(pem).signed(MAIL) + b"more\r\n")[0] == 550
        assert "the body is not what was signed" in notes(fakemail)[-1]

    def test_one_valid_signature_is_enough(self, fakemail: FakeMail, pem: str) -> None:
        fakemail.smtp.enforce(policies.dkim())
        mail = Signer(pem, s="unpublished").signed(Signer(pem).signed(MAIL))
        assert send(fakemail, mail)[0] == 250
        assert results(fakemail) == ["dkim=permerror", "dkim=pass"]

    def test_a_key_that_cannot_be_had_now(self, fakemail: FakeMail, pem: str) -> None:
        fakemail.smtp.enforce(policies.dkim())
        fakemail.dns.when("TXT").servfail().once()
        refused = (451, "4.4.3 DKIM key of example.test cannot be looked up")
        assert send(fakemail, Signer(pem).signed(MAIL)) == refused
        assert send(fakemail, Signer(pem).signed(MAIL))[0] == 250

    def test_by_chunks(self, fakemail: FakeMail, pem: str) -> None:
        """A message that came by BDAT is the same message (RFC 3030)."""
        fakemail.smtp.enforce(policies.dkim())
        raw = Signer(pem).signed(MAIL)
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.ehlo()
            client.mail(SENDER)
            client.rcpt(ANN)
            for last, piece in (("", raw[:300]), (" LAST", raw[300:])):
                client.send(f"BDAT {len(piece)}{last}\r\n".encode() + piece)
                assert client.getreply()[0] == 250
        assert results(fakemail) == ["dkim=pass"]


class TestDmarc:
    def test_the_authors_domain_decides(self, fakemail: FakeMail, pem: str) -> None:
        fakemail.smtp.enforce(policies.dmarc())
        fakemail.dns.dmarc("example.test", "reject")
        assert send(fakemail)[0] == 250  # by SPF
        assert results(fakemail) == ["dmarc=pass"]
        fakemail.dns.spf("esp.test")
        esp = "b@esp.test"
        refused = (550, "5.7.1 Email rejected per DMARC policy for example.test")
        assert send(fakemail, sender=esp) == refused
        assert send(fakemail, Signer(pem).signed(MAIL), esp)[0] == 250  # by DKIM

    def test_quarantine_is_taken_and_told(self, fakemail: FakeMail) -> None:
        fakemail.smtp.enforce(policies.dmarc())
        fakemail.dns.dmarc("example.test", "quarantine")
        assert send(fakemail, sender="x@other.test")[0] == 250
        assert results(fakemail) == ["dmarc=fail"]
        fakemail.smtp.enforce(policies.dmarc(refuse=["quarantine"]))
        assert send(fakemail, sender="x@other.test")[0] == 550

    def test_a_verdict_that_is_told_is_not_written_down(self, fakemail: FakeMail) -> None:
        fakemail.smtp.enforce(policies.dmarc({"example.test": "quarantine"}))
        assert send(fakemail)[0] == 250
        assert results(fakemail) == []

    def test_a_part_of_the_mail(self, fakemail: FakeMail) -> None:
        """RFC 7489 §6.6.4: what is not in the sample gets the next milder policy."""
        fakemail.smtp.enforce(policies.dmarc())
        fakemail.dns.dmarc("example.test", "v=DMARC1; p=reject; pct=50")
        codes = [send(fakemail, sender="x@other.test")[0] for _ in range(6)]
        assert codes == [250, 550, 250, 550, 250, 550]

    def test_a_name_server_that_fails(self, fakemail: FakeMail) -> None:
        fakemail.smtp.enforce(policies.dmarc())
        fakemail.dns.when("TXT", name="_dmarc.example.test").servfail().once()
        assert send(fakemail) == (451, "4.7.1 DMARC evaluation failed for example.test")

    @pytest.mark.parametrize(
        ("wishes", "code", "said"),
        [
            ((None, None), 250, "none"),
            ((None, "reject"), 550, ""),
            (("none", "reject"), 550, ""),
            (("reject", "none"), 550, ""),
            (("none", "quarantine"), 250, "fail"),
        ],
    )
    def test_several_authors(
        self, fakemail: FakeMail, wishes: tuple[str | None, ...], code: int, said: str
    ) -> None:
        """RFC 7489 §6.6.1: the strictest policy of what fails."""
        for domain, wish in zip(("one.test", "two.test"), wishes, strict=True):
            if wish is not None:
                fakemail.dns.dmarc(domain, wish)
        fakemail.smtp.enforce(policies.dmarc())
        assert send(fakemail, b"From: a@one.test, b@two.test\r\n\r\nHello\r\n")[0] == code
        if said:
            assert results(fakemail) == [f"dmarc={said}"]

    def test_a_domain_in_either_form(self, fakemail: FakeMail) -> None:
        """The reply is ASCII: who has not said SMTPUTF8 reads no other."""
        fakemail.dns.dmarc("bücher.test", "reject")
        fakemail.smtp.enforce(policies.dmarc())
        for domain in ("bücher.test", "xn--bcher-kva.test"):
            code, text = send(fakemail, f"From: a@{domain}\r\n\r\nHello\r\n".encode())
            assert (code, text.rpartition(" ")[2]) == (550, "xn--bcher-kva.test")


class TestAuthenticationResults:
    def test_all_that_is_known_in_one_field_above_received(
        self, fakemail: FakeMail, pem: str
    ) -> None:
        for policy in (policies.spf(refuse=()), policies.dkim(refuse=()), policies.dmarc()):
            fakemail.smtp.enforce(policy)
        fakemail.dns.dmarc("example.test", "none")
        forged = (
            b"Authentication-Results: " + fakemail.settings.hostname.encode() + b"; spf=pass\r\n"
        )
        signed = Signer(pem).signed(MAIL) + b"footer\r\n"
        assert send(fakemail, forged + signed)[0] == 250
        assert results(fakemail) == ["spf=pass", "dkim=fail", "dmarc=pass"]
        assert fakemail.outbox.one().raw == forged + signed  # what came is as it came
        copy = fakemail.account(ANN).inbox.messages[-1]
        assert copy.raw.endswith(signed)

    @pytest.mark.fakemail(trace_headers=True)
    def test_with_trace_fields(self, fakemail: FakeMail) -> None:
        fakemail.smtp.enforce(policies.spf())
        send(fakemail)
        fields = list(fakemail.account(ANN).inbox.messages[-1].headers)
        assert fields[:4] == [
            "Return-Path",
            "Delivered-To",
            "Authentication-Results",
            "Received",
        ]

    def test_each_message_has_its_own(self, fakemail: FakeMail, pem: str) -> None:
        """What was found out about a message that was not accepted is forgotten."""
        fakemail.smtp.enforce(policies.spf(refuse=()), sender=SENDER)
        fakemail.smtp.enforce(policies.dkim(refuse=()), sender=SENDER)
        fakemail.smtp.when("end-of-data").reply(451, "4.3.0 Later").once()
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.ehlo()
            with pytest.raises(smtplib.SMTPDataError):
                client.sendmail(SENDER, [ANN], Signer(pem).signed(MAIL))
            client.sendmail("other@other.test", [ANN], MAIL)
            assert results(fakemail) == []
            client.sendmail(SENDER, [ANN], MAIL)
            assert results(fakemail) == ["spf=pass", "dkim=none"]

    def test_over_lmtp(self, fakemail: FakeMail, pem: str) -> None:
        fakemail.lmtp.enforce(policies.dkim())
        with smtplib.LMTP(*fakemail.lmtp.address) as client:
            client.sendmail(SENDER, [ANN], Signer(pem).signed(MAIL))
        assert results(fakemail) == ["dkim=pass"]


def test_a_delivery_knows_where_it_seemed_to_come_from(fakemail: FakeMail) -> None:
    fakemail.seen_from("192.0.2.7")
    send(fakemail)
    assert fakemail.outbox.one().client == "192.0.2.7"
    with pytest.raises(AssertionError, match=r"192\.0\.2\.7 must not send"):
        fakemail.outbox.one().assert_spf_pass()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: policies.spf(refuse="fail"), "wanted several results"),
        (lambda: policies.spf(refuse=["failed"]), "did you mean 'fail'"),
        (lambda: policies.dkim(refuse=["softfail"]), "softfail"),
        (lambda: policies.dmarc(refuse=["rejected"]), "did you mean 'reject'"),
        (lambda: policies.spf(at="DATA"), "at='DATA'"),
    ],
)
def test_mistakes_are_told(make: object, words: str) -> None:
    assert callable(make)
    with pytest.raises(BadArgument, match=words):
        make()


def test_what_is_missing_is_told_at_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spf", None)
    monkeypatch.delitem(sys.modules, "pytest_fakemail.auth.spf", raising=False)
    monkeypatch.delattr("pytest_fakemail.auth.spf", raising=False)
    for make in (policies.spf, policies.dmarc):
        with pytest.raises(ImportError, match=r"need pyspf: pip install 'pytest-fakemail\[auth\]'"):
            make()
    policies.spf({"bad.test": "fail"})
    policies.dkim()
