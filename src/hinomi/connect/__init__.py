"""Connectors: each a process that a person starts, that listens to one device and hands samples to the room.

None contains an operation that sets, activates or writes anything on a device; `tests/connect` holds every
file here against that. `frames.py` has the shapes, `line.py` the way to the room's recorder, one file each
kind of device; `registry.py` names them.
"""
