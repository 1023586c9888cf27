"""What the product's code can say to a reader of the console, gathered from its sources.

`PYTHONPATH=layers/core .venv/bin/python -m tests.support.api.messages > console/test/language/api_messages.json` writes
it down for the console's tests, which show that every language says it. Whatever reads like a sentence, or a part of
one, counts, unless it stands below with the reason why no reader of the console sees it: a new message is found by
itself.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "layers" / "core" / "recado"
ROOMS = ("rules", "use_cases", "http_api", "adapters/sending")

NOT_SHOWN_FILES = {
    "rules/alerting/letters.py": "mailed",
    "rules/alerting/words/en.py": "mailed",
    "rules/alerting/words/pt.py": "mailed",
    "rules/alerting/words/es.py": "mailed",
    "rules/webhook/alert.py": "mails and news to operators",
    "rules/event/catalogue.py": "to whoever makes a catalogue",
    "rules/event/schema_document.py": "to whoever makes a catalogue",
    "rules/validation/checking.py": "to whoever makes a catalogue",
    "rules/sending/answers/answer_text.py": "in the place of an answer: console/src/deliveries/answer_text.js",
    "rules/sending/outgoing.py": "in the place of an answer: console/src/deliveries/answer_text.js",
    "rules/sending/answers/proofs.py": "in the place of an answer: console/src/deliveries/answer_text.js",
    "rules/sending/answers/spellings.py": "in the place of an answer: console/src/deliveries/answer_text.js",
    "rules/oauth2/token_request.py": "in the place of an answer: console/src/deliveries/answer_text.js",
    "http_api/application.py": "the API's description",
    "http_api/body_examples.py": "the API's description",
    "http_api/document.py": "the API's description",
    "http_api/events/digest_document.py": "the API's description",
    "http_api/events/webhooks_document.py": "the API's description",
    "http_api/receiving/routes.py": "the API's description",
    "http_api/shared/schemas.py": "the API's description",
    "use_cases/sending/direct/dispatch.py": "logged",
    "use_cases/sending/queued/parcel.py": "logged",
    "adapters/sending/guard.py": "told by the class of the exception alone",
    "adapters/sending/http_sender.py": "all but the target URL's problem is told by the class of the exception alone",
}
NOT_SHOWN_CALLS = {
    "OurFaultError": "logged",
    "SettingsError": "to whoever deploys",
    "InvalidCatalogueError": "to whoever makes a catalogue",
    "InvalidSchemaError": "to whoever makes a catalogue",
    "BlockingIOError": "told by the class of the exception alone",
    "RemoteDisconnected": "told by the class of the exception alone",
    "Field": "the API's description",
    "compile": "a regular expression",
}
NOT_SHOWN_NAMES = re.compile(r"HINT|^_?(?:TIME|IN_OTHER_WORDS|CONTENT_TYPE)$")
NOT_SHOWN_KEYWORDS = ("description", "summary", "title", "examples", "pattern", "headers")
NOT_SHOWN_TEXTS = {
    "must be the form List-Unsubscribe=One-Click": "to mail programs",
    "too many earlier secrets sign along": "the exception's own text; the problem has another",
    "-----END {}-----": "a line of PEM",
    'attachment; filename="{}-signature.json"': "a header",
    "Value error, ": "taken away from a message of pydantic's",
    "must be ": "taken away from a message of its own",
    "The request is not signed by a secret of this webhook, or not lately, or there is no such webhook: sign the first "
    "line and the body as /console/receiving, the receivers' handbook, says, with a clock that is right to five "
    "minutes.": "to receivers",
    "The webhook's receiver may {} a minute: try again in {} s.": "to receivers",
    "use {} read units of the database": "to receivers",
    "the webhook's timeout": "in a hint, of which the console has its own",
    "must hold networks such as 10.1.0.0/16, not {}": "to whoever deploys",
    "must hold networks within {} alone, not {}": "to whoever deploys",
}
# What reads like a part of a sentence: two words, of which the second is one of a sentence.
_WORDS = re.compile(r"[A-Za-z0-9']{2,}[,;:.]? \(?[a-z]")


@cache
def api_messages() -> list[dict[str, str]]:
    """`{"text", "where"}` of each message, once; `{}` stands for what varies."""
    described = (ROOT / "docs" / "openapi.json").read_text("utf-8")
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            where = path.relative_to(PACKAGE).as_posix()
            if where not in NOT_SHOWN_FILES:
                for text in _texts_of(path):
                    found.setdefault(text, where)
    return [
        {"text": text, "where": where}
        for text, where in sorted(found.items(), key=lambda entry: (entry[1], entry[0]))
        if _WORDS.search(text.replace("{}", "")) and text not in NOT_SHOWN_TEXTS and not _describes(text, described)
    ]


def _describes(text: str, described: str) -> bool:
    """Whether it stands in the API's description, which says nothing of what fields must be."""
    quoted = json.dumps(text, ensure_ascii=False)[1:-1]
    return not text.startswith(("must ", "is ")) and text.endswith(".") and quoted in described


def _texts_of(path: Path) -> Iterator[str]:
    module = import_module(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"))
    tree = ast.parse(path.read_text("utf-8"))
    hidden = set(_hidden(tree))
    for node in ast.walk(tree):
        if id(node) not in hidden and (text := _template(node, module)) is not None:
            yield text


def _hidden(tree: ast.AST) -> Iterator[int]:
    """The nodes of documentation, of what is said to others, and the parts of an f-string, which is read as a whole."""
    for node in ast.walk(tree):
        for part in _parts_hidden_by(node):
            yield from map(id, ast.walk(part))


def _parts_hidden_by(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Expr | ast.keyword):
        named = (
            node.arg in NOT_SHOWN_KEYWORDS if isinstance(node, ast.keyword) else isinstance(node.value, ast.Constant)
        )
        if named:
            yield node.value
    elif isinstance(node, ast.Call):
        function = ast.unparse(node.func)
        if "logger" in function or function.rpartition(".")[2] in NOT_SHOWN_CALLS:
            yield from node.args
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value and any(isinstance(each, ast.Name) and NOT_SHOWN_NAMES.search(each.id) for each in targets):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from (part for part in node.values if isinstance(part, ast.Constant))


def _template(node: ast.AST, module: ModuleType) -> str | None:
    if isinstance(node, ast.Constant):
        return re.sub(r"\{\w*\}", "{}", node.value) if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_piece(part, module) for part in node.values)
    return None


def _piece(part: ast.expr, module: ModuleType) -> str:
    """A part of an f-string: what is a constant of the module is written out."""
    if isinstance(part, ast.Constant):
        return str(part.value)
    names = {name.id for name in ast.walk(part) if isinstance(name, ast.Name)}
    calls = any(isinstance(inner, ast.Call) for inner in ast.walk(part))
    if isinstance(part, ast.FormattedValue) and not calls and names and all(hasattr(module, name) for name in names):
        value = eval(ast.unparse(part.value), vars(module))  # noqa: S307 - a constant of the product's own module
        if isinstance(value, str | int):
            return str(value)
    return "{}"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(api_messages(), ensure_ascii=False, indent=1) + "\n")
