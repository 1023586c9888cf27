"""The SAM template as CloudFormation, the way AWS itself translates it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from samtranslator.model.exceptions import InvalidDocumentException  # type: ignore[import-untyped]  # ships no types
from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]  # ships no types
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]  # ships no types
from samtranslator.yaml_helper import yaml_parse  # type: ignore[import-untyped]  # ships no types

from local import aws
from local.errors import LocalStackError

Template = dict[str, Any]


def read(path: Path) -> Template:
    """The SAM template as it is written."""
    if not path.is_file():
        raise LocalStackError(f"there is no template at {path}")
    template: Template = yaml_parse(path.read_text(encoding="utf-8"))
    return template


def translate(template: Template, parameters: dict[str, str]) -> Template:
    """The template with every SAM resource spelled out; its code must lie in a bucket already."""
    translator = Translator({}, Parser(), boto_session=aws.session())
    try:
        translated: Template = translator.translate(template, parameter_values=dict(parameters))
    except InvalidDocumentException as error:
        reasons = "; ".join(str(cause.message) for cause in error.causes)
        raise LocalStackError(f"the template cannot be translated: {reasons}") from error
    return translated


def known_parameters(template: Template, wanted: dict[str, str]) -> dict[str, str]:
    """Those wanted parameters that the template declares."""
    return {name: value for name, value in wanted.items() if name in template.get("Parameters", {})}
