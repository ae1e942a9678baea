#!/bin/sh
# Builds the hospital in a box, plays a scenario, leaves capture and truth, leaves nothing else.
# usage: lab/run.sh [FOLDER] [--scenario NAME] [--seed N] [--seconds N]
#        (default: lab/out, the whole day with two incidents, seed 1)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
if [ "$(id -u)" != 0 ]; then
    echo "lab: skipped: the lab needs root for network namespaces; no capture was made." >&2
    echo "hint: run it as root (sudo make lab), or use the captures that stand in cases/." >&2
    exit 77
fi
# The three small scenarios need fewer programs than the others.
case " $* " in
    *" --scenario first-light "* | *" --scenario short "* | *" --scenario ordinary "*) "$here/install.sh" ;;
    *) "$here/install.sh" packages-protocols.txt ;;
esac
"$here/clean.sh"
HINOMI_LAB_HOST_MNT=$(readlink /proc/self/ns/mnt)
export HINOMI_LAB_HOST_MNT
# A relative folder is meant from where the caller stands.
HINOMI_LAB_FROM=$(pwd)
export HINOMI_LAB_FROM
cd "$root"
# One process tree in its own pid, mount, network, host-name and message namespaces: when it ends,
# however it ends, the kernel takes every process, interface, mount and firewall rule with it.
exec unshare --net --mount --uts --ipc --pid --fork --kill-child --mount-proc \
    "$root/.venv-lab/bin/python" -m lab run "$@"
