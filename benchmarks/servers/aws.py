"""AWS that answers at once: `python -m benchmarks.servers.aws` prints its port as JSON, and serves until it is ended.

The emulator's services answer, without the emulator's server before them: items, queues, conditions and expressions are
as true as on the local stack, in a third of its time. Everything is in memory. Below `/_counted` it counts:
`POST` begins, `GET` tells what came since as JSON and ends it. Nothing is counted otherwise, because that takes time.
Nobody waits for a message: a long poll lets time pass at once, and the queues are told that delays are over.
"""

import asyncio
import json
import logging
import re
import time
from base64 import b64encode
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ministack import app as emulator  # type: ignore[import-untyped]  # ships no types
from ministack.core.responses import (  # type: ignore[import-untyped]
    set_request_account_id,
    set_request_region,
)
from ministack.services import sqs  # type: ignore[import-untyped]

from benchmarks.servers.addresses import COUNTED_PATH, LATER_PATH
from benchmarks.servers.capacity import READS, bytes_put, call_name, consumed, read_units
from benchmarks.servers.http import Answer, Request, listen

_SCOPE = re.compile(r"Credential=([^/,]+)/[^/]+/([^/]+)/([^/]+)/")
_LATEST = 50


@dataclass
class Counted:
    """What was called, since counting began: by operation and target, with units, bytes and the latest requests."""

    units: bool
    calls: Counter[tuple[str, ...]] = field(default_factory=Counter)
    write_units: defaultdict[tuple[str, ...], float] = field(default_factory=lambda: defaultdict(float))
    read_units: float = 0.0
    bytes_read: int = 0
    bytes_put: int = 0
    requests: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as the client reads it."""
        return {
            "calls": [[list(name), count] for name, count in self.calls.items()],
            "writeUnits": [[list(name), count] for name, count in self.write_units.items()],
            "readUnits": self.read_units,
            "bytesRead": self.bytes_read,
            "bytesPut": self.bytes_put,
            "requests": self.requests[-_LATEST:],
        }


class Aws:
    """Hands each request to the service that it was signed for."""

    def __init__(self) -> None:
        self._counted: Counted | None = None
        self._ahead = 0.0
        sqs.time = SimpleNamespace(time=lambda: time.time() + self._ahead)
        sqs.asyncio = SimpleNamespace(sleep=self._pass, iscoroutine=asyncio.iscoroutine)

    async def __call__(self, request: Request) -> Answer:
        """Answer one request."""
        if request.target.startswith(COUNTED_PATH):
            return self._count(request)
        if request.target == LATER_PATH:
            self._ahead += json.loads(request.body)["seconds"]
            return Answer()
        operation = _operation(request)
        if self._counted is None:
            return await _served(request)
        return await self._observed(self._counted, operation, request)

    async def _pass(self, seconds: float) -> None:
        self._ahead += seconds

    def _count(self, request: Request) -> Answer:
        if request.method == "POST":
            self._counted = Counted(units=json.loads(request.body)["units"])
            return Answer()
        counted, self._counted = self._counted, None
        assert counted
        return Answer(200, {"content-type": "application/json"}, json.dumps(counted.as_json()).encode())

    async def _observed(self, counted: Counted, operation: str, request: Request) -> Answer:
        is_json = request.headers.get("content-type", "").startswith("application/x-amz-json")
        parameters = json.loads(request.body) if is_json and request.body else {}
        name = call_name(operation, parameters)
        counted.calls[name] += 1
        kept = {"target": request.target, "headers": dict(request.headers), "body": b64encode(request.body).decode()}
        counted.requests = [*counted.requests[-_LATEST:], kept]
        if not request.headers.get("x-amz-target", "").startswith("DynamoDB_"):
            return await _served(request)
        if operation in READS:
            answer = await _served(request)
            counted.bytes_read += len(answer.body)
            if counted.units:
                counted.read_units += await _read_again(request, operation, parameters)
            return answer
        counted.bytes_put += bytes_put(parameters)
        return await _written(counted, name, request, parameters) if counted.units else await _served(request)


async def _written(counted: Counted, name: tuple[str, ...], request: Request, parameters: dict[str, Any]) -> Answer:
    """A write that tells the counter what it consumed, and its caller only if that had asked."""
    answer = await _served(_asking(request, {**parameters, "ReturnConsumedCapacity": "TOTAL"}))
    content = json.loads(answer.body)
    counted.write_units[name] += consumed(content.get("ConsumedCapacity", []))
    if "ReturnConsumedCapacity" not in parameters:
        content.pop("ConsumedCapacity", None)
    headers = {key: value for key, value in answer.headers.items() if key.lower() not in _OF_THE_BODY}
    return Answer(answer.status, headers, json.dumps(content).encode())


_OF_THE_BODY = {"content-length", "x-amz-crc32"}


async def _read_again(request: Request, operation: str, parameters: dict[str, Any]) -> float:
    wanted: list[dict[str, Any]] = []

    def collect(whole: dict[str, Any]) -> dict[str, Any]:
        wanted.append(whole)
        return {"Items": [], "Item": {}, "Responses": {}}

    read_units(collect, operation, parameters)
    answers = [json.loads((await _served(_asking(request, whole))).body) for whole in wanted]
    return read_units(lambda _whole: answers.pop(0), operation, parameters)


def _asking(request: Request, parameters: dict[str, Any]) -> Request:
    return Request(request.method, request.target, request.headers, json.dumps(parameters).encode())


def _operation(request: Request) -> str:
    if target := request.headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return parse_qs(request.body.decode()).get("Action", [""])[0]
    return "Invoke" if "/invocations" in request.target else request.target


async def _served(request: Request) -> Answer:
    """What the emulator's service answers, whose state is that of the account and region of the signature."""
    scope = _SCOPE.search(request.headers.get("authorization", ""))
    if scope is None:
        return Answer(403, {"content-type": "application/json"}, b'{"__type": "MissingAuthenticationToken"}')
    set_request_account_id(scope[1])
    set_request_region(scope[2])
    url = urlsplit(request.target)
    status, headers, body = await emulator.SERVICE_HANDLERS[scope[3]](
        request.method, url.path, request.headers, request.body, parse_qs(url.query, keep_blank_values=True)
    )
    headers.setdefault("x-amzn-requestid", "00000000-0000-4000-8000-000000000000")
    return Answer(status, headers, body.encode() if isinstance(body, str) else body)


async def _main() -> None:
    logging.getLogger().setLevel(logging.WARNING)
    emulator._MAIN_LOOP = asyncio.get_running_loop()  # noqa: SLF001  CloudFormation asks other services by this loop
    print(json.dumps({"port": await listen(Aws())}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
