"""The layers and the functions' code in a folder, as they are deployed, but for this machine's processor."""

import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

from tests.support.fresh_import import layer_packages
from tests.support.functions import FUNCTIONS, ROOT

_MAKEFILES = ("dependencies", "core")
_STEP = "python3.13 "


def lay_out(folder: Path, *, as_deployed: bool, authority: Path | None = None) -> Path:
    """Copy layers and functions without byte-code; returns the folder.

    With `as_deployed` what the layers' makefiles do after they have installed is done: the steps with the runtime's
    Python. The authority is one more of those that the layer trusts.
    """
    for name in layer_packages():
        package = distribution(name)
        for file in package.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                target = folder / "python" / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(str(package.locate_file(file)), target)
    if authority:
        trusted = folder / "python" / "certifi" / "cacert.pem"
        trusted.write_bytes(trusted.read_bytes() + authority.read_bytes())
    without_byte_code = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "layers" / "core", folder / "python", ignore=without_byte_code, dirs_exist_ok=True)
    shutil.copytree(FUNCTIONS, folder / "functions", ignore=without_byte_code)
    if as_deployed:
        for layer in _MAKEFILES:
            _run_steps(ROOT / "layers" / layer, folder)
    return folder


def _run_steps(layer: Path, folder: Path) -> None:
    makefile = layer / "Makefile"
    lines = makefile.read_text(encoding="utf-8").splitlines() if makefile.exists() else []
    for line in lines:
        if line.strip().startswith(_STEP):
            arguments = line.strip().removeprefix(_STEP).replace("$(ARTIFACTS_DIR)", str(folder)).replace('"', "")
            subprocess.run([sys.executable, *arguments.split()], cwd=layer, check=True)  # noqa: S603 - our own makefile
