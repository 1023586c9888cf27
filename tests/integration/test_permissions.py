"""Least privilege: a role allows what its function calls, action by action and resource by resource, and nothing more.

That no function calls more is held against every test of this folder (`conftest.py`). Here each function goes through
all of its calls, so that what its role allows beyond them shows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from local.listener import BROKEN, HEALTHY, Answer, Listener
from recado.ports.sending import OurFaultError
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.sending import draining
from recado.rules.webhook.authentication import AuthenticationType
from recado.rules.webhook.credentials import Credentials
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import Status
from recado.use_cases.sending.direct import drain
from tests.integration.webhook_api.shared.test_access import BODIES, filled, in_order
from tests.support.acts import act_on
from tests.support.api.client import ADMIN_SCOPE, ApiClient, draft, token
from tests.support.api.document import ApiDocument
from tests.support.api.portal_client import PortalClient
from tests.support.api.receiver_client import ReceiverClient
from tests.support.aws.aws_calls import AwsCalls, Call
from tests.support.aws.cloudformation import AnswerPlace, CloudFormation
from tests.support.aws.delivery_stream import DeliveryStream
from tests.support.aws.mailbox import Mailbox
from tests.support.aws.permissions import Grant, granted, needed
from tests.support.aws.stack import template
from tests.support.delivery_log import delivery, record
from tests.support.events import ACCOUNT, batch_event, numbered
from tests.support.receivers.token_servers import CLIENT_SECRET, Gateway, TokenServer
from tests.support.redeliveries import publish
from tests.support.system import System

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
QUARTER_SECONDS = 15 * 60
REFUSED = Answer(status=400)
GONE = Answer(status=410)


@dataclass
class Scene:
    """What a scenario plays with."""

    system: System
    aws: AwsCalls
    receiver: Listener
    patch: pytest.MonkeyPatch


def every_route(scene: Scene) -> None:
    """Each route of the API's document once, with a request that succeeds; with a key one, and one refused."""
    api = ApiClient(scene.system, ApiDocument())
    for body, status in ((draft(), 201), ({}, 422)):
        assert api.call("POST", api.webhooks, body, headers={"Idempotency-Key": f"{status}"}).status == status
    webhook = api.create(authentication={"type": "SIGNATURE"})
    record(scene.system, delivery(webhook["webhookId"], "e", timestamp=1, name="CI_STATS"))
    for what, created_at in (("cancel", int(scene.system.clock.milliseconds())), ("redeliver", 1)):
        pending = delivery(
            webhook["webhookId"], what, name="CI_STATS", status=DeliveryStatus.PENDING, created_at=created_at
        )
        (delivery_id,) = record(scene.system, pending)
        assert api.call("POST", api.path(webhook, f"/deliveries/{delivery_id}/{what}")).status < 300
    use_the_portal(api)
    receiver = ReceiverClient.of(api, webhook)
    assert (receiver.events().status, receiver.resend("000000000001000-e").status) == (200, 202)
    for route in sorted(api.document.routes, key=in_order):
        method, path = route
        if path.startswith(("/portal/", "/receive/")):
            continue
        body = {"body": BODIES[route]} if route in BODIES else {}
        status = api.call(method, filled(api, webhook, path), **body).status
        # Who follows a link of a mail that there never was changes nothing; the same calls find one that there is.
        assert status < 300 or (status == 404 and path.startswith("/alert-addresses/")), route


def use_the_portal(api: ApiClient) -> None:
    """A session takes another token and ends itself; another one is ended by the platform."""
    session = PortalClient.opened(api)
    session = PortalClient(api, session.call("POST", "/session").json["token"])
    assert session.call("DELETE", "/session").status == 204
    PortalClient.opened(api)
    ended = api.call("DELETE", f"/accounts/{api.account}/portal-sessions", claims=token(scope=ADMIN_SCOPE))
    assert ended.status == 204


