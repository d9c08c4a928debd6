"""Where strangers call from, by which they are told from one another while nobody knows them."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network, ip_address

from fastapi import Request

_OWN_BITS = 64
"""Leading bits of an IPv6 address that tell one network from another; within it a single machine has every address."""


def source_of(request: Request) -> str:
    """The address that a request comes from, of IPv6 its network; behind a trusted proxy that of whom the proxy names."""
    host = "" if request.client is None else request.client.host
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Network((address, _OWN_BITS), strict=False))
    return str(address)
