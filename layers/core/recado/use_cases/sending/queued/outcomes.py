"""What comes of the POSTs of a run: what was delivered ends, what failed is cut, set aside or waited for."""

import math
from collections.abc import Callable
from dataclasses import replace

from recado.ports.sending import Deadline
from recado.rules.delivery.delivery import Delivery, attempted, refused
from recado.rules.sending.stuck import AMID_BAD_ONES, NOT_STUCK
from recado.rules.webhook.alert import AlertKind, alert_after_failure
from recado.rules.webhook.failing import Failing, failing, neighbour_failing, unaccompanied
from recado.rules.webhook.health import after_failure, disabled
from recado.rules.webhook.lane import left, waiting
from recado.rules.webhook.webhook import Health, HealthState, Status
from recado.use_cases.sending.ports import SendingPorts, circumstances
from recado.use_cases.sending.posting import Posted
from recado.use_cases.sending.queued.aside import Aside
from recado.use_cases.sending.queued.head import Bounds
from recado.use_cases.sending.queued.hold import Hold
from recado.use_cases.sending.queued.parcel import Parcel, Source, Suspect
from recado.use_cases.sending.queued.progress import Ended, Progress


class Outcomes:
    """Writes down what comes of each POST of a run, under its lease.

    `suspect` is the head that has failed alone, while an event behind it is to be tried; `is_accompanied` tells whether
    there is one.
    """

    def __init__(
        self,
        ports: SendingPorts,
        hold: Hold,
        aside: Aside,
        is_accompanied: Callable[[Delivery, Bounds], bool],
        *,
        deadline: Deadline,
        progress: Progress,
    ) -> None:
        self._ports = ports
        self._hold = hold
        self._aside = aside
        self._is_accompanied = is_accompanied
        self._deadline = deadline
        self._progress = progress
        self.suspect: Suspect | None = None

    def of(self, parcel: Parcel, posted: Posted) -> Ended | None:
        """Write down what came of it; None where the run goes on."""
        if parcel.source is Source.ASIDE:
            return self._of_aside(parcel.batch[0], posted)
        # What is set aside may take its time: it says nothing about the others.
        self._hold.note_pace(posted.result)
        return self._delivered(parcel, posted) if posted.result.delivered else self._failed(parcel, posted)

    def unaccompanied(self, suspect: Suspect) -> Ended | None:
        """There is no event behind the head that has failed alone: it waits."""
        return self._store(unaccompanied(suspect.failing, suspect.result, circumstances(self._ports)))

    def disable(self, health: Health) -> Ended:
        """Switch the webhook off, which ends the run."""
        webhook, now = self._hold.webhook, self._ports.clock()
        switched_off = self._hold.save(disabled(health), disables=True, lane=lambda lane: left(waiting(lane, now)))
        if switched_off:
            self._hold.tell(AlertKind.DISABLED, webhook, health)
        return Ended()

    def _delivered(self, parcel: Parcel, posted: Posted) -> Ended | None:
        """What was delivered ends; what the receiver has named is set aside, and so is the head that blocked it."""
        after, apart = attempted(parcel.batch, posted.attempt)
        taken = [one for one in after if one.event.key not in posted.refused]
        self._ports.deliveries.finish(taken, apart, self._deadline)
        self._hold.cut = self._hold.cut.after_success(
            parcel.batch[-1].event.key,
            self._hold.webhook.limits,
            by_events=parcel.by_events,
            by_bytes=parcel.by_bytes,
        )
        suspect, self.suspect = self.suspect, None
        if suspect is not None:
            self._aside.put(suspect.head, suspect.failing.health.stuck.tries, suspect.result)
        named = [one for one in parcel.batch if one.event.key in posted.refused]
        for one in named:
            self._aside.put(refused(one, posted.attempt, posted.refused[one.event.key]), 1, posted.result)
        is_amid = suspect is not None and suspect.failing.draws
        return self._recovered(anything_aside=bool(named) or suspect is not None, is_amid=is_amid)

    def _failed(self, parcel: Parcel, posted: Posted) -> Ended | None:
        first = parcel.batch[0]
        if len(parcel.batch) == 1 and not first.is_copy and self._ports.deliveries.forget_ended(first, self._deadline):
            # Delivered before: whoever recorded it died before it was deleted.
            self._record(posted)
            return None
        webhook, at = self._hold.webhook, circumstances(self._ports)
        if parcel.source is Source.BEHIND:
            after_it = neighbour_failing(webhook, self._hold.cut, posted.result, at)
        else:
            after_it = failing(webhook, self._hold.cut, posted.attempt, posted.result, at)
        self.suspect = None
        if after_it.suspects and not self._is_accompanied(first, parcel.bounds):
            after_it = unaccompanied(after_it, posted.result, at)
        if after_it.suspects:
            (head,), _ = attempted([first], posted.attempt)
            self.suspect = Suspect(replace(head, attempt=first.attempt), parcel.bounds, after_it, posted.result)
        self._hold.cut = after_it.cut
        ended = self._store(after_it)
        self._record(posted)
        return ended

    def _store(self, after_it: Failing) -> Ended | None:
        """Store the failure; where there is something to wait for, the lease goes in the same step."""
        webhook = self._hold.webhook
        if after_it.status is Status.DISABLED:
            return self.disable(after_it.health)
        if after_it.suspects or after_it.wait_ms == 0:
            stored, ended = self._hold.save(after_it.health), None
        else:
            until, seconds = self._ports.clock() + after_it.wait_ms, math.ceil(after_it.wait_ms / 1000)
            stored, ended = self._hold.save(after_it.health, lane=lambda lane: waiting(lane, until)), Ended(seconds)
        if not stored:
            return Ended()
        kind = alert_after_failure(webhook.health, after_it.health, after_it.status)
        if kind is not None:
            self._hold.tell(kind, webhook, after_it.health)
        return ended

    def _of_aside(self, delivery: Delivery, posted: Posted) -> Ended | None:
        """Delivered, it is moved into the log; failed, it stays aside, and the webhook is none the worse for it."""
        after, apart = self._aside.tried(delivery, posted)
        if posted.result.delivered:
            self._progress.faults += self._ports.deliveries.record([], apart, self._deadline).values()
            if not self._ports.aside.end(after):
                # Withdrawn or moved back while its POST was out: it is delivered all the same.
                self._ports.deliveries.finish([after], [], self._deadline)
            return self._recovered(anything_aside=False)
        self._ports.aside.keep(after)
        self._progress.faults += self._ports.deliveries.record([], apart, self._deadline).values()
        if posted.result.gone:
            at = circumstances(self._ports)
            return self.disable(after_failure(self._hold.webhook.health, posted.result, at.now_ms, at.alert_after_ms))
        return None

    def _recovered(self, *, anything_aside: bool, is_amid: bool = False) -> Ended | None:
        webhook = self._hold.webhook
        was_well = webhook.health.state is HealthState.HEALTHY and not webhook.health.stuck.amid
        if was_well and not anything_aside:
            return None
        if not self._hold.save(Health(stuck=AMID_BAD_ONES if is_amid else NOT_STUCK)):
            return Ended()
        if webhook.health.alerted_at is not None:
            self._hold.tell(AlertKind.RECOVERED, webhook, webhook.health)
        return None

    def _record(self, posted: Posted) -> None:
        self._progress.faults += self._ports.deliveries.record([], [posted.attempt], self._deadline).values()
