"""What is wrong with a value inside a document: where, and what is accepted there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

MOST_PROBLEMS = 20
"""How many are told of at most: a document can hold any number of wrong places."""

_MOST_NAME_CHARACTERS = 60
_MOST_PATH_CHARACTERS, _BEGINNING = 200, 20
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: `path` is the place (`data.lines[2].price`), `message` says what is accepted there."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


def path_text(root: str, path: Sequence[str | int]) -> str:
    """The place below `root` as a text of bounded length; of one that is too long the middle is left out."""
    text = (root + "".join(map(_step, path))).removeprefix(".")
    if len(text) > _MOST_PATH_CHARACTERS:
        return text[:_BEGINNING] + _CUT + text[_BEGINNING + 1 - _MOST_PATH_CHARACTERS :]
    return text


def printable(text: str) -> str:
    """The text without what a message of a queue cannot carry, and a reader cannot see."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)


def shortened(text: str, most: int = _MOST_NAME_CHARACTERS) -> str:
    """The text, or its beginning where it is longer than so many characters."""
    return text if len(text) <= most else text[: most - 1] + _CUT


def _step(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    name = shortened(part)
    return f".{name}" if name.isidentifier() else f"[{json.dumps(name)}]"
