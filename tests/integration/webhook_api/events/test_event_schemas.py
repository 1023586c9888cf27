"""The JSON Schemas of event types, as everybody may read them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.catalogue import SHOP, SHOP_FOLDER
from tests.support.system import System


@pytest.fixture
def shop(system: System) -> Iterator[ApiClient]:
    """Give the API of the shop's catalogue."""
    system.stack.change_environment("WebhookApiFunction", CATALOGUE=SHOP_FOLDER)
    system.cold_start()
    yield ApiClient(system, ApiDocument())
    system.cold_start()


def test_a_schema_is_whole(shop: ApiClient) -> None:
    """Another library judges by it as it is, with nothing else at hand."""
    answer = shop.get("/event-types/order.paid/schema")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/schema+json")
    assert answer.json["properties"]["total"] == {"$ref": "#/$defs/money"}
    validator = Draft202012Validator(answer.json)
    assert validator.is_valid(dict(SHOP["order.paid"].sample))
    assert not validator.is_valid({**SHOP["order.paid"].sample, "total": {"amount": -1, "currency": "EUR"}})


def test_the_document_of_the_api_holds_the_schemas_whole(shop: ApiClient) -> None:
    """Each reference leads to its place in the document."""
    document = shop.get("/openapi.json").json
    body = document["webhooks"]["order.paid"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    data = body["properties"]["events"]["items"]["properties"]["data"]
    place = document

    for step in data["properties"]["total"]["$ref"].removeprefix("#/").split("/"):
        place = place[step.replace("~1", "/")]

    assert place == data["$defs"]["money"]
    validate(document)


def test_a_type_that_there_is_not_has_no_schema(shop: ApiClient) -> None:
    """The answer says where the names are."""
    answer = shop.get("/event-types/order.unknown/schema")

    assert (answer.status, answer.json["detail"]) == (
        404,
        "There is no event type of this name: GET /event-types lists them.",
    )


def test_a_type_may_have_no_schema(system: System, tmp_path: Path) -> None:
    """The answer says what its data is then."""
    bare = {"name": "a:b", "category": "REAL_TIME", "description": {"en": "Something."}, "sample": {}}
    tmp_path.joinpath("types.json").write_text(json.dumps({"eventTypes": [bare]}))
    system.stack.change_environment("WebhookApiFunction", CATALOGUE=str(tmp_path))
    system.cold_start()

    answer = ApiClient(system, ApiDocument()).get("/event-types/a:b/schema")

    assert (answer.status, answer.json["detail"]) == (
        404,
        "This event type has no JSON Schema: its data is any JSON object.",
    )
