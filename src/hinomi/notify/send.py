"""Sending one message by one channel. Every wait has an end; what fails raises, and is tried again later."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import socket
import ssl
import urllib.error
import urllib.request
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from hinomi.model import Severity
from hinomi.notify.channels import Channel
from hinomi.notify.message import Message

WAIT_S = 10
# RFC 5424 §6.2.1: facility 13 (log audit); severities by ours
_SYSLOG = {
    Severity.INFO: 6, Severity.LOW: 5, Severity.MEDIUM: 4, Severity.HIGH: 3, Severity.CRITICAL: 2,
}  # fmt: skip


class RefusedByReceiverError(Exception):
    """The receiver answered, and would not take it."""


def send(channel: Channel, message: Message, zone: str, secret: str, sent_at: int) -> None:
    """Delivers, or raises OSError, smtplib.SMTPException or RefusedByReceiverError."""
    {"mail": _mail, "webhook": _webhook, "syslog": _syslog}[channel.type](channel, message, zone, secret, sent_at)


def _mail(channel: Channel, message: Message, zone: str, secret: str, sent_at: int) -> None:
    mail = EmailMessage()
    mail["From"] = channel.sender
    mail["To"] = ", ".join(channel.to)
    mail["Subject"] = message.subject(channel.lang, zone).replace("\r", " ").replace("\n", " ")
    mail["Date"] = format_datetime(datetime.fromtimestamp(sent_at / 1e9, UTC))
    mail["Message-ID"] = f"<{message.id}@{channel.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers
    mail.set_content(message.body(channel.lang, zone))
    post(channel, mail, secret)


def post(channel: Channel, mail: EmailMessage, secret: str) -> None:
    """Hands a mail to the channel's server, or raises OSError or smtplib.SMTPException."""
    context = ssl.create_default_context()
    if channel.tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(channel.host, channel.port, timeout=WAIT_S, context=context)
    else:
        server = smtplib.SMTP(channel.host, channel.port, timeout=WAIT_S)
    with server:
        if channel.tls == "starttls":
            server.starttls(context=context)
        if channel.user:
            server.login(channel.user, secret)
        server.send_message(mail)


class _NoTurns(urllib.request.HTTPRedirectHandler):
    """A receiver that sends elsewhere is not followed: notices go where a person said."""

    def redirect_request(self, *args: object, **more: object) -> None:
        return None


def _webhook(channel: Channel, message: Message, zone: str, secret: str, sent_at: int) -> None:
    told = message.as_ocsf(channel.lang) if channel.form == "ocsf" else message.as_json(channel.lang, zone)
    data = json.dumps(told, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "Hinomi", "Idempotency-Key": message.id}
    if secret:
        headers["X-Hinomi-Signature"] = "sha256=" + hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()
    request = urllib.request.Request(channel.url, data=data, headers=headers, method="POST")
    try:
        with urllib.request.build_opener(_NoTurns).open(request, timeout=WAIT_S) as answer:
            answer.read(1)
    except urllib.error.HTTPError as error:
        raise RefusedByReceiverError(f"HTTP {error.code}") from error


def _syslog(channel: Channel, message: Message, zone: str, secret: str, sent_at: int) -> None:
    stamp = datetime.fromtimestamp(sent_at / 1e9, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    head = f"<{13 * 8 + _SYSLOG[message.lead.severity]}>1 {stamp} {socket.gethostname() or '-'} hinomi - {message.id} -"
    lines = [f"{head} {line}" for line in message.as_cef(channel.lang)]
    if channel.proto == "udp":
        found = socket.getaddrinfo(channel.host, channel.port, type=socket.SOCK_DGRAM)
        with socket.socket(found[0][0], socket.SOCK_DGRAM) as out:
            for line in lines:
                out.sendto(line.encode(), found[0][4])
        return
    with socket.create_connection((channel.host, channel.port), timeout=WAIT_S) as plain:
        if channel.tls == "tls":
            with ssl.create_default_context().wrap_socket(plain, server_hostname=channel.host) as hidden:
                hidden.sendall(_framed(lines))
        else:
            plain.sendall(_framed(lines))


def _framed(lines: list[str]) -> bytes:
    """RFC 6587 §3.4.1: each message after its length."""
    return b"".join(b"%d %s" % (len(data), data) for data in (line.encode() for line in lines))
