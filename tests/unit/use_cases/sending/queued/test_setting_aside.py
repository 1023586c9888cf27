"""Setting aside: what fails alone while another is delivered gets out of the others' way."""

from dataclasses import replace
from typing import Any

import pytest

from recado.ports.sending import Deadline
from recado.rules.delivery.aside import RETRY_MS
from recado.rules.delivery.delivery import CancelReason, Delivery, DeliveryStatus
from recado.rules.delivery.job import JobState
from recado.rules.sending.attempt import AttemptResult, Failure, FailureClass
from recado.rules.sending.cutting import Size
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.sending.stuck import AMID_BAD_ONES, Stuck
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.lane import ASIDE_LOOK_MS
from recado.rules.webhook.webhook import Health, HealthState, Status
from recado.use_cases.sending.queued.pages import MOST_IN_A_PAGE
from tests.unit.builders import NOW, delivered, events, failed, failing, pending, webhook
from tests.unit.use_cases.fakes.invocations import URL, owned_world, redeliver, redeliver_as_owner, sizes
from tests.unit.use_cases.fakes.jobs import kept, start, world_with
from tests.unit.use_cases.fakes.sending_fakes import World

BAD_REQUEST = AttemptResult(NOW, 20, 400, Failure(FailureClass.CLIENT_ERROR, "It refused.", 400))
GONE = AttemptResult(NOW, 20, 410, Failure(FailureClass.CLIENT_ERROR, "It is gone.", 410))


def stuck_world(count: int, *answers: AttemptResult, alone: int = 1, **changes: Any) -> World:
    """Build a world whose first event has failed alone, and has waited since."""
    health = failing(stuck=Stuck(events(1)[0].key, tries=3, alone=alone), alerted_at=NOW - 1)
    world = owned_world(count, **({"health": health} | changes))
    world.sender.answers[URL] = list(answers)
    return world


def posted(world: World) -> list[str]:
    """Return the webhook-id of each POST: of one event its own id."""
    return [request.headers["webhook-id"] for request in world.sender.requests]


def aside(world: World) -> list[Delivery]:
    """Return what is set aside."""
    return list(world.aside.kept.values())


def test_what_fails_alone_while_the_one_behind_is_delivered_is_set_aside() -> None:
    """The others follow at once; the webhook is healthy again, and the sweep's next beat looks after what is aside."""
    world = stuck_world(4, failed())

    answer = redeliver(world)

    assert (posted(world)[:2], sizes(world)) == (["e0", "e1"], [1, 1, 2])
    assert world.deliveries.statuses() == {"e0": "PENDING", "e1": "DELIVERED", "e2": "DELIVERED", "e3": "DELIVERED"}
    assert [one.event.event_id for one in aside(world)] == ["e0"]
    assert answer.back_in_seconds is None
    found = world.webhook()
    assert (found.health, found.lane.has_aside, found.lane.next_at) == (Health(), True, NOW + ASIDE_LOOK_MS)
    assert world.alerts.kinds == ["WEBHOOK_SET_ASIDE", "WEBHOOK_RECOVERED"]


def test_it_keeps_why_and_when_it_was_set_aside() -> None:
    """The fourth failure in a row with it in the lead; it is tried again in a little less than five minutes."""
    world = stuck_world(2, failed(503))

    redeliver(world)

    [one] = aside(world)
    assert (one.status, one.is_aside, one.tries) == (DeliveryStatus.PENDING, True, 4)
    assert (one.set_aside_at, one.retry_at) == (NOW, NOW + RETRY_MS)
    assert one.error is not None
    assert (one.error.status_code, one.status_code, one.last_attempt_at) == (503, 503, NOW)
    assert world.deliveries.log["wh_1", one.event.key] == one


