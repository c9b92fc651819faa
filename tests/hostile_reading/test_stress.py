"""Several clients and the test itself on one mailbox: all of them know it at the end."""

import poplib
from collections.abc import Callable
from contextlib import suppress
from random import Random

import pytest
from hostile_reading.remote import Gone, RemoteReader

from pytest_fakemail import FakeMail

STEPS = 400


class Stress:
    """Random steps of random clients; the same steps for the same seed."""

    def __init__(self, fakemail: FakeMail, seed: int) -> None:
        self.chance = Random(seed)  # noqa: S311  (repeatable, not secret)
        self.fakemail = fakemail
        self.account = fakemail.account()
        host, port = fakemail.imap.host, fakemail.imap.port
        self.clients = [RemoteReader(host, port, has_qresync=place < 2) for place in range(4)]
        for client in self.clients:
            client.select()

    def step(self) -> None:
        """Let somebody do something."""
        if self.chance.random() < 0.2:
            self.chance.choice(self._scenarios())()
            return
        client = self.chance.choice(self.clients)
        try:
            if self.chance.random() < 0.15:
                client.idle()
            else:
                client.done()
                self._act(client)
        except Gone:
            client.hang_up()
            client.connect()
            client.select()

    def _act(self, client: RemoteReader) -> None:
        count = len(client.messages)
        chosen = self.chance.randrange(10)
        if chosen == 0 or not count:
            client.say("APPEND INBOX (new)", b"Subject: %d\r\n\r\n" % self.chance.getrandbits(40))
        elif chosen == 1:
            client.come_back()
        elif chosen == 2:
            number = self.chance.randint(1, count)
            client.store_silently(range(number, min(number + 2, count) + 1), "\\Flagged")
        elif chosen == 3:
            client.say("CLOSE")
            client.select()
        else:
            client.say(self.chance.choice(self._commands(client, count)))

    def _commands(self, client: RemoteReader, count: int) -> list[str]:
        first = self.chance.randint(1, count)
        numbers = f"{first}:{self.chance.randint(first, count)}"
        vanished = " VANISHED" if client.has_qresync else ""
        return [
            f"FETCH {numbers} (UID FLAGS BODY[])",
            f"UID FETCH 1:* (FLAGS) (CHANGEDSINCE {max(client.modseq - 5, 1)}{vanished})",
            f"STORE {numbers} +FLAGS (\\Deleted)",
            f"STORE {numbers} FLAGS (\\Seen k{self.chance.randrange(5)})",
            f"UID STORE {self.chance.randrange(1, 200)}:* -FLAGS (\\Deleted)",
            f"SEARCH {numbers} UNSEEN",
            f"UID SEARCH {numbers}",
            "SORT (REVERSE DATE) UTF-8 ALL",
            "UID EXPUNGE 1:*",
            "EXPUNGE",
            f"COPY {numbers} {self.chance.choice(['INBOX', 'Trash'])}",
            f"MOVE {numbers} {self.chance.choice(['INBOX', 'Trash', 'Trash'])}",
            "NOOP",
        ]

    def _scenarios(self) -> list[Callable[[], object]]:
        inbox = self.account.inbox
        present = [message.uid for message in inbox.messages]
        uid = self.chance.choice(present) if present else 0
        on_one: list[Callable[[], object]] = [
            lambda: inbox.expunge(uid),
            lambda: inbox.set_flags(uid, "told", "\\Answered"),
        ]
        return [
            lambda: inbox.deliver(b"Subject: %d\r\n\r\n.\r\n" % self.chance.getrandbits(40)),
            lambda: inbox.deliver_many([b"Subject: one\r\n\r\n", b"Subject: two\r\n\r\n"]),
            *(on_one if uid else []),
            self._download,
            self._rename,
            lambda: inbox.change_uidvalidity() if self.chance.random() < 0.1 else None,
        ]

    def _download(self) -> None:
        pop3 = poplib.POP3(self.fakemail.pop3.host, self.fakemail.pop3.port, timeout=10)
        pop3.user("user@example.test")
        pop3.pass_("password")
        for number in range(1, min(pop3.stat()[0], 3) + 1):
            pop3.retr(number)
            pop3.dele(number)
        if self.chance.random() < 0.5:
            pop3.quit()
        else:
            pop3.close()

    def _rename(self) -> None:
        self.account.mailbox("Trash").rename("Bin")
        self.account.mailbox("Bin").rename("Trash")

    def compare(self) -> None:
        """Compare what each client believes with what a new one is told."""
        with RemoteReader(self.fakemail.imap.host, self.fakemail.imap.port) as fresh:
            fresh.select()
            for client in self.clients:
                with suppress(Gone):
                    client.say("NOOP")
                    client.say("NOOP")  # BYE comes behind the answer to the first
                    assert len(client.messages) == len(fresh.messages)
                    for known, true in zip(client.messages, fresh.messages, strict=True):
                        assert known.uid in (None, true.uid)
                        assert known.flags in (None, true.flags)
                client.hang_up()


@pytest.mark.parametrize("seed", range(3))
def test_clients_that_believe_know_the_mailbox(fakemail: FakeMail, seed: int) -> None:
    stress = Stress(fakemail, seed)
    for _ in range(STEPS):
        stress.step()
    stress.compare()
