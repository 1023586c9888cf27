"""What makes webhooks resources of CloudFormation."""

from collections.abc import Mapping

from aws_lambda_powertools import Logger

from recado.adapters.dynamodb.tables import SharedConnection
from recado.adapters.messaging.cloudformation_answers import send_answer
from recado.adapters.secrets.secrets_manager import SecretNotReadError, SecretsManager
from recado.composition.clients import client
from recado.composition.managing import Managing
from recado.custom_resource.handling import Handling
from recado.custom_resource.webhook_properties import UnreadableSecretError
from recado.custom_resource.webhook_resource import WebhookResource
from recado.settings import ResourceSettings


def resource_handling(env: Mapping[str, str], logger: Logger) -> Handling:
    """Handles the requests of CloudFormation; settings that are missing are answered, too."""
    return Handling(lambda: _webhook_resource(ResourceSettings.from_env(env), logger), send_answer, logger)


def _webhook_resource(settings: ResourceSettings, logger: Logger) -> WebhookResource:
    parts = Managing.of(settings, SharedConnection(), logger)
    secrets = SecretsManager(client("secretsmanager"))

    def read_secret(arn: str, version_id: str | None) -> str:
        try:
            return secrets.read(arn, version_id)
        except SecretNotReadError as error:
            raise UnreadableSecretError(str(error)) from None

    return WebhookResource(
        parts.administration,
        read_secret=read_secret,
        own_hosts=(f"{settings.api_id}.execute-api.",),
    )
