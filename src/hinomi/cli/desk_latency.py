"""`desk latency`: the delay from a device to the API's socket, measured on this machine."""

from __future__ import annotations


def latency(seconds: float, *, json: bool) -> int:
    from hinomi.cli.out import put_json, say
    from hinomi.recorder.latency import measure

    found = measure(seconds)
    if json:
        put_json(found)
    else:
        for name, figures in found.items():
            say(f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()))
    return 0
