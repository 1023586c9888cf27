# To be sourced: what the system's package manager may do here without asking anybody.

# Whether this user may install packages of Debian's or Ubuntu's.
may_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  [ "$(id -u)" = 0 ] || sudo -n true >/dev/null 2>&1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# The packages named; what apt-get says is shown where it fails.
install_packages() {
  echo "Installing with apt-get (once): $*" >&2
  said=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@" 2>&1) ||
    { echo "$said" >&2 && return 1; }
}

# Before packages are named: what the package manager knows of them may be old, or nothing at all.
update_packages() {
  as_root apt-get update -qq >&2
}
