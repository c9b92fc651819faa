"""Domains in one form, in which those that are the same are equal."""


def in_ascii(domain: str) -> str:
    """Return a domain in lower case and A-labels (RFC 5890 §2.3.2.1); what is none, as it is."""
    name = domain.lower()
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name


def address_key(address: str) -> str:
    """Return an address in lower case, its domain in A-labels; a name without ``@`` likewise."""
    key = address.lower()
    if key.isascii() or "@" not in key:
        return key
    local, _, domain = key.rpartition("@")
    return f"{local}@{in_ascii(domain)}"


def without_tag(key: str) -> str:
    """Return an address without its sub-address (``ann+tag@example.test``, RFC 5233)."""
    local, _, domain = key.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
