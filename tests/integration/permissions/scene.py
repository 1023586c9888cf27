"""What a scenario of permissions plays with, and what several of them do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from local.listener import Answer, Listener
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from tests.support.acts import act_on
from tests.support.aws.aws_calls import AwsCalls
from tests.support.events import batch_event
from tests.support.receivers.token_servers import CLIENT_SECRET, Gateway, TokenServer
from tests.support.redeliveries import publish
from tests.support.system import System

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
GONE = Answer(status=410)


@dataclass
class Scene:
    """What a scenario plays with."""

    system: System
    aws: AwsCalls
    receiver: Listener
    patch: pytest.MonkeyPatch


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
