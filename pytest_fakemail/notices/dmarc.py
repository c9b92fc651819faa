"""DMARC aggregate reports: what a receiver saw of a domain's mail, in XML (RFC 7489 §7.2)."""

import gzip
import io
import zipfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, get_args
from xml.sax.saxutils import escape

from pytest_fakemail import arguments
from pytest_fakemail.clock import Duration, seconds
from pytest_fakemail.dataclass import dataclass
from pytest_fakemail.errors import BadArgument
from pytest_fakemail.mime.compose import Parts, compose
from pytest_fakemail.notices.moments import moment
from pytest_fakemail.notices.notice import Notice
from pytest_fakemail.notices.writing import date, mark

Result = Literal["none", "neutral", "pass", "fail", "softfail", "temperror", "permerror", "policy"]
Disposition = Literal["none", "quarantine", "reject"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcRow:
    """What was seen from one address, so many times (``RecordType`` of RFC 7489 appendix C).

    Attributes:
        source_ip: the sending address, of IPv4 or IPv6.
        header_from: the domain of the From field; the report's own if it is empty.
        envelope_from: the domain of MAIL; the same if it is empty.
        dkim: the verdict on `dkim_domain`'s signature, ``None`` for mail without one.
        spf: the verdict on `spf_domain`.
        dkim_aligned, spf_aligned: what the policy made of it; by default a pass is aligned.
    """

    source_ip: str = "192.0.2.7"
    count: int = 1
    disposition: Disposition = "none"
    header_from: str = ""
    envelope_from: str = ""
    envelope_to: str = ""
    dkim: Result | None = "pass"
    dkim_domain: str = ""
    dkim_selector: str = "mail"
    spf: Result = "pass"
    spf_domain: str = ""
    dkim_aligned: bool | None = None
    spf_aligned: bool | None = None

    def __post_init__(self) -> None:
        """Refuse what no receiver could have seen.

        Raises:
            BadArgument: no address, no count, a disposition or result that there is not.
        """
        arguments.ip(self.source_ip)
        if isinstance(self.count, bool) or not isinstance(self.count, int) or self.count < 0:
            raise BadArgument(f"count={self.count!r} of {self.source_ip}: wanted zero or more")
        arguments.one_of("disposition", self.disposition, get_args(Disposition))
        arguments.one_of("spf", self.spf, get_args(Result))
        if self.dkim is not None:
            arguments.one_of("dkim", self.dkim, get_args(Result))


def dmarc_report(
    domain: str = "example.test",
    rows: Iterable[DmarcRow] = (),
    *,
    policy: Disposition = "none",
    pct: int = 100,
    by: str = "receiver.example.test",
    to: str | None = None,
    archive: Literal["gzip", "zip"] = "gzip",
    begin: datetime | None = None,
    period: Duration = "1d",
    at: datetime | None = None,
) -> Notice:
    """Write an aggregate report, as receivers send them once a day.

    Args:
        domain: whose mail it is about.
        rows: what was seen; one row of a pass if there are none.
        policy: the domain's ``p=``.
        pct: the domain's ``pct=``.
        by: the domain of the receiver that reports.
        to: who gets it; ``dmarc@`` the domain if nobody is named.
        archive: how the file is packed.
        begin: the start of the period, an aware datetime; `period` before `at` by default.
        period: how long the period is.
        at: when it is written, an aware datetime; now if none is given.

    Raises:
        BadArgument: an unknown archive or policy; a negative count; a time without a zone.
    """
    _require_possible(domain, by, pct, archive, policy)
    listed = _listed(rows)
    when = moment(at)
    length = timedelta(seconds=seconds(period))
    start = moment(begin) if begin is not None else when - length
    end = start + length
    report_id = mark(domain, by, str(start.timestamp()), repr(listed), length=16).lower()
    metadata = _metadata(by, report_id, start, end)
    published = _element("p", policy) + _element("sp", policy) + _element("pct", pct)
    xml = _xml(listed, metadata, domain, published)
    # §7.2.1.1: receiver "!" policy-domain "!" begin "!" end [ "!" unique-id ] "." extension
    stem = f"{by}!{domain}!{int(start.timestamp())}!{int(end.timestamp())}"
    name, content = _packed(stem, xml, archive)
    addressee = to or f"dmarc@{domain}"
    sender = f"noreply-dmarc@{by}"
    parts = Parts(
        from_=sender,
        to=addressee,
        subject=f"Report Domain: {domain} Submitter: {by} Report-ID: <{report_id}>",
        text=f"This is an aggregate report for {domain} from {date(start)} to {date(end)}.\n",
        attachments={name: content},
        headers={"Auto-Submitted": "auto-generated"},
    )
    raw = compose(parts, date=when, message_id=f"<{report_id}@{by}>")
    return Notice(raw, sender=sender, recipient=addressee)


def _require_possible(
    domain: object, by: object, pct: object, archive: object, policy: object
) -> None:
    for name, named in (("domain", domain), ("by", by)):
        arguments.domain(name, named)
    arguments.whole("pct", pct, 0, 100)
    arguments.one_of("archive", archive, ("gzip", "zip"))
    arguments.one_of("policy", policy, get_args(Disposition))


def _listed(rows: object) -> tuple[DmarcRow, ...]:
    """Return the rows, one of a pass if there are none."""
    found = tuple(rows) if isinstance(rows, Iterable) else (rows,)
    for row in found:
        if not isinstance(row, DmarcRow):
            raise BadArgument(f"rows: {row!r} is no row; wanted notices.DmarcRow(…)")
    return found or (DmarcRow(),)


def _packed(stem: str, xml: bytes, archive: str) -> tuple[str, bytes]:
    """Return the file's name and octets; the same input gives the same octets."""
    if archive == "gzip":
        return f"{stem}.xml.gz", gzip.compress(xml, mtime=0)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(zipfile.ZipInfo(f"{stem}.xml"), xml)
    return f"{stem}.zip", packed.getvalue()


def _xml(rows: tuple[DmarcRow, ...], metadata: list[str], domain: str, published: str) -> bytes:
    pieces = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<feedback>",
        "<version>1.0</version>",
        "<report_metadata>",
        *metadata,
        "</report_metadata>",
        "<policy_published>",
        _element("domain", domain),
        "<adkim>r</adkim>",
        "<aspf>r</aspf>",
        published,
        "<fo>0</fo>",
        "</policy_published>",
        *(_record(row, domain) for row in rows),
        "</feedback>",
        "",
    ]
    return "\n".join(pieces).encode()


