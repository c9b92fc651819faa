"""What is found in a zone: records, aliases, wildcards, names that are not there."""

import dns.name
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_fakemail import BadArgument
from pytest_fakemail.dns.words import Words
from pytest_fakemail.dns.zone import Found, Zone, name_of, type_of


def find(zone: Zone, name: str, kind: str) -> Found:
    return zone.find(name_of(name), type_of(kind))


def texts(found: Found) -> list[str]:
    return [rdata.to_text() for rrset in found.rrsets for rdata in rrset]


@pytest.fixture
def zone() -> Zone:
    return Zone()


@pytest.fixture
def words(zone: Zone) -> Words:
    return Words(zone)


def test_a_name_that_nobody_wrote_does_not_exist(zone: Zone) -> None:
    assert find(zone, "x.test", "A") == Found((), exists=False)


def test_a_name_exists_without_the_record_that_is_asked_for(zone: Zone, words: Words) -> None:
    words.a("deep.x.test", "192.0.2.1")
    assert find(zone, "deep.x.test", "MX") == Found((), exists=True)
    assert find(zone, "x.test", "A") == Found((), exists=True)  # RFC 8020: something is below it
    assert texts(find(zone, "DEEP.X.test.", "A")) == ["192.0.2.1"]


def test_aliases_are_followed(zone: Zone, words: Words) -> None:
    words.cname("www.x.test", "web.x.test")
    words.cname("web.x.test", "host.x.test")
    words.a("host.x.test", "192.0.2.1")
    assert texts(find(zone, "www.x.test", "A")) == ["web.x.test.", "host.x.test.", "192.0.2.1"]
    assert texts(find(zone, "www.x.test", "CNAME")) == ["web.x.test."]
    assert find(zone, "www.x.test", "MX").exists


def test_a_circle_of_aliases_ends(zone: Zone, words: Words) -> None:
    words.cname("a.test", "b.test")
    words.cname("b.test", "a.test")
    assert find(zone, "a.test", "A").exists


def test_an_alias_to_nowhere_does_not_exist(zone: Zone, words: Words) -> None:
    """RFC 6604 §3: the answer to a chain of aliases is that of its end."""
    words.cname("a.test", "b.test")
    words.cname("b.test", "nowhere.test")
    words.cname("c.test", "d.test")
    words.txt("d.test", "there")
    assert not find(zone, "a.test", "A").exists
    assert find(zone, "c.test", "A").exists
    assert find(zone, "a.test", "CNAME").exists


def test_an_alias_stands_alone(zone: Zone, words: Words) -> None:
    words.a("x.test", "192.0.2.1")
    with pytest.raises(BadArgument, match="a CNAME stands alone"):
        words.cname("x.test", "y.test")
    words.cname("z.test", "y.test")
    with pytest.raises(BadArgument, match=r"'z.test' is a CNAME"):
        words.txt("z.test", "text")
    with pytest.raises(BadArgument, match="stands alone"):
        words.cname("z.test", "other.test")
    assert len(zone) == 2


def test_a_wildcard_stands_for_what_is_not_there(zone: Zone, words: Words) -> None:
    words.mx("*.x.test", "mail.x.test")
    words.a("there.x.test", "192.0.2.1")
    assert texts(find(zone, "any.x.test", "MX")) == ["10 mail.x.test."]
    assert texts(find(zone, "a.b.x.test", "MX")) == ["10 mail.x.test."]
    assert texts(find(zone, "there.x.test", "MX")) == []  # RFC 4592 §2.2.1: it exists
    assert not find(zone, "any.y.test", "MX").exists
    assert find(zone, "any.x.test", "MX").rrsets[0].name == dns.name.from_text("any.x.test.")


def test_any_is_everything(zone: Zone, words: Words) -> None:
    words.a("x.test", "192.0.2.1")
    words.txt("x.test", "hello")
    assert len(find(zone, "x.test", "ANY").rrsets) == 2


