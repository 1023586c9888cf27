"""The expressions that PynamoDB writes, read once each: conditions, and what an update does.

Values are as the SDK has them: {"S": "text"}, {"N": "12"}; an attribute that is missing is None.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

Item = Mapping[str, Mapping[str, Any]]
Given = Mapping[str, Any]
"""What the placeholders of a call stand for: names of attributes, and values."""

_TOKEN = re.compile(r"\s*([#:]\w+|\w+|<=|>=|<>|[=<>(),+])")
_FUNCTIONS = ("attribute_exists", "attribute_not_exists", "begins_with", "contains")
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class Condition(NamedTuple):
    """An operator, and the further conditions or placeholders that it is about."""

    operator: str
    operands: tuple[Any, ...]

    def holds(self, item: Item, given: Given) -> bool:
        """Whether it holds for an item, which is empty where there is none."""
        if self.operator == "AND":
            return all(each.holds(item, given) for each in self.operands)
        if self.operator == "OR":
            return any(each.holds(item, given) for each in self.operands)
        if self.operator == "NOT":
            return not self.operands[0].holds(item, given)
        value = item.get(given[self.operands[0]])
        if self.operator == "size":
            compares = _COMPARISONS[self.operands[1]]
            return value is not None and compares(len(plain(value)), plain(given[self.operands[2]]))
        if self.operator in ("attribute_exists", "attribute_not_exists"):
            return (value is None) == (self.operator == "attribute_not_exists")
        wanted = [given[name] for name in self.operands[1:]]
        return self._compares(value, wanted) if value is not None else self.operator == "<>"

    def _compares(self, value: Mapping[str, Any], wanted: list[Any]) -> bool:
        (kind,) = value
        if any(kind not in each for each in wanted):
            return self.operator == "<>"
        mine, others = plain(value), [plain(each) for each in wanted]
        if self.operator == "BETWEEN":
            return bool(others[0] <= mine <= others[1])
        if self.operator == "IN":
            return mine in others
        if self.operator == "begins_with":
            return bool(mine.startswith(others[0]))
        if self.operator == "contains":
            return others[0] in mine
        return _COMPARISONS[self.operator](mine, others[0])


class Update(NamedTuple):
    """What an update does: placeholders of names and values to set, of names to remove, of what to add, or take out.

    Numbers are added to numbers, members to sets, and taken out of sets.
    """

    setting: tuple[tuple[str, str], ...]
    removing: tuple[str, ...]
    adding: tuple[tuple[str, str], ...]
    deleting: tuple[tuple[str, str], ...]

    def applied(self, item: Item, given: Given) -> Item:
        """Return the item afterwards."""
        after = dict(item) | {given[name]: given[value] for name, value in self.setting}
        for name in self.removing:
            after.pop(given[name], None)
        for name, value in self.adding:
            after[given[name]] = _sum(after.get(given[name]), given[value])
        for name, value in self.deleting:
            left = set(plain(after.pop(given[name], {"SS": []}))) - set(plain(given[value]))
            if left:  # no set is empty
                after[given[name]] = {"SS": sorted(left)}
        return after


def _sum(before: Mapping[str, Any] | None, more: Mapping[str, Any]) -> Mapping[str, Any]:
    if "SS" in more:
        return {"SS": sorted({*plain(before or {"SS": []}), *plain(more)})}
    return {"N": str(plain(before or {"N": "0"}) + plain(more))}


def plain(value: Mapping[str, Any]) -> Any:
    """Return what can be compared of a value."""
    ((kind, content),) = value.items()
    if kind != "N":
        return content
    return int(content) if content.lstrip("-").isdigit() else float(content)


@lru_cache(4096)
def condition(text: str) -> Condition:
    """Read a condition."""
    words = _words(text)
    found = _disjunction(words)
    assert not words, text
    return found


@lru_cache(4096)
def update(text: str) -> Update:
    """Read an update."""
    parts: dict[str, list[Any]] = {"SET": [], "REMOVE": [], "ADD": [], "DELETE": []}
    words, clause = _words(text), ""
    while words:
        word = words.pop()
        if word in parts:
            clause = word
        elif clause == "REMOVE":
            parts[clause].append(word)
        elif word != ",":
            if clause == "SET":
                assert words.pop() == "=", text
            parts[clause].append((word, words.pop()))
        if clause == "REMOVE" and words and words[-1] == ",":
            words.pop()
    return Update(*map(tuple, parts.values()))


def _words(text: str) -> list[str]:
    """The words, the last first."""
    found = _TOKEN.findall(text)
    assert "".join(found) == re.sub(r"\s", "", text), text
    return found[::-1]


def _disjunction(words: list[str]) -> Condition:
    each = [_conjunction(words)]
    while words and words[-1] == "OR":
        words.pop()
        each.append(_conjunction(words))
    return each[0] if len(each) == 1 else Condition("OR", tuple(each))


def _conjunction(words: list[str]) -> Condition:
    each = [_term(words)]
    while words and words[-1] == "AND":
        words.pop()
        each.append(_term(words))
    return each[0] if len(each) == 1 else Condition("AND", tuple(each))


def _term(words: list[str]) -> Condition:
    word = words.pop()
    if word == "NOT":
        return Condition("NOT", (_term(words),))
    if word == "(":
        inner = _disjunction(words)
        assert words.pop() == ")"
        return inner
    if word in _FUNCTIONS:
        return Condition(word, tuple(_arguments(words)))
    if word == "size":
        (name,) = _arguments(words)
        return Condition(word, (name, words.pop(), words.pop()))
    return _comparison(word, words)


def _comparison(word: str, words: list[str]) -> Condition:
    operator = words.pop()
    if operator == "IN":
        return Condition(operator, (word, *_arguments(words)))
    if operator == "BETWEEN":
        lowest, _, highest = words.pop(), words.pop(), words.pop()
        return Condition(operator, (word, lowest, highest))
    return Condition(operator, (word, words.pop()))


def _arguments(words: list[str]) -> list[str]:
    assert words.pop() == "("
    found = []
    while (word := words.pop()) != ")":
        if word != ",":
            found.append(word)
    return found
