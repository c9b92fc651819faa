import pytest
from imap.talk import MAIL, Talk
from wire.services import make_service

from pytest_fakemail.errors import UnknownCapability
from pytest_fakemail.imap.capabilities import (
    AFTER_LOGIN,
    NEEDED,
    OFF_AT_FIRST,
    ON_REQUEST,
    PART_OF,
    switchboard,
)
from pytest_fakemail.settings import Settings


def announced(talk: Talk) -> list[str]:
    return talk.say("CAPABILITY")[0].split()[2:]


def test_revisions_are_announced_as_the_settings_say() -> None:
    assert announced(Talk())[:2] == ["IMAP4rev1", "IMAP4rev2"]
    assert "IMAP4rev2" not in announced(Talk(imap_revisions="rev1"))
    assert "IMAP4rev1" not in announced(Talk(imap_revisions="rev2"))


def test_mechanisms_and_starttls_are_announced_before_the_login_only() -> None:
    talk = Talk()
    before = announced(talk)
    after = announced(talk.log_in())
    assert {"STARTTLS", "AUTH=PLAIN", "AUTH=XOAUTH2"} <= set(before)
    assert not [name for name in after if name.startswith("AUTH=") or name == "STARTTLS"]
    assert {"IDLE", "QUOTA=RES-STORAGE", "APPENDLIMIT=134217728"} <= set(after)
    assert "IDLE" not in before


def test_without_tls_no_password_is_taken_if_the_settings_say_so() -> None:
    talk = Talk(require_tls=True)
    assert "LOGINDISABLED" in announced(talk)
    assert not [name for name in announced(talk) if name.startswith("AUTH=")]
    for command in ("LOGIN user@example.test password", "AUTHENTICATE PLAIN"):
        assert talk.say(command)[-1].startswith("NO [PRIVACYREQUIRED]")


def test_what_is_off_is_neither_announced_nor_served() -> None:
    talk = Talk(imap_without=("MOVE", "AUTH=PLAIN", "CONDSTORE"))
    assert talk.say("AUTHENTICATE PLAIN")[-1].startswith("NO [CANNOT]")
    talk.log_in(MAIL)
    assert "MOVE" not in announced(talk)
    assert "HIGHESTMODSEQ" not in "".join(talk.say("SELECT INBOX"))
    assert talk.say("MOVE 1 Trash") == ["BAD Unknown command"]
    assert talk.say("FETCH 1 (MODSEQ)")[-1].startswith("BAD ")
    talk.service.capabilities.on("MOVE")
    assert talk.say("MOVE 1 Trash")[-1].startswith("OK")


def test_imap4rev2_has_what_is_a_part_of_it() -> None:
    talk = Talk(imap_without=("MOVE", "QUOTA")).select(MAIL)
    talk.say("ENABLE IMAP4rev2")
    assert talk.say("GETQUOTAROOT INBOX") == ["BAD Unknown command"]
    assert talk.say("MOVE 1 Trash")[-1].startswith("OK")


def test_an_unknown_name_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(UnknownCapability, match=r"no capability 'MOOVE'.*MOVE"):
        switchboard(Settings(imap_without=("MOOVE",)))


def test_all_are_announced_if_the_settings_say_so() -> None:
    default, everything = Settings(), Settings(imap_capabilities="all")
    more = set(switchboard(everything)) - set(switchboard(default))
    assert more == set(ON_REQUEST)
    assert not more & {*OFF_AT_FIRST, *AFTER_LOGIN}


@pytest.mark.parametrize("name", AFTER_LOGIN)
def test_each_capability_can_be_switched_off(name: str) -> None:
    service = make_service("imap", (), imap_without=(name,))
    service.capabilities = switchboard(service.settings)
    words = announced(Talk(service).log_in())
    if name == "APPENDLIMIT":
        words = [word.partition("=")[0] for word in words]
    assert name not in words


@pytest.mark.parametrize(
    ("off", "gone"),
    [("CONDSTORE", "QRESYNC"), ("ENABLE", "QRESYNC"), ("ENABLE", "UTF8=ACCEPT"),
     ("ESEARCH", "SEARCHRES"), ("SORT", "SORT=DISPLAY")],
)  # fmt: skip
def test_what_is_of_no_use_without_another_goes_with_it(off: str, gone: str) -> None:
    assert gone in announced(Talk().log_in())
    assert gone not in announced(Talk(imap_without=(off,)).log_in())


@pytest.mark.parametrize("gone", NEEDED)
def test_nor_is_it_served_with_everything_on(gone: str) -> None:
    talk = Talk(imap_capabilities="all").log_in()
    talk.service.capabilities.on(gone)
    assert gone in talk.session._client.granted
    for needed in NEEDED[gone]:
        names = [needed, *([PART_OF[needed]] if needed in PART_OF else [])]
        talk.service.capabilities.off(*names)
        assert gone not in talk.session._client.granted
        assert gone not in announced(talk)
        talk.service.capabilities.on(*names)


def test_qresync_cannot_be_enabled_without_condstore() -> None:
    talk = Talk(imap_without=("CONDSTORE",)).log_in()
    assert talk.say("ENABLE QRESYNC")[0] == "* ENABLED"
    assert talk.say("SELECT INBOX (QRESYNC (1 1))")[-1].startswith("BAD ")


def test_list_status_needs_no_list_extended() -> None:
    talk = Talk(imap_without=("LIST-EXTENDED",)).log_in()
    assert talk.say('LIST "" INBOX RETURN (STATUS (MESSAGES))')[1] == "* STATUS INBOX (MESSAGES 0)"
