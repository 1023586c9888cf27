"""Webhooks of another product, and what becomes of them when its catalogue changes."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.api.client import ApiClient, draft
from tests.support.events import NOON_MS, detail, envelope
from tests.support.system import System

Catalogued = Callable[..., None]


def catalogue_of(names: Sequence[str]) -> str:
    """Return a file of these event types."""
    types = [
        {"name": name, "category": "REAL_TIME", "description": {"en": "It happens."}, "sample": {"id": name}}
        for name in names
    ]
    return json.dumps({"eventTypes": types})


@pytest.fixture
def catalogued(system: System, tmp_path: Path) -> Iterator[Catalogued]:
    """Give a way to deploy the functions anew with the event types of these names."""
    count = iter(range(100))

    def deploy(*names: str) -> None:
        folder = tmp_path / str(next(count))
        folder.mkdir()
        (folder / "types.json").write_text(catalogue_of(names))
        for function in system.stack.functions_with("CATALOGUE"):
            system.stack.change_environment(function, CATALOGUE=str(folder))
        system.cold_start()

    yield deploy
    for function in system.stack.functions_with("CATALOGUE"):
        system.stack.change_environment(function, CATALOGUE="/opt")
    system.cold_start()


def arrives(system: System, api: ApiClient, name: str, event_id: str) -> set[str]:
    """Let an event happen; returns the names of the webhooks that have a delivery of it."""
    content = {**detail(event_id, timestamp=NOON_MS), "accountId": int(api.account)}
    system.invoke("realtime_dispatcher", envelope(name, content))
    webhooks = api.get(api.webhooks).json["webhooks"]
    lists = {webhook["name"]: api.get(api.path(webhook, "/deliveries")).json["deliveries"] for webhook in webhooks}
    return {name for name, listed in lists.items() if event_id in [each["eventId"] for each in listed]}


def test_names_groups_and_everything_are_subscribed_to(system: System, api: ApiClient, catalogued: Catalogued) -> None:
    """`order.*` and `*` include the event types that are added later, whether there was one or not."""
    catalogued("order.paid", "cart.left")
    for name, names in {"one": ["order.paid"], "orders": ["order.*"], "all": ["*"], "none yet": ["refund.*"]}.items():
        api.create(name=name, eventNames=names, targetUrl="https://receiver.example/", active=False)

    assert arrives(system, api, "order.paid", "e1") == {"one", "orders", "all"}
    catalogued("order.paid", "cart.left", "order.sent", "refund.made")
    assert arrives(system, api, "order.sent", "e2") == {"orders", "all"}
    assert arrives(system, api, "refund.made", "e3") == {"none yet", "all"}


def test_event_types_are_listed_as_they_are_deployed(api: ApiClient, catalogued: Catalogued) -> None:
    """And a webhook may have no other."""
    catalogued("order.paid")

    assert [each["eventName"] for each in api.get("/event-types").json["eventTypes"]] == ["order.paid"]
    refused = api.call("POST", api.webhooks, draft(eventNames=["CI_STATS"]))
    assert refused.fields == ["eventNames[0]"]


def test_removed_event_type_stays_where_it_was(system: System, api: ApiClient, catalogued: Catalogued) -> None:
    """The webhook says so, takes every change but one that adds it, and the log shows and finds what came of it."""
    catalogued("order.paid", "order.sent")
    webhook = api.create(name="one", eventNames=["order.paid", "order.sent"], active=False)
    other = api.create(name="other", eventNames=["order.paid"])
    assert "removedEventNames" not in webhook
    assert arrives(system, api, "order.sent", "e1") == {"one"}

    catalogued("order.paid")

    assert api.get(api.path(webhook)).json["removedEventNames"] == ["order.sent"]
    found = api.get(api.path(webhook, "/deliveries"), {"eventName": "order.sent"}).json["deliveries"]
    assert [each["eventId"] for each in found] == ["e1"]
    for change in ({"name": "two"}, {"eventNames": ["order.sent", "order.*"]}, {"active": True}):
        assert api.call("PATCH", api.path(webhook), change).status == 200
    assert api.call("PATCH", api.path(other), {"eventNames": ["order.sent"]}).fields == ["eventNames[0]"]
    assert api.call("PATCH", api.path(webhook), {"eventNames": ["order.paid"]}).status == 200
    assert "removedEventNames" not in api.get(api.path(webhook)).json
    assert api.call("PATCH", api.path(webhook), {"eventNames": ["order.sent"]}).fields == ["eventNames[0]"]


def test_event_of_a_removed_type_is_kept_with_why(system: System, api: ApiClient, catalogued: Catalogued) -> None:
    """On the bus it ends in the dead-letter queue; over HTTP it is refused."""
    catalogued("order.paid")

    system.invoke("realtime_dispatcher", envelope("order.sent", detail("e1")))
    [(_, reason)] = system.dead_letters()
    assert reason == "eventName: is not in the catalogue of event types (GET /event-types)"
    event = {"eventId": "e1", "eventName": "order.sent", "timestamp": NOON_MS, "data": {}}
    assert api.call("POST", api.events, {"events": [event]}).fields == ["events[0].eventName"]
