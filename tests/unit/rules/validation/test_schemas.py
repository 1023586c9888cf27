"""Events against the schemas of their types."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recado.rules.event.catalogue import Catalogue, Category, EventType
from recado.rules.event.problem import MOST_PROBLEMS
from recado.rules.validation.schemas import Schemas

NAME = "order.paid"


def judged(schema: Any, data: Any, **shared: Any) -> list[str]:
    """Return what of the data does not fit the schema, as it is told."""
    event_type = EventType(NAME, Category.REAL_TIME, {"en": "An order is paid."}, {}, schema=schema)
    files = {f"schemas/{name}.json": each for name, each in shared.items()}
    return [str(problem) for problem in Schemas(Catalogue([event_type]), files).problems(NAME, data)]


def judged_value(schema: Any, value: Any) -> list[str]:
    """Return what of one field does not fit its schema, without its path."""
    told = judged({"properties": {"x": schema}}, {"x": value})
    return [each.removeprefix("data.x: ") for each in told]


PRICE = {"multipleOf": 0.01}


@given(st.integers(-(10**15), 10**15))
def test_every_price_is_a_multiple_of_a_cent(cents: int) -> None:
    """As it is written, not as the double next to it: 59.90, 0.07 and 1.10 are no multiples of 0.01 there."""
    assert judged_value(PRICE, float(f"{cents // 100}.{cents % 100:02}")) == []


@pytest.mark.parametrize("value", [0.001, 1.005, 19.999, 1e-7])
def test_a_fraction_of_a_cent_is_none(value: float) -> None:
    """The message names the unit."""
    assert judged_value(PRICE, value) == ["must be a multiple of 0.01"]


@pytest.mark.parametrize("value", [1, 1.0, 1e22, -0.0, 2**70, 10**400])
def test_an_integer_is_one_by_its_value(value: float) -> None:
    """However it is written, and of any size."""
    assert judged_value({"type": "integer"}, value) == []


def test_large_integers_are_compared_to_the_last_digit() -> None:
    """Beyond what a double holds."""
    assert judged_value({"maximum": 2**70}, 2**70) == []
    assert judged_value({"maximum": 2**70}, 2**70 + 1) == [f"must be at most {2**70}"]
    assert judged_value({"const": 2**70}, 2**70 + 1) == [f"must be {2**70}"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("date-time", "2026-01-31 12:00", "must be a time such as 2026-01-31T12:00:00Z"),
        ("date", "2026-02-30", "must be a date such as 2026-01-31"),
        ("email", "ada", "must be an email address"),
        ("uuid", "1", "must be a UUID"),
        ("uri", "/a", "must be a URI such as https://example.com/"),
        ("json-pointer", "x", "must be of the format json-pointer"),
    ],
)
def test_formats_are_checked(name: str, value: str, message: str) -> None:
    """Which JSON Schema leaves to choice; one that says nothing to JSON Schema says nothing here."""
    assert judged_value({"format": name}, value) == [message]
    assert judged_value({"format": "int32"}, 1) == []


def test_a_pattern_takes_no_time_whatever_it_is_given() -> None:
    """This one takes longer than the sun lasts where it is tried out step by step."""
    assert judged_value({"pattern": "^(a+)+$"}, "a" * 200_000 + "!") == ["must match the pattern ^(a+)+$"]


def test_patterns_mean_what_json_schema_says() -> None:
    r"""`\d` and `\w` are ASCII, `$` is the end, and a pattern may fit anywhere."""
    assert judged_value({"pattern": r"^\d$"}, "٣") != []
    assert judged_value({"pattern": "a$"}, "a\n") != []
    assert judged_value({"pattern": "b"}, "abc") == []


@pytest.mark.parametrize(
    ("schema", "data", "told"),
    [
        ({"required": ["a", "b"]}, {"a": 1}, ["data.b: is required"]),
        ({"properties": {"a": {}}, "additionalProperties": False}, {"b": 1}, ["data.b: is not accepted here"]),
        ({"unevaluatedProperties": False}, {"a b": 1}, ['data["a b"]: is not accepted here']),
        ({"properties": {"a": False}}, {"a": 1}, ["data.a: is not accepted here"]),
        ({"propertyNames": {"enum": ["a"]}}, {"b": 1}, ['data.b: is not accepted as a name: it must be "a"']),
        ({"minProperties": 1}, {}, ["data: must have at least 1 field"]),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, ["data.b: is required"]),
        ({"not": {"required": ["a"]}}, {"a": 1}, ["data: must not be of the kind that its schema excludes"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_object_is_told(schema: Any, data: Any, told: list[str]) -> None:
    """The path leads to the field that is meant."""
    assert judged(schema, data) == told


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        ({"type": "string"}, 1, "must be a text"),
        ({"type": ["integer", "null"]}, "1", "must be a whole number or null"),
        ({"type": "array"}, {}, "must be a list"),
        ({"enum": ["paid", 3, None]}, "x", 'must be "paid", 3 or null'),
        ({"enum": list(range(30))}, 30, "must be one of 30 values, such as 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"),
        ({"const": "a"}, "b", 'must be "a"'),
        ({"minimum": 0}, -1, "must be at least 0"),
        ({"exclusiveMinimum": 0}, 0, "must be more than 0"),
        ({"exclusiveMaximum": 0.5}, 0.5, "must be less than 0.5"),
        ({"minLength": 2}, "a", "must have at least 2 characters"),
        ({"maxLength": 1}, "ab", "must have at most 1 character"),
        ({"minItems": 1}, [], "must have at least 1 member"),
        ({"maxItems": 2}, [1, 2, 3], "must have at most 2 members"),
        ({"uniqueItems": True}, [1, 1.0], "must not hold the same member twice"),
        ({"contains": {"type": "string"}}, [1], "must hold as many members of one kind as its schema asks for"),
        ({"prefixItems": [True], "unevaluatedItems": False}, [1, 2], "must not have the last 1 of its members"),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, 1, "must fit one of several schemas, and fits more"),
    ],
)  # fmt: skip
def test_what_is_accepted_of_a_value_is_told(schema: Any, value: Any, message: str) -> None:
    """In one sentence."""
    assert judged_value(schema, value) == [message]


CARD = {
    "type": "object",
    "properties": {"kind": {"const": "card"}, "digits": {"type": "string"}},
    "required": ["digits"],
}
BANK = {"type": "object", "properties": {"kind": {"const": "bank"}, "iban": {"type": "string"}}, "required": ["iban"]}


@pytest.mark.parametrize(
    ("schemas", "value", "told"),
    [
        ([{"type": "null"}, {"type": "object", "required": ["text"]}], {}, ["data.x.text: is required"]),
        ([CARD, BANK], {"kind": "bank", "iban": 1}, ["data.x.iban: must be a text"]),
        ([{"type": "string"}, {"type": "number"}], [], ["data.x: must be a text or a number"]),
        (
            [{"required": ["a"]}, {"required": ["b"]}],
            {},
            ["data.x: must fit one of the 2 schemas that there are for it"],
        ),
    ],
)
@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_of_several_schemas_the_one_that_is_meant_is_told(
    keyword: str, schemas: Any, value: Any, told: list[str]
) -> None:
    """By its type, or by the constant of a field; where none is, that there are several."""
    assert judged({"properties": {"x": {keyword: schemas}}}, {"x": value}) == told


def test_no_more_is_told_than_somebody_reads() -> None:
    """Neither of many places, nor of long names, deep places and long lists; and nothing that cannot be printed."""
    many = judged(
        {"items": {"type": "integer"}, "additionalProperties": {"type": "integer"}}, dict.fromkeys(map(str, range(500)))
    )
    name = "\uffff\x00" + "n" * 10_000
    deep: Any = name
    for _ in range(90):
        deep = {name: deep}
    [long] = judged(
        {"$ref": "#/$defs/a", "$defs": {"a": {"additionalProperties": {"$ref": "#/$defs/a"}, "type": "object"}}}, deep
    )
    [options] = judged_value({"enum": ["x" * 500, "y" * 500]}, 1)

    assert len(many) == MOST_PROBLEMS
    assert len(long) < 300
    assert len(options) < 200
    assert long.isprintable()


def test_no_value_is_told() -> None:
    """It may be a person's."""
    secret = "4111 1111 1111 1111"
    schema = {"properties": {"a": {"type": "integer"}, "b": {"pattern": "^x"}, "c": {"not": {}}, "d": {"const": 1}}}

    assert len(told := judged(schema, dict.fromkeys("abcd", secret))) == 4
    assert secret not in str(told)


