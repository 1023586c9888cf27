"""The receivers of the demo: how they are registered, and how each knows that a request is genuine."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from local.errors import LocalStackError
from local.listener import Received

_SECONDS = 35.0


@dataclass(frozen=True)
class Receiver:
    """One receiver: a path of the listener, and how it wants to be convinced."""

    path: str
    authentication: dict[str, str]

    @property
    def is_signed(self) -> bool:
        """Whether requests to it carry a signature."""
        return self.authentication["type"] == "SIGNATURE"


RECEIVERS = (
    Receiver("/plain", {"type": "NONE"}),
    Receiver("/basic", {"type": "BASIC", "username": "recado", "password": secrets.token_urlsafe(12)}),
    Receiver("/signed", {"type": "SIGNATURE"}),
)


def proof(receiver: Receiver, request: Received) -> str:
    """What proves that a request is genuine; empty if it is not."""
    if receiver.is_signed:
        return "signature verified" if request.verified else ""
    if "password" not in receiver.authentication:
        return "no proof asked"
    pair = f"{receiver.authentication['username']}:{receiver.authentication['password']}"
    expected = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return "password right" if request.headers.get("authorization") == expected else ""


def arrivals(requests: Iterable[Received]) -> set[tuple[str, str]]:
    """Path and event id of everything that was accepted."""
    accepted = (request for request in requests if httpx.codes.is_success(request.answered))
    return {(request.path, event_id) for request in accepted for event_id in request.event_ids}


@dataclass(frozen=True)
class Deliveries:
    """What the API says of some events' deliveries: path and event id → delivery."""

    told: dict[tuple[str, str], dict[str, Any]]
    expected: int

    @property
    def all_delivered(self) -> bool:
        """Whether each expected delivery is there and done."""
        done = [delivery for delivery in self.told.values() if delivery["status"] == "DELIVERED"]
        return len(done) == self.expected


@dataclass
class Registrations:
    """The demo's webhooks, managed over the HTTP API and removed at the end."""

    http: httpx.Client
    account: str
    webhook_ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def open(cls, api_url: str, account: str, token: str, *, keep: bool = False) -> Iterator[Registrations]:
        """Begin without the webhooks of an earlier demo, and leave none behind, unless they are to be kept."""
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=api_url, headers=headers, trust_env=False, timeout=_SECONDS) as http:
            registrations = cls(http, account)
            registrations.remove_kept()
            try:
                yield registrations
            finally:
                for webhook_id in () if keep else registrations.webhook_ids.values():
                    http.delete(registrations.address(webhook_id))

    def address(self, *parts: str) -> str:
        """The API's path for the account's webhooks, or for something below them."""
        return "/".join((f"/accounts/{self.account}/webhooks", *parts))

    def remove_kept(self) -> None:
        """Remove what an earlier demo has left behind."""
        names = {_name(receiver) for receiver in RECEIVERS}
        for webhook in _answer(self.http.get(self.address()))["webhooks"]:
            if webhook["name"] in names:
                self.http.delete(self.address(webhook["webhookId"]))

    def event_types(self) -> list[dict[str, Any]]:
        """The catalogue that is deployed."""
        types: list[dict[str, Any]] = _answer(self.http.get("/event-types"))["eventTypes"]
        return types

    def create(self, receiver: Receiver, url: str, event_names: list[str]) -> str:
        """Register a receiver and return its webhook's id."""
        draft = {
            "name": _name(receiver),
            "targetUrl": url + receiver.path,
            "eventNames": event_names,
            "authentication": receiver.authentication,
        }
        created = _answer(self.http.post(self.address(), json=draft))
        self.webhook_ids[receiver.path] = created["webhookId"]
        return str(created["webhookId"])

    def secret(self, receiver: Receiver) -> str:
        """Download a receiver's signing secret."""
        return str(_answer(self.http.get(self.address(self.webhook_ids[receiver.path], "signature")))["secret"])

    def deliveries(self, event_ids: tuple[str, ...]) -> Deliveries:
        """What the API says of these events' deliveries."""
        told = {}
        for path, webhook_id in self.webhook_ids.items():
            for delivery in _answer(self.http.get(self.address(webhook_id, "deliveries")))["deliveries"]:
                if delivery["eventId"] in event_ids:
                    told[path, delivery["eventId"]] = delivery
        return Deliveries(told, len(event_ids) * len(self.webhook_ids))

    def answers(self, deliveries: Deliveries) -> dict[tuple[str, str], list[str]]:
        """What each attempt of these deliveries was answered, oldest first: its status, or why there was none."""
        return {
            place: [
                str(attempt.get("statusCode") or attempt["error"]["failureClass"])
                for attempt in reversed(self._attempts(delivery))
            ]
            for place, delivery in deliveries.told.items()
        }

    def _attempts(self, delivery: dict[str, Any]) -> list[dict[str, Any]]:
        address = self.address(delivery["webhookId"], "deliveries", delivery["deliveryId"], "attempts")
        attempts: list[dict[str, Any]] = _answer(self.http.get(address))["attempts"]
        return attempts


def _name(receiver: Receiver) -> str:
    return f"demo {receiver.path}"


def _answer(response: httpx.Response) -> dict[str, Any]:
    if not response.is_success:
        request = response.request
        raise LocalStackError(f"{request.method} {request.url.path} answered {response.status_code}: {response.text}")
    content: dict[str, Any] = response.json()
    return content
