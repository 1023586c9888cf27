"""Who did what, as the API tells it: of an account, and of one webhook, there or removed."""

from collections.abc import Iterator
from typing import Any

import pytest

from recado.adapters.dynamodb.accounts.activity_store import DynamoActivities
from recado.adapters.dynamodb.tables import SharedConnection, webhooks_table
from recado.rules.activity.activity import RECADO, Activity, ActivityKind, FieldChange, Requester
from recado.rules.event.timestamps import to_iso
from tests.support.api.client import ApiClient
from tests.support.aws import capacity
from tests.support.aws.aws_calls import AwsCalls
from tests.support.system import System

MOST = 250
OF_ONE_ACT = 25
DAY_MS = 24 * 60 * 60 * 1000
ADMIN = Requester("5f2c", "console", "198.51.100.7")
NOT_A_CURSOR = {"field": "cursor", "message": "must be the nextCursor of another page of the same list"}


@pytest.fixture(scope="module", autouse=True)
def consumed() -> Iterator[list[float]]:
    """See the read units of every read."""
    with capacity.reported() as units:
        yield units


class Acts:
    """Notes what was done, of one account, a millisecond after the other."""

    def __init__(self, api: ApiClient) -> None:
        system: System = api.system
        table = webhooks_table(system.stack.physical_id("WebhooksTable"), SharedConnection())
        self._store = DynamoActivities(table, retention_days=30)
        self._account = api.account
        self._began = int(system.clock.milliseconds())
        self._count = 0

    @property
    def now(self) -> int:
        """The time of the next one, in milliseconds."""
        return self._began + self._count

    def note(self, webhook_id: str | None = "wh_1", kind: ActivityKind = ActivityKind.CHANGED, **fields: Any) -> str:
        """Note one; return its id."""
        values = {"at": self.now, "requester": ADMIN, **fields}
        self._count += 1
        activity = Activity(f"act{self._count}", self._account, webhook_id, kind, **values)
        self._store.note(activity)
        return activity.activity_id


@pytest.fixture
def acts(api: ApiClient) -> Acts:
    """Give an account in which nothing was done."""
    return Acts(api)


def path(api: ApiClient, webhook_id: str | None = None) -> str:
    """Return where an account's list is, or a webhook's."""
    return f"/accounts/{api.account}/activity" if webhook_id is None else f"{api.webhooks}/{webhook_id}/activity"


def pages(api: ApiClient, webhook_id: str | None = None, **query: str) -> list[list[str]]:
    """Follow the cursor to the end: the ids of each page."""
    found = []
    while True:
        answer = api.get(path(api, webhook_id), query)
        assert answer.status == 200, answer.text
        found.append([one["activityId"] for one in answer.json["activity"]])
        if "nextCursor" not in answer.json:
            return found
        query["cursor"] = answer.json["nextCursor"]
        assert len(found) < 100


def test_an_act_tells_who_did_what_when_and_from_where(api: ApiClient, acts: Acts) -> None:
    """With what was changed: old and new values, of what is hidden only that it was."""
    at = acts.now
    changes = (
        FieldChange("name", "Old", "New"),
        FieldChange("delivery.partialResponses", False, True),
        FieldChange("delivery.maxEvents", 100, 10),
        FieldChange("eventNames", ["CI_STATS"], ["CI_STATS", "COURSE_ENROLLMENT"]),
        FieldChange("headers.X-A", None, "[hidden]"),
        FieldChange("authentication.secret", hidden=True),
    )
    acts.note(changes=changes)

    assert api.get(path(api, "wh_1")).json == {
        "activity": [
            {
                "activityId": "act1",
                "at": to_iso(at),
                "kind": "CHANGED",
                "webhookId": "wh_1",
                "by": "5f2c",
                "client": "console",
                "address": "198.51.100.7",
                "changes": [
                    {"field": "name", "before": "Old", "after": "New"},
                    {"field": "delivery.partialResponses", "before": False, "after": True},
                    {"field": "delivery.maxEvents", "before": 100, "after": 10},
                    {"field": "eventNames", "before": ["CI_STATS"], "after": ["CI_STATS", "COURSE_ENROLLMENT"]},
                    {"field": "headers.X-A", "after": "[hidden]"},
                    {"field": "authentication.secret", "hidden": True},
                ],
            }
        ]
    }


