"""What a cold start imports: nothing that the dependencies layer does not hold, and no more than the function needs."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.support.functions import FUNCTIONS, ROOT, logical_id
from tests.support.system import System

pytestmark = pytest.mark.deep

ALL = sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py"))
OF_TOKENS = (
    "oauthlib",
    "recado.rules.oauth2",
    "recado.use_cases.sending.tokens",
    "recado.adapters.dynamodb.webhooks.token_store",
)
OF_KEYS_AND_CERTIFICATES = (
    "cryptography",
    "recado.rules.sending.signing.signing_key",
    "recado.adapters.dynamodb.webhooks.endings",
    "recado.use_cases.sending.queued.endings",
)
OF_DIGESTS = (
    "recado.rules.delivery.digest",
    "recado.adapters.dynamodb.webhooks.digests",
    "recado.use_cases.sending.queued.digests",
)
SENDERS = ["batch_dispatcher", "realtime_dispatcher", "redelivery"]


def cold_start(system: System, function: str, *invocations: str) -> Any:
    """Load a function in a fresh interpreter under its environment; answer the modules and the invocations' answers."""
    environment = {
        **os.environ,
        **system.stack.environment(logical_id(function)),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "layers" / "core")]),
    }
    done = subprocess.run(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", "tests.support.fresh_import", function, *invocations],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("function", ALL)
def test_a_function_needs_nothing_beyond_the_dependencies_layer(system: System, function: str) -> None:
    """Every function loads where only the layer's packages are installed."""
    assert cold_start(system, function)["modules"]


def test_the_api_answers_with_nothing_beyond_the_dependencies_layer(system: System) -> None:
    """What is imported only when it is used, such as for the OpenAPI document, is in the layer too."""
    files = [f"events/webhook_api/{name}.json" for name in ("read_health", "read_openapi", "list_event_types")]

    answers = cold_start(system, "webhook_api", *files)["answers"]

    assert [answer["statusCode"] for answer in answers] == [200, 200, 200]


@pytest.mark.parametrize("function", SENDERS)
def test_a_sender_imports_no_more_than_it_needs(system: System, function: str) -> None:
    """The functions that send load neither pydantic, nor the HTTP API, nor Powertools' event handler.

    Nor what signs with keys, opens what is sealed, fetches tokens, tells of certificates or makes digests, which most
    environments never do; nor boto3, which is for alerts and for starting drains.
    """
    modules = cold_start(system, function)["modules"]

    unneeded = (
        "boto3",
        "pydantic",
        "recado.http_api",
        "aws_lambda_powertools.event_handler",
        *OF_KEYS_AND_CERTIFICATES,
        *OF_DIGESTS,
        *OF_TOKENS,
    )
    assert [module for module in modules if module.startswith(unneeded)] == []


def test_the_real_time_dispatcher_imports_nothing_of_other_functions(system: System) -> None:
    """Drains, sweeps and runs are loaded where they happen, and what manages webhooks in the API."""
    modules = cold_start(system, "realtime_dispatcher")["modules"]

    unneeded = (
        "recado.ports.managing",
        "recado.rules.delivery.counts",
        "recado.use_cases.managing",
        "recado.use_cases.sending.direct.drain",
        "recado.use_cases.sending.queued.run",
        "recado.use_cases.sending.queued.sweep",
    )
    assert [module for module in modules if module.startswith(unneeded)] == []


@pytest.mark.parametrize("function", [*SENDERS, "webhook_api"])
def test_certificates_are_imported_only_where_there_are_some(system: System, function: str) -> None:
    """Neither what reads them, nor what makes contexts of them, nor the library behind both."""
    modules = cold_start(system, function)["modules"]

    unneeded = ("cryptography", "recado.rules.certificates", "recado.adapters.sending.identities")
    assert [module for module in modules if module.startswith(unneeded)] == []


JUDGES = ("jsonschema_rs", "recado.rules.validation")


@pytest.mark.parametrize("function", ALL)
def test_what_judges_events_is_imported_for_the_first_of_them(system: System, function: str) -> None:
    """No function loads the library of 14 MB before there is an event to judge."""
    modules = cold_start(system, function)["modules"]

    assert [module for module in modules if module.startswith(JUDGES)] == []


def test_the_api_imports_what_sends_only_for_a_test_send(system: System) -> None:
    """Every other request does without the HTTP library and the list of authorities, and without OpenAPI's models."""
    modules = cold_start(system, "webhook_api")["modules"]

    unneeded = (
        "aws_lambda_powertools.event_handler.openapi.models",
        "requests",
        "recado.adapters.sending.http_sender",
        *OF_TOKENS,
    )
    assert [module for module in modules if module.startswith(unneeded)] == []


def test_the_api_imports_what_keeps_answers_only_for_a_request_with_a_key(system: System) -> None:
    """Every other request does without."""
    modules = cold_start(system, "webhook_api")["modules"]

    keeping = ("aws_lambda_powertools.utilities.idempotency", "recado.adapters.dynamodb.accounts.kept_answers")
    assert [module for module in modules if module.startswith(keeping)] == []


def test_the_delivery_counter_imports_no_more_than_it_needs(system: System) -> None:
    """Neither what sends nor what answers requests, nor an SDK that only other functions call."""
    modules = cold_start(system, "delivery_counter")["modules"]

    unneeded = ("pydantic", "recado.http_api", "requests", "boto3", "aws_lambda_powertools.event_handler")
    assert [module for module in modules if module.startswith(unneeded)] == []


def test_the_console_imports_no_sdk(system: System) -> None:
    """A page is served without loading what talks to AWS."""
    modules = cold_start(system, "console")["modules"]

    unneeded = ("boto", "pynamodb", "pydantic", "aws_lambda_powertools")
    assert [module for module in modules if module.startswith(unneeded)] == []
