"""What the README and docs/ say is true: their code runs, their names and numbers are ours.

A Python block with tests is a test module.  One that begins with a comment naming a file
(``# shop.py``, ``# conftest.py``) is that file, for the tests of its page.  One without tests
is a script.  Behind ``<!-- fails -->`` stand tests that fail, and the text block behind
``<!-- output -->`` is in what pytest then prints, where ``…`` stands for what changes.
Behind ``<!-- not run: reason -->`` stands what needs more than the tests have; it is compiled.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme  # noqa: F401  (cryptography, below it, cannot be imported anew by each inner run)

import pytest_fakemail
from pytest_fakemail import cli, errors, settings
from pytest_fakemail.asserts.account import AccountHandle
from pytest_fakemail.asserts.mailbox import MailboxHandle
from pytest_fakemail.asserts.message import MailboxMessage
from pytest_fakemail.asserts.outbox import Outbox
from pytest_fakemail.asserts.queue import Queue
from pytest_fakemail.asserts.seeding import Composed
from pytest_fakemail.clock import Clock
from pytest_fakemail.fakemail import FakeMail
from pytest_fakemail.faults.failures import Preset
from pytest_fakemail.faults.matching import CONDITIONS
from pytest_fakemail.faults.points import POINTS
from pytest_fakemail.faults.rules import Rule
from pytest_fakemail.imap.capabilities import AFTER_LOGIN, BEFORE_LOGIN, OFF_AT_FIRST, ON_REQUEST
from pytest_fakemail.imap.commands import COMMANDS as IMAP_COMMANDS
from pytest_fakemail.mime.attachments import Attachment
from pytest_fakemail.mime.calendar import Calendar
from pytest_fakemail.mime.fields import Address, Fields
from pytest_fakemail.mime.mail import Mail
from pytest_fakemail.net.presenting import KINDS
from pytest_fakemail.net.tls import ClientCertificate, TlsAuthority
from pytest_fakemail.pop3.capabilities import KNOWN as POP3_CAPABILITIES
from pytest_fakemail.pop3.commands import COMMANDS as POP3_COMMANDS
from pytest_fakemail.query.mails import DELIVERY
from pytest_fakemail.query.messages import MESSAGE
from pytest_fakemail.reading_servers import ImapServer, Pop3Server
from pytest_fakemail.relay.item import QueueItem
from pytest_fakemail.servers import SmtpServer
from pytest_fakemail.smtp.commands import SMTP_COMMANDS
from pytest_fakemail.smtp.extensions import KNOWN as SMTP_EXTENSIONS
from pytest_fakemail.smtp.lmtp import LMTP_COMMANDS
from pytest_fakemail.store.delivery import Delivery
from pytest_fakemail.transcript.exchanges import RecordedConnection, RecordedExchange
from pytest_fakemail.transcript.transcript import Transcript
from pytest_fakemail.wire.capabilities import Capabilities
from pytest_fakemail.wire.parties import Recorder

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
BLOCK = re.compile(
    r"^(?:<!-- (fails|output|not run: [^\n]+) -->\n)?```(python|text)\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
# Hypothesis' plugin would import all of Hypothesis at the end of each inner run.
FILE_NAME = re.compile(r"# ([\w/]+\.py)\n")


class Block(NamedTuple):
    line: int
    mark: str
    language: str
    code: str

    @property
    def file_name(self) -> str | None:
        found = FILE_NAME.match(self.code)
        return found and found[1]

    @property
    def has_tests(self) -> bool:
        return "def test_" in self.code


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def blocks_of(page: Path) -> list[Block]:
    text = text_of(page)
    return [
        Block(text.count("\n", 0, found.start(3)) + 1, found[1] or "", found[2], found[3])
        for found in BLOCK.finditer(text)
    ]


def label(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def set_out(blocks: Iterable[Block], home: Path) -> Iterator[str]:
    """Write the blocks as files; yield the names of those that are to pass."""
    for block in blocks:
        if block.language != "python" or block.mark:
            continue
        if block.file_name is not None:
            (home / block.file_name).write_text(block.code, encoding="utf-8")
            continue
        name, code = f"test_line_{block.line}.py", block.code
        if not block.has_tests:
            code = f"def test_script():\n    exec(compile({code!r}, {name!r}, 'exec'), {{}})\n"
        (home / name).write_text(code, encoding="utf-8")
        yield name


def pattern(line: str) -> str:
    """Return what a line of output is to match, whose case is smtplib's to change.

    A heading of pytest's is as wide as the screen.
    """
    literal = re.sub(r"([*?[])", r"[\1]", line.lower()).replace("…", "*")
    return f"*{literal}*" if line.startswith("---") else literal


WITH_CODE = [page for page in PAGES if any(block.language == "python" for block in blocks_of(page))]


@pytest.mark.parametrize("page", WITH_CODE, ids=label)
def test_the_code_of_a_page_is_python(page: Path) -> None:
    for block in blocks_of(page):
        if block.language == "python":
            compile(block.code, f"{label(page)}:{block.line}", "exec")


@pytest.mark.parametrize("page", WITH_CODE, ids=label)
def test_the_code_of_a_page_runs(page: Path, pytester: pytest.Pytester) -> None:
    blocks = blocks_of(page)
    names = list(set_out(blocks, pytester.path))
    # What Django is set to lasts as long as a process.
    is_setting = any("settings.configure" in block.code for block in blocks)
    run = pytester.runpytest_subprocess if is_setting else pytester.runpytest
    if names:
        result = run("-q", "-W", "error", *names)
        assert result.ret == 0, f"code of {label(page)} does not run"


FAILING = [
    (page, block, next_block)
    for page in PAGES
    for block, next_block in zip(blocks_of(page), blocks_of(page)[1:], strict=False)
    if block.mark == "fails"
]


@pytest.mark.parametrize(
    ("page", "block", "shown"), FAILING, ids=[f"{label(one[0])}:{one[1].line}" for one in FAILING]
)
def test_a_failing_test_prints_what_the_page_shows(
    page: Path, block: Block, shown: Block, pytester: pytest.Pytester
) -> None:
    list(set_out(blocks_of(page), pytester.path))
    (pytester.path / "test_shop.py").write_text(block.code, encoding="utf-8")
    result = pytester.runpytest("test_shop.py")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert shown.mark == "output"
    lines = pytest.LineMatcher([line.lower() for line in result.outlines])
    lines.fnmatch_lines([pattern(line) for line in shown.code.split("\n") if line.strip()])


def test_every_page_is_linked_from_the_contents() -> None:
    contents = text_of(DOCS / "index.md")
    missing = [
        page.relative_to(DOCS).as_posix()
        for page in PAGES[1:]
        if page.name != "index.md" and f"({page.relative_to(DOCS).as_posix()})" not in contents
    ]
    assert missing == []
    assert "(docs/index.md)" in text_of(ROOT / "README.md")


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"], ids=label
)
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text_of(page))
    assert [link for link in links if not (page.parent / link).exists()] == []


def anchors(page: Path) -> set[str]:
    """Return the names of a page's headings, as GitHub and Sphinx make them."""
    prose = re.sub(r"^```.*?^```$", "", text_of(page), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_links_into_a_page_meet_a_heading(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]*)#([^)]+)\)", text_of(page))
    missing = [
        f"{target}#{name}"
        for target, name in links
        if name not in anchors(page.parent / target if target else page)
    ]
    assert missing == []


