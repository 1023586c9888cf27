"""Stand-ins for the two tables: what the real adapters ask of PynamoDB becomes one call of a script each.

Conditions and actions are those that the adapters have built, as plain tuples, so that the world can judge them.
"""

from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError
from pynamodb.exceptions import DeleteError, PutError, UpdateError

from recado.adapters.dynamodb.item_writes import Unwritten
from recado.adapters.dynamodb.tables import ONCE_KEY_PREFIX, DeliveryItem, WebhookItem
from recado.adapters.dynamodb.webhooks.webhook_items import admin_attributes
from recado.rules.webhook.webhook import Webhook
from tests.faults.interleaving.model.answered import aside_items, done_items, jobs_items, logged_items, waiting_items
from tests.faults.interleaving.model.lane_item import NUMBERS
from tests.faults.interleaving.model.moments import moment_of
from tests.faults.interleaving.model.places import (
    ACCOUNT_ID,
    ASIDE,
    BACKLOG,
    JOB_KEY,
    WEBHOOK_ID,
    bit_of,
    changes,
    conjunction,
    job_id_of,
    name_of,
    place_of,
)
from tests.faults.interleaving.model.sizes import as_stored
from tests.faults.interleaving.stepping.replay import Script
from tests.unit.builders import NOW


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
            return place_of(self.webhook_id)
        if self.partition in (BACKLOG, ASIDE):
            shelf = "backlog" if self.partition == BACKLOG else "aside"
            return (shelf, bit_of(self.key), moment_of(self.requested_at))
        if self.partition != WEBHOOK_ID:
            return ("other",)
        ended_before = self.finished_at is not None and self.finished_at < NOW
        return ("log", bit_of(self.key), self.status, ended_before)


class Table:
    """What the adapters know of a table."""

    Meta = SimpleNamespace(table_name="webhooks")

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

    def _get_connection(self) -> Any:
        """Give what an account's webhooks are asked of, each as DynamoDB would answer it, with its item within."""

        def query(_table: str, partition: str, **_options: Any) -> dict[str, Any]:
            items = self._found(partition, None)
            raw = [{name: {"S": getattr(item, name)} for name in self.key_names} | {"": item} for item in items]
            return {"Items": raw, "Count": len(raw), "ScannedCount": len(raw)}

        return SimpleNamespace(connection=SimpleNamespace(query=query))

    @staticmethod
    def from_raw_data(raw: dict[str, Any]) -> Any:
        """Give the item within."""
        return raw[""]

    def attributes(self, view: tuple[tuple[str, Any], ...]) -> dict[str, Any]:
        """Return the attributes of a webhook that was read."""
        known = as_stored(dict(view))
        if "jobs" in known:
            known["jobs"] = {job_id_of(name) for name in known["jobs"]}
        return self._template | known

    def get(self, partition: str, key: str, **_named: Any) -> Any:
        """Read one item."""
        if partition == WEBHOOK_ID:
            found = self.script.ask("log", 1 << NUMBERS[key])
            items = [] if not found else logged_items(self, found)
        elif key.startswith(ONCE_KEY_PREFIX):
            items = done_items(self, self.script.ask("once"))
        elif key.startswith(JOB_KEY):
            items = jobs_items(self, self.script.ask("jobs", name_of(key)))
        else:
            items = list(self._webhooks())
        if not items:
            raise self._model.DoesNotExist
        return items[0]

    def query(self, partition: str, condition: Any = None, **named: Any) -> Iterator[Any]:
        """Read a partition, or a range of it."""
        yield from self._found(partition, condition, **named)

    def _found(self, partition: str, condition: Any, **named: Any) -> list[Any]:
        if partition == ACCOUNT_ID:
            return list(self._webhooks())
        bounds = conjunction(condition)
        between = ("0", "9" * 16) if bounds is None else bounds[2:]
        if partition == BACKLOG:
            return waiting_items(self, *self.script.ask("backlog", *between)[1:])
        if partition == ASIDE:
            if bounds is not None and bounds[0] == ">":
                between = (bounds[2] + "!", "9" * 16)
            return aside_items(self, self.script.ask("aside", *between, named.get("limit") == 1)[1:])
        return logged_items(self, self.script.ask("logged", *between))

    def batch_get(self, keys: Iterable[tuple[str, str]], **_named: Any) -> list[Any]:
        """Look keys up."""
        if self._model is WebhookItem:
            return jobs_items(self, self.script.ask("jobs", *sorted(name_of(key) for _, key in keys)))
        wanted = {WEBHOOK_ID: 0, BACKLOG: 0, ASIDE: 0}
        for partition, key in keys:
            wanted[partition] |= bit_of(key)
        aside = self._found(ASIDE, None) if wanted[ASIDE] else []
        found = [item for item in aside if bit_of(item.key) & wanted[ASIDE]]
        if not wanted[BACKLOG] and not wanted[WEBHOOK_ID]:
            return found
        *waiting, logged = self.script.ask("statuses", wanted[BACKLOG], wanted[WEBHOOK_ID])
        return found + waiting_items(self, *waiting) + logged_items(self, logged)

    def _webhooks(self) -> Iterator[Any]:
        view = self.script.ask("webhook")
        if view is not None:
            yield Item(self, (ACCOUNT_ID, WEBHOOK_ID), self.attributes(view))


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
        known = item.__dict__
        values = tuple((name, known.get(name)) for name in ("job_id", "kind", "expires_at"))
        selection = known.get("selection") or {}
        values += (("status", selection.get("status")), ("set_aside", selection.get("set_aside")))
        self.parts.append(("save", item.place, values, conjunction(condition)))

    def update(self, item: Any, actions: list[Any], condition: Any = None) -> None:
        """Change an item."""
        done = changes(actions) if item.place[0] in ("webhook", "job") else ()
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
