"""Arguments of LIST, plain (RFC 3501) and extended (RFC 5258, RFC 5819, RFC 6154)."""

import pytest
from imap.cursors import parsed, refusal

from pytest_fakemail.imap.grammar.listing import List, list_, lsub


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (b' "" *', List("", ("*",))),
        (b' "" ""', List("", ("",))),
        (b" ~/Mail/ %", List("~/Mail/", ("%",))),
        (b' "" "Entw&APw-rfe/%"', List("", ("Entw&APw-rfe/%",))),
        (b' "" (INBOX a/%)', List("", ("INBOX", "a/%"), is_extended=True)),
        (
            b' (SUBSCRIBED recursivematch) "" *',
            List("", ("*",), frozenset({"SUBSCRIBED", "RECURSIVEMATCH"}), is_extended=True),
        ),
        (b' () "" *', List("", ("*",), is_extended=True)),
        (
            b' "" * RETURN (CHILDREN SPECIAL-USE)',
            List("", ("*",), returns=frozenset({"CHILDREN", "SPECIAL-USE"}), is_extended=True),
        ),
        (b' "" * RETURN ()', List("", ("*",), is_extended=True)),
        (
            b' "" % RETURN (SUBSCRIBED STATUS (MESSAGES UNSEEN))',
            List(
                "",
                ("%",),
                returns=frozenset({"SUBSCRIBED", "STATUS"}),
                items={"STATUS": ("MESSAGES", "UNSEEN")},
                is_extended=True,
            ),
        ),
    ],
)
def test_list_takes_options_on_both_sides(text: bytes, wanted: List) -> None:
    assert parsed(list_, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b' ""',
        b' "" ()',
        b' (RECURSIVEMATCH) "" *',
        b' (REMOTE RECURSIVEMATCH) "" *',
        b' (FOO) "" *',
        b' "" * RETURN (FOO)',
        b' "" * RETURN (STATUS)',
        b' "" * RETURN (STATUS ())',
        b' "" * RETURN',
        b' "" * (CHILDREN)',
        b' "" * *',
        b' "" (',
    ],
)
def test_list_refuses_what_it_does_not_know(text: bytes) -> None:
    assert refusal(list_, text).status == "BAD"


@pytest.mark.parametrize("text", [b' (SUBSCRIBED) "" *', b' "" (a b)', b' "" * RETURN (CHILDREN)'])
def test_extended_syntax_needs_list_extended(text: bytes) -> None:
    assert parsed(list_, b' "" *', ()) == List("", ("*",))
    assert refusal(list_, text, ()).status == "BAD"


@pytest.mark.parametrize(
    ("text", "capability"),
    [
        (b' (SPECIAL-USE) "" *', "SPECIAL-USE"),
        (b' "" * RETURN (SPECIAL-USE)', "SPECIAL-USE"),
        (b' "" * RETURN (STATUS (MESSAGES))', "LIST-STATUS"),
    ],
)
def test_some_options_need_their_own_capability(text: bytes, capability: str) -> None:
    assert parsed(list_, text, {"LIST-EXTENDED", capability})
    assert refusal(list_, text, {"LIST-EXTENDED"}).status == "BAD"


def test_lsub_has_no_options() -> None:
    assert parsed(lsub, b' "" "a %"') == List("", ("a %",))
    assert refusal(lsub, b' (SUBSCRIBED) "" *').status == "BAD"
    assert refusal(lsub, b' ""').status == "BAD"


def test_patterns_are_taken_once_each_and_not_without_limit() -> None:
    wanted = parsed(list_, b' "" (a b a)')
    assert isinstance(wanted, List)
    assert wanted.patterns == ("a", "b")
    refused = refusal(list_, b' "" (%b)' % b" ".join(b"a%d" % place for place in range(1001)))
    assert (refused.status, refused.code) == ("NO", "LIMIT")
