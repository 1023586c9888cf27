"""What the command's tests share: a place of its own for settings, an API that answers as told, and the command."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from local.listener import Answer, Listener
from recado_cli.app import main


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """What was printed, as one JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def settings_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own for profiles and sessions, and nothing of RECADO_* in the environment."""
    for name in [name for name in os.environ if name.startswith("RECADO_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RECADO_CONFIG_DIR", str(tmp_path / "recado"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("TZ", "UTC")
    return tmp_path / "recado"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`run("webhooks", "list", stdin="…")` runs the command, as in a pipe."""

    def command(*arguments: str, stdin: str = "") -> Ran:
        monkeypatch.setattr("sys.stdin", StringIO(stdin))
        capsys.readouterr()
        code = main(list(arguments))
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return command


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """An API that answers as told; the environment leads to it, for account 1010."""
    with Listener() as listener:
        monkeypatch.setenv("RECADO_API_URL", listener.url)
        monkeypatch.setenv("RECADO_TOKEN", "token-of-the-environment")
        monkeypatch.setenv("RECADO_ACCOUNT", "1010")
        yield listener


def answered(content: object, status: int = 200, **headers: str) -> Answer:
    """An answer of the API."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, headers={"Content-Type": "application/json", **named}, body=json.dumps(content).encode())


def webhook(**fields: Any) -> dict[str, Any]:
    """A webhook as the API answers it."""
    return {
        "webhookId": "wh_1",
        "accountId": "1010",
        "name": "Orders",
        "description": "",
        "targetUrl": "https://hooks.example.com/",
        "authentication": {"type": "NONE"},
        "eventNames": ["*"],
        "headers": {},
        "active": True,
        "ordered": False,
        "format": "ENVELOPE",
        "delivery": {"maxEvents": 100, "maxBytes": 98304, "timeoutSeconds": 5, "partialResponses": False},
        "status": "ACTIVE",
        "lane": {"mode": "DIRECT", "reasons": []},
        "health": {"state": "HEALTHY"},
        "backlog": 0,
        "createdAt": "2026-01-31T12:00:00Z",
        "updatedAt": "2026-01-31T12:00:00Z",
        "version": 1,
        **fields,
    }


def delivery(number: int, **fields: Any) -> dict[str, Any]:
    """A delivery as the API answers it in a list."""
    return {
        "deliveryId": f"d-{number}",
        "webhookId": "wh_1",
        "eventId": f"e-{number}",
        "eventName": "order.paid",
        "timestamp": "2026-01-31T12:00:00Z",
        "status": "PENDING",
        "createdAt": "2026-01-31T12:00:00Z",
        **fields,
    }
