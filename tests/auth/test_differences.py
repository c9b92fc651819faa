"""A failure says what the octets were when they were signed, wherever that can be known."""

import base64
from collections.abc import Iterator

import dkim
import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing import BODY, HEADER, MAIL, SELECTOR, Signer, canonical_body, canonical_field

from pytest_fakemail import FakeMail, Mail, UnmetExpectation
from pytest_fakemail.auth import canonical
from pytest_fakemail.auth.differences import first_difference


@pytest.fixture(scope="module")
def pem() -> str:
    with FakeMail() as one:
        return one.dns.dkim_key(bits=1024)


@pytest.fixture
def fakemail(pem: str) -> Iterator[FakeMail]:
    with FakeMail() as one:
        one.dns.dkim(SELECTOR, pem)
        yield one


def failure(fakemail: FakeMail, raw: bytes) -> str:
    with pytest.raises(UnmetExpectation) as caught:
        Mail(raw).assert_dkim_valid(dns=fakemail.dns)
    return str(caught.value)


def body_of(signed: bytes) -> bytes:
    return signed.partition(b"\r\n\r\n")[2]


class TestBody:
    def test_the_whole_text_of_a_failure(self, fakemail: FakeMail, pem: str) -> None:
        signed = Signer(pem).signed(MAIL)
        assert failure(fakemail, signed + b"-- \r\nlist\r\n") == (
            "the DKIM signature of 'Your  invoice' is not valid:\n"
            "  signature of example.test (s=mail, rsa-sha256, relaxed/relaxed): fail: "
            "the body is not what was signed\n"
            "    bh=Om01WQv3tbMVf8NPsWrWKz6YOESJ0mi29YF3IkX7gas= was signed\n"
            "    bh=3T8sqFJj6SeKgWFSN8Y1HrhcGyvJ+rGxNsPVDoo9ToY= is the hash of the body here\n"
            "    what follows octet 21 was added after it was signed\n"
            "    first difference at octet 21 of the body in relaxed form, "
            "after b'Hello Ann,\\r\\n.\\r\\nBye.\\r\\n':\n"
            "      signed nothing more\n"
            "      here   b'--\\r\\nlist\\r\\n'"
        )

    @pytest.mark.parametrize(
        ("was", "now", "words"),
        [
            (BODY, BODY + b"footer\r\n", "what follows octet 22 was added after it was signed"),
            (BODY, b"[spam]\r\n" + BODY, "its first 8 octets were added after it was signed"),
            (b"", BODY, "an empty body was signed"),
            (BODY.replace(b"\r\n.", b"\r\n.."), BODY, "with its leading dots doubled"),
            (BODY, BODY.replace(b"\r\n.", b"\r\n.."), "its leading dots were doubled after"),
            (b"a \r\nb\r\n", b"a  \r\nb\r\n", None),
            (b"a  b\r\n", b"a  b \r\n", "without the blanks at the ends of its lines"),
            (b"M\xc3\xbcller =\r\n", b"M=C3=BCller =3D\r\n", "in quoted-printable after it"),
            (
                b"M\xc3\xbcller\r\n",
                base64.encodebytes(b"M\xc3\xbcller\r\n").replace(b"\n", b"\r\n"),
                "in base64 after it was signed",
            ),
            (b"a\nb\n", b"a\r\nb\r\n", "with LF at the ends of lines, and sent with CRLF"),
            (b"Hello\r\n", b"Hallo\r\n", None),
        ],
    )
    def test_how_it_changed(
        self, fakemail: FakeMail, pem: str, was: bytes, now: bytes, words: str | None
    ) -> None:
        signer = Signer(pem, c="relaxed/simple")
        signed = signer.signed(HEADER + was)
        if was == b"a\nb\n":  # a signer that hashes what it has, line ends and all
            signer = Signer(pem, c="relaxed/simple", bh=hash_of(was))
            signed = signer.signed(HEADER + was)
        told = failure(fakemail, signed.removesuffix(was) + now)
        assert "the body is not what was signed" in told
        if words is None:
            assert "what was signed is not known; its simple form here" in told
            assert repr(now.split(b"\r\n")[0]) in told
        else:
            assert words in told
            assert "first difference at octet" in told

    def test_another_form(self, fakemail: FakeMail, pem: str) -> None:
        signed = Signer(pem, c="relaxed/relaxed").signed(MAIL)
        wrong = Signer(pem, c="relaxed/simple", bh=hash_of(canonical_body(BODY, "relaxed")))
        assert "it was signed as c=…/relaxed" in failure(fakemail, wrong.signed(MAIL))
        assert body_of(signed) == BODY

    def test_without_the_last_line_end(self, fakemail: FakeMail, pem: str) -> None:
        wrong = Signer(pem, c="relaxed/simple", bh=hash_of(BODY.removesuffix(b"\r\n")))
        assert "without its last line end" in failure(fakemail, wrong.signed(MAIL))

    def test_more_than_l_says(self, fakemail: FakeMail, pem: str) -> None:
        wrong = Signer(pem, c="relaxed/simple", l="5", bh=hash_of(BODY))
        assert "the whole body was signed, not only l=5" in failure(fakemail, wrong.signed(MAIL))

    def test_a_hash_of_another_kind(self, fakemail: FakeMail, pem: str) -> None:
        wrong = Signer(pem, bh=base64.b64encode(bytes(20)).decode())
        assert "bh= has 20 octets; a SHA-256 has 32" in failure(fakemail, wrong.signed(MAIL))


