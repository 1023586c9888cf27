"""The catalogue that a function is deployed with: a folder of JSON files, in a layer."""

import json
from functools import cache
from pathlib import Path

from recado.rules.event.catalogue import Catalogue, read_catalogue

_SCHEMAS = "schemas"


@cache
def catalogue_in(folder: str) -> Catalogue:
    """The catalogue of the files `*.json` of this folder, in the order of their names.

    Raises `InvalidCatalogueError`, and `OSError` where it cannot be read.
    """
    return read_catalogue(_loaded(path) for path in _files(Path(folder)))


@cache
def shared_schemas(folder: str) -> dict[str, object]:
    """The schemas that those of the event types refer to, by their paths in the folder: `schemas/money.json`."""
    return {f"{_SCHEMAS}/{path.name}": _loaded(path) for path in _files(Path(folder, _SCHEMAS))}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def _loaded(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))
