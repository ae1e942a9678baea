#!/bin/sh
# Runs scenarios and puts what they left into cases/. usage: lab/make_case.sh SCENARIO...
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
"$here/install.sh" packages-protocols.txt
for scenario in "$@"; do
    out=$(mktemp -d)
    trap 'rm -rf "$out"' EXIT
    "$here/run.sh" --scenario "$scenario" --seed 1 --out "$out"
    cd "$root"
    "$root/.venv-lab/bin/python" -m lab.check_tshark "$out"
    "$root/.venv-lab/bin/python" -m lab.case "$scenario" "$out" "$root/cases/$(basename "$scenario")"
    rm -rf "$out"
done
