"""What git says of the checkout that is released."""

from __future__ import annotations

import re
import subprocess  # nosec B404 # git is a program of its own
from datetime import UTC, datetime
from pathlib import Path

from local.errors import LocalStackError

# https://semver.org/, without what may follow the three numbers: nothing else is released.
_TAG = re.compile(r"v((?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*))")
_SHOWN = 5


def tagged_version(root: Path) -> str:
    """Return the version whose tag the checkout is at, such as 1.4.0 of v1.4.0.

    Raises `LocalStackError` where a file differs from the commit or is not in it, and unless there is one such tag.
    """
    changed = _git(root, "status", "--porcelain").splitlines()
    if changed:
        shown = ", ".join(line[3:] for line in changed[:_SHOWN]) + (", …" if len(changed) > _SHOWN else "")
        raise LocalStackError(f"a release is made of a commit alone, but these files are not as it has them: {shown}")
    tags = [match[1] for tag in _git(root, "tag", "--points-at", "HEAD").split() if (match := _TAG.fullmatch(tag))]
    if len(tags) != 1:
        found = " and ".join(f"v{tag}" for tag in tags) or "none"
        raise LocalStackError(f"a release is made at one tag such as v1.4.0; this commit has {found}")
    return tags[0]


def committed_at(root: Path) -> datetime:
    """Return when the commit was made, in UTC, which stands wherever a time must."""
    return datetime.fromtimestamp(int(_git(root, "log", "-1", "--format=%ct")), UTC)


def _git(root: Path, *words: str) -> str:
    command = ["git", "-C", str(root), *words]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 # nosec B603 # our words
    if answer.returncode:
        raise LocalStackError(f"`git {words[0]}` failed: {answer.stderr.strip()}")
    return answer.stdout
