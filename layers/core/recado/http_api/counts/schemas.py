"""Counts of deliveries in JSON."""

from pydantic import Field

from recado.http_api.shared.schemas import Shown, Time
from recado.rules.delivery.counts import Counts
from recado.rules.event.timestamps import to_iso


class LatencyView(Shown):
    """Within how many milliseconds half of the deliveries, 95 of 100, and all of them were acknowledged."""

    p50_ms: int = Field(alias="p50Ms")
    p95_ms: int = Field(alias="p95Ms")
    max_ms: int = Field(alias="maxMs")


class HourView(Shown):
    """The deliveries whose events lie in the hour that starts then; `latency` where one was delivered."""

    hour: Time
    delivered: int
    pending: int
    expired: int
    skipped: int
    cancelled: int
    latency: LatencyView | None = None


class DeliveryCounts(Shown):
    """Deliveries by hour, oldest first, hours without any included; `to` is the end of the last hour."""

    from_time: Time = Field(alias="from")
    to_time: Time = Field(alias="to")
    hours: list[HourView]


def hour_view(hour_ms: int, counts: Counts) -> HourView:
    """The counts of one hour as they are shown: never below nothing, which counts that began late might be."""
    return HourView(
        hour=to_iso(hour_ms),
        delivered=max(0, counts.delivered),
        pending=max(0, counts.pending),
        expired=max(0, counts.expired),
        skipped=max(0, counts.skipped),
        cancelled=max(0, counts.cancelled),
        latency=_latency_view(counts),
    )


def _latency_view(counts: Counts) -> LatencyView | None:
    p50, p95 = counts.latency_ms(0.5), counts.latency_ms(0.95)
    if p50 is None or p95 is None or counts.longest_ms is None:
        return None
    return LatencyView(p50_ms=p50, p95_ms=p95, max_ms=counts.longest_ms)
