"""An MLLP receiver (python-hl7): acknowledges, refuses what it does not know, may pass on. Runs until ended."""

from __future__ import annotations

import argparse
import asyncio
import datetime

import hl7
from hl7.mllp import open_hl7_connection, start_hl7_server


class Receiver:
    """Answers each message; forwards observations to the next system when told to."""

    def __init__(self, name: str, facility: str, refuse: list[str], forward: str | None, charset: str) -> None:
        self.name, self.facility, self.refuse = name, facility, refuse
        self.forward, self.charset = forward, charset
        self.count = 0
        self.queue: asyncio.Queue[str] = asyncio.Queue(maxsize=1000)

    async def serve(self, reader, writer) -> None:
        while not writer.is_closing():
            try:
                message = await reader.readmessage()
            except asyncio.IncompleteReadError:
                break
            kind = str(message["MSH.F9.R1.C1"])
            if kind in self.refuse:
                answer = message.create_ack("AE", application=self.name, facility=self.facility)
                answer.append(hl7.parse("MSH|^~\\&|\rERR||MSH^1^9|200^Unsupported message type^HL70357|E\r")[1])
            else:
                answer = message.create_ack("AA", application=self.name, facility=self.facility)
                if self.forward and kind == "ORU":
                    await self.queue.put(str(message))
            writer.writemessage(answer)
            await writer.drain()
        writer.close()

    async def pass_on(self) -> None:
        """Keep one connection to the next system, and make it again when it breaks."""
        while True:
            try:
                await self._pass_on_once()
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(2)

    async def _pass_on_once(self) -> None:
        """Each observation goes on under this sender's name."""
        host, port = self.forward.rsplit(":", 1)
        reader, writer = await open_hl7_connection(host, int(port), encoding=self.charset)
        while True:
            message = hl7.parse(await self.queue.get())
            self.count += 1
            head = message.segment("MSH")
            head[3], head[4] = self.name, self.facility
            head[7] = datetime.datetime.now().astimezone().strftime("%Y%m%d%H%M%S%z")
            head[10] = f"{self.name}{self.count:06d}"
            writer.writemessage(message)
            await writer.drain()
            await reader.readmessage()


async def run(options: argparse.Namespace) -> None:
    receiver = Receiver(options.name, options.facility, options.refuse, options.forward, options.charset)
    server = await start_hl7_server(receiver.serve, port=options.port, encoding=options.charset)
    async with server:
        if options.forward:
            await asyncio.gather(server.serve_forever(), receiver.pass_on())
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", required=True)
    parser.add_argument("--facility", default="HINOMI")
    parser.add_argument("--port", type=int, default=2575)
    parser.add_argument("--refuse", nargs="*", default=[], help="message types answered with AE")
    parser.add_argument("--forward", help="host:port that observations are passed on to")
    parser.add_argument("--charset", default="utf-8")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
