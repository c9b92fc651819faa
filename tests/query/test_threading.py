from collections.abc import Sequence

import pytest
from query.mailboxes import mailbox, message

from pytest_fakemail.query.threading import ALGORITHMS, Threads, thread_text, threads


def reply(own: str, *references: str, subject: str = "", day: int = 1, answered: str = "") -> str:
    lines = [f"Date: {day} Jan 2020 00:00:00 +0000", f"Subject: {subject or own}"]
    if own:
        lines.append(f"Message-ID: <{own}@x>")
    if references:
        lines.append("References: " + " ".join(f"<{name}@x>" for name in references))
    if answered:
        lines.append(f"In-Reply-To: {answered}")
    return "\n".join(lines) + "\n\n"


def arranged(algorithm: str, raws: Sequence[str]) -> str:
    messages = mailbox(*raws)
    return thread_text(threads(algorithm, messages, range(1, len(messages) + 1)))


def by_references(*raws: str) -> str:
    return arranged("REFERENCES", raws)


def by_subject(*raws: str) -> str:
    return arranged("ORDEREDSUBJECT", raws)


def test_a_row_of_answers_is_one_thread() -> None:
    assert by_references(reply("a"), reply("b", "a"), reply("c", "a", "b")) == "(1 2 3)"


def test_answers_to_the_same_message_are_siblings_by_date() -> None:
    assert by_references(reply("a"), reply("b", "a", day=3), reply("c", "a", day=2)) == "(1 (3)(2))"


def test_order_in_the_mailbox_does_not_matter() -> None:
    assert (
        by_references(reply("c", "a", "b", day=3), reply("b", "a", day=2), reply("a")) == "(3 2 1)"
    )


def test_a_missing_message_is_skipped_if_one_answers_it() -> None:
    assert by_references(reply("b", "a", "x")) == "(1)"
    assert by_references(reply("a"), reply("b", "a", "missing")) == "(1 2)"


def test_a_missing_message_holds_its_answers_together() -> None:
    assert by_references(reply("b", "gone", day=2), reply("c", "gone", day=1)) == "((2)(1))"


def test_in_reply_to_counts_without_references() -> None:
    answer = reply("b", answered="your mail of <a@x> to <bob@x>")
    assert by_references(reply("a"), answer) == "(1 2)"


def test_a_truncated_row_is_mended_by_the_message_itself() -> None:
    """Step 1.B: the parent is the last reference, whatever others claimed."""
    assert by_references(
        reply("a"), reply("d", "a", "c", day=4), reply("b", "a"), reply("c", "b")
    ) == ("(1 3 4 2)")


@pytest.mark.parametrize(
    "raws",
    [
        (reply("a", "a"),),
        (reply("a", "b"), reply("b", "a")),
        (reply("a", "b"), reply("b", "c"), reply("c", "a")),
        (reply("a", "b", "a", "b"), reply("b", "a", "b", "a")),
    ],
)
def test_loops_are_not_made(raws: tuple[str, ...]) -> None:
    text = by_references(*raws)
    assert sorted(text.replace("(", " ").replace(")", " ").split()) == [
        str(number) for number in range(1, len(raws) + 1)
    ]


def test_an_id_belongs_to_the_first_message_that_has_it() -> None:
    assert by_references(reply("a"), reply("a", subject="b"), reply("c", "a")) == "(1 3)(2)"


def test_messages_without_ids_stand_alone() -> None:
    assert by_references(reply("", subject="a"), reply("", subject="b")) == "(1)(2)"


def test_equal_subjects_are_gathered() -> None:
    """Step 5: an answer goes under its question, two questions under a dummy."""
    assert by_references(reply("a", subject="Hi"), reply("b", subject="Re: HI", day=2)) == "(1 2)"
    assert by_references(reply("a", subject="Re: Hi"), reply("b", subject="Hi", day=2)) == "(2 1)"
    assert by_references(reply("a", subject="Hi"), reply("b", subject="hi")) == "((1)(2))"
    assert by_references(reply("a", subject="Re: Hi"), reply("b", subject="Fwd: Hi")) == "((1)(2))"
    assert by_references(reply("a", subject="Re:"), reply("b", subject="Re:")) == "(1)(2)"


def test_dummies_with_equal_subjects_become_one() -> None:
    raws = (
        reply("a", "x", subject="Hi"),
        reply("b", "x", subject="Hi"),
        reply("c", "y", subject="Hi"),
        reply("d", "y", subject="Hi"),
        reply("e", subject="Hi"),
    )
    assert by_references(*raws) == "((1)(2)(3)(4)(5))"


def test_threads_are_sorted_by_their_first_message() -> None:
    assert by_references(
        reply("a", day=5), reply("b", "gone", day=9), reply("c", "gone", day=3), reply("d", day=4)
    ) == ("((3)(2))(4)(1)")


def test_refs_knows_no_subjects() -> None:
    raws = reply("a", subject="Hi"), reply("b", subject="Re: Hi"), reply("c", "a", subject="Else")
    assert by_references(*raws) == "(1 (2)(3))"
    assert arranged("REFS", raws) == "(2)(1 3)"


def test_threads_of_refs_are_sorted_by_what_arrived_last() -> None:
    """However old the rest of a thread is, and whatever its Date fields say."""
    raws = reply("a", day=9), reply("b", "gone", day=8), reply("c", "gone", day=3), reply("d")
    assert arranged("REFS", raws) == "(1)((3)(2))(4)"
    assert arranged("REFS", [*raws, reply("e", "a", "missing", day=1)]) == "((3)(2))(4)(1 5)"


def test_of_threads_whose_last_arrived_together_the_higher_number_is_the_later() -> None:
    messages = [message(reply(own), number=n) for n, own in enumerate("abc", 1)]
    messages.append(message(reply("d", "a"), number=4))
    assert thread_text(threads("REFS", messages, range(1, 5))) == "(2)(3)(1 4)"


def test_ordered_subject_has_no_grandchildren() -> None:
    assert by_subject(
        reply("a", subject="Hi", day=3),
        reply("b", "a", subject="Re: Hi", day=1),
        reply("c", "b", subject="[x] hi", day=2),
        reply("d", subject="Other", day=2),
    ) == ("(2 (3)(1))(4)")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_only_the_numbers_asked_for_are_arranged(algorithm: str) -> None:
    messages = [*mailbox(reply("a"), reply("b", "a"), reply("c", "a", "b")), None]
    assert thread_text(threads(algorithm, messages, [3, 1, 4])) in {"(1 3)", "(1)(3)"}
    assert thread_text(threads(algorithm, messages, [])) == ""


def test_labels_make_uids_of_numbers() -> None:
    messages = mailbox(reply("a"), reply("b", "a"))
    found = threads("REFERENCES", messages, [1, 2])
    assert thread_text(found, lambda number: messages[number - 1].uid) == "(10 20)"


def test_a_thread_can_be_as_deep_as_the_mailbox() -> None:
    raws = [reply(f"m{n}", f"m{n - 1}") for n in range(3_000)]
    text = by_references(*raws[::-1])
    assert text.startswith("(3000 2999 ")
    assert text.count("(") == 1


def test_text_of_nested_threads() -> None:
    """RFC 5256 §4, the second example."""
    below = {1: [2], 2: [3, 5], 3: [4], 5: [6], 6: [7]}
    forest = Threads([2, 3, 6, 4, 23, 44, 7, 96], [0, 1], below)
    assert thread_text(forest) == "(2)(3 6 (4 23)(44 7 96))"
