"""A client for the AWS services that speak JSON: botocore's credentials, signature and errors over one urllib3 pool.

botocore's own client costs the CPU of two signed POSTs a call, and that of sixty when it is made: it compiles the
service's description, asks it for the endpoint and its parameters' types at each call, and passes a dozen hooks. Here a
call is its parameters as JSON, signed and POSTed (docs/adr/0044-aws-calls.md).
"""

import json
import os
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.endpoint_provider import RuleSetStandardLibrary
from botocore.exceptions import ClientError, HTTPClientError, NoCredentialsError, NoRegionError
from botocore.session import get_session
from urllib3 import Timeout, connection_from_url
from urllib3.exceptions import HTTPError

from recado import __version__
from recado.adapters.authorities import public_authorities
from recado.adapters.waits import waits

_CONNECT_SECONDS, _READ_SECONDS = 2.0, 5.0  # within an attempt's time; Lambda and SQS repeat what failed
_CONNECTIONS = 16  # as many as a drain has threads
_SERVER_ERROR = 500
_REFUSED = 300
PASSING = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""Codes of errors that a repetition may mend, beside all answers from 500 on."""


class _Protocol(NamedTuple):
    """How a service is spoken to: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html and 1.1.

    `blobs` are the members of answers that are bytes; `tries` how often a call is made at most.
    """

    target: str
    content_type: str
    blobs: frozenset[str] = frozenset()
    tries: int = 3


_PROTOCOLS = {
    "dynamodb": _Protocol("DynamoDB_20120810", "application/x-amz-json-1.0", frozenset({"B"}), tries=5),
    "sqs": _Protocol("AmazonSQS", "application/x-amz-json-1.0"),
    "events": _Protocol("AWSEvents", "application/x-amz-json-1.1"),
    "kms": _Protocol("TrentService", "application/x-amz-json-1.1", frozenset({"CiphertextBlob", "Plaintext"})),
}
SERVICES = frozenset(_PROTOCOLS)
"""The services that there is such a client for."""


class AwsClient:
    """Makes the calls of one of `SERVICES`, by botocore's names of their operations: `send_message(QueueUrl=…)`.

    Parameters and answers are botocore's. What fails for the moment is tried again, after waits, but DynamoDB's
    BatchWriteItem, which `ItemWriter` repeats. Raises `ClientError` for what AWS refuses, `HTTPClientError` where it
    does not answer. Region, credentials, `AWS_ENDPOINT_URL` and `AWS_CA_BUNDLE` come from the environment, at the first
    call. It may be used by several threads at once.
    """

    def __init__(self, service: str) -> None:
        """Make nothing yet."""
        self._service = service
        self._protocol = _PROTOCOLS[service]
        self._making = threading.Lock()

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        """The operation of this name."""
        if operation.startswith("_"):
            raise AttributeError(operation)
        name = "".join(part.capitalize() for part in operation.split("_"))
        return lambda **parameters: self._make_api_call(name, parameters)

    @cached_property
    def meta(self) -> SimpleNamespace:
        """What callers ask botocore's clients for: endpoint and service."""
        service = SimpleNamespace(service_name=self._service)
        return SimpleNamespace(endpoint_url=self._way.url, region_name=self._way.region, service_model=service)

    def _make_api_call(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Make a call; named as botocore's, which PynamoDB knows by this name."""
        body = json.dumps(parameters, default=_base64).encode()
        tries = 1 if operation == "BatchWriteItem" else self._protocol.tries
        pauses = waits()
        for left in range(tries - 1, -1, -1):
            try:
                return self._once(operation, body)
            except (ClientError, HTTPClientError) as error:
                if not left or not _passes(error):
                    raise
                _pause(next(pauses))
        raise AssertionError("the last try answers or raises")

    def _once(self, operation: str, body: bytes) -> dict[str, Any]:
        """One signed POST."""
        status, headers, content = self._way.post(operation, f"{self._protocol.target}.{operation}", body)
        try:
            answer: dict[str, Any] = json.loads(content or b"{}", object_hook=self._with_bytes)
        except ValueError:
            answer = {}  # a refusal of what stands between, which does not speak JSON
            status = max(status, _SERVER_ERROR)
        if status >= _REFUSED:
            raise _refusal(operation, status, headers, answer)
        return answer

    def _with_bytes(self, found: dict[str, Any]) -> dict[str, Any]:
        """Bytes in place of the Base64 of JSON."""
        for name in self._protocol.blobs:
            text = found.get(name)
            if isinstance(text, str):
                found[name] = b64decode(text)
        return found

    @property
    def _way(self) -> "_Way":
        with self._making:
            way = self.__dict__.get("_made")
            if way is None:
                way = self.__dict__["_made"] = _Way(self._service, self._protocol.content_type)
            return way


class _Way:
    """Where a service is, what signs calls to it, and the pool of connections there."""

    def __init__(self, service: str, content_type: str) -> None:
        session = get_session()
        self.region = session.get_config_variable("region")
        credentials = session.get_credentials()
        if not self.region:
            raise NoRegionError
        if credentials is None:
            raise NoCredentialsError
        self._service = service
        self._credentials = credentials
        self._headers = {"Content-Type": content_type, "User-Agent": f"Recado/{__version__}"}
        self._events = session.get_component("event_emitter")
        self.url = _endpoint(service, self.region, session.get_component("data_loader").load_data("partitions"))
        self._pool = _pool(self.url)

    def post(self, operation: str, target: str, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """Sign and send; status, headers and content of the answer. Raises `HTTPClientError` where there is none."""
        request = AWSRequest("POST", self.url, {**self._headers, "X-Amz-Target": target}, body)
        SigV4Auth(self._credentials.get_frozen_credentials(), self._service, self.region).add_auth(request)
        # Botocore's hook for whoever answers in AWS's place, or watches.
        signed = AWSPreparedRequest("POST", self.url, request.headers, body, stream_output=False)
        _, instead = self._events.emit_until_response(f"before-send.{self._service}.{operation}", request=signed)
        if instead is not None:
            return instead.status_code, instead.headers, instead.content
        try:
            answer = self._pool.urlopen("POST", "/", body=body, headers=dict(request.headers.items()))
        except HTTPError as error:
            raise HTTPClientError(error=error) from error
        return answer.status, answer.headers, answer.data


def _pool(url: str) -> Any:  # noqa: ANN401 - of HTTP or HTTPS
    options: dict[str, Any] = {"timeout": Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS), "retries": False}
    if url.startswith("https:"):
        trusted = os.environ.get("AWS_CA_BUNDLE") or public_authorities()
        options["ca_cert_dir" if Path(trusted).is_dir() else "ca_certs"] = trusted
    return connection_from_url(url, maxsize=_CONNECTIONS, **options)


def _endpoint(service: str, region: str, partitions: Any) -> str:  # noqa: ANN401 - botocore's own data
    """Where the environment says, or the service's address in this region, as botocore's own rules make it."""
    given = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or os.environ.get("AWS_ENDPOINT_URL")
    if given:
        return given.rstrip("/") + "/"
    partition: Any = RuleSetStandardLibrary(partitions).aws_partition(region)
    return f"https://{service}.{region}.{partition['dnsSuffix']}/"


def _refusal(operation: str, status: int, headers: Mapping[str, str], answer: dict[str, Any]) -> ClientError:
    """Botocore's error for an answer that is one."""
    code = str(answer.pop("__type", status)).rpartition("#")[2]
    message = answer.pop("message", None) or answer.pop("Message", None) or ""
    about = {
        "RequestId": headers.get("x-amzn-requestid", ""),
        "HTTPStatusCode": status,
        "HTTPHeaders": {name.lower(): value for name, value in headers.items()},
    }
    response: Any = {**answer, "Error": {"Code": code, "Message": message}, "ResponseMetadata": about}
    return ClientError(response, operation)


def _passes(error: ClientError | HTTPClientError) -> bool:
    """Whether the call may succeed later: too much at once, a fault of the service, or no answer."""
    if not isinstance(error, ClientError):
        return True
    return (
        error.response["Error"]["Code"] in PASSING
        or error.response["ResponseMetadata"]["HTTPStatusCode"] >= _SERVER_ERROR
    )


def _pause(seconds: float) -> None:
    time.sleep(seconds)  # looked up at each pause, so that a simulation may put its clock in its place


def _base64(value: object) -> str:
    """Bytes as JSON has them."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(f"{type(value).__name__} is not of AWS's JSON")
