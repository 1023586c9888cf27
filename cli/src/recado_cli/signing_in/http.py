"""Requests of signing in: bounded, and never to this machine through a proxy of the environment."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from recado_cli.signing_in.addresses import is_loopback

_SECONDS = 30.0


def client(address: str) -> httpx.Client:
    """An HTTP client for an address; it follows no redirect, which could carry a secret elsewhere."""
    return httpx.Client(timeout=_SECONDS, trust_env=not is_loopback(urlsplit(address).hostname or ""))
