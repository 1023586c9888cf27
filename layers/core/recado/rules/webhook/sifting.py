"""Which of some events a webhook gets: by their names, and by its filter."""

from collections.abc import Sequence
from typing import NamedTuple

from recado.rules.event.event import Event
from recado.rules.shaping.allowance import Allowance
from recado.rules.shaping.filtering import judged
from recado.rules.webhook.webhook import Webhook


class Sifted(NamedTuple):
    """The events that it gets, in order; the ids of those that its filter leaves out; why it gave nothing, by key."""

    wanted: list[Event]
    filtered: list[str]
    errors: dict[str, str]


def sift(webhook: Webhook, events: Sequence[Event]) -> Sifted:
    """Sift events for a webhook, within one allowance for all of them."""
    named = [event for event in events if webhook.wants(event.name)]
    sifted = Sifted(named, [], {})
    if webhook.filter is None or not named:
        return sifted
    allowance, wanted = Allowance(), []
    for event in named:
        says = judged(event, webhook.filter, allowance)
        if says.delivers:
            wanted.append(event)
        else:
            sifted.filtered.append(event.event_id)
        if says.error is not None:
            sifted.errors[event.key] = says.error
    return sifted._replace(wanted=wanted)