def test_after_a_4xx_the_one_behind_is_tried_at_once() -> None:
    """Nobody waits: the receiver has said that it is well."""
    world = stuck_world(2, BAD_REQUEST, health=Health(), delivery=DeliverySettings(max_events=1))

    redeliver(world)

    assert posted(world) == ["e0", "e1"]
    assert [one.event.event_id for one in aside(world)] == ["e0"]
    assert world.wake_ups.postponed == []


def test_where_the_one_behind_fails_too_both_wait() -> None:
    """The receiver is to blame, as far as anybody knows."""
    world = stuck_world(3, failed(), failed())

    answer = redeliver(world)

    assert posted(world) == ["e0", "e1"]
    assert (aside(world), answer.back_in_seconds) == ([], 10)
    assert set(world.deliveries.statuses().values()) == {"PENDING"}
    found = world.webhook()
    assert found.lane.next_at == NOW + 10_000
    assert (found.health.attempts, found.health.stuck.alone, found.health.stuck.neighbours) == (3, 2, 1)


def test_where_nobody_is_behind_it_waits() -> None:
    """Whether it is to blame, nobody can tell."""
    world = stuck_world(1, failed())

    answer = redeliver(world)

    assert (posted(world), aside(world), answer.back_in_seconds) == (["e0"], [], 10)
    assert world.webhook().health.stuck.neighbours == 0


def test_between_the_waits_that_count_it_is_tried_alone() -> None:
    """After the third wait nobody else's POST is risked for it."""
    stuck = Stuck(events(1)[0].key, tries=5, alone=3, neighbours=2, neighbour_at=4)
    world = stuck_world(3, failed(), health=failing(stuck=stuck))

    assert redeliver(world).back_in_seconds == 40
    assert posted(world) == ["e0"]


def test_an_ordered_webhook_sets_nothing_aside() -> None:
    """Its head blocks, until it is delivered, expires or is cancelled."""
    world = stuck_world(2, BAD_REQUEST, ordered=True)

    assert redeliver(world).back_in_seconds == 10
    assert (posted(world), aside(world)) == (["e0"], [])


def test_what_was_withdrawn_meanwhile_is_not_set_aside() -> None:
    """Somebody has cancelled it while the one behind it was tried."""
    world = stuck_world(2, failed())
    [first] = events(1)
    world.journal.before("set aside", 1, lambda: world.deliveries.withdraw(pending(first), NOW, CancelReason.WITHDRAWN))

    redeliver(world)

    assert world.deliveries.statuses() == {"e0": "CANCELLED", "e1": "DELIVERED"}
    assert (aside(world), world.webhook().lane.has_aside) == ([], False)


def test_a_bad_neighbour_is_passed_by_a_draw_and_what_follows_goes_alone() -> None:
    """Once one behind it has failed, another is drawn; the next head is tried alone, and passed by a draw, too."""
    stuck = Stuck(events(1)[0].key, tries=4, alone=2, neighbours=1, neighbour_at=2)
    world = stuck_world(4, failed(), delivered(), BAD_REQUEST, health=failing(stuck=stuck))
    seen: list[Health] = []
    world.journal.before("send", 3, lambda: seen.append(world.webhook().health))

    redeliver(world)

    assert posted(world) == ["e0", "e3", "e1", "e2"]
    assert seen == [Health(stuck=AMID_BAD_ONES)]
    assert [one.event.event_id for one in aside(world)] == ["e0", "e1"]


def test_amid_bad_ones_ends_with_the_first_that_is_delivered() -> None:
    """Where the next head is good, there is no more to remember."""
    world = stuck_world(3, health=Health(stuck=AMID_BAD_ONES))

    redeliver(world)

    assert sizes(world) == [1, 2]
    assert world.webhook().health == Health()
    assert world.alerts.kinds == []


