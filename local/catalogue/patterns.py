"""Which events EventBridge sends where: the patterns of a catalogue's rules, within EventBridge's limits.

Of every event exactly one category's rules match its name, and no event of ours is matched by no rule.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from recado.rules.event.catalogue import Catalogue, Category

MOST_CHARACTERS = 2048
"""Of a pattern (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html)."""

MOST_RULES = 140
"""Of a catalogue: a bus holds 300, and while one catalogue replaces another the rules of both are there."""

_LONGEST_SOURCE = "s" * 256  # what the template's EventSource takes at most
_SEPARATORS = "._:-"


class Kind(StrEnum):
    """What a rule is for; its value begins the rule's logical id."""

    REAL_TIME = "RealtimeRule"
    NON_REAL_TIME = "NonRealtimeRule"
    UNKNOWN = "UnknownEventRule"


class Filter(NamedTuple):
    """One name, or all names that begin so."""

    text: str
    is_prefix: bool = False

    def matches(self, name: str) -> bool:
        """Whether the name is meant."""
        return name.startswith(self.text) if self.is_prefix else name == self.text


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; `detail_type` is what its pattern says of the name, None if every name is meant."""

    kind: Kind
    detail_type: tuple[object, ...] | None

    @property
    def logical_id(self) -> str:
        """Named after what it says, so that CloudFormation makes a new rule before it removes the old one.

        Were two rules updated to swap a name, there would be a moment in which neither has it.
        """
        text = json.dumps([self.kind, self.detail_type])
        return self.kind + hashlib.sha256(text.encode()).hexdigest()[:8]

    @property
    def characters(self) -> int:
        """How long its pattern can be, spaces included, with the longest source."""
        pattern: dict[str, object] = {"source": [_LONGEST_SOURCE]}
        if self.detail_type is not None:
            pattern["detail-type"] = self.detail_type
        return len(json.dumps(pattern))

    @property
    def fits(self) -> bool:
        """Whether EventBridge takes it."""
        return self.characters <= MOST_CHARACTERS


def rules_of(catalogue: Catalogue) -> tuple[Rule, ...]:
    """The rules of a catalogue.

    Of these ways the first that fits is taken:
    1. every name by itself, and one rule for all other names;
    2. shortened by prefixes (a name of no catalogue that one lets through is refused by who reads it), and one rule for
       all that is left;
    3. where the names of one category fit one pattern: all others, known or not, go where the other category goes;
    4. several rules for the names that are left; a name that begins like no other may match more than one of these.
    """
    names = {category: sorted(each.name for each in catalogue.of(category)) for category in Category}
    real_time, batch = names[Category.REAL_TIME], names[Category.NON_REAL_TIME]
    exact = _with_the_rest(list(map(Filter, real_time)), list(map(Filter, batch)))
    if exact[-1].fits:
        return exact
    short_real_time, short_batch = shortened(real_time, batch), shortened(batch, real_time)
    short = _with_the_rest(short_real_time, short_batch)
    if short[-1].fits:
        return short
    one_sided = sorted(_one_sided(short_real_time, short_batch), key=lambda rules: rules[0].characters)
    if one_sided and one_sided[0][0].fits:
        return one_sided[0]
    rest = tuple(Rule(Kind.UNKNOWN, (each,)) for each in _outside(sorted({*short_real_time, *short_batch})))
    return (*short[:-1], *rest)


def shortened(names: Collection[str], others: Iterable[str]) -> list[Filter]:
    """The fewest filters that match all of `names`, and none of `others`.

    A prefix ends with a separator, and stands for two names at least.
    """
    known = sorted(others)
    by_prefix = sorted((_shortest_prefix(name, known), name) for name in names)
    filters: list[Filter] = []
    for prefix, group in groupby(by_prefix, key=lambda pair: pair[0]):
        members = [name for _prefix, name in group]
        alone = not prefix or len(members) == 1
        filters.extend(map(Filter, members) if alone else [Filter(prefix, is_prefix=True)])
    return filters


def _shortest_prefix(name: str, others: Sequence[str]) -> str:
    """The first part of the name that none of the others, which are sorted, begins with; empty if there is none."""
    for end, character in enumerate(name, start=1):
        if character in _SEPARATORS:
            following = bisect_left(others, name[:end])
            if following == len(others) or not others[following].startswith(name[:end]):
                return name[:end]
    return ""


def _with_the_rest(real_time: list[Filter], batch: list[Filter]) -> tuple[Rule, ...]:
    return (
        *(Rule(Kind.REAL_TIME, each) for each in _chunks(real_time)),
        *(Rule(Kind.NON_REAL_TIME, each) for each in _chunks(batch)),
        Rule(Kind.UNKNOWN, (_anything_but([*real_time, *batch]),)),
    )


def _one_sided(real_time: list[Filter], batch: list[Filter]) -> Iterator[tuple[Rule, ...]]:
    for kind, others, filters in (
        (Kind.REAL_TIME, Kind.NON_REAL_TIME, batch),
        (Kind.NON_REAL_TIME, Kind.REAL_TIME, real_time),
    ):
        chunks = _chunks(filters)
        if not chunks:
            yield (Rule(kind, None),)
        elif len(chunks) == 1:
            yield Rule(kind, (_anything_but(filters),)), Rule(others, chunks[0])


def _chunks(filters: list[Filter], bit: int = 0) -> list[tuple[object, ...]]:
    """What detail types may be, in as many patterns as are needed.

    A filter finds its pattern by its hash, so that one more changes one pattern, whatever the order of names.
    """
    chunk = tuple({"prefix": each.text} if each.is_prefix else each.text for each in filters)
    if not chunk:
        return []
    if Rule(Kind.REAL_TIME, chunk).fits:
        return [chunk]
    halves: tuple[list[Filter], list[Filter]] = ([], [])
    for each in filters:
        halves[_bit(each, bit)].append(each)
    return [*_chunks(halves[0], bit + 1), *_chunks(halves[1], bit + 1)]


def _bit(one: Filter, position: int) -> int:
    return int.from_bytes(hashlib.sha256(one.text.encode()).digest()) >> position & 1


def _anything_but(filters: list[Filter]) -> object:
    """Every name that none of the filters matches.

    Names and prefixes cannot be mixed there, but wildcards can be both: no name holds a '*' or a backslash.
    """
    if not any(each.is_prefix for each in filters):
        return {"anything-but": [each.text for each in filters]}
    if all(each.is_prefix for each in filters):
        return {"anything-but": {"prefix": [each.text for each in filters]}}
    return {"anything-but": {"wildcard": [each.text + "*" * each.is_prefix for each in filters]}}


def _outside(filters: list[Filter], beginning: int = 0, elsewhere: tuple[Filter, ...] = ()) -> Iterator[object]:
    """Patterns of which at least one matches every name that no filter matches, and none any other name.

    The filters are sorted, and equal in so many characters. Each pattern leaves out some of them by themselves, and by
    their beginnings those that another pattern has: `elsewhere`.
    """
    whole = _anything_but([*filters, *elsewhere])
    if Rule(Kind.UNKNOWN, (whole,)).fits or len(filters) == 1:
        yield whole
        return
    here = tuple(each for each in filters if len(each.text) == beginning)
    deeper = [each for each in filters if len(each.text) > beginning]
    groups = {start: list(group) for start, group in groupby(deeper, key=lambda each: each.text[: beginning + 1])}
    for starts in _packed(groups, (*here, *elsewhere)):
        others = (Filter(start, is_prefix=True) for start in groups if start not in starts)
        members = [each for start in starts for each in groups[start]]
        yield from _outside(members, beginning + (len(starts) == 1), (*here, *others, *elsewhere))


def _packed(groups: dict[str, list[Filter]], elsewhere: tuple[Filter, ...]) -> Iterator[list[str]]:
    """The groups, by their beginnings, together as long as they fit one pattern; one that never fits comes alone."""
    packed: list[str] = []
    for start in groups:
        tried = [*packed, start]
        others = (Filter(each, is_prefix=True) for each in groups if each not in tried)
        members = [member for each in tried for member in groups[each]]
        if packed and not Rule(Kind.UNKNOWN, (_anything_but([*members, *others, *elsewhere]),)).fits:
            yield packed
            tried = [start]
        packed = tried
    yield packed
