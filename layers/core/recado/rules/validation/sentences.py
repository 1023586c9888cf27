"""What jsonschema-rs found, as sentences: where, and what is accepted there. No value of the data is repeated."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from recado.rules.event.problem import MOST_PROBLEMS, Problem, path_text, printable, shortened

NOT_ACCEPTED = "is not accepted here"
"""Of what should not be there."""

_MOST_ACCEPTED_CHARACTERS = 160
_MOST_OPTIONS = 10

_TYPES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a JSON object",
    "array": "a list",
    "null": "null",
}
_FORMATS = {
    "date": "a date such as 2026-01-31",
    "time": "a time such as 12:00:00Z",
    "date-time": "a time such as 2026-01-31T12:00:00Z",
    "duration": "a duration such as P1DT12H",
    "email": "an email address",
    "hostname": "a host name",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "uri": "a URI such as https://example.com/",
    "uuid": "a UUID",
}
_OF_LIMITS = {
    "minimum": "must be at least {}",
    "maximum": "must be at most {}",
    "exclusiveMinimum": "must be more than {}",
    "exclusiveMaximum": "must be less than {}",
    "minLength": "must have at least {} characters",
    "maxLength": "must have at most {} characters",
    "minItems": "must have at least {} members",
    "maxItems": "must have at most {} members",
    "minProperties": "must have at least {} fields",
    "maxProperties": "must have at most {} fields",
    "multipleOf": "must be a multiple of {}",
    "const": "must be {}",
}
_OTHERWISE = {
    "uniqueItems": "must not hold the same member twice",
    "contains": "must hold as many members of one kind as its schema asks for",
    "not": "must not be of the kind that its schema excludes",
    "falseSchema": NOT_ACCEPTED,
}


def problem_of(root: str, error: ValidationError) -> Iterator[Problem]:
    """The problems that an error tells of: several where it names several fields."""
    return _problems(root, error, tuple(error.instance_path))


def _problems(root: str, error: ValidationError, path: Sequence[str | int]) -> Iterator[Problem]:
    kind, name = error.kind, error.kind.name
    if isinstance(kind, ValidationErrorKind.Required):
        yield Problem(path_text(root, (*path, kind.property)), "is required")
    elif isinstance(kind, ValidationErrorKind.AdditionalProperties | ValidationErrorKind.UnevaluatedProperties):
        for field in kind.unexpected[:MOST_PROBLEMS]:
            yield Problem(path_text(root, (*path, field)), NOT_ACCEPTED)
    elif isinstance(kind, ValidationErrorKind.AnyOf | ValidationErrorKind.OneOfNotValid):
        yield from _of_choice(root, path, kind.context)
    elif isinstance(kind, ValidationErrorKind.PropertyNames):
        yield from _of_name(root, path, kind.error)
    else:
        yield Problem(path_text(root, path), _sentence(name, kind))


def _of_choice(
    root: str, path: Sequence[str | int], branches: Sequence[Sequence[ValidationError]]
) -> Iterator[Problem]:
    """Of the branch that is meant, if that is clear: all others want another type, or another constant, here."""
    meant = [branch for branch in branches if not any(_excludes(error, path) for error in branch)]
    if len(meant) == 1:
        for error in meant[0]:
            yield from problem_of(root, error)
        return
    wanted = [error.kind for branch in branches for error in branch if list(error.instance_path) == list(path)]
    if branches and len(wanted) == sum(map(len, branches)) and all(kind.name in _PLAIN for kind in wanted):
        sentences = [_sentence(kind.name, kind).removeprefix("must be ") for kind in wanted]
        yield Problem(path_text(root, path), _bounded(f"must be {' or '.join(dict.fromkeys(sentences))}"))
    else:
        yield Problem(path_text(root, path), f"must fit one of the {len(branches)} schemas that there are for it")


_PLAIN = frozenset(("type", "const", "enum", "format"))


def _excludes(error: ValidationError, path: Sequence[str | int]) -> bool:
    """Whether the error says that this branch is for other values: here, or by a constant in a field."""
    place = list(error.instance_path)
    if place == list(path):
        return error.kind.name == "type"
    return place[:-1] == list(path) and error.kind.name in ("const", "enum")


def _of_name(root: str, path: Sequence[str | int], error: ValidationError) -> Iterator[Problem]:
    name = error.instance if isinstance(error.instance, str) else ""
    for inner in _problems("", error, ()):
        yield Problem(path_text(root, (*path, name)), _bounded(f"is not accepted as a name: it {inner.message}"))


def _sentence(name: str, kind: ValidationErrorKind) -> str:
    facts = kind.as_dict()
    if name in _OF_LIMITS:
        return _of_limit(name, facts)
    if name in _OTHERWISE:
        return _OTHERWISE[name]
    build = _BUILT.get(name)
    return _bounded(build(facts)) if build is not None else f"must fit {shortened(name)} of its schema"


def _of_limit(name: str, facts: Mapping[str, Any]) -> str:
    limit = next(iter(facts.values()))
    text = _bounded(_OF_LIMITS[name].format(_shown(limit)))
    return text.removesuffix("s") if limit == 1 and text.endswith(("characters", "members", "fields")) else text


def _type(facts: Mapping[str, Any]) -> str:
    return f"must be {_either([text for name, text in _TYPES.items() if name in facts['types']])}"


def _enum(facts: Mapping[str, Any]) -> str:
    options = facts["options"]
    if len(options) > _MOST_OPTIONS:
        first = ", ".join(map(_shown, options[:_MOST_OPTIONS]))
        return f"must be one of {len(options)} values, such as {first}"
    return f"must be {_either([_shown(each) for each in options])}"


def _pattern(facts: Mapping[str, Any]) -> str:
    return f"must match the pattern {facts['pattern']}"


def _format(facts: Mapping[str, Any]) -> str:
    return f"must be {_FORMATS.get(facts['format'], 'of the format ' + str(facts['format']))}"


def _many_fit(_facts: Mapping[str, Any]) -> str:
    return "must fit one of several schemas, and fits more"


def _unexpected_items(facts: Mapping[str, Any]) -> str:
    return f"must not have the last {len(facts['unexpected'])} of its members"


_BUILT: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "format": _format,
    "oneOf": _many_fit,
    "additionalItems": lambda facts: f"must have at most {facts['limit']} members",
    "unevaluatedItems": _unexpected_items,
}


def _either(texts: Sequence[str]) -> str:
    *most, last = texts or [""]
    return f"{', '.join(most)} or {last}" if most else last


def _shown(value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):  # a decimal, or an integer of over 4,300 digits
        return str(value) if not isinstance(value, int) else "a number that is longer"
    return shortened(text)


def _bounded(text: str) -> str:
    return printable(shortened(text, _MOST_ACCEPTED_CHARACTERS))
