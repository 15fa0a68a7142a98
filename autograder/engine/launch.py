"""Start and end the engine's processes.

A process is started with one end of a socket pair and a private folder, in a session of its
own, and with an environment that says nothing about this machine or its user.  Where the
platform allows it, processes are forked from warm interpreters, and students' are confined as far as
the machine allows; elsewhere each is started anew, which gives the same verdicts, slower and
unconfined.
"""

from __future__ import annotations

import contextlib
import glob
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from autograder.engine import confine, linux, probe, zygote
from autograder.engine.channel import Channel, ChannelError, DeadlinePassed, pair
from autograder.engine.protocol import Kind
from autograder.engine.runfolder import RunFolder

if TYPE_CHECKING:
    from autograder.assignment import Assignment

START_SECONDS = 120
END_SECONDS = 10
SOCKET_BYTES = 416 << 10
"""What a socket's queue may hold: twice the default of ``net.core.wmem_max``, as the kernel counts."""
CHECKOUT = str(Path(__file__).resolve().parents[2])

STUDENT_MODULES = ("autograder.engine.student", "matplotlib.pyplot", "matplotlib_inline.backend_inline")
CHECKER_MODULES = ("autograder.engine.checker",)
TENSORFLOW_MODULES = ("tensorflow", "keras")
# What the course imports only where it is wanted, because it is slow.
_IMPORTED_LATE = {"course.photos": "sklearn.datasets", "course.data": "sklearn.datasets"}

_BOOT = "import sys; sys.path.append({checkout!r}); from autograder.engine.{module} import main; main({arguments})"


class EngineFault(RuntimeError):
    """A process of the engine did not start or did not last; a new attempt may well succeed."""


class Process:
    """One of the engine's processes, the channel to it, and the pidfd that names it.

    A confined process has a keeper, whose pidfd is ready when nothing that the process started is left.
    """

    def __init__(
        self,
        pid: int,
        pidfd: int | None,
        channel: Channel,
        folder: str,
        popen: subprocess.Popen[bytes] | None,
        keeper: int | None = None,
    ):
        self.pid, self.pidfd, self.channel, self.folder, self.popen = pid, pidfd, channel, folder, popen
        self.keeper = keeper

    def holds_more_than(self, limit: int) -> bool:
        """Whether the process and all that it started hold more than this many bytes of memory."""
        processes = _tree(self.pid)
        held = sum(map(_held, processes))
        if held <= limit or len(processes) == 1:
            return held > limit
        # Forked processes share pages, which were counted once for each of them.  This is slower to find out.
        return sum(map(_own_share, processes)) > limit

    @property
    def own_memory(self) -> int:
        """Resident bytes of the process alone, which is quicker to find out."""
        with contextlib.suppress(psutil.Error):
            return psutil.Process(self.pid).memory_info().rss
        return 0

    def kill(self) -> None:
        """End the process itself, at once; `end` is still to be called."""
        self._signal(signal.SIGKILL)

    def interrupt(self) -> None:
        """What the stop button does."""
        self._signal(signal.SIGINT)

    def _signal(self, number: int) -> None:
        # Never by number alone: the number of a process that ended may be another's by now.
        with contextlib.suppress(ProcessLookupError):
            if self.popen is not None:
                self.popen.send_signal(number)
            else:
                signal.pidfd_send_signal(self.pidfd, number)

    def end(self) -> None:
        """End the process and all that it started, and remove its folder."""
        self.channel.close()
        if self.keeper is None:
            self._end_group()
        self.kill()
        if self.popen is not None:
            self.popen.wait()
        # A keeper takes what its student's process left; only it can say by number which processes these are.
        for descriptor in filter(None, (self.pidfd, self.keeper)):
            select.select([descriptor], [], [], END_SECONDS)
            os.close(descriptor)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end_group(self) -> None:
        """End what a process without a keeper started, as long as its number is known to be its own."""
        if self.popen is not None:
            ended = self.popen.poll() is not None
        else:
            ended = bool(select.select([self.pidfd], [], [], 0)[0])
        if ended:
            return
        children: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            children = psutil.Process(self.pid).children(recursive=True)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        for child in children:
            with contextlib.suppress(psutil.Error):
                child.kill()


