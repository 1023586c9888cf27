"""Strategies of JMESPath: expressions of every form and function, and documents that they say something about."""

import json
import re
from functools import cache
from itertools import chain, zip_longest
from typing import Any

from hypothesis import strategies as st
from jmespath.functions import Functions

from recado.rules.shaping.allowance import MOST_CHARACTERS
from tests.unit.rules.event.json_values import SOUND_TEXT, nested

Texts = st.SearchStrategy[str]

_TEXTS = st.sampled_from(
    ["", "a", "b", "paid", "Paid", "12", "-1.5", "1e400", "nan", "ü€😀", "\\", '"', "'", "`", "\x00\n"]
)
_NUMBERS = (
    st.integers(-3, 3)
    | st.sampled_from([0.0, -0.0, 1.0, 0.1, 59.9, 2**53 + 1, 2**70, -(2**70), 10**40, 1e308, -1e308, 5e-324])
    | st.floats(allow_nan=False, allow_infinity=False)
)
_SCALARS = st.none() | st.booleans() | _NUMBERS | _TEXTS | SOUND_TEXT
_ANYTHING = nested(_SCALARS, st.sampled_from(["n", "s", "x", "d e"]))
_ROW = st.fixed_dictionaries({"n": _NUMBERS, "s": _TEXTS}, optional={"x": _ANYTHING})
_SOUND = {
    "n": _NUMBERS,
    "s": _TEXTS,
    "ns": st.lists(_NUMBERS, max_size=4),
    "ss": st.lists(_TEXTS, max_size=4),
    "rows": st.lists(_ROW, max_size=4),
    "o": st.dictionaries(st.sampled_from(["n", "s", "d e"]), _SCALARS, max_size=3),
    "lists": st.lists(st.lists(_ANYTHING, max_size=3) | _SCALARS, max_size=3),
    "x": _ANYTHING,
}
DOCUMENTS: st.SearchStrategy[dict[str, Any]] = (
    st.fixed_dictionaries(_SOUND)
    | st.fixed_dictionaries({}, optional=_SOUND)
    | st.dictionaries(st.sampled_from(sorted(_SOUND)), _ANYTHING, max_size=5)
)
"""Objects whose fields mostly are what their names say: a number, a text, lists of them and of rows."""


def _literal(value: Any) -> str:
    return "`" + json.dumps(value, ensure_ascii=False).replace("`", "\\`") + "`"


def _raw(text: str) -> str:
    return "'" + text.replace("'", "\\'") + "'"


