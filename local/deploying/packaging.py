"""Functions and layers as archives whose names say their content, so that only what changed is deployed."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local import aws
from local.archives import Entry, zipped
from local.errors import LocalStackError
from local.settings import Settings

Template = dict[str, Any]

CODE_BUCKET = "recado-local-code"

_CODE_PROPERTY = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
_NEVER_PACKED = {"__pycache__"}


@dataclass(frozen=True)
class Package:
    """The archive of one function or layer."""

    logical_id: str
    digest: str
    content: bytes

    @property
    def key(self) -> str:
        """Where the archive lies in the code bucket."""
        return f"{self.logical_id}/{self.digest}.zip"


def package(template: Template, root: Path) -> tuple[Template, list[Package]]:
    """The template with its code in the code bucket, and the archives that belong there."""
    packaged, packages = copy.deepcopy(template), []
    for logical_id, resource in packaged["Resources"].items():
        code_property = _CODE_PROPERTY.get(resource["Type"])
        if code_property is None:
            continue
        folder = root / resource["Properties"][code_property]
        built = build(logical_id, folder, _archive_folder(resource))
        resource["Properties"][code_property] = {"Bucket": CODE_BUCKET, "Key": built.key}
        packages.append(built)
    return packaged, packages


def build(logical_id: str, folder: Path, archive_folder: str = "") -> Package:
    """Pack a folder. Equal files give an equal digest, whenever and wherever they are packed.

    A gap of the emulator is met here: its functions import third-party packages from its own
    interpreter, so what `requirements.txt` names is not installed into the archive. A pin that is
    missing there goes unnoticed on this machine.
    """
    if not folder.is_dir():
        raise LocalStackError(f"{logical_id}: the code folder {folder} does not exist")
    entries = [
        Entry(archive_folder + path.relative_to(folder).as_posix(), path.read_bytes()) for path in _files(folder)
    ]
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(f"{entry.name}\0{len(entry.content)}\0".encode() + entry.content)
    return Package(logical_id, digest.hexdigest()[:32], zipped(entries))


def upload(packages: list[Package], settings: Settings) -> None:
    """Put the archives that the emulator does not have yet into the code bucket."""
    s3 = aws.client("s3", settings.aws_endpoint_url)
    # After a crash the emulator refuses what S3 in this region allows: to create one's own bucket again.
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=CODE_BUCKET)
    for item in packages:
        try:
            s3.head_object(Bucket=CODE_BUCKET, Key=item.key)
        except ClientError:
            s3.put_object(Bucket=CODE_BUCKET, Key=item.key, Body=item.content)


def _archive_folder(resource: dict[str, Any]) -> str:
    built_by_sam = resource["Type"] == "AWS::Serverless::LayerVersion" and "BuildMethod" in resource.get("Metadata", {})
    return "python/" if built_by_sam else ""


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not _NEVER_PACKED.intersection(path.parts) and path.suffix != ".pyc":
            yield path
