"""Mail that others' programs have signed, held against the zone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from clients.installed import NODE, needs
from clients.programs import run

from pytest_fakemail import FakeMail, Mail, UnmetExpectation

MAIL = (
    b"From: News <news@example.test>\n"
    b"To: Ann\n <ann@example.test>\n"
    b"Date: Mon, 05 Jan 2026 12:00:00 +0000\n"
    b"Subject: Your  invoice\n\n"
    b"Hello  Ann,\n\n.\nBye. \n\n\n"
)


PERL = r"""
use Mail::DKIM::Signer;
my $signer = Mail::DKIM::Signer->new(
    Algorithm => $ARGV[0], Method => $ARGV[1],
    Domain => 'example.test', Selector => 'mail', KeyFile => $ARGV[2]);
local $/; my $mail = <STDIN>;
$mail =~ s/\n/\015\012/gs;
$signer->PRINT($mail); $signer->CLOSE;
print $signer->signature->as_string, "\015\012", $mail;
"""


def by_perl(key: str, home: Path, forms: str) -> bytes:
    pem = home / "key.pem"
    pem.write_text(key, encoding="ascii")
    return run("perl", "-e", PERL, "rsa-sha256", forms, str(pem), home=home, stdin=MAIL)


def by_nodemailer(key: str, home: Path, _: str) -> bytes:
    task = {
        "dkim": {"domainName": "example.test", "keySelector": "mail", "privateKey": key},
        "mail": {
            "from": "News <news@example.test>",
            "to": "Änn <ann@example.test>",
            "subject": "Ihre Rechnung über zwölf Äpfel, und noch etwas, damit die Zeile lang wird",
            "text": "Grüße\n\n.\n  Bye. \n\n\n",
            "html": "<p>Grüße</p>",
        },
    }
    return run("node", str(NODE / "sign.js"), home=home, stdin=json.dumps(task).encode())


FORMS = [f"{header}/{body}" for header in ("simple", "relaxed") for body in ("simple", "relaxed")]
SIGNED = [
    pytest.param(by_nodemailer, "relaxed/relaxed", marks=needs("node:nodemailer")),
    *(pytest.param(by_perl, forms, marks=needs("perl:Mail::DKIM")) for forms in FORMS),
]


@pytest.mark.parametrize(("sign", "forms"), SIGNED)
def test_what_they_sign_is_valid(
    fakemail: FakeMail, tmp_path: Path, sign: Callable[[str, Path, str], bytes], forms: str
) -> None:
    raw = sign(fakemail.dns.dkim_key("mail"), tmp_path, forms)
    assert f"c={forms}".encode() in raw
    Mail(raw).assert_dkim_valid(domain="example.test", selector="mail", dns=fakemail.dns)
    with pytest.raises(UnmetExpectation, match="the body is not what was signed"):
        Mail(raw + b"more\r\n").assert_dkim_valid(dns=fakemail.dns)
    with pytest.raises(UnmetExpectation, match="the header is not what was signed"):
        Mail(raw.replace(b"news@", b"gnus@")).assert_dkim_valid(dns=fakemail.dns)
