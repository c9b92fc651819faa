"""Waiting for what clients do, in a thread and in a loop."""

import asyncio

import pytest
from companions import beside

from pytest_fakemail import BadArgument, FakeMail, UnmetExpectation


def test_so_many_commands(fakemail: FakeMail) -> None:
    def give_up() -> None:
        with fakemail.smtp.client() as client:
            client.ehlo()
            for _ in range(3):
                client.mail("a@x.test")
                client.rcpt("ann@example.test")
                client.rset()

    with beside(give_up):
        found = fakemail.smtp.wait_for_command("rcpt", count=3, timeout=60)  # type: ignore[arg-type]
        assert [each.verb for each in found] == ["RCPT"] * 3
    with pytest.raises(UnmetExpectation) as failure:
        fakemail.smtp.wait_for_command("DATA", count=2, timeout=0)
    assert str(failure.value).startswith(
        "DATA never came, wanted 2 times within 0 s; what came: EHLO"
    )
    with pytest.raises(UnmetExpectation):
        fakemail.pop3.wait_for_command("connect", timeout=0)
    with pytest.raises(BadArgument, match="no point 'RCTP' in smtp; did you mean 'RCPT'"):
        fakemail.smtp.wait_for_command("RCTP")  # type: ignore[arg-type]
    with pytest.raises(BadArgument, match="count=0"):
        fakemail.smtp.wait_for_command("RCPT", count=0)


def test_idle_from_its_continuation_to_done(fakemail: FakeMail) -> None:
    client = fakemail.imap.client()
    client.select()
    with pytest.raises(UnmetExpectation, match="no client idled, wanted once within 0 s; "):
        fakemail.imap.wait_for_idle(timeout=0)
    client.send(b"x IDLE\r\n")
    (idling,) = fakemail.imap.wait_for_idle(timeout=60)
    assert idling.user == "user@example.test"
    fakemail.account().inbox.deliver(subject="pushed")
    assert client.readline() == b"+ idling\r\n"
    assert client.readline() == b"* 1 EXISTS\r\n"
    assert len(fakemail.imap.wait_for_idle(timeout=60)) == 1
    client.send(b"DONE\r\n")
    while not (line := client.readline()).startswith(b"x OK"):
        assert line, "the connection has ended"
    with pytest.raises(UnmetExpectation):
        fakemail.imap.wait_for_idle(timeout=0)


def test_in_a_loop(fakemail: FakeMail) -> None:
    client = fakemail.imap.client()
    client.select()

    async def main() -> None:
        waiting = asyncio.create_task(fakemail.imap.wait_for_idle_async(timeout=60))
        commands = asyncio.create_task(fakemail.imap.wait_for_command_async("IDLE", timeout=60))
        await asyncio.to_thread(client.send, b"x IDLE\r\n")
        assert len(await waiting) == len(await commands) == 1
        with pytest.raises(UnmetExpectation):
            await fakemail.imap.wait_for_idle_async(count=2, timeout=0)
        with pytest.raises(UnmetExpectation):
            await fakemail.imap.wait_for_command_async("FETCH", timeout=0)

    asyncio.run(main())
