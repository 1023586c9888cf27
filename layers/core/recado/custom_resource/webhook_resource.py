"""What becomes of a webhook that a stack has: made, brought to what the template says, removed."""

from collections.abc import Mapping
from dataclasses import replace

from recado.custom_resource.answer import Answer
from recado.custom_resource.properties import InvalidPropertyError
from recado.custom_resource.request import Kind, ResourceRequest
from recado.custom_resource.webhook_properties import ReadSecret, WantedWebhook, account_of, wanted_webhook
from recado.ports.managing import LimitReachedError, VersionConflictError
from recado.rules.activity.activity import Requester
from recado.rules.webhook.authentication import AuthenticationType
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX, Webhook
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.rewriting import NoSuchWebhookError, StaleVersionError
from recado.use_cases.managing.signatures import Signatures

_TRIES = 5
_MOST_NAME_CHARACTERS = 200  # as of every requester
_CLIENT = "cloudformation"


class BusyError(Exception):
    """Others have changed the webhook each time between its reading and its writing."""


class WebhookResource:
    """Does what CloudFormation asks for, by the use cases of the HTTP API.

    A request may come twice, and a later one may have been answered meanwhile: each is done so that a repetition finds
    what the first has made. Raises `InvalidPropertyError`, `BusyError`, and what the use cases raise.
    """

    def __init__(
        self,
        administration: Administration,
        signatures: Signatures,
        *,
        read_secret: ReadSecret,
        own_hosts: tuple[str, ...],
    ) -> None:
        self._administration = administration
        self._signatures = signatures
        self._read_secret = read_secret
        self._own_hosts = own_hosts

    def __call__(self, request: ResourceRequest) -> Answer:
        """Do it, and say what the resource is now."""
        if request.kind is None:
            raise InvalidPropertyError("RequestType", "must be Create, Update or Delete")
        if request.kind is Kind.DELETE:
            return self._delete(request)
        wanted = self._wanted(request)
        webhook = self._create(request, wanted) if request.kind is Kind.CREATE else self._update(request, wanted)
        return Answer(webhook.webhook_id, data=_data(webhook))

    def _wanted(self, request: ResourceRequest) -> WantedWebhook:
        wanted = wanted_webhook(request.properties, self._read_secret)
        return replace(wanted, changes=replace(wanted.changes, own_hosts=self._own_hosts))

    def _create(self, request: ResourceRequest, wanted: WantedWebhook) -> Webhook:
        made = self._found(wanted.account_id, request.new_id)
        if made is not None:
            return made
        try:
            return self._administration.create(
                wanted.account_id, wanted.changes, _requester(request), webhook_id=request.new_id
            )
        except LimitReachedError:
            made = self._found(wanted.account_id, request.new_id)  # by the same request, at the same time
            if made is None:
                raise
            return made

    def _update(self, request: ResourceRequest, wanted: WantedWebhook) -> Webhook:
        """Change the webhook, or make one where there is none: in another account, or where somebody has removed it.

        CloudFormation deletes the earlier one where the id is another then, once the whole stack is changed. Where it
        rolls back instead, the earlier one is there, and found by the beginning of its id.
        """
        account_id = wanted.account_id
        current = self._found(account_id, request.given_id) or self._own(account_id, request)
        webhook = self._create(request, wanted) if current is None else self._change(current, wanted, request)
        before = account_of(request.old_properties)
        if before not in (None, account_id) and webhook.webhook_id == request.given_id:
            # Rolled back from another account, which nobody was told the id of: CloudFormation deletes nothing there.
            self._remove_own(before, request)
        return webhook

    def _change(self, current: Webhook, wanted: WantedWebhook, request: ResourceRequest) -> Webhook:
        account_id, webhook_id, requester = current.account_id, current.webhook_id, _requester(request)
        for _ in range(_TRIES):
            try:
                changes = _kept_secret(current, wanted.changes)
                webhook = self._administration.change(
                    account_id, webhook_id, changes, current.version, requester
                ).webhook
                draft = wanted.changes.authentication
                if draft is None or draft.secret is None:
                    return webhook
                # The secret that it has already changes nothing; the one before signs along for a day.
                return self._signatures.rotate(account_id, webhook_id, webhook.version, requester, draft.secret)
            except (StaleVersionError, VersionConflictError):
                current = self._administration.read(account_id, webhook_id)
        raise BusyError

    def _delete(self, request: ResourceRequest) -> Answer:
        """Remove the webhook; that it is gone, or never was, is what was asked for.

        Where no answer has named an id, CloudFormation makes one up: then all goes that this resource has made.
        """
        account_id = account_of(request.properties)
        if account_id is None:
            return Answer(request.physical_id)
        if request.given_id.startswith(WEBHOOK_ID_PREFIX):
            self._remove(account_id, request.given_id, request)
        else:
            self._remove_own(account_id, request)
        return Answer(request.physical_id)

    def _remove_own(self, account_id: str | None, request: ResourceRequest) -> None:
        while account_id is not None and (own := self._own(account_id, request)) is not None:
            self._remove(account_id, own.webhook_id, request)

    def _remove(self, account_id: str, webhook_id: str, request: ResourceRequest) -> None:
        try:
            self._administration.remove(account_id, webhook_id, None, _requester(request))
        except NoSuchWebhookError:
            return

    def _found(self, account_id: str, webhook_id: str) -> Webhook | None:
        try:
            return self._administration.read(account_id, webhook_id)
        except NoSuchWebhookError:
            return None

    def _own(self, account_id: str, request: ResourceRequest) -> Webhook | None:
        """The newest of the account's webhooks that this resource has made."""
        webhooks = reversed(self._administration.all_of(account_id))
        return next((each for each in webhooks if each.webhook_id.startswith(request.owner_prefix)), None)


def _kept_secret(current: Webhook, changes: Changes) -> Changes:
    """The changes without a signing secret where the webhook has one: that is replaced, not changed."""
    draft = changes.authentication
    signs = AuthenticationType.SIGNATURE
    if draft is None or draft.type is not signs or current.authentication is not signs:
        return changes
    return replace(changes, authentication=replace(draft, secret=None))


def _requester(request: ResourceRequest) -> Requester:
    return Requester(request.stack_id[:_MOST_NAME_CHARACTERS] or "unknown", _CLIENT)


def _data(webhook: Webhook) -> Mapping[str, str]:
    """What `Fn::GetAtt` gives: nothing secret."""
    return {
        "WebhookId": webhook.webhook_id,
        "AccountId": webhook.account_id,
        "Name": webhook.name,
        "TargetUrl": webhook.target_url,
        "Status": webhook.status.value,
    }