def test_what_was_delivered_before_is_forgotten_and_not_waited_for() -> None:
    """Whoever recorded it died before it was deleted from the backlog: its failure blames nobody."""
    world = stuck_world(2, failed())
    [first] = events(1)
    ended = replace(pending(first), status=DeliveryStatus.DELIVERED, finished_at=NOW)
    world.deliveries.log["wh_1", first.key] = ended

    answer = redeliver(world)

    assert world.deliveries.statuses() == {"e0": "DELIVERED", "e1": "DELIVERED"}
    assert world.deliveries.log["wh_1", first.key] == ended
    assert (answer.back_in_seconds, aside(world)) == (None, [])
    assert [one.keys for one in world.deliveries.attempts] == [(first.key,)]


def test_where_the_one_behind_was_delivered_before_another_is_tried() -> None:
    """It is forgotten; the head is suspected still."""
    world = stuck_world(3, failed(), failed())
    second = events(2)[1]
    ended = replace(pending(second), status=DeliveryStatus.DELIVERED, finished_at=NOW)
    world.deliveries.log["wh_1", second.key] = ended

    redeliver(world)

    assert posted(world) == ["e0", "e1", "e2"]
    assert [one.event.event_id for one in aside(world)] == ["e0"]


@pytest.mark.parametrize("behind", [False, True], ids=["the head", "the one behind"])
def test_a_receiver_that_wants_no_more_is_switched_off(behind: bool) -> None:
    """A 410 ends the run, whoever got it, and everything keeps waiting."""
    world = stuck_world(2, *([failed()] * behind), GONE)

    redeliver(world)

    assert (world.webhook().status, aside(world)) == (Status.DISABLED, [])
    assert set(world.deliveries.statuses().values()) == {"PENDING"}


def test_sizes_are_kept_with_the_webhook() -> None:
    """The next run goes on with a tenth, after five seconds."""
    world = owned_world(100)
    world.sender.answers[URL] = [failed()]

    assert redeliver(world).back_in_seconds == 5
    cut = world.webhook().lane.cut
    assert (cut.events, cut.until) == (Size(10, 100), events(100)[-1].key)

    world.later(5_000)
    redeliver(world)
    assert sizes(world) == [100, *[10] * 10]
    assert world.webhook().lane.cut.events == Size(55, 100)


def test_a_post_that_is_refused_with_a_4xx_is_cut_at_once() -> None:
    """A hundred, ten, one, and the one behind, in one run: no wait until the good ones are through."""
    world = owned_world(100)
    world.sender.answers[URL] = [BAD_REQUEST] * 3

    redeliver(world)

    assert sizes(world)[:4] == [100, 10, 1, 1]
    assert world.wake_ups.postponed == []
    assert [one.event.event_id for one in aside(world)] == ["e0"]
    assert world.webhook().health.state is HealthState.HEALTHY


def test_a_webhook_that_nobody_fails_with_costs_no_write_more() -> None:
    """Nothing of all this is stored where everything is delivered."""
    world = owned_world(3)

    redeliver(world)

    assert "save" not in world.journal.calls
    assert world.webhook() == webhook(lane=world.webhook().lane)


def test_a_page_of_nothing_but_a_bad_event_brings_the_next_page_of_its_job() -> None:
    """Nobody else waits behind it: without the next page nobody could tell that it alone is to blame."""
    world = world_with(MOST_IN_A_PAGE + 2)
    start(world)
    bad = events(MOST_IN_A_PAGE)[-1]
    for place, one in world.deliveries.log.items():
        if one.event.key < bad.key:
            world.deliveries.log[place] = replace(one, withdrawn_at=NOW + 1)
    take = world.sender.send

    def picky(request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        answer = take(request, deadline)
        return BAD_REQUEST if bad.event_id.encode() in request.body else answer

    world.sender.send = picky  # type: ignore[method-assign]

    for _ in range(5):
        redeliver_as_owner(world)
        world.later(10_000)

    assert posted(world)[0] == bad.event_id
    assert [one.event.event_id for one in aside(world)] == [bad.event_id]
    assert kept(world).state is JobState.DONE
    assert world.deliveries.pending == {}
