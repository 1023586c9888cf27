"""Requests that Lambda repeats when CloudFormation has gone on: what they asked for is over."""

import pytest

from tests.support.api.client import ApiClient
from tests.support.aws.cloudformation import CloudFormation, listed


def test_a_create_that_comes_again_after_the_delete_makes_nothing(
    cloudformation: CloudFormation, api: ApiClient
) -> None:
    """No stack would own what it made."""
    webhook_id = cloudformation.ask("Create", request_id="r1")["PhysicalResourceId"]
    cloudformation.ask("Delete", physical_id=webhook_id)

    answer = cloudformation.ask("Create", request_id="r1")

    assert (answer["Status"], listed(api)) == ("FAILED", [])


def test_an_update_that_comes_again_after_its_rollback_changes_nothing(
    cloudformation: CloudFormation, api: ApiClient
) -> None:
    """It is answered with what there is."""
    webhook_id = cloudformation.made()
    old, new = cloudformation.properties(), cloudformation.properties(Name="New")
    cloudformation.ask("Update", new, physical_id=webhook_id, old=old, request_id="u1")
    cloudformation.ask("Update", old, physical_id=webhook_id, old=new, request_id="u2")

    answer = cloudformation.ask("Update", new, physical_id=webhook_id, old=old, request_id="u1")

    assert (answer["Status"], answer["Data"]["Name"], listed(api)[0]["name"]) == ("SUCCESS", "Orders", "Orders")


@pytest.mark.parametrize("seconds", ["1", "599"])
def test_a_timeout_that_ends_before_lambda_gives_up_is_refused(
    cloudformation: CloudFormation, api: ApiClient, seconds: str
) -> None:
    """A request could be repeated for the first time when a later one has been answered."""
    answer = cloudformation.ask("Create", cloudformation.properties(ServiceTimeout=seconds))

    assert answer["Reason"].startswith("ServiceTimeout must be at least 600 seconds, or left out")
    assert listed(api) == []
    cloudformation.made(ServiceTimeout="600")
