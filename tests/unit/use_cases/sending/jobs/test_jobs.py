"""Redelivery jobs: the webhook's owner carries them on, page by page."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, DeliveryStatus
from recado.rules.delivery.job import JobState
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import LATE_LOOK_MS, Lane
from recado.use_cases.sending.queued.pages import MOST_IN_A_PAGE
from tests.unit.builders import NOW, event, events, pending, sized_event, webhook
from tests.unit.use_cases.fakes.invocations import redeliver_as_owner, sizes
from tests.unit.use_cases.fakes.jobs import delivered_earlier, kept, logged, message_ids, sent, start, world_with
from tests.unit.use_cases.fakes.sending_fakes import World


def test_a_job_goes_page_by_page() -> None:
    """A page into the backlog, confirmed; then its place; its POSTs; the next page; in the end it is given up."""
    world = world_with(MOST_IN_A_PAGE + 50)
    job = start(world)
    world.journal.calls.clear()

    redeliver_as_owner(world)

    assert world.journal.calls == [
        *["take lease", "read ended", "record", "advance job", "read webhook", "read copies", "send", "finish"],
        *["read webhook", "read copies", "read ended", "record", "advance job"],
        *["read webhook", "read backlog", "send", "finish"],
        *["read webhook", "read backlog", "read aside", "give up", "read backlog"],
    ]
    last = events(MOST_IN_A_PAGE)
    assert kept(world) == replace(
        job, state=JobState.DONE, requeued=150, page_after=last[99].key, position=last[99].key, updated_at=NOW
    )
    assert sizes(world) == [100, 50]
    assert [one.requested_by for one in world.deliveries.attempts] == ["an admin"] * 2
    assert world.webhook().lane == Lane(next_at=NOW + LATE_LOOK_MS)


def test_a_range_that_ends_with_a_page_needs_one_more_look() -> None:
    """The page was full, so there may be more."""
    world = world_with(MOST_IN_A_PAGE)
    start(world)

    redeliver_as_owner(world)

    assert world.journal.of("read ended") == ["read ended"] * 2
    assert (kept(world).state, kept(world).requeued, sizes(world)) == (JobState.DONE, MOST_IN_A_PAGE, [100])


def test_a_job_that_finds_nothing_is_done() -> None:
    """Nothing is sent, and the webhook is given up."""
    world = world_with(0)
    start(world)

    redeliver_as_owner(world)

    assert (kept(world).state, kept(world).requeued, world.sender.requests) == (JobState.DONE, 0, [])
    assert world.webhook().lane == Lane(next_at=NOW + LATE_LOOK_MS)


def test_the_place_of_an_empty_page_is_stored_too() -> None:
    """A job that finds little in a long log does not begin again at each fault."""
    world = World(webhook())
    skipped = [delivered_earlier(one, DeliveryStatus.SKIPPED) for one in events(MOST_IN_A_PAGE)]
    logged(world, *skipped, delivered_earlier(event("wanted", timestamp=NOW + 5_000)))
    world.deliveries.looks_at = MOST_IN_A_PAGE
    start(world)
    places: list[str | None] = []
    world.journal.before("read ended", 2, lambda: places.append(kept(world).position))

    redeliver_as_owner(world)

    assert places == [skipped[-1].event.key]
    assert message_ids(world) == ["wanted"]


def test_a_page_is_bounded_in_size() -> None:
    """No more of large events is put into the backlog, and held at once, than about a megabyte."""
    world = World(webhook())
    large = [sized_event(200_000, f"e{number}", timestamp=NOW + number) for number in range(12)]
    logged(world, *map(delivered_earlier, large))
    start(world)
    waiting: list[int] = []
    for number in range(1, 13):
        world.journal.before("send", number, lambda: waiting.append(len(world.deliveries.pending)))

    redeliver_as_owner(world)

    assert waiting == [6, 5, 4, 3, 2, 1] * 2
    assert kept(world).state is JobState.DONE


def test_a_job_takes_only_its_time_range() -> None:
    """Both ends belong to it."""
    world = world_with(10)
    start(world, Selection(DeliveryStatus.DELIVERED, from_ms=NOW + 3, to_ms=NOW + 5))

    redeliver_as_owner(world)

    assert (message_ids(world), sizes(world), kept(world).requeued) == (["e3"], [3], 3)


def test_a_job_takes_only_its_status() -> None:
    """Expired ones, also those that nobody has taken out of the backlog yet; others stay where they are."""
    world = World(webhook())
    old = NOW - RETENTION_MS
    in_log = replace(delivered_earlier(event("in-log"), DeliveryStatus.EXPIRED), created_at=old)
    logged(world, in_log, delivered_earlier(event("skipped", timestamp=NOW + 2), DeliveryStatus.SKIPPED))
    unseen = pending(event("in-backlog", timestamp=NOW + 1), created_at=old)
    world.deliveries.add_pending(unseen, pending(event("waiting", timestamp=NOW + 3)))
    start(world, Selection(DeliveryStatus.EXPIRED))

    redeliver_as_owner(world)

    assert kept(world).requeued == 2
    assert world.deliveries.statuses() == {
        "in-log": "DELIVERED",
        "in-backlog": "DELIVERED",
        "skipped": "SKIPPED",
        "waiting": "DELIVERED",
    }


def test_what_arrives_after_a_job_was_asked_for_is_not_meant() -> None:
    """It has just been delivered."""
    world = world_with(1)
    start(world)
    logged(world, replace(delivered_earlier(event("late", timestamp=NOW + 9)), created_at=NOW + 1))

    redeliver_as_owner(world)

    assert (kept(world).requeued, message_ids(world)) == (1, ["e0"])


@pytest.mark.parametrize(
    ("first", "order"),
    [
        (NOW + 1_000, ["e0", "n000", "e50", "n050", "e100", "n100", "e150", "e200"]),
        (1_000, ["e0", "e50", "n000", "e100", "n050", "e150", "n100", "e200"]),
    ],
    ids=["newer", "older"],
)
def test_a_job_takes_turns_with_what_else_waits(first: int, order: list[str]) -> None:
    """POST by POST: what is new does not wait for a long job, and the job goes on all the same.

    What is older than the job's first page waits for no more than that.
    """
    world = world_with(250, delivery=DeliverySettings(max_events=50))
    start(world)
    world.deliveries.add_pending(*(pending(event(f"n{n:03d}", timestamp=first + n)) for n in range(150)))

    redeliver_as_owner(world)

    assert message_ids(world) == order
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}
    assert kept(world).state is JobState.DONE


def test_an_ordered_webhook_has_no_turns() -> None:
    """What it gets is in order of time, whoever wants it."""
    world = world_with(4, ordered=True)
    start(world)
    world.deliveries.add_pending(pending(event("first", timestamp=NOW - 1)), pending(event("last", timestamp=NOW + 9)))

    redeliver_as_owner(world)

    assert message_ids(world) == ["first", "e0", "last"]


def test_an_ordered_webhook_gets_what_lies_within_a_page_in_its_turn() -> None:
    """Also while further pages are to come: what is new there goes before what the job has put behind it."""
    world = world_with(MOST_IN_A_PAGE + 2, ordered=True)
    start(world)
    between = pending(event("between", timestamp=NOW + 50))
    world.deliveries.add_pending(pending(event("first", timestamp=NOW - 1)), between)

    redeliver_as_owner(world)

    order = [one for post in sent(world) for one in post]
    numbered = [f"e{number}" for number in range(MOST_IN_A_PAGE + 2)]
    assert order[0] == "first"
    assert [one for one in order if one in numbered] == numbered
    assert order.index("e49") < order.index("between") < order.index("e51")
