"""JMESPath expressions: what is accepted, what they give, and what they may cost."""

import json
from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.shaping.allowance import MOST_CHARACTERS, Allowance
from recado.rules.shaping.expression import compiled
from recado.rules.shaping.trouble import ExpressionFailedError, InvalidExpressionError

ORDER: dict[str, Any] = {
    "eventName": "order.paid",
    "eventId": "e1",
    "timestamp": 1_727_438_400_000,
    "eventInfo": None,
    "data": {
        "status": "paid",
        "total": 59.9,
        "large": 2**70,
        "lines": [{"sku": "TEE", "quantity": 2}, {"sku": "CAP", "quantity": 1}, {"sku": "MUG"}],
        "tags": ["new", "vip"],
        "nested": [[1, [2]], [3], 4],
        "empty": {},
    },
}


def value_of(text: str, document: object = None) -> object:
    """Return what an expression gives for an order."""
    return compiled(text).value_of(ORDER if document is None else document, Allowance())


EVERY_FUNCTION = [
    "abs(data.total)",
    "avg(data.lines[].quantity)",
    "ceil(data.total)",
    "contains(data.tags, 'vip')",
    "contains(data.status, 'ai')",
    "ends_with(data.status, 'id')",
    "floor(data.total)",
    "join(', ', data.tags)",
    "keys(data.lines[0])",
    "length(data.lines)",
    "map(&quantity, data.lines)",
    "max(data.lines[].quantity)",
    "max_by(data.lines[:2], &quantity).sku",
    "merge(data.lines[0], {sku: 'X'})",
    "min(data.lines[].quantity)",
    "min_by(data.lines[:2], &quantity).sku",
    "not_null(eventInfo, data.missing, 'x')",
    "reverse(data.tags)",
    "reverse(data.status)",
    "sort(data.tags)",
    "sort_by(data.lines[:2], &quantity)[*].sku",
    "starts_with(data.status, 'pa')",
    "sum(data.lines[].quantity)",
    "to_array(data.status)",
    "to_number('12')",
    "to_string(data.lines)",
    "type(data)",
    "values(data.lines[0])",
]
EVERY_FORM = [
    "@",
    "data",
    "data.large",
    "data.lines[0].sku",
    "data.lines[-1]",
    "data.lines[9]",
    "data.lines[*].sku",
    "data.lines[::-1].sku",
    "data.lines[1:].sku",
    "data.lines[?quantity > `1`]",
    "data.lines[?quantity >= `1` && sku != 'CAP'].sku",
    "data.lines[?!quantity]",
    "data.*",
    "data.nested[]",
    "data.nested[][]",
    "{a: data.status, b: data.total}",
    "[data.status, data.missing]",
    "data.missing || data.status",
    "data.status && data.empty",
    "data | lines | [0]",
    "data.total < `60`",
    "data.total == `59.9`",
    "data.lines == data.lines",
    'data.status == `"paid"`',
    "'raw'",
    '"data"."status"',
    '`{"a": [1, null]}`',
]


@pytest.mark.parametrize("text", EVERY_FUNCTION + EVERY_FORM)
def test_an_expression_gives_what_the_library_gives(text: str) -> None:
    """Every function and every form of the language."""
    assert value_of(text) == jmespath.search(text, ORDER)


def test_whole_numbers_stay_exact() -> None:
    """To the last digit."""
    assert value_of("data.large") == 2**70


FIELDS = st.sampled_from(["data", "lines", "status", "total", "tags", "nested", "quantity", "sku", "missing", "@"])
LITERALS = st.sampled_from(["`1`", "`true`", "`null`", "`[1, 2]`", "'paid'", "`{}`", "`-2.5`"])
ATOMS = FIELDS | LITERALS
FUNCTIONS = st.sampled_from(["length", "keys", "values", "to_string", "type", "sort", "reverse", "to_array", "sum"])


