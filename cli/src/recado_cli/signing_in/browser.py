"""Signing in as a person: the provider's page in a browser, with code and PKCE (RFC 7636, 8252)."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import sys
import webbrowser
from collections.abc import Callable
from urllib.parse import urlencode

from recado_cli.profiles.profile import Provider
from recado_cli.signing_in import grants
from recado_cli.signing_in.receiver import PORTS, Receiver

Say = Callable[[str], None]


def sign_in(
    provider: Provider, say: Say, *, seconds: float, opens: bool = True, ports: tuple[int, ...] = ()
) -> grants.Session:
    """Sign in on the provider's page, within so many seconds; raises `Stop` where that comes to nothing."""
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
    with Receiver(state, ports or PORTS) as receiver:
        address = authorization_address(provider, receiver.redirect_uri, verifier, state)
        opened = opens and has_browser() and webbrowser.open(address)
        say(f"Sign in {'in the browser, or ' if opened else ''}at this address, within {seconds / 60:g} minutes:")
        say(address)
        if "SSH_CONNECTION" in os.environ:
            forward = f"ssh -L {receiver.port}:localhost:{receiver.port} …"
            say(f"The browser must reach port {receiver.port} of this machine; from elsewhere: {forward}")
        code = receiver.code(seconds)
        return grants.by_code(provider, code, verifier, receiver.redirect_uri)


def authorization_address(provider: Provider, redirect_uri: str, verifier: str, state: str) -> str:
    """The address of the page that one signs in at."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(provider.scopes),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in provider.authorization_url else "?"
    return f"{provider.authorization_url}{joint}{urlencode(query)}"


def has_browser() -> bool:
    """Whether a browser has a screen here; one that runs within the terminal would take it over."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
