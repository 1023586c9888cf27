"""Catching up: what was skipped while the webhook was off is sent before anything behind it."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus
from recado.rules.delivery.job import JobKind, JobState, catch_up
from recado.rules.delivery.selection import Selection
from recado.rules.event.event import Event
from recado.rules.webhook.lane import LATE_LOOK_MS, Lane
from recado.rules.webhook.webhook import HealthState, Webhook
from recado.use_cases.sending.queued.pages import MOST_IN_A_PAGE
from tests.unit.builders import NOW, event, events, failed, owned, pending, sized_event, webhook
from tests.unit.use_cases.fakes.invocations import redeliver_as_owner, sizes
from tests.unit.use_cases.fakes.jobs import kept, logged, message_ids, sent, start
from tests.unit.use_cases.fakes.journal import FixedDeadline
from tests.unit.use_cases.fakes.sending_fakes import World

OFF_SINCE = NOW - 60_000
HOUR_MS = 60 * 60 * 1000


def skipped(one: Event, at_ms: int = NOW - 1) -> Delivery:
    """Build a delivery that was skipped."""
    return replace(pending(one, created_at=at_ms), status=DeliveryStatus.SKIPPED, finished_at=at_ms)


def delivered(one: Event) -> Delivery:
    """Build a delivery that had arrived before the webhook was switched off."""
    at_ms = OFF_SINCE - 1
    return replace(pending(one, created_at=at_ms), status=DeliveryStatus.DELIVERED, finished_at=at_ms)


def catching_up(*deliveries: Delivery, **changes: object) -> World:
    """Build a world whose webhook was just switched on, and is to catch up with what is in its log."""
    world = logged(World(webhook()), *deliveries)
    hook = replace(webhook(), **changes)  # type: ignore[arg-type]  # fields of a webhook
    return begun(world, hook)


def begun(world: World, hook: Webhook) -> World:
    """Begin the job, as the switch does."""
    job = catch_up(replace(hook, off_since=OFF_SINCE), "job_1", "an admin", NOW)
    world.webhooks.kept["1010", "wh_1"] = replace(hook, lane=owned())
    world.jobs.add(job)
    return world


def test_what_was_skipped_is_sent_in_order_page_by_page() -> None:
    """A page into the backlog, its place, its POSTs; then the next; in the end the webhook is given up."""
    world = catching_up(*map(skipped, events(MOST_IN_A_PAGE + 50)))

    redeliver_as_owner(world)

    assert sent(world) == [[one.event_id for one in part] for part in _parts(events(150), 100)]
    assert (kept(world).state, kept(world).requeued) == (JobState.DONE, 150)
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}
    assert world.webhook().lane == Lane(next_at=NOW + LATE_LOOK_MS)
    assert {one.requested_by for one in world.deliveries.attempts} == {"an admin"}


def test_nothing_is_sent_before_the_first_page() -> None:
    """Not even what waits since before the webhook was off, and is older: first is known what comes first."""
    early, late = event("early", timestamp=NOW - 2), event("late", timestamp=NOW + 2)
    world = catching_up(skipped(event("off", timestamp=NOW)))
    world.deliveries.add_pending(pending(early), pending(late))

    redeliver_as_owner(world)

    assert world.journal.of("read ended", "send")[:2] == ["read ended", "send"]
    assert sent(world) == [["early"], ["off"], ["late"]]


def test_what_lies_behind_the_page_waits_for_the_next() -> None:
    """Events that come meanwhile, and what has waited since before: each leaves in its turn."""
    world = catching_up(*map(skipped, events(MOST_IN_A_PAGE + 1)))
    between = event("between", timestamp=NOW + 50)
    behind = event("zz-behind", timestamp=events(101)[100].timestamp_ms)
    world.deliveries.add_pending(pending(between), pending(behind))
    world.journal.before("send", 1, lambda: world.deliveries.add_pending(pending(event("live", timestamp=NOW + 9_000))))

    redeliver_as_owner(world)

    flat = [one for post in sent(world) for one in post]
    assert flat == [
        *[f"e{number}" for number in range(50)],
        *sorted(["e50", "between"]),
        *[f"e{number}" for number in range(51, 101)],
        *["zz-behind", "live"],
    ]


@pytest.mark.parametrize(
    ("one", "taken"),
    [
        (skipped(event(timestamp=OFF_SINCE - 2 * RETENTION_MS)), True),
        (skipped(event(timestamp=NOW + 24 * HOUR_MS)), True),
        (skipped(event(), OFF_SINCE), True),
        (skipped(event(), OFF_SINCE - 1), False),
        (skipped(event(), NOW + 1), False),
        (replace(skipped(event()), withdrawn_at=NOW + 1), False),
        (delivered(event()), False),
    ],
    ids=["old", "ahead", "at once", "before", "after", "its copy was cancelled", "delivered"],
)
def test_what_is_caught_up_was_skipped_meanwhile(one: Delivery, taken: bool) -> None:
    """Whatever time the event itself has."""
    world = catching_up(one)

    redeliver_as_owner(world)

    assert sent(world) == ([["e1"]] if taken else [])
    assert kept(world).state is JobState.DONE


def test_a_long_log_is_looked_through_piece_by_piece() -> None:
    """The place is stored after a look that finds nothing, too: after a fault, the job does not begin again."""
    log = [*map(delivered, events(30)), skipped(event("wanted", timestamp=NOW + 5_000))]
    world = catching_up(*log)
    world.deliveries.looks_at = 10
    world.journal.fail("read ended", 3)

    redeliver_as_owner(world)
    assert kept(world).position == events(20)[-1].key
    world.later(30_000)
    redeliver_as_owner(world)

    assert message_ids(world) == ["wanted"]
    assert len(world.journal.of("read ended")) == 5


def test_a_page_is_bounded_in_size() -> None:
    """No more of large events is put into the backlog, and held at once, than about a megabyte."""
    large = [sized_event(200_000, f"e{number}", timestamp=NOW + number) for number in range(12)]
    world = catching_up(*map(skipped, large))
    waiting: list[int] = []
    for number in range(1, 13):
        world.journal.before("send", number, lambda: waiting.append(len(world.deliveries.pending)))

    redeliver_as_owner(world)

    assert waiting == [6, 5, 4, 3, 2, 1] * 2
    assert kept(world).state is JobState.DONE


def test_a_death_between_a_page_and_its_place_sends_nothing_twice() -> None:
    """The page is put once more, but for the copies that are there."""
    world = catching_up(*map(skipped, events(3)))
    world.journal.fail("advance job")
    redeliver_as_owner(world)
    assert (len(world.deliveries.pending), sent(world)) == (3, [])
    world.later(30_000)

    redeliver_as_owner(world)

    assert sent(world) == [["e0", "e1", "e2"]]
    assert kept(world).state is JobState.DONE


def test_a_receiver_that_fails_is_caught_up_later() -> None:
    """In order, with the page that waits first."""
    world = catching_up(*map(skipped, events(MOST_IN_A_PAGE + 2)))
    world.sender.answers[webhook().target_url] = [failed(503)]

    redeliver_as_owner(world)

    assert (world.webhook().health.state, kept(world).state) == (HealthState.FAILING, JobState.RUNNING)
    world.later(5_000)
    redeliver_as_owner(world)
    assert sizes(world) == [100, *[10] * 10, 2]


def test_time_ends_a_catch_up_between_two_posts() -> None:
    """The next run of the owner goes on where it was."""
    world = catching_up(*map(skipped, events(MOST_IN_A_PAGE + 1)))

    answer = redeliver_as_owner(world, FixedDeadline(*[100.0] * 6, 1.0))

    assert (answer.back_in_seconds, kept(world).state) == (0, JobState.RUNNING)
    redeliver_as_owner(world)
    assert (sizes(world), kept(world).state) == ([100, 1], JobState.DONE)


def test_an_ordered_webhook_is_caught_up_alike() -> None:
    """What came before it was off goes first, what is new last."""
    world = catching_up(skipped(event("off", timestamp=NOW)), ordered=True)
    world.deliveries.add_pending(pending(event("early", timestamp=NOW - 2)), pending(event("late", timestamp=NOW + 2)))

    redeliver_as_owner(world)

    assert sent(world) == [["early"], ["off"], ["late"]]


def _parts(all_of_them: list[Event], size: int) -> list[list[Event]]:
    return [all_of_them[start : start + size] for start in range(0, len(all_of_them), size)]


def test_a_job_of_kind_redelivery_holds_nobody_up() -> None:
    """What was skipped can be asked for by its time, too: in turns with what else waits."""
    world = logged(World(webhook()), *map(skipped, events(2)))
    world.deliveries.add_pending(pending(event("waits", timestamp=NOW + 9)))
    start(world, Selection(DeliveryStatus.SKIPPED, from_ms=NOW, to_ms=NOW + 1))

    redeliver_as_owner(world)

    assert sorted(one for post in sent(world) for one in post) == ["e0", "e1", "waits"]
    assert kept(world).kind is JobKind.REDELIVERY
