"""The committed OpenAPI document, and whether an answer is what it says."""

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from tests.support.functions import ROOT

if TYPE_CHECKING:
    from tests.support.api.client import Answer

# What every answer has, and the content type, which stands at the content.
_UNDOCUMENTED = {"Content-Type", "Cache-Control", "X-Content-Type-Options"}
# What only some answers of a status have: one that comes again, and one that is to come again.
_SOMETIMES = {"2": {"Idempotent-Replayed"}, "4": {"Retry-After", "WWW-Authenticate"}}
DOCUMENT_FILE = ROOT / "docs" / "openapi.json"


class ApiDocument:
    """What `docs/openapi.json` says."""

    @cached_property
    def content(self) -> dict[str, Any]:
        """The document as it is committed."""
        content: dict[str, Any] = json.loads(DOCUMENT_FILE.read_text(encoding="utf-8"))
        return content

    @property
    def routes(self) -> dict[tuple[str, str], Any]:
        """The operations by method and path."""
        return {
            (method.upper(), path): operation
            for path, operations in self.content["paths"].items()
            for method, operation in operations.items()
        }

    def check(self, method: str, route: str, answer: "Answer") -> None:
        """Fail unless the document has this status, content type, headers and body for the route."""
        if (method, route) not in self.routes:
            return
        documented = self.routes[method, route]["responses"]
        assert str(answer.status) in documented, f"{method} {route} does not document {answer.status}: {answer.text}"
        response = documented[str(answer.status)]
        headers, sometimes = response.get("headers", {}).keys(), _SOMETIMES.get(str(answer.status)[0], set())
        assert headers - sometimes <= answer.headers.keys() - _UNDOCUMENTED <= headers
        content = response.get("content")
        if content is None:
            assert (answer.text, "Content-Type" in answer.headers) == ("", False)
            return
        schema = content[answer.headers["Content-Type"]]["schema"]
        self._validator(schema).validate(answer.json)

    def problems(self, schema: dict[str, Any], value: object) -> list[str]:
        """Return what is wrong with a value by a schema of the document; `…` stands for any text."""
        return [error.message for error in self._validator(schema).iter_errors(value) if error.instance != "…"]

    def _validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        whole = {**schema, "components": self._closed}
        return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)

    @cached_property
    def _closed(self) -> dict[str, Any]:
        """The components, with fields refused that are not documented."""
        components: dict[str, Any] = json.loads(json.dumps(self.content["components"]))
        for schema in components["schemas"].values():
            if "properties" in schema:
                schema.setdefault("additionalProperties", False)
        return components


def example_of(operation: dict[str, Any]) -> Any:
    """The example of an operation's JSON body; None where it takes none, or has no example."""
    return operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
