"""Lanes in DynamoDB: who sends a webhook's backlog; each step is one conditional write."""

from dataclasses import replace
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.tables import WebhookItem
from recado.adapters.dynamodb.webhook_items import OWNERSHIP, health_attributes, lane_attributes, webhook_from_item
from recado.adapters.dynamodb.webhook_store import DynamoWebhooks, set_or_remove
from recado.adapters.faults import as_our_fault
from recado.ports import Expect, Lease
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.alert import told_of_slowness
from recado.rules.webhook.webhook import Status, Webhook


class DynamoLanes:
    """Changes lanes; fills the port `LaneStore`.

    The SDK repeats a write whose answer was lost, and is refused what it has done already. So whoever is refused looks
    whether what was asked for is there: tokens and times are of one writer alone.
    """

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table
        self._webhooks = DynamoWebhooks(table)

    @as_our_fault("taking a webhook's lease")
    def take_lease(self, wake_up: WakeUp, holder: str, now_ms: int, until_ms: int) -> Lease:
        """Take the lease if this wake-up owns the webhook and is due, and no lease holds."""
        table = self._table
        item = table(wake_up.account_id, wake_up.webhook_id)
        free = table.lease_until.does_not_exist() | (table.lease_until < now_ms) | (table.lease_holder == holder)
        due = (table.due_at <= now_ms) | (table.lease_holder == holder)
        condition = (table.owner == wake_up.token) & (table.status == Status.ACTIVE.value) & free & due
        after = {"lease_holder": holder, "lease_until": until_ms, "due_at": until_ms}
        if accepted(lambda: item.update(actions=set_or_remove(table, after), condition=condition)):
            return Lease(taken=True, webhook=webhook_from_item(item))
        return Lease(taken=False, webhook=self._webhooks.get(wake_up.account_id, wake_up.webhook_id))

    @as_our_fault("changing a webhook's lane")
    def change(self, before: Webhook, after: Webhook, expected: Expect) -> bool:
        """Store what differs, if what is expected holds, or is stored already."""
        item = self._table(before.account_id, before.webhook_id)
        actions, condition = lane_change(self._table, before, after, expected)
        return accepted(lambda: item.update(actions=actions, condition=condition)) or self._is_stored(after)

    @as_our_fault("noting that a receiver is slow")
    def mark_slow(self, webhook: Webhook, at_ms: int) -> bool:
        """Note it, if the webhook is still there.

        Of many who find it slow at a time, the one tells whose mark is the first. Whose answer was lost tells nobody.
        """
        table, told_at = self._table, webhook.lane.slow_told_at
        item = table(webhook.account_id, webhook.webhook_id)
        mark: list[Action] = [table.slow_at.set(at_ms), table.quick.remove()]
        is_there = table.version.exists()
        if told_of_slowness(webhook, replace(webhook.lane, slow_at=at_ms), at_ms).slow_told_at != told_at:
            told, is_news = [*mark, table.slow_told_at.set(at_ms)], is_there & _is(table.slow_told_at, told_at)
            if accepted(lambda: item.update(actions=told, condition=is_news)):
                return True
        accepted(lambda: item.update(actions=mark, condition=is_there))
        return False

    @as_our_fault("releasing a webhook's lease")
    def release(self, webhook: Webhook) -> None:
        """End the lease if its holder still has it; whoever owns the webhook stays due."""
        table = self._table
        item = table(webhook.account_id, webhook.webhook_id)
        actions: list[Action] = [table.lease_holder.remove(), table.lease_until.remove()]
        accepted(lambda: item.update(actions=actions, condition=table.lease_holder == webhook.lane.lease_holder))

    def _is_stored(self, wanted: Webhook) -> bool:
        stored = self._webhooks.get(wanted.account_id, wanted.webhook_id)
        return stored is not None and _identity(stored) == _identity(wanted)


def lane_change(
    table: type[WebhookItem], before: Webhook, after: Webhook, expected: Expect
) -> tuple[list[Action], Condition]:
    """What to write, and on what condition; only what differs, as some of it is changed by others meanwhile."""
    values = lane_attributes(after)
    known = {**lane_attributes(before), **health_attributes(before.health), **_standing(before)}
    values |= {**health_attributes(after.health), **_standing(after)}
    changed = {name: value for name, value in values.items() if name in OWNERSHIP or value != known[name]}
    condition = table.status == Status.ACTIVE.value
    if expected is not Expect.ANYTHING:
        condition &= _as_expected(table, before, expected)
    if (before.lane.slow_at, before.lane.quick) != (after.lane.slow_at, after.lane.quick):
        # A mark that was made meanwhile stays, and with it that nothing has been counted since.
        condition &= _is(table.slow_at, before.lane.slow_at)
    return set_or_remove(table, changed), condition


def _standing(webhook: Webhook) -> dict[str, Any]:
    return {"status": webhook.status.value, "off_since": webhook.off_since}


def _as_expected(table: type[WebhookItem], before: Webhook, expected: Expect) -> Condition:
    lane = before.lane
    condition = _is(table.owner, None if expected is Expect.UNOWNED else lane.owner)
    if expected is Expect.UNCHANGED:
        condition &= _is(table.due_at, lane.next_at)
    if expected is Expect.LEASED:
        condition &= table.lease_holder == lane.lease_holder
    return condition


def _is(attribute: Attribute[Any], value: str | int | None) -> Condition:
    """The condition that an attribute has this value; one that is missing equals nothing, not even NULL."""
    return attribute.does_not_exist() if value is None else attribute == value


def _identity(webhook: Webhook) -> tuple[object, ...]:
    lane = webhook.lane
    return (webhook.status, lane.owner, lane.next_at, lane.lease_holder)
