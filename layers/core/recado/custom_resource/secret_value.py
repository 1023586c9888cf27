"""The secret of an authentication: not in the template, but in Secrets Manager, and what its value may be."""

import json
import re
from collections.abc import Mapping
from typing import Any

from recado.custom_resource.properties import InvalidPropertyError, in_template

ARN, VERSION = "SecretArn", "SecretVersion"
OF_TEMPLATES = ("secretArn", "secretVersion")
"""What only templates have of an authentication, in the API's spelling."""
NAME_PREFIX = "recado/"
"""What the names of all secrets begin with that may be read (template.yaml)."""

# What authentication of a type has that nobody but the receiver may know, and which of it a bare text is.
_OF_TYPE = {
    "NONE": None,
    "BASIC": "password",
    "BEARER": "token",
    "HEADER": "value",
    "SIGNATURE": "secret",
    "OAUTH2": "clientSecret",
}
_GENERATED = "SIGNATURE"  # a webhook that signs gets a secret of Recado's own where none is given
SECRET = ("password", "token", "value", "secret", "clientSecret", "clientCertificate")
"""The fields of an authentication that never stand in a template."""
_VERSION_ID = re.compile(r"[!-~]{32,64}")  # as Secrets Manager has them: a UUID, or what a tool makes in its place
_ARN = re.compile(rf"arn:[a-z0-9-]+:secretsmanager:[a-z0-9-]+:[0-9]{{12}}:secret:{NAME_PREFIX}[!-~]{{1,512}}")


def check_no_secret(authentication: Mapping[str, Any]) -> None:
    """Raise `InvalidPropertyError` where a secret stands in the template, which is read by many and kept for long."""
    for name in map(in_template, SECRET):
        if name in authentication:
            raise InvalidPropertyError(
                f"Authentication.{name}",
                "must not stand in a template, whose readers would see it: put it into a secret of Secrets Manager, "
                f"and give that as Authentication.{ARN}",
            )


def checked_arn(given: object) -> str | None:
    """The ARN of the secret; None where there is none. Raises `InvalidPropertyError`."""
    if given is None:
        return None
    if not isinstance(given, str) or not _ARN.fullmatch(given):
        raise _refused(f"must be the ARN of a secret of Secrets Manager whose name begins with {NAME_PREFIX}")
    return given


def version_id(given: object) -> str | None:
    """The id of the version of the secret that `SecretVersion` is; None where it is another text."""
    return given if isinstance(given, str) and _VERSION_ID.fullmatch(given) else None


def refusal(field: str, reason: str) -> InvalidPropertyError:
    """What the API's rules refuse, at the property that it came from: what is secret, from where `SecretArn` leads."""
    parent, _, name = field.partition(".")
    if parent == "authentication" and name.partition(".")[0] in SECRET:
        return _refused(f"leads to a secret whose {name} {reason}")
    # Templates have no null, which the API's words speak of.
    return InvalidPropertyError(in_template(field), reason.replace("null takes it away", "leave it out to have none"))


def with_secret(authentication: Mapping[str, Any], value: str | None, known: Mapping[str, Any]) -> dict[str, Any]:
    """The authentication, in JSON, with what its secret holds; `known` are the fields that its type has.

    `value` is None where no secret is named. Raises `InvalidPropertyError`.
    """
    kind = authentication["type"]
    needed = _OF_TYPE[kind]
    if value is None:
        if needed is not None and kind != _GENERATED:
            raise _refused(f"is required where Type is {kind}: the secret holds {needed}")
        return dict(authentication)
    held = _held(value, kind)
    if held.keys() - known.keys():
        allowed = ", ".join(sorted(known.keys() - {"type"}))
        raise _refused(f"leads to a secret with other fields than there are where Type is {kind}: {allowed}")
    twice = sorted(held.keys() & authentication.keys())
    if twice:
        raise _refused(f"leads to a secret that holds {twice[0]}, which the template has too: leave it out in one")
    if needed is not None and needed not in held:
        raise _refused(f"leads to a secret without {needed}, which is required where Type is {kind}")
    return {**authentication, **held}


def _held(value: str, kind: str) -> dict[str, Any]:
    """The fields that a secret's value holds: those of its JSON object, or the one that a bare text is."""
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        parsed = None
    if isinstance(parsed, dict):
        if parsed.get("type", kind) != kind:
            raise _refused(f"leads to a secret whose type is not {kind}")
        return {name: held for name, held in parsed.items() if name != "type"}
    needed = _OF_TYPE[kind]
    if needed is None:
        raise _refused("must be left out where Type is NONE, or lead to JSON with clientCertificate")
    return {needed: value}


def _refused(reason: str) -> InvalidPropertyError:
    return InvalidPropertyError(f"Authentication.{ARN}", reason)
