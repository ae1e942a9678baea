"""The process that hears: `python -m hinomi.live.ears STATUS RING_MIB INTERFACE…`.

Standard input: closed by the session when it is to end. Standard output: the packets as pcapng.
STATUS: a descriptor for one line of JSON at each beat; the first says that it listens, or why not.
"""

from __future__ import annotations

import json
import os
import sys

from hinomi import _wire
from hinomi.live import privileges


def main() -> None:
    status, ring_mib, *interfaces = sys.argv[1:]
    privileges.leave_signals()
    try:
        ears = _wire.Ears(interfaces, int(ring_mib))
        privileges.become_nobody()
        _wire.confine("ears", [1, int(status)])
    except _wire.CaptureError as error:
        os.write(int(status), json.dumps({"sentence": error.sentence, "hint": error.hint}).encode() + b"\n")
        os._exit(2)
    ears.listen(1, int(status), 0)
    os._exit(0)


if __name__ == "__main__":
    main()
