"""Each word that can be switched off, announced or concealed, at every personality."""

import poplib
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pytest_fakemail import BadSetting, FakeMail
from pytest_fakemail.providers.speaking.personality import NAMES, personality
from pytest_fakemail.settings import Settings

if TYPE_CHECKING:
    from faults.wire import Value

PROTOCOLS = ("smtp", "pop3", "imap")
EACH = [(name, protocol) for name in NAMES for protocol in PROTOCOLS]
SPEAKERS = [(name, each) for name, each in EACH if personality(name).spoken(each) is not None]
SILENT = [(name, each) for name, each in EACH if personality(name).spoken(each) is None]


NEEDED = ("CAPA", "IMAP4rev1")
"""Without these the clients below cannot ask."""


def of_smtp(fakemail: FakeMail) -> list[str]:
    client = fakemail.smtp.client()
    lines = client.ehlo()[1].decode().splitlines()[1:]
    client.close()
    return lines


def of_pop3(fakemail: FakeMail) -> list[str]:
    client = poplib.POP3(*fakemail.pop3.address)
    try:
        return [" ".join((word, *more)) for word, more in client.capa().items()]
    finally:
        client.close()


def of_imap(fakemail: FakeMail) -> list[str]:
    client = fakemail.imap.client()
    _, listed = client.capability()  # what came at login, too
    client.shutdown()
    line: bytes = listed[-1]
    return line.decode().split()


LISTED: dict[str, Callable[[FakeMail], list[str]]] = {
    "smtp": of_smtp,
    "pop3": of_pop3,
    "imap": of_imap,
}


def plain(line: str) -> str:
    word = line.partition(" ")[0]
    return "APPENDLIMIT" if word.startswith("APPENDLIMIT=") else word


@pytest.mark.parametrize(("name", "protocol"), SPEAKERS)
def test_words_are_switched_off_concealed_and_announced(name: str, protocol: str) -> None:
    """Of what it lists at first each word can go, and what is announced is there in the end."""
    with FakeMail(provider=name) as fakemail:
        capabilities = getattr(fakemail, protocol).capabilities
        at_first = LISTED[protocol](fakemail)
        for line in at_first:
            word = plain(line)
            if not capabilities.knows(word) or word in NEEDED:
                continue
            capabilities.off(word)
            assert word not in map(plain, LISTED[protocol](fakemail))
            capabilities.on(word)
            assert LISTED[protocol](fakemail) == at_first
        capabilities.announce("X-MINE")
        assert LISTED[protocol](fakemail) == [*at_first, "X-MINE"]
        hidden = next(
            plain(line) for line in at_first if plain(line) in capabilities and line not in NEEDED
        )
        capabilities.conceal(hidden)
        assert hidden not in map(plain, LISTED[protocol](fakemail))
        assert hidden in capabilities


@pytest.mark.parametrize(("name", "protocol"), SPEAKERS)
def test_words_are_left_out_by_the_setting(name: str, protocol: str) -> None:
    """All that the server knows, whether or not this provider has it, one and all of them."""
    with FakeMail(provider=name) as fakemail:
        server = getattr(fakemail, protocol)
        known = sorted({plain(line) for line in LISTED[protocol](fakemail)})
        known = [one for one in known if server.capabilities.knows(one) and one not in NEEDED]
        kinds = {"imap": "IDLE", "smtp": "DSN", "pop3": "UTF8"}
    for words in ([kinds[protocol]], known):
        changes: Value = {f"{protocol}_without": words}
        with FakeMail(**changes, provider=name) as fakemail:
            assert set(words).isdisjoint(getattr(fakemail, protocol).capabilities)
            assert set(words).isdisjoint(map(plain, LISTED[protocol](fakemail)))


@pytest.mark.parametrize(("name", "protocol"), SILENT)
def test_a_server_that_there_is_not_cannot_be_set(name: str, protocol: str) -> None:
    """SMTP's settings are LMTP's as well, which every FakeMail has."""
    title = personality(name).title
    with FakeMail(provider=name) as fakemail:
        with pytest.raises(AttributeError, match=f"^{title} has no {protocol.upper()}, and this"):
            getattr(fakemail, protocol)
        assert not hasattr(fakemail, protocol)
    settings = [f"{protocol}_without", f"{protocol}_timeout"]
    for setting, value in zip(settings, (["STARTTLS"], 5), strict=True):
        changes: Value = {setting: value, "provider": name}
        if protocol == "smtp":
            with FakeMail(**changes) as fakemail:
                assert getattr(fakemail.settings, setting)
            continue
        with pytest.raises(BadSetting, match=f"^{setting}: {title} has no {protocol.upper()}"):
            FakeMail(**changes)


@pytest.mark.parametrize("name", NAMES)
def test_unknown_words_are_told_whoever_it_is(name: str) -> None:
    for protocol in PROTOCOLS:
        changes: Value = {f"{protocol}_without": ["X-NEVER"]}
        settings = Settings(**changes)
        with pytest.raises(BadSetting, match=f"^{protocol}_without: no capability 'X-NEVER'"):
            FakeMail(settings, provider=name)


def test_settings_of_a_whole_run_do_not_forbid_a_provider() -> None:
    with FakeMail(Settings(imap_timeout=5, imap_without=["IDLE"]), provider="ses") as fakemail:
        assert fakemail.smtp.port


def test_marker_of_an_outer_provider_is_told(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        pytestmark = pytest.mark.fakemail(provider="ses")

        @pytest.mark.fakemail(imap_without=["IDLE"])
        def test_it(fakemail):
            pass
    """)
    ran = pytester.runpytest("-p", "no:cacheprovider")
    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["*imap_without: Amazon SES has no IMAP*it has smtp*"])
