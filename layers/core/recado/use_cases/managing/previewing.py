"""Previews: what a webhook's filter, transform and format make of a sample, and of the account's last events."""

from collections.abc import Sequence
from dataclasses import dataclass

from recado.ports.managing import RecentEvents
from recado.ports.sending import Clock
from recado.rules.event.event import Event
from recado.rules.event.own import is_own
from recado.rules.event.reading import EventReader
from recado.rules.shaping.allowance import Allowance
from recado.rules.shaping.preview import Previewed, previewed
from recado.rules.shaping.trouble import ExpressionKind
from recado.rules.webhook.registration import Accepted, Changes, blank, changed
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX, Webhook
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.examples import Example, example_event

LAST_EVENTS = 100
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Preview:
    """What becomes of a sample, and of the last events: how many were looked at, how many match, the newest of them.

    `warnings` are what usually is a mistake, by the expression it stands in.
    """

    warnings: Sequence[tuple[ExpressionKind, str]]
    sample: Previewed
    looked: int
    matched: int
    newest: Sequence[Previewed]


class Previewing:
    """Previews webhooks: nothing is sent, and nothing is stored."""

    def __init__(
        self, *, administration: Administration, recent: RecentEvents, accepted: Accepted, clock: Clock
    ) -> None:
        self._administration = administration
        self._recent = recent
        self._accepted = accepted
        self._events = EventReader(accepted.catalogue)
        self._clock = clock

    def draft(self, account_id: str, entered: Changes, example: Example) -> Preview:
        """Preview one that is not saved; raises `InvalidRegistrationError` or `InvalidEventError`."""
        return self._preview(blank(account_id, WEBHOOK_ID_PREFIX, self._clock()), entered, example)

    def saved(self, account_id: str, webhook_id: str, entered: Changes, example: Example) -> Preview:
        """Preview a saved one with these changes; raises `NoSuchWebhookError`, too."""
        return self._preview(self._administration.read(account_id, webhook_id), entered, example)

    def _preview(self, current: Webhook, entered: Changes, example: Example) -> Preview:
        now, allowance = self._clock(), Allowance()
        webhook = changed(current, entered, self._accepted, now)
        sample = previewed(webhook.filter, webhook.shape, self._sample(webhook, example, now), allowance)
        ids = [one.webhook_id for one in self._administration.all_of(webhook.account_id)]
        events = self._recent.recent_events(ids, LAST_EVENTS) if ids else []
        published = [one for one in events if not is_own(one.name)]
        wanted = [one for one in published if not webhook.event_names or webhook.wants(one.name)]
        seen = [previewed(webhook.filter, webhook.shape, event, allowance) for event in wanted]
        matched = sum(one.delivers for one in seen)
        return Preview(_warnings(webhook), sample, len(seen), matched, seen[:_SHOWN])

    def _sample(self, webhook: Webhook, example: Example, now: int) -> Event:
        names = self._accepted.catalogue.names
        name = example.event_name or next((each for each in names if webhook.wants(each)), names[0])
        return example_event(self._events, name, webhook.account_id, now, example.fields)


def _warnings(webhook: Webhook) -> list[tuple[ExpressionKind, str]]:
    expressions = {ExpressionKind.FILTER: webhook.filter, ExpressionKind.TRANSFORM: webhook.transform}
    if not any(expressions.values()):
        return []
    from recado.rules.shaping.mistakes import warnings_of  # noqa: PLC0415 - only expressions need the library

    return [(kind, each) for kind, text in expressions.items() if text is not None for each in warnings_of(text)]
