#!/bin/sh
# Makes this case again (root). The plan is the same, the times are new.
exec "$(dirname "$0")/../../lab/make_case.sh" protocols/phd
