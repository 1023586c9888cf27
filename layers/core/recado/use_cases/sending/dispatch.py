"""Dispatch: events of one account on their way to its webhooks, in real time and in batches alike.

The order of the writes loses nothing, whatever dies between two of them (docs/adr/0003-one-write-per-delivery.md):
a delivery that was not acknowledged is in the backlog before anybody is woken for it; a webhook is declared failing
after the wake-up that will end it is on its way; a delivery that joins a backlog without an attempt is written before
the health is read again, so that either the redelivery's last look at the backlog sees it or we see `HEALTHY`.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from recado.ports import Deadline, Opened, OutOfTimeError, Recorded
from recado.rules.delivery.attempt_record import Attempt
from recado.rules.delivery.delivery import Delivery, DeliveryStatus, attempted
from recado.rules.event.event import Event
from recado.rules.sending import payload, retry
from recado.rules.sending.attempt import ATTEMPT_SECONDS, AttemptResult
from recado.rules.webhook.alert import alert_after_failure
from recado.rules.webhook.health import after_failure, disabled, status_after_failure
from recado.rules.webhook.webhook import HealthState, Status, Webhook
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.posting import Posted, post
from recado.use_cases.sending.waking import wake_if_idle

_LONGEST_DELAY_SECONDS = 900  # SQS's limit; a wake-up that comes too early waits for the rest


@dataclass(frozen=True, slots=True)
class Clash:
    """An event of which nobody can say whether it is new: its id and time are those of one with another name."""

    event: Event
    reason: str


@dataclass(slots=True)
class Sending:
    """What one webhook gets out of one dispatch, filled while it is sent."""

    webhook: Webhook
    fresh: list[Event]
    clashing: list[Clash]
    already_pending: bool
    posts: list[tuple[list[Event], Posted]] = field(default_factory=list)
    waiting: list[Event] = field(default_factory=list)
    fault: Exception | None = None

    @property
    def first_failure(self) -> AttemptResult | None:
        """The failed attempt, if there was one: it is always the last."""
        return next((posted.result for _, posted in self.posts if not posted.result.delivered), None)


@dataclass(frozen=True, slots=True)
class Attempted:
    """One POST of a dispatch, for the log."""

    webhook_id: str
    events: int
    result: AttemptResult


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What came of a dispatch: its POSTs, and the events that a webhook did not get because they clash."""

    attempts: Sequence[Attempted] = ()
    clashes: Sequence[Clash] = ()


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
        arrived_at = self._ports.clock()
        sendings = self._plan(events)
        if not sendings:
            return Dispatched()
        list(self._executor.map(lambda sending: self._send(sending, deadline), sendings))
        outcomes = [_outcome(sending, arrived_at) for sending in sendings]
        self._ports.deliveries.record(
            [delivery for deliveries, _ in outcomes for delivery in deliveries],
            [attempt for _, attempts in outcomes for attempt in attempts],
        )
        for sending in sendings:
            self._settle(sending)
        for sending in sendings:
            if sending.fault is not None:
                raise sending.fault
        return Dispatched(
            [
                Attempted(sending.webhook.webhook_id, len(batch), posted.result)
                for sending in sendings
                for batch, posted in sending.posts
            ],
            [clash for sending in sendings for clash in sending.clashing],
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

    def _send(self, sending: Sending, deadline: Deadline) -> None:
        """POST the fresh events of a healthy webhook, batch after batch; what follows a failure waits with it."""
        webhook = sending.webhook
        if webhook.status is Status.DISABLED:
            return
        if webhook.health.state is HealthState.FAILING or webhook.ordered:
            sending.waiting = sending.fresh
            return
        batches = payload.batches(sending.fresh, webhook.delivery)
        if not batches:
            return
        try:
            opened = self._ports.vault.open(webhook)
            if opened is None or opened.webhook.secret_version != webhook.secret_version:
                self._send_as_it_now_is(sending, opened, deadline)
                return
            for position, batch in enumerate(batches):
                if position and deadline.remaining_seconds() < ATTEMPT_SECONDS:
                    # Cut short by our own end, an attempt would count against the receiver.
                    raise OutOfTimeError("too little time is left for another attempt")
                posted = post(self._ports, opened, batch, deadline)
                sending.posts.append((batch, posted))
                if not posted.result.delivered:
                    sending.waiting = [event for later in batches[position + 1 :] for event in later]
                    return
        except Exception as error:  # noqa: BLE001 - one webhook's trouble must not keep the others from being recorded
            sending.fault = error

    def _send_as_it_now_is(self, sending: Sending, opened: Opened | None, deadline: Deadline) -> None:
        """The webhook's secret was changed since the webhook was read: all that was read of it may have changed."""
        if opened is None or opened.webhook.status is Status.RETIRED:
            sending.fresh = []
            return
        sending.webhook = opened.webhook
        self._send(sending, deadline)

    def _settle(self, sending: Sending) -> None:
        webhook, ports = sending.webhook, self._ports
        try:
            if sending.first_failure is not None:
                self._start_failing(webhook, sending.first_failure)
            elif sending.waiting or sending.already_pending:
                wake_if_idle(ports.webhooks, ports.wake_ups, webhook.account_id, webhook.webhook_id)
        except Exception as error:  # noqa: BLE001 - settle the others first; the repeated invocation settles this one
            sending.fault = error

    def _start_failing(self, webhook: Webhook, result: AttemptResult) -> None:
        now = self._ports.clock()
        health = after_failure(webhook.health, result, now)
        delay = retry.wait_seconds(health.attempts, result.retry_after_seconds)
        owner = self._ports.wake_ups.send(webhook.account_id, webhook.webhook_id, min(delay, _LONGEST_DELAY_SECONDS))
        status = status_after_failure(webhook.status, health, result, now)
        stored = disabled(health) if status is Status.DISABLED else replace(health, owner=owner)
        # Whoever was quicker has told of it.
        if self._ports.health.mark_failing(webhook, stored, status):
            kind = alert_after_failure(webhook.health, health, status)
            if kind is not None:
                self._ports.alerting.tell(kind, webhook, health)


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
    return Sending(webhook, fresh, clashing, already_pending)


def _outcome(sending: Sending, arrived_at: int) -> tuple[list[Delivery], list[Attempt]]:
    """The deliveries that a sending leaves behind, and the attempts that do not live in one of them."""
    untried = {
        event.key: Delivery(sending.webhook.webhook_id, event, DeliveryStatus.PENDING, arrived_at)
        for event in sending.fresh
    }
    if sending.webhook.status is Status.DISABLED:
        return [replace(one, status=DeliveryStatus.SKIPPED, finished_at=arrived_at) for one in untried.values()], []
    deliveries = [untried[event.key] for event in sending.waiting]
    attempts: list[Attempt] = []
    for batch, posted in sending.posts:
        tried, apart = attempted([untried[event.key] for event in batch], posted.attempt)
        deliveries += tried
        attempts += apart
    return deliveries, attempts
