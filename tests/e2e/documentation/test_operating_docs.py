"""The operating manual and the first deployment: their commands of the AWS CLI, run as they stand beside the stack.

What they make and remove is of these tests alone. An address of AWS's is the stack's own here.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from local.settings import PROJECT_DIR, STACK_NAME
from local.stack_file import Stack
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import ApiClient
from tests.e2e.support.shell import Shell
from tests.support.documentation.pages import block

pytestmark = pytest.mark.deep

MANUAL, FIRST = "docs/operating.md", "docs/first-deploy.md"
Clients = Callable[[str], Any]
TABLE = {
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


@pytest.fixture
def mine() -> str:
    """A name that nobody else has."""
    return f"docs-{uuid4().hex[:8]}"


def manual(about: str) -> str:
    """The commands of the manual that hold this text."""
    return block(MANUAL, "sh", about)


def told(stack: Stack) -> str:
    """What the pages set before anything else, for this stack; the emulator's outputs name hosts of AWS."""
    here = {"ApiUrl": stack.api_url, "TokenUrl": stack.sign_in["tokenUrl"], "UserPoolId": stack.sign_in["userPoolId"]}
    cases = "".join(f"{name}) echo {value};; " for name, value in here.items())
    asked = block(FIRST, "sh", "output() {").replace("recado-dev", STACK_NAME)
    return f"{asked}\nof_stack() {{ case $1 in {cases}*) output $1;; esac; }}\n"


def of_stack(commands: str) -> str:
    """The commands, with what depends on the address of the stack asked of `told`."""
    return commands.replace("$(output ", "$(of_stack ")


@pytest.mark.needs("curl")
@pytest.mark.usefixtures("queues_alone")
def test_what_a_first_deployment_looks_at_is_there(shell: Shell, stack: Stack) -> None:
    """Each command answers as the page expects it, but for what only AWS has; of a thousand requests fifty are made."""

    def look(about: str) -> str:
        return shell.types(told(stack) + of_stack(block(FIRST, "sh", about)))

    assert int(look("get-account-settings")) >= 1000
    assert look("StackStatus").strip('"\n').endswith("_COMPLETE")
    returns_to, _console = look("output SignInReturnsTo").split()
    assert returns_to == stack.console_url
    states = [state for state, *_ in json.loads(look("list-event-source-mappings"))]
    assert len(states) >= 2
    assert set(states) == {"Enabled"}
    assert look("curl -si").startswith("HTTP/1.1 200")
    look("set-alarm-state")
    assert '"StatusCode": 200' in look("get-metric-statistics")
    answers = shell.types(told(stack) + of_stack(block(FIRST, "sh", "seq 1000").replace("seq 1000", "seq 50")))
    assert sum(int(line.split()[0]) for line in answers.splitlines()) == 50
    lasting = look("list-tables")
    assert all(stack.tables[name] in lasting for name in ("WebhooksTable", "DeliveriesTable"))
    assert stack.sign_in["userPoolId"] in lasting


