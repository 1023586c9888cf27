"""JSON as RFC 8259 means it: no NaN, no integer of endless digits, no lone surrogate, no bottomless nesting.

Python's `json` accepts NaN, lone surrogates and nesting, and each breaks somewhere behind it: in other parsers, in
UTF-8, in every recursive reader. An integer is exact to the last digit; Python reads and writes up to 4,300 of them.
"""

import json
import math

MAX_DEPTH = 100
MOST_DIGITS = 4300
_TOO_LARGE = 10**MOST_DIGITS
_TOO_LONG = f"a number has more than {MOST_DIGITS} digits"


class InvalidJsonError(ValueError):
    """The text or value is not JSON that every reader accepts; the message says what is wrong."""


def _refuse_constant(name: str) -> object:
    raise InvalidJsonError(f"{name} is not JSON: numbers are finite")


def loads(text: str, max_depth: int = MAX_DEPTH) -> object:
    """Parse `text`; raises `InvalidJsonError`."""
    try:
        value: object = json.loads(text, parse_constant=_refuse_constant)
    except InvalidJsonError:
        raise
    except RecursionError:
        raise _too_deep(max_depth) from None
    except ValueError as error:
        # Also of a number that is too long, where the message is Python's own business.
        reason = f"not JSON: {error}" if isinstance(error, json.JSONDecodeError) else _TOO_LONG
        raise InvalidJsonError(reason) from None
    check(value, max_depth)
    return value


def check(value: object, max_depth: int = MAX_DEPTH) -> None:
    """Raise `InvalidJsonError` unless `value`, as `json.loads` returns it, is JSON that every reader accepts."""
    pending: list[tuple[object, int]] = [(value, 1)]
    while pending:
        node, depth = pending.pop()
        if depth > max_depth and isinstance(node, dict | list):
            raise _too_deep(max_depth)
        if isinstance(node, dict):
            for key, member in node.items():
                _check_scalar(key)
                pending.append((member, depth + 1))
        elif isinstance(node, list):
            pending.extend((member, depth + 1) for member in node)
        else:
            _check_scalar(node)


def _too_deep(max_depth: int) -> InvalidJsonError:
    return InvalidJsonError(f"nested deeper than {max_depth} levels")


def _check_scalar(node: object) -> None:
    if isinstance(node, str):
        if not node.isascii():
            try:
                node.encode()
            except UnicodeEncodeError:
                raise InvalidJsonError("a text holds a lone surrogate, which UTF-8 cannot carry") from None
    elif isinstance(node, bool) or node is None:
        return
    elif isinstance(node, int):
        if abs(node) >= _TOO_LARGE:
            raise InvalidJsonError(_TOO_LONG)
    elif isinstance(node, float) and not math.isfinite(node):
        raise InvalidJsonError("a number is not finite")


def upper_levels(value: object, levels: int = MAX_DEPTH) -> object:
    """The value without what lies deeper than so many levels: None stands there instead."""
    if not isinstance(value, dict | list):
        return value
    if levels == 0:
        return None
    if isinstance(value, dict):
        return {key: upper_levels(member, levels - 1) for key, member in value.items()}
    return [upper_levels(member, levels - 1) for member in value]


def dumps(value: object) -> str:
    """Compact JSON text of a value that `check` accepts, key order kept, not escaped beyond what JSON needs."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
