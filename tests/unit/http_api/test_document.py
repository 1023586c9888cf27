"""The OpenAPI document, tidied."""

from typing import Any

from recado.http_api.document import tidy


def document(schema: dict[str, Any], **operation: Any) -> dict[str, Any]:
    """Build a document with one schema and one operation."""
    return {
        "paths": {"/a": {"get": {"responses": {}, **operation}}},
        "components": {"schemas": {"A": schema}},
    }


def test_titles_and_nulls_go() -> None:
    """At every depth, but for a property that is called so."""
    schema = {
        "title": "A",
        "type": "object",
        "properties": {
            "title": {"title": "Title", "type": "string"},
            "default": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None, "title": "Default"},
            "either": {"anyOf": [{"type": "integer", "title": "I"}, {"type": "string"}, {"type": "null"}]},
            "nullable": {"oneOf": [{"type": "string"}, {"type": "null"}]},
            "list": {"type": "array", "items": {"title": "Item", "anyOf": [{"$ref": "#/x"}, {"type": "null"}]}},
            "map": {"type": "object", "additionalProperties": {"title": "V", "type": "string"}},
            "off": {"type": "boolean", "default": False},
        },
    }

    assert tidy(document(schema))["components"]["schemas"]["A"] == {
        "type": "object",
        "properties": {
            "title": {"type": "string"},
            "default": {"type": "string"},
            "either": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            "nullable": {"oneOf": [{"type": "string"}, {"type": "null"}]},
            "list": {"type": "array", "items": {"$ref": "#/x"}},
            "map": {"type": "object", "additionalProperties": {"type": "string"}},
            "off": {"type": "boolean", "default": False},
        },
    }


def test_powertools_own_errors_go() -> None:
    """A 422 of ours stays."""
    theirs = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/HTTPValidationError"}}}}
    ours = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}

    for response, expected in ((theirs, {}), (ours, {"422": ours})):
        content = document({}, responses={"422": response})
        content["components"]["schemas"] |= {"HTTPValidationError": {}, "ValidationError": {}}
        tidied = tidy(content)
        assert tidied["paths"]["/a"]["get"]["responses"] == expected
        assert tidied["components"]["schemas"].keys() == {"A"}


def test_responses_are_in_order_and_hold_nothing_empty() -> None:
    """As people read them."""
    responses = {"503": {"description": "b", "headers": {}}, "200": {"description": "a", "content": {}}}

    tidied = tidy(document({}, responses=responses))["paths"]["/a"]["get"]["responses"]

    assert list(tidied.items()) == [("200", {"description": "a"}), ("503", {"description": "b"})]


def test_a_parameter_is_described_once() -> None:
    """Not in its schema again."""
    parameter = {"name": "x", "description": "d", "schema": {"title": "X", "description": "d", "type": "string"}}

    tidied = tidy(document({}, parameters=[parameter]))["paths"]["/a"]["get"]["parameters"]

    assert tidied == [{"name": "x", "description": "d", "schema": {"type": "string"}}]
