"""How a provider's module writes its failures down, and gives them out.

Evidence is a letter with a source: T a transcript, V the vendor's documentation, S the
server's source code, C a client's source code that works around it, K memory: unverified.
"""

from typing import NoReturn, TypedDict, Unpack

from pytest_fakemail.errors import BadArgument, UnknownAttribute
from pytest_fakemail.faults.failures import Failure, Retry
from pytest_fakemail.spelling import unknown

LOGIN = "LOGIN AUTHENTICATE"
"""Where IMAP logs in."""
PASS = "PASS AUTH APOP"  # noqa: S105  (points, not a password)
"""Where POP3 logs in."""
DOT = "end-of-data"
"""Behind a message's closing dot."""


class _Kept(TypedDict, total=False):
    """What some failures have besides, as `Failure` names it."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    closes: bool
    endless: bool
    delay: float
    challenge: str
    abridged: bool


class More(_Kept, total=False):
    """What some rows have besides; `ref` is the short name in the sources."""

    ref: str


_PROTOCOLS = ("smtp", "pop3", "imap")
_RETRIES = ("transient", "permanent", "policy")


class Catalogue:
    """One provider's failures, in order."""

    def __init__(self, provider: str, *, ending: str = "") -> None:
        self.provider = provider
        self._ending = ending
        self._failures: list[Failure] = []

    def failures(
        self, *, protocol: str | None = None, retry: Retry | None = None
    ) -> tuple[Failure, ...]:
        """Return the failures, for `pytest.mark.parametrize`; their names are the tests' ids.

        Args:
            protocol: only those of ``"smtp"``, ``"pop3"`` or ``"imap"``.
            retry: only those that another try helps soon (``"transient"``), never
                (``"permanent"``) or once somebody has changed something (``"policy"``).

        Raises:
            BadArgument: another protocol or retry.
        """
        if protocol is not None and protocol not in _PROTOCOLS:
            raise BadArgument(unknown(f"protocol {protocol!r}", protocol, _PROTOCOLS))
        if retry is not None and retry not in _RETRIES:
            raise BadArgument(unknown(f"retry {retry!r}", retry, _RETRIES))
        return tuple(
            one
            for one in self._failures
            if protocol in (None, one.protocol) and retry in (None, one.retry)
        )

    def missing(self, name: str) -> NoReturn:
        """Refuse a name that the provider's module does not have: its ``__getattr__``.

        Raises:
            UnknownAttribute: always; the text tells the nearest.
        """
        if name.startswith("_"):  # Python's own questions
            raise AttributeError(name)
        known = [one.name.partition(".")[2] for one in self._failures]
        raise UnknownAttribute(unknown(f"failure {name!r} of {self.provider}", name, known))

    def smtp(  # noqa: PLR0917  (a row of a table, with its columns in order)
        self,
        name: str,
        at: str,
        retry: Retry,
        evidence: str,
        code: int,
        status: str,
        text: str,
        **more: Unpack[More],
    ) -> Failure:
        """Add a reply; `status` begins each line of the text."""
        before = f"{status} " if status else ""
        lines = "\n".join(before + line for line in (text + self._ending).split("\n"))
        return self._added(name, "smtp", at, retry, evidence, "reply", lines, code=code, **more)

    def imap(  # noqa: PLR0917  (a row of a table, with its columns in order)
        self,
        name: str,
        at: str,
        retry: Retry,
        evidence: str,
        answer: str,
        text: str,
        **more: Unpack[More],
    ) -> Failure:
        """Add an answer: ``"no"``, ``"bad"``, ``"ok"``, ``"bye"`` or ``"send"``, a bare line."""
        return self._added(name, "imap", at, retry, evidence, answer, text, **more)

    def pop3(
        self, name: str, at: str, retry: Retry, evidence: str, text: str, **more: Unpack[More]
    ) -> Failure:
        """Add an ``-ERR``."""
        return self._added(name, "pop3", at, retry, evidence, "err", text, **more)

    def _added(  # noqa: PLR0917  (likewise)
        self,
        name: str,
        protocol: str,
        at: str,
        retry: Retry,
        evidence: str,
        answer: str,
        text: str,
        *,
        code: int | None = None,
        ref: str = "",
        **more: Unpack[_Kept],
    ) -> Failure:
        tag, _, source = evidence.partition(" ")
        failure = Failure(
            name=f"{self.provider}.{name}",
            protocol=protocol,
            answer=answer,
            code=code,
            text=text,
            points=tuple(at.split()),
            retry=retry,
            evidence=tag,
            source=source,
            reference=ref,
            **more,
        )
        self._failures.append(failure)
        return failure
