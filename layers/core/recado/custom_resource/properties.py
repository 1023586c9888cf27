"""Properties of a template as the API's JSON: names in CloudFormation's spelling, numbers and truth values as text.

CloudFormation hands every number and every truth value to a custom resource as a text, in whatever depth. The API's
own schema says what each of them is.
"""

import re
from collections.abc import Mapping
from typing import Any

_NUMBER = re.compile("-?[0-9]{1,9}")
_TRUTHS = {"true": True, "false": False}
_MOST_NAME_CHARACTERS = 100
_OWN_NAMES = "headers"
"""Whose members have names of the user's own, which stay as they are."""

Schema = Mapping[str, Any]


class InvalidPropertyError(Exception):
    """A property that is refused: which, and why. Neither holds a value."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name} {reason}.")


def in_template(field: str) -> str:
    """The property that a field of the API is: `Authentication.TokenUrl` for `authentication.tokenUrl`."""
    first, *rest = field.split(".")
    return ".".join([_pascal(first), *(rest if first == _OWN_NAMES else map(_pascal, rest))])


def as_fields(properties: Mapping[str, Any], schema: Schema) -> dict[str, Any]:
    """The JSON object of this schema that the properties stand for.

    What is of another type than it is to be stays as it is: the API's rules refuse it in their words. Raises
    `InvalidPropertyError` for a property that the schema does not have, and for an unknown `Type`.
    """
    return _Reading(schema.get("$defs", {})).members(properties, schema, "")


class _Reading:
    def __init__(self, definitions: Schema) -> None:
        self._definitions = definitions

    def members(self, value: Mapping[str, Any], schema: Schema, place: str) -> dict[str, Any]:
        """An object whose members the schema names."""
        known = {_pascal(name): name for name in schema["properties"]}
        for name in value:
            if name not in known:
                raise InvalidPropertyError(
                    f"{place}{name[:_MOST_NAME_CHARACTERS]}", f"is not a property: there are {', '.join(sorted(known))}"
                )
        return {
            known[name]: self._read(given, schema["properties"][known[name]], f"{place}{name}.")
            for name, given in value.items()
        }

    def _read(self, value: Any, schema: Schema, place: str) -> Any:  # noqa: ANN401 - of any type, as it came
        schema = self._meant(value, schema, place)
        kind = schema.get("type")
        if isinstance(value, dict) and "properties" in schema:
            return self.members(value, schema, place)
        if isinstance(value, list) and kind == "array":
            return [self._read(each, schema["items"], place) for each in value]
        if kind == "boolean" and isinstance(value, str):
            return _TRUTHS.get(value, value)
        if kind == "integer" and isinstance(value, str) and _NUMBER.fullmatch(value):
            return int(value)
        return value

    def _meant(self, value: object, schema: Schema, place: str) -> Schema:
        """The schema without references, and of several the one that is meant; null is none: templates have no null."""
        if "discriminator" in schema:
            return self._of_type(value, schema["discriminator"]["mapping"], place)
        if "$ref" in schema:
            return self._meant(value, self._referred(schema["$ref"]), place)
        several = schema.get("anyOf") or schema.get("oneOf")
        if several:
            return self._meant(value, next(each for each in several if each.get("type") != "null"), place)
        return schema

    def _of_type(self, value: object, mapping: Mapping[str, str], place: str) -> Schema:
        if not isinstance(value, dict):
            return {}
        given = value.get("Type")
        if not isinstance(given, str) or given not in mapping:
            raise InvalidPropertyError(f"{place}Type", f"must be one of {', '.join(mapping)}")
        return self._referred(mapping[given])

    def _referred(self, reference: str) -> Schema:
        referred: Schema = self._definitions[reference.rpartition("/")[2]]
        return referred


def _pascal(name: str) -> str:
    return name[:1].upper() + name[1:]
