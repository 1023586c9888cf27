"""Tokens are items of their own, sealed: fetched under a lease, bound to what they were fetched with."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from recado.ports.sending import OurFaultError
from recado.ports.tokens import Found, KeptToken
from recado.rules.webhook.webhook import Webhook
from tests.support.acts import act_on
from tests.support.aws.items import changed_item
from tests.support.aws.lost_answers import lost_answers
from tests.support.environments import HOUR, TEXT, Environments
from tests.support.events import ACCOUNT
from tests.support.system import System


@pytest.fixture
def environments(system: System) -> Environments:
    """Give the stores of many environments, on a clock that stands still."""
    system.clock.stop()
    return Environments(system)


def test_a_token_is_kept_for_all_environments(environments: Environments) -> None:
    """Each reads it once, and has it in memory for its lifetime; before it was kept there is nothing."""
    read = environments.read
    assert environments().read(read) == Found()
    first = environments.with_token()
    remembered = first.remembered(read)
    assert remembered is not None
    assert (remembered.text, remembered.until) == (TEXT, environments.now() + HOUR)

    other = environments()
    assert other.remembered(read) is None
    assert other.read(read) == Found(token=remembered)
    assert other.remembered(read) == remembered
    environments.later(HOUR)
    assert (other.remembered(read), other.read(read)) == (None, Found())


def test_a_token_is_stored_sealed_and_goes_by_itself(environments: Environments) -> None:
    """Not even a part of it stands in the item, which the table removes an hour after the token has ended."""
    environments.with_token()

    assert TEXT not in str(environments.item())
    assert TEXT.encode() not in environments.item()["sealed"]["B"]
    assert int(environments.item()["expires_at"]["N"]) == (environments.now() + 2 * HOUR) // 1000


CHANGED: dict[str, Callable[[Webhook], Webhook]] = {
    "credentials": lambda read: replace(read, secret_version="another"),
    "scope": lambda read: replace(read, oauth2=replace(read.oauth2, scope="hooks")),  # type: ignore[type-var]  # it is set
    "token URL": lambda read: replace(read, oauth2=replace(read.oauth2, token_url="https://x/")),  # type: ignore[type-var]  # as above
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_token_counts_for_what_it_was_fetched_with_alone(environments: Environments, what: str) -> None:
    """After a change it is as good as none, in memory too: whoever has the new webhook fetches another at once."""
    store, changed = environments.with_token(), CHANGED[what](environments.read)

    assert (store.remembered(changed), store.read(changed)) == (None, Found())
    assert store.take_lease(changed, "new", None)
    assert store.read(environments.read) == Found()


def test_one_fetches(environments: Environments) -> None:
    """Of many that ask for the lease at once; all others see that it is fetched."""
    stores = [environments() for _ in range(8)]
    ready = threading.Barrier(len(stores))

    def take(number: int) -> bool:
        ready.wait()
        return stores[number].take_lease(environments.read, f"holder {number}", None)

    with ThreadPoolExecutor(len(stores)) as pool:
        assert sorted(pool.map(take, range(len(stores)))) == [False] * 7 + [True]
    assert environments().read(environments.read) == Found(is_fetched=True)


def test_a_lease_ends_by_itself(environments: Environments) -> None:
    """After ten seconds; what its holder fetched after all is not kept."""
    dead, other, read = environments(), environments(), environments.read
    assert dead.take_lease(read, "dead", None)
    environments.later(9_999)
    assert not other.take_lease(read, "other", None)
    environments.later(1)
    assert other.read(read) == Found()
    assert other.take_lease(read, "other", None)

    assert dead.keep(read, "dead", TEXT, environments.now() + HOUR) is None
    assert dead.remembered(read) is None
    dead.end_lease(read, "dead", refused=True)
    assert other.read(read) == Found(is_fetched=True)


def test_a_refusal_is_kept_for_a_little_while(environments: Environments) -> None:
    """Nobody asks again meanwhile, but with other credentials."""
    store, read = environments(), environments.read
    assert store.take_lease(read, "me", None)
    store.end_lease(read, "me", refused=True)

    assert environments().read(read) == Found(is_refused=True)
    assert not environments().take_lease(read, "other", None)
    environments.later(3_999)
    assert not environments().take_lease(read, "other", None)
    environments.later(1)
    assert environments().read(read) == Found()
    assert environments().take_lease(read, "other", None)


def test_whoever_gets_new_credentials_need_not_wait_for_an_old_refusal(environments: Environments) -> None:
    """What an admin has mended works at once."""
    store, changed = environments(), CHANGED["credentials"](environments.read)
    assert store.take_lease(environments.read, "me", None)
    store.end_lease(environments.read, "me", refused=True)

    assert store.read(changed) == Found()
    assert store.take_lease(changed, "other", None)


def test_a_lease_that_ends_without_a_token_is_free_at_once(environments: Environments) -> None:
    """As after a token for one attempt, or a fault of ours."""
    store, read = environments(), environments.read
    assert store.take_lease(read, "me", None)
    store.end_lease(read, "me", refused=False)

    assert environments().read(read) == Found()
    assert environments().take_lease(read, "other", None)


def test_a_token_that_is_there_is_fetched_by_nobody(environments: Environments) -> None:
    """But instead of the one that a receiver refuses, and then by one alone."""
    kept = environments.with_token().remembered(environments.read)
    assert kept is not None

    assert not environments().take_lease(environments.read, "other", None)
    assert not environments().take_lease(environments.read, "other", "an earlier one")
    assert environments().take_lease(environments.read, "other", kept.version)
    assert environments().read(environments.read) == Found(is_fetched=True)
    assert not environments().take_lease(environments.read, "third", kept.version)


def test_a_token_that_is_over_is_fetched_anew(environments: Environments) -> None:
    """From the very millisecond on."""
    environments.with_token()
    environments.later(HOUR - 1)
    assert not environments().take_lease(environments.read, "other", None)
    environments.later(1)
    assert environments().take_lease(environments.read, "other", None)


def test_a_refused_token_is_forgotten_unless_it_is_another_by_now(environments: Environments) -> None:
    """In memory and for all; and nobody asks for another at once."""
    store = environments.with_token()
    kept = store.remembered(environments.read)
    assert kept is not None
    store.refuse(environments.read, "an earlier one")
    assert (store.remembered(environments.read), environments().read(environments.read)) == (None, Found(token=kept))

    store.refuse(environments.read, kept.version)
    assert environments().read(environments.read) == Found(is_refused=True)


def test_a_write_whose_answer_was_lost_is_no_refusal(environments: Environments) -> None:
    """The SDK repeats it: lease and token are this one's own."""
    store, read = environments(), environments.read
    with lost_answers(1):
        assert store.take_lease(read, "me", None)
    with lost_answers(1):
        assert store.keep(read, "me", TEXT, environments.now() + HOUR)
    assert store.remembered(read) == environments().read(read).token


