"""What becomes of the stack when it is stopped, reset, changed or damaged; on a copy of the project."""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from local import aws, lifecycle, tokens
from local.listener import Listener
from local.settings import PROJECT_DIR
from local.stack_file import Stack
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance
from tests.e2e.support.waiting import until

WEBHOOKS = f"/accounts/{tokens.DEFAULT_ACCOUNT}/webhooks"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is deployed, to be changed at will."""
    copy = tmp_path_factory.mktemp("project")
    shutil.copy(PROJECT_DIR / "template.yaml", copy)
    for folder in ("functions", "layers"):
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


def test_stop_keeps_the_state_and_reset_forgets_it(workshop: Instance) -> None:
    """Data, users and tokens survive a stop; after a reset the stack is new."""
    stack = workshop.stack
    token = workshop.run("token").stdout.strip()
    item = {"partition": {"S": "kept"}, "key": {"S": "1"}}
    _client(stack, "dynamodb").put_item(TableName=stack.tables["DeliveriesTable"], Item=item)
    _client(stack, "sqs").send_message(QueueUrl=stack.queues["DeadLetterQueue"], MessageBody="kept")

    assert workshop.run("stop").stdout == "stopped\n"
    assert lifecycle.process_ids(workshop.settings) == {}
    assert not workshop.settings.stack_file.exists()
    again = workshop.start()

    assert again == stack
    assert "Item" in _client(again, "dynamodb").get_item(TableName=again.tables["DeliveriesTable"], Key=item)
    messages = _client(again, "sqs").receive_message(QueueUrl=again.queues["DeadLetterQueue"])["Messages"]
    assert [message["Body"] for message in messages] == ["kept"]
    assert ApiClient(again.api_url, token).get(WEBHOOKS).status_code == 200

    workshop.run("reset")
    assert {path.name for path in workshop.settings.directory.iterdir()} <= {".lock"}
    new = workshop.start()

    assert "Item" not in _client(new, "dynamodb").get_item(TableName=new.tables["DeliveriesTable"], Key=item)
    assert ApiClient(new.api_url, token).get(WEBHOOKS).status_code == 401


def test_deliveries_are_counted_after_a_stop_too(workshop: Instance) -> None:
    """The counts of before are kept, and go on."""
    with Listener() as receiver:
        for total in (1, 2):
            stack = workshop.stack
            api = ApiClient(stack.api_url, workshop.run("token").stdout.strip())
            webhooks = api.get(WEBHOOKS).json()["webhooks"]
            fields = {"name": "counted", "targetUrl": receiver.url, "eventNames": ["CI_STATS"]}
            webhook = webhooks[0] if webhooks else api.post(WEBHOOKS, json=fields).json()
            address = f"{WEBHOOKS}/{webhook['webhookId']}"
            event = {"eventId": f"e{total}", "eventName": "CI_STATS", "timestamp": int(time.time()), "data": {}}
            assert api.post("/accounts/1010/events", json={"events": [event]}).status_code == 202

            until(partial(_delivered, api, address, total), f"{total} counted")
            workshop.run("stop")
            workshop.start()


def _delivered(api: ApiClient, address: str, total: int) -> bool:
    hours = api.get(f"{address}/delivery-counts").json()["hours"]
    return bool(sum(hour["delivered"] for hour in hours) == total)


def test_a_missing_route_makes_start_refuse(workshop: Instance) -> None:
    """The route is named, and half a stack is not passed off as whole."""
    stack = workshop.start()
    api = _client(stack, "apigatewayv2")
    (api_id,) = (item["ApiId"] for item in api.get_apis()["Items"])
    route = next(item for item in api.get_routes(ApiId=api_id)["Items"] if item["RouteKey"] == "GET /health")
    api.delete_route(ApiId=api_id, RouteId=route["RouteId"])

    refused = workshop.run("start")

    assert refused.returncode == 1
    assert "missing route: GET /health (WebhookApiFunction)" in refused.stderr
    api.create_route(ApiId=api_id, RouteKey="GET /health", Target=route["Target"])
    workshop.start()


def test_a_route_that_lost_its_authorizer_makes_start_refuse(workshop: Instance) -> None:
    """An open door is told as such."""
    stack = workshop.start()
    api = _client(stack, "apigatewayv2")
    (api_id,) = (item["ApiId"] for item in api.get_apis()["Items"])
    route = next(item for item in api.get_routes(ApiId=api_id)["Items"] if item["RouteKey"] == "GET /event-types")
    rights = {"AuthorizerId": route["AuthorizerId"], "AuthorizationScopes": route["AuthorizationScopes"]}
    api.update_route(ApiId=api_id, RouteId=route["RouteId"], AuthorizationType="NONE")

    refused = workshop.run("start")

    assert refused.returncode == 1
    assert (
        "wrong route: GET /event-types should be WebhookApiFunction, JwtAuthorizer with recado/admin" in refused.stderr
    )
    assert "and is WebhookApiFunction, open" in refused.stderr
    api.update_route(ApiId=api_id, RouteId=route["RouteId"], AuthorizationType="JWT", **rights)
    workshop.start()


def test_starting_again_deploys_changed_code(workshop: Instance, project: Path) -> None:
    """Functions and the core layer alike, without a stop."""
    stack = workshop.start()
    before = lifecycle.process_ids(workshop.settings)
    (project / "layers/core/recado/greeting.py").write_text('GREETING = "changed"\n')
    (project / "functions/console/app.py").write_text(
        "from recado.greeting import GREETING\n\n\n"
        'def lambda_handler(event, context):\n    return {"statusCode": 200, "body": GREETING}\n'
    )

    workshop.start()

    assert requests.get(stack.console_url, timeout=10).text == "changed"
    assert lifecycle.process_ids(workshop.settings) == before


def test_a_function_that_cannot_be_imported_says_why(workshop: Instance, project: Path) -> None:
    """The reason stands under the function's name, though its handler never ran."""
    (project / "functions/console/app.py").write_text("import no_such_module\n")
    stack = workshop.start()

    assert requests.get(stack.console_url, timeout=10).status_code == 502

    assert "Console: Worker init failed: No module named 'no_such_module'" in workshop.settings.error_log.read_text()


