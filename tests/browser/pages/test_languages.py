"""The console in each of its languages: what the API says of failures and refusals is in no other one."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from recado.rules.sending.attempt import (
    CLIENT_CERTIFICATE,
    HINTS_BY_STATUS,
    REFUSED_CERTIFICATE,
    Failure,
    FailureClass,
)
from tests.browser.support import languages
from tests.browser.support.languages import LANGUAGES
from tests.browser.support.showcase import CRM, REPORTING, Showcase
from tests.browser.support.tabs import OpenTab

pytestmark = pytest.mark.deep

TOKENS = "The token server"
DETAILS = {
    FailureClass.BLOCKED_TARGET: ("The target URL must start with https://.", "x.example leads to a private address."),
    FailureClass.DNS: ("x.example could not be resolved: Name or service not known.", "x.example has no address."),
    FailureClass.CONNECT: ("No connection to x.example: connection refused.", "No connection to x.example: timed out."),
    FailureClass.TLS: (
        "The TLS handshake failed: certificate has expired.",
        f"{CLIENT_CERTIFICATE}: certificate required.",
        f"{REFUSED_CERTIFICATE}: unknown CA.",
    ),
    FailureClass.TIMEOUT: ("The receiver did not answer within 5 seconds.", "The receiver did not answer in time."),
    FailureClass.CLOSED: ("The receiver closed the connection in the middle of its answer.",),
    FailureClass.REDIRECT: ("The receiver answered with status 308, which leads to https://x.example/.",),
    FailureClass.CLIENT_ERROR: ("The receiver answered with status 404.",),
    FailureClass.SERVER_ERROR: ("The receiver answered with status 503.",),
    FailureClass.PROTOCOL: (
        "What the receiver answered is not HTTP.",
        "The answer has batchItemFailures, but as no list.",
    ),
    FailureClass.OAUTH2: (
        f"{TOKENS} answered with status 200, but without an access_token.",
        f"{TOKENS} answered with status 401: invalid_client.",
        "The token URL must not lead to this API itself.",
    ),
}
# What may be refused while a page is looked at; of fields that the page does not show.
REFUSALS: dict[int, dict[str, Any]] = {
    400: {"detail": "accountId must be a text.", "errors": [{"field": "accountId", "message": "must be a text"}]},
    403: {"detail": "The token lacks the scope."},
    404: {"detail": "There is nothing here that this token reaches."},
    409: {"detail": "The webhook has no signature: change its authentication to type SIGNATURE first."},
    412: {"detail": "The webhook has been changed meanwhile: read it again, and send its ETag as If-Match."},
    422: {
        "detail": "cursor must be the nextCursor of another page of the same list.",
        "errors": [{"field": "cursor", "message": "must be the nextCursor of another page of the same list"}],
    },
    429: {
        "detail": "The account may use 6000 read units of the database a minute, and has used them: try again in 7 s."
    },
    500: {"message": "Internal Server Error"},
    503: {"detail": "Others are changing this webhook too: try again in a moment."},
}


def failures() -> list[Failure]:
    """A failure of each class, and of each of the statuses that have a hint of their own."""
    known = [
        Failure(kind, detail, timeout_seconds=5 if kind is FailureClass.TIMEOUT else None)
        for kind, details in DETAILS.items()
        for detail in details
    ]
    refused = [
        Failure(FailureClass.CLIENT_ERROR, f"The receiver answered with status {status}.", status_code=status)
        for status in HINTS_BY_STATUS
        if status >= 400
    ]
    named = Failure(FailureClass.CLIENT_ERROR, "The receiver did not take this event: no such course", status_code=200)
    return [*known, *refused, named]


def attempts() -> list[dict[str, Any]]:
    """An attempt for each of these, as the API shows it."""
    shown = {
        "webhookId": "wh_1", "startedAt": "2026-11-24T08:00:00.000Z", "latencyMs": 85, "delivered": False,
        "messageId": "m_1", "events": 2, "deliveryIds": ["d_1"], "address": "192.0.2.1",
        "request": {"url": "https://x.example/", "headers": {"content-type": "application/json"}, "bytes": 120},
    }  # fmt: skip
    answers = ("[hidden] The answer holds the password, so none of it is shown.", "[binary, image/png, 1,296 bytes]")
    return [
        {
            **shown,
            "attemptId": f"at_{number}",
            "response": {"headers": {}, "body": answers[number % 2], "truncated": bool(number % 3)},
            "error": {
                "failureClass": failure.failure_class,
                "detail": failure.detail,
                "hint": failure.hint,
                **({} if failure.status_code is None else {"statusCode": failure.status_code}),
                **({} if failure.timeout_seconds is None else {"timeoutSeconds": failure.timeout_seconds}),
            },
        }
        for number, failure in enumerate(failures())
    ]


def test_every_class_of_failure_is_told_here() -> None:
    """Also one that is added later."""
    assert {failure.failure_class for failure in failures()} == set(FailureClass)


def test_failures_are_told_in_the_readers_language(open_tab: OpenTab, shown: Showcase) -> None:
    """Name, reason and advice of every class of failure, and what stands in the place of an answer."""
    page = open_tab("/console", shown.session)
    page.route(
        re.compile(r"/deliveries/[^/]+/attempts"),
        lambda route: route.fulfill(json={"attempts": attempts()}),
    )
    page.goto(f"/console{shown.delivery(REPORTING)}")
    expect(page.locator(".attempt")).to_have_count(len(failures()))
    for code in LANGUAGES:
        languages.choose(page, code)
        languages.assert_pure(page, code)


@pytest.mark.meets(*map(str, REFUSALS))
@pytest.mark.parametrize("status", REFUSALS)
def test_refusals_are_told_in_the_readers_language(open_tab: OpenTab, shown: Showcase, status: int) -> None:
    """Whatever the API refuses a page with, its problem document is not in English to others."""

    def refuse(route: Route) -> None:
        document = (
            {"status": status, "title": "x", **REFUSALS[status]} if "detail" in REFUSALS[status] else REFUSALS[status]
        )
        headers = {"Retry-After": "7"} if status == 429 else {}
        route.fulfill(
            status=status, body=json.dumps(document), content_type="application/problem+json", headers=headers
        )

    page = open_tab("/console", shown.session)
    page.route(re.compile(r"//[^/]+/accounts/[^/]+/webhooks/[^/]+/deliveries(\?|$)"), refuse)
    page.goto(f"/console{shown.webhook(CRM)}/deliveries")
    expect(page.get_by_role("alert").locator(".notice-bad").first).to_be_visible()
    for code in LANGUAGES:
        languages.choose(page, code)
        languages.assert_pure(page, code)
