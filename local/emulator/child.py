"""Runs the emulator with the repairs of `emulator.gaps` in place; `local.emulator.server` starts it."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from types import ModuleType

from local.emulator import saving
from local.emulator.control import controlled
from local.emulator.gaps import close_gaps
from local.emulator.output import FunctionLog
from local.emulator.saving import Saver


def main() -> None:
    """Repair the emulator and hand over to it until it is told to end."""
    close_gaps(FunctionLog(Path(os.environ["LOCAL_FUNCTION_LOG"]), Path(os.environ["LOCAL_ERROR_LOG"])))
    emulator = import_module("ministack.app")
    saver = Saver(Path(os.environ["STATE_DIR"]), write=lambda folder: _write(emulator, folder))
    emulator.__dict__["app"] = controlled(emulator.app, saver)
    emulator.__dict__["save_all"] = saving.closing(emulator.save_all, saver)
    emulator.main()


def _write(emulator: ModuleType, folder: Path) -> None:
    persistence = import_module("ministack.core.persistence")
    persistence.__dict__["STATE_DIR"] = str(folder)
    persistence.save_all(emulator._build_persistence_save_dict())  # noqa: SLF001  as the emulator itself does at its end


if __name__ == "__main__":
    main()
