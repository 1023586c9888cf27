"""The leanest on the same libraries, with the same three AWS calls: one query, one batch read, one batch write.

One `SSLContext` for all, `HTTPAdapter.send` of a prepared request without a session, threads that stay, and a bare
botocore client. It judges no address, keeps no attempt, signs nothing, logs nothing and has no second thoughts.
"""

import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import botocore.config
import botocore.session
import certifi
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.ssl_ import create_urllib3_context

from benchmarks.world import World
from tests.support.api.client import ApiClient

_TIMEOUT_SECONDS = 5
_THREADS = 32


class _SharedContext(HTTPAdapter):
    """Parses the authorities once, instead of at every connection."""

    def __init__(self) -> None:
        self._context = create_urllib3_context()
        self._context.load_verify_locations(certifi.where())
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)

    def cert_verify(self, *args: Any) -> None:
        """Leave it to the context."""


def leanest_event(world: World, account: ApiClient) -> Callable[[], None]:
    """Return what sends one event to all webhooks of the account, and keeps a record for each."""
    tables = [world.system.stack.physical_id(name) for name in ("WebhooksTable", "DeliveriesTable")]
    config = botocore.config.Config(parameter_validation=True)
    client: Any = botocore.session.get_session().create_client("dynamodb", config=config)
    adapter, threads, numbers = _SharedContext(), ThreadPoolExecutor(_THREADS), itertools.count()

    def deliver() -> None:
        event = {**world.published(account), "eventId": f"leanest-{next(numbers)}"}
        body = json.dumps({"accountId": int(account.account), "events": [event]}).encode()
        webhooks = _webhooks(client, tables[0], account.account)
        _known(client, tables[1], [webhook["webhook_id"]["S"] for webhook in webhooks], event["eventId"])
        list(threads.map(partial(_post, adapter, body), [webhook["target_url"]["S"] for webhook in webhooks]))
        text = json.dumps(event)
        records = [_record(webhook["webhook_id"]["S"], event["eventId"], text) for webhook in webhooks]
        client.batch_write_item(RequestItems={tables[1]: records})

    return deliver


def _webhooks(client: Any, table: str, account: str) -> list[Any]:
    """The account's webhooks: those of its items that have an address."""
    found = client.query(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="account_id = :account",
        ExpressionAttributeValues={":account": {"S": account}},
    )
    return [item for item in found["Items"] if "target_url" in item]


def _known(client: Any, table: str, webhook_ids: list[str], event_id: str) -> None:
    keys = [
        {"partition": {"S": partition}, "key": {"S": event_id}}
        for webhook_id in webhook_ids
        for partition in (webhook_id, f"{webhook_id}#backlog")
    ]
    client.batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})


def _post(adapter: HTTPAdapter, body: bytes, url: str) -> None:
    headers = {"Content-Type": "application/json", "Connection": "close"}
    request = requests.Request("POST", url, data=body, headers=headers).prepare()
    adapter.send(request, timeout=_TIMEOUT_SECONDS).raise_for_status()


def _record(webhook_id: str, event_id: str, event: str) -> Any:
    item = {"partition": webhook_id, "key": event_id, "status": "DELIVERED", "event": event}
    return {"PutRequest": {"Item": {name: {"S": value} for name, value in item.items()}}}
