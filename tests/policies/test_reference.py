"""The page of the policies is what the code says: regenerated here, and compared.

``python tests/policies/test_reference.py`` prints the tables.
"""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from pytest_fakemail import policies
from pytest_fakemail.policies.policy import Policy
from pytest_fakemail.policies.replies import PLACEHOLDERS, Reply, checked

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "policies.md"

EXAMPLES = (
    'greylisting(delay="5m")',
    'rate_limit(messages=30, per="1m", by="account")',
    "concurrent_connections(10)",
    "messages_per_connection(100)",
    "recipients_per_message(50)",
    'no_relay(local=["example.test"])',
    'pop_before_smtp(window="30m")',
    'recipient_verification(takes="6s")',
    'blocklist({"192.0.2.0/24"})',
    "spf()",
    "dkim()",
    "dmarc()",
    "content(lambda mail: len(mail.attachments) > 3)",
    "message_size(10_000_000)",
    "quota(1_000_000, temporary=True)",
    'lockout(after=3, lasts="15m")',
    'login_penalty(first="2s", most="15s")',
    'login_delay("15m")',
    "token_expiry()",
    "basic_auth_disabled()",
    "oauth_two_lines()",
    'idle_timeout("10m")',
    'session_timeout("1h")',
    'tarpit("5s", after=3)',
)


def made(example: str) -> Policy:
    found: Policy = eval(f"policies.{example}", {"policies": policies})  # noqa: S307
    return found


def replies() -> Iterator[Reply]:
    seen: set[str] = set()
    for example in EXAMPLES:
        for reply in made(example).replies:
            if reply.name not in seen:
                seen.add(reply.name)
                yield reply
    for module in iter_modules(policies.__path__, "pytest_fakemail.policies."):
        for value in vars(import_module(module.name)).values():
            found = value.values() if isinstance(value, dict) else [value]
            for one in found:
                if isinstance(one, Reply) and one.name not in seen:
                    seen.add(one.name)
                    yield one


OPTION = re.compile(r"^    (\w+): (.*(?:\n {8,}.*)*)", re.MULTILINE)


def options() -> Iterator[str]:
    """Yield a row for each option, as its docstring explains it."""
    for name in policies.__all__:
        function = getattr(policies, name)
        defaults = inspect.signature(function).parameters
        for option, words in OPTION.findall(inspect.getdoc(function) or ""):
            if option in defaults and option != "reply":
                default = defaults[option].default
                is_given = default not in (inspect.Parameter.empty, None)
                said = f"{option}={default!r}".replace("'", '"') if is_given else option
                yield f"| `{name}` | `{said}` | {' '.join(words.split()).replace('``', '`')} |"


def tables() -> Iterator[str]:
    yield "| policy | for | what it does |"
    yield "|---|---|---|"
    for example in EXAMPLES:
        function = getattr(policies, example.partition("(")[0])
        does = (inspect.getdoc(function) or "").partition("\n\n")[0].replace("\n", " ")
        yield f"| `{example}` | {', '.join(made(example).protocols)} | {does} |"
    yield ""
    yield "| policy | option | what it is |"
    yield "|---|---|---|"
    yield from options()
    yield ""
    yield "| reply | text |"
    yield "|---|---|"
    for reply in replies():
        texts = [f"`{text}`" for text in (reply.smtp, reply.pop3, reply.imap) if text]
        yield f"| `{reply.name}` | {' · '.join(texts)} |"
    yield ""
    yield f"Placeholders: {', '.join(f'`{{{name}}}`' for name in PLACEHOLDERS)}."


def test_the_page_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8").split("\n")
    assert [line for line in tables() if line and line not in page] == []
    rows = [line for line in page if line.startswith("| `")]
    assert rows == [line for line in tables() if line.startswith("| `")]


def test_every_policy_has_an_example_and_every_option_a_word() -> None:
    assert sorted(example.partition("(")[0] for example in EXAMPLES) == policies.__all__
    for name in policies.__all__:
        function = getattr(policies, name)
        documented = inspect.getdoc(function) or ""
        options = inspect.signature(function).parameters
        unexplained = [one for one in options if f"{one}: " not in documented and one != "reply"]
        assert len(unexplained) < 2, name  # a single one is what the first sentence is about


def test_each_reply_can_be_sent_by_each_protocol_that_has_the_policy() -> None:
    for example in EXAMPLES:
        policy = made(example)
        for reply in policy.replies:
            spoken = [protocol for protocol in policy.protocols if reply.text(protocol)]
            assert spoken
            for protocol in spoken:
                checked(reply.text(protocol), protocol)


if __name__ == "__main__":
    print("\n".join(tables()))  # noqa: T201


TRANSCRIPTS = Path(__file__).parents[1] / "transcripts" / "policies"
OTHERWISE_TOLD = {
    "tarpit": "says nothing but by taking its time: test_timing",
    "login_penalty": "likewise: test_logins",
    "dkim": "goes by a zone: test_authenticity",
    "token_expiry": "goes by a token: test_timing",
}


def test_each_policy_has_its_transcript_that_notes_it_by_name() -> None:
    noted = {
        path.stem
        for path in TRANSCRIPTS.glob("*.txt")
        if f"N: {path.stem}" in path.read_text(encoding="utf-8")
    }
    assert noted == set(policies.__all__) - OTHERWISE_TOLD.keys()
