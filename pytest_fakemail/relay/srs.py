"""SRS: a return path of ours that leads back to the sender, so that forwarding passes SPF.

``SRS0=hash=time=domain=local@ours``, as the Sender Rewriting Scheme writes it.  The time is
left at a fixed mark: no test waits for an address to grow old.
"""

from hashlib import sha256

_MARK = "SRS0="
_TIME = "AA"


def forward(sender: str, ours: str) -> str:
    """Return the return path under which a message is sent on."""
    local, _, domain = sender.rpartition("@")
    return f"{_MARK}{_hash(domain, local)}={_TIME}={domain}={local}@{ours}"


def origin(address: str, ours: str) -> str | None:
    """Return the sender to whom an address of ours leads back, None if it is no such one."""
    local, _, domain = address.rpartition("@")
    if domain.lower() != ours.lower() or not local.upper().startswith(_MARK):
        return None
    pieces = local[len(_MARK) :].split("=", 3)
    if len(pieces) != 4:  # noqa: PLR2004  (hash, time, domain, local part)
        return None
    given, _, host, name = pieces
    if given.lower() != _hash(host, name).lower():
        return None
    return f"{name}@{host}"


def _hash(domain: str, local: str) -> str:
    return sha256(f"{domain.lower()} {local}".encode()).hexdigest()[:4]
