"""Addresses: groups, comments, names that look like others, letters beyond ASCII."""

from pytest_fakemail.zoo.entry import Entry, Reading, entry, octets


def _from(value: str, *, to: str = "bob@example.test") -> bytes:
    return octets(f"From: {value}\nTo: {to}\nSubject: who\n\nHello\n")


ENTRIES: tuple[Entry, ...] = (
    entry(
        "address-quoted-name",
        "address",
        "A display name with a comma, a quote and a backslash.",
        _from(r'"Smith, Ann \"the boss\" \\o/" <ann@example.test>'),
        Reading(from_=("ann@example.test",), names=('Smith, Ann "the boss" \\o/',)),
    ),
    entry(
        "address-comment-name",
        "address old",
        "The name stands in a comment behind the address, with quotes in it.",
        _from('ann@example.test (Ann "the boss" Smith)'),
        Reading(from_=("ann@example.test",)),
    ),
    entry(
        "address-comments-inside",
        "address",
        "Comments within the address itself.",
        _from("<ann (home)@ (work) example.test>"),
        Reading(from_=("ann@example.test",)),
    ),
    entry(
        "address-group",
        "address",
        "The recipients are a group.",
        _from("ann@example.test", to="Team: bob@example.test, eve@example.test;"),
        Reading(to=("bob@example.test", "eve@example.test")),
    ),
    entry(
        "address-undisclosed",
        "address",
        "A group of nobody: undisclosed recipients.",
        _from("ann@example.test", to="undisclosed-recipients:;"),
        Reading(to=()),
    ),
    entry(
        "address-quoted-local-part",
        "address",
        "A quoted local part with a blank and an at sign.",
        _from('"ann @home"@example.test'),
        Reading(from_=('"ann @home"@example.test',)),
    ),
    entry(
        "address-domain-literal",
        "address",
        "A domain that is an address of the network.",
        _from("ann@[192.0.2.7]"),
        Reading(from_=("ann@[192.0.2.7]",)),
    ),
    entry(
        "address-route",
        "address old",
        "A source route of RFC 822.",
        _from("Ann <@relay.test,@hub.test:ann@example.test>"),
        Reading(from_=("ann@example.test",)),
    ),
    entry(
        "address-empty",
        "address broken",
        "An empty address in From.",
        _from("<>"),
        Reading(from_=()),
    ),
    entry(
        "address-name-only",
        "address broken",
        "A name and no address.",
        _from("Ann Smith"),
    ),
    entry(
        "address-in-name",
        "address lookalike",
        "The display name is another address than the address.",
        _from('"boss@bank.test" <evil@attacker.test>'),
        Reading(from_=("evil@attacker.test",), names=("boss@bank.test",)),
    ),
    entry(
        "address-lookalike-name",
        "address lookalike unicode",
        "A Cyrillic letter in a name that looks Latin.",
        _from("=?utf-8?b?0JBubg==?= <ann@example.test>"),
        Reading(names=("\u0410nn",)),
    ),
    entry(
        "address-lookalike-domain",
        "address lookalike unicode eai",
        "A domain in Punycode whose letters look like another's.",
        _from("Ann <ann@xn--exmple-4nf.test>"),
        Reading(from_=("ann@xn--exmple-4nf.test",)),
    ),
    entry(
        "address-eai",
        "address eai unicode",
        "Local part and domain beyond ASCII (RFC 6532).",
        _from("Jörg <jörg@exämple.test>"),
        Reading(from_=("jörg@exämple.test",), names=("Jörg",)),
    ),
    entry(
        "address-right-to-left-name",
        "address unicode bidi",
        "An Arabic display name.",
        _from("=?utf-8?b?2KLZhg==?= <ann@example.test>"),
        Reading(names=("آن",)),
    ),
    entry(
        "address-semicolons",
        "address broken",
        "Recipients separated by semicolons, as people type them in Outlook.",
        _from("ann@example.test", to="bob@example.test; eve@example.test"),
    ),
    entry(
        "address-three-hundred",
        "address limits",
        "Three hundred recipients in one field.",
        _from("ann@example.test", to=",\n ".join(f"user{one}@example.test" for one in range(300))),
        Reading(to=tuple(f"user{one}@example.test" for one in range(300))),
    ),
)