class TestHeader:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (
                (b"Subject: Your", b"Subject: [list] Your"),
                "the field Subject got its label after it was signed",
            ),
            ((b"Subject: Your  invoice", b"Subject: Your\r\n invoice"), None),
            (
                (b"Subject: Your  invoice", b"Subject: =?utf-8?q?Your__invoice?="),
                "the field Subject was encoded after it was signed",
            ),
            ((b"Subject: Your  invoice", b"Subject: Mine"), "which field differs is not known"),
        ],
    )
    @pytest.mark.parametrize("kind", ["rsa", "ed25519"])
    def test_how_it_changed(
        self,
        fakemail: FakeMail,
        pem: str,
        kind: str,
        change: tuple[bytes, bytes],
        words: str | None,
    ) -> None:
        if kind == "ed25519":
            pem = fakemail.dns.dkim_key(SELECTOR, kind="ed25519")
        signed = Signer(pem).signed(MAIL).replace(*change)
        if words is None:
            Mail(signed).assert_dkim_valid(dns=fakemail.dns)  # relaxed: folding is no change
            return
        told = failure(fakemail, signed)
        assert words in told
        assert "b'from:News <news@example.test>'" in told  # what is hashed here

    def test_folded_after_it_was_signed(self, fakemail: FakeMail, pem: str) -> None:
        signed = Signer(pem, c="simple/simple").signed(MAIL)
        folded = signed.replace(b"Your  invoice", b"Your\r\n  invoice")
        told = failure(fakemail, folded)
        assert "the field Subject was folded after it was signed" in told
        assert "signed b'  invoice" in told

    def test_a_field_that_came_later(self, fakemail: FakeMail, pem: str) -> None:
        signed = Signer(pem, h="from:to:subject:message-id").signed(MAIL)
        told = failure(fakemail, b"Message-ID: <1@example.test>\r\n" + signed)
        assert "the field Message-ID was added after it was signed" in told

    def test_a_field_that_is_gone(self, fakemail: FakeMail, pem: str) -> None:
        signed = Signer(pem).signed(MAIL).replace(b"Subject: Your  invoice\r\n", b"")
        assert "named in h= and not there: subject" in failure(fakemail, signed)

    def test_copies_of_the_fields(self, fakemail: FakeMail, pem: str) -> None:
        signed = Signer(pem, z="From:news@x|Subject:=20Your=20=20invoice").signed(MAIL)
        told = failure(fakemail, signed.replace(b"Subject: Your  invoice", b"Subject: Mine"))
        assert "the field Subject was 'Your  invoice' when it was signed (z=)" in told

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ("other form", "it was signed as c=simple/…"),
            ("crlf at the end", "a CRLF was hashed at its end"),
            ("message order", "hashed in another order than h= has"),
            ("lf", "it was signed with LF at the ends of lines"),
        ],
    )
    def test_a_signer_that_is_wrong(
        self, fakemail: FakeMail, pem: str, wrong: str, words: str
    ) -> None:
        assert words in failure(fakemail, WrongSigner(pem, wrong).signed(MAIL))

    def test_another_key_and_another_body(self, fakemail: FakeMail, pem: str) -> None:
        fakemail.dns.dkim_key(SELECTOR, bits=1024)
        told = failure(fakemail, Signer(pem).signed(MAIL) + b"more\r\n")
        assert "what follows octet 21 was added" in told
        assert "and another private key made it" in told


