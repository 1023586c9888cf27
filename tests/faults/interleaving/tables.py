"""Stand-ins for the two tables: what the real adapters ask of PynamoDB becomes one call of a script each.

Conditions and actions are those that the adapters have built, as plain tuples, so that the world can judge them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.exceptions import DeleteError, PutError, UpdateError

from recado.adapters.dynamodb.delivery_items import delivery_to_item
from recado.adapters.dynamodb.item_writes import Unwritten
from recado.adapters.dynamodb.tables import (
    ASIDE_SUFFIX,
    BACKLOG_SUFFIX,
    COPY_SUFFIX,
    JOB_KEY_PREFIX,
    DeliveryItem,
    WebhookItem,
)
from recado.adapters.dynamodb.webhook_items import admin_attributes
from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus
from recado.rules.webhook.webhook import Webhook
from tests.faults.interleaving.lane_item import EVENTS, MOST_EVENTS, NUMBERS, WAIT_MS
from tests.faults.interleaving.replay import Script
from tests.faults.interleaving.sizes import as_stored
from tests.unit.builders import NOW

ACCOUNT_ID, WEBHOOK_ID = "1010", "wh_1"
COPY = MOST_EVENTS
"""The bit of a copy is so many above that of its event."""

_JOB_KEY = JOB_KEY_PREFIX + WEBHOOK_ID
_BACKLOG = WEBHOOK_ID + BACKLOG_SUFFIX
_ASIDE = WEBHOOK_ID + ASIDE_SUFFIX
SET_ASIDE = (NOW - 4_000, NOW + 2)
"""When something was set aside: before the last request, or since."""


def bit_of(key: str) -> int:
    """Return the bit of an item of the backlog, of one or of a copy."""
    number = NUMBERS[key.removesuffix(COPY_SUFFIX)]
    return 1 << (number + COPY if COPY_SUFFIX and key.endswith(COPY_SUFFIX) else number)


def conjunction(condition: Any) -> Any:
    """Return a condition as nested tuples: an operator, and attribute and values, or further conditions."""
    if condition is None:
        return None
    if condition.operator in ("AND", "OR"):
        return (condition.operator, *map(conjunction, condition.values))
    path, *values = condition.values
    return (condition.operator, path.path[0], *(_plain(value.value) for value in values))


def changes(actions: Iterable[Any]) -> tuple[tuple[str, Any], ...]:
    """Return what an update sets, and removes (None)."""
    each = [(action.values[0].path[0], *(_plain(value.value) for value in action.values[1:])) for action in actions]
    return tuple((name, *(values or [None])) for name, *values in each)


def _plain(value: dict[str, Any]) -> Any:
    [(kind, content)] = value.items()
    if kind == "N":
        return int(content)
    return content if kind in ("S", "BOOL") else (kind, repr(content))


class Item:
    """An item, with whatever attributes it was given; all others are None."""

    def __init__(self, table: "Table", keys: tuple[str, ...], values: dict[str, Any]) -> None:
        self._table = table
        self.__dict__ |= dict(zip(table.key_names, keys, strict=False)) | values

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return None

    def update(self, *, actions: list[Any], condition: Any) -> None:
        """Make a conditional write; the item is as it is now afterwards, where that is asked for."""
        answer = self._table.script.ask("update", self.place, changes(actions), conjunction(condition))
        if answer == "no":
            refused = ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "UpdateItem")
            raise UpdateError("refused", cause=refused)
        if answer != "yes":
            self.__dict__ |= self._table.attributes(answer)

    def save(self, *, condition: Any) -> None:
        """Put the item on a condition."""
        if self._table.script.ask("save", self.place, conjunction(condition)) == "no":
            refused = ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem")
            raise PutError("refused", cause=refused)

    def delete(self, *, condition: Any = None) -> None:
        """Delete the item, on a condition."""
        if self._table.script.ask("forget", self.place, conjunction(condition)) == "no":
            refused = ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "DeleteItem")
            raise DeleteError("refused", cause=refused)

    @property
    def place(self) -> tuple[Any, ...]:
        """Where it is, in the model's words."""
        if self._table.key_names[0] == "account_id":
            return ("job" if self.webhook_id == _JOB_KEY else "webhook" if self.webhook_id == WEBHOOK_ID else "other",)
        if self.partition in (_BACKLOG, _ASIDE):
            return ("backlog" if self.partition == _BACKLOG else "aside", bit_of(self.key))
        if self.partition != WEBHOOK_ID:
            return ("other",)
        ended_before = self.finished_at is not None and self.finished_at < NOW
        return ("log", bit_of(self.key), self.status, ended_before)


