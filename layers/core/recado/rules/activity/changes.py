"""What an admin has changed of a webhook, field by field, for everybody who may read it: nothing secret is in it."""

import re
from dataclasses import asdict, dataclass, field

from recado.rules.activity.activity import FieldChange
from recado.rules.sending.proofs import HIDDEN
from recado.rules.webhook.delivery_settings import name_in_api
from recado.rules.webhook.webhook import AuthenticationType, Status, Webhook

_QUERY = re.compile(r"([?#]).*", re.DOTALL)
_CREDENTIALS = {
    AuthenticationType.BASIC: "authentication.password",
    AuthenticationType.SIGNATURE: "authentication.secret",
}


@dataclass(frozen=True, slots=True)
class _Veiled:
    """A value that is compared, and never told; `shown` is what stands for it."""

    kept: object = field(repr=False)
    shown: str = HIDDEN


def changes_between(before: Webhook | None, after: Webhook, *, credentials_changed: bool) -> tuple[FieldChange, ...]:
    """What differs between a webhook before and after a change, fields named as in the API; before a first one, all.

    `credentials_changed`: the webhook has another password or signing secret, which stand in neither. Values of custom
    headers, passwords and secrets are hidden, and of the target's URL all that comes after its path. What is hidden and
    was there before is `hidden`, nothing more; what was not there has `[hidden]` as `after`, what is gone has it as
    `before`. A URL shows `?…` in place of its query, and is `hidden` where nothing else of it was changed. None, and an
    empty description, stand for what is not there.
    """
    old = {} if before is None else _fields(before, credentials=False)
    new = _fields(after, credentials=credentials_changed)
    return tuple(
        _change(name, old.get(name), new.get(name))
        for name in dict.fromkeys([*new, *old])
        if old.get(name) != new.get(name)
    )


def _change(name: str, old: object, new: object) -> FieldChange:
    before, after = _shown(old), _shown(new)
    return FieldChange(name, hidden=True) if before == after else FieldChange(name, before, after)


def _shown(value: object) -> object:
    return value.shown if isinstance(value, _Veiled) else value


def _fields(webhook: Webhook, *, credentials: bool) -> dict[str, object]:
    """The fields that an admin enters; two looks with other `credentials` differ in password or secret."""
    target = webhook.target_url
    fields: dict[str, object] = {
        "name": webhook.name,
        "description": webhook.description or None,
        "targetUrl": _Veiled(target, _QUERY.sub(r"\1…", target)),
        "eventNames": list(webhook.event_names),
        "active": webhook.status is Status.ACTIVE,
        "ordered": webhook.ordered,
        "authentication.type": webhook.authentication.value,
        "authentication.username": webhook.username,
    }
    if webhook.authentication in _CREDENTIALS:
        fields[_CREDENTIALS[webhook.authentication]] = _Veiled(credentials)
    fields |= {f"delivery.{name_in_api(name)}": value for name, value in asdict(webhook.delivery).items()}
    fields |= {f"headers.{name}": _Veiled(value) for name, value in webhook.headers.items()}
    return fields
