"""Which events fit the JSON Schemas of their types: each schema is compiled once, when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recado.rules.event.catalogue import Catalogue
from recado.rules.event.problem import Problem
from recado.rules.event.schema_document import InvalidSchemaError, bundled

if TYPE_CHECKING:  # a library of 14 MB, which only those load who judge
    from recado.rules.validation.compiled import Compiled

DATA = "data"


class Schemas:
    """The schemas of a catalogue; `shared` are those that they refer to, by their paths in its folder."""

    def __init__(self, catalogue: Catalogue, shared: Mapping[str, object]) -> None:
        self._catalogue = catalogue
        self._shared = shared
        self._compiled: dict[str, Compiled | None] = {}

    def problems(self, event_name: str, data: object) -> tuple[Problem, ...]:
        """What of the data does not fit the schema of this type, at most `MOST_PROBLEMS`; nothing where it has none.

        No value of the data is repeated, names of fields are. A schema that cannot be used, which no catalogue has
        that was checked before it was deployed, fits nothing.
        """
        if event_name not in self._compiled:
            try:
                self._compiled[event_name] = self._compile(event_name)
            except InvalidSchemaError:
                return (Problem(DATA, "cannot be judged: the schema of its event type cannot be used"),)
        compiled = self._compiled[event_name]
        return compiled.problems(DATA, data) if compiled is not None else ()

    def _compile(self, event_name: str) -> Compiled | None:
        event_type = self._catalogue.get(event_name)
        if event_type is None or event_type.schema is None:
            return None
        from recado.rules.validation.compiled import Compiled  # noqa: PLC0415 - see above

        return Compiled(bundled(event_type.schema, self._shared))
