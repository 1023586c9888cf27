"""Repairs of the running emulator."""

from importlib import import_module
from types import ModuleType

import pytest

from local.emulator import gaps, repairing
from local.errors import LocalStackError


def test_a_repair_is_built_on_what_it_replaces() -> None:
    """Callers inside the emulator find the repaired function under the old name."""
    module = ModuleType("emulator")
    module.__dict__["greet"] = lambda: "hello"

    repairing.replace(module, "greet", lambda original: lambda: f"{original()} again")

    assert module.greet() == "hello again"


def test_an_emulator_without_the_function_does_not_start() -> None:
    """Another version of the emulator must not run unrepaired without anybody noticing."""
    with pytest.raises(LocalStackError, match=r"the emulator has no emulator\.greet; the pinned version is needed"):
        repairing.replace(ModuleType("emulator"), "greet", lambda original: original)


@pytest.mark.parametrize(("mapping", "bound"), [({"ScalingConfig": {"MaximumConcurrency": "100"}}, 100), ({}, 5)])
def test_a_queue_is_read_within_the_bound_that_a_parameter_gives(
    mapping: dict[str, dict[str, str]], bound: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parameters are text to the emulator; where there is no bound, it has one of its own."""
    functions = import_module("ministack.services.lambda_svc")
    monkeypatch.setattr(functions, "_sqs_esm_concurrency", functions._sqs_esm_concurrency)
    gaps.read_bounds_as_numbers()

    assert functions._sqs_esm_concurrency(mapping, {}, {}) == bound


def test_a_function_is_named_by_the_tag_with_its_logical_id() -> None:
    """Without the tag, the physical name has to do."""
    tagged = {"config": {"FunctionName": "recado-F-1"}, "tags": {gaps.LOGICAL_ID_TAG: "RedeliveryFunction"}}

    assert gaps._name_of(tagged) == "Redelivery"
    assert gaps._name_of({"FunctionName": "recado-F-1"}) == "recado-F-1"
