"""Routes of a webhook's signature."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from recado.http_api.shared.access import caller
from recado.http_api.shared.parameters import AccountId, IfMatch, WebhookId, version_of
from recado.http_api.shared.schemas import WRITE, iso_or_none, new_router, responses, shown
from recado.http_api.signatures.schemas import SignatureDownload, SignatureView
from recado.rules.event.timestamps import to_iso
from recado.rules.sending import signing
from recado.rules.webhook.webhook import Webhook
from recado.use_cases.managing.administration import Administration

_SIGNATURE = "/accounts/<accountId>/webhooks/<webhookId>/signature"
_TAGS = ["Signatures"]


def signature_routes(administration: Administration, logger: Logger) -> APIGatewayHttpRouter:
    """The routes that rotate and download a webhook's signing secret."""
    router = new_router()

    def log(what: str, account_id: str, webhook_id: str) -> None:
        who = caller(router.current_event.raw_event)
        logger.info(what, extra={"account_id": account_id, "webhook_id": webhook_id, **who})

    @router.post(
        _SIGNATURE,
        operation_id="rotateSignature",
        summary="Generate a new signing secret",
        description="The old secret signs as well for 24 hours. The new one is in the download only.",
        tags=_TAGS,
        responses=responses(200, SignatureView, 400, 409, 412, 415, headers=("ETag",)),
        security=WRITE,
    )
    def rotate_signature(account_id: AccountId, webhook_id: WebhookId, if_match: IfMatch = None) -> Response[str]:
        webhook = administration.rotate_signature(account_id, webhook_id, version_of(if_match))
        log("signature rotated", account_id, webhook_id)
        return shown(SignatureView(**_fields(webhook)), headers={"ETag": f'"{webhook.version}"'})

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
        signature = administration.signature(account_id, webhook_id)
        log("signature downloaded", account_id, webhook_id)
        body = SignatureDownload(
            **_fields(signature.webhook), secret=signature.secret, previous_secret=signature.previous_secret
        )
        return shown(body, headers={"Content-Disposition": f'attachment; filename="{webhook_id}-signature.json"'})

    return router


def _fields(webhook: Webhook) -> dict[str, str | None]:
    return {
        "webhook_id": webhook.webhook_id,
        "scheme": signing.SCHEME,
        "algorithm": signing.ALGORITHM,
        "created_at": to_iso(webhook.secret_rotated_at or webhook.secret_created_at or webhook.created_at),
        "previous_valid_until": iso_or_none(webhook.previous_valid_until),
    }
