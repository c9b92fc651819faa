"""The pytest plugin: options, ini keys, marker, fixtures and the report of a failed test.

Everything heavy is imported where a fixture first needs it: an installed plugin that a
suite does not use starts nothing and loads neither servers nor TLS.
"""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import pytest

from pytest_fakemail.errors import BadSetting, FakeMailError, ServerBug, UnfiredFault
from pytest_fakemail.settings import Settings, explained, gathered, is_switch

if TYPE_CHECKING:
    from pytest_fakemail.asserts.outbox import Outbox
    from pytest_fakemail.fakemail import FakeMail
    from pytest_fakemail.servers import ImapServer, Pop3Server, SmtpServer

_HOME = Path(__file__).parent
_SETTINGS: pytest.StashKey[Settings] = pytest.StashKey()
_FAKEMAILS: pytest.StashKey[list["FakeMail"]] = pytest.StashKey()
_HAS_PASSED: pytest.StashKey[bool] = pytest.StashKey()
_OF_THE_RUN: pytest.StashKey["FakeMail"] = pytest.StashKey()

MakeFakeMail = Callable[..., "FakeMail"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Make an option and an ini key of each setting."""
    group = parser.getgroup("fakemail", "mail servers for tests (pytest-fakemail)")
    group.addoption(
        "--fakemail-artifacts",
        metavar="DIR",
        help="keep the captured mails and the transcript of each failed test below DIR",
    )
    for name, explanation in explained().items():
        more = {"nargs": "?", "const": "true"} if is_switch(name) else {}
        group.addoption(
            "--fakemail-" + name.replace("_", "-"),
            dest="fakemail_" + name,
            metavar="VALUE",
            help=explanation.replace("%", "%%"),
            **more,
        )
        parser.addini("fakemail_" + name, help=explanation, default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and check every option, environment variable and ini key."""
    config.addinivalue_line(
        "markers",
        "fakemail(**settings): settings of the test's FakeMail, such as require_auth=True",
    )
    sources: dict[str, Callable[[str], object]] = {
        "--fakemail-{dashed}": lambda name: config.getoption("fakemail_" + name),
        "FAKEMAIL_{upper}": lambda name: os.environ.get("FAKEMAIL_" + name.upper()),
        "fakemail_{name}": lambda name: config.getini("fakemail_" + name),
    }
    try:
        config.stash[_SETTINGS] = gathered(sources)
    except BadSetting as error:
        raise pytest.UsageError(str(error)) from None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Load everything before `pytester` runs tests in this process.

    It forgets the modules that such a run has loaded.  The next run would get second copies,
    whose classes are not those that the first one left behind: `cryptography` fails by that.
    """
    if "pytester" in getattr(item, "fixturenames", ()):
        from pytest_fakemail.fakemail import load_everything

        load_everything()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show a failed test's conversation and mail; keep them if they are wanted."""
    if call.excinfo is not None:
        _leave_out_our_frames(call.excinfo)
    report = yield
    if call.when == "call":
        item.stash[_HAS_PASSED] = report.passed
    if report.failed:
        fakemails = _used_by(item)
        if fakemails:
            from pytest_fakemail.report import failure

            report.sections += failure.sections(fakemails)
            directory = item.config.getoption("fakemail_artifacts")
            if directory is not None:
                failure.write_artifacts(Path(directory), item.nodeid, fakemails)
    if call.when == "teardown" and _FAKEMAILS in item.stash:
        del item.stash[_FAKEMAILS]  # pytest keeps the item, but the mail may go
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    """Check after each test what it did with the FakeMail of the whole run."""
    one = _of_the_run(item)  # after the last test the fixture is gone
    try:
        yield
        if one is not None:
            _check([one], has_passed=item.stash.get(_HAS_PASSED, False))
    finally:
        if one is not None:
            one.clear_faults()


def _leave_out_our_frames(excinfo: pytest.ExceptionInfo[BaseException]) -> None:
    """Let a failed assertion of ours be shown at the line of the test that made it."""
    error = excinfo.value
    if not isinstance(error, FakeMailError) or isinstance(error, ServerBug):
        return
    theirs: list[TracebackType] = []
    entry = error.__traceback__
    while entry is not None:
        if _HOME not in Path(entry.tb_frame.f_code.co_filename).parents:
            theirs.append(entry)
        entry = entry.tb_next
    kept: TracebackType | None = None
    for entry in reversed(theirs):
        kept = TracebackType(kept, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    if kept is not None:
        excinfo.traceback = type(excinfo.traceback)(kept)


def _used_by(item: pytest.Item) -> list["FakeMail"]:
    fakemails = item.stash.get(_FAKEMAILS, [])
    one = _of_the_run(item)
    return fakemails if one is None else [*fakemails, one]


def _of_the_run(item: pytest.Item) -> "FakeMail | None":
    """Return the FakeMail of the whole run if the test uses it."""
    is_used = "fakemail_session" in getattr(item, "fixturenames", ())
    return item.session.stash.get(_OF_THE_RUN, None) if is_used else None


@pytest.fixture(scope="session")
def fakemail_settings(pytestconfig: pytest.Config) -> Settings:
    """Return the settings of every FakeMail; override it in a conftest.py to change them."""
    return pytestconfig.stash[_SETTINGS]


@pytest.fixture
def make_fakemail(
    request: pytest.FixtureRequest, fakemail_settings: Settings
) -> Iterator[MakeFakeMail]:
    """Return a function that makes independent FakeMails; keyword arguments are settings."""
    from pytest_fakemail.fakemail import FakeMail

    settings = _marked(request.node, fakemail_settings)
    made: list[FakeMail] = request.node.stash.setdefault(_FAKEMAILS, [])

    def make(**changes: object) -> FakeMail:
        one = FakeMail(settings, **changes)
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()
    _check(made, has_passed=request.node.stash.get(_HAS_PASSED, False))


def _marked(node: pytest.Item, settings: Settings) -> Settings:
    """Apply the markers of module, class and function, the nearest last."""
    for marker in reversed(list(node.iter_markers("fakemail"))):
        if marker.args:
            raise _marker_mistake(f" takes settings by name only, not {marker.args!r}")
        try:
            settings = settings.but(**marker.kwargs)
        except BadSetting as error:
            raise _marker_mistake(f": {error}") from None
    return settings


def _marker_mistake(complaint: str) -> BaseException:
    """Return what fails a test without a traceback: no frame of it would be the author's."""
    return pytest.fail.Exception(f"UsageError: @pytest.mark.fakemail{complaint}", pytrace=False)


def _check(fakemails: "Sequence[FakeMail]", *, has_passed: bool) -> None:
    """Raise what went wrong in the servers; a fault not met only matters if all else was well."""
    unfired = ""
    for one in fakemails:
        try:
            one.check(faults=has_passed)
        except UnfiredFault as fault:
            unfired = f"UnfiredFault: {fault}"
    if unfired:
        pytest.fail(unfired, pytrace=False)  # it says where the fault was set


@pytest.fixture
def fakemail(make_fakemail: MakeFakeMail) -> "FakeMail":
    """Return this test's SMTP, POP3 and IMAP servers, store, faults and transcript."""
    return make_fakemail()


@pytest.fixture
def smtp_server(fakemail: "FakeMail") -> "SmtpServer":
    """Return ``fakemail.smtp``."""
    return fakemail.smtp


@pytest.fixture
def pop3_server(fakemail: "FakeMail") -> "Pop3Server":
    """Return ``fakemail.pop3``."""
    return fakemail.pop3


@pytest.fixture
def imap_server(fakemail: "FakeMail") -> "ImapServer":
    """Return ``fakemail.imap``."""
    return fakemail.imap


@pytest.fixture
def outbox(fakemail: "FakeMail") -> "Outbox":
    """Return ``fakemail.outbox``: what the test's SMTP server accepted."""
    return fakemail.outbox


@pytest.fixture(scope="session")
def fakemail_session(
    request: pytest.FixtureRequest, fakemail_settings: Settings
) -> Iterator["FakeMail"]:
    """Return a FakeMail whose ports stay for the whole run; ``reset()`` empties it."""
    from pytest_fakemail.fakemail import FakeMail

    one = request.session.stash[_OF_THE_RUN] = FakeMail(fakemail_settings)
    yield one
    del request.session.stash[_OF_THE_RUN]
    one.close()
    one.check(faults=False)  # they were the business of each test


@pytest.fixture
def fakemail_trust(monkeypatch: pytest.MonkeyPatch, fakemail_settings: Settings) -> Path:
    """Make this process and its children trust the servers' CA; return the CA's file."""
    from pytest_fakemail.net.tls import TlsAuthority

    authority = TlsAuthority(fakemail_settings)
    for name, value in authority.trust_environment().items():
        monkeypatch.setenv(name, value)
    return Path(authority.ca_file)