@pytest.mark.parametrize(
    "command",
    [
        "python3 -m venv .venv && .venv/bin/pip install '.[examples]' && .venv/bin/pytest examples",
        "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest -n 2",
    ],
)
def test_the_readme_has_the_commands_that_set_everything_up(command: str) -> None:
    assert command in text_of(ROOT / "README.md").split("\n")


SENTENCE = re.compile(r"`(fakemail\.(?:smtp|lmtp|pop3|imap)\.when\([^`…]*\))`")


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_faults_in_the_text_can_be_set(page: Path) -> None:
    with FakeMail() as fakemail:
        for sentence in SENTENCE.findall(text_of(page)):
            rule = eval(sentence, {"fakemail": fakemail})  # noqa: S307  (our own pages)
            assert isinstance(rule, Rule)
        fakemail.clear_faults()


# --- the reference -------------------------------------------------------------------------


def public_names(*kinds: type) -> set[str]:
    return {
        name
        for kind in kinds
        for base in kind.__mro__
        if base.__module__.startswith("pytest_fakemail")
        for name in (*vars(base), *getattr(base, "__annotations__", {}))
        if not name.startswith("_")
    }


def fixtures() -> set[str]:
    plugin = ast.parse(text_of(Path(pytest_fakemail.__file__).parent / "plugin.py"))
    return {
        node.name
        for node in plugin.body
        if isinstance(node, ast.FunctionDef)
        and any("pytest.fixture" in ast.unparse(decorator) for decorator in node.decorator_list)
    }


def shell_options() -> set[str]:
    source = text_of(Path(cli.__file__))
    return set(re.findall(r'"(--[a-z-]+)"', source)) | {
        f"--{protocol}{ending}" for protocol in cli.PROTOCOLS for ending in ("", "s")
    }


