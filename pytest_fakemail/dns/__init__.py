"""dns: a zone that a test writes in words, and a server that answers from it (extra `dns`).

It stands on dnspython, which is also what most Python mail code looks MX records up with.
"""

try:
    import dns.version  # noqa: F401  (to say at once what is missing)
except ImportError as missing:  # pragma: no cover  (the tests have it)
    raise ImportError(
        "fakemail.dns needs dnspython: pip install 'pytest-fakemail[dns]'"
    ) from missing
