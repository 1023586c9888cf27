"""What the clients' tests share: an API that answers as told, and waits that nobody waits for."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from local.listener import Answer, Listener
from recado_client import Recado


def answered(content: object, status: int = 200, **headers: str) -> Answer:
    """An answer of the API."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, headers={"Content-Type": "application/json", **named}, body=json.dumps(content).encode())


@pytest.fixture
def api() -> Iterator[Listener]:
    """An API that answers as told, and remembers what it was asked."""
    with Listener() as listener:
        yield listener


@pytest.fixture
def recado(api: Listener) -> Iterator[Recado]:
    """A client of that API."""
    with Recado(api.url, "token-1") as connection:
        yield connection


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that would have been waited between attempts."""
    seconds: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=seconds.append))
    return seconds


def webhook(**fields: Any) -> dict[str, Any]:
    """A webhook as the API answers it."""
    return {
        "webhookId": "wh-1",
        "accountId": "1010",
        "name": "Orders",
        "description": "",
        "targetUrl": "https://hooks.example.com/",
        "eventNames": ["*"],
        "authentication": {"type": "NONE"},
        "headers": {},
        "status": "ACTIVE",
        "active": True,
        "ordered": False,
        "format": "ENVELOPE",
        "createdAt": "2026-01-31T12:00:00Z",
        "updatedAt": "2026-01-31T12:00:00Z",
        **fields,
    }