def test_references_lead_into_the_folder() -> None:
    """The path that is told is the event's."""
    schema = {"properties": {"total": {"$ref": "schemas/money.json"}}}

    assert judged(schema, {"total": {"amount": 1.005}}, money={"properties": {"amount": PRICE}}) == [
        "data.total.amount: must be a multiple of 0.01"
    ]


@pytest.mark.parametrize("schema", [{"$ref": "http://127.0.0.1:9/a.json"}, {"pattern": "(?=a)"}, {"type": "objekt"}])
def test_a_schema_that_cannot_be_used_fits_nothing(schema: Any) -> None:
    """Nobody is asked over the network; under ENFORCE the events wait in the dead-letter queue."""
    assert judged(schema, {}) == ["data: cannot be judged: the schema of its event type cannot be used"]


def test_a_type_without_a_schema_takes_all() -> None:
    """And so does one that says true."""
    assert judged(None, {"a": 1}) == []
    assert judged(True, {"a": 1}) == []
    assert judged(False, {"a": 1}) == ["data: is not accepted here"]


def chain(levels: int) -> Any:
    """Return objects within objects."""
    value: Any = 3
    for _ in range(levels):
        value = {"c": value, "k": 1}
    return value


IN_TWO_BRANCHES = {
    "$ref": "#/$defs/n",
    "$defs": {"n": {"type": "object", "oneOf": [
        {"properties": {"c": {"$ref": "#/$defs/n"}}, "required": ["x"]},
        {"properties": {"c": {"$ref": "#/$defs/n"}}, "required": ["y"]},
    ]}},
}  # fmt: skip


