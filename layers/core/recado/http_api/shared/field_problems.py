"""What the validation of a request found, in the words of the API: which field, and what is accepted."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

# A body can hold any number of wrong fields, with names of any length.
_MOST_PROBLEMS = 20
_MOST_NAME_CHARACTERS = 100


class FieldProblem(BaseModel):
    """One field that was refused."""

    field: str
    message: str


def field_problems(errors: Sequence[Mapping[str, Any]]) -> list[FieldProblem]:
    """Pydantic's errors, the first ones if there are many."""
    return [FieldProblem(field=_field(entry), message=_message(entry)) for entry in errors[:_MOST_PROBLEMS]]


def sentences(problems: Sequence[FieldProblem]) -> str:
    """All problems in one text."""
    return " ".join(f"{problem.field} {problem.message}." for problem in problems)


def _field(entry: Mapping[str, Any]) -> str:
    """The field as the API names it: `eventNames[0]`, `authentication.username`, or `body` for the whole of it."""
    place, *location = entry["loc"]
    # Between a union's field and what is inside, pydantic names the member of the union.
    if location[:1] == ["authentication"] and len(location) > 1:
        del location[1]
    if entry["type"].startswith("union_tag"):
        location.append("type")
    names = (f"[{part}]" if isinstance(part, int) else f".{part[:_MOST_NAME_CHARACTERS]}" for part in location)
    return "".join(names).removeprefix(".") or str(place)


_MESSAGES = {
    "extra_forbidden": "is not a field of this request",
    "missing": "is required",
    "union_tag_not_found": "is required",
    "union_tag_invalid": "must be one of {expected_tags}",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a JSON object",
    "model_attributes_type": "must be a JSON object",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number",
    "int_from_float": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must not be empty",
    "too_long": "must have at most {max_length} members",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
}


def _message(entry: Mapping[str, Any]) -> str:
    if entry["loc"][0] == "query" and isinstance(entry.get("input"), list):
        return "must be given once"
    template = _MESSAGES.get(entry["type"])
    if template is None:
        return str(entry["msg"]).removeprefix("Value error, ")
    context = entry.get("ctx") or {}
    # Pydantic quotes the tags of a union, one by one.
    return template.format(**context | {"expected_tags": context.get("expected_tags", "").replace("'", "")})
