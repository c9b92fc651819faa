import pytest
from smtp.talk import Talk


def test_sender_and_recipients_are_told_with_the_delivery() -> None:
    talk = Talk().begin("ann@example.test", '"odd local"@example.test', sender="app@example.test")
    talk.data()
    assert talk.delivery.sender == "app@example.test"
    assert talk.delivery.recipients == ["ann@example.test", '"odd local"@example.test']


@pytest.mark.parametrize("text", ["FROM:<a@b.test>", "from:<a@b.test>", "FROM: <a@b.test>"])
def test_the_keyword_has_no_case_and_may_be_followed_by_blanks(text: str) -> None:
    assert Talk().hello().code(f"MAIL {text}") == "250 2.1.0"


@pytest.mark.parametrize(
    "text", ["", "FROM", "<a@b.test>", "TO:<a@b.test>", "FROM <a@b.test>", "FROM:<a@b.test>SIZE=1"]
)
def test_mail_has_a_syntax(text: str) -> None:
    assert Talk().hello().code(f"MAIL {text}") == "501 5.5.4"


@pytest.mark.parametrize("text", ["FROM:", "FROM:a@b.test", "FROM:<a>", "FROM:<postmaster>"])
def test_a_bad_sender(text: str) -> None:
    assert Talk().hello().code(f"MAIL {text}") == "501 5.1.7"


@pytest.mark.parametrize("text", ["TO:", "TO:a@b.test", "TO:<a>", "TO:<>"])
def test_a_bad_recipient(text: str) -> None:
    talk = Talk().hello()
    talk.say("MAIL FROM:<>")
    assert talk.code(f"RCPT {text}") == "501 5.1.3"


@pytest.mark.parametrize("text", ["", "TO", "<a@b.test>", "FROM:<a@b.test>"])
def test_rcpt_has_a_syntax(text: str) -> None:
    talk = Talk().hello()
    talk.say("MAIL FROM:<>")
    assert talk.code(f"RCPT {text}") == "501 5.5.4"


def test_one_transaction_at_a_time() -> None:
    talk = Talk().begin()
    assert talk.code("MAIL FROM:<a@b.test>") == "503 5.5.1"
    talk.data()
    assert talk.code("MAIL FROM:<a@b.test>") == "250 2.1.0"


def test_a_refused_sender_is_none() -> None:
    talk = Talk().hello()
    assert talk.code("MAIL FROM:<a@b.test> SIZE=x") == "501 5.5.4"
    assert talk.code("RCPT TO:<a@b.test>") == "503 5.5.1"


def test_a_declared_size_may_be_too_big() -> None:
    talk = Talk(max_message_size=1000).hello()
    assert talk.code("MAIL FROM:<a@b.test> SIZE=1001") == "552 5.3.4"
    assert talk.code("MAIL FROM:<a@b.test> SIZE=1000") == "250 2.1.0"


def test_recipients_may_be_too_many() -> None:
    talk = Talk(max_recipients=2).begin("a@b.test", "c@d.test")
    assert talk.code("RCPT TO:<e@f.test>") == "452 4.5.3"
    talk.data()
    assert talk.delivery.recipients == ["a@b.test", "c@d.test"]


def test_non_ascii_addresses_need_smtputf8() -> None:
    talk = Talk().hello()
    assert talk.code("MAIL FROM:<jürgen@example.test>") == "550 5.6.7"
    assert talk.code("MAIL FROM:<app@example.test>") == "250 2.1.0"
    assert talk.code("RCPT TO:<jürgen@example.test>") == "553 5.6.7"


def test_non_ascii_addresses_with_smtputf8() -> None:
    talk = Talk().hello()
    assert talk.code("MAIL FROM:<jürgen@example.test> SMTPUTF8") == "250 2.1.0"
    assert talk.code("RCPT TO:<用户@example.test>") == "250 2.1.5"
    talk.data()
    assert talk.delivery.sender == "jürgen@example.test"
    assert talk.delivery.recipients == ["用户@example.test"]
    assert talk.delivery.protocol == "UTF8SMTP"


def test_addresses_that_are_no_utf8_are_refused() -> None:
    talk = Talk().hello()
    assert talk.code("MAIL FROM:<j\udcfcrgen@example.test> SMTPUTF8") == "501 5.1.7"


