"""The lease of a lane: taken when it is due and nobody sends, released by its holder alone; and the sweep's index."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from recado.ports.sending import Expect, Lease
from recado.rules.webhook.lane import Lane, leased, left, owned
from tests.integration.stores.lanes.stored import DUE, LATER, LEASED, OFF, OWNED, WAKE_UP, current, stored
from tests.support.aws.items import changed_item
from tests.support.aws.lost_answers import lost_answers
from tests.support.events import NOON_MS
from tests.support.system import System


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
