"""Jobs that send again: by name and arrival, what the webhook wants alone, and what is set aside."""

from dataclasses import replace

import pytest

from recado.rules.delivery.delivery import RETENTION_MS, Delivery, DeliveryStatus
from recado.rules.delivery.selection import Selection
from recado.rules.webhook.lane import Lane
from tests.unit.builders import NAME, NOW, OTHER_NAME, event, events, failed, pending, webhook
from tests.unit.use_cases.fakes.invocations import URL, redeliver_as_owner
from tests.unit.use_cases.fakes.jobs import ALL_ASIDE, delivered_earlier, kept, logged, message_ids, sent, start
from tests.unit.use_cases.fakes.sending_fakes import World


def test_a_job_that_sends_again_leaves_out_what_is_not_wanted_any_more() -> None:
    """The log keeps it as it was; it is neither put nor counted."""
    other = delivered_earlier(event("other", name=OTHER_NAME, timestamp=NOW + 1))
    world = logged(World(webhook(event_names=(NAME,))), delivered_earlier(event()), other)
    start(world)

    redeliver_as_owner(world)

    assert (message_ids(world), kept(world).requeued) == (["e1"], 1)
    assert world.deliveries.log["wh_1", other.event.key] == other


@pytest.mark.parametrize("names", [(NAME,), (OTHER_NAME,), (NAME, OTHER_NAME), ()])
def test_a_job_takes_only_the_names_that_are_selected(names: tuple[str, ...]) -> None:
    """All of them, where none is selected."""
    other = delivered_earlier(event("other", name=OTHER_NAME, timestamp=NOW + 1))
    world = logged(World(webhook()), delivered_earlier(event()), other)
    start(world, Selection(DeliveryStatus.DELIVERED, event_names=names))

    redeliver_as_owner(world)

    again = {one.event.name for one in world.deliveries.log.values() if one.requested_at is not None}
    assert again == set(names or (NAME, OTHER_NAME))


def test_a_job_takes_only_what_arrived_when_it_is_selected() -> None:
    """Whatever the event's own time; both ends belong to it."""
    log = [replace(delivered_earlier(one), created_at=NOW - 9 + n) for n, one in enumerate(reversed(events(5)))]
    world = logged(World(webhook()), *log)
    start(world, Selection(DeliveryStatus.DELIVERED, arrived_from=NOW - 8, arrived_to=NOW - 6))

    redeliver_as_owner(world)

    again = [one.event.event_id for one in world.deliveries.log.values() if one.requested_at is not None]
    assert (sorted(again), kept(world).requeued) == (["e1", "e2", "e3"], 3)


def test_what_has_expired_unnoticed_is_sent_again_by_a_job() -> None:
    """Originals end in the log before their copies wait; a copy that was set aside waits nowhere else any more."""
    old = NOW - RETENTION_MS
    originals = [pending(event(one), created_at=old) for one in ("a", "b")]
    ended = [
        replace(pending(event(one), created_at=old - 9), status=DeliveryStatus.EXPIRED, finished_at=old - 2)
        for one in ("c", "d")
    ]
    copies = [one.again(old - 1, "another") for one in ended]
    world = logged(World(webhook()), *ended)
    world.deliveries.add_pending(*originals, *copies)
    for one in (originals[1], copies[1]):
        assert world.aside.put(one.set_aside(NOW - 5, NOW + 290_000, 2), waits=True)
    start(world, Selection(DeliveryStatus.EXPIRED))
    world.journal.calls.clear()
    ends: list[str] = []
    world.journal.before("record", 1, lambda: ends.extend(one.status for one in world.deliveries.log.values()))

    redeliver_as_owner(world)

    assert (ends, world.aside.kept) == (["EXPIRED"] * 4, {})
    calls = ["end aside", "expire", "renew", "record", "send"]
    assert world.journal.of(*calls) == calls
    assert (sent(world), kept(world).requeued) == ([["a", "b", "c", "d"]], 4)


def aside_world() -> World:
    """Build a world in which three originals and a copy are set aside; the one that is tried first fails once more."""
    ended = delivered_earlier(event("copy", timestamp=NOW + 7))
    world = logged(World(webhook(lane=Lane(next_at=NOW + 9, has_aside=True))), ended)
    for one in [*map(pending, events(3)), ended.again(NOW - 1, "another")]:
        world.deliveries.add_pending(replace(one, created_at=NOW - 9))
        assert world.aside.put(replace(one, created_at=NOW - 9).set_aside(NOW - 5, NOW + 290_000, 2), waits=True)
    logged(world, replace(ended, finished_at=NOW - 2))
    world.sender.answers[URL] = [failed()]
    world.journal.calls.clear()
    return world


def test_a_job_moves_what_is_set_aside_back_among_the_others() -> None:
    """Originals and copies; their seven days stay what they are, and they are sent as what waits is."""
    world = aside_world()
    start(world, ALL_ASIDE)
    moved: list[list[Delivery]] = []
    world.journal.before("send", 2, lambda: moved.append(list(world.deliveries.pending.values())))

    redeliver_as_owner(world)

    assert [one.set_aside_at for one in moved[0]] == [None] * 4
    assert {one.expires_at for one in moved[0] if not one.is_copy} == {NOW - 9 + RETENTION_MS}
    assert [one.requested_by for one in moved[0]] == [None, None, None, "another"]
    assert (kept(world).requeued, world.aside.kept) == (4, {})
    assert set(world.deliveries.statuses().values()) == {"DELIVERED"}


def test_a_job_moves_only_what_is_selected_back() -> None:
    """In several pieces; what else is set aside stays there."""
    world = aside_world()
    world.deliveries.looks_at = 1
    start(world, Selection(set_aside=True, from_ms=NOW + 1, to_ms=NOW + 2))

    redeliver_as_owner(world)

    assert (len(world.journal.of("move back")), kept(world).requeued) == (2, 2)
    assert [one.event.event_id for one in world.aside.kept.values()] == ["e0", "copy"]


def test_what_is_delivered_from_aside_at_this_moment_is_not_moved_back() -> None:
    """It does not count."""
    world = aside_world()
    start(world, ALL_ASIDE)
    first = next(iter(world.aside.kept.values()))
    done = replace(first.moved_back(), status=DeliveryStatus.DELIVERED, finished_at=NOW)
    world.journal.before("move back", 1, lambda: world.aside.end(done))

    redeliver_as_owner(world)

    assert (kept(world).requeued, set(world.deliveries.statuses().values())) == (3, {"DELIVERED"})
    assert sent(world) == [["e0"], ["e1", "e2"], ["copy"]]
