"""Repairs of the emulator's CloudFormation."""

from importlib import import_module
from typing import Any

import pytest

from local.emulator import stack_gaps

PLACE: tuple[Any, ...] = ("L", {}, "stack", "arn:stack", "Custom::X")


def test_a_resource_that_failed_to_be_made_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the id that its failure was answered with; one that failed to be changed is not."""
    custom = import_module(stack_gaps._CUSTOM_RESOURCES)
    asked: list[tuple[str, str | None]] = []

    def invoke(kind: str, *_place: Any, physical_id: str | None = None) -> None:
        asked.append((kind, physical_id))
        if kind != "Delete":
            answer = {"StackId": "arn:stack", "LogicalResourceId": "L", "PhysicalResourceId": "wh_1"}
            custom.deliver_response("token", answer)
            raise RuntimeError("the answer was FAILED")

    monkeypatch.setattr(custom, "deliver_response", custom.deliver_response)
    monkeypatch.setattr(custom, "invoke_custom_resource", invoke)
    stack_gaps.delete_what_failed_to_be_made()

    for kind in ("Create", "Update"):
        with pytest.raises(RuntimeError, match="FAILED"):
            custom.invoke_custom_resource(kind, *PLACE)

    assert asked == [("Create", None), ("Delete", "wh_1"), ("Update", None)]


def test_a_secret_is_known_by_its_arn_and_removed_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `Ref` gives it, which policies and other resources ask for."""
    handlers = import_module(stack_gaps._PROVISIONERS)._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
    kept = import_module(stack_gaps._SECRETS)._secrets
    for name in ("create", "update", "delete"):
        monkeypatch.setitem(handlers, name, handlers[name])
    stack_gaps.refer_to_secrets_by_arn()
    asked = {"Name": "recado/orders", "SecretString": "a"}

    arn, attributes = handlers["create"]("Secret", asked, "stack")
    assert arn == attributes["Arn"]
    assert ":secret:recado/orders-" in arn

    changed, _ = handlers["update"](arn, asked, {**asked, "SecretString": "b"}, "stack", "Secret")
    assert changed == arn
    handlers["delete"](arn, asked)
    assert "recado/orders" not in kept


def test_a_generated_secret_has_the_signs_that_a_template_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the truth value is one, or a text."""
    provisioners = import_module(stack_gaps._PROVISIONERS)
    monkeypatch.setattr(provisioners, "_sm_secret_string", provisioners._sm_secret_string)
    stack_gaps.generate_secrets_as_asked_for()

    for excluded in (True, "true"):
        asked = {"PasswordLength": 400, "ExcludePunctuation": excluded, "ExcludeCharacters": "abc"}
        text = provisioners._sm_secret_string({"GenerateSecretString": asked})
        assert len(text) == 400
        assert text.isalnum()
        assert not set("abc") & set(text)
