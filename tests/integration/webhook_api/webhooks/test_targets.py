"""Targets over HTTP, as they are judged on AWS."""

import pytest

from tests.support.api.client import DOMAIN_NAME, ApiClient, draft
from tests.support.aws.stack import API_ID

OWN_URLS = [
    f"https://{DOMAIN_NAME}/accounts/1010/events",
    f"https://{DOMAIN_NAME.upper()}:443/",
    f"https://{API_ID}.execute-api.us-east-1.amazonaws.com/accounts/1010/events",
]


@pytest.mark.parametrize("url", OWN_URLS)
def test_a_webhook_cannot_lead_to_this_api(api: ApiClient, url: str) -> None:
    """Not when it is registered, changed or tested, under neither of the API's names."""
    webhook = api.create()
    answers = [
        api.call("POST", api.webhooks, draft(targetUrl=url)),
        api.call("PATCH", api.path(webhook), {"targetUrl": url}),
        api.call("POST", f"{api.webhooks}/test", {"eventName": "CI_STATS", "targetUrl": url}),
        api.call("POST", f"{api.path(webhook)}/test", {"eventName": "CI_STATS", "targetUrl": url}),
    ]

    assert [(answer.status, answer.fields) for answer in answers] == [(422, ["targetUrl"])] * 4
    assert "must not lead to this API itself" in answers[0].json["errors"][0]["message"]
    assert api.get(api.path(webhook)).json["targetUrl"] == webhook["targetUrl"]


def test_an_international_name_is_shown_as_it_was_typed(api: ApiClient) -> None:
    """And is judged and contacted in its ASCII form."""
    webhook = api.create(targetUrl="https://bücher.example/hook")

    assert webhook["targetUrl"] == "https://bücher.example/hook"
    assert api.get(api.path(webhook)).json["targetUrl"] == "https://bücher.example/hook"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://ⓛocalhost/", "must not name a local host"),
        ("https://①②⑦.⓪.⓪.①/", "must name a host, not an IP address"),
        ("https://bücher.example/é", "must not hold é in its path or query: write %C3%A9 instead"),
    ],
)
def test_a_name_that_only_looks_like_another_is_refused(api: ApiClient, url: str, reason: str) -> None:
    """With the reason."""
    answer = api.call("POST", api.webhooks, draft(targetUrl=url))

    assert (answer.status, answer.fields) == (422, ["targetUrl"])
    assert reason in answer.json["errors"][0]["message"]