class Table:
    """What the adapters know of a table."""

    def __init__(self, script: Script, model: Any, template: Webhook) -> None:
        self.script = script
        self._model = model
        self._template = admin_attributes(template)
        self.key_names = ("account_id", "webhook_id") if model is WebhookItem else ("partition", "key")

    def __call__(self, *keys: str, **values: Any) -> Any:
        """Make an item."""
        return Item(self, keys, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def attributes(self, view: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
        """Return the attributes of a webhook that was read."""
        return self._template | as_stored(dict(view))

    def get(self, partition: str, key: str, **_named: Any) -> Any:
        """Read one item."""
        if partition == WEBHOOK_ID:
            found = self.script.ask("log", 1 << NUMBERS[key])
            items = [] if not found else _logged(self, found)
        else:
            items = list(self._of_webhooks("job" if key == _JOB_KEY else "webhook"))
        if not items:
            raise self._model.DoesNotExist
        return items[0]

    def query(self, partition: str, condition: Any = None, **named: Any) -> Iterator[Any]:
        """Read a partition, or a range of it."""
        yield from self._found(partition, condition, **named)

    def _found(self, partition: str, condition: Any, **named: Any) -> list[Any]:
        if partition == ACCOUNT_ID:
            return list(self._of_webhooks("webhook"))
        bounds = conjunction(condition)
        between = ("0", "9" * 16) if bounds is None else bounds[2:]
        if partition == _BACKLOG:
            return _waiting(self, *self.script.ask("backlog", *between))
        if partition == _ASIDE:
            if bounds is not None and bounds[0] == ">":
                between = (bounds[2] + "!", "9" * 16)
            return _aside(self, self.script.ask("aside", *between, named.get("limit") == 1)[1:])
        return _logged(self, self.script.ask("logged", *between))

    def batch_get(self, keys: Iterable[tuple[str, str]], **_named: Any) -> list[Any]:
        """Look keys up."""
        wanted = {"log": 0, "backlog": 0}
        for partition, key in keys:
            wanted["backlog" if partition == _BACKLOG else "log"] |= bit_of(key)
        if not any(wanted.values()):
            return []
        *waiting, logged = self.script.ask("statuses", wanted["backlog"], wanted["log"])
        return _waiting(self, *waiting) + _logged(self, logged)

    def _of_webhooks(self, kind: str) -> Iterator[Any]:
        view = self.script.ask(kind)
        if view is None:
            return
        if kind == "job":
            yield Item(self, (ACCOUNT_ID, _JOB_KEY), dict(view))
        else:
            yield Item(self, (ACCOUNT_ID, WEBHOOK_ID), self.attributes(view))


def _waiting(table: Any, mask: int, expired: int, by_job: int) -> list[Any]:
    """Return the items of a backlog, oldest first."""
    found = []
    for number, one in enumerate(EVENTS):
        bit, copy = 1 << number, 1 << (number + COPY)
        over = NOW - RETENTION_MS - 1
        delivery = Delivery(WEBHOOK_ID, one, DeliveryStatus.PENDING, over if expired & bit else NOW - 5_000)
        if mask & bit:
            found.append(delivery_to_item(table, delivery, 30))
        if mask & copy:
            # The bit of the event says that its copy was asked for before any job.
            asked_at = NOW if by_job & copy else NOW - 500 if by_job & bit else NOW + 2_000
            asked_at = over if expired & copy else asked_at
            found.append(delivery_to_item(table, delivery.again(asked_at, "admin"), 30))
    return found


def _aside(table: Any, found: tuple[int, ...]) -> list[Any]:
    """Return the items of what is set aside, in order.

    Some are not due yet; some were tried since the last request, and some were set aside since.
    """
    *waiting, resting, tried, late = found
    items = _waiting(table, *waiting)
    for item in items:
        bit = bit_of(item.key)
        item.partition = _ASIDE
        item.set_aside_at = SET_ASIDE[bool(late & bit)]
        item.last_attempt_at = NOW + 1 if tried & bit else NOW - 3_000
        item.retry_at = NOW + WAIT_MS if resting & bit else NOW
        item.tries = 1
    return items


def _logged(table: Any, found: tuple[tuple[int, str, bool, bool], ...]) -> list[Any]:
    """Return the items of a log: which event, how it ended, whether after the job began, and its copy withdrawn."""
    items = []
    for number, status, recent, withdrawn in found:
        ended = Delivery(
            WEBHOOK_ID,
            EVENTS[number],
            DeliveryStatus(status),
            NOW - 5_000,
            finished_at=None if status == "PENDING" else NOW + 1_000 if recent else NOW - 1_000,
            withdrawn_at=NOW + 1_000 if withdrawn else None,
        )
        item = delivery_to_item(table, ended, 30)
        item.partition = WEBHOOK_ID
        if status == DeliveryStatus.PENDING.value:
            item.set_aside_at = NOW - 4_000
        items.append(item)
    return items


class Writer:
    """Writes in bulk: what is answered is what was left out."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def put_all(self, items: list[Any], _deadline: Any) -> Unwritten:
        """Put items; attempts are nobody's business here."""
        return self._all("put", items)

    def delete_all(self, items: list[Any], _deadline: Any) -> Unwritten:
        """Delete items."""
        return self._all("delete", items)

    def _all(self, operation: str, items: list[Any]) -> Unwritten:
        places = dict.fromkeys(item.place for item in items)
        places.pop(("other",), None)
        if not places:
            return Unwritten([])
        left_out = self._script.ask(operation, *places)
        return Unwritten([item for item in items if item.place in left_out])


class Transaction:
    """Collects the parts of a transaction."""

    def __init__(self) -> None:
        self.parts: list[tuple[Any, ...]] = []

    def save(self, item: Any, condition: Any = None) -> None:
        """Put an item."""
        kept = ("job_id", "status", "state", "off_since")
        values = tuple((name, item.__dict__.get(name)) for name in kept)
        self.parts.append(("save", item.place, values, conjunction(condition)))

    def update(self, item: Any, actions: list[Any], condition: Any = None) -> None:
        """Change an item."""
        done = () if item.place == ("other",) else changes(actions)
        self.parts.append(("update", item.place, done, conjunction(condition)))

    def delete(self, item: Any, condition: Any = None) -> None:
        """Delete an item."""
        self.parts.append(("delete", item.place, (), conjunction(condition)))


def together(script: Script, fill: Any) -> bool:
    """Stand in for `accepted_together`."""
    transaction = Transaction()
    fill(transaction)
    return bool(script.ask("transact", *transaction.parts) == "yes")


def webhooks_of(script: Script, template: Webhook) -> Any:
    """Return the webhooks table of a process."""
    return Table(script, WebhookItem, template)


def deliveries_of(script: Script, template: Webhook) -> Any:
    """Return the deliveries table of a process."""
    return Table(script, DeliveryItem, template)
