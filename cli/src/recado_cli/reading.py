"""JSON that people give: in a file, on stdin, in their editor."""

from __future__ import annotations

import json
import os
import shlex
import subprocess  # nosec B404: starts the editor that the user names
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from recado_cli.exits import Exit, Stop
from recado_cli.output import Document


def json_of(file: Path) -> Any:  # noqa: ANN401 - any JSON
    """The JSON of a file, or of stdin for `-`; raises `Stop` that says where it is none."""
    try:
        # A byte order mark, which some editors write, is no part of JSON.
        text = _without_mark(sys.stdin.read()) if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Stop(f"{file} cannot be read: {error}", Exit.USAGE) from None
    return _parsed(text, str(file))


def object_of(file: Path) -> Document:
    """The JSON object of a file, or of stdin for `-`; raises `Stop`."""
    content = json_of(file)
    if not isinstance(content, dict):
        raise Stop(f"{file} must hold a JSON object", Exit.USAGE)
    return content


def documents_of(file: TextIO, name: str) -> Iterator[Any]:
    """What stands in a file: one JSON value over several lines, or one on each (NDJSON), which is read as it comes.

    Raises `Stop` that names the line.
    """
    found = False
    for number, line in enumerate(file, start=1):
        text = _without_mark(line) if number == 1 else line
        if not text.strip():
            continue
        try:
            yield json.loads(text)
        except (ValueError, RecursionError):
            if not found:
                yield _parsed(text + file.read(), name)
                return
            yield _parsed(text, f"line {number} of {name}")
        found = True


def edited_by_hand(document: Document) -> Document | None:
    """What a person makes of the document in their editor; None where they change nothing. Raises `Stop`."""
    before = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if not _at_a_terminal():
        raise Stop("there is nothing to change", Exit.USAGE, "--set, --file, or an editor at a terminal")
    text = _in_editor(before)
    if text == before:
        return None
    content = _parsed(text, "what was edited")
    if not isinstance(content, dict):
        raise Stop("what was edited must be a JSON object", Exit.USAGE)
    return content


def kept(document: Document) -> Path:
    """A new file, of its owner alone, that holds the document."""
    handle, name = tempfile.mkstemp(prefix="recado-", suffix=".json")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=2, ensure_ascii=False)
    return Path(name)


def _at_a_terminal() -> bool:
    return sys.stdin.isatty()


def _in_editor(text: str) -> str:
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "recado.json"
        file.write_text(text, encoding="utf-8")
        try:
            ended = subprocess.run([*shlex.split(editor), str(file)], check=False)  # noqa: S603 # nosec B603: the user's own program
        except (OSError, ValueError) as error:
            raise Stop(f"the editor {editor!r} does not start: {error}", hint="EDITOR names one") from None
        if ended.returncode:
            raise Stop(f"the editor {editor!r} ended with {ended.returncode}; nothing is changed")
        return file.read_text(encoding="utf-8-sig")


def _without_mark(text: str) -> str:
    return text.removeprefix("\ufeff")


def _parsed(text: str, name: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Stop(f"{name} is no JSON: {error}", Exit.USAGE) from None
