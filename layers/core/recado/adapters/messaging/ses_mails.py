"""Mails by Amazon SES."""

from typing import Any, Protocol

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    ProxyConnectionError,
    SSLError,
)

from recado.adapters.faults import as_our_fault
from recado.ports.mailing import Mail, MailFaultyError, MailRefusedError, MailUncertainError
from recado.ports.sending import OurFaultError

# https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors: what concerns the mail
# itself, and what is wrong with the request, so that it would be the next time, too. All others are of the deployment,
# or pass.
_OF_THE_MAIL = "MessageRejected"
_OF_THE_REQUEST = "BadRequestException"

_NOT_CONNECTED = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError)
_SERVER_ERROR = 500


class SesClient(Protocol):
    """What is needed of boto3's client `sesv2`."""

    def send_email(self, **parameters: Any) -> Any:  # noqa: ANN401 - as boto3 has it
        """Send a mail."""
        ...


class SesMails:
    """Sends mails from one address; fills the port `Mails`."""

    def __init__(self, client: SesClient, mail_from: str) -> None:
        self._client = client
        self._mail_from = mail_from

    @as_our_fault("sending a mail")
    def send(self, mail: Mail) -> None:
        """Send one. Errors say nothing of SES's text: that names the address."""
        try:
            self._send(mail)
        except _NOT_CONNECTED as error:
            raise OurFaultError(f"sending a mail: {type(error).__name__}") from None
        except (HTTPClientError, SSLError) as error:
            # The connection was there: SES may have taken the mail before it broke.
            raise MailUncertainError(f"sending a mail: {type(error).__name__}; it may have left") from None
        except ClientError as error:
            raise self._fault(error) from None

    def _fault(self, error: ClientError) -> Exception:
        code = error.response["Error"]["Code"]
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= _SERVER_ERROR:
            return MailUncertainError(f"sending a mail: {code}; it may have left")
        if code == _OF_THE_MAIL and not self._is_about_sender(error):
            return MailRefusedError(code)
        if code == _OF_THE_REQUEST:
            return MailFaultyError(f"sending a mail: {code}")
        return OurFaultError(f"sending a mail: {code}")

    def _send(self, mail: Mail) -> None:
        unsubscribe = [
            {"Name": "List-Unsubscribe", "Value": f"<{mail.one_click_url}>"},
            {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
        ]
        letter = mail.letter
        self._client.send_email(
            FromEmailAddress=self._mail_from,
            Destination={"ToAddresses": [mail.address]},
            Content={
                "Simple": {
                    "Subject": {"Data": letter.subject, "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": letter.text, "Charset": "UTF-8"},
                        "Html": {"Data": letter.html, "Charset": "UTF-8"},
                    },
                    "Headers": unsubscribe,
                }
            },
        )

    def _is_about_sender(self, error: ClientError) -> bool:
        """Whether the identity that is not verified is our own: SES lists them at the end of its message."""
        _, _, identities = error.response["Error"].get("Message", "").rpartition(":")
        ours = {self._mail_from, self._mail_from.rpartition("@")[2]}
        return bool(ours & {one.strip() for one in identities.split(",")})
