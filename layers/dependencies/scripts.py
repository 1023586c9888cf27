"""Takes out the packages' scripts when the layer is built: `scripts.py <folder of packages>`.

Nothing calls them in a function, and each begins with the path of the Python that built: with them, the layer would
differ from machine to machine, and tell of the one that made it.
"""

import shutil
import sys
from pathlib import Path

_FOLDER = "bin"


def remove(packages: Path) -> None:
    """Remove the folder of scripts, and what each package's own list of files says of them."""
    shutil.rmtree(packages / _FOLDER, ignore_errors=True)
    for record in packages.glob("*.dist-info/RECORD"):
        # https://packaging.python.org/en/latest/specifications/recording-installed-packages/
        lines = record.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not line.startswith(f"../../{_FOLDER}/")]
        record.write_text("".join(kept), "utf-8")


if __name__ == "__main__":
    remove(Path(sys.argv[1]))
