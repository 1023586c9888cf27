"""The catalogue: the event types of the product that is served, as data (docs/adr/0036-the-catalogue.md)."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from recado.rules.event.own import OWN_PREFIX, is_own

NAME = "[A-Za-z0-9._:-]{1,128}"
"""What a name of an event type is, as a regular expression; EventBridge takes 128 characters as `DetailType`."""

NAME_ACCEPTED = "1 to 128 letters, digits, '.', '_', ':' or '-'"
_NAME = re.compile(NAME)
_REQUIRED = ("name", "category", "description", "sample")


class InvalidCatalogueError(ValueError):
    """Not a catalogue: `place` is where (`eventTypes[3].category`), `reason` says what is accepted."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.place = place
        self.reason = reason


class Category(StrEnum):
    """When an event leaves: at once, or with the next batch."""

    REAL_TIME = "REAL_TIME"
    NON_REAL_TIME = "NON_REAL_TIME"


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Since which day (`YYYY-MM-DD`) an event type is not to be subscribed to any more, and which one follows it."""

    since: str
    successor: str | None = None


@dataclass(frozen=True, slots=True)
class EventType:
    """An entry of the catalogue.

    `description` and `group` are texts by language. `sample` is a sound `data` object of such an event, `schema` the
    JSON Schema (2020-12) of `data`, where there is one.
    """

    name: str
    category: Category
    description: Mapping[str, str]
    sample: Mapping[str, object]
    group: Mapping[str, str] = field(default_factory=dict)
    schema: Mapping[str, object] | bool | None = None
    schema_version: str | None = None
    deprecated: Deprecation | None = None


class Catalogue:
    """The event types by name, in the order of their files."""

    def __init__(self, event_types: Iterable[EventType]) -> None:
        self._types: Mapping[str, EventType] = MappingProxyType({each.name: each for each in event_types})

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return tuple(self._types)

    def of(self, category: Category) -> tuple[EventType, ...]:
        """The types of a category, in order."""
        return tuple(each for each in self if each.category is category)

    def get(self, name: str) -> EventType | None:
        """The type of this name, or None."""
        return self._types.get(name)

    def __contains__(self, name: object) -> bool:
        return name in self._types

    def __getitem__(self, name: str) -> EventType:
        return self._types[name]

    def __iter__(self) -> Iterator[EventType]:
        return iter(self._types.values())

    def __len__(self) -> int:
        return len(self._types)


def is_name(value: object) -> bool:
    """Whether this could be the name of an event type."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def read_catalogue(documents: Iterable[object]) -> Catalogue:
    """The catalogue of these files, each `{"eventTypes": […]}`; raises `InvalidCatalogueError`.

    What is wrong with a schema or a sample is not looked for: `make catalogue` does, before anything is built.
    """
    types: list[EventType] = []
    places: dict[str, str] = {}
    for document in documents:
        for position, entry in enumerate(entries_of(document)):
            event_type = read_entry(f"eventTypes[{position}]", entry)
            known = places.get(event_type.name.casefold())
            if known is not None:
                raise InvalidCatalogueError(f"eventTypes[{position}].name", name_taken(event_type.name, known))
            places[event_type.name.casefold()] = event_type.name
            types.append(event_type)
    if not types:
        raise InvalidCatalogueError("eventTypes", "must hold at least one event type")
    _check_successors(types)
    return Catalogue(types)


def entries_of(document: object) -> list[object]:
    """The entries of a file; raises `InvalidCatalogueError`."""
    entries = document.get("eventTypes") if isinstance(document, Mapping) else None
    if not isinstance(entries, list) or not isinstance(document, Mapping) or len(document) > 1:
        raise InvalidCatalogueError("", 'must be {"eventTypes": […]}, and nothing else')
    return entries


def read_entry(place: str, entry: object) -> EventType:
    """The event type of an entry; raises `InvalidCatalogueError` for the first of its problems."""
    fields, problems = _looked_at(place, entry)
    if problems:
        raise problems[0]
    return EventType(**fields)


def problems_of_entry(place: str, entry: object) -> list[InvalidCatalogueError]:
    """All that is wrong with an entry by itself."""
    return _looked_at(place, entry)[1]


