"""The rules that a catalogue takes, with the emulator's matcher of patterns as the judge.

The same catalogues, and forty random ones, were once held against AWS's own matcher (event-ruler 1.8.1): ADR 36.
"""

import json
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ministack.services.eventbridge import (  # type: ignore[import-untyped]  # ships no types
    _event_pattern_error,
    _matches_pattern,
)

from local.catalogue.patterns import MOST_CHARACTERS, MOST_RULES, Filter, Kind, Rule, rules_of, shortened
from recado.rules.event.catalogue import Catalogue, Category, EventType
from tests.support.catalogue import SHIPPED, SHOP
from tests.support.deep import deep_but

AREAS = [f"area{number:02}" for number in range(40)]
THINGS = ["header", "line", "item", "note", "address", "status", "history", "document", "attachment", "contact"]
ACTS = ["created", "updated", "deleted", "viewed", "archived"]
NAMES = [f"{area}.{thing}.{act}" for area in AREAS for thing in THINGS for act in ACTS]

KIND_OF = {Category.REAL_TIME: Kind.REAL_TIME, Category.NON_REAL_TIME: Kind.NON_REAL_TIME}


def catalogue(names: Iterable[str], is_batch: Callable[[str], bool] = lambda _name: False) -> Catalogue:
    """Return a catalogue of these names."""
    return Catalogue(
        EventType(name, Category.NON_REAL_TIME if is_batch(name) else Category.REAL_TIME, {"en": "It happens."}, {})
        for name in names
    )


def is_viewed(name: str) -> bool:
    """Return whether a name ends so, which no prefix can tell."""
    return name.lower().endswith("viewed")


def of_one_area_in_four(name: str) -> bool:
    """Return whether the name is of an area whose names all wait for the batch."""
    return int(name[4:6]) % 4 == 0


def joined(names: Iterable[str]) -> list[str]:
    """Return the names without anything that prefixes could end with."""
    return ["".join(word.capitalize() for word in name.split(".")) for name in names]


def matching(rules: Iterable[Rule], name: str) -> list[Kind]:
    """Return what those rules are for whose patterns match an event of this name."""
    event = {"Source": "shop", "DetailType": name, "Detail": "{}"}
    return [rule.kind for rule in rules if _matches_pattern(text_of(rule), event)]


def text_of(rule: Rule) -> str:
    """Return the pattern as EventBridge gets it."""
    detail_type = {} if rule.detail_type is None else {"detail-type": rule.detail_type}
    return json.dumps({"source": ["shop"], **detail_type})


def unknown_names(known: Iterable[str]) -> set[str]:
    """Return names that are nearly, but not, those."""
    names = set(known)
    near = {changed for each in names for changed in (f"{each}x", each[:-1], each.swapcase(), f"{each}.", f"z{each}")}
    return (near | {"", "*", "zzz", "é"}) - names


CATALOGUES = {
    "1": catalogue(["order.paid"]),
    "shipped": SHIPPED,
    "shop": SHOP,
    "300, by area": catalogue(NAMES[:300], of_one_area_in_four),
    "300, mixed": catalogue(NAMES[:300], lambda name: NAMES.index(name) % 2 == 0),
    "2000, by area": catalogue(NAMES, of_one_area_in_four),
    "2000, mixed": catalogue(NAMES, is_viewed),
    "2000, nothing in common": catalogue(joined(NAMES), is_viewed),
    "2000, of one category": catalogue(joined(NAMES)),
}
RULES = {name: rules_of(each) for name, each in CATALOGUES.items()}


each_catalogue = pytest.mark.parametrize(
    "case", deep_but([case for case in CATALOGUES if not case.startswith("2000")], CATALOGUES)
)


