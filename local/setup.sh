#!/usr/bin/env bash
# Installs what this machine lacks to run and test quantum-watch; `--help` says what that is.
# Written for bash 3.2, which is what macOS has.
set -euo pipefail

NODE_NEEDED=$(sed -n 's/.*"node": ">=\([0-9.]*\)".*/\1/p' "$(dirname "$0")/../package.json")
TOOLS="redis promtool openssl redis-exporter venv"
. "$(dirname "$0")/python-tools.sh"
. "$(dirname "$0")/deployed-node.sh"

# Debian starts and enables the services of what it installs, on ports that are not ours to take. While this file says
# 101, package scripts start nothing.
POLICY=/usr/sbin/policy-rc.d
POLICY_BEFORE=$POLICY.before-quantum-watch
POLICY_MARK="written by quantum-watch setup"

usage() {
  cat <<TEXT
Usage: npm run setup [-- --check]

Installs what is missing of: a Redis server (redis-server or valkey-server), promtool (part of Prometheus), openssl,
Prometheus's exporter for Redis and Python 3 with venv, with apt-get, dnf, apk, pacman or brew; and cfn-lint with pip
and the Node that Lambda runs with npm in .tools/. Says so where something has to be done by hand.
No service is left running or enabled. A second run does nothing.

  --check   only says what is missing; exit code 1 if something is
  --help    this text
TEXT
}

found() { command -v "$1" 2>/dev/null; }

# The path of a tool, or failure.
path_of() {
  case $1 in
    redis) found redis-server || found valkey-server ;;
    redis-exporter) found prometheus-redis-exporter || found redis_exporter ;;
    # Debian has the part of Python that makes environments in a package of its own.
    venv) python3 -c "import ensurepip, venv" 2>/dev/null && found python3 ;;
    *) found "$1" ;;
  esac
}

what_is() {
  case $1 in
    redis) echo "a Redis server: redis-server (https://redis.io/downloads) or valkey-server (https://valkey.io/download)" ;;
    redis-exporter) echo "prometheus-redis-exporter (https://github.com/oliver006/redis_exporter/releases)" ;;
    venv) echo "Python 3 with venv (https://www.python.org/downloads)" ;;
    promtool) echo "promtool, part of Prometheus (https://prometheus.io/download)" ;;
    *) echo "$1" ;;
  esac
}

package_manager() {
  local manager
  for manager in apt-get dnf apk pacman brew; do
    if found $manager >/dev/null; then echo $manager && return; fi
  done
  return 1
}

# Packages that hold a tool, the better one first: Arch and newer Fedoras have Valkey in place of Redis.
packages_of() {
  case $1:$2 in
    apt-get:redis) echo "redis-server valkey-server" ;;
    dnf:redis | pacman:redis) echo "valkey redis" ;;
    *:redis) echo "redis valkey" ;;
    dnf:promtool) echo "golang-github-prometheus prometheus" ;;
    *:promtool) echo "prometheus" ;;
    apt-get:venv) echo "python3-venv" ;;
    dnf:venv | apk:venv) echo "python3" ;;
    *:venv) echo "python" ;;
    *:redis-exporter) echo "prometheus-redis-exporter redis_exporter" ;;
    *) echo "$2" ;;
  esac
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_package() {
  case $1 in
    apt-get)
      # needrestart would restart other people's services in passing.
      as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
        apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$2"
      ;;
    dnf) as_root dnf install -y -q "$2" ;;
    apk) as_root apk add --quiet "$2" ;;
    pacman) as_root pacman -S --needed --noconfirm "$2" ;;
    brew) brew install --quiet "$2" ;;
  esac
}

hold_services() {
  release_services
  trap release_services EXIT
  trap 'exit 1' HUP INT TERM
  if as_root test -e "$POLICY"; then as_root mv "$POLICY" "$POLICY_BEFORE"; fi
  printf '#!/bin/sh\n# %s: nothing is started while it installs.\nexit 101\n' "$POLICY_MARK" |
    as_root tee "$POLICY" >/dev/null
  as_root chmod 755 "$POLICY"
}