def _metadata(by: str, report_id: str, start: datetime, end: datetime) -> list[str]:
    return [
        _element("org_name", by),
        _element("email", f"noreply-dmarc@{by}"),
        _element("report_id", report_id),
        "<date_range>",
        _element("begin", int(start.timestamp())),
        _element("end", int(end.timestamp())),
        "</date_range>",
    ]


def _record(row: DmarcRow, domain: str) -> str:
    is_dkim = row.dkim == "pass" if row.dkim_aligned is None else row.dkim_aligned
    is_spf = row.spf == "pass" if row.spf_aligned is None else row.spf_aligned
    header_from = row.header_from or domain
    pieces = [
        "<record>",
        "<row>",
        _element("source_ip", row.source_ip),
        _element("count", row.count),
        "<policy_evaluated>",
        _element("disposition", row.disposition),
        _element("dkim", "pass" if is_dkim else "fail"),
        _element("spf", "pass" if is_spf else "fail"),
        "</policy_evaluated>",
        "</row>",
        "<identifiers>",
        *([_element("envelope_to", row.envelope_to)] if row.envelope_to else []),
        _element("envelope_from", row.envelope_from or header_from),
        _element("header_from", header_from),
        "</identifiers>",
        "<auth_results>",
        *([] if row.dkim is None else [_dkim(row, header_from)]),
        "<spf>",
        _element("domain", row.spf_domain or row.envelope_from or header_from),
        "<scope>mfrom</scope>",
        _element("result", row.spf),
        "</spf>",
        "</auth_results>",
        "</record>",
    ]
    return "\n".join(pieces)


def _dkim(row: DmarcRow, header_from: str) -> str:
    pieces = [
        "<dkim>",
        _element("domain", row.dkim_domain or header_from),
        _element("selector", row.dkim_selector),
        _element("result", row.dkim),
        "</dkim>",
    ]
    return "\n".join(pieces)


def _element(name: str, value: object) -> str:
    return f"<{name}>{escape(str(value))}</{name}>"
