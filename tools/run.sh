#!/usr/bin/env bash
# run.sh HOST PORT: read the bundled capture once, then serve. Called by `make run`.
set -euo pipefail
cd "$(dirname "$0")/.."
hinomi=.venv/bin/hinomi
case_dir=cases/first-light
capture=$(ls "$case_dir"/capture.* | head -n 1)
"$hinomi" read "$capture"
if [ -f "$case_dir/zones.toml" ]; then "$hinomi" zones load "$case_dir/zones.toml"; fi
exec "$hinomi" serve --host "$1" --port "$2"
