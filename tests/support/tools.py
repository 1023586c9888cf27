"""Tests that need a tool of the system's (`@pytest.mark.needs("php")`) are left out where it may be missing.

What is missing, and whether the tests may do without, is for `local/setup/tools.sh` to say. A plugin, named in
`tests/conftest.py`.
"""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from local.settings import PROJECT_DIR

_SCRIPT = PROJECT_DIR / "local" / "setup" / "tools.sh"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "needs(*tools): these tools of the system, by their names in tools.sh")


# Last, so that other hooks have put their markers, and -k and the like have chosen.
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a missing tool, with the reason; where the tools must be there, the run ends at once."""
    needed = {item: _needs(item) for item in items if _needs(item)}
    if not needed:
        return
    missing, may_do_without = _missing_tools()
    for item, tools in needed.items():
        if absent := [tool for tool in missing if tool in tools]:
            if not may_do_without:
                raise pytest.UsageError(f"not installed: {', '.join(absent)}; `make tools` installs it")
            item.add_marker(pytest.mark.skip(reason=f"not installed: {', '.join(absent)}"))


def _needs(item: pytest.Item) -> set[str]:
    return {tool for mark in item.iter_markers("needs") for tool in mark.args}


def _missing_tools() -> tuple[Iterable[str], bool]:
    command = [str(_SCRIPT), "missing", str(Path(sys.prefix))]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603  our own script
    return answer.stdout.split(), answer.returncode == 0
