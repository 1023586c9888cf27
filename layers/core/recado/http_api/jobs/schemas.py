"""Jobs and selections in JSON."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from recado.http_api.shared.parameters import milliseconds
from recado.http_api.shared.problems import InvalidRequestError
from recado.http_api.shared.schemas import Entered, Shown, Time, TimeEntered, iso_or_none
from recado.http_api.webhooks.schemas import EventName
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.delivery.job import Job, JobKind, JobState
from recado.rules.delivery.selection import Selection
from recado.rules.event import timestamps
from recado.rules.event.catalogue import NAME_ACCEPTED, is_name
from recado.rules.event.timestamps import LATEST_MS, to_iso

_EVENT_TIME = f"The event's own time: {timestamps.ACCEPTED}."
_ARRIVAL = f"When the event arrived for this webhook: {timestamps.ACCEPTED}."
"""What the times of a range are of."""


def _not_null(value: object) -> object:
    """Null may be meant as "none of them", and would be taken for "any"."""
    if value is None:
        raise ValueError("must not be null: leave the field out where any is meant")
    return value


class SelectionEntered(Entered):
    """Which deliveries are meant: without a field, those of any; both ends of a range belong to it.

    Of a job's deliveries none arrived after it was asked for.
    """

    _no_null = field_validator("*", mode="before")(_not_null)

    set_aside: Annotated[bool, Field(description="Only what is set aside.")] = False
    from_time: TimeEntered = Field(default=None, alias="from", description=_EVENT_TIME)
    to_time: TimeEntered = Field(default=None, alias="to", description=_EVENT_TIME)
    arrived_from: TimeEntered = Field(default=None, description=_ARRIVAL)
    arrived_to: TimeEntered = Field(default=None, description=_ARRIVAL)
    event_names: Annotated[
        list[EventName] | None, Field(min_length=1, max_length=100, description="Only events of these names.")
    ] = None

    def selection(self, status: DeliveryStatus | None = None) -> Selection:
        """What is meant; raises `InvalidRequestError` that names the field."""
        from_ms, to_ms = self._time("from"), self._time("to")
        arrived_from, arrived_to = self._time("arrivedFrom"), self._time("arrivedTo")
        _check_range("to", from_ms, to_ms)
        _check_range("arrivedTo", arrived_from, arrived_to)
        names = tuple(dict.fromkeys(self.event_names or ()))
        for position, name in enumerate(names):
            if not is_name(name):
                raise InvalidRequestError(f"eventNames[{position}]", f"must be {NAME_ACCEPTED}")
        return Selection(
            status=status,
            set_aside=self.set_aside,
            from_ms=0 if from_ms is None else from_ms,
            to_ms=LATEST_MS if to_ms is None else to_ms,
            arrived_from=arrived_from,
            arrived_to=arrived_to,
            event_names=names,
        )

    def _time(self, field: str) -> int | None:
        entered = {
            "from": self.from_time,
            "to": self.to_time,
            "arrivedFrom": self.arrived_from,
            "arrivedTo": self.arrived_to,
        }[field]
        return None if entered is None else milliseconds(field, entered)


class RedeliveryEntered(SelectionEntered):
    """Which deliveries are to be sent again: those of a status in a range, or with `setAside` what is set aside.

    What waits already needs no redelivery: `…/send-now` lets it leave.
    """

    status: Literal["DELIVERED", "EXPIRED", "SKIPPED", "CANCELLED"] | None = None

    def redelivery(self) -> Selection:
        """What is meant; raises `InvalidRequestError` that names the field."""
        if self.set_aside:
            if self.status is not None:
                raise InvalidRequestError("status", "must be left out with setAside: what is set aside is pending")
            return self.selection()
        if self.status is None:
            raise InvalidRequestError(
                "status", "must be DELIVERED, EXPIRED, SKIPPED or CANCELLED, or left out with setAside: true"
            )
        if self.from_time is None and self.arrived_from is None:
            raise InvalidRequestError("from", "must be there, or arrivedFrom: from when on to send again")
        return self.selection(DeliveryStatus(self.status))


class JobView(Shown):
    """A job and its progress: `requeued` deliveries were put into the backlog so far, `cancelled` withdrawn.

    One of kind `CATCH_UP` began when the webhook was switched on; its range of arrival is that in which it was off. One
    that is `ENDING` takes back what it had put into the backlog, and is `ENDED` then.
    """

    job_id: str
    webhook_id: str
    kind: JobKind
    state: JobState
    status: DeliveryStatus | None = None
    set_aside: bool | None = None
    from_time: Annotated[Time | None, Field(alias="from")] = None
    to_time: Annotated[Time | None, Field(alias="to")] = None
    arrived_from: Time | None = None
    arrived_to: Time | None = None
    event_names: list[str] | None = None
    requeued: int
    cancelled: int
    created_at: Time
    updated_at: Time
    requested_by: str


class JobList(Shown):
    """A webhook's unfinished jobs, five at most, and its last ten finished ones, newest first."""

    jobs: list[JobView]


def job_view(job: Job) -> JobView:
    """A job as it is shown."""
    selection = job.selection
    catches_up = job.kind is JobKind.CATCH_UP
    return JobView(
        job_id=job.job_id,
        webhook_id=job.webhook_id,
        kind=job.kind,
        state=job.state,
        status=selection.status,
        set_aside=selection.set_aside or None,
        from_time=to_iso(selection.from_ms) if selection.from_ms else None,
        to_time=to_iso(selection.to_ms) if selection.to_ms != LATEST_MS else None,
        arrived_from=iso_or_none(selection.skipped_from if catches_up else selection.arrived_from),
        arrived_to=iso_or_none(job.created_at if catches_up else selection.arrived_to),
        event_names=list(selection.event_names) or None,
        requeued=job.requeued,
        cancelled=job.cancelled,
        created_at=to_iso(job.created_at),
        updated_at=to_iso(job.updated_at),
        requested_by=job.requested_by,
    )


def _check_range(field: str, from_ms: int | None, to_ms: int | None) -> None:
    if from_ms is not None and to_ms is not None and from_ms > to_ms:
        raise InvalidRequestError(field, "must not be before the begin of the range")
