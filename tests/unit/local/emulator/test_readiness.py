"""Function processes that are ready before there is an event."""

from types import SimpleNamespace
from typing import Any

import pytest

from local.emulator import readiness


def test_three_processes_of_every_function_are_started_and_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that cannot be imported does not keep the others from it."""
    leased: list[str] = []
    started: list[str] = []
    freed: list[str] = []

    def start(name: str) -> None:
        if name == "Broken":
            raise RuntimeError("no such module")
        started.append(name)

    def acquire(name: str, _config: dict[str, Any], _code: bytes) -> tuple[str, str]:
        leased.append(name)
        return name, "spawn"

    functions = {name: {"config": {"FunctionName": name}, "code_zip": b""} for name in ("Broken", "F", "G")}
    modules = {
        "ministack.services.lambda_svc": SimpleNamespace(
            _functions=SimpleNamespace(_data=functions),
            _run_with_function_config_scope=lambda _config, call, *arguments: call(*arguments),
        ),
        "ministack.core.lambda_runtime": SimpleNamespace(
            acquire_worker=acquire, ensure_spawned=start, release_worker=freed.append
        ),
    }
    monkeypatch.setattr(readiness, "import_module", modules.__getitem__)

    readiness.make_ready()

    assert sorted(started) == ["F"] * 3 + ["G"] * 3
    assert sorted(freed) == sorted(leased)
