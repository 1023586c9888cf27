"""Generated requests to the running stack: on ids that exist, and never with a target outside this machine."""

import re
import time
import zlib
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

import requests
import schemathesis
from schemathesis.core import NOT_SET
from schemathesis.generation.meta import TestPhase

from local.listener import Listener
from recado.rules.account import ACCOUNT_ID
from recado.rules.sending.signing import signing, signing_secret
from tests.e2e.support.accounts import ACCOUNT
from tests.e2e.support.client import EVENTS, WEBHOOKS, ApiClient, parsed
from tests.e2e.support.waiting import until
from tests.support.secret_search import texts_under

EVENT_NAME = "CI_STATS"
# Texts that are refused where they are entered; every other target is one of the receiver's own paths.
_REFUSED_TARGETS = ("", "127.0.0.1", "http://", "ftp://127.0.0.1/", "http://user:word@127.0.0.1/")
# A part of every password that is sent here, so that a search for it finds nothing by chance.
_PASSWORD_END = "fuzzed-" + uuid4().hex
_PASSWORDS = ("password", "token", "value", "clientSecret", "privateKey")
_SECRET = signing_secret.generate()
_OF_EVENTS = ("deliveryId", "eventId", "eventName")
_KEPT_IDS = ((), (), (), (), ("webhookId",), _OF_EVENTS, ("accountId", "webhookId", "deliveryId"))


class LoopbackClient(ApiClient):
    """A client that sends no target but those of one receiver, whoever asks it to.

    The stack on one machine lets any target through, so what must not be contacted must not be entered.
    """

    def __init__(self, api_url: str, token: str, receiver_url: str) -> None:
        super().__init__(api_url, token)
        self._receiver_url = receiver_url

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send what has been prepared; raises `AssertionError` before that where a target is not the receiver's."""
        for target in texts_under("targetUrl", parsed(request.body)):
            own = target in _REFUSED_TARGETS or target.startswith(f"{self._receiver_url}/")
            assert own, f"a target outside this test: {target}"
        return super().send(request, **kwargs)


_WEBHOOK = "/accounts/{accountId}/webhooks/{webhookId}"
_SESSIONS = "/accounts/{accountId}/portal-sessions"


