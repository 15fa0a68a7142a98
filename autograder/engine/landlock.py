"""Landlock: which files a process may open, and that it may not connect or send signals out.

Any user may restrict themselves so; no privilege and no namespace is needed.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from autograder.engine import linux

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_DIR, MAKE_REG = 1 << 4, 1 << 5, 1 << 7, 1 << 8
MAKE_SOCK, MAKE_FIFO, MAKE_SYM, REFER, TRUNCATE = 1 << 9, 1 << 10, 1 << 12, 1 << 13, 1 << 14

READ = EXECUTE | READ_FILE | READ_DIR
WRITE = (
    WRITE_FILE
    | REMOVE_DIR
    | REMOVE_FILE
    | MAKE_DIR
    | MAKE_REG
    | MAKE_SOCK
    | MAKE_FIFO
    | MAKE_SYM
    | REFER
    | TRUNCATE
)
_OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE

# How many rights over files each version of the interface knows (1 to 5; 5 is the last that added one).
_FILE_RIGHTS = (13, 14, 15, 15, 16)
_TCP_BIND_AND_CONNECT = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11
_PATH_BENEATH = 1


def version() -> int:
    """The kernel's version of the interface.

    Raises
    ------
    OSError
        Where it has none, or has it switched off.
    """
    return linux.syscall("landlock_create_ruleset", None, 0, 1)


def apply(rules: Iterable[tuple[str, int]]) -> None:
    """Restrict this process, and all that it starts, for good.

    Parameters
    ----------
    rules : iterable of (path, rights)
        What may be done with a file, or with a folder and all beneath it.  A path that is not
        there is passed over: nothing is allowed by it.
    """
    abi = version()
    files = (1 << _FILE_RIGHTS[min(abi, 5) - 1]) - 1
    attributes = [files]
    if abi >= 4:
        attributes.append(_TCP_BIND_AND_CONNECT)
    if abi >= 6:
        attributes.append(_ABSTRACT_SOCKETS_AND_SIGNALS)
    wanted = (ctypes.c_uint64 * len(attributes))(*attributes)
    ruleset = linux.syscall("landlock_create_ruleset", wanted, ctypes.sizeof(wanted), 0)
    for path, rights in rules:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _OF_A_FILE
        rule = struct.pack("<Qi", rights & files, place)
        linux.syscall("landlock_add_rule", ruleset, _PATH_BENEATH, rule, 0)
        os.close(place)
    linux.syscall("landlock_restrict_self", ruleset, 0)
    os.close(ruleset)
