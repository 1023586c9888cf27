"""The stack on this machine, as `make start` leaves word of it in `.local/stack.json`."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from recado_cli.exits import Exit, Stop
from recado_cli.profiles.profile import LOCAL, Aws, Profile, Provider

DEFAULT_ACCOUNT = "1010"
_SCOPES = ("recado/webhooks.read", "recado/webhooks.write", "recado/events.publish")


def find() -> Path | None:
    """The stack file: that of `RECADO_STACK_FILE`, or the first `.local/stack.json` upwards from here."""
    named = os.environ.get("RECADO_STACK_FILE")
    if named:
        return Path(named)
    here = Path.cwd()
    files = (folder / ".local" / "stack.json" for folder in (here, *here.parents))
    return next((file for file in files if file.is_file()), None)


def local_profile() -> Profile:
    """The profile `local`; raises `Stop` where no stack runs."""
    path = find()
    if path is None:
        raise Stop(
            "no local stack is running here or in a folder above",
            Exit.UNREACHABLE,
            "`make start` starts one; RECADO_STACK_FILE names the stack.json of another place",
        )
    stack = read(path)
    sign_in = stack.get("signIn", {})
    return Profile(
        name=LOCAL,
        api_url=stack["apiUrl"],
        account=DEFAULT_ACCOUNT,
        provider=Provider(
            client_id=sign_in.get("clientIds", {}).get("CliClient", ""),
            token_url=sign_in.get("tokenUrl", ""),
            authorization_url=sign_in.get("authorizeUrl", ""),
            scopes=_SCOPES,
        ),
        aws=Aws(region=stack.get("region", ""), stack="recado", endpoint_url=stack.get("awsEndpointUrl", "")),
        stack_file=path,
    )


def read(path: Path) -> dict[str, Any]:
    """What the stack file says; raises `Stop` where it cannot be read."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Stop(f"no local stack is running: there is no {path}", Exit.UNREACHABLE, "`make start`") from None
    except (OSError, ValueError) as error:
        raise Stop(f"{path} cannot be read: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("apiUrl"), str):
        raise Stop(f"{path} is not the stack.json of a Recado stack: it has no apiUrl")
    return content