def test_what_is_not_known_is_left_out(api: ApiClient, acts: Acts) -> None:
    """A draft has no webhook, and what nobody has asked for comes from nowhere."""
    at = to_iso(acts.now)
    acts.note("wh_1", ActivityKind.DISABLED, requester=RECADO)
    acts.note(None, ActivityKind.TESTED, requester=Requester("5f2c"))

    tested, disabled = api.get(path(api)).json["activity"]

    assert disabled == {"activityId": "act1", "at": at, "kind": "DISABLED", "webhookId": "wh_1", "by": "recado"}
    assert (tested["kind"], tested.keys() & {"webhookId", "client", "address", "changes"}) == ("TESTED", set())


def test_an_act_on_a_delivery_or_by_a_job_names_it(api: ApiClient, acts: Acts) -> None:
    """So that one finds it."""
    acts.note(kind=ActivityKind.CANCELLED, delivery_id="001727438400000-e")
    acts.note(kind=ActivityKind.REDELIVERY_STARTED, job_id="job_1")

    job, delivery = api.get(path(api)).json["activity"]

    assert (delivery["deliveryId"], job["jobId"]) == ("001727438400000-e", "job_1")


def test_a_webhook_shows_its_own_also_when_it_is_removed(api: ApiClient, acts: Acts) -> None:
    """The account shows all; of a webhook that never was there is nothing to tell."""
    webhook = api.create()
    own = acts.note(webhook["webhookId"])
    other = acts.note("wh_of_before")
    assert api.call("DELETE", api.path(webhook)).status == 204

    assert own in pages(api, webhook["webhookId"])[0]
    assert other not in pages(api, webhook["webhookId"])[0]
    assert pages(api, "wh_of_before") == [[other]]
    assert {own, other} <= set(pages(api)[0])
    assert api.get(path(api, "wh_" + "0" * 32)).json == {"activity": []}


def test_another_accounts_webhook_tells_nothing(api: ApiClient, acts: Acts) -> None:
    """Under one's own path it is one that never was, and other accounts' acts are in nobody's list."""
    acts.note("wh_theirs")
    stranger = ApiClient(api.system, api.document)

    assert pages(stranger, "wh_theirs") == pages(stranger) == [[]]


@pytest.mark.parametrize(
    ("count", "query", "sizes"),
    [
        (0, {"limit": "1"}, [0]),
        (1, {"limit": "1"}, [1]),
        (2, {"limit": "1"}, [1, 1]),
        (5, {"limit": "2"}, [2, 2, 1]),
        (50, {}, [50]),
        (51, {}, [50, 1]),
    ],
    ids=str,
)
@pytest.mark.parametrize("webhook_id", [None, "wh_1"])
def test_a_page_is_as_long_as_asked_for(
    api: ApiClient, acts: Acts, *, webhook_id: str | None, count: int, query: dict[str, str], sizes: list[int]
) -> None:
    """Newest first, each once; the last one has no cursor, though it be full."""
    ids = [acts.note() for _ in range(count)]

    found = pages(api, webhook_id, **query)

    assert [len(page) for page in found] == sizes
    assert [one for page in found for one in page] == ids[::-1]


def test_acts_of_one_moment_are_each_listed_once(api: ApiClient, acts: Acts) -> None:
    """By whatever page size."""
    at = acts.now
    ids = {acts.note(at=at) for _ in range(5)}

    found = [one for page in pages(api, limit="2") for one in page]

    assert (len(found), set(found)) == (5, ids)


