"""ETRN: a client asks that what waits for a domain be sent now (RFC 1985)."""

from pytest_fakemail.pattern import pattern
from pytest_fakemail.smtp.client import Client
from pytest_fakemail.smtp.replies import Refused, Reply
from pytest_fakemail.smtp.table import Answer, Command

_NODE = pattern(r"[@#]?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def node(argument: str) -> str:
    """``option-character node``: a domain; ``@`` and those below it; ``#`` a queue's name.

    Raises:
        Refused: it is none.
    """
    name = argument.strip()
    if not _NODE.fullmatch(name):
        raise Refused(501, "5.5.4", "Syntax: ETRN domain")
    return name


def etrn(client: Client, name: str) -> Answer:
    """Try now what waits for a node, and say how much that is (RFC 1985 §5.3)."""
    if client.envelope.mail_from is not None:
        raise Refused(503, "5.5.1", "ETRN within a mail transaction")
    office = client.service.store.office
    if name.startswith("#"):
        raise Refused(458, "4.5.0", f"Unable to queue messages for node {name}")
    if office is None or not office.takes(f"postmaster@{name.lstrip('@')}"):
        raise Refused(459, "4.5.0", f"Node {name} not allowed: nothing is routed there")
    count = office.flush_domain(name)
    if not count:
        return Reply(251, "2.0.0", f"Ok, no messages waiting for node {name}")
    return Reply(253, "2.0.0", f"Ok, {count} pending messages for node {name} started")


ETRN = Command(grammar=node, handler=etrn, syntax="ETRN domain", extension="ETRN", needs_hello=True)
