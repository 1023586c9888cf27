"""The properties of a webhook, as the use cases take them: what a template leaves out has the API's default again."""

import json
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import asdict, replace
from functools import cache
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from recado.custom_resource.properties import InvalidPropertyError, as_fields
from recado.custom_resource.secret_value import (
    ARN,
    OF_TEMPLATES,
    SECRET,
    VERSION,
    check_no_secret,
    checked_arn,
    refusal,
    version_id,
    with_secret,
)
from recado.http_api.shared.field_problems import field_problems
from recado.http_api.webhooks.schemas import WebhookEntered, changes_of
from recado.rules.account import ACCEPTED, account_key
from recado.rules.webhook.authentication.authentication import SignatureAlgorithm
from recado.rules.webhook.authentication.authentication_draft import KEPT, AuthenticationDraft
from recado.rules.webhook.delivery_settings import DeliverySettings
from recado.rules.webhook.registration import Changes

SHORTEST_SERVICE_TIMEOUT = 600
"""Seconds; Lambda has ended its tries of a request before (template.yaml), so that none meets a later request."""

_SERVICE_TIMEOUT = "ServiceTimeout"
_SECONDS = re.compile("[0-9]{1,9}")
_OF_CLOUDFORMATION = ("ServiceToken", _SERVICE_TIMEOUT)
_ACCOUNT = "AccountId"

_DIGITS = 16

ReadSecret = Callable[[str, str | None], str]
"""Reads the text of the secret of this ARN, of the version of this id or, without, of the current one.

Raises `UnreadableSecretError` or `OurFaultError`.
"""


class UnreadableSecretError(Exception):
    """A secret that cannot be read; its text names the error of AWS, or what is wrong."""


def account_of(properties: Mapping[str, Any]) -> str | None:
    """The account that the properties name; None where they name none."""
    return account_key(properties.get(_ACCOUNT))


def named_account(properties: Mapping[str, Any]) -> str:
    """The account that the properties name; raises `InvalidPropertyError`."""
    account_id = account_of(properties)
    if account_id is None:
        raise InvalidPropertyError(_ACCOUNT, f"must be {ACCEPTED}")
    return account_id


def wanted_changes(properties: Mapping[str, Any], read_secret: ReadSecret, declared_as: str | None = None) -> Changes:
    """All of a webhook that these properties stand for, its secret read.

    `declared_as` is that of the webhook that is there: where the properties say the same of the authentication, it
    stays as it is, and its secret is not read. Raises `InvalidPropertyError`, and what `read_secret` does for what is
    on our side.
    """
    _check_service_timeout(properties.get(_SERVICE_TIMEOUT))
    given = {name: value for name, value in properties.items() if name not in (*_OF_CLOUDFORMATION, _ACCOUNT)}
    digest = _declared_as(given)
    if digest == declared_as:
        given.pop("Authentication", None)
    changes = _whole(changes_of(_entered(_fields(given, read_secret))))
    if digest == declared_as or changes.authentication is None:
        return replace(changes, authentication=None)
    return replace(changes, authentication=replace(_whole_draft(changes.authentication), declared_as=digest))


def _check_service_timeout(given: object) -> None:
    if _SECONDS.fullmatch(str(given)) and int(str(given)) < SHORTEST_SERVICE_TIMEOUT:
        raise InvalidPropertyError(
            _SERVICE_TIMEOUT,
            f"must be at least {SHORTEST_SERVICE_TIMEOUT} seconds, or left out: until then a request may be repeated",
        )


def _declared_as(given: Mapping[str, Any]) -> str:
    """A digest of the authentication and of the host that its secret goes to."""
    host = str(given.get("TargetUrl")).split("/", 3)[:3]
    said = json.dumps([given.get("Authentication"), host], sort_keys=True)
    return sha256(said.encode()).hexdigest()[:_DIGITS]


def _fields(given: dict[str, Any], read_secret: ReadSecret) -> dict[str, Any]:
    authentication = given.get("Authentication")
    if not isinstance(authentication, dict):
        return as_fields(given, _template_schema())
    check_no_secret(authentication)
    arn = checked_arn(authentication.get(ARN))
    # All that can be refused without it comes before the secret is read.
    fields = as_fields(given, _template_schema())
    shown = {name: value for name, value in fields["authentication"].items() if name not in OF_TEMPLATES}
    value = None if arn is None else _secret(arn, version_id(authentication.get(VERSION)), read_secret)
    fields["authentication"] = with_secret(shown, value, _known(shown["type"]))
    return fields


def _secret(arn: str, version: str | None, read_secret: ReadSecret) -> str:
    try:
        return read_secret(arn, version)
    except UnreadableSecretError as error:
        name, which = (ARN, "") if version is None else (VERSION, "of 32 to 64 characters is the id of a version that ")
        raise InvalidPropertyError(f"Authentication.{name}", f"{which}cannot be read: {error}") from None


def _known(kind: str) -> Mapping[str, Any]:
    """The fields that authentication of this type has."""
    return _of_types(_schema())[kind]


def _entered(fields: dict[str, Any]) -> WebhookEntered:
    try:
        return WebhookEntered.model_validate(fields)
    except ValidationError as error:
        # Without what was entered: it may be secret.
        found = error.errors(include_input=False, include_url=False)
        problem = field_problems([{**each, "loc": ("body", *each["loc"])} for each in found])[0]
        raise refusal(problem.field, problem.message) from None


def _whole(changes: Changes) -> Changes:
    """The changes that bring a webhook there, whatever it was: of each field its value, or the API's default."""
    return replace(
        changes,
        delivery={**asdict(DeliverySettings()), **changes.delivery},
        expressions={"filter": None, "transform": None, **changes.expressions},
    )


def _whole_draft(draft: AuthenticationDraft) -> AuthenticationDraft:
    return replace(
        draft,
        algorithm=draft.algorithm or SignatureAlgorithm.HMAC_SHA256,
        client_certificate=None if draft.client_certificate is KEPT else draft.client_certificate,
        trusted_certificates=None if draft.trusted_certificates is KEPT else draft.trusted_certificates,
    )


@cache
def _schema() -> dict[str, Any]:
    return WebhookEntered.model_json_schema(by_alias=True)


@cache
def _template_schema() -> dict[str, Any]:
    """The API's schema with what only templates have, and without what they must not: of these a refusal tells."""
    schema = deepcopy(_schema())
    schema["properties"]["accountId"] = {}
    for properties in _of_types(schema).values():
        for name in SECRET:
            properties.pop(name, None)
        properties.update({name: {} for name in OF_TEMPLATES})
    return schema


def _of_types(schema: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields that authentication has, by its type."""
    mapping = schema["properties"]["authentication"]["discriminator"]["mapping"]
    return {kind: schema["$defs"][where.rpartition("/")[2]]["properties"] for kind, where in mapping.items()}
