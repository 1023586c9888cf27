"""A webhook that a stack of somebody else's has: made, changed, rolled back and removed by CloudFormation itself."""

import base64
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from local.deploying import deployment
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import WEBHOOKS, ApiClient
from tests.e2e.support.instance import Instance
from tests.e2e.support.waiting import until
from tests.support.functions import ROOT

EXAMPLE = (ROOT / "examples/infrastructure/sam/template.yaml").read_text(encoding="utf-8")


class ForeignStack:
    """A stack that has a webhook as a resource."""

    def __init__(self, cloudformation: Any, token: str) -> None:
        self.name = f"courses-{uuid4().hex[:8]}"
        self._client = cloudformation
        self._token = token

    def create(self, template: str = EXAMPLE, **parameters: str) -> str:
        """Create it, and return how that ended."""
        self._client.create_stack(**self._request(template, parameters))
        return self._ended()

    def update(self, template: str = EXAMPLE, **parameters: str) -> str:
        """Change it, and return how that ended."""
        self._client.update_stack(**self._request(template, parameters))
        return self._ended()

    def delete(self) -> None:
        """Delete it."""
        self._client.delete_stack(StackName=self.name)
        until(lambda: self._status() == "DELETE_COMPLETE", "the stack is deleted")

    @property
    def outputs(self) -> dict[str, str]:
        """What the stack tells."""
        (described,) = self._client.describe_stacks(StackName=self.name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}

    @property
    def reasons(self) -> str:
        """Why resources failed."""
        events = self._client.describe_stack_events(StackName=self.name)["StackEvents"]
        return "\n".join(event.get("ResourceStatusReason", "") for event in events)

    def _request(self, template: str, parameters: dict[str, str]) -> dict[str, Any]:
        given = {"WebhookResourceArn": self._token, "AccountId": ACCOUNT, **parameters}
        return {
            "StackName": self.name,
            "TemplateBody": template,
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
            "Capabilities": ["CAPABILITY_AUTO_EXPAND"],
        }

    def _ended(self) -> str:
        return str(until(lambda: status if "IN_PROGRESS" not in (status := self._status()) else None, "it has ended"))

    def _status(self) -> str:
        try:
            (described,) = self._client.describe_stacks(StackName=self.name)["Stacks"]
        except self._client.exceptions.ClientError:
            return "DELETE_COMPLETE"
        return str(described["StackStatus"])


@pytest.fixture
def foreign(instance: Instance, aws_client: Callable[[str], Any], api: ApiClient) -> Iterator[ForeignStack]:
    """Give a stack that is not there yet; afterwards neither it nor a webhook is."""
    function = deployment.describe(instance.settings).physical_ids["WebhookResourceFunction"]
    arn = aws_client("lambda").get_function(FunctionName=function)["Configuration"]["FunctionArn"]
    foreign = ForeignStack(aws_client("cloudformation"), arn)
    yield foreign
    foreign.delete()
    assert listed(api) == []


def listed(api: ApiClient) -> list[Any]:
    """Return the account's webhooks."""
    webhooks: list[Any] = api.get(WEBHOOKS).json()["webhooks"]
    return webhooks


def beside(**properties: str) -> str:
    """Return the example with a second webhook, made after the first, that cannot be."""
    first = EXAMPLE.index("\nOutputs:")
    lines = "\n".join(f"      {name}: {value}" for name, value in properties.items())
    second = f"""
  SecondWebhook:
    Type: Custom::RecadoWebhook
    DependsOn: CoursesWebhook
    Properties:
      ServiceToken: !Ref WebhookResourceArn
      AccountId: !Ref AccountId
{lines}
"""
    return EXAMPLE[:first] + second + EXAMPLE[first:]


def test_a_webhook_lives_as_its_stack_says(
    foreign: ForeignStack, api: ApiClient, aws_client: Callable[[str], Any]
) -> None:
    """Made with the secret that its receiver reads, changed, brought back when the stack rolls back, and removed."""
    assert foreign.create() == "CREATE_COMPLETE", foreign.reasons
    (webhook,) = listed(api)
    assert foreign.outputs == {"WebhookId": webhook["webhookId"], "Status": "ACTIVE"}
    assert (webhook["headers"], webhook["delivery"]["maxEvents"]) == ({"X-Tenant": "north"}, 10)
    kept = aws_client("secretsmanager").get_secret_value(SecretId=f"recado/{foreign.name}")["SecretString"]
    signing = api.get(f"{WEBHOOKS}/{webhook['webhookId']}/signature").json()["secret"]
    assert base64.b64decode(signing.removeprefix("whsec_")) == base64.b64decode(kept)

    changed = {"TargetUrl": "https://other.example.com/hooks", "MaxEvents": "20"}
    assert foreign.update(**changed) == "UPDATE_COMPLETE", foreign.reasons
    (after,) = listed(api)
    assert (after["webhookId"], after["targetUrl"]) == (webhook["webhookId"], changed["TargetUrl"])
    assert after["delivery"]["maxEvents"] == 20

    faulty = beside(Name="Second", TargetUrl="https://second.example.com", EventNames="[NONE_SUCH]")
    assert foreign.update(faulty, TargetUrl="https://third.example.com/hooks") == "UPDATE_ROLLBACK_COMPLETE"
    assert "EventNames" in foreign.reasons
    (back,) = listed(api)
    assert {k: back[k] for k in ("webhookId", "targetUrl", "delivery", "headers", "eventNames")} == {
        k: after[k] for k in ("webhookId", "targetUrl", "delivery", "headers", "eventNames")
    }

    foreign.delete()
    assert listed(api) == []


def test_a_webhook_that_cannot_be_made_leaves_nothing_behind(foreign: ForeignStack, api: ApiClient) -> None:
    """The stack rolls back, its events say why, and it can be deleted."""
    assert foreign.create(beside(Name="Second", Colour="red")) == "ROLLBACK_COMPLETE"

    assert "Colour is not a property: there are AccountId, Active, Authentication," in foreign.reasons
    assert listed(api) == []
