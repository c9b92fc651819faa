import pytest
from imap.talk import MAIL, Talk


@pytest.fixture
def talk() -> Talk:
    talk = Talk()
    talk.service.capabilities.on("X-GM-EXT-1")
    return talk.select(
        b"Message-ID: <1@x>\r\nFrom: ann@example.test\r\nSubject: one\r\n\r\nfirst",
        b"In-Reply-To: <1@x>\r\nFrom: bob@example.test\r\nSubject: two\r\n\r\nsecond",
        b"From: carol@example.test\r\n\r\nthird",
    )


def labels(talk: Talk, number: int) -> str:
    return talk.say(f"FETCH {number} (X-GM-LABELS)")[0].partition("X-GM-LABELS ")[2][:-1]


def test_labels_are_the_other_mailboxes_of_a_message(talk: Talk) -> None:
    assert labels(talk, 1) == "()"
    answer = talk.say("STORE 1 +X-GM-LABELS (Work \\Sent \\Starred)")
    assert '* 1 FETCH (X-GM-LABELS ("\\\\Starred" "\\\\Sent" Work))' in answer
    assert [one.raw for one in talk.account.mailboxes["Work"].messages] == [
        talk.inbox.messages[0].raw
    ]
    talk.say("STORE 1 +X-GM-LABELS (Work)")
    assert len(talk.account.mailboxes["Work"]) == 1
    assert talk.inbox.messages[0].flags == {"\\Flagged"}
    talk.say("SELECT Work")
    assert labels(talk, 1) == '("\\\\Inbox" "\\\\Sent")'


def test_labels_are_taken_away_and_replaced(talk: Talk) -> None:
    talk.say("STORE 1:2 +X-GM-LABELS (Work)")
    talk.say("STORE 1 -X-GM-LABELS.SILENT (work nothing)")
    assert (labels(talk, 1), labels(talk, 2)) == ("()", "(Work)")
    talk.say("STORE 2 X-GM-LABELS (Play)")
    assert labels(talk, 2) == "(Play)"
    assert talk.say("STORE 2 +X-GM-LABELS (\\Nothing)")[-1] == (
        "NO [CANNOT] there is no label \\Nothing"
    )


def test_numbers_of_messages_and_threads(talk: Talk) -> None:
    lines = talk.say("FETCH 1:3 (X-GM-MSGID X-GM-THRID)")
    words = [line.rstrip(")").split() for line in lines[:-1]]
    message_numbers, thread_numbers = [one[4] for one in words], [one[6] for one in words]
    assert len(set(message_numbers)) == 3
    assert thread_numbers[0] == thread_numbers[1] != thread_numbers[2]
    assert talk.say(f"SEARCH X-GM-THRID {thread_numbers[0]}")[0] == "* SEARCH 1 2"
    assert talk.say(f"SEARCH X-GM-MSGID {message_numbers[2]}")[0] == "* SEARCH 3"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("from:ann", "1"),
        ("-from:ann", "2 3"),
        ("from:ann OR subject:two", "1 2"),
        ("second", "2"),
        ("is:unread -is:starred", "2 3"),
        ("is:starred", "1"),
        ("in:inbox from:bob", "2"),
        ("label:work", "1"),
        ("in:anywhere larger:1k", ""),
        ("smaller:10m before:2020/01/01", ""),
        ("after:2020-01-01", "1 2 3"),
        ("after:never", ""),
        ("rfc822msgid:1@x", "1"),
        ("", "1 2 3"),
        ("OR OR from:ann", "1"),
        ('\\"first\\"', "1"),
    ],
)
def test_gmails_queries(talk: Talk, query: str, found: str) -> None:
    talk.say("STORE 1 +X-GM-LABELS.SILENT (Work \\Starred)")
    assert talk.say(f'SEARCH X-GM-RAW "{query}"')[0] == f"* SEARCH {found}".rstrip()


def test_nothing_of_this_is_known_where_it_is_off() -> None:
    talk = Talk().select(MAIL)
    for command in (
        "FETCH 1 (X-GM-LABELS)",
        "STORE 1 +X-GM-LABELS (x)",
        "SEARCH X-GM-RAW x",
        'XLIST "" *',
    ):
        assert talk.say(command)[-1].startswith("BAD ")
