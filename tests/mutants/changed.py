"""Lines that have changed since a commit, as git tells of them."""

import re
import subprocess
from pathlib import Path

_HUNK = re.compile(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@")


def base(root: Path) -> str | None:
    """The commit to compare with: where this branch left main, or on main itself the one before; None if unknown."""
    head = _git(root, "rev-parse", "HEAD")
    for main in ("origin/main", "main"):
        common = _git(root, "merge-base", "HEAD", main)
        if common and common != head:
            return common
    return _git(root, "rev-parse", "--verify", "HEAD^")


def changed_lines(since: str, package: Path) -> dict[str, set[int]]:
    """The lines of the working tree that a commit has not, by path within the package; moved ones are unchanged."""
    diff = _git(package, "diff", "--unified=0", "--find-renames", "--relative", since, "--", ".")
    if diff is None:
        raise SystemExit(f"git knows no commit {since}")
    changed: dict[str, set[int]] = {}
    path = ""
    for line in diff.splitlines():
        if line.startswith("+++ "):
            path = line.removeprefix("+++ b/")
        elif hunk := _HUNK.match(line):
            start, count = int(hunk[1]), int(hunk[2] or 1)
            changed.setdefault(path, set()).update(range(start, start + count))
    return changed


def _git(folder: Path, *arguments: str) -> str | None:
    done = subprocess.run(  # noqa: S603 - the arguments are ours
        ["git", *arguments],  # noqa: S607
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() if done.returncode == 0 else None
