"""The pytest plugin: options, ini keys, marker, fixtures and the report of a failed test.

Everything heavy is imported where a fixture first needs it: an installed plugin that a
suite does not use starts nothing and loads neither servers nor TLS.
"""

import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from pytest_fakemail.settings import Settings, explained, gathered, is_switch

if TYPE_CHECKING:
    from typing import Any, Unpack

    from pytest_fakemail.asserts.outbox import Outbox
    from pytest_fakemail.dns.server import DnsServer
    from pytest_fakemail.fakemail import FakeMail
    from pytest_fakemail.making import MakeFakeMail
    from pytest_fakemail.reading_servers import ImapServer, Pop3Server
    from pytest_fakemail.servers import SmtpServer
    from pytest_fakemail.setting_changes import SettingChanges
    from pytest_fakemail.zoo import ZooMessage

_ZOO = "fakemail_zoo"
_SETTINGS: "pytest.StashKey[Settings]" = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Make an option and an ini key of each setting."""
    group = parser.getgroup("fakemail", "mail servers for tests (pytest-fakemail)")
    group.addoption(
        "--fakemail-artifacts",
        metavar="DIR",
        help="keep the mails, mailboxes and transcript of each failed test below DIR",
    )
    group.addoption(
        "--fakemail-artifacts-keep",
        choices=("failed", "always"),
        default="failed",
        help="of which tests to keep them: failed (default), always",
    )
    group.addoption(
        "--fakemail-doctor",
        action="store_true",
        help="run no test; tell what is installed, set and possible here",
    )
    group.addoption(
        "--fakemail-report",
        metavar="PATH",
        help="write one page of HTML with the conversations and mails of all tests "
        "(needs the extra: pytest-fakemail[report])",
    )
    explanations = explained()
    for name, explanation in explanations.items():
        parser.addini("fakemail_" + name, help=explanation, default=None)
    if _may_name_a_setting(pluginmanager.get_plugin("pytestconfig")):
        _add_setting_options(group, explanations)


def _may_name_a_setting(config: pytest.Config | None) -> bool:
    """Whether the command line may have an option of a setting, or want to show them all.

    Half a hundred options cost a run more than all else that an unused plugin does.
    """
    if config is None or not hasattr(config, "rootpath"):
        return True  # no ini file is read yet, which may have addopts
    words = (*config.invocation_params.args, os.environ.get("PYTEST_ADDOPTS", ""))
    said = " ".join(map(str, (*words, *config.getini("addopts"))))
    signs = ("--fakemail-", "-h", "@")  # help; a file with arguments
    return any(sign in said for sign in signs) or "_ARGCOMPLETE" in os.environ


def _add_setting_options(group: pytest.OptionGroup, explanations: dict[str, str]) -> None:
    for name, explanation in explanations.items():
        more: dict[str, Any] = {"nargs": "?", "const": "true"} if is_switch(name) else {}
        group.addoption(
            "--fakemail-" + name.replace("_", "-"),
            dest="fakemail_" + name,
            metavar="VALUE",
            help=explanation.replace("%", "%%"),
            **more,
        )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and check every option, environment variable and ini key."""
    config.addinivalue_line(
        "markers",
        "fakemail(**settings): settings of the test's FakeMail, such as require_auth=True",
    )
    config.addinivalue_line(
        "markers",
        "fakemail_sweep(**options): run the test with every fault at every step of what it says "
        "to the servers; options as of fakemail.sweep, such as only='close'",
    )
    config.addinivalue_line(
        "markers",
        "fakemail_zoo(*tags, without=()): the messages of the zoo for which a test with "
        "zoo_message runs: those with all of these tags and none of the others",
    )
    try:
        config.stash[_SETTINGS] = settings = gathered(_sources(config))
        if settings.smtp_without or settings.pop3_without or settings.imap_without:
            from pytest_fakemail.protocols import require_capabilities

            require_capabilities(settings, _sources(config))
    except ValueError as error:  # BadSetting
        raise pytest.UsageError(str(error)) from None
    if config.getoption("fakemail_report") is not None:
        _keep_for_the_page(config)
    if not hasattr(config, "workerinput"):  # a worker of xdist leaves that to its controller
        _prepare(config)


