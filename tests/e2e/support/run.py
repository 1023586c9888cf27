"""What the processes of one run of tests share: a folder, the stack, and in the end what each has sent and got."""

import json
import os
import pickle
import shutil
from pathlib import Path
from uuid import uuid4

from local.processes import one_at_a_time
from local.settings import PROJECT_DIR
from tests.e2e.support import accounts
from tests.e2e.support.client import Exchange
from tests.e2e.support.instance import Instance, reserved
from tests.e2e.support.waiting import until

# The process that begins the run names it, and those that it starts inherit the name.
_NAME = os.environ.setdefault("STACK_TESTS_RUN", uuid4().hex[:8])
_OTHERS_SECONDS = 600.0


def folder() -> Path:
    """The run's own folder, which is gone after it."""
    return PROJECT_DIR / ".local" / f"run-{_NAME}"


def shared_instance() -> Instance:
    """The stack of the run, started by whoever comes first, with the accounts of this process in it."""
    variables = folder() / "variables.json"
    with one_at_a_time(folder() / "start.lock"):
        if not variables.exists():
            variables.write_text(json.dumps(reserved(variables={"LOCAL_DIR": str(folder() / "stack")})))
            Instance.of(json.loads(variables.read_text())).start()
        instance = Instance.of(json.loads(variables.read_text()))
        accounts.admit(instance.stack, instance.settings)
    return instance


def leave(exchanges: list[Exchange]) -> None:
    """Keep what this process has sent and got for those that are still at work."""
    if folder().exists():
        draft = folder() / f"{os.environ['PYTEST_XDIST_WORKER']}.draft"
        draft.write_bytes(pickle.dumps(exchanges))
        draft.rename(draft.with_suffix(".exchanges"))


def exchanges_of_others() -> list[Exchange]:
    """What the run's other processes have sent and got, once each has come to its end."""
    others = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) - 1

    def left() -> list[Path]:
        return list(folder().glob("*.exchanges"))

    until(lambda: len(left()) == others, "the end of the other processes", _OTHERS_SECONDS)
    return [one for path in left() for one in pickle.loads(path.read_bytes())]  # noqa: S301  our own files


def end() -> None:
    """End the stack, if one was started, and leave nothing behind."""
    variables = folder() / "variables.json"
    if variables.exists():
        Instance.of(json.loads(variables.read_text())).destroy()
    shutil.rmtree(folder(), ignore_errors=True)
