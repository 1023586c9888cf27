"""Dispatch: events of one account on their way to its webhooks, in real time and in batches alike.

The order of the writes loses nothing, whatever dies between two of them (docs/adr/0003-one-write-per-delivery.md):
a delivery that was not acknowledged is in the backlog before anybody is woken for it; a webhook is declared failing
after the wake-up that will end it is on its way; a delivery that joins a backlog without an attempt is written before
the health is read again, so that either the redelivery's last look at the backlog sees it or we see `HEALTHY`.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from recado.ports import Deadline, Opened
from recado.rules.delivery.delivery import Delivery, DeliveryStatus
from recado.rules.event.event import Event
from recado.rules.sending import payload, retry
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import outgoing_request
from recado.rules.webhook.alert import alert_after_failure
from recado.rules.webhook.health import after_failure, disabled, status_after_failure
from recado.rules.webhook.webhook import HealthState, Status, Webhook
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.waking import wake_if_idle

_LONGEST_DELAY_SECONDS = 900  # SQS's limit; a wake-up that comes too early waits for the rest


@dataclass(slots=True)
class Sending:
    """What one webhook gets out of one dispatch, filled while it is sent."""

    webhook: Webhook
    fresh: list[Event]
    already_pending: bool
    attempts: list[tuple[list[Event], AttemptResult]] = field(default_factory=list)
    waiting: list[Event] = field(default_factory=list)
    fault: Exception | None = None

    @property
    def first_failure(self) -> AttemptResult | None:
        """The failed attempt, if there was one: it is always the last."""
        return next((result for _, result in self.attempts if not result.delivered), None)


@dataclass(frozen=True, slots=True)
class Attempted:
    """One POST of a dispatch, for the log."""

    webhook_id: str
    events: int
    result: AttemptResult


class Dispatch:
    """Sends events of one account to the webhooks that want them, and records what came of it."""

    def __init__(self, ports: SendingPorts, executor: Executor) -> None:
        self._ports = ports
        self._executor = executor

    def __call__(self, events: Sequence[Event], deadline: Deadline) -> list[Attempted]:
        """Send the events, all of one account; afterwards each is delivered, in a backlog, or of no interest.

        What our own side failed at is raised after everything else has been recorded: the invocation is repeated,
        and finds the recorded part done.
        """
        arrived_at = self._ports.clock()
        sendings = self._plan(events)
        if not sendings:
            return []
        list(self._executor.map(lambda sending: self._send(sending, deadline), sendings))
        self._ports.deliveries.record(delivery for sending in sendings for delivery in _deliveries(sending, arrived_at))
        for sending in sendings:
            self._settle(sending)
        for sending in sendings:
            if sending.fault is not None:
                raise sending.fault
        return [
            Attempted(sending.webhook.webhook_id, len(batch), result)
            for sending in sendings
            for batch, result in sending.attempts
        ]

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
        batches = payload.batches(sending.fresh)
        if not batches:
            return
        try:
            opened = self._ports.vault.open(webhook)
            if opened is None or opened.webhook.secret_version != webhook.secret_version:
                self._send_as_it_now_is(sending, opened, deadline)
                return
            for position, batch in enumerate(batches):
                request = outgoing_request(webhook, opened.credentials, batch, self._ports.clock())
                result = self._ports.sender.send(request, deadline)
                sending.attempts.append((batch, result))
                if not result.delivered:
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


def _sending(webhook: Webhook, wanted: Sequence[Event], recorded: Mapping[tuple[str, str], DeliveryStatus]) -> Sending:
    known = {event.key: recorded.get((webhook.webhook_id, event.key)) for event in wanted}
    return Sending(
        webhook=webhook,
        fresh=[event for event in wanted if known[event.key] is None],
        already_pending=DeliveryStatus.PENDING in known.values(),
    )


def _deliveries(sending: Sending, arrived_at: int) -> Iterator[Delivery]:
    """The deliveries that a sending leaves behind."""
    webhook_id = sending.webhook.webhook_id
    if sending.webhook.status is Status.DISABLED:
        for event in sending.fresh:
            yield Delivery(webhook_id, event, DeliveryStatus.SKIPPED, arrived_at, finished_at=arrived_at)
    for batch, result in sending.attempts:
        message_id = payload.message_id(batch)
        for event in batch:
            untried = Delivery(webhook_id, event, DeliveryStatus.PENDING, arrived_at)
            yield untried.attempted(result, message_id)
    for event in sending.waiting:
        yield Delivery(webhook_id, event, DeliveryStatus.PENDING, arrived_at)
