"""What the processes share: one webhook, its backlog and its wake-ups; each call of a port is one step from it.

Consistent where DynamoDB is; the index that the sweep asks may answer with any earlier state. Time is not counted: a
webhook that is read may be due or not, and a lease that may end ends at any moment.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from recado.ports import Due, DueKind, Lease, LeaseState
from recado.rules.webhook.webhook import Health, HealthState, Status, Webhook
from tests.faults.interleaving.replay import (
    ACCOUNT_ID,
    CONFLICT,
    DONE,
    FAULT,
    POSTS,
    REFUSALS,
    WEBHOOK_ID,
    Answer,
    Call,
    essence,
    of_mask,
    statuses,
)
from tests.unit.builders import NOW, webhook

NOBODY, REMOVED = -1, -1
SWEEPER = -2  # to whom a webhook may look overdue
_READ = {"due": NOW, "early": NOW + 5_000, "overdue": 0}


class Shared(NamedTuple):
    """The world; deliveries and messages are sets of bits, the webhook is a number in the store's list."""

    webhook: int
    lease: int = NOBODY
    lapsed: bool = False
    backlog: int = 0
    log: int = 0
    skipped: int = 0
    received: int = 0
    queue: int = 0
    next_message: int = 0
    was_indexed: bool = False


class Budget(NamedTuple):
    """How often what may go wrong may still go wrong."""

    deaths: int = 0
    refusals: int = 0
    gone: int = 0
    faults: int = 0
    expiries: int = 0
    purges: int = 0
    repeats: int = 0
    sweeps: int = 0


class Guards(NamedTuple):
    """The conditions of the store's writes, to be left out one at a time."""

    version: bool = True
    count_when_healthy: bool = True
    lease: bool = True


Outcome = tuple[Shared, Answer, Budget]


