"""Test sends: one sample event to a receiver now, for a webhook that is saved, changed on a form, or not saved yet.

A test send is no delivery: nothing is stored but who has asked for it, and the webhook's health stays as it is.
"""

import uuid
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from recado.ports.managing import VersionConflictError
from recado.ports.sending import Clock, Deadline, Opened, Sender, Vault
from recado.rules.activity.activity import ActivityKind, Requester
from recado.rules.event.reading import EventReader
from recado.rules.sending.answers import partial_response
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import OutgoingRequest, outgoing_request
from recado.rules.shaping.formats import Writing
from recado.rules.shaping.trouble import ExpressionKind, ExpressionTrouble
from recado.rules.webhook.authentication.authenticating import authenticated
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.registration import Accepted, Changes, blank, changed
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX, Webhook
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.examples import Example, example_event
from recado.use_cases.managing.noting import Noting
from recado.use_cases.managing.rewriting import NoSuchWebhookError


@dataclass(frozen=True, slots=True)
class SampleSent:
    """What was sent, and what came of it; `trouble` where the transform gave nothing."""

    request: OutgoingRequest
    result: AttemptResult
    trouble: ExpressionTrouble | None = None

    @property
    def target_host(self) -> str:
        """Where it was sent."""
        return urlsplit(self.request.url).hostname or ""


class SampleSends:
    """Sends samples, built by the rules of every other POST; `reader` reads what is given in place of one."""

    def __init__(
        self,
        *,
        reader: EventReader,
        administration: Administration,
        vault: Vault,
        sender: Sender,
        accepted: Accepted,
        clock: Clock,
        noting: Noting,
    ) -> None:
        self._administration = administration
        self._vault = vault
        self._sender = sender
        self._accepted = accepted
        self._reader = reader
        self._clock = clock
        self._noting = noting

    def draft(
        self, account_id: str, example: Example, entered: Changes, *, deadline: Deadline, requester: Requester
    ) -> SampleSent:
        """Send to a webhook that is not saved; raises `InvalidRegistrationError` or `InvalidEventError`."""
        now = self._clock()
        sent = self._send(blank(account_id, WEBHOOK_ID_PREFIX, now), example, entered, deadline)
        self._noting(account_id, None, ActivityKind.TESTED, requester)
        return sent

    def saved(
        self,
        account_id: str,
        webhook_id: str,
        example: Example,
        entered: Changes,
        *,
        deadline: Deadline,
        requester: Requester,
    ) -> SampleSent:
        """Send to a saved webhook with these changes, active or not.

        Raises `InvalidRegistrationError`, `InvalidEventError`, `NoSuchWebhookError`, or `VersionConflictError` where
        its secret was changed at this moment.
        """
        sent = self._send(self._administration.read(account_id, webhook_id), example, entered, deadline)
        self._noting(account_id, webhook_id, ActivityKind.TESTED, requester)
        return sent

    def _send(self, webhook: Webhook, example: Example, entered: Changes, deadline: Deadline) -> SampleSent:
        now = self._clock()
        event = example_event(self._reader, example.event_name or "", webhook.account_id, now, example.fields)
        target = changed(webhook, entered, self._accepted, now)
        target, credentials = self._authenticated(target, entered.authentication)
        writing = Writing(target.shape)
        request = outgoing_request(target, credentials, [event], now, writing=writing)
        if target.authentication is not AuthenticationType.OAUTH2:
            answered = self._sender.send(request, deadline)
        else:
            from recado.use_cases.sending.tokens import send_with_new_token  # noqa: PLC0415 - few webhooks need a token

            opened = Opened(target, credentials)
            request, answered = send_with_new_token(self._sender, opened, request, deadline, self._clock)
        result, _ = partial_response.judged(request, answered, [event])
        reason = writing.errors.get(event.key)
        trouble = None if reason is None else ExpressionTrouble(ExpressionKind.TRANSFORM, reason)
        return SampleSent(request, result, trouble)

    def _authenticated(self, saved: Webhook, draft: AuthenticationDraft | None) -> tuple[Webhook, Credentials]:
        """The webhook and the credentials as they would be if the draft were saved.

        A signature that is not saved yet, and is not given its secret, has none: a throwaway one stands for it.
        """
        if draft is None:
            return saved, self._kept(saved)
        target, credentials, _ = authenticated(saved, draft, lambda: self._kept(saved), self._clock())
        if credentials is not None:
            # Of that send alone: connections and contexts of another version are not for it.
            return replace(target, secret_version=uuid.uuid4().hex), credentials
        return target, self._kept(saved) if target.secret_version is not None else Credentials()

    def _kept(self, saved: Webhook) -> Credentials:
        opened = self._vault.open(saved)
        if opened is None:
            raise NoSuchWebhookError
        if opened.webhook.secret_version != saved.secret_version:
            raise VersionConflictError
        return opened.credentials
