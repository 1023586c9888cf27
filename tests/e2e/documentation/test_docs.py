"""The commands and snippets of the documentation, run as they stand."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from local.listener import Listener, Received
from local.settings import PROJECT_DIR
from local.stack_file import Stack
from local.tokens import DEFAULT_ACCOUNT
from recado.rules.sending.answers.partial_response import judged
from recado.rules.sending.attempt import Response
from recado.rules.sending.outgoing import outgoing_request
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.delivery_settings import DeliverySettings
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import ApiClient
from tests.e2e.support.instance import Instance
from tests.e2e.support.shell import Shell
from tests.e2e.support.waiting import ARRIVES
from tests.support.documentation.pages import block, words
from tests.unit.builders import NOW, delivered, event, webhook

DEMO = f"/accounts/{DEFAULT_ACCOUNT}/webhooks"


def verified_as_shown(secret: str, request: Received) -> None:
    """Verify a POST by the function of the handbook and by the README's lines, which refuse what is not genuine."""
    recipe: dict[str, Any] = {}
    exec(block("docs/receiving.md", "python", "def verified"), recipe)  # noqa: S102  the documented recipe
    assert recipe["verified"](secret, request.body, request.headers) == request.payload
    given: dict[str, Any] = {"body": request.body, "headers": request.headers}
    verify = block("README.md", "python", "from standardwebhooks import").replace("whsec_…", secret)
    exec(verify, given)  # noqa: S102  the README's own
    assert given["event"] == request.payload
    with pytest.raises(PermissionError):
        recipe["verified"](secret, request.body + b" ", request.headers)
    with pytest.raises(PermissionError):
        recipe["verified"](secret, request.body, {**request.headers, "webhook-signature": "v1,AAA"})


@pytest.mark.needs("curl")
@pytest.mark.usefixtures("queues_alone")
def test_readme_publishes_and_registers(instance: Instance, stack: Stack, listener: Listener, tmp_path: Path) -> None:
    """The README's request registers a webhook, and its Python snippet publishes an event that arrives there."""
    register = block("README.md", "sh", "curl").replace("http://127.0.0.1:8080", stack.api_url)
    register = register.replace("http://127.0.0.1:9000", listener.url)
    answer = subprocess.run(  # noqa: S603  the README's own command
        ["/bin/bash", "-euc", register],
        cwd=PROJECT_DIR,
        env={**instance.environment, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    webhook: dict[str, Any] = json.loads(answer.stdout)
    api, address = ApiClient(stack.api_url, instance.run("token").stdout.strip()), f"{DEMO}/{webhook['webhookId']}"
    try:
        publish = tmp_path / "publish.py"
        publish.write_text(block("README.md", "python", "put_events"))
        before = time.time()
        [lead] = [one.text for one in words("README.md") if one.text.startswith("eval ")]
        subprocess.run(  # noqa: S603  the README's own command
            ["/bin/bash", "-euc", f"{lead}\n{sys.executable} {publish}"],
            cwd=PROJECT_DIR,
            env=instance.environment,
            check=True,
            timeout=60,
        )
        [request] = listener.wait_for(1, ARRIVES)
        [event] = request.payload["events"]
        assert event["eventName"] == "COURSE_ENROLLMENT"
        # Of now, so that it stands at the top of the log.
        assert event["timestamp"] / 1000 >= before - 0.001

        secret = api.get(f"{address}/signature").json()["secret"]
        verified_as_shown(secret, request)
    finally:
        assert api.delete(address).status_code == HTTPStatus.NO_CONTENT


def test_a_receiver_names_what_it_did_not_take() -> None:
    """The answer of the documented receiver is understood, and so is the one that is shown, with the word about why."""
    recipe: dict[str, Any] = {}
    exec(block("docs/receiving.md", "python", "batchItemFailures"), recipe)  # noqa: S102  the documented recipe
    shown = block("docs/receiving.md", "json", "batchItemFailures").encode()
    [named] = json.loads(shown)["batchItemFailures"]
    carried = [event(named["itemIdentifier"]), event("other")]
    target = webhook(delivery=DeliverySettings(partial_responses=True))
    request = outgoing_request(target, Credentials(), carried, NOW)

    def take(one: dict[str, Any]) -> None:
        if one["eventId"] == named["itemIdentifier"]:
            raise LookupError(named["message"])

    for body in (shown, recipe["answer"](request.body, take)):
        answered = replace(delivered(), response=Response((), body, truncated=False))
        result, refused = judged(request, answered, carried)
        assert (result.delivered, refused) == (True, {carried[0].key: "no course 7374992"})


def test_dead_letters_are_put_back_with_the_documented_command(
    stack: Stack,
    aws_client: Callable[[str], Any],
    listener: Listener,
    add_webhook: Callable[..., dict[str, Any]],
    drain: Callable[[], dict[str, Any]],
    *,
    shell: Shell,
) -> None:
    """A readable dead letter is moved by the command of the operating manual, and delivered by the next drain."""
    add_webhook(listener.url, "LEARNER_PROGRESS")
    detail = {"accountId": int(ACCOUNT), "eventId": "redriven", "timestamp": 1727414643, "data": {}}
    letter = json.dumps({"detail-type": "LEARNER_PROGRESS", "source": stack.event_source, "detail": detail})
    aws_client("sqs").send_message(QueueUrl=stack.queues["DeadLetterQueue"], MessageBody=letter)
    # Version 1 of the AWS CLI, which the tests have, takes what is typed as it is, and has no option for that.
    command = block("docs/operating.md", "sh", "redriveDeadLetters").replace(
        "--cli-binary-format raw-in-base64-out", ""
    )
    printed = shell.types(f"BATCH_DISPATCHER={stack.functions['BatchDispatcherFunction']}\n{command}")
    assert json.loads(printed[: printed.index("}") + 1])["moved"] == 1
    drain()
    [request] = listener.wait_for(1, ARRIVES)
    assert request.event_ids == ["redriven"]
