"""Examples with a mistake put into each, and what their failing tests say.

``PYTHONPATH=tests python tests/golden/broken.py`` writes the texts that `test_golden.py` compares.
"""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).parent
EXAMPLES = HOME.parents[1] / "examples"


@dataclass(frozen=True)
class Mistake:
    """A mistake in an example: what stands there, what is put in its place, who notices."""

    name: str
    example: str
    right: str
    wrong: str
    noticed_by: str


MISTAKES = (
    Mistake(
        "sent-twice",
        "test_signup.py",
        "                client.send_message(welcome(address))\n",
        "                client.send_message(welcome(address))\n"
        "                client.send_message(welcome(address))\n",
        "test_a_busy_mailbox_is_retried",
    ),
    Mistake(
        "gives-up-too-soon",
        "test_signup.py",
        "if code >= 500:",
        "if code >= 400:",
        "test_a_busy_mailbox_is_retried",
    ),
    Mistake(
        "blind-copy-in-the-open",
        "test_newsletter.py",
        "client.send_message(mail)",
        'client.sendmail(mail["From"], [mail["To"], ARCHIVE], mail.as_bytes())',
        "test_every_reader_gets_one",
    ),
    Mistake(
        "does-not-look-whether-it-was-sent",
        "test_newsletter.py",
        "return bool(found)",
        "return False",
        "test_a_lost_acknowledgement_doubles_nothing",
    ),
    Mistake(
        "marks-as-read",
        "test_invoices.py",
        "(BODY.PEEK[])",
        "(BODY[])",
        "test_other_mail_stays_as_it_is",
    ),
    Mistake(
        "moves-elsewhere",
        "test_invoices.py",
        'client.uid("MOVE", str(uid), INVOICES)',
        'client.uid("MOVE", str(uid), "Archive")',
        "test_invoices_are_filed",
    ),
    Mistake(
        "does-not-say-what-the-fault-is-for",
        "test_invoices.py",
        'done(client.uid("MOVE", str(uid), INVOICES))',
        'done(client.uid("COPY", str(uid), INVOICES))\n'
        '            done(client.uid("STORE", str(uid), "+FLAGS", r"(\\Deleted)"))\n'
        "            done(client.expunge())",
        "test_an_answer_lost_doubles_nothing",
    ),
    Mistake(
        "another-file-name",
        "test_flask_mail.py",
        'message.attach("invoice.pdf",',
        'message.attach("Invoice.pdf",',
        "test_an_invoice_is_attached",
    ),
    Mistake(
        "mail-stays-in-the-framework",
        "test_django.py",
        "django.core.mail.backends.smtp.EmailBackend",
        "django.core.mail.backends.locmem.EmailBackend",
        "test_blind_copies_stay_blind",
    ),
    Mistake(
        "does-not-trust",
        "test_django.py",
        '@pytest.mark.usefixtures("fakemail_trust")\n',
        "",
        "test_starttls_is_used_where_the_server_insists",
    ),
    Mistake(
        "another-password",
        "test_round_trip.py",
        "        client.login(ANN, PASSWORD)\n        client.select(",
        '        client.login(ANN, "secret")\n        client.select(',
        "test_the_same_octets_arrive[plain]",
    ),
    Mistake(
        "loses-mail",
        "test_restarts.py",
        "            with smtplib.SMTP(self.host, self.port, timeout=5) as client:\n"
        "                client.send_message(self.queue[0])\n"
        "                self.queue.popleft()\n",
        "            message = self.queue.popleft()\n"
        "            with smtplib.SMTP(self.host, self.port, timeout=5) as client:\n"
        "                client.send_message(message)\n",
        "test_keeps_the_mail_of_a_server_that_stays_away",
    ),
    Mistake(
        "changed-after-signing",
        "test_signed_invoices.py",
        "self.signature(raw) + raw",
        'self.signature(raw) + raw.replace(b"Please", b"Kindly")',
        "test_an_invoice_passes_at_large_receivers",
    ),
)


CONFTEST = """
import socket
from pytest_fakemail.transcript import render

render._NOTABLE = float("inf")
socket.getfqdn = lambda name="": name or "app.example.test"
"""
"""A failure says the same on a machine that is slow, or whose name server is silent."""


