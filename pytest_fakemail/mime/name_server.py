"""Who can say whether a mail is authentic, as a mail knows him."""

from typing import Any, Protocol

Envelope = tuple[str, str, str]
"""What SPF goes by: the client's address, the sender of MAIL, the name of EHLO."""


class Judge(Protocol):
    """Who can say whether a `mail.Mail` is authentic: ``fakemail.dns.judge``."""

    def assert_dkim_valid(self, mail: Any, *, domain: str | None, selector: str | None) -> None:  # noqa: ANN401  (a Mail, which names this)
        """Fail unless each signature that is meant is valid."""

    def assert_spf_pass(self, envelope: Envelope) -> None:
        """Fail unless the client may send for the sender."""

    def assert_dmarc_aligned(self, mail: Any, envelope: Envelope | None) -> None:  # noqa: ANN401  (likewise)
        """Fail unless SPF or DKIM passes for the author."""


class NameServer(Protocol):
    """What has a zone: ``fakemail.dns``."""

    @property
    def judge(self) -> Judge:
        """The judge of mail by that zone."""
