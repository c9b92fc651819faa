import pytest
from imap.cursors import parsed, refusal
from imap.talk import MAIL, Talk

from pytest_fakemail.imap.commands.fetch import Fetch, fetch
from pytest_fakemail.imap.grammar.fetch import Attribute
from pytest_fakemail.imap.grammar.numbers import STAR, SequenceSet
from pytest_fakemail.imap.responses.fetching import MANY
from pytest_fakemail.wire.effects import Send

ONE = SequenceSet(((1, 1),))
FAST = (Attribute.FLAGS, Attribute.INTERNALDATE, Attribute.RFC822_SIZE)


def test_seen_is_told_once_and_only_where_it_is_new() -> None:
    talk = Talk().select(MAIL, MAIL)
    talk.say("STORE 1 +FLAGS.SILENT (\\Seen)")
    answer = "\r\n".join(talk.say("FETCH 1:2 BODY[TEXT]"))
    assert answer.count("FLAGS (\\Seen \\Recent)") == 1
    assert "FLAGS" not in "".join(talk.say("FETCH 1:2 BODY[TEXT]"))


def test_seen_is_in_the_flags_that_are_asked_for() -> None:
    talk = Talk().select(MAIL)
    answer = talk.say("FETCH 1 (FLAGS BODY[TEXT])")
    assert answer[0].startswith("* 1 FETCH (FLAGS (\\Seen \\Recent) BODY[TEXT] {")
    assert answer[2] == ")"


@pytest.mark.parametrize("command", ["FETCH 1 BODY.PEEK[]", "FETCH 1 RFC822.HEADER"])
def test_peeking_sets_nothing(command: str) -> None:
    talk = Talk().select(MAIL)
    talk.say(command)
    assert talk.inbox.messages[0].flags == frozenset()


def test_a_mailbox_examined_sets_nothing() -> None:
    talk = Talk().log_in(MAIL)
    talk.say("EXAMINE INBOX")
    talk.say("FETCH 1 BODY[]")
    assert talk.inbox.messages[0].flags == frozenset()


def test_other_sessions_are_told_what_was_read() -> None:
    talk = Talk().select(MAIL)
    other = talk.again().select()
    talk.say("FETCH 1 BODY[]")
    assert other.say("NOOP")[0] == "* 1 FETCH (FLAGS (\\Seen))"


def test_a_message_expunged_elsewhere_is_still_shown_to_who_was_not_told() -> None:
    talk = Talk().select(MAIL, MAIL)
    talk.inbox.expunge([1])
    assert talk.say("FETCH 1:2 (UID)") == [
        "* 1 FETCH (UID 1)",
        "* 2 FETCH (UID 2)",
        "OK FETCH completed",
    ]
    assert talk.say("UID FETCH 1:2 (UID)")[2] == "* 1 EXPUNGE"


def test_new_mail_is_there_for_the_very_next_command() -> None:
    talk = Talk().select(MAIL)
    talk.inbox.append(MAIL)
    assert talk.say("FETCH 2 (UID)")[0] == "* 2 EXISTS"
    talk.inbox.append(MAIL)
    assert talk.say("SEARCH ALL")[-2] == "* SEARCH 1 2 3"


def test_every_message_is_in_one_batch() -> None:
    talk = Talk().select(*[MAIL] * (2 * MANY + 1))
    numbers = [line.split()[1] for line in talk.say("FETCH 1:* (UID)")[:-1]]
    assert numbers == [str(number) for number in range(1, 2 * MANY + 2)]


def test_structures_are_made_once() -> None:
    talk = Talk().select(MAIL)
    first = talk.say("FETCH 1 (ENVELOPE BODYSTRUCTURE BODY[HEADER.FIELDS (SUBJECT)])")
    rendered = talk.inbox.messages[0].content.rendered
    assert set(rendered) == {"ENVELOPE", "BODYSTRUCTURE", "[HEADER.FIELDS (SUBJECT)]"}
    talk.inbox.messages[0].content.keep("ENVELOPE", b"(kept)")
    assert "ENVELOPE (kept) " in talk.say("FETCH 1 (ENVELOPE BODYSTRUCTURE)")[0]
    assert first[0].startswith("* 1 FETCH (ENVELOPE (NIL ")


def test_not_every_choice_of_fields_is_kept() -> None:
    talk = Talk().select(MAIL)
    for number in range(100):
        talk.say(f"FETCH 1 (BODY.PEEK[HEADER.FIELDS (X{number})])")
    assert len(talk.inbox.messages[0].content.rendered) <= 32


def test_utf8_has_a_rendering_of_its_own() -> None:
    talk = Talk().log_in("Subject: Grüße\r\n\r\n".encode())
    talk.say("SELECT INBOX")
    assert "{7}" in talk.say("FETCH 1 ENVELOPE")[0]
    talk.say("ENABLE UTF8=ACCEPT")
    assert '"Grüße"' in talk.say("FETCH 1 ENVELOPE")[0]


