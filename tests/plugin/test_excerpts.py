"""What a failed test shows of a conversation that is longer than a screen."""

import pytest

APP = """
    import smtplib

    def send(address, *people):
        with smtplib.SMTP(*address, timeout=30) as client:
            for one in people:
                try:
                    client.sendmail("app@x.test", [one], "Subject: News\\n\\nHello\\n")
                except smtplib.SMTPResponseException:
                    client.rset()

    PEOPLE = [f"p{number}@x.test" for number in range(9)]
"""


def test_a_fault_at_the_beginning_is_shown(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(app=APP)
    pytester.makepyfile("""
        from app import PEOPLE, send

        def test_news(fakemail):
            fakemail.smtp.when("DATA").reply(452, "4.3.1 Not now").once()
            send(fakemail.smtp.address, *PEOPLE)
            assert len(fakemail.outbox) == 9
    """)
    result = pytester.runpytest()
    result.stdout.fnmatch_lines(
        [
            "*- fakemail conversation -*",
            "connection 1: smtp, *",
            "… * lines not shown, -vv shows them …",
            "C: rcpt [Tt][Oo]:<p0@x.test>",
            "S: 250 2.1.5 Ok",
            "C: data",
            "-- fault: smtp.when('DATA').reply(452, '4.3.1 Not now').once()",
            "S: 452 4.3.1 Not now",
            "… * lines not shown …",
            "C: rcpt [Tt][Oo]:<p8@x.test>",
        ]
    )


def test_a_sweep_that_fails_shows_the_row_and_not_its_last_connection(
    pytester: pytest.Pytester,
) -> None:
    pytester.makepyfile(app=APP)
    pytester.makepyfile("""
        from app import PEOPLE, send

        def test_news(fakemail):
            def action():
                try:
                    send(fakemail.smtp.address, *PEOPLE)
                except OSError:
                    send(fakemail.smtp.address, *PEOPLE)

            result = fakemail.sweep(action, only="lose_reply")
            result.assert_nothing_doubled()
    """)
    result = pytester.runpytest()
    result.stdout.fnmatch_lines(
        [
            "E   *lose_reply at end-of-data: doubled",
            "E * C: .",
            "E * -- fault: smtp.when('end-of-data', nth=1).lose_reply().optional()",
            "*- fakemail conversation -*",
            "connection 1: smtp, *",
            "S: 221 2.0.0 Bye",
            "([1-9]* connections of a sweep, which has told of them; -vv shows them)",
            "*- fakemail outbox -*",
        ]
    )
    shown = result.stdout.str().partition("- fakemail conversation -")[2]
    assert "fault: " not in shown
