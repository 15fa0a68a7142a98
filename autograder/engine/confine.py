"""Confine the process that runs a student's code, before its first line.

Six layers; what one lets slip, another should hold::

    namespaces    no other process, no network, no shared memory of others can be named
    mounts        a root of its own: the interpreter, its packages and system libraries, read-only;
                  a scratch folder in memory, of limited size; nothing else
    landlock      the same files by rule, where mounts cannot be made, or let something slip
    seccomp       no system call that leads out of the rest; see `seccomp`
    limits        processes, open files, file size, processor time; no core file
    unprivileged  no user that owns anything, no capability, no way to gain one

Which of them a machine offers is found by trying (`probe`).  A layer that held when it was
tried must hold in every process: where it cannot be set up there, the process does not start.

A process is made by two forks of the caller.  The first enters a new PID namespace, which only
its children are in, and stays outside as a keeper: it does nothing but wait for the second, the
student's process, or for the caller, and takes what is left of the one with it.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import os
import platform
import resource
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

import psutil

from autograder.engine import landlock, linux, seccomp

LAYERS = ("namespaces", "mounts", "landlock", "seccomp", "limits", "unprivileged")

SYSTEM = (
    *("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/usr/bin", "/usr/sbin", "/usr/include", "/usr/share"),
    # Not /usr itself: courses are kept in /usr/src/app and the like.
    *("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/local/bin", "/usr/local/lib"),
    # Not all of /usr/local/share: there nbgrader keeps what students have handed in.
    *("/usr/local/lib64", "/usr/local/share/fonts", "/nix/store"),
    # What programs look up; not passwd and group, which name people and are made up anew.
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/localtime"),
    *("/etc/fonts", "/etc/mime.types"),
)
# Not /dev/zero: memory shared by mapping it is counted nowhere, as in `seccomp`.
DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom")
# Where there is no /proc of its own: the machine, and the process itself, but no other process.
PROC = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/uptime")
# Libraries that count processors fail where these are there and may not be read.
QUOTA = tuple(
    f"/sys/fs/cgroup/{name}" for name in ("cpu.max", "cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")
)
PROCESSORS = ("/sys/devices/system/cpu", "/sys/devices/system/node")

USER = 1000
"""Who the student's code is within a user namespace."""

_FIRST_OF_NOBODY = 0x8000_0000
_NOBODY = 65534
_START_SECONDS = 30
_MESSAGE = 1000
_READY = b"ready"
_PID = struct.Struct("<I")
_NAMESPACES = (
    linux.CLONE_NEWNS | linux.CLONE_NEWNET | linux.CLONE_NEWIPC | linux.CLONE_NEWUTS | linux.CLONE_NEWCGROUP
)


HOME = "/student"
"""Where a process with a root of its own sees its scratch folder."""


@dataclass(frozen=True)
class Policy:
    """What a confined process may have.

    Parameters
    ----------
    scratch : str
        The one folder it may write; it must exist, and be empty.
    readable : tuple of str
        Files and folders that it may read and execute; see `readable_paths`.
    layers : tuple of str
        Which of `LAYERS` to set up.
    processes : int
        Processes and threads at a time.
    files : int
        Open files of one process.
    file_bytes, scratch_bytes, shared_bytes : int
        Size of one file, of the scratch folder and of ``/dev/shm``.
    cpu_seconds : int
        Processor time of one process: a backstop, since the supervisor counts wall time.
    cores : tuple of int
        The processors that it may use; empty for all.
    """

    scratch: str
    readable: tuple[str, ...]
    layers: tuple[str, ...]
    processes: int = 256 + 8 * (os.cpu_count() or 1)
    files: int = 1024
    file_bytes: int = 256 << 20
    scratch_bytes: int = 256 << 20
    shared_bytes: int = 64 << 20
    cpu_seconds: int = 1800 * (os.cpu_count() or 1)
    cores: tuple[int, ...] = ()

    @property
    def home(self) -> str:
        """Where the process sees its scratch folder: with a root of its own always at one place.

        So what a student's code prints of it is the same in every run.
        """
        return HOME if "mounts" in self.layers else self.scratch

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Policy:
        """From what `to_json` returned."""
        return cls(**values | {key: tuple(values[key]) for key in ("readable", "layers", "cores")})


@dataclass(frozen=True)
class Confined:
    """A confined process and its keeper: the id as the caller sees it, and pidfds, which the caller closes."""

    pid: int
    pidfd: int
    keeper: int


