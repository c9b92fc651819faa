from store.stores import MAIL

from pytest_fakemail.store.content import Content


def test_octets_are_kept_and_counted() -> None:
    content = Content(MAIL, 7)
    assert content.raw is MAIL
    assert len(content) == len(MAIL)
    assert repr(content) == f"<Content 7: {len(MAIL)} octets>"


def test_the_structure_is_found_once() -> None:
    content = Content(MAIL, 1)
    assert content.part is content.part
    assert content.part.raw is MAIL


def test_what_is_rendered_is_kept() -> None:
    content = Content(MAIL, 1)
    content.keep("x", b"y")
    assert content.rendered == {"x": b"y"}


def test_what_is_kept_is_bounded_and_the_latest_is_among_it() -> None:
    content = Content(MAIL, 1)
    for number in range(100):
        content.keep(f"x{number}", number)
        assert content.rendered[f"x{number}"] == number
    assert len(content.rendered) <= 32
    assert not Content(MAIL, 2).rendered


def test_a_thread_without_identifiers_is_the_message_alone() -> None:
    assert Content(b"", 5).thread_id == "T5"
    assert Content(b"Message-ID: nonsense\r\n\r\n", 6).thread_id == "T6"
