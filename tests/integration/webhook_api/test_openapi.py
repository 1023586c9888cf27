"""The OpenAPI document: committed as generated, valid, and true of the template's routes."""

import base64
import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from recado.composition.openapi import document as generated
from recado.http_api.shared.capabilities import CAPABILITIES
from recado.rules.event.catalogue import EventType
from tests.support.api.document import DOCUMENT_FILE, ApiDocument
from tests.support.aws.stack import template
from tests.support.catalogue import SHIPPED
from tests.support.functions import ROOT
from tests.support.system import System
from tests.unit.builders import body_of, event

GATEWAYS = ("application/json", "GatewayMessage")
OURS = ("application/problem+json", "Problem")
OF_THE_CONSOLE = ("/", "/favicon.ico", "/docs", "/console", "/console/{proxy+}")
ANY_PORTAL = ("X-AMAZON-APIGATEWAY-ANY-METHOD", "/portal/{proxy+}")
OPEN_AND_NOT_DOCUMENTED = {
    *(("GET", path) for path in ("/openapi.json", "/alert-addresses/unsubscribe", *OF_THE_CONSOLE)),
    ANY_PORTAL,
}
KEYLESS = ("/test", "/preview", "/portal-sessions")
RECEIVE = "/receive/"
ENDING_SESSIONS = ("DELETE", "/accounts/{accountId}/portal-sessions")
OF_SESSIONS = {(method, "/portal/session") for method in ("GET", "POST", "DELETE")}


@pytest.fixture(scope="module")
def document() -> ApiDocument:
    """Give the committed document."""
    return ApiDocument()


@pytest.fixture(scope="module")
def routes() -> dict[tuple[str, str], Any]:
    """Return the template's routes by method and path."""
    return {
        (method.upper(), path): operation
        for path, operations in template().properties("HttpApi")["Body"]["paths"].items()
        for method, operation in operations.items()
    }


