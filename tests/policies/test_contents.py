"""Rules about content, sizes and quotas."""

import pytest
from policies.conversing import ANN, SENDER, rcpt, send, smtp

from pytest_fakemail import FakeMail, Mail, policies


def test_a_function_decides(fakemail: FakeMail) -> None:
    seen: list[str] = []

    def no_spam(mail: Mail) -> object:
        seen.append(mail.text)
        return {"spam": "550 5.7.1 No spam", "junk": True}.get(mail.subject or "")

    fakemail.smtp.enforce(policies.content(no_spam))
    texts = [f"Subject: {word}\r\n\r\n.dot\r\n" for word in ("spam", "junk", "news")]
    assert [send(fakemail, text=text) for text in texts] == [550, 554, 250]
    assert seen == [".dot\n"] * 3
    assert fakemail.outbox.one().subject == "news"


def test_chunks_are_one_message(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.content(lambda mail: mail.raw == b"Subject: ab\r\n\r\n"))
    fakemail.smtp.enforce(policies.message_size(20))

    def bdat(*chunks: bytes) -> int:
        with smtp(fakemail) as client:
            client.mail(SENDER)
            client.rcpt(ANN)
            for number, chunk in enumerate(chunks, 1):
                last = " LAST" if number == len(chunks) else ""
                client.send(f"BDAT {len(chunk)}{last}\r\n".encode() + chunk)
                code, _ = client.getreply()
            return code

    assert bdat(b"Subject: a", b"b\r\n\r\n") == 554
    assert bdat(b"Subject: ", b"b\r\n\r\n") == 250
    assert bdat(b"Subject: ", b"b" * 10, b"\r\n\r\n") == 552


def test_chunks_of_messages_before_the_policy_are_none_of_the_next(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.no_relay())
    fakemail.smtp.when("BDAT").delay(0).optional()
    seen = []
    with smtp(fakemail) as client:
        client.mail(SENDER)
        client.rcpt(ANN)
        for line in (b"BDAT 10\r\nSubject: a", b"BDAT 5 LAST\r\nb\r\n\r\n"):
            client.send(line)
            client.getreply()
        client.mail(SENDER)
        client.rcpt(ANN)
        fakemail.smtp.enforce(policies.content(lambda mail: seen.append(mail.subject)))
        client.data("Subject: the next\r\n\r\n")
    assert seen == ["the next"]


def test_a_message_is_forgotten_with_the_last_policy_about_messages(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.greylisting(), client="192.0.2.7")
    seen = []
    with smtp(fakemail) as client:
        first = fakemail.smtp.enforce(policies.recipients_per_message(1))
        client.mail(SENDER)
        assert client.rcpt(ANN)[0] == 250
        client.send(b"BDAT 10\r\nSubject: a")
        client.getreply()
        first.stop()
        client.send(b"BDAT 5 LAST\r\nb\r\n\r\n")
        client.getreply()
        client.mail(SENDER)
        fakemail.smtp.enforce(policies.recipients_per_message(1))
        fakemail.smtp.enforce(policies.content(lambda mail: seen.append(mail.subject)))
        assert client.rcpt(ANN)[0] == 250
        client.data("Subject: the next\r\n\r\n")
    assert seen == ["the next"]


def test_sizes(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.message_size(100))
    with smtp(fakemail) as client:
        assert client.mail(SENDER, ["SIZE=101"])[0] == 552
        assert client.mail(SENDER, ["SIZE=100"])[0] == 250
        client.rcpt(ANN)
        assert client.data("x" * 101)[0] == 552
    assert send(fakemail, text="x" * 98) == 250
    assert send(fakemail, text="x" * 101) == 552


def test_a_size_is_not_read_in_an_address(fakemail: FakeMail) -> None:
    fakemail.smtp.enforce(policies.message_size(100))
    with smtp(fakemail) as client:
        for sender in ("news+SIZE=500@x.test", "size=500@x.test"):
            assert client.mail(sender, ["SIZE=90"])[0] == 250
            client.rset()
            assert client.mail(sender, ["AUTH=<>", "size=101"])[0] == 552


def test_sizes_of_what_is_appended(fakemail: FakeMail) -> None:
    fakemail.imap.enforce(policies.message_size(1000))
    client = fakemail.imap.client()
    for size, status in ((1000, "OK"), (1001, "NO")):
        assert client.append("INBOX", "", "", b"x" * size)[0] == status
    inbox = fakemail.account().inbox
    assert [len(message.raw) for message in inbox.messages] == [1000]
    for size, wanted in ((100, b"OK"), (1001, b"NO")):  # without waiting for the go-ahead
        client.send(b"x1 APPEND INBOX {%d+}\r\n" % size + b"x" * size + b"\r\n")
        while not (line := client.readline()).startswith(b"x1"):
            assert line, "the connection has ended"
        assert line.split()[1] == wanted


@pytest.mark.parametrize("is_temporary", [False, True])
def test_quota_of_what_is_sent(fakemail: FakeMail, *, is_temporary: bool) -> None:
    inbox = fakemail.account(ANN).inbox
    inbox.deliver(b"x" * 900)
    fakemail.smtp.enforce(policies.quota(1000, temporary=is_temporary))
    code = 452 if is_temporary else 552
    assert rcpt(fakemail)[0] == 250
    with smtp(fakemail) as client:
        client.mail(SENDER, ["SIZE=101"])
        assert client.rcpt(ANN)[0] == code
        assert client.rcpt("bob@x.test")[0] == 250
    with smtp(fakemail) as client:
        client.mail(SENDER)
        client.rcpt(ANN)
        assert client.data("x" * 101)[0] == code
    inbox.deliver(b"x" * 100)
    assert rcpt(fakemail)[0] == code
    assert rcpt(fakemail, "bob@x.test")[0] == 250


def test_quota_of_what_is_appended_and_copied(fakemail: FakeMail) -> None:
    account = fakemail.account()
    account.inbox.deliver(b"x" * 600)
    fakemail.imap.enforce(policies.quota(1000))
    client = fakemail.imap.client(account)
    client.select()
    for copy in (client.copy, lambda *words: client.uid("COPY", *words)):
        status, [text] = copy("1", "Archive")
        assert (status, text[:11]) == ("NO", b"[OVERQUOTA]")
    assert client.append("INBOX", "", "", b"x" * 401)[0] == "NO"
    assert client.append("INBOX", "", "", b"x" * 400)[0] == "OK"
    assert account.octets == 1000
