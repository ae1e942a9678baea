#!/bin/sh
# server.sh PORT [CASE]: reads a capture into a home of its own and serves it; the home goes with it.
# CASE `empty`: nothing was read yet. CASE `people`: first-light, with people who sign in;
# `idle`: their sessions end after thirty seconds that nobody used them.
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
idle=""
if [ "$case" = idle ]; then
  idle="from hinomi.people import door; door.IDLE_S, door.SEEN_EVERY_S = 30, 1; "
  case=people
fi
if [ "$case" = people ]; then
  case=first-light
  if [ -n "${HINOMI_E2E_ISSUER:-}" ]; then
    printf 'site = "lab"\noidc_issuer = "%s"\noidc_client = "hinomi"\noidc_roles = "ward = clinical_engineer"\n' "$HINOMI_E2E_ISSUER" >"$home/settings.toml"
  fi
  for role in administrator clinical_engineer viewer auditor; do
    printf 'kawa-no-nagare-7 %s\n' "$role" | hinomi people add "$role" --role "$role" --by test --password-stdin
  done
fi
if [ "$case" != empty ]; then hinomi read "cases/$case"/capture.*; fi
if [ "$case" != first-light ] && [ "$case" != empty ]; then hinomi zones load "cases/$case/truth.json"; hinomi refresh; fi
PYTHONPATH=src .venv/bin/python -c "${idle}from hinomi.api import serve; serve(port=$1)" &
server=$!
wait "$server"
