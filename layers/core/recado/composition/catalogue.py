"""The catalogue that a function is deployed with: a folder of JSON files, in a layer."""

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from recado.rules.event.catalogue import Catalogue, read_catalogue
from recado.rules.event.judging import Judging, Validation
from recado.rules.event.problem import Problem
from recado.rules.event.reading import EventReader

if TYPE_CHECKING:
    from recado.rules.validation.schemas import Schemas

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


def event_reader(folder: str, validation: Validation) -> EventReader:
    """Who reads events of the catalogue of this folder, and judges them if they are to be."""
    return EventReader(catalogue_in(folder), judging_of(folder, validation))


def judging_of(folder: str, validation: Validation) -> Judging | None:
    """What holds events against the schemas of this folder, or None where nothing does."""
    if validation is Validation.OFF:
        return None
    return Judging(_LazySchemas(folder), refuses=validation is Validation.ENFORCE)


class _LazySchemas:
    """Stands for the `Schemas` of a folder until the first event of a type that has one; fills `Judge`.

    They import a library of 14 MB, which not every event needs.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def problems(self, event_name: str, data: object) -> tuple[Problem, ...]:
        """As `Schemas` has it."""
        event_type = catalogue_in(self._folder).get(event_name)
        if event_type is None or event_type.schema is None:
            return ()
        return _schemas(self._folder).problems(event_name, data)


@cache
def _schemas(folder: str) -> "Schemas":
    from recado.rules.validation.schemas import Schemas  # noqa: PLC0415 - see above

    return Schemas(catalogue_in(folder), shared_schemas(folder))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))


def _loaded(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))
