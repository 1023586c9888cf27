"""The filters of lists of deliveries, as query parameters."""

from typing import Annotated, NamedTuple

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import WithJsonSchema

from recado.http_api.shared.parameters import event_id as checked_event_id
from recado.http_api.shared.parameters import time_range
from recado.http_api.shared.problems import InvalidRequestError
from recado.http_api.webhooks.schemas import EventName
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.wanted import Wanted
from recado.rules.event import timestamps
from recado.rules.event.catalogue import NAME_ACCEPTED, is_name
from recado.rules.event.event import EVENT_ID
from recado.rules.sending.attempt import FailureClass

PARAMETERS = (
    "status",
    "failed",
    "failureClass",
    "statusCode",
    "eventName",
    "eventId",
    "from",
    "to",
    "arrivedFrom",
    "arrivedTo",
    "cursor",
    "limit",
)
"""All parameters of a list of deliveries."""

_ARRIVAL = f"Of the event's first arrival for the webhook: {timestamps.ACCEPTED}; write a `+` as `%2B`."

StatusFilter = Annotated[DeliveryStatus | None, Query(description="Only deliveries of this status.")]
FailedFilter = Annotated[
    bool | None,
    Query(
        description="Only those that have failed, or only the others: they have expired, or were not delivered after a "
        "POST that failed, as far as they show it (`error`, `refusedWith`)."
    ),
]
FailureClassFilter = Annotated[
    FailureClass | None, Query(alias="failureClass", description="Only those that show an error of this class.")
]
StatusCodeFilter = Annotated[
    int | None,
    Query(alias="statusCode", ge=100, le=999, description="Only those that show this status of the receiver's."),
]
EventNameFilter = Annotated[EventName | None, Query(alias="eventName", description="Only events of this name.")]
EventIdFilter = Annotated[
    Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^{EVENT_ID}$"})] | None,
    Query(alias="eventId", description="Only events of this id."),
]
ArrivedFromFilter = Annotated[
    str | None, Query(alias="arrivedFrom", description=f"Not arrived before this time. {_ARRIVAL}")
]
ArrivedToFilter = Annotated[
    str | None, Query(alias="arrivedTo", description=f"Not arrived after this time. {_ARRIVAL}")
]


class Filters(NamedTuple):
    """The filters as they are entered, times as text."""

    status: DeliveryStatus | None
    failed: bool | None
    failure_class: FailureClass | None
    status_code: int | None
    event_name: str | None
    event_id: str | None
    arrived_from: str | None
    arrived_to: str | None

    def wanted(self) -> Wanted:
        """What is asked for; raises `InvalidRequestError`."""
        first, last = time_range(self.arrived_from, self.arrived_to, ("arrivedFrom", "arrivedTo"))
        return Wanted(
            status=self.status,
            failed=self.failed,
            failure_class=self.failure_class,
            status_code=self.status_code,
            event_name=checked_event_name(self.event_name),
            event_id=None if self.event_id is None else checked_event_id(self.event_id),
            arrived_from=first,
            arrived_to=last,
        )


def checked_event_name(name: str | None) -> str | None:
    """A name in the query; also one that the catalogue has no more. Raises `InvalidRequestError`."""
    if name is not None and not is_name(name):
        raise InvalidRequestError("eventName", f"must be {NAME_ACCEPTED}")
    return name
