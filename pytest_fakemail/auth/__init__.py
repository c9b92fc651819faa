"""auth: who may send for whom, judged by the zone of the test: SPF, DKIM and DMARC (extra `auth`).

SPF (RFC 7208) is pyspf's, DMARC's organizational domains (RFC 7489 §3.2) are publicsuffixlist's.
DKIM (RFC 6376, 8301, 8463) is done here, on cryptography, because a test wants to know what
differs, and by which clock a signature has expired.
"""

from importlib import import_module
from importlib.util import find_spec

_NEEDED = {"dns": "dnspython", "spf": "pyspf", "publicsuffixlist": "publicsuffixlist"}


def require_extra() -> None:
    """Tell at once what SPF and DMARC lack.

    Raises:
        ImportError: naming the packages and the extra that brings them.
    """
    missing = [package for module, package in _NEEDED.items() if find_spec(module) is None]
    if missing:
        names = ", ".join(missing)
        raise ImportError(f"SPF and DMARC need {names}: pip install 'pytest-fakemail[auth]'")


def load() -> None:
    """Import what SPF and DMARC need, in the caller's thread and not in a server's.

    Raises:
        ImportError: as `require_extra`.
    """
    import_module(f"{__name__}.spf")
    import_module(f"{__name__}.dmarc")
