"""Filters that name each other grow to no size and no depth (RFC 5466 §5)."""

from imap.talk import MAIL, Talk

from pytest_fakemail.imap.commands.filters import MOST_PASSES
from pytest_fakemail.store.annotations import book


def with_filters(*values: str) -> Talk:
    """Return a client with filters f0, f1 and so on."""
    talk = Talk(imap_capabilities="all").select(MAIL)
    for number, value in enumerate(values):
        entry = f"/private/filters/values/f{number}"
        assert talk.say(f'SETMETADATA "" ({entry} "{value}")')[-1].startswith("OK"), value
    return talk


def test_filters_name_others_so_many_deep() -> None:
    chain = [f"FILTER f{number + 1}" for number in range(MOST_PASSES)]
    assert with_filters(*chain[1:], "ALL").say("SEARCH FILTER f0") == [
        f"NO [UNDEFINED-FILTER f{MOST_PASSES}] There is no such filter"
    ]
    talk = with_filters(*chain[:-1], "ALL")
    assert talk.say("SEARCH FILTER f0")[0] == "* SEARCH 1"
    talk = with_filters(*chain, "ALL")
    assert talk.say("SEARCH FILTER f0")[-1].startswith(f"NO [UNDEFINED-FILTER f{MOST_PASSES}]")
    assert talk.say("SEARCH FILTER f1")[0] == "* SEARCH 1"


def test_few_filters_do_not_become_many_keys() -> None:
    ten = " ".join(["FILTER f{}"] * 10)
    talk = with_filters(*(ten.replace("{}", str(number)) for number in range(1, 8)), "ALL")
    assert talk.say("SEARCH FILTER f0")[-1].startswith("NO [LIMIT] ")
    assert talk.say("SEARCH FILTER f5")[0] == "* SEARCH 1"
    answer = talk.say(f"SEARCH {' '.join(['FILTER f6'] * 2000)}")
    assert answer[-1].startswith("NO [LIMIT] ")


def test_filters_do_not_nest_deeper_than_other_keys() -> None:
    nested = "OR SEEN NOT (ALL " * 20 + "{}" + ")" * 20
    talk = with_filters(nested.format("FILTER f1"), nested.format("FILTER f2"), "ALL")
    assert talk.say("SEARCH FILTER f1")[-1].startswith("OK")
    assert talk.say("SEARCH FILTER f0")[-1].startswith("NO [LIMIT] ")


def test_a_filter_that_a_test_has_kept_is_looked_at_when_it_is_used() -> None:
    talk = with_filters()
    entry, change = "/shared/filters/values/f0", book(talk.service.store.registry).change
    bad = (b"\xff", b"SUBJECT \xff", b"SUBJECT {3}\r\nabcd", b"A\r\nSEEN", b"{5}", b"(SEEN")
    for value in bad:
        change(None, {entry: value}, "ann")
        assert talk.say("SEARCH FILTER f0")[-1].startswith("NO [CANNOT] The filter f0 "), value
    for value in (b"SUBJECT {3}\r\none", b"SUBJECT {3+}\r\none", b'OR SEEN (SUBJECT "one")'):
        change(None, {entry: value}, "ann")
        assert talk.say("SEARCH FILTER f0")[0] == "* SEARCH 1", value
