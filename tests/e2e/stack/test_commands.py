"""The commands of the stack on one machine, as a person types them."""

import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from local import identity, lifecycle
from local.listener import Listener
from local.settings import HOST, PROJECT_DIR
from local.stack_file import Stack
from recado.rules.event.catalogue import Category
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance
from tests.e2e.support.waiting import until
from tests.support.catalogue import SHIPPED

DEMO = f"/accounts/{identity.ACCOUNTS[0]}/webhooks"
BROKEN_EVENT = b'{"Records": [{}]}'


def test_an_error_of_a_handler_is_told_under_its_functions_name(
    instance: Instance, stack: Stack, aws_client: Callable[[str], Any]
) -> None:
    """In the log of errors, in the log of everything, and in what `logs` prints."""
    aws_client("lambda").invoke(FunctionName=stack.functions["RedeliveryFunction"], Payload=BROKEN_EVENT)

    for path in (instance.settings.error_log, instance.settings.function_log):
        assert re.search(r"^Redelivery: KeyError: 'messageId'$", path.read_text(), re.MULTILINE)


@pytest.mark.deep
def test_starting_again_changes_nothing_and_errors_reach_the_terminal_after_it(
    instance: Instance, stack: Stack, aws_client: Callable[[str], Any]
) -> None:
    """The same stack, on the same processes; whoever typed `make start` sees what goes wrong from then on."""
    before = lifecycle.process_ids(instance.settings)
    ours, theirs = pty.openpty()
    try:
        with instance.open("start", stdout=theirs) as starting:
            assert starting.wait(60) == 0
        assert (instance.stack, lifecycle.process_ids(instance.settings)) == (stack, before)
        aws_client("lambda").invoke(FunctionName=stack.functions["RedeliveryFunction"], Payload=BROKEN_EVENT)
        shown = _read_until(ours, "Redelivery: KeyError: 'messageId'", seconds=15)
    finally:
        os.close(theirs)
        os.close(ours)

    assert "Recado runs:" in shown
    assert "Redelivery: Traceback (most recent call last):" in shown


@pytest.mark.deep
def test_logs_follow_the_functions(instance: Instance, stack: Stack, aws_client: Callable[[str], Any]) -> None:
    """What was printed before is shown, and what is printed while the command runs."""
    functions, request = aws_client("lambda"), {"FunctionName": stack.functions["RedeliveryFunction"]}
    functions.invoke(**request, Payload=BROKEN_EVENT)
    with instance.open("logs", stdout=subprocess.PIPE) as following:
        try:
            assert following.stdout is not None
            output = following.stdout.fileno()
            _read_until(output, "KeyError: 'messageId'", seconds=15)
            functions.invoke(**request, Payload=BROKEN_EVENT)
            _read_until(output, "KeyError: 'messageId'", seconds=15)
            following.send_signal(signal.SIGINT)
            assert following.wait(15) == 0
        finally:
            following.kill()


@pytest.mark.usefixtures("queues_alone")
def test_a_start_says_who_may_sign_in_and_what_to_try(
    instance: Instance, stack: Stack, admin_api: ApiClient, listener: Listener
) -> None:
    """Its two commands do what they say, one after the other as they stand: the event reaches the webhook."""
    shown = instance.run("start").stdout
    assert f"  events   catalogue: {len(SHIPPED)} event types" in shown
    for account in identity.ACCOUNTS:
        assert f"{identity.user_name(account)}  password {identity.password_of(account, instance.settings)}" in shown
    assert stack.console_url in shown
    register, publish = re.findall(r"^  (curl .*\\\n.*)$", shown, re.MULTILINE)
    register = register.replace(f"http://{HOST}:{instance.settings.listen_port}", listener.url)

    webhook = json.loads(_shell(instance, register))
    try:
        assert json.loads(_shell(instance, publish))["results"][0]["accepted"]
        [request] = listener.wait_for(1, 20.0)
        assert request.payload["events"][0]["eventName"] == SHIPPED.of(Category.REAL_TIME)[0].name
    finally:
        admin_api.delete(f"{DEMO}/{webhook['webhookId']}")


