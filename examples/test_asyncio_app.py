"""An asyncio app on aiosmtplib; the test waits on the app's own event loop."""

import asyncio
from email.message import EmailMessage

import pytest

from pytest_fakemail import FakeMail

aiosmtplib = pytest.importorskip("aiosmtplib", reason="aiosmtplib is not installed")


async def notify(host: str, port: int, *people: str) -> int:
    """Tell everybody at once; return how many were told at the first attempt."""

    async def tell(person: str) -> bool:
        mail = EmailMessage()
        mail["From"] = "alarm@example.test"
        mail["To"] = person
        mail["Subject"] = "The cake is ready"
        mail.set_content("Come quickly.")
        try:
            await aiosmtplib.send(mail, hostname=host, port=port, start_tls=False)
        except aiosmtplib.SMTPException:
            return False
        return True

    return sum(await asyncio.gather(*(tell(person) for person in people)))


def test_everybody_is_told(fakemail: FakeMail) -> None:
    async def scenario() -> None:
        sending = asyncio.create_task(
            notify(*fakemail.smtp.address, "ann@example.test", "bob@example.test")
        )
        mail = await fakemail.outbox.wait_for_async(to="bob@example.test")
        assert mail.subject == "The cake is ready"
        assert await sending == 2

    asyncio.run(scenario())
    assert len(fakemail.outbox) == 2


def test_a_server_that_says_no_to_one_does_not_stop_the_others(fakemail: FakeMail) -> None:
    fakemail.smtp.when("RCPT", to="ann@example.test").reply(552, "5.2.2 Mailbox full")

    told = asyncio.run(notify(*fakemail.smtp.address, "ann@example.test", "bob@example.test"))

    assert told == 1
    fakemail.outbox.one(to="bob@example.test")
