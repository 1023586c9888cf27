"""After everything else: no secret of the whole run is anywhere that somebody could read it."""

import base64
import json
from collections.abc import Callable, Iterator
from http import HTTPStatus
from uuid import uuid4

import pytest
import requests

from local.listener import Answer, Listener
from local.settings import Settings
from local.stack_file import Stack
from recado.rules.sending.signing import signing_secret
from tests.e2e.support.client import EXCHANGES, WEBHOOKS, ApiClient, Exchange
from tests.e2e.support.instance import Instance
from tests.e2e.support.run import exchanges_of_others
from tests.e2e.support.secret_places import AwsClient, Place, places, secrets_of
from tests.e2e.support.waiting import until
from tests.support.secret_search import Secret, SecretSearch

pytestmark = pytest.mark.always
USER, PASSWORD = "somebody", f"word-{uuid4().hex}"
BASIC = {"type": "BASIC", "username": USER, "password": PASSWORD}
BEARER = {"type": "BEARER", "token": f"token-{uuid4().hex}"}
HEADER = {"type": "HEADER", "name": "X-Api-Key", "value": f"value-{uuid4().hex}"}
OAUTH2 = {"type": "OAUTH2", "clientId": "recado", "clientSecret": f"client-{uuid4().hex}"}
PLANTED = Secret("planted", f"whsec_{base64.b64encode(uuid4().bytes * 2).decode()}")


PlacesWith = Callable[[list[Exchange]], Iterator[Place]]


@pytest.fixture
def settings(instance: Instance) -> Settings:
    """Where the stack's files are."""
    return instance.settings


@pytest.fixture
def places_with(stack: Stack, settings: Settings, aws_client: AwsClient) -> PlacesWith:
    """`places_with(exchanges)` goes through every place of the stack, and these answers."""
    return lambda exchanges: places(stack, settings, exchanges, aws_client)


def walk(api: ApiClient, receiver: Listener, publish: Callable[..., str]) -> None:
    """Send and fetch secrets in every way there is, also where the request fails or the receiver repeats them."""
    wrong = {**BASIC, "username": "a:b"}
    draft = {"name": "secrets", "targetUrl": receiver.url, "eventNames": ["CI_STATS"], "authentication": BASIC}
    oauth2 = {**OAUTH2, "tokenUrl": f"{receiver.url}/token"}
    path = f"{WEBHOOKS}/{api.post(WEBHOOKS, json=draft).json()['webhookId']}"
    repeated = base64.b64encode(f"{USER}:{PASSWORD}".encode())
    receiver.usual_answer = Answer(HTTPStatus.IM_A_TEAPOT, body=b'{"authorization": "Basic ' + repeated + b'"}')
    publish("CI_STATS")
    until(lambda: api.get(f"{path}/deliveries", params={"status": "PENDING"}).json()["deliveries"], "a failed delivery")
    api.post(f"{path}/test", json={"eventName": "CI_STATS"})
    sample = {"eventName": "CI_STATS", "targetUrl": receiver.url}
    api.post(f"{WEBHOOKS}/test", json={**sample, "authentication": BASIC})
    for authentication in (wrong, {"type": "NONE", "password": PASSWORD}, {**BASIC, "password": [PASSWORD]}):
        assert api.patch(path, json={"authentication": authentication}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert api.patch(path, json={"authentication": BASIC}, headers={"If-Match": '"99"'}).status_code == 412
    for authentication in (BEARER, HEADER, oauth2):
        receiver.usual_answer = Answer(HTTPStatus.IM_A_TEAPOT, body=json.dumps(authentication).encode())
        api.patch(path, json={"authentication": authentication})
        api.post(f"{path}/test", json={"eventName": "CI_STATS"})
    api.patch(path, json={"authentication": {"type": "SIGNATURE"}})
    api.get(f"{path}/signature")
    api.post(f"{path}/signature")
    api.get(f"{path}/signature")
    # What it repeats is no secret of the POSTs that follow, so that nobody could hide it.
    receiver.recover()
    own = signing_secret.generate()
    api.post(f"{WEBHOOKS}/test", json={**sample, "authentication": {"type": "SIGNATURE", "secret": own}})
    assert api.post(f"{path}/signature", json={"secret": own}).status_code == HTTPStatus.OK
    api.get(f"{path}/signature")
    assert api.delete(f"{path}/signature/previous").status_code == HTTPStatus.NO_CONTENT
    for active in (False, True):
        # Switched on again, what waits is sent at once.
        api.patch(path, json={"active": active})
    publish("CI_STATS")
    until(lambda: api.get(path).json()["health"]["state"] == "HEALTHY" and receiver.accepted, "a delivery")
    api.get(WEBHOOKS)
    for delivery in api.get(f"{path}/deliveries").json()["deliveries"]:
        api.get(f"{path}/deliveries/{delivery['deliveryId']}")
    api.delete(path)


def test_no_secret_of_the_run_is_anywhere(
    api: ApiClient, listener: Listener, publish: Callable[..., str], settings: Settings, places_with: PlacesWith
) -> None:
    """Neither in a log, nor in a table or a queue, nor in an answer, but for the download of a signature."""
    walk(api, listener, publish)
    exchanges = [*EXCHANGES, *exchanges_of_others()]
    secrets = secrets_of(exchanges, settings)
    search = SecretSearch(secrets)

    found = [(name, search.names_in(content)) for name, content in places_with(exchanges)]

    # The search for failures may have sent private keys, too.
    assert {secret.name.partition(" ")[0] for secret in secrets} >= {
        "password",
        "signing",
        "token",
        "value",
        "clientSecret",
    }
    assert [place for place in found if place[1]] == []


@pytest.fixture
def planted(stack: Stack, settings: Settings, aws_client: AwsClient) -> Iterator[set[str]]:
    """The planted secret in one place of each kind, and how the places' names begin."""
    logs, sqs, dynamodb = aws_client("logs"), aws_client("sqs"), aws_client("dynamodb")
    queue, table, group = stack.queues["DeadLetterQueue"], stack.tables["WebhooksTable"], f"/planted/{uuid4()}"
    key = {"account_id": {"S": "planted"}, "webhook_id": {"S": "planted"}}
    file = settings.directory / "planted.log"
    file.write_text(f'{{"message": "{PLANTED.text}"}}\n')
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="planted")
    event = {"timestamp": 1727414643000, "message": PLANTED.text}
    logs.put_log_events(logGroupName=group, logStreamName="planted", logEvents=[event])
    dynamodb.put_item(TableName=table, Item={**key, "secret": {"M": {"sealed": {"B": PLANTED.text.encode()}}}})
    sqs.send_message(QueueUrl=queue, MessageBody=base64.b64encode(f"{{{PLANTED.text}".encode()).decode())
    yield {"planted.log", f"log group {group}", "item", "message", "answer 200 to GET /planted"}
    file.unlink()
    logs.delete_log_group(logGroupName=group)
    dynamodb.delete_item(TableName=table, Key=key)
    for message in sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", []):
        if PLANTED.text not in message["Body"]:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def test_the_search_finds_what_is_planted(planted: set[str], places_with: PlacesWith) -> None:
    """It reads every kind of place, or finding nothing would mean nothing."""
    answer = requests.Response()
    answer.status_code, answer._content = HTTPStatus.OK, PLANTED.text.encode()
    exchange = Exchange("GET", "/planted", None, answer)
    search = SecretSearch([PLANTED])

    found = [name for name, content in places_with([exchange]) if search.names_in(content)]

    assert len(found) == len(planted)
    assert all(any(name.startswith(place) for name in found) for place in planted)
