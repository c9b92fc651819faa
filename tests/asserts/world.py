"""A store with what tests hold of it, without servers: mail is sent by a call."""

from pytest_fakemail.asserts.account import AccountHandle
from pytest_fakemail.asserts.outbox import Outbox
from pytest_fakemail.clock import Clock
from pytest_fakemail.mime.compose import Parts, compose
from pytest_fakemail.settings import Settings
from pytest_fakemail.store.delivery import Delivery, Recipient
from pytest_fakemail.store.store import Store


class World:
    """One store, its outbox and its default account."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.store = Store(Settings(), self.clock)
        self.outbox = Outbox(self.store)
        account = self.store.account("user@example.test")
        assert account is not None
        self.account = AccountHandle(account, self.store)
        self._sent = 0

    def send(
        self, to: str = "ann@x.test", /, raw: bytes | None = None, **parts: object
    ) -> Delivery:
        """Deliver a mail as if SMTP had accepted it; `to` is the envelope's."""
        self._sent += 1
        if raw is None:
            parts = {"from_": "shop@x.test", "to": to, "subject": "Welcome", **parts}
            message_id = f"<{self._sent}@x.test>"
            raw = compose(Parts(**parts), date=self.clock.now(), message_id=message_id)  # type: ignore[arg-type]  # whatever the test gives
        delivery = Delivery(
            raw,
            sender="shop@x.test",
            recipients=[Recipient(each) for each in to.split(", ")],
            received_at=self.clock.now(),
        )
        self.store.deliver(delivery)
        return delivery
