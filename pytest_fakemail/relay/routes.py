"""Routes: where mail for a domain goes next."""

import ipaddress
from collections.abc import Callable, Iterable
from typing import Protocol

from pytest_fakemail import arguments
from pytest_fakemail.dataclass import dataclass, field
from pytest_fakemail.domains import address_key, in_ascii
from pytest_fakemail.errors import BadArgument, did_you_mean
from pytest_fakemail.notices.dialects import Name
from pytest_fakemail.spelling import unknown


class HasAddress(Protocol):
    """A server of a test."""

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""


class HasSmtp(Protocol):
    """A FakeMail."""

    @property
    def smtp(self) -> HasAddress:
        """Its SMTP server."""


Target = HasSmtp | HasAddress | tuple[str, int] | str
"""A FakeMail, a server, host and port, or a word: ``"unreachable"``, ``"refuse"``, ``"mx"``."""


@dataclass(frozen=True, slots=True)
class Hop:
    """A server that may take the message: its name in reports, and where it listens."""

    name: str
    address: Callable[[], tuple[str, int]]
    login: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NoServers:
    """Why there is no server for a domain, as a reply says it."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class ToServers:
    """To the first of these servers that can be spoken to."""

    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class ByMx:
    """To the servers that DNS names for the domain."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Nobody answers there: it is tried again until it is given up."""


@dataclass(frozen=True, slots=True)
class Refusing:
    """A server refuses every recipient with this reply, so many seconds later.

    `dialect` is how that is returned.
    """

    code: int
    text: str
    dialect: Name = "postfix"
    after: float = 0.0


Route = ToServers | ByMx | Unreachable | Refusing

_WORDS = ("unreachable", "refuse", "mx")


class Routes:
    """Routes by domain, the more exact before the less: ``a.b.test``, ``*.b.test``, ``*``.

    `addresses` are those of single mailboxes, which go before all.
    """

    def __init__(self) -> None:
        self._by_domain: dict[str, Route] = {}
        self._by_address: dict[str, Route] = {}
        self._local: frozenset[str] = frozenset()

    @property
    def local_domains(self) -> frozenset[str]:
        """The domains whose mail stays here; empty: all that have no route."""
        return self._local

    @local_domains.setter
    def local_domains(self, domains: Iterable[str]) -> None:
        if isinstance(domains, str) or not isinstance(domains, Iterable):
            raise BadArgument(f"local_domains={domains!r}: wanted a list of domains")
        self._local = frozenset(pattern(domain) for domain in domains)

    def __bool__(self) -> bool:
        """Whether anything goes anywhere."""
        return bool(self._by_domain or self._by_address or self._local)

    def add(self, domain: str, route: Route) -> None:
        """Send a domain's mail this way; another route replaces the one before.

        Raises:
            BadArgument: no domain.
        """
        self._by_domain[pattern(domain)] = route

    def add_address(self, address: str, route: Route) -> None:
        """Send mail for one address this way, or with ``*@`` for all of a domain.

        Raises:
            BadArgument: no address.
        """
        local, _, domain = address.rpartition("@") if isinstance(address, str) else ("", "", "")
        has_star = "*" in address.removeprefix("*@") if local else False
        if not local or has_star or local.split() != [local] or arguments.is_no_domain(domain):
            raise BadArgument(f"no address: {address!r}; wanted e.g. 'dead@x.test', '*@x.test'")
        self._by_address[address_key(address)] = route

    def remove(self, domain: str) -> None:
        """Take a route back.

        Raises:
            BadArgument: there is none of this domain.
        """
        try:
            del self._by_domain[pattern(domain)]
        except KeyError:
            raise BadArgument(unknown(f"route for {domain!r}", domain, self._by_domain)) from None

    def of_address(self, address: str) -> Route | None:
        """Return the route of a single mailbox, which it has whoever lives there."""
        key = address_key(address)
        domain = key.rpartition("@")[2]
        return self._by_address.get(key) or self._by_address.get(f"*@{domain}")

    def of_domain(self, domain: str) -> Route | None:
        """Return where a domain's mail goes, None if it stays here."""
        name = in_ascii(domain)
        if name in self._by_domain:
            return self._by_domain[name]
        if self.is_local(name):
            return None
        parent = name
        while parent:
            parent = parent.partition(".")[2]
            if f"*.{parent}" in self._by_domain:
                return self._by_domain[f"*.{parent}"]
        return self._by_domain.get("*")

    def is_local(self, domain: str) -> bool:
        """Whether a domain is said to be ours."""
        name = in_ascii(domain)
        if name in self._local:
            return True
        parents = name.split(".")
        return any(
            f"*.{'.'.join(parents[start:])}" in self._local for start in range(1, len(parents))
        )

    def is_foreign(self, domain: str) -> bool:
        """Whether a domain is neither ours nor has a route, once ours are named."""
        return bool(self._local) and not self.is_local(domain) and self.of_domain(domain) is None


