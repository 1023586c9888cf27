"""`recado activity`: who did what."""

from __future__ import annotations

import typer

from recado_cli.calls import ask_pages
from recado_cli.commands.selecting import at_most, page_size
from recado_cli.commands.shown import compact
from recado_cli.options import Commands
from recado_cli.output import Document, local_time
from recado_cli.parameters import Limit, WebhookOption
from recado_cli.session import account_of, connected, output_of
from recado_client.generated.api.activity import list_activity, list_activity_of_webhook


def register(app: Commands) -> None:
    """Add the command."""
    app.command()(activity)


def activity(context: typer.Context, *, webhook: WebhookOption = None, limit: Limit = 20) -> None:
    """Show who did what, newest first; with --json one a line."""
    output, account = output_of(context), account_of(context)
    call, path = (list_activity_of_webhook, (account, webhook)) if webhook else (list_activity, (account,))
    with connected(context) as recado:
        pages = ask_pages(call, recado, *path, limit=page_size(limit))
        entries = at_most((entry for page in pages for entry in page["activity"]), limit)
        if output.as_json:
            for entry in entries:
                output.line(entry)
            return
        output.table(
            ("AT", "WHAT", "BY", "WEBHOOK", "CHANGES"),
            [
                (local_time(entry["at"]), entry["kind"], entry["by"], entry.get("webhookId"), _changes(entry))
                for entry in entries
            ],
        )


def _changes(entry: Document) -> str:
    changes = (_change(change) for change in entry.get("changes", ()))
    about = (f"{name} {entry[key]}" for name, key in (("delivery", "deliveryId"), ("job", "jobId")) if key in entry)
    return "; ".join((*changes, *about))


def _change(change: Document) -> str:
    if change.get("hidden"):
        return f"{change['field']}: changed"
    before, after = (compact(change[key]) if key in change else "none" for key in ("before", "after"))
    return f"{change['field']}: {before} → {after}"
