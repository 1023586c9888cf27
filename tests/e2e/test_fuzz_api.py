"""Whatever is sent to the HTTP API, it answers as its OpenAPI document says."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from local.listener import Listener
from local.settings import PROJECT_DIR
from local.stack_file import Stack
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.fuzzing import Fuzzer, LoopbackClient

pytestmark = pytest.mark.deep

# What the stack serves is this very document: test_accounts.py holds the one against the other.
SCHEMA = schemathesis.openapi.from_dict(json.loads((PROJECT_DIR / "docs" / "openapi.json").read_text()))
# API Gateway answers 404 to a method that a path does not have, and never asks the API.
SCHEMA.config.phases.coverage.unexpected_methods = set()
# A stale If-Match is answered before a body is looked at as closely as its schema does.
REFUSALS = ["400", "401", "404", "409", "412", "415", "422"]
SCHEMA.config.checks.negative_data_rejection.expected_statuses = REFUSALS
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


@SCHEMA.hook
def filter_case(_context: schemathesis.HookContext, case: schemathesis.Case[Any]) -> bool:
    """Leave out what names one event type after another, and what leaves a signature out: each request has one here."""
    told = "" if case.meta is None else str(getattr(case.meta.phase.data, "description", ""))
    return not any(each in told for each in ("Enum value", "`webhook-signature`"))


@pytest.fixture(scope="module")
def fuzzer(stack: Stack, token_for: Callable[..., str]) -> Iterator[Fuzzer]:
    """The admin of an account, whose webhooks are removed at the end."""
    with Listener() as receiver, LoopbackClient(stack.api_url, token_for(ACCOUNT), receiver.url) as api:
        fuzzer = Fuzzer(api, receiver, token_for("", "recado/admin"))
        yield fuzzer
        fuzzer.tidy()


@SCHEMA.parametrize()
@settings(
    max_examples=5,
    phases=[Phase.explicit, Phase.generate],
    # Examples are slow here, and each comes by itself.
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_documented(case: schemathesis.Case[Any], fuzzer: Fuzzer) -> None:
    """No error of the API's own, and no status, header, content type or field that the document does not have.

    The explicit cases go through the borders of each parameter and field; the generated ones combine them.
    """
    case.validate_response(fuzzer.send(case), checks=CHECKS)


def test_no_target_outside_this_machine_can_be_sent() -> None:
    """Not even by mistake: the stack under test would POST to it."""
    client = LoopbackClient("http://127.0.0.1:1", "token", "http://127.0.0.1:2")

    with pytest.raises(AssertionError, match="a target outside this test"):
        client.post("/", json={"list": [{"targetUrl": "https://receiver.example/"}]})
