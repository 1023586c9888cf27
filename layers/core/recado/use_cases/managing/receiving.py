"""Receivers ask for themselves: what has arrived for them, and what of it to send again."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from recado.ports.managing import ArrivedReader
from recado.ports.sending import Clock
from recado.rules.activity.activity import Once, Requester
from recado.rules.delivery.delivery import Delivery, DeliveryStatus, key_of
from recado.rules.limit import LimitKind
from recado.rules.receiving.proof import SignedRequest
from recado.rules.receiving.window import ArrivedWindow, resume_from
from recado.rules.shaping.formats import Writing
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.managing.limiting import Limiting, ReadBudget
from recado.use_cases.managing.rewriting import NoSignatureError, NoSuchWebhookError, Rewriting, again_on_conflict
from recado.use_cases.sending.asking import NotActiveError
from recado.use_cases.sending.requests import NotWaitingError, NotWantedError, Requests

MOST_ASKED = 20
"""How many deliveries one request asks for again."""

# What a function hands over holds 6 MB. The body that brings a page above this takes a megabyte and a little more.
_MOST_BYTES = 4_000_000


class NotProvenError(Exception):
    """The request is not signed by the receiver of such a webhook, or not lately; why is told to nobody."""


class Asked(StrEnum):
    """What becomes of a delivery that its receiver has asked for."""

    ASKED = "ASKED"
    WAITING = "WAITING"
    NOT_FOUND = "NOT_FOUND"
    UNWANTED = "UNWANTED"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A delivery, and the body of a POST that would bring its event alone; None of one that an admin has withdrawn."""

    delivery: Delivery
    body: str | None


@dataclass(frozen=True, slots=True)
class ArrivedList:
    """A page of what has arrived, oldest first.

    `after` is the key behind which it goes on, None at the end; `began` when the walk did, and `resume_from` from when
    on to ask after its end (both in ms since 1970).
    """

    arrived: Sequence[Arrived]
    after: str | None
    began: int
    resume_from: int


@dataclass(frozen=True, slots=True)
class _Again:
    """Whose deliveries are asked for, and whether that request was answered before."""

    webhook: Webhook
    is_repeated: bool


