"""The JSON files of a catalogue's folder, with the line of everything in them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from recado.rules.event import strict_json

SCHEMAS = "schemas"
"""The folder, inside the catalogue's, of the schemas that others refer to."""

_BETWEEN = re.compile(r"[ \t\n\r,:]*")
_LAST_STEP = re.compile(r"(\.[^.\[]*|\[[^\[]*\])$")


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """Something wrong in a file of a catalogue: where, and what is accepted."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True, eq=False)
class JsonFile:
    """A JSON file: `name` within its folder, `shown` for people, and the line of each place of its value.

    A place is written as in `eventTypes[3].deprecated.since`; that of the whole value is empty.
    """

    name: str
    shown: str
    value: object
    lines: dict[str, int]

    def problem(self, place: str, reason: str) -> Problem:
        """What is wrong at a place, or where that would stand."""
        known = place
        while known not in self.lines:
            known = shortened if (shortened := _LAST_STEP.sub("", known)) != known else ""
        return Problem(self.shown, self.lines[known], f"{place}: {reason}" if place else reason)


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in the folder of a catalogue, and what is wrong with its files."""

    shown: str
    files: tuple[JsonFile, ...]
    schemas: tuple[JsonFile, ...]
    problems: tuple[Problem, ...]


def read_folder(folder: Path, shown: str) -> Folder:
    """Read the files of a folder, which messages call `shown`; raises `OSError` where there is no such folder."""
    problems: list[Problem] = []
    names = sorted(path.relative_to(folder).as_posix() for path in _all_files(folder))
    problems.extend(_misplaced(shown, names))
    problems.extend(_colliding(shown, names))
    files = [_read(folder, shown, name, problems.append) for name in names if re.fullmatch(r"[^/]+\.json", name)]
    schemas = [_read(folder, shown, name, problems.append) for name in names if _is_schema(name)]
    return Folder(shown, tuple(filter(None, files)), tuple(filter(None, schemas)), tuple(problems))


def _all_files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _all_files(path)
        else:
            yield path


def _is_schema(name: str) -> bool:
    return re.fullmatch(rf"{SCHEMAS}/[^/]+\.json", name) is not None


def _misplaced(shown: str, names: list[str]) -> Iterator[Problem]:
    for name in names:
        if name.lower().endswith(".json") and not (_is_schema(name) or re.fullmatch(r"[^/]+\.json", name)):
            reason = f"would not be read: files are called *.json, and lie in the folder itself or in {SCHEMAS}/"
            yield Problem(f"{shown}/{name}", 1, reason)


def _colliding(shown: str, names: list[str]) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for name in names:
        known = seen.setdefault(name.casefold(), name)
        if known != name:
            yield Problem(f"{shown}/{name}", 1, f"is one file with {known} where the case of names does not count")


def _read(folder: Path, shown: str, name: str, tell: Callable[[Problem], None]) -> JsonFile | None:
    where = f"{shown}/{name}"
    try:
        text = (folder / name).read_text(encoding="utf-8")
        value: object = json.loads(text)
    except json.JSONDecodeError as error:
        tell(Problem(where, error.lineno, f"is not JSON: {error.msg} at column {error.colno}"))
    except UnicodeDecodeError:
        tell(Problem(where, 1, "must be UTF-8"))
    except RecursionError:
        tell(Problem(where, 1, f"must not be nested deeper than {strict_json.MAX_DEPTH} levels"))
    except ValueError:
        tell(Problem(where, 1, f"must not hold a number of more than {strict_json.MOST_DIGITS} digits"))
    else:
        places = _Places(text)
        places.note(_after(text, 0), "", 0)
        file = JsonFile(name, where, value, places.lines)
        for place, reason in places.problems:
            tell(file.problem(place, reason))
        return None if places.problems else file
    return None


def _after(text: str, position: int) -> int:
    """Where the next value begins; in valid JSON nothing else lies between."""
    blank = _BETWEEN.match(text, position)
    return blank.end() if blank else position


@dataclass
class _Places:
    """The lines of all places of a text that is JSON, and what Python's parser overlooks in it."""

    text: str
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)
    _decoder: json.JSONDecoder = field(default_factory=json.JSONDecoder)
    _counted: tuple[int, int] = (0, 1)

    def note(self, start: int, place: str, depth: int) -> int:
        """Note the value that begins there, and all that is in it; returns where it ends."""
        self.lines[place] = self._line(start)
        if self.text[start] not in "{[":
            value, end = self._decoder.raw_decode(self.text, start)
            self._check(place, value)
            return end
        if depth >= strict_json.MAX_DEPTH:
            self.problems.append((place, f"must not be nested deeper than {strict_json.MAX_DEPTH} levels"))
            return self._decoder.raw_decode(self.text, start)[1]
        return self._members(start, place, depth) if self.text[start] == "{" else self._elements(start, place, depth)

    def _members(self, start: int, place: str, depth: int) -> int:
        seen: set[str] = set()
        position = _after(self.text, start + 1)
        while self.text[position] != "}":
            key, end = self._decoder.raw_decode(self.text, position)
            member = f"{place}.{key}" if place else key
            if key in seen:
                self.lines[member] = self._line(position)
                self.problems.append((member, "stands there twice"))
            seen.add(key)
            self._check(member, key)
            position = _after(self.text, self.note(_after(self.text, end), member, depth + 1))
        return position + 1

    def _elements(self, start: int, place: str, depth: int) -> int:
        position, index = _after(self.text, start + 1), 0
        while self.text[position] != "]":
            position = _after(self.text, self.note(position, f"{place}[{index}]", depth + 1))
            index += 1
        return position + 1

    def _check(self, place: str, value: object) -> None:
        try:
            strict_json.check(value)
        except strict_json.InvalidJsonError as error:
            self.problems.append((place, str(error)))

    def _line(self, position: int) -> int:
        counted, line = self._counted
        self._counted = (position, line + self.text.count("\n", counted, position))
        return self._counted[1]