class Fuzzer:
    """Sends generated cases for the admin of an account, who has a webhook with a delivery."""

    def __init__(self, api: LoopbackClient, receiver: Listener, platform_token: str) -> None:
        self._api = api
        self._platform = {"Authorization": f"Bearer {platform_token}"}
        self._receiver = receiver
        self._webhook: dict[str, Any] | None = None
        self._delivery_id = ""
        self._operation = ""
        self._signs = False

    def tidy(self) -> None:
        """Remove every webhook of the account."""
        for webhook in self._api.get(WEBHOOKS).json()["webhooks"]:
            self._api.delete(f"{WEBHOOKS}/{webhook['webhookId']}")
        self._webhook = None

    def send(self, case: schemathesis.Case[Any]) -> schemathesis.Response:
        """Send a case, and undo what would be in the way of the next one."""
        if self._operation != case.operation.label:
            self._operation = case.operation.label
            self._prepare()
        case.path_parameters = self._on_existing_ids(case)
        if case.body is not NOT_SET:
            case.body = self._harmless(case.body)
        # Given here, the token takes the place of a generated one, and so does the signature.
        answer = case.call(
            base_url=self._api.api_url,
            session=self._api,
            headers=self._bearer_of(case.operation.path),
            auth=signed if self._signs else None,
        )
        if answer.status_code == HTTPStatus.CREATED and "location" in answer.headers:
            self._api.delete(answer.headers["location"][0])
        elif case.operation.label == f"DELETE {_WEBHOOK}" and answer.status_code == HTTPStatus.NO_CONTENT:
            self._add_webhook()
        return answer

    def _bearer_of(self, path: str) -> dict[str, str]:
        """Whose token is sent: the platform's where only it may, a portal session's own, else that of the admin."""
        if path == _SESSIONS:
            return self._platform
        if not path.startswith("/portal/"):
            return {"Authorization": str(self._api.headers["Authorization"])}
        sessions = _SESSIONS.format(accountId=ACCOUNT)
        opened = self._api.post(sessions, json={"capabilities": ["read"]}, headers=self._platform)
        assert opened.status_code == HTTPStatus.CREATED, opened.text
        return {"Authorization": f"Bearer {opened.json()['token']}"}

    def _prepare(self) -> None:
        """See to it that the webhook is as it was created, and has a delivery."""
        if self._delivery_id and self._is_unchanged() and self._signs == _is_of_receivers(self._operation):
            return
        self.tidy()
        self._add_webhook()
        event = {"eventId": str(uuid4()), "eventName": EVENT_NAME, "timestamp": 1727414643000, "data": {}}
        published = self._api.post(EVENTS, json={"events": [event]})
        assert published.status_code == HTTPStatus.ACCEPTED, published.text
        listed = until(lambda: self._api.get(f"{self._path()}/deliveries").json()["deliveries"], "a delivery")
        self._delivery_id = listed[0]["deliveryId"]

    def _add_webhook(self) -> None:
        self._signs = _is_of_receivers(self._operation)
        authentication = {"type": "BASIC", "username": "fuzz", "password": _PASSWORD_END}
        if self._signs:
            authentication = {"type": "SIGNATURE", "secret": _SECRET}
        body = {"name": "fuzz", "targetUrl": f"{self._receiver.url}/", "eventNames": [EVENT_NAME]}
        answer = self._api.post(WEBHOOKS, json={**body, "authentication": authentication})
        assert answer.status_code == HTTPStatus.CREATED, answer.text
        self._webhook, self._delivery_id = answer.json(), ""

    def _is_unchanged(self) -> bool:
        assert self._webhook
        answer = self._api.get(self._path())
        return answer.ok and answer.json()["version"] == self._webhook["version"]

    def _path(self) -> str:
        assert self._webhook
        return f"{WEBHOOKS}/{self._webhook['webhookId']}"

    def _on_existing_ids(self, case: schemathesis.Case[Any]) -> dict[str, Any]:
        """Put existing ids in place of generated ones, which meet nothing but 404.

        What cannot be an account's id is kept, since it is to be refused. A few of the generated cases keep some more;
        which ones, depends on the case alone, or it could not be repeated.
        """
        assert self._webhook
        existing = {
            "accountId": ACCOUNT,
            "webhookId": self._webhook["webhookId"],
            "deliveryId": self._delivery_id,
            "eventId": self._delivery_id.partition("-")[2] or "none",
            "eventName": EVENT_NAME,
        }
        generated = case.path_parameters or {}
        drawn = repr((generated, case.query, case.headers, case.body)).encode(errors="surrogatepass")
        kept = set(_KEPT_IDS[zlib.crc32(drawn) % len(_KEPT_IDS)] if _is_generated(case) else ())
        if not re.fullmatch(ACCOUNT_ID, str(generated.get("accountId", ACCOUNT))):
            kept.add("accountId")
        return {name: generated[name] if name in kept else existing[name] for name in generated}

    def _harmless(self, body: Any) -> Any:
        """The body with targets that are the receiver's, and with passwords that can be searched for."""
        if isinstance(body, list):
            return [self._harmless(member) for member in body]
        if not isinstance(body, dict):
            return body
        harmless = {name: self._harmless(member) for name, member in body.items()}
        if isinstance(target := harmless.get("targetUrl"), str) and target not in _REFUSED_TARGETS:
            # Half of them escaped, because few texts are a path as they are.
            harmless["targetUrl"] = f"{self._receiver.url}/{quote(target) if len(target) % 2 else target}"
        for name in _PASSWORDS:
            if isinstance(password := harmless.get(name), str):
                harmless[name] = password + _PASSWORD_END
        return harmless


def signed(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """The request as the receiver of the webhook signs it, whatever is in it."""
    path, _, query = (request.url or "").partition("?")
    line = f"{request.method} {unquote(path[path.index('/receive/') :])}{'?' if query else ''}{query}".encode()
    body = request.body.encode() if isinstance(request.body, str) else bytes(request.body or b"")
    payload = line + (b"\n" + body if request.method == "POST" else b"")
    message_id, now = f"msg_{uuid4().hex}", int(time.time())
    signature = signing.signature([_SECRET], message_id, now, payload)
    request.headers.update({"webhook-id": message_id, "webhook-timestamp": str(now), "webhook-signature": signature})
    return request


def _is_of_receivers(operation: str) -> bool:
    return "/receive/" in operation


def _is_generated(case: schemathesis.Case[Any]) -> bool:
    """Whether chance has made the case; the others go through what a parameter or field can be."""
    return case.meta is not None and case.meta.phase.name is TestPhase.FUZZING
