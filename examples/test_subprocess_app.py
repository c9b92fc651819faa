"""An app in a process of its own; `fakemail_session` keeps its ports between tests."""

import subprocess
import sys
import textwrap
from collections.abc import Iterator

import pytest

from pytest_fakemail import FakeMail

APP = textwrap.dedent("""
    import smtplib, ssl, sys
    from email.message import EmailMessage

    host, port = sys.argv[1], int(sys.argv[2])
    for line in sys.stdin:                      # one address a line: somebody signed up
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "app@example.test", line.strip(), "Welcome"
        mail.set_content("Hello from another process.")
        with smtplib.SMTP(host, port) as client:
            client.starttls(context=ssl.create_default_context())
            client.send_message(mail)
        print("done", flush=True)
""")


@pytest.fixture(scope="session")
def app(fakemail_session: FakeMail) -> Iterator["subprocess.Popen[str]"]:
    """Start the app once; it is told once where the server is and whom to trust."""
    port = str(fakemail_session.smtp.port)
    with subprocess.Popen(
        [sys.executable, "-c", APP, "localhost", port],
        env=fakemail_session.tls.trust_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


@pytest.mark.parametrize("person", ["ann@example.test", "bob@example.test"])
def test_each_signup_is_welcomed(
    fakemail_session: FakeMail, app: "subprocess.Popen[str]", person: str
) -> None:
    fakemail_session.reset()
    assert app.stdin is not None
    assert app.stdout is not None
    app.stdin.write(person + "\n")
    app.stdin.flush()

    mail = fakemail_session.outbox.wait_for(to=person, subject="Welcome", timeout=30)

    assert mail.tls is not None
    assert app.stdout.readline() == "done\n"
    assert len(fakemail_session.outbox) == 1
