"""The numbers of a mailbox, each a type of its own so that none is taken for another."""

from typing import NewType

Uid = NewType("Uid", int)
"""A message's number for ever; grows with each message of a mailbox (RFC 3501 §2.3.1.1)."""

LARGEST_UID = 2**32 - 1
"""RFC 9051 §9, uniqueid."""

SeqNum = NewType("SeqNum", int)
"""A message's place in one session's numbering, from 1 (RFC 3501 §2.3.1.2)."""

ModSeq = NewType("ModSeq", int)
"""The mailbox's count of changes at a message's last one (RFC 7162 §3.1)."""
