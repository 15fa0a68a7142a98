"""Start and end the engine's processes.

A process is started with one end of a socket pair and a private folder, in a session of its
own, and with an environment that says nothing about this machine or its user.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from autograder.engine.channel import Channel, ChannelError, DeadlinePassed, pair
from autograder.engine.protocol import Kind

START_SECONDS = 120
CHECKOUT = str(Path(__file__).resolve().parents[2])

_BOOT = "import sys; sys.path.append({checkout!r}); from autograder.engine.{module} import main; main({arguments})"


class Process:
    """One of the engine's processes and the channel to it."""

    def __init__(self, popen: subprocess.Popen[bytes], channel: Channel, folder: str):
        self.popen, self.channel, self.folder = popen, channel, folder

    @property
    def memory(self) -> int:
        """Resident bytes of the process and of all that it started."""
        total = 0
        with contextlib.suppress(psutil.Error):
            top = psutil.Process(self.popen.pid)
            for process in (top, *top.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    total += process.memory_info().rss
        return total

    def interrupt(self) -> None:
        """What the stop button does."""
        with contextlib.suppress(ProcessLookupError):
            self.popen.send_signal(signal.SIGINT)

    def end(self) -> None:
        """End the process and all that it started, and remove its folder."""
        self.channel.close()
        children: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            children = psutil.Process(self.popen.pid).children(recursive=True)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        for child in children:
            with contextlib.suppress(psutil.Error):
                child.kill()
        self.popen.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _start(module: str, arguments: list[object], environment: dict[str, str]) -> Process:
    channel, theirs = pair()
    folder = tempfile.mkdtemp(prefix="grade-")
    words = ", ".join(map(repr, [theirs.fileno(), *arguments]))
    popen = subprocess.Popen(
        [sys.executable, "-s", "-P", "-c", _BOOT.format(checkout=CHECKOUT, module=module, arguments=words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=_environment(folder) | environment,
        pass_fds=[theirs.fileno()],
        start_new_session=True,
    )
    theirs.close()
    process = Process(popen, channel, folder)
    try:
        frame = channel.receive(deadline=time.monotonic() + START_SECONDS)
    except (ChannelError, DeadlinePassed) as error:
        process.end()
        raise RuntimeError(f"the {module} process did not start ({error}); run `autograder doctor`") from None
    if frame.kind != Kind.READY:
        process.end()
        raise RuntimeError(f"the {module} process did not start as it should")
    return process


def _environment(folder: str) -> dict[str, str]:
    return {
        "PATH": os.pathsep.join([os.path.dirname(sys.executable), "/usr/bin", "/bin"]),
        "HOME": folder,
        "TMPDIR": folder,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
        "KERAS_BACKEND": "tensorflow",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def start_student(output_bytes: int) -> Process:
    """Start a process for a student's code."""
    inline = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    return _start("student", [output_bytes, CHECKOUT], inline)


def start_checker(seed: int) -> Process:
    """Start a process for the checks."""
    return _start("checker", [seed], {"MPLBACKEND": "Agg"})
