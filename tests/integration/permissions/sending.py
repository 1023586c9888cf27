"""All calls of the functions that send: the dispatchers, and the redelivery."""

from local.listener import BROKEN, HEALTHY, Answer
from recado.rules.delivery.delivery import DeliveryStatus
from recado.rules.sending import draining
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.webhook import Status, Webhook
from recado.use_cases.sending.direct import drain
from tests.integration.permissions.scene import (
    GONE,
    SECRET,
    Scene,
    bear_a_token,
    disable_another,
    drain_one,
    send_one_of_the_backlog,
)
from tests.support.acts import act_on
from tests.support.api.client import ApiClient
from tests.support.api.document import ApiDocument
from tests.support.delivery_log import delivery, record
from tests.support.events import ACCOUNT, batch_event, numbered
from tests.support.redeliveries import publish

QUARTER_SECONDS = 15 * 60
REFUSED = Answer(status=400)


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

    have_one_set_aside(scene, webhook)
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


def have_one_set_aside(scene: Scene, webhook: Webhook) -> None:
    """Let the first of two events fail alone, and be delivered when it is tried by itself."""
    system = scene.system
    scene.receiver.answers.extend([REFUSED, REFUSED, HEALTHY])
    publish(system, "e2", "e3")
    system.redeliver()
    assert system.outcomes(webhook)["e2"] == "PENDING"
    system.clock.advance(QUARTER_SECONDS)
    system.invoke("redelivery", {})
    system.redeliver()
    assert system.outcomes(webhook)["e2"] == "DELIVERED"


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