def test_records_add_up_and_can_be_removed(zone: Zone, words: Words) -> None:
    words.a("x.test", "192.0.2.1")
    words.a("x.test", "192.0.2.2")
    words.txt("x.test", "hello")
    assert sorted(texts(find(zone, "x.test", "A"))) == ["192.0.2.1", "192.0.2.2"]
    words.remove("x.test", "A")
    assert find(zone, "x.test", "A") == Found((), exists=True)
    words.remove("x.test")
    assert not find(zone, "x.test", "TXT").exists


def test_mail_records_in_words(zone: Zone, words: Words) -> None:
    words.mx("x.test", ("127.0.0.1", 2525))
    words.mx("x.test", ("127.0.0.1", 2526), preference=20)
    words.null_mx("null.test")
    assert sorted(texts(find(zone, "x.test", "MX"))) == ["10 mx.x.test.", "20 mx20.x.test."]
    assert texts(find(zone, "mx.x.test", "A")) == ["127.0.0.1"]
    assert words.server_named("MX.x.test.") == ("127.0.0.1", 2525)
    assert words.server_named("mx20.x.test") == ("127.0.0.1", 2526)
    assert words.server_named("else.test") is None
    assert texts(find(zone, "null.test", "MX")) == ["0 ."]


def test_policies_in_words(zone: Zone, words: Words) -> None:
    words.txt("x.test", "other=1")
    words.spf("x.test")
    words.spf("x.test", "v=spf1 -all")
    assert sorted(texts(find(zone, "x.test", "TXT"))) == ['"other=1"', '"v=spf1 -all"']
    words.dmarc("x.test", "quarantine")
    assert texts(find(zone, "_dmarc.x.test", "TXT")) == ['"v=DMARC1; p=quarantine"']
    words.dkim(
        "s1", "-----BEGIN PUBLIC KEY-----\nMIGf\nMA0G\n-----END PUBLIC KEY-----\n", domain="x.test"
    )
    [key] = texts(find(zone, "s1._domainkey.x.test", "TXT"))
    assert key == '"v=DKIM1; k=rsa; p=MIGfMA0G"'
    words.mta_sts("x.test")
    words.tls_rpt("x.test", "tls@x.test")
    assert texts(find(zone, "_smtp._tls.x.test", "TXT")) == ['"v=TLSRPTv1; rua=mailto:tls@x.test"']
    words.tlsa("mx.x.test", b"certificate")
    assert texts(find(zone, "_25._tcp.mx.x.test", "TLSA"))[0].startswith("3 0 1 ")


def test_addresses_backwards(zone: Zone, words: Words) -> None:
    words.ptr("192.0.2.7", "host.x.test")
    words.ptr("2001:db8::7", "six.x.test")
    words.blocklist("bl.test", "192.0.2.9")
    assert texts(find(zone, "7.2.0.192.in-addr.arpa", "PTR")) == ["host.x.test."]
    six = "7.0.0.0" + ".0.0.0.0" * 5 + ".8.b.d.0.1.0.0.2.ip6.arpa"
    assert texts(find(zone, six, "PTR")) == ["six.x.test."]
    assert texts(find(zone, "9.2.0.192.bl.test", "A")) == ["127.0.0.2"]
    assert texts(find(zone, "2.0.0.127.bl.test", "A")) == ["127.0.0.2"]
    assert not find(zone, "1.2.0.192.bl.test", "A").exists


@given(st.text(max_size=600))
def test_any_text_survives(text: str) -> None:
    zone = Zone()
    Words(zone).txt("x.test", text)
    [rrset] = find(zone, "x.test", "TXT").rrsets
    assert b"".join(rrset[0].strings).decode("utf-8", "surrogatepass") == text


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda words: words.a("x.test", "300.1.1.1"), "no A record of 'x.test'"),
        (lambda words: words.a("", "192.0.2.1"), "no domain name"),
        (lambda words: words.a("x..test", "192.0.2.1"), "no domain name"),
        (lambda words: words.record("x.test", "MXX", "1"), "no record type 'MXX'"),
        (lambda words: words.ptr("host", "x.test"), "no IP address: 'host'"),
        (lambda words: words.spf("x.test", "ip4:1"), "no SPF policy"),
        (lambda words: words.dmarc("x.test", "maybe"), "no DMARC policy"),
    ],
)
def test_mistakes_are_told(words: Words, call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(BadArgument, match=message):
        call(words)
