"""Validation: the problem names the field and says what is accepted."""

from typing import Any

import pytest

from tests.support.api.client import Answer, ApiClient, draft

LONG = "x" * 2048
NO_EVENT_TYPE = "must be a name of the catalogue (GET /event-types), a prefix and '.*' such as 'order.*', or '*' alone"


def refused(api: ApiClient, **changes: Any) -> Answer:
    """Try to register a webhook with these fields, and to change one to them: both must be refused alike."""
    webhook = api.create()
    created = api.call("POST", api.webhooks, {**draft(), **changes})
    changed = api.call("PATCH", api.path(webhook), changes)

    assert (created.status, changed.status) == (422, 422), (created.text, changed.text)
    assert created.json == changed.json
    assert created.headers["Content-Type"] == "application/problem+json"
    problem = created.json
    assert (problem["type"], problem["status"]) == ("about:blank", 422)
    assert problem["detail"] == " ".join(f"{entry['field']} {entry['message']}." for entry in problem["errors"])
    assert [entry["webhookId"] for entry in api.get(api.webhooks).json["webhooks"]] == [webhook["webhookId"]]
    assert api.as_registered(webhook) == webhook
    return created


def test_all_that_is_wrong_is_told_at_once(api: ApiClient) -> None:
    """Whoever has mended one field does not learn of the next one only then; what is right is not named."""
    answer = refused(
        api,
        name="x" * 101,
        description="of no harm",
        targetUrl="ftp://receiver.example/",
        eventNames=["NO_SUCH_EVENT", "CI_STATS", "COURSE_*"],
        headers={"Host": "h", "X-A": "1", "X B": "2"},
        delivery={"maxEvents": 0, "timeoutSeconds": 5, "maxBytes": 1},
        filter="data.a >",
        authentication={"type": "SIGNATURE", "secret": "whsec_x"},
    )

    assert answer.fields == [
        "name",
        "targetUrl",
        "eventNames[0]",
        "eventNames[2]",
        "headers.Host",
        "headers.X B",
        "delivery.maxEvents",
        "delivery.maxBytes",
        "filter",
        "authentication.secret",
    ]


def test_of_many_wrong_names_the_first_are_told(api: ApiClient) -> None:
    """An answer stays short, however many names a request holds."""
    answer = refused(api, eventNames=[f"NO_{number}" for number in range(100)])

    assert answer.fields == [f"eventNames[{number}]" for number in range(20)]


@pytest.mark.parametrize("value", ["", "   ", "x" * 101, "a\nb", "a\tb", "\x00", "\x7f", "a\u2028b", "\u202egnp.exe"])
def test_a_name_is_short_and_in_one_line(api: ApiClient, value: str) -> None:
    """And neither control characters nor signs that turn the direction of writing hide in it."""
    answer = refused(api, name=value)

    assert answer.json["detail"] == "name must be 1 to 100 characters without line breaks or control characters."


@pytest.mark.parametrize("value", ["x" * 100, "€" * 100, "名前 🚀", "العربية", "O'Hara & Søn <b>", "a\u200db"])
def test_a_name_is_in_any_language(api: ApiClient, value: str) -> None:
    """It comes back as it was entered."""
    webhook = api.create(name=value)

    assert api.get(api.path(webhook)).json["name"] == value


@pytest.mark.parametrize("value", ["x" * 1001, "\x00", "a\x0bb", "a\rb", "\u2066"])
def test_a_description_is_a_text_of_lines(api: ApiClient, value: str) -> None:
    """Of a thousand characters at most."""
    assert refused(api, description=value).fields == ["description"]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "must be a URL such as"),
        ("http://receiver.example/", "must start with https://"),
        ("https://receiver.example:80/", "must use one of the ports 443, 8443"),
        ("https://u:p@receiver.example/", "must not hold a user name or password"),
        ("https://127.0.0.1\\@receiver.example/", "must not hold \\ before its path: write / instead"),
        ("https://127.0.0.1/", "must name a host, not an IP address"),
        ("https://①②⑦.⓪.⓪.①/", "must name a host, not an IP address"),
        ("https://receiver.example/" + LONG, "must not be longer than 2048 characters"),
    ],
)
def test_a_target_is_an_https_address_of_the_internet(api: ApiClient, value: str, reason: str) -> None:
    """What leads inside is refused when it is entered, as far as its text shows."""
    answer = refused(api, targetUrl=value)

    assert answer.fields == ["targetUrl"]
    assert reason in answer.json["errors"][0]["message"]


