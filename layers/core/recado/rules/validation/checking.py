"""Whether a JSON Schema can be used, before anything is deployed: what is wrong with it, and where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jsonschema_rs import Draft202012Validator

from recado.rules.event.problem import MOST_PROBLEMS
from recado.rules.event.schema_document import DIALECT, OWN, InvalidSchemaError, Path, all_subschemas, bundled
from recado.rules.validation.explaining import MOST_PATTERN_BYTES, validator
from recado.rules.validation.sentences import problem_of

_PATTERN = (
    "must be a regular expression that is matched in linear time: no look-around, no back-reference, no number or "
    f"class written as only JavaScript reads it, and at most {MOST_PATTERN_BYTES} bytes when compiled"
)
_SAYS_NOTHING = frozenset(["int32", "int64", "float", "double", "password", "byte", "binary"])
_META = Draft202012Validator({"$ref": DIALECT}, offline=True, mask="value")


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """One thing that is wrong with a schema.

    `document` is the file of the catalogue that it stands in (`schemas/money.json`), empty for the schema that was
    asked about; `path` leads to the place in it, `message` says what is accepted there.
    """

    document: str
    path: Path
    message: str


def check_schema(schema: object, shared: Mapping[str, object], document: str = OWN) -> tuple[SchemaProblem, ...]:
    """What is wrong with a schema, at most `MOST_PROBLEMS`; what it refers to is looked at as far as it is used.

    A file of `schemas/` is asked about with its name as `document`, so that its references start there.
    """
    problems = tuple(_problems_of(schema, document))[:MOST_PROBLEMS]
    if problems:
        return problems
    try:
        validator(bundled(schema, shared, document))
    except InvalidSchemaError as error:
        return (SchemaProblem(error.document or document, error.path, error.reason),)
    return ()


def _problems_of(schema: object, document: str) -> Iterator[SchemaProblem]:
    seen: set[tuple[Path, str]] = set()
    for error in _META.iter_errors(schema):
        path = tuple(error.instance_path)
        for problem in problem_of("", error):
            message = problem.message
            if (path, message) not in seen and len(seen) < MOST_PROBLEMS:
                seen.add((path, message))
                yield SchemaProblem(document, path, message)
    if seen:
        return
    for path, node in all_subschemas(schema):
        if isinstance(node, Mapping):
            for step, message in _unusable(node):
                yield SchemaProblem(document, path + step, message)


def _unusable(node: Mapping[str, object]) -> Iterator[tuple[Path, str]]:
    pattern, patterns, named = node.get("pattern"), node.get("patternProperties"), node.get("format")
    if isinstance(pattern, str) and not _compiles({"pattern": pattern}):
        yield ("pattern",), _PATTERN
    for each in patterns if isinstance(patterns, Mapping) else ():
        if not _compiles({"pattern": each}):
            yield ("patternProperties", each), _PATTERN
    if isinstance(named, str) and named not in _SAYS_NOTHING and not _is_format(named):
        yield ("format",), "must be a format of JSON Schema 2020-12, such as date-time, date, email, uri or uuid"


def _compiles(schema: dict[str, object]) -> bool:
    try:
        validator(schema)
    except InvalidSchemaError:
        return False
    return True


def _is_format(name: str) -> bool:
    try:
        Draft202012Validator({"format": name}, validate_formats=True, ignore_unknown_formats=False, offline=True)
    except ValueError:
        return False
    return True
