"""JSON that every reader accepts."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.event.strict_json import MAX_DEPTH, InvalidJsonError, check, dumps, loads, upper_levels
from tests.unit.builders import nested, nested_text

BAD_TEXTS = [
    ("", "not JSON"),
    ("{", "not JSON"),
    ("{'a':1}", "not JSON"),
    ('{"a":1,}', "not JSON"),
    ("[1] 2", "not JSON"),
    ("\ufeff{}", "not JSON"),
    ("NaN", "NaN is not JSON"),
    ('{"a":[NaN]}', "NaN is not JSON"),
    ("Infinity", "Infinity is not JSON"),
    ("[-Infinity]", "-Infinity is not JSON"),
    ("1e400", "not finite"),
    ("-1e400", "not finite"),
    ("9" * 4301, "more than 4300 digits"),
    ('{"a":-' + "9" * 5000 + "}", "more than 4300 digits"),
    (r'"\ud800"', "lone surrogate"),
    (r'["\udfff"]', "lone surrogate"),
    (r'{"a":{"\ud800x":1}}', "lone surrogate"),
    (nested_text(101), "nested deeper than 100 levels"),
    (nested_text(1_000), "nested deeper than 100 levels"),
    (nested_text(100_000), "nested deeper than 100 levels"),
    ('{"a":' * 100_000, "nested deeper than 100 levels"),
]


@pytest.mark.parametrize(("text", "reason"), BAD_TEXTS, ids=[text[:24] for text, _ in BAD_TEXTS])
def test_what_is_no_interoperable_json_is_refused(text: str, reason: str) -> None:
    """Each refusal says what is wrong, and no text breaks the reader."""
    with pytest.raises(InvalidJsonError, match=reason) as refusal:
        loads(text)
    assert len(str(refusal.value)) < 200


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("null", None),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775809", -(2**63) - 1),
        pytest.param("9" * 4300, 10**4300 - 1, id="4300 digits"),
        pytest.param("-" + "9" * 4300, 1 - 10**4300, id="-4300 digits"),
        ("1e308", 1e308),
        ("0.1", 0.1),
        (r'"\ud83d\ude00"', "😀"),
        ('"\\u0000"', "\x00"),
        (' {"b":1,"a":[true,false]} ', {"b": 1, "a": [True, False]}),
        (nested_text(100), json.loads(nested_text(100))),
    ],
)
def test_sound_json_is_read(text: str, value: object) -> None:
    """Up to 100 levels, and integers to the last digit."""
    assert loads(text) == value


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        float("-inf"),
        pytest.param(10**4300, id="4301 digits"),
        pytest.param(-(10**4300), id="-4301 digits"),
        pytest.param(10**5000, id="5000 digits"),
        "\ud800",
        {"\udfff": 1},
        ["a", {"b": ["\ud800"]}],
        {"a": [1, {"b": float("nan")}]},
    ],
    ids=lambda _: "",
)
def test_a_parsed_value_is_checked_just_as_well(value: object) -> None:
    """Lambda has read the event before us, and Python reads too much."""
    with pytest.raises(InvalidJsonError):
        check(value)


@pytest.mark.parametrize("levels", [101, 1_000, 100_000])
def test_a_deep_value_is_refused_without_recursion(levels: int) -> None:
    """Lists and objects count alike."""
    deep_list: list[Any] = []
    for _ in range(levels - 1):
        deep_list = [deep_list]

    for value in (nested(levels), deep_list):
        with pytest.raises(InvalidJsonError, match="nested deeper than 100 levels"):
            check(value)


def test_100_levels_are_accepted() -> None:
    """A scalar in the innermost one is no further level."""
    assert MAX_DEPTH == 100
    check(nested(100))
    check(json.loads(nested_text(100).replace("[]", '["text",1,null]')))


@pytest.mark.parametrize("value", [None, True, False, 0, 2**63, -(2**64), 1.5, "", "é😀", [], {}, [[], {}]])
def test_sound_values_pass(value: object) -> None:
    """Whatever JSON can say."""
    check(value)


def test_text_is_compact_and_keeps_the_order_of_keys() -> None:
    """Nothing is escaped that need not be."""
    assert dumps({"b": 1, "a": [1.0, "é\n", None]}) == '{"b":1,"a":[1.0,"é\\n",null]}'


def test_what_is_not_finite_is_never_written() -> None:
    """Even where nobody has checked."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps(float("nan"))


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
        max_leaves=20,
    )
)
def test_what_is_written_reads_the_same(value: object) -> None:
    """Every sound value survives writing, UTF-8 and reading."""
    assert loads(dumps(value).encode().decode()) == value


@pytest.mark.parametrize(
    ("value", "levels", "kept"),
    [
        ({"a": [1, {"b": 2}], "c": "d"}, 3, {"a": [1, {"b": 2}], "c": "d"}),
        ({"a": [1, {"b": 2}], "c": "d"}, 2, {"a": [1, None], "c": "d"}),
        ({"a": [1, {"b": 2}], "c": "d"}, 1, {"a": None, "c": "d"}),
        ([[]], 0, None),
        ("text", 0, "text"),
    ],
)
def test_the_upper_levels_of_a_value_can_be_kept(value: object, levels: int, kept: object) -> None:
    """What lies deeper is left out, scalars stay."""
    assert upper_levels(value, levels) == kept


def test_the_upper_levels_of_a_bottomless_value_can_be_written() -> None:
    """They pass the check, whatever lay below them."""
    check(upper_levels(nested(100_000)))
