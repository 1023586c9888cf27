"""What the emulator gets wrong in a template, one function a gap; each returns a changed copy.

The template is translated CloudFormation. Gaps that no template can close are in `emulator.gaps`
(the running emulator) and `settling` (calls after deployment).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeAlias

from local.emulator.gaps import LOGICAL_ID_TAG

Template = dict[str, Any]
Gap = Callable[[Template], Template]
# A value in a template may be of any type.
Value: TypeAlias = Any

# The emulator takes this tag for the API's id; a constant id keeps the front independent of deployments.
_API_ID_TAG = "ms-custom-id"
API_ID = "ecad0000"

_HTTP_API = "AWS::ApiGatewayV2::Api"
_FUNCTION = "AWS::Lambda::Function"
_HOSTED_UI = re.compile(r"https://[^/\s\"]*\.auth\.[^/\s\"]*\.amazoncognito\.com")


def expand_http_api(template: Template) -> Template:
    """The emulator ignores an HTTP API's OpenAPI body and ends up without one route.

    The body becomes the resources it stands for: routes, integrations and authorizers. CORS settings
    keep the body's camelCase keys, the only ones the emulator understands.
    """
    changed = copy.deepcopy(template)
    for logical_id, api in _of_type(template, _HTTP_API):
        body = api["Properties"].get("Body")
        if body is not None:
            changed["Resources"][logical_id] = _bare_api(api, body)
            changed["Resources"].update(_authorizers(logical_id, body))
            changed["Resources"].update(_routes(logical_id, body))
    return changed


def allow_any_concurrency(template: Template) -> Template:
    """Invocations above `ReservedConcurrentExecutions` are thrown away instead of tried again later."""
    return _without_properties(template, _FUNCTION, "ReservedConcurrentExecutions")


def name_functions(template: Template) -> Template:
    """Functions lack the tag with their logical id that CloudFormation gives them; logs need the name."""
    changed = copy.deepcopy(template)
    for logical_id, function in _of_type(changed, _FUNCTION):
        tags = function["Properties"].setdefault("Tags", [])
        tags.append({"Key": LOGICAL_ID_TAG, "Value": logical_id})
    return changed


def sign_in_at_the_front(template: Template, front_url: str) -> Template:
    """The hosted sign-in pages have no host of their own; the emulator serves them at the root of its port.

    The front passes them on, so every mention of the user pool's domain becomes the front's address.
    """
    changed: Template = _replace_strings(template, _HOSTED_UI, front_url)
    return changed


def let_sign_in_return_to_this_machine(template: Template) -> Template:
    """Cognito sends users back over http to `localhost` alone; the one origin of this machine is its address."""
    changed = copy.deepcopy(template)
    console_url = changed.get("Parameters", {}).get("ConsoleUrl", {})
    if "AllowedPattern" in console_url:
        console_url["AllowedPattern"] = console_url["AllowedPattern"].replace("localhost", r"(localhost|127\.0\.0\.1)")
    return changed


def template_gaps(front_url: str) -> tuple[Gap, ...]:
    """Every gap of a template, in the order in which they are closed."""
    return (
        expand_http_api,
        allow_any_concurrency,
        name_functions,
        partial(sign_in_at_the_front, front_url=front_url),
        let_sign_in_return_to_this_machine,
    )


def close_gaps(template: Template, front_url: str) -> Template:
    """The template as the emulator needs it."""
    for gap in template_gaps(front_url):
        template = gap(template)
    return template


def _of_type(template: Template, resource_type: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from ((key, value) for key, value in template["Resources"].items() if value["Type"] == resource_type)


def _without_properties(template: Template, resource_type: str, *names: str) -> Template:
    changed = copy.deepcopy(template)
    for _logical_id, resource in _of_type(changed, resource_type):
        for name in names:
            resource["Properties"].pop(name, None)
    return changed


def _bare_api(api: dict[str, Any], body: dict[str, Any]) -> dict[str, Any]:
    properties = {key: value for key, value in api["Properties"].items() if key not in {"Body", "FailOnWarnings"}}
    properties.setdefault("Name", body["info"]["title"])
    properties["ProtocolType"] = "HTTP"
    properties["Tags"] = {**properties.get("Tags", {}), _API_ID_TAG: API_ID}
    if "x-amazon-apigateway-cors" in body:
        properties["CorsConfiguration"] = body["x-amazon-apigateway-cors"]
    return {**api, "Properties": properties}


def _authorizers(api: str, body: dict[str, Any]) -> Template:
    schemes = body.get("components", {}).get("securitySchemes", {})
    return {
        f"{api}{_identifier(name)}Authorizer": _authorizer(api, name, scheme["x-amazon-apigateway-authorizer"])
        for name, scheme in schemes.items()
    }


def _authorizer(api: str, name: str, settings: dict[str, Any]) -> dict[str, Any]:
    jwt = settings["jwtConfiguration"]
    return {
        "Type": "AWS::ApiGatewayV2::Authorizer",
        "Properties": {
            "ApiId": {"Ref": api},
            "Name": name,
            "AuthorizerType": "JWT",
            "IdentitySource": [settings["identitySource"]],
            "JwtConfiguration": {"Issuer": jwt["issuer"], "Audience": jwt["audience"]},
        },
    }


def _routes(api: str, body: dict[str, Any]) -> Template:
    resources: Template = {}
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            key = path if path == "$default" else f"{verb} {path}"
            name = f"{api}{_identifier(key)}"
            resources[f"{name}Integration"] = _integration(api, operation["x-amazon-apigateway-integration"])
            resources[f"{name}Route"] = _route(api, key, f"{name}Integration", operation.get("security", []))
    return resources


def _integration(api: str, settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "Type": "AWS::ApiGatewayV2::Integration",
        "Properties": {
            "ApiId": {"Ref": api},
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": settings["uri"],
            "PayloadFormatVersion": settings["payloadFormatVersion"],
        },
    }


def _route(api: str, key: str, integration: str, security: list[dict[str, list[str]]]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "ApiId": {"Ref": api},
        "RouteKey": key,
        "Target": {"Fn::Sub": f"integrations/${{{integration}}}"},
    }
    for requirement in security:
        for authorizer, scopes in requirement.items():
            if authorizer != "NONE":
                properties["AuthorizationType"] = "JWT"
                properties["AuthorizerId"] = {"Ref": f"{api}{_identifier(authorizer)}Authorizer"}
                properties["AuthorizationScopes"] = scopes
    return {"Type": "AWS::ApiGatewayV2::Route", "Properties": properties}


def _identifier(text: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^0-9A-Za-z]+", text))


def _replace_strings(value: Value, pattern: re.Pattern[str], replacement: str) -> Value:
    if isinstance(value, dict):
        return {key: _replace_strings(item, pattern, replacement) for key, item in value.items()}
    if isinstance(value, list):
        return [_replace_strings(item, pattern, replacement) for item in value]
    return pattern.sub(replacement, value) if isinstance(value, str) else value
