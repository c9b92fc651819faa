"""Apps that send: one that is right is fine at every step, and each planted bug is found."""

import smtplib
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from pytest_fakemail import BadArgument, FakeMail, UnmetExpectation, policies

if TYPE_CHECKING:
    from collections.abc import Callable

MAIL = "Subject: Order 7\n\nThanks\n"


def send(fakemail: FakeMail, to: str = "ann@example.test", timeout: float = 30) -> None:
    with smtplib.SMTP(*fakemail.smtp.address, timeout=timeout) as client:
        client.sendmail("shop@example.test", to, MAIL)


def swallows(fakemail: FakeMail) -> bool:
    with suppress(OSError, smtplib.SMTPException):  # the planted bug
        send(fakemail)
    return True


def tells(fakemail: FakeMail) -> bool:
    try:
        send(fakemail)
    except (OSError, smtplib.SMTPException):
        return False
    return True


def retries(fakemail: FakeMail) -> bool:
    return any(tells(fakemail) for _ in range(3))


def asks_first(fakemail: FakeMail) -> bool:
    """Send until it is there: the outbox stands for an archive that can be asked."""
    for _ in range(3):
        if len(fakemail.outbox) or tells(fakemail):
            return True
    return len(fakemail.outbox) > 0


def test_a_correct_app_is_fine_at_every_step(fakemail: FakeMail) -> None:
    result = fakemail.sweep(lambda: asks_first(fakemail))
    result.assert_fine()
    result.assert_nothing_lost()
    result.assert_nothing_doubled()
    result.assert_honest()
    assert {row.kind for row in result.rows} == {
        "refuse", "close", "lose_reply", "cut", "silence", "bye",
    }  # fmt: skip
    assert result.value is True
    assert result.verdicts == {"fine": len(result.rows)}


def test_an_app_that_swallows_errors_says_sent(fakemail: FakeMail) -> None:
    result = fakemail.sweep(lambda: swallows(fakemail))
    with pytest.raises(UnmetExpectation, match=r"no mail to ann@example\.test"):
        result.assert_honest()
    with pytest.raises(UnmetExpectation, match="said sent but was not"):
        result.assert_nothing_lost()
    result.assert_nothing_doubled()
    at_the_end = [row for row in result.rows if row.step == "end-of-data"]
    assert [(row.fault, row.verdict) for row in at_the_end if "cut" not in row.fault] == [
        ("refuse 451", "said sent but was not"),
        ("refuse 554", "said sent but was not"),
        ("close", "said sent but was not"),
        ("lose_reply", "fine"),
        ("silence", "said sent but was not"),
        ("silence after it", "fine"),
        ("bye", "said sent but was not"),
    ]


def test_an_app_that_tells_what_it_cannot_know(fakemail: FakeMail) -> None:
    result = fakemail.sweep(lambda: tells(fakemail))
    result.assert_nothing_lost()
    result.assert_nothing_doubled()
    with pytest.raises(UnmetExpectation, match="said failed but was sent"):
        result.assert_honest()


def test_an_app_that_retries_blindly_doubles(fakemail: FakeMail) -> None:
    result = fakemail.sweep(lambda: retries(fakemail))
    result.assert_nothing_lost()
    with pytest.raises(UnmetExpectation, match=r"mail to ann@example\.test: 2 instead of 1"):
        result.assert_nothing_doubled()
    doubled = [row.fault for row in result.rows if row.verdict == "doubled"]
    assert "lose_reply" in doubled
    assert "close" not in doubled


def test_an_exception_is_a_report_unless_it_is_a_slip(fakemail: FakeMail) -> None:
    def action() -> int:
        try:
            send(fakemail)
        except OSError as error:
            return len(error.args[1])  # smtplib's errors have as many arguments as they like
        return 0

    verdicts = fakemail.sweep(action, only="close").verdicts
    assert verdicts["unhandled exception"] >= 5


def test_what_the_action_may_raise_can_be_said(fakemail: FakeMail) -> None:
    result = fakemail.sweep(lambda: send(fakemail), only="close", raises=ConnectionError)
    assert "unhandled exception" in result.verdicts
    row = next(row for row in result.rows if row.verdict == "unhandled exception")
    assert "SMTPServerDisconnected" in row.trace
    with pytest.raises(UnmetExpectation, match="SMTPServerDisconnected"):
        row.assert_fine()


