"""Makes the generated part of the Python client from docs/openapi.json: `python sdk/python/generate.py`.

Warnings of the generator are errors: a call that it leaves out would be missed only by who needs it.
"""

import json
import subprocess  # nosec B404: runs the generator that is installed beside this Python
import sys
import tempfile
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_DOCUMENT = _HERE.parents[1] / "docs" / "openapi.json"
_TARGET = _HERE / "src" / "recado_client" / "generated"
_LEAST_ERROR = 400


def prepared(document: dict[str, Any]) -> dict[str, Any]:
    """The document as the generator gets it.

    Without error answers: the connection raises those as `Problem`, no call returns them. Without defaults: what a
    caller leaves out is not sent, for in a change it is to stay as it is. Without formats: a moment stays the text that
    it is, so that one which no `datetime` holds costs no page, and comes back as it was.
    """
    for path in document["paths"].values():
        for operation in path.values():
            if "responses" in operation:
                operation["responses"] = {
                    status: answer for status, answer in operation["responses"].items() if int(status) < _LEAST_ERROR
                }
    plain: dict[str, Any] = _plain(document)
    return plain


def _plain(part: Any) -> Any:  # noqa: ANN401 - any part of a JSON document
    if isinstance(part, list):
        return [_plain(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        # Properties are called as they like, `format` too.
        name: {key: _plain(value) for key, value in inner.items()} if name == "properties" else _plain(inner)
        for name, inner in part.items()
        if name not in ("default", "format")
    }


def generate() -> int:
    """Write the client anew; the exit code of the generator."""
    with tempfile.TemporaryDirectory() as directory:
        document = Path(directory) / "openapi.json"
        document.write_text(json.dumps(prepared(json.loads(_DOCUMENT.read_text()))))
        command = ["generate", "--path", document, "--meta", "none", "--overwrite", "--output-path", _TARGET]
        settings = ["--config", _HERE / "generator.yaml", "--custom-template-path", _HERE / "templates"]
        run = [sys.executable, "-m", "openapi_python_client", *command, *settings, "--fail-on-warning"]
        return subprocess.run(list(map(str, run)), check=False).returncode  # noqa: S603 # nosec B603: no text from outside


if __name__ == "__main__":
    sys.exit(generate())
