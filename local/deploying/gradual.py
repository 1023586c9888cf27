"""Gradual deployment: a built template whose functions are called by an alias, which goes over to new code in steps.

Not in `template.yaml`: SAM can neither leave an alias out by a parameter nor see that a layer has changed, in which
nearly all code lies. Here the version is named after everything that was built (docs/adr/0040-deploying.md).
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

Template = dict[str, Any]
# A value in a template may be of any type.
Value: TypeAlias = Any

ALIAS = "live"
FUNCTIONS = {
    "WebhookApiFunction": ("WebhookApiErrorsAlarm",),
    "RealtimeDispatcherFunction": ("RealtimeDispatcherErrorsAlarm",),
    "RedeliveryFunction": ("RedeliveryErrorsAlarm", "RedeliveryFaultsAlarm"),
}
"""The functions that go over gradually, with the alarms that take them back.

Not those that can be late, nor the one that drains: it calls itself by its name, which is no alias.
"""
# Where the template itself says who is called; routes and settings for failures are SAM's.
_CALLERS = {
    "AWS::Events::Rule": "Targets",
    "AWS::Lambda::Permission": "FunctionName",
    "AWS::Lambda::EventSourceMapping": "FunctionName",
}


def write(built: Path, steps: str, parameters: Mapping[str, str], template: Template) -> Path:
    """Write the template with aliases beside what was built, whose folder `built` is, and return its path."""
    target = built / "gradual.yaml"
    target.unlink(missing_ok=True)
    changed = with_aliases(template, steps, digest(built, parameters))
    # YAML, to SAM; JSON is.
    target.write_text(json.dumps(changed, indent=1), encoding="utf-8")
    return target


def digest(built: Path, parameters: Mapping[str, str]) -> str:
    """Return what tells one deployment from another: all files of a folder, and the parameters."""
    total = hashlib.sha256(json.dumps(dict(parameters), sort_keys=True).encode())
    for path in sorted(built.rglob("*")):
        if path.is_file():
            total.update(
                f"\0{path.relative_to(built).as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest()
            )
    return total.hexdigest()


def with_aliases(template: Template, steps: str, version: str) -> Template:
    """Return a copy of a SAM template in which the functions have an alias that goes over in `steps`.

    `steps` is one of CodeDeploy's for Lambda, such as `Canary10Percent5Minutes`; `version` changes whenever anything of
    the functions does.
    """
    changed = copy.deepcopy(template)
    for function, alarms in FUNCTIONS.items():
        changed["Resources"][function]["Properties"] |= {
            "AutoPublishAlias": ALIAS,
            "AutoPublishCodeSha256": version,
            "DeploymentPreference": {"Type": steps, "Alarms": [{"Ref": alarm} for alarm in alarms]},
        }
    for resource in changed["Resources"].values():
        key = _CALLERS.get(resource["Type"])
        if key:
            resource["Properties"][key] = _by_alias(resource["Properties"][key])
    return changed


def _by_alias(value: Value) -> Value:
    if isinstance(value, list):
        return [_by_alias(item) for item in value]
    if not isinstance(value, dict):
        return value
    function = value.get("Ref") or ".".join(value.get("Fn::GetAtt", ())).removesuffix(".Arn")
    if function in FUNCTIONS:
        return {"Ref": f"{function}.Alias"}
    return {key: _by_alias(item) for key, item in value.items()}
