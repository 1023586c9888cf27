"""`recado export`: an account's webhooks in the plain form, with their signing secrets, in a file of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recado_cli.calls import ask
from recado_cli.keeping.private_files import write_private
from recado_cli.output import Document, to_json
from recado_cli.session import account_of, connected, output_of
from recado_client import Recado
from recado_client.generated.api.signatures import download_signature
from recado_client.generated.api.webhooks import list_webhooks

_FIELDS = (
    *("accountId", "name", "description", "targetUrl", "eventNames", "headers", "active", "ordered"),
    *("filter", "transform", "format", "delivery"),
)
_AUTHENTICATION = (
    *("type", "algorithm", "username", "name", "tokenUrl"),
    *("clientId", "clientAuthentication", "scope", "audience"),
)
_SECRET = ("BASIC", "BEARER", "HEADER", "OAUTH2")


def export_webhooks(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Is written anew, readable by you alone.")],
) -> None:
    """Write the account's webhooks with their signing secrets to a file, which `import --from recado` reads.

    It holds one JSON value a line. Each secret counts as downloaded: the activity log says who has got it.
    """
    output, account = output_of(context), account_of(context)
    with connected(context) as recado:
        webhooks = ask(list_webhooks, recado, account).document["webhooks"]
        written = [_exported(recado, account, webhook) for webhook in webhooks]
    write_private(file, "".join(f"{to_json(webhook)}\n" for webhook in written))
    for webhook in webhooks:
        kind = webhook["authentication"]["type"]
        if kind in _SECRET:
            output.say(f"{webhook['webhookId']}: what is secret of {kind} does not come out; add it by hand.")
        if any(webhook["authentication"].get(name) for name in ("clientCertificate", "trustedCertificates")):
            output.say(f"{webhook['webhookId']}: its certificates do not come out; enter them anew.")
    output.say(f"{len(written)} webhooks are in {file}, which holds secrets.")


def _exported(recado: Recado, account: str, webhook: Document) -> Document:
    kept = {name: webhook[name] for name in _FIELDS if webhook.get(name) is not None}
    authentication = {
        name: webhook["authentication"][name] for name in _AUTHENTICATION if name in webhook["authentication"]
    }
    document = {"id": webhook["webhookId"], **kept, "authentication": authentication}
    if webhook["authentication"]["type"] == "SIGNATURE":
        document["secret"] = ask(download_signature, recado, account, webhook["webhookId"]).document["secret"]
    return document
