"""A webhook of a stack, whatever is repeated, lost or rolled back on the way."""

from io import StringIO
from typing import Any

import pytest

from recado.adapters.dynamodb.webhooks.webhook_registry import DynamoRegistry
from recado.ports.managing import VersionConflictError
from recado.use_cases.managing.administration import Administration
from tests.support.api.client import ApiClient
from tests.support.aws.cloudformation import CloudFormation, listed
from tests.support.system import System


def test_a_repeated_request_makes_one_webhook(cloudformation: CloudFormation, api: ApiClient) -> None:
    """Lambda may invoke twice, and an answer may get lost: both answers name the one."""
    answers = [cloudformation.ask("Create", request_id="r1") for _ in range(2)]

    (webhook,) = listed(api)
    assert [answer["PhysicalResourceId"] for answer in answers] == [webhook["webhookId"]] * 2


def test_two_at_the_same_time_make_one_webhook(cloudformation: CloudFormation, api: ApiClient, aws: Any) -> None:
    """The one that was slower finds what the other has made."""
    aws.before("TransactWriteItems", lambda: cloudformation.ask("Create", request_id="r1"))

    answer = cloudformation.ask("Create", request_id="r1")

    (webhook,) = listed(api)
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", webhook["webhookId"])


def test_an_update_that_fails_changes_nothing_and_a_rollback_brings_back_the_old_state(
    cloudformation: CloudFormation, api: ApiClient
) -> None:
    """And the id stays: CloudFormation deletes the webhook of an id that changes."""
    before = cloudformation.properties(Headers={"X-A": "1"}, Delivery={"MaxEvents": "3"})
    webhook_id = cloudformation.ask("Create", before)["PhysicalResourceId"]
    after = cloudformation.properties(TargetUrl="https://10.0.0.1/", Headers={"host": "no"})

    failed = cloudformation.ask("Update", after, physical_id=webhook_id, old=before)
    back = cloudformation.ask("Update", before, physical_id=webhook_id, old=after)

    assert [answer["Status"] for answer in (failed, back)] == ["FAILED", "SUCCESS"]
    assert [answer["PhysicalResourceId"] for answer in (failed, back)] == [webhook_id] * 2
    (webhook,) = listed(api)
    assert (webhook["headers"], webhook["delivery"]["maxEvents"]) == ({"X-A": "1"}, 3)


def test_another_account_is_another_webhook_and_a_rollback_finds_the_first(
    cloudformation: CloudFormation, api: ApiClient, system: System
) -> None:
    """Removed is only which id CloudFormation names: the new one after a rollback, the old one after a success."""
    other = ApiClient(system, api.document)
    before, after = cloudformation.properties(), cloudformation.properties(AccountId=other.account)
    first = cloudformation.ask("Create", before)["PhysicalResourceId"]

    moved = cloudformation.ask("Update", after, physical_id=first, old=before)["PhysicalResourceId"]
    assert moved != first
    assert (len(listed(api)), len(listed(other))) == (1, 1)

    back = cloudformation.ask("Update", before, physical_id=moved, old=after)["PhysicalResourceId"]
    cloudformation.ask("Delete", after, physical_id=moved)
    assert back == first
    assert [webhook["webhookId"] for webhook in listed(api)] == [first]
    assert listed(other) == []


def test_a_move_that_nobody_was_told_of_leaves_nothing_behind(
    cloudformation: CloudFormation, api: ApiClient, system: System
) -> None:
    """The webhook of the other account was made, its answer was a failure, and the stack rolls back."""
    other = ApiClient(system, api.document)
    before, after = cloudformation.properties(), cloudformation.properties(AccountId=other.account)
    first = cloudformation.ask("Create", before)["PhysicalResourceId"]
    cloudformation.ask("Update", after, physical_id=first, old=before)

    back = cloudformation.ask("Update", before, physical_id=first, old=after)

    assert back["PhysicalResourceId"] == first
    assert listed(other) == []


def test_a_move_whose_first_webhook_is_gone_leaves_nothing_behind(
    cloudformation: CloudFormation, api: ApiClient, system: System
) -> None:
    """Nobody was told of the webhook of the other account, somebody has removed the first, and the stack rolls back."""
    other = ApiClient(system, api.document)
    before, after = cloudformation.properties(), cloudformation.properties(AccountId=other.account)
    first = cloudformation.ask("Create", before)["PhysicalResourceId"]
    cloudformation.ask("Update", after, physical_id=first, old=before)
    assert api.call("DELETE", f"{api.webhooks}/{first}").status == 204

    back = cloudformation.ask("Update", before, physical_id=first, old=after)

    assert [webhook["webhookId"] for webhook in listed(api)] == [back["PhysicalResourceId"]]
    assert listed(other) == []