def test_an_app_without_time_out_hangs_and_is_ended(fakemail: FakeMail) -> None:
    before = threading.active_count()

    def action() -> None:
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            client.sendmail("shop@example.test", "ann@example.test", MAIL)

    result = fakemail.sweep(action, only="silence", patience="50ms")
    assert result.verdicts == {"hung": len(result.rows)}
    assert all("test_senders.py" in row.said for row in result.rows)
    assert threading.active_count() <= before + 1  # the servers' own
    assert not any(thread.name == "fakemail sweep" for thread in threading.enumerate())
    send(fakemail)  # and nobody is in the way


def test_a_time_out_comes_at_once_however_long_it_is(fakemail: FakeMail) -> None:
    def action() -> None:
        with smtplib.SMTP(*fakemail.smtp.address, timeout=3600) as client:
            client.sendmail("shop@example.test", "ann@example.test", MAIL)

    result = fakemail.sweep(action, only="silence", patience=60)
    assert "hung" not in result.verdicts
    assert "TimeoutError" in result.rows[0].said or "timed out" in result.rows[0].said


def test_a_loop_that_never_ends_is_ended(fakemail: FakeMail) -> None:
    def action() -> None:
        if not tells(fakemail):
            while True:  # it says something all the time, so it is not quiet
                smtplib.SMTP(*fakemail.smtp.address).close()

    result = fakemail.sweep(action, only="close")
    assert result.verdicts == {"hung": len(result.rows) - 1, "fine": 1}  # QUIT


def test_lmtp_and_tls_have_their_steps(fakemail: FakeMail) -> None:
    def action() -> dict[str, tuple[int, bytes]]:
        with smtplib.LMTP(*fakemail.lmtp.address) as client:
            client.starttls(context=fakemail.tls.client_context())
            return client.sendmail("shop@example.test", "ann@x.test", MAIL)

    result = fakemail.sweep(action, skip="silence")
    alert = next(row for row in result.rows if row.fault == "handshake-failure")
    assert alert.said.startswith("failed: SSL")
    result.assert_nothing_lost()
    refused = next(row for row in result.rows if row.fault == "refuse 450")
    assert refused.line.startswith('fakemail.lmtp.when("RCPT", nth=1).reply(450, ')


def test_afterwards_it_is_as_after_one_run(fakemail: FakeMail) -> None:
    rule = fakemail.smtp.when("NOOP", nth=1).reply(450, "Busy")

    def action() -> int:
        with smtplib.SMTP(*fakemail.smtp.address, timeout=9) as client:
            code = int(client.noop()[0])
            client.sendmail("shop@example.test", "ann@example.test", MAIL)
            return code

    port = fakemail.smtp.port
    result = fakemail.sweep(action, only=["close", "lose_reply"])
    assert result.value == 450
    fakemail.outbox.one()
    assert rule.fired == 1
    assert fakemail.smtp.port == port
    assert not any(row.step == "NOOP" for row in result.rows)  # the test's own rule is there


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"only": "refuze"}, "did you mean 'refuse'"),
    ({"skip": ["closed"]}, "did you mean 'close'"),
    ({"onyl": "refuse"}, "did you mean 'only'"),
    ({"only": "tls", "skip": "tls"}, "no kind of fault is left"),
    ({"sample": 0}, "at least 1"),
    ({"sample": True}, "whole number"),
    ({"seed": []}, r"seed=\[\]: wanted a whole number"),
    ({"seed": True}, "seed=True: wanted a whole number"),
    ({"only": 3}, "only=3: wanted kinds of fault"),
    ({"skip": None}, "skip=None: wanted kinds of fault"),
    ({"skip": [["tls"]]}, "wanted kinds of fault"),
    ({"only": []}, "no kind of fault is left"),
    ({"only": "tls"}, "room for none of tls: it has for refuse, close, lose_reply, cut"),
    ({"only": "close tls"}, "room for none of tls: it has for refuse, close"),
    ({"only": "tls", "sample": 3}, "room for none of tls"),
    ({"skip": "refuse close lose_reply cut silence bye"}, "room for none of tls"),
    ({"patience": 0}, "more than zero"),
    ({"patience": "soon"}, "patience='soon': no duration"),
    ({"raises": "OSError"}, r"raises='OSError': wanted exceptions, one or a tuple"),
    ({"processed": 3}, "processed=3: wanted a function"),
    ({"before_each": []}, r"before_each=\[\]: wanted a function"),
]


