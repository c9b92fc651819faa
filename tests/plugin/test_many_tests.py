"""Many tests on several workers: each has its own mail, and the page has each test once."""

import re

import pytest

TESTS = """
    import smtplib
    import pytest

    def send(fakemail, number):
        with smtplib.SMTP(*fakemail.smtp.address) as client:
            text = f"Subject: Mail {number}\\\\n\\\\nHello"
            client.sendmail("a@x.test", [f"{number}@x.test"], text)

    @pytest.mark.parametrize("number", range(60))
    def test_sends(fakemail, number):
        send(fakemail, number)
        assert fakemail.outbox.one(subject=f"Mail {number}").recipients == [f"{number}@x.test"]
        assert number % 15

    @pytest.mark.parametrize("number", range(20))
    def test_shares(fakemail_module, number):
        send(fakemail_module, number)
        fakemail_module.outbox.one(subject=f"Mail {number}")

    @pytest.mark.parametrize("number", range(20))
    def test_reads(fakemail, number):
        inbox = fakemail.account().inbox
        inbox.deliver(subject=f"Mail {number}")
        client = fakemail.imap.client()
        client.select()
        assert client.fetch("1", "(BODY[])")[0] == "OK"
        inbox.assert_one(subject=f"Mail {number}", seen=True)
"""


def test_no_test_meets_another(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_it=TESTS.replace("\\\\", "\\"))
    result = pytester.runpytest_subprocess(
        *("-n", "2", "--tb=no", "--fakemail-report=page.html", "--fakemail-artifacts=kept")
    )
    result.assert_outcomes(passed=96, failed=4)
    page = (pytester.path / "page.html").read_text(encoding="utf-8")
    shown = re.findall(r'<details class="test" id="(\w+)" data-outcome="(\w+)"', page)
    assert len({name for name, _ in shown}) == len(shown) == 100
    assert [outcome for _, outcome in shown].count("failed") == 4
    assert len(list((pytester.path / "kept").iterdir())) == 4