def _tree(pid: int) -> list[int]:
    """The ids of a process and of all that came from it and is still beneath it."""
    if sys.platform != "linux":
        with contextlib.suppress(psutil.Error):
            return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
        return [pid]
    found = [pid]
    # It grows while it is gone through.
    for one in found:
        found += linux.children(one)
    return found


def _held(pid: int) -> int:
    """Bytes that a process holds: in memory, swapped out, in tables of what it mapped, and in buffers of sockets."""
    if sys.platform != "linux":
        with contextlib.suppress(psutil.Error):
            return psutil.Process(pid).memory_info().rss
        return 0
    # Where the first thread has ended alone, only the others know.
    for folder in (f"/proc/{pid}", *glob.iglob(f"/proc/{pid}/task/*")):
        with contextlib.suppress(OSError), open(f"{folder}/status") as file:
            sizes = re.findall(r"^Vm(?:RSS|PTE|Swap):\s+(\d+) kB", file.read(), re.MULTILINE)
            if sizes:
                return (sum(map(int, sizes)) << 10) + _buffers(folder)
    return 0


def _buffers(folder: str) -> int:
    """Bytes that the buffers behind a process's descriptors may hold: no one counts those of sockets."""
    with contextlib.suppress(OSError):
        return len(os.listdir(f"{folder}/fd")) * SOCKET_BYTES
    return 0


