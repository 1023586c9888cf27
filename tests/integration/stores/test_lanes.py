"""Lanes: each change is one conditional write, and what was done and not answered is a success."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from recado.ports.sending import Expect, Lease
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.lane import Lane, given_up, leased, left, owned, waiting
from recado.rules.webhook.webhook import Health, HealthState, Status, Webhook
from tests.support.acts import act_on
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.items import changed_item
from tests.support.aws.lost_answers import lost_answers
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.system import System

LATER = NOON_MS + 60_000
DAY = 24 * 60 * 60 * 1000
WAKE_UP = WakeUp("a message", "a receipt", str(ACCOUNT), "wh_1", "own")
DUE = Lane(next_at=NOON_MS)
OWNED = Lane(owner="own", next_at=NOON_MS)
LEASED = Lane(owner="own", next_at=LATER, lease_holder="mine", lease_until=LATER)
SLOW = replace(LEASED, slow_at=NOON_MS, quick=1)
FAILING = Health(HealthState.FAILING, failing_since=NOON_MS, attempts=1, alerted_at=NOON_MS)
OFF: tuple[dict[str, Any], ...] = ({"status": "RETIRED"}, {"status": "DISABLED"})
NO_OWNER = {"owner": None}
ANOTHER = {"owner": "another"}


@dataclass(frozen=True)
class Write:
    """A change of a lane as it is made somewhere: from what, on what condition, to what, and what must prevent it."""

    before: Lane
    expected: Expect
    after: Callable[[Webhook], Webhook]
    prevented_by: tuple[dict[str, Any], ...]


def lane(step: Callable[[Lane], Lane]) -> Callable[[Webhook], Webhook]:
    """Return what changes the lane alone."""
    return lambda webhook: replace(webhook, lane=step(webhook.lane))


WRITES = {
    "an admin asks": Write(OWNED, Expect.ANYTHING, lane(lambda one: owned(one, "new", NOON_MS)), OFF),
    "a writer has events": Write(Lane(), Expect.UNOWNED, lane(lambda one: owned(one, "new", NOON_MS)), (ANOTHER, *OFF)),
    "an attempt failed": Write(
        Lane(),
        Expect.UNOWNED,
        lambda webhook: replace(webhook, health=FAILING, lane=owned(webhook.lane, "new", LATER)),
        (ANOTHER, *OFF),
    ),
    "a sweep wakes": Write(
        OWNED,
        Expect.UNCHANGED,
        lane(lambda one: owned(one, "new", NOON_MS + 1)),
        (ANOTHER, NO_OWNER, {"due_at": LATER}, *OFF),
    ),
    "a sweep leaves it alone": Write(DUE, Expect.UNCHANGED, lane(left), (ANOTHER, {"due_at": LATER}, *OFF)),
    "a run waits": Write(
        LEASED,
        Expect.LEASED,
        lambda webhook: replace(webhook, health=FAILING, lane=waiting(webhook.lane, LATER + 5_000)),
        (ANOTHER, NO_OWNER, {"lease_holder": "another's"}, {"lease_holder": None}, *OFF),
    ),
    "a run gives up": Write(
        LEASED,
        Expect.LEASED,
        lane(lambda one: given_up(one, NOON_MS, has_aside=False)),
        (ANOTHER, NO_OWNER, {"lease_holder": "another's"}, {"lease_holder": None}, *OFF),
    ),
    "a run finds it quick": Write(
        SLOW,
        Expect.LEASED,
        lane(lambda one: waiting(replace(one, slow_at=None, quick=0), NOON_MS)),
        ({"slow_at": LATER},),
    ),
    "a run counts a quick POST": Write(
        SLOW,
        Expect.LEASED,
        lane(lambda one: waiting(replace(one, quick=2), NOON_MS)),
        ({"slow_at": LATER}, {"slow_at": None}),
    ),
    "a run finds it slow": Write(
        LEASED, Expect.LEASED, lane(lambda one: waiting(replace(one, slow_at=NOON_MS), NOON_MS)), ({"slow_at": LATER},)
    ),
    "a run disables": Write(
        LEASED,
        Expect.LEASED,
        lambda webhook: replace(webhook, status=Status.DISABLED, lane=left(waiting(webhook.lane, NOON_MS))),
        (ANOTHER, {"lease_holder": "another's"}, {"status": "RETIRED"}),
    ),
}
PREVENTED = [(name, meanwhile) for name, write in WRITES.items() for meanwhile in write.prevented_by]


def stored(system: System, before: Lane, **fields: Any) -> Webhook:
    """Register a webhook whose lane is this one."""
    system.add_webhook("https://127.0.0.1/")
    due_partition = None if before.next_at is None else 3
    changed_item(
        system,
        "wh_1",
        owner=before.owner,
        due_at=before.next_at,
        due_partition=due_partition,
        lease_holder=before.lease_holder,
        lease_until=before.lease_until,
        slow_at=before.slow_at,
        quick=before.quick or None,
        slow_told_at=before.slow_told_at,
        **fields,
    )
    return current(system)


def current(system: System) -> Webhook:
    """Return the webhook as it is."""
    webhook = system.registry.get(str(ACCOUNT), "wh_1")
    assert webhook
    return webhook


@pytest.mark.parametrize("name", WRITES)
def test_a_change_is_one_write_of_what_differs(system: System, aws: AwsCalls, name: str) -> None:
    """What an admin or another sender changes beside it stays."""
    write = WRITES[name]
    before = stored(system, write.before, jobs={"job_1"})
    changed_item(system, "wh_1", name="Theirs", jobs={"job_1", "job_2"}, turn_at=7)
    after = write.after(before)
    aws.clear()

    assert system.lanes.change(before, after, write.expected) is True

    assert [call.operation for call in aws.seen] == ["UpdateItem"]
    theirs = replace(after.lane, jobs=frozenset({"job_1", "job_2"}), turn_at=7)
    assert current(system) == replace(after, name="Theirs", lane=theirs)


@pytest.mark.parametrize(("name", "meanwhile"), PREVENTED)
def test_a_change_overwrites_nobody(system: System, name: str, meanwhile: dict[str, Any]) -> None:
    """It is refused, and everything is as the other has left it."""
    write = WRITES[name]
    before = stored(system, write.before)
    theirs = changed_item(system, "wh_1", **meanwhile)

    assert system.lanes.change(before, write.after(before), write.expected) is False

    assert changed_item(system, "wh_1") == theirs


@pytest.mark.parametrize("name", WRITES)
def test_a_change_whose_answer_was_lost_is_a_success(system: System, name: str) -> None:
    """The SDK makes it again, and is refused what it has done already."""
    write = WRITES[name]
    before = stored(system, write.before)
    after = write.after(before)

    with lost_answers(1):
        assert system.lanes.change(before, after, write.expected) is True

    assert current(system) == after


@pytest.mark.parametrize("name", WRITES)
def test_a_webhook_that_is_gone_is_brought_back_by_nobody(system: System, name: str) -> None:
    """An item that holds a lane alone would be no webhook, and in everybody's way."""
    write = WRITES[name]
    before = stored(system, write.before)
    system.registry.remove(before, act_on(before))

    assert system.lanes.change(before, write.after(before), write.expected) is False
    assert system.lanes.mark_slow(before, NOON_MS) is False
    system.lanes.release(replace(before, lane=LEASED))

    assert changed_item(system, "wh_1") is None


