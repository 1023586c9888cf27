"""A JSON Schema as one document."""

import pytest

from recado.rules.event.schema_document import DIALECT, InvalidSchemaError, bundled

ISO = {"type": "string", "$defs": {"a/b": {"$anchor": "none", "type": "null"}}}
MONEY = {
    "$id": "https://shop.example/money",
    "$schema": DIALECT,
    "properties": {"amount": {"type": "number"}, "currency": {"$ref": "iso.json"}},
}
SHARED = {"schemas/money.json": MONEY, "schemas/iso.json": ISO}
WITHIN = {
    "money": {"properties": {"amount": {"type": "number"}, "currency": {"$ref": "#/$defs/iso"}}},
    "iso": {"type": "string", "$defs": {"a/b": {"type": "null"}}},
}


@pytest.mark.parametrize(
    "reference",
    ["schemas/money.json", "./schemas/money.json", "schemas/money.json#", "https://shop.example/money"],
)
def test_what_is_referred_to_stands_under_defs(reference: str) -> None:
    """By its path from the folder or its `$id`; and what that refers to, by its path from there."""
    schema = {"properties": {"total": {"$ref": reference}}}

    assert bundled(schema, SHARED) == {"properties": {"total": {"$ref": "#/$defs/money"}}, "$defs": WITHIN}


@pytest.mark.parametrize("reference", ["schemas/iso.json#/$defs/a~1b", "schemas/iso.json#none"])
def test_a_place_within_a_file_is_found(reference: str) -> None:
    """By a pointer, or by its anchor."""
    assert bundled({"$ref": reference}, SHARED) == {
        "$ref": "#/$defs/iso/$defs/a~1b",
        "$defs": {"iso": WITHIN["iso"]},
    }


def test_references_of_its_own_stay() -> None:
    """An anchor becomes the place that it names, `$id` is the name of another document."""
    schema = {
        "$id": "https://shop.example/order",
        "$schema": DIALECT,
        "properties": {"a": {"$ref": "#/$defs/line"}, "b": {"$ref": "#line"}, "c": {"$ref": "#"}},
        "$defs": {"line": {"$anchor": "line"}},
    }

    assert bundled(schema, {}) == {
        "$schema": DIALECT,
        "properties": {"a": {"$ref": "#/$defs/line"}, "b": {"$ref": "#/$defs/line"}, "c": {"$ref": "#"}},
        "$defs": {"line": {}},
    }


def test_a_name_that_is_taken_stays_its_owner_s() -> None:
    """A file of the same name as a definition gets another."""
    schema = {"$ref": "schemas/iso.json", "$defs": {"iso": {"const": 1}}}

    assert bundled(schema, SHARED) == {"$ref": "#/$defs/iso_", "$defs": {"iso": {"const": 1}, "iso_": WITHIN["iso"]}}


def test_files_may_refer_to_each_other_and_back() -> None:
    """Each stands there once."""
    shared = {"schemas/a.json": {"items": {"$ref": "b.json"}}, "schemas/b.json": {"items": {"$ref": "schemas/a.json"}}}

    assert bundled({"$ref": "schemas/a.json"}, shared) == {
        "$ref": "#/$defs/a",
        "$defs": {"a": {"items": {"$ref": "#/$defs/b"}}, "b": {"items": {"$ref": "#/$defs/a"}}},
    }
    assert bundled(shared["schemas/a.json"], shared, "schemas/a.json") == {
        "items": {"$ref": "#/$defs/b"},
        "$defs": {"b": {"items": {"$ref": "#"}}},
    }


def test_a_schema_within_another_document_says_where_it_stands() -> None:
    """Its references begin at the top of that document."""
    assert bundled({"items": {"$ref": "#"}, "not": {"$ref": "schemas/iso.json"}}, SHARED, at=("x", "a/b")) == {
        "items": {"$ref": "#/x/a~1b"},
        "not": {"$ref": "#/x/a~1b/$defs/iso"},
        "$defs": {"iso": WITHIN["iso"]},
    }


def test_what_only_looks_like_a_reference_is_left_alone() -> None:
    """A field of that name, and values."""
    schema = {"properties": {"$ref": {"const": {"$ref": "x"}}}, "default": {"$ref": "y"}}

    assert bundled(schema, {}) == schema
    assert bundled(False, {}) is False


def test_what_was_given_is_not_changed() -> None:
    """The catalogue is everybody's."""
    schema = {"anyOf": [{"$ref": "schemas/iso.json"}]}
    bundled(schema, SHARED)

    assert schema == {"anyOf": [{"$ref": "schemas/iso.json"}]}


@pytest.mark.parametrize(
    ("schema", "path", "reason"),
    [
        (
            {"$ref": "schemas/none.json"},
            ("$ref",),
            "must lead to a schema of the catalogue's folder: schemas/iso.json, ",
        ),
        ({"items": {"$ref": "http://127.0.0.1:9/a.json"}}, ("items", "$ref"), "must lead to a schema of the catalogue"),
        ({"$ref": "file:///etc/passwd"}, ("$ref",), "must lead to a schema of the catalogue"),
        ({"$ref": "../schemas.json"}, ("$ref",), "must lead to a schema of the catalogue"),
        ({"$ref": "#/properties/a"}, ("$ref",), "must lead to a schema; where it leads to there is none"),
        ({"$ref": "#/const", "const": {}}, ("$ref",), "must lead to a schema; where it leads to there is none"),
        ({"$ref": "schemas/iso.json#x"}, ("$ref",), "must lead to a schema; where it leads to there is none"),
        ({"$ref": 3}, ("$ref",), "must be a text, such as schemas/money.json"),
        ({"anyOf": [{}, {"$dynamicRef": "#a"}]}, ("anyOf", 1, "$dynamicRef"), "is not taken: refer with $ref"),
        ({"$defs": {"a": {"$id": "b"}}}, ("$defs", "a", "$id"), "may stand at the top of a schema only"),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, ("$schema",), f"must be {DIALECT}, or left out"),
        ([], (), "must be a JSON Schema: an object, true or false"),
    ],
)
def test_what_cannot_be_used_is_named(schema: object, path: tuple[str | int, ...], reason: str) -> None:
    """The place, and what is accepted there. No reference leads out of the folder."""
    with pytest.raises(InvalidSchemaError) as refusal:
        bundled(schema, SHARED)

    assert (refusal.value.document, refusal.value.path) == ("", path)
    assert refusal.value.reason.startswith(reason)


def test_what_is_wrong_in_a_file_is_named_with_it() -> None:
    """The file that holds the reference, not the one that led there."""
    with pytest.raises(InvalidSchemaError) as refusal:
        bundled({"$ref": "schemas/a.json"}, {"schemas/a.json": {"not": {"$ref": "b.json"}}})

    assert (refusal.value.document, refusal.value.path) == ("schemas/a.json", ("not", "$ref"))


def test_a_bottomless_schema_is_refused() -> None:
    """Python could not read it to its end, nor the library that compiles it."""
    schema: dict[str, object] = {}
    for _ in range(5_000):
        schema = {"not": schema}

    with pytest.raises(InvalidSchemaError, match="must not hold more than 250 levels"):
        bundled(schema, {})