def test_what_is_done_between_two_pages_neither_hides_nor_repeats(api: ApiClient, acts: Acts) -> None:
    """A cursor is a place, not a number."""
    ids = [acts.note() for _ in range(4)]
    first = api.get(path(api), {"limit": "2"}).json
    acts.note()

    assert pages(api, cursor=first["nextCursor"]) == [[ids[1], ids[0]]]


def test_a_search_for_one_webhook_goes_on_while_it_costs_little(api: ApiClient, acts: Acts, aws: AwsCalls) -> None:
    """One request finds what lies behind hundreds of others."""
    wanted = acts.note("wh_wanted")
    for _ in range(501):
        acts.note()
    aws.clear()

    assert pages(api, "wh_wanted") == [[wanted]]
    assert len(aws.of("Query")) == 2


def test_a_page_of_an_account_costs_one_query(api: ApiClient, acts: Acts, aws: AwsCalls) -> None:
    """However much was done; it reads what it shows and one more."""
    for _ in range(10):
        acts.note()
    aws.clear()

    assert len(api.get(path(api), {"limit": "5"}).json["activity"]) == 5
    assert [call.parameters["Limit"] for call in aws.of("Query")] == [6]


@pytest.mark.parametrize("webhook_id", [None, "wh_1", "wh_other"])
def test_what_one_request_reads_is_bounded(
    api: ApiClient, acts: Acts, consumed: list[float], webhook_id: str | None
) -> None:
    """A page may be short, even empty; its cursor leads on, to the end."""
    long = (FieldChange("description", "o" * 50_000, "n" * 50_000),)
    ids = [acts.note(changes=long) for _ in range(15)]
    units: list[float] = []
    found: list[list[str]] = []
    query = {"limit": "100"}
    while True:
        consumed.clear()
        answer = api.get(path(api, webhook_id), query).json
        units.append(sum(consumed))
        found.append([one["activityId"] for one in answer["activity"]])
        if "nextCursor" not in answer:
            break
        query["cursor"] = answer["nextCursor"]

    assert len(found) == 2
    assert max(units) <= MOST + OF_ONE_ACT
    assert [one for page in found for one in page] == ([] if webhook_id == "wh_other" else ids[::-1])


def test_what_is_past_its_time_is_not_shown(api: ApiClient, acts: Acts) -> None:
    """The table removes it later."""
    acts.note(at=acts.now - 30 * DAY_MS)
    kept = acts.note(at=acts.now - 30 * DAY_MS + 10_000)

    assert pages(api) == pages(api, "wh_1") == [[kept]]


@pytest.mark.parametrize("cursor", ["", "x", "é", "MDAx"])
def test_a_cursor_that_is_none_is_refused(api: ApiClient, cursor: str) -> None:
    """By its name."""
    answer = api.get(path(api), {"cursor": cursor})

    assert (answer.status, answer.json["errors"]) == (422, [NOT_A_CURSOR])


def test_a_cursor_of_another_list_is_refused(api: ApiClient, acts: Acts) -> None:
    """Of the account, of a webhook, of another account."""
    acts.note()
    acts.note()
    stranger = ApiClient(api.system, api.document)
    of_account = api.get(path(api), {"limit": "1"}).json["nextCursor"]
    of_webhook = api.get(path(api, "wh_1"), {"limit": "1"}).json["nextCursor"]

    for client, webhook_id, cursor in (
        (api, "wh_1", of_account),
        (api, None, of_webhook),
        (api, "wh_2", of_webhook),
        (stranger, None, of_account),
    ):
        answer = client.get(path(client, webhook_id), {"cursor": cursor})
        assert (answer.status, answer.json["errors"]) == (422, [NOT_A_CURSOR])


@pytest.mark.parametrize("webhook_id", [None, "wh_1"])
@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "101"}, {"limit": "x"}, {"kind": "CHANGED"}], ids=str)
def test_a_parameter_that_is_none_is_refused(api: ApiClient, webhook_id: str | None, query: dict[str, str]) -> None:
    """By its name."""
    answer = api.get(path(api, webhook_id), query)

    assert (answer.status, answer.fields) == (422, list(query))
