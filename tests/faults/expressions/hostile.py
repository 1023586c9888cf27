"""Expressions that are made to cost much, and events that help them: stages of a pipe, changed at random.

An expression is a few stages, each worked out over what the one before has made, so that what grows goes on growing.
A round changes the best that are known: adds, repeats, replaces and leaves out stages, and tries each over every event.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from recado.rules.event import strict_json
from recado.rules.shaping.allowance import MOST_CHARACTERS

FIRST = ("@", "data", "data.text", "data.texts", "data.numbers", "data.rows", "data.deep", "[data.text, data.part]")
STAGES = (
    *(
        "[@, @]",
        "[@, @][]",
        "[@, @, @, @][]",
        "{a: @, b: @}",
        "[]",
        "[*]",
        "*",
        "[:]",
        "[::-1]",
        "[0]",
        "@.*",
        "keys(@)",
        "values(@)",
    ),
    *("to_string(@)", "to_string([@, @])", "to_array(@)", "to_number(@)", "length(@)", "reverse(@)", "type(@)"),
    *("sort(@)", "max(@)", "min(@)", "sum(@)", "avg(@)", "merge(@, @)", "join('', @)", "join(to_string(@), [@, @])"),
    *(
        "join([0], @)",
        "join([0], [*].to_string(@))",
        "sort_by(@, &@)",
        "sort_by(@, &s)",
        "sort_by(@, &n)",
        "max_by(@, &s)",
    ),
    *(
        "map(&@, @)",
        "map(&[@, @], @)",
        "map(&to_string(@), @)",
        "map(&reverse(@), @)",
        "map(&length(@), @)",
        "map(&{a: @}, @)",
    ),
    *(
        "[?@ == @]",
        "[?@ != @]",
        "[?@ < @]",
        "[?contains(@, @)]",
        "[?s == n]",
        "[?contains(s, t)]",
        "[*].[@, @]",
        "[*].[@, @][]",
    ),
    *("@ == @", "[@ == [@, @], @]", "contains([0], [1]) && @", "contains(@, @) && @", "contains(@, [-1]) && @"),
    *("[?contains([0], [1])]", "starts_with(@, @) && @", "(@ || @) && @", "not_null(@, @)", "[to_string(@), @][0]"),
    *(
        "[*].to_string(@)",
        "[].[*]",
        "map(&to_number(@), @)",
        "map(&sort(@), @)",
        "map(&merge(@, @), @)",
        "map(&join('', @), @)",
    ),
)


@dataclass(frozen=True)
class Candidate:
    """An expression in stages, over one of `events`."""

    event: str
    stages: tuple[str, ...]

    @property
    def text(self) -> str:
        """As it would be entered."""
        return " | ".join(self.stages)


def events(size: int) -> dict[str, Any]:
    """Events of about so many bytes of JSON, whose `data` make some functions dear."""
    part = size // 3
    rows = [{"s": "s" * 20, "t": "st", "n": number} for number in range(size // 60)]
    found: dict[str, dict[str, Any]] = {
        "one long text": {"text": "x" * (size - 100)},
        "quotes": {"text": '"\\' * (size // 8)},
        "characters that are escaped": {"text": "\x01" * (size // 7)},
        "emoji": {"text": "😀" * (size // 5)},
        "a text that is sought in another": {"text": "a" * (2 * part), "part": "a" * (part - 60) + "ba"},
        "many texts": {"texts": ["y"] * (size // 5)},
        "texts of one beginning": {"texts": ["z" * 200 + str(number) for number in range(max(size // 210, 2))]},
        "long numbers": {"numbers": [int("9" * min(4_200, size - 100)) - at for at in range(max(size // 4_300, 1))]},
        "many fractions": {"numbers": [1.2345678901234567e-300 + at for at in range(size // 25)]},
        "texts of digits": {"texts": ["1" * min(4_200, size // 2)] * max(size // 4_300, 1)},
        "rows": {"rows": rows},
        "rows to seek in": {"rows": [{"s": "a" * 1_400, "t": "a" * 600 + "ba", "n": 1}] * max(size // 2_100, 1)},
        "many fields": {f"f{number}": number for number in range(size // 14)},
        "deep": {"deep": json.loads("[" * 90 + "]" * 90), "text": "x" * max(size - 400, 0)},
    }
    return {name: {"eventName": "n", "eventId": "e", "timestamp": 1, "data": data} for name, data in found.items()}


def fresh(event: str, chance: random.Random) -> Candidate:
    """A candidate that nothing is known of, over this event."""
    many = chance.choice(STAGES), chance.choice(STAGES)
    grown = (chance.choice(STAGES[:7]),) * chance.randrange(30)
    return Candidate(event, (chance.choice(FIRST), *grown, *many))


def changed(one: Candidate, chance: random.Random) -> Candidate:
    """The candidate with stages more or fewer, or others."""
    stages = list(one.stages)
    at = chance.randrange(1, len(stages) + 1)
    match chance.randrange(5):
        case 0:
            stages.insert(at, chance.choice(STAGES))
        case 1:
            stages[at:at] = [chance.choice(STAGES)] * chance.randrange(1, 8)
        case 2:
            del stages[at : at + chance.randrange(1, 4)]
        case 3:
            stages[at:at] = stages[max(at - chance.randrange(1, 6), 1) : at]
        case _:
            stages[0] = chance.choice(FIRST)
    other = Candidate(one.event, tuple(stages))
    return other if len(other.text) <= MOST_CHARACTERS else one


def search(cost: Callable[[Candidate], float], names: list[str], seed: int, tries: int) -> list[Candidate]:
    """Try so many candidates over each of the events, and return the dearest of each event, the dearest first."""
    found = [_dearest(cost, name, seed, tries) for name in names]
    return [one for _, one in sorted(found, key=lambda each: -each[0])]


def _dearest(cost: Callable[[Candidate], float], event: str, seed: int, tries: int) -> tuple[float, Candidate]:
    chance = random.Random(seed)
    best: list[tuple[float, Candidate]] = []
    for number in range(tries):
        parents = best and number % 4
        one = changed(chance.choice(best)[1], chance) if parents else fresh(event, chance)
        if all(one != known for _, known in best):
            best = sorted([*best, (cost(one), one)], key=lambda known: -known[0])[:12]
    return best[0]


def documents(size: int) -> dict[str, Any]:
    """The events of this size, as a filter gets them."""
    return {name: strict_json.loads(strict_json.dumps(event)) for name, event in events(size).items()}
