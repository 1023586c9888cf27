"""What is wrong with a catalogue, all of it, before anything is built of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.catalogue import patterns
from local.catalogue.reading import Folder, JsonFile, Problem, read_folder
from local.catalogue.schemas import Schemas
from local.errors import LocalStackError
from recado.rules.event.catalogue import (
    Catalogue,
    EventType,
    InvalidCatalogueError,
    entries_of,
    is_name,
    name_taken,
    problems_of_entry,
    read_catalogue,
    read_entry,
    successor_problem,
)
from recado.rules.event.event import InvalidEventError, parse_event

# What a publisher may choose beside the data, at its longest.
_LONGEST = {"accountId": "a", "eventId": "e" * 128, "timestamp": "2026-01-31T12:00:00.000Z"}


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a file that has the name of an event type; `event_type` is None if it is none otherwise."""

    file: JsonFile
    place: str
    name: str
    event_type: EventType | None

    def problem(self, place: str, reason: str) -> Problem:
        return self.file.problem(f"{self.place}.{place}", reason)


def checked(folder: Path, shown: str) -> Catalogue:
    """The catalogue of a folder that has nothing wrong with it; raises `LocalStackError`, which lists all that is."""
    try:
        found = read_folder(folder, shown)
    except OSError as error:
        raise LocalStackError(f"{shown}: the catalogue cannot be read: {error.strerror}") from error
    problems = problems_of(found)
    if problems:
        raise LocalStackError("the catalogue cannot be used:\n" + "\n".join(f"  {each}" for each in problems))
    return read_catalogue(file.value for file in found.files)


def problems_of(folder: Folder) -> list[Problem]:
    """All that is wrong with what lies in the folder, in the order of files and lines."""
    problems = list(folder.problems)
    entries: list[_Entry] = []
    for file in folder.files:
        found, wrong = _entries(file)
        entries.extend(found)
        problems.extend(wrong)
    schemas = Schemas(folder.schemas)
    problems.extend((*schemas.problems, *_about_names(entries)))
    for entry in entries:
        if entry.event_type is not None:
            problems.extend(_about_data(entry, entry.event_type, schemas))
    if not problems:
        problems.extend(_about_all(folder, entries))
    return sorted(problems)


def _entries(file: JsonFile) -> tuple[list[_Entry], list[Problem]]:
    try:
        values = entries_of(file.value)
    except InvalidCatalogueError as error:
        return [], [file.problem(error.place, error.reason)]
    entries: list[_Entry] = []
    problems: list[Problem] = []
    for index, value in enumerate(values):
        place = f"eventTypes[{index}]"
        wrong = problems_of_entry(place, value)
        problems.extend(file.problem(each.place, each.reason) for each in wrong)
        name = value.get("name") if isinstance(value, Mapping) else None
        if isinstance(name, str) and is_name(name):
            entries.append(_Entry(file, place, name, None if wrong else read_entry(place, value)))
    return entries, problems


def _about_names(entries: list[_Entry]) -> Iterator[Problem]:
    seen: dict[str, _Entry] = {}
    for entry in entries:
        known = seen.setdefault(entry.name.casefold(), entry)
        if known is not entry:
            where = known.problem("name", "")
            yield entry.problem("name", f"{name_taken(entry.name, known.name)} ({where.file}:{where.line})")
    names = {entry.name for entry in entries}
    for entry in entries:
        reason = successor_problem(entry.event_type, names) if entry.event_type is not None else None
        if reason is not None:
            yield entry.problem("deprecated.successor", reason)


def _about_data(entry: _Entry, event_type: EventType, schemas: Schemas) -> Iterator[Problem]:
    """What is wrong with the schema, and with the sample as the data of an event."""
    sample = dict(event_type.sample)
    if event_type.schema is not None:
        yield from schemas.problems_with(entry.file, entry.place, event_type.schema, sample)
    try:
        parse_event(event_type.name, {**_LONGEST, "data": sample})
    except InvalidEventError as error:
        yield entry.problem("sample", error.reason)


def _about_all(folder: Folder, entries: list[_Entry]) -> Iterator[Problem]:
    catalogue = Catalogue(entry.event_type for entry in entries if entry.event_type is not None)
    if not len(catalogue):
        yield Problem(folder.shown, 1, "must hold at least one event type, in a file *.json")
        return
    rules = patterns.rules_of(catalogue)
    if len(rules) > patterns.MOST_RULES or not all(rule.fits for rule in rules):
        reason = (
            f"takes {len(rules)} rules of EventBridge, of {patterns.MOST_CHARACTERS} characters at most; there may be "
            f"{patterns.MOST_RULES}. Names of one category that begin alike, up to a '.', '_', ':' or '-', share a rule"
        )
        yield Problem(folder.shown, 1, reason)
