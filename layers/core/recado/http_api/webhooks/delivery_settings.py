"""What a POST to a webhook may be, in JSON."""

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic.fields import FieldInfo

from recado.http_api.shared.schemas import Entered, Shown, not_null
from recado.rules.webhook.delivery_settings import RANGES


def _number(name: str, description: str) -> FieldInfo:
    """A whole number as the document says it; the rules check it, with one sentence for all that is wrong with it."""
    least, most = RANGES[name]
    documented: FieldInfo = Field(description=description, json_schema_extra={"minimum": least, "maximum": most})
    return documented


_Given = BeforeValidator(not_null)


class DeliverySettingsEntered(Entered):
    """What a POST may be. What is left out stays as it is, or in a new webhook as is usual."""

    max_events: Annotated[
        int | None, _Given, _number("max_events", "How many events a POST holds at most; usually 100.")
    ] = None
    max_bytes: Annotated[
        int | None,
        _Given,
        _number("max_bytes", "How many bytes a body has at most; usually 98,304. A larger event travels alone."),
    ] = None
    timeout_seconds: Annotated[
        int | None, _Given, _number("timeout_seconds", "How long the receiver may take to answer; usually 5.")
    ] = None
    max_posts_per_minute: Annotated[
        int | None, _number("max_posts_per_minute", "How many POSTs there are in a minute at most; null: no limit.")
    ] = None
    partial_responses: Annotated[
        bool | None,
        _Given,
        Field(description="Whether the receiver may name the events that it did not take; not where `ordered` is on."),
    ] = None


class DeliverySettingsView(Shown):
    """What a POST may be; without `maxPostsPerMinute` there is no limit of them."""

    max_events: int
    max_bytes: int
    timeout_seconds: int
    max_posts_per_minute: int | None = None
    partial_responses: bool


def entered_settings(entered: DeliverySettingsEntered | None) -> dict[str, int | bool | None]:
    """What was entered, as the rules take it: without what was left out."""
    return {} if entered is None else entered.model_dump(exclude_unset=True)