def dispatch_in_real_time(scene: Scene) -> None:
    """A signed POST that fails, with its alert, an event that waits behind it, one that cannot be read, and a 410.

    And one with a token.
    """
    bear_a_token(scene, lambda: publish(scene.system, "t0"))
    scene.system.add_signed_webhook(scene.receiver.url, SECRET)
    scene.receiver.break_down()
    publish(scene.system, "e0", "e1")
    scene.system.invoke("realtime_dispatcher", {"detail-type": "x"})
    disable_another(scene)
    publish(scene.system, "e2")


def bear_a_token(scene: Scene, send: Callable[[], object], **fields: Any) -> None:
    """Let a webhook get an event with a token, which the function fetches; then the webhook goes."""
    with TokenServer() as server, Gateway(server) as gateway:
        bearing = scene.system.add_webhook(
            gateway.url,
            name="wh_bearing",
            authentication=AuthenticationType.OAUTH2,
            oauth2=server.client(),
            credentials=Credentials(client_secret=CLIENT_SECRET),
            **fields,
        )
        send()
        assert gateway.tokens == server.given
    current = scene.system.webhook(bearing)
    scene.system.registry.remove(current, act_on(current))


def drain_one(system: System) -> None:
    """Drain a queue of one event."""
    system.put_into_batch_queue(batch_event("t0"))
    system.invoke("batch_dispatcher", {})


def send_one_of_the_backlog(system: System) -> None:
    """Let an event join the backlog, and its owner send it."""
    publish(system, "t0")
    system.redeliver()


def disable_another(scene: Scene) -> None:
    """Let a webhook's receiver want nothing any more, once it gets something: it is disabled, and that is an act."""
    scene.receiver.usual_answer = GONE
    scene.system.add_webhook(scene.receiver.url, name="wh_gone")


def drain_and_redrive(scene: Scene) -> None:
    """A deep queue for more drains, an event behind a failed one, a fault of ours, one that is named, and a redrive.

    And one with a token.
    """
    bear_a_token(scene, lambda: drain_one(scene.system))
    scene.patch.setattr(drain, "WINDOW_MESSAGES", 10)
    scene.patch.setattr(draining, "MESSAGES_PER_DRAIN", 5)
    scene.aws.answer("Invoke", {"StatusCode": 202})
    scene.system.add_signed_webhook(scene.receiver.url, SECRET)
    scene.receiver.break_down()
    scene.system.put_into_batch_queue(*numbered(20), "not JSON")
    scene.system.invoke("batch_dispatcher", {})
    scene.system.put_into_batch_queue(batch_event("b0"))
    scene.system.invoke("batch_dispatcher", {})

    scene.aws.refuse("BatchGetItem")
    scene.system.put_into_batch_queue(batch_event("b1"))
    scene.system.invoke("batch_dispatcher", {})
    scene.aws.allow("BatchGetItem")

    scene.receiver.recover()
    scene.system.add_webhook(scene.receiver.url, name="wh_2", delivery=DeliverySettings(partial_responses=True))
    scene.receiver.usual_answer = Answer(status=200, body=b'{"batchItemFailures":[{"itemIdentifier":"e001"}]}')
    scene.system.put_into_batch_queue(*numbered(3))
    scene.system.invoke("batch_dispatcher", {})

    disable_another(scene)
    scene.system.put_into_batch_queue(batch_event("b3"))
    scene.system.invoke("batch_dispatcher", {})

    scene.system.put_into("DeadLetterQueue", batch_event("b2"))
    scene.system.invoke("batch_dispatcher", {"redriveDeadLetters": True})


