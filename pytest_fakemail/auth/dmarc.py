"""DMARC: whether what SPF and DKIM say is about the author's domain (RFC 7489)."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal

from pytest_fakemail.auth import require_extra
from pytest_fakemail.auth.asking import NameServer, NoAnswer, texts
from pytest_fakemail.auth.results import Result, Word
from pytest_fakemail.auth.tags import BadTags, tags
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.domains import in_ascii

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

Wish = Literal["none", "quarantine", "reject"]
_WISHES: dict[str, Wish] = {"none": "none", "quarantine": "quarantine", "reject": "reject"}


@dataclass(frozen=True, slots=True)
class Record:
    """A DMARC record (§6.3) and where it was found.

    Attributes:
        domain: whose it is: the author's domain, or its organizational domain.
        text: as it is published.
        policy: what is to be done with what fails, ``p=``.
        subdomain_policy: likewise below that domain, ``sp=``.
        is_dkim_strict: ``adkim=s``.
        is_spf_strict: ``aspf=s``.
        percent: of how much mail, ``pct=``.
    """

    domain: str
    text: str
    policy: Wish
    subdomain_policy: Wish
    is_dkim_strict: bool
    is_spf_strict: bool
    percent: int


@dataclass(frozen=True, slots=True)
class Checked:
    """DMARC's result with how it came about.

    Attributes:
        result: its word.
        author: the domain of From.
        record: its policy; None: it has none.
        wish: what the policy wants to be done with this mail; ``"none"`` of what passes.
        alignments: a line for each identifier that SPF and DKIM have authenticated.
    """

    result: Result
    author: str
    record: Record | None = None
    wish: Wish = "none"
    alignments: tuple[str, ...] = ()


class _BadRecord(Exception):
    """A record that is not to be followed."""


def organizational(domain: str) -> str:
    """Return the organizational domain (§3.2): one label more than the public suffix."""
    found = _suffixes().privatesuffix(domain.rstrip(".").lower())
    return domain.rstrip(".").lower() if found is None else str(found)


def is_aligned(domain: str, author: str, *, is_strict: bool) -> bool:
    """Whether an authenticated domain stands for the author's (§3.1.1, §3.1.2)."""
    domain, author = in_ascii(domain.rstrip(".")), in_ascii(author.rstrip("."))
    return domain == author or (not is_strict and organizational(domain) == organizational(author))


def check(
    authors: Sequence[str], spf: Result | None, dkim: Sequence[Result], server: NameServer
) -> Checked:
    """Check by each domain that From names; what is strictest of what fails counts (§6.6.1)."""
    domains = list(dict.fromkeys(in_ascii(one.rstrip(".")) for one in authors))
    if not domains:
        return Checked(
            _result("permerror", "From names no domain, wanted one (RFC 7489 §6.6.1)", ""), ""
        )
    return min((_checked(one, spf, dkim, server) for one in domains), key=_leniency)


_RANK = {"temperror": 1, "permerror": 2, "fail": 3, "none": 4, "pass": 5}
_STRICTEST = ("reject", "quarantine", "none")


def _leniency(one: Checked) -> tuple[int, int]:
    """What fails is the strictest, but under ``p=none``: there, what nobody can tell is."""
    rank = 0 if one.wish != "none" else _RANK[one.result.word]
    return rank, _STRICTEST.index(one.wish)


def _checked(
    author: str, spf: Result | None, dkim: Sequence[Result], server: NameServer
) -> Checked:
    try:
        record = _record(author, server)
    except NoAnswer as error:
        return Checked(_result("temperror", str(error), author), author)
    except _BadRecord as error:
        return Checked(_result("permerror", str(error), author), author)
    if record is None:
        words = f"{author} publishes no DMARC policy"
        return Checked(_result("none", words, author), author)
    return _compared(author, record, spf, dkim)


def _compared(author: str, record: Record, spf: Result | None, dkim: Sequence[Result]) -> Checked:
    lines, has_passed, might = [], False, False
    named = [(one, record.is_dkim_strict) for one in dkim]
    if spf is not None:
        named.insert(0, (spf, record.is_spf_strict))
    for one, is_strict in named:
        aligned = bool(one.domain) and is_aligned(one.domain, author, is_strict=is_strict)
        lines.append(_line(one, author, is_strict=is_strict, aligned=aligned))
        has_passed |= aligned and one.has_passed
        might |= aligned and one.word == "temperror"
    if has_passed:
        return Checked(_result("pass", "", author), author, record, "none", tuple(lines))
    if might:  # §6.6.2: as the look-up failed, nobody can tell
        words = "the look-up of what might be aligned failed"
        return Checked(_result("temperror", words, author), author, record, "none", tuple(lines))
    wish = record.policy if record.domain == author else record.subdomain_policy
    words = f"nothing that passed is aligned with {author}; p={wish}"
    return Checked(_result("fail", words, author), author, record, wish, tuple(lines))


def _line(one: Result, author: str, *, is_strict: bool, aligned: bool) -> str:
    mode = "strict" if is_strict else "relaxed"
    if not one.domain:
        return f"{one.method}={one.word}, without a domain"
    how = "aligned" if aligned else "not aligned"
    if not aligned and is_strict and is_aligned(one.domain, author, is_strict=False):
        how = "not aligned: strict mode wants the same domain"
    elif not aligned:
        how = f"not aligned: of {organizational(one.domain)}, and not {organizational(author)}"
    return f"{one.method}={one.word} for {one.domain}, {how} ({mode})"


def _record(author: str, server: NameServer) -> Record | None:
    """RFC 7489 §6.6.3: at the author's domain, then at its organizational domain."""
    for domain in dict.fromkeys((author, organizational(author))):
        found = [one for one in _published(domain, server) if _is_dmarc(one)]
        if len(found) > 1:
            raise _BadRecord(f"_dmarc.{domain} has {len(found)} DMARC records (§6.6.3)")
        if found:
            return _read(domain, found[0])
    return None


def _published(domain: str, server: NameServer) -> list[str]:
    return [one.decode("utf-8", "replace") for one in texts(server, f"_dmarc.{domain}")]


def _is_dmarc(text: str) -> bool:
    """``dmarc-version = "v" *WSP "=" *WSP %x44 %x4d %x41 %x52 %x43 %x31``"""  # noqa: D400, D415  (ABNF)
    name, _, value = text.partition(";")[0].partition("=")
    return name.strip(" \t") == "v" and value.strip(" \t") == "DMARC1"


def _read(domain: str, text: str) -> Record:
    try:
        said = tags(text)
    except BadTags as error:
        raise _BadRecord(f"the record of _dmarc.{domain} cannot be read: {error}") from None
    policy = _WISHES.get(said.get("p", "").lower())
    below = _WISHES.get(said["sp"].lower()) if "sp" in said else policy
    if policy is None or below is None:  # §6.6.3: with rua=, as if it were p=none
        if "rua" not in said:
            raise _BadRecord(f"the record of _dmarc.{domain} has no p= that there is: {text!r}")
        policy = below = "none"
    percent = said.get("pct", "100")
    return Record(
        domain=domain,
        text=text,
        policy=policy,
        subdomain_policy=below,
        is_dkim_strict=said.get("adkim", "r").lower() == "s",
        is_spf_strict=said.get("aspf", "r").lower() == "s",
        percent=int(percent) if percent.isascii() and percent.isdigit() else 100,
    )


def _result(word: Word, reason: str, author: str) -> Result:
    return Result("dmarc", word, reason, (("header.from", author),), author)


@cache
def _suffixes() -> "PublicSuffixList":
    """Return the list that the package brings; it is read once."""
    require_extra()
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
