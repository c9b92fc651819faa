import pytest
from imap.talk import MAIL, Talk


@pytest.fixture
def talk() -> Talk:
    return Talk().select(*[MAIL] * 6)


def test_min_and_max_are_saved_alone(talk: Talk) -> None:
    assert talk.say("SEARCH RETURN (SAVE MIN MAX) 2:5")[0].endswith("MIN 2 MAX 5")
    assert talk.say("FETCH $ (UID)")[:-1] == ["* 2 FETCH (UID 2)", "* 5 FETCH (UID 5)"]


def test_what_is_saved_is_not_told_unless_asked(talk: Talk) -> None:
    assert talk.say("SEARCH RETURN (SAVE) 2:3") == ["OK SEARCH completed"]
    talk.inbox.expunge([2])
    talk.say("NOOP")
    assert talk.say("FETCH $ (UID)")[:-1] == ["* 2 FETCH (UID 3)"]
    talk.say("SELECT INBOX")
    assert talk.say("FETCH $ (UID)") == ["OK FETCH completed"]


def test_pages_of_a_result(talk: Talk) -> None:
    assert talk.say("UID SEARCH RETURN (PARTIAL 2:3 COUNT) ALL")[0].endswith(
        "UID PARTIAL (2:3 2:3) COUNT 6"
    )
    assert talk.say("SEARCH RETURN (PARTIAL -1:-2) ALL")[0].endswith("PARTIAL (-1:-2 5:6)")
    assert talk.say("SEARCH RETURN (PARTIAL 7:9) ALL")[0].endswith("PARTIAL (7:9 NIL)")
    talk.say("SEARCH RETURN (SAVE PARTIAL 2:3 MAX) ALL")
    assert talk.say("SEARCH RETURN (ALL) $")[0].endswith("ALL 2:3,6")


def test_nothing_found_leaves_the_items_out(talk: Talk) -> None:
    answer = talk.say("SEARCH RETURN (MIN MAX ALL COUNT) DELETED")
    assert answer[0].endswith(") COUNT 0")
    assert talk.say("SEARCH DELETED")[0] == "* SEARCH"


def test_the_mod_sequence_is_that_of_what_is_named(talk: Talk) -> None:
    talk.inbox.add_flags(talk.inbox.messages[2:3], ["\\Seen"])
    talk.say("NOOP")
    assert talk.say("SEARCH MODSEQ 1 1:3")[-2] == "* SEARCH 1 2 3 (MODSEQ 8)"
    assert talk.say("SEARCH RETURN (MIN) MODSEQ 1")[0].endswith("MIN 1 MODSEQ 2")
    assert talk.say("SEARCH RETURN (MIN COUNT) MODSEQ 1")[0].endswith("COUNT 6 MODSEQ 8")


def test_imap4rev2_answers_in_its_own_way() -> None:
    talk = Talk(imap_revisions="rev2").select(MAIL, MAIL)
    assert talk.say("SEARCH ALL")[0] == '* ESEARCH (TAG "a3") ALL 1:2'


def test_what_is_gone_elsewhere_is_not_found(talk: Talk) -> None:
    talk.inbox.expunge([2])
    assert talk.say("SEARCH 1:3") == ["* SEARCH 1 3", "OK [EXPUNGEISSUED] SEARCH completed"]
    # What it would not have found is not left out.
    assert talk.say("SEARCH NOT 2") == ["* SEARCH 1 3 4 5 6", "OK SEARCH completed"]
    assert talk.say("UID SEARCH ALL")[:2] == ["* SEARCH 1 3 4 5 6", "* 2 EXPUNGE"]


def test_numbers_beyond_the_mailbox_find_nothing(talk: Talk) -> None:
    assert talk.say("SEARCH 7") == ["* SEARCH", "OK SEARCH completed"]
    assert talk.say("SEARCH 5:9")[0] == "* SEARCH 5 6"
    assert talk.say("SEARCH 9:*")[0] == "* SEARCH 6"
    assert talk.say("SEARCH NOT 2:4,7:8")[0] == "* SEARCH 1 5 6"
    assert talk.say("UID SEARCH UID 7,3")[0] == "* SEARCH 3"


def test_everything_in_an_empty_mailbox_is_nothing() -> None:
    talk = Talk().select()
    for key in ("1:*", "*", "UID 1:*"):
        assert talk.say(f"SEARCH {key}") == ["* SEARCH", "OK SEARCH completed"]


@pytest.mark.parametrize("charset", ["X-UNKNOWN", '""', "base64"])
def test_an_unknown_charset_is_a_no_that_names_some(talk: Talk, charset: str) -> None:
    for command in ("SEARCH CHARSET", "SORT (DATE)", "THREAD REFERENCES"):
        answer = talk.say(f"{command} {charset} ALL")
        assert answer == ["NO [BADCHARSET (US-ASCII UTF-8)] No such charset"]


def test_what_was_saved_is_lost_by_a_no_and_by_nothing_less(talk: Talk) -> None:
    talk.say("SEARCH RETURN (SAVE) 2:3")
    talk.say("SEARCH RETURN (SAVE) FOO")
    talk.say("SEARCH CHARSET X-NONE ALL")
    assert talk.say("SEARCH $")[0] == "* SEARCH 2 3"
    talk.say("SEARCH RETURN (SAVE) CHARSET X-NONE ALL")
    assert talk.say("SEARCH $")[0] == "* SEARCH"


def test_results_are_sorted_and_threaded() -> None:
    talk = Talk().select(
        b"Message-ID: <1@x>\r\nSubject: b\r\n\r\n",
        b"Message-ID: <2@x>\r\nSubject: a\r\n\r\n",
        b"Message-ID: <3@x>\r\nReferences: <1@x>\r\nSubject: Re: b\r\n\r\n",
    )
    talk.inbox.expunge([2])
    talk.inbox.append(b"Subject: 0\r\n\r\n")
    talk.say("NOOP")
    assert talk.say("SORT (SUBJECT) UTF-8 ALL")[0] == "* SORT 3 1 2"
    assert talk.say("UID SORT (REVERSE SUBJECT) UTF-8 ALL")[0] == "* SORT 1 3 4"
    assert talk.say("UID THREAD REFERENCES UTF-8 ALL")[0] == "* THREAD (1 3)(4)"
