"""Hold a bill of materials against CycloneDX's own schema: `python valid_bill.py <file>`.

Run by the virtual environment of the release, which has the library; fails with what is wrong.
"""

import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

if __name__ == "__main__":
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.exit(f"{sys.argv[1]}: {wrong.data}" if wrong else 0)
