"""Hinomi's home: the one directory that holds everything it knows.

    settings.toml    site, sensor, language, database …; a person may edit it
    state.db         state (SQLite), unless settings name another database
    history/         files of rows; only those that the state names exist for Hinomi
    staging/<run>/   rows of a run that is not finished; whatever a killed run left is removed
    evidence/        captures kept on wish
    knowledge/       what people of this site taught, one entry a file
    documents/       files attached to devices and models, named by their SHA-256
    advisories/      drop folder: CSAF, JVN, KEV and EPSS files
    keys/site.key    32 bytes, mode 0600: key of the pseudonyms
    lock             held by the one process that writes rows

Opening is cheap and safe while another process reads captures. `Home.writing()` takes the lock
and clears what a killed process left; everything that adds or removes rows runs inside it.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from hinomi.privacy.secret import Secret
from hinomi.texts import Problem

if TYPE_CHECKING:
    from hinomi.store.history import History
    from hinomi.store.state import State

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Settings:
    """What `settings.toml` says. Environment variables in brackets win over the file."""

    site: str  # id of the site, unique in a fleet [HINOMI_SITE]
    sensor: str = "import"  # name that captures read by hand get
    site_name: str = ""  # the hospital's name, for people
    database_url: str = ""  # "" = SQLite in the home [HINOMI_DATABASE_URL]
    language: str = ""  # ja | en | "" = as the environment says
    time_zone: str = "Asia/Tokyo"  # of times that devices give without a zone, and of the screens
    host_name: str = ""  # name by which people open Hinomi; "" = any that its certificate has. Passkeys belong to it
    oidc_issuer: str = ""  # sign-in service of the hospital (OpenID Connect); "" = none, and nothing is asked
    oidc_client: str = ""  # as whom it knows Hinomi; a secret, if it gave one, lies in keys/oidc.secret
    oidc_role_claim: str = "groups"  # what it says of a person's groups; dots lead inward
    oidc_roles: str = ""  # which group has which role: "group = role; group = role"
    oidc_name: str = ""  # what people call it, for the button
    advisory_urls: str = ""  # https addresses of advisory files, separated by spaces; "" = none is fetched


_FIRST_SETTINGS = """\
# Settings of this Hinomi. Lines left out keep their defaults.

# Id of this site; every row carries it. Choose it before the first capture is read:
# rows that are stored keep the id they were read with.
site = "{site}"

