"""What this project asks of the running emulator, and what it learns from its requests."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from local.emulator import control, readiness
from local.emulator.saving import Saver


@pytest.fixture
def saver(tmp_path: Path) -> Saver:
    """A saver that has nothing to save yet."""
    return Saver(tmp_path / "state", write=lambda _folder: None)


def _request(saver: Saver, method: str, path: str) -> tuple[list[str], list[dict[str, Any]]]:
    reached: list[str] = []
    sent: list[dict[str, Any]] = []

    async def emulator(scope: control.Scope, _receive: control.Receive, _send: control.Send) -> None:
        reached.append(scope["path"])

    async def receive() -> dict[str, Any]:
        return {}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def call() -> None:
        await control.controlled(emulator, saver)({"type": "http", "method": method, "path": path}, receive, send)

    asyncio.run(call())
    return reached, sent


@pytest.mark.parametrize(("method", "changed"), [("POST", True), ("PUT", True), ("DELETE", True), ("GET", False)])
def test_what_may_have_changed_something_is_saved(saver: Saver, method: str, changed: bool) -> None:
    """An emulator that is only looked at is not saved again and again."""
    assert _request(saver, method, "/")[0] == ["/"]
    assert saver.changed is changed


def test_the_functions_are_made_ready_without_a_request_to_the_emulator(
    saver: Saver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer comes when they are."""
    made: list[str] = []
    monkeypatch.setattr(readiness, "make_ready", lambda: made.append("ready"))

    reached, sent = _request(saver, "POST", control.READY_PATH)

    assert (reached, made, sent[0]["status"]) == ([], ["ready"], 200)