def test_a_mark_of_slowness_is_kept_by_whoever_knows_nothing_of_it(system: System) -> None:
    """A change that does not concern it neither fails because of it, nor forgets it."""
    before = stored(system, LEASED)
    system.lanes.mark_slow(before, NOON_MS + 1)

    assert system.lanes.change(before, replace(before, lane=waiting(before.lane, LATER)), Expect.LEASED)

    assert current(system).lane.slow_at == NOON_MS + 1


def test_of_many_who_find_a_webhook_slow_the_first_tells(system: System, aws: AwsCalls) -> None:
    """All have read that it is not; the others mark it all the same, and the last mark counts."""
    before = stored(system, LEASED)
    aws.clear()

    told = [system.lanes.mark_slow(before, NOON_MS + number) for number in range(3)]

    assert told == [True, False, False]
    assert current(system).lane == replace(LEASED, slow_at=NOON_MS + 2, slow_told_at=NOON_MS)
    assert len(aws.of("UpdateItem")) == 5


@pytest.mark.parametrize(
    ("read", "told"),
    [
        (replace(LEASED, slow_told_at=NOON_MS - DAY + 1), False),
        (replace(LEASED, slow_told_at=NOON_MS - DAY), True),
        (SLOW, False),
    ],
    ids=["told lately", "told a day ago", "slow already"],
)
def test_a_mark_of_slowness_is_one_write(system: System, aws: AwsCalls, read: Lane, told: bool) -> None:
    """Where nobody else marks it: whether it is told, or was told within a day, or was slow before."""
    before = stored(system, read)
    aws.clear()

    assert system.lanes.mark_slow(before, NOON_MS) is told

    told_at = NOON_MS if told else read.slow_told_at
    assert current(system).lane == replace(read, slow_at=NOON_MS, quick=0, slow_told_at=told_at)
    assert len(aws.of("UpdateItem")) == 1


def test_a_webhook_that_was_quick_in_between_is_not_told_twice(system: System) -> None:
    """Whoever found it slow first has told, though its mark is gone by now."""
    before = stored(system, LEASED)
    assert system.lanes.mark_slow(before, NOON_MS)
    slow = current(system)
    assert system.lanes.change(slow, replace(slow, lane=replace(slow.lane, slow_at=None)), Expect.LEASED)

    assert system.lanes.mark_slow(before, NOON_MS + 1) is False

    assert current(system).lane == replace(LEASED, slow_at=NOON_MS + 1, slow_told_at=NOON_MS)


