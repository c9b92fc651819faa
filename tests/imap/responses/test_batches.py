"""FETCH's answer in batches: every message once, in order, and none of them too much at once."""

import pytest
from imap.talk import Talk

from pytest_fakemail.imap.grammar.fetch import BodySection, FetchItem
from pytest_fakemail.imap.grammar.sections import Section
from pytest_fakemail.imap.responses.batches import responses
from pytest_fakemail.imap.responses.fetching import column

WHOLE = BodySection(Section())
FIELDS = BodySection(Section(text="HEADER.FIELDS", fields=(b"Subject",)))
HEAD = b"Subject: x\r\n\r\n"


@pytest.mark.parametrize("items", [[FIELDS], [WHOLE], [FIELDS, WHOLE]])
@pytest.mark.parametrize(
    "sizes",
    [
        [0],
        [100] * 200,
        [2000] * 130,
        [5000] * 70,
        [100] * 70 + [600_000, 100],
        [600_000] + [100] * 70,
        [600_000] * 2,
        [300_000] * 3,
        [2000] * 64 + [200_000] * 2 + [10] * 64,
    ],
)
def test_every_message_is_answered_once_in_order(items: list[FetchItem], sizes: list[int]) -> None:
    talk = Talk().select(*[HEAD + b"x" * size for size in sizes])
    client = talk.session._client
    numbers, messages = client.selected.everything()
    columns = [column(item, items, client) for item in items]
    pieces = list(responses(columns, numbers, messages))
    one_by_one = [
        b"".join(responses(columns, [number], [message]))
        for number, message in zip(numbers, messages, strict=True)
    ]
    assert b"".join(pieces) == b"".join(one_by_one)
    longest = max(map(len, one_by_one))
    assert max(map(len, pieces)) <= (64 if WHOLE in items else 256) * 1024 + longest


def test_long_headers_are_few_in_a_batch() -> None:
    talk = Talk().select(*[b"Subject: " + b"x" * 20_000 + b"\r\n\r\n"] * 40)
    client = talk.session._client
    pieces = list(responses([column(FIELDS, [FIELDS], client)], *client.selected.everything()))
    assert max(map(len, pieces)) <= 100_000
