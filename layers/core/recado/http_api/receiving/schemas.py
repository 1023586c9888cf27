"""What receivers ask and are answered, in JSON."""

from typing import Annotated

from pydantic import Field

from recado.http_api.shared.schemas import Entered, Shown, Time, iso_or_none
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.event.timestamps import to_iso
from recado.use_cases.managing.receiving import MOST_ASKED, Arrived, Asked


class ArrivedView(Shown):
    """A delivery as its receiver is shown it.

    `body` is that of a POST which would bring this event alone, as it would be sent now; of one that was withdrawn
    (`CANCELLED`) there is none. `arrivedAt` is when the event arrived for this webhook.
    """

    delivery_id: str
    event_id: str
    event_name: str
    timestamp: Time
    arrived_at: Time
    status: DeliveryStatus
    finished_at: Time | None = None
    content_type: str | None = None
    body: str | None = None


class ArrivedListView(Shown):
    """What has arrived, oldest first."""

    deliveries: list[ArrivedView]
    next_cursor: Annotated[
        str | None, Field(description="Where the next page begins; a page may be empty while there is one.")
    ] = None
    resume_from: Annotated[
        Time, Field(description="`arrivedFrom` of the next time, once all pages are read; the same on each of them.")
    ]


class ResendEntered(Entered):
    """Deliveries to be sent again."""

    delivery_ids: Annotated[
        list[Annotated[str, Field(max_length=200)]],
        Field(min_length=1, max_length=MOST_ASKED, description="As `GET …/events` names them."),
    ]


class ResentView(Shown):
    """What becomes of one of them.

    `ASKED`: it comes again; `WAITING`: it had not come yet, and leaves now; `UNWANTED`: it was withdrawn, or
    the webhook is not registered for such events any more; `NOT_FOUND`: there is no such delivery.
    """

    delivery_id: str
    result: Asked


class ResendView(Shown):
    """What becomes of each."""

    results: list[ResentView]


def arrived_view(arrived: Arrived, content_type: str, now_ms: int) -> ArrivedView:
    """A delivery as its receiver is shown it, as it stands then."""
    delivery = arrived.delivery
    event, status = delivery.event, delivery.status_at(now_ms)
    expired = status is DeliveryStatus.EXPIRED and delivery.finished_at is None
    return ArrivedView(
        delivery_id=delivery.delivery_id,
        event_id=event.event_id,
        event_name=event.name,
        timestamp=to_iso(event.timestamp_ms),
        arrived_at=to_iso(delivery.created_at),
        status=status,
        finished_at=iso_or_none(delivery.expires_at if expired else delivery.finished_at),
        content_type=None if arrived.body is None else content_type,
        body=arrived.body,
    )
