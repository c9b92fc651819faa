"""dnspython's default resolvers of this process, pointed at a test's name server."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dns.asyncresolver
import dns.resolver


@contextmanager
def default_resolvers(address: tuple[str, int]) -> Iterator[None]:
    """Let `dns.resolver` and `dns.asyncresolver` ask this address, for as long as it lasts."""
    host, port = address
    modules: tuple[Any, Any] = (dns.resolver, dns.asyncresolver)  # which say nothing of it
    before = [module.default_resolver for module in modules]
    try:
        for module in modules:
            resolver = module.Resolver(configure=False)
            resolver.nameservers = [host]
            resolver.port = port
            resolver.lifetime = 5.0
            module.default_resolver = resolver
        yield
    finally:
        for module, resolver in zip(modules, before, strict=True):
            module.default_resolver = resolver
