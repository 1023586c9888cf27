"""Serves the web console: its files, the configuration that its sign-in needs, and the API reference."""

import base64
import os
from pathlib import Path
from typing import Any

from recado.console.settings import ConsoleSettings
from recado.console.site import Answer, Site

_SITE = Site(Path(__file__).parent / "static", ConsoleSettings.from_env(os.environ))


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one GET request for a path under /console, for the root, the icon or the API reference."""
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    return _encoded(_SITE.answer(event["rawPath"], headers.get("accept-encoding", "")))


def _encoded(answer: Answer) -> dict[str, Any]:
    return {
        "statusCode": int(answer.status),
        "headers": answer.headers,
        "body": base64.b64encode(answer.body).decode(),
        "isBase64Encoded": True,
    }
