"""A transcript as JSON: everything, with times."""

from collections.abc import Iterable, Mapping
from typing import Any

from pytest_fakemail.transcript.abridged import Abridged, Data
from pytest_fakemail.transcript.lost import Lost
from pytest_fakemail.transcript.pages import RowKind
from pytest_fakemail.transcript.redaction import Redactor
from pytest_fakemail.transcript.rows import Row
from pytest_fakemail.wire.exchange import Connection, Tls

_CLIENT = "client"
_SPEAKERS = {
    RowKind.REQUEST: _CLIENT,
    RowKind.SECRET: _CLIENT,
    RowKind.PAYLOAD: _CLIENT,
    RowKind.MESSAGE: _CLIENT,
    RowKind.SENT: "server",
    RowKind.GUARDED: "server",
}


def exported(
    rows: Iterable[Row], connections: Mapping[int, Connection], lost: Lost, *, secrets: bool
) -> dict[str, Any]:
    """Return what `json.dumps` takes, with or without credentials.

    ``{"encoding": "latin-1", "not_kept": {"exchanges", "octets"}, "connections":
    [{"number", "protocol", "peer", "local", "is_implicit_tls", "tls", "user"}], "events":
    [{"connection", "at", …}]}``; `not_kept` counts what is gone of the beginning.  An event has
    ``"from"`` (``"client"`` or ``"server"``) with ``"data"``, where each character stands
    for an octet, or a ``"note"``; a client's, if it is a command, a ``"verb"``; one that
    was abridged ``"head"``, ``"tail"`` and ``"octets_not_kept"`` instead of ``"data"``.
    ``"at"`` is in seconds since the epoch.
    """
    if not secrets:
        rows = Redactor(connections).rows(rows)
    return {
        "encoding": "latin-1",
        "not_kept": {"exchanges": lost.exchanges, "octets": lost.octets},
        "connections": [_connection(one) for one in connections.values()],
        "events": [_event(row) for row in rows],
    }


def _connection(one: Connection) -> dict[str, Any]:
    return {
        "number": one.number,
        "protocol": one.protocol,
        "peer": list(one.peer),
        "local": list(one.local),
        "is_implicit_tls": one.is_implicit_tls,
        "tls": None if one.tls is None else _tls(one.tls),
        "user": one.user,
    }


def _tls(tls: Tls) -> dict[str, Any]:
    return {
        "version": tls.version,
        "cipher": tls.cipher,
        "server_name": tls.server_name,
        "client_names": list(tls.client_names),
    }


def _event(row: Row) -> dict[str, Any]:
    event: dict[str, Any] = {"connection": row.connection, "at": row.time}
    speaker = _SPEAKERS.get(row.kind)
    if speaker is None:
        note = row.data.decode() if isinstance(row.data, bytes) else ""
        return {**event, "note": "connected" if row.kind == RowKind.CONNECTED else note}
    event["from"] = speaker
    if row.kind in (RowKind.REQUEST, RowKind.SECRET):
        event["verb"] = row.verb
    return event | _data(row.data)


def _data(data: Data) -> dict[str, Any]:
    if isinstance(data, Abridged):
        return {
            "head": data.head.decode("latin-1"),
            "tail": data.tail.decode("latin-1"),
            "octets_not_kept": data.missing,
        }
    return {"data": data.decode("latin-1")}
