"""`make listen`: a receiver that verifies what comes and prints it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

from local import identity, sockets, stack_file, tokens
from local.errors import LocalStackError
from local.lifecycle import is_running
from local.listener import Listener, Received
from local.settings import HOST, Settings

PATH = "/listen"
_NAME = "make listen"
_SECONDS = 35.0
_LONGEST_DATA = 200

Say = Callable[[str], object]


def listen(settings: Settings, secret: str, say: Say) -> None:
    """Receive until interrupted; with a secret of one's own every path is checked with it, and no stack is needed."""
    if sockets.is_taken(HOST, settings.listen_port):
        raise LocalStackError(f"port {settings.listen_port} is taken; set LISTEN_PORT to a free one")
    secrets: Secrets = GivenSecret(secret) if secret else StackSecrets(settings)
    with _Receiver(secrets, settings.listen_port, lambda request: say(told(request))) as receiver:
        say(secrets.introduction(receiver.url))
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    say(secrets.farewell)


def told(request: Received) -> str:
    """One request: a line for itself, and one for each of its events."""
    moment = time.strftime("%H:%M:%S", time.localtime(request.received_at))
    unknown = "signed with a secret not known here" if "webhook-signature" in request.headers else "not signed"
    verdict = {True: "verified", False: "NOT VERIFIED", None: unknown}[request.verified]
    return "\n".join([f"{moment}  {request.method} {request.path}  {verdict}", *_event_lines(request)])


def _event_lines(request: Received) -> list[str]:
    try:
        return [_event_line(event) for event in request.payload["events"]]
    except (ValueError, KeyError, TypeError):
        return [f"  {request.body[:_LONGEST_DATA].decode(errors='replace')}"]


def _event_line(event: dict[str, Any]) -> str:
    data = json.dumps(event.get("data"))
    shown = data if len(data) <= _LONGEST_DATA else f"{data[:_LONGEST_DATA]}…"
    return f"  {event['eventName']}  {event['eventId']}  {event.get('timestamp')}  {shown}"


class Secrets:
    """Where the receiver finds the secret of a path, and what it says about that."""

    farewell = ""

    def of(self, path: str) -> str | None:
        """The secret that a request to this path is signed with; None if that is not known."""
        raise NotImplementedError

    def introduction(self, url: str) -> str:
        """What is said when the receiver listens at this address."""
        raise NotImplementedError


@dataclass
class GivenSecret(Secrets):
    """One secret for every path."""

    secret: str

    def of(self, path: str) -> str | None:  # noqa: ARG002  the path decides nothing here
        """The one secret."""
        return self.secret

    def introduction(self, url: str) -> str:
        """Where it listens."""
        return f"Listening at {url}; what comes is checked with the secret given. Ctrl-C ends it."


@dataclass
class StackSecrets(Secrets):
    """The secrets of the running stack's webhooks that lead here, one of which is made if there is none."""

    settings: Settings
    farewell: str = "The webhook stays registered: what comes now waits until `make listen` is back."
    known: dict[str, str] = field(default_factory=dict)

    def of(self, path: str) -> str | None:
        """The secret of the webhook with this path; looked up anew if it is not known, for it may be new."""
        if path not in self.known:
            with self._api() as api:
                self._learn(api, f"http://{HOST}:{self.settings.listen_port}")
        return self.known.get(path)

    def introduction(self, url: str) -> str:
        """Registers the receiver's own webhook, if need be, and says what leads here."""
        account = identity.ACCOUNTS[0]
        with self._api() as api:
            self._register(api, account, url + PATH)
            paths = self._learn(api, url)
        others = ", ".join(sorted(paths - {PATH}))
        also = f" Webhooks with the paths {others} lead here too." if others else ""
        return f"Listening at {url}. Every event of account {account} comes to {PATH}, signed.{also} Ctrl-C ends it."

    def _api(self) -> httpx.Client:
        if not is_running(self.settings):
            raise LocalStackError("no stack is running; start it with `make start`, or give WEBHOOK_SECRET=whsec_…")
        stack = stack_file.read(self.settings)
        token = tokens.token(stack, self.settings, identity.ACCOUNTS[0], tokens.ADMIN_SCOPE)
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=stack.api_url, headers=headers, trust_env=False, timeout=_SECONDS)

    def _register(self, api: httpx.Client, account: str, target: str) -> None:
        address = f"/accounts/{account}/webhooks"
        names = ["*"]
        for webhook in answer(api.get(address))["webhooks"]:
            if webhook["name"] == _NAME:
                change = {"targetUrl": target, "eventNames": names, "active": True}
                tag = {"If-Match": answer_of(api.get(f"{address}/{webhook['webhookId']}")).headers["ETag"]}
                answer(api.patch(f"{address}/{webhook['webhookId']}", json=change, headers=tag))
                return
        draft = {"name": _NAME, "targetUrl": target, "eventNames": names, "authentication": {"type": "SIGNATURE"}}
        answer(api.post(address, json=draft))

    def _learn(self, api: httpx.Client, url: str) -> set[str]:
        paths = set()
        for account in identity.ACCOUNTS:
            address = f"/accounts/{account}/webhooks"
            for webhook in answer(api.get(address))["webhooks"]:
                target = urlsplit(webhook["targetUrl"])
                if f"{target.scheme}://{target.netloc}" != url:
                    continue
                paths.add(target.path)
                if webhook["authentication"]["type"] == "SIGNATURE":
                    secret = answer(api.get(f"{address}/{webhook['webhookId']}/signature"))["secret"]
                    self.known[target.path] = str(secret)
        return paths


class _Receiver(Listener):
    def __init__(self, secrets_of: Secrets, port: int, on_request: Callable[[Received], object]) -> None:
        super().__init__(on_request=on_request, port=port)
        self._secrets_of = secrets_of

    def secret_of(self, path: str) -> str | None:
        """The secret of a path, wherever it comes from."""
        return self._secrets_of.of(path)


def answer_of(response: httpx.Response) -> httpx.Response:
    """The response, or what the API says is wrong."""
    if not response.is_success:
        request = response.request
        raise LocalStackError(f"{request.method} {request.url.path} answered {response.status_code}: {response.text}")
    return response


def answer(response: httpx.Response) -> dict[str, Any]:
    """The content of a response, or what the API says is wrong."""
    content: dict[str, Any] = answer_of(response).json()
    return content
