"""Lanes: each change is one conditional write, and what was done and not answered is a success."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from recado.ports.sending import Expect
from recado.rules.webhook.lane import Lane, given_up, left, owned, waiting
from recado.rules.webhook.webhook import Health, HealthState, Status, Webhook
from tests.integration.stores.lanes.stored import DUE, LATER, LEASED, OFF, OWNED, SLOW, current, stored
from tests.support.acts import act_on
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.items import changed_item
from tests.support.aws.lost_answers import lost_answers
from tests.support.events import NOON_MS
from tests.support.system import System

FAILING = Health(HealthState.FAILING, failing_since=NOON_MS, attempts=1, alerted_at=NOON_MS)
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
