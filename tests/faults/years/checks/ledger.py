"""What is known of each webhook, by what is committed to the tables, and what the checks have found wrong."""

import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from recado.adapters.dynamodb.tables import ACTIVITY_KEY_PREFIX, COPY_SUFFIX, JOB_KEY_PREFIX
from recado.rules.delivery.delivery import RETENTION_MS
from tests.faults.simulation import Simulation
from tests.faults.throttling.stored import Key
from tests.faults.years.aws.expressions import Item, plain
from tests.faults.years.aws.invocations import CLOCK_FAULTS, DELIVERIES, WEBHOOKS
from tests.faults.years.checks.hand import Acts
from tests.faults.years.checks.watched import Spans, Watched

_SLACK_MS = 15_000
"""Clocks of invocations may be wrong by some seconds."""
_LONGEST_OF_A_DISPATCH_MS = 300_000


@dataclass(frozen=True)
class Problem:
    """Something that must not be: when, at which webhook, and what led to it."""

    at_ms: int
    webhook_id: str
    what: str
    trace: tuple[str, ...] = field(repr=False, default=())


class Ledger:
    """Watches the tables."""

    def __init__(self, simulation: Simulation, *, keeps: int = 3_000) -> None:
        self._simulation = simulation
        self.webhooks: dict[str, Watched] = {}
        self.of_url: dict[str, str] = {}
        self.log_of: Callable[[str], Mapping[str, Item]] = lambda _webhook_id: {}
        self.gone_copies: list[tuple[str, str, int, int]] = []
        self.acts = Acts()
        self.names: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.told: deque[tuple[Any, ...]] = deque(maxlen=keeps)

    def tell(self, webhook_id: str, *what: Any) -> None:
        """Keep what happens for a while, for whoever has to understand a problem."""
        owner = self._simulation.owner
        who = "" if owner is None else f"{owner.function} {owner.number}"
        self.told.append((self._simulation.now_ms, who, webhook_id, *what))

    def problem(self, webhook_id: str, what: str) -> None:
        """Note a problem, and stop."""
        if self.problems:
            return
        lines = [
            " ".join(map(str, (f"{(at - self._simulation.now_ms) / 1000:+.3f} s", *rest)))
            for at, *rest in self.told
            if rest[1] in ("", webhook_id)
        ]
        self.problems.append(Problem(self._simulation.now_ms, webhook_id, what, tuple(lines)))
        self._simulation.stop()

    def watch(self, key: Key, before: Item | None, after: Item | None) -> None:
        """Note what is committed."""
        if key.table == DELIVERIES:
            self._delivery(key, before, after)
        elif key.sort.startswith("wh_"):
            self._webhook(key, after)
        elif key.sort.startswith(JOB_KEY_PREFIX) and after is not None:
            self._job(key, before, after)
        elif key.sort.startswith(ACTIVITY_KEY_PREFIX) and after is not None:
            self._act(after)

    def wanted(self, watched: Watched, key: str, since: int) -> bool:
        """Whether the webhook has wanted such an event at any time since then."""
        name = self.names.get(key, "")
        return name in watched.wants and watched.wants[name].since(since)

    def _job(self, key: Key, before: Item | None, after: Item) -> None:
        now = self._simulation.now_ms
        _, webhook_id, job_id = key.sort.split("#")
        watched = self.webhooks[webhook_id]
        job = watched.asked.job(key.sort, after, now)
        if before is None:
            self.acts.job_began(webhook_id, job)
            if job.kind == "CATCH_UP":
                self._owe(watched, now)
        elif job.kind == "CATCH_UP" and job.state == "ENDING":
            watched.owed.clear()
        self.tell(webhook_id, job.kind, job_id, job.state, plain(after["requeued"]), plain(after["cancelled"]))

    def _act(self, after: Item) -> None:
        owner = self._simulation.owner
        marker = None if owner is None else owner.marker
        webhook_id, kind, key = self.acts.keep(after, marker)
        if marker is not None and self.acts.effects[marker] > 1:
            self.problem(webhook_id, f"{kind}: {marker} has had a second effect")
        watched = self.webhooks.get(webhook_id)
        if watched is not None and kind == "CANCELLED" and key is not None:
            watched.asked.cancelled[key] = self._simulation.now_ms
        self.tell(webhook_id, "act", kind, key or "")

    def _webhook(self, key: Key, after: Item | None) -> None:
        now = self._simulation.now_ms
        watched = self.webhooks.get(key.sort)
        if watched is None:
            watched = self.webhooks[key.sort] = Watched(key.partition, key.sort, now, moved_ms=now)
            self.acts.made[key.sort, "CREATED"] += 1
        if after is None:
            self.acts.made[key.sort, "REMOVED"] += 1
            watched.removed_ms = now
            watched.on.go(now)
            self.tell(key.sort, "removed")
            return
        item = {name: plain(value) for name, value in after.items() if name in _OF_WEBHOOKS}
        self._status(watched, item["status"], now)
        if self._simulation.owner is not None and self._simulation.owner.function == "api":
            watched.failures.clear()
        if not watched.urls or watched.urls[-1][1] != item["target_url"]:
            watched.urls.append((now, item["target_url"]))
            self.of_url[item["target_url"]] = key.sort
        self._wants(watched, {plain(name) for name in item["event_names"]}, now)
        watched.ordered = bool(item.get("ordered"))
        if item["health"] == "FAILING" and not watched.failing and now - watched.failed_ms > _LONGEST_OF_A_DISPATCH_MS:
            self.problem(key.sort, "failing without a failed attempt")
        watched.failing = item["health"] == "FAILING"
        watched.faults, watched.owner = item.get("faults", 0), item.get("owner")
        watched.jobs = frozenset(item.get("jobs", ()))
        queued = watched.owner or watched.ordered or "slow_at" in item or _asks_for_owner(item.get("delivery", "{}"))
        watched.queued_since = (watched.queued_since or now) if queued else None
        self.tell(key.sort, {name: item.get(name) for name in _SHOWN if item.get(name) is not None})

    def _owe(self, watched: Watched, now: int) -> None:
        """It catches up: what was skipped since it was switched off is to be sent, whatever clocks were a bit wrong."""
        off_ms = max((off for _, off in watched.on.times if off is not None), default=watched.created_ms)
        for key, item in self.log_of(watched.webhook_id).items():
            skipped_ms = plain(item["finished_at"]) if item["status"]["S"] == "SKIPPED" else 0
            if off_ms + _SLACK_MS < skipped_ms < now - _SLACK_MS:
                watched.owed[key] = now

    def _status(self, watched: Watched, status: str, now: int) -> None:
        if status == "DISABLED" and watched.status == "ACTIVE":
            long_enough = now - max(watched.succeeded_ms, watched.created_ms) >= RETENTION_MS - _SLACK_MS
            if not long_enough and now - watched.gone_ms > _LONGEST_OF_A_DISPATCH_MS:
                self.problem(watched.webhook_id, "disabled before its time")
        if status != watched.status:
            watched.moved_ms = now
            self.acts.made[watched.webhook_id, "SWITCHED_ON" if status == "ACTIVE" else status] += 1
        watched.status = status
        if status == "ACTIVE":
            watched.on.come(now)
        else:
            watched.on.go(now)

    def _wants(self, watched: Watched, names: set[str], now: int) -> None:
        for name in names - watched.wants.keys():
            watched.wants[name] = Spans()
        for name, spans in watched.wants.items():
            (spans.come if name in names else spans.go)(now)

    def _delivery(self, key: Key, before: Item | None, after: Item | None) -> None:
        webhook_id, _, kind = key.partition.partition("#")
        watched = self.webhooks.get(webhook_id)
        if watched is None or kind == "attempts":
            return
        now = self._simulation.now_ms
        if kind in ("backlog", "aside"):
            self._waiting(watched, watched.backlog if kind == "backlog" else watched.aside, key.sort, after, now)
        elif kind == "" and after is not None:
            self._log(watched, key.sort, before, after, now)
        elif kind == "" and before is not None and before["status"]["S"] != "PENDING":
            self.problem(webhook_id, f"{key.sort} was {before['status']['S']}, and is gone")
        self.tell(webhook_id, kind or "log", key.sort, None if after is None else after["status"]["S"])

    def _waiting(
        self, watched: Watched, place: dict[str, tuple[int, int]], sort: str, after: Item | None, now: int
    ) -> None:
        key = sort.removesuffix(COPY_SUFFIX)
        if after is None:
            came_ms, expires_ms = place.pop(sort, (0, 0))
            if key != sort and expires_ms:
                watched.copies[key].go(now)
                if now > expires_ms - _SLACK_MS:
                    watched.expired[key] = now
                self.gone_copies.append((watched.webhook_id, key, came_ms, now))
            return
        asked = plain(after.get("requested_at") or after["created_at"])
        if not watched.backlog and not watched.aside:
            watched.moved_ms = max(watched.moved_ms, now)
        place[sort] = (place.get(sort, (now, 0))[0], asked + RETENTION_MS)
        if key != sort:
            watched.copies.setdefault(key, Spans()).come(now)
            watched.requested[key] = asked
            owner = self._simulation.owner
            if owner is not None and owner.hurt & CLOCK_FAULTS:
                watched.late.add(key)
            else:
                watched.late.discard(key)
        elif key in watched.recorded:
            self._revived(watched, key)

    def _revived(self, watched: Watched, key: str) -> None:
        """It waits though it was delivered: by somebody who could not know, or whose write was repeated."""
        if self._saw(watched) <= watched.recorded[key]:
            watched.at_once.add(key)
        owner = self._simulation.owner
        if owner is not None and owner.hurt:
            watched.revived.add(key)

    def _saw(self, watched: Watched) -> int:
        """When whoever writes now has last read deliveries of this webhook."""
        owner = self._simulation.owner
        return 0 if owner is None else int(owner.saw_waiting(watched.webhook_id)[0])

    def _log(self, watched: Watched, key: str, before: Item | None, after: Item, now: int) -> None:
        status = after["status"]["S"]
        if before is not None and before["status"]["S"] == "DELIVERED" != status:
            self.problem(watched.webhook_id, f"{key} was DELIVERED, and is {status}")
        was_withdrawn = before is not None and before.get("withdrawn_at") != after.get("withdrawn_at")
        if status == "CANCELLED" or (was_withdrawn and "withdrawn_at" in after):
            watched.cancelled[key] = now
            self._cancelled(watched, key, after, now)
        if status == "DELIVERED":
            watched.recorded.setdefault(key, now)
            waits = watched.backlog.get(key) or watched.aside.get(key)
            if waits is not None and self._saw(watched) <= waits[0]:
                watched.at_once.add(key)
        if before is not None and before["status"]["S"] == "CANCELLED" and status not in _AFTER_A_CANCEL:
            self.problem(watched.webhook_id, f"{key} was CANCELLED, and is {status}")
        if status == "EXPIRED" and plain(after["created_at"]) + RETENTION_MS > now + _SLACK_MS:
            self.problem(watched.webhook_id, f"{key} expired before its time")

    def _cancelled(self, watched: Watched, key: str, after: Item, now: int) -> None:
        """Somebody has asked for it, or the webhook did not want it when it was read."""
        owner = self._simulation.owner
        if plain(after["cancelled_because"]) == "UNSUBSCRIBED":
            saw = now if owner is None else owner.saw.get((WEBHOOKS, watched.webhook_id), 0)
            if watched.wants[self.names[key]].all_along(saw - 1, now):
                self.problem(watched.webhook_id, f"{key} is cancelled as not wanted, and is wanted")
        elif owner is not None and owner.function != "api" and not watched.asked.withdrew_at(now):
            self.problem(watched.webhook_id, f"{key} is withdrawn, and nobody has asked for it")


_AFTER_A_CANCEL = ("CANCELLED", "DELIVERED", "EXPIRED")
_SHOWN = (
    "status",
    "health",
    "owner",
    "lease_holder",
    "lease_until",
    "due_at",
    "slow_at",
    "jobs",
    "rest_until",
    "faults",
    "attempts",
)
_OF_WEBHOOKS = frozenset((*_SHOWN, "target_url", "event_names", "ordered", "delivery"))


def _asks_for_owner(delivery: str) -> bool:
    settings = json.loads(delivery)
    return "max_posts_per_minute" in settings or settings.get("timeout_seconds", 5) > 5