def test_a_webhook_in_a_template_is_made(shell: Shell, stack: Stack, aws_client: Clients) -> None:
    """By the example, as a stack of its own."""
    cloudformation, name = aws_client("cloudformation"), {"StackName": "courses"}
    shell.types(told(stack) + block(FIRST, "sh", "create-stack"))
    try:
        cloudformation.get_waiter("stack_create_complete").wait(**name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        resources = cloudformation.describe_stack_resources(**name)["StackResources"]
        assert "Custom::RecadoWebhook" in {each["ResourceType"] for each in resources}
    finally:
        cloudformation.delete_stack(**name)
        cloudformation.get_waiter("stack_delete_complete").wait(**name, WaiterConfig={"Delay": 1, "MaxAttempts": 60})


def test_a_person_is_let_in_and_out(shell: Shell, stack: Stack, aws_client: Clients, mine: str) -> None:
    """The user is in the account's group, and disabled once the last two commands have run."""
    cognito, pool = aws_client("cognito-idp"), {"UserPoolId": stack.sign_in["userPoolId"]}
    person = f"{mine}@example.com"

    def run(about: str) -> None:
        commands = manual(about).replace("account:1010", f"account:{mine}").replace("admin@example.com", person)
        # The emulator makes up a first password that the pool's own policy refuses.
        commands = commands.replace("admin-create-user", f"admin-create-user --temporary-password First-{mine}")
        shell.types(f"POOL={pool['UserPoolId']}\n" + commands.replace("recado-prod", STACK_NAME))

    run("create-group")
    [user] = cognito.list_users_in_group(**pool, GroupName=f"account:{mine}")["Users"]
    assert {"Name": "email", "Value": person} in user["Attributes"]
    run("admin-disable-user")
    assert cognito.admin_get_user(**pool, Username=person)["Enabled"] is False


@pytest.mark.needs("curl")
def test_a_machine_gets_a_token_that_publishes(shell: Shell, stack: Stack) -> None:
    """It is good for an hour, and an event published with it is accepted."""
    pool = f"POOL={stack.sign_in['userPoolId']}\n"
    answer = json.loads(shell.types(told(stack) + pool + of_stack(manual("describe-user-pool-client"))))
    assert answer["expires_in"] == 3600
    event = {"eventId": str(uuid4()), "eventName": "CI_STATS", "timestamp": 1_800_000_000, "data": {}}
    published = ApiClient(stack.api_url, answer["access_token"]).post(
        f"/accounts/{ACCOUNT}/events", json={"events": [event]}
    )
    assert published.status_code == HTTPStatus.ACCEPTED


def test_the_deployers_policy_can_be_made(shell: Shell, aws_client: Clients) -> None:
    """From the file beside the page."""
    made = json.loads(shell.types(manual("create-policy").replace("file://docs", f"file://{PROJECT_DIR}/docs")))
    assert made["Policy"]["PolicyName"] == "recado-deployer"
    aws_client("iam").delete_policy(PolicyArn=made["Policy"]["Arn"])


def test_what_a_failed_deployment_leaves_is_removed(shell: Shell, aws_client: Clients, mine: str) -> None:
    """A stack whose table and pool stay and refuse to be deleted; then nothing of it is there."""
    dynamodb, cognito, cloudformation = map(aws_client, ("dynamodb", "cognito-idp", "cloudformation"))
    dynamodb.create_table(TableName=mine, DeletionProtectionEnabled=True, **TABLE)
    pool = cognito.create_user_pool(PoolName=mine, DeletionProtection="ACTIVE")["UserPool"]["Id"]
    topic = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    cloudformation.create_stack(StackName=mine, TemplateBody=json.dumps(topic))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=mine, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    printed = shell.types(f"STACK={mine} TABLE={mine} POOL={pool}\n{manual('describe-stack-events')}")

    assert "Topic\tCREATE_COMPLETE" in printed
    assert mine not in dynamodb.list_tables()["TableNames"]
    assert pool not in {each["Id"] for each in cognito.list_user_pools(MaxResults=60)["UserPools"]}


def test_a_table_is_restored(shell: Shell, aws_client: Clients, mine: str, tmp_path: Path) -> None:
    """With its data, what it lacked switched on again, adopted by a stack that is protected, and then removed.

    What packages the template is left out: the template here is of the one table.
    """
    dynamodb, cloudformation = aws_client("dynamodb"), aws_client("cloudformation")
    dynamodb.create_table(TableName=mine, **TABLE)
    dynamodb.put_item(TableName=mine, Item={"id": {"S": "kept"}})
    set_up = f"STACK={mine} TABLE={mine}\n"
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    shell.types(set_up + manual("restore-table-to-point-in-time").replace("2026-11-24T08:00:00Z", now))
    shell.types(set_up + manual("update-continuous-backups"))

    restored = f"{mine}-restored"
    assert dynamodb.scan(TableName=restored)["Items"] == [{"id": {"S": "kept"}}]
    table = dynamodb.describe_table(TableName=restored)["Table"]
    assert (table["DeletionProtectionEnabled"], table["StreamSpecification"]["StreamEnabled"]) == (True, True)
    lives = dynamodb.describe_time_to_live(TableName=restored)["TimeToLiveDescription"]
    assert lives["AttributeName"] == "expires_at"

    adopted = {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "Properties": {"TableName": restored, **TABLE},
    }
    (tmp_path / "adopted.yaml").write_text(json.dumps({"Resources": {"WebhooksTable": adopted}}))
    _, _, adopting = manual("create-change-set").partition("\n")
    shell.types(set_up + adopting.replace("recado-prod-webhooks-restored", restored))
    waiting = {"StackName": mine, "WaiterConfig": {"Delay": 1, "MaxAttempts": 60}}
    cloudformation.get_waiter("stack_import_complete").wait(**waiting)
    shell.types(set_up + manual(" --enable-termination-protection"))
    [made] = cloudformation.describe_stacks(StackName=mine)["Stacks"]
    assert made["EnableTerminationProtection"] is True
    shell.types(set_up + manual("--no-enable-termination-protection"))
    cloudformation.get_waiter("stack_delete_complete").wait(**waiting)
    assert dynamodb.scan(TableName=restored)["Count"] == 1