@each_catalogue
def test_every_name_goes_where_its_category_says(case: str) -> None:
    """By one rule, so that nothing is delivered twice."""
    for event_type in list(CATALOGUES[case])[:: max(1, len(CATALOGUES[case]) // 25)]:
        assert matching(RULES[case], event_type.name) == [KIND_OF[event_type.category]]


@each_catalogue
def test_no_unknown_name_is_lost(case: str) -> None:
    """Some rule matches it; whoever reads the event refuses it, into the dead-letter queue."""
    for name in unknown_names(CATALOGUES[case].names[:: max(1, len(CATALOGUES[case]) // 4)]):
        assert matching(RULES[case], name)


@pytest.mark.parametrize(
    ("case", "rules", "characters"),
    [
        ("1", [1, 0, 1], 626),
        ("shipped", [1, 1, 1], 2491),
        ("shop", [1, 1, 1], 1413),
        ("300, by area", [1, 1, 1], 1103),
        ("300, mixed", [4, 4, 6], 19_760),
        ("2000, by area", [1, 1, 1], 2259),
        ("2000, mixed", [33, 8, 40], 131_129),
        ("2000, nothing in common", [32, 8, 40], 122_840),
        ("2000, of one category", [1, 0, 0], 272),
    ],
)
def test_patterns_fit_eventbridge(case: str, rules: list[int], characters: int) -> None:
    """Each is one that EventBridge takes, and there are few."""
    assert [sum(rule.kind is kind for rule in RULES[case]) for kind in Kind] == rules
    assert sum(rule.characters for rule in RULES[case]) == characters
    for rule in RULES[case]:
        assert rule.characters <= MOST_CHARACTERS
        assert _event_pattern_error(text_of(rule)) is None
    assert len(RULES[case]) <= MOST_RULES


def test_names_of_the_shipped_catalogue_stand_there_by_themselves() -> None:
    """As long as there is room no prefix lets another name through."""
    unknown = unknown_names(SHIPPED.names)
    assert {tuple(matching(RULES["shipped"], name)) for name in unknown} == {(Kind.UNKNOWN,)}


def test_a_prefix_ends_with_a_separator_and_spares_the_other_category() -> None:
    """Where the names of two categories begin alike, a longer beginning is taken, or the name."""
    names = ["order.line.added", "order.line.removed", "order.paid", "cart.left", "cart.filled", "cartoon"]
    found = set(shortened(names, others=["order.line", "order.sent", "car"]))
    prefixes = {Filter("order.line.", is_prefix=True), Filter("cart.", is_prefix=True)}
    assert found == {*prefixes, Filter("order.paid"), Filter("cartoon")}


def test_one_more_name_changes_one_rule_of_its_category() -> None:
    """The others keep pattern and logical id, so that an update leaves them alone."""
    before = rules_of(catalogue(joined(NAMES[:1000]), is_viewed))
    after = rules_of(catalogue([*joined(NAMES[:1000]), "Added"], is_viewed))
    ids = [{rule.logical_id for rule in rules if rule.kind is Kind.REAL_TIME} for rules in (before, after)]
    assert len(ids[0] - ids[1]) == len(ids[1] - ids[0]) == 1
    assert len(ids[0]) > 10


def test_a_rule_with_another_pattern_is_another_rule() -> None:
    """CloudFormation makes it before it removes the old one: a name that moves is never matched by neither."""
    before = rules_of(catalogue(["order.paid", "order.sent"]))
    after = rules_of(catalogue(["order.paid", "order.sent"], lambda name: name == "order.sent"))
    moved = {rule.logical_id for rule in before} & {rule.logical_id for rule in after}
    assert moved == {rule.logical_id for rule in before if rule.kind is Kind.UNKNOWN}


def test_the_order_of_the_files_changes_nothing() -> None:
    """Nor does that of the names."""
    one, other = rules_of(catalogue(NAMES[:300], is_viewed)), rules_of(catalogue(NAMES[299::-1], is_viewed))
    assert {rule.logical_id for rule in one} == {rule.logical_id for rule in other}


@given(
    st.dictionaries(st.text("ab._:-", min_size=1, max_size=6), st.booleans(), min_size=1, max_size=60),
    st.lists(st.text("ab._:-*\\", max_size=7), max_size=20),
)
def test_any_catalogue_has_rules_that_tell_its_names_apart(names: dict[str, bool], others: list[str]) -> None:
    """Whatever its names are, and whatever else is published."""
    padded = {f"{'n' * 90}{name}": is_batch for name, is_batch in names.items()}
    rules = rules_of(catalogue(padded, padded.__getitem__))
    for name, is_batch in padded.items():
        assert matching(rules, name) == [Kind.NON_REAL_TIME if is_batch else Kind.REAL_TIME]
    for other in others:
        assert matching(rules, other)
        assert matching(rules, f"{'n' * 90}{other}")
