"""Routes of a webhook's signature."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.shared.access import requester_of
from recado.http_api.shared.parameters import AccountId, IfMatch, WebhookId, check_names, version_of
from recado.http_api.shared.schemas import FOR_AN_HOUR, OPEN, WRITE, new_router, responses, shown
from recado.http_api.shared.secrets import earlier_views
from recado.http_api.signatures.schemas import (
    KeySetView,
    PublicKeyView,
    RotationEntered,
    SignatureDownload,
    SignatureView,
)
from recado.rules.event.timestamps import to_iso
from recado.rules.sending.signing import signing, signing_key
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.signatures import Signatures

_SIGNATURE = "/accounts/<accountId>/webhooks/<webhookId>/signature"
_TAGS = ["Signatures"]

OfWebhook = Annotated[str | None, Query(alias="webhookId", description="The keys of this webhook alone.")]


def signature_routes(signatures: Signatures) -> APIGatewayHttpRouter:
    """The routes that rotate and download a webhook's signing secret, and end the earlier ones."""
    router = new_router()
    _rotation_routes(router, signatures)
    _download_route(router, signatures)
    _key_set_route(router, signatures)
    return router


def _rotation_routes(router: APIGatewayHttpRouter, signatures: Signatures) -> None:
    @router.post(
        _SIGNATURE,
        operation_id="rotateSignature",
        summary="Replace the signing secret",
        description="By one that is made here, or one's own. Up to five earlier ones sign along, each for 24 hours "
        "from its own replacement; with five of them there, the answer is 409. With `ED25519` the key "
        "is replaced with it, by one that is made here. The secret that the webhook has already changes nothing. The "
        "new one is in the download only.",
        tags=_TAGS,
        responses=responses(200, SignatureView, 400, 409, 412, 415, 422, headers=("ETag",)),
        security=WRITE,
    )
    def rotate_signature(
        account_id: AccountId,
        webhook_id: WebhookId,
        rotation: RotationEntered | None = None,
        if_match: IfMatch = None,
    ) -> Response[str]:
        secret = None if rotation is None else rotation.secret
        requester = requester_of(router.current_event.raw_event)
        webhook = signatures.rotate(account_id, webhook_id, version_of(if_match), requester, secret)
        return shown(SignatureView(**_fields(webhook)), headers={"ETag": f'"{webhook.version}"'})

    @router.delete(
        f"{_SIGNATURE}/previous",
        operation_id="endPreviousSecrets",
        summary="Let the earlier secrets sign no more",
        description="A receiver that still has one of them refuses what it gets from now on.",
        tags=_TAGS,
        responses=responses(204, None, 400, 409, 412),
        security=WRITE,
    )
    def end_previous_secrets(account_id: AccountId, webhook_id: WebhookId, if_match: IfMatch = None) -> Response[str]:
        requester = requester_of(router.current_event.raw_event)
        signatures.end_previous(account_id, webhook_id, version_of(if_match), requester)
        return Response(status_code=HTTPStatus.NO_CONTENT, body="")


def _download_route(router: APIGatewayHttpRouter, signatures: Signatures) -> None:
    @router.get(
        _SIGNATURE,
        operation_id="downloadSignature",
        summary="Download the signing secret",
        description="Each download is recorded before it is answered: the webhook shows the time of the last one.",
        tags=_TAGS,
        responses=responses(200, SignatureDownload, 409, headers=("Content-Disposition",)),
        security=WRITE,
    )
    def download_signature(account_id: AccountId, webhook_id: WebhookId) -> Response[str]:
        signature = signatures.download(account_id, webhook_id, requester_of(router.current_event.raw_event))
        body = SignatureDownload(**_fields(signature.webhook), secret=signature.secret)
        return shown(body, headers={"Content-Disposition": f'attachment; filename="{webhook_id}-signature.json"'})


def _key_set_route(router: APIGatewayHttpRouter, signatures: Signatures) -> None:
    @router.get(
        "/accounts/<accountId>/webhook-keys.json",
        operation_id="readPublicKeys",
        summary="The keys that verify signatures",
        description="A JWK set for receivers, open to everybody, to be kept for an hour at most: the keys of the "
        "account's webhooks that sign with `ED25519`, those that sign along after a rotation too. Of anything that is "
        "not there, an account as well, it is empty. A receiver asks for the keys of its own webhook alone: what is "
        "signed for others of the account is not for it.",
        tags=_TAGS,
        responses=responses(200, KeySetView, 400, 422, 503, secured=False),
        security=OPEN,
    )
    def read_public_keys(account_id: AccountId, webhook_id: OfWebhook = None) -> Response[str]:
        check_names(router.current_event.query_string_parameters or {}, ("webhookId",))
        keys = signatures.public_keys(account_id, webhook_id)
        return shown(KeySetView(keys=[PublicKeyView(**signing_key.jwk(key)) for key in keys]), headers=FOR_AN_HOUR)


def _fields(webhook: Webhook) -> dict[str, Any]:
    return {
        "webhook_id": webhook.webhook_id,
        "scheme": signing.SCHEME,
        "algorithm": signing.ALGORITHM,
        "key_ids": [signing_key.jwk(key)["kid"] for key in webhook.public_keys] or None,
        "created_at": to_iso(webhook.secret_rotated_at or webhook.secret_created_at or webhook.created_at),
        "previous": earlier_views(webhook.previous_until),
    }
