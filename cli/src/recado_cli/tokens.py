"""The bearer token of a request."""

from __future__ import annotations

import os
from collections.abc import Callable

from recado_cli.exits import Exit, Stop
from recado_cli.profiles.profile import Profile


def token_source(profile: Profile) -> Callable[[], str]:
    """A function that gives a token that is good now; it raises `Stop` where the session has ended."""

    def token() -> str:
        given = os.environ.get("RECADO_TOKEN", "")
        if not given:
            raise Stop(f"nobody is signed in to {profile.api_url}", Exit.NOT_SIGNED_IN)
        return given

    return token
