"""What this project asks of the running emulator beside AWS, under a path that no AWS service has."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from local.emulator import readiness

READY_PATH = "/_local/ready"

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def controlled(emulator: Application) -> Application:
    """The emulator's application, with this project's path before it."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == READY_PATH:
            await asyncio.to_thread(readiness.make_ready)
            await _answer(send, {})
        else:
            await emulator(scope, receive, send)

    return application


async def _answer(send: Send, content: dict[str, Any]) -> None:
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]},
    )
    await send({"type": "http.response.body", "body": json.dumps(content).encode()})
