"""A catalogue of what an OpenAPI 3.1 document says of a product's webhooks."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import yaml  # type: ignore[import-untyped]  # ships no types

from local.catalogue.reading import SCHEMAS
from local.catalogue.samples import sample_of
from local.errors import LocalStackError
from recado.rules.event.catalogue import Category

# A value of a document may be of any type.
Value: TypeAlias = Any

FILE = "events.json"
_LANGUAGE = "en"
_SHARED = re.compile(r"#/components/schemas/([^/]+)(.*)")


def import_document(source: Path, folder: Path, today: str | None = None) -> str:
    """Write the folder of a catalogue; returns what to tell of it, raises `LocalStackError`.

    What the document does not say is left to a person: the categories, which are all `REAL_TIME`, and other languages.
    `today` is since when is deprecated what is so.
    """
    if list(folder.glob("**/*.json")):
        raise LocalStackError(f"{folder}: there is a catalogue already; CATALOGUE must name a new folder")
    document = _Document(source, _loaded(source))
    since = today or datetime.now(UTC).date().isoformat()
    types = [document.event_type(name, item, since) for name, item in document.webhooks.items()]
    _write(folder / FILE, {"eventTypes": types})
    for name, schema in document.shared().items():
        _write(folder / SCHEMAS / f"{name}.json", schema)
    return f"{folder / FILE}: {len(types)} event types, all REAL_TIME until you say otherwise"


def _loaded(source: Path) -> Value:
    try:
        text = source.read_text(encoding="utf-8")
        return json.loads(text) if source.suffix == ".json" else yaml.safe_load(text)
    except OSError as error:
        raise LocalStackError(f"{source}: cannot be read: {error.strerror}") from error
    except (ValueError, yaml.YAMLError) as error:
        raise LocalStackError(f"{source}: is neither JSON nor YAML: {error}") from error


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n", encoding="utf-8")


class _Document:
    """An OpenAPI document, by what a catalogue needs of it."""

    def __init__(self, source: Path, document: Value) -> None:
        self._source, self._document = source, document
        version = document.get("openapi") if isinstance(document, Mapping) else None
        if not str(version).startswith("3.1") or not document.get("webhooks"):
            raise LocalStackError(f"{source}: must be an OpenAPI 3.1 document with webhooks")
        self.webhooks: Mapping[str, Value] = document["webhooks"]
        self._schemas: Mapping[str, Value] = document.get("components", {}).get("schemas", {})
        self._wanted: dict[str, None] = {}

    def shared(self) -> dict[str, Value]:
        """The schemas that those of the event types lead to, once these are made."""
        made: dict[str, Value] = {}
        while wanted := [name for name in self._wanted if name not in made]:
            made |= {name: self.adapted(self._schemas[name], "") for name in wanted}
        return made

    def event_type(self, name: str, item: Value, today: str) -> dict[str, object]:
        """The entry of a webhook."""
        post = self._found(item).get("post") or {}
        content = self._found(post.get("requestBody") or {}).get("content", {})
        media: Mapping[str, Value] = next((each for kind, each in content.items() if "json" in kind), {})
        text = next((str(post[key]) for key in ("summary", "description") if post.get(key)), name)
        entry: dict[str, object] = {"name": name, "category": Category.REAL_TIME.value}
        if post.get("tags"):
            entry["group"] = {_LANGUAGE: str(post["tags"][0])}
        entry["description"] = {_LANGUAGE: text.strip()}
        schema = media.get("schema")
        entry["sample"] = self._sample(media, schema)
        if schema is not None:
            entry |= {"schema": self.adapted(schema, f"{SCHEMAS}/"), "schemaVersion": "1"}
        if post.get("deprecated"):
            entry["deprecated"] = {"since": today}
        return entry

    def adapted(self, node: Value, folder: str) -> Value:
        """A schema whose references lead to the files of the catalogue, which lie in `folder` from where it stands."""
        if isinstance(node, list):
            return [self.adapted(each, folder) for each in node]
        if not isinstance(node, dict):
            return node
        changed = {key: self.adapted(each, folder) for key, each in node.items()}
        reference = node.get("$ref")
        if isinstance(reference, str):
            shared = _SHARED.fullmatch(reference)
            if shared is None or shared[1] not in self._schemas:
                raise LocalStackError(f"{self._source}: {reference!r} leads to nothing in '#/components/schemas/'")
            self._wanted.setdefault(shared[1])
            changed["$ref"] = f"{folder}{shared[1]}.json" + (f"#{shared[2]}" if shared[2] else "")
        return changed

    def _sample(self, media: Mapping[str, Value], schema: Value) -> Value:
        if "example" in media:
            return media["example"]
        for example in media.get("examples", {}).values():
            return self._found(example).get("value", {})
        return sample_of(schema, self._found) if schema is not None else {}

    def _found(self, node: Value) -> Value:
        """What a reference within the document leads to, or the node itself."""
        for _step in range(10):
            reference = node.get("$ref") if isinstance(node, Mapping) else None
            if not isinstance(reference, str):
                return node
            node = self._document
            for part in reference.removeprefix("#/").split("/"):
                key = part.replace("~1", "/").replace("~0", "~")
                if not isinstance(node, Mapping) or key not in node:
                    raise LocalStackError(f"{self._source}: {reference!r} leads to nothing in it")
                node = node[key]
        raise LocalStackError(f"{self._source}: {reference!r} leads in a circle")