def redeliver_and_sweep(scene: Scene) -> None:
    """A backlog that fails again, behind what is too old, a job, the sweep, the recovery, and an event set aside.

    Then a job that withdraws a copy, a digest, and a receiver that wants nothing any more; and before all a POST with a
    token.
    """
    system = scene.system
    bear_a_token(scene, lambda: send_one_of_the_backlog(system), ordered=True)
    webhook = system.add_signed_webhook(scene.receiver.url, SECRET)
    publish(system, "e0")
    scene.receiver.break_down()
    publish(system, "e1")
    record(system, delivery(webhook.webhook_id, "old", timestamp=1, status=DeliveryStatus.PENDING, created_at=1))
    system.clock.advance(5)
    api = ApiClient(system, ApiDocument(), account=str(ACCOUNT))
    redeliver = f"{api.webhooks}/{webhook.webhook_id}/redeliver"
    assert api.call("POST", redeliver, {"status": "DELIVERED", "from": 0}).status == 202

    system.redeliver()
    scene.receiver.recover()
    system.clock.advance(2 * QUARTER_SECONDS)
    system.invoke("redelivery", {})
    system.redeliver()
    system.redeliver()

    assert system.outcomes(webhook) == {"old": "EXPIRED", "e0": "DELIVERED", "e1": "DELIVERED"}

    scene.receiver.answers.extend([REFUSED, REFUSED, HEALTHY])
    publish(system, "e2", "e3")
    system.redeliver()
    assert system.outcomes(webhook)["e2"] == "PENDING"
    system.clock.advance(QUARTER_SECONDS)
    system.invoke("redelivery", {})
    system.redeliver()
    assert system.outcomes(webhook)["e2"] == "DELIVERED"

    system.record(system.deliveries(webhook)[-1].again(int(system.clock.milliseconds()), "an admin"))
    system.clock.advance(1)
    assert api.call("POST", f"{api.webhooks}/{webhook.webhook_id}/cancel", {}).status == 202
    system.redeliver()
    assert system.backlog(webhook) == []
    get_a_digest(scene)

    scene.receiver.answers.extend([BROKEN, GONE])
    publish(system, "e5")
    system.clock.advance(QUARTER_SECONDS)
    system.redeliver()
    assert system.webhook(webhook).status is Status.DISABLED


def get_a_digest(scene: Scene) -> None:
    """Let a webhook get one; then the webhook goes."""
    system = scene.system
    told = system.add_webhook(scene.receiver.url, name="wh_2", delivery=DeliverySettings(digest=True))
    publish(system, "e4")
    system.clock.advance(8 * QUARTER_SECONDS)
    system.invoke("redelivery", {})
    system.redeliver()
    assert scene.receiver.received[-1].headers["webhook-id"].startswith("digest-")
    system.registry.remove(system.webhook(told), act_on(told))


def count_deliveries(scene: Scene) -> None:
    """What was delivered."""
    scene.system.add_signed_webhook(scene.receiver.url, SECRET)
    publish(scene.system, "e0")
    DeliveryStream(scene.system).count()


def open_the_console(scene: Scene) -> None:
    """The page."""
    scene.system.invoke("console", {"version": "2.0", "rawPath": "/console"})


def mail_an_alert(scene: Scene) -> None:
    """An address is asked, and its owner told of an alert once they have confirmed."""
    scene.aws.answer("SendEmail", {"MessageId": "m"})
    mailbox = Mailbox(scene.system, scene.aws)
    mailbox.confirm(mailbox.enter("ana@example.com")[0])
    scene.aws.refuse("SendEmail", "TooManyRequestsException")
    with pytest.raises(OurFaultError):
        mailbox.alert()


def bring_a_stack(scene: Scene) -> None:
    """A webhook of a stack signs, with a secret of its own that changes; it is switched off and on, and removed."""
    secrets = boto3.client("secretsmanager")
    arn = secrets.create_secret(Name="recado/permissions", SecretString=SECRET)["ARN"]
    with AnswerPlace() as place:
        cloudformation = CloudFormation(scene.system, place, str(ACCOUNT))

        def ask(kind: str, version: str = "2", **changes: object) -> str:
            authentication = {"Type": "SIGNATURE", "SecretArn": arn, "SecretVersion": version}
            properties = cloudformation.properties(
                TargetUrl=scene.receiver.url, Authentication=authentication, **changes
            )
            answer = cloudformation.ask(kind, properties, physical_id=webhook_id, old=properties)
            assert answer["Status"] == "SUCCESS", answer
            return str(answer["PhysicalResourceId"])

        webhook_id = None
        webhook_id = ask("Create", version="1")
        secrets.put_secret_value(SecretId=arn, SecretString=SECRET[::-1].replace("_ceshw", "") + "AAAAAAAA")
        ask("Update", Active="false")
        ask("Update")
        ask("Delete")
        webhook_id = "an id that CloudFormation has made up, where no answer came"
        ask("Delete")
    secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)