def test_a_token_in_anothers_place_is_not_used(environments: Environments, system: System) -> None:
    """What it was fetched with is sealed with it."""
    other, changed = environments(), CHANGED["credentials"](environments.read)
    assert other.take_lease(changed, "other", None)
    bound_to = environments.item()["bound_to"]["S"]
    environments.with_token()
    changed_item(system, "token#wh_1", bound_to=bound_to)

    with pytest.raises(OurFaultError, match="other credentials"):
        environments().read(changed)


def test_a_token_goes_with_its_webhook(environments: Environments, system: System) -> None:
    """Nor is it among the account's webhooks before; who still fetches one for it keeps it nowhere."""
    late = environments.with_token()
    kept = late.remembered(environments.read)
    assert kept is not None
    assert [one.webhook_id for one in system.registry.of_account(str(ACCOUNT))] == ["wh_1"]
    assert late.take_lease(environments.read, "late", kept.version)

    system.registry.remove(environments.read, act_on(environments.read))

    assert late.keep(environments.read, "late", TEXT, environments.now() + HOUR) is None
    late.end_lease(environments.read, "late", refused=True)
    assert environments.item() == {}


def test_a_token_is_not_shown() -> None:
    """Where it is found, in a log for one."""
    assert TEXT not in repr(Found(token=KeptToken(TEXT, "v", 1)))