def test_what_would_take_hours_to_tell_is_told_in_short() -> None:
    """Where a schema refers to itself twice there is twice as much to tell with each level; judging takes no longer."""
    short = ["data: must fit one of the 2 schemas that there are for it"]

    assert judged(IN_TWO_BRANCHES, chain(90)) == short
    assert judged(IN_TWO_BRANCHES, chain(3)) == short


MANY_NAMES = {"required": [f"field{number}" for number in range(100)]}
LARGE = {f"k{number}": number % 10 for number in range(22_000)}


@pytest.mark.parametrize(
    ("schema", "data", "told"),
    [
        (MANY_NAMES, LARGE, "data.field0: is required"),
        ({"properties": {"x": {"items": MANY_NAMES}}}, {"x": [{}] * 10_000}, "data.x[0].field0: is required"),
        ({"properties": {"x": {"items": {"anyOf": [False] * 60}}}}, {"x": [1] * 9_000}, "data.x[0]: must fit one of "),
        ({"additionalProperties": False}, LARGE, "data.k0: is not accepted here"),
        ({"allOf": [{"additionalProperties": {"type": "string"}}] * 30}, LARGE, "data.k0: must be a text"),
        ({"$ref": "#/$defs/a", "$defs": {"a": MANY_NAMES}}, LARGE, "data.field0: is required"),
        ({"anyOf": [MANY_NAMES, {"maxProperties": 3}]}, LARGE, "data: must fit one of the 2 schemas"),
        ({"properties": {"x": {"prefixItems": [MANY_NAMES]}}}, {"x": [LARGE]}, "data.x[0].field0: is required"),
        ({"properties": {"x": False}}, {"x": LARGE}, "data.x: is not accepted here"),
        ({"if": {}, "then": MANY_NAMES}, LARGE, "data: does not fit the JSON Schema of its event type; it is"),
        ({"minProperties": 30_000, "if": {}, "then": MANY_NAMES}, LARGE, "data: must have at least 30000 fields"),
    ],
)  # fmt: skip
def test_a_large_event_is_told_of_part_by_part(schema: Any, data: Any, told: str) -> None:
    """All at once would take more memory than a function has: a value is copied for each thing wrong with it."""
    assert judged(schema, data)[0].startswith(told)


def test_places_in_a_large_event_are_told() -> None:
    """Of a schema as they usually are."""
    lines: list[Any] = [{"sku": "TEE-M", "quantity": 2, "price": 19.95} for _ in range(4_000)]
    lines[3_999] = {"sku": "TEE-M", "quantity": 2, "price": 19.955}
    line = {"required": ["sku"], "properties": {"price": PRICE, "quantity": {"type": "integer"}}}

    assert judged({"properties": {"lines": {"items": line}}}, {"lines": lines}) == [
        "data.lines[3999].price: must be a multiple of 0.01"
    ]
    lines[17] = {"quantity": 1.5}
    assert judged({"properties": {"lines": {"items": line}}, "required": ["id"]}, {"lines": lines}) == [
        "data.id: is required",
        "data.lines[17].sku: is required",
        "data.lines[17].quantity: must be a whole number",
        "data.lines[3999].price: must be a multiple of 0.01",
    ]


def test_a_schema_that_only_leads_to_itself_takes_all() -> None:
    """There is nothing that it asks for."""
    assert judged({"allOf": [{"$ref": "#"}]}, {"a": 1}) == []
    assert judged({"allOf": [{"$ref": "#"}], "required": ["a"]}, {}) == ["data.a: is required"]
