"""Who tries webhooks: samples are sent to receivers that answer as they are told."""

from dataclasses import replace

from recado.ports.sending import Deadline, OurFaultError
from recado.rules.activity.activity import Activity, Requester
from recado.rules.event.reading import EventReader
from recado.rules.sending.attempt import AttemptResult
from recado.rules.sending.outgoing import OutgoingRequest
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.registration import Changes
from recado.use_cases.acts import Acts
from recado.use_cases.managing.examples import Example
from recado.use_cases.managing.noting import Noting
from recado.use_cases.managing.sample_sends import SampleSends, SampleSent
from tests.support.catalogue import ACCEPTED
from tests.unit.builders import delivered, webhook
from tests.unit.use_cases.fakes.activity_fakes import FakeActivities
from tests.unit.use_cases.fakes.admin_fakes import Office
from tests.unit.use_cases.fakes.journal import FixedDeadline

URL = "https://draft.example/hooks"
NAME = "COURSE_ENROLLMENT"
DEADLINE = FixedDeadline(24)
ADMIN = Requester("5f2c", "console", "198.51.100.7")


class FakeSender:
    """Remembers what it was to send, and answers as it was told; fills `Sender`."""

    def __init__(self) -> None:
        self.sent: list[tuple[OutgoingRequest, Deadline]] = []
        self.result = delivered()

    def send(self, request: OutgoingRequest, deadline: Deadline) -> AttemptResult:
        """Remember."""
        self.sent.append((request, deadline))
        return self.result


class Desk(Office):
    """Administration with test sends."""

    def __init__(self) -> None:
        super().__init__()
        self.sender = FakeSender()
        self.activities = FakeActivities()
        self.told: list[Activity] = []
        self.faults: list[OurFaultError] = []
        self.sends = SampleSends(
            reader=EventReader(ACCEPTED.catalogue),
            administration=self.administration,
            vault=self.vault,
            sender=self.sender,
            accepted=ACCEPTED,
            clock=lambda: self.now,
            noting=Noting(self.activities, Acts(lambda: "1", self.told.append), lambda: self.now, self.faults.append),
        )

    def save(self, kind: AuthenticationType, credentials: Credentials, **changes: object) -> None:
        """Keep a webhook that authenticates."""
        sealed = self.vault.seal("1010", "wh_1", credentials)
        username = "user" if kind is AuthenticationType.BASIC else None
        kept = webhook(authentication=kind, username=username, secret_version=sealed.version)
        self.registry.put(replace(kept, **changes))  # type: ignore[arg-type]  # a webhook's fields

    def draft(self, entered: Changes, name: str = NAME) -> SampleSent:
        """Test a draft."""
        return self.sends.draft("1010", Example(name), entered, deadline=DEADLINE, requester=ADMIN)

    def saved(self, entered: Changes, name: str = NAME) -> SampleSent:
        """Test what is saved, with changes."""
        return self.sends.saved("1010", "wh_1", Example(name), entered, deadline=DEADLINE, requester=ADMIN)
