"""Programs that use the TypeScript client, run by Node.js."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local.settings import PROJECT_DIR
from tests.e2e.support.waiting import ARRIVES

PACKAGE = PROJECT_DIR / "sdk" / "typescript"


def ran_by_node(program: str, folder: Path, variables: Mapping[str, str]) -> str:
    """What the program prints, with the client and the AWS SDK installed beside it; it has to succeed."""
    modules = folder / "node_modules"
    modules.mkdir()
    (modules / "recado-client").symlink_to(PACKAGE)
    (modules / "@aws-sdk").symlink_to(PACKAGE / "node_modules" / "@aws-sdk")
    (folder / "program.mjs").write_text(program)
    # Where the project has brought its own Node.js, it is beside its Python.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["node", "program.mjs"],  # noqa: S607  whichever Node.js the machine has
        cwd=folder,
        env={**os.environ, **variables, "PATH": path},
        capture_output=True,
        text=True,
        timeout=3 * ARRIVES,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
