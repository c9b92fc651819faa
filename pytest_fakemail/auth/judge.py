"""A judge of mail by one zone: what `Mail.assert_dkim_valid` and its like ask."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pytest_fakemail import arguments
from pytest_fakemail.auth import dkim
from pytest_fakemail.auth.asking import NameServer
from pytest_fakemail.auth.explain import dmarc_lines, signature_lines, spf_lines
from pytest_fakemail.auth.results import Result
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import UnmetExpectation
from pytest_fakemail.mime.mail import Mail

if TYPE_CHECKING:
    from pytest_fakemail.auth import dmarc, spf


class Envelope(NamedTuple):
    """What SPF needs to know: the client's address, the sender of MAIL, the name of EHLO."""

    client: str
    sender: str
    helo: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of all three."""

    spf: "spf.Checked | None"
    dkim: "list[dkim.Check]"
    dmarc: "dmarc.Checked"

    @property
    def results(self) -> list[Result]:
        """The results in the order of Authentication-Results."""
        found = [] if self.spf is None else [self.spf.result]
        return [*found, *(one.result for one in self.dkim or ()), self.dmarc.result]


class Judge:
    """Judges mail by what a name server of the test says, at the time of its clock."""

    def __init__(
        self, server: NameServer, now: Callable[[], float], names: Callable[[], list[str]]
    ) -> None:
        """Take the server, its clock, and what tells the names that have TXT records."""
        self._server = server
        self._now = now
        self._names = names

    def check_dkim(self, raw: bytes) -> list[dkim.Check]:
        """Check each signature of a message, from the top."""
        return dkim.checks(raw, self._server, self._now())

    def check_spf(self, envelope: Envelope, receiver: str = "unknown") -> "spf.Checked":
        """Check the client.

        Raises:
            BadArgument: no address of a client.
            ImportError: pyspf is not installed.
        """
        from pytest_fakemail.auth import spf

        return spf.check(envelope.client, envelope.sender, envelope.helo, self._server, receiver)

    def check_dmarc(
        self, mail: Mail, spf: "spf.Checked | None", signatures: Sequence[dkim.Check]
    ) -> "dmarc.Checked":
        """Check whether what has passed stands for the author.

        Raises:
            ImportError: publicsuffixlist is not installed.
        """
        from pytest_fakemail.auth import dmarc

        authors = [one.rpartition("@")[2] for one in mail.from_ if "@" in one]
        found = None if spf is None else spf.result
        return dmarc.check(authors, found, [one.result for one in signatures], self._server)

    def verdict(self, mail: Mail, envelope: Envelope | None, receiver: str = "unknown") -> Verdict:
        """Check all three; without an envelope, DKIM alone speaks for the author."""
        spf = None if envelope is None else self.check_spf(envelope, receiver)
        signatures = self.check_dkim(mail.raw)
        return Verdict(spf, signatures, self.check_dmarc(mail, spf, signatures))

    def assert_dkim_valid(
        self, mail: Mail, *, domain: str | None = None, selector: str | None = None
    ) -> None:
        """Fail unless a mail is signed and each of its signatures is valid (RFC 6376).

        Args:
            mail: which.
            domain: only the signatures of this domain matter.
            selector: only those with this selector.

        Raises:
            UnmetExpectation: saying which check failed, on which octets.
        """
        found = self.check_dkim(mail.raw)
        meant = [one for one in found if _is_meant(one, domain, selector)]
        wrong = [one for one in meant if not one.result.has_passed]
        if meant and not wrong:
            return
        names = self._names()
        title = f"the DKIM signature of {mail.subject!r} is not valid"
        if not found:
            fields = ", ".join(dict.fromkeys(mail.headers)) or "none"
            raise UnmetExpectation(f"{mail.subject!r} has no DKIM signature; its fields: {fields}")
        if not meant:
            wanted = _wanted(domain, selector)
            title = f"{mail.subject!r} has no DKIM signature {wanted}; there is"
        rows = [line for one in wrong or found for line in signature_lines(one, names)]
        raise UnmetExpectation("\n".join([f"{title}:", *(f"  {row}" for row in rows)]))

    def assert_spf_pass(self, envelope: tuple[str, str, str]) -> None:
        """Fail unless the client may send for the sender's domain (RFC 7208).

        Args:
            envelope: the client's address, the sender of MAIL, the name of EHLO.

        Raises:
            UnmetExpectation: saying what the policies are.
        """
        client, sender, helo = envelope
        arguments.texts(client=client, sender=sender, helo=helo)
        found = self.check_spf(Envelope(client, sender, helo))
        if not found.result.has_passed:
            lines = spf_lines(found, sender, helo)
            raise UnmetExpectation("\n".join(lines))

    def assert_dmarc_aligned(self, mail: Mail, envelope: tuple[str, str, str] | None) -> None:
        """Fail unless DMARC passes: SPF or DKIM does, for the author's domain (RFC 7489).

        Args:
            mail: which.
            envelope: as of `assert_spf_pass`; None: DKIM alone can speak for the author.

        Raises:
            UnmetExpectation: saying what has passed, and how it is aligned.
        """
        asked = None if envelope is None else Envelope(*envelope)
        arguments.texts(**({} if asked is None else asked._asdict()))
        found = self.verdict(mail, asked)
        if found.dmarc.result.has_passed:
            return
        lines = dmarc_lines(found.dmarc)
        if found.spf is not None and asked is not None and not found.spf.result.has_passed:
            lines += _indented(spf_lines(found.spf, asked.sender, asked.helo))
        if not found.dkim:
            lines.append("  the mail has no DKIM signature")
        for one in found.dkim:
            if not one.result.has_passed:
                lines += _indented(signature_lines(one, self._names()))
        raise UnmetExpectation("\n".join(lines))


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _is_meant(check: dkim.Check, domain: str | None, selector: str | None) -> bool:
    said = dict(check.result.properties)
    return (domain is None or said.get("header.d", "").lower() == domain.lower()) and (
        selector is None or said.get("header.s", "") == selector
    )


def _wanted(domain: str | None, selector: str | None) -> str:
    pieces = [f"d={domain}" if domain else "", f"s={selector}" if selector else ""]
    return "with " + " and ".join(filter(None, pieces))
