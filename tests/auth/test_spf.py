"""SPF by the zone of the test: every mechanism of RFC 7208, its limits, its errors."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signing import MAIL

from pytest_fakemail import BadArgument, FakeMail, Mail, UnmetExpectation
from pytest_fakemail.auth.judge import Envelope
from pytest_fakemail.auth.results import Word

CLIENT = "192.0.2.7"
SENDER = "news@example.test"


@pytest.fixture
def fakemail() -> Iterator[FakeMail]:
    with FakeMail() as one:
        one.dns.a("mail.example.test", CLIENT)
        one.dns.aaaa("mail.example.test", "2001:db8::7")
        one.dns.mx("example.test", "mail.example.test")
        one.dns.ptr(CLIENT, "mail.example.test")
        yield one


def word(
    fakemail: FakeMail, client: str = CLIENT, sender: str = SENDER, helo: str = "mail.example.test"
) -> Word:
    return fakemail.dns.judge.check_spf(Envelope(client, sender, helo)).result.word


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("v=spf1 +all", "pass"),
        ("v=spf1 -all", "fail"),
        ("v=spf1 ~all", "softfail"),
        ("v=spf1 ?all", "neutral"),
        ("v=spf1", "neutral"),
        ("V=SPF1 -ALL", "fail"),
        ("v=spf1 ip4:192.0.2.7 -all", "pass"),
        ("v=spf1 ip4:192.0.2.0/29 -all", "pass"),
        ("v=spf1 ip4:192.0.2.8/29 -all", "fail"),
        ("v=spf1 ip6:2001:db8::/32 -all", "fail"),
        ("v=spf1 mx -all", "pass"),
        ("v=spf1 mx:other.test -all", "fail"),
        ("v=spf1 a:mail.example.test -all", "pass"),
        ("v=spf1 a -all", "fail"),
        ("v=spf1 a:mail.example.test/24 -all", "pass"),
        ("v=spf1 ptr -all", "pass"),
        ("v=spf1 ptr:other.test -all", "fail"),
        ("v=spf1 exists:%{i}.allowed.test -all", "pass"),
        ("v=spf1 exists:%{ir}.%{l1r-}.allowed.test -all", "fail"),
        ("v=spf1 exists:%{l}.%{o}.users.test -all", "pass"),
        ("v=spf1 include:_spf.test -all", "pass"),
        ("v=spf1 include:_no.test ~all", "softfail"),
        ("v=spf1 include:none.test -all", "permerror"),
        ("v=spf1 redirect=_spf.test", "pass"),
        ("v=spf1 redirect=none.test", "permerror"),
        ("v=spf1 unknown=yes -all", "fail"),
        ("v=spf1 sender:other.test -all", "permerror"),
        ("v=spf1 ip4:192.0.2.300 -all", "permerror"),
        ("v=spf1 ip4:192.0.2.0/33 -all", "permerror"),
        ("v=spf1 a:%{x}.test -all", "permerror"),
        ("v=spf1 include:loop.test -all", "permerror"),
        ("v=spf1 a:v1.test a:v2.test a:v3.test -all", "permerror"),
        ("v=spf1 " + " ".join(f"a:a{n}.example.test" for n in range(11)) + " -all", "permerror"),
    ],
)
def test_policies(fakemail: FakeMail, policy: str, expected: Word) -> None:
    for number in range(11):
        fakemail.dns.a(f"a{number}.example.test", "203.0.113.1")
    fakemail.dns.a(f"{CLIENT}.allowed.test", "127.0.0.2")
    fakemail.dns.a("news.example.test.users.test", "127.0.0.2")
    fakemail.dns.spf("_spf.test", "v=spf1 ip4:192.0.2.0/24 -all")
    fakemail.dns.spf("_no.test", "v=spf1 -all")
    fakemail.dns.spf("loop.test", "v=spf1 include:loop2.test -all")
    fakemail.dns.spf("loop2.test", "v=spf1 include:loop.test -all")
    fakemail.dns.txt("example.test", policy)  # some are broken
    assert word(fakemail) == expected


def test_over_ipv6(fakemail: FakeMail) -> None:
    fakemail.dns.spf("example.test", "v=spf1 a:mail.example.test ip6:2001:db8:1::/48 -all")
    assert word(fakemail, "2001:db8::7") == "pass"
    assert word(fakemail, "2001:db8:1::9") == "pass"
    assert word(fakemail, "2001:db8:2::9") == "fail"
    assert word(fakemail, f"::ffff:{CLIENT}") == "pass"


def test_aliases_are_followed(fakemail: FakeMail) -> None:
    fakemail.dns.cname("www.example.test", "mail.example.test")
    fakemail.dns.cname("bounces.example.test", "policy.esp.test")
    fakemail.dns.spf("policy.esp.test", "v=spf1 a:www.example.test -all")
    assert word(fakemail, sender="x@bounces.example.test") == "pass"


def test_a_null_sender_counts_as_the_name_of_ehlo(fakemail: FakeMail) -> None:
    fakemail.dns.spf("mail.example.test", "v=spf1 a -all")
    found = fakemail.dns.judge.check_spf(Envelope(CLIENT, "", "mail.example.test"))
    assert (found.result.word, found.identity) == ("pass", "helo")
    assert found.result.domain == "mail.example.test"


@pytest.mark.parametrize("sender", ["news@localhost", "postmaster", "x@" + "a" * 64 + ".test", ""])
def test_no_domain_to_ask(fakemail: FakeMail, sender: str) -> None:
    assert word(fakemail, sender=sender, helo="localhost") == "none"


def test_an_at_in_a_quoted_local_part(fakemail: FakeMail) -> None:
    fakemail.dns.spf("example.test", "v=spf1 +all")
    assert word(fakemail, sender='"a@b"@example.test') == "pass"


def test_two_policies(fakemail: FakeMail) -> None:
    fakemail.dns.txt("example.test", "v=spf1 +all", "v=spf1 -all")
    assert word(fakemail) == "permerror"


def test_other_texts_do_not_matter(fakemail: FakeMail) -> None:
    fakemail.dns.txt("example.test", "google-site-verification=x", "v=spf10 -all")
    assert word(fakemail) == "none"
    fakemail.dns.spf("example.test", "v=spf1 mx -all")
    assert word(fakemail) == "pass"


@pytest.mark.parametrize("fault", ["servfail", "refuse", "ignore", "wrong_id"])
def test_a_name_server_that_fails(fakemail: FakeMail, fault: str) -> None:
    fakemail.dns.spf("example.test", "v=spf1 mx -all")
    getattr(fakemail.dns.when("MX"), fault)()
    assert word(fakemail) == "temperror"


def test_a_name_server_that_fails_for_ptr_only_does_not_match(fakemail: FakeMail) -> None:
    """RFC 7208 §5.5: the mechanism fails to match; a name without address is skipped."""
    fakemail.dns.spf("example.test", "v=spf1 ptr ~all")
    fakemail.dns.when("PTR").servfail().once()
    assert word(fakemail) == "softfail"
    fakemail.dns.when("A").servfail().once()
    assert word(fakemail) == "softfail"
    assert word(fakemail) == "pass"


def test_the_failure_says_which_policies_were_read(fakemail: FakeMail) -> None:
    fakemail.dns.spf("example.test", "v=spf1 include:_spf.test exp=why.test -all")
    fakemail.dns.spf("_spf.test", "v=spf1 ip4:203.0.113.0/24 -all")
    fakemail.dns.txt("why.test", "See why %{i} is not allowed")
    with pytest.raises(UnmetExpectation) as failure:
        Mail(MAIL).assert_spf_pass(client=CLIENT, sender=SENDER, dns=fakemail.dns)
    assert str(failure.value) == (
        "SPF of <news@example.test> is fail: 192.0.2.7 must not send for example.test: -all\n"
        "  example.test: v=spf1 include:_spf.test exp=why.test -all\n"
        "  _spf.test: v=spf1 ip4:203.0.113.0/24 -all\n"
        "  the domain explains: See why 192.0.2.7 is not allowed"
    )


def test_of_a_null_sender_the_failure_says_so(fakemail: FakeMail) -> None:
    fakemail.dns.spf("mail.example.test", "v=spf1 -all")
    with pytest.raises(UnmetExpectation, match=r"SPF of EHLO .*, the sender is null"):
        Mail(MAIL).assert_spf_pass(
            client=CLIENT, sender="", helo="mail.example.test", dns=fakemail.dns
        )


def test_whoever_does_not_know_the_envelope_is_told(fakemail: FakeMail) -> None:
    with pytest.raises(BadArgument, match="give client= and sender="):
        Mail(MAIL).assert_spf_pass(dns=fakemail.dns)
    with pytest.raises(BadArgument, match="no address of a client: 'here'"):
        Mail(MAIL).assert_spf_pass(client="here", sender=SENDER, dns=fakemail.dns)


@pytest.mark.parametrize("sender", ["a@\\..test", "a@b\\.test", "a@x..test", "a@ü.test", "a@.test"])
def test_odd_domains_raise_nothing(fakemail: FakeMail, sender: str) -> None:
    assert word(fakemail, sender=sender) in ("none", "permerror")


@given(st.text(max_size=20), st.text(max_size=20), st.sampled_from("slodiphv"))
def test_no_envelope_raises(local: str, name: str, letter: str) -> None:
    """What a client says of itself is put into names that are asked for (RFC 7208 §7)."""
    with FakeMail() as one:
        one.dns.spf("example.test", f"v=spf1 exists:%{{{letter}}}.x.test include:%{{h}} -all")
        for sender in (f"{local}@example.test", f"x@{name}", ""):
            word(one, sender=sender, helo=name)


def test_from_this_machine_there_is_a_hint(fakemail: FakeMail) -> None:
    fakemail.dns.spf("example.test", "v=spf1 mx -all")
    for client, is_told in (("127.0.0.1", True), ("::1", True), ("203.0.113.1", False)):
        with pytest.raises(UnmetExpectation) as failure:
            Mail(MAIL).assert_spf_pass(client=client, sender=SENDER, dns=fakemail.dns)
        assert ("fakemail.seen_from(…) or client= say" in str(failure.value)) == is_told


def test_it_loads_where_warnings_are_errors_and_nothing_is_compiled(tmp_path: Path) -> None:
    code = "from pytest_fakemail import policies; policies.spf()"
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    command = [sys.executable, "-W", "error", "-c", code]
    subprocess.run(command, check=True, timeout=60, env=environment)
