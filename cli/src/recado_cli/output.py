"""What the command prints: results on stdout, all that is said about them on stderr.

At a terminal a result is a table; in a pipe it is tab-separated, whole and without colours; with `--json` it is the
API's own JSON. Text from outside (names, answers of receivers) never moves the terminal: control characters are shown.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

_IDS = {"WEBHOOK", "DELIVERY", "JOB"}

Cell = str | int | float | bool | None | Text
"""A cell of a table; `Text` where it has a style of its own."""

# Control characters, format characters (direction overrides among them), surrogates, private and unassigned ones.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(text: str, *, lines: bool = False) -> str:
    """The text with every character that would act instead of being seen as an escape, such as `\\x1b`.

    `lines` leaves line breaks and tabs as they are, for texts that stand on lines of their own.
    """
    return "".join(_seen(character, "\n\t" if lines else "") for character in text)


def _seen(character: str, kept: str) -> str:
    if character in kept or unicodedata.category(character) not in _HIDDEN:
        return character
    return character.encode("unicode_escape").decode() if character != "\u200d" else character


def to_json(document: object, *, indent: int | None = None) -> str:
    """JSON that a terminal can show: what is not to be seen is escaped, as JSON allows within its texts."""
    written = json.dumps(document, ensure_ascii=False, indent=indent)
    return "".join(_json_seen(character) for character in written)


def _json_seen(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in _HIDDEN:
        return character
    return json.dumps(character)[1:-1]


def local_time(iso: str | None) -> str:
    """A time of the API (RFC 3339) in the zone of this machine, with the zone; what is no time is shown as it is."""
    if not iso:
        return ""
    try:
        moment = datetime.fromisoformat(iso).astimezone()
    except ValueError:
        return visible(iso)
    return f"{moment:%Y-%m-%d %H:%M:%S %Z}"


class Output:
    """Where a command prints to; `as_json` is `--json`."""

    def __init__(self, *, as_json: bool = False, stdout: TextIO | None = None, stderr: TextIO | None = None) -> None:
        self.as_json = as_json
        self._stdout = stdout or sys.stdout
        self._console = Console(file=self._stdout, highlight=False, soft_wrap=False)
        self._messages = Console(file=stderr or sys.stderr, highlight=False, soft_wrap=True)

    @property
    def is_terminal(self) -> bool:
        """Whether a person looks at the results."""
        return self._console.is_terminal

    def document(self, document: object) -> None:
        """Print one JSON document, indented at a terminal."""
        self.raw(to_json(document, indent=2 if self.is_terminal else None))

    def line(self, document: object) -> None:
        """Print one JSON document of a stream, on one line."""
        self.raw(to_json(document))

    def raw(self, text: str) -> None:
        """Print a text as it is, which must hold nothing from outside unless `visible` or `to_json` made it."""
        print(text, file=self._stdout, flush=True)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Print rows below their columns."""
        if not self.is_terminal:
            for row in (columns, *rows):
                self.raw("\t".join(_plain(cell) for cell in row))
            return
        table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
        for column in columns:
            # Whoever copies an id wants it on one line: all else is folded before.
            table.add_column(column, overflow="fold", no_wrap=column in _IDS)
        for row in rows:
            table.add_row(*map(_styled, row))
        self._console.print(table)

    def fields(self, fields: Iterable[tuple[str, Cell]]) -> None:
        """Print one thing, a line for each of its fields that has a value."""
        known = [(name, value) for name, value in fields if value not in (None, "")]
        if not self.is_terminal:
            for name, value in known:
                self.raw(f"{name}\t{_plain(value)}")
            return
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in known:
            table.add_row(name, _styled(value))
        self._console.print(table)

    def text(self, text: str, style: str = "") -> None:
        """Print a text on lines of its own; it may come from outside."""
        if self.is_terminal:
            self._console.print(Text(visible(text, lines=True), style=style), soft_wrap=True)
        else:
            self.raw(visible(text, lines=True))

    def say(self, message: str, style: str = "") -> None:
        """Say something about the work, on stderr."""
        self._messages.print(Text(visible(message, lines=True), style=style))


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return visible(cell.plain if isinstance(cell, Text) else str(cell))


def _styled(cell: Cell) -> Text:
    return Text(_plain(cell), style=cell.style if isinstance(cell, Text) else "")


Document = dict[str, Any]
"""A JSON object of the API."""
