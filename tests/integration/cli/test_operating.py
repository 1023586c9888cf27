"""Operators' commands on moto: the template's own tables and queues, filled by the functions themselves."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from botocore.parsers import ResponseParserError

from local.listener import Listener
from recado.adapters.dynamodb import tables
from recado_cli.exits import Exit, Stop
from recado_cli.operating import invoking, queues, standing
from recado_cli.operating.backlog import BACKLOG_SUFFIX, INDEX, PARTITIONS, READ, backlog
from recado_cli.operating.dead_letters import dead_letters
from recado_cli.operating.stack import Resource, Stack, aws_of, open_stack, refusals_told
from recado_cli.profiles.profile import Aws, Profile
from tests.infrastructure.cloudformation import REGION
from tests.support.events import ACCOUNT, batch_event, envelope, failed_invocation
from tests.support.system import System

RESOURCES = {
    "SQS::Queue": ("BatchQueue", "DeadLetterQueue", "RedeliveryQueue", "UncountedQueue"),
    "DynamoDB::Table": ("WebhooksTable", "DeliveriesTable"),
}


@pytest.fixture
def stack(system: System) -> Stack:
    """The stack as an operator finds it. moto's CloudFormation has forgotten it: tests begin with nothing."""
    stack = open_stack(Aws(region=REGION, stack="recado"))
    vars(stack)["resources"] = {
        name: Resource(f"AWS::{kind}", system.stack.physical_id(name))
        for kind, names in RESOURCES.items()
        for name in names
    }
    return stack


def test_dead_letters_are_told_and_left_as_they_were(system: System, stack: Stack) -> None:
    """What can be read says which event it is; a look takes nothing away, and the next one sees the same."""
    system.put_into_batch_queue("not JSON")
    system.invoke("batch_dispatcher", {})
    system.put_into("DeadLetterQueue", *(batch_event(f"b{n}") for n in range(12)), failed_invocation(envelope()))

    first, second = dead_letters(stack), dead_letters(stack)

    assert {one.event_id for one in first.letters} == {"", "event-1", *(f"b{n}" for n in range(12))}
    assert [one.message_id for one in first.letters] == [one.message_id for one in second.letters]
    assert (first.hidden, second.hidden) == (0, 0)
    assert [one.goes_back for one in first.letters].count(False) == 1
    assert next(one.reason for one in first.letters if one.reason).startswith("message: not JSON")
    assert {one.account for one in first.letters} == {"", str(ACCOUNT)}
    assert system.waiting_in("DeadLetterQueue") == 14


def test_a_look_at_dead_letters_is_bounded(system: System, stack: Stack) -> None:
    """It does not read a queue of any length."""
    system.put_into("DeadLetterQueue", *(batch_event(f"b{n}") for n in range(30)))
    assert len(dead_letters(stack, most=20).letters) == 20


def test_what_is_hidden_by_a_redrive_is_counted(system: System, stack: Stack) -> None:
    """Nothing is said to be gone that is only out of sight."""
    system.put_into("DeadLetterQueue", "not JSON")
    system.invoke("batch_dispatcher", {"redriveDeadLetters": True})
    look = dead_letters(stack)
    assert (look.letters, look.hidden) == ([], 1)


def test_the_depths_of_all_queues(system: System, stack: Stack) -> None:
    """By their names in the template."""
    system.put_into_batch_queue(batch_event("b1"), batch_event("b2"))
    found = {one.name: one.ready for one in queues.depths(stack)}
    assert found == {"BatchQueue": 2, "DeadLetterQueue": 0, "RedeliveryQueue": 0, "UncountedQueue": 0}


def test_the_backlog_tells_what_waits_since_when_and_until_when(
    system: System, stack: Stack, receiver: Listener
) -> None:
    """A webhook that fails stands in it with its error; one that has everything does not."""
    system.add_webhook(receiver.url)
    receiver.break_down()
    system.put_into_batch_queue(batch_event("b1"), batch_event("b2"))
    system.invoke("batch_dispatcher", {})
    now = datetime.now(UTC)

    (waiting,) = backlog(stack, "", 10, now)

    assert (waiting.account, waiting.reasons, waiting.count, waiting.more) == (str(ACCOUNT), ("FAILING",), 2, False)
    assert waiting.last_error.startswith("SERVER_ERROR: ")
    assert waiting.failing_since is not None
    assert waiting.oldest is not None
    assert waiting.next_at > waiting.failing_since
    assert [*backlog(stack, "another", 10, now)] == []
    assert len([*backlog(stack, str(ACCOUNT), 10, now)]) == 1
    receiver.recover()
    system.clock.advance(5)
    system.redeliver()
    assert [*backlog(stack, "", 10, now)] == []


def test_it_reads_the_tables_as_they_are_written() -> None:
    """The names of attributes, of the index and of its partitions are those of the product."""
    attributes = tables.WebhookItem.get_attributes()
    assert set(READ) <= set(attributes)
    assert not {"sealed", "headers", "target_url", "username"} & set(READ)
    assert (tables.DueIndex.Meta.index_name, tables.DUE_PARTITIONS) == (INDEX, PARTITIONS)
    assert BACKLOG_SUFFIX == tables.BACKLOG_SUFFIX


