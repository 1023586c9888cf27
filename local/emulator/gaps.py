"""What the running emulator does wrong and no template could put right, one repair a gap.

Each repair wraps one function of the emulator, whose version is pinned. A version that no longer
has the function does not start: better than a stack that quietly behaves differently.
"""

# ruff: noqa: SLF001  a repair reaches into what the emulator keeps to itself
from __future__ import annotations

import json
from functools import partial, wraps
from importlib import import_module
from typing import Any

from local.emulator.forking import Templates, forking_script
from local.emulator.output import FunctionLog, display_name
from local.emulator.pacing import Paces
from local.emulator.repairing import Function as _Function
from local.emulator.repairing import PassedOn as _PassedOn
from local.emulator.repairing import replace as _replace
from local.emulator.stack_gaps import close_gaps_of_stacks

# The tag that CloudFormation puts on what it makes; `gaps.name_functions` adds it for the emulator.
LOGICAL_ID_TAG = "aws:cloudformation:logical-id"

_LAMBDA = "ministack.services.lambda_svc"
_RUNTIME = "ministack.core.lambda_runtime"
_EVENTBRIDGE = "ministack.services.eventbridge"
_COGNITO = "ministack.services.cognito"
_SES, _MAILS = "ministack.services.ses", "ministack.services.ses_v2"
_SENDING = "/outbound-emails"

_OK = 200


def close_gaps(log: FunctionLog) -> None:
    """Apply every repair to the emulator of this process."""
    retry_failed_rule_invocations()
    keep_groups_when_refreshing()
    tell_why_a_function_cannot_be_imported()
    let_invocations_wait_for_a_free_process()
    fork_function_processes()
    forget_where_streams_were_read()
    read_bounds_as_numbers()
    keep_headers_of_mails()
    close_gaps_of_stacks()
    report_invocations(log)


def retry_failed_rule_invocations() -> None:
    """A rule invokes its function once: no retry, no failure destination, the event is lost.

    EventBridge invokes a function asynchronously, so Lambda's retries and failure destination apply.
    The emulator has both for every other asynchronous invocation; the rule now goes that way too.
    """
    functions = import_module(_LAMBDA)

    def retrying(_original: _Function) -> _Function:
        def dispatch(arn: str, payload: str) -> None:
            record, config, _name = functions._get_func_record_for_ref(arn)
            if record and config:
                event = json.loads(payload)
                functions.invoke_async_with_retry(functions._execution_record_for_config(record, config), event)

        return dispatch

    _replace(import_module(_EVENTBRIDGE), "_dispatch_to_lambda", retrying)


def keep_groups_when_refreshing() -> None:
    """The token endpoint forgets the user's groups when it refreshes the tokens of a hosted sign-in.

    Cognito keeps `cognito:groups`. Without it a console session would lose its accounts after the
    first hour.
    """
    cognito = import_module(_COGNITO)

    def keeping(original: _Function) -> _Function:
        @wraps(original)
        def token(sub: str, pool_id: str, *args: _PassedOn, **kwargs: _PassedOn) -> _PassedOn:
            if kwargs.get("trigger_source") == "TokenGeneration_RefreshTokens" and not kwargs.get("groups"):
                users = (cognito._get_pool_unscoped(pool_id) or {}).get("_users", {})
                kwargs["groups"] = users.get(kwargs.get("username"), {}).get("_groups", [])
            return original(sub, pool_id, *args, **kwargs)

        return token

    _replace(cognito, "_fake_token", keeping)


def tell_why_a_function_cannot_be_imported() -> None:
    """A function whose module cannot be imported fails with an empty log; Lambda logs the reason."""

    def telling(original: _Function) -> _Function:
        @wraps(original)
        def execute(*args: _PassedOn, **kwargs: _PassedOn) -> _PassedOn:
            result = original(*args, **kwargs)
            if result.get("error") and not result.get("log"):
                result["log"] = str(result["body"].get("errorMessage"))
            return result

        return execute

    _replace(import_module(_LAMBDA), "_execute_function_warm", telling)


