"""A webhook as another sender has it, in Recado's words, and what of it has no counterpart here."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from recado_cli.exits import Exit, Stop
from recado_cli.output import Document

MAX_NAME_LENGTH = 100
_MOST_POSTS_PER_MINUTE = 6000


@dataclass(frozen=True)
class Loss:
    """What would be lost, so that the webhook is refused unless `--without` names its part."""

    part: str
    text: str


@dataclass(frozen=True)
class Found:
    """One webhook of another sender.

    `fields` are as the API takes them, without `active`; `authentication` among them is what is sent beside or instead
    of a signature. `event_names` are the sender's own. `secret` is the signing secret, None where the file has none.
    """

    source_id: str
    tenant: str = ""
    fields: Document = field(default_factory=dict, repr=False)
    event_names: tuple[str, ...] = ()
    signs: bool = True
    secret: str | None = field(default=None, repr=False)
    enabled: bool = True
    losses: tuple[Loss, ...] = ()
    notes: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """A JSON object of an export, whose fields have to be what the sender says they are; `place` names it."""

    document: Document = field(repr=False)
    place: str

    @classmethod
    def of(cls, value: Any, place: str) -> Item:  # noqa: ANN401 - any JSON
        """The object; raises `Stop` where it is none."""
        if not isinstance(value, dict):
            raise Stop(f"{place} is no JSON object", Exit.USAGE)
        return cls(value, place)

    def text(self, name: str) -> str:
        """A text, empty where there is none; a number is one, too. Raises `Stop`."""
        value = self.document.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Stop(f"{name} of {self.place} must be a text", Exit.USAGE)
        return str(value)

    def required(self, name: str) -> str:
        """A text that has to be there; raises `Stop`."""
        if not (value := self.text(name)):
            raise Stop(f"{self.place} has no {name}: is it what the sender answers?", Exit.USAGE)
        return value

    def number(self, name: str) -> float:
        """A number, 0 where there is none; raises `Stop`."""
        value = self.document.get(name)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise Stop(f"{name} of {self.place} must be a number", Exit.USAGE)
        return float(value)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, empty where there is none; raises `Stop`."""
        value = self.document.get(name) or []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise Stop(f"{name} of {self.place} must be a list of texts", Exit.USAGE)
        return tuple(value)

    def item(self, name: str) -> Item:
        """An object, empty where there is none; raises `Stop`."""
        return Item.of(self.document.get(name) or {}, f"{name} of {self.place}")

    def items(self, name: str) -> list[Item]:
        """A list of objects, empty where there is none; raises `Stop`."""
        value = self.document.get(name) or []
        if not isinstance(value, list):
            raise Stop(f"{name} of {self.place} must be a list", Exit.USAGE)
        return [Item.of(each, f"{name}[{number}] of {self.place}") for number, each in enumerate(value)]

    def mapping(self, name: str) -> dict[str, str]:
        """An object of texts, empty where there is none; raises `Stop`."""
        inner = self.item(name)
        return {key: inner.text(key) for key in inner.document}

    def authentication(self) -> Document:
        """`authentication` as Recado's API takes it, empty where there is none; raises `Stop` where it has no type."""
        inner = self.item("authentication")
        if inner.document:
            inner.required("type")
        return dict(inner.document)

    def left_out(self, taken: frozenset[str]) -> Iterator[str]:
        """A note for each field that has a value, and that nobody has taken."""
        for name, value in self.document.items():
            if name not in taken and value not in (None, "", 0, False, [], {}):
                yield f"{name} is left out"


def name_of(*candidates: str, url: str) -> str:
    """The first that there is, on one line and not too long; else the target's host."""
    for candidate in candidates:
        if line := " ".join(candidate.split()):
            return line[:MAX_NAME_LENGTH]
    return (host_of(url) or "webhook")[:MAX_NAME_LENGTH]


def host_of(url: str) -> str:
    """The host of a URL, empty where it is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def posts_per_minute(rate: float, seconds: float) -> tuple[Document, tuple[str, ...]]:
    """A limit of so many POSTs in so many seconds as `delivery` has it, and what is to be said about it."""
    if not rate or not seconds:
        return {}, ()
    minute = int(rate * 60 / seconds)
    if minute > _MOST_POSTS_PER_MINUTE:
        return {}, (f"a limit of {minute} POSTs a minute is left out: it is above all that can be set",)
    return {"maxPostsPerMinute": max(1, minute)}, ()