class ModelStore:
    """Answers the calls of ports; all webhooks that ever are have a number."""

    def __init__(self, *, ordered: bool = False, guards: Guards | None = None) -> None:
        self._guards = guards or Guards()
        self.webhooks: list[Webhook] = []
        self._numbers: dict[tuple[Status, int, Health], int] = {}
        self._template = webhook(ordered=ordered)
        self._decoders: dict[str, Callable[[Any], Any]] = {
            "webhook": self._read,
            "webhooks": lambda content: [] if content is None else [self._read(content)],
            "lease": lambda content: Lease(LeaseState.TAKEN, self._read(content)),
            "held": lambda _: Lease(LeaseState.HELD_BY_ANOTHER),
            "no such webhook": lambda _: Lease(LeaseState.NO_SUCH_WEBHOOK),
            "backlog": of_mask,
            "recorded": lambda content: statuses(*content),
            "index": lambda content: [Due(DueKind.WEBHOOK, ACCOUNT_ID, WEBHOOK_ID)] if content else [],
            "message": lambda content: f"m{content}",
            "yes": lambda _: True,
            "no": lambda _: False,
        }
        self._calls: dict[str, Callable[..., Iterator[tuple[Shared, Answer]]]] = {
            name.removeprefix("_on_"): getattr(self, name) for name in dir(self) if name.startswith("_on_")
        }

    def number(self, status: Status, version: int, health: Health) -> int:
        """Return the number of the webhook in this state."""
        key = (status, version, health)
        if key not in self._numbers:
            self._numbers[key] = len(self.webhooks)
            self.webhooks.append(replace(self._template, status=status, version=version, health=health))
        return self._numbers[key]

    def decode(self, answer: Answer) -> Any:
        """Return what the port's caller gets."""
        content: Any = answer.content
        if answer.kind in self._decoders:
            return self._decoders[answer.kind](content)
        return POSTS.get(answer.kind, REFUSALS.get(answer.kind))

    def outcomes(self, call: Call, shared: Shared, who: int, budget: Budget) -> Iterator[Outcome]:
        """Yield every way in which a call may end; our own fault may hide that it has had its effect."""
        if call.operation == "post":
            yield from _posted(shared, budget, *call.arguments)
        else:
            for after, answer in self._calls[call.operation](shared, who, *call.arguments):
                yield after, answer, budget
                if budget.faults and after != shared:
                    yield after, FAULT, budget._replace(faults=budget.faults - 1)
        if budget.faults:
            yield shared, FAULT, budget._replace(faults=budget.faults - 1)

    def _read(self, content: tuple[int, str]) -> Webhook | None:
        number, when = content
        if number == REMOVED:
            return None
        found = self.webhooks[number]
        if found.health.next_attempt_at is None:
            return found
        return replace(found, health=replace(found.health, next_attempt_at=_READ[when]))

    def _failing(self, shared: Shared) -> bool:
        return shared.webhook != REMOVED and self.webhooks[shared.webhook].health.state is HealthState.FAILING

    def _keep(self, shared: Shared, health: Health, status: Status) -> Shared:
        current = self.webhooks[shared.webhook]
        counts = self._guards.count_when_healthy or self._failing(shared) or health.state is HealthState.FAILING
        counted = replace(health, version=current.health.version + (1 if counts else 0))
        number = self.number(status, current.version, counted)
        return shared._replace(webhook=number, was_indexed=shared.was_indexed or self._indexed(number))

    def _indexed(self, number: int) -> bool:
        found = self.webhooks[number]
        return found.status is Status.ACTIVE and found.health.next_attempt_at is not None

    def indexed(self, shared: Shared) -> bool:
        """Whether the sweep's index has the webhook now."""
        return shared.webhook != REMOVED and self._indexed(shared.webhook)

    def _on_of_account(self, shared: Shared, _who: int) -> Iterator[tuple[Shared, Answer]]:
        yield shared, Answer("webhooks", None if shared.webhook == REMOVED else (shared.webhook, "due"))

    def _on_get(self, shared: Shared, who: int) -> Iterator[tuple[Shared, Answer]]:
        yield shared, Answer("webhook", (shared.webhook, "due"))
        if who == SWEEPER and self.indexed(shared):
            yield shared, Answer("webhook", (shared.webhook, "overdue"))

    def _on_mark_failing(
        self, shared: Shared, _who: int, seen: tuple[int, Status], health: Health, status: Status
    ) -> Iterator[tuple[Shared, Answer]]:
        current = None if shared.webhook == REMOVED else self.webhooks[shared.webhook]
        version, seen_status = seen
        same = current is not None and (current.health.version == version or not self._guards.version)
        if current is None or not same or current.status is not seen_status:
            yield shared, Answer("no")
        else:
            yield self._keep(shared, health, status), Answer("yes")

    def _on_disown(self, shared: Shared, _who: int, seen: Webhook) -> Iterator[tuple[Shared, Answer]]:
        current = None if shared.webhook == REMOVED else self.webhooks[shared.webhook]
        if current is None or current.health.version != seen.health.version:
            yield shared, Answer("no")
        else:
            yield self._keep(shared, replace(current.health, owner=None), current.status), Answer("yes")

    def _on_take_lease(self, shared: Shared, who: int) -> Iterator[tuple[Shared, Answer]]:
        if shared.webhook == REMOVED:
            yield shared, Answer("no such webhook")
        elif shared.lease != NOBODY and not shared.lapsed and self._guards.lease:
            yield shared, Answer("held")
        else:
            taken = shared._replace(lease=who, lapsed=False)
            yield taken, Answer("lease", (shared.webhook, "due"))
            if self._failing(shared):
                yield taken, Answer("lease", (shared.webhook, "early"))

    def _on_save_under_lease(
        self, shared: Shared, who: int, seen: Status, health: Health, status_and_release: tuple[Status, bool]
    ) -> Iterator[tuple[Shared, Answer]]:
        status, release = status_and_release
        gone = shared.webhook == REMOVED or self.webhooks[shared.webhook].status is not seen
        if gone or shared.lease != who:
            yield shared, Answer("no")
        else:
            kept = self._keep(shared, health, status)
            yield _released(kept, who) if release else kept, Answer("yes")

    def _on_end_alert_under_lease(self, shared: Shared, who: int) -> Iterator[tuple[Shared, Answer]]:
        current = None if shared.webhook == REMOVED else self.webhooks[shared.webhook]
        if current is None or shared.lease != who or current.health.alerted_at is None:
            yield shared, Answer("no")
        else:
            number = self.number(current.status, current.version, replace(current.health, alerted_at=None))
            yield _released(shared._replace(webhook=number), who), Answer("yes")

    def _on_release_lease(self, shared: Shared, who: int) -> Iterator[tuple[Shared, Answer]]:
        yield _released(shared, who), DONE

    def _on_recorded(self, shared: Shared, _who: int, mask: int) -> Iterator[tuple[Shared, Answer]]:
        yield shared, Answer("recorded", (shared.log & mask, shared.skipped & mask, shared.backlog & mask))

    def _on_record(
        self, shared: Shared, _who: int, waiting: int, sent: int, skipped: int
    ) -> Iterator[tuple[Shared, Answer]]:
        yield (
            shared._replace(backlog=shared.backlog | waiting, log=shared.log | sent, skipped=shared.skipped | skipped),
            DONE,
        )

    def _on_finish(self, shared: Shared, _who: int, mask: int) -> Iterator[tuple[Shared, Answer]]:
        yield shared._replace(backlog=shared.backlog & ~mask, log=shared.log | mask), DONE

    def _on_backlog(self, shared: Shared, _who: int) -> Iterator[tuple[Shared, Answer]]:
        yield shared, Answer("backlog", shared.backlog)

    def _on_send(self, shared: Shared, _who: int) -> Iterator[tuple[Shared, Answer]]:
        number = shared.next_message
        sent = shared._replace(queue=shared.queue | 1 << number, next_message=number + 1)
        yield sent, Answer("message", number)

    def _on_postpone(self, shared: Shared, _who: int) -> Iterator[tuple[Shared, Answer]]:
        yield shared, DONE

    def _on_alert(self, shared: Shared, _who: int) -> Iterator[tuple[Shared, Answer]]:
        yield shared, DONE

    def _on_due(self, shared: Shared, _who: int) -> Iterator[tuple[Shared, Answer]]:
        yield shared, Answer("index", False)
        if shared.was_indexed:
            yield shared, Answer("index", True)

    def _on_replace(
        self, shared: Shared, _who: int, current: Webhook, changed: Webhook
    ) -> Iterator[tuple[Shared, Answer]]:
        found = None if shared.webhook == REMOVED else self.webhooks[shared.webhook]
        if found is None or (found.version, found.status) != (current.version, current.status):
            yield shared, CONFLICT
            return
        concerned = changed.health != current.health or changed.status is not current.status
        if concerned and found.health.version != current.health.version:
            yield shared, CONFLICT
            return
        health = found.health
        if concerned:
            health = replace(essence(changed.health), version=found.health.version + 1)
        number = self.number(changed.status, changed.version, health)
        yield shared._replace(webhook=number, was_indexed=shared.was_indexed or self._indexed(number)), DONE

    def _on_remove(self, shared: Shared, _who: int, seen: Webhook) -> Iterator[tuple[Shared, Answer]]:
        if shared.webhook == REMOVED or self.webhooks[shared.webhook].version != seen.version:
            yield shared, CONFLICT
        else:
            yield shared._replace(webhook=REMOVED, lease=NOBODY, lapsed=False), DONE


def _released(shared: Shared, who: int) -> Shared:
    return shared._replace(lease=NOBODY, lapsed=False) if shared.lease == who else shared


def _posted(shared: Shared, budget: Budget, mask: int) -> Iterator[Outcome]:
    yield shared._replace(received=shared.received | mask), Answer("accepted"), budget
    if budget.refusals:
        yield shared, Answer("refused"), budget._replace(refusals=budget.refusals - 1)
    if budget.gone:
        yield shared, Answer("gone"), budget._replace(gone=budget.gone - 1)
