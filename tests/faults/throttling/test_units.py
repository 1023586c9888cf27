"""What reading and writing an item costs, by the examples of the developer guide and at the bounds."""

from typing import Any

import pytest

from tests.faults.throttling.units import item_size, read_units, write_units


def item(size: int) -> Any:
    """Return an item of so many bytes."""
    return {"k": {"S": "x" * (size - 1)}}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "olá"}, 4),
        ({"N": "27"}, 2),
        ({"N": "-27"}, 3),
        ({"N": "1727438400000"}, 5),
        ({"B": "AAEC"}, 3),
        ({"B": b"abcd"}, 4),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"SS": ["ab", "c"]}, 3),
        ({"L": [{"S": "ab"}, {"N": "1"}]}, 3 + 1 + 2 + 1 + 2),
        ({"M": {"ab": {"S": "c"}}}, 3 + 1 + 2 + 1),
    ],
)
def test_an_item_is_as_large_as_its_names_and_values(value: Any, size: int) -> None:
    """Texts count in UTF-8, binaries as they are and not in Base64; zeros at the ends of a number do not."""
    assert item_size({"name": value}) == 4 + size


@pytest.mark.parametrize(("size", "units"), [(1, 1), (1024, 1), (1025, 2), (3 * 1024 + 512, 4)])
def test_a_write_costs_a_unit_for_each_kilobyte_that_is_begun(size: int, units: int) -> None:
    """And twice that in a transaction."""
    assert write_units(item(size)) == units
    assert write_units(item(size), transaction=True) == 2 * units


def test_the_larger_of_before_and_afterwards_counts() -> None:
    """So a delete costs what was there, and one of nothing costs one."""
    assert write_units(item(5000), item(10)) == write_units(item(10), item(5000)) == write_units(item(5000), None) == 5
    assert write_units(None, None) == 1


@pytest.mark.parametrize(("size", "units"), [(0, 1), (4096, 1), (4097, 2), (10_000, 3)])
def test_a_read_costs_a_unit_for_each_four_kilobytes_that_are_begun(size: int, units: int) -> None:
    """Half of that where it may be behind."""
    assert read_units(size, consistent=True) == units
    assert read_units(size, consistent=False) == units / 2
