"""Function processes that are ready before there is an event: started, their handlers imported, nothing invoked."""

# ruff: noqa: SLF001  the emulator's functions and processes are reached as it keeps them
from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from typing import Any

PROCESSES_READY = 3
# Importing a handler computes; more at once than processors only takes turns.
_AT_ONCE = 2


def make_ready() -> None:
    """Have a few processes of every function; one that cannot be imported says so when it is invoked."""
    functions = import_module("ministack.services.lambda_svc")
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for function in list(functions._functions._data.values()):
            in_scope: Callable[..., None] = functions._run_with_function_config_scope
            threads.submit(in_scope, function["config"], _start, function)


def _start(function: dict[str, Any]) -> None:
    runtime = import_module("ministack.core.lambda_runtime")
    config = function["config"]
    taken = []
    try:
        for _ in range(PROCESSES_READY):
            taken.append(runtime.acquire_worker(config["FunctionName"], config, function["code_zip"])[0])
            with suppress(Exception):
                runtime.ensure_spawned(taken[-1])
    finally:
        for worker in taken:
            runtime.release_worker(worker)
