"""On the event bus: that an address is to be asked whether it wants an account's alerts."""

import json
from typing import TYPE_CHECKING

from recado.adapters.faults import as_our_fault
from recado.adapters.messaging.alerts import SOURCE
from recado.ports.sending import OurFaultError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

ADDRESS_ADDED = "ALERT_ADDRESS_ADDED"


class AddressNews:
    """Lets the function that mails ask an address; fills the port `AskAddress`. The address itself is not told."""

    def __init__(self, events: "EventBridgeClient", bus_name: str) -> None:
        self._events = events
        self._bus_name = bus_name

    @as_our_fault("letting an alert address be asked")
    def __call__(self, account_id: str, address_id: str) -> None:
        """Put it; raises `OurFaultError`."""
        answer = self._events.put_events(
            Entries=[
                {
                    "EventBusName": self._bus_name,
                    "Source": SOURCE,
                    "DetailType": ADDRESS_ADDED,
                    "Detail": json.dumps({"accountId": account_id, "addressId": address_id}),
                }
            ]
        )
        if answer["FailedEntryCount"]:
            code = answer["Entries"][0].get("ErrorCode")
            raise OurFaultError(f"letting an alert address be asked: the bus refused it: {code}")
