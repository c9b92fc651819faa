"""A row says the one line that reproduces it, and reads well."""

import imaplib
import smtplib
from collections.abc import Callable
from inspect import cleandoc
from itertools import groupby
from typing import Any

import pytest

from pytest_fakemail import FakeMail, UnmetExpectation
from pytest_fakemail.sweep.kinds import KINDS
from pytest_fakemail.sweep.result import SweepRow
from pytest_fakemail.transcript import exchanges
from pytest_fakemail.transcript.exchanges import RecordedConnection
from pytest_fakemail.transcript.rows import Row


def submit(fakemail: FakeMail) -> None:
    context = fakemail.tls.client_context()
    with smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client:
        client.starttls(context=context)
        client.login("user@example.test", fakemail.account().password)
        client.sendmail("a@x.test", ["ann@x.test", "bob@x.test"], "Subject: x\n\n")


def fetch(fakemail: FakeMail) -> list[Any]:
    with fakemail.imap.client() as client:
        client.select()
        client.append("Sent", "", "", b"Subject: y\r\n\r\n")
        client.uid("FETCH", "1", "(FLAGS)")  # which counts for FETCH, too
        return [client.fetch("1", "(FLAGS)")[0], client.uid("COPY", "1", "Archive")[0]]


def outcome(fakemail: FakeMail, action: Callable[[FakeMail], object]) -> tuple[str, list[str], int]:
    try:
        said = f"{action(fakemail)!r}"
    except Exception as error:  # noqa: BLE001
        said = type(error).__name__
    sent = sorted(str(to) for mail in fakemail.outbox for to in mail.recipients)
    return said, sent, len(fakemail.account().mailbox("Archive"))


@pytest.mark.parametrize("action", [submit, fetch])
def test_a_line_pasted_into_a_test_reproduces_its_row(
    fakemail: FakeMail, make_fakemail: Callable[[], FakeMail], action: Callable[[FakeMail], object]
) -> None:
    fakemail.account().inbox.deliver(subject="one")
    seen: list[tuple[str, list[str], int]] = []

    def noted() -> None:
        seen.append(outcome(fakemail, action))

    result = fakemail.sweep(noted, skip="silence")
    rows = zip(result.rows, seen[2:], strict=True)
    assert len(result.rows) > 30
    for row, swept in list(rows)[::3]:
        other = make_fakemail()
        other.account().inbox.deliver(subject="one")
        made = eval(row.line, {"fakemail": other})  # noqa: S307  (as pasted)
        assert (row.line, *outcome(other, action)) == (row.line, *swept)
        assert (made.last if made is other.tls else made).fired == 1
        other.close()


def test_uid_commands_count_for_those_without(fakemail: FakeMail) -> None:
    fakemail.account().inbox.deliver(subject="one")
    result = fakemail.sweep(lambda: fetch(fakemail), only="close")
    lines = [row.line for row in result.rows if "FETCH" in row.step]
    assert lines == [
        'fakemail.imap.when("UID FETCH", nth=1).close()',
        'fakemail.imap.when("FETCH", nth=2).close()',
    ]


def test_rows_come_in_the_order_of_the_conversation(fakemail: FakeMail) -> None:
    result = fakemail.sweep(lambda: submit(fakemail), skip=["silence", "cut"])
    steps = list(dict.fromkeys(row.step for row in result.rows))
    assert [step.split()[0] for step in steps] == [
        "connect", "EHLO", "STARTTLS", "tls", "AUTH", "MAIL", "RCPT", "RCPT", "DATA",
        "end-of-data", "QUIT",
    ]  # fmt: skip
    for _, rows in groupby(result.rows, lambda row: row.step):
        kinds = [KINDS.index(row.kind) for row in rows]
        assert kinds == sorted(kinds)
    assert [row.number for row in result.rows] == list(range(1, len(result.rows) + 1))
    assert not any("user@" in row.step for row in result.rows if "AUTH" in row.step)


def test_the_table_and_a_failure_read_well(fakemail: FakeMail) -> None:
    def action() -> bool:
        try:
            submit(fakemail)
        except (OSError, smtplib.SMTPException):
            return False
        return True

    result = fakemail.sweep(action, only=["close", "lose_reply"])
    lines = result.table(only_bad=True).splitlines()
    assert [line.rstrip() for line in lines] == [
        "    step         fault       the app said            verdict",
        "20  end-of-data  lose_reply  failed: returned False  said failed but was sent",
        "22 rows: 21 fine, 1 said failed but was sent",
    ]
    with pytest.raises(UnmetExpectation) as failure:
        result.assert_honest()
    text = str(failure.value)
    assert text.startswith(
        cleandoc("""
        not as the action said in 1 of 22 rows
        lose_reply at end-of-data: said failed but was sent
          fakemail.smtp.when("end-of-data", nth=1).lose_reply()
          the action said: failed: returned False
          said failed but was sent: mail to ann@x.test, bob@x.test was sent
        """)
    )
    assert "-- fault: smtp.when('end-of-data', nth=1).lose_reply()" in text
    assert fakemail.account().password not in text
    row = result.rows[-1]
    assert isinstance(row, SweepRow)
    assert repr(row) == "<SweepRow 22: lose_reply at QUIT: fine>"
    row.assert_fine()
    assert repr(result) == "<SweepResult of 22 rows: 21 fine, 1 said failed but was sent>"


def test_a_rows_fault_is_not_why_there_is_no_mail(fakemail: FakeMail) -> None:
    fakemail.account()

    def action() -> None:
        with smtplib.SMTP(*fakemail.smtp.address, timeout=30) as client:
            client.noop()
        with imaplib.IMAP4(*fakemail.imap.address, timeout=30) as reader:
            reader.noop()

    fakemail.sweep(action, only="lose_reply")
    assert fakemail.why_no_mail() == [
        "a client connected once and sent no mail; it said NOOP, QUIT"
    ]
    assert "fault" not in " ".join(fakemail.why_nobody_read())


def test_what_earlier_rows_said_is_not_read_again(
    fakemail: FakeMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Row] = []
    take = exchanges._take

    def counted(connection: RecordedConnection, row: Row) -> None:
        read.append(row)
        take(connection, row)

    monkeypatch.setattr(exchanges, "_take", counted)
    assert len(fakemail.sweep(lambda: submit(fakemail), raises=(OSError,)).rows) > 20
    in_the_sweep = len(read)
    assert fakemail.transcript.connections
    assert in_the_sweep < 2 * (len(read) - in_the_sweep)
