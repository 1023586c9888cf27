"""The addresses of an account as its admins and their owners meet them."""

from typing import Any

from recado.adapters.dynamodb.accounts.alert_addresses import DynamoAlertAddresses, DynamoLinks
from recado.adapters.dynamodb.tables import SharedConnection, webhooks_table
from recado.ports.alerting import KnownLink
from recado.rules.alerting.addresses import address_digest
from recado.rules.alerting.links import LinkToken, Purpose
from tests.support.api.client import Answer, ApiClient
from tests.support.aws.aws_calls import AwsCalls

ANA, BEA = {"address": "ana@example.com", "locale": "pt"}, {"address": "bea@example.com"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
ONE_CLICK = "List-Unsubscribe=One-Click"


class Addresses:
    """The alert addresses of the client's account."""

    def __init__(self, api: ApiClient) -> None:
        self.api = api
        self.path = f"/accounts/{api.account}/alert-addresses"
        self._table = webhooks_table(api.system.stack.physical_id("WebhooksTable"), SharedConnection())
        self.links = DynamoLinks(self._table)
        self.store = DynamoAlertAddresses(self._table)

    def put(self, *addresses: dict[str, str]) -> Answer:
        """Replace the list."""
        return self.api.call("PUT", self.path, {"addresses": list(addresses)})

    def all(self) -> list[Any]:
        """Read the list."""
        listed: list[Any] = self.api.get(self.path).json["addresses"]
        return listed

    def states(self) -> dict[str, str]:
        """Read the state of each."""
        return {one["address"]: one["state"] for one in self.all()}

    def link(self, address: dict[str, Any], purpose: Purpose) -> str:
        """Return the token of a link, as a mail has it."""
        token = LinkToken.new(self.api.account, address["addressId"])
        until = int(self.api.system.clock.milliseconds()) + purpose.good_for_ms
        self.links.keep(token, KnownLink(purpose, until, address_digest(address["address"])))
        return token.text

    def follow(self, what: str, token: str) -> Answer:
        """Do what the button of a link's page does."""
        return self.api.call("POST", f"/alert-addresses/{what}", {"token": token}, claims={})

    def one_click(self, token: str, form: str | bytes = ONE_CLICK) -> Answer:
        """Do what a mail program does."""
        request = self.api.request(
            "POST", "/alert-addresses/unsubscribe", form, query={"token": token}, headers=FORM, claims={}
        )
        return self.api.send(request)


def asked(aws: AwsCalls) -> list[str]:
    """Return the details of what was told on the bus about addresses."""
    entries = [entry for call in aws.seen if call.name == "PutEvents" for entry in call.parameters["Entries"]]
    return [entry["Detail"] for entry in entries if entry["DetailType"] == "ALERT_ADDRESS_ADDED"]
