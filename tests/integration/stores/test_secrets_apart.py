"""Secrets are items of their own: written with their webhooks or not at all, whatever is lost or under way."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import boto3
import pytest

from recado.adapters.aws_client import AwsClient
from recado.adapters.dynamodb import conditions
from recado.adapters.dynamodb.webhooks.secret_store import DynamoSecrets
from recado.ports.managing import LimitReachedError, VersionConflictError
from recado.ports.sending import Expect, OurFaultError, Sealed
from recado.rules.sending.wake_up import WakeUp
from recado.rules.webhook.authentication.credentials import Credentials
from recado.rules.webhook.lane import owned
from recado.rules.webhook.webhook import Health, HealthState, Webhook
from tests.support.acts import act_on
from tests.support.aws.aws_calls import AwsCalls, Call
from tests.support.aws.lost_answers import TransactionsUnderWay, lost_answers
from tests.support.events import ACCOUNT, NOON_MS
from tests.support.system import System

WAKE_UP = WakeUp("a message", "a receipt", str(ACCOUNT), "wh_1", "own")
NEW = Sealed("new", b"a ciphertext")
TRIES = 8

WRITES: dict[str, Callable[[System, Webhook], object]] = {
    "take the lease": lambda system, _read: system.lanes.take_lease(WAKE_UP, "me", NOON_MS, NOON_MS + 1),
    "declare it failing": lambda system, read: system.lanes.change(
        read, replace(read, health=Health(HealthState.FAILING)), Expect.UNCHANGED
    ),
    "rename it": lambda system, read: system.registry.replace(read, replace(read, name="New", version=2), act_on(read)),
    "rotate its secret": lambda system, read: system.registry.replace(read, rotated(read), act_on(read), sealed=NEW),
    "note a download": lambda system, read: system.registry.record_download(read, act_on(read)),
    "remove it": lambda system, read: system.registry.remove(read, act_on(read)),
    "add another": lambda system, read: system.registry.add(replace(read, webhook_id="wh_2"), NEW, act_on(read)),
}


def rotated(read: Webhook) -> Webhook:
    """Return a webhook that names the new secret."""
    return replace(read, secret_version=NEW.version, version=read.version + 1)


def items(system: System) -> dict[str, Any]:
    """Return the table's items, by their sort keys."""
    found = boto3.client("dynamodb").scan(TableName=system.stack.physical_id("WebhooksTable"))["Items"]
    return {item["webhook_id"]["S"]: item for item in found}


def without_acts(system: System) -> dict[str, Any]:
    """Return the same without what was done."""
    return {key: item for key, item in items(system).items() if not key.startswith("activity#")}


def written(call: Call) -> list[str]:
    """Return what a transaction writes: the beginning of each item's key."""
    parts = [next(iter(part.values())) for part in call.parameters["TransactItems"]]
    return [(part.get("Item") or part["Key"])["webhook_id"]["S"].partition("#")[0] for part in parts]


@pytest.fixture
def read(system: System) -> Webhook:
    """Give a webhook with a secret and an owner, as it was read."""
    webhook = system.add_webhook("https://127.0.0.1/", credentials=Credentials(secret="whsec_AAAA"))
    with_owner = replace(webhook, lane=owned(webhook.lane, WAKE_UP.token, NOON_MS))
    assert system.lanes.change(webhook, with_owner, Expect.UNOWNED)
    return system.webhook(webhook)


@pytest.fixture
def secrets(system: System) -> DynamoSecrets:
    """Give the secrets as senders read them."""
    return DynamoSecrets(system.registry._table)


@pytest.fixture
def under_way(monkeypatch: pytest.MonkeyPatch) -> Iterator[TransactionsUnderWay]:
    """Let writes meet transactions of others, without waiting between the tries."""
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)
    with TransactionsUnderWay() as under_way:
        yield under_way


def test_a_webhook_names_its_secret_and_holds_nothing_of_it(system: System, read: Webhook) -> None:
    """Every event reads the webhook: what is sealed stands beside it, and goes with it."""
    kept = items(system)
    assert "sealed" not in kept["wh_1"]
    assert kept["secret#wh_1"].keys() == {"account_id", "webhook_id", "secret_version", "sealed"}
    assert kept["wh_1"]["secret_version"] == kept["secret#wh_1"]["secret_version"]
    assert system.registry.of_account(str(ACCOUNT)) == [read]

    system.registry.remove(read, act_on(read))

    assert without_acts(system).keys() == {"#count"}


