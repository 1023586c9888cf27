"""What the emulator's CloudFormation does wrong with the stacks of others, which have webhooks as resources.

One repair a gap, as in `gaps`.
"""

# ruff: noqa: SLF001  a repair reaches into what the emulator keeps to itself
from __future__ import annotations

import string
from functools import wraps
from importlib import import_module
from typing import Any

from local.emulator.repairing import Function, PassedOn, replace
from local.errors import LocalStackError

_PROVISIONERS = "ministack.services.cloudformation.provisioners"
_CUSTOM_RESOURCES = "ministack.services.cloudformation.custom_resource"
_SECRETS = "ministack.services.secretsmanager"


def close_gaps_of_stacks() -> None:
    """Apply every repair."""
    delete_what_failed_to_be_made()
    refer_to_secrets_by_arn()
    generate_secrets_as_asked_for()


def delete_what_failed_to_be_made() -> None:
    """A custom resource that failed to be made is not deleted; CloudFormation deletes it, by the id of its answer."""
    custom, answered = import_module(_CUSTOM_RESOURCES), dict[tuple[str, str], str]()

    def noting(original: Function) -> Function:
        @wraps(original)
        def deliver(token: str, answer: dict[str, Any]) -> PassedOn:
            place = answer.get("StackId", ""), answer.get("LogicalResourceId", "")
            answered[place] = answer.get("PhysicalResourceId", "")
            return original(token, answer)

        return deliver

    def deleting(original: Function) -> Function:
        @wraps(original)
        def invoke(kind: str, logical_id: str, properties: PassedOn, *stack: str, **known: PassedOn) -> PassedOn:
            try:
                return original(kind, logical_id, properties, *stack, **known)
            except RuntimeError:  # that it failed was the answer
                _stack_name, stack_id, _type = stack
                made = answered.get((stack_id, logical_id))
                if kind == "Create" and made:
                    original("Delete", logical_id, properties, *stack, physical_id=made)
                raise

        return invoke

    replace(custom, "deliver_response", noting)
    replace(custom, "invoke_custom_resource", deleting)


def refer_to_secrets_by_arn() -> None:
    """A `Ref` to a secret gives its name; CloudFormation's gives its ARN, which is what policies and others ask for."""
    handlers = getattr(import_module(_PROVISIONERS), "_RESOURCE_HANDLERS", {}).get("AWS::SecretsManager::Secret", {})
    if not {"create", "update", "delete"} <= handlers.keys():
        raise LocalStackError("the emulator makes no secrets of templates; the pinned version is needed")
    kept, (create, update, delete) = import_module(_SECRETS)._secrets, map(handlers.get, ("create", "update", "delete"))

    def name_of(arn: str) -> str:
        return next((str(name) for name, secret in kept.items() if secret["ARN"] == arn), arn)

    def by_arn(made: tuple[str, PassedOn]) -> tuple[str, PassedOn]:
        name, attributes = made
        return (kept[name]["ARN"] if name in kept else name), attributes

    handlers["create"] = lambda *about: by_arn(create(*about))
    handlers["update"] = lambda arn, *about: by_arn(update(name_of(arn), *about))
    handlers["delete"] = lambda arn, *about: delete(name_of(arn), *about)


def generate_secrets_as_asked_for() -> None:
    """A secret that is generated has punctuation, also where a template excludes it."""

    def asked_for(original: Function) -> Function:
        @wraps(original)
        def generate(properties: dict[str, Any]) -> PassedOn:
            asked = properties.get("GenerateSecretString") or {}
            if str(asked.get("ExcludePunctuation")).lower() == "true":
                without = asked.get("ExcludeCharacters", "") + string.punctuation
                properties = {**properties, "GenerateSecretString": {**asked, "ExcludeCharacters": without}}
            return original(properties)

        return generate

    replace(import_module(_PROVISIONERS), "_sm_secret_string", asked_for)
