"""Strategies of JMESPath: expressions of every form and function, and documents that they say something about."""

import json
from typing import Any

from hypothesis import strategies as st
from jmespath.functions import Functions

from recado.rules.shaping.allowance import MOST_CHARACTERS
from tests.unit.rules.event.json_values import SOUND_TEXT, nested

Texts = st.SearchStrategy[str]

KEYS = ("a", "b", "c", "d e", "é")
_TEXTS = st.sampled_from(
    ["", "a", "b", "paid", "Paid", "12", "-1.5", "1e400", "nan", "ü€😀", "\\", '"', "'", "`", "\x00\n"]
)
_NUMBERS = (
    st.integers(-3, 3)
    | st.sampled_from([0.0, -0.0, 1.0, 0.1, 59.9, 2**53 + 1, 2**70, -(2**70), 10**40, 1e308, -1e308, 5e-324])
    | st.floats(allow_nan=False, allow_infinity=False)
)
_SCALARS = st.none() | st.booleans() | _NUMBERS | _TEXTS | SOUND_TEXT
_ROWS = st.lists(st.fixed_dictionaries({"a": _NUMBERS}, optional={"b": _TEXTS, "c": _SCALARS}), max_size=4)
VALUES = nested(_SCALARS, st.sampled_from(KEYS)) | st.lists(_NUMBERS, max_size=5) | st.lists(_TEXTS, max_size=5) | _ROWS
DOCUMENTS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5)
"""Objects of few keys, which expressions meet; with lists of numbers, of texts and of rows, which functions want."""


def _literal(value: Any) -> str:
    return "`" + json.dumps(value, ensure_ascii=False).replace("`", "\\`") + "`"


def _raw(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"


def _quoted(key: str) -> str:
    return json.dumps(key, ensure_ascii=False)


_NAMES = st.sampled_from(["a", "b", "c", *map(_quoted, KEYS)])
# A raw text that ends with a backslash would escape its own quote.
_LITERALS = VALUES.map(_literal) | _TEXTS.filter(lambda text: not text.endswith("\\")).map(_raw)
ATOMS = _NAMES | _NAMES | st.just("@") | _LITERALS
_BOUNDS = st.none() | st.integers(-4, 4)
_STEPS = st.sampled_from(["", ":", ":1", ":2", ":-1", ":-3"])


def _slice(bounds: tuple[int | None, int | None, str]) -> str:
    first, last, step = bounds
    return f"[{'' if first is None else first}:{'' if last is None else last}{step}]"


_SLICES = st.tuples(_BOUNDS, _BOUNDS, _STEPS).map(_slice)
_TAILS = st.sampled_from(["[*]", "[]", ".*", "[0]", "[-1]", "[7]", ".keys(@)", ".length(@)", ".to_string(@)"]) | _SLICES


def _call(function: str, parts: Texts) -> Texts:
    """Calls of a function with as many arguments as it takes, and an `&expression` where it takes one."""
    signature = Functions.FUNCTION_TABLE[function]["signature"]
    arguments = [parts.map(lambda part: f"&{part}") if each["types"] == ["expref"] else parts for each in signature]
    given = st.tuples(*arguments).map(list)
    if signature[-1].get("variadic"):
        given = st.tuples(given, st.lists(parts, max_size=2)).map(lambda both: both[0] + both[1])
    return given.map(lambda texts: f"{function}({', '.join(texts)})")


def combined(parts: Texts) -> Texts:
    """Expressions that are made of these: every form of the language, and every function."""
    pairs = st.tuples(parts, parts)
    operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">=", "||", "&&", "|"])
    named = st.lists(st.tuples(_NAMES, parts).map(": ".join), min_size=1, max_size=3)
    return st.one_of(
        st.tuples(parts, _NAMES).map(".".join),
        st.tuples(parts, _TAILS).map("".join),
        st.tuples(parts, parts).map(lambda both: f"{both[0]}[?{both[1]}]"),
        st.tuples(parts, operators, parts).map(" ".join),
        st.lists(parts, min_size=1, max_size=3).map(lambda each: f"[{', '.join(each)}]"),
        named.map(lambda each: f"{{{', '.join(each)}}}"),
        st.tuples(parts, named).map(lambda both: f"{both[0]}.{{{', '.join(both[1])}}}"),
        parts.map(lambda part: f"({part})"),
        parts.map(lambda part: f"!{part}"),
        pairs.map(lambda both: f"{both[0]}[*].{both[1]}"),
        *(_call(function, parts) for function in sorted(Functions.FUNCTION_TABLE)),
    )


EXPRESSIONS: Texts = st.recursive(ATOMS, combined, max_leaves=8).filter(lambda text: len(text) <= MOST_CHARACTERS)
"""Texts most of which are expressions: some do not parse, such as `'a'.'b'`."""

_CHARACTERS = st.sampled_from(
    [*"ab@&|!.,:*?<>=()[]{}'\"`\\-0123456789 \n", "length(", "`[", "']", "é", "\ud800", "\x00"]
)
SCRAWLS: Texts = st.lists(_CHARACTERS, max_size=20).map("".join)
"""Texts few of which are expressions."""
