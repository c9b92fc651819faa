"""The separator is all that differs between the trees of servers that are told the same."""

from collections.abc import Iterable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from store.stores import default_account, make_store

from pytest_fakemail.store.impossible import Impossible
from pytest_fakemail.store.tree import Tree

_NAME = st.lists(st.sampled_from(["inbox", "INBOX", "a", "b", ""]), min_size=1, max_size=3)
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["create", "delete", "subscribe", "unsubscribe"]), _NAME),
        st.tuples(st.just("rename"), _NAME, _NAME),
    ),
    max_size=20,
)


def _tree(separator: str) -> Tree:
    return default_account(make_store(separator=separator, mailboxes="inbox")).mailboxes


def _codes(tree: Tree, separator: str, steps: list[tuple[Any, ...]]) -> list[str]:
    """Take all steps; return what each was refused with."""
    codes = []
    for what, *names in steps:
        try:
            getattr(tree, what)(*(separator.join(name) for name in names))
            codes.append("")
        except Impossible as refusal:
            codes.append(refusal.code)
    return codes


def _cut(names: Iterable[str], separator: str) -> list[tuple[str, ...]]:
    return sorted(tuple(name.split(separator)) for name in names)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([".", "|", "\\", "^"]), _STEPS)
def test_a_tree_is_the_same_with_any_separator(
    separator: str, steps: list[tuple[Any, ...]]
) -> None:
    usual, other = _tree("/"), _tree(separator)
    assert _codes(other, separator, steps) == _codes(usual, "/", steps)
    assert _cut(other, separator) == _cut(usual, "/")
    assert _cut(other.names(), separator) == _cut(usual.names(), "/")
    assert _cut(other.subscribed, separator) == _cut(usual.subscribed, "/")
    assert all(other[name].name == name for name in other)
