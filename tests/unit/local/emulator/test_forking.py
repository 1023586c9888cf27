"""Function processes that are forked from one that has imported the handler."""

import os
import subprocess
from collections.abc import Iterator
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from local.emulator import gaps
from local.emulator.forking import forking_script
from local.errors import LocalStackError

HANDLER = """
import os
print("imported by", os.getpid())
imported_by = os.getpid()
calls = 0

def handler(event, context):
    global calls
    calls += 1
    if event == "die":
        os._exit(1)
    return [imported_by, os.getpid(), calls, os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]]
"""


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """The emulator's function processes, repaired as in the running emulator."""
    module: Any = import_module("ministack.core.lambda_runtime")
    for owner, name in ((module, "_PYTHON_WORKER_SCRIPT"), (module.Worker, "_spawn")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    templates = gaps.fork_function_processes()
    yield module
    module.reset()
    templates.end()


def _function(code: str, **config: object) -> tuple[str, dict[str, Any], bytes]:
    arn = "arn:aws:lambda:us-east-1:000000000000:function:F"
    usual = {"FunctionName": "F", "FunctionArn": arn, "Runtime": "python3.13", "Handler": "app.handler", "Timeout": 20}
    return "F", {**usual, "CodeSha256": str(hash(code)), **config}, _archive({"app.py": code})


def _archive(files: dict[str, str]) -> bytes:
    content = BytesIO()
    with ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def _two(runtime: Any, function: tuple[str, dict[str, Any], bytes]) -> list[Any]:
    workers = [runtime.acquire_worker(*function)[0] for _ in range(2)]
    results = [worker.invoke({}, "r") for worker in workers]
    for worker in workers:
        runtime.release_worker(worker)
    return results


def test_every_process_begins_with_the_handler_imported_once_and_nothing_invoked(runtime: Any) -> None:
    """Each has a state and a log stream of its own."""
    first, second = (result["result"] for result in _two(runtime, _function(HANDLER)))

    assert first[0] == second[0]
    assert len({first[0], first[1], second[1]}) == 3
    assert (first[2], second[2]) == (1, 1)
    assert first[3] != second[3]


def test_what_a_module_prints_while_it_is_imported_is_in_the_first_output(runtime: Any) -> None:
    """As Lambda logs it before the first invocation."""
    first, second = _two(runtime, _function(HANDLER))

    assert "imported by" in first["log"]
    assert "imported by" not in second["log"]


def test_a_process_that_dies_is_replaced_by_another_fork(runtime: Any) -> None:
    """The invocation that killed it fails, the next one does not."""
    worker, _ = runtime.acquire_worker(*_function(HANDLER))

    died = worker.invoke("die", "r")
    after = worker.invoke({}, "r")

    assert (died["status"], died["error"]) == ("error", "Worker process died")
    assert after["status"] == "ok"


def test_changed_code_is_forked_from_a_template_of_its_own(runtime: Any) -> None:
    """And the old template ends."""
    (before, _) = _two(runtime, _function(HANDLER))
    runtime.invalidate_worker("F")

    (after, _) = _two(runtime, _function(HANDLER + "# changed"))

    assert before["result"][0] != after["result"][0]
    with pytest.raises(ProcessLookupError):
        os.kill(before["result"][0], 0)


def test_a_handler_that_cannot_be_imported_says_why(runtime: Any) -> None:
    """In the words of the emulator's own processes."""
    worker, _ = runtime.acquire_worker(*_function("import no_such_module"))

    with pytest.raises(RuntimeError, match="Worker init failed: No module named 'no_such_module'"):
        worker.invoke({}, "r")


def test_a_forked_process_that_is_told_to_end_ends(runtime: Any) -> None:
    """The emulator waits for it as for its own."""
    worker, _ = runtime.acquire_worker(*_function(HANDLER))
    worker.invoke({}, "r")
    process = worker._proc
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0)

    process.terminate()

    assert process.wait(timeout=10) == 0
    process.kill()


def test_a_function_finds_its_catalogue(runtime: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda puts it into /opt, where the emulator puts nothing."""
    layers = {"core": {"python/recado.py": ""}, "catalogue": {"orders.json": "{}"}, "more": {"python/more.py": ""}}
    packed = {arn: _archive(files) for arn, files in layers.items()}
    monkeypatch.setattr("ministack.services.lambda_svc._resolve_layer_zip", packed.__getitem__)
    code = 'import os\n\ndef handler(event, context):\n    return os.listdir(os.environ["CATALOGUE"])\n'

    results = _two(runtime, _function(code, Layers=list(layers), Environment={"Variables": {"CATALOGUE": "/opt"}}))

    assert [result["result"] for result in results] == [["orders.json"]] * 2


def test_another_script_of_the_emulator_is_not_taken_for_the_known_one() -> None:
    """A version that awaits events differently does not start."""
    with pytest.raises(LocalStackError, match="the pinned version is needed"):
        forking_script("while True: pass")