def let_invocations_wait_for_a_free_process() -> None:
    """Every invocation in flight that finds no free process starts one: a burst of events fills processor and memory.

    Lambda keeps events waiting when its concurrency is used up, and so does this; the emulator's own limit would
    throw the events away.
    """
    functions = import_module(_LAMBDA)
    paces = Paces(import_module(_RUNTIME))
    _replace(functions, "acquire_worker", lambda original: partial(paces.acquire, original))
    _replace(functions, "release_worker", lambda original: partial(paces.release, original))


def fork_function_processes() -> Templates:
    """Every process imports its handler anew: a second of processor time and 50 MB each, on a machine of two cores."""
    runtime = import_module(_RUNTIME)
    runtime.__dict__["_PYTHON_WORKER_SCRIPT"] = forking_script(runtime._PYTHON_WORKER_SCRIPT)
    templates = Templates(runtime.Worker, start=runtime.Worker._spawn, end=runtime.kill_workers)

    def forking(original: _Function) -> _Function:
        @wraps(original)
        def spawn(worker: _PassedOn) -> None:
            forks = str(worker.config.get("Runtime")).startswith("python")
            (templates.fork if forks else original)(worker)

        return spawn

    _replace(runtime.Worker, "_spawn", forking)
    return templates


def forget_where_streams_were_read() -> None:
    """After a restart a stream begins anew, but who reads it is still as far as before, and sees nothing for long.

    Only the readers' places are saved with the state, not the records. Without the places, reading begins anew too.
    """
    functions = import_module(_LAMBDA)

    def forgetting(original: _Function) -> _Function:
        @wraps(original)
        def restore(*args: _PassedOn, **kwargs: _PassedOn) -> _PassedOn:
            original(*args, **kwargs)
            functions._dynamodb_stream_positions.clear()

        return restore

    _replace(functions, "_restore_state", forgetting)


def read_bounds_as_numbers() -> None:
    """How many messages of a queue are handled at once is text where a parameter says it: no queue is read any more.

    The emulator compares it with a number, and fails at every look into the queues.
    """
    functions = import_module(_LAMBDA)

    def reading(original: _Function) -> _Function:
        @wraps(original)
        def concurrency(mapping: dict[str, Any], *args: _PassedOn) -> _PassedOn:
            bounds = {name: int(bound) for name, bound in (mapping.get("ScalingConfig") or {}).items()}
            return original({**mapping, "ScalingConfig": bounds}, *args)

        return concurrency

    _replace(functions, "_sqs_esm_concurrency", reading)


def keep_headers_of_mails() -> None:
    """The headers that a mail is given beyond its subject are thrown away, those of unsubscribing among them.

    They are kept above its text, as a mail has them.
    """
    sent = import_module(_SES)._sent_emails_list

    def keeping(original: _Function) -> _Function:
        @wraps(original)
        async def handle(method: str, path: str, headers: _PassedOn, body: bytes, query: _PassedOn) -> _PassedOn:
            answer = await original(method, path, headers, body, query)
            if method == "POST" and path.endswith(_SENDING) and answer[0] == _OK:
                given = json.loads(body)["Content"].get("Simple", {}).get("Headers", [])
                lines = "".join(f"{header['Name']}: {header['Value']}\n" for header in given)
                sent()[-1]["RenderedBodyText"] = f"{lines}\n{sent()[-1]['BodyText']}"
            return answer

        return handle

    _replace(import_module(_MAILS), "handle_request", keeping)


def report_invocations(log: FunctionLog) -> None:
    """The output of a function can only be read from one log stream an invocation, slower with each one.

    The same text goes to the files that `make start` shows and `make logs` follows.
    """

    def reporting(original: _Function) -> _Function:
        @wraps(original)
        def emit(
            func: dict[str, Any], request_id: str, text: str, error: bool, *args: _PassedOn, **kwargs: _PassedOn
        ) -> None:
            log.write(_name_of(func), text, failed=error)
            original(func, request_id, text, error, *args, **kwargs)

        return emit

    _replace(import_module(_LAMBDA), "_emit_lambda_logs", reporting)


def _name_of(func: dict[str, Any]) -> str:
    tags = func.get("tags") or {}
    physical_name = (func.get("config") or func).get("FunctionName", "unknown function")
    return display_name(str(tags.get(LOGICAL_ID_TAG, physical_name)))
