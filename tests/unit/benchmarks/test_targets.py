"""The table of what is to be reached: values from wherever they were measured, judged one by one."""

from typing import Any

from benchmarks.targets import TARGETS, Target, judged


def test_a_value_is_reached_at_its_bound() -> None:
    """At most is met by exactly as much; at least likewise."""
    results: dict[str, Any] = {"event": {"calls": 3.0}}

    for at_least in (False, True):
        assert Target("calls", 3, lambda it: it["event"]["calls"], at_least=at_least).judged(results) == {
            "value": 3.0,
            "target": 3,
            "reached": True,
        }
    assert not Target("calls", 2, lambda it: it["event"]["calls"]).judged(results)["reached"]


def test_what_was_not_measured_is_neither_reached_nor_missed() -> None:
    """A run without anything has no value in any row, and still names every target."""
    table = judged({})

    assert {one["value"] for one in table.values()} == {one["reached"] for one in table.values()} == {None}
    assert len(table) == len(TARGETS)


def test_of_several_simulated_cases_the_worst_counts() -> None:
    """A receiver that is dead for a week is simulated with several answers and backlogs."""
    cases = {f"dead for seven days, {waiting} waiting": {"posts": posts} for waiting, posts in ((1, 2_030), (2, 2_041))}

    assert judged(cases)["POSTs to a dead receiver in seven days"] == {"value": 2041, "target": 2040, "reached": False}
