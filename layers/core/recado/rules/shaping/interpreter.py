"""The library's JMESPath interpreter with a budget: what is made and compared is paid for before.

An expression of 192 characters can ask for 14 GB, because values are made of others that are there already: a list of
two of them costs nothing until somebody compares, joins or writes it. Each node that is visited is a step, so is
each element of a list that is made anew, and so are some characters or nested values of what is read to its end.
"""

from typing import Any

from jmespath import functions, visitor

from recado.rules.shaping.allowance import Allowance, SpentError

_CHARACTERS_A_STEP = 64
_NESTED_VALUES_A_STEP = 4
# Keys are compared with each other: of 50,000 at most 16 times each.
_KEY_CHARACTERS_A_STEP = 4
# Bits a digit of an integer: as text it is as long as its digits are many.
_BITS_A_DIGIT = 3
# Below that many characters CPython seeks a text by comparing it at every place (Objects/stringlib/fastsearch.h).
_SOUGHT_AT_EVERY_PLACE = 2_500
_COMPARISONS_A_STEP = 8_192
_FUNCTIONS = functions.Functions()
_EQUALITY = frozenset({"eq", "ne"})
_DEEP = frozenset({"contains", "to_string"})
_SORTING = frozenset({"sort"})
_ORDERING = frozenset({"sort", "max", "min"})


class BudgetedInterpreter(visitor.TreeInterpreter):
    """Works out a parsed expression; raises `SpentError` where it takes too many steps."""

    def __init__(self, allowance: Allowance) -> None:
        super().__init__()
        self._allowance = allowance
        self._spend = allowance.spend
        self._methods: dict[str, Any] = {}

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        """The value of a node."""
        self._spend()
        kind = node["type"]
        method = self._methods.get(kind)
        if method is None:
            method = self._methods[kind] = getattr(self, f"visit_{kind}")
        return method(node, *args, **kwargs)

    def visit_flatten(self, node: Any, value: Any) -> Any:
        """One list of what is in several."""
        base = self.visit(node["children"][0], value)
        if not isinstance(base, list):
            return None
        lists = [each if isinstance(each, list) else [each] for each in base]
        self._allowance.spend(sum(map(len, lists)))
        return [each for one in lists for each in one]

    def visit_slice(self, node: Any, value: Any) -> Any:
        """A part of a list."""
        if isinstance(value, list):
            self._allowance.spend(len(value))
        return super().visit_slice(node, value)

    def visit_comparator(self, node: Any, value: Any) -> Any:
        """Whether two values compare."""
        left, right = (self.visit(child, value) for child in node["children"])
        if isinstance(left, list | dict) and isinstance(right, list | dict):
            self.weigh(left)
            self.weigh(right)
        elif isinstance(left, str) and isinstance(right, str):
            self._allowance.spend(min(len(left), len(right)) // _CHARACTERS_A_STEP)
        operator = node["value"]
        if operator not in _EQUALITY and not (_has_order(left) and _has_order(right)):
            return None
        return self.COMPARATOR_FUNC[operator](left, right)

    def visit_expref(self, node: Any, value: Any) -> Any:  # noqa: ARG002 - what it is worked out over comes later
        """What a function works out for each element."""
        return _Expression(node["children"][0], self, self._allowance)

    def visit_function_expression(self, node: Any, value: Any) -> Any:
        """What a function makes of its arguments."""
        arguments = [self.visit(child, value) for child in node["children"]]
        for argument in arguments:
            self._pay(node["value"], argument)
        match node["value"], arguments:
            case "join", [str() as glue, list() as texts]:
                self._allowance.spend(len(texts) * len(glue) // _CHARACTERS_A_STEP)
            case "contains", [str() as text, str() as sought] if len(sought) < len(text) < _SOUGHT_AT_EVERY_PLACE:
                self._allowance.spend((len(text) - len(sought)) * len(sought) // _COMPARISONS_A_STEP)
        return _FUNCTIONS.call_function(node["value"], arguments)

    def _pay(self, function: str, argument: Any) -> None:
        if function in _DEEP:
            self.weigh(argument)
        elif isinstance(argument, str):
            self._allowance.spend(len(argument) // _CHARACTERS_A_STEP)
        elif isinstance(argument, dict):
            self._allowance.spend(len(argument))
        elif isinstance(argument, list):
            characters = sum(len(each) for each in argument if isinstance(each, str))
            times = len(argument).bit_length() if function in _SORTING else 1
            of_each = _KEY_CHARACTERS_A_STEP if function in _ORDERING else _CHARACTERS_A_STEP
            self._allowance.spend(times * len(argument) + characters // of_each)

    def weigh(self, value: Any) -> None:
        """Pay for a value that is read to its end, however often the same part stands in it."""
        if value is None or isinstance(value, bool | float):
            return
        most = self._allowance.left_of_one * _NESTED_VALUES_A_STEP
        values, characters, pending = 0, 0, [value]
        while pending:
            each = pending.pop()
            values += 1
            if isinstance(each, str):
                characters += len(each)
            elif isinstance(each, dict):
                values += len(each)
                characters += sum(map(len, each))
                pending.extend(each.values())
            elif isinstance(each, list):
                pending.extend(each)
            elif isinstance(each, int):
                characters += each.bit_length() // _BITS_A_DIGIT
            if values + len(pending) > most:
                # What was looked at is paid, so that many such events do not hold others up.
                self._allowance.exhaust()
                raise SpentError("it makes or compares too much")
        self._allowance.spend(values // _NESTED_VALUES_A_STEP + characters // _CHARACTERS_A_STEP)


def _has_order(value: Any) -> bool:
    """Whether a value can be less than another: a number or a text."""
    return isinstance(value, int | float | str) and not isinstance(value, bool)


class _Expression(visitor._Expression):  # noqa: SLF001 - functions know arguments of this kind by the name of the class
    def __init__(self, expression: Any, interpreter: BudgetedInterpreter, allowance: Allowance) -> None:
        super().__init__(expression, interpreter)
        self._allowance = allowance

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        result = super().visit(node, *args, **kwargs)
        if isinstance(result, str):
            self._allowance.spend(len(result) // _KEY_CHARACTERS_A_STEP)
        return result