def combined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return expressions made of smaller ones."""
    return st.one_of(
        st.tuples(parts, FIELDS).map(".".join),
        st.tuples(parts, st.sampled_from(["[0]", "[*]", "[]", "[1:]", "[?@]", ".*"])).map("".join),
        st.tuples(parts, st.sampled_from(["==", "!=", "<", ">=", "||", "&&", "|"]), parts).map(" ".join),
        st.tuples(parts, parts).map(lambda both: f"[{both[0]}, {both[1]}]"),
        st.tuples(parts, parts).map(lambda both: f"{{a: {both[0]}, b: {both[1]}}}"),
        parts.map(lambda part: f"!({part})"),
        st.tuples(
            st.sampled_from(["length", "keys", "values", "to_string", "type", "sort", "reverse", "to_array", "sum"]),
            parts,
        ).map(lambda call: f"{call[0]}({call[1]})"),
        st.tuples(parts, parts).map(lambda both: f"map(&{both[0]}, {both[1]})"),
        st.tuples(parts, parts).map(lambda both: f"contains({both[0]}, {both[1]})"),
    )


@given(st.recursive(ATOMS, combined, max_leaves=6))
def test_what_nobody_thought_of_means_the_same(text: str) -> None:
    """Or is refused by both: the budget is far away."""
    try:
        expected = jmespath.search(text, ORDER)
    except Exception:  # noqa: BLE001 - the library raises many kinds
        with pytest.raises((InvalidExpressionError, ExpressionFailedError)):
            value_of(text)
        return
    assert json.dumps(value_of(text)) == json.dumps(expected)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "must not be empty"),
        ("  ", "must not be empty"),
        ("a" * (MOST_CHARACTERS + 1), "not be longer than 1024 characters"),
        ("data.", "'' at character 6 is not expected"),
        ("data.status = 'paid'", "Unknown token '=' at character 13"),
        ("[?", "it ends too early"),
        ("size(data)", "must not call size(): there are abs, avg"),
        ("length(data, data)", "must give length() as many arguments as 1, not 2"),
        ("merge()", "must give merge() 1 or more arguments, not 0"),
        ("sort_by(data.lines, quantity)", "must have an expression, such as &name"),
        ("to_string(&data)", "must have no & here"),
        ("&data", "must have no & here"),
        ("not_null(&data)", "must have no & here"),
        ("`NaN`", "a number is not finite"),
        ("`1e999`", "a number is not finite"),
        ('`"\\ud800"`', "lone surrogate"),
        ("data.lines[::0]", "step 0"),
        ("[" * 500 + "a" + "]" * 500, "must not nest deeper than 50 levels"),
        ("!" * 500 + "a", "must not nest deeper than 50 levels"),
        ("`" + "[" * 60 + "]" * 60 + "`", "nested deeper than 50 levels"),
    ],
)
def test_what_is_no_expression_is_refused(text: str, reason: str) -> None:
    """With what is accepted, at the place where it goes wrong."""
    with pytest.raises(InvalidExpressionError) as refused:
        compiled(text)
    assert reason in str(refused.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("data.total > data.status", "'>' not supported between instances of 'float' and 'str'"),
        ("length(data.total)", "length() takes string or array or object, and was given number"),
        ("join(', ', data.lines)", "join() takes array-string, and was given dict"),
        ("contains(data.status, data.total)", "it cannot be worked out"),
        ("to_number('1e999')", "its value is no JSON: a number is not finite"),
        ("sum(`[1e308, 1e308]`)", "a number is not finite"),
        ("avg([data.huge])", "it cannot be worked out"),
    ],
)
def test_an_expression_that_fails_says_why(text: str, reason: str) -> None:
    """Whatever the library raises; no value of the event stands in the sentence."""
    document = {**ORDER, "data": {**ORDER["data"], "huge": 10**4000}}
    with pytest.raises(ExpressionFailedError) as failed:
        value_of(text, document)
    assert reason in str(failed.value)


LARGE: dict[str, Any] = {
    "data": {
        "text": "x" * 200_000,
        "many": ["y" * 20] * 10_000,
        "pairs": [{"k": "z" * 30, "n": number} for number in range(4_000)],
    }
}
DOUBLING = " | [@, @]" * 30
WORST = [
    f"data{DOUBLING}",
    f"data{DOUBLING} | to_string(@)",
    f"[data{DOUBLING}, data{DOUBLING}] | [0] == [1]",
    f"data.text{' | [@, @][]' * 40}",
    f"data.text{' | [@, @][]' * 14} | join('', @)",
    f"data.text{' | [@, @][]' * 14} | sort(@)",
    f"data.text{' | [@, @][]' * 14} | sort_by(@, &@)",
    f"data.text{' | [@, @][]' * 14} | max(@)",
    f"data.text{' | [@, @][]' * 14} | contains(@, 'x')",
    f"data.text{' | [@, @][]' * 14} | map(&reverse(@), @)",
    "data.many[*].[@, @][].[@, @][].[@, @][]",
    "map(&to_string(@), data.pairs) | join(to_string(@), @)",
    "data.pairs[?data.pairs == data.pairs]",
    "sort_by(data.pairs, &k) | sort_by(@, &k) | sort_by(@, &k) | sort_by(@, &k) | sort_by(@, &k) | sort_by(@, &k)",
    f"merge(data{', data' * 150})",
    f"data.many{' | [:]' * 40}",
    f"to_string(@){' | to_string([@, @])' * 30}",
]


@pytest.mark.parametrize("text", WORST)
def test_an_expression_costs_no_more_than_its_budget(text: str) -> None:
    """What would be gigabytes, or minutes, ends with a sentence; what is made is paid for before."""
    try:
        value = value_of(text, LARGE)
    except ExpressionFailedError as failed:
        assert "it makes or compares too much" in str(failed) or "takes more than" in str(failed)
    else:
        assert len(json.dumps(value)) < 4_000_000


def test_many_events_have_one_allowance() -> None:
    """What is spent by one event is missing for the others: those are delivered, and say so."""
    allowance = Allowance(1_000)
    expression = compiled("data.pairs[?n > `1000`] | length(@)")
    with pytest.raises(ExpressionFailedError, match="for so many events at a time"):
        expression.value_of(LARGE, allowance)
    with pytest.raises(ExpressionFailedError, match="for so many events at a time"):
        compiled("data.missing").value_of(LARGE, allowance)
