#!/bin/sh
# server.sh PORT [CASE]: reads a capture into a home of its own and serves it; the home goes with it.
# CASE `empty`: nothing was read yet.
set -eu
cd "$(dirname "$0")/../.."
case=${2:-first-light}
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; exit 0' INT TERM
export HINOMI_HOME="$home" HINOMI_SITE=lab
hinomi() {
  PYTHONPATH=src .venv/bin/python -c 'import sys; sys.argv[0] = "hinomi"; from hinomi.cli import main; sys.exit(main())' "$@"
}
if [ "$case" != empty ]; then hinomi read "cases/$case"/capture.*; fi
if [ "$case" != first-light ] && [ "$case" != empty ]; then hinomi zones load "cases/$case/truth.json"; hinomi refresh; fi
PYTHONPATH=src .venv/bin/python -c "from hinomi.api import serve; serve(port=$1)" &
server=$!
wait "$server"
