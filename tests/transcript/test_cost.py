"""What a transcript costs beside the octets that it keeps."""

import gc
import tracemalloc

from transcript.traffic import Traffic

from pytest_fakemail.wire.exchange import Exchange

COUNT = 2000


def test_exchange_costs_few_octets_beside_its_own() -> None:
    traffic = Traffic()
    connection, answer = traffic.connect(), b"250 2.1.5 OK\r\n"
    requests = [b"RCPT TO:<%06d@example.test>\r\n" % number for number in range(COUNT)]
    gc.collect()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for request in requests:
            verb = request[:4].decode()
            traffic.say(Exchange(connection, verb, request), answer)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (after - before) / COUNT < 100


def test_message_costs_no_second_copy() -> None:
    traffic = Traffic()
    connection, mail = traffic.connect(), b"x" * 1_000_000
    tracemalloc.start()
    try:
        traffic.say(Exchange(connection, "end-of-data", payload=mail), b"250 OK\r\n")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000
