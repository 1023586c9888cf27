"""A JSON Schema, compiled by jsonschema-rs: numbers by their decimal value, `format` checked, patterns in linear time.

Whether data fits is answered in time that is linear in its size. Why it does not is another matter: the library then
follows every branch of `anyOf` and the like, and copies each value that does not fit into its error. So that is asked
for only where it cannot become much (`effort`).
"""

from jsonschema_rs import Draft202012Validator, RegexOptions

from recado.rules.event.problem import MOST_PROBLEMS, Problem
from recado.rules.event.schema_document import OWN, InvalidSchemaError, Node
from recado.rules.validation.effort import Effort
from recado.rules.validation.sentences import problem_of

MOST_PATTERN_BYTES = 1_000_000
"""What a compiled pattern may take."""

_MOST_EFFORT = 100_000_000
_UNTOLD = "does not fit the JSON Schema of its event type; it is too large, or nested too deeply, to be told where"
_UNUSABLE = "cannot be compiled: {}"


class Compiled:
    """A schema that can judge; it refers to nothing outside (`bundled`). Raises `InvalidSchemaError`."""

    def __init__(self, schema: Node) -> None:
        self._validator = validator(schema)
        self._effort = Effort(schema)

    def problems(self, root: str, data: object) -> tuple[Problem, ...]:
        """What does not fit, with places below `root`; at most `MOST_PROBLEMS`, each once."""
        if self._validator.is_valid(data):
            return ()
        if self._effort.to_explain(data) > _MOST_EFFORT:
            return (Problem(root, _UNTOLD),)
        found: dict[Problem, None] = {}
        for error in self._validator.iter_errors(data):
            found.update(dict.fromkeys(problem_of(root, error)))
            if len(found) >= MOST_PROBLEMS:
                break
        return tuple(found)[:MOST_PROBLEMS]


def validator(schema: Node) -> Draft202012Validator:
    """The library's validator, as events are judged by it; raises `InvalidSchemaError`."""
    try:
        return Draft202012Validator(
            dict(schema) if not isinstance(schema, bool) else schema,
            validate_formats=True,
            offline=True,
            pattern_options=RegexOptions(size_limit=MOST_PATTERN_BYTES),
            mask="value",
        )
    except ValueError as error:
        raise InvalidSchemaError(OWN, (), _UNUSABLE.format(error)) from None
