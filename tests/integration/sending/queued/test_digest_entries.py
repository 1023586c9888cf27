"""The entries of digests that are due: they come and go with the setting, and one sweep moves each."""

from dataclasses import replace

import boto3
import pytest

from local.listener import Listener
from recado.ports.digests import DueDigest
from recado.ports.managing import VersionConflictError
from recado.rules.delivery.counts import HOUR_MS
from recado.rules.delivery.digest import digest_id, first_due, next_due
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import Status
from tests.integration.sending.queued.digests import ON, add_webhook, change, digests, entries, sweep, wait_until_due
from tests.support.acts import act_on
from tests.support.events import ACCOUNT
from tests.support.system import System


def test_an_entry_comes_and_goes_with_the_setting_and_with_the_webhook(system: System, receiver: Listener) -> None:
    """In the transaction of the change; another change does not touch it."""
    webhook = system.add_webhook(receiver.url)
    assert entries(system) == []

    changed = change(system, webhook, delivery=ON)
    first = DueDigest(str(ACCOUNT), "wh_1", first_due(str(ACCOUNT), "wh_1", changed.updated_at))
    assert entries(system) == list(system.digests.due(first.due_at, 100)) == [first]
    assert list(system.digests.due(first.due_at - 1, 100)) == []
    system.clock.advance(5 * 60 * 60)
    change(system, webhook, name="Another name")
    assert entries(system) == [first]
    change(system, webhook, delivery=DeliverySettings())
    assert entries(system) == []
    change(system, webhook, delivery=ON)
    system.registry.remove(system.webhook(webhook), act_on(webhook))
    assert entries(system) == []


def test_a_change_that_is_refused_asks_for_nothing(system: System, receiver: Listener) -> None:
    """The entry is written with the webhook or not at all."""
    webhook = system.add_webhook(receiver.url)
    stale = replace(webhook, version=7)
    with pytest.raises(VersionConflictError):
        system.registry.replace(stale, replace(stale, version=8, delivery=ON), act_on(webhook))

    assert entries(system) == []


def test_a_webhook_that_is_removed_while_a_sweep_moves_its_entry_leaves_none(
    system: System, receiver: Listener
) -> None:
    """The move is made on the condition of what was read."""
    webhook = add_webhook(system, receiver)
    [entry] = entries(system)
    system.registry.remove(system.webhook(webhook), act_on(webhook))

    assert not system.digests.move(entry, entry.due_at + HOUR_MS)
    assert entries(system) == []
    key = {"account_id": {"S": str(ACCOUNT)}, "webhook_id": {"S": "digest#wh_1"}}
    table = system.stack.physical_id("WebhooksTable")
    assert "Item" not in boto3.client("dynamodb").get_item(TableName=table, Key=key)


def test_of_two_who_read_the_same_entry_one_moves_it(system: System, receiver: Listener) -> None:
    """The other is refused."""
    add_webhook(system, receiver)
    [entry] = entries(system)

    assert system.digests.move(entry, entry.due_at + 1)
    assert not system.digests.move(entry, entry.due_at + 2)
    [moved] = entries(system)
    assert moved.due_at == entry.due_at + 1
    assert system.digests.move(moved, None)
    assert entries(system) == []


def test_a_webhook_that_is_off_gets_its_next_digest_when_it_is_on(system: System, receiver: Listener) -> None:
    """What was skipped is told then."""
    webhook = add_webhook(system, receiver)
    change(system, webhook, status=Status.RETIRED)
    wait_until_due(system)
    sweep(system)
    assert receiver.received == []
    change(system, webhook, status=Status.ACTIVE)
    hour = wait_until_due(system)
    sweep(system)

    [digest] = digests(receiver)
    assert digest["eventId"] == digest_id(webhook.webhook_id, hour)


def test_an_entry_moves_to_its_next_hour(system: System, receiver: Listener) -> None:
    """And only there: a sweep again makes nothing."""
    webhook = add_webhook(system, receiver)
    wait_until_due(system)
    for _ in range(3):
        sweep(system)

    now = int(system.clock.milliseconds())
    assert [one.due_at for one in entries(system)] == [next_due(webhook.account_id, webhook.webhook_id, now)]
    assert len(digests(receiver)) == 1
