"""Previews in JSON."""

from typing import Any, Literal

from pydantic import Field

from recado.http_api.deliveries.schemas import ExpressionErrorView, expression_error_view
from recado.http_api.shared.schemas import Shown, Time
from recado.http_api.webhooks.examples import ExampleEntered, fields_entered
from recado.http_api.webhooks.schemas import EventName, EventNames, PartEntered
from recado.http_api.webhooks.shaping import (
    FilterChanged,
    FormatEntered,
    TransformChanged,
    expressions_entered,
    format_entered,
)
from recado.rules.event.timestamps import to_iso
from recado.rules.shaping.preview import Previewed
from recado.rules.webhook.registration import Changes
from recado.use_cases.managing.examples import Example
from recado.use_cases.managing.previewing import Preview


class PreviewEntered(PartEntered):
    """What is to be previewed: of a saved webhook what is left out is as it is saved."""

    event_names: EventNames | None = None
    filter: FilterChanged = None
    transform: TransformChanged = None
    format: FormatEntered | None = None
    event_name: EventName | None = Field(
        default=None, description="Of which event type the sample is; else of the first that the webhook gets."
    )
    event: ExampleEntered | None = Field(default=None, description="An event of your own in place of the sample.")


class WarningView(Shown):
    """What usually is a mistake, though it is an expression."""

    field: Literal["filter", "transform"]
    message: str


class PreviewedView(Shown):
    """An event as it would leave, alone: whether the filter lets it, by which value, and the POST's body."""

    event_id: str
    event_name: str
    timestamp: Time
    delivered: bool
    value: Any = None
    error: ExpressionErrorView | None = None
    content_type: str
    body: str
    truncated: bool = Field(description="Whether there is more of the body.")


class LastEventsView(Shown):
    """The last events of the account that the webhook would get by their names, and how many pass its filter."""

    looked: int
    matched: int
    items: list[PreviewedView]


class PreviewView(Shown):
    """What filter, transform and format make of a sample, and of up to a hundred of the last events."""

    warnings: list[WarningView]
    sample: PreviewedView
    events: LastEventsView


def changes_previewed(entered: PreviewEntered) -> Changes:
    """What was entered, as the rules take it."""
    return Changes(
        event_names=entered.event_names, expressions=expressions_entered(entered), format=format_entered(entered.format)
    )


def example_entered(entered: PreviewEntered) -> Example:
    """The sample that was asked for."""
    return Example(entered.event_name, fields_entered(entered.event))


def preview_view(preview: Preview) -> PreviewView:
    """A preview as it is shown."""
    return PreviewView(
        warnings=[WarningView(field=field.value, message=message) for field, message in preview.warnings],
        sample=_previewed_view(preview.sample),
        events=LastEventsView(
            looked=preview.looked, matched=preview.matched, items=[_previewed_view(one) for one in preview.newest]
        ),
    )


def _previewed_view(one: Previewed) -> PreviewedView:
    return PreviewedView(
        event_id=one.event.event_id,
        event_name=one.event.name,
        timestamp=to_iso(one.event.timestamp_ms),
        delivered=one.delivers,
        value=one.value,
        error=expression_error_view(one.trouble),
        content_type=one.content_type,
        body=one.body,
        truncated=one.truncated,
    )
