"""Switching webhooks on and off: what becomes of what waits, and of what was skipped."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from recado.ports.managing import DeliveryReader
from recado.ports.sending import Waiting
from recado.rules.delivery.job import Job, catch_up, job_id_of, skipped_since
from recado.rules.webhook.lane import asked_for, switched_off
from recado.rules.webhook.webhook import Status, Webhook


@dataclass(frozen=True, slots=True)
class Skipped:
    """How many events were skipped while the webhook was off, as far as was counted, and since when it was off."""

    waiting: Waiting
    since_ms: int


@dataclass(frozen=True, slots=True)
class Switched:
    """A webhook as it is to be stored; where it was switched on, what was skipped, and the job that catches up."""

    webhook: Webhook
    skipped: Skipped | None = None
    job: Job | None = None


class Switching:
    """Completes a change that switches a webhook."""

    def __init__(self, reader: DeliveryReader, token: Callable[[], str]) -> None:
        self._reader = reader
        self._token = token

    def __call__(self, before: Webhook, after: Webhook, owner: str, now: int, catch_up_for: str | None) -> Switched:
        """The webhook that was switched, with its lane: an owner for what waits or, off, for jobs that cancel.

        What was skipped is counted before it is on, so that nothing of it has been sent. `catch_up_for` is who asked
        for that to be sent, None where nobody did.
        """
        if after.status is not Status.ACTIVE:
            return Switched(replace(after, lane=switched_off(after.lane, owner, now)))
        since = skipped_since(before)
        count = self._reader.count_skipped(before.webhook_id, since)
        after, skipped = replace(after, lane=asked_for(after.lane, owner, now)), Skipped(count, since)
        if catch_up_for is None:
            return Switched(after, skipped)
        return Switched(after, skipped, catch_up(before, job_id_of(now, self._token()), catch_up_for, now))
