"""What is installed and deployed is what was pinned, byte for byte."""

import re
from pathlib import Path

import pytest

from tests.infrastructure.cloudformation import TEMPLATE_FILE, Stack

ROOT = TEMPLATE_FILE.parent
LAYER = ROOT / "layers" / "dependencies"
LOCK_FILES = [LAYER / "requirements.txt", *sorted((ROOT / "requirements").glob("*.txt"))]


@pytest.mark.parametrize("lock_file", LOCK_FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_package_is_pinned_with_its_hashes(lock_file: Path) -> None:
    """Each line of a lock file is one version of a package, and what its files hash to."""
    text = re.sub(r"\\\n", "", lock_file.read_text(encoding="utf-8"))
    pins = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert pins
    assert [pin for pin in pins if not re.match(r"\S+==\S+ .*--hash=sha256:[0-9a-f]{64}", pin)] == []


def test_the_layer_is_built_from_the_pinned_files_only(source: Stack) -> None:
    """The recipe that `sam build` runs refuses any file without its hash, also those for the functions' processor."""
    recipe = (LAYER / "Makefile").read_text(encoding="utf-8")
    assert "\nbuild-DependenciesLayer:\n" in recipe
    assert "--require-hashes --no-deps --only-binary :all:" in recipe
    globals_ = source.document["Globals"]["Function"]
    assert f"--python-version {globals_['Runtime'].removeprefix('python')} " in recipe
    assert globals_["Architectures"] == ["arm64"]
    assert set(re.findall(r"--platform \w+_(\w+64)", recipe)) == {"aarch64"}


@pytest.mark.parametrize("layer", ["dependencies", "core"])
def test_a_layer_is_compiled_by_the_python_that_runs_it(source: Stack, layer: str) -> None:
    """Byte-code of another version would be passed over, and hashes of sources would be compared at each cold start."""
    recipe = (ROOT / "layers" / layer / "Makefile").read_text(encoding="utf-8")
    runtime = source.document["Globals"]["Function"]["Runtime"]
    assert f"\t{runtime} -m compileall -q --invalidation-mode unchecked-hash " in recipe
