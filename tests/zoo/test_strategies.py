"""The strategies give mail that reads back, and shrink to something short."""

from hypothesis import find, given

from pytest_fakemail import Mail
from pytest_fakemail.zoo.strategies import addresses, headers, messages


@given(messages())
def test_a_message_reads_back(raw: bytes) -> None:
    mail = Mail(raw)
    assert len(mail.from_) == 1
    assert mail.to
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0


@given(messages(odd=True, eai=True))
def test_nothing_of_an_odd_message_raises(raw: bytes) -> None:
    mail = Mail(raw)
    assert isinstance(mail.text + mail.html + mail.subject, str)
    assert all(isinstance(one.content, bytes) for one in mail.attachments)


@given(headers())
def test_a_header_has_a_sender_and_a_subject(header: list[tuple[str, str]]) -> None:
    assert [name for name, _ in header[:3]] == ["From", "To", "Subject"]


def test_examples_shrink_to_what_is_short() -> None:
    assert len(find(addresses(), lambda _: True)) == len("a@example.test")
    shortest = find(messages(), lambda raw: b"Subject" in raw)
    assert len(shortest) < 300
