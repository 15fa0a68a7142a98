"""Find out which layers of a confinement this machine offers, by trying what each must prevent.

Whether a layer exists says little: a kernel may have it and a container forbid it.  So a process
is confined by the layer in question alone (and what it cannot do without), and tries to read the
checkout, to reach a socket, to signal its parent and so on.  What gets through counts against the
layer.  Last, all layers that held are tried together, with what an honest notebook needs.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import mmap
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.engine import confine, landlock, linux

CHECKOUT = str(Path(__file__).resolve().parents[2])
LEVELS = ("process", "partial", "full")
"""From the least to the most; see `level`."""

_SECONDS = 60
_ORDER = ("namespaces", "mounts", "unprivileged", "limits", "landlock", "seccomp")
# Root is under no limit of processes, and may only give up being root where what it needs is shown to others.
_NEEDS = {
    "mounts": ("namespaces",),
    "unprivileged": ("namespaces", "mounts"),
    "limits": ("namespaces", "mounts", "unprivileged"),
}


@dataclass(frozen=True)
class Layer:
    """Whether a layer held when it was tried, and what was seen."""

    ok: bool
    detail: str


@functools.cache
def probe() -> dict[str, Layer]:
    """Try every layer, once a run.

    Returns
    -------
    dict
        From each name in `confine.LAYERS`.
    """
    if not linux.supported():
        return dict.fromkeys(confine.LAYERS, Layer(False, "this is not Linux on x86_64 or aarch64"))
    seen = _try_in_own_process()
    if not all(layer.ok for layer in seen.values()):
        # A process that somebody else ended looks like a layer that does not hold.
        seen = _try_in_own_process()
    return seen


def _try_in_own_process() -> dict[str, Layer]:
    """A process that forks for the probe may have no threads."""
    boot = f"import sys; sys.path.append({CHECKOUT!r}); from autograder.engine.probe import main; main()"
    try:
        done = subprocess.run(
            [sys.executable, "-s", "-P", "-c", boot], capture_output=True, timeout=_SECONDS, check=True
        )
        seen = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        return dict.fromkeys(confine.LAYERS, Layer(False, f"the trial itself failed ({error})"))
    return {name: Layer(*seen[name]) for name in confine.LAYERS}


def held(layers: dict[str, Layer]) -> tuple[str, ...]:
    """Names of the layers that held."""
    return tuple(name for name, layer in layers.items() if layer.ok)


def level(layers: dict[str, Layer]) -> str:
    """One word for what the layers amount to.

    Returns
    -------
    str
        "full" where all hold; "partial" where the student's code sees none of the grader's files
        (by mounts or by Landlock), and limits and the filter of system calls hold; else
        "process": a process of its own, and nothing else.
    """
    names = held(layers)
    if set(names) == set(confine.LAYERS):
        return "full"
    files = "mounts" in names or "landlock" in names
    return "partial" if files and "limits" in names and "seccomp" in names else "process"


# -- what is tried ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Bait:
    """What a confined process must not reach."""

    checkout: str
    folder: str
    port: int
    abstract: bytes
    parent: int
    scratch: str


def _read_checkout(bait: _Bait) -> None:
    Path(bait.checkout).read_bytes()


def _read_private(bait: _Bait) -> None:
    os.listdir(bait.folder)


def _write_outside(bait: _Bait) -> None:
    Path(bait.folder, "written").write_text("x")


def _connect(bait: _Bait) -> None:
    with socket.create_connection(("127.0.0.1", bait.port), timeout=5):
        pass


def _connect_abstract(bait: _Bait) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect(bait.abstract)


def _signal_parent(bait: _Bait) -> None:
    os.kill(bait.parent, 0)


def _change_packages(bait: _Bait) -> None:
    Path(sys.prefix, "written").write_text("x")
    Path(sys.prefix, "written").unlink()


def _see_others(bait: _Bait) -> None:
    if all(int(name) == os.getpid() for name in os.listdir("/proc") if name.isdigit()):
        raise ProcessLookupError


def _fill_scratch(bait: _Bait) -> None:
    with open(f"{bait.scratch}/big", "wb") as file:
        try:
            for _ in range(3):
                file.write(bytes(1 << 20))
                file.flush()
        finally:
            file.truncate(0)


def _be_root(bait: _Bait) -> None:
    if os.geteuid() != 0:
        os.setuid(0)


def _chroot(bait: _Bait) -> None:
    os.chroot(bait.scratch)


def _gain_privileges(bait: _Bait) -> None:
    get_no_new_privileges = 39
    if linux.prctl(get_no_new_privileges) == 1:
        raise PermissionError


def _fork_many(bait: _Bait) -> None:
    children = []
    try:
        for _ in range(64):
            child = os.fork()
            if child == 0:
                signal.pause()
                os._exit(0)
            children.append(child)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _write_big_file(bait: _Bait) -> None:
    with open(f"{bait.scratch}/large", "wb") as file:
        file.seek(resource.getrlimit(resource.RLIMIT_FSIZE)[1])
        try:
            file.write(b"x")
            file.flush()
        except OSError:
            file.seek(0)
            raise


def _open_many(bait: _Bait) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(64):
            stack.enter_context(open(os.devnull))


def _raise_limits(bait: _Bait) -> None:
    for which in (resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE):
        soft, hard = resource.getrlimit(which)
        try:
            resource.setrlimit(which, (soft, hard + 1))
        except ValueError as error:
            raise PermissionError(error) from None


def _call(name: str, *arguments: int | bytes | None) -> Callable[[_Bait], None]:
    def attempt(bait: _Bait) -> None:
        try:
            linux.syscall(name, *arguments)
        except PermissionError:
            raise
        except OSError:
            # It was carried out, and complained about what it was given.
            pass

    return attempt


def _open_internet_socket(bait: _Bait) -> None:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()


def _share_uncounted_memory(bait: _Bait) -> None:
    mmap.mmap(-1, 4096).close()


Attempts = dict[str, Callable[[_Bait], None]]

_ATTEMPTS: dict[str, Attempts] = {
    "namespaces": {
        "signal the parent": _signal_parent,
        "connect to this machine": _connect,
        "connect to an abstract socket": _connect_abstract,
    },
    "mounts": {
        "read the checkout": _read_checkout,
        "read another folder": _read_private,
        "write to another folder": _write_outside,
        "change the packages": _change_packages,
        "see other processes": _see_others,
        "fill the disk": _fill_scratch,
    },
    "unprivileged": {"be root": _be_root, "change the root": _chroot, "gain privileges": _gain_privileges},
    "limits": {
        "fork without end": _fork_many,
        "write a file too large": _write_big_file,
        "open too many files": _open_many,
        "raise its limits": _raise_limits,
    },
    "landlock": {
        "read the checkout": _read_checkout,
        "read another folder": _read_private,
        "write to another folder": _write_outside,
        "change the packages": _change_packages,
    },
    "seccomp": {
        "trace a process": _call("ptrace", 0, 0, 0, 0),
        "read a process's memory": _call("process_vm_readv", 1, None, 0, None, 0, 0),
        "make a user namespace": _call("unshare", linux.CLONE_NEWUSER),
        "mount": _call("mount", None, None, None, 0, None),
        "use io_uring": _call("io_uring_setup", 1, None),
        "use the kernel's keys": _call("keyctl", 0, -3, 0),
        "make shared memory": _call("shmget", 0, 4096, 0o1600),
        "make a file in memory": _call("memfd_create", b"x", 0),
        "share uncounted memory": _share_uncounted_memory,
        "open an internet socket": _open_internet_socket,
    },
}

# Versions of Landlock that know more than files.
_LATER: dict[int, Attempts] = {
    4: {"connect to this machine": _connect},
    6: {"connect to an abstract socket": _connect_abstract, "signal the parent": _signal_parent},
}


def _honest(bait: _Bait) -> None:
    """What a notebook needs of a machine."""
    Path(bait.scratch, "figure.png").write_bytes(b"png")
    os.urandom(1)
    Path(os.devnull).write_text("x")
    # From the standard library and from the packages.
    importlib.import_module("colorsys")
    Path(confine.psutil.__file__).read_bytes()
    thread = threading.Thread(target=os.getpid)
    thread.start()
    thread.join()
    for sock in socket.socketpair():
        sock.close()
    subprocess.run([sys.executable, "-I", "-S", "-c", ""], check=True, stdin=subprocess.DEVNULL)


# -- the trials -------------------------------------------------------------------------------------


def _attempt(attempts: Attempts, bait: _Bait, *, honest: bool) -> tuple[list[str], str]:
    """In the confined process: what got through, and why honest work failed (or nothing)."""
    through, broken = [], ""
    for what, attempt in attempts.items():
        try:
            attempt(bait)
            through.append(what)
        except OSError:
            pass
    if honest:
        try:
            _honest(bait)
        except Exception as error:
            broken = f"{type(error).__name__}: {error}"
    return through, broken


def _trial(layers: tuple[str, ...], attempts: Attempts, bait: _Bait, *, honest: bool = True) -> Layer:
    """Confine a process and let it try."""
    with tempfile.TemporaryDirectory(prefix="grade-probe-") as scratch:
        policy = confine.Policy(
            scratch,
            confine.readable_paths(),
            layers,
            processes=16,
            files=48,
            file_bytes=1 << 20,
            scratch_bytes=2 << 20,
        )
        bait = replace(bait, scratch=policy.home)
        ours, theirs = os.pipe()

        def run() -> None:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.write(theirs, json.dumps(_attempt(attempts, bait, honest=honest)).encode())

        with open(ours, "rb") as answers:
            try:
                process = confine.start(policy, run, (theirs,))
            except OSError as error:
                return Layer(False, f"could not be set up: {error}")
            finally:
                os.close(theirs)
            ended = select.select([process.pidfd], [], [], _SECONDS / 2)[0]
            if not ended:
                signal.pidfd_send_signal(process.pidfd, signal.SIGKILL)
            said = answers.read()
        select.select([process.keeper], [], [], 10)
        os.close(process.pidfd)
        os.close(process.keeper)
    if not said:
        return Layer(False, "the process that tried it ended")
    through, broken = json.loads(said)
    if through:
        return Layer(False, f"did not prevent: {', '.join(through)}")
    if broken:
        return Layer(False, f"stands in the way of honest work: {broken}")
    return Layer(True, f"prevented: {', '.join(attempts)}")


def _try_all(bait: _Bait) -> dict[str, Layer]:
    seen: dict[str, Layer] = {}
    attempts = {name: dict(tries) for name, tries in _ATTEMPTS.items()}
    with contextlib.suppress(OSError):
        for version, more in _LATER.items():
            attempts["landlock"] |= more if landlock.version() >= version else {}
    for name in _ORDER:
        ready = tuple(other for other in _NEEDS.get(name, ()) if other in seen and seen[other].ok)
        if name == "mounts" and not ready:
            seen[name] = Layer(False, "needs namespaces")
        else:
            seen[name] = _trial((*ready, name), attempts[name], bait)
    together = held(seen)
    for name in together:
        layer = _trial(together, attempts[name], bait, honest=name == together[0])
        if not layer.ok:
            seen[name] = Layer(False, f"together with the others: {layer.detail}")
    return seen


def main() -> None:
    """Try all layers, and print what was seen as JSON."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with (
        tempfile.TemporaryDirectory(prefix="grade-bait-") as folder,
        socket.create_server(("127.0.0.1", 0), backlog=64) as tcp,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        name = f"\0grade-bait-{os.getpid()}".encode()
        abstract.bind(name)
        abstract.listen(64)
        bait = _Bait(str(Path(__file__).resolve()), folder, tcp.getsockname()[1], name, os.getpid(), "")
        seen = _try_all(bait)
    print(json.dumps({name: [layer.ok, layer.detail] for name, layer in seen.items()}))
