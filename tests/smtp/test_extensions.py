import pytest
from smtp.talk import Talk

from pytest_fakemail.smtp.extensions import KNOWN


def announced(talk: Talk) -> dict[str, str]:
    _, *lines = talk.say("EHLO me").split("\r\n")
    return {line[4:].partition(" ")[0]: line[4:].partition(" ")[2] for line in lines}


def test_all_are_announced_where_they_apply() -> None:
    assert set(announced(Talk())) == set(KNOWN) - {"REQUIRETLS", "ETRN"}
    assert set(announced(Talk().start_tls())) == set(KNOWN) - {"STARTTLS", "ETRN"}


def test_each_tells_its_parameters() -> None:
    lines = announced(Talk(max_message_size=1000, max_recipients=7))
    assert lines["SIZE"] == "1000"
    assert lines["LIMITS"] == "RCPTMAX=7"
    assert lines["AUTH"].split()[:2] == ["PLAIN", "LOGIN"]
    assert lines["SMTPUTF8"] == ""


@pytest.mark.parametrize("name", [name for name in KNOWN if name != "ETRN"])
def test_what_is_off_is_not_announced(name: str) -> None:
    talk = Talk().start_tls() if name == "REQUIRETLS" else Talk()
    assert name in announced(talk)
    talk.service.capabilities.off(name)
    assert name not in announced(talk)


@pytest.mark.parametrize(("name", "needed"), [("SMTPUTF8", "8BITMIME"), ("BINARYMIME", "CHUNKING")])
def test_what_cannot_be_without_another_goes_with_it(name: str, needed: str) -> None:
    talk = Talk()
    talk.service.capabilities.off(needed)
    assert name not in announced(talk)


def test_with_none_the_answer_has_one_line() -> None:
    talk = Talk()
    talk.service.capabilities.only()
    assert talk.say("EHLO me") == "250 mail.example.test"


def test_no_mechanism_means_no_auth() -> None:
    assert "AUTH" not in announced(Talk(require_tls=True))
    assert "AUTH" not in announced(Talk(mechanisms=()))


def test_without_status_codes_replies_have_none() -> None:
    talk = Talk()
    talk.service.capabilities.off("ENHANCEDSTATUSCODES")
    talk.hello()
    assert talk.say("NOOP") == "250 Ok"
    assert talk.say("RSET") == "250 Ok"
    assert talk.say("MAIL FROM:<a@b.test>") == "250 Ok"
    assert talk.say("NONSENSE") == "500 Command unrecognized"
