"""Request bodies: JSON objects, and whatever else callers send."""

import json
from typing import Any

import pytest

from tests.support.api.client import Answer, ApiClient, draft

SOUND = json.dumps(draft())


def post(api: ApiClient, text: str | bytes, **headers: str) -> Answer:
    """Try to register a webhook with a body as it stands."""
    event = api.request("POST", api.webhooks, text, headers={name.replace("_", "-"): headers[name] for name in headers})
    answer = api.send(event)
    api.document.check("POST", "/accounts/{accountId}/webhooks", answer)
    return answer


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON", "application/json; charset=utf-8", "application/json;x=y"]
)
def test_json_is_read(api: ApiClient, content_type: str) -> None:
    """However the content type spells it, and under any spelling of the header's name."""
    assert post(api, SOUND, **{"content-type": content_type}).status == 201
    event = api.request("POST", api.webhooks, SOUND)
    del event["headers"]["content-type"]
    assert api.send({**event, "headers": {**event["headers"], "Content-Type": content_type}}).status == 201


def test_a_body_without_a_content_type_is_taken_for_json(api: ApiClient) -> None:
    """There is nothing else that it could be."""
    event = api.request("POST", api.webhooks, SOUND)
    del event["headers"]["content-type"]

    assert api.send(event).status == 201


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "text/json",
        "application/jsonp",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
    ],
)
@pytest.mark.parametrize("in_base64", [False, True])
def test_other_content_is_refused(api: ApiClient, content_type: str, in_base64: bool) -> None:
    """Also a form, which the router would read otherwise; on every route that takes a body."""
    webhook = api.create(authentication={"type": "SIGNATURE"})
    text = SOUND.encode() if in_base64 else SOUND
    for method, path in (
        ("POST", api.webhooks),
        ("PATCH", api.path(webhook)),
        ("POST", api.path(webhook, "/signature")),
        ("POST", api.events),
    ):
        answer = api.send(api.request(method, path, text, headers={"content-type": content_type}))
        assert (answer.status, answer.fields) == (415, ["Content-Type"]), (method, path)
    assert api.as_registered(webhook) == webhook


def test_a_body_in_base64_is_read(api: ApiClient) -> None:
    """As API Gateway passes on what it takes for binary."""
    assert post(api, json.dumps(draft(name="São Paulo"), ensure_ascii=False).encode()).json["name"] == "São Paulo"


@pytest.mark.parametrize("body", [b"\xff", b'{"name": "\xe9"}', "é", "%%%", "abc"])
def test_bytes_that_are_no_text_are_refused(api: ApiClient, body: str | bytes) -> None:
    """Bytes that are not UTF-8, and Base64 that is none."""
    event = api.request("POST", api.webhooks, body)
    answer = api.send({**event, "isBase64Encoded": True})

    assert (answer.status, answer.fields) == (400, ["body"])


@pytest.mark.parametrize("text", ["null", "[]", f"[{SOUND}]", "5", "1.5", "true", '"x"', json.dumps(SOUND)])
def test_json_that_is_no_object_is_refused(api: ApiClient, text: str) -> None:
    """A list with a webhook in it is no webhook."""
    for method, path in (("POST", api.webhooks), ("PATCH", f"{api.webhooks}/wh_0"), ("POST", api.events)):
        answer = api.send(api.request(method, path, text))
        assert (answer.status, answer.json["detail"]) == (422, "body must be a JSON object.")
    assert api.get(api.webhooks).json["webhooks"] == []


@pytest.mark.parametrize("text", [None, ""])
def test_a_missing_body_is_named(api: ApiClient, text: str | None) -> None:
    """It is a field like any other."""
    for method, path in (("POST", api.webhooks), ("PATCH", f"{api.webhooks}/wh_0"), ("POST", api.events)):
        answer = api.send(api.request(method, path, text))
        assert (answer.status, answer.json["detail"]) == (422, "body is required.")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON: "),
        ("{'name': 'a'}", "not JSON: "),
        ("\ufeff{}", "not JSON: "),
        ("{} {}", "not JSON: "),
        ('{"name": "a\nb"}', "not JSON: "),
        ('{"a": NaN}', "NaN is not JSON"),
        ('{"a": -Infinity}', "-Infinity is not JSON"),
        ('{"a": 1e999}', "a number is not finite"),
        ('{"a": "\\ud800"}', "lone surrogate"),
        ('{"\\udfff": 1}', "lone surrogate"),
        ('{"a": {"b": [-' + "9" * 4301 + "]}}", "a number has more than 4300 digits"),
        ('{"a": ' + "9" * 5000 + "}", "a number has more than 4300 digits"),
        ('{"a": ' + "[" * 1000 + "]" * 1000 + "}", "nested deeper than 100 levels"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested deeper than 100 levels"),
    ],
    ids=lambda value: value[:20],
)
def test_what_some_reader_would_stumble_over_is_refused(api: ApiClient, text: str, reason: str) -> None:
    """With the reason, before any field is looked at."""
    for path in (api.webhooks, api.events):
        answer = api.send(api.request("POST", path, text))
        assert (answer.status, answer.fields) == (400, ["body"])
        assert answer.json["detail"].startswith("body cannot be read: ")
        assert reason in answer.json["detail"]


def test_a_huge_body_is_answered(api: ApiClient) -> None:
    """Six megabytes, as much as an invocation can bring, in a field that is too long and in one that is unknown."""
    large = "x" * 6_000_000

    answer = post(api, json.dumps(draft(name=large)))
    assert (answer.status, answer.fields) == (422, ["name"])

    answer = post(api, json.dumps({**draft(), large: 1}))
    assert (answer.status, len(answer.text) < 1_000) == (422, True)


@pytest.mark.parametrize(
    "body",
    [
        {**draft(), **{f"unknown{number}": 1 for number in range(10_000)}},
        draft(eventNames=[1] * 100_000),
        draft(headers={f"X-{number}": 1 for number in range(10_000)}),
    ],
    ids=["fields", "eventNames", "headers"],
)
def test_an_answer_names_the_first_of_many_wrong_fields(api: ApiClient, body: Any) -> None:
    """An answer as long as the request would help nobody, and could be too long for Lambda."""
    answer = api.call("POST", api.webhooks, body)

    assert (answer.status, len(answer.fields)) == (422, 20)


def test_the_body_of_a_reading_is_ignored(api: ApiClient) -> None:
    """As HTTP says; also of a removal, which takes none. A rotation may have one, and then it must be sound."""
    webhook = api.create(authentication={"type": "SIGNATURE"})
    for method, rest, status in (("GET", "", 200), ("POST", "/signature", 400), ("DELETE", "", 204)):
        assert api.send(api.request(method, api.path(webhook, rest), "}{")).status == status
