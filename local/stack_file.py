"""`stack.json`: what a running stack tells tests, benchmarks and people about itself."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from local.deploying.deployment import Deployed
from local.errors import LocalStackError
from local.settings import REGION, Settings

Template = dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """A stack that is ready; each logical id leads to a physical name, for queues to the URL."""

    api_url: str
    console_url: str
    aws_endpoint_url: str
    region: str
    event_bus_name: str
    event_source: str
    alert_topic_arn: str
    functions: dict[str, str]
    tables: dict[str, str]
    queues: dict[str, str]
    sign_in: dict[str, Any]


def describe(template: Template, parameters: dict[str, str], deployed: Deployed, settings: Settings) -> Stack:
    """The stack as it stands."""
    declared = {name: str(spec.get("Default", "")) for name, spec in template.get("Parameters", {}).items()}
    return Stack(
        api_url=settings.front_url,
        console_url=settings.console_url,
        aws_endpoint_url=settings.aws_endpoint_url,
        region=REGION,
        event_bus_name=_only(deployed, "AWS::Events::EventBus"),
        event_source=(declared | parameters).get("EventSource", ""),
        alert_topic_arn=_only(deployed, "AWS::SNS::Topic"),
        functions=deployed.of_type("AWS::Lambda::Function"),
        tables=deployed.of_type("AWS::DynamoDB::Table"),
        queues={key: _at(settings, url) for key, url in deployed.of_type("AWS::SQS::Queue").items()},
        sign_in=_sign_in(deployed, settings),
    )


def write(stack: Stack, settings: Settings) -> None:
    """Write the file in one step, so that nobody reads half of it."""
    content = {_camel(name): value for name, value in asdict(stack).items()}
    draft = settings.stack_file.with_suffix(".tmp")
    draft.write_text(json.dumps(content, indent=2) + "\n")
    draft.replace(settings.stack_file)


def read(settings: Settings) -> Stack:
    """The running stack, or a clear word that none runs."""
    try:
        content = json.loads(settings.stack_file.read_text())
    except FileNotFoundError:
        where = os.path.relpath(settings.directory)
        raise LocalStackError(f"no stack is running in {where}; start it with `make start`") from None
    return Stack(**{name: content[_camel(name)] for name in Stack.__dataclass_fields__})


def _only(deployed: Deployed, resource_type: str) -> str:
    return next(iter(deployed.of_type(resource_type).values()), "")


def _at(settings: Settings, queue_url: str) -> str:
    """A queue's URL on today's port; the emulator remembers the port that the queue was made on."""
    return settings.aws_endpoint_url + urlsplit(queue_url).path


def _sign_in(deployed: Deployed, settings: Settings) -> dict[str, Any]:
    pool_id = _only(deployed, "AWS::Cognito::UserPool")
    return {
        "issuer": f"https://cognito-idp.{REGION}.amazonaws.com/{pool_id}",
        "userPoolId": pool_id,
        "clientIds": deployed.of_type("AWS::Cognito::UserPoolClient"),
        "authorizeUrl": settings.authorization_url,
        "loginUrl": f"{settings.front_url}/login",
        "tokenUrl": settings.token_url,
        "logoutUrl": settings.logout_url,
        "redirectUri": settings.console_url,
    }


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)