class Receiving:
    """Answers receivers; each has proven to be the one of its webhook."""

    def __init__(
        self,
        rewriting: Rewriting,
        limiting: Limiting,
        budget: ReadBudget,
        *,
        reader: ArrivedReader,
        requests: Requests,
        clock: Clock,
        drains_every_ms: int | None,
    ) -> None:
        self._rewriting = rewriting
        self._limiting = limiting
        self._budget = budget
        self._reader = reader
        self._requests = requests
        self._clock = clock
        self.drains_every_ms = drains_every_ms

    def admit(self, account_id: str, webhook_id: str, request: SignedRequest | None) -> Webhook:
        """The webhook whose receiver asks, once the request is counted.

        Raises `NotProvenError`, whatever is the matter, and then `TooManyRequestsError`, or `VersionConflictError`
        where the webhook is being changed.
        """
        now = self._clock()
        if request is None or not request.is_fresh(now):
            raise NotProvenError
        webhook, secrets = self._signing(account_id, webhook_id, now)
        if not request.is_signed_by(secrets):
            raise NotProvenError
        self._limiting(account_id, LimitKind.RECEIVER, webhook_id)
        return webhook

    @again_on_conflict
    def _signing(self, account_id: str, webhook_id: str, now: int) -> tuple[Webhook, list[str]]:
        try:
            webhook = self._rewriting.read(account_id, webhook_id)
            return webhook, self._rewriting.secrets_of(webhook).valid_secrets(now)
        except (NoSuchWebhookError, NoSignatureError):
            raise NotProvenError from None

    def arrived(
        self, webhook: Webhook, window: ArrivedWindow, after: tuple[str, int] | None, limit: int
    ) -> ArrivedList:
        """The next that have arrived: behind the key, in the walk that began then; raises `NotActiveError`.

        A webhook that its admin has switched off shows its receiver nothing. One that was disabled, because of that
        receiver, does: it is what was missed.
        """
        if webhook.status is Status.RETIRED:
            raise NotActiveError
        with self._budget.reading(webhook.account_id, webhook.webhook_id):
            return self._page(webhook, window, after, limit)

    def _page(self, webhook: Webhook, window: ArrivedWindow, after: tuple[str, int] | None, limit: int) -> ArrivedList:
        now = self._clock()
        key, began = after or (None, now)
        page = self._reader.arrived(webhook.webhook_id, window, key, now)
        writing, found, size, looked_to = Writing(webhook.shape), list[Arrived](), 0, page.looked_to
        for delivery in page.deliveries:
            # Where others had used up its steps, an event would be shown without the transform.
            if len(found) == limit or size > _MOST_BYTES or writing.is_spent:
                looked_to = key
                break
            key = delivery.event.key
            if webhook.wants(delivery.event.name):
                body = None if _is_withdrawn(delivery) else writing.body([delivery.event]).decode()
                size += _size_handed_over(body or "")
                found.append(Arrived(delivery, body))
        return ArrivedList(found, looked_to, began, resume_from(window.arrived_from, began))

    def resend(
        self, webhook: Webhook, delivery_ids: Sequence[str], requester: Requester, once: Callable[[str], Once]
    ) -> dict[str, Asked]:
        """Send these again, or sooner where they wait; what becomes of each. Raises `NotActiveError`.

        Raises what `Requests` does. `once` is by what a part of the request is known that comes a second time.
        """
        if webhook.status is not Status.ACTIVE:
            raise NotActiveError
        # Noted last, once all others were asked for: what is not among them had waited then.
        sooner = replace(requester, once=once(""))
        again = _Again(webhook, is_repeated=self._requests.has_done(webhook, sooner))
        asked = {one: self._again(again, one, replace(requester, once=once(one))) for one in delivery_ids}
        if Asked.WAITING in asked.values() and not again.is_repeated:
            self._requests.send_now(webhook, sooner)
        return asked

    def _again(self, again: _Again, delivery_id: str, requester: Requester) -> Asked:
        webhook, key, now = again.webhook, key_of(delivery_id), self._clock()
        delivery = None if key is None else self._reader.get(webhook.webhook_id, key, now)
        if delivery is None:
            return Asked.NOT_FOUND
        if again.is_repeated or _waits(delivery, now):
            if self._requests.has_done(webhook, requester):
                return Asked.ASKED
            return Asked.WAITING if webhook.wants(delivery.event.name) else Asked.UNWANTED
        return Asked.UNWANTED if _is_withdrawn(delivery) else self._once_more(webhook, delivery, requester)

    def _once_more(self, webhook: Webhook, delivery: Delivery, requester: Requester) -> Asked:
        try:
            self._requests.one(webhook, delivery, requester)
        except NotWantedError:
            return Asked.UNWANTED
        except NotWaitingError:  # forgotten meanwhile
            return Asked.NOT_FOUND
        return Asked.ASKED


def _size_handed_over(body: str) -> int:
    """The bytes of a body that is a text in the JSON of an answer, which is a text in the JSON of a function's result.

    A quote in a text of the event takes eight there.
    """
    return len(json.dumps(json.dumps(body, ensure_ascii=False)))


def _is_withdrawn(delivery: Delivery) -> bool:
    """Whether an admin does not want it sent: then its receiver neither reads it nor has it sent again."""
    return delivery.status is DeliveryStatus.CANCELLED and not delivery.waits_again


def _waits(delivery: Delivery, now: int) -> bool:
    """Whether it, or a copy of it, comes by itself."""
    waiting = delivery.waiting_copy() if delivery.waits_again else delivery
    return waiting.status_at(now) is DeliveryStatus.PENDING
