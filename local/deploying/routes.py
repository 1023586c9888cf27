"""The routes that a SAM template asks for, read from its events alone, not from its translation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Template = dict[str, Any]

_FUNCTION = "AWS::Serverless::Function"
_HTTP_API = "AWS::Serverless::HttpApi"


@dataclass(frozen=True)
class Route:
    """One route: where it leads, and who may take it; without an authorizer everybody may."""

    key: str
    function: str
    authorizer: str | None = None
    scopes: frozenset[str] = frozenset()


def wanted_routes(template: Template) -> list[Route]:
    """The route of every HTTP API event of the template's functions."""
    defaults = _default_auth(template)
    routes = []
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] != _FUNCTION:
            continue
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] == "HttpApi":
                routes.append(_route(logical_id, event.get("Properties", {}), defaults))
    return routes


def _route(function: str, event: dict[str, Any], defaults: dict[str, Any]) -> Route:
    auth = event.get("Auth", {})
    name = auth.get("Authorizer", defaults.get("DefaultAuthorizer"))
    key = _key(event)
    if name in {None, "NONE"}:
        return Route(key, function)
    scopes = auth.get("AuthorizationScopes", defaults["Authorizers"][name].get("AuthorizationScopes", []))
    return Route(key, function, name, frozenset(scopes))


def _key(event: dict[str, Any]) -> str:
    if "Path" not in event:
        return "$default"
    method = str(event.get("Method", "any")).upper()
    return f"{'ANY' if method == 'X-AMAZON-APIGATEWAY-ANY-METHOD' else method} {event['Path']}"


def _default_auth(template: Template) -> dict[str, Any]:
    apis = [resource["Properties"] for resource in template["Resources"].values() if resource["Type"] == _HTTP_API]
    auth: dict[str, Any] = {}
    for properties in (template.get("Globals", {}).get("HttpApi", {}), *apis):
        auth = properties.get("Auth", auth)
    return auth
