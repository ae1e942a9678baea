#!/bin/sh
# Builds the agent and the manager of Antidote (signove/antidote, LGPL-2.1) for the case `phd`: the one free
# implementation of IEEE 11073-20601 that speaks over TCP, in neither Debian nor PyPI.
# usage: lab/antidote.sh FOLDER_OF_ITS_SOURCE   → lab/out/antidote/agent, lab/out/antidote/manager
set -eu
source=$(cd "$1" && pwd)
out=$(cd "$(dirname "$0")" && pwd)/out/antidote
mkdir -p "$out"
cd "$source"
files=$(find src -name '*.c' | grep -E -v 'test|android|bluez|usb|java|example|plugin_trans')
flags='-I. -Isrc -w -O1 -std=gnu89 -fcommon -DVERSION="2"'
# shellcheck disable=SC2086
gcc $flags -o "$out/manager" $files apps/sample_manager.c -lpthread -lm
# shellcheck disable=SC2086
gcc $flags -o "$out/agent" $files apps/sample_agent.c apps/sample_agent_common.c -lpthread -lm
