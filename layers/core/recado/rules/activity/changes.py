"""What an admin has changed of a webhook, field by field, for everybody who may read it: nothing secret is in it."""

import re
from dataclasses import asdict, dataclass, field

from recado.rules.activity.activity import FieldChange
from recado.rules.sending.answers.proofs import HIDDEN
from recado.rules.shaping.formats import Format
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.delivery_settings import name_in_api
from recado.rules.webhook.webhook import Status, Webhook

_QUERY = re.compile(r"([?#]).*", re.DOTALL)
_CREDENTIALS = {
    AuthenticationType.BASIC: "authentication.password",
    AuthenticationType.BEARER: "authentication.token",
    AuthenticationType.HEADER: "authentication.value",
    AuthenticationType.SIGNATURE: "authentication.secret",
    AuthenticationType.OAUTH2: "authentication.clientSecret",
}


@dataclass(frozen=True, slots=True)
class _Veiled:
    """A value that is compared, and never told; `shown` is what stands for it."""

    kept: object = field(repr=False)
    shown: str = HIDDEN


def changes_between(before: Webhook | None, after: Webhook, *, secret_changed: bool) -> tuple[FieldChange, ...]:
    """What differs between a webhook before and after a change, fields named as in the API; before a first one, all.

    `secret_changed`: the webhook has another password, token or other secret, which stand in neither. Secrets and the
    values of custom headers are hidden, and of a URL all that comes after its path; of a certificate there is its
    fingerprint. What is hidden and was there before is `hidden`, nothing more; what was not there has `[hidden]` as
    `after`, what is gone has it as `before`. A URL shows `?…` in place of its query, and is `hidden` where nothing else
    of it was changed. None, and an empty description, stand for what is not there.
    """
    old = {} if before is None else _fields(before, credentials=False)
    new = _fields(after, credentials=secret_changed)
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
    """The fields that an admin enters; two looks with other `credentials` differ in the secret of its type."""
    fields: dict[str, object] = {
        "name": webhook.name,
        "description": webhook.description or None,
        "targetUrl": _url(webhook.target_url),
        "eventNames": list(webhook.event_names),
        "active": webhook.status is Status.ACTIVE,
        "ordered": webhook.ordered,
        "filter": webhook.filter,
        "transform": webhook.transform,
        "format": None if webhook.format is Format.ENVELOPE else webhook.format.value,
        "authentication.type": webhook.authentication.value,
        "authentication.username": webhook.username,
        **_of_authentication(webhook),
    }
    if webhook.authentication in _CREDENTIALS:
        fields[_CREDENTIALS[webhook.authentication]] = _Veiled(credentials)
    fields |= {f"delivery.{name_in_api(name)}": value for name, value in asdict(webhook.delivery).items()}
    fields |= {f"headers.{name}": _Veiled(value) for name, value in webhook.headers.items()}
    return fields


def _of_authentication(webhook: Webhook) -> dict[str, object]:
    """What some types have: nothing where there is nothing to tell."""
    certificate, asked = webhook.client_certificate, webhook.oauth2
    fields: dict[str, object] = {
        "authentication.name": webhook.header_name,
        "authentication.algorithm": _algorithm(webhook),
        "authentication.clientCertificate": None if certificate is None else certificate.fingerprint,
        "authentication.trustedCertificates": [one.fingerprint for one in webhook.trusted_certificates] or None,
    }
    if asked is not None:
        fields |= {
            "authentication.tokenUrl": _url(asked.token_url),
            "authentication.clientId": asked.client_id,
            "authentication.clientAuthentication": asked.client_authentication.value,
            "authentication.scope": asked.scope,
            "authentication.audience": asked.audience,
        }
    return fields


def _algorithm(webhook: Webhook) -> str | None:
    return webhook.algorithm.value if webhook.authentication is AuthenticationType.SIGNATURE else None


def _url(url: str) -> _Veiled:
    return _Veiled(url, _QUERY.sub(r"\1…", url))
