"""Changes of a lane as conditions of one write."""

from dataclasses import replace
from typing import Any

import pytest

from recado.adapters.dynamodb.lanes.lane_items import lane_change
from recado.adapters.dynamodb.tables import WebhookItem
from recado.ports.sending import Expect
from recado.rules.webhook.lane import Lane
from recado.rules.webhook.webhook import Status
from tests.unit.builders import NOW, owned, webhook


def held(**changes: Any) -> Lane:
    """Build the lane of a webhook that a run sends to."""
    return owned(lease_holder="run", lease_until=NOW + 1, **changes)


def condition_of(before: Lane, after: Lane, status: Status = Status.ACTIVE) -> str:
    """Write down the condition of a change, with the names and values that it has placeholders for."""
    names: dict[str, str] = {}
    values: dict[str, Any] = {}
    kept = webhook(lane=before, status=status)
    text = lane_change(WebhookItem, kept, replace(kept, lane=after), Expect.LEASED)[1].serialize(names, values)
    for name, placeholder in reversed(names.items()):
        text = text.replace(placeholder, name)
    for placeholder, value in reversed(values.items()):
        text = text.replace(placeholder, str(next(iter(value.values()))))
    return text


@pytest.mark.parametrize(
    ("before", "after", "mark"),
    [
        (held(), held(slow_at=NOW), "attribute_not_exists (slow_at)"),
        (held(slow_at=NOW - 1), held(slow_at=NOW), f"slow_at = {NOW - 1}"),
        (held(slow_at=NOW), held(), f"slow_at = {NOW}"),
        (held(slow_at=NOW), held(slow_at=NOW, quick=1), f"slow_at = {NOW}"),
    ],
    ids=["first", "again", "quick enough", "counted"],
)
def test_a_mark_of_slowness_and_its_count_change_while_it_is_what_was_read(
    before: Lane, after: Lane, mark: str
) -> None:
    """A mark that somebody else has made meanwhile is kept, and counted from the beginning."""
    assert mark in condition_of(before, after)


def test_what_leaves_the_mark_alone_does_not_ask_for_it() -> None:
    """Nobody is refused for a mark that he does not touch."""
    assert "slow_at" not in condition_of(held(slow_at=NOW), held(slow_at=NOW, next_at=NOW + 1))


@pytest.mark.parametrize("status", list(Status))
def test_a_change_asks_that_the_webhook_has_the_status_that_was_read(status: Status) -> None:
    """One that is off is changed as it is off, and not where somebody has switched it on meanwhile."""
    condition = condition_of(held(), held(next_at=NOW + 1), status)

    assert f"status = {status.value}" in condition


def test_which_jobs_are_unfinished_is_nothing_that_a_change_of_the_lane_writes() -> None:
    """Their own store names them: a run that has read one fewer does not forget it."""
    kept = webhook(lane=held())
    other = replace(kept, lane=held(jobs=frozenset({"job_1"})))

    assert "jobs" not in str([str(action) for action in lane_change(WebhookItem, kept, other, Expect.LEASED)[0]])
