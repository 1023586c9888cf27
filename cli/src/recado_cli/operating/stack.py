"""A stack as its operator reaches it: by CloudFormation, which knows what belongs to it, on AWS as on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from recado_cli.exits import Exit, Stop
from recado_cli.profiles.profile import Aws, Profile
from recado_cli.signing_in.addresses import is_loopback

DEFAULT_STACK = "recado"
# A drain answers when it is over, after five minutes at most.
_LONGEST_ANSWER_SECONDS = 330
_EMULATOR_KEY = "test"
_LONGEST_ERROR = 300

Client: TypeAlias = Any
"""A client of boto3, whose classes are made at run time."""

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}
_UNKNOWN_CALLER = {"ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"}
_TOO_MANY = {"Throttling", "ThrottlingException", "TooManyRequestsException", "ProvisionedThroughputExceededException"}


@dataclass(frozen=True)
class Resource:
    """One resource of the stack: its type, and its name or address on AWS."""

    kind: str
    physical_id: str


class Stack:
    """A deployed stack; raises `Stop` for whatever AWS refuses."""

    def __init__(self, aws: Aws, make: Callable[[str], Client]) -> None:
        self.name = aws.stack or DEFAULT_STACK
        self._endpoint_url = aws.endpoint_url
        self._make = make
        self._clients: dict[str, Client] = {}

    def client(self, service: str) -> Client:
        """The client of one service."""
        if service not in self._clients:
            with refusals_told():
                self._clients[service] = self._make(service)
        return self._clients[service]

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """What belongs to the stack, by logical id."""
        with refusals_told():
            pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
            summaries = [summary for page in pages for summary in page["StackResourceSummaries"]]
        return {
            summary["LogicalResourceId"]: Resource(summary["ResourceType"], summary["PhysicalResourceId"])
            for summary in summaries
            if summary.get("PhysicalResourceId")
        }

    def of_kind(self, kind: str) -> dict[str, str]:
        """The physical ids of one type of resource, by logical id."""
        return {name: one.physical_id for name, one in sorted(self.resources.items()) if one.kind == kind}

    def named(self, logical_id: str) -> str:
        """The physical id of a resource; raises `Stop` where the stack has none of that name."""
        if logical_id not in self.resources:
            raise Stop(f"the stack {self.name} has no {logical_id}: it is no stack of Recado's", Exit.NOT_FOUND)
        return self.resources[logical_id].physical_id

    def queue_url(self, physical_id: str) -> str:
        """The address of a queue; the emulator remembers the port that the queue was made on."""
        return self._endpoint_url + urlsplit(physical_id).path if self._endpoint_url else physical_id


def aws_of(profile: Profile, aws_profile: str | None, region: str | None, stack: str | None) -> Aws:
    """How the profile's stack is reached, with what the command line says otherwise.

    Raises `Stop` where the local stack does not say where its emulator is: boto3 would go to a real account then.
    """
    endpoint_url = profile.aws.endpoint_url
    if profile.stack_file is not None and not is_loopback(urlsplit(endpoint_url).hostname or ""):
        raise Stop(f"{profile.stack_file} names no awsEndpointUrl on this machine", Exit.USAGE, "`make start`")
    given = {"profile": aws_profile, "region": region, "stack": stack}
    return replace(profile.aws, **{name: value for name, value in given.items() if value})


def open_stack(aws: Aws) -> Stack:
    """The stack; raises `Stop` where boto3 is not installed, or does not find what it needs."""
    try:
        import boto3  # noqa: PLC0415 - only operators need it
        from botocore.config import Config  # noqa: PLC0415 - as above
    except ImportError:
        raise Stop("operators' commands need boto3", Exit.FAILED, "pip install boto3") from None

    # A call that may have been made is not made again: a second drain is not what was asked for.
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=_LONGEST_ANSWER_SECONDS)
    with refusals_told():
        if aws.endpoint_url:
            # Deaf to the machine's own AWS settings and proxies: what is meant for the emulator reaches no account.
            local = Config(proxies={}).merge(config)
            session = boto3.Session(_EMULATOR_KEY, _EMULATOR_KEY, region_name=aws.region or None)
            return Stack(aws, lambda service: _client(session, service, endpoint_url=aws.endpoint_url, config=local))
        session = boto3.Session(profile_name=aws.profile or None, region_name=aws.region or None)
        return Stack(aws, lambda service: _client(session, service, config=config))


@contextmanager
def refusals_told() -> Iterator[None]:
    """Raises `Stop` with what AWS says, and an exit code for its kind."""
    from botocore.exceptions import (  # noqa: PLC0415 - as above
        BotoCoreError,
        ClientError,
        ConnectionError,
        HTTPClientError,
    )
    from botocore.parsers import ResponseParserError  # noqa: PLC0415 - as above

    try:
        yield
    except ClientError as error:
        raise _stop_of(error.response.get("Error", {})) from None
    except (HTTPClientError, ConnectionError) as error:
        raise Stop(f"no answer from AWS: {error}", Exit.UNREACHABLE) from None
    except ResponseParserError as error:
        raise Stop(f"what answers is not AWS: {str(error)[:_LONGEST_ERROR]}", Exit.UNREACHABLE) from None
    except BotoCoreError as error:
        is_caller = type(error).__name__ in ("NoCredentialsError", "ProfileNotFound", "TokenRetrievalError")
        code = Exit.NOT_SIGNED_IN if is_caller else Exit.FAILED
        raise Stop(
            f"AWS: {error}", code, "credentials and region as for the AWS CLI; --aws-profile, --region"
        ) from None


def _client(session: Any, service: str, **settings: Any) -> Client:  # noqa: ANN401 - as boto3 has it
    return session.client(service, **settings)


def _stop_of(error: Mapping[str, Any]) -> Stop:
    code, message = str(error.get("Code", "")), str(error.get("Message", ""))
    said = f"AWS: {message} ({code})"
    if code in _UNKNOWN_CALLER:
        return Stop(said, Exit.NOT_SIGNED_IN)
    if code in _TOO_MANY:
        return Stop(said, Exit.LATER)
    if code in _DENIED:
        return Stop(said, Exit.FAILED, "the right is missing in the IAM policy of these credentials")
    is_unknown = "NotFound" in code or "NonExistent" in code or "does not exist" in message
    return Stop(said, Exit.NOT_FOUND if is_unknown else Exit.FAILED)
