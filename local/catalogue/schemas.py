"""Whether the schemas of a catalogue compile, and lead nowhere but to each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urldefrag, urljoin

import jsonschema_rs

from local.catalogue.reading import SCHEMAS, JsonFile, Problem

# Nothing can be fetched from the one; of the other urljoin knows what lies inside.
_BASE = "json-schema:///"
_INSIDE = "http://folder/inside/"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_METASCHEMA = jsonschema_rs.Draft202012Validator({"$ref": _DIALECT})
_VALUES = frozenset({"const", "enum", "default", "examples", "example"})
_MOST_SAID = 300


class Schemas:
    """The schemas of `schemas/`, which others refer to; `problems` is what is wrong with them."""

    def __init__(self, shared: Iterable[JsonFile]) -> None:
        files = tuple(shared)
        self._names = frozenset(file.name for file in files)
        found = {file: self._by_itself(file, "", file.value) for file in files}
        self._sound = {file.name for file, wrong in found.items() if not wrong}
        resources = [(_BASE + file.name, _schema(file.value)) for file in files if file.name in self._sound]
        self._registry = jsonschema_rs.Registry(resources, draft=jsonschema_rs.Draft202012, retriever=_refuse)
        self.problems = [
            problem for file, wrong in found.items() for problem in wrong or self.compiled(file, "", file.value)[1]
        ]

    def compiled(
        self, file: JsonFile, place: str, schema: object
    ) -> tuple[jsonschema_rs.Draft202012Validator | None, list[Problem]]:
        """The validator of the schema at a place of a file, or else what is wrong with it.

        Neither, where it leads to a shared schema that is wrong itself.
        """
        wrong = self._by_itself(file, place, schema)
        references = dict(_texts(schema, place, {"$ref", "$dynamicRef"}))
        if wrong or any(_target(file, each) in self._names - self._sound for each in references.values()):
            return None, wrong
        try:
            validator = jsonschema_rs.Draft202012Validator(
                _schema(schema), registry=self._registry, base_uri=_BASE + file.name, validate_formats=True
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError) as error:
            message = str(error).partition("\n")[0]
            missing = (where for where, each in references.items() if f"'{urldefrag(each).fragment}'" in message)
            where = next(missing, deeper(place, getattr(error, "instance_path", [])))
            return None, [file.problem(where, _shortened(message))]
        return validator, []

    def _by_itself(self, file: JsonFile, place: str, schema: object) -> list[Problem]:
        if not isinstance(schema, dict | bool):
            return [file.problem(place, "must be a JSON Schema")]
        wrong = [
            file.problem(deeper(place, each.instance_path), said(each)) for each in _METASCHEMA.iter_errors(schema)
        ]
        for where, _name in _texts(schema, place, {"$id"}):
            wrong.append(file.problem(where, "must not stand there: a schema is found by the name of its file"))
        for where, dialect in _texts(schema, place, {"$schema"}):
            if dialect.rstrip("#") != _DIALECT:
                wrong.append(file.problem(where, f"must be {_DIALECT}"))
        for where, reference in _texts(schema, place, {"$ref", "$dynamicRef"}):
            reason = self._astray(file, reference)
            if reason is not None:
                wrong.append(file.problem(where, reason))
        return wrong

    def _astray(self, file: JsonFile, reference: str) -> str | None:
        if reference.startswith("#"):
            return None
        target = _target(file, reference)
        if target is None or not target.startswith(f"{SCHEMAS}/"):
            return f"{reference!r} leads out of the folder; there are '#/…' and '{SCHEMAS}/<file>.json'"
        return None if target in self._names else f"{reference!r} leads to nothing: there is no {target}"


def said(error: jsonschema_rs.ValidationError) -> str:
    """One short sentence."""
    if list(error.schema_path)[-2:] == ["type", "anyOf"]:
        return "must be array, boolean, integer, null, number, object or string, or a list of them"
    return _shortened(error.message)


def deeper(place: str, steps: Iterable[str | int]) -> str:
    """The place that lies these steps further in."""
    for step in steps:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else step
    return place


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_SAID else f"{text[:_MOST_SAID]}…"


def _schema(value: object) -> dict[str, object] | bool:
    if not isinstance(value, dict | bool):
        raise TypeError("not a schema")
    return value


def _refuse(uri: str) -> dict[str, object] | bool:
    raise ValueError(f"{uri} is not in the folder")


def _target(file: JsonFile, reference: str) -> str | None:
    """The file that a reference leads to, from the folder; None for what lies outside."""
    url = urldefrag(urljoin(_INSIDE + file.name, reference)).url
    return url.removeprefix(_INSIDE) if url.startswith(_INSIDE) else None


def _texts(schema: object, place: str, keywords: set[str]) -> Iterator[tuple[str, str]]:
    """The texts that these keywords have anywhere in a schema, with their places."""
    pending: list[tuple[str, object]] = [(place, schema)]
    while pending:
        where, node = pending.pop()
        if isinstance(node, dict):
            for key, member in node.items():
                if key in keywords and isinstance(member, str):
                    yield deeper(where, [key]), member
                elif key not in _VALUES:
                    pending.append((deeper(where, [key]), member))
        elif isinstance(node, list):
            pending.extend((f"{where}[{index}]", member) for index, member in enumerate(node))