class _Functions:
    """Lambda, whose calls run the handlers here; `fails` is what it raises instead."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.answer: dict[str, Any] | None = None

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - as boto3 has them
        assert FunctionName == "dispatcher"
        report = self.answer or self._system.invoke("batch_dispatcher", json.loads(Payload))
        error = {"FunctionError": "Unhandled"} if "errorMessage" in report else {}
        return {"Payload": io.BytesIO(json.dumps(report).encode()), **error}


@pytest.fixture
def functions(system: System, stack: Stack) -> _Functions:
    """Let the stack's functions be called."""
    functions = _Functions(system)
    stack.resources["BatchDispatcherFunction"] = Resource("AWS::Lambda::Function", "dispatcher")
    stack._clients["lambda"] = functions
    return functions


def test_drain_and_redrive_say_what_was_done(
    system: System, stack: Stack, functions: _Functions, receiver: Listener
) -> None:
    """In the words that `make drain` has."""
    assert functions
    system.add_webhook(receiver.url)
    assert invoking.drain_told(invoking.drained(stack)) == "the batch queue was empty"
    system.put_into_batch_queue(batch_event("b1"), "not JSON")
    assert invoking.drain_told(invoking.drained(stack)) == (
        "2 events taken from the batch queue and sent to their webhooks; 1 of them now dead letters"
    )
    system.put_into("DeadLetterQueue", batch_event("b2"))
    report = invoking.redriven(stack)
    assert report == {"moved": 1, "unreadable": 1}
    assert invoking.redrive_told(report) == "1 put back into the batch queue; 1 stay, because they cannot be read"


def test_a_function_that_fails_is_told(stack: Stack, functions: _Functions) -> None:
    """With what it has said."""
    functions.answer = {"errorMessage": "no table", "errorType": "KeyError"}
    with pytest.raises(Stop, match="BatchDispatcherFunction failed: no table"):
        invoking.drained(stack)


def test_a_stack_that_is_not_there_is_not_found(system: System) -> None:
    """With the exit code for that."""
    assert system
    with pytest.raises(Stop, match="AWS: ") as stop:
        standing.of_stack(open_stack(Aws(region=REGION, stack="another")))
    assert stop.value.code == Exit.NOT_FOUND


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("AccessDeniedException", Exit.FAILED),
        ("ExpiredToken", Exit.NOT_SIGNED_IN),
        ("ThrottlingException", Exit.LATER),
        ("ResourceNotFoundException", Exit.NOT_FOUND),
    ],
)
def test_refusals_of_aws_have_exit_codes(code: str, exit_code: Exit) -> None:
    """A missing right, an ended session, too many calls and what is not there are told apart."""
    with pytest.raises(Stop, match=code) as stop, refusals_told():
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "Call")
    assert stop.value.code == exit_code


def test_missing_credentials_say_where_they_come_from() -> None:
    """As for the AWS CLI."""
    with pytest.raises(Stop, match="Unable to locate credentials") as stop, refusals_told():
        raise NoCredentialsError
    assert (stop.value.code, "--aws-profile" in stop.value.hint) == (Exit.NOT_SIGNED_IN, True)


def test_without_boto3_it_says_what_to_install() -> None:
    """The package is named, in a sentence."""
    with patch.dict("sys.modules", {"boto3": None}), pytest.raises(Stop, match="need boto3") as stop:
        open_stack(Aws())
    assert stop.value.hint == "pip install boto3"


def test_the_command_line_goes_before_the_profile() -> None:
    """What is not given is the profile's."""
    profile = Profile("prod", "https://api.example", aws=Aws(profile="ops", region="eu-west-1", stack="hooks"))
    assert aws_of(profile, None, "eu-central-1", None) == Aws(profile="ops", region="eu-central-1", stack="hooks")


@pytest.mark.parametrize("endpoint", ["", "https://sqs.eu-west-1.amazonaws.com"])
def test_the_local_profile_reaches_no_real_account(endpoint: str) -> None:
    """A stack file that names no emulator on this machine is refused: the shell's credentials would serve elsewhere."""
    profile = Profile("local", "http://127.0.0.1:8080", aws=Aws(endpoint_url=endpoint), stack_file=Path("stack.json"))
    with pytest.raises(Stop, match=r"stack\.json names no awsEndpointUrl on this machine"):
        aws_of(profile, None, None, None)


@pytest.mark.parametrize(
    "error", [EndpointConnectionError(endpoint_url="http://127.0.0.1:4566"), ResponseParserError("<html>")]
)
def test_what_does_not_answer_as_aws_is_unreachable(error: Exception) -> None:
    """An emulator that is down, or something else on its port."""
    with pytest.raises(Stop) as stop, refusals_told():
        raise error
    assert stop.value.code == Exit.UNREACHABLE
