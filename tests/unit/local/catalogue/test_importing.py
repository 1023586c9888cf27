"""Catalogues made of OpenAPI documents."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # ships no types

from local.catalogue.checking import checked
from local.catalogue.importing import import_document
from local.errors import LocalStackError
from recado.rules.event.catalogue import Category, Deprecation

TODAY = "2026-01-31"
MONEY = {"type": "object", "required": ["amount"], "properties": {"amount": {"type": "number", "multipleOf": 0.01}}}
ORDER = {
    "type": "object",
    "required": ["orderId", "total"],
    "properties": {
        "orderId": {"type": "string", "format": "uuid"},
        "total": {"$ref": "#/components/schemas/Money"},
        "parent": {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Order"}]},
    },
}


def document(**changes: Any) -> dict[str, Any]:
    """Return a document of one webhook, `order.paid`, with these fields of its operation."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
    post = {"summary": "An order is paid.", "tags": ["Orders"], "requestBody": {"content": content}, **changes}
    schemas = {"Order": ORDER, "Money": MONEY, "Unused": {"$ref": "#/components/schemas/Nowhere"}}
    return {
        "openapi": "3.1.0",
        "webhooks": {"order.paid": {"post": post}},
        "components": {"schemas": schemas, "examples": {"Paid": {"value": {"orderId": "o-1", "total": {"amount": 5}}}}},
    }


def imported(root: Path, content: dict[str, Any], name: str = "openapi.json") -> Path:
    """Import a document, and return the folder that was made."""
    source = root / name
    source.write_text(json.dumps(content) if name.endswith("json") else yaml.safe_dump(content), encoding="utf-8")
    import_document(source, root / "made", TODAY)
    return root / "made"


@pytest.mark.parametrize("name", ["openapi.json", "openapi.yaml"])
def test_a_catalogue_is_made_of_webhooks(tmp_path: Path, name: str) -> None:
    """With names, texts, schemas and samples that fit them."""
    (event_type,) = checked(imported(tmp_path, document(deprecated=True), name), "made")
    assert (event_type.name, event_type.category) == ("order.paid", Category.REAL_TIME)
    assert (event_type.description, event_type.group) == ({"en": "An order is paid."}, {"en": "Orders"})
    assert event_type.schema == {"$ref": "schemas/Order.json"}
    assert event_type.deprecated == Deprecation(TODAY)
    assert event_type.sample["total"] == {"amount": 1}


def test_schemas_that_are_used_become_files_that_lead_to_each_other(tmp_path: Path) -> None:
    """Others of the document are left out."""
    folder = imported(tmp_path, document())
    assert sorted(path.name for path in (folder / "schemas").iterdir()) == ["Money.json", "Order.json"]
    order = json.loads((folder / "schemas/Order.json").read_text(encoding="utf-8"))
    assert order["properties"]["total"] == {"$ref": "Money.json"}


@pytest.mark.parametrize(
    "media",
    [
        {"example": {"orderId": "o-1", "total": {"amount": 5}}},
        {"examples": {"paid": {"value": {"orderId": "o-1", "total": {"amount": 5}}}}},
        {"examples": {"paid": {"$ref": "#/components/examples/Paid"}}},
    ],
    ids=["example", "examples", "reference"],
)
def test_an_example_is_the_sample(tmp_path: Path, media: dict[str, Any]) -> None:
    """Wherever the document has it."""
    (event_type,) = checked(imported(tmp_path, document(requestBody={"content": {"application/json": media}})), "made")
    assert event_type.sample == {"orderId": "o-1", "total": {"amount": 5}}


@pytest.mark.parametrize(
    ("schema", "sample"),
    [
        ({"const": "paid"}, "paid"),
        ({"enum": ["paid", "sent"]}, "paid"),
        ({"type": "integer", "default": 7}, 7),
        ({"type": "string", "examples": ["o-1"]}, "o-1"),
        ({"type": ["null", "integer"], "exclusiveMinimum": 3}, 4),
        ({"type": "number", "maximum": 0.5}, 0.5),
        ({"type": "boolean"}, True),
        ({"type": "null"}, None),
        ({"type": "string", "format": "date-time"}, "2026-01-31T12:00:00Z"),
        ({"type": "string", "minLength": 6, "maxLength": 6}, "text--"),
        ({"type": "string", "maxLength": 2}, "te"),
        ({"type": "array", "items": {"type": "integer"}, "minItems": 2}, [1, 1]),
        ({"oneOf": [{"type": "null"}, {"type": "integer"}]}, 1),
        (
            {"allOf": [{"properties": {"a": {"const": 1}}, "required": ["a"]}, {"required": ["b"]}],
             "properties": {"b": {"const": 2}, "c": {"const": 3}}},
            {"a": 1, "b": 2},
        ),
    ],
)  # fmt: skip
def test_a_sample_is_made_of_a_schema(tmp_path: Path, schema: dict[str, Any], sample: Any) -> None:
    """The least that fits it, and at the top also what may be left out."""
    body = {"content": {"application/json": {"schema": {"type": "object", "properties": {"it": schema}}}}}
    (event_type,) = checked(imported(tmp_path, document(requestBody=body)), "made")
    assert event_type.sample == {"it": sample}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"openapi": "3.0.3", "webhooks": {"a": {}}}, "must be an OpenAPI 3.1 document with webhooks"),
        ({"openapi": "3.1.0", "paths": {}}, "must be an OpenAPI 3.1 document with webhooks"),
        (document(requestBody={"$ref": "#/components/requestBodies/None"}), "leads to nothing"),
        (
            document(requestBody={"content": {"application/json": {"schema": {"$ref": "other.json"}}}}),
            "'other.json' leads to nothing in it",
        ),
        (
            document(requestBody={"content": {"application/json": {"schema": {"$ref": "o.json"}, "example": {}}}}),
            "'o.json' leads to nothing in '#/components/schemas/'",
        ),
    ],
)
def test_a_document_that_is_none_is_refused(tmp_path: Path, content: dict[str, Any], said: str) -> None:
    """With its name and what is accepted."""
    with pytest.raises(LocalStackError, match=said):
        imported(tmp_path, content)


def test_no_folder_is_written_over(tmp_path: Path) -> None:
    """What a person has added to an import stays."""
    imported(tmp_path, document())
    with pytest.raises(LocalStackError, match="there is a catalogue already"):
        imported(tmp_path, document())
