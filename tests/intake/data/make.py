"""Makes the files of this folder again: softflowd and Suricata (Debian) over the bundled capture.

    python tests/intake/data/make.py

The datagrams lie one behind the other, as they came. softflowd tells its own clock as the time of
export, so the milliseconds since its start have come round once, as they do at every router after 49 days.
"""

from __future__ import annotations

import socket
import subprocess
import tempfile
from pathlib import Path

import pyarrow as pa

HERE = Path(__file__).parent
CASE = HERE.parents[2] / "cases" / "first-light" / "capture.pcap.zst"


def main() -> None:
    with tempfile.NamedTemporaryFile(suffix=".pcap") as capture:
        capture.write(pa.input_stream(str(CASE), compression="zstd").read())
        capture.flush()
        for version, name in (("5", "v5"), ("9", "v9"), ("10", "ipfix")):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as collector:
                collector.bind(("127.0.0.1", 0))
                collector.settimeout(3)
                to = f"127.0.0.1:{collector.getsockname()[1]}"
                exporter = subprocess.Popen(["softflowd", "-r", capture.name, "-n", to, "-v", version, "-d"])
                datagrams = []
                while True:
                    try:
                        datagrams.append(collector.recv(65535))
                    except TimeoutError:
                        break
                exporter.wait()
            (HERE / f"first-light.{name}.netflow").write_bytes(b"".join(datagrams))
        # Without rules: what Suricata's own parsers say. 7.0.10 made the file that lies here.
        with tempfile.TemporaryDirectory() as logs:
            command = [
                "suricata",
                "-r",
                capture.name,
                "-l",
                logs,
                "-k",
                "none",
                "-S",
                "/dev/null",
                "--runmode",
                "single",
            ]
            subprocess.run(command, check=True)
            with pa.output_stream(str(HERE / "first-light.eve.json.zst"), compression="zstd") as packed:
                packed.write(Path(logs, "eve.json").read_bytes())


if __name__ == "__main__":
    main()
