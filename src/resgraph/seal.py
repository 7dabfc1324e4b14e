"""What a process may not do: make a socket, by a filter that nothing takes off; grow; outlive another."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import platform
import signal
import struct
import sys
from pathlib import Path
from typing import Final

#: The signal that a process gets when its parent ends.
_PARENT_DEATH_SIGNAL: Final = 1
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM

#: Of each kind of machine: its number, and the number of the call that makes a socket.
_MACHINES: Final = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
#: Calls from here on are the same calls by another number.
_OTHER_NUMBERS: Final = 0x40000000


def forbid_sockets() -> bool:
    """Take from this process the right to make a socket; say whether the system could do it.

    It holds for threads that start later and for child processes. Sockets that are open stay open.
    """
    machine = _MACHINES.get(platform.machine())
    if sys.platform != "linux" or machine is None:
        return False
    kind, call = machine
    steps = b"".join(
        struct.pack("HBBI", *step)
        for step in (
            (_LOAD, 0, 0, 4),
            (_EQUAL, 0, 3, kind),
            (_LOAD, 0, 0, 0),
            (_AT_LEAST, 1, 0, _OTHER_NUMBERS),
            (_EQUAL, 0, 1, call),
            (_RETURN, 0, 0, _REFUSE),
            (_RETURN, 0, 0, _ALLOW),
        )
    )
    room = ctypes.create_string_buffer(steps, len(steps))
    program = struct.pack("HxxxxxxP", len(steps) // 8, ctypes.addressof(room))
    libc = ctypes.CDLL(None)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return False
    return not libc.prctl(_SECCOMP, _FILTER, ctypes.c_char_p(program))


def limit_memory(more: int) -> None:
    """Let this process have so many bytes more than it has now, and leave no image of it when it dies."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pages = int(Path("/proc/self/statm").read_text().split()[0]) if Path("/proc/self/statm").exists() else 0
    memory = pages * resource.getpagesize() + more
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def die_with(keeper: int) -> None:
    """Let the system end this process when its parent ends, where the system can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != keeper:
        os._exit(1)
