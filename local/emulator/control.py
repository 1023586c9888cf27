"""What this project asks of the running emulator beside AWS, under a path that no AWS service has."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from local.emulator import readiness
from local.emulator.saving import Saver

READY_PATH = "/_local/ready"
_READING_METHODS = {"GET", "HEAD", "OPTIONS"}

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def controlled(emulator: Application, saver: Saver) -> Application:
    """The emulator's application, with this project's path before it, and its state saved while it runs."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            saving = asyncio.create_task(saver.run())
            await emulator(scope, receive, send)
            saving.cancel()
        elif scope.get("path") == READY_PATH:
            await asyncio.to_thread(readiness.make_ready)
            await _answer(send, {})
        else:
            await emulator(scope, receive, send)
            saver.changed = saver.changed or scope.get("method") not in _READING_METHODS

    return application


async def _answer(send: Send, content: dict[str, Any]) -> None:
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]},
    )
    await send({"type": "http.response.body", "body": json.dumps(content).encode()})
