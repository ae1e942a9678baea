#!/bin/sh
# Installs the real programs that the lab's peers are: Debian packages and pinned PyPI packages.
# usage: lab/install.sh [packages-protocols.txt]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
packages=$(cat "$here/packages.txt" ${1:+"$here/$1"} | grep -v "^#")
missing=
for package in $packages; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
if [ -n "$missing" ]; then
    echo "lab: installing$missing"
    # A policy-rc.d that says no keeps the packages from starting daemons on this machine.
    policy=/usr/sbin/policy-rc.d
    made=
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' > "$policy"
        chmod +x "$policy"
        made=yes
    fi
    export DEBIAN_FRONTEND=noninteractive
    lock="-o DPkg::Lock::Timeout=300"
    # shellcheck disable=SC2086
    if ! apt-get -qq $lock install -y --no-install-recommends $missing >/dev/null; then
        apt-get -qq update
        apt-get -qq $lock install -y --no-install-recommends $missing >/dev/null
    fi
    [ -z "$made" ] || rm -f "$policy"
fi
stamp="$root/.venv-lab/.requirements"
if ! cmp -s "$here/requirements.txt" "$stamp"; then
    echo "lab: installing Python peers into .venv-lab"
    [ -x "$root/.venv-lab/bin/python" ] || python3 -m venv "$root/.venv-lab"
    "$root/.venv-lab/bin/python" -m pip install -q --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$stamp"
fi
# The shifted wall clock of a day (see the file's head for why it is the lab's own).
clock="$root/.venv-lab/wallclock.so"
if [ ! -e "$clock" ] || [ "$here/own/wallclock.c" -nt "$clock" ]; then
    gcc -O2 -Wall -Wextra -shared -fPIC -o "$clock.part" "$here/own/wallclock.c" -ldl -lpthread
    mv "$clock.part" "$clock"
fi
