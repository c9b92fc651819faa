"""A support desk confirms each mail that it gets, and does not confirm confirmations for ever."""

import imaplib
import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage

from pytest_fakemail import AccountHandle, FakeMail


def confirm_new_mail(fakemail: FakeMail, desk: AccountHandle) -> None:
    """The app: read what is new, answer each mail of a person."""
    with (
        imaplib.IMAP4(*fakemail.imap.address) as imap,
        smtplib.SMTP(*fakemail.smtp.address) as smtp,
    ):
        imap.login(desk.user, desk.password)
        imap.select("INBOX")
        _, [unseen] = imap.search(None, "UNSEEN")
        for number in unseen.decode().split():
            _, data = imap.fetch(number, "(BODY[])")
            raw = next(item[1] for item in data if isinstance(item, tuple))
            mail = message_from_bytes(raw, policy=policy.default)
            if is_of_a_person(mail):
                smtp.send_message(confirmation(mail, desk.address))


def is_of_a_person(mail: EmailMessage) -> bool:
    """RFC 3834 section 2: nothing that a program sent is answered by a program."""
    automatic = mail.get("Auto-Submitted", "no").strip().lower() != "no"
    bulk = mail.get("Precedence", "").strip().lower() in ("bulk", "list", "junk")
    return not (automatic or bulk or mail["List-Id"])


def confirmation(mail: EmailMessage, sender: str) -> EmailMessage:
    answer = EmailMessage()
    answer["From"], answer["To"] = sender, mail["From"]
    answer["Subject"] = f"We got: {mail['Subject']}"
    answer["Auto-Submitted"] = "auto-replied"
    answer.set_content("Thank you. We will answer soon.\n")
    return answer


def test_somebody_away_writes_to_the_desk(fakemail: FakeMail) -> None:
    desk, ann = fakemail.account("desk@example.test"), fakemail.account("ann@example.test")
    ann.auto_reply("I am away", period=0)  # every time
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        message = (
            "From: ann@example.test\r\nTo: desk@example.test\r\nSubject: Help\r\n\r\nPlease!\r\n"
        )
        client.sendmail(ann.address, [desk.address], message)

    for _ in range(5):
        confirm_new_mail(fakemail, desk)
        fakemail.clock.advance("1h")

    ann.inbox.assert_one(subject="We got: Help")
    assert len(ann.inbox.messages) == 1
    assert len(desk.inbox.messages) == 1  # nor did Ann's program answer the confirmation


def test_a_reply_that_does_not_say_what_it_is(fakemail: FakeMail) -> None:
    """Outlook's out-of-office says so; the desk does not confirm it."""
    desk, ann = fakemail.account("desk@example.test"), fakemail.account("ann@example.test")
    ann.auto_reply("I am away", style="outlook")
    with smtplib.SMTP(*fakemail.smtp.address) as client:
        message = (
            "From: desk@example.test\r\nTo: ann@example.test\r\nSubject: Done\r\n\r\nSolved.\r\n"
        )
        client.sendmail(desk.address, [ann.address], message)
    desk.inbox.wait_for(subject="Automatic reply: Done")
    confirm_new_mail(fakemail, desk)
    fakemail.outbox.one()
