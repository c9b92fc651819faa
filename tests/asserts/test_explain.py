"""What a failed expectation says, word for word."""

import re
from inspect import cleandoc
from typing import Any

import pytest
from asserts.world import World

from pytest_fakemail.errors import UnmetExpectation

LETTER = "Hello Ann,\n\nyour order of two blue chairs\nis on its way.\n\nThe shop\n"


def one(world: World, **criteria: Any) -> str:  # noqa: ANN401  (any criterion)
    with pytest.raises(UnmetExpectation) as failure:
        world.outbox.one(**criteria)
    return str(failure.value)


def test_the_field_that_differs_is_shown(world: World) -> None:
    world.send(subject="Welcome, Ann")
    assert one(world, to="ann@x.test", subject="Welcome Ann") == cleandoc("""
        no mail to 'ann@x.test' with subject 'Welcome Ann'
        nearest of 1:
          subject  'Welcome, Ann'  (wanted 'Welcome Ann')
    """)


def test_all_fields_that_differ_are_shown_in_columns(world: World) -> None:
    world.send(attachments={"a.pdf": b"", "b.pdf": b""})

    def is_urgent(_: object) -> bool:
        return False

    found = one(
        world,
        cc="eve@x.test",
        subject=re.compile("^Bye"),
        attachment="c.pdf",
        header={"X-Tag": "a", "MIME-Version": None},
        to=is_urgent,
        where=is_urgent,
    )
    assert found == cleandoc("""
        no mail cc 'eve@x.test' with subject /^Bye/ and attachment 'c.pdf' \
and header X-Tag 'a' and header MIME-Version None to is_urgent where is_urgent
        nearest of 1:
          cc                   none  (wanted 'eve@x.test')
          subject              'Welcome'  (wanted /^Bye/)
          attachment           'a.pdf', 'b.pdf'  (wanted 'c.pdf')
          header X-Tag         none  (wanted 'a')
          header MIME-Version  '1.0'  (wanted none)
          to                   'ann@x.test'  (wanted what is_urgent accepts)
          where                is_urgent says no
    """)


def test_the_nearest_has_the_fewest_differences(world: World) -> None:
    world.send("bob@x.test", subject="Welcome Ann")
    world.send("ann@x.test", subject="Something else")
    world.send("bob@x.test", subject="Other")
    assert one(world, to="ann@x.test", subject="Welcome", sender="shop@x.test") == cleandoc("""
        no mail to 'ann@x.test' with subject 'Welcome' by sender 'shop@x.test'
        nearest of 3 (outbox[1]):
          subject  'Something else'  (wanted 'Welcome')
    """)


def test_of_equals_the_most_alike_is_nearest(world: World) -> None:
    world.send(subject="Welcome Bob")
    world.send(subject="Invoice")
    assert one(world, subject="Welcome Ann").splitlines()[1:] == [
        "nearest of 2 (outbox[0]):",
        "  subject  'Welcome Bob'  (wanted 'Welcome Ann')",
    ]


def test_a_mail_with_a_hint_is_nearer_than_one_without(world: World) -> None:
    world.send(html="<p>Dear Ann</p>", text="Hi")
    world.send(text="Dear Bob")
    assert one(world, text="Dear Ann").splitlines()[1:] == [
        "nearest of 2 (outbox[0]):",
        "  text  'Hi'  (wanted 'Dear Ann'; it is in the html)",
    ]


def test_of_a_long_text_the_nearest_line_is_shown(world: World) -> None:
    world.send(text=LETTER)
    assert one(world, text="two red chairs").splitlines()[2:] == [
        "  text  nearest line 'your order of two blue chairs'  (wanted 'two red chairs')"
    ]


def test_of_a_text_of_several_lines_the_difference_is_shown(world: World) -> None:
    world.send(text=LETTER)
    assert one(world, text="your order of two red chairs\nis on its way.") == cleandoc("""
        no mail with text 'your order of two red chairs\\nis on its way.'
        nearest of 1:
          text  differs (- wanted, + came):
            - your order of two red chairs
            + your order of two blue chairs
              is on its way.
    """)


def test_a_text_that_is_nothing_like_it_is_abridged(world: World) -> None:
    world.send(text=LETTER * 100)
    text = LETTER * 100
    assert one(world, text="xyz").splitlines()[2:] == [
        f"  text  {text[:80]!r}… ({len(text)} characters)  (wanted 'xyz')"
    ]


def test_long_fields_are_abridged(world: World) -> None:
    world.send(subject="a" * 500)
    assert one(world, subject=re.compile("b")).splitlines()[2:] == [
        f"  subject  '{'a' * 159}…  (wanted /b/)"
    ]


def test_the_same_mail_twice_is_noticed(world: World) -> None:
    raw = b"From: shop@x.test\r\nSubject: Hi\r\n\r\n"
    world.send(raw=raw)
    world.send("bob@x.test", raw=raw)
    assert one(world).splitlines() == [
        "2 mails, wanted one:",
        "  outbox[0]  'Hi' from shop@x.test to ann@x.test",
        "  outbox[1]  'Hi' from shop@x.test to bob@x.test",
        "outbox[0] and outbox[1] are the same, octet by octet",
    ]


def test_the_same_message_id_is_noticed(world: World) -> None:
    world.send(subject="a", headers={"Message-ID": "<1@x>"})
    world.send(subject="b", headers={"Message-ID": "<1@x>"})
    assert one(world).splitlines()[3:] == ["outbox[0] and outbox[1] have the same Message-ID"]


def test_mails_without_message_id_are_not_the_same(world: World) -> None:
    world.send(raw=b"Subject: a\r\n\r\n")
    world.send(raw=b"Subject: b\r\n\r\n")
    assert len(one(world).splitlines()) == 3


def test_of_many_the_first_are_listed(world: World) -> None:
    for number in range(13):
        world.send(subject=f"Mail {number}")
    lines = one(world).splitlines()
    assert len(lines) == 12
    assert lines[10:] == [
        "  outbox[9]  'Mail 9' from shop@x.test to ann@x.test",
        "  … and 3 more",
    ]


def test_a_mail_without_from_shows_its_sender(world: World) -> None:
    world.send(raw=b"\r\n")
    world.send(raw=b"X: 1\r\n\r\n")
    assert one(world).splitlines()[1] == "  outbox[0]  '' from shop@x.test to ann@x.test"
