"""What a process gives up once it has what it needs: the user, every capability, new programs."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
from pathlib import Path

USER = "hinomi"  # if the system has it, else nobody
NOBODY = 65534
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT = 4, 38, 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522


def become_nobody() -> None:
    """Another user without groups, when this process is root; no capabilities in any case.

    Raises:
        OSError: the kernel refused, so that the process must not go on.
    """
    if os.geteuid() == 0:
        try:
            entry = pwd.getpwnam(USER)
            user, group = entry.pw_uid, entry.pw_gid
        except KeyError:
            user = group = NOBODY
        os.setgroups([])
        os.setresgid(group, group, group)
        os.setresuid(user, user, user)
    give_up_capabilities()
    # No process of the same user may look into this one.
    _prctl(_PR_SET_DUMPABLE, 0)


def become_owner(place: Path) -> None:
    """The user that a directory belongs to, when this process is root; no capabilities in any case.

    Raises:
        OSError: the kernel refused.
    """
    about = place.stat()
    if os.geteuid() == 0 and about.st_uid != 0:
        os.setgroups([])
        os.setresgid(about.st_gid, about.st_gid, about.st_gid)
        os.setresuid(about.st_uid, about.st_uid, about.st_uid)
    give_up_capabilities()


def give_up_capabilities() -> None:
    """No capability is left, and no program started from here can get one back.

    Raises:
        OSError: the kernel refused.
    """
    _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    if _libc().capset(header, nothing) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def leave_signals() -> None:
    """Ctrl-C reaches all processes of a terminal: the session alone answers, the others follow it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> None:
    if _libc().prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
