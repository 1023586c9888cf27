"""Looks pinned packages up among the known vulnerabilities: `vulnerabilities.py PIP_AUDIT LOCK_FILE...`.

Ends with 1 if a package has one, or if not all of them could be looked up. A vulnerability service that does not know
the first package counts as out of reach: that is said, and is no failure, so that the audit can run without a network.
"""

import json
import subprocess  # nosec B404 # to run pip-audit
import sys
import tempfile
from pathlib import Path
from typing import Any


def audit(pip_audit: str, lock_file: Path) -> list[dict[str, Any]] | None:
    """What pip-audit says about each package of a lock file; None if it could not say."""
    command = [pip_audit, "--require-hashes", "--disable-pip", "--format=json", "--progress-spinner=off"]
    done = subprocess.run(  # noqa: S603 # nosec B603 # the command is this project's own
        [*command, f"--requirement={lock_file}"], capture_output=True, text=True, check=False
    )
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except ValueError:
        sys.stderr.write(done.stderr.strip().rpartition("\n")[2] + "\n")
        return None
    return packages


def first_of(lock_file: Path) -> str:
    """The first requirement of a lock file, with its hashes."""
    lines = iter(lock_file.read_text(encoding="utf-8").splitlines())
    first = [next(line for line in lines if "==" in line)]
    while first[-1].endswith("\\"):
        first.append(next(lines))
    return "\n".join(first) + "\n"


def is_in_reach(pip_audit: str, lock_file: Path) -> bool:
    """Whether the vulnerability service knows the first package of a lock file."""
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "first.txt"
        sample.write_text(first_of(lock_file), encoding="utf-8")
        packages = audit(pip_audit, sample)
    return packages is not None and all("vulns" in package for package in packages)


def problems(packages: list[dict[str, Any]] | None) -> list[str]:
    """What is wrong, a line each."""
    if packages is None:
        return ["the vulnerability service did not answer for all packages"]
    found = [
        f"{package['name']} {package['version']}: {vulnerability['id']}, fixed in {vulnerability['fix_versions']}"
        for package in packages
        for vulnerability in package.get("vulns", ())
    ]
    return found + [f"{package['name']}: {package['skip_reason']}" for package in packages if "vulns" not in package]


def main(pip_audit: str, *lock_files: str) -> int:
    """Audit the lock files, and say what came of it."""
    failed = False
    for lock_file in map(Path, lock_files):
        if not is_in_reach(pip_audit, lock_file):
            sys.stdout.write(f"{lock_file}: NOT AUDITED, the vulnerability service is out of reach\n")
            continue
        packages = audit(pip_audit, lock_file)
        wrong = problems(packages)
        failed = failed or bool(wrong)
        sys.stdout.write("".join(f"{lock_file}: {line}\n" for line in wrong))
        if not wrong:
            sys.stdout.write(f"{lock_file}: {len(packages or ())} packages, no known vulnerability\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
