"""Random schedules of what admins do with a signing secret, and what a receiver may count on meanwhile.

Administration, registry, vault and signing are the real ones, on moto. Two admins act, each in an environment of their
own; while one's request is between its reading and its writing, the other's may come in between. Answers of writes are
lost after they were made, one that the SDK makes good or so many that the request fails. Two senders, one of them cold
at times, POST with what they read, between which an admin may act too.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple

import standardwebhooks

from recado.adapters.dynamodb.webhooks.secret_store import DynamoSecrets
from recado.adapters.secrets.vault import KmsVault
from recado.composition.clients import new_token
from recado.ports.managing import VersionConflictError
from recado.ports.sending import OurFaultError
from recado.rules.event.event import parse_event
from recado.rules.sending.outgoing import OutgoingRequest, outgoing_request
from recado.rules.sending.signing import signing_secret
from recado.rules.webhook.authentication.authentication import AuthenticationType
from recado.rules.webhook.authentication.authentication_draft import AuthenticationDraft
from recado.rules.webhook.authentication.credentials import TooManySecretsError
from recado.rules.webhook.registration import Changes
from recado.use_cases.acts import Acts
from recado.use_cases.managing.administration import Administration
from recado.use_cases.managing.rewriting import Rewriting, StaleVersionError
from recado.use_cases.managing.signatures import Signatures
from tests.support.acts import ADMIN
from tests.support.aws.aws_calls import AwsCalls
from tests.support.aws.lost_answers import lost_answers
from tests.support.catalogue import ACCEPTED
from tests.support.events import NOON_MS
from tests.support.system import System

A_DAY_MS = 24 * 60 * 60 * 1000
STEPS = 8
_MORE_THAN_THE_SDK_TRIES = 9
_MOVES_MS = (0, 1, 1000, 60_000, 3_600_000, 5 * 3_600_000, 12 * 3_600_000, A_DAY_MS - 1, A_DAY_MS)


class Admin(NamedTuple):
    """One of those who manage the webhook."""

    administration: Administration
    signatures: Signatures


class Receivers:
    """The secrets that were handed out, and until when each is good: None while it is the current one."""

    def __init__(self) -> None:
        self._until: dict[str, int | None] = {}

    @property
    def secrets(self) -> list[str]:
        """Return those of which it is known how long they are good."""
        return list(self._until)

    def take(self, secret: str) -> None:
        """Hand the current secret out."""
        self._until[secret] = None

    def see(self, current: str, now: int) -> None:
        """Take note of the current secret: those that were it until now are good for a day."""
        for secret, until in self._until.items():
            if secret == current:
                self._until[secret] = None
            elif until is None:
                self._until[secret] = now + A_DAY_MS

    def end(self, secrets: set[str], now: int, *, surely: bool) -> None:
        """Take note that these were ended, or may have been: then nothing is said of them any more."""
        for secret in secrets & self._until.keys():
            until = self._until[secret]
            if surely and until is not None:
                self._until[secret] = min(until, now)
            elif until is not None:
                del self._until[secret]

    def good(self, now: int) -> set[str]:
        """Return those that must verify every POST."""
        return {secret for secret, until in self._until.items() if until is None or now < until}


class Schedule:
    """One schedule of its own seed, on a webhook of its own account."""

    def __init__(self, system: System, aws: AwsCalls, kms: Any, seed: int) -> None:
        self._random = random.Random(seed)
        self._kms = kms
        self._system = system
        self._aws = aws
        self._now = NOON_MS
        self._account = f"rotating-{seed}"
        self._receivers = Receivers()
        self._admins = [self._admin() for _ in range(2)]
        self._senders = [self._vault() for _ in range(2)]
        self._observer = self._vault()
        self._requests = 0
        self.posts = 0
        self.verified = 0
        own = self._random.choice([None, signing_secret.generate()])
        draft = AuthenticationDraft(AuthenticationType.SIGNATURE, secret=own)
        changes = Changes(
            name="n", target_url="https://receiver.example/", event_names=["CI_STATS"], authentication=draft
        )
        self._webhook_id = self._admins[0].administration.create(self._account, changes, ADMIN).webhook_id
        self._note()

    def run(self) -> None:
        """Go through the schedule; an `AssertionError` says which receiver was cut off, or not."""
        self._download()
        for _ in range(STEPS):
            self._now += self._random.choice(_MOVES_MS)
            self._step()
            self._post(self._random.choice(self._senders))

    def _step(self) -> None:
        with self._losing(), self._meeting_the_other():
            self._request(self._random.choice(self._admins))
        if self._random.random() < 0.2:
            self._request(self._random.choice(self._admins))
        if self._random.random() < 0.6:
            self._download()

    def _request(self, admin: Admin) -> None:
        """Make one request, perhaps twice, as a client does that got no answer; take note of what has come of it."""
        self._requests += 1
        behind = self._random.choice([None, None, 0, 1])
        version = None if behind is None else self._seen.webhook.version - behind
        act = self._action(admin, version)
        for _ in range(self._random.choice([1, 1, 2])):
            earlier = set(self._receivers.secrets) - {self._seen.credentials.secret}
            others, ends = self._requests, act.__name__ == "end"
            answered = True
            try:
                act()
            except StaleVersionError:
                ends = False
            except TooManySecretsError:
                assert len(self._seen.credentials.valid_secrets(self._now)) == 6
            except (OurFaultError, VersionConflictError):
                answered = False
            self._note()
            if ends:
                self._receivers.end(earlier, self._now, surely=answered and others == self._requests)

    def _action(self, admin: Admin, version: int | None) -> Callable[[], object]:
        place = (self._account, self._webhook_id, version)
        known = self._random.choice(self._receivers.secrets or [None])
        own = self._random.choice([None, None, signing_secret.generate(), known])

        def end() -> None:
            admin.signatures.end_previous(*place, ADMIN)

        def rotate() -> None:
            admin.signatures.rotate(*place, ADMIN, own)

        def rename() -> None:
            changes = Changes(name=str(self._random.random()))
            admin.administration.change(self._account, self._webhook_id, changes, version, ADMIN)

        return self._random.choice([rotate, rotate, rotate, rotate, rename, end])

    def _download(self) -> None:
        """Hand the current secret out to one more receiver."""
        signatures = self._random.choice(self._admins).signatures
        self._receivers.take(signatures.download(self._account, self._webhook_id, ADMIN).secret)

    def _post(self, sender: KmsVault) -> None:
        """Read, perhaps be overtaken, sign; every receiver that may count on its secret verifies, no other does."""
        if self._random.random() < 0.2:
            sender = self._vault()
        (read,) = self._system.registry.of_account(self._account)
        before = self._receivers.good(self._now)
        if self._random.random() < 0.2:
            self._request(self._random.choice(self._admins))
        opened = sender.open(read)
        assert opened is not None
        event = parse_event("CI_STATS", {"accountId": 1, "eventId": "e", "timestamp": self._now, "data": {}})
        request = outgoing_request(opened.webhook, opened.credentials, [event], self._now)
        after = self._receivers.good(self._now)
        self.posts += 1
        for secret in self._receivers.secrets:
            verified = _verifies(secret, request)
            assert verified or secret not in before & after
            assert not verified or secret in before | after
            self.verified += verified

    def _note(self) -> None:
        """See what there is now."""
        webhook = self._system.registry.get(self._account, self._webhook_id)
        assert webhook is not None
        seen = self._observer.open(webhook)
        assert seen is not None
        self._seen = seen
        self._receivers.see(seen.credentials.secret or "", self._now)

    @contextmanager
    def _losing(self) -> Iterator[None]:
        with lost_answers(self._random.choice([0, 0, 0, 1, 2, _MORE_THAN_THE_SDK_TRIES])):
            yield

    @contextmanager
    def _meeting_the_other(self) -> Iterator[None]:
        """Let another request come between the reading of the next one and its writing."""
        if self._random.random() < 0.4:
            for operation in ("TransactWriteItems", "UpdateItem"):
                self._aws.before(operation, lambda: self._request(self._random.choice(self._admins)))
        yield
        self._aws.before_no_more()

    def _admin(self) -> Admin:
        nothing: Any = None
        rewriting = Rewriting(
            registry=self._system.registry,
            vault=self._vault(),
            activities=self._system.activities,
            acts=Acts(new_token, lambda _act: None),
            clock=lambda: self._now,
        )
        administration = Administration(rewriting, wake_ups=nothing, reader=nothing, accepted=ACCEPTED, token=new_token)
        return Admin(administration, Signatures(rewriting))

    def _vault(self) -> KmsVault:
        key, registry = self._system.stack.physical_id("EncryptionKey"), self._system.registry
        return KmsVault(self._kms, key, DynamoSecrets(registry._table), registry)


def _verifies(secret: str, request: OutgoingRequest) -> bool:
    """Whether a receiver with this secret accepts the request, by the library of the specification."""
    at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
    expected = standardwebhooks.Webhook(secret).sign(request.headers["webhook-id"], at, request.body.decode())
    return expected in request.headers["webhook-signature"].split(" ")
