"""The picture of docs/architecture.md is that of the code."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise, product

import grimp

from tests.support.documentation.pages import all_blocks

_ARROW = " --> "
Arrows = set[tuple[str, str]]


def drawn() -> Arrows:
    """The picture's arrows, by the names of their ends."""
    (picture,) = [block.text for block in all_blocks() if block.page == "docs/architecture.md" and _ARROW in block.text]
    lines = [[_names(end) for end in line.split(_ARROW)] for line in picture.splitlines() if _ARROW in line]
    return {arrow for line in lines for ends in pairwise(line) for arrow in product(*ends)}


def _names(ends: str) -> list[str]:
    return [re.sub(r"\[.*\]", "", end).strip() for end in ends.split("&")]


def imported(names: Iterable[str]) -> Arrows:
    """The imports between these parts of recado, and between packages beside it."""
    graph, places = grimp.build_graph("recado", "recado_client", "recado_cli"), set(names)
    ends = ((one, other) for one in graph.modules for other in graph.find_modules_directly_imported_by(one))
    parts = ((_part(one), _part(other)) for one, other in ends)
    return {(one, other) for one, other in parts if one != other and {one, other} <= places}


def _part(module: str) -> str:
    package, *inside = module.split(".")
    return inside[0] if package == "recado" and inside else package


def _reached(arrows: Arrows, start: str) -> Iterator[str]:
    for one, other in arrows:
        if one == start:
            yield other
            yield from _reached(arrows, other)


def test_each_arrow_is_an_import_and_each_import_goes_along_arrows() -> None:
    """Nothing is drawn that is not so, and no part imports another to which no way is drawn."""
    arrows = {arrow for arrow in drawn() if arrow[0] != "functions"}
    found = imported({name for arrow in drawn() for name in arrow})
    assert arrows - found == set()
    assert [(one, other) for one, other in sorted(found) if other not in set(_reached(arrows, one))] == []
