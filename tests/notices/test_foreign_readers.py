"""Notices before readers that we did not write and that are not always there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from clients.installed import needs

from pytest_fakemail import notices

READ_BOUNCE = """
use Mail::DeliveryStatus::BounceParser;
my $parser = Mail::DeliveryStatus::BounceParser->new(do { local $/; <STDIN> });
print join " ", sort map { $_->get("email") . "=" . $_->get("std_reason") } $parser->reports;
"""
READ_REPORT = """
import json, sys
import parsedmarc
parsed = parsedmarc.parse_report_email(sys.stdin.buffer.read(), offline=True)
rows = parsed["report"].get("records", [])
print(json.dumps([parsed["report_type"], [row["source"]["ip_address"] for row in rows]]))
"""


@needs("perl:Mail::DeliveryStatus::BounceParser")
@pytest.mark.parametrize("name", notices.DIALECTS)
def test_perls_bounce_parser_finds_who_failed(name: notices.Dialect) -> None:
    raw = notices.bounce(recipients=["ann@x.test", "bob@y.test"], dialect=name)
    as_stored = raw.replace(b"\r\n", b"\n")  # as a Unix program finds it in a file
    command = ["perl", "-e", READ_BOUNCE]
    done = subprocess.run(command, input=as_stored, capture_output=True, check=True, timeout=60)
    assert done.stdout == b"ann@x.test=user_unknown bob@y.test=user_unknown"


PARSEDMARC = Path(sys.prefix) / "parsedmarc" / "bin" / "python"


@pytest.mark.skipif(
    not PARSEDMARC.exists(), reason="needs parsedmarc in an environment of its own, beside this one"
)
@pytest.mark.parametrize("archive", ["gzip", "zip"])
def test_parsedmarc_reads_an_aggregate_report(archive: str) -> None:
    rows = [notices.DmarcRow(), notices.DmarcRow(source_ip="192.0.2.9", dkim=None, spf="fail")]
    raw = notices.dmarc_report(rows=rows, archive=archive)  # type: ignore[arg-type]
    command = [str(PARSEDMARC), "-c", READ_REPORT]
    done = subprocess.run(command, input=raw, capture_output=True, check=True, timeout=60)
    assert json.loads(done.stdout) == ["aggregate", ["192.0.2.7", "192.0.2.9"]]