PROMISES: dict[str, set[str]] = {
    "fixtures.md": fixtures() | {"pytest.mark.fakemail"},
    "settings.md": set(settings.explained()) | {"Settings", "but", "--fakemail-artifacts"},
    "fakemail-and-servers.md": {
        *public_names(SmtpServer, Pop3Server, ImapServer, Capabilities, Clock),
        *public_names(FakeMail, TlsAuthority, ClientCertificate),
        *{"settings", "clock", "tls"},
        *KINDS,
    }
    - {"serve", "server_context", "faults", "manner", "begin_as"}
    - {
        "settle",
        "follow",
        "is_touched",
        "promised",
        "shows",
        "denies",
    },  # between capabilities and servers
    "outbox-and-mail.md": {
        *public_names(Outbox, Mail, Delivery, Attachment, Calendar, Address, Fields),
        *public_names(Queue, QueueItem),
        *(criterion.name for criterion in DELIVERY),
    }
    - {"look_at"},
    "accounts-and-mailboxes.md": {
        *public_names(AccountHandle, MailboxHandle, MailboxMessage),
        *Composed.__annotations__,
        *(criterion.name for criterion in MESSAGE),
    },
    "faults.md": {
        *public_names(Rule, Preset),
        *(point for points in POINTS.values() for point in points if point.islower()),
        *(name for names in CONDITIONS.values() for name in names),
    },
    "transcript.md": public_names(Transcript, RecordedConnection, RecordedExchange)
    - public_names(Recorder)
    - {"take_answer", "go_on", "is_logging_in", "leave", "claim", "look_at"},
    "smtp.md": {*SMTP_COMMANDS, *LMTP_COMMANDS, *SMTP_EXTENSIONS},
    "pop3.md": {*POP3_COMMANDS, *POP3_CAPABILITIES},
    "imap.md": {*IMAP_COMMANDS, *BEFORE_LOGIN, *AFTER_LOGIN, *ON_REQUEST, *OFF_AT_FIRST},
    "command-line.md": shell_options(),
    "errors.md": {
        name
        for name, kind in vars(errors).items()
        if getattr(kind, "__module__", "") == errors.__name__ and isinstance(kind, type)
    },
}


@pytest.mark.parametrize("page", PROMISES)
def test_a_page_of_the_reference_leaves_nothing_out(page: str) -> None:
    """Each word is there as code, in a text or in a block."""
    said = re.findall(r"```.*?```|`[^`]+`", text_of(REFERENCE / page), re.DOTALL)
    text = " ".join(said)
    missing = {
        name
        for name in PROMISES[page]
        if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
    }
    assert missing == set()


def test_every_public_name_is_in_the_reference() -> None:
    said = " ".join(map(text_of, REFERENCE.glob("*.md")))
    missing = [name for name in pytest_fakemail.__all__ if f"`{name}" not in said]
    assert missing == []


def test_the_list_of_public_names_is_whole() -> None:
    _, said = text_of(REFERENCE / "errors.md").split("## Public names")
    names = {*re.findall(r"`(\w+)`", said)}
    exceptions = {name for name in vars(errors) if name[0].isupper()}
    assert set(pytest_fakemail.__all__) - exceptions - names == set()


def test_every_choice_of_a_setting_is_explained() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", choices_of_settings(), re.MULTILINE))
    fields = settings.Settings.__dataclass_fields__.items()
    listed = ("mechanisms", "provider", "separator")  # by a link; with a bar that is escaped
    missing = [
        f"{name}: {choice}"
        for name, one in fields
        for choice in one.metadata.get("choices") or ()
        if name not in listed and f"`{choice}`" not in rows.get(name, "")
    ]
    assert missing == []
    assert [name for name in listed if name not in rows] == []


def choices_of_settings() -> str:
    _, said = text_of(REFERENCE / "settings.md").split("## Choices")
    return said.partition("##")[0]


def test_the_options_of_pytest_are_documented() -> None:
    plugin = text_of(Path(pytest_fakemail.__file__).parent / "plugin.py")
    options = set(re.findall(r'"(--fakemail-[a-z-]+)"', plugin))
    assert "--fakemail-doctor" in options
    said = text_of(REFERENCE / "settings.md")
    assert [one for one in options if f"| `{one}" not in said] == []


def setting_row(name: str, explanation: str) -> str:
    """Return what the page of the settings says of one."""
    option = f"--fakemail-{name.replace('_', '-')}"
    return (
        f"| `{name}` | {explanation} | `{option}` | `FAKEMAIL_{name.upper()}` | `fakemail_{name}` |"
    )


def test_the_settings_are_documented_as_they_are() -> None:
    rows = [setting_row(name, explanation) for name, explanation in settings.explained().items()]
    shown = [
        line for line in text_of(REFERENCE / "settings.md").split("\n") if "--fakemail" in line
    ]
    assert [line for line in shown if re.match(r"\| `\w", line)] == rows
