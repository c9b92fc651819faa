"""SPF: whether a client may send for a domain (RFC 7208), as pyspf evaluates it.

Only the questions are ours: they go to the name server of the test.
"""

import ipaddress
import warnings
from typing import Any, Literal, cast

from pytest_fakemail.auth import require_extra
from pytest_fakemail.auth.asking import NameServer, NoAnswer, ask, is_possible
from pytest_fakemail.auth.results import Result, Word
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument

require_extra()
with warnings.catch_warnings():  # pyspf 2.0.14 has escapes that Python warns of, once compiled
    warnings.simplefilter("ignore")
    import spf

_MOST_NAMES = 10  # RFC 7208 §4.6.4, of PTR
_MOST_VOID = 2  # RFC 7208 §4.6.4
_WORDS: frozenset[Word] = frozenset(
    ("none", "pass", "fail", "softfail", "neutral", "temperror", "permerror")
)


@dataclass(frozen=True, slots=True)
class Checked:
    """SPF's result with how it came about.

    Attributes:
        result: its word; ``domain`` is whose policy was asked.
        identity: what was checked: the address of MAIL, or the name of EHLO for a null sender.
        client: the address of the client.
        policies: the records that were read, by domain, in order.
        mechanism: which term of the first record decided; None: none did.
        explanation: what the domain wants a refused client to be told (``exp=``).
    """

    result: Result
    identity: Literal["mailfrom", "helo"]
    client: str
    policies: tuple[tuple[str, str], ...]
    mechanism: str | None
    explanation: str

    @property
    def is_from_loopback(self) -> bool:
        """Whether the client has an address of this machine, as it has in tests."""
        return ipaddress.ip_address(self.client.partition("%")[0]).is_loopback


def check(client: str, sender: str, helo: str, server: NameServer, receiver: str) -> Checked:
    """Check a client by the address of MAIL, or by its EHLO if that is null (RFC 7208 §2.4).

    Raises:
        BadArgument: `client` is no address.
    """
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        raise BadArgument(f"no address of a client: {client!r}; wanted IPv4 or IPv6") from None
    mapped = getattr(address, "ipv4_mapped", None)
    query = _Query(str(mapped or address), sender, helo, server, receiver)
    identity: Literal["mailfrom", "helo"] = "helo" if query.ident == "helo" else "mailfrom"
    domain = str(query.o or "").lower()
    # RFC 8601 §4: without the local part, which SPF does not authenticate.
    properties = ((f"smtp.{identity}", domain or "unknown"),)
    word, reason = _verdict(query, domain, client)
    result = Result("spf", word, reason, properties, domain)
    mechanism = cast("str | None", query.mechanism)
    told = query.exps["fail"]
    explanation = str(told) if word == "fail" and told != query.defexps["fail"] else ""
    return Checked(result, identity, client, tuple(query.policies), mechanism, explanation)


def _verdict(query: "_Query", domain: str, client: str) -> tuple[Word, str]:
    if "." not in domain or not is_possible(domain):  # §4.3: not a fully qualified name
        query.mechanism = None
        return "none", f"{domain or 'the sender'!s} is no domain that could have a policy"
    code, _, text = query.check()
    word = cast("Word", code if code in _WORDS else "permerror")
    if word in ("temperror", "permerror"):
        return word, str(text).removeprefix("SPF Temporary Error: ").removeprefix(
            "SPF Permanent Error: "
        )
    if word == "none":
        return word, f"{domain} publishes no SPF policy"
    by = f": {query.mechanism}" if query.mechanism else ", no mechanism matches"
    verb = {"pass": "may", "fail": "must not", "softfail": "should not"}.get(word, "may or may not")
    return word, f"{client} {verb} send for {domain}{by}"


class _Query(spf.query):  # type: ignore[misc]  # pyspf has no types
    """pyspf's evaluation, which asks the test's name server, one that follows aliases itself."""

    def __init__(
        self, client: str, sender: str, helo: str, server: NameServer, receiver: str
    ) -> None:
        super().__init__(client, sender, helo, receiver=receiver)
        if "@" in sender:  # a quoted local part may hold an @ too
            local, _, domain = sender.rpartition("@")
            self.l, self.o, self.d = local or "postmaster", domain, domain
        self.policies: list[tuple[str, str]] = []
        self._server = server

    def dns_spf(self, domain: str) -> str | None:
        """Read a policy, and keep it for the explanation."""
        record = cast("str | None", super().dns_spf(domain))
        if record is not None:
            self.policies.append((domain, record))
        return record

    def validated_ptrs(self) -> list[str]:
        """Return the names of the client that point back; what cannot be asked is none (§5.5)."""
        try:
            names = self.dns_ptr(self.i)[:_MOST_NAMES]
        except spf.TempError:
            return []
        return [name for name in names if self._points_back(name)]

    def _points_back(self, name: str) -> bool:
        try:
            return bool(self.cidrmatch(self.dns_a(name, self.A), self.cidrmax))
        except spf.TempError:
            return False

    def dns(
        self,
        name: object,
        qtype: str,
        cnames: object = None,  # noqa: ARG002  (aliases were followed)
        ignore_void: bool = False,  # noqa: FBT001, FBT002  (as pyspf calls it)
    ) -> list[Any]:
        """Return the values of the records, as pyspf's own DNS does."""
        asked = str(name).rstrip(".").lower()
        if not is_possible(asked):
            return []
        key = (asked, qtype)
        if key not in self.cache:
            try:
                found = ask(self._server, asked, qtype)
            except NoAnswer as error:
                raise spf.TempError(str(error)) from None
            self.cache[key] = [_value(one, qtype) for one in found.records]
            if not self.cache[key] and not ignore_void:
                self.void_lookups += 1
        if self.void_lookups > _MOST_VOID:
            raise spf.PermError(f"more than {_MOST_VOID} look-ups found nothing (RFC 7208 §4.6.4)")
        return cast("list[Any]", self.cache[key])


def _value(record: Any, kind: str) -> object:  # noqa: ANN401  (dnspython's, of each type)
    if kind in ("A", "AAAA"):
        return record.address
    if kind == "MX":
        return record.preference, record.exchange.to_text(omit_final_dot=True)
    if kind == "PTR":
        return record.target.to_text(omit_final_dot=True)
    return record.strings
