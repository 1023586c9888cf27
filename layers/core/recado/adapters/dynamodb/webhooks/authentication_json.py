"""What everybody may know of a webhook's authentication, as attributes of its item, and back."""

from dataclasses import asdict
from typing import Any

from recado.adapters.dynamodb.tables import WebhookItem
from recado.rules.webhook.authentication.authentication import (
    AuthenticationType,
    CertificateFacts,
    ClientAuthentication,
    OAuth2,
    PublicKey,
    SignatureAlgorithm,
)
from recado.rules.webhook.webhook import Webhook


def authentication_attributes(webhook: Webhook) -> dict[str, Any]:
    """How a webhook authenticates, as attributes; None where there is nothing to store, as with most webhooks."""
    certificate = webhook.client_certificate
    usual = webhook.algorithm is SignatureAlgorithm.HMAC_SHA256
    return {
        "authentication": webhook.authentication.value,
        "username": webhook.username,
        "header_name": webhook.header_name,
        "algorithm": None if usual else webhook.algorithm.value,
        "public_keys": [[key.x, key.valid_until] for key in webhook.public_keys] or None,
        "oauth2": None if webhook.oauth2 is None else asdict(webhook.oauth2),
        "client_certificate": None if certificate is None else asdict(certificate),
        "trusted_certificates": [asdict(one) for one in webhook.trusted_certificates] or None,
    }


def authentication_of_item(item: WebhookItem) -> dict[str, Any]:
    """The fields of a webhook that `authentication_attributes` has stored."""
    certificate = item.client_certificate
    return {
        "authentication": AuthenticationType(item.authentication),
        "username": item.username,
        "header_name": item.header_name,
        "algorithm": SignatureAlgorithm(item.algorithm or SignatureAlgorithm.HMAC_SHA256),
        "public_keys": tuple(PublicKey(*key) for key in item.public_keys or ()),
        "oauth2": _oauth2(item.oauth2),
        "client_certificate": None if certificate is None else CertificateFacts(**certificate),
        "trusted_certificates": tuple(CertificateFacts(**one) for one in item.trusted_certificates or ()),
    }


def _oauth2(kept: dict[str, Any] | None) -> OAuth2 | None:
    if kept is None:
        return None
    return OAuth2(**{**kept, "client_authentication": ClientAuthentication(kept["client_authentication"])})