def readable_paths() -> tuple[str, ...]:
    """What this interpreter and the programs that it may start need to be read.

    The environment's folder may lie inside the checkout: it is named itself, never a folder above it.
    """
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    prefixes |= {os.path.realpath(path) for path in prefixes}
    # A system's own Python; what it needs of these is in SYSTEM.
    prefixes -= {"/", "/usr", "/usr/local"}
    return tuple(sorted(path for path in {*prefixes, *SYSTEM} if os.path.exists(path)))


def start(policy: Policy, run: Callable[[], object], keep: tuple[int, ...] = ()) -> Confined:
    """Fork a process, confine it, and call `run` in it.

    The caller's children must be reaped, or SIGCHLD ignored.

    Parameters
    ----------
    policy : Policy
        What it may have.
    run : callable
        Called in the confined process, which ends with it.
    keep : tuple of int
        Descriptors that the process keeps; it has no others but the three standard ones.

    Raises
    ------
    OSError
        Where a layer could not be set up; nothing was run then.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(_START_SECONDS)
    caller = os.pidfd_open(os.getpid())
    try:
        if os.fork() == 0:
            _enter(policy, run, keep, theirs, caller)
        theirs.close()
        return _await(ours)
    finally:
        theirs.close()
        ours.close()
        os.close(caller)


def guard(folder: str, layers: tuple[str, ...]) -> None:
    """Let this process write nothing but one folder, and speak to nobody: for the process that judges.

    No student's code runs there, but what it reads comes from students.

    Parameters
    ----------
    folder : str
        Its own.
    layers : tuple of str
        Those of `LAYERS` that hold here.
    """
    if "unprivileged" in layers:
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" in layers:
        rules = [("/", landlock.READ), (folder, landlock.READ | landlock.WRITE)]
        landlock.apply([*rules, ("/dev/null", landlock.READ_FILE | landlock.WRITE_FILE)])
    if "seccomp" in layers:
        seccomp.apply(own_root=False)


def limit(policy: Policy, *, processes: int | None = None) -> None:
    """Set this process's resource limits, for good (unless it has the privilege to raise them)."""
    limits = {
        # A core file would hold what was in memory.  Not 0: with that the kernel still starts a program that takes it.
        resource.RLIMIT_CORE: 1,
        resource.RLIMIT_FSIZE: policy.file_bytes,
        resource.RLIMIT_NOFILE: policy.files,
        resource.RLIMIT_CPU: policy.cpu_seconds,
        resource.RLIMIT_MEMLOCK: 64 << 10,
    }
    if processes is not None:
        limits[resource.RLIMIT_NPROC] = processes
    if sys.platform == "linux":
        # Nor a place before all others at the processors.
        limits |= dict.fromkeys((resource.RLIMIT_MSGQUEUE, resource.RLIMIT_RTPRIO, resource.RLIMIT_NICE), 0)
    for which, wanted in limits.items():
        hard = resource.getrlimit(which)[1]
        value = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (value, value))


# -- the two forks ----------------------------------------------------------------------------------


def _enter(
    policy: Policy, run: Callable[[], object], keep: tuple[int, ...], report: socket.socket, caller: int
) -> NoReturn:
    """Be the keeper, and the confined process; whatever happens, neither returns into the caller's code."""
    try:
        _close_all_but(0, 1, 2, *keep, report.fileno(), caller)
        # Modes below are what they say, whatever the caller's mask.
        os.umask(0o022)
        user, others = _user(policy), _processes_of_user(policy)
        os.setsid()
        # Should the machine run out of memory, the student's process goes first.
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
            file.write("1000")
        if "namespaces" in policy.layers:
            _enter_pid_namespace()
        # What the student's process leaves behind comes to the keeper.
        linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
        # No other process of this user may look into this one.
        linux.prctl(linux.PR_SET_DUMPABLE, 0)
        keeper = os.pidfd_open(os.getpid())
        child = os.fork()
        if child:
            pidfd = os.pidfd_open(child)
            socket.send_fds(report, [_PID.pack(child)], [pidfd, keeper])
            # The channel's other end must see the student's process end.
            _close_all_but(0, 1, 2, pidfd, caller)
            _keep(child, pidfd, caller)
        _confine(policy, user, others, keeper)
        os.close(keeper)
        os.close(caller)
        report.send(_READY)
        report.close()
        run()
    except BaseException as error:
        with contextlib.suppress(OSError):
            report.send(f"{type(error).__name__}: {error}"[:_MESSAGE].encode())
    finally:
        os._exit(0)


