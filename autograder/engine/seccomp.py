"""A filter of system calls that Python, NumPy and TensorFlow never need, and that lead out of a confinement.

It is a list of what is refused.  A list of what is allowed would be shorter to argue for, but
every new version of a library would break honest work; what is refused here has no honest use
in a notebook, and the other layers hold without it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import socket
import struct
from itertools import chain

from autograder.engine import linux

REFUSED = (
    # Other processes' memory and descriptors.
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease"),
    *("pidfd_getfd", "kcmp"),
    # Mounts and namespaces: what was built around the process.
    *("mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount", "mount_setattr"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "unshare", "setns", "sethostname", "setdomainname"),
    # Files by handle, past every rule about paths.
    *("name_to_handle_at", "open_by_handle_at", "lookup_dcookie", "fanotify_init"),
    # Parts of the kernel with a long list of faults and no use in a notebook.
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("add_key", "request_key", "keyctl", "modify_ldt", "ioperm", "iopl"),
    # The machine itself.
    *("kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "reboot", "swapon"),
    *("swapoff", "acct", "quotactl", "quotactl_fd", "syslog", "vhangup", "settimeofday", "clock_settime"),
    *("adjtimex", "clock_adjtime"),
    # Memory that no process's resident size shows, so that the supervisor could not see it grow.
    *("memfd_create", "memfd_secret", "shmget", "shmat", "shmctl"),
    # Talking to other programs of this user by way of the kernel's own names.
    *(
        "semget",
        "semop",
        "semtimedop",
        "semctl",
        "msgget",
        "msgsnd",
        "msgrcv",
        "msgctl",
        "mq_open",
        "mq_unlink",
    ),
)

NEWEST = 462
"""The last system call that this list was checked against (mseal)."""

_CLONE_NEW = (
    linux.CLONE_NEWNS
    | linux.CLONE_NEWCGROUP
    | linux.CLONE_NEWUTS
    | linux.CLONE_NEWIPC
    | linux.CLONE_NEWUSER
    | linux.CLONE_NEWPID
    | linux.CLONE_NEWNET
)
# Who were no subreaper any more would have orphans elsewhere, where nobody counts their memory.
_PRCTL_REFUSED = (
    *(linux.PR_SET_PDEATHSIG, linux.PR_SET_DUMPABLE, linux.PR_SET_CHILD_SUBREAPER),
    *(linux.PR_SET_KEEPCAPS, linux.PR_SET_SECUREBITS, linux.PR_SET_MM, linux.PR_SET_PTRACER),
)
# Landlock has no say over these, and the grader's files may be this very user's.  Without a root of its own, a
# process is told that they were done: copying a file and unpacking an archive go on.
ATTRIBUTES = (
    *("chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat"),
    *("utime", "utimes", "futimesat", "utimensat"),
    *("setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr"),
)
# They type into a terminal.
_IOCTL_REFUSED = (linux.TIOCSTI, linux.TIOCLINUX)
_MAP_SHARED_ANONYMOUS = 0x01 | 0x20
_PERSONALITY_QUERY = 0xFFFF_FFFF
_X32 = 0x4000_0000

_AUDIT_ARCH = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
_LOAD, _AND, _EQUAL, _GREATER, _RETURN = 0x20, 0x54, 0x15, 0x25, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF_0000, 0x8000_0000, 0x0005_0000
_NUMBER, _ARCHITECTURE = 0, 4
_FILTER_MODE = 2

Instruction = tuple[int, int, int, int]


def _load(offset: int) -> Instruction:
    return (_LOAD, 0, 0, offset)


def _argument(index: int) -> Instruction:
    """Load an argument's lower half, which is all that the kernel reads of those below (little-endian)."""
    return _load(16 + 8 * index)


def _return(value: int) -> Instruction:
    return (_RETURN, 0, 0, value)


def _refuse(code: int = errno.EPERM) -> Instruction:
    return _return(_ERROR | code)


def _if_equal(value: int, *then: Instruction) -> list[Instruction]:
    return [(_EQUAL, 0, len(then), value), *then]


def _unless_equal(value: int, *then: Instruction) -> list[Instruction]:
    return [(_EQUAL, len(then), 0, value), *then]


def _on(name: str, *then: Instruction) -> list[Instruction]:
    """What to do for one system call; it is allowed where none of `then` returned."""
    number = linux.number(name)
    return [] if number is None else _if_equal(number, *then, _return(_ALLOW))


