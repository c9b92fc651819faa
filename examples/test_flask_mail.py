"""Flask-Mail, sent over a real connection with a login."""

import smtplib

import pytest

from pytest_fakemail import FakeMail

pytest.importorskip("flask_mail", reason="Flask-Mail is not installed")

from flask import Flask
from flask_mail import Mail, Message


def make_app(fakemail: FakeMail) -> tuple[Flask, Mail]:
    account = fakemail.account("shop@example.test", password="s3cret")
    app = Flask("shop")
    app.config.update(
        MAIL_SERVER=fakemail.smtp.host,
        MAIL_PORT=fakemail.smtp.port,
        MAIL_USERNAME=account.user,
        MAIL_PASSWORD=account.password,
        MAIL_DEFAULT_SENDER="shop@example.test",
    )
    return app, Mail(app)


def test_an_invoice_is_attached(fakemail: FakeMail) -> None:
    app, mail = make_app(fakemail)
    with app.app_context():
        message = Message("Invoice 7", recipients=["ann@example.test"], body="See attachment.")
        message.attach("invoice.pdf", "application/pdf", b"%PDF-1.7")
        mail.send(message)

    sent = fakemail.outbox.one(subject="Invoice 7", attachment="invoice.pdf")
    assert sent.attachments["invoice.pdf"].content == b"%PDF-1.7"
    assert sent.user == "shop@example.test"


def test_a_full_mailbox_is_told(fakemail: FakeMail) -> None:
    app, mail = make_app(fakemail)
    fakemail.smtp.when("RCPT", to="ann@example.test").reply(552, "5.2.2 Mailbox full")
    with app.app_context(), pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        mail.send(Message("Invoice 8", recipients=["ann@example.test"], body="None."))
    assert refused.value.recipients == {"ann@example.test": (552, b"5.2.2 Mailbox full")}
    fakemail.outbox.assert_none()
