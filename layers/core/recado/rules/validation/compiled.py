"""A JSON Schema, compiled: numbers by their decimal value, `format` checked, patterns in linear time."""

from itertools import islice

from recado.rules.event.problem import MOST_PROBLEMS, Problem
from recado.rules.event.schema_document import Node
from recado.rules.validation.explaining import Explaining, validator

_MOST_LOOKED_AT = 1_000


class Compiled:
    """A schema that can judge; it refers to nothing outside (`bundled`). Raises `InvalidSchemaError`."""

    def __init__(self, schema: Node) -> None:
        self._schema = schema
        self._validator = validator(schema)
        self._explaining: Explaining | None = None

    def problems(self, root: str, data: object) -> tuple[Problem, ...]:
        """What does not fit, with places below `root`; at most `MOST_PROBLEMS`, each once."""
        if self._validator.is_valid(data):
            return ()
        if self._explaining is None:
            self._explaining = Explaining(self._schema)
        found: dict[Problem, None] = {}
        for problem in islice(self._explaining.problems(root, data), _MOST_LOOKED_AT):
            found[problem] = None
            if len(found) == MOST_PROBLEMS:
                break
        return tuple(found)
