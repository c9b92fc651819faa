"""What a connection is doing, what it may do next, and what is due: the driver's tables.

A phase says what the connection waits for.  `docs/reference/connections.md` has the table as a
diagram; a test holds the two together.

A connection is in one phase at a time.  When it is LISTENING, whatever comes (the client's
octets, a moment that was waited for, a change of the mailbox, silence, the end) is put down as
a call that is due to the session (`net.calls`).  `_converse` makes the calls that are due, one by
one, in the order of `DUE`, and performs the effects that each returns:

    received, wake, …  ──▶  _due  ──▶  _converse: call the session ──▶ effects ──▶ _perform
                              ▲                                                      │
                              └──────────  _go_on: the wait is over  ◀── a wait ◀────┘

The session is a generator more often than not, so most of its work is done in `_perform`, where
its effects are asked for; none is while octets wait for the kernel, during a `Pause`, a handshake
or others' turn.

Nearly all that comes is one command, to a session that has nothing else due, and its answer one
`Send`.  That has a way of its own, `_answer_with`, which ends where `_converse` would.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Literal

    Phase = Literal[
        "LISTENING", "ANSWERING", "SENDING", "PAUSING", "YIELDING", "HANDSHAKING", "ENDED"
    ]
    Due = Literal["SECURED", "INPUT", "POSTPONED", "WOKEN", "SILENT", "EOF"]

PHASES: "dict[Phase, str]" = {
    "LISTENING": "the client, the clock or the store says something",
    "ANSWERING": "the session was called and its effects are performed",
    "SENDING": "the kernel has taken all octets of the answer so far",
    "PAUSING": "the clock reaches the end of a Pause",
    "YIELDING": "the other connections have had their turn",
    "HANDSHAKING": "the client has done its part of a TLS handshake",
    "ENDED": "the client's socket is closed, too, or a moment has passed",
}
"""What a connection is doing, and until when; at any time it is in one of these."""

_WHEN_DONE: "tuple[Phase, ...]" = ("ANSWERING", "ENDED")

NEXT: "dict[Phase, tuple[Phase, ...]]" = {
    "LISTENING": _WHEN_DONE,
    "ANSWERING": ("LISTENING", "SENDING", "PAUSING", "YIELDING", "HANDSHAKING", "ENDED"),
    "SENDING": _WHEN_DONE,
    "PAUSING": _WHEN_DONE,
    "YIELDING": _WHEN_DONE,
    "HANDSHAKING": _WHEN_DONE,
    "ENDED": (),
}
"""What may follow a phase."""

DUE: "dict[Due, str]" = {
    "SECURED": "a TLS handshake is done: `greeting` or `tls_started`",
    "INPUT": "the client has said something: `receive_data`",
    "POSTPONED": "effects that a `Later` has put off are due",
    "WOKEN": "the mailbox has changed: `mailbox_changed`",
    "SILENT": "the client was silent for too long: `timed_out`",
    "EOF": "the client has closed its side: `receive_eof`",
}
"""The calls that may be due to a session, in the order in which they are made."""

ORDER = tuple(DUE)


def following(before: "Phase", after: "Phase") -> "Phase":
    """Return the second phase.

    Raises:
        RuntimeError: it may not follow the first.
    """
    if after not in NEXT[before]:
        raise RuntimeError(f"{after} cannot follow {before}")
    return after


def diagram() -> str:
    """Return the table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> ANSWERING"]
    for phase, following_it in NEXT.items():
        lines += [f"    {phase} --> {after}" for after in following_it]
    lines.append("    ENDED --> [*]")
    return "\n".join(lines)