def test_previews_are_short_and_on_one_line() -> None:
    talk = Talk().select(b"Subject: x\r\n\r\nHello \r\n\r\n  Ann,\tthis is it. " + b"word " * 100)
    preview = talk.say("FETCH 1 (PREVIEW (LAZY))")[0]
    assert preview.startswith('* 1 FETCH (PREVIEW "Hello Ann, this is it. word word')
    assert len(preview) < 240
    empty = Talk().select(b"Subject: x\r\n\r\n")
    assert empty.say("FETCH 1 (PREVIEW)")[0] == '* 1 FETCH (PREVIEW "")'


def test_a_page_of_messages_can_be_fetched() -> None:
    talk = Talk().select(*[MAIL] * 6)
    assert talk.say("UID FETCH 1:5 (UID) (PARTIAL 2:3)")[:-1] == [
        "* 2 FETCH (UID 2)",
        "* 3 FETCH (UID 3)",
    ]
    assert talk.say("UID FETCH 1:5 (UID) (PARTIAL -1:-2)")[:-1] == [
        "* 4 FETCH (UID 4)",
        "* 5 FETCH (UID 5)",
    ]
    assert talk.say("FETCH 3:5 (UID) (PARTIAL 1:2)")[:-1] == [
        "* 3 FETCH (UID 3)",
        "* 4 FETCH (UID 4)",
    ]


# --- CONDSTORE and QRESYNC ---------------------------------------------------------------


def test_the_use_of_modseq_switches_condstore_on() -> None:
    talk = Talk().select(MAIL)
    assert talk.say("FETCH 1 (MODSEQ)") == [
        "* OK [HIGHESTMODSEQ 2] Highest",
        "* 1 FETCH (MODSEQ (2))",
        "OK FETCH completed",
    ]
    assert talk.say("FETCH 1 (FLAGS)")[0] == "* 1 FETCH (FLAGS (\\Recent) MODSEQ (2))"
    talk.inbox.add_flags(talk.inbox.messages, ["\\Seen"])
    assert talk.say("NOOP")[0] == "* 1 FETCH (FLAGS (\\Seen \\Recent) MODSEQ (3))"


def test_only_what_changed_is_fetched() -> None:
    talk = Talk().select(MAIL, MAIL)
    talk.say("STORE 2 +FLAGS.SILENT (\\Seen)")
    answer = talk.say("FETCH 1:* (FLAGS) (CHANGEDSINCE 3)")
    assert answer[1:] == ["* 2 FETCH (FLAGS (\\Seen \\Recent) MODSEQ (4))", "OK FETCH completed"]


def test_vanished_wants_qresync_and_uids() -> None:
    talk = Talk().select(MAIL, MAIL, MAIL)
    assert talk.say("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)")[-1].startswith("BAD ")
    talk.say("ENABLE QRESYNC")
    assert talk.say("FETCH 1:* (FLAGS) (CHANGEDSINCE 1 VANISHED)")[-1].startswith("BAD ")
    talk.inbox.expunge([1, 3])
    talk.say("NOOP")
    answer = talk.say("UID FETCH 1:2 (FLAGS) (CHANGEDSINCE 4 VANISHED)")
    assert answer == ["* VANISHED (EARLIER) 1", "OK UID FETCH completed"]


def test_a_client_with_qresync_learns_that_vanished_waits() -> None:
    talk = Talk().log_in(MAIL, MAIL)
    talk.say("ENABLE QRESYNC")
    talk.say("SELECT INBOX")
    talk.inbox.expunge([1])
    talk.inbox.add_flags(talk.inbox.messages, ["\\Seen"])
    assert talk.say("FETCH 2 (UID)")[-2] == "* OK [HIGHESTMODSEQ 3] VANISHED waits"
    assert talk.say("NOOP") == ["* VANISHED 1", "* 1 RECENT", "OK NOOP completed"]


# --- octets of any kind and length --------------------------------------------------------


def test_a_percent_sign_in_the_name_of_a_field_is_only_that() -> None:
    talk = Talk().select(b"a%d: x\r\n\r\n")
    answer = talk.say('FETCH 1 (BODY.PEEK[HEADER.FIELDS ("a%d")] FLAGS)')
    assert answer[:2] == ['* 1 FETCH (BODY[HEADER.FIELDS ("a%d")] {10}', "a%d: x"]


