import pytest
from pop3.talk import MAIL, Talk

from pytest_fakemail.wire.effects import Send

SIZE = len(MAIL)
EAI = "Subject: Grüße\r\n\r\ntext\r\n".encode()


@pytest.fixture
def talk() -> Talk:
    return Talk().log_in(MAIL, b"Subject: two\n\nno end", MAIL)


def test_stat_counts_octets_as_sent(talk: Talk) -> None:
    assert talk.say("STAT") == f"+OK 3 {2 * SIZE + 24}"
    talk.say("DELE 1")
    assert talk.say("STAT") == f"+OK 2 {SIZE + 24}"


def test_stat_of_nothing() -> None:
    assert Talk().log_in().say("STAT") == "+OK 0 0"


def test_list_gives_sizes_and_skips_the_deleted(talk: Talk) -> None:
    talk.say("DELE 1")
    assert talk.say("LIST").splitlines() == [
        f"+OK 2 messages ({SIZE + 24} octets)",
        "2 24",
        f"3 {SIZE}",
        ".",
    ]
    assert talk.say("list 2") == "+OK 2 24"


def test_list_of_nothing_is_a_list() -> None:
    assert Talk().log_in().say("LIST") == "+OK 0 messages (0 octets)\r\n."


def test_uidl_names_messages_for_ever(talk: Talk) -> None:
    before = talk.say("UIDL").splitlines()
    assert before[1:] == [
        "1 0000000100000001",
        "2 0000000100000002",
        "3 0000000100000003",
        ".",
    ]
    assert talk.say("UIDL 2") == f"+OK {before[2]}"
    talk.say("DELE 1")
    assert talk.say("UIDL").splitlines()[1:] == before[2:]
    talk.say("QUIT")
    after = talk.again().log_in(MAIL).say("UIDL").splitlines()
    assert [line.split()[-1] for line in after[1:4]] == [
        "0000000100000002",
        "0000000100000003",
        "0000000100000004",
    ]


def test_retr_sends_the_message_with_its_dots_stuffed(talk: Talk) -> None:
    wire = MAIL.decode().replace("\r\n.", "\r\n..")
    assert talk.send(b"RETR 1\r\n") == f"+OK {SIZE} octets\r\n{wire}.\r\n"
    assert talk.say("RETR 2") == "+OK 24 octets\r\nSubject: two\r\n\r\nno end\r\n."


def test_retr_of_a_large_message_is_sent_piece_by_piece() -> None:
    talk = Talk().log_in(b"A: b\r\n\r\n" + b"x" * 1_000_000)
    effects = talk.session.receive_data(b"RETR 1\r\nNOOP\r\n")
    first = next(iter(effects))
    assert isinstance(first, Send)
    assert len(first.data) < 70_000
    assert [exchange.verb for exchange in talk.notebook.exchanges][-1] == "RETR"


def test_top_sends_header_and_some_lines(talk: Talk) -> None:
    assert talk.say("TOP 1 0").splitlines() == [
        "+OK Top of message follows",
        "Subject: one",
        "",
        ".",
    ]
    assert talk.say("TOP 1 2").splitlines()[3:] == ["first line", "..second line", "."]
    assert talk.say("TOP 2 99").splitlines()[1:] == ["Subject: two", "", "no end", "."]


def test_dele_marks_and_rset_unmarks(talk: Talk) -> None:
    assert talk.say("DELE 2") == "+OK Message 2 deleted"
    assert talk.say("RSET") == "+OK Maildrop has 3 messages"
    assert talk.say("DELE 2") == "+OK Message 2 deleted"


@pytest.mark.parametrize("line", ["RETR {}", "DELE {}", "TOP {} 1", "LIST {}", "UIDL {}"])
def test_a_message_must_be_there(talk: Talk, line: str) -> None:
    talk.say("DELE 2")
    assert talk.say(line.format(2)) == "-ERR Message 2 is deleted"
    assert talk.say(line.format(4)) == "-ERR No message 4"
    assert talk.say(line.format(0)) == "-ERR No message 0"
    assert talk.say(line.format(99999999999999999999)).startswith("-ERR No message 9999")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("RETR", "a message"),
        ("RETR one", "a message"),
        ("RETR 1 2", "a message"),
        ("RETR -1", "a message"),
        ("DELE", "a message"),
        ("LIST x", "a message"),
        ("UIDL 1 2", "a message"),
        ("TOP 1", "a message and a number of lines"),
        ("TOP 1 -1", "a message and a number of lines"),
    ],
)
def test_arguments_are_told(talk: Talk, line: str, wanted: str) -> None:
    assert talk.say(line) == f"-ERR {line.partition(' ')[0]} wants {wanted}"


@pytest.mark.parametrize("verb", ["STAT", "RSET", "NOOP", "QUIT", "CAPA"])
def test_some_commands_have_no_argument(talk: Talk, verb: str) -> None:
    assert talk.say(f"{verb} 1") == f"-ERR {verb} has no argument"
    assert talk.say(f"{verb} ").startswith("+OK")


def test_noop_does_nothing(talk: Talk) -> None:
    assert talk.say("NOOP") == "+OK Nothing done"


def test_numbers_stay_when_mail_comes_and_goes(talk: Talk) -> None:
    talk.inbox.append(MAIL)
    talk.inbox.expunge([1])
    assert talk.say("STAT") == f"+OK 3 {2 * SIZE + 24}"
    assert talk.say("RETR 1") == "-ERR Message 1 is gone, it was removed elsewhere"
    assert talk.say("TOP 1 0") == "-ERR Message 1 is gone, it was removed elsewhere"
    assert talk.say("RETR 3").startswith("+OK")
    assert talk.say("DELE 1").startswith("+OK")
    assert talk.say("QUIT") == "+OK Bye"
    assert [message.uid for message in talk.inbox.messages] == [2, 3, 4]


@pytest.mark.parametrize("line", ["RETR 1", "TOP 1 0"])
def test_a_header_in_utf_8_wants_utf_8_mode(line: str) -> None:
    talk = Talk(pop3_raw_utf8=False).log_in(EAI)
    assert talk.say(line) == "-ERR [UTF8] Message 1 wants UTF-8 mode"
    assert talk.say("LIST 1") == f"+OK 1 {len(EAI)}"
    talk.say("QUIT")
    talk = talk.again()
    talk.say("UTF8")
    assert "Grüße" in talk.log_in().say(line)


@pytest.mark.parametrize("line", ["RETR 1", "TOP 1 0"])
def test_a_header_in_utf_8_is_sent_unasked_as_every_server_in_use_does(line: str) -> None:
    """RFC 6856 §2.1 has it refused, at which clients stop that know nothing of UTF8."""
    assert "Subject: Grüße" in Talk().log_in(EAI).say(line)


def test_a_header_in_utf_8_is_sent_as_it_is_by_who_knows_no_utf8() -> None:
    talk = Talk(pop3_raw_utf8=False).log_in(EAI)
    talk.service.capabilities.off("UTF8")
    assert "Grüße" in talk.say("RETR 1")


@pytest.mark.parametrize("verb", ["TOP", "UIDL"])
def test_optional_commands_go_with_their_capability(talk: Talk, verb: str) -> None:
    talk.service.capabilities.off(verb)
    assert talk.say(f"{verb} 1 1") == "-ERR Unknown command"
