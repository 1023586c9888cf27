"""Why data does not fit a schema, told within bounds.

The library tells of everything at once: it follows every branch of `anyOf` and the like, and copies each value that
does not fit into an error of its own. Of a small value that is what is wanted. Of one that would take too much memory
(`effort`) it is asked about the parts alone, down to those of which it can be asked for all: whether a part fits is
answered at once, whatever its size.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from jsonschema_rs import Draft202012Validator, RegexOptions, Registry

from recado.rules.event.problem import MOST_PROBLEMS, Problem, path_text
from recado.rules.event.schema_document import OWN, InvalidSchemaError, Node, Path, all_subschemas, pointer
from recado.rules.validation.effort import Effort
from recado.rules.validation.sentences import NOT_ACCEPTED, problem_of

MOST_PATTERN_BYTES = 1_000_000
"""What a compiled pattern may take."""

MOST_EFFORT = 50_000_000
"""Bytes that telling may take, of one event."""

_ADDRESS = "urn:recado:schema"
_ALONE = frozenset(
    [
        *("type", "const", "enum", "format", "pattern", "minLength", "maxLength", "minimum", "maximum"),
        *("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems"),
        *("minProperties", "maxProperties", "dependentRequired"),
    ]
)
_SOMEWHERE = "does not fit the JSON Schema of its event type; it is too large, or nested too deeply, to be told where"


def validator(schema: Node, registry: Registry | None = None) -> Draft202012Validator:
    """The library's validator, as events are judged by it; raises `InvalidSchemaError`."""
    try:
        return Draft202012Validator(
            schema if isinstance(schema, bool) else dict(schema),
            validate_formats=True,
            offline=True,
            registry=registry,
            pattern_options=RegexOptions(size_limit=MOST_PATTERN_BYTES),
            mask="value",
        )
    except ValueError as error:
        raise InvalidSchemaError(OWN, (), f"cannot be compiled: {error}") from None


class Explaining:
    """Tells what does not fit one schema, which refers to nothing outside."""

    def __init__(self, schema: Node) -> None:
        self._effort = Effort(schema)
        self._registry = Registry([(_ADDRESS, schema if isinstance(schema, bool) else dict(schema))])
        self._nodes: dict[str, tuple[Path, Node]] = {
            pointer(path): (path, node) for path, node in all_subschemas(schema)
        }
        self._validators: dict[str, Draft202012Validator] = {}

    def problems(self, root: str, data: object) -> Iterator[Problem]:
        """What does not fit, with places below `root`."""
        return _Explanation(self, root).at((), data, ())

    def node(self, reference: str) -> tuple[Path, Node]:
        """The schema that a reference leads to, and the way to it."""
        return self._nodes[reference]

    def fits(self, at: Path, value: object) -> bool:
        """Whether the value fits the schema there."""
        return self.validator(at).is_valid(value)

    def fits_one(self, at: Path, keyword: str, count: int, value: object) -> bool:
        """Whether the value fits as many schemas of this `anyOf` or `oneOf` as it must."""
        members = [{"$ref": _ADDRESS + pointer((*at, keyword, position))} for position in range(count)]
        return self._compiled(pointer((*at, keyword)), {keyword: members}).is_valid(value)

    def validator(self, at: Path) -> Draft202012Validator:
        """The validator of the schema there."""
        return self._compiled(pointer(at), {"$ref": _ADDRESS + pointer(at)})

    def effort(self, node: Node, value: object) -> int:
        """What it may take to tell all of this value."""
        return self._effort.to_explain(node, value)

    def _compiled(self, name: str, schema: Node) -> Draft202012Validator:
        if name not in self._validators:
            self._validators[name] = validator(schema, self._registry)
        return self._validators[name]


class _Explanation:
    """Of one event: what is left of the effort is for all of it."""

    def __init__(self, explaining: Explaining, root: str) -> None:
        self._of = explaining
        self._root = root
        self._left = MOST_EFFORT

    def at(self, at: Path, value: object, path: Path, passed: frozenset[Path] = frozenset()) -> Iterator[Problem]:
        """What of the value, which is found at `path`, does not fit the schema at `at`.

        `passed` are the schemas that lead here for the same value: one that leads to itself asks for nothing more.
        """
        if at in passed or self._of.fits(at, value):
            return
        _, node = self._of.node(pointer(at))
        place = path_text(self._root, path)
        effort = self._of.effort(node, value)
        if effort <= self._left:
            self._left -= effort
            for error in self._of.validator(at).iter_errors(value):
                yield from problem_of(place, error)
        elif isinstance(node, Mapping):
            told = False
            for problem in chain(_alone(place, node, value), self._within(at, node, value, path, passed | {at})):
                told = True
                yield problem
            if not told:
                yield Problem(place, _SOMEWHERE)
        else:
            yield Problem(place, NOT_ACCEPTED)

    def _within(
        self, at: Path, node: Mapping[str, Any], value: object, path: Path, passed: frozenset[Path]
    ) -> Iterator[Problem]:
        if "$ref" in node:
            yield from self.at(self._of.node(node["$ref"])[0], value, path, passed)
        for position in range(len(node.get("allOf", ()))):
            yield from self.at((*at, "allOf", position), value, path, passed)
        for keyword in ("anyOf", "oneOf"):
            count = len(node.get(keyword, ()))
            if count and not self._of.fits_one(at, keyword, count, value):
                sentence = f"must fit one of the {count} schemas that there are for it"
                yield Problem(path_text(self._root, path), sentence)
        for step, member in _members(node, value):
            for schema in _schemas_of(node, step):
                yield from self.at((*at, *schema), member, (*path, step))


def _members(node: Mapping[str, Any], value: object) -> Iterator[tuple[str | int, object]]:
    if isinstance(value, Mapping) and not node.keys().isdisjoint(("properties", "additionalProperties")):
        yield from value.items()
    elif isinstance(value, list) and not node.keys().isdisjoint(("prefixItems", "items")):
        yield from enumerate(value)


def _schemas_of(node: Mapping[str, Any], step: str | int) -> Iterator[Path]:
    """The ways from a schema to those of a member, as far as a pattern of its name does not decide."""
    if isinstance(step, int):
        first = len(node.get("prefixItems", ()))
        if step < first:
            yield ("prefixItems", step)
        elif "items" in node:
            yield ("items",)
    elif step in node.get("properties", ()):
        yield ("properties", step)
    elif "patternProperties" not in node and isinstance(node.get("additionalProperties"), Mapping):
        yield ("additionalProperties",)


def _alone(place: str, node: Mapping[str, Any], value: object) -> Iterator[Problem]:
    """What does not fit those keywords that only look at the value itself, and at the names of its fields."""
    own = {keyword: asked for keyword, asked in node.items() if keyword in _ALONE}
    if isinstance(value, Mapping):
        missing = [name for name in node.get("required", ()) if name not in value]
        own["required"] = missing[:MOST_PROBLEMS]
        if node.get("additionalProperties") is False:
            own["properties"] = dict.fromkeys(node.get("properties", ()), True)
            own["patternProperties"] = dict.fromkeys(node.get("patternProperties", ()), True)
            own["additionalProperties"] = False
    for error in validator(own).iter_errors(value):
        yield from problem_of(place, error)
