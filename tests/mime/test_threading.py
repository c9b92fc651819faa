import pytest

from pytest_fakemail.mime import threading


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Hello", "Hello"),
        ("[list] Hello", "Hello"),
        ("[a] [b]", "[b]"),
        ("[only]", "[only]"),
        ("  two \t words ", "two words"),
        ("Report [x]", "Report [x]"),
        ("Reply", "Reply"),
        ("re", "re"),
        ("", ""),
        ("[open", "[open"),
        ("]", "]"),
    ],
)
def test_subjects_of_first_messages(subject: str, base: str) -> None:
    assert threading.base_subject(subject) == (base, False)


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: Hello", "Hello"),
        ("RE:re: Fwd: FW : Hello", "Hello"),
        ("Re[2]: Hello", "Hello"),
        ("Re [list]: Hello", "Hello"),
        ("[a] [b] Re: [c] Hello", "Hello"),
        ("Hello (fwd)", "Hello"),
        ("Hello (FWD) (fwd) ", "Hello"),
        ("[fwd: Hello]", "Hello"),
        ("[Fwd: Re: [x] Hello (fwd)] (fwd)", "Hello"),
        ("Re: [only]", "[only]"),
        ("Re:", ""),
        ("[fwd: ]", ""),
        ("(fwd)", ""),
    ],
)
def test_marks_of_answers_are_taken_away(subject: str, base: str) -> None:
    """RFC 5256 §2.1."""
    assert threading.base_subject(subject) == (base, True)


@pytest.mark.parametrize(
    "subject", ["Re: " * 100_000, "[a]" * 100_000, "[fwd:" * 50_000 + "]" * 50_000, "[" * 200_000]
)
def test_long_chains_of_marks_are_read_once(subject: str) -> None:
    base, _ = threading.base_subject(subject)
    assert len(base) <= len(subject)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"<a@b>", [b"a@b"]),
        (b"<a@b> text <c@d>,<e@f>", [b"a@b", b"c@d", b"e@f"]),
        (b'<"a"@b>', [b"a@b"]),
        (b'<"a\\"b"@c>', [b'a"b@c']),
        (b"<a@b> (<c@d>)", [b"a@b"]),
        (b"< a @ b > (x)", [b"a@b"]),
        (b"<A@b>", [b"A@b"]),
        (b"<no at> <a@> <@b> plain@id", []),
        (b"<unclosed@b", []),
        (b"", []),
    ],
)
def test_message_ids_are_normalised(value: bytes, found: list[bytes]) -> None:
    assert threading.message_ids(value) == found
