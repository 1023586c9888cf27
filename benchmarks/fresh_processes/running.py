"""Runs `child.py` in a fresh interpreter that sees only the layers as they were laid out."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_CHILD = Path(__file__).with_name("child.py")
_SECONDS = 120
YARDSTICK = "yardstick"


def run_fresh(
    folder: Path, name: str, environment: Mapping[str, str], *invocation: str, byte_code: bool = False
) -> Any:
    """Return what it prints; it knows no other packages (`-S`), not even those beside its file (`-P`).

    Without `byte_code` it writes none: it uses what was laid out. Raises `RuntimeError` if the function fails.
    """
    what = name if name == YARDSTICK else str(folder / "functions" / name / "app.py")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-S", "-P", *([] if byte_code else ["-B"]), str(_CHILD), what, *invocation],
        env={**os.environ, **environment, "PYTHONPATH": str(folder / "python")},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"{name} cannot be run: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])
