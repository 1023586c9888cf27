"""What usually is a mistake in an expression, though it is one: told beside a preview, and never refused."""

import json
import re
from collections.abc import Iterator
from typing import Any

from jmespath import lexer

from recado.rules.shaping.expression import FIELDS, parsed

_COMPARATORS = frozenset({"eq", "ne", "lt", "gt", "lte", "gte"})
_ORDERS = frozenset({"lt", "gt", "lte", "gte"})
_CONSTANTS = frozenset({"true", "false", "null"})
_LITERAL = re.compile(r"`((?:[^`\\]|\\.)*)`")
_NUMBER = re.compile(r"\s*-?[0-9]+(\.[0-9]+)?\s*")


def warnings_of(text: str) -> tuple[str, ...]:
    """One sentence for each; `text` is an expression that `compiled` accepts."""
    found = [*_of_quotes(text), *_of_literals(text), *_of_tree(parsed(text))]
    return tuple(dict.fromkeys(found))


def _of_quotes(text: str) -> Iterator[str]:
    """`"paid"` where a text is meant: it names a field."""
    before, calls = "", []
    for token in lexer.Lexer().tokenize(text):
        kind = token["type"]
        if kind == "lparen":
            calls.append(before in ("unquoted_identifier", "quoted_identifier"))
        elif kind == "rparen" and calls:
            calls.pop()
        is_argument = kind == "quoted_identifier" and before == "comma" and bool(calls) and calls[-1]
        if is_argument or (kind == "quoted_identifier" and before in _COMPARATORS):
            value = token["value"]
            yield f"\"{value}\" names a field: a text stands in single quotes, '{value}'"
        before = kind


def _of_literals(text: str) -> Iterator[str]:
    for token in lexer.Lexer().tokenize(text):
        # A backtick may stand in a text, too.
        found = _LITERAL.match(text, token["start"]) if token["type"] == "literal" else None
        if found is None:
            continue
        value = found[1].replace("\\`", "`")
        try:
            json.loads(value)
        except ValueError:
            yield f"`{value}` is no JSON: a text stands in single quotes, '{value.strip()}'"


def _of_tree(tree: Any) -> Iterator[str]:
    for node, at_the_top in _scoped(tree):
        kind = node["type"]
        if kind == "field" and node["value"] in _CONSTANTS:
            yield f"{node['value']} names a field: the constant stands in backticks, `{node['value']}`"
        elif kind == "field" and at_the_top and node["value"] not in FIELDS:
            name = node["value"]
            yield f"{name} is no field of an event, which has {', '.join(FIELDS)}: data.{name} is one of its data"
        if kind == "comparator" and node["value"] in _ORDERS:
            for side in node["children"]:
                if side["type"] == "literal" and isinstance(side["value"], str) and _NUMBER.fullmatch(side["value"]):
                    yield f"'{side['value']}' is a text: a number stands in backticks, `{side['value'].strip()}`"


def _scoped(tree: Any) -> Iterator[tuple[Any, bool]]:
    """Each node, and whether it is worked out over the event itself."""
    pending = [(tree, True)]
    while pending:
        node, at_the_top = pending.pop()
        yield node, at_the_top
        children = [child for child in node.get("children", ()) if isinstance(child, dict)]
        for place, child in enumerate(children):
            pending.append((child, at_the_top and _keeps_scope(node["type"], place)))


def _keeps_scope(kind: str, place: int) -> bool:
    if kind in ("subexpression", "index_expression", "pipe") or kind.endswith("projection"):
        return place == 0
    return kind != "expref"
