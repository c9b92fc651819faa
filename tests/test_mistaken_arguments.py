"""Whatever a value is, and whichever argument it is given for: BadArgument, and no other."""

import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from pytest_fakemail import (
    BadArgument,
    FakeMail,
    FakeMailError,
    Preset,
    UnknownCapability,
    UnknownMailbox,
    notices,
    policies,
)

RAW = b"From: shop@example.test\r\nTo: ann@example.test\r\n\r\nHi\r\n"
KEY = "v=DKIM1; p="

WORDS = (
    *("record", "remove", "a", "aaaa", "cname", "mx", "null_mx", "server", "server_named", "txt"),
    *("spf", "dkim", "dmarc", "ptr", "blocklist", "mta_sts", "tls_rpt", "tlsa", "dkim_key", "when"),
)
POSSIBLE: Mapping[str, object] = {
    "address": "192.0.2.1",
    "addresses": "192.0.2.1",
    "after": 3,
    "by": "ann@example.test",
    "certificate": b"certificate",
    "condition": "FAILURE",
    "delay": "5m",
    "domain": "x.test",
    "host": "mx.x.test",
    "key": KEY,
    "kind": "TXT",
    "members": ["bob@x.test"],
    "message": RAW,
    "most": 3,
    "name": "never.test",
    "names": "ehlo.8bitmime_with_space",
    "octets": 1000,
    "per": "1m",
    "policy": policies.greylisting(),
    "protocol": "smtp",
    "recipient": "ann@example.test",
    "rights": "lrs",
    "rule": bool,
    "selector": "mail",
    "server": ("127.0.0.1", 25),
    "target": "elsewhere.test",
    "text": "I am away.",
    "texts": "x",
    "to": "ann@example.test",
    "values": "x",
    "with_": "bob@example.test",
    "zone": "bl.test",
}
ELSEWHERE: Mapping[tuple[str, str], object] = {
    ("dns.aaaa", "addresses"): "2001:db8::1",
    ("policies.blocklist", "addresses"): ["192.0.2.1"],
    ("policies.idle_timeout", "after"): "1m",
    ("policies.session_timeout", "after"): "1m",
    ("account.mailbox", "name"): "INBOX",
    ("shared_mailbox", "members"): {"ann@example.test": "lrs"},
    ("account.forward", "to"): "bob@x.test",
    ("bounces", "address"): "dead@x.test",
    ("route", "target"): "unreachable",
    ("tls.present", "kind"): "expired",
    ("policies.word", "texts"): {"greylisting": "451 4.7.1 Later"},
}
COMPARED = {("policies.recipient_verification", "known"), ("tls.present", "connection")}
"""What may be any object with ``==``."""


RATES = ("messages", "recipients", "connections", "logins", "commands", "octets")


def calls(fakemail: FakeMail) -> Iterator[tuple[str, Callable[..., object]]]:
    yield from ((f"policies.{name}", getattr(policies, name)) for name in policies.__all__)
    for name in notices.__all__:
        if inspect.isfunction(getattr(notices, name)):
            yield f"notices.{name}", getattr(notices, name)
    yield from ((f"dns.{name}", getattr(fakemail.dns, name)) for name in WORDS)
    for name in ("route", "bounces", "bounce", "seen_from", "account", "alias"):
        yield name, getattr(fakemail, name)
    yield "shared_mailbox", fakemail.shared_mailbox
    for name in ("enforce", "quirk", "go_down", "client"):
        yield f"smtp.{name}", getattr(fakemail.smtp, name)
    for name in ("token", "revoke", "forward", "auto_reply", "mailbox", "oauth", "share"):
        yield f"account.{name}", getattr(fakemail.account(), name)
    yield "policies.word", fakemail.smtp.policies.word
    yield "tls.present", fakemail.tls.present
    yield "tls.issue_client_certificate", fakemail.tls.issue_client_certificate