# A raw text that ends with a backslash would escape its own quote.
_RAW = _TEXTS.filter(lambda text: not text.endswith("\\")).map(_raw)
_BOUNDS = st.sampled_from(["", "-3", "-1", "0", "1", "3"])
_SLICES = st.tuples(_BOUNDS, _BOUNDS, st.sampled_from(["", ":", ":2", ":-1", ":-2"])).map(
    lambda parts: f"[{parts[0]}:{parts[1]}{parts[2]}]"
)
_LEAVES: dict[str, Texts] = {
    "number": st.sampled_from(["n", "ns[0]", "rows[-1].n", "o.n", "to_number('nan')", "to_number('1e999')"])
    | _NUMBERS.map(_literal),
    "text": st.sampled_from(["s", "ss[0]", "rows[0].s"]) | _RAW | _TEXTS.map(_literal),
    "numbers": st.sampled_from(["ns", "rows[*].n", "rows[].n", "lists[]", "`[]`"]),
    "texts": st.sampled_from(["ss", "rows[*].s", "keys(o)", "`[]`"]),
    "rows": st.sampled_from(["rows", "rows", "lists", "[@]", "[o, @]"]),
    "object": st.sampled_from(["o", "@", "rows[0]", '"x"', "`{}`"]),
    "boolean": st.sampled_from(["`true`", "`false`", "n", "x", "ss"]),
    "any": st.sampled_from(["@", "x", "n", "lists", "rows", 'o."d e"', "missing", "*"]) | _ANYTHING.map(_literal),
}
# What makes each kind, of parts whose kinds stand in <>.
_FORMS = {
    "number": """
        sum(<numbers>) ¦ avg(<numbers>) ¦ max(<numbers>) ¦ min(<numbers>) ¦ abs(<number>) ¦ ceil(<number>)
        floor(<number>) ¦ length(<rows>) ¦ length(<text>) ¦ length(<object>) ¦ to_number(<any>)
        <numbers> | [0] ¦ max_by(<rows>, &<number>).n ¦ min_by(<rows>, &<text>).n
        not_null(missing, <number>, <any>)
    """,
    "text": """
        join(<text>, <texts>) ¦ to_string(<any>) ¦ type(<any>) ¦ reverse(<text>) ¦ max(<texts>)
        min(<texts>) ¦ not_null(<text>) ¦ (<text> || <text>) ¦ max_by(<rows>, &<text>) | s
    """,
    "numbers": """
        sort(<numbers>) ¦ [<number>, <number>] ¦ map(&<number>, <rows>) ¦ <rows>[?<boolean>].n
        <numbers><slice> ¦ reverse(<numbers>) ¦ <numbers>[?@ > <number>] ¦ [<numbers>, <number>][]
    """,
    "texts": """
        sort(<texts>) ¦ [<text>, <text>] ¦ map(&<text>, <rows>) ¦ keys(<object>) ¦ <texts><slice>
        <rows>[*].<text> ¦ reverse(<texts>) ¦ to_array(<text>) ¦ <texts>[?@ != <text>]
    """,
    "rows": """
        <rows>[?<boolean>] ¦ sort_by(<rows>, &<number>) ¦ sort_by(<rows>, &<text>) ¦ reverse(<rows>)
        <rows><slice> ¦ <rows>[*].{n: <number>, s: <text>, x: <any>} ¦ [<rows>, <rows>][]
        to_array(<object>) ¦ values(<object>) ¦ map(&<object>, <rows>) ¦ [<object>, <rows>] | []
    """,
    "object": """
        merge(<object>, <object>) ¦ {n: <number>, s: <text>} ¦ {"d e": <any>} ¦ <rows> | [0]
        min_by(<rows>, &<number>) ¦ <object>.{n: <any>, s: <any>} ¦ merge(<object>)
    """,
    "boolean": """
        <number> <order> <number> ¦ <text> <order> <text> ¦ <any> <order> <any> ¦ <any> == <any>
        contains(<rows>, <any>) ¦ contains(<texts>, <text>) ¦ contains(<text>, <text>)
        starts_with(<text>, <text>) ¦ ends_with(<text>, <text>) ¦ !<boolean> ¦ (<boolean> && <boolean>)
        (<boolean> || <boolean>) ¦ !<number> ¦ <rows> != <rows> ¦ <object> == <object>
    """,
    "any": """
        <number> ¦ <text> ¦ <numbers> ¦ <texts> ¦ <rows> ¦ <object> ¦ <boolean> ¦ <any> || <any>
        <any> && <any> ¦ <any> | <any> ¦ <rows>[] ¦ (<any>)[] ¦ (<any>)[*].<any> ¦ (<any>).*
        [<any>, <any>] ¦ (<any>)<slice> ¦ (<any>)[-2] ¦ <object>.*.<any> ¦ !<any> ¦ <rows>[?<any>].<any>
        <function>(<any>) ¦ <any> <order> <any> ¦ <any> <order> <boolean> ¦ <object> <order> <object>
    """,
}
_SINGLE = [name for name, known in Functions.FUNCTION_TABLE.items() if len(known["signature"]) == 1]
_OTHERS: dict[str, Texts] = {
    "slice": _SLICES,
    "order": st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
    "function": st.sampled_from(sorted(_SINGLE)),
}
_DEEPEST = 3


@cache
def _of(kind: str, levels: int) -> Texts:
    """Expressions of a kind with at most so many forms within each other."""
    if kind in _OTHERS:
        return _OTHERS[kind]
    if levels == 0:
        return _LEAVES[kind]
    return st.one_of(
        _LEAVES[kind], *(_filled(form, levels - 1) for form in re.split(r"\s*[¦\n]\s*", _FORMS[kind].strip()))
    )


def _filled(form: str, levels: int) -> Texts:
    # What stands in the form as it is, and names of kinds, in turn.
    pieces = re.split(r"<([a-z]+)>", form)
    kinds = st.tuples(*(_of(kind, levels) for kind in pieces[1::2]))
    return kinds.map(lambda made: "".join(chain.from_iterable(zip_longest(pieces[::2], made, fillvalue=""))))


EXPRESSIONS: Texts = _of("any", _DEEPEST).filter(lambda text: len(text) <= MOST_CHARACTERS)
"""Texts nearly all of which are expressions, and most of which have a value over a document."""

_CHARACTERS = st.sampled_from(
    [*"ab@&|!.,:*?<>=()[]{}'\"`\\-0123456789 \n", "length(", "`[", "']", "é", "\ud800", "\x00"]
)
SCRAWLS: Texts = st.lists(_CHARACTERS, max_size=20).map("".join)
"""Texts few of which are expressions."""
