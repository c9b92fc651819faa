"""Complaints of readers, and what receivers report once a day."""

import gzip
import io
import zipfile
from datetime import UTC, datetime
from typing import Literal
from xml.etree import ElementTree as ET

import pytest
from notices import strict

from pytest_fakemail import BadArgument, Mail, notices
from pytest_fakemail.notices.feedback import FeedbackType

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
RAW = b"From: shop@example.test\r\nTo: ann@x.test\r\nSubject: Sale\r\n\r\nBuy!\r\n"


@pytest.mark.parametrize("kind", ["abuse", "fraud", "virus", "not-spam", "other"])
def test_a_complaint_is_what_rfc_5965_says(kind: FeedbackType) -> None:
    notice = notices.arf(RAW, kind, at=AT)
    strict.assert_lines(notice)
    fields = strict.fields(strict.body_of(notice, "message/feedback-report"))
    assert fields["feedback-type"] == kind
    assert fields["version"] == "1"  # the three that §3.1 requires
    assert fields["user-agent"]
    assert fields["original-rcpt-to"] == "<ann@x.test>"
    assert notice.recipient == "abuse@example.test"
    assert Mail(notice).forwarded[0].subject == "Sale"


def test_a_complaint_may_hold_the_header_alone() -> None:
    notice = notices.arf(RAW, is_whole=False, at=AT)
    assert b"text/rfc822-headers" in bytes(notice)
    assert b"Buy!" not in bytes(notice)


@pytest.mark.parametrize("archive", ["gzip", "zip"])
def test_an_aggregate_report_is_a_packed_file_of_xml(archive: Literal["gzip", "zip"]) -> None:
    rows = [
        notices.DmarcRow(source_ip="192.0.2.7", count=3),
        notices.DmarcRow(source_ip="2001:db8::7", dkim=None, spf="fail", disposition="reject"),
    ]
    notice = notices.dmarc_report("example.test", rows, policy="reject", archive=archive, at=AT)
    [attachment] = Mail(notice).attachments
    assert attachment.filename is not None
    assert attachment.filename.startswith("receiver.example.test!example.test!")
    if archive == "gzip":
        assert attachment.content_type == "application/gzip"
        xml = gzip.decompress(attachment.content)
    else:
        with zipfile.ZipFile(io.BytesIO(attachment.content)) as file:
            xml = file.read(file.namelist()[0])
    root = ET.fromstring(xml)  # noqa: S314  (our own)
    assert root.findtext("policy_published/p") == "reject"
    assert [one.text for one in root.iter("source_ip")] == ["192.0.2.7", "2001:db8::7"]
    assert [one.text for one in root.iter("disposition")] == ["none", "reject"]
    assert [one.findtext("row/policy_evaluated/spf") for one in root.iter("record")] == [
        "pass",
        "fail",
    ]


@pytest.mark.parametrize(
    "call",
    [
        lambda: notices.arf(feedback_type="spam"),  # type: ignore[arg-type]
        lambda: notices.dmarc_report(archive="rar"),  # type: ignore[arg-type]
        lambda: notices.dmarc_report(policy="delete"),  # type: ignore[arg-type]
        lambda: notices.dmarc_report(rows=[notices.DmarcRow(count=-1)]),
    ],
)
def test_mistakes_are_told(call: object) -> None:
    assert callable(call)
    with pytest.raises(BadArgument):
        call()