def given(call: Callable[..., object], name: str, wrong: str, value: object) -> tuple[Any, Any]:
    """Return arguments that are possible but for one."""
    positional: list[object] = []
    named: dict[str, object] = {}
    for one in inspect.signature(call).parameters.values():
        if one.name == wrong:
            chosen = value
        elif one.default is one.empty and one.kind is not one.VAR_KEYWORD:
            chosen = ELSEWHERE.get((name, one.name), POSSIBLE.get(one.name))
        else:
            continue
        if one.kind in (one.POSITIONAL_OR_KEYWORD, one.VAR_POSITIONAL) and not named:
            positional.append(chosen)
        else:
            named[one.name] = chosen
    if name == "policies.rate_limit" and wrong not in RATES:
        named["messages"] = 3
    return positional, named


def parameters() -> Iterator[tuple[str, str]]:
    with FakeMail() as one:
        for name, call in calls(one):
            for each in inspect.signature(call).parameters.values():
                if each.kind is not each.VAR_KEYWORD:
                    yield name, each.name


def called(fakemail: FakeMail, name: str, wrong: str, value: object) -> None:
    call = dict(calls(fakemail))[name]
    parameters = inspect.signature(call).parameters
    if parameters[wrong].kind is inspect.Parameter.POSITIONAL_OR_KEYWORD:
        # What has a default may have others before it, so that it needs its name.
        names = list(parameters)
        before = [parameters[one].default for one in names[: names.index(wrong)]]
        if any(one is not inspect.Parameter.empty for one in before):
            positional, named = given(call, name, "", None)
            call(*positional, **named, **{wrong: value})
            return
    positional, named = given(call, name, wrong, value)
    call(*positional, **named)


def test_what_is_possible_is_taken() -> None:
    for name in dict(parameters()):
        with FakeMail() as one:
            if name == "dns.remove":
                one.dns.txt("never.test", "x")
            if name == "account.revoke":
                continue  # of a token that there is
            call = dict(calls(one))[name]
            positional, named = given(call, name, "", None)
            call(*positional, **named)
            one.clear_faults()


@pytest.mark.parametrize(("name", "wrong"), sorted(set(parameters()) - COMPARED))
def test_no_argument_takes_just_anything(fakemail: FakeMail, name: str, wrong: str) -> None:
    with pytest.raises(BadArgument):
        called(fakemail, name, wrong, object())


@pytest.mark.parametrize(
    "value", [None, 3, -1, 2.5, b"x", "", "\r\n", [], ["a", 3], {}, {3: 4}, ()]
)
def test_nothing_but_bad_argument_is_raised(fakemail: FakeMail, value: object) -> None:
    for name, wrong in parameters():
        fakemail.dns.txt("never.test", "x")
        try:
            called(fakemail, name, wrong, value)
        except (BadArgument, UnknownMailbox):  # a text can be the name of no mailbox
            pass
        except Exception as other:  # noqa: BLE001
            pytest.fail(f"{name}({wrong}={value!r}) raises {other!r}")
    fakemail.smtp.come_back() if "down" in repr(fakemail.smtp) else None
    fakemail.clear_faults()


