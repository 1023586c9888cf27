"""Lanes in DynamoDB: who sends a webhook's backlog; each step is one conditional write."""

from dataclasses import replace

from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.lanes.lane_items import has, lane_change
from recado.adapters.dynamodb.tables import WebhookItem
from recado.adapters.dynamodb.webhooks.webhook_items import webhook_from_item
from recado.adapters.dynamodb.webhooks.webhook_store import DynamoWebhooks, set_or_remove
from recado.adapters.faults import as_our_fault
from recado.ports.sending import Expect, Lease
from recado.rules.activity.activity import Activity
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.alert import told_of_slowness
from recado.rules.webhook.webhook import Status, Webhook


class DynamoLanes:
    """Changes lanes; fills the port `LaneStore`.

    The SDK repeats a write whose answer was lost, and is refused what it has done already. So whoever is refused looks
    whether what was asked for is there: tokens and times are of one writer alone.
    """

    def __init__(self, table: type[WebhookItem], activities: DynamoActivities) -> None:
        self._table = table
        self._activities = activities
        self._webhooks = DynamoWebhooks(table)

    @as_our_fault("taking a webhook's lease")
    def take_lease(self, wake_up: WakeUp, holder: str, now_ms: int, until_ms: int) -> Lease:
        """Take the lease if this wake-up owns the webhook and is due, and no lease holds."""
        table = self._table
        item = table(wake_up.account_id, wake_up.webhook_id)
        free = table.lease_until.does_not_exist() | (table.lease_until < now_ms) | (table.lease_holder == holder)
        due = (table.due_at <= now_ms) | (table.lease_holder == holder)
        works = (table.status == Status.ACTIVE.value) | table.jobs.exists()  # no set is empty
        condition = (table.owner == wake_up.token) & works & free & due
        after = {"lease_holder": holder, "lease_until": until_ms, "due_at": until_ms}
        if accepted(lambda: item.update(actions=set_or_remove(table, after), condition=condition)):
            return Lease(taken=True, webhook=webhook_from_item(item))
        return Lease(taken=False, webhook=self._webhooks.get(wake_up.account_id, wake_up.webhook_id))

    @as_our_fault("changing a webhook's lane")
    def change(self, before: Webhook, after: Webhook, expected: Expect, activity: Activity | None = None) -> bool:
        """Store what differs, and the act that it is, if what is expected holds, or is stored already."""
        item = self._table(before.account_id, before.webhook_id)
        actions, condition = lane_change(self._table, before, after, expected)

        def fill(transaction: TransactWrite) -> None:
            transaction.update(item, actions=actions, condition=condition)

        if activity is None:
            stored = accepted(lambda: item.update(actions=actions, condition=condition))
        else:
            stored = self._activities.together(activity, fill)
        return stored or self._is_stored(after)

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
            told, is_news = [*mark, table.slow_told_at.set(at_ms)], is_there & has(table.slow_told_at, told_at)
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


def _identity(webhook: Webhook) -> tuple[object, ...]:
    lane = webhook.lane
    return (webhook.status, lane.owner, lane.next_at, lane.lease_holder)
