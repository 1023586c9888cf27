"""One bill of materials, of what two programs tell."""

import copy
from datetime import UTC, datetime

from local.releasing import bill

MADE_AT = datetime(2027, 1, 31, 12, tzinfo=UTC)
PYTHON: bill.Document = {
    "metadata": {"tools": {"components": []}},
    "components": [
        {
            "bom-ref": "requirements-L1",
            "description": "requirements line 1: urllib3==2.0.0 --hash=…",
            "externalReferences": [{"type": "distribution", "hashes": [{"alg": "SHA-256", "content": "ab"}]}],
            "purl": "pkg:pypi/urllib3@2.0.0",
        }
    ],
    "dependencies": [{"ref": "requirements-L1"}],
}
CONSOLE: bill.Document = {
    "serialNumber": "urn:uuid:1",
    "metadata": {
        "timestamp": "now",
        "component": {"bom-ref": "console@1", "purl": "pkg:npm/console@1", "properties": []},
    },
    "components": [
        {"bom-ref": "lit@3", "purl": "pkg:npm/lit@3", "properties": [], "hashes": [{"alg": "SHA-512", "content": "cd"}]}
    ],
    "dependencies": [{"ref": "console@1", "dependsOn": ["lit@3"]}, {"ref": "lit@3", "dependsOn": []}],
}


def test_packages_of_both_are_named_by_their_purl_and_keep_their_hashes() -> None:
    """The layer's packages, the console, and what is bundled into it."""
    document = bill.merged("1.4.0", MADE_AT, PYTHON, CONSOLE)
    python, console, bundled = document["components"]
    assert python == {
        "bom-ref": "pkg:pypi/urllib3@2.0.0",
        "externalReferences": PYTHON["components"][0]["externalReferences"],
        "purl": "pkg:pypi/urllib3@2.0.0",
    }
    assert console["bom-ref"] == "pkg:npm/console@1"
    assert bundled["hashes"] == [{"alg": "SHA-512", "content": "cd"}]


def test_it_says_what_needs_what() -> None:
    """Recado the layer's packages and the console, and that what is bundled into it."""
    document = bill.merged("1.4.0", MADE_AT, PYTHON, CONSOLE)
    assert {each["ref"]: each["dependsOn"] for each in document["dependencies"]} == {
        "recado": ["pkg:npm/console@1", "pkg:pypi/urllib3@2.0.0"],
        "pkg:pypi/urllib3@2.0.0": [],
        "pkg:npm/console@1": ["pkg:npm/lit@3"],
        "pkg:npm/lit@3": [],
    }
    assert document["metadata"]["component"]["version"] == "1.4.0"
    assert document["metadata"]["timestamp"] == "2027-01-31T12:00:00Z"


def test_the_same_parts_give_the_same_bill_with_the_same_number() -> None:
    """What npm draws and when it ran is left out; a package more is another bill."""
    later = copy.deepcopy(CONSOLE) | {"serialNumber": "urn:uuid:2"}
    later["metadata"]["timestamp"] = "later"
    document = bill.merged("1.4.0", MADE_AT, PYTHON, CONSOLE)
    assert bill.merged("1.4.0", MADE_AT, PYTHON, later) == document

    other = copy.deepcopy(PYTHON)
    other["components"][0]["purl"] = "pkg:pypi/urllib3@2.0.1"
    assert bill.merged("1.4.0", MADE_AT, other, CONSOLE)["serialNumber"] != document["serialNumber"]