def test_a_change_of_the_secret_writes_both_and_any_other_one(
    system: System, read: Webhook, secrets: DynamoSecrets, aws: AwsCalls
) -> None:
    """In one transaction with the act, the secret where the webhook names another version; and no reading."""
    system.registry.replace(read, replace(read, name="New", version=2), act_on(read))
    assert [call.operation for call in aws.seen] == ["TransactWriteItems"]
    renamed = system.webhook(read)
    system.registry.replace(renamed, rotated(renamed), act_on(read), sealed=NEW)
    assert secrets.sealed_of(str(ACCOUNT), "wh_1") == NEW
    bare = system.webhook(read)
    system.registry.replace(bare, replace(bare, secret_version=None, version=4), act_on(read))

    assert [sorted(written(call)) for call in aws.of("TransactWriteItems")] == [
        ["activity", "wh_1"],
        ["activity", "secret", "wh_1"],
        ["activity", "secret", "wh_1"],
    ]
    assert secrets.sealed_of(str(ACCOUNT), "wh_1") is None


def test_a_secret_is_read_consistently(secrets: DynamoSecrets, read: Webhook, aws: AwsCalls) -> None:
    """Or a sender could take a version for missing that was just written."""
    assert secrets.sealed_of(read.account_id, read.webhook_id)

    (reading,) = aws.of("GetItem")
    assert reading.parameters["ConsistentRead"] is True


@pytest.mark.parametrize("name", WRITES)
def test_a_write_whose_answer_is_lost_is_made_once(system: System, read: Webhook, name: str) -> None:
    """The SDK repeats it, and its condition fails because it is there already: that is a success."""
    with lost_answers(1):
        if name == "remove it":
            # moto knows no tokens, by which DynamoDB tells the repetition: it is refused here, and nothing is there.
            with pytest.raises(VersionConflictError):
                WRITES[name](system, read)
        else:
            assert WRITES[name](system, read) is not False

    kept = items(system)
    expected: dict[str, Callable[[], bool]] = {
        "take the lease": lambda: kept["wh_1"]["lease_holder"]["S"] == "me",
        "declare it failing": lambda: kept["wh_1"]["health"]["S"] == "FAILING",
        "rename it": lambda: kept["wh_1"]["name"]["S"] == "New" and kept["wh_1"]["version"]["N"] == "2",
        "rotate its secret": lambda: (
            kept["wh_1"]["secret_version"] == kept["secret#wh_1"]["secret_version"] == {"S": "new"}
        ),
        "note a download": lambda: kept["wh_1"]["secret_downloaded_at"]["N"] == str(NOON_MS),
        "remove it": lambda: kept["#count"]["webhooks"]["N"] == "0" and "wh_1" not in kept,
        "add another": lambda: kept["#count"]["webhooks"]["N"] == "2" and "secret#wh_2" in kept,
    }
    assert expected[name]()


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_is_never_answered_is_our_fault(system: System, read: Webhook, name: str) -> None:
    """Nobody knows whether it was made: whoever asked repeats it."""
    with lost_answers(100), pytest.raises(OurFaultError):
        WRITES[name](system, read)


def test_what_another_wrote_is_no_success(system: System, read: Webhook) -> None:
    """Two rotations of one version: the second is refused, whatever it looks like."""
    system.registry.replace(read, rotated(read), act_on(read), sealed=NEW)

    other = replace(rotated(read), secret_version="other")
    with pytest.raises(VersionConflictError):
        system.registry.replace(read, other, act_on(read), sealed=Sealed("other", b"x"))
    with pytest.raises(LimitReachedError):
        system.registry.add(replace(read, name="Another of the same id"), NEW, act_on(read))


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_meets_a_transaction_is_made_again(
    system: System, read: Webhook, under_way: TransactionsUnderWay, name: str
) -> None:
    """Seven times at most: DynamoDB refuses one of two, and no SDK tries that again."""
    before = items(system)
    under_way.coming = TRIES - 1

    WRITES[name](system, read)

    assert items(system) != before
    assert (under_way.coming, under_way.met) == (0, TRIES - 1)


@pytest.mark.parametrize("name", WRITES)
def test_a_write_that_meets_transactions_for_too_long_is_our_fault(
    system: System, read: Webhook, under_way: TransactionsUnderWay, name: str
) -> None:
    """Whoever asked repeats it later; nothing was written."""
    before = items(system)
    under_way.coming = TRIES

    with pytest.raises(OurFaultError):
        WRITES[name](system, read)

    assert items(system) == before
    assert under_way.met == TRIES


def test_a_transaction_is_tried_again_under_the_same_token(
    system: System, read: Webhook, under_way: TransactionsUnderWay
) -> None:
    """So that one that was written, and not answered, is not written twice."""
    under_way.coming = 2

    system.registry.replace(read, rotated(read), act_on(read), sealed=NEW)
    system.registry.remove(system.webhook(read), act_on(read))

    *same, other = under_way.tokens
    assert (len(same), len(set(same)), other in same) == (3, 1, False)


def test_a_condition_that_fails_beside_a_conflict_is_a_refusal(system: System) -> None:
    """A part of the transaction says that it is of no use to try again."""
    error = TransactionsUnderWay.canceled("ConditionalCheckFailed", "TransactionConflict")

    with patch.object(AwsClient, "_make_api_call", side_effect=error) as made:
        assert conditions.accepted_together(system.activities._connection, lambda _transaction: None) is False

    assert made.call_count == 1
