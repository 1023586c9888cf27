"""Registrations, their health and their leases, in memory."""

from dataclasses import replace
from typing import Any

from recado.ports import Lease, LeaseState
from recado.rules.webhook.webhook import Health, Status, Webhook
from tests.unit.use_cases.fakes.journal import Journal


class FakeWebhooks:
    """Registrations, their health and their leases; fills `WebhookReader` and `HealthStore`."""

    def __init__(self, journal: Journal, *webhooks: Webhook) -> None:
        self._journal = journal
        self.kept = {(webhook.account_id, webhook.webhook_id): webhook for webhook in webhooks}
        self.leases: dict[str, tuple[str, int]] = {}

    def of_account(self, account_id: str) -> list[Webhook]:
        """Return the account's webhooks."""
        self._journal.note("read webhooks")
        return [webhook for webhook in self.kept.values() if webhook.account_id == account_id]

    def get(self, account_id: str, webhook_id: str) -> Webhook | None:
        """Return one webhook."""
        self._journal.note("read webhook")
        return self.kept.get((account_id, webhook_id))

    def mark_failing(self, webhook: Webhook, health: Health, status: Status) -> bool:
        """Store the health if health and status are what was read."""
        self._journal.note("mark failing")
        current = self._current(webhook)
        if current is None or (current.health.version, current.status) != (webhook.health.version, webhook.status):
            return False
        self._keep_health(current, health, status)
        return True

    def disown(self, webhook: Webhook) -> bool:
        """Let the retries go if the health is what was read."""
        self._journal.note("disown")
        current = self._current(webhook)
        if current is None or current.health.version != webhook.health.version:
            return False
        self._keep_health(current, replace(current.health, owner=None), current.status)
        return True

    def take_lease(self, account_id: str, webhook_id: str, holder: str, now_ms: int, until_ms: int) -> Lease:
        """Take the lease if it is free."""
        self._journal.note("take lease")
        webhook = self.kept.get((account_id, webhook_id))
        if webhook is None:
            return Lease(LeaseState.NO_SUCH_WEBHOOK)
        if webhook_id in self.leases and self.leases[webhook_id][1] >= now_ms:
            return Lease(LeaseState.HELD_BY_ANOTHER)
        self.leases[webhook_id] = (holder, until_ms)
        return Lease(LeaseState.TAKEN, webhook)

    def save_under_lease(self, webhook: Webhook, holder: str, health: Health, *, status: Status, release: bool) -> bool:
        """Store the health while the lease holds and the status is what was read."""
        self._journal.note("save health")
        current = self._current(webhook)
        if current is None or not self._holds(webhook, holder) or current.status is not webhook.status:
            return False
        self._keep_health(current, health, status)
        if release:
            del self.leases[webhook.webhook_id]
        return True

    def end_alert_under_lease(self, webhook: Webhook, holder: str) -> bool:
        """End the lease and the alert, if both are there."""
        self._journal.note("end alert")
        current = self._current(webhook)
        if current is None or not self._holds(webhook, holder) or current.health.alerted_at is None:
            return False
        self._keep(replace(current, health=replace(current.health, alerted_at=None)))
        del self.leases[webhook.webhook_id]
        return True

    def release_lease(self, webhook: Webhook, holder: str) -> None:
        """End the lease."""
        self._journal.note("release lease")
        if self._holds(webhook, holder):
            del self.leases[webhook.webhook_id]

    def change(self, webhook_id: str = "wh_1", account_id: str = "1010", **changes: Any) -> None:
        """Change a webhook from outside, as an admin or another invocation would."""
        self._keep(replace(self.kept[account_id, webhook_id], **changes))

    def _keep_health(self, current: Webhook, health: Health, status: Status) -> None:
        counted = replace(health, version=current.health.version + 1)
        self._keep(replace(current, health=counted, status=status))

    def _keep(self, webhook: Webhook) -> None:
        self.kept[webhook.account_id, webhook.webhook_id] = webhook

    def _current(self, webhook: Webhook) -> Webhook | None:
        return self.kept.get((webhook.account_id, webhook.webhook_id))

    def _holds(self, webhook: Webhook, holder: str) -> bool:
        return self.leases.get(webhook.webhook_id, ("", 0))[0] == holder