def pattern(domain: str) -> str:
    """Return a domain or pattern in the form in which it is kept.

    Raises:
        BadArgument: it is none.
    """
    name = in_ascii(domain.rstrip(".")) if isinstance(domain, str) else ""
    below = name.removeprefix("*" if name.startswith("*.") else "")
    is_literal = name.startswith("[") and name.endswith("]")
    is_bad = "*" in below or arguments.is_no_domain(below.removeprefix("."))
    if name != "*" and not is_literal and is_bad:
        raise BadArgument(f"no domain: {domain!r}; wanted 'elsewhere.test', '*.test' or '*'")
    return f"*{below}" if below.startswith(".") else name


def route(
    target: Target | Iterable[Target],
    refusal: tuple[int, str] | None,
    *,
    login: tuple[str, str] | None,
    allow_network: bool,
) -> Route:
    """Return the route that a test describes.

    Raises:
        BadArgument: nothing that mail can go to; an address beyond loopback without leave.
    """
    _require_login(login, target)
    if isinstance(target, str) and target in _WORDS:
        return _worded(target, refusal)
    if refusal is not None:
        raise BadArgument(f"a code and a text go with 'refuse', not with {target!r}")
    if isinstance(target, list | set | frozenset):
        hops = tuple(_hop(one, login, allow_network=allow_network) for one in target)
        if not hops:
            raise BadArgument("no servers to route to: an empty list")
        return ToServers(hops)
    return ToServers((_hop(target, login, allow_network=allow_network),))


def _worded(word: str, refusal: tuple[int, str] | None) -> Route:
    if word == "refuse":
        code, text = refusal or (550, "5.1.1 No such mailbox here")
        _require_refusal(code)
        return Refusing(code, arguments.text("text", text, "the text of a reply, in one line"))
    if refusal is not None:
        raise BadArgument(f"a code and a text go with 'refuse', not with {word!r}")
    return ByMx() if word == "mx" else Unreachable()


def _hop(target: object, login: tuple[str, str] | None, *, allow_network: bool) -> Hop:
    if isinstance(target, str):
        host, colon, port = target.rpartition(":")
        if not (host and colon and port.isascii() and port.isdigit()):
            raise BadArgument(
                f"no target: {target!r}; {did_you_mean(target, _WORDS)}wanted a server, "
                f"(host, port), 'host:port', or one of {', '.join(map(repr, _WORDS))}"
            )
        target = (host.strip("[]"), int(port))
    if isinstance(target, tuple):
        match target:
            case (str() as name, int() as number):
                _require_loopback(name, allow_network=allow_network)
                arguments.port(f"port of {name!r}", number)
                return Hop(name, lambda: (name, number), login)
            case _:
                raise BadArgument(f"no target: {target!r}; wanted (host, port)")
    server = getattr(target, "smtp", target)
    protocol = getattr(server, "protocol", "smtp")
    if protocol != "smtp":
        raise BadArgument(f"no target: {target!r} speaks {protocol}; wanted a server of SMTP")
    if not hasattr(server, "address"):
        raise BadArgument(f"no target: {target!r}; wanted a FakeMail, a server, or (host, port)")
    name = getattr(getattr(target, "settings", None), "hostname", None) or "the next server"
    return Hop(name, lambda: server.address, login)


def refusal_reply(reply: object) -> tuple[int, str]:
    """Return code and text of a reply that refuses.

    Raises:
        BadArgument: it does not, or it is none.
    """
    said = arguments.text("reply", reply, "a reply in one line, as '550 5.1.1 No such user'")
    code, _, text = said.partition(" ")
    if not (code.isascii() and code.isdigit()):
        return 0, said
    _require_refusal(int(code))
    return int(code), text


def _require_refusal(code: object) -> None:
    """RFC 5321 §4.2.1: 4yz and 5yz refuse."""
    if isinstance(code, bool) or not isinstance(code, int) or not 400 <= code <= 599:  # noqa: PLR2004
        raise BadArgument(f"no reply code of a refusal: {code!r}; wanted 400 to 599")


def _require_login(login: object, target: object) -> None:
    match login:
        case None:
            return
        case (str() as user, str()) if user:
            if not isinstance(target, str) or target not in _WORDS:
                return
            raise BadArgument(f"login=({user!r}, …) goes with a server, not with {target!r}")
        case _:
            raise BadArgument(f"login of type {type(login).__name__}: wanted (user, password)")


def _require_loopback(host: str, *, allow_network: bool) -> None:
    """Nothing leaves the machine by mistake."""
    if allow_network or host == "localhost":
        return
    try:
        is_loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise BadArgument(
            f"{host!r} is beyond this machine; the setting allow_network gives leave for that"
        )
