from pytest_fakemail.smtp.replies import Refused, Reply


def octets(reply: Reply, *, with_status: bool = True) -> bytes:
    return reply.effects(with_status=with_status)[0].data


def test_a_reply_is_code_status_and_text() -> None:
    reply = Reply(250, "2.0.0", "Ok")
    assert octets(reply) == b"250 2.0.0 Ok\r\n"
    assert octets(reply, with_status=False) == b"250 Ok\r\n"


def test_some_replies_have_no_status() -> None:
    assert octets(Reply(354, "", "Go")) == b"354 Go\r\n"


def test_each_line_but_the_last_has_a_hyphen() -> None:
    reply = Reply(250, "2.1.5", "<a@x>\n<b@x>\n<c@x>")
    assert octets(reply) == b"250-2.1.5 <a@x>\r\n250-2.1.5 <b@x>\r\n250 2.1.5 <c@x>\r\n"
    assert octets(reply, with_status=False) == b"250-<a@x>\r\n250-<b@x>\r\n250 <c@x>\r\n"


def test_an_empty_challenge_keeps_its_space() -> None:
    assert octets(Reply(334, "", "")) == b"334 \r\n"


def test_a_reply_is_made_once() -> None:
    reply = Reply(250, "2.0.0", "Ok")
    assert reply.effects(with_status=True) is reply.effects(with_status=True)
    assert reply.effects(with_status=False) is reply.effects(with_status=False)


def test_a_refusal_holds_its_reply() -> None:
    refused = Refused(550, "5.1.1", "Nobody")
    assert octets(refused.reply) == b"550 5.1.1 Nobody\r\n"
    assert str(refused) == "Nobody"
    assert repr(refused.reply) == "<Reply 550 5.1.1 'Nobody'>"
