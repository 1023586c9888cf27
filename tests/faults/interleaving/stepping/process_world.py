"""The ports of one process: the real adapters, up to the calls of DynamoDB, SQS and the receiver."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from pynamodb.exceptions import PynamoDBException

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.deliveries.aside_store import DynamoAside
from recado.adapters.dynamodb.deliveries.delivery_reader import DynamoDeliveryReader
from recado.adapters.dynamodb.deliveries.delivery_store import DynamoDeliveries
from recado.adapters.dynamodb.deliveries.withdrawals import DynamoWithdrawals
from recado.adapters.dynamodb.lanes.job_store import DynamoJobs
from recado.adapters.dynamodb.lanes.lane_store import DynamoLanes
from recado.adapters.dynamodb.lanes.request_store import DynamoRequests
from recado.adapters.dynamodb.webhooks.webhook_registry import DynamoRegistry
from recado.adapters.dynamodb.webhooks.webhook_store import DynamoWebhooks
from recado.ports.overdue import Due
from recado.ports.sending import Opened, OurFaultError, Waiting
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.acts import Acts
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.rewriting import Rewriting
from recado.use_cases.sending.alerting import Alerting
from recado.use_cases.sending.asking import Asking
from recado.use_cases.sending.jobs import Jobs
from recado.use_cases.sending.ports import SendingPorts
from recado.use_cases.sending.requests import Requests
from tests.faults.interleaving.model.lane_item import EVENTS, NUMBERS, OWN
from tests.faults.interleaving.model.places import ACCOUNT_ID, WEBHOOK_ID
from tests.faults.interleaving.stepping.replay import Script
from tests.faults.interleaving.stepping.tables import Writer, deliveries_of, webhooks_of
from tests.support.catalogue import ACCEPTED
from tests.unit.builders import NOW, failed
from tests.unit.use_cases.fakes.token_fakes import no_tokens

SLOW_AFTER_MS = 2_000
_CLASSES = {400: FailureClass.CLIENT_ERROR, 500: FailureClass.SERVER_ERROR}
_BITS_BY_ID = {one.event_id: 1 << NUMBERS[one.key] for one in EVENTS}


class World:
    """The ports of one process."""

    def __init__(self, script: Script, template: Webhook, *, may_hurry: bool, status: int) -> None:
        self.script = script
        self._status = status
        self.template = template
        webhooks, deliveries = webhooks_of(script, template), deliveries_of(script, template)
        self.activities = DynamoActivities(webhooks, 30)
        self.webhooks = DynamoWebhooks(webhooks)
        self.registry: Any = _Named(DynamoRegistry(webhooks, 100, self.activities), script)
        self.lanes: Any = _Named(DynamoLanes(webhooks, self.activities), script)
        self.jobs: Any = _Named(DynamoJobs(webhooks, self.activities), script)
        self.store: Any = _Named(DynamoRequests(webhooks, deliveries, self.activities), script)
        self.deliveries: Any = _Named(DynamoDeliveries(deliveries, 30, Writer(script)), script)  # type: ignore[arg-type]  # it stands for `ItemWriter`
        self.aside: Any = _Named(DynamoAside(deliveries, 30), script)
        self.reader = DynamoDeliveryReader(deliveries)
        self.withdrawals: Any = _Named(DynamoWithdrawals(deliveries, self.activities), script)
        self.hurries = may_hurry
        self.may_hurry = False  # until its run has begun

    def sending(self) -> SendingPorts:
        """Return what sending needs."""
        return SendingPorts(
            webhooks=self.webhooks,
            deliveries=self.deliveries,
            aside=self.aside,
            withdrawals=self.withdrawals,
            lanes=self.lanes,
            vault=self,  # type: ignore[arg-type]  # it only opens
            tokens=no_tokens,
            sender=self,
            wake_ups=_WakeUps(self.script),
            alerting=_Silent(),
            acts=_ACTS,
            clock=_stopped,
            slow_after_ms=SLOW_AFTER_MS,
            alert_after_ms=0,
            token=_token,
            chance=lambda: 0.0,
            pause=lambda _: None,
        )

    def requests(self) -> Requests:
        """Return what answers admins about deliveries."""
        return Requests(self._asking(), reader=self.reader, store=self.store, withdrawals=self.withdrawals)

    def jobs_of_admins(self) -> Jobs:
        """Return what answers admins about jobs."""
        return Jobs(self._asking(), self.jobs)

    def administration(self) -> Administration:
        """Return what changes the webhook."""
        rewriting = Rewriting(
            registry=self.registry,
            vault=self,  # type: ignore[arg-type]  # it only opens
            activities=self.activities,
            acts=_ACTS,
            clock=_stopped,
        )
        return Administration(
            rewriting,
            wake_ups=_WakeUps(self.script),
            reader=self,  # type: ignore[arg-type]  # it only counts what was skipped
            accepted=ACCEPTED,
            token=_token,
        )

    def _asking(self) -> Asking:
        return Asking(
            webhooks=self.webhooks,
            wake_ups=_WakeUps(self.script),
            activities=self.activities,
            acts=_ACTS,
            clock=_stopped,
            token=_token,
        )

    def open(self, webhook: Webhook) -> Opened:
        """Open the vault: the webhook has no secret."""
        return Opened(webhook, Credentials())

    def keeping(self) -> Any:
        """Return a sender for a run."""
        return nullcontext(self)

    def send(self, request: Any, _deadline: Any) -> AttemptResult:
        """POST."""
        mask = sum(_BITS_BY_ID[one["eventId"]] for one in json.loads(request.body)["events"])
        of_copies, self.script.of_copies = self.script.of_copies, False
        try:
            kind, mark = self.script.ask("post", mask, of_copies)
        except PynamoDBException as error:
            raise OurFaultError from error
        if kind == "refused":
            return replace(failed(self._status), failure=Failure(_CLASSES[self._status], "Refused."))
        self.script.named = mark if kind == "named" else 0
        if kind == "gone":
            return failed(410)
        return AttemptResult(mark, SLOW_AFTER_MS + 1, 202) if kind == "slow" else AttemptResult(NOW, 20, 202)

    def remaining_seconds(self) -> float:
        """Say how much time a run has left: enough, unless it may be over."""
        return 100 if not self.may_hurry or self.script.ask("time") == "enough" else 10

    def count_skipped(self, *_arguments: Any) -> Waiting:
        """Answer for the reader of deliveries: nothing depends on it."""
        return Waiting(0)

    def all(self) -> Iterator[Due]:
        """Answer for the index: whether it is right shows when the webhook is read."""
        yield Due(ACCOUNT_ID, WEBHOOK_ID, 0)


class _Named:
    """Tells a script which method of a store asks."""

    def __init__(self, store: Any, script: Script) -> None:
        self._store = store
        self._script = script

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._store, name)

        def named(*arguments: Any, **others: Any) -> Any:
            self._script.site = name if name != "change" else f"change {arguments[2].name}"
            return method(*arguments, **others)

        return named


class _WakeUps:
    def __init__(self, script: Script) -> None:
        self._script = script

    def send(self, webhook: Webhook, _delay_seconds: int) -> None:
        assert webhook.lane.owner == OWN
        try:
            self._script.ask("send")
        except PynamoDBException as error:
            raise OurFaultError from error

    def visible(self) -> int:
        return 0

    def postpone(self, _receipt_handle: str, _seconds: int) -> None:
        """It comes back."""


class _Silent(Alerting):
    def __init__(self) -> None:
        """Nothing depends on an alert."""

    def tell(self, *_arguments: Any) -> None:
        """Tell nobody."""


def _stopped() -> int:
    return NOW


def _token() -> str:
    return OWN


_ACTS = Acts(_token, lambda _: None)
