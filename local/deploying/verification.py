"""Refuses a stack that is not what the template says, naming what is missing.

An emulator skips what it does not know without a word, and tests against half a stack prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from local import aws, sockets
from local.deploying.conditions import wanted_resources
from local.deploying.deployment import Deployed
from local.deploying.routes import Route, wanted_routes
from local.errors import LocalStackError
from local.processes import BackgroundProcess
from local.settings import Settings

Template = dict[str, Any]

# How to look a resource up in its own service, so that CloudFormation's word is not all there is.
_LOOK_UPS: dict[str, tuple[str, Callable[[Any, str], Any]]] = {
    "AWS::DynamoDB::Table": ("dynamodb", lambda client, name: client.describe_table(TableName=name)),
    "AWS::Events::EventBus": ("events", lambda client, name: client.describe_event_bus(Name=name)),
    "AWS::KMS::Key": ("kms", lambda client, name: client.describe_key(KeyId=name)),
    "AWS::Lambda::Function": ("lambda", lambda client, name: client.get_function(FunctionName=name)),
    "AWS::Lambda::EventSourceMapping": ("lambda", lambda client, name: client.get_event_source_mapping(UUID=name)),
    "AWS::SNS::Topic": ("sns", lambda client, name: client.get_topic_attributes(TopicArn=name)),
    "AWS::SQS::Queue": ("sqs", lambda client, url: client.get_queue_attributes(QueueUrl=url)),
    "AWS::Cognito::UserPool": ("cognito-idp", lambda client, name: client.describe_user_pool(UserPoolId=name)),
}


def verify(
    written: Template, translated: Template, parameters: dict[str, str], deployed: Deployed, settings: Settings
) -> None:
    """Refuse unless every resource and every route is there and nothing listens beyond loopback."""
    faults = [
        *missing_resources(translated, parameters, deployed),
        *unanswered_look_ups(deployed, settings),
        *missing_routes(wanted_routes(written), existing_routes(deployed, settings)),
        *open_sockets(settings),
    ]
    if faults:
        raise LocalStackError(
            "the stack is not what the template says:\n" + "\n".join(f"  {fault}" for fault in faults)
        )


def missing_resources(translated: Template, parameters: dict[str, str], deployed: Deployed) -> list[str]:
    """The resources of the template that the stack does not have."""
    return [
        f"missing resource: {logical_id} ({resource['Type']})"
        for logical_id, resource in wanted_resources(translated, parameters).items()
        if not deployed.physical_ids.get(logical_id)
    ]


def unanswered_look_ups(deployed: Deployed, settings: Settings) -> Iterator[str]:
    """The resources that CloudFormation believes in and their own service does not know."""
    for resource_type, (service, look_up) in _LOOK_UPS.items():
        client = aws.client(service, settings.aws_endpoint_url)
        for logical_id, physical_id in deployed.of_type(resource_type).items():
            try:
                look_up(client, physical_id)
            except ClientError as error:
                yield f"missing resource: {logical_id} ({resource_type}): {error}"


def existing_routes(deployed: Deployed, settings: Settings) -> list[Route]:
    """The routes that the HTTP API has, told in the template's names."""
    client = aws.client("apigatewayv2", settings.aws_endpoint_url)
    functions = {physical: logical for logical, physical in deployed.of_type("AWS::Lambda::Function").items()}
    routes = []
    for api_id in deployed.of_type("AWS::ApiGatewayV2::Api").values():
        integrations = {item["IntegrationId"]: item for item in client.get_integrations(ApiId=api_id)["Items"]}
        authorizers = {item["AuthorizerId"]: item["Name"] for item in client.get_authorizers(ApiId=api_id)["Items"]}
        for item in client.get_routes(ApiId=api_id)["Items"]:
            integration = integrations.get(item.get("Target", "").removeprefix("integrations/"), {})
            routes.append(_told(item, integration, authorizers, functions))
    return routes


def missing_routes(wanted: list[Route], existing: list[Route]) -> list[str]:
    """What is wrong with the routes, one sentence each."""
    by_key = {route.key: route for route in existing}
    faults = []
    for route in wanted:
        found = by_key.get(route.key)
        if found is None:
            faults.append(f"missing route: {route.key} ({route.function})")
        elif found != route:
            faults.append(f"wrong route: {route.key} should be {_rights(route)} and is {_rights(found)}")
    return faults


def open_sockets(settings: Settings) -> list[str]:
    """The sockets of the stack's processes that machines other than this one could reach."""
    return [f"listens beyond loopback: {item}" for item in sockets.beyond_loopback(listening_addresses(settings))]


def listening_addresses(settings: Settings) -> set[str]:
    """Every address that the stack's processes listen on."""
    stack_processes = (BackgroundProcess(name, settings.directory) for name in ("emulator", "front"))
    return sockets.of_sessions(pid for process in stack_processes if (pid := process.pid()) is not None)


def _told(
    item: dict[str, Any], integration: dict[str, Any], authorizers: dict[str, str], functions: dict[str, str]
) -> Route:
    arn = str(integration.get("IntegrationUri", "")).removesuffix("/invocations")
    physical_name = arn.rsplit(":", 1)[-1]
    secured = item.get("AuthorizationType", "NONE") != "NONE"
    return Route(
        item["RouteKey"],
        functions.get(physical_name, f"nothing ({physical_name})"),
        authorizers.get(item.get("AuthorizerId", ""), "an unknown authorizer") if secured else None,
        frozenset(item.get("AuthorizationScopes") or []) if secured else frozenset(),
    )


def _rights(route: Route) -> str:
    who = f"{route.authorizer} with {', '.join(sorted(route.scopes)) or 'no scope'}" if route.authorizer else "open"
    return f"{route.function}, {who}"
