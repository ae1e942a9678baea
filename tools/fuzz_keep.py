"""Keep the smallest inputs that reach what a fuzzer reached: `python tools/fuzz_keep.py PROGRAMS CORPUS [TARGET…]`.

PROGRAMS: where the built fuzzers lie; CORPUS: what they gathered. Writes `wire/fuzz/saved/TARGET.inputs.zst`,
which an ordinary test replays (`wire/crates/drive/tests/replay.rs`).
"""

from __future__ import annotations

import contextlib
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa

ROOT = Path(__file__).resolve().parents[1]
SAVED = ROOT / "wire" / "fuzz" / "saved"
TARGETS = ROOT / "wire" / "fuzz" / "fuzz_targets"
INPUTS_MAX, BYTES_MAX = 400, 400_000  # of one target; of all sizes, when there are more


def keep(program: Path, corpus: Path, out: Path) -> int:
    """Packs a minimised corpus; returns the number of inputs."""
    with tempfile.TemporaryDirectory() as folder:
        before, kept = Path(folder) / "before", Path(folder) / "kept"
        before.mkdir()
        kept.mkdir()
        for path in corpus.iterdir():
            with contextlib.suppress(FileNotFoundError):  # a running fuzzer takes files away
                shutil.copy(path, before)
        command = [program, "-merge=1", "-rss_limit_mb=1024", kept, before]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{program.name} broke while its inputs were merged.\n{done.stderr[-2000:]}")
        contents = sorted((p.read_bytes() for p in kept.iterdir()), key=lambda c: (len(c), c))
    packed, number = bytearray(), 0
    step = max(1, -(-len(contents) // INPUTS_MAX), -(-sum(map(len, contents)) // BYTES_MAX))
    for content in contents[::step]:
        packed += struct.pack("<I", len(content)) + content
        number += 1
    with pa.CompressedOutputStream(str(out), "zstd") as stream:
        stream.write(bytes(packed))
    return number


def main() -> None:
    programs, corpora = Path(sys.argv[1]), Path(sys.argv[2])
    SAVED.mkdir(exist_ok=True)
    for target in sys.argv[3:] or sorted(p.stem for p in TARGETS.glob("*.rs")):
        out = SAVED / f"{target}.inputs.zst"
        print(f"{target}: {keep(programs / target, corpora / target, out)} inputs, {out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
