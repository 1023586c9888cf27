"""Who is mailed to, and mails that do not leave."""

from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.mailbox import SENT

ANA, BEA = "ana@example.com", "bea@example.com"


def let_first_fail(aws: AwsCalls, code: str) -> None:
    """Let SES refuse the next mail, and take those after it."""

    def take() -> None:
        aws.allow("SendEmail")
        aws.answer("SendEmail", SENT)

    aws.before("SendEmail", lambda: aws.refuse("SendEmail", code), take)