def _enter_pid_namespace() -> None:
    if os.geteuid() == 0:
        linux.unshare(linux.CLONE_NEWPID)
        return
    user, group = os.geteuid(), os.getegid()
    linux.unshare(linux.CLONE_NEWUSER | linux.CLONE_NEWPID)
    # The kernel wants this order: who gives up all say over groups may map their own.
    for file, text in (
        ("setgroups", "deny"),
        ("gid_map", f"{USER} {group} 1"),
        ("uid_map", f"{USER} {user} 1"),
    ):
        with open(f"/proc/self/{file}", "w") as stream:
            stream.write(text)


def _keep(student: int, pidfd: int, caller: int) -> None:
    """Wait for the end of the student's process or the caller, and leave nothing of the first."""
    # A child's id is nobody else's until the child is reaped, so that no other process can be killed here.
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    poller = select.poll()
    poller.register(pidfd, select.POLLIN)
    poller.register(caller, select.POLLIN)
    poller.poll()
    os.kill(student, signal.SIGKILL)
    # With it ends its PID namespace; where there is none, what it started is a child of this process from now on.
    os.waitpid(student, 0)
    while True:
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            # Said by the kernel: a list of processes may miss one that is just being born.
            return
        for child in linux.children(os.getpid()):
            os.kill(child, signal.SIGKILL)


def _confine(policy: Policy, user: int | None, others: int, keeper: int) -> None:
    """Take the layers on, in the one order in which each step is still allowed."""
    # The supervisor ends it by its group.
    os.setsid()
    if "namespaces" in policy.layers:
        linux.unshare(_NAMESPACES)
        linux.sethostname(b"student")
    if "mounts" in policy.layers:
        _make_root(policy, user)
    elif user:
        # A folder in memory is mounted as the user's; this one is still the caller's.
        os.chown(policy.scratch, user, user)
    if policy.cores:
        os.sched_setaffinity(0, policy.cores)
    if "limits" in policy.layers:
        limit(policy, processes=policy.processes + others)
    _drop_capabilities(user)
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1)
    # A change of user resets this.  An ordinary user, unlike root, could not count the memory of what is 0.
    linux.prctl(linux.PR_SET_DUMPABLE, 0 if os.geteuid() == 0 or user else 1)
    # And this.  It comes when the keeper ends, unless that was before.
    linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL)
    if select.select([keeper], [], [], 0)[0]:
        raise OSError("the keeper is gone")
    # Orphans stay beneath this process, where the supervisor counts their memory.
    linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1)
    if "landlock" in policy.layers:
        landlock.apply(_rules(policy))
    if "seccomp" in policy.layers:
        seccomp.apply(own_root="mounts" in policy.layers)


def _await(ours: socket.socket) -> Confined:
    """Receive the ids from the keeper, and the word that all layers hold from the confined process."""
    ids, descriptors, ready = 0, array.array("i"), False
    try:
        while not (ids and ready):
            text, ancillary, _, _ = ours.recvmsg(_MESSAGE, socket.CMSG_SPACE(8), socket.MSG_CMSG_CLOEXEC)
            if ancillary:
                ids = _PID.unpack(text)[0]
                descriptors.frombytes(ancillary[0][2])
            elif text == _READY:
                ready = True
            else:
                raise OSError(text.decode() or "the process to be confined ended")
        return Confined(ids, *descriptors)
    except BaseException:
        for descriptor in descriptors:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(descriptor, signal.SIGKILL)
            os.close(descriptor)
        raise


def _close_all_but(*descriptors: int) -> None:
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in descriptors:
            # One of them was the listing's own.
            with contextlib.suppress(OSError):
                os.close(int(name))


# -- users and limits -------------------------------------------------------------------------------


def _user(policy: Policy) -> int | None:
    """The user to become; None where it stays as it is."""
    if "unprivileged" not in policy.layers or os.geteuid() != 0:
        return None
    with open("/proc/self/uid_map") as file:
        ranges = [tuple(map(int, line.split())) for line in file]
    # A user of its own for each process: nobody else's processes or files are that user's.
    own = _FIRST_OF_NOBODY + os.getpid()
    mapped = any(first <= own < first + count for first, _, count in ranges)
    return own if mapped else _NOBODY


def _processes_of_user(policy: Policy) -> int:
    """How many processes and threads are already counted to the user that the process will be."""
    if "limits" not in policy.layers or (os.geteuid() == 0 and "unprivileged" in policy.layers):
        return 0
    kernel = tuple(int(part) for part in platform.release().split("-")[0].split(".")[:2])
    if "namespaces" in policy.layers and kernel >= (5, 14):
        # Counted in each user namespace anew.
        return 0
    count, user = 0, os.getuid()
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.uids().real == user:
                count += process.num_threads()
    return count


