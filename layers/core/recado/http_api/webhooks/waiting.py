"""What waits of a webhook, and what it has skipped, in JSON."""

from typing import Annotated

from pydantic import Field

from recado.http_api.shared.schemas import Shown, Time, iso_or_none
from recado.ports.managing import WaitingSummary
from recado.rules.event.timestamps import to_iso
from recado.use_cases.managing.switching import Skipped


class WaitingView(Shown):
    """How many deliveries wait, as far as a look at the first hundred in each place tells, and of those set aside.

    `oldestTimestamp` is the earliest of their events' own times.
    """

    count: int
    more: Annotated[bool, Field(description="Whether there may be more.")]
    oldest_timestamp: Time | None = None
    set_aside: int
    set_aside_more: Annotated[bool, Field(description="Whether more may be set aside.")]


class SkippedView(Shown):
    """How many events have been skipped while the webhook was off."""

    count: int
    more: Annotated[bool, Field(description="Whether there may be more: counting ends after one megabyte.")]
    from_time: Annotated[Time, Field(alias="from", description="Since when the webhook was off.")]


def waiting_view(summary: WaitingSummary) -> WaitingView:
    """What waits as it is shown."""
    return WaitingView(
        count=summary.waiting.count,
        more=summary.waiting.more,
        oldest_timestamp=iso_or_none(summary.oldest_ms),
        set_aside=summary.aside.count,
        set_aside_more=summary.aside.more,
    )


def skipped_view(skipped: Skipped) -> SkippedView:
    """What was skipped as it is shown."""
    waiting = skipped.waiting
    return SkippedView(count=waiting.count, more=waiting.more, from_time=to_iso(skipped.since_ms))
