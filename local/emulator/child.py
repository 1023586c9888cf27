"""Runs the emulator with the repairs of `emulator.gaps` in place; `local.emulator.server` starts it."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

from local.emulator.control import controlled
from local.emulator.gaps import close_gaps
from local.emulator.output import FunctionLog


def main() -> None:
    """Repair the emulator and hand over to it until it is told to end."""
    close_gaps(FunctionLog(Path(os.environ["LOCAL_FUNCTION_LOG"]), Path(os.environ["LOCAL_ERROR_LOG"])))
    emulator = import_module("ministack.app")
    emulator.__dict__["app"] = controlled(emulator.app)
    emulator.main()


if __name__ == "__main__":
    main()
