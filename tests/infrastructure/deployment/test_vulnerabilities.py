"""What `make audit` makes of what pip-audit says; its answers here have the form of those of real runs."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.infrastructure.cloudformation import TEMPLATE_FILE

SCRIPT = TEMPLATE_FILE.parent / ".ci" / "vulnerabilities.py"
LOCKED = "sound==1.0 \\\n    --hash=sha256:00\n    # via something\nweak==2.0 \\\n    --hash=sha256:00\n"
SOUND: dict[str, Any] = {"name": "sound", "version": "1.0", "vulns": []}
MENDED: dict[str, Any] = {"name": "weak", "version": "2.0", "vulns": []}
WEAK = {**MENDED, "vulns": [{"id": "CVE-2026-1", "fix_versions": ["2.1"], "aliases": [], "description": "bad"}]}
UNKNOWN = {"name": "weak", "skip_reason": "Dependency not found and could not be audited: weak (2.0)"}
UNKNOWN_FIRST = {"name": "sound", "skip_reason": "Dependency not found and could not be audited: sound (1.0)"}
# Answers for the lock file it is given, and ends as pip-audit does: with 1 when something was found, or went wrong.
PIP_AUDIT = """#!{python}
import json, pathlib, sys
(lock_file,) = [word.split("=", 1)[1] for word in sys.argv if word.startswith("--requirement=")]
wanted = [line.split("==")[0] for line in pathlib.Path(lock_file).read_text().splitlines() if "==" in line]
answers = {answers!r}
if any(answers[name] is None for name in wanted):
    sys.exit("requests.exceptions.ConnectionError: Connection refused")
print(json.dumps({{"dependencies": [answers[name] for name in wanted], "fixes": []}}))
sys.exit(any(answers[name].get("vulns") for name in wanted))
"""


def audited(folder: Path, sound: Any, weak: Any) -> tuple[int, str]:
    """Return how the script ends, and what it says, when pip-audit answers this for the two packages."""
    (folder / "lock.txt").write_text(LOCKED, encoding="utf-8")
    pip_audit = folder / "pip-audit"
    pip_audit.write_text(PIP_AUDIT.format(python=sys.executable, answers={"sound": sound, "weak": weak}), "utf-8")
    pip_audit.chmod(0o755)
    done = subprocess.run(  # noqa: S603  the command is this project's own
        [sys.executable, SCRIPT, pip_audit, folder / "lock.txt"], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_sound_packages_pass(tmp_path: Path) -> None:
    """Nothing is known against any package."""
    code, said = audited(tmp_path, SOUND, MENDED)
    assert (code, said) == (0, f"{tmp_path}/lock.txt: 2 packages, no known vulnerability\n")


def test_a_known_vulnerability_fails(tmp_path: Path) -> None:
    """It is named, with the version that mends it."""
    code, said = audited(tmp_path, SOUND, WEAK)
    assert (code, said) == (1, f"{tmp_path}/lock.txt: weak 2.0: CVE-2026-1, fixed in ['2.1']\n")


@pytest.mark.parametrize("first", [None, UNKNOWN_FIRST], ids=["no answer", "knows nothing"])
def test_a_service_out_of_reach_is_told_and_passes(tmp_path: Path, first: Any) -> None:
    """Without a network, or where the package index has no vulnerability service, nothing is claimed to be audited."""
    code, said = audited(tmp_path, first, WEAK)
    assert (code, said) == (0, f"{tmp_path}/lock.txt: NOT AUDITED, the vulnerability service is out of reach\n")


@pytest.mark.parametrize("second", [None, UNKNOWN], ids=["no answer", "not known"])
def test_half_an_answer_fails(tmp_path: Path, second: Any) -> None:
    """A service that answers for some packages only has not cleared the others."""
    code, said = audited(tmp_path, SOUND, second)
    assert code == 1
    assert "no known vulnerability" not in said
    assert "not answer" in said or "not found" in said
