"""What `make mutants` takes out of a module, and that it takes out nothing else."""

from typing import Any

import pytest

from tests.mutants.operators import Mutant, mutants_of


def changes(source: str) -> list[tuple[str, str]]:
    """Return operator and outcome of each mutant."""
    return [(mutant.operator, mutant.after) for mutant in mutants_of("a.py", source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = f(consistent_read=True)", [("consistent", "consistent_read=False")]),
        ("x = f(consistent_read=False)", []),
        ("x = item.save(condition=unchanged)", [("condition", "condition=None")]),
        ("x = item.save(condition=table.a.exists())", [("condition", "None")]),
        (
            "x = table.a.exists() & (self._table.b < 1)",
            [
                ("condition", "table.a.exists()"),
                ("condition", "self._table.b < 1"),
                ("condition", "None"),
                ("comparison", "self._table.b <= 1"),
            ],
        ),
        ("def f():\n    x &= table.a.exists()", [("condition", "x")]),
        ("x = now * 1000", [("unit", "now")]),
        ("x = now // 1000", [("unit", "now")]),
        ("x = 24 * 60", [("unit", "24")]),
        ("x = days * _SECONDS_A_DAY", [("unit", "days")]),
        ("x = size * 3", []),
        ("WAIT_MS = 2_000", [("unit", "WAIT_MS = 2")]),
        ("_WAIT_SECONDS = 2", [("unit", "_WAIT_SECONDS = 2000")]),
        ("x = 1 <= a < 2", [("comparison", "1 < a < 2"), ("comparison", "1 <= a <= 2")]),
        ("x = a is None", [("comparison", "a is not None")]),
        ("x = a not in b", [("comparison", "a in b")]),
        ("x = a and b and c", [("term", "b and c"), ("term", "a and c"), ("term", "a and b")]),
        ("x = a or {}", []),
        ("x = not a", [("not", "a")]),
        ("def f(a: int | None) -> str | None: pass", []),
    ],
)
def test_what_decides_is_taken_out(source: str, expected: list[tuple[str, str]]) -> None:
    """One thing at a time, and nothing that decides nothing."""
    assert changes(source) == expected


def test_a_mutant_differs_in_one_place_and_leaves_the_next_one_alone() -> None:
    """Their code is made on demand, in any order."""
    one, two = mutants_of("a.py", "class A:\n    def f(self, a):\n        return a < 1, a < 2\n")
    assert (one.function, one.is_constant, one.lines) == ("A.f", False, range(3, 4))

    def outcomes(mutant: Mutant) -> list[tuple[bool, bool]]:
        names: dict[str, Any] = {}
        exec(mutant.code(), names)  # noqa: S102 - the code stands above
        return [names["A"]().f(1), names["A"]().f(2)]

    for _ in range(2):
        assert outcomes(two) == [(False, True), (False, True)]
        assert outcomes(one) == [(True, True), (False, False)]


def test_a_constant_is_known_by_its_name() -> None:
    """So that the lines that use it are found."""
    (mutant,) = mutants_of("a.py", "A_DAY = 3 * 24")

    assert (mutant.function, mutant.is_constant) == ("A_DAY", True)
