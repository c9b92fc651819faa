"""How ENABLE reads its arguments."""

from imap.cursors import parsed, refusal

from pytest_fakemail.imap.commands.enable import enable


def test_enable_takes_names() -> None:
    assert parsed(enable, b" condstore X-FOO=1") == ("CONDSTORE", "X-FOO=1")
    assert refusal(enable, b"").status == "BAD"
    assert refusal(enable, b" (CONDSTORE)").status == "BAD"
