"""An API that keeps webhooks as the real one does, for as long as a test lasts; and exports, in files of one's own."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from local.listener import Answer, Listener
from recado.http_api.webhooks.schemas import WebhookEntered
from recado_cli.keeping.private_files import write_private
from tests.unit.cli.conftest import answered, webhook

EXPORTS = Path(__file__).parent / "exports"
EVENT_TYPES = ("order.created", "order.paid", "invoice.paid", "user.created", "billing.invoice.paid")


class Stack(Listener):
    """The API of a stack: it takes what the API's own schema takes, and knows each `Idempotency-Key` once."""

    def __init__(self) -> None:
        super().__init__()
        self.webhooks: dict[str, list[dict[str, Any]]] = {}
        self.secrets_of: dict[str, str] = {}
        self.event_types: tuple[str, ...] = EVENT_TYPES
        self.limit = 5
        self.dies_after: int | None = None
        self._keys: dict[str, dict[str, Any]] = {}

    def take(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer one request, and remember it as every listener does."""
        self.answers.append(self._answer(method, path.strip("/").split("/"), headers, body))
        return super().take(method, path, headers, body)

    @property
    def all(self) -> list[dict[str, Any]]:
        """The webhooks of all accounts."""
        return [each for listed in self.webhooks.values() for each in listed]

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What was asked to be registered."""
        return [request.payload for request in self.received if request.method == "POST"]

    def _answer(self, method: str, path: list[str], headers: dict[str, str], body: bytes) -> Answer:
        if path == ["event-types"]:
            return answered({"eventTypes": [{"eventName": name} for name in self.event_types]})
        account = path[1]
        listed = self.webhooks.setdefault(account, [])
        if method == "GET" and path[-1] == "signature":
            return answered({"secret": self.secrets_of[path[3]], "previous": []})
        if method == "GET" and path[-1] == "webhooks":
            return answered({"webhooks": listed, "limit": self.limit})
        if method == "GET":
            return answered(next(each for each in self._keys.values() if each["webhookId"] == path[-1]))
        if method == "PATCH":
            [there] = [each for each in listed if each["webhookId"] == path[3]]
            there |= json.loads(body)
            return answered(there)
        return self._created(account, json.loads(body), headers["idempotency-key"])

    def _created(self, account: str, entered: dict[str, Any], key: str) -> Answer:
        if key in self._keys:
            return answered(self._keys[key], 201)
        if self.dies_after is not None and len(self.all) >= self.dies_after:
            return answered({"title": "Service Unavailable"}, 503)
        try:
            WebhookEntered.model_validate(entered)
        except ValidationError as error:
            [*places] = [".".join(map(str, each["loc"])) for each in error.errors()]
            return answered({"title": "no", "errors": [{"field": places[0], "message": "is wrong"}]}, 422)
        webhook_id = f"wh_{len(self.all) + 1}"
        given = entered["authentication"]
        authentication = {name: given[name] for name in ("type", "username", "name") if name in given}
        if given["type"] == "SIGNATURE":
            authentication |= {"algorithm": "HMAC_SHA256", "secretCreatedAt": "2026-01-31T12:00:00Z"}
        self.secrets_of[webhook_id] = entered["authentication"].get("secret", "whsec_of-the-stack")
        self._keys[key] = webhook(
            **{**entered, "webhookId": webhook_id, "accountId": account, "authentication": authentication}
        )
        self.webhooks[account].append(self._keys[key])
        return answered(self._keys[key], 201)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """The environment leads to it, for account 1010; it takes no http, as a stack on AWS."""
    monkeypatch.setattr("recado_cli.importing.command.is_loopback", lambda _host: False)
    with Stack() as stack:
        monkeypatch.setenv("RECADO_API_URL", stack.url)
        monkeypatch.setenv("RECADO_TOKEN", "token-of-the-environment")
        monkeypatch.setenv("RECADO_ACCOUNT", "1010")
        yield stack


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., str]:
    """`export("svix.ndjson", old="new")`: the path of a copy that only its owner can read, with texts replaced."""

    def copy(name: str, **replaced: str) -> str:
        text = (EXPORTS / name).read_text()
        for old, new in replaced.items():
            text = text.replace(old, new)
        write_private(tmp_path / name, text)
        return str(tmp_path / name)

    return copy
