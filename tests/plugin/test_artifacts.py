"""The files that are kept of a test: where, of which tests, and what becomes of old ones."""

import mailbox
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pytest_fakemail import FakeMail
from pytest_fakemail.report import artifacts
from pytest_fakemail.report.artifacts import MARK, file_name

SENDS = """
    import smtplib
    import pytest

    def send(fakemail):
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.sendmail("app@x.test", ["user@example.test"], MAIL)

    MAIL = b"Subject: Hello\\r\\n\\r\\nHi\\r\\n"
"""


def homes(pytester: pytest.Pytester) -> list[Path]:
    return sorted((pytester.path / "kept").iterdir())


def test_each_test_has_a_directory_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("text", ["a/b", "a:b", "A:b", "ä" * 300 + "1", "ä" * 300 + "2"])
        def test_fails(fakemail, text):
            assert not text
        """
    )
    pytester.runpytest("--fakemail-artifacts=kept").assert_outcomes(failed=5)
    names = [home.name for home in homes(pytester)]
    assert len({name.lower() for name in names}) == 5
    assert all(len(name) < 80 and name.isascii() for name in names)


@pytest.mark.parametrize("name", ["../x", "..", "/etc", "", "CON", "a\0b", "\ud800", "x" * 300])
def test_names_of_files_are_safe(name: str) -> None:
    safe = file_name(name)
    assert len(safe) <= 71
    assert safe.isascii()
    assert safe[0].isalnum()
    assert not set(safe) & set('/\\:*?"<>|\0')


def test_long_names_that_end_alike_are_told_apart() -> None:
    assert file_name("1" + "x" * 300) != file_name("2" + "x" * 300)
    assert file_name("x" * 300 + "1") != file_name("x" * 300 + "2")
    assert file_name("INBOX") != file_name("inbox")


def test_the_next_run_removes_what_the_last_one_left(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_fails(fakemail): assert False")
    pytester.runpytest("--fakemail-artifacts=kept")
    (old,) = homes(pytester)
    pytester.runpytest("--fakemail-artifacts=kept", "--collect-only")
    assert old.exists()
    theirs = pytester.path / "kept" / "theirs"
    theirs.mkdir()
    (theirs / "file").touch()
    (pytester.path / "kept" / "link").symlink_to(theirs)
    outside = pytester.mkdir("outside")
    (outside / MARK).touch()
    (pytester.path / "kept" / "outside").symlink_to(outside)
    pytester.makepyfile("def test_passes(fakemail): pass")
    pytester.runpytest("--fakemail-artifacts=kept").assert_outcomes(passed=1)
    assert not old.exists()
    assert {home.name for home in homes(pytester)} == {"theirs", "link", "outside"}
    assert (theirs / "file").exists()
    assert (outside / MARK).exists()


def test_passed_tests_are_kept_if_wanted(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SENDS + "\n    def test_passes(fakemail):\n        send(fakemail)\n")
    pytester.runpytest("--fakemail-artifacts=kept").assert_outcomes(passed=1)
    assert not (pytester.path / "kept").exists()
    result = pytester.runpytest("--fakemail-artifacts=kept", "--fakemail-artifacts-keep=always")
    result.assert_outcomes(passed=1)
    (home,) = homes(pytester)
    assert (home / "001.eml").read_bytes() == b"Subject: Hello\r\n\r\nHi\r\n"


def test_mailboxes_are_kept_as_maildirs(tmp_path: Path) -> None:
    with FakeMail() as one:
        one.account().inbox.deliver(subject="One", flags=[r"\Seen", r"\Deleted"])
        one.account().mailbox("Archive").deliver(subject="Two")
        one.shared_mailbox("Team", members={"bob": "lr"}).deliver(subject="Three")
        home = artifacts.write(tmp_path, "test_it", [one], [])
    account = home / "mailboxes" / file_name("user@example.test")
    inbox = mailbox.Maildir(str(account / file_name("INBOX")), create=False)
    inbox.colon = "!"
    (message,) = inbox
    assert (message["Subject"], message.get_flags()) == ("One", "ST")
    archive = mailbox.Maildir(str(account / file_name("Archive")), create=False)
    assert [one["Subject"] for one in archive] == ["Two"]
    place = home / "mailboxes" / file_name("shared mailboxes") / file_name("Team")
    team = mailbox.Maildir(str(place), create=False)
    assert [one["Subject"] for one in team] == ["Three"]


def test_each_attempt_is_kept(pytester: pytest.Pytester) -> None:
    """As pytest-rerunfailures counts them."""
    pytester.makeconftest(
        """
        import pytest

        @pytest.hookimpl(tryfirst=True)
        def pytest_runtest_setup(item):
            item.execution_count = int(item.name[-1])
        """
    )
    pytester.makepyfile(
        """
        def test_fails_1(fakemail): assert False
        def test_fails_2(fakemail): assert False
        """
    )
    pytester.runpytest("--fakemail-artifacts=kept").assert_outcomes(failed=2)
    told = [(home / MARK).read_text(encoding="ascii") for home in homes(pytester)]
    assert len(told) == 2
    with FakeMail() as one:
        first, second = (
            artifacts.write(pytester.path, "test_it", [one], [], attempt=attempt)
            for attempt in (1, 2)
        )
    assert first != second


@pytest.mark.parametrize("workers", [(), ("-n", "2")])
def test_junit_xml_has_the_conversation_and_the_directory(
    pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    pytester.makepyfile(
        SENDS + "\n    def test_fails(fakemail):\n        send(fakemail)\n        assert False\n"
    )
    pytester.runpytest_subprocess("--junitxml=x.xml", "--fakemail-artifacts=kept", *workers)
    case = next(ET.parse(pytester.path / "x.xml").iter("testcase"))  # noqa: S314 (our own)
    text = "".join(element.text or "" for element in case.iter("system-out"))
    assert "fakemail conversation\nconnection 1: smtp" in text
    assert "outbox[0]  'Hello' from app@x.test" in text
    (home,) = homes(pytester)
    properties = {one.get("name"): one.get("value") for one in case.iter("property")}
    assert properties == {"fakemail_artifacts": str(Path("kept") / home.name)}
    assert "fakemail conversation" in (home / "report.txt").read_text(encoding="utf-8")


def test_the_report_says_what_failed_and_where_the_rest_is(pytester: pytest.Pytester) -> None:
    """Whoever has the files may not have the log; nor can they run it again with -vv."""
    pytester.makepyfile(
        SENDS
        + """
    import pytest

    @pytest.fixture
    def untidy(fakemail):
        fakemail.account("ann", password="hush-hush")
        yield
        assert not "left hush-hush"

    def test_fails(fakemail, untidy):
        for _ in range(30):
            send(fakemail)
        assert not "sent"
    """
    )
    pytester.runpytest("--fakemail-artifacts=kept")
    (home,) = homes(pytester)
    text = (home / "report.txt").read_text(encoding="utf-8")
    test, _, first, _, second, *_ = text.splitlines()
    name = "test_the_report_says_what_failed_and_where_the_rest_is.py"
    assert test == f"{name}::test_fails"
    assert "AssertionError: assert not 'sent'" in first
    assert second.startswith("in teardown: ")
    assert "[redacted]" in second
    assert "hush-hush" not in text
    assert "(transcript.txt shows all connections)" in text
    assert "-vv" not in text


def test_a_sweep_is_kept_with_its_table_and_its_rows(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        SENDS
        + """
    def test_fails(fakemail):
        fakemail.sweep(lambda: send(fakemail), only="refuse").assert_nothing_lost()
        result = fakemail.sweep(lambda: send(fakemail), only="lose_reply")
        result.assert_fine()
    """
    )
    pytester.runpytest("--fakemail-artifacts=kept")
    (home,) = homes(pytester)
    text = (home / "sweeps.txt").read_text(encoding="utf-8")
    assert "refuse 550" in text
    assert "lose_reply at end-of-data: said failed but was sent" in text
    assert "fault: smtp.when('end-of-data', nth=1).lose_reply()" in text
