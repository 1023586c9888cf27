"""Request bodies."""

import base64
from http import HTTPStatus
from typing import Any

import pytest

from recado.http_api.shared.bodies import load_json, with_json_body
from recado.http_api.shared.problems import InvalidRequestError


def request(body: str | None, content_type: str | None = "application/json", method: str = "POST") -> dict[str, Any]:
    """Build what of an event says something of its body."""
    headers = {"host": "api.example"} | ({} if content_type is None else {"Content-Type": content_type})
    event: dict[str, Any] = {"requestContext": {"http": {"method": method}}, "headers": headers}
    return event if body is None else event | {"body": body}


@pytest.mark.parametrize("content_type", [None, "application/json", "APPLICATION/JSON ; charset=utf-8"])
def test_json_is_declared_in_one_way(content_type: str | None) -> None:
    """Under one spelling of the header's name too; the other headers stay."""
    event = with_json_body(request("{}", content_type))

    assert event["headers"] == {"host": "api.example", "content-type": "application/json"}
    assert (event["body"], event["isBase64Encoded"]) == ("{}", False)


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_other_content_is_refused(content_type: str) -> None:
    """415, whatever the body holds."""
    with pytest.raises(InvalidRequestError) as refusal:
        with_json_body(request("{}", content_type))

    assert (refusal.value.field, refusal.value.status) == ("Content-Type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


@pytest.mark.parametrize(
    "event",
    [
        request(None, "text/plain"),
        request("", "text/plain"),
        request("x", "text/plain", "GET"),
        request("x", "", "DELETE"),
    ],
)
def test_where_there_is_no_body_its_declaration_does_not_matter(event: dict[str, Any]) -> None:
    """Nor where the method has none."""
    assert with_json_body(event) is event


def test_base64_is_decoded() -> None:
    """So that nothing after this needs to know of it."""
    encoded = base64.b64encode('{"ü": 1}'.encode()).decode()

    assert with_json_body(request(encoded) | {"isBase64Encoded": True})["body"] == '{"ü": 1}'


@pytest.mark.parametrize("body", ["/w==", "%", "abc", "é"])
def test_what_is_no_text_is_refused(body: str) -> None:
    """400, whether the Base64 or the UTF-8 is wrong."""
    with pytest.raises(InvalidRequestError) as refusal:
        with_json_body(request(body) | {"isBase64Encoded": True})

    assert (refusal.value.field, refusal.value.status) == ("body", HTTPStatus.BAD_REQUEST)


def test_an_object_is_loaded() -> None:
    """And anything else is refused: what is not JSON as unreadable, what is no object as invalid."""
    assert load_json('{"a": [1]}') == {"a": [1]}
    for text, status in (("{", 400), ("NaN", 400), ("[{}]", 422), ("null", 422), ('"{}"', 422)):
        with pytest.raises(InvalidRequestError) as refusal:
            load_json(text)
        assert (refusal.value.field, refusal.value.status) == ("body", status)
