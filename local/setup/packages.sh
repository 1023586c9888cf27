# To be sourced: what the system's package manager may do here without asking anybody.

# Whether this user may install packages of Debian's or Ubuntu's.
may_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  [ "$(id -u)" = 0 ] || sudo -n true >/dev/null 2>&1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

update_packages() {
  as_root apt-get update -qq >&2
}

# The packages named; of what apt-get says only its errors are shown.
install_packages() {
  echo "Installing with apt-get (once): $*" >&2
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends "$@" >/dev/null
}