# site_name = "…"                 # name of the hospital, for people
# sensor = "import"               # name that captures read by hand get
# language = "ja"                 # ja or en; default: as the environment says
# time_zone = "Asia/Tokyo"        # of device times without a zone
# host_name = "hinomi.example"    # the one name that people open it by; passkeys are bound to it
# oidc_issuer = "https://…"        # the hospital's sign-in service (OpenID Connect); see docs/access.md
# oidc_client = "hinomi"
# oidc_roles = "hinomi-admins = administrator; me-room = clinical_engineer"
# advisory_urls = "https://…"      # fetched by `hinomi vulns fetch`, never by itself
# database_url = "postgresql+psycopg://user@/hinomi"   # default: SQLite in this directory
"""


class Home:
    """A home directory. `Home()` opens `HINOMI_HOME`, else `hinomi` in the XDG data directory."""

    def __init__(self, path: str | Path | None = None) -> None:
        """Opens the home and makes what is missing.

        Raises:
            Problem: the directory cannot be made or written, or `settings.toml` cannot be read.
        """
        self.path = Path(path) if path else default_path()
        try:
            for part in (self.path, self.history_path, self.staging_path, self.evidence_path):
                part.mkdir(parents=True, exist_ok=True)
            (self.path / "keys").mkdir(mode=0o700, exist_ok=True)
            if not self.settings_path.exists():
                write_new(self.settings_path, _FIRST_SETTINGS.format(site=f"site-{secrets.token_hex(4)}"))
        except OSError as error:
            raise Problem("home.not_writable", path=self.path, reason=error.strerror or "") from error
        self.settings = _settings(self.settings_path)

    settings_path = property(lambda self: self.path / "settings.toml")
    history_path = property(lambda self: self.path / "history")
    staging_path = property(lambda self: self.path / "staging")
    evidence_path = property(lambda self: self.path / "evidence")
    knowledge_path = property(lambda self: self.path / "knowledge")
    documents_path = property(lambda self: self.path / "documents")
    advisories_path = property(lambda self: self.path / "advisories")

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the state."""
        return self.settings.database_url or f"sqlite:///{self.path / 'state.db'}"

    @property
    def site(self) -> str:
        return self.settings.site

    @cached_property
    def key(self) -> Secret:
        """The site's key for pseudonyms, made at first use.

        Raises:
            Problem: the key file has the wrong length or may be read by others.
        """
        return self._key("site.key")

    @cached_property
    def evidence_key(self) -> Secret:
        """The key that seals the evidence ring, made at first use.

        Raises:
            Problem: as for `key`.
        """
        return self._key("evidence.key")

    def _key(self, name: str) -> Secret:
        path = self.path / "keys" / name
        if not path.exists():
            write_new(path, secrets.token_bytes(KEY_BYTES), mode=0o600)
        if path.stat().st_mode & 0o077:
            raise Problem("home.key_open", path=path)
        key = path.read_bytes()
        if len(key) != KEY_BYTES:
            raise Problem("home.key_length", path=path, length=len(key), expected=KEY_BYTES)
        return Secret(key)

    @cached_property
    def state(self) -> State:
        """The state store; opened, and brought to the newest schema, at first use."""
        from hinomi.store.state import State

        return State(self.database_url, site=self.site)

    @cached_property
    def history(self) -> History:
        """The history store."""
        from hinomi.store.history import History

        return History(self.history_path, self.state, lambda: self.evidence_key.reveal())

    def change_settings(self, **values: str) -> None:
        """Writes settings into `settings.toml`, whole or not at all, and uses them from now on.

        Raises:
            Problem: the file is written so that it has to be changed by hand.
        """
        before = self.settings_path.read_text("utf-8")
        told, text = _settings(self.settings_path), before
        values = {name: value for name, value in values.items() if value != getattr(told, name)}
        for name, value in values.items():
            text = _with_setting(text, name, value)
        try:
            wanted = {**tomllib.loads(before), **values}
            fits = tomllib.loads(text) == wanted
        except tomllib.TOMLDecodeError:
            fits = False
        if not fits:
            raise Problem("home.settings_by_hand", path=self.settings_path)
        fresh = self.settings_path.with_name(f".settings.{secrets.token_hex(4)}")
        try:
            write_new(fresh, text, mode=self.settings_path.stat().st_mode & 0o777)
            fresh.replace(self.settings_path)
        except OSError as error:
            raise Problem("home.not_writable", path=self.path, reason=error.strerror or "") from error
        finally:
            fresh.unlink(missing_ok=True)
        self.settings = _settings(self.settings_path)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the writer's lock, and first removes what a killed writer left.

        Raises:
            Problem: another process holds it.
        """
        with self.lock():
            self.recover()
            yield

    def recover(self) -> list[str]:
        """Removes what no finished run owns; call it with the lock held.

        Returns the names of what was removed. A run becomes visible by one transaction of the
        state, so anything the state does not name is half-written and can go.
        """
        removed = []
        for left in sorted(self.staging_path.iterdir()):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink()
            removed.append(f"staging/{left.name}")
        if any(self.history_path.iterdir()):
            removed += self.history.remove_unnamed()
        copies = [entry for entry in self.evidence_path.iterdir() if entry.is_file()]
        if copies:
            kept = {capture.kept for capture in self.state.captures()}
            for copy in copies:
                if f"evidence/{copy.name}" not in kept:
                    copy.unlink()
                    removed.append(f"evidence/{copy.name}")
        return removed

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Holds the writer's lock; the caller sees to `recover()` itself.

        Raises:
            Problem: another process holds it.
        """
        # flock dies with its process: a lock left by SIGKILL cannot exist.
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                owner = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "?"
                raise Problem("home.locked", path=self.path, pid=owner) from error
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
            yield
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Closes the databases. The home can be used again; they reopen."""
        for name in ("history", "state"):
            store = self.__dict__.pop(name, None)
            if store is not None:
                store.close()


def default_path() -> Path:
    """`HINOMI_HOME`, else `$XDG_DATA_HOME/hinomi`, else `~/.local/share/hinomi`."""
    if os.environ.get("HINOMI_HOME"):
        return Path(os.environ["HINOMI_HOME"]).expanduser()
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "hinomi"


def _with_setting(text: str, name: str, value: str) -> str:
    """The file with one line changed; what else a person wrote in it stays."""
    line = f"{name} = {json.dumps(value, ensure_ascii=False)}"
    found = re.search(rf"^{name}[ \t]*=.*$", text, re.MULTILINE)
    if found:
        return text[: found.start()] + line + text[found.end() :]
    return f"{text.rstrip()}\n{line}\n"


def _settings(path: Path) -> Settings:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Problem("home.settings_unreadable", path=path, reason=error) from error
    known = [field.name for field in fields(Settings)]
    for name, value in values.items():
        if name not in known:
            raise Problem("home.settings_unknown", path=path, name=name, known=", ".join(known))
        if not isinstance(value, str):
            raise Problem("home.settings_type", path=path, name=name)
    if os.environ.get("HINOMI_DATABASE_URL"):
        values["database_url"] = os.environ["HINOMI_DATABASE_URL"]
    if os.environ.get("HINOMI_SITE"):
        values["site"] = os.environ["HINOMI_SITE"]
    if not values.get("site"):
        raise Problem("home.settings_no_site", path=path)
    return Settings(**values)


def write_new(path: Path, content: str | bytes, mode: int = 0o644) -> None:
    """Writes a file whole or not at all; a file that another process made meanwhile stays."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink()
