"""How GETQUOTA and SETQUOTA read their arguments."""

from imap.cursors import parsed, refusal

from pytest_fakemail.imap.commands.quota import SetQuota, getquota, setquota


def test_quota_roots_are_named() -> None:
    assert parsed(getquota, b' ""') == ""
    assert parsed(getquota, b" ann") == "ann"
    assert refusal(getquota, b' "\xff"').status == "BAD"


def test_setquota_takes_limits() -> None:
    assert parsed(setquota, b' "" (storage 512 MESSAGE 9)') == SetQuota(
        "", {"STORAGE": 512, "MESSAGE": 9}
    )
    assert parsed(setquota, b' "" ()') == SetQuota("", {})
    assert refusal(setquota, b' "" (STORAGE)').status == "BAD"
    assert refusal(setquota, b' "" STORAGE 5').status == "BAD"