def program(*, own_root: bool) -> list[Instruction]:
    """The filter.

    Parameters
    ----------
    own_root : bool
        Whether the process sees only a root of its own.  Where it does not, the machine's
        sockets lie within its reach (Landlock has no say over connecting to one by path, and
        a user's service manager starts any program for whoever connects), so that it gets no
        sockets but pairs.

    Returns
    -------
    list of (code, jump if true, jump if false, operand)
        Instructions of classic BPF.
    """
    code = [
        _load(_ARCHITECTURE),
        *_unless_equal(_AUDIT_ARCH[platform.machine()], _return(_KILL)),
        _load(_NUMBER),
    ]
    if platform.machine() == "x86_64":
        # The x32 calls have the same architecture and other numbers: none of the rules below would meet them.
        code += [(_GREATER, 0, 1, _X32 - 1), _return(_KILL)]
    # What came after this list was written answers as it does on an older kernel.
    code += [(_GREATER, 0, 1, NEWEST), _refuse(errno.ENOSYS)]
    # Its flags lie behind a pointer, which no filter can follow; libraries then use clone.
    code += _on("clone3", _refuse(errno.ENOSYS))
    for name in REFUSED:
        code += _on(name, _refuse())
    code += _on("clone", _argument(0), (_AND, 0, 0, _CLONE_NEW), *_unless_equal(0, _refuse()))
    code += _on("personality", _argument(0), *_unless_equal(_PERSONALITY_QUERY, _refuse()))
    # Shared memory without a file: it stays when it leaves every process's resident size.
    code += _on(
        "mmap",
        _argument(3),
        (_AND, 0, 0, _MAP_SHARED_ANONYMOUS),
        *_if_equal(_MAP_SHARED_ANONYMOUS, _refuse()),
    )
    # The first process of a PID namespace gets no SIGKILL from within: who asks for one is ended here instead.
    for name, position in (("kill", 1), ("tkill", 1), ("tgkill", 2)):
        code += _on(
            name, _argument(0), *_if_equal(1, _argument(position), *_if_equal(signal.SIGKILL, _return(_KILL)))
        )
    # It keeps to the processors that it was given, and libraries that ask for others go on.
    code += _on("sched_setaffinity", _refuse(0))
    # Limits of processes other than the caller.
    code += _on("prlimit64", _argument(0), *_unless_equal(0, _refuse()))
    code += _on("prctl", _argument(0), *chain.from_iterable(_if_equal(v, _refuse()) for v in _PRCTL_REFUSED))
    code += _on("ioctl", _argument(1), *chain.from_iterable(_if_equal(v, _refuse()) for v in _IOCTL_REFUSED))
    if own_root:
        for name in ("socket", "socketpair"):
            code += _on(name, _argument(0), *_unless_equal(socket.AF_UNIX, _refuse()))
    else:
        for name in ATTRIBUTES:
            code += _on(name, _refuse(0))
        # Landlock knows of these from version 3 on: before, what may be read could be emptied.
        code += _on("truncate", _refuse()) + _on("openat2", _refuse(errno.ENOSYS))
        for name, position in (("open", 1), ("openat", 2)):
            emptied = _if_equal(os.O_TRUNC, _refuse())
            code += _on(name, _argument(position), (_AND, 0, 0, os.O_ACCMODE | os.O_TRUNC), *emptied)
        code += _on("socket", _refuse()) + _on("connect", _refuse())
        # A pair of datagram sockets can be turned to any other address; a pair of streams cannot.
        stream = (_argument(1), (_AND, 0, 0, 0xF), *_unless_equal(socket.SOCK_STREAM, _refuse()))
        code += _on("socketpair", _argument(0), *_unless_equal(socket.AF_UNIX, _refuse()), *stream)
    return [*code, _return(_ALLOW)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]


def apply(*, own_root: bool) -> None:
    """Filter this process's system calls, and those of all that it starts, for good; see `program`."""
    instructions = program(own_root=own_root)
    code = ctypes.create_string_buffer(b"".join(struct.pack("<HBBI", *step) for step in instructions))
    wanted = _Program(len(instructions), ctypes.addressof(code))
    linux.prctl(linux.PR_SET_SECCOMP, _FILTER_MODE, ctypes.addressof(wanted))
