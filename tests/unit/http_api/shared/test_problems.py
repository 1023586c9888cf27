"""Errors as problem details."""

import json
from http import HTTPStatus

from aws_lambda_powertools import Logger

from recado.http_api.shared.field_problems import FieldProblem
from recado.http_api.shared.problems import InvalidRequestError, Problems, not_found, problem, refusal, try_again
from recado.ports.activity import KeyReusedError
from recado.ports.repeating import StillUnderWayError


def test_a_problem_is_as_rfc_9457_describes_it() -> None:
    """Type, title and status of HTTP itself; the fields that were refused only where there are any."""
    response = problem(HTTPStatus.CONFLICT, "Because.")

    assert (response.status_code, response.headers["Content-Type"]) == (409, "application/problem+json")
    assert json.loads(response.body or "") == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "Because.",
    }
    errors = [FieldProblem(field="a", message="is required")]
    assert json.loads(problem(HTTPStatus.CONFLICT, "x", errors).body or "")["errors"] == [
        {"field": "a", "message": "is required"}
    ]


def test_a_refusal_names_its_field_in_a_sentence() -> None:
    """With the status that was asked for, else as an invalid field."""
    response = refusal(InvalidRequestError("limit", "must be at least 1"))
    body = json.loads(response.body or "")
    assert (response.status_code, body["detail"]) == (422, "limit must be at least 1.")
    assert body["errors"] == [{"field": "limit", "message": "must be at least 1"}]

    assert refusal(InvalidRequestError("a", "b", HTTPStatus.BAD_REQUEST)).status_code == 400


def test_what_may_be_repeated_says_when() -> None:
    """In seconds."""
    assert (try_again("x").status_code, try_again("x").headers["Retry-After"]) == (503, "2")


def test_what_is_not_found_is_always_the_same() -> None:
    """Whatever was asked for."""
    assert json.loads(not_found().body or "")["detail"] == "There is nothing here that this token reaches."


def test_a_key_of_another_request_is_named() -> None:
    """Also where it is the change that finds it, and not the answer that is kept."""
    response = Problems(Logger(service="recado"), webhook_limit=5).of(KeyReusedError())
    body = json.loads(response.body or "")

    assert (response.status_code, [error["field"] for error in body["errors"]]) == (422, ["Idempotency-Key"])


def test_a_request_that_is_under_way_is_to_be_repeated() -> None:
    """In seconds."""
    response = Problems(Logger(service="recado"), webhook_limit=5).of(StillUnderWayError())

    assert (response.status_code, response.headers["Retry-After"]) == (409, "2")
