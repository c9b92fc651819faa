"""Flags as a test author writes them."""

import pytest

from pytest_fakemail.asserts.flags import flags_of
from pytest_fakemail.errors import BadArgument


@pytest.mark.parametrize(
    ("given", "flags"),
    [
        ((), []),
        (("\\Seen",), ["\\Seen"]),
        (("seen", "\\FLAGGED"), ["\\Seen", "\\Flagged"]),
        (("seen $Work0",), ["\\Seen", "$Work0"]),
        ((["Draft", "deleted"], "answered"), ["\\Draft", "\\Deleted", "\\Answered"]),
        ((frozenset({"NonJunk"}),), ["NonJunk"]),
    ],
)
def test_flags_get_their_spelling(given: tuple[str, ...], flags: list[str]) -> None:
    assert flags_of(*given) == flags


@pytest.mark.parametrize("flag", ["\\Recent", "\\Other", "a(b", "a*", 'a"', "ü", 7, "a]"])
def test_what_is_no_flag_is_told(flag: str) -> None:
    with pytest.raises(BadArgument) as failure:
        flags_of([flag])
    assert str(failure.value) == (
        f"no flag: {flag!r}; there is \\Answered \\Flagged \\Deleted \\Seen \\Draft, "
        "and keywords without blanks"
    )
