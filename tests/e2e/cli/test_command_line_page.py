"""The page about the command: its commands, run as they stand on the local stack; and signing in, as a person does."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from local import aws, tokens
from local.listener import Listener
from local.stack_file import Stack
from tests.e2e.cli.conftest import Recado
from tests.e2e.support.accounts import ACCOUNT, admin_of
from tests.e2e.support.instance import Instance
from tests.e2e.support.waiting import ARRIVES, until
from tests.support.documentation import pages


def blocks(about: str) -> str:
    """The commands below this heading of the page."""
    return "\n".join(block.text for block in pages.blocks("docs/command-line.md", "sh", section=about))


@pytest.mark.usefixtures("without_webhooks")
@pytest.mark.deep
def test_the_pages_commands_do_what_it_says(recado: Recado, listener: Listener, tmp_path: Path) -> None:
    """A webhook is made, edited, tried and signs anew; an event is triggered, found, shown, and sent again."""
    create = blocks("On the stack of this machine").replace("http://127.0.0.1:9000/hook", listener.url)
    recado(create)
    [webhook] = json.loads(recado("recado webhooks list --json"))["webhooks"]
    named = {"WEBHOOK": webhook["webhookId"]}
    recado(blocks("Webhooks"), **named)
    shown = json.loads(recado("recado webhooks show $WEBHOOK --json", **named))
    assert (shown["delivery"]["maxEvents"], shown["headers"]) == (10, {"X-Tenant": "acme"})
    assert (tmp_path / "secret.txt").read_text().startswith("whsec_")

    (tmp_path / "events.ndjson").write_text('{"eventName": "COURSE_ENROLLMENT", "data": {}}\n')
    publish, find = blocks("Events").split("recado events find")
    recado(publish)
    list_delivered = "recado deliveries list --webhook $WEBHOOK --status delivered --json"
    until(lambda: len(recado(list_delivered, **named).splitlines()) == 2, "two deliveries")
    newest = json.loads(recado(list_delivered, **named).splitlines()[-1])
    named |= {"EVENT": newest["eventId"], "DELIVERY": newest["deliveryId"]}
    assert "outcome\tDELIVERED" in recado(f"recado events find{find}", **named)
    before = len(listener.received)
    recado(blocks("Deliveries"), **named)
    listener.wait_for(before + 1, ARRIVES)
    assert listener.received[1].headers["x-tenant"] == "acme"


def test_a_person_signs_in_and_out(
    environment: Mapping[str, str], recado: Recado, instance: Instance, stack: Stack
) -> None:
    """By the address that is printed where there is no browser; then the session serves until it is ended."""
    person = admin_of(ACCOUNT, instance.settings)
    sign_in, who = blocks("Signing in").replace("https://recado.example.com", stack.api_url).splitlines()
    command = [*sign_in.split(), "--profile", "mine", "--no-browser"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603  ours
        assert process.stderr is not None
        address = next(line.strip() for line in process.stderr if "/oauth2/authorize" in line)
        with httpx.Client(trust_env=False) as http:
            form: dict[str, Any] = tokens.hidden_fields(http.get(address).text)
            form |= {"username": person.name, "password": person.password}
            back = http.post(stack.sign_in["loginUrl"], data=form).headers["location"]
            assert http.get(back).is_success
        assert process.wait(ARRIVES) == 0

    person_in = json.loads(recado(f"{who} --json", RECADO_PROFILE="", RECADO_ACCOUNT=""))
    assert (person_in["profile"], person_in["account"], person_in["accounts"]) == ("mine", ACCOUNT, [ACCOUNT])
    assert "webhooks" in json.loads(recado("recado webhooks list --profile mine --json"))
    recado("recado sign-out --profile mine; ! recado webhooks list --profile mine")


def test_the_machine_acts_by_its_credentials_alone(recado: Recado, stack: Stack) -> None:
    """As in a container: nothing is kept."""
    client_id = stack.sign_in["clientIds"]["MachineClient"]
    cognito = aws.client("cognito-idp", stack.aws_endpoint_url)
    client = cognito.describe_user_pool_client(UserPoolId=stack.sign_in["userPoolId"], ClientId=client_id)
    credentials = {"RECADO_CLIENT_ID": client_id, "RECADO_CLIENT_SECRET": client["UserPoolClient"]["ClientSecret"]}
    listed = recado("recado webhooks list --json", RECADO_PROFILE="", RECADO_API_URL=stack.api_url, **credentials)
    assert "webhooks" in json.loads(listed)
