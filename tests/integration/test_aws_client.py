"""Our client of AWS's JSON services, over real sockets: what goes out, what comes back, what is tried again."""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, HTTPClientError, NoCredentialsError, NoRegionError
from botocore.session import get_session

from local.listener import Answer, Listener
from recado.adapters import aws_client
from recado.adapters.aws_client import SERVICES, AwsClient
from tests.support.receivers.certificates import Authority, hashed_folder
from tests.support.receivers.rude import Receiver, answering

NAME = "localhost"
OK = Answer(200, body=b"{}")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    """A service of AWS that answers as it is told, and pauses that take no time."""
    with Listener() as listener:
        listener.usual_answer = OK
        monkeypatch.setenv("AWS_ENDPOINT_URL", listener.url)
        monkeypatch.setattr("recado.adapters.aws_client._pause", lambda _seconds: None)
        yield listener


def refusal(code: str, status: int = 400, **more: Any) -> Answer:
    """Return an answer as AWS's JSON services refuse with it."""
    return Answer(
        status, body=json.dumps({"__type": f"com.amazonaws.example#{code}", "message": "no", **more}).encode()
    )


def test_a_call_is_a_signed_post_that_names_its_operation(service: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token of temporary credentials, which Lambda's are, goes along and is signed."""
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-a-session")

    assert AwsClient("sqs").send_message(QueueUrl="q", MessageBody="é") == {}

    (request,) = service.received
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert (request.method, request.path, request.payload) == ("POST", "/", {"QueueUrl": "q", "MessageBody": "é"})
    assert (headers["x-amz-target"], headers["content-type"]) == ("AmazonSQS.SendMessage", "application/x-amz-json-1.0")
    assert headers["x-amz-security-token"] == "of-a-session"
    assert (
        "/us-east-1/sqs/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
        in (headers["authorization"])
    )


def test_bytes_travel_as_base64(service: Listener) -> None:
    """In DynamoDB's values, however deep, and in KMS's members; a text that only looks like it stays."""
    text = b64encode(b"\x00\xff").decode()
    item = {"a": {"B": text}, "b": {"M": {"B": {"S": text}, "c": {"L": [{"B": text}]}}}}
    service.answers += [
        Answer(200, body=json.dumps({"Item": item}).encode()),
        Answer(200, body=json.dumps({"Plaintext": text, "KeyId": text}).encode()),
    ]

    read = AwsClient("dynamodb").get_item(Key={"k": {"B": b"\x00\xff"}})
    opened = AwsClient("kms").decrypt(CiphertextBlob=b"\x01")

    assert service.received[0].payload == {"Key": {"k": {"B": text}}}
    assert read["Item"] == {
        "a": {"B": b"\x00\xff"},
        "b": {"M": {"B": {"S": text}, "c": {"L": [{"B": b"\x00\xff"}]}}},
    }
    assert opened == {"Plaintext": b"\x00\xff", "KeyId": text}


def test_a_refusal_is_botocores_error(service: Listener) -> None:
    """With the reasons of a transaction beside it, and it is not asked again."""
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed"}]
    service.answers.append(refusal("TransactionCanceledException", CancellationReasons=reasons))

    with pytest.raises(ClientError) as error:
        AwsClient("dynamodb").transact_write_items(TransactItems=[])

    assert error.value.response["Error"] == {"Code": "TransactionCanceledException", "Message": "no"}
    assert error.value.response["CancellationReasons"] == reasons
    assert len(service.received) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        refusal("ProvisionedThroughputExceededException"),
        refusal("InternalServerError", 500),
        Answer(503, body=b"<html>busy</html>"),
        Answer(200, body=b"<html>"),
    ],
    ids=["throttled", "its fault", "no JSON", "no JSON as a success"],
)
def test_what_fails_for_the_moment_is_tried_again(service: Listener, trouble: Answer) -> None:
    """The answer of the try that succeeds is the call's."""
    service.answers += [trouble, trouble, Answer(200, body=b'{"Count": 1}')]

    assert AwsClient("dynamodb").query(TableName="t") == {"Count": 1}
    assert len(service.received) == 3


@pytest.mark.parametrize(("client", "operation", "tries"), [("dynamodb", "query", 5), ("sqs", "send_message", 3)])
def test_tries_end(service: Listener, client: str, operation: str, tries: int) -> None:
    """With the error of the last one; its code is the status where the answer has none."""
    service.usual_answer = Answer(502)

    with pytest.raises(ClientError) as error:
        getattr(AwsClient(client), operation)()

    assert error.value.response["Error"]["Code"] == "502"
    assert len(service.received) == tries


def test_a_batch_of_writes_is_tried_once(service: Listener) -> None:
    """Its writer repeats it, who knows the deadline and what else is to be written."""
    service.answers.append(refusal("ThrottlingException"))

    with pytest.raises(ClientError):
        AwsClient("dynamodb").batch_write_item(RequestItems={})

    assert len(service.received) == 1


def test_a_service_that_cannot_be_reached_is_an_error_of_botocores(monkeypatch: pytest.MonkeyPatch) -> None:
    """After as many tries."""
    pauses: list[float] = []
    monkeypatch.setattr("recado.adapters.aws_client._pause", pauses.append)
    with Listener() as gone:
        monkeypatch.setenv("AWS_ENDPOINT_URL", gone.url)

    with pytest.raises(HTTPClientError):
        AwsClient("sqs").receive_message(QueueUrl="q")

    assert len(pauses) == 2


@pytest.mark.parametrize("kind", ["a folder", "a file"])
def test_a_service_is_trusted_by_its_authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A folder, as the layer has one, or a file, as a network's own may be; a stranger's service is not called."""
    authority, stranger = Authority(tmp_path), Authority(tmp_path, "Stranger")
    own = authority.file.read_text()
    trusted = hashed_folder(tmp_path / "authorities", own) if kind == "a folder" else str(authority.file)
    monkeypatch.setenv("AWS_CA_BUNDLE", trusted)
    monkeypatch.setattr("recado.adapters.aws_client._pause", lambda _seconds: None)

    def called(by: Authority) -> object:
        with Receiver(answering("200 OK", b"{}"), tls=by.context(NAME)) as service:
            monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://{NAME}:{service.port}")
            return AwsClient("sqs").send_message()

    assert called(authority) == {}
    with pytest.raises(HTTPClientError, match="CERTIFICATE_VERIFY_FAILED"):
        called(stranger)


def test_without_region_or_credentials_the_first_call_says_so(
    service: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing is sent."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(NoCredentialsError):
        AwsClient("sqs").send_message()
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(NoRegionError):
        AwsClient("sqs").send_message()

    assert service.received == []


def test_services_are_where_botocore_finds_them() -> None:
    """In every region of every partition."""
    session = boto3.Session()
    partitions: Any = get_session().get_component("data_loader").load_data("partitions")
    regions = [
        region
        for one in session.get_available_partitions()
        for region in session.get_available_regions("dynamodb", one)
    ]

    ours = {(name, region): aws_client._endpoint(name, region, partitions) for name in SERVICES for region in regions}

    assert len(regions) > 30
    assert ours == {
        (name, region): session.client(name, region_name=region).meta.endpoint_url + "/"  # type: ignore[call-overload]
        for name, region in ours
    }
