"""A JSON Schema as one document: what it refers to in other files of the catalogue stands under its `$defs`.

That is what events are judged by and what is shown, so that no reference is ever followed anywhere else. A reference
(`$ref`) leads to a place of its own document (`#/$defs/line`, `#` and an anchor), or to a file of `schemas/`, by its
path from the catalogue's folder, its path from the file that refers to it, or its `$id`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin

Path = tuple[str | int, ...]
Node = Mapping[str, object] | bool

DIALECT = "https://json-schema.org/draft/2020-12/schema"
OWN = ""
"""The name of the document that refers to the others."""

_FOLDER = "https://catalogue.invalid/"  # nothing is there: addresses are compared, and never asked
_REFERENCE, _DEFINITIONS = "$ref", "$defs"
_OF_ONE = frozenset(
    [
        "additionalProperties",
        "propertyNames",
        "unevaluatedProperties",
        "items",
        "contains",
        "unevaluatedItems",
        "not",
        "if",
        "then",
        "else",
        "contentSchema",
    ]
)
_OF_LIST = frozenset(["allOf", "anyOf", "oneOf", "prefixItems"])
_OF_NAMES = frozenset(["properties", "patternProperties", "dependentSchemas", "$defs", "definitions"])
_OF_A_DOCUMENT = frozenset(("$id", "$schema", "$anchor"))
_MOST_FILES = 10
_MOST_STEPS, _SHOWN_STEPS = 250, 10  # jsonschema-rs takes 255
_NOT_TAKEN = {
    "$dynamicRef": "is not taken: refer with $ref",
    "$dynamicAnchor": "is not taken: use $anchor",
    "$recursiveRef": "is not taken: refer with $ref",
    "$recursiveAnchor": "is not taken: use $anchor",
}


class InvalidSchemaError(ValueError):
    """A schema that cannot be used: `document` is its file, or empty; `path` leads to the place in it."""

    def __init__(self, document: str, path: Path, reason: str) -> None:
        super().__init__(f"{document or 'schema'} at /{'/'.join(map(str, path))}: {reason}")
        self.document = document
        self.path = path
        self.reason = reason


def is_schema(value: object) -> bool:
    """Whether this could be a JSON Schema: an object, true or false."""
    return isinstance(value, Mapping | bool)


def subschemas(node: object) -> Iterator[tuple[Path, Node]]:
    """The schemas directly within one, and the way to each. What is no schema is left out."""
    if not isinstance(node, Mapping):
        return
    for keyword, value in node.items():
        for path, inner in _within(keyword, value):
            if isinstance(inner, Mapping | bool):
                yield path, inner


def _within(keyword: str, value: object) -> Iterator[tuple[Path, object]]:
    if keyword in _OF_ONE:
        yield (keyword,), value
    elif keyword in _OF_LIST and isinstance(value, list):
        yield from (((keyword, position), inner) for position, inner in enumerate(value))
    elif keyword in _OF_NAMES and isinstance(value, Mapping):
        yield from (((keyword, name), inner) for name, inner in value.items())


def all_subschemas(root: object) -> Iterator[tuple[Path, Node]]:
    """The schema and all schemas within it, at any depth, with the way to each."""
    pending: list[tuple[Path, object]] = [((), root)]
    while pending:
        path, node = pending.pop()
        if isinstance(node, Mapping | bool):
            yield path, node
        pending.extend((path + step, inner) for step, inner in subschemas(node))


def pointer(path: Sequence[str | int]) -> str:
    """A JSON Pointer as the fragment of a reference: `#/$defs/money`."""
    return "#" + "".join("/" + quote(_escaped(str(step)), safe="$!*'()+,;=:@-._~") for step in path)


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


class _Document:
    """One document: where its references start from, and what may be referred to in it."""

    def __init__(self, name: str, root: object) -> None:
        if not is_schema(root):
            raise InvalidSchemaError(name, (), "must be a JSON Schema: an object, true or false")
        self.name = name
        self.root = root
        self.places: dict[str, Path] = {}
        for path, node in all_subschemas(root):
            if len(path) > _MOST_STEPS:
                raise InvalidSchemaError(name, path[:_SHOWN_STEPS], f"must not hold more than {_MOST_STEPS} levels")
            self.places[pointer(path)] = path
            if isinstance(node, Mapping):
                self._check(path, node)
                anchor = node.get("$anchor")
                if isinstance(anchor, str):
                    self.places[f"#{anchor}"] = path
        own = root.get("$id") if isinstance(root, Mapping) else None
        self.base = urldefrag(urljoin(_FOLDER + name, own if isinstance(own, str) else "")).url

    def _check(self, path: Path, node: Mapping[str, object]) -> None:
        for keyword, reason in _NOT_TAKEN.items():
            if keyword in node:
                raise InvalidSchemaError(self.name, (*path, keyword), reason)
        if path and "$id" in node:
            raise InvalidSchemaError(self.name, (*path, "$id"), "may stand at the top of a schema only")
        dialect = node.get("$schema", DIALECT)
        if not isinstance(dialect, str) or dialect.rstrip("#") != DIALECT:
            raise InvalidSchemaError(self.name, (*path, "$schema"), f"must be {DIALECT}, or left out")

    def place(self, fragment: str) -> Path | None:
        """What `#fragment` leads to, if that is a schema."""
        steps = unquote(fragment).split("/")
        if steps[0]:
            return self.places.get(f"#{steps[0]}") if len(steps) == 1 else None
        return self.places.get(pointer([step.replace("~1", "/").replace("~0", "~") for step in steps[1:]]))


def bundled(schema: object, shared: Mapping[str, object], document: str = OWN, at: Path = ()) -> Node:
    """The schema as one document, which refers to nothing outside; `shared` are the schemas by their paths.

    `document` is the schema's own path, where it is one of them; `at` is where the whole will stand in another
    document. Raises `InvalidSchemaError`. It has no `$id` any more: that is the name of what it was made of.
    """
    return _Bundle(_Document(document, schema), shared, at).whole()


class _Bundle:
    """One document in the making."""

    def __init__(self, own: _Document, shared: Mapping[str, object], at: Path) -> None:
        self._own = own
        self._at = at
        self._shared = shared
        self._documents: dict[str, _Document] = {}
        self._keys: dict[str, str] = {}

    def whole(self) -> Node:
        if not isinstance(self._own.root, Mapping):
            return bool(self._own.root)
        bundle: dict[str, object] = self._rewritten(self._own, self._own.root, ())
        added: dict[str, object] = {}
        while len(added) < len(self._keys):
            for name, key in tuple(self._keys.items()):
                if key not in added:
                    document = self._document(name)
                    added[key] = self._rewritten(document, document.root, ())
        if added:
            own = bundle.get(_DEFINITIONS)
            bundle[_DEFINITIONS] = {**(own if isinstance(own, Mapping) else {}), **added}
        return bundle

    def _rewritten(self, document: _Document, node: Any, path: Path) -> Any:  # noqa: ANN401 - a schema, or true or false
        """The schema with its references leading to where the documents stand in the bundle."""
        if not isinstance(node, Mapping):
            return node
        copy = {keyword: _copied(value) for keyword, value in node.items() if keyword not in _OF_A_DOCUMENT}
        for step, inner in subschemas(node):
            _put(copy, step, self._rewritten(document, inner, path + step))
        if _REFERENCE in copy:
            copy[_REFERENCE] = self._target(document, copy[_REFERENCE], (*path, _REFERENCE))
        if document is self._own and not path and "$schema" in node:
            return {"$schema": DIALECT, **copy}
        return copy

    def _target(self, document: _Document, reference: object, path: Path) -> str:
        if not isinstance(reference, str):
            raise InvalidSchemaError(document.name, path, "must be a text, such as schemas/money.json")
        where, fragment = urldefrag(reference)
        target = self._named(document, where) if where else document
        if target is None:
            files = ", ".join(sorted(self._shared)[:_MOST_FILES]) or "none"
            raise InvalidSchemaError(document.name, path, f"must lead to a schema of the catalogue's folder: {files}")
        place = target.place(fragment)
        if place is None:
            raise InvalidSchemaError(document.name, path, "must lead to a schema; where it leads to there is none")
        if target is self._own:
            return pointer((*self._at, *place))
        return pointer((*self._at, _DEFINITIONS, self._key(target.name), *place))

    def _named(self, document: _Document, where: str) -> _Document | None:
        for base in (document.base, _FOLDER + document.name, _FOLDER):
            address = urljoin(base, where)
            if address == self._own.base:
                return self._own
            for name in self._shared:
                if address in (_FOLDER + quote(name), self._document(name).base):
                    return self._document(name)
        return None

    def _document(self, name: str) -> _Document:
        if name not in self._documents:
            self._documents[name] = _Document(name, self._shared[name])
        return self._documents[name]

    def _key(self, name: str) -> str:
        """The name of a file's schema under `$defs`: `money` of `schemas/money.json`, where that is free."""
        if name not in self._keys:
            own = self._own.root.get(_DEFINITIONS) if isinstance(self._own.root, Mapping) else None
            taken = {*(own if isinstance(own, Mapping) else ()), *self._keys.values()}
            key = name.removeprefix("schemas/").removesuffix(".json")
            while key in taken:
                key += "_"
            self._keys[name] = key
        return self._keys[name]


def _copied(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, list) else value


def _put(copy: dict[str, object], step: Path, value: object) -> None:
    keyword, *rest = step
    held = copy[str(keyword)]
    if not rest:
        copy[str(keyword)] = value
    elif isinstance(held, list):
        held[int(rest[0])] = value
    elif isinstance(held, dict):
        held[rest[0]] = value