def outputs(directory: Path) -> dict[str, str]:
    """Run the tests that notice, all in one run; return what each says."""
    (directory / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    tests = []
    for one in MISTAKES:
        source = (EXAMPLES / one.example).read_text(encoding="utf-8")
        assert source.count(one.right) == 1, f"{one.name}: {one.example} has changed"
        file = directory / f"test_{one.name.replace('-', '_')}.py"
        file.write_text(source.replace(one.right, one.wrong), encoding="utf-8")
        tests.append(f"{file.name}::{one.noticed_by}")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV"))
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "fakemail", "-p", "no:cacheprovider"),
            *("--tb=short", "--color=no", *tests),
        ],
        cwd=directory,
        env={**kept, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "80"},
        capture_output=True,
        encoding="utf-8",
        timeout=150,
        check=False,
    )
    failures = re.split(
        r"^_+ (?:ERROR at teardown of )?[\w\[\]]+ _+$", done.stdout, flags=re.MULTILINE
    )
    summary = done.stdout.rpartition("short test summary info")[2]
    found = {}
    for text in failures[1:]:
        body = re.split(r"^=+ ", text, flags=re.MULTILINE)[0]
        for one in MISTAKES:
            test = f"test_{one.name.replace('-', '_')}.py"
            if test in body:
                line = next(line for line in summary.splitlines() if f"{test}::" in line)
                found[one.name] = normalised(f"{line}\n{body}")
    return found


_SAID = r"^((?:\[\d+\] )?[CS]: )"
_VERBS = r"(?:mail from:|rcpt to:|(?:data|rset|quit|auth)\b)"
_SMTP_VERB = rf"(?i)(?<=^C: ){_VERBS}|(?<=^\[\d\] C: ){_VERBS}"


def normalised(text: str) -> str:
    """Return what is the same in each run, with each Python, and on each machine."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    text = "\n".join(_without_foreign_frames(lines))
    for pattern, stand_in in (
        (r"127\.0\.0\.1:\d+", "127.0.0.1:…"),
        (r"\(port \d+\)", "(port …)"),
        (r"connected at [\d: -]+ UTC", "connected at …"),
        (_SAID + r"(?:ehlo) .*", r"\1EHLO …"),
        (r"(?i) size=\d+", " SIZE=…"),
        (r"={3,}\d+={2,}", "=…="),
        (r"<\d+\.[\w.]+@[\w.-]+>", "<…>"),
        (_SAID + r"Date: .*", r"\1Date: …"),
        (_SAID + r"[A-Z]{4}(\d+) ", r"\1tag\2 "),
        (_SAID + r"( [\w+/=]{40,}|.*\bt=\d+; h=from.*)$", r"\1 …"),
        (r"\b(b|bh)=[\w+/=]{16,}", r"\1=…"),
        (r"\(_ssl\.c:\d+\)", "(_ssl.c:…)"),
        (r"no mail came: RCPT to:", "no mail came: RCPT TO:"),
        (r"334 \w+=*$", "334 …"),
        (r"DID NOT RAISE <class '(\w+)'>", r"DID NOT RAISE \1"),
        (r"BODY\[\] \{\d+\}", "BODY[] {…}"),
        (r"(… \d+ more lines), \d+ octets …", r"\1 …"),
    ):
        text = re.sub(pattern, stand_in, text, flags=re.MULTILINE)
    return re.sub(_SMTP_VERB, lambda verb: verb[0].upper(), text, flags=re.MULTILINE) + "\n"


def _without_foreign_frames(lines: list[str]) -> list[str]:
    """Leave out what the standard library's and other packages' frames say, and carets."""
    kept: list[str] = []
    is_foreign = False
    for line in lines:
        if re.match(r".+\.py:\d+: in ", line):
            is_foreign = not line.startswith("test_")
        elif not line.startswith("    "):
            is_foreign = False
        if not is_foreign and not re.fullmatch(r" +[\^~]+", line):
            kept.append(re.sub(r"(?<=\.py):\d+(?=: in|$)", ":…", line))
    return kept


def main() -> None:
    """Write the texts."""
    with tempfile.TemporaryDirectory() as directory:
        for name, text in outputs(Path(directory)).items():
            (HOME / f"{name}.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
