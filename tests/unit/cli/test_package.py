"""The package as it would be published."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

from local.settings import PROJECT_DIR

SECONDS = 120


def test_the_wheel_holds_the_command(tmp_path: Path) -> None:
    """Its modules, its types, and the name that it is called by; what it needs is what it imports."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=PROJECT_DIR / "cli", check=True, capture_output=True, timeout=SECONDS)  # noqa: S603  ours
    [wheel] = tmp_path.glob("recado-*.whl")
    with zipfile.ZipFile(wheel) as files:
        names = files.namelist()
        [metadata] = [files.read(name).decode() for name in names if name.endswith("METADATA")]
        [entries] = [files.read(name).decode() for name in names if name.endswith("entry_points.txt")]

    assert {"recado_cli/app.py", "recado_cli/py.typed", "recado_cli/commands/webhooks.py"} <= set(names)
    assert "recado = recado_cli.app:run" in entries
    lines = [line for line in metadata.splitlines() if line.startswith("Requires-Dist") and "extra" not in line]
    needed = {re.split("[<>=]", line.split()[1])[0] for line in lines}
    assert needed == {"filelock", "httpx", "keyring", "platformdirs", "recado-client", "rich", "tomlkit", "typer"}
