"""What the OpenAPI document has to be for generators to make sound clients of it, beside being valid."""

import importlib
import inspect
import re
from typing import Any

import pytest

from tests.support.api.document import ApiDocument

DOCUMENT = ApiDocument()
SCHEMAS: dict[str, Any] = DOCUMENT.content["components"]["schemas"]
OPERATIONS = {operation["operationId"]: operation for operation in DOCUMENT.routes.values()}


def snake(name: str) -> str:
    """The name as Python has it."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("-", "_").lower()


def test_every_schema_has_a_plain_name() -> None:
    """A type of a client is called after it."""
    assert [name for name in SCHEMAS if not re.fullmatch(r"[A-Z][A-Za-z0-9]+", name)] == []


def test_every_object_has_a_name() -> None:
    """One that stands within an operation would get a made-up name, another with every generator."""
    found: list[str] = []

    def look(part: Any, place: str) -> None:
        if isinstance(part, dict):
            found.extend([place] if "properties" in part and part.get("type") == "object" else [])
            for key, inner in part.items():
                look(inner, f"{place}/{key}")
        elif isinstance(part, list):
            for position, inner in enumerate(part):
                look(inner, f"{place}/{position}")

    look(DOCUMENT.content["paths"], "")

    assert found == []


def test_every_object_says_its_fields() -> None:
    """One of any fields is a type of nothing."""
    objects = {name: schema for name, schema in SCHEMAS.items() if schema.get("type") == "object"}
    assert [name for name, schema in objects.items() if "properties" not in schema] == []


def test_no_default_is_an_object() -> None:
    """Generators make no default of one: they leave the field out, or the whole call."""
    fields = [(name, field) for name, schema in SCHEMAS.items() for field in schema.get("properties", {}).items()]
    assert [name for name, (_, schema) in fields if isinstance(schema.get("default"), dict | list)] == []


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_every_operation_is_a_call(operation_id: str) -> None:
    """Of its own name, in the module of its tag, with every parameter of the document."""
    operation = OPERATIONS[operation_id]
    [tag] = operation["tags"]
    module = importlib.import_module(f"recado_client.generated.api.{snake(tag)}.{snake(operation_id)}")

    taken = {name.rstrip("_") for name in inspect.signature(module.sync).parameters}

    named = {snake(parameter["name"]) for parameter in operation.get("parameters", ())}
    body = {"body"} if "requestBody" in operation else set()
    assert taken == named | body | {"client"}


def test_pages_are_alike() -> None:
    """Who can page through one list can page through all: `cursor` takes what `nextCursor` gave, and one list is it."""
    for operation in OPERATIONS.values():
        if not any(parameter["name"] == "cursor" for parameter in operation.get("parameters", ())):
            continue
        reference = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        page = SCHEMAS[reference.rpartition("/")[2]]
        assert page["properties"]["nextCursor"]["type"] == "string"
        assert "nextCursor" not in page["required"]
        assert [field["type"] for field in page["properties"].values()].count("array") == 1