def _looked_at(place: str, entry: object) -> tuple[dict[str, Any], list[InvalidCatalogueError]]:
    if not isinstance(entry, Mapping):
        return {}, [InvalidCatalogueError(place, "must be an object")]
    fields: dict[str, Any] = {}
    problems = [InvalidCatalogueError(f"{place}.{name}", "is missing") for name in _REQUIRED if name not in entry]
    if "schemaVersion" in entry and "schema" not in entry:
        problems.append(InvalidCatalogueError(f"{place}.schemaVersion", "must stand beside a schema"))
    for name, value in entry.items():
        if name not in _READERS:
            reason = f"is unknown; there are {', '.join(_READERS)}"
            problems.append(InvalidCatalogueError(f"{place}.{name}", reason))
            continue
        attribute, reader = _READERS[name]
        try:
            fields[attribute] = reader(f"{place}.{name}", value)
        except InvalidCatalogueError as problem:
            problems.append(problem)
    return fields, problems


def name_taken(name: str, known: str) -> str:
    """What is said where a name is that of another event type, but for its case."""
    return f"must not be {name!r}: there is {known!r}; names differ by more than case"


def _name(place: str, value: object) -> str:
    if not isinstance(value, str) or not is_name(value):
        raise InvalidCatalogueError(place, f"must be {NAME_ACCEPTED}")
    if is_own(value):
        raise InvalidCatalogueError(place, f"must not begin with '{OWN_PREFIX}': such events are Recado's own")
    return value


def _schema(place: str, value: object) -> Mapping[str, object] | bool:
    if not isinstance(value, Mapping | bool):
        raise InvalidCatalogueError(place, "must be a JSON Schema")
    return value


def _version(place: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidCatalogueError(place, "must be a text")
    return value


def _category(place: str, value: object) -> Category:
    if not isinstance(value, str) or value not in tuple(Category):
        raise InvalidCatalogueError(place, f"must be {' or '.join(Category)}")
    return Category(value)


def _texts(place: str, value: object) -> Mapping[str, str]:
    texts = value if isinstance(value, Mapping) else {}
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts.values()):
        raise InvalidCatalogueError(place, 'must be texts by language, such as {"en": "An order is paid."}')
    return MappingProxyType(dict(texts))


def _sample(place: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise InvalidCatalogueError(place, "must be an object: the data of such an event")
    return MappingProxyType(dict(value))


def _deprecation(place: str, value: object) -> Deprecation:
    if not isinstance(value, Mapping) or not value.keys() <= {"since", "successor"}:
        raise InvalidCatalogueError(place, "must be an object with since, and successor where there is one")
    since, successor = value.get("since"), value.get("successor")
    if not isinstance(since, str) or not _is_day(since):
        raise InvalidCatalogueError(f"{place}.since", "must be a day such as 2026-01-31")
    if successor is not None and not is_name(successor):
        raise InvalidCatalogueError(f"{place}.successor", "must be the name of an event type")
    return Deprecation(since, successor)


# How each field is read, and what it is called in an `EventType`.
_READERS: Mapping[str, tuple[str, Callable[[str, object], Any]]] = {
    "name": ("name", _name),
    "category": ("category", _category),
    "description": ("description", _texts),
    "sample": ("sample", _sample),
    "group": ("group", _texts),
    "schema": ("schema", _schema),
    "schemaVersion": ("schema_version", _version),
    "deprecated": ("deprecated", _deprecation),
}


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_successors(types: Iterable[EventType]) -> None:
    names = {each.name for each in types}
    for each in types:
        if (reason := successor_problem(each, names)) is not None:
            raise InvalidCatalogueError(f"{each.name}.deprecated.successor", reason)


def successor_problem(event_type: EventType, names: Container[str]) -> str | None:
    """What is wrong with the type's successor, in a catalogue of these names."""
    successor = event_type.deprecated.successor if event_type.deprecated is not None else None
    if successor is None or (successor in names and successor != event_type.name):
        return None
    return f"{successor!r} is no other event type of the catalogue"
