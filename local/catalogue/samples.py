"""A sample for a schema that comes without one: what it gives as an example, or else the least that it says.

No library that is kept makes a fixed sample of a schema of 2020-12; what this one
makes is held against the schema with everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

# A value of a document may be of any type.
Value: TypeAlias = Any
Follow = Callable[[Value], Value]

_DEEPEST = 12
_TEXTS = {
    "date-time": "2026-01-31T12:00:00Z",
    "date": "2026-01-31",
    "time": "12:00:00Z",
    "duration": "PT1H",
    "email": "someone@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uri-reference": "/path",
    "uuid": "0b7f3a52-5f6e-4b5a-9a55-4a1f8f0c2d11",
}


def sample_of(schema: Value, follow: Follow, depth: int = 0) -> Value:
    """A value for the schema, below its top without what is optional; `follow` returns what a reference leads to."""
    schema = follow(schema)
    if not isinstance(schema, Mapping):
        return {}
    for keyword in ("const", "example", "default"):
        if keyword in schema:
            return schema[keyword]
    for keyword in ("examples", "enum"):
        if schema.get(keyword):
            return schema[keyword][0]
    schema = _merged(schema, follow)
    kind = schema.get("type", "object" if "properties" in schema else "array" if "items" in schema else "string")
    kind = next((each for each in kind if each != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object":
        required = schema.get("required", ())
        members = {name: each for name, each in schema.get("properties", {}).items() if not depth or name in required}
        return {name: sample_of(each, follow, depth + 1) for name, each in members.items() if depth < _DEEPEST}
    if kind == "array":
        count = schema.get("minItems", 1) if depth < _DEEPEST else 0
        return [sample_of(schema.get("items", {}), follow, depth + 1) for _each in range(count)]
    return _scalar(kind, schema)


def _merged(schema: Mapping[str, Value], follow: Follow) -> dict[str, Value]:
    """The schema with all of `allOf`, and the first that is not null of `anyOf` and `oneOf`."""
    merged: dict[str, Value] = dict(schema)
    parts = [*map(follow, schema.get("allOf", ()))]
    for keyword in ("anyOf", "oneOf"):
        parts += [part for part in map(follow, schema.get(keyword, ())) if part.get("type") != "null"][:1]
    for part in (_merged(each, follow) for each in parts):
        properties = {**merged.get("properties", {}), **part.get("properties", {})}
        required = [*merged.get("required", ()), *part.get("required", ())]
        merged = {**part, **merged}
        merged |= {"properties": properties} if properties else {}
        merged |= {"required": required} if required else {}
    return merged


def _scalar(kind: str, schema: Mapping[str, Value]) -> Value:
    if kind in {"integer", "number"}:
        least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + ("exclusiveMinimum" in schema))
        return max(least, min(1, schema.get("maximum", 1)))
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    text = _TEXTS.get(schema.get("format", ""), "text")
    return text.ljust(schema.get("minLength", 0), "-")[
        : schema.get("maxLength", len(text) + schema.get("minLength", 0))
    ]
