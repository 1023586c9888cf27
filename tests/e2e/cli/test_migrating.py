"""The page about moving: an export of another sender is imported, switched on, caught up with, and exported again."""

import base64
import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from local.listener import Listener
from recado_cli.keeping.private_files import write_private
from tests.e2e.cli.conftest import Recado
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.waiting import ARRIVES, until

pytestmark = pytest.mark.deep

HOOK = "/hook"


@pytest.fixture
def secret() -> str:
    """The secret that the receiver has had for long."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"


@pytest.fixture
def receiver(secret: str) -> Iterator[Listener]:
    """Verifies as it always has."""
    with Listener(secrets={HOOK: secret}) as receiver:
        yield receiver


@pytest.fixture
def exported(tmp_path: Path, receiver: Listener, secret: str) -> Mapping[str, Any]:
    """An endpoint as Svix's API answers it, in a file of one's own."""
    endpoint = {
        "id": "ep_2tmcT9yLQvFzB8m1WkD3cX6rJhA",
        "url": f"{receiver.url}{HOOK}",
        "description": "CRM",
        "filterTypes": ["course.enrolled"],
        "disabled": False,
        "secret": {"key": secret},
        "headers": {"headers": {"x-tenant": "acme"}, "sensitive": []},
    }
    write_private(tmp_path / "svix.ndjson", json.dumps(endpoint))
    return endpoint


@pytest.mark.usefixtures("without_webhooks", "exported")
def test_a_receiver_of_svixs_gets_its_events_from_recado_and_changes_nothing(
    recado: Recado, receiver: Listener, secret: str, api: ApiClient, tmp_path: Path
) -> None:
    """Its secret verifies, the body is what was published, and what came before the switch can be had."""
    command = "recado import svix.ndjson --from svix --map course.enrolled=COURSE_ENROLLMENT --json"
    assert json.loads(recado(f"{command} --dry-run"))["result"] == "would be registered"
    assert api.get(WEBHOOKS).json()["webhooks"] == []
    imported = json.loads(recado(command))
    assert (imported["result"], imported["active"]) == ("registered", False)
    assert json.loads(recado(command))["result"] == "exists"

    named = {"WEBHOOK": imported["webhookId"]}
    recado("recado trigger COURSE_ENROLLMENT --set userId=1")
    skipped = "recado deliveries list --webhook $WEBHOOK --status skipped --json"
    until(lambda: recado(skipped, **named), "a skipped delivery")
    assert receiver.received == []

    assert json.loads(recado(f"{command} --activate"))["result"] == "switched on"
    recado("recado deliveries redeliver $WEBHOOK --status SKIPPED --arrived-from 5m --yes --wait", **named)
    recado("recado trigger COURSE_ENROLLMENT --set userId=2")
    received = receiver.wait_for(2, ARRIVES)
    assert [request.payload["userId"] for request in received] == [1, 2]
    assert all(request.verified for request in received)
    assert {request.headers["x-tenant"] for request in received} == {"acme"}

    recado("recado export webhooks.ndjson")
    written = json.loads((tmp_path / "webhooks.ndjson").read_text())
    assert (written["secret"], written["active"], written["format"]) == (secret, True, "RAW")
