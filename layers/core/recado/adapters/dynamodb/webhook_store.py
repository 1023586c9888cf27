"""Webhooks and their health in DynamoDB, as the senders see them."""

from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from recado.adapters.dynamodb.conditions import accepted
from recado.adapters.dynamodb.tables import WebhookItem
from recado.adapters.dynamodb.webhook_items import health_attributes, webhook_from_item
from recado.adapters.faults import as_our_fault
from recado.ports import Lease, LeaseState
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX, Health, Status, Webhook


class DynamoWebhooks:
    """Reads webhooks and changes their health; fills the ports `WebhookReader` and `HealthStore`."""

    def __init__(self, table: type[WebhookItem]) -> None:
        self._table = table

    @as_our_fault("reading an account's webhooks")
    def of_account(self, account_id: str) -> list[Webhook]:
        """All webhooks of an account, in one consistent query."""
        only_webhooks = self._table.webhook_id.startswith(WEBHOOK_ID_PREFIX)
        return [webhook_from_item(item) for item in self._table.query(account_id, only_webhooks, consistent_read=True)]

    @as_our_fault("reading a webhook")
    def get(self, account_id: str, webhook_id: str) -> Webhook | None:
        """One webhook, read consistently."""
        if not webhook_id.startswith(WEBHOOK_ID_PREFIX):
            return None
        try:
            return webhook_from_item(self._table.get(account_id, webhook_id, consistent_read=True))
        except self._table.DoesNotExist:
            return None

    @as_our_fault("declaring a webhook failing")
    def mark_failing(self, webhook: Webhook, health: Health, status: Status) -> bool:
        """Store the health and status if nothing has changed either since `webhook` was read."""
        unchanged = (self._table.health_version == webhook.health.version) & (
            self._table.status == webhook.status.value
        )
        return self._update(webhook, self._health_actions(webhook, health, status), unchanged)

    @as_our_fault("letting a webhook's retries go")
    def disown(self, webhook: Webhook) -> bool:
        """Let the next wake-up own the retries, if the health is still what was read."""
        unchanged = self._table.health_version == webhook.health.version
        return self._update(webhook, [self._table.owner.remove(), self._table.health_version.add(1)], unchanged)

    @as_our_fault("taking a webhook's lease")
    def take_lease(self, account_id: str, webhook_id: str, holder: str, now_ms: int, until_ms: int) -> Lease:
        """Take the lease if nobody holds it, or its holder's time is over."""
        table = self._table
        item = table(account_id, webhook_id)
        free = table.lease_until.does_not_exist() | (table.lease_until < now_ms)
        actions: list[Action] = [table.lease_holder.set(holder), table.lease_until.set(until_ms)]
        if not accepted(lambda: item.update(actions=actions, condition=table.version.exists() & free)):
            gone = self.get(account_id, webhook_id) is None
            return Lease(LeaseState.NO_SUCH_WEBHOOK if gone else LeaseState.HELD_BY_ANOTHER)
        return Lease(LeaseState.TAKEN, webhook_from_item(item))

    @as_our_fault("storing a webhook's health")
    def save_under_lease(self, webhook: Webhook, holder: str, health: Health, *, status: Status, release: bool) -> bool:
        """Store the health while the lease holds and the admin's status is still what it was."""
        actions = self._health_actions(webhook, health, status)
        if release:
            actions += self._release_actions()
        held = (self._table.lease_holder == holder) & (self._table.status == webhook.status.value)
        return self._update(webhook, actions, held)

    @as_our_fault("ending a webhook's alert")
    def end_alert_under_lease(self, webhook: Webhook, holder: str) -> bool:
        """End the lease and the alert, if both are still there."""
        there = (self._table.lease_holder == holder) & self._table.alerted_at.exists()
        return self._update(webhook, [*self._release_actions(), self._table.alerted_at.remove()], there)

    @as_our_fault("releasing a webhook's lease")
    def release_lease(self, webhook: Webhook, holder: str) -> None:
        """End the lease if `holder` still has it."""
        self._update(webhook, self._release_actions(), self._table.lease_holder == holder)

    def _update(self, webhook: Webhook, actions: list[Action], condition: Condition) -> bool:
        item = self._table(webhook.account_id, webhook.webhook_id)
        return accepted(lambda: item.update(actions=actions, condition=condition))

    def _health_actions(self, webhook: Webhook, health: Health, status: Status) -> list[Action]:
        values = {**health_attributes(webhook, health, status), "status": status.value}
        return [*set_or_remove(self._table, values), self._table.health_version.add(1)]

    def _release_actions(self) -> list[Action]:
        return [self._table.lease_holder.remove(), self._table.lease_until.remove()]


def set_or_remove(table: type[WebhookItem], values: dict[str, Any]) -> list[Action]:
    """Update actions that give these attributes these values, and remove those whose value is None."""
    attributes = table.get_attributes()
    return [
        attributes[name].remove() if value is None else attributes[name].set(value) for name, value in values.items()
    ]
