"""The stack on one machine is the whole template, and private to this machine."""

import json
import re
import sys

import pytest
import requests

from local import sockets, tokens
from local.deploying import deployment, routes, translation, verification
from local.settings import HOST
from local.stack_file import Stack
from tests.e2e.support.accounts import ACCOUNT, OTHER_ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.instance import Instance


def test_every_resource_exists(instance: Instance) -> None:
    """All functions, tables, queues and the rest of the template are there, counted without the translation."""
    written = translation.read(instance.settings.template)["Resources"]
    deployed = deployment.describe(instance.settings)

    made_by_sam = {
        "AWS::Serverless::Function": "AWS::Lambda::Function",
        "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
    }
    left_out = {"HasAlertEmail", "HasDashboard", "HasPublisherAccounts"}
    for logical_id, resource in written.items():
        if resource["Type"] != "AWS::Serverless::LayerVersion" and resource.get("Condition") not in left_out:
            assert deployed.types.get(logical_id) == made_by_sam.get(resource["Type"], resource["Type"])
    assert len(deployed.of_type("AWS::Lambda::LayerVersion")) == 3
    assert list(verification.unanswered_look_ups(deployed, instance.settings)) == []


def test_every_event_has_its_route(instance: Instance) -> None:
    """Every HTTP API event of the template leads to its function, with its rights, and nothing else does."""
    wanted = routes.wanted_routes(translation.read(instance.settings.template))
    existing = verification.existing_routes(deployment.describe(instance.settings), instance.settings)

    assert sorted(existing, key=str) == sorted(wanted, key=str)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who listens where")
def test_nothing_listens_beyond_loopback(instance: Instance) -> None:
    """The two ports of the stack are all that its processes listen on, and no other machine reaches them."""
    ports = (instance.settings.port, instance.settings.aws_port)

    addresses = verification.listening_addresses(instance.settings)

    assert addresses == {f"{HOST}:{port}" for port in ports}
    assert sockets.beyond_loopback(addresses) == []


def test_the_stack_file_tells_everything_it_promises(stack: Stack, instance: Instance) -> None:
    """Benchmarks and people's own tests read these names."""
    content = json.loads(instance.settings.stack_file.read_text())

    assert content["apiUrl"] == f"http://{HOST}:{instance.settings.port}"
    assert content["consoleUrl"] == f"{content['apiUrl']}/console"
    assert content["eventSource"] == "recado.publisher"
    assert {"WebhooksTable", "DeliveriesTable", "IdempotencyTable"} == set(content["tables"])
    assert {"BatchQueue", "RedeliveryQueue", "DeadLetterQueue", "UncountedQueue"} == set(content["queues"])
    assert len(content["functions"]) == 8
    assert all(url.startswith(stack.aws_endpoint_url) for url in content["queues"].values())
    assert content["signIn"]["issuer"].endswith(content["signIn"]["userPoolId"])


def test_the_credentials_are_for_their_owner_only(instance: Instance) -> None:
    """Generated for this stack, and readable by nobody else on the machine."""
    assert instance.settings.credentials_file.stat().st_mode & 0o077 == 0


def test_one_origin_serves_api_console_and_sign_in(stack: Stack, anonymous_api: ApiClient) -> None:
    """No path of the API is taken over by the emulator, and no path of sign-in by the API."""
    page = anonymous_api.get(
        "/oauth2/authorize",
        params={
            "client_id": stack.sign_in["clientIds"]["ConsoleClient"],
            "redirect_uri": stack.console_url,
            "response_type": "code",
            "scope": "openid",
        },
    )

    assert 'action="/login"' in page.text
    assert anonymous_api.get("/health").headers["Content-Type"].startswith("application/json")
    assert "<html" in anonymous_api.get("/console").text
    assert "<html" in anonymous_api.get("/console/some%2Fpage").text
    assert anonymous_api.get("/").url.endswith("/console")
    assert anonymous_api.get("/favicon.ico").headers["Content-Type"] == "image/svg+xml"
    assert anonymous_api.get("/event-types").status_code == 401
    assert anonymous_api.get("/no/such/path").status_code == 404


def test_token_prints_a_token_and_nothing_else(instance: Instance, stack: Stack) -> None:
    """One line that can be put into a header as it is."""
    printed = instance.run("token")

    assert re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+\n", printed.stdout)
    assert printed.stderr == ""
    assert ApiClient(stack.api_url, printed.stdout.strip()).get("/event-types").status_code == 200


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--account", "77"], "there is no account '77' on this stack; the accounts are 1010, 2020"),
        (["--scope", "recado/everything"], "unknown scope: recado/everything"),
    ],
)
def test_token_says_what_it_does_not_know(instance: Instance, arguments: list[str], reason: str) -> None:
    """The error goes to standard error, so that it cannot be taken for a token."""
    refused = instance.run("token", *arguments)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert reason in refused.stderr


def test_a_refreshed_token_still_reaches_its_account(instance: Instance, stack: Stack) -> None:
    """A console session outlives its first token."""
    grant = tokens.sign_in(stack, instance.settings, ACCOUNT, tokens.DEFAULT_SCOPE)
    form = {
        "grant_type": "refresh_token",
        "client_id": stack.sign_in["clientIds"]["ConsoleClient"],
        "refresh_token": grant["refresh_token"],
    }

    refreshed = requests.post(stack.sign_in["tokenUrl"], data=form, timeout=10).json()["access_token"]

    api = ApiClient(stack.api_url, refreshed)
    assert refreshed != grant["access_token"]
    assert api.get(WEBHOOKS).status_code == 200
    assert api.get(f"/accounts/{OTHER_ACCOUNT}/webhooks").status_code == 404
