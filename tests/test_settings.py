"""Settings check themselves, change by copy and read the text of their sources."""

import ast
import copy
import pickle
from dataclasses import FrozenInstanceError, asdict, fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail import settings as settings_module
from pytest_fakemail.clock import Duration
from pytest_fakemail.errors import BadArgument, BadSetting
from pytest_fakemail.settings import (
    MECHANISMS,
    MECHANISMS_ON_REQUEST,
    Settings,
    explained,
    gathered,
    parsed,
)

KNOWN = ", ".join(map(repr, MECHANISMS + MECHANISMS_ON_REQUEST))
SECONDS = "seconds, zero or more, or a duration such as 5m"


def test_all_defaults_are_possible_values() -> None:
    assert Settings().but() == Settings()


def test_they_cannot_be_changed_in_place() -> None:
    with pytest.raises(FrozenInstanceError):
        Settings().domain = "x.test"  # type: ignore[misc]  # that is the test


def test_but_returns_a_changed_copy() -> None:
    settings = Settings()
    assert settings.but(domain="x.test").domain == "x.test"
    assert settings.domain == "example.test"


def test_but_takes_any_list_of_names() -> None:
    assert Settings().but(smtp_without=["DSN"]).smtp_without == ("DSN",)


@pytest.mark.parametrize("given", ["29m", 1740, 1740.0, timedelta(minutes=29)])
def test_a_time_is_given_in_any_way_and_kept_as_seconds(given: Duration) -> None:
    assert Settings(imap_timeout=given).imap_timeout == 1740.0


def test_names_are_kept_once_and_as_they_are_registered() -> None:
    assert Settings(mechanisms={"plain": 1}).mechanisms == ("PLAIN",)
    assert Settings(pop3_without=["TOP", "TOP"]).pop3_without == ("TOP",)


def test_settings_are_equal_if_their_values_are() -> None:
    one, other = Settings(domain="x.test"), Settings().but(domain="x.test", host="127.0.0.1")
    assert one == other
    assert hash(one) == hash(other)
    assert one != Settings()
    assert one != "x.test"
    assert repr(other) == "Settings(domain='x.test')"


def test_a_copy_is_changed_as_any_dataclass_is() -> None:
    settings = Settings(domain="x.test", smtp_timeout="5s")
    assert replace(settings, user="ann") == settings.but(user="ann")
    assert copy.deepcopy(settings) == pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301
    assert asdict(settings)["smtp_timeout"] == 5.0


def test_every_setting_can_be_given_by_name() -> None:
    """What a type checker reads: the fields of `Settings` and the keys of `SettingChanges`."""
    home = Path(settings_module.__file__)
    files = [home, home.with_name("setting_changes.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files]
    classes = {
        node.name: node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)
    }
    names = [
        [
            line.target.id
            for line in classes[name].body
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
        ]
        for name in ("SettingChanges", "Settings")
    ]
    assert names[0] == names[1] == [one.name for one in fields(Settings)]


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("domain", 7, "a domain"),
        ("domain", "", "a domain"),
        ("hostname", "two words", "a host name"),
        ("hostname", "x.test\r\n250 y", "a host name"),
        ("user", "", "text"),
        ("host", "two words", "an address"),
        ("separator", ",", r"one of '/', '.', '|', '\\', '^', 'NIL'"),
        ("max_received", 0, "a whole number of at least 1"),
        ("max_received", True, "a whole number of at least 1"),
        ("smtp_timeout", -1.0, SECONDS),
        ("smtp_timeout", float("nan"), SECONDS),
        ("smtp_timeout", True, SECONDS),
        ("smtp_timeout", "soon", SECONDS),
        ("smtp_timeout", None, SECONDS),
        ("require_tls", "yes", "true or false"),
        ("smtp_without", 5, "names, in a list or separated by spaces or commas"),
        ("smtp_without", [1], "names, in a list or separated by spaces or commas"),
        (
            "mechanisms",
            ["PLIAN"],
            f"names, in a list or separated by spaces or commas, of {KNOWN}",
        ),
    ],
)
def test_an_impossible_value_is_named_with_what_was_wanted(
    name: str, value: object, wanted: str
) -> None:
    given: Any = {name: value}
    with pytest.raises(BadSetting) as refused:
        Settings().but(**given)
    assert str(refused.value).startswith(f"{name}=")
    assert str(refused.value).endswith(f"wanted {wanted}")


