"""Settings check themselves, change by copy and read the text of their sources."""

from dataclasses import FrozenInstanceError, fields

import pytest

from pytest_fakemail.errors import BadSetting
from pytest_fakemail.settings import MECHANISMS, Settings, explained, gathered, parsed


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


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("domain", 7, "text"),
        ("host", "example.org", "one of '127.0.0.1', '::1'"),
        ("separator", ",", r"one of '/', '.', '|', '\\', '^', 'NIL'"),
        ("max_received", 0, "a whole number of at least 1"),
        ("max_received", True, "a whole number of at least 1"),
        ("smtp_timeout", -1.0, "a number of seconds, zero or more"),
        ("smtp_timeout", float("nan"), "a number of seconds, zero or more"),
        ("require_tls", "yes", "true or false"),
        ("smtp_without", "DSN", "names, separated by spaces or commas"),
        ("smtp_without", [1], "names, separated by spaces or commas"),
        (
            "mechanisms",
            ["PLIAN"],
            f"names, separated by spaces or commas, of {', '.join(map(repr, MECHANISMS))}",
        ),
    ],
)
def test_an_impossible_value_is_named_with_what_was_wanted(
    name: str, value: object, wanted: str
) -> None:
    with pytest.raises(BadSetting) as refused:
        Settings().but(**{name: value})
    assert str(refused.value).startswith(f"{name}=")
    assert str(refused.value).endswith(f": wanted {wanted}")


def test_an_unknown_name_is_told_with_those_there_are() -> None:
    with pytest.raises(BadSetting, match=r"no setting 'domian'; there is .*domain, "):
        Settings().but(domian="x.test")


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
