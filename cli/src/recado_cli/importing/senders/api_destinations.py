"""EventBridge API destinations: the answers of `describe-api-destination` and `describe-connection`, in any order.

They name no events, which rules do, and show no value that is secret: `authentication`, as Recado's API takes it, may
be added to a destination's answer by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recado_cli.importing.found import Found, Item, Loss, name_of
from recado_cli.output import Document

_TAKEN = frozenset(
    {
        *("ApiDestinationArn", "Name", "Description", "ApiDestinationState", "ConnectionArn", "InvocationEndpoint"),
        *("HttpMethod", "InvocationRateLimitPerSecond", "CreationTime", "LastModifiedTime", "authentication"),
    }
)


def read(values: Sequence[Any]) -> list[Found]:
    """The API destinations, each with its connection; raises `Stop`."""
    items = [Item.of(value, f"value {number} of the export") for number, value in enumerate(values, start=1)]
    connections = {item.text("ConnectionArn"): item for item in items if "AuthorizationType" in item.document}
    return [_found(item, connections) for item in items if "AuthorizationType" not in item.document]


def _found(destination: Item, connections: dict[str, Item]) -> Found:
    url, method = destination.required("InvocationEndpoint"), destination.required("HttpMethod")
    connection = connections.get(destination.text("ConnectionArn"))
    refusals = [f"it is sent by {method}; here all are POSTs"] if method != "POST" else []
    if "*" in url:
        refusals.append("its URL has a wildcard that a rule's target fills in")
    if connection is None:
        refusals.append("the answer of describe-connection for it is not in the file")
        connection = Item({}, "no connection")
    headers, losses = _parameters(connection)
    authentication = destination.authentication() or _authentication(connection)
    return Found(
        source_id=destination.required("ApiDestinationArn"),
        fields={
            "name": name_of(destination.text("Name"), url=url),
            "targetUrl": url,
            **({"authentication": authentication} if authentication else {}),
            **({"headers": headers} if headers else {}),
        },
        signs=False,
        enabled=destination.text("ApiDestinationState") != "INACTIVE",
        losses=losses,
        notes=(*_pace(destination), *destination.left_out(_TAKEN)),
        refusals=tuple(refusals),
    )


def _authentication(connection: Item) -> Document:
    """As the connection describes it, without what is secret."""
    parameters = connection.item("AuthParameters")
    oauth = parameters.item("OAuthParameters")
    documents: dict[str, Document] = {
        "BASIC": {"type": "BASIC", "username": parameters.item("BasicAuthParameters").text("Username")},
        "API_KEY": {"type": "HEADER", "name": parameters.item("ApiKeyAuthParameters").text("ApiKeyName")},
        "OAUTH_CLIENT_CREDENTIALS": {
            "type": "OAUTH2",
            "tokenUrl": oauth.text("AuthorizationEndpoint"),
            "clientId": oauth.item("ClientParameters").text("ClientID"),
        },
    }
    return documents.get(connection.text("AuthorizationType"), {})


def _parameters(connection: Item) -> tuple[dict[str, str], tuple[Loss, ...]]:
    """The headers that are not secret, and what else the connection adds to each request."""
    added = connection.item("AuthParameters").item("InvocationHttpParameters")
    headers: dict[str, str] = {}
    lost = [f"{name}" for name in ("QueryStringParameters", "BodyParameters") if added.items(name)]
    for header in added.items("HeaderParameters"):
        if header.document.get("IsValueSecret"):
            lost.append(f"the secret header {header.text('Key')}")
        else:
            headers[header.required("Key")] = header.text("Value")
    if connection.item("AuthParameters").item("OAuthParameters").item("OAuthHttpParameters").document:
        lost.append("OAuthHttpParameters")
    return headers, (Loss("parameters", f"the connection adds {', '.join(lost)}"),) if lost else ()


def _pace(destination: Item) -> tuple[str, ...]:
    """A limit that AWS sets unless one asks for another says nothing about the receiver."""
    rate = int(destination.number("InvocationRateLimitPerSecond"))
    if not rate:
        return ()
    return (f"its limit of {rate} a second is left out; delivery.maxPostsPerMinute sets one",)
