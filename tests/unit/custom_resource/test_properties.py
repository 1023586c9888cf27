"""Properties of a template as JSON of the API: by the API's own schema."""

from typing import Any

import pytest

from recado.custom_resource.properties import InvalidPropertyError, as_fields, in_template

SCHEMA: dict[str, Any] = {
    "properties": {
        "isOn": {"type": "boolean"},
        "maxCount": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "name": {"type": "string"},
        "headers": {"type": "object", "additionalProperties": {"type": "string"}},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Part"}},
    },
    "$defs": {"Part": {"properties": {"size": {"oneOf": [{"type": "integer"}, {"type": "null"}]}}}},
}


def test_texts_are_what_the_schema_says() -> None:
    """At every depth; a text that is to be one stays one, and so do names that are the user's own."""
    given = {
        "IsOn": "true",
        "MaxCount": "-10",
        "Name": "true",
        "Headers": {"isOn": "true", "X-Count": "1"},
        "Parts": [{"Size": "1"}, {"Size": 2}],
    }

    assert as_fields(given, SCHEMA) == {
        "isOn": True,
        "maxCount": -10,
        "name": "true",
        "headers": {"isOn": "true", "X-Count": "1"},
        "parts": [{"size": 1}, {"size": 2}],
    }


@pytest.mark.parametrize("value", ["True", "1", "", "1.0", "0x1", "9" * 5000, [], {}, None])
def test_what_is_none_of_it_stays_for_the_rules_to_refuse(value: object) -> None:
    """They name the field and say what is accepted."""
    if value != "1":
        assert as_fields({"IsOn": value, "MaxCount": value}, SCHEMA) == {"isOn": value, "maxCount": value}
    assert as_fields({"IsOn": value}, SCHEMA) == {"isOn": value}


@pytest.mark.parametrize("name", ["isOn", "Ison", "Colour", "", "x" * 1000])
def test_an_unknown_property_is_named(name: str) -> None:
    """With those that there are; a long name is cut."""
    with pytest.raises(InvalidPropertyError) as refused:
        as_fields({name: "1"}, SCHEMA)

    reason = f"{name[:100]} is not a property: there are Headers, IsOn, MaxCount, Name, Parts."
    assert str(refused.value) == reason
    with pytest.raises(InvalidPropertyError, match=r"^Parts\.Colour is not a property: there are Size\.$"):
        as_fields({"Parts": [{"Colour": "1"}]}, SCHEMA)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("targetUrl", "TargetUrl"),
        ("authentication.tokenUrl", "Authentication.TokenUrl"),
        ("headers.x-tenant.id", "Headers.x-tenant.id"),
        ("eventNames[0]", "EventNames[0]"),
    ],
)
def test_a_field_is_named_as_in_templates(field: str, name: str) -> None:
    """What the rules refuse is named by whoever reads the stack's events."""
    assert in_template(field) == name
