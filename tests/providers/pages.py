"""Write the pages of the reference that are made of the providers' data.

``python tests/providers/pages.py`` writes them; `test_pages` holds that they are current.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from pytest_fakemail import providers
from pytest_fakemail.faults.failures import Failure
from pytest_fakemail.imap import capabilities as imap
from pytest_fakemail.pop3 import capabilities as pop3
from pytest_fakemail.providers.quirks import QUIRKS
from pytest_fakemail.providers.speaking.manners import missing
from pytest_fakemail.providers.speaking.personality import NAMES, Personality, personality
from pytest_fakemail.settings import Settings
from pytest_fakemail.smtp import extensions as smtp

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"

NOT_PROVIDERS = {"catalogue", "personalities", "quirks", "speaking"}

FAILURES = """\
# Failures of real servers

Each is a value of `pytest_fakemail.providers`, for `fakemail.smtp.fail(…)` or `when(…).fail(…)`;
[the how-to](../how-to/fail-as-real-servers-do.md) has examples. `failures()` of each module returns
its rows. This page is made of the data.

- **at**: where it can happen; `fail` of a server puts it at each of these but `any`.
- **retry**: whether another try helps: `transient` soon, `permanent` never, `policy` once somebody
  has changed a setting, a quota or a password.
- **evidence**: T a transcript by others, V the vendor's documentation, S the server's source code,
  C the code of a client that works around it, R an RFC that no server has been seen to follow, K
  memory. In front of it stands `certainty`. Only what is **verified** is said by that server word
  for word; opaque numbers, host names and dates in it are made up. **abridged**: a part of the
  answer is known, and the rest of it is left out or ours. **unverified**: offered, not promised.
  `is_verified` is true of the first kind alone.
