"""How much of an answer is made at a stretch."""

CHUNK = 64 * 1024
"""Octets of neighbouring sends that make a write."""

TURN = 0.004
"""Seconds after which an answer lets others be served.

With a handful of answers at work, a NOOP beside them is to take no more than 20 ms.
"""