SCENARIOS: dict[str, Callable[[Scene], None]] = {
    "WebhookApiFunction": every_route,
    "RealtimeDispatcherFunction": dispatch_in_real_time,
    "BatchDispatcherFunction": drain_and_redrive,
    "RedeliveryFunction": redeliver_and_sweep,
    "DeliveryCounterFunction": count_deliveries,
    "AlertMailerFunction": mail_an_alert,
    "WebhookResourceFunction": bring_a_stack,
    "ConsoleFunction": open_the_console,
}
ALERTING = ("RealtimeDispatcherFunction", "BatchDispatcherFunction", "RedeliveryFunction")

# What AWS does in the name of a role, and no code of ours: the reason of each. SNS asks for a data key in the name of
# who publishes to its topic, as a sender does itself for a token.
BY_AWS: dict[str, dict[Grant, str]] = {
    "RealtimeDispatcherFunction": {
        Grant("sqs:SendMessage", "BatchQueue"): "Lambda sends what failed to the failure destination",
    },
    "RedeliveryFunction": {
        Grant("sqs:ReceiveMessage", "RedeliveryQueue"): "Lambda's event source reads the queue",
        Grant("sqs:DeleteMessage", "RedeliveryQueue"): "Lambda's event source deletes what was answered",
    },
    "DeliveryCounterFunction": {
        Grant("dynamodb:ListStreams", "*"): "Lambda's event source looks for the stream",
        Grant("dynamodb:DescribeStream", "DeliveriesTable/stream"): "Lambda's event source looks for its shards",
        Grant("dynamodb:GetShardIterator", "DeliveriesTable/stream"): "Lambda's event source reads a shard",
        Grant("dynamodb:GetRecords", "DeliveriesTable/stream"): "Lambda's event source reads a shard",
        Grant("sqs:SendMessage", "UncountedQueue"): "Lambda tells the failure destination what was given up",
    },
}


def test_every_function_has_a_scenario() -> None:
    """A new function goes through its calls here too."""
    assert set(SCENARIOS) == set(template().of_type("AWS::Lambda::Function"))


@pytest.mark.parametrize("function", SCENARIOS)
def test_a_role_allows_what_is_called_and_nothing_more(
    system: System, aws: AwsCalls, receiver: Listener, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    """Each right of the role is used in the scenario of the function, or by AWS for a reason, and never by both."""
    if function in ALERTING:
        system.stack.change_environment(function, ALERT_AFTER_SECONDS="0")
    SCENARIOS[function](Scene(system, aws, receiver, monkeypatch))

    called, by_aws = needed(aws.all, system.stack, function), BY_AWS.get(function, {})
    assert called | by_aws.keys() == granted(function)
    assert not called & by_aws.keys()


def test_a_call_that_no_role_allows_is_noticed(system: System) -> None:
    """What the tests of this folder are held against does see a call that is missing in a policy."""
    table = system.stack.physical_id("DeliveriesTable")
    check = {"ConditionCheck": {"TableName": table}}
    calls = [
        Call("dynamodb", "Scan", {"TableName": table}, "RedeliveryFunction"),
        Call("dynamodb", "TransactWriteItems", {"TransactItems": [check]}, "RedeliveryFunction"),
        Call("dynamodb", "DeleteTable", {"TableName": table}),
    ]

    assert needed(calls, system.stack, "RedeliveryFunction") - granted("RedeliveryFunction") == {
        Grant("dynamodb:Scan", "DeliveriesTable"),
        Grant("dynamodb:ConditionCheckItem", "DeliveriesTable"),
    }


@pytest.mark.parametrize(
    "call",
    [
        Call("ssm", "GetParameter", {}, "RedeliveryFunction"),
        Call("sqs", "PurgeQueue", {"QueueUrl": "https://another"}, "RedeliveryFunction"),
    ],
)
def test_a_call_on_something_unknown_is_noticed(system: System, call: Call) -> None:
    """A service that nobody has thought of, or a resource that is not this stack's."""
    with pytest.raises(LookupError, match=r"ssm|https://another"):
        needed([call], system.stack, "RedeliveryFunction")
