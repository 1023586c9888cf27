"""Import and init of each function: `python -m benchmarks.fresh_processes.imports <file>` writes it as JSON.

The layers are laid out as they are deployed, and a second time with the byte-code that Python writes where it may.
"""

import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from moto import mock_aws

from benchmarks.fresh_processes.layout import lay_out
from benchmarks.fresh_processes.running import YARDSTICK, run_fresh
from tests.support.aws.stack import Stack
from tests.support.functions import FUNCTIONS, logical_id

_REPETITIONS = 5
_ALL = sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py"))


def imports() -> dict[str, Any]:
    """Return for each function its modules, and the CPU of import and init by that of the yardstick with byte-code."""
    with mock_aws():
        stack = Stack.deploy({})
    environments = {name: stack.environment(logical_id(name)) for name in _ALL}
    with tempfile.TemporaryDirectory() as folder:
        deployed = lay_out(Path(folder) / "deployed", as_deployed=True)
        compiled = lay_out(Path(folder) / "compiled", as_deployed=False)
        for name in (YARDSTICK, *_ALL):
            run_fresh(compiled, name, environments.get(name, {}), byte_code=True)
        rounds = [_round(deployed, compiled, environments) for _repetition in range(_REPETITIONS)]
    return {
        f"import, {name}": {key: median(one[name][key] for one in rounds) for key in rounds[0][name]} for name in _ALL
    }


def _round(deployed: Path, compiled: Path, environments: dict[str, dict[str, str]]) -> dict[str, dict[str, float]]:
    yardstick = run_fresh(compiled, YARDSTICK, {}, byte_code=True)["seconds"]
    measured: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for name, environment in environments.items():
        with_byte_code = run_fresh(compiled, name, environment, byte_code=True)
        as_deployed = run_fresh(deployed, name, environment)
        measured[name] = {
            "modules": with_byte_code["modules"],
            "cpu": with_byte_code["seconds"] / yardstick,
            "cpuMs": 1000 * with_byte_code["seconds"],
            "deployedCpu": as_deployed["seconds"] / yardstick,
            "deployedCpuMs": 1000 * as_deployed["seconds"],
        }
    return measured


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(imports()), encoding="utf-8")
