"""`make logs`: what the functions print, for people to read, or as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from local.emulator.output import ERROR_LEVELS, log_entry, said

_NAME_WIDTH = 18


def readable(lines: Iterable[str]) -> Iterator[str]:
    """Each line of the functions' log as a person reads it: time, function, level, message, facts."""
    for line in lines:
        name, text = _split(line)
        entry = log_entry(text)
        if entry is not None and "_aws" in entry:
            continue  # a metric, whose cause has a line of its own
        yield f"{'':12}  {name:{_NAME_WIDTH}}  {'':7}  {text}" if entry is None else _entry(name, entry)


def as_json(lines: Iterable[str]) -> Iterator[str]:
    """Each line as one JSON object, which says the function; what is no log entry becomes the message of one."""
    for line in lines:
        name, text = _split(line)
        yield json.dumps({"function": name, **(log_entry(text) or {"message": text})})


def whole_lines(pieces: Iterable[str]) -> Iterator[str]:
    """The lines in pieces of text that may end in the midst of one."""
    rest = ""
    for piece in pieces:
        *lines, rest = (rest + piece).split("\n")
        yield from lines
    if rest:
        yield rest


def _entry(name: str, entry: dict[str, object]) -> str:
    level = str(entry.get("level", ""))
    headline, *trace = said(entry)
    lines = [f"{_clock(entry)}  {name:{_NAME_WIDTH}}  {level:7}  {headline}"]
    if level in ERROR_LEVELS or trace:
        lines += [f"{'':14}{line}" for line in trace]
    return "\n".join(lines)


def _clock(entry: dict[str, object]) -> str:
    """The entry's time on this machine's clock, as long as a terminal's column."""
    try:
        moment = datetime.strptime(str(entry.get("timestamp")), "%Y-%m-%d %H:%M:%S,%f%z")
    except ValueError:
        return f"{str(entry.get('timestamp', ''))[:12]:12}"
    return moment.astimezone().strftime("%H:%M:%S.%f")[:12]


def _split(line: str) -> tuple[str, str]:
    name, separator, text = line.partition(": ")
    return (name, text) if separator else ("", line)
