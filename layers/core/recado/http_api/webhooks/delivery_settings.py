"""What a POST to a webhook may be, in JSON."""

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import WithJsonSchema
from pydantic.json_schema import JsonSchemaValue

from recado.http_api.shared.schemas import Entered, Shown
from recado.rules.webhook.delivery_settings import RANGES, DeliverySettings

_USUAL = DeliverySettings()


def _number(name: str, description: str, *, nullable: bool = False) -> WithJsonSchema:
    """A whole number as the document says it; the rules check it, with one sentence for all that is wrong with it."""
    least, most = RANGES[name]
    number: JsonSchemaValue = {"type": "integer", "minimum": least, "maximum": most}
    schema = {"oneOf": [number, {"type": "null"}]} if nullable else number
    return WithJsonSchema({**schema, "description": description})


class DeliverySettingsEntered(Entered):
    """What a POST may be. What is left out stays as it is, or in a new webhook as is usual."""

    max_events: Annotated[
        Any, _number("max_events", f"How many events a POST holds at most; usually {_USUAL.max_events}.")
    ] = None
    max_bytes: Annotated[
        Any,
        _number(
            "max_bytes", f"How many bytes a body has at most; usually {_USUAL.max_bytes}. A larger event travels alone."
        ),
    ] = None
    timeout_seconds: Annotated[
        Any,
        _number(
            "timeout_seconds",
            "How long an answer may take once the request is sent, in an attempt of 15 seconds at most; "
            f"usually {_USUAL.timeout_seconds}.",
        ),
    ] = None
    max_posts_per_minute: Annotated[
        Any,
        _number(
            "max_posts_per_minute",
            "How many POSTs there are a minute at most, retries and redeliveries too, evenly spaced; null: no limit.",
            nullable=True,
        ),
    ] = None
    partial_responses: Annotated[
        Any,
        WithJsonSchema(
            {
                "type": "boolean",
                "description": "Whether a 2xx may name the events of its POST that were not taken, in the JSON "
                '`{"batchItemFailures": [{"itemIdentifier": "<eventId>", "message": "<why>"}]}`. No body means that '
                "all were taken, any other fails the POST. Not where `ordered` is on.",
            }
        ),
    ] = None
    digest: Annotated[
        Any,
        WithJsonSchema(
            {
                "type": "boolean",
                "description": "Whether the receiver is sent an event `recado.digest` every hour, which tells how many "
                "events of the last 24 hours stand where. It is signed, formatted and retried as all are; "
                "`eventNames`, `filter` and `transform` do not apply to it.",
            }
        ),
    ] = None


class DeliverySettingsView(Shown):
    """What a POST may be; without `maxPostsPerMinute` there is no limit of them."""

    max_events: int
    max_bytes: int
    timeout_seconds: int
    max_posts_per_minute: int | None = None
    partial_responses: bool
    digest: bool


def settings_entered(entered: DeliverySettingsEntered | None) -> dict[str, object]:
    """What was entered, as the rules take it: without what was left out."""
    return {} if entered is None else entered.model_dump(exclude_unset=True)


def settings_view(settings: DeliverySettings) -> DeliverySettingsView:
    """All settings as they are shown."""
    return DeliverySettingsView(**asdict(settings))
