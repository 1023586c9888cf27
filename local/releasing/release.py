"""The order of a release: what is checked, and what is written into `dist/`."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess  # nosec B404 # what builds packages is a program of its own
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from local.errors import LocalStackError
from local.releasing import bill, checkout, published, versions

SUMS = "SHA256SUMS"
_PYTHON_PACKAGES = ("sdk/python", "cli")
_TYPESCRIPT_CLIENT = "sdk/typescript"
_NPM = "local/setup/npm.sh"


@dataclass(frozen=True)
class Programs:
    """The programs that a release needs: the words before the arguments."""

    bill: bill.Tools
    hatchling: Sequence[str]
    npm_of_client: Sequence[str]
    validator: Sequence[str]


def programs(venv: Path) -> Programs:
    """Return the programs as they lie in a virtual environment made of `requirements/release.txt`, and in this one."""
    own = venv.absolute() / "bin"
    return Programs(
        bill.Tools([str(own / "cyclonedx-py")], npm=[_NPM, bill.CONSOLE, sys.prefix]),
        hatchling=[sys.executable, "-m", "hatchling"],
        npm_of_client=[_NPM, _TYPESCRIPT_CLIENT, sys.prefix],
        validator=[str(own / "python"), str(Path(bill.__file__).parent / "valid_bill.py")],
    )


def releasable(root: Path) -> str:
    """Return the version that the checkout is released as.

    Raises `LocalStackError` unless it is a tagged commit without changes, of which every part states that version.
    """
    version = checkout.tagged_version(root)
    versions.held_to(version, versions.stated(root))
    return version


def write(root: Path, built: Path, dist: Path, using: Programs) -> list[Path]:
    """Write the release of what was built into `dist`, emptied first, and return its files.

    Nothing in them tells when or where they were written: the time of all is the commit's. Raises `LocalStackError`.
    """
    version, made_at = releasable(root), checkout.committed_at(root)
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir()
    name = f"recado-{version}"
    (dist / f"{name}.zip").write_bytes(published.archive(root, built, version))
    (dist / f"{name}.md").write_text(versions.notes(root, version), encoding="utf-8")
    _write_bill(root, dist / f"{name}.cdx.json", version, made_at, using)
    _pack(root, dist, made_at, using)
    return write_sums(dist)


def write_sums(dist: Path) -> list[Path]:
    """Write the checksums of all files in `dist`, as `sha256sum --check` reads them; returns the files and theirs."""
    files = sorted(path for path in dist.iterdir() if path.is_file() and path.name != SUMS)
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (dist / SUMS).write_text("".join(lines), encoding="utf-8")
    return [*files, dist / SUMS]


def _write_bill(root: Path, file: Path, version: str, made_at: datetime, using: Programs) -> None:
    document = bill.merged(version, made_at, *bill.parts(root, using.bill))
    file.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    _run([*using.validator, str(file)], root)


def _pack(root: Path, dist: Path, made_at: datetime, using: Programs) -> None:
    """Pack the clients and the command, of which the generated parts must be there."""
    # hatchling gives the files of a package this time; npm gives all the same one.
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(int(made_at.timestamp()))}
    for package in _PYTHON_PACKAGES:
        _run([*using.hatchling, "build", "--target", "wheel", "--directory", str(dist)], root / package, environment)
    _run([*using.npm_of_client, "pack", "--silent", "--pack-destination", str(dist)], root)


def _run(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    answer = subprocess.run(  # noqa: S603 # nosec B603 # our own words
        command, check=False, capture_output=True, text=True, cwd=folder, env=environment
    )
    if answer.returncode:
        raise LocalStackError(f"`{' '.join(command)}` failed: {(answer.stderr or answer.stdout).strip()}")