def test_a_mark_whose_answer_was_lost_is_told_by_nobody(system: System) -> None:
    """It is made all the same: an alert goes out at most once."""
    before = stored(system, LEASED)

    with lost_answers(1):
        assert system.lanes.mark_slow(before, NOON_MS) is False

    assert current(system).lane == replace(LEASED, slow_at=NOON_MS, slow_told_at=NOON_MS)


def test_when_somebody_was_told_is_stored_with_the_lane(system: System) -> None:
    """That the webhook is slow, and that it has events set aside."""
    before = stored(system, LEASED)
    told = replace(LEASED, slow_told_at=NOON_MS, aside_told_at=NOON_MS + 1)

    assert system.lanes.change(before, replace(before, lane=told), Expect.LEASED)

    assert current(system).lane == told


def test_a_new_mark_of_slowness_forgets_the_quick_posts(system: System) -> None:
    """They begin to be counted anew."""
    before = stored(system, SLOW)

    system.lanes.mark_slow(before, LATER)

    assert current(system).lane == replace(SLOW, slow_at=LATER, quick=0)


@pytest.mark.parametrize(
    ("before", "now", "taken"),
    [
        (OWNED, NOON_MS, True),
        (OWNED, NOON_MS - 1, False),
        (replace(OWNED, owner="another"), NOON_MS, False),
        (DUE, NOON_MS, False),
        (replace(LEASED, lease_holder="another's"), LATER, False),
        (replace(LEASED, lease_holder="another's"), LATER + 1, True),
        # An admin's request makes a new owner while another's run still sends.
        (replace(LEASED, lease_holder="another's", next_at=NOON_MS), NOON_MS, False),
        (LEASED, NOON_MS, True),
    ],
)
def test_the_owner_takes_the_lease_when_it_is_due_and_nobody_sends(
    system: System, before: Lane, now: int, taken: bool
) -> None:
    """A lease holds to its last millisecond; the holder itself may ask twice, as the SDK does."""
    stored(system, before)
    until = LATER + 900_000

    lease = system.lanes.take_lease(WAKE_UP, "mine", now, until)

    after = leased(before, "mine", until) if taken else before
    assert lease == Lease(taken, current(system))
    assert current(system).lane == after


@pytest.mark.parametrize("status", OFF)
def test_nobody_sends_to_a_webhook_that_is_off(system: System, status: dict[str, Any]) -> None:
    """Whoever owns it, unless a job is unfinished: it may have to take something back."""
    before = stored(system, OWNED, **status)

    assert system.lanes.take_lease(WAKE_UP, "mine", NOON_MS, LATER) == Lease(taken=False, webhook=before)
    assert current(system) == before

    changed_item(system, "wh_1", jobs={"job_1"})
    assert system.lanes.take_lease(WAKE_UP, "mine", NOON_MS, LATER) == Lease(taken=True, webhook=current(system))
    assert current(system).lane.lease_holder == "mine"


def test_a_lease_of_a_webhook_that_is_gone_brings_nothing_back(system: System) -> None:
    """There is nobody to send to."""
    lease = system.lanes.take_lease(WAKE_UP, "mine", NOON_MS, LATER)

    assert lease == Lease(taken=False, webhook=None)
    assert changed_item(system, "wh_1") is None


def test_a_lease_whose_answer_was_lost_is_taken(system: System) -> None:
    """By the run that asked, not by another one."""
    stored(system, OWNED)

    with lost_answers(1):
        assert system.lanes.take_lease(WAKE_UP, "mine", NOON_MS, LATER).taken
    assert not system.lanes.take_lease(WAKE_UP, "another's", NOON_MS, LATER).taken


@pytest.mark.parametrize(("holder", "released"), [("mine", True), ("another's", False)])
def test_a_run_releases_its_own_lease_alone(system: System, holder: str, released: bool) -> None:
    """Whoever owns the webhook stays due; a run that took over meanwhile goes on."""
    before = stored(system, LEASED)
    changed_item(system, "wh_1", owner="new", due_at=NOON_MS, lease_holder=holder)

    with lost_answers(1):
        system.lanes.release(before)

    lane = current(system).lane
    assert (lane.owner, lane.next_at) == ("new", NOON_MS)
    assert (lane.lease_holder, lane.lease_until) == ((None, None) if released else (holder, LATER))


@pytest.mark.parametrize(("step", "due"), [(owned, True), (left, False)])
def test_a_webhook_is_in_the_sweeps_index_while_it_is_due(system: System, step: Callable[..., Lane], due: bool) -> None:
    """With its owner, and without one until somebody has looked once more."""
    before = stored(system, DUE)
    after = owned(before.lane, "new", NOON_MS) if step is owned else left(before.lane)

    assert system.lanes.change(before, replace(before, lane=after), Expect.UNCHANGED)

    assert [found.webhook_id for found in system.overdue.all() if found.due_at <= NOON_MS] == (["wh_1"] if due else [])
    assert all(found.due_at >= NOON_MS for found in system.overdue.all())
