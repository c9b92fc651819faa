import json

from transcript.traffic import BEGIN, Traffic

from pytest_fakemail.wire.exchange import Exchange, Tls

CONNECTION = {
    "number": 1,
    "protocol": "smtp",
    "peer": ["127.0.0.1", 50001],
    "local": ["127.0.0.1", 40025],
    "is_implicit_tls": False,
    "tls": {
        "version": "TLSv1.3",
        "cipher": "X",
        "server_name": "localhost",
        "client_names": ["ann"],
    },
    "user": None,
}


def test_json_has_every_octet_and_event() -> None:
    traffic = Traffic()
    connection = traffic.connect(1, "smtp")
    connection.tls = Tls("TLSv1.3", "X", "localhost", ("ann",))
    every = bytes(range(256))
    traffic.say(Exchange(connection, "AUTH", b"AUTH PLAIN AGE=\r\n", every, is_secret=True), every)
    traffic.record.closed(connection, "closed by the client")
    exported = json.loads(json.dumps(traffic.transcript.json()))
    at = BEGIN.timestamp()
    octets = every.decode("latin-1")
    assert exported == {
        "encoding": "latin-1",
        "not_kept": {"exchanges": 0, "octets": 0},
        "connections": [CONNECTION],
        "events": [
            {"connection": 1, "at": at, "note": "connected"},
            {
                "connection": 1,
                "at": at,
                "from": "client",
                "verb": "AUTH",
                "data": "AUTH PLAIN AGE=\r\n",
            },
            {"connection": 1, "at": at, "from": "client", "data": octets},
            {"connection": 1, "at": at, "from": "server", "data": octets},
            {"connection": 1, "at": at, "note": "closed by the client"},
        ],
    }


def test_json_tells_what_was_not_kept() -> None:
    traffic = Traffic(limit=100_000)
    connection = traffic.connect()
    traffic.say(Exchange(connection, "RETR", b"RETR 1\r\n"), b"x" * 200_000)
    answer = traffic.transcript.json()["events"][-1]
    assert answer["octets_not_kept"] == 200_000 - 2048
    assert answer["head"] == answer["tail"] == "x" * 1024


def test_json_can_leave_credentials_out() -> None:
    traffic = Traffic()
    connection = traffic.connect(1, "smtp")
    traffic.say(Exchange(connection, "AUTH", b"AUTH PLAIN AGE=\r\n", is_secret=True), b"235 OK\r\n")
    told = json.dumps(traffic.transcript.json(secrets=False))
    assert "AUTH PLAIN [redacted]" in told
    assert "AGE=" not in told
