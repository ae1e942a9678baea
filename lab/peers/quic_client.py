"""Fetches one page over HTTP/3 (aioquic)."""

from __future__ import annotations

import argparse
import asyncio
import ssl

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import QuicEvent


class Fetch(QuicConnectionProtocol):
    """One GET; `done` is set when the answer is complete."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.http = H3Connection(self._quic)
        self.done = asyncio.Event()
        self.size = 0

    def get(self, authority: str, path: str) -> None:
        stream = self._quic.get_next_available_stream_id()
        self.http.send_headers(
            stream,
            [
                (b":method", b"GET"),
                (b":scheme", b"https"),
                (b":path", path.encode()),
                (b":authority", authority.encode()),
            ],
            end_stream=True,
        )
        self.transmit()

    def quic_event_received(self, event: QuicEvent) -> None:
        for part in self.http.handle_event(event):
            if isinstance(part, HeadersReceived):
                print("status", dict(part.headers).get(b":status"))
            if isinstance(part, DataReceived):
                self.size += len(part.data)
            if getattr(part, "stream_ended", False):
                self.done.set()


async def run(options: argparse.Namespace) -> None:
    configuration = QuicConfiguration(
        is_client=True, alpn_protocols=H3_ALPN, server_name=options.name, verify_mode=ssl.CERT_NONE
    )
    async with connect(options.to, 443, configuration=configuration, create_protocol=Fetch) as client:
        client.get(options.name, options.path)
        await asyncio.wait_for(client.done.wait(), 8)
        print("bytes", client.size)


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("to", "name", "path"):
        parser.add_argument(f"--{name}", required=True)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
