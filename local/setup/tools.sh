#!/bin/sh
# What the tests need of the system, beyond Python, git and make:
#   tools.sh install <virtual environment>    install what is missing; where that may not be, say what to run, and go on
#   tools.sh missing <virtual environment>    print the tools that are missing; fail where the tests may not do without
#   tools.sh left-out <virtual environment>   say which tests were left out, and why
# The tests may do without where this user may not install packages, but never in CI (CI=true).
set -eu
cd "$(dirname "$0")/../.."
. local/setup/packages.sh
venv=$2

# The tool; its packages in Debian and Ubuntu; which tests need it (tests/support/tools.py leaves them out).
TABLE='chromium   | chromium fonts-liberation | the console in a browser (tests/browser)
playwright | libatomic1                | the console in a browser (tests/browser)
curl       | curl                      | the commands of the documentation (tests/e2e/documentation)
jq         | jq                        | the commands of docs/migrating.md (tests/unit/cli/importing)
php        | php-cli                   | the receiver in PHP (tests/e2e/recipes/test_recipes.py)
go         | golang-go                 | the receiver in Go (tests/e2e/recipes/test_recipes.py)
java       | default-jdk-headless      | the receiver in Java (tests/e2e/recipes/test_recipes.py)
rackup     | ruby-rack ruby-webrick    | the receiver in Ruby (tests/e2e/recipes/test_recipes.py)
mvn        | maven                     | the publisher in Java (tests/e2e/documentation/test_publishing_docs.py)
symfony    | php-symfony-framework-bundle | the receiver in Symfony (tests/e2e/recipes/test_recipes.py)
sinatra    | ruby-sinatra              | the receiver in Sinatra (tests/e2e/recipes/test_recipes.py)
openssl    | openssl                   | the names of authorities in the layer (tests/unit/layers)
postgres   | postgresql                | the outbox in PostgreSQL (tests/integration/outbox)'

# The second or third column for the tools given.
column() {
  number=$1
  shift
  for tool in "$@"; do
    echo "$TABLE" | awk -F ' *[|] *' -v tool="$tool" -v number="$number" '$1 == tool { print $number }'
  done
}

is_there() {
  case $1 in
    chromium)
      [ -n "${CHROMIUM:-}" ] || command -v chromium || command -v chromium-browser || command -v google-chrome ||
        [ -e "$(playwright_folder)/INSTALLATION_COMPLETE" ]
      ;;
    playwright) "$venv/bin/playwright" --version ;; # the Node.js that it brings wants a library of the system's
    java) command -v javac ;;                       # a source file is run by the compiler
    symfony) php -r 'exit((int) !@include "Symfony/Bundle/FrameworkBundle/autoload.php");' ;;
    sinatra) ruby -e 'require "sinatra/base"' ;;
    postgres) command -v initdb || command -v pg_ctlcluster ;; # Debian keeps the server itself off the path
    *) command -v "$1" ;;
  esac >/dev/null 2>&1
}

missing() {
  for tool in $(echo "$TABLE" | awk '{ print $1 }'); do
    is_there "$tool" || echo "$tool"
  done
}

may_do_without() {
  [ "${CI:-}" != true ] && ! may_install
}

# Ubuntu has Chromium as a snap only, which no container runs: there it is the build that Playwright offers.
has_no_chromium() {
  grep -qs '^ID=ubuntu$' /etc/os-release
}

playwright_folder() {
  "$venv/bin/playwright" install --dry-run --only-shell chromium | sed -n 's/^ *Install location: *//p' | head -n 1
}

# The packages of the tools given, under the names that this release has for them.
packages_of() {
  for package in $(column 2 "$@"); do
    case $package in
      chromium) has_no_chromium || echo chromium ;;
      ruby-rack) if apt-cache show ruby-rackup >/dev/null 2>&1; then echo ruby-rackup; else echo ruby-rack; fi ;;
      *) echo "$package" ;;
    esac
  done | xargs
}

browser_command() {
  case " $* " in
    *" chromium "*) ! has_no_chromium || echo "$venv/bin/playwright install --with-deps --only-shell chromium" ;;
  esac
}

# The one command that brings the tools given.
by_hand() {
  if command -v apt-get >/dev/null 2>&1; then
    after=$(browser_command "$@")
    echo "sudo apt-get install --no-install-recommends $(packages_of "$@")${after:+ && $after}"
  else
    echo "your package manager's, for: $*"
  fi
}

install() {
  absent=$(missing)
  [ -n "$absent" ] || return 0
  if may_install; then
    update_packages
    install_packages $(packages_of $absent)
    $(browser_command $absent)
    absent=$(missing)
    [ -n "$absent" ] || return 0
  fi
  echo "The tests need what is not installed here:" $absent >&2
  echo "To install it: $(by_hand $absent)" >&2
  may_do_without || return 1
  echo "This user may not: the tests that need it are left out." >&2
}

left_out() {
  absent=$(missing)
  [ -n "$absent" ] || return 0
  echo "Left out, because" $absent "cannot be installed by this user:"
  column 3 $absent | sort -u | sed 's/^/  - /'
  echo "To run these too: $(by_hand $absent)"
}

case $1 in
  install) install ;;
  left-out) left_out ;;
  missing)
    missing
    may_do_without
    ;;
esac
