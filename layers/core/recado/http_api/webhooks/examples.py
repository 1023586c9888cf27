"""Events of an admin's own in JSON, in place of a sample."""

from typing import Any

from recado.http_api.shared.schemas import Entered, TimeEntered


class ExampleEntered(Entered):
    """What stands in place of the sample's fields."""

    event_id: str | None = None
    timestamp: TimeEntered = None
    event_info: str | None = None
    data: dict[str, Any] | None = None


def fields_entered(entered: ExampleEntered | None) -> dict[str, Any] | None:
    """The fields that were entered, as publishers send them, or None for the sample as it is."""
    return None if entered is None else entered.model_dump(by_alias=True, exclude_unset=True)
