#!/bin/sh
# Run npm in the folder of a package:
#   npm.sh <folder> <virtual environment> <npm's arguments>
# The machine's own npm; where there is none, or its Node.js is too old, the one that a package from PyPI brings.
set -eu
cd "$(dirname "$0")/../.."
folder=$1 venv=$2
shift 2

# As `engines` in every package.json says.
new_enough() {
  command -v npm >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null
}

if ! new_enough; then
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    --requirement requirements/node.txt
  PATH="$(cd "$venv/bin" && pwd):$PATH"
fi
cd "$folder"
exec npm "$@"