USES: Mapping[str, Callable[[FakeMail, Any], object]] = {
    "account.wait_for_mailbox": lambda one, wrong: one.account().wait_for_mailbox(wrong),
    "assert_well_behaved": lambda one, wrong: one.assert_well_behaved(ignore=wrong),
    "annotate": lambda one, wrong: one.annotate("/shared/comment", wrong),
    "capabilities.off": lambda one, wrong: one.smtp.capabilities.off(wrong),
    "clock.advance": lambda one, wrong: one.clock.advance(wrong),
    "listen": lambda one, wrong: one.smtp.listen(wrong),
    "listen, tls": lambda one, wrong: one.smtp.listen(tls=wrong),
    "mail.assert_dkim_valid": lambda one, wrong: one.outbox[0].assert_dkim_valid(dns=wrong),
    "mail.assert_sound": lambda one, wrong: one.outbox[0].assert_sound(ignore=wrong),
    "mail.assert_spf_pass": lambda one, wrong: one.outbox[0].assert_spf_pass(
        client=wrong, sender="a@x.test", dns=one.dns
    ),
    "mail.headers.all": lambda one, wrong: one.outbox[0].headers.all(wrong),
    "mail.headers.get": lambda one, wrong: one.outbox[0].headers.get(wrong),
    "mail.link": lambda one, wrong: one.outbox[0].link(wrong),
    "mail.link, text": lambda one, wrong: one.outbox[0].link(text=wrong),
    "mail.normalised": lambda one, wrong: one.outbox[0].normalised(replace=wrong),
    "mailbox.assert_flags": lambda one, wrong: one.account().inbox.assert_flags(wrong),
    "mailbox.change_uidvalidity": lambda one, wrong: one.account().inbox.change_uidvalidity(wrong),
    "mailbox.deliver_many": lambda one, wrong: one.account().inbox.deliver_many(wrong),
    "mailbox.message": lambda one, wrong: one.account().inbox.message(wrong),
    "mailbox.rename": lambda one, wrong: one.account().mailbox("Archive").rename(wrong),
    "outbox.assert_sound": lambda one, wrong: one.outbox.assert_sound(ignore=wrong),
    "preset": lambda _, wrong: Preset(name="x", protocol=wrong, answer="reply", code=450, text="x"),
    "rule.close": lambda one, wrong: one.imap.when("NOOP").close(after_answer=wrong),
    "rule.corrupt": lambda one, wrong: one.imap.when("NOOP").corrupt(seed=wrong),
    "rule.do": lambda one, wrong: one.imap.when("NOOP").do(wrong),
    "rule.drop": lambda one, wrong: one.imap.when("NOOP").drop(reset=wrong),
    "rule.no": lambda one, wrong: one.imap.when("NOOP").no(wrong),
    "rule.rewrite": lambda one, wrong: one.imap.when("NOOP").rewrite("a", wrong),
    "rule.say": lambda one, wrong: one.imap.when("NOOP").say(wrong),
    "transcript.commands": lambda one, wrong: one.transcript.commands(wrong),
    "transcript.follow": lambda one, wrong: one.transcript.follow(wrong),
    "wait_for_command": lambda one, wrong: one.smtp.wait_for_command(wrong, timeout=0),
    "when": lambda one, wrong: one.smtp.when(wrong),
}


@pytest.fixture
def used(fakemail: FakeMail) -> Iterator[FakeMail]:
    with fakemail.smtp.client() as client:
        client.sendmail("app@x.test", "user@example.test", RAW + b"https://shop.test/\r\n")
    yield fakemail
    fakemail.clear_faults()


@pytest.mark.parametrize("use", USES)
def test_no_use_takes_just_anything(used: FakeMail, use: str) -> None:
    with pytest.raises((BadArgument, UnknownCapability), match=r"object object at|wanted|there is"):
        USES[use](used, object())


@pytest.mark.parametrize("value", [b"x", "", "\ud800", [], (), {}, {3: 4}, ["a", 3], math.inf, -1])
def test_no_use_raises_anything_else(used: FakeMail, value: object) -> None:
    """A refusal of ours, an assertion that does not hold, or what a function of the test raises."""
    for name, use in USES.items():
        try:
            use(used, value)
        except (FakeMailError, AssertionError):
            pass
        except Exception as other:  # noqa: BLE001
            pytest.fail(f"{name} of {value!r} raises {other!r}")


def test_what_a_follower_raises_is_the_tests_mistake_and_ends_no_server(
    fakemail: FakeMail,
) -> None:
    heard: list[str] = []
    fakemail.transcript.follow(lambda _: 1 // 0)  # type: ignore[arg-type]
    fakemail.transcript.follow(heard.append)
    with fakemail.smtp.client() as client:
        assert client.noop()[0] == 250
    assert any("NOOP" in line.upper() for line in heard)
    with pytest.raises(BadArgument, match="given by the test failed once: ZeroDivision"):
        fakemail.check()