@pytest.mark.parametrize("kind", ["Update", "Delete"])
def test_a_webhook_that_the_resource_has_not_made_is_left_alone(
    cloudformation: CloudFormation, api: ApiClient, kind: str
) -> None:
    """Whatever id a request names: others' webhooks are none of its business."""
    kept = api.create()

    answer = cloudformation.ask(kind, physical_id=kept["webhookId"], old=cloudformation.properties(Name="Old"))

    assert answer["Status"] == "SUCCESS"
    assert api.get(f"{api.webhooks}/{kept['webhookId']}").json["name"] == kept["name"]
    assert (answer["PhysicalResourceId"] == kept["webhookId"]) is (kind == "Delete")


@pytest.mark.parametrize("kind", ["Update", "Delete"])
def test_others_who_are_quicker_each_time_are_told_of(
    cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch, log: StringIO, kind: str
) -> None:
    """The stack is told to try again; it is no fault of Recado's."""
    webhook_id = cloudformation.made()

    def conflict(*_args: Any, **_kwargs: Any) -> None:
        raise VersionConflictError

    monkeypatch.setattr(DynamoRegistry, "replace", conflict)
    monkeypatch.setattr(DynamoRegistry, "remove", conflict)

    answer = cloudformation.ask(kind, cloudformation.properties(Name="New"), physical_id=webhook_id, old={})

    assert answer["Reason"] == "Others are changing this webhook too: try again in a moment."
    assert "on our side" not in log.getvalue()


def test_a_webhook_that_somebody_has_removed_is_made_again(cloudformation: CloudFormation, api: ApiClient) -> None:
    """The next update makes another, whose id tells CloudFormation that the first is gone."""
    webhook_id = cloudformation.made()
    assert api.call("DELETE", f"{api.webhooks}/{webhook_id}").status == 204
    old = cloudformation.properties(Name="Before")

    answers = [cloudformation.ask("Update", physical_id=webhook_id, old=old, request_id="r9") for _ in range(2)]
    cloudformation.ask("Delete", physical_id=webhook_id)

    (webhook,) = listed(api)
    assert [answer["PhysicalResourceId"] for answer in answers] == [webhook["webhookId"]] * 2
    assert webhook["webhookId"] != webhook_id


def test_what_is_gone_is_removed(cloudformation: CloudFormation, api: ApiClient) -> None:
    """Removing succeeds however often it is asked for, and of a webhook that never was."""
    webhook_id = cloudformation.made()

    answers = [cloudformation.ask("Delete", physical_id=each) for each in (webhook_id, webhook_id, "wh_never")]

    assert {answer["Status"] for answer in answers} == {"SUCCESS"}
    assert listed(api) == []


def test_what_no_answer_has_named_is_removed_all_the_same(cloudformation: CloudFormation, api: ApiClient) -> None:
    """Where a create got no answer CloudFormation makes up an id; other webhooks of the account stay."""
    kept = api.create()
    cloudformation.made()

    answer = cloudformation.ask("Delete", physical_id="shop-OrdersWebhook-1ABCDEF2GHIJK")

    assert answer["PhysicalResourceId"] == "shop-OrdersWebhook-1ABCDEF2GHIJK"
    assert [webhook["webhookId"] for webhook in listed(api)] == [kept["webhookId"]]


def test_what_a_failed_create_has_made_is_removed(
    cloudformation: CloudFormation, api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails after the webhook is there; the delete that follows brings the id that the failure was answered with."""
    create = Administration.create

    def create_and_crash(*args: Any, **kwargs: Any) -> None:
        create(*args, **kwargs)
        raise ZeroDivisionError

    monkeypatch.setattr(Administration, "create", create_and_crash)
    failed = cloudformation.ask("Create")
    assert (failed["Status"], len(listed(api))) == ("FAILED", 1)

    cloudformation.ask("Delete", physical_id=failed["PhysicalResourceId"])

    assert listed(api) == []


def test_a_webhook_made_after_another_has_nothing_of_its_log(cloudformation: CloudFormation) -> None:
    """Taken out of the template and put in again it has another id: the log of the first ends with the first."""
    first = cloudformation.made()
    cloudformation.ask("Delete", physical_id=first)

    assert cloudformation.made() != first


def test_somebody_who_is_quicker_is_overwritten(cloudformation: CloudFormation, api: ApiClient, aws: Any) -> None:
    """The webhook is read again and changed on the condition of what was read then."""
    webhook_id = cloudformation.made()
    path = f"{api.webhooks}/{webhook_id}"
    aws.before("TransactWriteItems", lambda: api.call("PATCH", path, {"description": "by hand"}))

    answer = cloudformation.ask("Update", cloudformation.properties(Name="New"), physical_id=webhook_id, old={})

    assert answer["Status"] == "SUCCESS"
    assert (listed(api)[0]["name"], listed(api)[0]["description"]) == ("New", "")