@pytest.mark.parametrize("given", ["s3cret\r\n", ("s3cret",), b"s3cret"])
def test_a_password_is_not_told(given: object) -> None:
    """Settings come from the environment as well, and what pytest shows stands in its reports."""
    with pytest.raises(BadSetting, match=r"^password.*: wanted text") as refused:
        Settings(password=given)  # type: ignore[arg-type]
    assert "s3cret" not in str(refused.value)
    settings = Settings(password="s3cret")
    assert repr(settings) == "Settings(password=(hidden))"
    with FakeMail(password="s3cret") as one:
        ways = (
            lambda: one.account("ann", password=("s3cret",)),  # type: ignore[arg-type]
            lambda: one.route("x.test", one, login=("ann", "s3cret", 7)),  # type: ignore[arg-type]
            lambda: one.route("x.test", "refuse", login=("ann", "s3cret")),
        )
        for way in ways:
            with pytest.raises(BadArgument) as mistaken:
                way()
            assert "s3cret" not in str(mistaken.value)


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    with pytest.raises(
        BadSetting, match=r"no setting 'domian'; did you mean 'domain'\? there is .*domain, "
    ):
        Settings().but(domian="x.test")  # type: ignore[call-arg]  # that is the test


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("domain", "x.test", "x.test"),
        ("require_tls", "yes", True),
        ("require_tls", "OFF", False),
        ("separator", "\\", "\\"),
        ("separator", "NIL", "NIL"),
        ("max_recipients", "5", 5),
        ("smtp_timeout", "2.5", 2.5),
        ("smtp_timeout", "5m", 300.0),
        ("pop3_login_delay", "1h 30m", 5400.0),
        ("mechanisms", "plain", ("PLAIN",)),
        ("mechanisms", "PLAIN, LOGIN", ("PLAIN", "LOGIN")),
        ("imap_without", "", ()),
    ],
)
def test_text_becomes_the_settings_type(name: str, text: str, value: object) -> None:
    assert parsed(name, text) == value


def test_the_first_source_that_has_a_name_decides() -> None:
    first = {"domain": "first.test"}
    second = {"domain": "second.test", "max_recipients": "5"}
    settings = gathered({"one-{dashed}": first.get, "TWO_{upper}": second.get})
    assert (settings.domain, settings.max_recipients) == ("first.test", 5)


def test_a_source_spells_its_own_mistakes() -> None:
    with pytest.raises(BadSetting, match=r"^TWO_MAX_RECIPIENTS='x': wanted"):
        gathered({"TWO_{upper}": {"max_recipients": "x"}.get})


def test_every_setting_is_explained_with_its_default() -> None:
    explanations = explained()
    assert set(explanations) == {one.name for one in fields(Settings)}
    assert explanations["require_tls"].endswith("(default: false)")
    assert explanations["smtp_without"].endswith("(default: none)")


def test_a_name_that_is_nearly_right_is_guessed() -> None:
    with pytest.raises(BadSetting, match=r"mechanisms=.*did you mean 'PLAIN'"):
        Settings(mechanisms=["PLIAN"])
    with pytest.raises(BadSetting, match="did you mean 'standard'"):
        Settings(mailboxes="Standart")


def test_names_may_be_a_text_as_in_an_ini_file() -> None:
    settings = Settings(smtp_without="DSN, SIZE", retry="1m 10m 1h 1d", leaks="mail")
    assert settings.smtp_without == ("DSN", "SIZE")
    assert settings.retry == ("1m", "10m", "1h", "1d")
    assert settings.leaks == ("mail",)
    with pytest.raises(BadSetting, match="did you mean 'PLAIN'"):
        Settings(mechanisms="LOGIN PLIAN")


def test_who_sets_a_setting_too_late_is_told_where_it_is_given() -> None:
    with pytest.raises(AttributeError, match=r"by @pytest.mark.fakemail\(require_tls=…\), make_"):
        Settings().require_tls = True  # type: ignore[misc]
