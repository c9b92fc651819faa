"""What value a setting may have: its type is that of its default, the rest its metadata says.

`Settings` keeps seconds of any duration, and a tuple of any names; `parsed` reads the text of
an option, the environment or an ini file.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast

from pytest_fakemail.clock import Duration, seconds
from pytest_fakemail.errors import BadSetting, did_you_mean, nearest_spelling

_T = TypeVar("_T")
_TRUE = ("1", "true", "yes", "on")
_FALSE = ("0", "false", "no", "off")


def kept(name: str, value: object, default: object, metadata: Mapping[str, Any]) -> object:
    """Return a value as it is kept.

    Raises:
        BadSetting: the setting cannot have it.
    """
    try:
        match default:
            case bool():
                return _of_type(bool, value)
            case int():
                return _at_least(metadata["minimum"], value)
            case float():
                return seconds(cast("Duration", value))  # it looks for itself
            case tuple():
                return _names(value, metadata["choices"])
            case _:
                return _text(value, metadata)
    except (TypeError, ValueError):
        raise _bad(name, value, default, metadata) from None


def parsed(name: str, text: str, default: object, metadata: Mapping[str, Any]) -> object:
    """Return the value that a text means.

    Raises:
        BadSetting: it means none that the setting can have.
    """
    value: object = text
    try:
        match default:
            case bool():
                value = _boolean(text)
            case int():
                value = int(text)
            case float():
                value = _number_or_duration(text)
    except ValueError:
        raise _bad(name, text, default, metadata) from None
    return kept(name, value, default, metadata)


def given(
    pattern: str, name: str, text: str, default: object, metadata: Mapping[str, Any]
) -> object:
    """Return the value that a text means, which a source gave.

    Raises:
        BadSetting: it means none that the setting can have; named as the source spells it.
    """
    try:
        return parsed(name, text, default, metadata)
    except BadSetting as error:
        reason = str(error).removeprefix(name)
        raise BadSetting(spelt(pattern, name) + reason) from None


def spelt(pattern: str, name: str) -> str:
    """Return a setting's name as a source spells it.

    Args:
        pattern: how it does: ``"--fakemail-{dashed}"``, ``"FAKEMAIL_{upper}"``,
            ``"fakemail_{name}"``.
        name: the setting's.
    """
    return pattern.format(name=name, dashed=name.replace("_", "-"), upper=name.upper())


def misspelt(environment: Iterable[str], settings: Iterable[str]) -> Iterator[str]:
    """Yield, for each variable that is nearly one of a setting, what was perhaps meant."""
    known = ["FAKEMAIL_" + name.upper() for name in settings]
    for name in sorted(environment):
        if name.startswith("FAKEMAIL_") and name not in known:
            guess = nearest_spelling(name[9:], [one[9:] for one in known])
            if guess:
                meant = guess.strip().replace("'", "'FAKEMAIL_", 1)
                yield f"{name} in the environment: {meant}"


def _of_type(kind: type[_T], value: object) -> _T:
    if not isinstance(value, kind):
        raise TypeError(value)
    return value


def _at_least(minimum: int, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
        raise ValueError(value)
    return value


def _names(value: object, choices: tuple[str, ...]) -> tuple[str, ...]:
    """Take each name once, and in any case where it is known which there are.

    A text is several, as in an ini file: ``"MOVE UIDPLUS"``.
    """
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    if not isinstance(value, Iterable):
        raise TypeError(value)
    names = [_of_type(str, name) for name in value]
    if choices:
        known = {choice.upper(): choice for choice in choices}
        names = [known.get(name.upper(), name) for name in names]
        if not set(names) <= set(choices):
            raise ValueError(value)
    return tuple(dict.fromkeys(names))


def _text(value: object, metadata: Mapping[str, Any]) -> str:
    """Refuse what no reply could hold: nothing, line breaks and NUL; in a name, any blank.

    Of a choice with hyphens underscores are as good.
    """
    text = _of_type(str, value)
    choices = metadata["choices"]
    if choices:
        text = next((one for one in choices if one.replace("-", "_") == text), text)
        is_possible = text in choices
    elif metadata["wanted"] == "text":
        is_possible = bool(text) and not set(text) & set("\r\n\0")
    else:
        is_possible = text.isprintable() and len(text.split()) == 1 and text == text.strip()
    if not is_possible:
        raise ValueError(value)
    return text


def _wanted(default: object, metadata: Mapping[str, Any]) -> str:
    choices = ", ".join(repr(choice) for choice in metadata["choices"])
    match default:
        case bool():
            return "true or false"
        case int():
            return f"a whole number of at least {metadata['minimum']}"
        case float():
            return "seconds, zero or more, or a duration such as 5m"
        case tuple():
            listed = "names, in a list or separated by spaces or commas"
            return f"{listed}, of {choices}" if choices else listed
        case _:
            return f"one of {choices}" if choices else metadata["wanted"]


def _bad(name: str, value: object, default: object, metadata: Mapping[str, Any]) -> BadSetting:
    choices = metadata["choices"]
    guess = ""
    if choices and isinstance(value, Iterable):
        given = value.replace(",", " ").split() if isinstance(value, str) else list(value)
        unknown = [one for one in given if isinstance(one, str) and one not in choices]
        guess = did_you_mean(unknown[0], choices) if unknown else ""
    if name == "password":  # which a report need not tell
        kind = "" if isinstance(value, str) else f" of type {type(value).__name__}"
        return BadSetting(f"password{kind}: wanted text without line breaks")
    return BadSetting(f"{name}={value!r}: {guess}wanted {_wanted(default, metadata)}")


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE + _FALSE:
        raise ValueError(text)
    return word in _TRUE


def _number_or_duration(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text.replace(" ", "")
