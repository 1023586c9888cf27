"""What is mailed to the own admins of an account, as they get it; the test answers for SES."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

from tests.support.api.client import Answer, ApiClient
from tests.support.api.document import ApiDocument
from tests.support.aws.aws_calls import AwsCalls
from tests.support.functions import ROOT
from tests.support.system import System

SENT = {"MessageId": "0100018f"}
_LINK = re.compile(r"#(confirm|unsubscribe)=(\S+)")


@dataclass(frozen=True)
class ReceivedMail:
    """A mail that SES was told to send."""

    to: str
    subject: str
    text: str
    html: str
    headers: dict[str, str]

    @property
    def links(self) -> dict[str, str]:
        """The tokens of the links, by what they are for."""
        return dict(_LINK.findall(self.text))


@dataclass
class Mailbox:
    """The mails of an account, and what its admins do about them."""

    system: System
    aws: AwsCalls

    @cached_property
    def api(self) -> ApiClient:
        """A client for the account."""
        return ApiClient(self.system, ApiDocument())

    @property
    def path(self) -> str:
        """The account's addresses."""
        return f"/accounts/{self.api.account}/alert-addresses"

    def enter(self, *addresses: str, locale: str = "en", event_id: str | None = None) -> list[ReceivedMail]:
        """Enter addresses, hand what the bus is told of to the function, and return what it mails."""
        self.aws.clear()
        self.put(*addresses, locale=locale)
        entries = [entry for call in self.aws.of("PutEvents") for entry in call.parameters["Entries"]]
        for entry in entries:
            if entry["Source"] == "recado.alerts":
                self.invoke(entry["DetailType"], json.loads(entry["Detail"]), event_id)
        return self.received()

    def put(self, *addresses: str, locale: str = "en") -> None:
        """Enter addresses."""
        body = {"addresses": [{"address": address, "locale": locale} for address in addresses]}
        answer = self.api.call("PUT", self.path, body)
        assert answer.status == 200, answer.text

    def alert(self, kind: str = "WEBHOOK_FAILING", event_id: str | None = None, **changes: Any) -> list[ReceivedMail]:
        """Tell the function of an alert, and return what it mails."""
        self.aws.clear()
        file = ROOT / "events" / "alert_mailer" / "webhook_failing.json"
        detail = json.loads(file.read_text("utf-8"))["detail"] | {"accountId": self.api.account} | changes
        self.invoke(kind, detail, event_id)
        return self.received()

    def invoke(self, kind: str, detail: dict[str, Any], event_id: str | None = None) -> None:
        """Invoke the function with an event of the bus."""
        event = {"id": event_id or str(uuid4()), "source": "recado.alerts", "detail-type": kind, "detail": detail}
        self.system.invoke("alert_mailer", event)

    def received(self) -> list[ReceivedMail]:
        """Return what was mailed since calls were counted anew."""
        return [_received(call.parameters) for call in self.aws.of("SendEmail")]

    def follow(self, what: str, token: str) -> Answer:
        """Press the button of a link's page."""
        return self.api.call("POST", f"/alert-addresses/{what}", {"token": token}, claims={})

    def confirm(self, mail: ReceivedMail) -> None:
        """Confirm an address by its mail."""
        assert self.follow("confirm", mail.links["confirm"]).status == 200

    def listed(self) -> dict[str, dict[str, Any]]:
        """Return the addresses as an admin sees them."""
        return {one["address"]: one for one in self.api.get(self.path).json["addresses"]}


def _received(parameters: dict[str, Any]) -> ReceivedMail:
    (to,) = parameters["Destination"]["ToAddresses"]
    simple = parameters["Content"]["Simple"]
    return ReceivedMail(
        to=to,
        subject=simple["Subject"]["Data"],
        text=simple["Body"]["Text"]["Data"],
        html=simple["Body"]["Html"]["Data"],
        headers={header["Name"]: header["Value"] for header in simple["Headers"]},
    )
