"""All data files of a record as one MCAP file, as Foxglove and others read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mcap.writer import CompressionType, Writer

from hinomi.recorder.folder import PROFILE, read_messages
from hinomi.recorder.reader import RecordReader


def write(reader: RecordReader, out: Path, **_: Any) -> None:
    with out.open("wb") as stream:
        writer = Writer(stream, compression=CompressionType.ZSTD)
        writer.start(PROFILE, "hinomi")
        writer.add_metadata("record", {"id": reader.meta.id, "room": reader.meta.room, "use": "not for diagnosis"})
        schemas: dict[str, int] = {}
        channels: dict[str, int] = {}
        for path in sorted(reader.folder.glob("data-*.mcap")):
            for schema, channel, message in read_messages(path):
                if schema.name not in schemas:
                    schemas[schema.name] = writer.register_schema(schema.name, schema.encoding, schema.data)
                if channel.topic not in channels:
                    channels[channel.topic] = writer.register_channel(
                        channel.topic, channel.message_encoding, schemas[schema.name], channel.metadata
                    )
                writer.add_message(
                    channels[channel.topic], message.log_time, message.data, message.publish_time, message.sequence
                )
        writer.finish()  # type: ignore[no-untyped-call]
