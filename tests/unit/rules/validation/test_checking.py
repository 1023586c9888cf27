"""What is wrong with a schema, before it is deployed."""

from typing import Any

import pytest

from recado.rules.event.problem import MOST_PROBLEMS
from recado.rules.validation.checking import SchemaProblem, check_schema
from tests.support.catalogue import FOLDER, SHIPPED

SHARED = {"schemas/money.json": {"properties": {"amount": {"$ref": "#/$defs/n"}}, "$defs": {"n": {}}}}


@pytest.mark.parametrize(
    ("schema", "path", "message"),
    [
        ({"type": "objekt"}, ("type",), 'must be "array", "boolean"'),
        ({"properties": {"a": {"minimum": "0"}}}, ("properties", "a", "minimum"), "must be a number"),
        ({"items": [{}]}, ("items",), "must be true or false or a JSON object"),
        (
            {"anyOf": [{}, {"pattern": "(?=a)"}]},
            ("anyOf", 1, "pattern"),
            "must be a regular expression that is matched",
        ),
        ({"patternProperties": {"(a)\\1": {}}}, ("patternProperties", "(a)\\1"), "must be a regular expression"),
        ({"pattern": "\\w{5000}{50}"}, ("pattern",), "must be a regular expression"),
        ({"format": "datetime"}, ("format",), "must be a format of JSON Schema 2020-12, such as date-time"),
        (
            {"$ref": "schemas/none.json"},
            ("$ref",),
            "must lead to a schema of the catalogue's folder: schemas/money.json",
        ),
        (3, (), "must be true or false or a JSON object"),
    ],
)
def test_a_place_that_is_wrong_is_named(schema: Any, path: tuple[str | int, ...], message: str) -> None:
    """With what is accepted there."""
    [problem] = check_schema(schema, SHARED)

    assert (problem.document, problem.path) == ("", path)
    assert problem.message.startswith(message)


def test_all_places_are_named_as_far_as_they_go() -> None:
    """Each once."""
    wrong = {f"f{number}": {"type": "x"} for number in range(50)}

    assert len(set(check_schema({"properties": wrong}, {}))) == MOST_PROBLEMS
    assert len(check_schema({"properties": {"a": {"type": 3}, "b": {"pattern": "["}}}, {})) == 1
    assert len(check_schema({"properties": {"a": {"format": "x"}, "b": {"pattern": "["}}}, {})) == 2


def test_what_is_wrong_in_a_file_is_named_with_it() -> None:
    """Where it is found from a schema, and where it is looked at itself."""
    shared = {"schemas/a.json": {"not": {"$ref": "b.json"}}}
    there = SchemaProblem(
        "schemas/a.json", ("not", "$ref"), "must lead to a schema of the catalogue's folder: schemas/a.json"
    )

    assert check_schema({"$ref": "schemas/a.json"}, shared) == (there,)
    assert check_schema(shared["schemas/a.json"], shared, "schemas/a.json") == (there,)


def test_a_schema_that_is_too_deep_is_refused() -> None:
    """The library would refuse it without saying where."""
    schema: dict[str, Any] = {}
    for _ in range(300):
        schema = {"properties": {"a": schema}}

    [problem] = check_schema(schema, {})
    assert problem.message == "must not hold more than 250 levels"


@pytest.mark.parametrize(
    "schema",
    [True, {}, {"$ref": "schemas/money.json"}, {"format": "int64"}, {"pattern": "^[A-Z]{3}$", "format": "uuid"}],
)
def test_a_sound_schema_is_accepted(schema: Any) -> None:
    """Nothing is wrong."""
    assert check_schema(schema, SHARED) == ()


def test_the_shipped_schemas_are_sound_and_their_samples_fit() -> None:
    """All of them."""
    from recado.composition.catalogue import shared_schemas  # noqa: PLC0415
    from recado.rules.validation.schemas import Schemas  # noqa: PLC0415

    shared = shared_schemas(FOLDER)
    schemas = Schemas(SHIPPED, shared)

    assert {each.name: check_schema(each.schema, shared) for each in SHIPPED if each.schema is not None} == {
        each.name: () for each in SHIPPED if each.schema is not None
    }
    assert {each.name: schemas.problems(each.name, dict(each.sample)) for each in SHIPPED} == dict.fromkeys(
        SHIPPED.names, ()
    )
