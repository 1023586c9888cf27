"""What is deployed of a catalogue: the template with its rules, and the folder of its layer."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from local.catalogue.checking import checked
from local.catalogue.patterns import rules_of
from local.catalogue.reading import SCHEMAS
from local.catalogue.rules import with_rules
from local.errors import LocalStackError
from local.settings import PROJECT_DIR, SHIPPED_CATALOGUE, SHIPPED_TEMPLATE

BUILD = PROJECT_DIR / ".build"

_CODE = re.compile(r"^(\s+(?:CodeUri|ContentUri): )(\S+)$", re.MULTILINE)
_SHIPPED_LAYER = "catalogue/"
_SHIPPED_OUTPUT, _OWN_OUTPUT = "    Value: SHIPPED\n", "    Value: OWN\n"


def shown(folder: Path) -> str:
    """How messages call a folder: from here, where it lies below."""
    path = os.path.relpath(folder)
    return folder.as_posix() if path.startswith(os.pardir) else Path(path).as_posix()


def is_shipped(folder: Path) -> bool:
    """Whether this is the catalogue that `template.yaml` itself deploys."""
    return folder.resolve() == SHIPPED_CATALOGUE


def prepared(folder: Path) -> str:
    """Check a catalogue, and write the rules of the shipped one into the template; returns what to tell of it."""
    catalogue = checked(folder, shown(folder))
    rules = rules_of(catalogue)
    told = f"{shown(folder)}: {len(catalogue)} event types, {len(rules)} rules"
    if not is_shipped(folder):
        return f"{told}; `make start CATALOGUE={shown(folder)}` or `make deploy …` uses it"
    text = SHIPPED_TEMPLATE.read_text(encoding="utf-8")
    written = with_rules(text, catalogue)
    if written == text:
        return f"{told}; template.yaml has them"
    SHIPPED_TEMPLATE.write_text(written, encoding="utf-8")
    return f"{told}; written into template.yaml"


def template_for(folder: Path, target: Path = BUILD) -> Path:
    """The template that deploys a catalogue, once it is checked; raises `LocalStackError`.

    That of the shipped one is the project's own. For another one it is made in `target`, with an output that says so,
    and with the folder of its layer, in which nothing lies but what the functions read.
    """
    catalogue = checked(folder, shown(folder))
    text = SHIPPED_TEMPLATE.read_text(encoding="utf-8")
    written = with_rules(text, catalogue)
    if is_shipped(folder):
        if written != text:
            raise LocalStackError("template.yaml does not have the rules of catalogue/: run `make catalogue`")
        return SHIPPED_TEMPLATE
    layer = target / "catalogue"
    shutil.rmtree(layer, ignore_errors=True)
    layer.mkdir(parents=True)
    for path in (*folder.glob("*.json"), *(folder / SCHEMAS).glob("*.json")):
        copy = layer / path.relative_to(folder)
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, copy)
    template = target / "template.yaml"
    own = written.replace(_SHIPPED_OUTPUT, _OWN_OUTPUT)
    template.write_text(_CODE.sub(lambda match: match[1] + _from(target, match[2]), own), encoding="utf-8")
    return template


def _from(target: Path, folder: str) -> str:
    """Where code lies, from the folder of the template: only the catalogue's layer is beside it."""
    if folder == _SHIPPED_LAYER:
        return folder
    return Path(os.path.relpath(PROJECT_DIR / folder, target)).as_posix() + "/"
