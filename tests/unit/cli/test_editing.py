"""Changes of JSON from the command line."""

from typing import Any

import pytest

from recado_cli.editing import edited, value_of, without
from recado_cli.exits import Exit, Stop

SAMPLE: dict[str, Any] = {"user": {"id": 1, "name": "Ana", "zip": "0042"}, "items": [{"price": 1}], "a.b": 1}


@pytest.mark.parametrize(
    ("setting", "path", "value"),
    [
        ("user.id=7", ("user", "id"), 7),
        ("user.id=1.50", ("user", "id"), 1.5),
        ("user.id=true", ("user", "id"), True),
        ("user.id=null", ("user", "id"), None),
        ("user.name=Bea Ruiz", ("user", "name"), "Bea Ruiz"),
        ("user.zip=0099", ("user", "zip"), "0099"),
        ("user.zip=12", ("user", "zip"), "12"),
        ('user.id="7"', ("user", "id"), "7"),
        ("user.note=x=y", ("user", "note"), "x=y"),
        ("user.note=", ("user", "note"), ""),
        ("user.id=NaN", ("user", "id"), "NaN"),
        ("items.0.price=2", ("items", 0, "price"), 2),
        ("items.1.price=3", ("items", 1, "price"), 3),
        ("new.0.b=1", ("new", 0, "b"), 1),
        ("user.tags=[1, 2]", ("user", "tags"), [1, 2]),
        ('user={"id": 9}', ("user",), {"id": 9}),
        ("a\\.b=2", ("a.b",), 2),
    ],
)
def test_a_path_leads_to_the_value_that_it_sets(setting: str, path: tuple[Any, ...], value: object) -> None:
    """JSON where it can be read as such, a text where the sample has one; what is missing on the way is made."""
    place: Any = edited(SAMPLE, [setting])
    for part in path:
        place = place[part]
    assert place == value
    assert type(place) is type(value)


def test_the_sample_itself_stays() -> None:
    """Each event is made of the same sample."""
    edited(SAMPLE, ["user.id=7", "items.0.price=2"])
    assert SAMPLE["user"]["id"] == 1
    assert SAMPLE["items"] == [{"price": 1}]


@pytest.mark.parametrize("setting", ["user", "=1", "items.3=1", "items.x=1", "items.-1=1", "user.id.x=1", "items.²=1"])
def test_what_does_not_fit_is_refused_by_its_name(setting: str) -> None:
    """Wrong usage, with what was given."""
    with pytest.raises(Stop, match="--set") as refused:
        edited(SAMPLE, [setting])
    assert refused.value.code == Exit.USAGE


def test_a_value_can_be_taken_away() -> None:
    """By the same paths."""
    assert without(SAMPLE, ["user.id", "items.0"])["items"] == []
    with pytest.raises(Stop, match=r"--unset user.x: there is nothing"):
        without(SAMPLE, ["user.x"])


def test_a_large_number_keeps_its_digits() -> None:
    """Ids beyond 64 bits too."""
    assert value_of("123456789012345678901234567890") == 123456789012345678901234567890
