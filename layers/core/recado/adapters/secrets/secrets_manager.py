"""Secrets that others keep in Secrets Manager."""

from typing import Any, Protocol

from botocore.exceptions import ClientError

from recado.adapters.faults import as_our_fault

# What whoever wrote the template can mend: the secret is not there, not ours to read, or on its way out.
_OF_THE_SECRET = frozenset(
    {
        "AccessDeniedException",
        "DecryptionFailure",
        "InvalidParameterException",
        "InvalidRequestException",
        "ResourceNotFoundException",
    }
)


class SecretNotReadError(Exception):
    """A secret that cannot be read; its text is AWS's name of the error, or what is wrong with the secret."""


class SecretsManagerClient(Protocol):
    """What is needed of boto3's client `secretsmanager`."""

    def get_secret_value(self, **parameters: Any) -> Any:  # noqa: ANN401 - as boto3 has it
        """Read a secret."""
        ...


class SecretsManager:
    """Reads the texts of secrets."""

    def __init__(self, client: SecretsManagerClient) -> None:
        self._client = client

    @as_our_fault("reading a secret")
    def read(self, arn: str, version_id: str | None = None) -> str:
        """The text of that version of a secret, or of the current one.

        Raises `SecretNotReadError`, or `OurFaultError` for what may pass.
        """
        version = {} if version_id is None else {"VersionId": version_id}
        try:
            answer = self._client.get_secret_value(SecretId=arn, **version)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _OF_THE_SECRET:
                raise SecretNotReadError(code) from None
            raise
        text = answer.get("SecretString")
        if not isinstance(text, str):
            raise SecretNotReadError("it holds bytes, not text")
        return text