def _drop_capabilities(user: int | None) -> None:
    for capability in range(64):
        try:
            linux.prctl(linux.PR_CAPBSET_DROP, capability)
        except OSError:
            # Past the last one, or an ordinary user, whose bounding set gives nothing under no_new_privs.
            break
    if user:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    linux.prctl(linux.PR_CAP_AMBIENT, linux.PR_CAP_AMBIENT_CLEAR_ALL)
    version_3 = 0x2008_0522
    linux.syscall("capset", (ctypes.c_uint32 * 2)(version_3, 0), (ctypes.c_uint32 * 6)())


# -- files ------------------------------------------------------------------------------------------


def _rules(policy: Policy) -> list[tuple[str, int]]:
    """Landlock's rules for a policy."""
    own_root = "mounts" in policy.layers
    reading = [*policy.readable, *PROCESSORS, *(("/etc", "/proc") if own_root else PROC)]
    rules = [(path, landlock.READ) for path in reading]
    rules += [(path, landlock.READ_FILE | landlock.WRITE_FILE | landlock.TRUNCATE) for path in DEVICES]
    # Without a root of its own, /dev/shm holds the memory of other programs.
    writing = (policy.home, "/dev/shm") if own_root else (policy.home,)
    return [*rules, *((path, landlock.READ | landlock.WRITE) for path in writing)]


def _make_root(policy: Policy, user: int | None) -> None:
    """Build a root in memory that holds what the policy names, and make it this process's root."""
    owner = os.geteuid() if user is None else user
    safe = linux.MS_NOSUID | linux.MS_NODEV
    # Nothing mounted from here on may reach the machine.
    linux.mount("", "/", "", linux.MS_REC | linux.MS_PRIVATE)
    root = policy.scratch
    linux.mount("tmpfs", root, "tmpfs", safe, "size=4m,nr_inodes=2k,mode=755")
    for path in policy.readable:
        _bind(path, root, linux.READ_ONLY | linux.NO_SUID | linux.NO_DEVICES)
    for path in filter(os.path.exists, PROCESSORS):
        _bind(path, root, linux.READ_ONLY | linux.NO_SUID | linux.NO_DEVICES | linux.NO_EXEC)
    for path in filter(os.path.exists, DEVICES):
        _bind(path, root, linux.NO_SUID | linux.NO_EXEC)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        os.symlink(f"/proc/self/fd{target}", f"{root}/dev/{name}")
    os.mkdir(f"{root}/dev/shm")
    shared = f"size={policy.shared_bytes},nr_inodes=1k,mode=1777"
    linux.mount("tmpfs", f"{root}/dev/shm", "tmpfs", safe | linux.MS_NOEXEC, shared)
    os.mkdir(f"{root}/proc")
    # It shows the processes of this PID namespace only; hiding these from each other would break psutil.
    linux.mount("proc", f"{root}/proc", "proc", safe | linux.MS_NOEXEC)
    linux.mount_attributes(f"{root}/proc", linux.READ_ONLY, recursive=False)
    _write_etc(f"{root}/etc", policy, owner)
    os.makedirs(root + policy.home)
    scratch = f"size={policy.scratch_bytes},nr_inodes=20k,mode=700,uid={owner},gid={owner}"
    linux.mount("tmpfs", root + policy.home, "tmpfs", safe, scratch)
    os.chdir(root)
    # The old root lands on top of the new one, and is taken off: no folder for it is needed.
    linux.syscall("pivot_root", b".", b".")
    linux.unmount(".", linux.MNT_DETACH)
    linux.mount_attributes("/", linux.READ_ONLY, recursive=False)
    os.chdir("/")


def _bind(path: str, root: str, attributes: int) -> None:
    """Show a file or folder of the machine at its own path under a new root."""
    target = root + path
    if os.path.lexists(target):
        # It lies in a folder that is shown already.
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.islink(path):
        os.symlink(os.path.realpath(path), target)
        return
    if os.path.isdir(path):
        os.mkdir(target)
    else:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o644))
    linux.mount(path, target, "", linux.MS_BIND | linux.MS_REC)
    linux.mount_attributes(target, attributes, recursive=True)


def _write_etc(folder: str, policy: Policy, owner: int) -> None:
    os.makedirs(folder, exist_ok=True)
    files = {
        "passwd": f"student:x:{owner}:{owner}::{policy.home}:/bin/sh\n",
        "group": f"student:x:{owner}:\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
        "hosts": "127.0.0.1 localhost student\n",
    }
    for name, text in files.items():
        with open(f"{folder}/{name}", "w") as file:
            file.write(text)
