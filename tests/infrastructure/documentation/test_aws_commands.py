"""The commands of the AWS CLI that the documentation shows: each is one of AWS's calls, with parameters that it has."""

import re
from collections.abc import Iterator

import pytest
from botocore import xform_name
from botocore.model import OperationModel
from botocore.session import Session

from tests.support.documentation.pages import all_blocks, all_words

# What the CLI takes at every command.
EVERYWHERE = {"query", "output", "cli-binary-format"}
# Those of its own, which are no calls.
OF_THE_CLI = {("dynamodb", "wait"), ("cloudformation", "wait"), ("cloudformation", "deploy")}


def commands() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Yield of every command the service, the call as the CLI writes it, and the names of its options."""
    shells = [block.text for block in all_blocks() if block.language in {"sh", "bash"}]
    for shown in [*shells, *(one.text for one in all_words() if one.text.startswith("aws "))]:
        # What is quoted names no option, and may hold what would end a command.
        plain = re.sub(r"""'[^']*'|"[^"]*\"""", "quoted", shown.replace("\\\n", " "))
        for service, call, rest in re.findall(r"\baws ([a-z-]+) ([a-z0-9-]+)([^;|)\n]*)", plain):
            yield service, call, frozenset(re.findall(r"--([a-z-]+)", rest))


def operation_of(service: str, command: str) -> OperationModel | None:
    """Return the call that a command makes, if there is one."""
    model = Session().get_service_model(service)
    by_command = {xform_name(name, "-"): name for name in model.operation_names}
    return model.operation_model(by_command[command]) if command in by_command else None


COMMANDS = sorted(set(commands()), key=str)


def test_commands_are_found() -> None:
    """Those of blocks, over several lines, within others, and between words."""
    found = {(service, call) for service, call, _ in COMMANDS}
    assert {("cognito-idp", "admin-create-user"), ("cloudwatch", "describe-alarms"), ("lambda", "invoke")} <= found
    assert ("lambda", "get-account-settings") in found


@pytest.mark.parametrize(("service", "call", "options"), COMMANDS, ids=lambda value: value if "-" in value else None)
def test_a_command_is_one_of_awss(service: str, call: str, options: frozenset[str]) -> None:
    """With parameters that the call has, and all that it must have."""
    if (service, call) in OF_THE_CLI:
        return
    operation = operation_of(service, call)
    assert operation is not None
    shape = operation.input_shape
    members = {xform_name(name, "-") for name in shape.members} if shape else set()
    required = {xform_name(name, "-") for name in shape.required_members} if shape else set()
    given = {name if name in members else name.removeprefix("no-") for name in options - EVERYWHERE}

    assert given <= members
    assert required <= given