def objects(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every object of the document with its place."""
    if isinstance(value, dict):
        yield path, value
        for key, member in value.items():
            yield from objects(member, f"{path}/{key}")
    elif isinstance(value, list):
        for position, member in enumerate(value):
            yield from objects(member, f"{path}/{position}")


def test_the_committed_document_is_the_generated_one() -> None:
    """`make openapi` writes it anew."""
    assert DOCUMENT_FILE.read_text(encoding="utf-8") == generated()


def test_it_comes_compressed(system: System) -> None:
    """To a browser that takes gzip, whoever asks: a catalogue makes it large; whoever takes none gets it as it is."""
    asked = json.loads((ROOT / "events" / "webhook_api" / "read_openapi.json").read_text(encoding="utf-8"))
    plain = system.invoke("webhook_api", asked)
    headers = {**asked["headers"], "accept-encoding": "gzip, deflate, br"}
    packed = system.invoke("webhook_api", {**asked, "headers": headers})
    body = base64.b64decode(packed["body"])
    assert packed["isBase64Encoded"] and packed["headers"]["Content-Encoding"] == "gzip"
    assert gzip.decompress(body).decode() == plain["body"]
    assert len(body) < len(plain["body"]) / 5
    assert packed["headers"]["Cache-Control"] == "no-store"


def test_it_is_valid_openapi(document: ApiDocument) -> None:
    """Of version 3.1."""
    assert document.content["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document.content).validate()


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.name)
def test_it_says_what_receivers_get(document: ApiDocument, entry: EventType) -> None:
    """A POST with the sample of an event type is what its webhook describes, and one with other data is not."""
    sent = document.content["webhooks"][entry.name]["post"]["requestBody"]["content"]["application/json"]["schema"]
    for data, fits in ((entry.sample, True), ({**entry.sample, "loInstanceId": 5, "loType": 5}, False)):
        body = body_of([event(name=entry.name, data=dict(data))])
        assert Draft202012Validator(sent).is_valid(json.loads(body)) is fits


def test_its_routes_are_the_templates(document: ApiDocument, routes: dict[tuple[str, str], Any]) -> None:
    """All but the document itself and the console, which are open; a portal session's are one in the template."""
    assert document.routes.keys() - OF_SESSIONS == routes.keys() - OPEN_AND_NOT_DOCUMENTED
    assert document.routes.keys() >= OF_SESSIONS
    for route in OPEN_AND_NOT_DOCUMENTED:
        assert routes[route]["security"] == [{"NONE": []}]


def test_its_scopes_are_the_templates(document: ApiDocument, routes: dict[tuple[str, str], Any]) -> None:
    """Any one of a route's scopes opens it; an open route wants none."""
    for route, operation in document.routes.items():
        if route in OF_SESSIONS:
            assert operation["security"] == [{"portal": []}]
            continue
        if route[1].startswith(RECEIVE):
            assert (operation["security"], routes[route]["security"]) == ([{"receiver": []}], [{"NONE": []}])
            continue
        documented = [scope for entry in operation.get("security", []) for scope in entry["jwt"]]
        (security,) = routes[route]["security"]
        assert security == ({"JwtAuthorizer": documented} if documented else {"NONE": []}), route


def test_every_operation_says_what_it_is(document: ApiDocument) -> None:
    """A name of its own, a summary, a tag, and a description of every parameter."""
    names = [operation["operationId"] for operation in document.routes.values()]
    assert len(set(names)) == len(names)
    for route, operation in document.routes.items():
        assert operation["summary"], route
        assert operation["tags"], route
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (route, parameter["name"])


def test_every_error_is_a_problem_or_the_gateways_own(document: ApiDocument) -> None:
    """What comes from the function is a problem detail."""
    for route, operation in document.routes.items():
        for status, response in operation["responses"].items():
            if status < "400":
                continue
            shapes = {
                (content_type, content["schema"]["$ref"].rpartition("/")[2])
                for content_type, content in response["content"].items()
            }
            expected = {GATEWAYS} if status in ("401", "403", "429", "500") else {OURS}
            if status in ("401", "403") and " ".join(route).replace("/portal", "", 1) in CAPABILITIES:
                # The authorizer refuses tokens, the function portal sessions.
                expected = {GATEWAYS, OURS}
            if status == "401" and route[1].startswith(RECEIVE):
                expected = {OURS}
            is_counted = route[1].startswith(("/accounts/", RECEIVE)) and route != ENDING_SESSIONS
            if status == "429" and is_counted and "security" in operation:
                # API Gateway limits all accounts together, the function each account.
                expected = {GATEWAYS, OURS}
            assert shapes == expected, (route, status)


def test_what_validates_input_documents_its_refusals(document: ApiDocument) -> None:
    """A body can be unreadable, of another kind or wrong; a route without input has none of that."""
    for route, operation in document.routes.items():
        statuses = operation["responses"].keys()
        has_body = "requestBody" in operation
        has_query = any(parameter["in"] == "query" for parameter in operation.get("parameters", []))
        has_key = any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", []))
        assert ("422" in statuses) == (has_body or has_query or has_key), route
        if has_body:
            assert {"400", "415"} <= statuses, route


def test_every_post_that_changes_something_takes_a_key(document: ApiDocument) -> None:
    """And says what becomes of it; tests, previews, portal sessions and links of mails take none, nor other methods."""
    for (method, path), operation in document.routes.items():
        names = {parameter["name"] for parameter in operation.get("parameters", [])}
        of_account = path.startswith("/accounts/") and not path.endswith(KEYLESS)
        assert ("Idempotency-Key" in names) == (method == "POST" and of_account), path
        if "Idempotency-Key" in names:
            answers = operation["responses"]
            (success,) = (answers[status] for status in answers if status < "300")
            assert "Idempotent-Replayed" in success["headers"], path
            assert "Retry-After" in answers["409"]["headers"], path
            assert all("Idempotency-Key" in answers[status]["description"] for status in ("400", "409", "422")), path


def test_nothing_of_the_tools_is_left_in_it(document: ApiDocument) -> None:
    """Neither titles made of names, nor null for what is left out, nor schemas that nothing refers to."""
    text = json.dumps(document.content)
    assert "ValidationError" not in text
    for place, value in objects(document.content):
        if not place.endswith("/properties"):
            assert "title" not in value or place == "/info", place
            assert ("default", None) not in value.items(), place
        assert {"type": "null"} not in value.get("anyOf", []), place
    for name in document.content["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text, name


def test_what_is_entered_is_closed(document: ApiDocument) -> None:
    """Unknown fields are refused, and the document says so."""
    for route, operation in document.routes.items():
        if "requestBody" in operation:
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            schema = document.content["components"]["schemas"][reference.rpartition("/")[2]]
            assert schema["additionalProperties"] is False, route
