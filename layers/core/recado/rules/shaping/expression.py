"""A JMESPath expression of a webhook: checked when it is saved, and worked out within a budget (ADR 37)."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jmespath import exceptions, functions, parser

from recado.rules.event import strict_json
from recado.rules.shaping.allowance import MOST_CHARACTERS, Allowance, SpentError
from recado.rules.shaping.interpreter import BudgetedInterpreter
from recado.rules.shaping.trouble import ExpressionFailedError, InvalidExpressionError

MOST_LEVELS = 50
FIELDS = ("eventName", "eventId", "timestamp", "eventInfo", "data")
"""What an expression is worked out over."""

_LONGEST_REASON = 300


class Expression:
    """A parsed expression."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree

    def value_of(self, document: object, allowance: Allowance) -> object:
        """The value for this document, as JSON knows it; raises `ExpressionFailedError`, and nothing else."""
        allowance.begin()
        interpreter = BudgetedInterpreter(allowance)
        try:
            value: object = interpreter.visit(self._tree, document)
            interpreter.weigh(value)
            strict_json.check(value)
        except SpentError as error:
            raise ExpressionFailedError(str(error)) from None
        except strict_json.InvalidJsonError as error:
            raise ExpressionFailedError(f"its value is no JSON: {error}") from None
        except exceptions.JMESPathTypeError as error:
            raise ExpressionFailedError(_wrong_type(error)) from None
        except RecursionError:
            raise ExpressionFailedError("it nests too deep") from None
        except Exception as error:  # noqa: BLE001 - whatever an expression raises, the event is delivered
            # `jmespath` raises Python's own errors, such as TypeError for a text that is compared with a number.
            reason = f"it cannot be worked out: {error or type(error).__name__}"
            raise ExpressionFailedError(reason[:_LONGEST_REASON]) from None
        return value


@lru_cache(maxsize=256)
def compiled(text: str) -> Expression:
    """The expression of this text; raises `InvalidExpressionError`."""
    if not text.strip():
        raise InvalidExpressionError("must not be empty: null takes it away")
    if len(text) > MOST_CHARACTERS:
        raise InvalidExpressionError(f"must not be longer than {MOST_CHARACTERS} characters")
    tree = parsed(text)
    _check(tree)
    return Expression(tree)


def parsed(text: str) -> Any:
    """The tree that the library makes of an expression; raises `InvalidExpressionError`."""
    try:
        return parser.Parser().parse(text).parsed
    except RecursionError:
        raise InvalidExpressionError(_too_deep()) from None
    except exceptions.IncompleteExpressionError:
        raise InvalidExpressionError("must be a JMESPath expression: it ends too early") from None
    except exceptions.LexerError as error:
        reason = f"{error.message} at character {error.lexer_position + 1}"
        raise InvalidExpressionError(f"must be a JMESPath expression: {reason}"[:_LONGEST_REASON]) from None
    except exceptions.ParseError as error:
        place = f"{error.token_value!r} at character {error.lex_position + 1} is not expected"
        raise InvalidExpressionError(f"must be a JMESPath expression: {place}"[:_LONGEST_REASON]) from None
    except Exception as error:  # noqa: BLE001 - the library has a bug now and then; what was entered is refused
        raise InvalidExpressionError(f"must be a JMESPath expression: {error}"[:_LONGEST_REASON]) from None


def _too_deep() -> str:
    return f"must not nest deeper than {MOST_LEVELS} levels"


def _check(tree: Any) -> None:
    for node, level, expected in _nodes(tree):
        if level > MOST_LEVELS:
            raise InvalidExpressionError(_too_deep())
        if (node["type"] == "expref") is not expected:
            wanted = "an expression, such as &name" if expected else "no & here"
            raise InvalidExpressionError(f"must have {wanted}: functions such as sort_by take one")
        if node["type"] == "function_expression":
            _check_call(node)
        elif node["type"] == "literal":
            try:
                strict_json.check(node["value"], MOST_LEVELS)
            except strict_json.InvalidJsonError as error:
                raise InvalidExpressionError(f"must not hold such a literal: {error}") from None
        elif node["type"] == "slice" and node["children"][2] == 0:
            raise InvalidExpressionError("must not have a slice with step 0")


def _nodes(tree: Any) -> Iterator[tuple[Any, int, bool]]:
    """Each node with its level, and whether it must be an `&expression`."""
    pending = [(tree, 1, False)]
    while pending:
        node, level, expected = pending.pop()
        yield node, level, expected
        children = [child for child in node.get("children", ()) if isinstance(child, dict)]
        pending.extend((child, level + 1, _is_expected(node, place)) for place, child in enumerate(children))


def _is_expected(node: Any, place: int) -> bool:
    if node["type"] != "function_expression":
        return False
    signature = _signature(node["value"])
    return place < len(signature) and signature[place]["types"] == ["expref"]


def _signature(function: str) -> Any:
    known = functions.Functions.FUNCTION_TABLE.get(function)
    if known is None:
        there = ", ".join(sorted(functions.Functions.FUNCTION_TABLE))
        raise InvalidExpressionError(f"must not call {function}(): there are {there}")
    return known["signature"]


def _check_call(node: Any) -> None:
    signature, given = _signature(node["value"]), len(node["children"])
    if signature[-1].get("variadic"):
        if given < len(signature):
            raise InvalidExpressionError(f"must give {node['value']}() {len(signature)} or more arguments, not {given}")
    elif given != len(signature):
        raise InvalidExpressionError(f"must give {node['value']}() as many arguments as {len(signature)}, not {given}")


def _wrong_type(error: exceptions.JMESPathTypeError) -> str:
    wanted = " or ".join(error.expected_types)
    return f"{error.function_name}() takes {wanted}, and was given {error.actual_type}"
