"""Dispatch: events of one account on their way to its webhooks, in real time and in batches alike.

To a DIRECT webhook they are POSTed here, those of a QUEUED one join its backlog. The order of the writes loses
nothing, whatever dies between two of them: what was not acknowledged is in the backlog before anybody is woken for it,
and the webhook is read again after that, so that either its owner's last look at the backlog sees it, or we see that
there is no owner (docs/adr/0021-the-lane.md).
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, wait
from dataclasses import dataclass, field, replace

from recado.ports.sending import Deadline, Expect, Recorded
from recado.rules.delivery.aside import set_aside
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import Delivery, DeliveryStatus, attempted, refused
from recado.rules.event.event import Event
from recado.rules.sending import payload
from recado.rules.sending.attempt import MOST_IDS, AttemptResult
from recado.rules.shaping.trouble import ExpressionKind, ExpressionTrouble
from recado.rules.webhook.alert import AlertKind, Slowness
from recado.rules.webhook.sifting import Filtered, sift
from recado.rules.webhook.webhook import Health, HealthState, Webhook
from recado.use_cases.sending.direct.sending import Clash, Sending, send_directly
from recado.use_cases.sending.joining import see_to_it
from recado.use_cases.sending.ports import SendingPorts

_SHORTEST_WAIT_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Attempted:
    """One POST of a dispatch, for the log."""

    webhook_id: str
    events: int
    result: AttemptResult
    # Only for whoever looks for them in the log.
    account_id: str = field(default="", compare=False)
    event_ids: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The events of a dispatch that a webhook's filter has left out, for the log."""

    webhook_id: str
    expression: str
    events: Sequence[Filtered]


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What came of a dispatch: its POSTs, and the events that a webhook did not get: they clash, or are filtered."""

    attempts: Sequence[Attempted] = ()
    clashes: Sequence[Clash] = ()
    filtered: Sequence[LeftOut] = ()


class Dispatch:
    """Sends events of one account to the webhooks that want them, and records what came of it."""

    def __init__(self, ports: SendingPorts, executor: Executor) -> None:
        self._ports = ports
        self._executor = executor

    def __call__(self, events: Sequence[Event], deadline: Deadline) -> Dispatched:
        """Send the events, all of one account; afterwards each is delivered, in a backlog, or of no interest.

        Those that clash are for the caller to keep.

        What our own side failed at is raised after everything else has been recorded: the invocation is repeated,
        and finds the recorded part done.
        """
        sendings = self._plan(events)
        self._send(sendings, deadline)
        for sending in sendings:
            if sending.fault is not None:
                raise sending.fault
        return Dispatched(
            [
                Attempted(
                    sending.webhook.webhook_id,
                    len(batch),
                    posted.result,
                    sending.webhook.account_id,
                    tuple(event.event_id for event in batch[:MOST_IDS]),
                )
                for sending in sendings
                for batch, posted in sending.posts
            ],
            [clash for sending in sendings for clash in sending.clashing],
            tuple(_left_out(sending) for sending in sendings if sending.filtered),
        )

    def _plan(self, events: Sequence[Event]) -> list[Sending]:
        ordered = payload.in_order(events)
        webhooks = self._ports.webhooks.of_account(ordered[0].account_id)
        wanted = {webhook.webhook_id: [event for event in ordered if webhook.wants(event.name)] for webhook in webhooks}
        if not any(wanted.values()):
            return []
        recorded = self._ports.deliveries.recorded(wanted)
        return [
            _sending(webhook, wanted[webhook.webhook_id], recorded)
            for webhook in webhooks
            if wanted[webhook.webhook_id]
        ]

    def _send(self, sendings: Sequence[Sending], deadline: Deadline) -> None:
        """Send to all side by side, and conclude those that are done by the time that another is found to be slow."""
        arrived_at = self._ports.clock()
        of = {self._executor.submit(send_directly, self._ports, one, deadline): one for one in sendings}
        waiting = set(of)
        while waiting:
            done, waiting = wait(waiting, timeout=self._seconds_until_slow([of[one] for one in waiting]))
            for sending in of.values():
                self._note_if_slow(sending)
            if done:
                self._conclude([sending for one, sending in of.items() if one in done], arrived_at, deadline)

    def _seconds_until_slow(self, sendings: Sequence[Sending]) -> float | None:
        """Seconds until one of them is slow, if its receiver does not answer before; None where all are already."""
        now, slow_after_ms = self._ports.clock(), self._ports.slow_after_ms
        ages_ms = [now - (sending.began_at or now) for sending in sendings if not sending.found_slow]
        return max((slow_after_ms - max(ages_ms)) / 1000, _SHORTEST_WAIT_SECONDS) if ages_ms else None

    def _note_if_slow(self, sending: Sending) -> None:
        """Let nobody else wait for a receiver that is slow, from now on: also while this one waits still."""
        now, limit_ms = self._ports.clock(), self._ports.slow_after_ms
        if sending.found_slow or not sending.is_slow_at(now, limit_ms):
            return
        sending.found_slow = True
        webhook = sending.webhook
        try:
            if self._ports.lanes.mark_slow(webhook, now):
                slowness = Slowness(sending.longest_ms(now), limit_ms)
                self._ports.alerting.tell(AlertKind.SLOW, webhook, webhook.health, slowness)
        except Exception as error:  # noqa: BLE001 - what came of the POST is still to be recorded
            sending.fault = error

    def _conclude(self, sendings: Sequence[Sending], arrived_at: int, deadline: Deadline) -> None:
        """Record what came of them, each webhook by itself, and see to it that what waits is sent."""
        outcomes = [_outcome(sending, arrived_at) for sending in sendings]
        deliveries = [delivery for deliveries, _ in outcomes for delivery in deliveries]
        attempts = [attempt for _, attempts in outcomes for attempt in attempts]
        unrecorded = self._ports.deliveries.record(deliveries, attempts, deadline) if deliveries or attempts else {}
        for sending in sendings:
            sending.fault = unrecorded.get(sending.webhook.webhook_id, sending.fault)
        recorded = [one for one in sendings if one.webhook.webhook_id not in unrecorded]
        for sending in recorded:
            self._set_aside(sending, arrived_at)
        self._settle([one for one in recorded if _is_to_be_settled(one)])

    def _set_aside(self, sending: Sending, arrived_at: int) -> None:
        """Set aside what the receiver has named; whoever owns the webhook then tries it, alone."""
        try:
            for event, posted in sending.refused:
                named = refused(_untried(sending, event, arrived_at), posted.attempt, posted.refused[event.key])
                self._ports.aside.put(set_aside(named, 1, posted.result, self._ports.clock()), waits=False)
        except Exception as error:  # noqa: BLE001 - the repeated invocation sends what is not recorded
            sending.fault = error

    def _settle(self, sendings: Sequence[Sending]) -> None:
        """Read the webhooks again, all at once, now that what waits is in their backlogs."""
        if not sendings:
            return
        try:
            now = {one.webhook_id: one for one in self._ports.webhooks.of_account(sendings[0].webhook.account_id)}
        except Exception as error:  # noqa: BLE001 - the repeated invocation settles them
            for sending in sendings:
                sending.fault = error
            return
        for sending in sendings:
            webhook = now.get(sending.webhook.webhook_id)
            if webhook is not None:
                self._settle_one(sending, webhook)

    def _settle_one(self, sending: Sending, webhook: Webhook) -> None:
        try:
            if sending.failed or sending.waiting or sending.refused or sending.already_pending:
                see_to_it(self._ports, webhook, sending.failed, sending.cut)
            elif webhook.lane.owner is None and webhook.health.state is HealthState.FAILING:
                recovered = replace(webhook, health=Health())
                changed = self._ports.lanes.change(webhook, recovered, Expect.UNCHANGED)
                if changed and webhook.health.alerted_at is not None:
                    self._ports.alerting.tell(AlertKind.RECOVERED, webhook, webhook.health)
        except Exception as error:  # noqa: BLE001 - settle the others first; the repeated invocation settles this one
            sending.fault = error


def _is_to_be_settled(sending: Sending) -> bool:
    recovers = sending.posts and sending.webhook.health.state is HealthState.FAILING
    return bool(sending.failed or sending.waiting or sending.refused or sending.already_pending or recovers)


def _sending(webhook: Webhook, wanted: Sequence[Event], recorded: Mapping[tuple[str, str], Recorded]) -> Sending:
    known = {event.key: recorded[place] for event in wanted if (place := (webhook.webhook_id, event.key)) in recorded}
    names = {key: one.event_name for key, one in known.items()}
    fresh: list[Event] = []
    clashing: list[Clash] = []
    for event in wanted:
        name = names.get(event.key)
        if name is None:
            names[event.key] = event.name
            fresh.append(event)
        elif name != event.name:
            reason = f"eventId: an event of this id and time is known as {name} at {webhook.webhook_id}"
            clashing.append(Clash(event, reason))
    already_pending = any(one.status is DeliveryStatus.PENDING for one in known.values())
    # What is recorded has passed before: a filter that was changed since does not leave it where nobody sends it.
    sifted = sift(webhook.filter, fresh)
    return Sending(
        webhook, sifted.passed, clashing, already_pending, filtered=sifted.filtered, filter_errors=sifted.errors
    )


def _left_out(sending: Sending) -> LeftOut:
    return LeftOut(sending.webhook.webhook_id, sending.webhook.filter or "", sending.filtered)


def _untried(sending: Sending, event: Event, arrived_at: int) -> Delivery:
    reason = sending.filter_errors.get(event.key)
    trouble = None if reason is None else ExpressionTrouble(ExpressionKind.FILTER, reason)
    return Delivery(sending.webhook.webhook_id, event, DeliveryStatus.PENDING, arrived_at, trouble=trouble)


def _outcome(sending: Sending, arrived_at: int) -> tuple[list[Delivery], list[Attempt]]:
    """The deliveries that a sending leaves behind, and the attempts that do not live in one of them."""
    untried = {event.key: _untried(sending, event, arrived_at) for event in sending.fresh}
    skipped = [untried[event.key] for event in sending.skipped]
    deliveries = [untried[event.key] for event in sending.waiting]
    deliveries += [replace(one, status=DeliveryStatus.SKIPPED, finished_at=sending.skipped_at) for one in skipped]
    attempts: list[Attempt] = []
    for batch, posted in sending.posts:
        tried, apart = attempted([untried[event.key] for event in batch], posted.attempt)
        deliveries += [one for one in tried if one.event.key not in posted.refused]
        attempts += apart
    return deliveries, attempts
