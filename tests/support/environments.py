"""Environments of a sender, each with a memory of its own, that share the tokens of one table."""

from typing import Any

import boto3

from recado.adapters.dynamodb.tables import SharedConnection, webhooks_table
from recado.adapters.dynamodb.webhooks.token_store import DynamoTokens
from recado.adapters.secrets.envelope import Envelope
from recado.rules.webhook.authentication.authentication import AuthenticationType, OAuth2
from recado.rules.webhook.authentication.credentials import Credentials
from tests.support.events import ACCOUNT
from tests.support.system import System

HOUR = 60 * 60 * 1000
TEXT = "eyJhbGciOi.e30"


class Environments:
    """Stores of many environments over one table."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.clock = system.clock
        self.read = system.add_webhook(
            "https://127.0.0.1/",
            authentication=AuthenticationType.OAUTH2,
            oauth2=OAuth2("https://127.0.0.1/token", "recado"),
            credentials=Credentials(client_secret="s"),
        )

    def __call__(self) -> DynamoTokens:
        """Return the store of one more environment."""
        stack = self._system.stack
        table = webhooks_table(stack.physical_id("WebhooksTable"), SharedConnection())
        return DynamoTokens(table, Envelope(boto3.client("kms"), stack.physical_id("EncryptionKey")), self.now)

    def now(self) -> int:
        """Return the time."""
        return int(self.clock.milliseconds())

    def later(self, milliseconds: int) -> None:
        """Let time pass."""
        self.clock.advance(milliseconds / 1000)

    def with_token(self) -> DynamoTokens:
        """Return the store of an environment that has fetched a token for an hour."""
        store = self()
        assert store.take_lease(self.read, "me", None)
        assert store.keep(self.read, "me", TEXT, self.now() + HOUR)
        return store

    def item(self) -> dict[str, Any]:
        """Return the item."""
        key = {"account_id": {"S": str(ACCOUNT)}, "webhook_id": {"S": "token#wh_1"}}
        table = self._system.stack.physical_id("WebhooksTable")
        item: dict[str, Any] = boto3.client("dynamodb").get_item(TableName=table, Key=key).get("Item", {})
        return item
