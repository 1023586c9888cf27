#!/bin/sh
# Make a virtual environment that holds what a lock file pins, unless it is there already:
#   venv.sh <folder> <lock file> [<python>]
# One that was never finished, that is too old, or that another than the named Python made, is made anew. Without a name
# any good one stays, and the first new enough Python of the path makes what is missing. Says nothing where nothing is to do.
set -eu
cd "$(dirname "$0")/../.."
. local/setup/packages.sh
venv=$1 lock=$2 named=${3:-}

new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Which installation it is, said alike by a Python and by the virtual environments it has made.
installation() {
  "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2], sys.base_prefix)' 2>/dev/null
}

is_good() {
  [ -f "$venv/installed" ] && new_enough "$venv/bin/python" &&
    { [ -z "$named" ] || [ "$(installation "$named")" = "$(installation "$venv/bin/python")" ]; }
}

first_new_enough() {
  for python in "$@"; do
    if new_enough "$python"; then echo "$python" && return; fi
  done
  return 1
}

refuse() {
  tried=${named:-python3}
  version=$("$tried" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || version="not to be found"
  try=$(first_new_enough python3.13 python3.12 python3.11 python3) || try=/path/to/python3.13
  echo "Recado needs Python 3.11 or newer; $tried is $version. Try: make demo PYTHON=$try" >&2
  exit 1
}

# Debian and Ubuntu keep half of it in a package of its own.
need_venv_module() {
  "$1" -c 'import ensurepip, venv' 2>/dev/null && return
  package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
  if may_install; then
    update_packages && install_packages "$package"
  else
    echo "Python's venv module is missing. On Debian and Ubuntu: sudo apt-get install $package" >&2
    exit 1
  fi
}

if ! is_good; then
  if [ -n "$named" ]; then set -- "$named"; else set -- python3 python3.13 python3.12 python3.11; fi
  python=$(first_new_enough "$@") || refuse
  need_venv_module "$python"
  rm -rf "$venv"
  "$python" -m venv "$venv"
elif [ ! "$lock" -nt "$venv/installed" ]; then
  exit 0
fi

# Gone while something is being installed: who interrupts it gets a new folder next time, not half of one.
rm -f "$venv/installed"
echo "Installing into $venv (once) ..." >&2
# The lock files are complete: pip has nothing to resolve.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement "$lock"
touch "$venv/installed"
