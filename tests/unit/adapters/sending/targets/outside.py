"""What would be contacted: names that resolve as they are told, and sockets that refuse each connection."""

import socket
from dataclasses import dataclass, field

from recado.adapters.sending.guard import AddressInfo
from recado.rules.target.target_policy import TargetPolicy
from tests.unit.adapters.sending.sending import NAME, Sent, send, sender

PUBLIC = "93.184.216.34"
URL = f"https://{NAME}/hooks"


@dataclass
class Outside:
    """The world outside: names lead to one answer after the other, and nobody lets a connection in."""

    answers: list[list[str]] = field(default_factory=lambda: [[PUBLIC]])
    asked: list[str] = field(default_factory=list)
    contacted: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: int) -> list[AddressInfo]:
        """Answer a look-up; the last answer is given for ever."""
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [_info(address, port) for address in answer]

    def send(self, url: str, policy: TargetPolicy | None = None) -> Sent:
        """Send to a URL as it was entered."""
        return send(url, by=sender(policy or TargetPolicy(), resolver=self.resolve))


def _info(address: str, port: int) -> AddressInfo:
    if ":" in address:
        return (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


def shown(value: object) -> str:
    """Show a row by the beginning of its target."""
    return ascii(value)[:60]


OWN = TargetPolicy(own_hosts=("hooks.example.com", "a1b2c3.execute-api."))
