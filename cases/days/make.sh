#!/bin/sh
# Makes ordinary days of these seeds (root, about ten minutes each): cases/days/ordinary-day-SEED.
set -eu
[ $# -gt 0 ] || set -- 1
here=$(cd "$(dirname "$0")" && pwd)
for seed in "$@"; do
    case $seed in 1) wanted=ordinary-day ;; *) wanted=ordinary-day@$seed ;; esac
    "$here/../../lab/make_case.sh" "$wanted"
done