def test_listen_verifies_and_prints_what_comes_and_ends_quietly(
    instance: Instance, admin_api: ApiClient, publish: Callable[..., str], drain: Callable[[], object]
) -> None:
    """It registers itself for every event type, also for those to come, and finds the webhook when called again."""
    for name in ("CI_STATS", "LEARNER_PROGRESS"):
        ours, theirs = pty.openpty()
        with instance.open("listen", stdout=theirs) as listening:
            try:
                _read_until(ours, "Listening at", seconds=30)
                event_id = publish(name, 1010)
                drain()
                shown = _read_until(ours, event_id, seconds=20)
                assert "POST /listen  verified" in shown
                listening.send_signal(signal.SIGINT)
                assert listening.wait(15) == 0
            finally:
                listening.kill()
                os.close(theirs)
                os.close(ours)
    [webhook] = [item for item in admin_api.get(DEMO).json()["webhooks"] if item["name"] == "make listen"]
    assert webhook["eventNames"] == ["*"]
    admin_api.delete(f"{DEMO}/{webhook['webhookId']}")


@pytest.mark.usefixtures("queues_alone")
def test_status_says_what_waits_and_drain_sends_it(
    instance: Instance, publish: Callable[..., str], admin_api: ApiClient, listener: Listener
) -> None:
    """Without waiting for the schedule."""
    entered = {"name": "test", "targetUrl": listener.url, "eventNames": ["LEARNER_PROGRESS"]}
    webhook = admin_api.post(DEMO, json=entered).json()
    event_id = publish("LEARNER_PROGRESS", 1010)
    until(lambda: "BatchQueue: 1 ready" in instance.run("status").stdout, "the event waits in the batch queue")
    told = instance.run("status").stdout
    assert instance.stack.api_url in told
    assert f"emulator: {lifecycle.process_ids(instance.settings)['emulator']}" in told
    assert f"1010 test → {listener.url}: HEALTHY, 0 waiting" in told

    assert instance.run("drain").stdout == "1 events taken from the batch queue and sent to their webhooks\n"

    assert listener.wait_for(1, 20.0)[0].event_ids == [event_id]
    assert instance.run("drain").stdout == "the batch queue was empty\n"
    admin_api.delete(f"{DEMO}/{webhook['webhookId']}")


def _shell(instance: Instance, command: str) -> str:
    # The way in which a person would call it, except that make would look for what is to be installed.
    command = re.sub(r"\$\(.*make -s token\)", f"$({sys.executable} -m local token)", command)
    ran = subprocess.run(  # noqa: S603  our own command
        ["/bin/bash", "-euc", command],
        cwd=PROJECT_DIR,
        env=instance.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ran.stdout


@pytest.mark.deep
@pytest.mark.usefixtures("queues_alone")
def test_an_interrupted_command_leaves_one_quiet_line(instance: Instance) -> None:
    """No traceback, and the status that a shell gives an interrupted command."""
    with instance.open("demo", stdout=subprocess.PIPE, stderr=subprocess.PIPE) as command:
        assert command.stdout is not None
        _read_until(command.stdout.fileno(), "webhooks", seconds=60)
        command.send_signal(signal.SIGINT)
        _, errors = command.communicate(timeout=60)

    assert command.returncode == 130
    assert errors.strip() == "interrupted"


@pytest.mark.deep
@pytest.mark.parametrize("variable", ["PORT", "AWS_PORT"])
def test_a_taken_port_is_named_and_nothing_is_left_behind(variable: str) -> None:
    """The reason is one line; neither emulator nor front survives it."""
    with socket.socket() as occupant:
        occupant.bind((HOST, 0))
        occupant.listen()
        port = occupant.getsockname()[1]
        own = Instance.reserve(variables={variable: str(port)})
        try:
            refused = own.run("start")

            assert refused.returncode == 1
            assert refused.stderr == f"Error: port {port} is taken; set {variable} to a free one\n"
            assert lifecycle.process_ids(own.settings) == {}
            assert not own.settings.stack_file.exists()
        finally:
            own.destroy()


def test_commands_that_need_a_stack_say_that_none_runs() -> None:
    """And say how to start one."""
    refused = Instance.reserve().run("token")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "Error: no stack is running; start it with `make start`\n"


def _read_until(descriptor: int, text: str, seconds: float) -> str:
    shown, deadline = "", time.monotonic() + seconds
    while text not in shown:
        assert time.monotonic() < deadline, f"no {text!r} in {shown!r}"
        if select.select([descriptor], [], [], 0.2)[0]:
            shown += os.read(descriptor, 65536).decode()
    return shown
