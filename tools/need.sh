#!/usr/bin/env bash
# need.sh build|test|bench: is what the step needs here? Installs Debian packages when it may (root and apt),
# otherwise says in one sentence what is missing and how to get it, and exits 1.
set -euo pipefail

missing=()

install() { # install PACKAGE...
  if [ "$#" -eq 0 ]; then return 0; fi
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "== Debian packages: $*"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  else
    echo "Missing Debian packages: $*" >&2
    echo "hint: run 'sudo apt-get install --no-install-recommends $*' and start again." >&2
    exit 1
  fi
}

version_at_least() { # version_at_least HAVE WANT
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

build() {
  local python=${PYTHON:-python3}
  command -v "$python" >/dev/null || missing+=("Python 3.11 or newer (Debian: apt-get install python3 python3-venv)")
  if command -v "$python" >/dev/null; then
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || missing+=("Python 3.11 or newer; '$python' is $("$python" -V 2>&1)")
    "$python" -c 'import venv, ensurepip' 2>/dev/null || missing+=("Python's venv module (Debian: apt-get install python3-venv)")
  fi
  command -v cargo >/dev/null || missing+=("Rust 1.85 or newer with cargo (https://rustup.rs)")
  if command -v cargo >/dev/null; then
    version_at_least "$(rustc --version | cut -d' ' -f2)" 1.85 || missing+=("Rust 1.85 or newer; this is $(rustc --version)")
  fi
  command -v cc >/dev/null || missing+=("a C compiler for linking (Debian: apt-get install gcc)")
  command -v node >/dev/null || missing+=("Node.js 20 or newer (Debian: apt-get install nodejs npm)")
  if command -v node >/dev/null; then
    version_at_least "$(node --version | tr -d v)" 20 || missing+=("Node.js 20 or newer; this is $(node --version)")
  fi
  command -v npm >/dev/null || missing+=("npm (comes with Node.js)")
  if [ ${#missing[@]} -gt 0 ]; then
    echo "Hinomi cannot be built here yet. Missing:" >&2
    printf '  - %s\n' "${missing[@]}" >&2
    echo "hint: install them, then run the same command again." >&2
    exit 1
  fi
}

test_packages() {
  local want=()
  command -v tshark >/dev/null || want+=(tshark)
  command -v capinfos >/dev/null || want+=(wireshark-common)
  command -v zstd >/dev/null || want+=(zstd)
  command -v soffice >/dev/null || want+=(libreoffice-calc-nogui)
  command -v pdftotext >/dev/null || want+=(poppler-utils)
  command -v chromium >/dev/null || want+=(chromium)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || want+=(postgresql)
  fc-list :lang=ja 2>/dev/null | grep -q . || want+=(fonts-noto-cjk fontconfig)
  install ${want[@]+"${want[@]}"}
}

# The peers of the bench. Suricata 7 stands in Debian's backports only, which are asked for this one
# package; without them, or without root, the bench does without it and says so.
bench_packages() {
  local want=() sources=/etc/apt/sources.list.d/debian.sources
  command -v ndpiReader >/dev/null || want+=(libndpi-bin)
  install ${want[@]+"${want[@]}"}
  if ! command -v suricata >/dev/null && [ "$(id -u)" = 0 ] && [ -r "$sources" ]; then
    local release; release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    awk 'BEGIN { RS = "" } NR == 1' "$sources" | sed "s/^Suites:.*/Suites: $release-backports/" >/etc/apt/sources.list.d/backports.sources
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -t "$release-backports" suricata >/dev/null; } \
      || echo "Suricata could not be installed; the bench does without it."
  fi
}

case "${1:-}" in
  build) build ;;
  test) test_packages ;;
  bench) bench_packages ;;
  *) echo "usage: need.sh build|test|bench" >&2; exit 2 ;;
esac
