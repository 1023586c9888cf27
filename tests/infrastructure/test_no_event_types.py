"""No code knows an event type: another product's catalogue takes the place of the shipped one without a change."""

import re
import subprocess

import pytest

from tests.support.catalogue import ROOT, SHIPPED, SHOP

CODE = ("layers", "functions", "local", "benchmarks/**/*.py", "console/src", "console/build.mjs", ".ci", "Makefile")


@pytest.fixture(scope="module")
def code() -> dict[str, str]:
    """Return what is in the files of the code that are kept."""
    command = ["git", "ls-files", "-z", *CODE]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)  # noqa: S603  our own command
    names = [name for name in listed.stdout.decode().split("\0") if name]
    assert len(names) > 200
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in names}


@pytest.mark.parametrize("name", [*SHIPPED.names, *SHOP.names])
def test_no_code_names_an_event_type(code: dict[str, str], name: str) -> None:
    """Neither of the shipped catalogue nor of the example."""
    whole = re.compile(rf"(?<![A-Za-z0-9._:-]){re.escape(name)}(?![A-Za-z0-9_:-]|\.\w)")

    assert [path for path, text in code.items() if whole.search(text)] == []