@pytest.mark.parametrize(
    ("parameter", "code"),
    [("NOTIFY=NEVER", "250 2.1.5"), ("NOTIFY=OFTEN", "501 5.5.4"), ("SIZE=1", "555 5.5.4")],
)
def test_the_parameters_of_rcpt_are_checked(parameter: str, code: str) -> None:
    talk = Talk().begin()
    assert talk.code(f"RCPT TO:<a@b.test> {parameter}") == code


def test_requiretls_needs_tls() -> None:
    assert Talk().hello().code("MAIL FROM:<a@b.test> REQUIRETLS") == "530 5.7.10"
    assert Talk().start_tls().hello().code("MAIL FROM:<a@b.test> REQUIRETLS") == "250 2.1.0"


def test_binarymime_can_be_off_by_itself() -> None:
    talk = Talk().hello()
    talk.service.capabilities.off("BINARYMIME")
    assert talk.code("MAIL FROM:<a@b.test> BODY=BINARYMIME") == "555 5.5.4"
    assert talk.code("MAIL FROM:<a@b.test> BODY=8BITMIME") == "250 2.1.0"


def test_long_addresses_are_refused_if_settings_say_so() -> None:
    for address in (f"{'x' * 65}@b.test", f"a@{'x' * 256}", f"{'x' * 64}@{'y' * 190}"):
        assert Talk(line_limits=True).hello().code(f"MAIL FROM:<{address}>") == "501 5.1.7"
        talk = Talk(line_limits=True).hello()
        talk.say("MAIL FROM:<>")
        assert talk.code(f"RCPT TO:<{address}>") == "501 5.1.3"
        assert Talk().hello().code(f"MAIL FROM:<{address}>") == "250 2.1.0"
    assert Talk(line_limits=True).hello().code(f"MAIL FROM:<{'x' * 64}@b.test>") == "250 2.1.0"


# --- mailboxes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["user@example.test", "USER@Example.Test", "user+tag@example.test"]
)
def test_mail_for_an_account_reaches_it(address: str) -> None:
    talk = Talk(unknown_recipients="reject").begin(address)
    talk.data()
    assert len(talk.inbox.messages) == 1
    assert talk.delivery.recipients == [address]


def test_strangers_are_accepted_unless_settings_say_otherwise() -> None:
    Talk().begin("stranger@elsewhere.test")
    talk = Talk(unknown_recipients="reject").begin()
    assert talk.code("RCPT TO:<stranger@example.test>") == "550 5.1.1"
    assert talk.code("RCPT TO:<stranger@elsewhere.test>") == "550 5.1.1"


def test_the_postmaster_is_never_a_stranger() -> None:
    talk = Talk(unknown_recipients="reject").begin("postmaster", "Postmaster@Example.Test")
    assert talk.code("RCPT TO:<postmaster@elsewhere.test>") == "550 5.1.1"
    talk.data()
    assert talk.delivery.recipients == ["postmaster", "Postmaster@Example.Test"]


def test_an_alias_is_no_stranger() -> None:
    talk = Talk(unknown_recipients="reject")
    talk.service.store.add_alias("away@example.test", ["somebody@elsewhere.test"])
    talk.service.store.add_alias("team", ["user@example.test", "somebody@elsewhere.test"])
    talk.begin("Away@example.test", "team@example.test").data()
    assert len(talk.inbox.messages) == 1


def test_a_locked_account_takes_nothing_for_now() -> None:
    talk = Talk().hello()
    account = talk.service.store.account("user@example.test")
    assert account is not None
    account.lock()
    talk.say("MAIL FROM:<a@b.test>")
    assert talk.code("RCPT TO:<user@example.test>") == "450 4.2.1"
    account.unlock()
    assert talk.code("RCPT TO:<user@example.test>") == "250 2.1.5"


def test_a_full_account_takes_nothing() -> None:
    talk = Talk().hello()
    account = talk.service.store.account("user@example.test")
    assert account is not None
    account.quota = 100
    talk.say("MAIL FROM:<a@b.test> SIZE=101")
    assert talk.code("RCPT TO:<user@example.test>") == "552 5.2.2"
    talk.say("RSET", "MAIL FROM:<a@b.test> SIZE=100")
    assert talk.code("RCPT TO:<user@example.test>") == "250 2.1.5"
