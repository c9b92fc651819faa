"""A test author's mistake is told at the call: the value, what was possible, the nearest name."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from pytest_fakemail import (
    BadArgument,
    FakeMail,
    Preset,
    UnknownCapability,
    notices,
    policies,
)
from pytest_fakemail.policies.wordings import replies
from pytest_fakemail.providers import gmail, m365, others
from pytest_fakemail.providers.catalogue import Catalogue

RAW = b"From: shop@example.test\r\nTo: ann@example.test\r\n\r\nHi\r\n"
KEY = "v=DKIM1; p="

Call = Callable[[Any], object]
any_notices: Any = notices
any_policies: Any = policies

SILENT: tuple[tuple[Call, str], ...] = (
    (lambda fm: fm.imap.quirk(), r"quirk\(\): wanted at least one of \d+: "),
    (lambda fm: fm.imap.quirk("uidnext.zero", "uidnext.zero"), "'uidnext.zero' is there twice"),
    (lambda fm: fm.imap.quirk(["uidnext.zero"]), r"no quirk \['uidnext.zero'\] .* one by one"),
    (lambda fm: fm.imap.quirk(["a", "b"]), "give names one by one, as in 'a', 'b'; there is "),
    (lambda fm: word(fm, "smtp", {"greylsting": "451 4.7.1 Later"}), "mean 'greylisting'"),
    (lambda fm: word(fm, "imap", {"greylisting": "NO Later"}), "no reply 'greylisting' of imap"),
    (lambda fm: word(fm, "smpt", {"greylisting": "451 4.7.1 Later"}), "did you mean 'smtp'"),
    (lambda fm: word(fm, "smtp", "x"), "no texts: 'x'"),
    (lambda fm: word(fm, "smtp", {}), "no texts"),
    (lambda fm: fm.smtp.enforce(any_policies.spf({}), client="localhost"), "wanted an IP address"),
    (lambda fm: fm.smtp.enforce(any_policies.spf({}), client={"::1", "x"}), "wanted an IP address"),
    (lambda fm: fm.smtp.enforce(any_policies.spf({}), client="2001:DB8::1"), "it as '2001:db8::1'"),
    (lambda _: any_policies.no_relay(local=[]), "nothing in it"),
    (lambda _: any_policies.no_relay(local=["not a domain"]), "is no domain"),
    (lambda _: any_policies.pop_before_smtp(local=["x..test"]), "is no domain"),
    (lambda _: any_policies.blocklist({}), "nothing in it"),
    (lambda _: any_policies.blocklist([7]), "wanted IP addresses"),
    (lambda _: any_policies.spf({"a@x.test": "fail"}), "is no domain"),
    (lambda _: any_policies.quota(1000, temporary="yes"), "temporary='yes': wanted True or False"),
    (lambda _: any_policies.greylisting(reply="later"), "450 4.7.1 Try later"),
    (lambda fm: fm.seen_from(7), "no IP address: 7"),
    (lambda fm: fm.route("x.test", ("127.0.0.1", 0)), "from 1 to 65535"),
    (lambda fm: fm.route("x.test", ("127.0.0.1", 99999)), "from 1 to 65535"),
    (lambda fm: fm.route("x.test", "127.0.0.1:99999"), "from 1 to 65535"),
    (lambda fm: fm.route("x.test", ":25"), "no target: ':25'"),
    (lambda fm: fm.route("x.test", fm.imap), "speaks imap"),
    (lambda fm: fm.route("x.test", "unreachble"), "did you mean 'unreachable'"),
    (lambda fm: fm.route("x.test", "refuse", login=("a", "b")), "goes with a server"),
    (lambda fm: fm.route("x.test", "mx", login=("a", "b")), "goes with a server"),
    (lambda fm: fm.route("x.test", fm, login="ann"), r"wanted \(user, password\)"),
    (lambda fm: fm.route("x.test", fm, login=("a",)), r"wanted \(user, password\)"),
    (lambda fm: fm.route("x.test", "refuse", text="5.1.1 No"), "goes with a code"),
    (lambda fm: fm.route("x.test", "refuse", 550, "a\nb"), "has a line break"),
    (lambda fm: unroute(fm, "elsewere.test"), "did you mean 'elsewhere.test'"),
    (lambda fm: fm.bounces("dead@x.test", "5.1.1", reply="250 ok"), "250; wanted 400 to 599"),
    (lambda fm: fm.bounces("dead@x.test", reply=""), "wanted a reply in one line"),
    (lambda fm: fm.bounces("a b@x.test"), "no address: 'a b@x.test'"),
    (lambda fm: fm.bounce(None), "no message: None"),
    (lambda fm: fm.bounce(RAW, reply="250 ok"), "250; wanted 400 to 599"),
    (lambda _: any_notices.bounce(recipients=[], dialect="qmail"), "nothing in it"),
    (
        lambda _: any_notices.bounce(RAW, reply={"an@example.test": "550"}),
        "mean 'ann@example.test'",
    ),
    (lambda _: any_notices.delivered(RAW, action="relaid"), "did you mean 'relayed'"),
    (lambda _: any_notices.read_receipt(RAW, disposition="display"), "did you mean 'displayed'"),
    (lambda _: any_notices.auto_reply(RAW, style="outlok"), "did you mean 'outlook'"),
    (lambda _: any_notices.arf(RAW, "abuze"), "did you mean 'abuse'"),
    (lambda _: any_notices.arf(RAW, source_ip="300.1.1.1"), "no IP address"),
    (lambda _: any_notices.dmarc_report(policy="rejct"), "did you mean 'reject'"),
    (lambda _: any_notices.dmarc_report(pct=101), "from 0 to 100"),
    (lambda _: any_notices.DmarcRow(spf="failed"), "did you mean 'fail'"),
    (lambda fm: fm.dns.spf("x.test", "v=spf1 ipv4:1.2.3.4 -all"), "mean 'ip4'.*dns.txt writes"),
    (lambda fm: fm.dns.spf("x.test", "v=spf1 ip4:1.2.3.4/33"), "no IPv4 network"),
    (lambda fm: fm.dns.spf("x.test", "v=spf1 ip6:1.2.3.4"), "no IPv6 network"),
    (lambda fm: fm.dns.spf("x.test", "v=spf10 -all"), "begins with v=spf1"),
    (lambda fm: fm.dns.spf("x.test", "v=spf1 include -all"), "names no domain"),
    (lambda fm: fm.dns.spf("x.test", "v=spf1 a: -all"), "names nothing"),
    (lambda fm: fm.dns.spf("x.test", "v=spf1 -all:x.test"), "stands alone"),
    (lambda fm: fm.dns.spf("x.test", "v=spf1 a/x -all"), "no such length"),
    (lambda fm: fm.dns.spf("x.test", "v=spf1 redirct=y.test"), "did you mean 'redirect'"),
    (lambda fm: fm.dns.spf("x.test", "v=spf1 redirect="), "names no domain"),
    (lambda fm: fm.dns.dmarc("x.test", "v=DMARC1; p=rejct"), "mean 'reject'.*dns.txt writes"),
    (lambda fm: fm.dns.dmarc("x.test", "v=DMARC1"), "lacks p="),
    (lambda fm: fm.dns.dmarc("x.test", "v=DMARC1; p=none; pct=101"), "from 0 to 100"),
    (lambda fm: fm.dns.dmarc("x.test", "v=DMARC1; p=none; adkm=s"), "did you mean 'adkim'"),
    (lambda fm: fm.dns.dmarc("x.test", "v=DMARC1; p=none; p=none"), "there twice"),
    (lambda fm: fm.dns.dkim("mail", "nokey", domain="x.test"), "not base64.*dns.txt writes"),
    (lambda fm: fm.dns.dkim("mail", "v=DKIM1; k=rsb; p="), "did you mean 'rsa'"),
    (lambda fm: fm.dns.dkim("mail", "v=DKIM1; k=ed25519; p=MIGf"), "no ed25519 key"),
    (lambda fm: fm.dns.dkim("mail", "k=rsa; v=DKIM1; p="), "comes first"),
    (lambda fm: fm.dns.dkim("mail", "v=DKIM1; pp=x"), "did you mean 'p'|lacks p="),
    (lambda fm: fm.dns.dkim("ma il", KEY), "a DKIM selector"),
    (lambda fm: fm.dns.mta_sts("x.test", "2026-01-01"), "letters and digits"),
    (lambda fm: fm.dns.tls_rpt("x.test", ""), "place for TLS reports: ''"),
    (lambda fm: fm.dns.tls_rpt("x.test", "ftp://x.test"), "mailto or https"),
    (lambda fm: fm.dns.tlsa("x.test", b"-----BEGIN CERTIFICATE-----"), "octets in DER"),
    (lambda fm: fm.dns.tlsa("x.test", b"0", usage=4), "from 0 to 3"),
    (lambda fm: fm.dns.blocklist("bl.test"), "wanted the addresses"),
    (lambda fm: remove(fm, "ever.test"), "did you mean 'never.test'"),
    (lambda fm: remove(fm, "never.test", "AAA"), "no record type 'AAA'; did you mean 'AAAA'"),
    (lambda fm: remove(fm, "never.test", "AAAA"), "no AAAA record of 'never.test'"),
    (lambda fm: fm.dns.when("MX", transport="tpc"), "one of udp, tcp, local"),
    (lambda fm: fm.dns.mx("x.test", ("127.0.0.1", "25")), "port='25'"),
    (lambda fm: fm.dns.mx("x.test", ("localhost", 25)), "no IP address: 'localhost'"),
    (lambda fm: fm.dns.mx("x.test", "127.0.0.1"), "no host name"),
    (lambda fm: fm.dns.mx("x.test", "y.test", name="z.test"), "the server's name already"),
    (lambda fm: fm.dns.mx("x.test", fm.imap), "takes no mail"),
    (lambda fm: fm.dns.mx("x.test", None), "no server: None"),
    (lambda fm: fm.dns.mx("x.test", fm.smtp, preference=-1), "from 0 to 65535"),
    (lambda fm: fm.dns.a("x.test"), "wanted at least one value"),
    (lambda fm: fm.dns.txt("x.test"), "wanted at least one value"),
    (lambda fm: fm.dns.record("x.test", "A"), "wanted at least one value"),
    (lambda fm: fm.dns.a("x.test", "192.0.2.1", ttl=-1), "ttl=-1"),
    (lambda _: gmail.DAILY_LIMIT.belongs_at("DAT"), "no point 'DAT' in smtp; did you mean 'DATA'"),
    (lambda fm: fm.tls.issue_client_certificate(None), "wanted an e-mail address"),
    (lambda fm: fm.alias("all@x.test", [7]), "no members"),
    (lambda fm: fm.account().forward(keep_copy=True), "wanted addresses to forward to"),
    (lambda fm: shared(fm, ["ann"]), r"members=\['ann'\]: wanted the rights of each"),
    (lambda fm: fm.smtp.client("ann"), r"account='ann': wanted what fakemail.account\(…\) returns"),
    (lambda fm: fm.imap.client(FakeMail().account()), "is not an account of this FakeMail"),
    (lambda fm: fm.pop3.client(""), "account='': wanted what"),
    (lambda fm: fm.imap.url_for("ann"), "account='ann': wanted what"),
    (lambda fm: say(fm, "befor"), "at='befor': did you mean 'before'"),
    (lambda fm: say(fm, -1), "'after', or after how many lines, from 0"),
    (lambda fm: fm.account().inbox.deliver(subjct="x"), "'subjct' of deliver; .* mean 'subject'"),
    (lambda fm: special(fm, "sents"), r"no special use 'sents'; did you mean '\\\\Sent'"),
    (lambda _: preset(protocol="stmp"), "x.BUSY: no protocol 'stmp'; did you mean 'smtp'"),
    (lambda _: preset(points=("RCTP",)), "no point 'RCTP' in smtp; did .* there is connect, "),
    (lambda _: preset(points="MAIL"), "x.BUSY: points='MAIL': wanted several"),
    (lambda _: preset(before="* OK"), "x.BUSY: before='. OK': wanted several"),
    (lambda _: preset(after=("a\r\nb",)), "x.BUSY: after=.* has a line break"),
    (lambda _: preset(delay=-1), "x.BUSY: delay=-1: wanted seconds from 0"),
    (lambda _: preset(closes="yes"), "wanted True or False"),
)


def preset(**facts: Any) -> Preset:  # noqa: ANN401
    busy: dict[str, Any] = {
        "name": "x.BUSY",
        "protocol": "smtp",
        "answer": "reply",
        "code": 450,
        "text": "Busy",
    }
    return Preset(**(busy | facts))


def word(fakemail: FakeMail, protocol: Any, texts: Any) -> None:  # noqa: ANN401
    fakemail.smtp.policies.word(protocol, texts)


def shared(fakemail: FakeMail, members: Any) -> None:  # noqa: ANN401
    fakemail.shared_mailbox("Team", members=members)


def say(fakemail: FakeMail, at: Any) -> None:  # noqa: ANN401
    try:
        fakemail.smtp.when("RCPT").say("x", at=at)
    finally:
        fakemail.clear_faults()


def special(fakemail: FakeMail, special_use: str) -> None:
    fakemail.account().mailbox("Post", create=True, special_use=special_use)


def unroute(fakemail: FakeMail, domain: str) -> None:
    fakemail.route("elsewhere.test", "unreachable")
    fakemail.unroute(domain)


def remove(fakemail: FakeMail, name: str, kind: str | None = None) -> None:
    fakemail.dns.txt("never.test", "x")
    fakemail.dns.remove(name, kind)


@pytest.mark.parametrize(("mistake", "text"), SILENT)
def test_a_mistake_is_told_at_the_call(fakemail: FakeMail, mistake: Call, text: str) -> None:
    with pytest.raises(BadArgument, match=text):
        mistake(fakemail)


@pytest.mark.parametrize("fact", [one.name for one in fields(Preset)])
def test_no_fact_of_a_preset_is_just_anything(fact: str) -> None:
    with pytest.raises(BadArgument):
        preset(**{fact: object()})


@pytest.mark.parametrize("switch", ["on", "off", "only", "conceal"])
@pytest.mark.parametrize("name", [None, 3, b"IDLE", ["IDLE"], "IDEL"])
def test_a_capability_is_a_name(fakemail: FakeMail, switch: str, name: object) -> None:
    told = "give names one by one, as in 'IDLE'; there is" if isinstance(name, list) else "there is"
    with pytest.raises(UnknownCapability, match=f"no capability .*{told}"):
        getattr(fakemail.imap.capabilities, switch)(name)


# --- names --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["greylist", "greylistng", "rate_limits", "idle_time_out"])
def test_a_policy_that_there_is_not_tells_the_nearest(name: str) -> None:
    with pytest.raises(AttributeError, match=f"no policy '{name}'; did you mean "):
        getattr(policies, name)


@pytest.mark.parametrize("module", [gmail, m365, others])
def test_a_failure_that_there_is_not_tells_the_nearest(module: Any) -> None:  # noqa: ANN401
    name = module.failures()[0].name.partition(".")[2]
    with pytest.raises(AttributeError, match=f"no failure '{name}X' of .*mean '{name}'"):
        getattr(module, f"{name}X")
    assert not hasattr(module, "__path__")
    assert not hasattr(module, "SOMETHING")


def test_every_provider_tells_the_nearest() -> None:
    from importlib import import_module
    from pkgutil import iter_modules

    from pytest_fakemail import providers

    found = [
        import_module(f"{providers.__name__}.{one.name}")
        for one in iter_modules(providers.__path__)
        if not one.ispkg
    ]
    with_failures = [one for one in found if isinstance(getattr(one, "_all", None), Catalogue)]
    assert len(with_failures) > 10
    for one in with_failures:
        with pytest.raises(AttributeError, match="no failure 'NEVER_SEEN' of"):
            one.NEVER_SEEN  # noqa: B018


def test_points_are_taken_in_any_case() -> None:
    assert gmail.DAILY_LIMIT.belongs_at("mail") == gmail.DAILY_LIMIT.belongs_at("MAIL")


def test_every_reply_of_a_policy_can_be_worded() -> None:
    names = {reply.name for reply in replies()}
    assert {"greylisting", "rate.messages", "quota.temporary", "dmarc.reject"} <= names


def test_a_rule_of_dns_without_an_action_says_so(fakemail: FakeMail) -> None:
    rule = fakemail.dns.when("MX")
    assert "it says when, but not what to do" in rule.why_unfired([])
    rule.delay("1s")
    assert "nobody asked for anything" in rule.why_unfired([])
    fakemail.clear_faults()


def test_a_setting_that_is_bad_is_the_only_complaint(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest
        from pytest_fakemail import FakeMail

        KEPT = []

        @pytest.fixture
        def mine():
            try:
                return FakeMail(hostname="")
            except ValueError as error:
                KEPT.append(error)  # with its traceback, and so the FakeMail, until the run's end
                raise

        def test_it(mine):
            pass
    """)
    ran = pytester.runpytest("-p", "no:cacheprovider")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*BadSetting: hostname=''*"])
    assert "INTERNALERROR" not in ran.stdout.str() + ran.stderr.str()
