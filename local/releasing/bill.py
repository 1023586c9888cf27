"""The bill of materials (CycloneDX, JSON): what third parties wrote of what is deployed, with the hashes of its files.

cyclonedx-py tells of the layer's pins and npm of the console's packages; here both become one document.
"""

from __future__ import annotations

import hashlib
import json
import subprocess  # nosec B404 # both are programs of their own
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from local.errors import LocalStackError

Document = dict[str, Any]
"""A bill of materials, as JSON has it: https://cyclonedx.org/docs/1.6/json/"""

LAYER_PINS = "layers/dependencies/requirements.txt"
CONSOLE = "console"
_OURS = "recado"
_SPECIFICATION = "1.6"


@dataclass(frozen=True)
class Tools:
    """What makes the parts of a bill: the words before the arguments."""

    cyclonedx_py: Sequence[str]
    npm: Sequence[str]


def parts(root: Path, tools: Tools) -> tuple[Document, Document]:
    """Return the bills of the layer's packages and of what is bundled into the console. Raises `LocalStackError`."""
    python = [*tools.cyclonedx_py, "requirements", "--output-reproducible", "--sv", _SPECIFICATION, "--of", "JSON"]
    npm = [*tools.npm, "sbom", "--sbom-format", "cyclonedx", "--package-lock-only", "--omit", "dev"]
    return _printed([*python, "--short-PURLs", str(root / LAYER_PINS)], root), _printed(npm, root)


def merged(version: str, made_at: datetime, python: Document, console: Document) -> Document:
    """Return one bill of Recado in this version: the same for the same parts, whoever made them when."""
    bundle = console["metadata"]["component"]
    packages = [_by_purl(component) for component in python["components"]]
    bundled = [_of_npm(component) for component in [bundle, *console["components"]]]
    refs = {component["bom-ref"]: component["purl"] for component in [bundle, *console["components"]]}
    dependencies = [_depends(_OURS, [*(each["purl"] for each in packages), bundle["purl"]])]
    dependencies += [_depends(each["purl"], []) for each in packages]
    dependencies += [
        _depends(refs[each["ref"]], [refs[on] for on in each["dependsOn"]]) for each in console["dependencies"]
    ]
    content: Document = {
        "metadata": {
            "timestamp": made_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tools": python["metadata"]["tools"],
            "component": {"bom-ref": _OURS, "type": "application", "name": _OURS, "version": version},
        },
        "components": packages + bundled,
        "dependencies": dependencies,
    }
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{_SPECIFICATION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": _SPECIFICATION,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "version": 1,
        **content,
    }


def _by_purl(component: Document) -> Document:
    """A component named by its package, instead of by a line of a file."""
    return {**{key: value for key, value in component.items() if key != "description"}, "bom-ref": component["purl"]}


def _of_npm(component: Document) -> Document:
    """The same, without npm's empty lists."""
    return _by_purl({key: value for key, value in component.items() if value})


def _depends(ref: str, on: Iterable[str]) -> Document:
    return {"ref": ref, "dependsOn": sorted(on)}


def _printed(command: Sequence[str], root: Path) -> Document:
    answer = subprocess.run(  # noqa: S603 # nosec B603 # our own words
        command, check=False, capture_output=True, text=True, cwd=root
    )
    if answer.returncode:
        raise LocalStackError(f"`{' '.join(command)}` failed: {answer.stderr.strip()}")
    document: Document = json.loads(answer.stdout)
    return document