def test_a_long_message_leaves_in_pieces_that_are_no_copies_of_it() -> None:
    long = b"x" * 1_000_000
    talk = Talk().select(MAIL, long, MAIL)
    answer = talk.send(b"a UID FETCH 1:* (BODY.PEEK[] FLAGS BODY.PEEK[]<0.3>)\r\n")
    assert max(len(effect.data) for effect in talk.effects if isinstance(effect, Send)) < 100_000
    assert answer == (
        f"* 1 FETCH (UID 1 BODY[] {{{len(MAIL)}}}\r\n{MAIL.decode()} FLAGS (\\Recent)"
        " BODY[]<0> {3}\r\nFro)\r\n"
        f"* 2 FETCH (UID 2 BODY[] {{1000000}}\r\n{long.decode()} FLAGS (\\Recent)"
        " BODY[]<0> {3}\r\nxxx)\r\n"
        f"* 3 FETCH (UID 3 BODY[] {{{len(MAIL)}}}\r\n{MAIL.decode()} FLAGS (\\Recent)"
        " BODY[]<0> {3}\r\nFro)\r\n"
        "a OK UID FETCH completed\r\n"
    )


def test_a_long_message_that_is_read_is_seen() -> None:
    talk = Talk().select(b"x" * 1_000_000)
    assert "x FLAGS (\\Seen \\Recent))\r\n" in talk.send(b"a FETCH 1 BODY[]\r\n")


def test_names_beyond_ascii_stay_out_of_texts() -> None:
    talk = Talk().log_in()
    assert talk.say("CREATE &AOQ-")[-1].startswith("OK")
    assert talk.say("CREATE &AOQ-")[-1] == "NO [ALREADYEXISTS] mailbox '?' already exists"


def test_vanished_earlier_names_no_message_that_still_has_a_number() -> None:
    talk = Talk().select(MAIL, MAIL, MAIL)
    talk.say("ENABLE QRESYNC")
    talk.inbox.expunge([1])
    assert talk.say("UID FETCH 1:* (FLAGS) (CHANGEDSINCE 3 VANISHED)")[:-1] == [
        "* OK [HIGHESTMODSEQ 4] VANISHED waits",
        "* VANISHED 1",
        "* 2 RECENT",
        "* VANISHED (EARLIER) 1",
        "* 2 FETCH (UID 3 FLAGS (\\Recent) MODSEQ (4))",
    ]


def test_what_is_kept_of_a_message_is_bounded() -> None:
    talk = Talk().select(MAIL)
    for place in range(100):
        talk.say(f"FETCH 1 BODY.PEEK[HEADER.FIELDS (Subject X-{place})]")
    talk.say(f"FETCH 1 BODY.PEEK[HEADER.FIELDS ({'x' * 5000})]")
    rendered = talk.inbox.messages[0].content.rendered
    assert len(rendered) <= 32
    assert max(map(len, rendered)) < 100


def test_an_answer_is_made_piece_by_piece_however_often_a_message_is_asked_for() -> None:
    talk = Talk().select(b"Subject: x\r\n\r\n" + b"y" * 200_000, MAIL)
    items = " ".join(f"BODY.PEEK[]<0.{size}>" for size in range(199_000, 199_500))
    effects = iter(talk.session.receive_data(f"t FETCH 1:2 ({items})\r\n".encode()))
    sizes = [len(effect.data) for effect in effects if isinstance(effect, Send)]
    assert sum(sizes) > 500 * 199_000
    assert max(sizes) < 500_000


@pytest.mark.parametrize(
    ("modifiers", "wanted"),
    [
        (b"(CHANGEDSINCE 5)", Fetch(ONE, FAST, changed_since=5)),
        (b"(changedsince 5 vanished)", Fetch(ONE, FAST, changed_since=5, is_vanished=True)),
        (b"(PARTIAL -1:-100)", Fetch(ONE, FAST, partial=(-1, -100))),
    ],
)
def test_modifiers_follow_the_items(modifiers: bytes, wanted: Fetch) -> None:
    assert parsed(fetch, b" 1 FAST " + modifiers) == wanted


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" 1",
        b" FLAGS",
        b" 1 (FAST)",
        b" 1 ()",
        b" 1 FLAGS UID",
        b" 1 (FLAGS  UID)",
        b" 1 FLAGS (VANISHED)",
        b" 1 FLAGS (CHANGEDSINCE)",
        b" 1 FLAGS (FOO)",
        b" 1 FLAGS ()",
    ],
)
def test_fetch_refuses_anything_else(text: bytes) -> None:
    assert refusal(fetch, text).status == "BAD"


@pytest.mark.parametrize("modifier", [b"CHANGEDSINCE 5", b"PARTIAL 1:5"])
def test_modifiers_need_their_capability(modifier: bytes) -> None:
    assert refusal(fetch, b" 1 FLAGS (%b)" % modifier, ()).status == "BAD"


def test_numbers_may_be_any_set() -> None:
    wanted = parsed(fetch, b" 2,4:* UID")
    assert wanted == Fetch(SequenceSet(((2, 2), (4, STAR))), (Attribute.UID,))