@pytest.mark.parametrize(("options", "text"), REFUSED)
def test_options_that_cannot_be_are_refused(
    fakemail: FakeMail, options: dict[str, object], text: str
) -> None:
    sweep: Callable[..., object] = fakemail.sweep
    with pytest.raises(BadArgument, match=text):
        sweep(lambda: send(fakemail), **options)


def test_a_conversation_of_the_tests_own_faults_alone_has_room_for_none(
    fakemail: FakeMail,
) -> None:
    def connects() -> None:
        with socket.create_connection(fakemail.smtp.address, timeout=30) as sock:
            sock.recv(100)

    fakemail.smtp.when("connect").reply(554, "No")
    with pytest.raises(BadArgument, match="room for no fault: no step of it can be swept"):
        fakemail.sweep(connects)


def test_actions_that_cannot_be_compared_are_refused(fakemail: FakeMail) -> None:
    with pytest.raises(BadArgument, match="no conversation"):
        fakemail.sweep(lambda: None)
    with pytest.raises(BadArgument, match="wanted a function"):
        fakemail.sweep(None)  # type: ignore[arg-type]

    def resets() -> None:
        send(fakemail)
        fakemail.reset()

    with pytest.raises(BadArgument, match="has reset the FakeMail"):
        fakemail.sweep(resets)

    def another_each_time() -> object:
        send(fakemail)
        return object()

    with pytest.raises(BadArgument, match="let it be equal each time"):
        fakemail.sweep(another_each_time)
    sent: list[str] = []

    def remembers() -> None:
        sent.append(f"ann{len(sent)}@example.test")
        send(fakemail, sent[-1])

    with pytest.raises(BadArgument, match="did not do the same twice"):
        fakemail.sweep(remembers)
    fakemail.smtp.when("connect").reply(554, "No")
    with pytest.raises(smtplib.SMTPConnectError):
        fakemail.sweep(lambda: send(fakemail))


def test_kinds_can_be_said_in_one_text(fakemail: FakeMail) -> None:
    result = fakemail.sweep(lambda: tells(fakemail), only="close cut", skip=["cut"])
    assert {row.kind for row in result.rows} == {"close"}


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (RuntimeError("not sent"), "fine"),
        (ExceptionGroup("some", [OSError("not sent")]), "fine"),
        (SystemExit(1), "fine"),
        (RecursionError("too deep"), "unhandled exception"),
        (ExceptionGroup("some", [OSError("no"), KeyError("x")]), "unhandled exception"),
    ],
)
def test_which_exceptions_are_reports(
    fakemail: FakeMail, error: BaseException, verdict: str
) -> None:
    def action() -> None:
        if not tells(fakemail):
            raise error

    rows = fakemail.sweep(action, only="close").rows
    assert {row.verdict for row in rows[:-1]} == {verdict}
    assert rows[-1].said == "done"  # QUIT


def test_a_sample_is_the_same_for_one_seed(fakemail: FakeMail) -> None:
    def lines(seed: int) -> list[str]:
        result = fakemail.sweep(lambda: tells(fakemail), sample=4, seed=seed)
        return [row.line for row in result.rows]

    assert lines(1) == lines(1) != lines(2)
    assert len(lines(3)) == 4


def test_a_fault_that_never_strikes_is_no_proof(fakemail: FakeMail) -> None:
    runs = 0

    def action() -> None:
        nonlocal runs
        runs += 1
        if runs <= 2:
            send(fakemail)
        else:
            fakemail.smtp.client().quit()

    result = fakemail.sweep(action, only="lose_reply")
    assert {verdict for row in result.rows for verdict, _ in row.findings} >= {"not met"}
    with pytest.raises(UnmetExpectation, match="the action did not come to this step"):
        result.assert_nothing_doubled()


def test_policies_and_the_clock_begin_anew_in_each_row(fakemail: FakeMail) -> None:
    fakemail.clock.freeze()
    fakemail.smtp.enforce(policies.greylisting(delay="5m"))

    def action() -> int:
        """Return how many attempts it took; wait five minutes between two."""
        for attempt in range(1, 6):
            if tells(fakemail):
                return attempt
            fakemail.clock.advance("5m")
        return 0

    result = fakemail.sweep(action, only="refuse")
    assert result.value == 2
    assert {row.said for row in result.rows} >= {"failed: returned 3", "done"}
    result.assert_nothing_lost()
