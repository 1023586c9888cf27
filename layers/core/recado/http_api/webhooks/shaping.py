"""What a webhook makes of events, in JSON: its filter, transform and format."""

from typing import Annotated, Literal

from pydantic import Field

from recado.http_api.shared.schemas import Entered, lengths, nullable
from recado.rules.shaping.allowance import MOST_CHARACTERS
from recado.rules.shaping.formats import Format

Filter = Annotated[
    str,
    Field(
        description="A JMESPath expression over `{eventName, eventId, timestamp, eventInfo, data}`: events for which "
        "it gives false, null or something empty are left out. One that fails leaves nothing out.",
        json_schema_extra=lengths(1, MOST_CHARACTERS),
    ),
]
Transform = Annotated[
    str,
    Field(
        description="A JMESPath expression over the same, whose result takes the place of `data`; with the format "
        "`RAW` it is the body. Where it fails the event goes as if there were none.",
        json_schema_extra=lengths(1, MOST_CHARACTERS),
    ),
]
FormatEntered = Annotated[
    Literal["ENVELOPE", "STANDARD", "CLOUDEVENTS", "RAW"],
    Field(
        description="`ENVELOPE`: `{accountId, events}`. `STANDARD`: Standard Webhooks' `{type, timestamp, data}`, one "
        "event a POST. `CLOUDEVENTS`: CloudEvents 1.0, a batch unless `maxEvents` is 1. `RAW`: what `transform` makes, "
        "one event a POST."
    ),
]

TAKEN_AWAY_BY_NULL = ("filter", "transform")
FilterChanged = Annotated[Filter | None, Field(json_schema_extra=nullable)]
TransformChanged = Annotated[Transform | None, Field(json_schema_extra=nullable)]


def expressions_entered(entered: Entered) -> dict[str, str | None]:
    """The expressions that were entered, by name; null, which takes one away, too."""
    return {name: getattr(entered, name) for name in TAKEN_AWAY_BY_NULL if name in entered.model_fields_set}


def format_entered(entered: str | None) -> Format | None:
    """The format that was entered."""
    return None if entered is None else Format(entered)