def _sources(config: pytest.Config) -> dict[str, Callable[[str], object]]:
    """Return where settings come from, the first to decide first."""
    return {
        "--fakemail-{dashed}": lambda name: getattr(config.option, "fakemail_" + name, None),
        "FAKEMAIL_{upper}": lambda name: os.environ.get("FAKEMAIL_" + name.upper()),
        "fakemail_{name}": lambda name: config.getini("fakemail_" + name),
    }


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Let the doctor speak instead of running tests, if that is asked for."""
    if not config.getoption("fakemail_doctor"):
        return None
    from pytest_fakemail.doctor.report import examine

    examine(config, _sources(config), print)
    return 0


def _prepare(config: pytest.Config) -> None:
    """Take away what an earlier run has left; join in the JUnit XML; tell of misspelt variables."""
    if any(name.startswith("FAKEMAIL_") for name in os.environ):
        from pytest_fakemail.values import misspelt

        for text in misspelt(os.environ, explained()):  # as pytest tells of its ini file's keys
            config.issue_config_time_warning(pytest.PytestConfigWarning(text), stacklevel=2)
    directory = config.getoption("fakemail_artifacts")
    runs_tests = not any(
        getattr(config.option, name, False) for name in ("collectonly", "help", "showfixtures")
    )
    if directory is not None and runs_tests:
        from pytest_fakemail.report import artifacts

        artifacts.clean(Path(directory))
    if config.getoption("xmlpath", None):
        from pytest_fakemail.report.junit import SystemOut

        config.pluginmanager.register(SystemOut(config.pluginmanager))


def _keep_for_the_page(config: pytest.Config) -> None:
    """Have each test's evidence kept, and a page made of it at the end."""
    from importlib.util import find_spec

    path = Path(config.invocation_params.dir, config.getoption("fakemail_report"))
    if find_spec("jinja2") is None:
        raise pytest.UsageError(
            "--fakemail-report needs jinja2: pip install 'pytest-fakemail[report]'"
        )
    if path.is_dir():
        raise pytest.UsageError(f"--fakemail-report={path} is a directory; wanted a file")
    from pytest_fakemail.report.run import RunReport

    config.pluginmanager.register(RunReport(config, path), "fakemail-report")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Look for markers without effect, and for runs within a test."""
    marked = [item for item in items if "fakemail" in item.keywords]
    if marked:
        from pytest_fakemail import markers, verdicts

        _have(verdicts, config)
        markers.watch(config, marked)
    if any("fakemail_sweep" in item.keywords for item in items):
        from pytest_fakemail import swept

        _have(swept, config)
    if "pytest_fakemail.fakemail" in sys.modules:  # for a fixture of the author's own
        from pytest_fakemail import verdicts

        _have(verdicts, config)
    if config.pluginmanager.has_plugin("pytester"):
        from pytest_fakemail import nested

        _have(nested, config)
    if config.pluginmanager.has_plugin("fakefs"):
        from pytest_fakemail import faked_files

        _have(faked_files, config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Have a test with `zoo_message` run for each message that is meant."""
    is_used, is_marked = (
        "zoo_message" in metafunc.fixturenames,
        _ZOO in metafunc.definition.keywords,
    )
    if is_used or is_marked:
        from pytest_fakemail import parametrized

        (parametrized.parametrize if is_used else parametrized.require_use)(metafunc)


def _have(plugin: ModuleType, config: pytest.Config) -> None:
    """Have the hooks of a module called from now on in this run."""
    if not config.pluginmanager.is_registered(plugin):
        config.pluginmanager.register(plugin, plugin.__name__)


@pytest.fixture(scope="session")
def fakemail_settings(pytestconfig: pytest.Config) -> Settings:
    """Return the settings of every FakeMail; override it in a conftest.py to change them."""
    return pytestconfig.stash[_SETTINGS]


