"""Import and init of each function in fresh processes: `python -m benchmarks.imports <file>` writes it as JSON.

The layers are laid out as they are deployed: only what the lock file names, and without byte-code; and a second time
with the byte-code that Python writes where it may.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from importlib.metadata import distribution
from pathlib import Path
from statistics import median
from typing import Any

from moto import mock_aws

from tests.support.fresh_import import layer_packages
from tests.support.functions import FUNCTIONS, ROOT, logical_id
from tests.support.stack import Stack

_FRESH = Path(__file__).with_name("fresh.py")
_REPETITIONS = 3
_ALL = sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py"))


def imports() -> dict[str, Any]:
    """Return for each function its modules, and the CPU of import and init by that of the yardstick with byte-code."""
    with mock_aws():
        stack = Stack.deploy({})
    environments = {name: stack.environment(logical_id(name)) for name in _ALL}
    with tempfile.TemporaryDirectory() as folder:
        deployed, compiled = _lay_out(Path(folder) / "deployed"), _lay_out(Path(folder) / "compiled")
        for name in ("yardstick", *_ALL):
            _fresh(compiled, name, environments.get(name, {}), byte_code=True)
        rounds = [_round(deployed, compiled, environments) for _repetition in range(_REPETITIONS)]
    return {
        f"import, {name}": {key: median(one[name][key] for one in rounds) for key in rounds[0][name]} for name in _ALL
    }


def _round(deployed: Path, compiled: Path, environments: dict[str, dict[str, str]]) -> dict[str, dict[str, float]]:
    yardstick = _fresh(compiled, "yardstick", {}, byte_code=True)["seconds"]
    measured: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for name, environment in environments.items():
        with_byte_code = _fresh(compiled, name, environment, byte_code=True)
        without = _fresh(deployed, name, environment, byte_code=False)
        measured[name] = {
            "modules": with_byte_code["modules"],
            "cpu": with_byte_code["seconds"] / yardstick,
            "cpuMs": 1000 * with_byte_code["seconds"],
            "deployedCpu": without["seconds"] / yardstick,
            "deployedCpuMs": 1000 * without["seconds"],
        }
    return measured


def _lay_out(folder: Path) -> Path:
    """Copy the layers and the functions' code into a folder, without byte-code."""
    for name in layer_packages():
        package = distribution(name)
        for file in package.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                target = folder / "python" / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(package.locate_file(file)), target)
    without_byte_code = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "layers" / "core", folder / "python", ignore=without_byte_code, dirs_exist_ok=True)
    shutil.copytree(FUNCTIONS, folder / "functions", ignore=without_byte_code)
    return folder


def _fresh(folder: Path, name: str, environment: dict[str, str], *, byte_code: bool) -> Any:
    """What a fresh interpreter says that knows only the folder's packages (`-S`), not those beside its file (`-P`)."""
    what = name if name == "yardstick" else str(folder / "functions" / name / "app.py")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-S", "-P", *([] if byte_code else ["-B"]), str(_FRESH), what],
        env={**os.environ, **environment, "PYTHONPATH": str(folder / "python")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode:
        raise RuntimeError(f"{name} cannot be loaded: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(imports()), encoding="utf-8")
