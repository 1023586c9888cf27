"""Zip archives that are the same byte for byte whenever and wherever the same files are packed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

# An archive keeps times and modes; fixed ones keep equal content equal. Zip knows no earlier time.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_PLAIN, _EXECUTABLE = 0o100644, 0o100755


@dataclass(frozen=True)
class Entry:
    """A file of an archive."""

    name: str
    content: bytes
    is_executable: bool = False


def zipped(entries: Iterable[Entry]) -> bytes:
    """Return an archive with these files, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in entries:
            info = zipfile.ZipInfo(entry.name, _EPOCH)
            info.create_system = _UNIX
            info.external_attr = (_EXECUTABLE if entry.is_executable else _PLAIN) << 16
            # What is an archive already only grows when it is packed again.
            is_packed = entry.name.endswith(".zip")
            archive.writestr(info, entry.content, zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def folder_entries(folder: Path) -> list[Entry]:
    """Return all files below a folder, sorted by their paths in it. A link counts as what it leads to."""
    return [
        Entry(path.relative_to(folder).as_posix(), path.read_bytes(), bool(path.stat().st_mode & 0o100))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
