"""What the tap heard of a room, in the shapes that a recorded procedure has: the desk opens both alike."""

from __future__ import annotations

from dataclasses import dataclass

from hinomi import theatre
from hinomi.connect.frames import Channel

TAP = "tap:"


@dataclass(frozen=True, slots=True)
class TapChannel:
    channel: Channel
    device: str  # Device.id, "" when it cannot be told


def channel_of(track: theatre.Track) -> TapChannel:
    id = f"{track.source}/{track.code}/{track.unit}/{track.kind}"
    made = Channel(id, track.kind, track.source, track.name or track.code, track.code, track.code_system, track.unit)
    return TapChannel(made, track.device)
