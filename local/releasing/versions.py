"""Which version each part of the project says it has, and what the changelog says of the newest."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalStackError

CHANGELOG = "CHANGELOG.md"
_PACKAGE = "layers/core/recado/__init__.py"
_PYPROJECTS = ("pyproject.toml", "sdk/python/pyproject.toml", "cli/pyproject.toml")
_PACKAGE_JSONS = ("sdk/typescript/package.json", "sdk/typescript/package-lock.json")
_CONSOLE_JSONS = ("console/package.json", "console/package-lock.json")
_OPENAPI = "docs/openapi.json"
_CLIENT = "recado-client=="
# As https://keepachangelog.com/en/1.1.0/ writes them.
_SECTION = re.compile(r"^## \[(?P<name>[^]]+)\](?: - \d{4}-\d{2}-\d{2})?[ \t]*\n(?P<text>.*?)(?=^## |\Z)", re.M | re.S)
_UNRELEASED = "Unreleased"


@dataclass(frozen=True)
class Section:
    """What the changelog says of one version, or of what is not released."""

    name: str
    text: str


def stated(root: Path) -> dict[str, str]:
    """Return every place below `root` that states a version, with what it states."""
    projects = {path: tomllib.loads(_text(root, path))["project"] for path in _PYPROJECTS}
    documents = {path: json.loads(_text(root, path)) for path in (*_PACKAGE_JSONS, *_CONSOLE_JSONS)}
    wanted = [need.removeprefix(_CLIENT) for need in projects[_PYPROJECTS[-1]]["dependencies"] if _CLIENT in need]
    return {
        _PACKAGE: _assigned(_text(root, _PACKAGE)),
        **{path: project["version"] for path, project in projects.items()},
        f"{_PYPROJECTS[-1]} ({_CLIENT})": ", ".join(wanted),
        **{path: document["version"] for path, document in documents.items()},
        _OPENAPI: json.loads(_text(root, _OPENAPI))["info"]["version"],
        CHANGELOG: newest(_text(root, CHANGELOG)).name,
    }


def held_to(version: str, places: Mapping[str, str]) -> None:
    """Raise `LocalStackError`, which names every place that states another version."""
    others = [f"{place} says {value or 'nothing'}" for place, value in places.items() if value != version]
    if others:
        raise LocalStackError(f"the tag says {version}, but " + ", ".join(others))


def newest(changelog: str) -> Section:
    """Return the newest section; raises `LocalStackError` where there is none.

    An empty one of what is not released is passed over, one with text is the newest: what it tells of is in the release
    too, so it belongs under its version.
    """
    sections = [Section(match["name"], match["text"].strip()) for match in _SECTION.finditer(changelog)]
    for section in sections:
        if section.name != _UNRELEASED or section.text:
            return section
    raise LocalStackError(f"{CHANGELOG} has no section of a version, such as `## [1.0.0] - 2027-01-31`")


def notes(root: Path, version: str) -> str:
    """Return the release notes, as Markdown: the changelog's newest section, with the version as the heading."""
    return f"# Recado {version}\n\n{newest(_text(root, CHANGELOG)).text}\n"


def _assigned(source: str) -> str:
    found = re.search(r'^__version__ = "([^"]+)"$', source, re.MULTILINE)
    return found[1] if found else ""


def _text(root: Path, path: str) -> str:
    return (root / path).read_text(encoding="utf-8")
