"""How much memory it can take to tell why data does not fit a schema, from above.

The library visits a value once for each way on which the schema leads to it: one for a plain schema, and twice as many
with each level of a schema that refers to itself in two members of an `anyOf`. At each visit there may be an error,
with a copy of the value and of what it holds.
"""

from collections.abc import Mapping
from typing import Any

from recado.rules.event.schema_document import Node, Path, all_subschemas, pointer, subschemas

_DEEPER = frozenset(
    [
        *("properties", "patternProperties", "additionalProperties", "propertyNames", "unevaluatedProperties"),
        *("items", "prefixItems", "contains", "unevaluatedItems"),
    ]
)
_ASIDE = frozenset(("$defs", "definitions", "contentSchema"))
_BYTES_OF_AN_ERROR, _BYTES_OF_A_VALUE = 1_500, 200  # measured with CPython 3.13

BEYOND = 10**18
"""More than anybody wants to spend."""


class Effort:
    """Of one schema, which refers to nothing outside."""

    def __init__(self, schema: Node) -> None:
        self._schema = schema
        self._targets: dict[str, Node] | None = None
        self._known: dict[tuple[int, int], int] = {}

    def to_explain(self, node: Node, value: object) -> int:
        """Bytes that errors may take, of a value that is held against a part of the schema."""
        levels, values, characters = _measured(value)
        try:
            visits = self._visits(node, levels)
        except RecursionError:
            return BEYOND
        return visits * (values * (_BYTES_OF_AN_ERROR + levels * _BYTES_OF_A_VALUE) + levels * characters)

    def _visits(self, node: Node, levels: int) -> int:
        """Schemas, and required names, that are met in data with so many levels."""
        if not isinstance(node, Mapping):
            return 1
        key = (id(node), levels)
        if key not in self._known:
            self._known[key] = 0  # one that refers to itself for the same value leads nowhere
            visits = 1 + _names(node)
            for step, inner in subschemas(node):
                visits += self._visits_of_member(step, inner, levels)
            target = self._target(node)
            self._known[key] = visits + (self._visits(target, levels) if target is not None else 0)
        return self._known[key]

    def _visits_of_member(self, step: Path, inner: Node, levels: int) -> int:
        if step[0] in _ASIDE:
            return 0
        if step[0] in _DEEPER:
            return self._visits(inner, levels - 1) if levels > 1 else 1
        return self._visits(inner, levels)

    def _target(self, node: Mapping[str, Any]) -> Node | None:
        reference = node.get("$ref")
        if reference is None:
            return None
        if self._targets is None:
            self._targets = {pointer(path): inner for path, inner in all_subschemas(self._schema)}
        return self._targets.get(reference)


def _names(node: Mapping[str, Any]) -> int:
    """The names that are required: each that is missing is an error of its own."""
    asked = node.get("dependentRequired")
    lists = [node.get("required"), *(asked.values() if isinstance(asked, Mapping) else ())]
    return sum(len(names) for names in lists if isinstance(names, list))


def _measured(value: object) -> tuple[int, int, int]:
    """Levels, values and characters of what a value holds, itself included."""
    levels, values, characters = 0, 0, 0
    layer = [value]
    while layer:
        levels += 1
        values += len(layer)
        characters += sum(_characters(each) for each in layer)
        layer = [inner for each in layer for inner in _members(each)]
    return levels, values, characters


def _characters(value: object) -> int:
    if isinstance(value, Mapping):
        return sum(map(len, value))
    return len(value) if isinstance(value, str) else 0


def _members(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []
