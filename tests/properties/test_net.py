"""Whatever is asked of a connection, the client hears it, whole and in order."""

import socket
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from net.house import HELLO, House, connected, read, read_all

from pytest_fakemail.wire.effects import Close, Effect, Pause, Send, sent

sends = st.builds(Send, st.binary(max_size=100) | st.just(b"x" * 70_000))
pauses = st.builds(Pause, st.sampled_from([0.0, 0.001]))
answers = st.lists(sends | pauses, max_size=8)


def heard(client: socket.socket, said: bytes, cuts: set[int]) -> bytes:
    """Say it, cut in pieces; return everything that comes back."""
    places = [0, *sorted(cut for cut in cuts if cut < len(said)), len(said)]
    for start, end in pairwise(places):
        client.sendall(said[start:end])
    return read_all(client)


@settings(max_examples=40, deadline=None)
@given(st.lists(answers, max_size=4), st.sets(st.integers(1, 40)), st.booleans())
def test_answers_are_heard_whole_and_in_order(
    parts: list[list[Effect]],
    cuts: set[int],
    is_implicit_tls: bool,  # noqa: FBT001
) -> None:
    answers = {f"go{number}": (lambda part=part: part) for number, part in enumerate(parts)}
    said = "".join(f"{command}\r\n" for command in [*answers, "quit"]).encode()
    with House({**answers, "quit": lambda: [Close()]}) as house:
        with connected(house.listen(is_implicit_tls=is_implicit_tls)) as client:
            if is_implicit_tls:
                context = house.tls.client_context()
                with context.wrap_socket(client, server_hostname="localhost") as secure:
                    came = heard(secure, said, cuts)
            else:
                came = heard(client, said, cuts)
        assert came == HELLO + b"".join(sent(part) for part in parts)
        assert house.bugs == []


@settings(max_examples=40, deadline=None)
@given(st.lists(answers | st.lists(sends, min_size=1, max_size=1), max_size=6), st.booleans())
def test_an_answer_that_is_there_at_once_is_heard_and_recorded_as_any(
    parts: list[list[Effect]],
    is_prompt: bool,  # noqa: FBT001
) -> None:
    answers = {f"go{number}": (lambda part=part: part) for number, part in enumerate(parts)}
    with House({**answers}) as it:
        it.is_prompt = is_prompt
        with it.client() as client:
            for number, part in enumerate(parts):
                client.sendall(b"go%d\r\n" % number)
                said = sent(part)
                assert read(client, len(said)) == said
                client.sendall(b"next\r\n")
                assert read(client, 6) == b"next\r\n"
        it.events.wait_for("closed")
        pieces = [one for part in parts for one in [*part, Send(b"n")] if isinstance(one, Send)]
        assert sum(event.startswith("sent ") for event in it.events.all) == 1 + len(pieces)
        assert it.bugs == []
