"""What a test holds over `reset` goes along with it."""

from pytest_fakemail import FakeMail


def test_a_held_transcript_goes_along_with_reset() -> None:
    with FakeMail() as fakemail:
        transcript, lines = fakemail.transcript, list[str]()
        stop = transcript.follow(lines.append)
        fakemail.smtp.client().close()
        assert transcript.connections
        fakemail.reset()
        assert transcript is fakemail.transcript
        assert transcript.connections == []
        lines.clear()
        with fakemail.smtp.client() as client:
            client.noop()
        assert [one.verb for one in transcript.commands("NOOP")] == ["NOOP"]
        assert any(line.endswith("C: noop") for line in lines)
        stop()


def test_a_held_queue_goes_along_with_reset() -> None:
    with FakeMail() as fakemail:
        fakemail.route("b.test", "unreachable")
        queue = fakemail.queue
        fakemail.reset()
        assert len(queue) == 0
        fakemail.route("b.test", "unreachable")
        fakemail.smtp.client().sendmail("a@x.test", ["ann@b.test"], b"Subject: Hi\r\n\r\n")
        assert queue.wait_for(to="ann@b.test").subject == "Hi"
        assert queue[0] in fakemail.queue