@pytest.fixture
def make_fakemail(
    request: pytest.FixtureRequest, fakemail_settings: Settings
) -> Iterator["MakeFakeMail"]:
    """Return a function that makes independent FakeMails; keyword arguments are settings."""
    from pytest_fakemail.loading import unsearched

    with unsearched():
        from pytest_fakemail import verdicts
        from pytest_fakemail.fakemail import FakeMail
    _have(verdicts, request.config)
    settings = verdicts.returned(fakemail_settings)
    if "fakemail" in request.node.keywords:
        from pytest_fakemail.markers import marked

        settings = marked(request.node, settings)
    made: list[FakeMail] = request.node.stash.setdefault(verdicts.FAKEMAILS, [])

    def make(**changes: "Unpack[SettingChanges]") -> FakeMail:
        # The FakeMails of one test share one clock.
        one = FakeMail(settings, clock=made[0].clock if made else None, **changes)
        one._announce = partial(verdicts.tell, request.config)  # noqa: SLF001  (our own)
        made.append(one)
        return one

    yield make
    has_passed = request.node.stash.get(verdicts.HAS_PASSED, False)
    leaks = verdicts.leaks(made) if has_passed else []
    for one in made:
        one.close()
    verdicts.check(made, has_passed=has_passed, leaks=leaks)


@pytest.fixture
def fakemail(make_fakemail: "MakeFakeMail") -> "FakeMail":
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


@pytest.fixture
def fakemail_dns(fakemail: "FakeMail") -> Iterator["DnsServer"]:
    """Return ``fakemail.dns``; dnspython's default resolvers of this process ask it."""
    from pytest_fakemail.dns.resolving import default_resolvers

    with default_resolvers(fakemail.dns.address):
        yield fakemail.dns


@pytest.fixture
def fakemail_django(request: pytest.FixtureRequest, fakemail: "FakeMail") -> Iterator["FakeMail"]:
    """Return this test's FakeMail; Django sends there over SMTP during the test."""
    if fakemail.settings.require_tls:
        request.getfixturevalue("fakemail_trust")
    with fakemail.connect_django():
        yield fakemail


@pytest.fixture
def fakemail_flask(request: pytest.FixtureRequest, fakemail: "FakeMail") -> Iterator["FakeMail"]:
    """Return this test's FakeMail; Flask-Mail of the suite's `app` fixture sends there."""
    from pytest_fakemail.frameworks.suite import app_of

    if fakemail.settings.require_tls:
        request.getfixturevalue("fakemail_trust")
    with fakemail.connect_flask(app_of(request)):
        yield fakemail


@pytest.fixture
def zoo_message(request: pytest.FixtureRequest) -> "ZooMessage":
    """Return a message of the zoo: the test runs for each that its marker `fakemail_zoo` means."""
    from pytest_fakemail.parametrized import message

    return message(request.param)


@pytest.fixture(scope="session")
def fakemail_session(
    request: pytest.FixtureRequest, fakemail_settings: Settings
) -> Iterator["FakeMail"]:
    """Return a FakeMail whose ports stay for the whole run; ``reset()`` empties it."""
    from pytest_fakemail.scopes import shared

    with shared(request, fakemail_settings, "fakemail_session") as one:
        yield one


@pytest.fixture
def fakemail_session_reset(fakemail_session: "FakeMail") -> "FakeMail":
    """Return ``fakemail_session``, emptied before the test; its ports stay."""
    fakemail_session.reset()
    return fakemail_session


@pytest.fixture(scope="module")
def fakemail_module(
    request: pytest.FixtureRequest, fakemail_settings: Settings
) -> Iterator["FakeMail"]:
    """Return a FakeMail of this module, with the settings of the module's markers."""
    from pytest_fakemail.scopes import shared

    with shared(request, fakemail_settings, "fakemail_module") as one:
        yield one


@pytest.fixture(scope="class")
def fakemail_class(
    request: pytest.FixtureRequest, fakemail_settings: Settings
) -> Iterator["FakeMail"]:
    """Return a FakeMail of this class, with the settings of its and the module's markers."""
    from pytest_fakemail.scopes import shared

    with shared(request, fakemail_settings, "fakemail_class") as one:
        yield one


@pytest.fixture
def fakemail_trust(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, fakemail_settings: Settings
) -> Path:
    """Make this process and its children trust the servers' CA; return the CA's file."""
    from pytest_fakemail.net.tls import TlsAuthority

    authority = TlsAuthority(fakemail_settings)
    environment = authority.trust_environment()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if request.config.pluginmanager.has_plugin("fakefs"):
        from pytest_fakemail import faked_files

        faked_files.show(request, set(environment.values()))
    return Path(authority.ca_file)
