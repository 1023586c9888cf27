"""Changes on condition: ETag, `If-Match` and the version."""

from typing import Any, NoReturn

import pytest

from tests.support.api.client import Answer, ApiClient
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.lost_answers import TransactionsUnderWay

CHANGES = ("PATCH", "POST", "DELETE")


def by_each(first: str | None, *others: str | None) -> list[tuple[str, str | None]]:
    """Pair the first spelling with every change and the others, which one function reads for all, with PATCH."""
    return [*((method, first) for method in CHANGES), *(("PATCH", other) for other in others)]


def change(api: ApiClient, method: str, webhook: Any, if_match: str | None) -> Answer:
    """Change, rotate or remove, with this `If-Match`."""
    headers = {} if if_match is None else {"If-Match": if_match}
    if method == "PATCH":
        return api.call("PATCH", api.path(webhook), {"name": f"New after {if_match}"}, headers=headers)
    return api.call(method, api.path(webhook, "/signature" if method == "POST" else ""), headers=headers)


@pytest.fixture
def webhook(api: ApiClient) -> Any:
    """Give a webhook of version 2."""
    created = api.create(authentication={"type": "SIGNATURE"})
    return api.call("PATCH", api.path(created), {"name": "Old"}).json


@pytest.mark.parametrize(
    ("method", "if_match"),
    [*by_each('"2"', ' "2" ', 'W/"2"', "2", "*", " * "), *((method, None) for method in CHANGES)],
)
def test_the_version_that_is_meant_is_changed(api: ApiClient, webhook: Any, method: str, if_match: str | None) -> None:
    """Named by its ETag, strong or weak (as compressing proxies make it), without its quotes, or not at all."""
    answer = change(api, method, webhook, if_match)

    assert answer.status in (200, 204)
    if method == "DELETE":
        assert api.get(api.path(webhook)).status == 404
    else:
        assert answer.headers["ETag"] == '"3"'
        assert api.get(api.path(webhook)).json["version"] == 3


@pytest.mark.parametrize(("method", "if_match"), by_each('"1"', '"3"', 'W/"1"', "0", '"0000000009"'))
def test_another_version_is_left_alone(api: ApiClient, webhook: Any, method: str, if_match: str) -> None:
    """412, and what to do."""
    answer = change(api, method, webhook, if_match)

    assert answer.status == 412
    assert "read it again" in answer.json["detail"]
    assert api.as_registered(webhook) == webhook


@pytest.mark.parametrize(
    ("method", "if_match"),
    by_each("", "x", '"x"', '""', '"-1"', '"1", "2"', '"2', '2"', "2.0", "٢", '"12345678901"', 'w/"2"', "**", "\n"),
)
def test_what_is_no_etag_of_ours_is_refused(api: ApiClient, webhook: Any, method: str, if_match: str) -> None:
    """400 names the header; taking it for no condition would change what nobody has seen."""
    answer = change(api, method, webhook, if_match)

    assert (answer.status, answer.fields) == (400, ["If-Match"])
    assert api.as_registered(webhook) == webhook


def test_each_change_is_a_version(api: ApiClient) -> None:
    """The ETag of an answer is the condition of the next change."""
    webhook = api.create(authentication={"type": "SIGNATURE"})
    etag = api.get(api.path(webhook)).headers["ETag"]
    assert etag == '"1"'

    for version in (2, 3, 4):
        method = "POST" if version == 3 else "PATCH"
        answer = change(api, method, webhook, etag)
        etag = answer.headers["ETag"]
        assert etag == f'"{version}"'
    assert change(api, "PATCH", webhook, '"3"').status == 412


def test_a_webhook_that_is_not_there_is_not_found_whatever_the_condition(api: ApiClient) -> None:
    """There is no version to compare."""
    for method in CHANGES:
        assert change(api, method, {"webhookId": "wh_0"}, '"1"').status == 404


def test_an_unconditional_change_is_repeated_when_another_one_comes_between(
    api: ApiClient, webhook: Any, aws: AwsCalls
) -> None:
    """It is applied to what the other one left; with a condition it is refused."""
    path = api.path(webhook)

    aws.before("TransactWriteItems", lambda: api.call("PATCH", path, {"description": "by another"}))
    changed = api.call("PATCH", path, {"name": "New"}).json
    assert (changed["name"], changed["description"], changed["version"]) == ("New", "by another", 4)

    aws.before("TransactWriteItems", lambda: api.call("PATCH", path, {"description": "again"}))
    assert api.call("PATCH", path, {"name": "Newer"}, headers={"If-Match": '"4"'}).status == 412
    assert api.get(path).json["name"] == "New"


def test_a_removal_is_repeated_when_a_change_comes_between(api: ApiClient, webhook: Any, aws: AwsCalls) -> None:
    """Without a condition the webhook goes, with one it stays."""
    path = api.path(webhook)

    aws.before("TransactWriteItems", lambda: api.call("PATCH", path, {"description": "by another"}))
    assert api.call("DELETE", path, headers={"If-Match": '"2"'}).status == 412

    aws.before("TransactWriteItems", lambda: api.call("PATCH", path, {"description": "again"}))
    assert api.call("DELETE", path).status == 204


def overtaken() -> NoReturn:
    """Refuse a transaction because of what another has changed."""
    raise TransactionsUnderWay.canceled("ConditionalCheckFailed", "None")


def test_a_change_that_others_always_overtake_is_given_up(api: ApiClient, webhook: Any, aws: AwsCalls) -> None:
    """After five tries, with the advice to try again."""
    aws.before("TransactWriteItems", *[overtaken] * 20)

    answer = api.call("PATCH", api.path(webhook), {"name": "New"})

    assert (answer.status, answer.headers["Retry-After"], len(aws.of("TransactWriteItems"))) == (503, "2", 5)
    assert "Others are changing this webhook" in answer.json["detail"]