- In texts `{recipient}`, `{ip}`, `{time}` and the like are filled from the conversation
  ([the list](faults.md#presets)); an answer in several lines is shown with `⏎`.
"""


def modules() -> list[str]:
    names = (module.name for module in iter_modules(providers.__path__))
    return [name for name in names if name not in NOT_PROVIDERS]


def failures_of(provider: str) -> list[tuple[str, Failure]]:
    module = import_module(f"pytest_fakemail.providers.{provider}")
    return [(name, one) for name, one in vars(module).items() if isinstance(one, Failure)]


def answer_of(failure: Failure) -> str:
    lines = failure.text.split("\n")
    if failure.protocol == "smtp":
        said = [f"{failure.code} {line}" for line in lines]
    elif failure.protocol == "pop3":
        said = [f"-ERR {failure.text}"]
    elif failure.answer == "send":
        said = lines
    else:
        said = [f"{'*' if failure.answer == 'bye' else 't'} {failure.answer.upper()} {lines[0]}"]
    if failure.challenge:
        said.insert(0, f"{'334' if failure.protocol == 'smtp' else '+'} {failure.challenge}")
    after = ("… without end",) if failure.endless else failure.after
    text = " ⏎ ".join((*failure.before, *said, *after))
    notes = ["then closes"] if failure.closes else []
    notes += [f"after {failure.delay:g} s"] if failure.delay else []
    return f"`{text}`" + (f" ({', '.join(notes)})" if notes else "")


def failures_page() -> str:
    parts = [FAILURES]
    for provider in modules():
        module = import_module(f"pytest_fakemail.providers.{provider}")
        rows = failures_of(provider)
        parts += [f"\n## {provider}\n", f"{(module.__doc__ or '').splitlines()[0]}\n"]
        if not rows:
            continue
        parts += ["| value | answer | at | retry | evidence |", "|---|---|---|---|---|"]
        for name, one in rows:
            short = f" ({one.reference})" if one.reference else ""
            evidence = f"{one.certainty}: {one.evidence} {one.source}"
            points = " ".join(one.points)
            text = answer_of(one).replace("|", "\\|")
            parts.append(f"| `{name}`{short} | {text} | {points} | {one.retry} | {evidence} |")
        parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n"


PERSONALITIES = """\
# Personalities

`fakemail.pretend_to_be("gmail")`, `@pytest.mark.fakemail(provider="gmail")`,
`--fakemail-provider=gmail`, `serve --provider gmail`; [the
how-to](../how-to/pretend-to-be-a-provider.md). A personality is greeting, capabilities in their
order before and after login, namespace, separator, mailboxes with their special uses, sizes,
limits, known misbehaviours, and the texts of replies. This page is made of the data; letters of
evidence are those of the [failures](failures.md), and what has a K is partly from memory:
unverified, not to be taken for a capture. For each there is a whole session in
`tests/transcripts/providers/`.

`from pytest_fakemail import providers`: `providers.names()` lists them, `providers.names("imap")`
those that have a protocol. To read a server that a provider does not have, such as
`fakemail.imap` of SES, is an `UnknownAttribute`.

Plain ports, STARTTLS and passwords stay usable, though most of these providers have closed them:
STARTTLS, STLS and AUTH are announced on plain ports beside what the provider lists. What a
provider announces and we have not built is left out, and listed here; words behind which nothing
stands for any client are announced. Not imitated: replies without a text of theirs, which stay
ours.

Limits are [policies](policies.md) that are in force from the start, each server's for itself;
faults of a test go before them, and policies of a test behind. What a policy says, one of a test
too, is worded as the provider's [failures](failures.md) are, where it has a fitting one: "said"
lists them.
"""


def personalities_page() -> str:
    parts = [PERSONALITIES]
    for name in NAMES:
        one = personality(name)
        parts += [f"\n## {name}\n", f"{one.title}. {one.remarks}".strip(), ""]
        if one.settings:
            said = ", ".join(f"`{key}={value!r}`" for key, value in one.settings.items())
            parts.append(f"Settings: {said}.\n")
        if one.mailboxes is not None:
            boxes = [f"`{box}` {use}".strip() for box, use in one.mailboxes.items()]
            parts.append(f"Mailboxes: `INBOX`, {', '.join(boxes)}.\n")
        if one.quirks:
            parts.append(f"[Quirks](quirks.md): {code(name for _, name in one.quirks)}.\n")
        parts += limits_of(one)
        parts += ["| protocol | announced after login (SMTP: with TLS) | not built | evidence |"]
        parts += ["|---|---|---|---|"]
        for protocol, known in KNOWN.items():
            spoken = one.spoken(protocol)
            if spoken is None:
                parts.append(f"| {protocol} | there is none | | |")
                continue
            lacking = missing(spoken, protocol, known)
            words = [word for word in spoken.after if word.partition(" ")[0] not in lacking]
            parts.append(f"| {protocol} | {code(words)} | {code(lacking)} | {spoken.evidence} |")
        parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n"


def limits_of(one: Personality) -> list[str]:
    parts = []
    if one.limits:
        calls = [
            f"{limit.protocol} `{limit.policy}({arguments(limit.options)})` ({limit.evidence})"
            for limit in one.limits
        ]
        parts.append(f"Limits: {'; '.join(calls)}.\n")
    if one.says:
        said = [f"`{reply}` {code(names)}" for reply, names in one.says.items()]
        parts.append(f"Said: {'; '.join(said)}.\n")
    return parts


def arguments(options: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in options.items())


def code(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words)


KNOWN = {
    "smtp": smtp.switchboard(Settings()),
    "pop3": pop3.switchboard(Settings()),
    "imap": imap.switchboard(Settings()),
}

QUIRKS_HEAD = """\
# Quirks

`fakemail.imap.quirk("fetch.uid_after_literal", …)` lets a server misbehave as real ones do,
until the test ends; several at once if several are named, in that order. A quirk rewrites the
server's own answers, never those of faults, or refuses a command, which then does not happen,
or has the command itself done otherwise; it fails no test for not acting. An unknown name
raises. [Personalities](personalities.md) have some of them on. This page is made of the data;
the letters are those of the [failures](failures.md): what has a K was not seen in a capture by
us.

What is not here is said in other words:

- connections that break, stall, trickle, or end with BYE: [faults](faults.md),
  [TLS](../how-to/tls-and-trust.md);
- octets cut, changed, split or sent in front; responses left out (`omit()`), NIL (`nil()`):
  [faults](faults.md);
- throttling, limits, time-outs, delays, quotas: [policies](policies.md); what a provider says
  then: [failures](failures.md);
- capabilities that are missing or lie: `capabilities.off`, `conceal` and `announce`
  ([IMAP](imap.md));
- UIDVALIDITY that changes, messages that vanish: [the
  mailbox](../how-to/change-the-mailbox-under-its-feet.md);
- messages that are hard to read: [the zoo](zoo.md); POP3 that lists new mail only, or deletes
  what was   retrieved: [settings](settings.md).
"""


def quirks_page() -> str:
    parts = [QUIRKS_HEAD]
    for protocol, known in QUIRKS.items():
        parts += [f"## {protocol}\n", "| quirk | what is seen | what it breaks | reported |"]
        parts += ["|---|---|---|---|"]
        parts += [
            f"| `{one.name}` | {one.seen} | {one.breaks} | {one.evidence} |"
            for one in known.values()
        ]
        parts.append("")
    return "\n".join(parts)


PAGES = {
    "quirks.md": quirks_page,
    "failures.md": failures_page,
    "personalities.md": personalities_page,
}

if __name__ == "__main__":
    for page, write in PAGES.items():
        (REFERENCE / page).write_text(write(), encoding="utf-8")
