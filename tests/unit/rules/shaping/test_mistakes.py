"""What usually is a mistake in an expression."""

import pytest

from recado.rules.shaping.mistakes import warnings_of


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('data.status == "paid"', ['"paid" names a field', "paid is no field of an event"]),
        ('data.lines[?sku == "TEE"]', ["\"TEE\" names a field: a text stands in single quotes, 'TEE'"]),
        ('contains(data.tags, "vip")', ['"vip" names a field', "vip is no field"]),
        (
            "data.status == paid",
            [
                "paid is no field of an event",
            ],
        ),
        (
            "status == 'paid'",
            ["status is no field of an event, which has eventName, eventId, timestamp, eventInfo, data"],
        ),
        ("length(lines) > `1`", ["data.lines is one of its data"]),
        ("data.lines[?gift == true]", ["true names a field: the constant stands in backticks, `true`"]),
        ("data.total > '100'", ["'100' is a text: a number stands in backticks, `100`"]),
        ("data.status == `paid`", ["`paid` is no JSON: a text stands in single quotes, 'paid'"]),
    ],
)
def test_mistakes_are_told(text: str, told: list[str]) -> None:
    """Each with what to write instead."""
    found = warnings_of(text)

    assert len(found) == len(told)
    assert all(part in sentence for part, sentence in zip(told, found, strict=True)), found


@pytest.mark.parametrize(
    "text",
    [
        "data.status == 'paid'",
        "data.\"order-id\" == 'o-1'",
        '"data".status',
        "data.lines[?quantity > `1` && sku == 'TEE'].sku",
        "sort_by(data.lines, &quantity)[*].{sku: sku, all: quantity}",
        "data | lines[0] | sku",
        "{text: eventName, at: timestamp}",
        "data.total > `100` && eventInfo != `null`",
        '[data."a-b", data."c-d"]',
        "data.when > '2026-01-31'",
        '`"a text"`',
        "join('`', data.tags) == '`paid`'",
    ],
)
def test_what_is_meant_so_is_not_told(text: str) -> None:
    """Fields of elements, names that need quotes, and texts that are compared."""
    assert warnings_of(text) == ()