def _own_share(pid: int) -> int:
    """The same, with each page in memory divided by the number of processes that share it."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup") as rollup:
        shares = re.findall(r"^(?:Pss|SwapPss):\s+(\d+) kB", rollup.read(), re.MULTILINE)
        with open(f"/proc/{pid}/status") as status:
            shares += re.findall(r"^VmPTE:\s+(\d+) kB", status.read(), re.MULTILINE)
        if shares:
            return (sum(map(int, shares)) << 10) + _buffers(f"/proc/{pid}")
    # It cannot be looked into here: what it has in memory is more, and counts.
    return _held(pid)


class Launcher:
    """Starts students' and checking processes; use as a context.

    Parameters
    ----------
    tensorflow : bool
        Whether the warm interpreters import TensorFlow and Keras, too.
    student_modules, checker_modules : sequence of str
        What else the warm interpreters import, as far as it is there.
    warm : bool, optional
        By default where the platform has fork and pidfd.
    layers : sequence of str, optional
        How to confine students' processes (see `confine`); by default by all layers that hold here.
    """

    def __init__(
        self,
        *,
        tensorflow: bool = False,
        student_modules: Sequence[str] = (),
        checker_modules: Sequence[str] = (),
        warm: bool | None = None,
        layers: Sequence[str] | None = None,
    ):
        self.warm = can_fork() if warm is None else warm
        self._layers = None if layers is None else tuple(layers)
        more = TENSORFLOW_MODULES if tensorflow else ()
        late = [_IMPORTED_LATE[module] for module in student_modules if module in _IMPORTED_LATE]
        self._modules = {
            "student": [*STUDENT_MODULES, *more, *student_modules, *late],
            "checker": [*CHECKER_MODULES, *checker_modules],
        }
        self._folder = RunFolder()
        self._interpreters: dict[str, _Warm] = {}
        self._lock = threading.Lock()
        self._closed = False

    @property
    def layers(self) -> tuple[str, ...]:
        """How students' processes are confined; found out when it is first asked for."""
        if not self.warm:
            return ()
        if self._layers is None:
            self._layers = probe.held(layers_here())
        return self._layers

    @classmethod
    def of(cls, assignment: Assignment) -> Launcher:
        """A launcher whose warm interpreters have what this assignment imports; they begin to start at once."""
        launcher = cls(
            tensorflow=assignment.uses_tensorflow,
            student_modules=assignment.student_imports,
            checker_modules=assignment.check_imports,
        )
        if launcher.warm:
            threading.Thread(target=launcher._start_all, daemon=True).start()
        return launcher

    def _start_all(self) -> None:
        # What goes wrong here goes wrong again, and is told, when the first process is started.
        with contextlib.suppress(OSError):
            for module in self._modules:
                self._interpreter(module)

    def __enter__(self) -> Launcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the warm interpreters, and with them what was forked from them; start nothing more."""
        with self._lock:
            self._closed = True
            # The checks' interpreter before the one that it was forked from.
            for name in sorted(self._interpreters):
                self._interpreters[name].end()
            self._interpreters.clear()
        self._folder.remove()

    def student(self, output_bytes: int) -> Process:
        """Start a process for a student's code."""
        return self._start("student", [output_bytes, CHECKOUT])

    def checker(self, seed: int, models: bool = True) -> Process:
        """Start a process for the checks, which come from the checkout, public ones too."""
        return self._start("checker", [seed, models, list(self.layers)])

    def _start(self, module: str, arguments: list[object]) -> Process:
        channel, theirs = pair()
        folder = self._folder.make()
        policy = self._policy(folder) if module == "student" else None
        home = policy.home if policy else folder
        environment = _environment(module, home)
        popen, pidfd, keeper = None, None, None
        try:
            if self.warm:
                request = {
                    "module": module,
                    "arguments": arguments,
                    "folder": home,
                    "environment": environment,
                    "policy": policy.to_json() if policy else None,
                }
                pid, pidfd, keeper = self._interpreter(module).fork(request, theirs.fileno())
            else:
                popen = _popen(module, [theirs.fileno(), *arguments], environment, folder, theirs.fileno())
                pid = popen.pid
        except OSError as error:
            channel.close()
            shutil.rmtree(folder, ignore_errors=True)
            raise EngineFault(
                f"the {module} process did not start ({error}); run `autograder doctor`"
            ) from None
        finally:
            theirs.close()
        process = Process(pid, pidfd, channel, folder, popen, keeper)
        try:
            frame = channel.receive(deadline=time.monotonic() + START_SECONDS)
        except (ChannelError, DeadlinePassed) as error:
            process.end()
            raise EngineFault(
                f"the {module} process did not start ({error}); run `autograder doctor`"
            ) from None
        if frame.kind != Kind.READY:
            process.end()
            raise EngineFault(f"the {module} process did not start as it should")
        return process

    def _policy(self, folder: str) -> confine.Policy | None:
        if not self.layers:
            return None
        return confine.Policy(folder, confine.readable_paths(), self.layers, cores=cores_of_this_job())

    def _interpreter(self, name: str) -> _Warm:
        parent = None
        if name == "checker":
            # TensorFlow is imported once: the checks' interpreter is forked from the students', before it has
            # imported a check.  Waited for here, where nobody else is kept waiting.
            parent = self._interpreter("student")
            parent.wait()
        with self._lock:
            if self._closed:
                raise OSError("the run is ending")
            interpreter = self._interpreters.get(name)
            if interpreter is not None and interpreter.gone:
                interpreter.end()
                interpreter = None
            if interpreter is None:
                interpreter = _Warm(name, self._modules[name], self._folder.make(), parent)
                self._interpreters[name] = interpreter
            return interpreter


