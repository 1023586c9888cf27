"""The archive that is deployed without a clone: what `make build` has made, and how to deploy it.

Code lies in zip files beside the template, which names them relatively: `sam deploy` and `aws cloudformation package`
both put such files into a bucket as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from local.archives import Entry, folder_entries, zipped
from local.errors import LocalStackError

TEMPLATE = "template.yaml"
_OWN = Path(__file__).parent / "published"
# What of the project goes along as it is.
_ALONG = ("LICENSE", "samconfig.toml", "docs/deployer-policy.json")
# As `sam build` writes it: one value a line, relative to the template.
_CODE = re.compile(r"^( +(?:CodeUri|ContentUri): )(\S+)$", re.MULTILINE)


def archive(root: Path, built: Path, version: str) -> bytes:
    """Return the archive of what was built into `built` from the project at `root`; all of it lies in one folder.

    Raises `LocalStackError` where nothing was built, or the template names code that is not there.
    """
    if not (built / TEMPLATE).is_file():
        raise LocalStackError(f"there is nothing in {built}: make build")
    template = (built / TEMPLATE).read_text(encoding="utf-8")
    entries = [*_written(root, template, version), *_code(built, template)]
    folder = f"recado-{version}/"
    named = [Entry(folder + entry.name, entry.content, entry.is_executable) for entry in entries]
    return zipped(sorted(named, key=lambda entry: entry.name))


def _written(root: Path, template: str, version: str) -> Iterator[Entry]:
    heading = f"# Recado {version}, as it was built. README.md says how it is deployed.\n"
    yield Entry(TEMPLATE, (heading + _CODE.sub(_beside, template)).encode())
    for path in _ALONG:
        yield Entry(Path(path).name, (root / path).read_bytes())
    yield from folder_entries(_OWN)


def _code(built: Path, template: str) -> Iterator[Entry]:
    for folder in sorted({match[2] for match in _CODE.finditer(template)}):
        if not (built / folder).is_dir():
            raise LocalStackError(f"the built template names {folder}, which is not in {built}: make build")
        yield Entry(_name(folder), zipped(folder_entries(built / folder)))


def _beside(line: re.Match[str]) -> str:
    return line[1] + _name(line[2])


def _name(folder: str) -> str:
    return f"code/{Path(folder).name}.zip"
