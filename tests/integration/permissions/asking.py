"""All calls of the functions that are asked: the API, the console, the resource, the mailer, the counter."""

import boto3
import pytest

from recado.ports.sending import OurFaultError
from recado.rules.delivery.delivery import DeliveryStatus
from tests.integration.permissions.scene import SECRET, Scene
from tests.integration.webhook_api.shared.routes import BODIES, filled, in_order
from tests.support.api.client import ADMIN_SCOPE, ApiClient, draft, token
from tests.support.api.document import ApiDocument
from tests.support.api.portal_client import PortalClient
from tests.support.api.receiver_client import ReceiverClient
from tests.support.aws.cloudformation import AnswerPlace, CloudFormation
from tests.support.aws.delivery_stream import DeliveryStream
from tests.support.aws.mailbox import Mailbox
from tests.support.delivery_log import delivery, record
from tests.support.events import ACCOUNT
from tests.support.redeliveries import publish


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
