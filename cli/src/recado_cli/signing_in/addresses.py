"""The addresses that tokens and secrets may go to."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from recado_cli.exits import Exit, Stop


def api_address(text: str) -> str:
    """The address of an API as people give it, its console's too; raises `Stop` for what is none."""
    address = text.strip() if "://" in text else f"https://{text.strip()}"
    safe(address, "the address of the API")
    parts = urlsplit(address)
    path = parts.path.rstrip("/").removesuffix("/console")
    return f"{parts.scheme}://{parts.netloc}{path}"


def safe(address: str, what: str) -> str:
    """The address, if what is secret may go there: by HTTPS, or to this machine; raises `Stop`."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        host = ""
    if not host or parts.username is not None:
        raise Stop(f"{what}, {address!r}, is no address such as https://recado.example", Exit.USAGE)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise Stop(f"{what}, {address!r}, must begin with https://; http:// is for this machine alone", Exit.USAGE)
    return address


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
