"""What becomes of a mail that SES does not take, and that no error repeats whom it was for."""

from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

from recado.adapters.messaging.ses_mails import SesMails
from recado.ports.mailing import Mail, MailFaultyError, MailRefusedError, MailUncertainError
from recado.ports.sending import OurFaultError
from recado.rules.alerting.letters import Letter

MAIL = Mail("ana@example.com", Letter("Subject", ("Text",)), "https://h.example/unsubscribe?token=t")
UNVERIFIED = "Email address is not verified. The following identities failed the check in region EU-WEST-1: "


class Ses:
    """Fails as it was told."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.tries = 0

    def send_email(self, **_parameters: Any) -> Any:
        """Fail."""
        self.tries += 1
        raise self._error


URL = "https://email.example"


def refused(code: str, message: str = "", status: int = 400) -> ClientError:
    """Return an answer of SES's."""
    answer: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "SendEmail")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (refused("MessageRejected", UNVERIFIED + "ana@example.com"), MailRefusedError),
        (refused("BadRequestException", "Invalid address ana@example.com"), MailFaultyError),
        (refused("MessageRejected", UNVERIFIED + "alerts@platform.example, ana@example.com"), OurFaultError),
        (refused("MessageRejected", UNVERIFIED + "platform.example"), OurFaultError),
        (refused("TooManyRequestsException", status=429), OurFaultError),
        (refused("SendingPausedException"), OurFaultError),
        (refused("AccessDeniedException", status=403), OurFaultError),
        (refused("InternalFailure", status=500), MailUncertainError),
        (refused("ServiceUnavailable", status=503), MailUncertainError),
        (ReadTimeoutError(endpoint_url=URL), MailUncertainError),
        (ConnectionClosedError(endpoint_url=URL), MailUncertainError),
        (SSLError(endpoint_url=URL, error=OSError("cut off")), MailUncertainError),
        (ConnectTimeoutError(endpoint_url=URL), OurFaultError),
        (EndpointConnectionError(endpoint_url=URL), OurFaultError),
        (ProxyConnectionError(proxy_url=URL), OurFaultError),
    ],
)
def test_a_mail_that_does_not_leave(error: Exception, expected: type[Exception]) -> None:
    """It is refused for good, or a fault of ours, or nobody knows; and it is tried once."""
    ses = Ses(error)
    with pytest.raises(expected) as raised:
        SesMails(ses, "alerts@platform.example").send(MAIL)

    assert type(raised.value) is expected
    assert "ana@" not in str(raised.value)
    assert ses.tries == 1
