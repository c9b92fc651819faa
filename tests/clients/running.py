"""Run a client that lives in asyncio."""

import asyncio
import gc
import warnings
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def run(scenario: Coroutine[Any, Any, T]) -> T:
    """Run a scenario to its end; what it leaves to the garbage collector is not ours.

    asyncio closes a TLS transport when the other side answers its goodbye, and a client that
    does not wait for that leaves the transport, still closing, behind when its loop ends.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            return asyncio.run(scenario)
        finally:
            gc.collect()
