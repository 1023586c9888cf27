"""What the documentation can name: words of the code, routes, parameters, make targets, commands."""

import json
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePath
from typing import Any

import botocore
import typer
from botocore.loaders import Loader
from typer.core import TyperCommand, TyperGroup

from local.settings import PROJECT_DIR
from recado_cli.app import app
from tests.infrastructure.cloudformation import Stack, read_source

_CODE = ("benchmarks", "catalogue", "cli", "console", "examples", "functions", "layers", "local", "requirements", "sdk")
_FILES = ("Makefile", "pyproject.toml", "samconfig.toml", "template.yaml", "docs/openapi.json")
_MADE = {"node_modules", "generated", "static", "dist", "target", "__pycache__"}
_MADE_OF_CODE = _MADE | {"test", "test_support", ".next"}
_TEXT = {
    *(".py", ".js", ".mjs", ".ts", ".json", ".yaml", ".toml", ".sh", ".in", ".jmespath", ".sql", ".go", ".java"),
    *(".php", ".rb", ".ru", ".xml", ".html", ".css", ".txt", ".tf", ".mod", ""),
}
# The services that pages name something of which the project's code has no need to name.
_SERVICES = ("cloudformation", "cloudwatch", "dynamodb", "events", "lambda", "sesv2", "cognito-idp", "sns")
WORD = re.compile(r"[A-Za-z_]\w*")


@cache
def product() -> str:
    """Return the text of the product's code, without its tests."""
    places = [PROJECT_DIR / name for name in _FILES]
    places += [path for folder in (*_CODE, ".ci") for path in _texts(PROJECT_DIR / folder)]
    return "\n".join(path.read_text("utf-8") for path in places)


@cache
def product_words() -> frozenset[str]:
    """Return the words of the product's code."""
    return frozenset(WORD.findall(product()))


@cache
def tests() -> str:
    """Return the text of the tests."""
    return "\n".join(path.read_text("utf-8") for path in _texts(PROJECT_DIR / "tests"))


@cache
def test_words() -> frozenset[str]:
    """Return the words of the tests, which a page about the tests names."""
    return frozenset(WORD.findall(tests()))


@cache
def aws_words() -> frozenset[str]:
    """Return the words of AWS's own descriptions of its services: calls, fields, states and errors."""
    loader = Loader(extra_search_paths=[str(Path(botocore.__file__).parent / "data")])
    found: set[str] = set()
    for service in _SERVICES:
        found.update(_model_words(loader.load_service_model(service, "service-2")))
    return frozenset(found)


@cache
def template() -> Stack:
    """Return the template as it is written."""
    return read_source()


@cache
def routes() -> frozenset[tuple[str, str]]:
    """Return method and path of every route of the API, the console and the portal.

    `{}` stands where a name does, `…` where there may be anything.
    """
    document = json.loads((PROJECT_DIR / "docs" / "openapi.json").read_text(encoding="utf-8"))
    found = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    for function in template().of_type("AWS::Serverless::Function").values():
        events = [event["Properties"] for event in function.get("Events", {}).values() if event["Type"] == "HttpApi"]
        found |= {(event["Method"].upper(), event["Path"]) for event in events}
    return frozenset((method, re.sub(r"\{\w+\}", "{}", path.replace("{proxy+}", "…"))) for method, path in found)


@cache
def make_targets() -> frozenset[str]:
    """Return what `make` can be asked for."""
    lines = re.findall(r"^([a-z0-9-]+(?: [a-z0-9-]+)*):", _makefile(), re.MULTILINE)
    return frozenset(target for line in lines for target in line.split())


@cache
def make_variables() -> frozenset[str]:
    """Return the variables that the Makefile, or a command that it runs, reads."""
    code = _makefile() + "\n".join(path.read_text("utf-8") for path in _texts(PROJECT_DIR / "local"))
    names = re.findall(r'\$\((?:or \$\()?([A-Z_]+)|"([A-Z][A-Z_]+)"', code)
    return frozenset(name for pair in names for name in pair if name)


@cache
def commands() -> dict[str, frozenset[str]]:
    """Return the commands and groups of `recado` with their options, by what leads to them, such as `events find`."""
    return dict(_commands("", typer.main.get_command(app)))


def _commands(name: str, one: Any) -> Iterator[tuple[str, frozenset[str]]]:
    assert isinstance(one, TyperCommand | TyperGroup)
    yield name, frozenset({"--help"}.union(*(parameter.opts + parameter.secondary_opts for parameter in one.params)))
    if isinstance(one, TyperGroup):
        for word, inner in one.commands.items():
            yield from _commands(f"{name} {word}".strip(), inner)


def has_path(path: str) -> bool:
    """Tell whether the project has a file or folder whose path ends with this one, in which `*` stands for names."""
    return any(one.match(path) for one in _paths())


@cache
def made_folders() -> tuple[str, ...]:
    """Return the folders that are made by commands, and so not kept."""
    lines = (PROJECT_DIR / ".gitignore").read_text(encoding="utf-8").split()
    return tuple(line for line in lines if line.endswith("/"))


def _makefile() -> str:
    return (PROJECT_DIR / "Makefile").read_text(encoding="utf-8")


@cache
def _paths() -> tuple[PurePath, ...]:
    found: list[PurePath] = []
    for folder, folders, files in os.walk(PROJECT_DIR):
        folders[:] = [name for name in folders if name not in _MADE and not name.startswith(".")]
        found += [PurePath(folder, name).relative_to(PROJECT_DIR) for name in (*folders, *files)]
    return tuple(found)


def _texts(folder: Path) -> Iterator[Path]:
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _MADE_OF_CODE)
        yield from (Path(path, name) for name in sorted(files) if PurePath(name).suffix in _TEXT)


def _model_words(value: Any) -> Iterator[str]:
    """Yield names and values of a model, but not what its descriptions say."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from () if key == "documentation" else _model_words(part)
    elif isinstance(value, list):
        for part in value:
            yield from _model_words(part)
    elif isinstance(value, str):
        yield value
