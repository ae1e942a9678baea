"""A message that shows whether a channel works."""

from __future__ import annotations

import smtplib
import time
from typing import TYPE_CHECKING

from hinomi.notify.channels import Channel, channels, secret
from hinomi.notify.message import gather
from hinomi.notify.send import RefusedByReceiverError, send
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.home import Home


def send_newest(home: Home, id: str) -> tuple[Channel, str]:
    """Sends the newest finding, marked as a test. Gives the channel and why it failed, "" when it was sent.

    Raises:
        hinomi.texts.Problem: no such channel, or no finding to send.
    """
    channel = next((one for one in channels(home) if one.id == id), None)
    if channel is None:
        raise Problem("notify.unknown", id=id)
    newest = home.state.findings(sort="created_at", limit=1).items
    if not newest:
        raise Problem("notify.no_finding")
    now = time.time_ns()
    message = gather(f"{home.site}.{channel.id}.test.{now}", newest, "test")
    try:
        send(channel, message, home.settings.time_zone, secret(home, id), now)
    except (OSError, smtplib.SMTPException, RefusedByReceiverError) as error:
        return channel, str(error)[:300]
    return channel, ""