class _Warm:
    """A warm interpreter and the socket through which it is asked for forks.

    It is ready some seconds after it was made; the first fork waits for that.

    Parameters
    ----------
    name : str
        "student" or "checker".
    modules : list of str
        What it imports.
    folder : str
        Its own.
    parent : _Warm, optional
        The one that it is forked from; without, it is a new process.
    """

    def __init__(self, name: str, modules: list[str], folder: str, parent: _Warm | None):
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self.control.settimeout(START_SECONDS)
        self._lock = threading.Lock()
        self._ready = self._broken = False
        self._folder = folder
        self._popen: subprocess.Popen[bytes] | None = None
        self._pidfd = -1
        environment = _environment(name, folder)
        try:
            if parent is None:
                arguments = [theirs.fileno(), modules]
                self._popen = _popen("zygote", arguments, environment, folder, theirs.fileno())
            else:
                request = {
                    "module": "zygote",
                    "arguments": [modules, CHECKOUT],
                    "folder": folder,
                    "environment": environment,
                    "policy": None,
                }
                _, self._pidfd, _ = parent.fork(request, theirs.fileno())
        except OSError:
            self.control.close()
            raise
        finally:
            theirs.close()

    @property
    def gone(self) -> bool:
        """Whether it ended, or stopped to answer: it takes no more requests."""
        if self._broken:
            return True
        if self._popen is not None:
            return self._popen.poll() is not None
        return bool(select.select([self._pidfd], [], [], 0)[0])

    def wait(self) -> None:
        """Wait until it is ready to fork."""
        with self._lock:
            self._wait()

    def _wait(self) -> None:
        try:
            if not self._ready and self.control.recv(1) != b"R":
                raise ConnectionError("the warm interpreter did not start")
        except (ConnectionError, TimeoutError):
            self._broken = True
            raise
        self._ready = True

    def fork(self, request: dict[str, Any], descriptor: int) -> tuple[int, int, int | None]:
        """See `zygote.send_request`."""
        with self._lock:
            self._wait()
            try:
                return zygote.send_request(self.control, request, descriptor)
            except (ConnectionError, TimeoutError):
                self._broken = True
                raise

    def end(self) -> None:
        """End it, and with it what was forked from it and is confined."""
        if self._popen is not None:
            self._popen.kill()
            self._popen.wait()
        else:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            select.select([self._pidfd], [], [], END_SECONDS)
            os.close(self._pidfd)
        self.control.close()
        shutil.rmtree(self._folder, ignore_errors=True)


_job = threading.local()


def begin_job(number: int, jobs: int) -> None:
    """Say which of several jobs this thread is: its students' processes get their own share of the processors.

    So a submission that computes in a hundred processes at once takes nothing from those beside it.
    """
    _job.number, _job.jobs = number, jobs


def cores_of_this_job() -> tuple[int, ...]:
    """The processors for students' processes that this thread starts; empty for all."""
    jobs = getattr(_job, "jobs", 1)
    if jobs == 1 or not hasattr(os, "sched_getaffinity"):
        return ()
    cores = sorted(os.sched_getaffinity(0))
    return tuple(cores[_job.number % len(cores) :: jobs])


def can_fork() -> bool:
    """Whether warm interpreters work here: Linux, with pidfd."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open") and hasattr(signal, "pidfd_send_signal")


def layers_here() -> dict[str, probe.Layer]:
    """What became of each layer of the confinement when it was tried here, once a run."""
    if not can_fork():
        return dict.fromkeys(confine.LAYERS, probe.Layer(False, "processes are not forked here"))
    return probe.probe()


def _popen(
    module: str, arguments: list[object], environment: dict[str, str], folder: str, descriptor: int
) -> subprocess.Popen[bytes]:
    words = ", ".join(map(repr, arguments))
    return subprocess.Popen(
        [sys.executable, "-s", "-P", "-c", _BOOT.format(checkout=CHECKOUT, module=module, arguments=words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        pass_fds=[descriptor],
        start_new_session=True,
    )


_OWN = {
    "student": {
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # It looks for semaphores as it is imported, in the warm interpreter: confined, there may be none.
        "JOBLIB_MULTIPROCESSING": "0",
    },
    "checker": {"MPLBACKEND": "Agg", "PYTHONPATH": CHECKOUT, "JOBLIB_MULTIPROCESSING": "0"},
}


def _environment(module: str, folder: str) -> dict[str, str]:
    return _OWN[module] | {
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), "/usr/bin", "/bin"]),
        "HOME": folder,
        "TMPDIR": folder,
        "USER": "student",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "KERAS_BACKEND": "tensorflow",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
