"""TLS: a certificate that Hinomi makes itself, or one that the hospital gives."""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import secrets
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hinomi.texts import Problem

DAYS = 825  # what browsers accept


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key, as files."""

    certificate: Path
    key: Path

    @property
    def there(self) -> bool:
        return self.certificate.exists() and self.key.exists()


def place(home: Path) -> Pair:
    """Where a home keeps its own."""
    return Pair(home / "keys" / "tls.crt", home / "keys" / "tls.key")


def own_names() -> list[str]:
    """Names by which others may call this machine."""
    return [*dict.fromkeys(["localhost", "127.0.0.1", "::1", socket.gethostname().lower(), socket.getfqdn().lower()])]


def make(pair: Pair, names: list[str], days: int = DAYS) -> str:
    """Writes a self-signed certificate for `names` and its key; returns the SHA-256 fingerprint to compare.

    Raises:
        Problem: a name is none.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Hinomi")])
    now = dt.datetime.now(dt.UTC)
    usage = x509.KeyUsage(True, False, False, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(pair.key, secret, 0o600)
    _write(pair.certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)
    return made.fingerprint(hashes.SHA256()).hex(":").upper()


def names_of(pair: Pair) -> frozenset[str]:
    """The names that a certificate is for; the server answers to these.

    Raises:
        Problem: files that are no certificate with its key, one that is over, or a key that others may read.
    """
    try:
        certificate = x509.load_pem_x509_certificate(pair.certificate.read_bytes())
        if pair.key.stat().st_mode & 0o077:
            raise Problem("home.key_open", path=pair.key)
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(pair.certificate, pair.key)
    except (OSError, ValueError, ssl.SSLError) as error:
        raise Problem("tls.unreadable", path=pair.certificate, reason=type(error).__name__) from error
    if certificate.not_valid_after_utc < dt.datetime.now(dt.UTC):
        raise Problem("tls.over", path=pair.certificate, day=certificate.not_valid_after_utc.date())
    try:
        told = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        raise Problem("tls.no_names", path=pair.certificate) from None
    addresses = [str(address) for address in told.get_values_for_type(x509.IPAddress)]
    return frozenset(name.lower() for name in [*told.get_values_for_type(x509.DNSName), *addresses])


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    try:
        return x509.DNSName(name.encode("idna").decode())
    except UnicodeError:
        raise Problem("tls.bad_name", name=name) from None


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by others in between."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
