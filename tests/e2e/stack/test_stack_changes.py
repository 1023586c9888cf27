"""What becomes of the stack when it is stopped, damaged, changed and reset, in this order; on a copy of the project."""

import json
import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import requests

from local import aws, lifecycle, tokens
from local.emulator import saving
from local.listener import Listener
from local.settings import PROJECT_DIR
from local.stack_file import Stack
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance
from tests.e2e.support.waiting import until

pytestmark = pytest.mark.deep

WEBHOOKS, EVENTS = (f"/accounts/{tokens.DEFAULT_ACCOUNT}/{name}" for name in ("webhooks", "events"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is deployed, to be changed at will."""
    copy = tmp_path_factory.mktemp("project")
    shutil.copy(PROJECT_DIR / "template.yaml", copy)
    for folder in ("functions", "layers", "catalogue"):
        shutil.copytree(
            PROJECT_DIR / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__", "node_modules")
        )
    return copy


@pytest.fixture(scope="module")
def workshop(project: Path) -> Iterator[Instance]:
    """A stack of that copy, beside the one that the other tests share."""
    own = Instance.reserve(project / "template.yaml")
    try:
        own.start()
        yield own
    finally:
        own.destroy()


def _client(stack: Stack, service: str) -> Any:
    return aws.client(service, stack.aws_endpoint_url)


def _token_client(workshop: Instance) -> ApiClient:
    return ApiClient(workshop.stack.api_url, workshop.run("token").stdout.strip())


def _publish(api: ApiClient, event_id: str) -> None:
    event = {"eventId": event_id, "eventName": "CI_STATS", "timestamp": int(time.time()), "data": {}}
    assert api.post(EVENTS, json={"events": [event]}).status_code == HTTPStatus.ACCEPTED


def _delivered(api: ApiClient, address: str, total: int) -> bool:
    hours = api.get(f"{address}/delivery-counts").json()["hours"]
    return bool(sum(hour["delivered"] for hour in hours) == total)


def test_stop_keeps_the_state(workshop: Instance) -> None:
    """Data, messages, users and tokens survive a stop; events are delivered after it, and counted on."""
    stack, api = workshop.stack, _token_client(workshop)
    _client(stack, "sqs").send_message(QueueUrl=stack.queues["DeadLetterQueue"], MessageBody="kept")
    with Listener() as receiver:
        fields = {"name": "counted", "targetUrl": receiver.url, "eventNames": ["CI_STATS"]}
        address = f"{WEBHOOKS}/{api.post(WEBHOOKS, json=fields).json()['webhookId']}"
        _publish(api, "before")
        until(lambda: _delivered(api, address, 1), "one counted")

        assert workshop.run("stop").stdout == "stopped\n"
        assert lifecycle.process_ids(workshop.settings) == {}
        assert not workshop.settings.stack_file.exists()
        again = workshop.start()

        assert again == stack
        messages = _client(again, "sqs").receive_message(QueueUrl=again.queues["DeadLetterQueue"])["Messages"]
        assert [message["Body"] for message in messages] == ["kept"]
        _publish(api, "after")
        until(lambda: _delivered(api, address, 2), "two counted")


def test_a_stack_whose_emulator_was_killed_starts_again(workshop: Instance) -> None:
    """What a crash left behind is cleared away; the state of seconds before comes back, and its time is told."""
    stack = workshop.stack
    item = {"partition": {"S": "saved"}, "key": {"S": "1"}}
    _client(stack, "dynamodb").put_item(TableName=stack.tables["DeliveriesTable"], Item=item)
    state, now = workshop.settings.directory / "state", time.time()
    until(lambda: any(_saved_after(path, now) for path in saving.saves(state)), "the state is saved")
    os.kill(lifecycle.process_ids(workshop.settings)["emulator"], signal.SIGKILL)

    assert workshop.run("token").stderr == "Error: no stack is running; start it with `make start`\n"
    told = workshop.run("start").stdout

    assert re.match(r"The emulator was killed: its state is that of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d, and ", told)
    again = workshop.stack
    assert "Item" in _client(again, "dynamodb").get_item(TableName=again.tables["DeliveriesTable"], Key=item)
    assert again.api_url == stack.api_url
    assert requests.get(f"{again.api_url}/health", timeout=10).status_code == 200


def _saved_after(path: Path, moment: float) -> bool:
    return float(path.name.rpartition("-")[2]) > moment


def test_a_wrong_route_makes_start_refuse(workshop: Instance) -> None:
    """A route that is missing is named, and one that lost its authorizer is told to be open."""
    api = _client(workshop.stack, "apigatewayv2")
    (api_id,) = (item["ApiId"] for item in api.get_apis()["Items"])
    routes = {item["RouteKey"]: item for item in api.get_routes(ApiId=api_id)["Items"]}
    missing, open_to_all = routes["GET /health"], routes["GET /event-types"]
    rights = {name: open_to_all[name] for name in ("AuthorizerId", "AuthorizationScopes")}
    api.delete_route(ApiId=api_id, RouteId=missing["RouteId"])
    api.update_route(ApiId=api_id, RouteId=open_to_all["RouteId"], AuthorizationType="NONE")

    refused = workshop.run("start")

    api.create_route(ApiId=api_id, RouteKey="GET /health", Target=missing["Target"])
    api.update_route(ApiId=api_id, RouteId=open_to_all["RouteId"], AuthorizationType="JWT", **rights)
    assert refused.returncode == 1
    assert "missing route: GET /health (WebhookApiFunction)" in refused.stderr
    assert (
        "wrong route: GET /event-types should be WebhookApiFunction, JwtAuthorizer with recado/admin" in refused.stderr
    )
    assert "and is WebhookApiFunction, open" in refused.stderr


def test_a_failed_update_leaves_the_running_stack(workshop: Instance, project: Path) -> None:
    """A typo in the template costs nothing but the error message."""
    stack = workshop.stack
    template = project / "template.yaml"
    good = template.read_text()
    # A key's kind cannot be changed, which comes out only while the stack is being updated.
    template.write_text(good.replace("EnableKeyRotation: true", "KeySpec: RSA_2048", 1))
    try:
        refused = workshop.run("start")
    finally:
        template.write_text(good)

    assert refused.returncode == 1
    assert "EncryptionKey (AWS::KMS::Key)" in refused.stderr
    assert requests.get(f"{stack.api_url}/health", timeout=10).status_code == HTTPStatus.OK


@pytest.fixture(scope="module")
def changed(workshop: Instance, project: Path) -> Stack:
    """The stack after functions and the core layer have been changed, and it was started again without a stop."""
    stack, before = workshop.stack, lifecycle.process_ids(workshop.settings)
    (project / "layers/core/recado/greeting.py").write_text('GREETING = "changed"\n')
    (project / "functions/console/app.py").write_text(
        "from recado.greeting import GREETING\n\n\n"
        'def lambda_handler(event, context):\n    return {"statusCode": 200, "body": GREETING}\n'
    )
    (project / "functions/webhook_api/app.py").write_text("import no_such_module\n")
    (project / "functions/realtime_dispatcher/app.py").write_text(
        'def lambda_handler(event, context):\n    raise RuntimeError("broken on purpose")\n'
    )

    assert workshop.start() == stack
    assert lifecycle.process_ids(workshop.settings) == before
    return stack


def test_starting_again_deploys_changed_code(changed: Stack) -> None:
    """Functions and the core layer alike, without a stop, and after an update that failed."""
    assert requests.get(changed.console_url, timeout=10).text == "changed"


def test_a_function_that_cannot_be_imported_says_why(workshop: Instance, changed: Stack) -> None:
    """The reason stands under the function's name, though its handler never ran."""
    assert requests.get(f"{changed.api_url}/health", timeout=10).status_code == HTTPStatus.BAD_GATEWAY

    assert "WebhookApi: Worker init failed: No module named 'no_such_module'" in workshop.settings.error_log.read_text()


def test_an_event_whose_dispatch_keeps_failing_falls_into_the_batch_queue(workshop: Instance, changed: Stack) -> None:
    """What a rule invokes is retried and then handed to the failure destination, as on AWS."""
    entry = {"Source": changed.event_source, "DetailType": "CI_STATS", "Detail": json.dumps({"eventId": "kept"})}

    _client(changed, "events").put_events(Entries=[{**entry, "EventBusName": changed.event_bus_name}])
    queue = {"QueueUrl": changed.queues["BatchQueue"], "WaitTimeSeconds": 20}
    (message,) = until(lambda: _client(changed, "sqs").receive_message(**queue).get("Messages"), "the event")

    assert json.loads(message["Body"])["requestPayload"]["detail"] == {"eventId": "kept"}
    assert workshop.settings.error_log.read_text().count("RealtimeDispatcher: RuntimeError: broken on purpose") == 3


def test_a_template_that_cannot_be_deployed_ends_the_start_with_its_reason(project: Path) -> None:
    """Nothing is left running, and the reason is the template's."""
    broken = project / "broken.yaml"
    broken.write_text((project / "template.yaml").read_text().replace("AWS::SNS::Topic\n", "AWS::SNS::NoSuchThing\n"))
    own = Instance.reserve(broken)
    try:
        refused = own.run("start")

        assert refused.returncode == 1
        assert "NoSuchThing" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert lifecycle.process_ids(own.settings) == {}
    finally:
        own.destroy()


def test_reset_forgets_everything(workshop: Instance) -> None:
    """Nothing runs any more, and nothing is left that the next start could find."""
    workshop.run("reset")

    assert lifecycle.process_ids(workshop.settings) == {}
    assert {path.name for path in workshop.settings.directory.iterdir()} <= {".lock"}
