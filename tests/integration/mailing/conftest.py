"""The mails of an account's own admins, and one of them who has confirmed."""

import pytest

from tests.integration.mailing.mailed import ANA
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.mailbox import SENT, Mailbox
from tests.support.system import System


@pytest.fixture
def mailbox(system: System, aws: AwsCalls) -> Mailbox:
    """Give an account without addresses; SES takes every mail."""
    aws.answer("SendEmail", SENT)
    return Mailbox(system, aws)


@pytest.fixture
def told(mailbox: Mailbox) -> Mailbox:
    """Give an account with one confirmed address."""
    mailbox.confirm(mailbox.enter(ANA)[0])
    return mailbox
