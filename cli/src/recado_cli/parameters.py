"""Arguments and options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from recado_cli.completion import event_types, webhook_ids
from recado_cli.times import ACCEPTED

WebhookId = Annotated[str, typer.Argument(help="The webhook's id.", autocompletion=webhook_ids, show_default=False)]
WebhookOption = Annotated[
    str | None, typer.Option("--webhook", help="Only of this webhook.", autocompletion=webhook_ids)
]
DeliveryId = Annotated[str, typer.Argument(help="The delivery's id.", show_default=False)]
EventName = Annotated[str | None, typer.Option("--event", help="Only events of this name.", autocompletion=event_types)]
EventNames = Annotated[
    list[str] | None, typer.Option("--event", help="Only events of this name; repeatable.", autocompletion=event_types)
]
FromTime = Annotated[str | None, typer.Option("--from", help=f"Not before this event time: {ACCEPTED}.")]
ToTime = Annotated[str | None, typer.Option("--to", help="Not after this event time.")]
ArrivedFrom = Annotated[str | None, typer.Option("--arrived-from", help="Not arrived before this time.")]
ArrivedTo = Annotated[str | None, typer.Option("--arrived-to", help="Not arrived after this time.")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="At most so many; 0: all.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count and list what it would take; change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
FromFile = Annotated[Path | None, typer.Option("--file", "-f", help="JSON as the API takes it; - is stdin.")]
