"""Registrations and their lanes, in memory."""

from dataclasses import replace
from typing import Any

from recado.ports.sending import Expect, Lease
from recado.rules.activity.activity import Activity
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.alert import told_of_slowness
from recado.rules.webhook.lane import Lane, leased
from recado.rules.webhook.webhook import Status, Webhook
from tests.unit.use_cases.fakes.activity_fakes import FakeActivities
from tests.unit.use_cases.fakes.journal import Journal

_OWNERSHIP = ("owner", "next_at", "asked_at", "rest_until")


class FakeWebhooks:
    """Registrations and their lanes; fills `WebhookReader` and `LaneStore`."""

    def __init__(self, journal: Journal, activities: FakeActivities, *webhooks: Webhook) -> None:
        self._journal = journal
        self._activities = activities
        self.kept = {(webhook.account_id, webhook.webhook_id): webhook for webhook in webhooks}

    def of_account(self, account_id: str) -> list[Webhook]:
        """Return the account's webhooks."""
        self._journal.note("read webhooks")
        return [webhook for webhook in self.kept.values() if webhook.account_id == account_id]

    def get(self, account_id: str, webhook_id: str) -> Webhook | None:
        """Return one webhook."""
        self._journal.note("read webhook")
        return self.kept.get((account_id, webhook_id))

    def take_lease(self, wake_up: WakeUp, holder: str, now_ms: int, until_ms: int) -> Lease:
        """Take the lease if the wake-up is the owner and due, no lease holds, and there is something to do."""
        self._journal.note("take lease")
        webhook = self.kept.get((wake_up.account_id, wake_up.webhook_id))
        if webhook is None or webhook.lane.owner != wake_up.token:
            return Lease(taken=False, webhook=webhook)
        if webhook.status is not Status.ACTIVE and not webhook.lane.jobs:
            return Lease(taken=False, webhook=webhook)
        if webhook.lane.is_leased_at(now_ms) or (webhook.lane.next_at or 0) > now_ms:
            return Lease(taken=False, webhook=webhook)
        webhook = replace(webhook, lane=leased(webhook.lane, holder, until_ms))
        self._keep(webhook)
        return Lease(taken=True, webhook=webhook)

    def change(self, before: Webhook, after: Webhook, expected: Expect, activity: Activity | None = None) -> bool:
        """Store what differs, and the act, if what is expected holds."""
        self._journal.note(_named(before, after, expected))
        return self.store(before, after, expected, activity)

    def store(
        self, before: Webhook, after: Webhook, expected: Expect, activity: Activity | None, *, holds: bool = True
    ) -> bool:
        """Store what differs, and the act, if what is expected holds, and whatever else `holds`."""
        current = self.kept.get((before.account_id, before.webhook_id))
        is_as_read = current is not None and _is_as_read(current, before, after, expected)
        if not self._activities.together(activity, holds=holds and is_as_read) or current is None:
            return False
        self._keep(
            replace(
                current,
                status=after.status,
                off_since=current.off_since if after.off_since == before.off_since else after.off_since,
                health=current.health if after.health == before.health else after.health,
                lane=_merged(current.lane, before.lane, after.lane),
            )
        )
        return True

    def mark_slow(self, webhook: Webhook, at_ms: int) -> bool:
        """Note that the receiver was slow, and whether that is to be told."""
        self._journal.note("mark slow")
        current = self.kept.get((webhook.account_id, webhook.webhook_id))
        if current is None:
            return False
        lane = replace(current.lane, slow_at=at_ms, quick=0)
        known = webhook.lane.slow_told_at
        told_at = told_of_slowness(webhook, lane, at_ms).slow_told_at
        is_told = told_at != known == current.lane.slow_told_at
        self._keep(replace(current, lane=replace(lane, slow_told_at=told_at) if is_told else lane))
        return is_told

    def release(self, webhook: Webhook) -> None:
        """End the lease if its holder has it."""
        self._journal.note("release lease")
        current = self.kept.get((webhook.account_id, webhook.webhook_id))
        if current is not None and current.lane.lease_holder == webhook.lane.lease_holder:
            self._keep(replace(current, lane=replace(current.lane, lease_holder=None, lease_until=None)))

    def set(self, webhook_id: str = "wh_1", account_id: str = "1010", **changes: Any) -> None:
        """Change a webhook from outside, as an admin or another invocation would."""
        self._keep(replace(self.kept[account_id, webhook_id], **changes))

    def _keep(self, webhook: Webhook) -> None:
        self.kept[webhook.account_id, webhook.webhook_id] = webhook


def _named(before: Webhook, after: Webhook, expected: Expect) -> str:
    """What a test calls this change."""
    if expected is Expect.UNOWNED:
        return "claim" if after.lane.owner is not None else "disable"
    if expected is Expect.LEASED:
        if after.lane.owner is None:
            return "give up"
        return "save" if after.lane.lease_holder is not None else "leave"
    if before.health != after.health:
        return "recover"
    return "leave index" if after.lane.owner is None and before.lane.owner is None else "wake again"


def _is_as_read(current: Webhook, before: Webhook, after: Webhook, expected: Expect) -> bool:
    if current.status is not before.status or not _holds(current.lane, before.lane, expected):
        return False
    counts = (before.lane.slow_at, before.lane.quick) != (after.lane.slow_at, after.lane.quick)
    return not counts or before.lane.slow_at == current.lane.slow_at


def _holds(current: Lane, before: Lane, expected: Expect) -> bool:
    return {
        Expect.ANYTHING: True,
        Expect.UNOWNED: current.owner is None,
        Expect.UNCHANGED: (current.owner, current.next_at) == (before.owner, before.next_at),
        Expect.LEASED: (current.owner, current.lease_holder) == (before.owner, before.lease_holder),
    }[expected]


def _merged(current: Lane, before: Lane, after: Lane) -> Lane:
    # Jobs are named, and named no more, by their own store.
    names = {name for name in Lane.__slots__ if getattr(before, name) != getattr(after, name)} - {"jobs"}
    return replace(current, **{name: getattr(after, name) for name in {*names, *_OWNERSHIP}})
