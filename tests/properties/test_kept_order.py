"""A SORT or THREAD that is asked again is answered as by who asks for the first time."""

from hypothesis import given, settings
from hypothesis import strategies as st
from imap.talk import Talk

THREADS = "UID THREAD ORDEREDSUBJECT UTF-8 ALL"
ASKED = [
    *("SORT (SUBJECT) UTF-8 ALL", "SORT (SUBJECT) UTF-8 2:*", "SORT (REVERSE SUBJECT) UTF-8 ALL"),
    *("THREAD REFERENCES UTF-8 ALL", "THREAD ORDEREDSUBJECT UTF-8 ALL"),
    *("THREAD ORDEREDSUBJECT UTF-8 2:*", THREADS),
]
CHANGES = st.tuples(
    st.sets(st.integers(1, 6), max_size=2),
    st.text("abc", max_size=2),
    st.sampled_from(["NOOP", "NOOP", "CHECK", "SEARCH ALL", "SELECT INBOX"]),
)


def mail(subject: str) -> bytes:
    return b"Subject: %b\r\n\r\n" % subject.encode()


def found(talk: Talk, wanted: str) -> list[str]:
    return [line for line in talk.say(wanted) if line.startswith(("* SORT", "* THREAD"))]


@settings(max_examples=30)
@given(st.lists(CHANGES, max_size=4))
def test_an_order_that_is_kept_is_that_of_the_messages(
    changes: list[tuple[set[int], str, str]],
) -> None:
    talk = Talk().select(*map(mail, "bab"))
    client = talk.session._client
    for gone, new, command in changes:
        for wanted in (THREADS, *ASKED, ASKED[0], THREADS):  # what is kept last is asked first
            said, kept = found(talk, wanted), (client.order, client.threads)
            client.order = client.threads = None
            assert found(talk, wanted) == said
            client.order, client.threads = kept
        talk.inbox.expunge(gone)
        for subject in new:
            talk.inbox.append(mail(subject))
        talk.say(command)


def test_an_order_is_kept_while_the_messages_are_the_same() -> None:
    talk = Talk().select(mail("b"), mail("a"))
    talk.say("SORT (SUBJECT) UTF-8 ALL")
    kept = talk.session._client.order
    assert kept is not None
    talk.say("STORE 1 +FLAGS (\\Seen)")
    assert talk.say("SORT (SUBJECT) UTF-8 ALL")[0] == "* SORT 2 1"
    assert talk.say("SORT (SUBJECT) UTF-8 SEEN")[0] == "* SORT 1"
    assert talk.session._client.order is kept
    talk.say("UNSELECT")
    assert talk.session._client.order is None


def test_threads_are_kept_while_the_messages_are_the_same() -> None:
    talk = Talk().select(mail("b"), mail("a"), mail("b"))
    asked = "THREAD ORDEREDSUBJECT UTF-8"
    assert talk.say(f"{asked} ALL")[0] == "* THREAD (1 3)(2)"
    kept = talk.session._client.threads
    assert kept is not None
    assert talk.say(f"{asked} 2:3")[0] == "* THREAD (2)(3)"
    assert talk.say(f"{asked} ALL")[0] == "* THREAD (1 3)(2)"
    assert talk.session._client.threads is kept
    talk.say("UNSELECT")
    assert talk.session._client.threads is None
