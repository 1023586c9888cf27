"""Repairs of the running emulator."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest

from local.emulator import gaps as emulator_gaps
from local.errors import LocalStackError


def test_a_repair_is_built_on_what_it_replaces() -> None:
    """Callers inside the emulator find the repaired function under the old name."""
    module = ModuleType("emulator")
    module.__dict__["greet"] = lambda: "hello"

    emulator_gaps._replace(module, "greet", lambda original: lambda: f"{original()} again")

    assert module.greet() == "hello again"


def test_an_emulator_without_the_function_does_not_start() -> None:
    """Another version of the emulator must not run unrepaired without anybody noticing."""
    with pytest.raises(LocalStackError, match=r"the emulator has no emulator\.greet; the pinned version is needed"):
        emulator_gaps._replace(ModuleType("emulator"), "greet", lambda original: original)


def test_a_function_is_named_by_the_tag_with_its_logical_id() -> None:
    """Without the tag, the physical name has to do."""
    tagged = {"config": {"FunctionName": "recado-F-1"}, "tags": {emulator_gaps.LOGICAL_ID_TAG: "RedeliveryFunction"}}

    assert emulator_gaps._name_of(tagged) == "Redelivery"
    assert emulator_gaps._name_of({"FunctionName": "recado-F-1"}) == "recado-F-1"


def test_a_burst_waits_for_free_processes_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never more at once than allowed, and every invocation is executed in the end."""
    running, most, lock = Counter[str](), Counter[str](), threading.Lock()

    def execute(_func: dict[str, Any], event: int) -> int:
        with lock:
            running["now"] += 1
            most["at once"] = max(most["at once"], running["now"])
        time.sleep(0.005)
        with lock:
            running["now"] -= 1
        return event

    module = ModuleType("functions")
    module.__dict__["_execute_function_warm"] = execute
    monkeypatch.setattr(emulator_gaps, "import_module", lambda _name: module)
    function = {"config": {"FunctionName": "F"}}

    emulator_gaps.let_invocations_wait_for_a_free_process()
    with ThreadPoolExecutor(100) as threads:
        done = list(threads.map(lambda event: module._execute_function_warm(function, event), range(200)))

    assert done == list(range(200))
    assert 1 < most["at once"] <= 32
