"""Where a request came from, as far as that can be believed."""

from __future__ import annotations

import re
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

#: Some proxies add the port the caller used.
_WITH_PORT = re.compile(r"^(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<four>[0-9.]+)):\d+$")


def client_address(request: HttpRequest) -> str:
    """Return the caller's IP address, trusting as many proxies as are configured and no more.

    Each trusted proxy appends the address it was called from to ``X-Forwarded-For``; everything before those
    entries was written by the caller and is not read. With fewer entries than proxies the request came past
    them, and the connection's own address stands, as it does for an entry that is no address.
    """
    trusted: int = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if trusted else []
    if len(forwarded) >= trusted > 0 and (address := _address(forwarded[-trusted].strip())):
        return address
    return str(request.META.get("REMOTE_ADDR", ""))


def _address(entry: str) -> str:
    """Return the entry's address without its port, ``""`` if it holds none."""
    if match := _WITH_PORT.match(entry):
        entry = match["six"] or match["four"]
    try:
        return str(ip_address(entry))
    except ValueError:
        return ""
