"""Long octets of a transcript, of which only both ends are kept."""

from pytest_fakemail.dataclass import dataclass

_KEPT = 1024
_WORTH = 100
"""So many octets must be saved at least: what stands in their place has a size, too."""


@dataclass(frozen=True, slots=True)
class Abridged:
    """Long octets, of which only both ends are kept."""

    head: bytes
    tail: bytes
    missing: int

    def __len__(self) -> int:
        return len(self.head) + len(self.tail)


Data = bytes | Abridged


def abridged(data: Data) -> Data:
    """Return long octets without their middle, others as they are."""
    if isinstance(data, Abridged) or len(data) <= 2 * _KEPT + _WORTH:
        return data
    return Abridged(data[:_KEPT], data[-_KEPT:], len(data) - 2 * _KEPT)


def joined(data: Data, more: bytes) -> Data:
    """Return octets with more of them behind, abridged."""
    if isinstance(data, bytes):
        return abridged(data + more)
    tail = (data.tail + more)[-_KEPT:]
    return Abridged(data.head, tail, data.missing + len(data.tail) + len(more) - len(tail))


def octets(data: Data) -> bytes:
    """Return octets, with a remark where some were not kept."""
    if isinstance(data, bytes):
        return data
    remark = f"\r\n… {data.missing:,} octets not kept …\r\n".encode()
    return data.head + remark + data.tail
