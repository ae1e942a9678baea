#!/bin/sh
# Runs scenarios and puts what they left into cases/. usage: lab/make_case.sh SCENARIO[@SEED]...
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
"$here/install.sh" packages-protocols.txt
for wanted in "$@"; do
    scenario=${wanted%@*}
    seed=1
    name=$(basename "$scenario")
    case $wanted in *@*) seed=${wanted#*@} name=$name-$seed ;; esac
    out=$(mktemp -d)
    trap 'rm -rf "$out"' EXIT
    "$here/run.sh" "$out" --scenario "$scenario" --seed "$seed" --case "$name"
    cd "$root"
    "$root/.venv-lab/bin/python" -m lab.check_tshark "$out"
    "$root/.venv-lab/bin/python" -m lab.case "$wanted" "$out"
    rm -rf "$out"
done