@pytest.mark.parametrize(
    ("value", "field", "reason"),
    [
        ([], "eventNames", "must not be empty"),
        (["CI_STATS", "NO_SUCH_EVENT"], "eventNames[1]", NO_EVENT_TYPE),
        (["ci_stats"], "eventNames[0]", NO_EVENT_TYPE),
        ([""], "eventNames[0]", NO_EVENT_TYPE),
        ([LONG], "eventNames[0]", NO_EVENT_TYPE),
        (["order*"], "eventNames[0]", NO_EVENT_TYPE),
        ([".*", "**"], "eventNames[1]", NO_EVENT_TYPE),
        (["CI_STATS", "*"], "eventNames[1]", "must stand alone: '*' is every event type"),
        (["CI_STATS", 5], "eventNames[1]", "must be a text"),
        ([None], "eventNames[0]", "must be a text"),
        ("CI_STATS", "eventNames", "must be a list"),
        ({"CI_STATS": True}, "eventNames", "must be a list"),
    ],
)
def test_event_names_are_of_the_catalogue(api: ApiClient, value: object, field: str, reason: str) -> None:
    """The problem says which one is not."""
    assert refused(api, eventNames=value).json["errors"] == [{"field": field, "message": reason}]


@pytest.mark.parametrize(
    ("value", "field", "reason"),
    [
        ({f"X-{number}": "1" for number in range(11)}, "headers", "must be at most 10"),
        ({"webhook-signature": "v1,x"}, "headers.webhook-signature", "is reserved"),
        ({"X-A": "a\r\nX-B: b"}, "headers.X-A", "must have a value of 1 to 1024 visible ASCII characters"),
        ({"X-A\r\n": "1"}, "headers.X-A\r\n", "must be an HTTP header name"),
        ({"": "1"}, "headers.", "must be an HTTP header name"),
        ({LONG: "1"}, "headers." + LONG[:100], "must be an HTTP header name"),
        ({"X-A": 1}, "headers.X-A", "must be a text"),
        ({"NONE": None}, "headers.NONE", "must be a text"),
        ({"body": ["1"]}, "headers.body", "must be a text"),
        ([["X-A", "1"]], "headers", "must be a JSON object"),
        ("X-A: 1", "headers", "must be a JSON object"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_headers_are_ten_of_the_admins_own(api: ApiClient, value: object, field: str, reason: str) -> None:
    """None that we send ourselves, and none that would end a line."""
    answer = refused(api, headers=value)

    assert answer.fields == [field]
    assert answer.json["errors"][0]["message"].startswith(reason)


@pytest.mark.parametrize(
    ("value", "field", "reason"),
    [
        ({}, "authentication.type", "is required"),
        ({"type": "OAUTH"}, "authentication.type", "must be one of NONE, BASIC, BEARER, HEADER, SIGNATURE, OAUTH2"),
        ({"type": "basic"}, "authentication.type", "must be one of NONE, BASIC, BEARER, HEADER, SIGNATURE, OAUTH2"),
        ({"type": None}, "authentication.type", "must be one of NONE, BASIC, BEARER, HEADER, SIGNATURE, OAUTH2"),
        ({"type": "NONE", "username": "u"}, "authentication.username", "is not a field of this request"),
        ({"type": "NONE", "secret": "whsec_x"}, "authentication.secret", "is not a field of this request"),
        ({"type": "SIGNATURE", "secret": "whsec_x"}, "authentication.secret", "must be 24 to 64 bytes in base64"),
        ({"type": "SIGNATURE", "secret": 1}, "authentication.secret", "must be a text"),
        ({"type": "BASIC", "password": "p"}, "authentication.username", "is required"),
        ({"type": "BASIC", "username": "u"}, "authentication.password", "must be 1 to 255 characters"),
        ({"type": "BASIC", "username": "u", "password": ""}, "authentication.password", "must be 1 to 255"),
        ({"type": "BASIC", "username": "u:v", "password": "p"}, "authentication.username", "must be 1 to 255"),
        ({"type": "BASIC", "username": "u", "password": "p\n"}, "authentication.password", "must be 1 to 255"),
        ({"type": "BASIC", "username": 1, "password": "p"}, "authentication.username", "must be a text"),
        ({"type": "BASIC", "username": "u", "password": 1}, "authentication.password", "must be a text"),
        ({"type": "BASIC", "username": "u", "password": "p", "BASIC": 1}, "authentication.BASIC", "is not a field"),
        ("NONE", "authentication", "must be a JSON object"),
        ([], "authentication", "must be a JSON object"),
    ],
)
def test_authentication_is_of_one_of_three_types(api: ApiClient, value: object, field: str, reason: str) -> None:
    """Each with its own fields."""
    answer = refused(api, authentication=value)

    assert answer.fields == [field]
    assert answer.json["errors"][0]["message"].startswith(reason)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": 5}, "must be a text"),
        ({"name": ["a"]}, "must be a text"),
        ({"description": {}}, "must be a text"),
        ({"targetUrl": False}, "must be a text"),
        ({"active": "true"}, "must be true or false"),
        ({"active": 1}, "must be true or false"),
        ({"ordered": "no"}, "must be true or false"),
        ({"Name": "a"}, "is not a field of this request"),
        ({"target_url": "https://a.example"}, "is not a field of this request"),
        ({"webhookId": "wh_1"}, "is not a field of this request"),
        ({"accountId": "1010"}, "is not a field of this request"),
        ({"status": "ACTIVE"}, "is not a field of this request"),
        ({"health": {"state": "HEALTHY"}}, "is not a field of this request"),
        ({"version": 1}, "is not a field of this request"),
        ({"": 1}, "is not a field of this request"),
    ],
    ids=str,
)
def test_a_wrong_type_or_an_unknown_field_is_named(api: ApiClient, changes: dict[str, Any], message: str) -> None:
    """Nothing is guessed, and nothing ignored: what is shown only is refused as well."""
    (field,) = changes
    assert refused(api, **changes).json["errors"] == [{"field": field or "body", "message": message}]


@pytest.mark.parametrize("field", ["name", "targetUrl", "eventNames"])
def test_what_a_webhook_needs_is_required(api: ApiClient, field: str) -> None:
    """The problem names all that is missing."""
    answer = api.call("POST", api.webhooks, draft(**{field: None}))
    assert answer.json["detail"] == f"{field} is required."
    assert api.call("POST", api.webhooks, {}).fields == ["name", "targetUrl", "eventNames"]


@pytest.mark.parametrize(
    "field", ["name", "targetUrl", "eventNames", "description", "authentication", "headers", "active", "ordered"]
)
def test_null_is_refused(api: ApiClient, field: str) -> None:
    """It could mean "leave it as it is" as well as "remove it"."""
    webhook = api.create()
    changed = api.call("PATCH", api.path(webhook), {field: None})
    assert changed.json["errors"] == [{"field": field, "message": "must not be null: leave the field out to keep it"}]

    created = api.call("POST", api.webhooks, {**draft(), field: None})
    assert (created.status, created.fields) == (422, [field])


@pytest.mark.parametrize("path", ["", "/test"])
def test_a_password_of_null_is_refused(api: ApiClient, path: str) -> None:
    """It is neither "keep the password" nor "remove it"."""
    webhook = api.create(authentication={"type": "BASIC", "username": "u", "password": "pass-word"})
    body = {"authentication": {"type": "BASIC", "username": "u", "password": None}}

    if path:
        answer = api.call("POST", api.path(webhook, path), {**body, "eventName": "CI_STATS"})
    else:
        answer = api.call("PATCH", api.path(webhook), body)

    message = "must not be null: leave the field out to keep it"
    assert answer.json["errors"] == [{"field": "authentication.password", "message": message}]


def test_all_wrong_types_are_named_at_once(api: ApiClient) -> None:
    """So that a form can show each at its field."""
    answer = refused(api, name=1, eventNames=[2], authentication={"type": "X"}, unknown=True)

    assert answer.fields == ["name", "eventNames[0]", "authentication.type", "unknown"]


def test_an_answer_never_repeats_what_was_entered(api: ApiClient) -> None:
    """It might be a secret in the wrong field; names of fields are shown, up to a length."""
    answer = refused(
        api, name={"x": "hunter2"}, active="hunter2", headers={"X-A": ["hunter2"]}, description=["hunter2"]
    )

    assert "hunter2" not in answer.text
