"""What becomes of a webhook that a stack has: made, brought to what the template says, removed."""

from collections.abc import Mapping
from dataclasses import replace

from recado.custom_resource.answer import Answer
from recado.custom_resource.properties import InvalidPropertyError
from recado.custom_resource.request import Kind, ResourceRequest
from recado.custom_resource.webhook_properties import ReadSecret, account_of, named_account, wanted_changes
from recado.ports.activity import DoneBeforeError
from recado.ports.managing import LimitReachedError
from recado.rules.activity.activity import Requester
from recado.rules.webhook.registration import Changes
from recado.rules.webhook.webhook import WEBHOOK_ID_PREFIX, Status, Webhook
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.rewriting import NoSuchWebhookError

_MOST_NAME_CHARACTERS = 200  # as of every requester
_CLIENT = "cloudformation"


class WebhookResource:
    """Does what CloudFormation asks for, by the use cases of the HTTP API.

    A request may come twice, and a later one may have been answered meanwhile: each has its effect once, and a
    repetition finds what has become of that. Raises `InvalidPropertyError`, and what the use cases raise.
    """

    def __init__(self, administration: Administration, *, read_secret: ReadSecret, own_hosts: tuple[str, ...]) -> None:
        self._administration = administration
        self._read_secret = read_secret
        self._own_hosts = own_hosts

    def __call__(self, request: ResourceRequest) -> Answer:
        """Do it, and say what the resource is now."""
        if request.kind is None:
            raise InvalidPropertyError("RequestType", "must be Create, Update or Delete")
        if request.kind is Kind.DELETE:
            return self._delete(request)
        account_id = named_account(request.properties)
        bring = self._create if request.kind is Kind.CREATE else self._update
        webhook = bring(account_id, request)
        return Answer(webhook.webhook_id, data=_data(webhook))

    def _wanted(self, request: ResourceRequest, current: Webhook | None = None) -> Changes:
        declared_as = None if current is None else current.declared_as
        wanted = wanted_changes(request.properties, self._read_secret, declared_as)
        if current is not None and current.status is Status.DISABLED and wanted.target_url == current.target_url:
            # Its receiver wants no more, or has failed for a week: the same one is not asked again.
            wanted = replace(wanted, active=None if wanted.active else False)
        return replace(wanted, own_hosts=self._own_hosts)

    def _create(self, account_id: str, request: ResourceRequest) -> Webhook:
        made = self._found(account_id, request.new_id, request)
        if made is not None:
            return made
        wanted = self._wanted(request)
        try:
            return self._administration.create(account_id, wanted, _once(request), webhook_id=request.new_id)
        except LimitReachedError:
            made = self._found(account_id, request.new_id, request)  # by the same request, at the same time
            if made is None:
                raise
            return made

    def _update(self, account_id: str, request: ResourceRequest) -> Webhook:
        """Change the webhook, or make one where there is none: in another account, or where somebody has removed it.

        CloudFormation deletes the earlier one where the id is another then, once the whole stack is changed. Where it
        rolls back instead, the earlier one is there, and found by the beginning of its id.
        """
        current = self._found(account_id, request.given_id, request) or self._own(account_id, request)
        webhook = self._create(account_id, request) if current is None else self._change(current, request)
        before = account_of(request.old_properties)
        if before not in (None, account_id) and self._found(before, request.given_id, request) is None:
            # Rolled back from another account, of whose webhook nobody was told: CloudFormation deletes nothing there.
            self._remove_own(before, request)
        return webhook

    def _change(self, current: Webhook, request: ResourceRequest) -> Webhook:
        """Bring the webhook there in one write, on the condition of what was read: all of it is changed, or nothing."""
        wanted = self._wanted(request, current)
        account_id, webhook_id = current.account_id, current.webhook_id
        try:
            return self._administration.change(account_id, webhook_id, wanted, None, _once(request)).webhook
        except DoneBeforeError:
            return self._administration.read(account_id, webhook_id)

    def _delete(self, request: ResourceRequest) -> Answer:
        """Remove the webhook; that it is gone, or never was, is what was asked for.

        Where no answer has named an id, CloudFormation makes one up: then all goes that this resource has made. What it
        has not made stays, whatever names it.
        """
        account_id = account_of(request.properties)
        if account_id is None:
            return Answer(request.physical_id)
        if request.given_id.startswith(request.owner_prefix):
            self._remove(account_id, request.given_id, request)
        elif not request.given_id.startswith(WEBHOOK_ID_PREFIX):
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

    def _found(self, account_id: str | None, webhook_id: str, request: ResourceRequest) -> Webhook | None:
        """The webhook of this id, where this resource has made it: others are none of its business."""
        if account_id is None or not webhook_id.startswith(request.owner_prefix):
            return None
        try:
            return self._administration.read(account_id, webhook_id)
        except NoSuchWebhookError:
            return None

    def _own(self, account_id: str, request: ResourceRequest) -> Webhook | None:
        """The newest of the account's webhooks that this resource has made."""
        webhooks = reversed(self._administration.all_of(account_id))
        return next((each for each in webhooks if each.webhook_id.startswith(request.owner_prefix)), None)


def _requester(request: ResourceRequest) -> Requester:
    return Requester(request.stack_id[:_MOST_NAME_CHARACTERS] or "unknown", _CLIENT)


def _once(request: ResourceRequest) -> Requester:
    return replace(_requester(request), once=request.once)


def _data(webhook: Webhook) -> Mapping[str, str]:
    """What `Fn::GetAtt` gives: nothing secret."""
    return {
        "WebhookId": webhook.webhook_id,
        "AccountId": webhook.account_id,
        "Name": webhook.name,
        "TargetUrl": webhook.target_url,
        "Status": webhook.status.value,
    }