class WrongSigner(Signer):
    def __init__(self, pem: str, wrong: str) -> None:
        super().__init__(pem, h="subject:from:to")
        self.wrong = wrong

    def hashed(self, header: bytes, field: bytes, form: str) -> bytes:
        if self.wrong == "other form":
            return super().hashed(header, field, "simple")
        if self.wrong == "message order":
            self.tags["h"] = "from:to:subject"
            hashed = super().hashed(header, field, form)
            self.tags["h"] = "subject:from:to"
            return hashed
        right = super().hashed(header, field, form)
        return right + b"\r\n" if self.wrong == "crlf at the end" else right.replace(b"\r\n", b"\n")


def hash_of(body: bytes) -> str:
    from hashlib import sha256

    return base64.b64encode(sha256(body).digest()).decode()


# --- the two forms, against a reference of two kinds ---------------------------------------

octets = st.lists(st.sampled_from([b"a", b" ", b"\t", b"\r\n", b".", b"=", b"\r", b"\xff"])).map(
    b"".join
)


@given(octets, st.sampled_from(canonical.FORMS))
def test_bodies_in_their_form_as_others_see_them(body: bytes, form: canonical.Form) -> None:
    assert canonical.body(body, form) == canonical_body(body, form)


@given(octets)
def test_fields_in_their_form_as_others_see_them(value: bytes) -> None:
    field = b"Subject :" + value.replace(b"\r\n", b"\r\n ").replace(b"\r", b"")
    assert canonical.header_field(field, "relaxed") == canonical_field(field, "relaxed")


@given(octets)
def test_bodies_as_dkimpy_sees_them(body: bytes) -> None:
    body += b"\r\n"  # without a line end at its end, dkimpy keeps blanks there
    assert canonical.body(body, "relaxed") == dkim.canonicalization.Relaxed.canonicalize_body(body)
    assert canonical.body(body, "simple") == dkim.canonicalization.Simple.canonicalize_body(body)


@given(st.binary(max_size=40), st.binary(max_size=40), st.binary(max_size=5))
def test_first_difference_is_the_first(one: bytes, other: bytes, common: bytes) -> None:
    at = first_difference(common + one, common + other)
    pairs = zip(common + one, common + other, strict=False)
    slow = next((n for n, (a, b) in enumerate(pairs) if a != b), None)
    assert at == (slow if slow is not None else len(common) + min(len(one), len(other)))


@given(st.binary(max_size=400))
def test_no_octets_raise(raw: bytes) -> None:
    with FakeMail() as one:
        for mail in (raw, b"DKIM-Signature: " + raw, FIELD + raw):
            one.dns.judge.check_dkim(mail)


FIELD = (
    b"DKIM-Signature: v=1; a=rsa-sha256; d=a.test; s=s; h=from; bh=AAAA; b=AAAA\r\nFrom: a\r\n\r\n"
)


def test_growth_is_linear() -> None:
    """Blanks without end, empty lines without end: no pattern looks twice at an octet."""
    from time import process_time

    def cost(size: int) -> float:
        bodies = [b" " * size, b"\r\n" * size, b" \r\n" * size, b"a " * size, b".\r\n" * size]
        begin = process_time()
        for body in bodies:
            canonical.body(body, "relaxed")
            canonical.octets_of(MAIL + body)
        return process_time() - begin

    assert min(cost(80_000) for _ in range(3)) < 40 * max(1e-3, min(cost(8_000) for _ in range(3)))
