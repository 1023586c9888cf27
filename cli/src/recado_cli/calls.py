"""Calls of the API, by the generated client, whose answers stay as they came: `--json` shows those, whole."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from recado_cli.exits import Exit, Stop
from recado_cli.output import Document
from recado_client import Recado


@dataclass(frozen=True)
class Answer:
    """What the API has answered, and the version of what it shows, for `If-Match`."""

    document: Document
    etag: str = ""


def ask(call: Any, recado: Recado, *path: str, **named: Any) -> Answer:  # noqa: ANN401 - a module of the client
    """Ask once; raises `Problem` and `httpx.HTTPError`. What is None among `named` is left out."""
    given = {name: value for name, value in named.items() if value is not None}
    try:
        response = call.sync_detailed(*path, client=recado.client, **given)
        document = json.loads(response.content or b"{}")
    except json.JSONDecodeError as error:
        raise Stop(f"what answers is not Recado's; is the address right? ({error})") from None
    except ValueError as error:
        raise Stop(str(error), Exit.USAGE) from None
    return Answer(document, response.headers.get("etag", ""))


def ask_pages(call: Any, recado: Recado, *path: str, **named: Any) -> Iterator[Document]:  # noqa: ANN401 - as above
    """The pages of a list; one may be empty and yet have others after it."""
    cursor: str | None = None
    while True:
        page = ask(call, recado, *path, cursor=cursor, **named).document
        yield page
        last, cursor = cursor, page.get("nextCursor")
        if not cursor:
            return
        if cursor == last:
            raise Stop("the page names itself as the next one, which would go on for ever")


def entered(document: Document) -> Any:  # noqa: ANN401 - stands for any model of a request
    """A body as a person gave it: what is wrong with it is said by the API, which names the field."""
    return _Body(document)


def new_key() -> str:
    """An `Idempotency-Key`: if the answer is lost, the same request again does nothing twice."""
    return str(uuid.uuid4())


class _Body:
    def __init__(self, document: Document) -> None:
        self._document = document

    def to_dict(self) -> Document:
        return self._document