# Also puts right what a run that was killed has left behind.
release_services() {
  if as_root grep -qs "$POLICY_MARK" "$POLICY"; then as_root rm -f "$POLICY"; fi
  if as_root test -e "$POLICY_BEFORE"; then as_root mv "$POLICY_BEFORE" "$POLICY"; fi
}

# Only ever called for a package that this run has installed.
disable_services() {
  local service
  for service in $(dpkg -L "$1" | sed -n 's|^/etc/init\.d/||p; s|.*/systemd/system/\([^/@]*\)\.service$|\1|p' | sort -u); do
    if found systemctl >/dev/null; then
      as_root systemctl disable --quiet "$service" || true
    else
      as_root update-rc.d "$service" disable || true
    fi
  done
}

install_tool() {
  local manager=$1 tool=$2 package
  for package in $(packages_of "$manager" "$tool"); do
    echo "installing $package with $manager"
    if install_package "$manager" "$package"; then
      if [ "$manager" = apt-get ]; then disable_services "$package"; fi
      hash -r
      if path_of "$tool" >/dev/null; then return 0; fi
    fi
  done
  return 1
}

# Installs the tools given as one string; those that it could not are left in the variable `failed`.
install_all() {
  local manager tool
  failed=$1
  if ! manager=$(package_manager); then
    echo "No package manager found (apt-get, dnf, apk, pacman or brew)."
    return
  fi
  if [ "$manager" != brew ] && ! as_root true; then
    echo "$manager needs root, and sudo is missing or refuses."
    return
  fi
  if [ "$manager" = apt-get ]; then
    hold_services
    # One unreachable source is no reason not to try the others.
    as_root apt-get update -qq || true
  fi
  failed=""
  for tool in $1; do
    install_tool "$manager" "$tool" || failed="$failed $tool"
  done
}

node_is_new_enough() {
  [ "$(printf 'v%s\n%s\n' "$NODE_NEEDED" "$(node --version 2>/dev/null)" | sort -V | head -n 1)" = "v$NODE_NEEDED" ]
}

# Says what is here; the tools that are not are left in the variable `missing`, and `code` is 1 without a fit node.
look_around() {
  local tool
  if node_is_new_enough; then
    echo "found   node $(node --version)"
  else
    echo "missing node $NODE_NEEDED or newer (found: $(node --version 2>/dev/null || echo none)): from https://nodejs.org"
    code=1
  fi
  for tool in $TOOLS; do
    if path_of "$tool" >/dev/null; then
      echo "found   $(path_of "$tool")"
    else
      echo "missing $(what_is "$tool")"
      missing="$missing $tool"
    fi
  done
  look_for_python_tools
  look_for_deployed_node
}

main() {
  local missing="" missing_python="" missing_node="" failed="" code=0 tool
  case "${1:-}" in
    "" | --check) ;;
    --help) usage && return 0 ;;
    *) usage >&2 && return 1 ;;
  esac
  look_around
  if [ "${1:-}" = --check ]; then
    [ -z "$missing$missing_python$missing_node" ] && return $code
    return 1
  fi
  if grep -qs "$POLICY_MARK" "$POLICY"; then release_services; fi
  if [ -n "$missing" ]; then install_all "$missing"; fi
  if [ -n "$missing_python" ]; then
    if path_of venv >/dev/null; then make_python_tools || code=1; else code=1; fi
  fi
  if [ -n "$missing_node" ]; then fetch_deployed_node || code=1; fi
  for tool in $failed; do
    echo "Please install by hand $(what_is "$tool")"
    code=1
  done
  if [ $code = 1 ]; then return 1; fi
  if [ -z "$missing$missing_python$missing_node" ]; then echo "Nothing to do."; else echo "Everything is here now."; fi
}

main "$@"
