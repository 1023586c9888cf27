"""What `make build` has made: each function's code and layers; and what this machine needs to run them."""

import platform
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]  # it ships no types

from tests.infrastructure.cloudformation import Stack, referred
from tests.support.functions import ROOT

BUILD = ROOT / ".aws-sam" / "build"
_INSTALLED = ROOT / ".build" / "built"
_LAYER_PINS = ROOT / "layers" / "dependencies" / "requirements.txt"
_RUNTIME_PINS = ROOT / "requirements" / "runtime.txt"


@cache
def template() -> Stack:
    """Return the built template."""
    file = BUILD / "template.yaml"
    assert file.exists(), "there is nothing to run: make build"
    return Stack(yaml_parse(file.read_text("utf-8")))


def code(function: str) -> Path:
    """Return where a function's code lies, which Lambda puts into /var/task."""
    return BUILD / str(template().properties(function)["CodeUri"])


def layers(function: str) -> list[Path]:
    """Return where its layers lie, which Lambda puts into /opt one over the other."""
    common = template().document["Globals"]["Function"]["Layers"]
    return [layer(referred(each)) for each in [*common, *template().properties(function).get("Layers", [])]]


def layer(name: str) -> Path:
    """Return where a layer lies."""
    return (BUILD / str(template().properties(name)["ContentUri"])).resolve()


@cache
def search_path() -> tuple[Path, ...]:
    """Return what stands in for the Python packages that a function finds besides its layers: those of the runtime.

    Where this machine has another processor than Lambda's, also the layer's packages that hold machine code, from the
    same pins; they come first.
    """
    runtime = _installed("runtime", _RUNTIME_PINS)
    if platform.machine() == "aarch64":
        return (runtime,)
    machine, native = _installed("packages", _LAYER_PINS), _INSTALLED / "native"
    native.mkdir(exist_ok=True)
    for name in {file.relative_to(packages()).parts[0] for file in packages().rglob("*.so")}:
        found = machine / re.sub(r"-aarch64-", f"-{platform.machine()}-", name)
        assert found.exists(), found
        if not (native / found.name).is_symlink():
            (native / found.name).symlink_to(found)
    return (native, runtime)


def packages() -> Path:
    """Return where the third-party packages lie."""
    return layer("DependenciesLayer") / "python"


def _installed(name: str, pins: Path) -> Path:
    """Return a folder with what is pinned, for the functions' Python and this machine; installed anew with the pins."""
    folder, stamp = _INSTALLED / name, _INSTALLED / f"{name}.pins"
    if stamp.exists() and stamp.read_bytes() == pins.read_bytes():
        return folder
    machine = platform.machine()
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    command += ["--no-deps", "--only-binary", ":all:", "--implementation", "cp", "--python-version", "3.13"]
    command += [f"--platform=manylinux2014_{machine}", f"--platform=manylinux_2_28_{machine}", "--upgrade"]
    subprocess.run([*command, "--target", str(folder), "--requirement", str(pins)], check=True)  # noqa: S603 - ours
    stamp.write_bytes(pins.read_bytes())
    return folder
