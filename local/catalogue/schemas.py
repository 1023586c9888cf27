"""The schemas of a catalogue, as the functions will compile them, with the line of what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from local.catalogue.reading import JsonFile, Problem
from recado.rules.event.schema_document import OWN, bundled
from recado.rules.validation.checking import check_schema
from recado.rules.validation.compiled import Compiled


class Schemas:
    """The schemas of `schemas/`, which others refer to; `problems` is what is wrong with them."""

    def __init__(self, files: Iterable[JsonFile]) -> None:
        found = {file.name: file for file in files}
        self._shared = {name: file.value for name, file in found.items()}
        self.problems = [
            file.problem(_place("", problem.path), problem.message)
            for name, file in found.items()
            for problem in check_schema(file.value, self._shared, name)
            if problem.document == name
        ]

    def problems_with(self, file: JsonFile, place: str, schema: object, sample: object) -> Iterator[Problem]:
        """What is wrong with the schema at a place of a file, or else with the sample beside it.

        What is wrong with the schemas that it refers to stands in `problems` alone.
        """
        found = check_schema(schema, self._shared)
        for problem in found:
            # Whatever is wrong with those, this one cannot be compiled as a whole.
            of_others = problem.document != OWN or (self.problems and not problem.path)
            if not of_others:
                yield file.problem(_place(f"{place}.schema", problem.path), problem.message)
        for misfit in () if found else Compiled(bundled(schema, self._shared)).problems("sample", sample):
            yield file.problem(f"{place}.{misfit.path}", f"{misfit.message}, says the schema")


def _place(beginning: str, path: Iterable[str | int]) -> str:
    place = beginning
    for step in path:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else step
    return place
