"""A webhook whose receiver is behind the gateway, and the error that is told of it."""

from typing import Any

from recado.rules.webhook.authentication.authentication import AuthenticationType, OAuth2
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.webhook import Webhook
from tests.support.receivers.token_servers import CLIENT_SECRET, Gateway
from tests.support.system import System

FUNCTION = "realtime_dispatcher"


def webhook(system: System, gateway: Gateway, oauth2: OAuth2 | None = None, **fields: Any) -> Webhook:
    """Register a webhook of the gateway."""
    return system.add_webhook(
        gateway.url,
        authentication=AuthenticationType.OAUTH2,
        oauth2=oauth2 or gateway.server.client(),
        credentials=Credentials(client_secret=CLIENT_SECRET),
        **fields,
    )


def error(system: System, of: Webhook) -> tuple[str, str]:
    """Return class and detail of the webhook's last error."""
    last = system.webhook(of).health.last_error
    assert last is not None
    return last.failure_class.value, last.detail
