"""Seven days of a dead receiver, in seconds: every wait, every alert, and what becomes of every event."""

import sys
from collections import Counter
from functools import partial
from itertools import pairwise

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from recado.rules.sending.attempt import AttemptResult
from recado.rules.webhook.webhook import Health, Status
from tests.faults.days.seven_days import (
    DAY,
    HOUR,
    SECOND,
    START,
    Week,
    arriving,
    dead,
    dead_until,
    scheduled_attempts,
)
from tests.unit.builders import delivered, failed, webhook

FOUR_HOURS = 4 * HOUR


def waits(week: Week) -> list[float]:
    """Return the seconds between the end of each POST and the next one, where there were any."""
    starts = [at for at, _, _ in week.sender.posts]
    between = [(later - earlier - 20) / SECOND for earlier, later in pairwise(starts)]
    return [seconds for seconds in between if seconds]


def publish_every_four_hours(week: Week, count: int) -> None:
    """Let events arrive, the first one now."""
    for number in range(count):
        moment = START + number * FOUR_HOURS
        week.at(moment, partial(week.publish, arriving(number, moment)))


def test_a_receiver_that_is_dead_for_seven_days(capsys: pytest.CaptureFixture[str]) -> None:
    """It is tried on schedule, told of once a day, disabled once; switched on again it gets what has not expired.

    After the second, fourth, eighth … wait an event behind the first is tried as well.
    """
    week = Week(dead, webhook())
    publish_every_four_hours(week, 43)

    week.run_until(START + 8 * DAY)

    expected = scheduled_attempts(7 * DAY)
    schedule = [5, 10, 20, 40, 80, 160] + [300] * (expected - 7)
    had = len(week.sender.posts)
    assert had == expected + 11
    assert all(wanted <= had <= wanted * 1.1 for wanted, had in zip(schedule, waits(week), strict=True))
    assert week.alerts.kinds == ["WEBHOOK_FAILING", *["WEBHOOK_STILL_FAILING"] * 6, "WEBHOOK_DISABLED"]
    told = [alert.at for alert in week.alerts.sent]
    assert all(DAY <= later - earlier < DAY + 310 * SECOND for earlier, later in pairwise(told[:7]))
    assert 300 * SECOND <= told[0] - START < 350 * SECOND
    assert 7 * DAY <= told[-1] - START < 7 * DAY + 310 * SECOND
    assert week.webhook().status is Status.DISABLED
    assert not week.wake_ups.visible_at

    week.receiver = lambda _now: delivered()
    backlog = week.deliveries.backlog("wh_1", 100)
    alive = [one.event.event_id for one in backlog if one.status_at(week.now) is DeliveryStatus.PENDING]
    week.switch_on()
    week.run_until(week.now + HOUR)

    assert [post[1] for post in week.sender.posts[had:]] == [alive]
    assert 0 < len(alive) < 43
    assert (week.webhook().status, week.webhook().health) == (Status.ACTIVE, Health())
    outcomes = Counter(week.deliveries.statuses().values())
    assert outcomes == {"EXPIRED": 43 - len(alive), "DELIVERED": len(alive)}
    assert len(week.alerts.sent) == 8
    shortest, longest = min(waits(week)[:6]), max(waits(week)[: expected - 1])
    with capsys.disabled():
        sys.stdout.write(f"\n  seven days: {had:,} attempts, waits {shortest:.1f} to {longest:.1f} s, ")
        sys.stdout.write(f"alerts {dict(Counter(week.alerts.kinds))}, then {dict(outcomes)} ")


def test_each_event_expires_seven_days_after_its_own_arrival() -> None:
    """A millisecond earlier it is pending, though nothing else happens meanwhile."""
    week = Week(dead, webhook())
    publish_every_four_hours(week, 3)
    week.run_until(START + DAY)

    for delivery in week.deliveries.backlog("wh_1", 100):
        assert delivery.created_at == delivery.event.timestamp_ms
        assert delivery.status_at(delivery.created_at + RETENTION_MS - 1) is DeliveryStatus.PENDING
        assert delivery.status_at(delivery.created_at + RETENTION_MS) is DeliveryStatus.EXPIRED


def test_a_dead_receiver_with_one_event_is_disabled_too() -> None:
    """The event expires a moment before the seventh day of failing is over; that is no recovery."""
    week = Week(dead, webhook())
    week.publish(arriving(0, START))

    week.run_until(START + 8 * DAY)

    assert week.webhook().status is Status.DISABLED
    assert week.alerts.kinds == ["WEBHOOK_FAILING", *["WEBHOOK_STILL_FAILING"] * 6, "WEBHOOK_DISABLED"]
    assert week.deliveries.statuses() == {"e0000": "EXPIRED"}
    assert not week.wake_ups.visible_at


def test_a_receiver_that_comes_back_after_three_days(capsys: pytest.CaptureFixture[str]) -> None:
    """The first arrives alone, as it was tried, then 40 in one POST, within five minutes and a half.

    The recovery is told once.
    """
    back = START + 3 * DAY
    week = Week(dead_until(back), webhook())
    for number in range(41):
        moment = START + number * HOUR
        week.at(moment, partial(week.publish, arriving(number, moment)))

    week.run_until(START + 4 * DAY)

    last_at, last_events, last_delivered = week.sender.posts[-1]
    assert last_delivered
    assert back <= last_at <= back + 330 * SECOND
    assert last_events == [f"e{number:04}" for number in range(1, 41)]
    assert [post[1] for post in week.sender.posts if post[2]] == [["e0000"], last_events]
    assert week.webhook().health == Health()
    assert week.alerts.kinds == [
        "WEBHOOK_FAILING",
        "WEBHOOK_STILL_FAILING",
        "WEBHOOK_STILL_FAILING",
        "WEBHOOK_RECOVERED",
    ]
    assert not week.wake_ups.visible_at
    with capsys.disabled():
        sys.stdout.write(
            f"\n  three days: {len(week.sender.posts) - 2} failed attempts, then 41 events in two POSTs "
            f"{(last_at - back) / SECOND:.0f} s after the receiver was back "
        )


@pytest.mark.parametrize(
    ("answer", "waited"),
    [
        (failed(503, retry_after=120), [120] * 7 + [160, 300]),
        (failed(429, retry_after=3), [5, 10, 20, 40, 80, 160, 300, 300]),
        (failed(503, retry_after=250), [250] * 8 + [300, 300]),
        (failed(503, retry_after=7200), [3600] * 8),
    ],
    ids=["longer", "shorter", "longer at first", "an hour at most"],
)
def test_a_receiver_may_ask_for_more_time_never_for_less(answer: AttemptResult, waited: list[int]) -> None:
    """`Retry-After` counts where it is longer than the schedule, up to an hour.

    From its third failure on an event is suspected itself, and its schedule begins anew.
    """
    week = Week(lambda _now: answer, webhook())
    week.publish(arriving(0, START))

    week.run_until(START + DAY)

    assert all(least <= had <= least * 1.1 for least, had in zip(waited, waits(week), strict=False))
    assert len(waits(week)) >= len(waited)