def test_an_event_whose_dispatch_keeps_failing_falls_into_the_batch_queue(workshop: Instance, project: Path) -> None:
    """What a rule invokes is retried and then handed to the failure destination, as on AWS."""
    (project / "functions/realtime_dispatcher/app.py").write_text(
        'def lambda_handler(event, context):\n    raise RuntimeError("broken on purpose")\n'
    )
    stack = workshop.start()
    entry = {"Source": stack.event_source, "DetailType": "CI_STATS", "Detail": json.dumps({"eventId": "kept"})}

    _client(stack, "events").put_events(Entries=[{**entry, "EventBusName": stack.event_bus_name}])
    queue = {"QueueUrl": stack.queues["BatchQueue"], "WaitTimeSeconds": 20}
    (message,) = _client(stack, "sqs").receive_message(**queue)["Messages"]

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


def test_a_stack_whose_emulator_was_killed_starts_again(workshop: Instance) -> None:
    """What a crash left behind is cleared away first."""
    stack = workshop.start()
    os.kill(lifecycle.process_ids(workshop.settings)["emulator"], signal.SIGKILL)

    assert workshop.run("token").stderr == "Error: no stack is running; start it with `make start`\n"
    again = workshop.start()

    assert again.api_url == stack.api_url
    assert requests.get(f"{again.api_url}/health", timeout=10).status_code == 200


def test_a_failed_update_leaves_the_running_stack_and_the_next_start_mends_it(
    workshop: Instance, project: Path
) -> None:
    """A typo in the template costs nothing but the error message."""
    stack = workshop.start()
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
    assert requests.get(f"{stack.api_url}/health", timeout=10).status_code == 200
    assert workshop.start() == stack
