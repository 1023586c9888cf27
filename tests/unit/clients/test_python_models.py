"""The models of the Python client, against whatever a newer API or a caller's file may put into them."""

from typing import Any

import pytest

from recado_client.generated import models
from recado_client.generated.models import WebhookEntered
from tests.support.api.document import ApiDocument

SCHEMAS: dict[str, Any] = ApiDocument().content["components"]["schemas"]
FIELDS = [
    (getattr(models, name), field)
    for name, schema in SCHEMAS.items()
    if hasattr(models, name)
    for field in schema.get("properties", {})
]
VALUES: list[Any] = [
    None,
    5,
    True,
    "x",
    [],
    [None],
    [5],
    [{"type": "NEW"}],
    {},
    {"type": "NEW", "x": [1]},
    {"a": {"b": []}},
]


def test_no_field_is_lost_or_fails_for_what_is_in_it() -> None:
    """Of any form, it comes out as it came in; the API says what it takes."""
    assert len(FIELDS) > len(SCHEMAS)
    for model, field in FIELDS:
        for value in VALUES:
            assert model.from_dict({field: value}).to_dict() == {field: value}, (model, field)


@pytest.mark.parametrize("schema", SCHEMAS["WebhookEntered"]["properties"]["authentication"]["oneOf"])
def test_an_authentication_is_of_the_kind_that_it_names(schema: dict[str, str]) -> None:
    """A webhook that is read from a file asks for `BasicAuthentication`, if that is its type."""
    name = schema["$ref"].rpartition("/")[2]
    kind = {"type": SCHEMAS[name]["properties"]["type"]["const"]}

    entered = WebhookEntered.from_dict({"authentication": kind})

    assert type(entered.authentication) is getattr(models, name)
