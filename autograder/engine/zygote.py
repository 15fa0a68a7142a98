"""A warm interpreter: imports once, runs nothing, and forks a process for each request.

It holds no test, no expected value and no solution, so that nothing of the kind is in the
memory of a student's process forked from it.  A request comes with the socket that the new
process will speak through; the answer is the new process's id and a pidfd, which names that
very process for as long as anybody holds it.  A process for which a policy came is confined
before it does anything; see `confine`.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import struct
import sys
import tempfile
import traceback
from typing import Any

from autograder.engine import confine

_SIZE = struct.Struct("<I")
_ANSWER = 1000


def send_request(
    control: socket.socket, request: dict[str, Any], descriptor: int
) -> tuple[int, int, int | None]:
    """Ask for a process.

    Parameters
    ----------
    control : socket
        To the warm interpreter.
    request : dict
        ``module`` and ``arguments`` of the ``main`` to call, ``folder`` to work in, ``environment``,
        and ``policy``: what the process may have, or None where it is not confined.
    descriptor : int
        The socket that becomes the first argument of ``main``.

    Returns
    -------
    pid, pidfd : int
        Of the new process; the caller closes the pidfd.
    keeper : int or None
        A pidfd that is ready when nothing is left of a confined process; the caller closes it.

    Raises
    ------
    ConnectionError
        Where the warm interpreter is gone.
    OSError
        Where it could not fork or confine.
    """
    body = json.dumps(request).encode()
    socket.send_fds(control, [_SIZE.pack(len(body)) + body], [descriptor])
    answer, descriptors, _, _ = socket.recv_fds(control, _ANSWER, 2)
    if not descriptors:
        if not answer:
            raise ConnectionError("the warm interpreter is gone")
        raise OSError(answer.decode())
    return _SIZE.unpack(answer)[0], descriptors[0], descriptors[1] if len(descriptors) > 1 else None


def main(control_descriptor: int, modules: list[str], checkout: str | None = None) -> None:
    """Serve requests until the other side closes the control socket.

    Parameters
    ----------
    control_descriptor : int
        An inherited stream socket.
    modules : list of str
        What to import before the first request.  What cannot be imported is left to fail where it is used.
    checkout : str, optional
        From where to import the course anew, for one that was forked from a warm interpreter itself.
    """
    control = socket.socket(fileno=control_descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Children are reaped by the kernel: whoever cares holds a pidfd.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if checkout is not None:
        _turn_to(checkout)
    # An import makes hardly any garbage; looking for it takes a fifth of TensorFlow's.
    gc.disable()
    for module in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(module)
    gc.enable()
    if "tensorflow" in sys.modules:
        # A notebook's graphs are small and run a few steps: improving one takes longer than it saves.
        sys.modules["tensorflow"].config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
    # Objects that a collection never touches stay shared between all forks.
    gc.freeze()
    control.sendall(b"R")
    while True:
        head, descriptors, _, _ = socket.recv_fds(control, _SIZE.size, 1)
        if len(head) < _SIZE.size or not descriptors:
            return
        body = b""
        size = _SIZE.unpack(head)[0]
        while len(body) < size:
            part = control.recv(size - len(body))
            if not part:
                return
            body += part
        try:
            pid, pidfds = _fork(json.loads(body), descriptors[0], control)
        except Exception as error:
            control.sendall(f"{type(error).__name__}: {error}".encode()[:_ANSWER])
        else:
            socket.send_fds(control, [_SIZE.pack(pid)], pidfds)
            for pidfd in pidfds:
                os.close(pidfd)
        os.close(descriptors[0])


def _turn_to(checkout: str) -> None:
    """Take the course from the checkout, where the checks' own copy is, instead of the installed one."""
    sys.path.insert(0, checkout)
    for name in list(sys.modules):
        if name.partition(".")[0] == "course":
            del sys.modules[name]
    if "matplotlib" in sys.modules:
        # It asked the environment when it was imported.
        sys.modules["matplotlib"].use(os.environ["MPLBACKEND"])


def _fork(request: dict[str, Any], descriptor: int, control: socket.socket) -> tuple[int, list[int]]:
    if request["policy"] is not None:
        policy = confine.Policy.from_json(request["policy"])
        confined = confine.start(policy, lambda: _become(request, descriptor), (descriptor,))
        return confined.pid, [confined.pidfd, confined.keeper]
    pid = os.fork()
    if pid == 0:
        control.close()
        _become(request, descriptor)
    return pid, [os.pidfd_open(pid)]


def _become(request: dict[str, Any], descriptor: int) -> None:
    """Be the requested process; never returns."""
    status = 1
    with contextlib.suppress(BaseException):
        if request["policy"] is None:
            os.setsid()
            confine.limit(confine.Policy(scratch=request["folder"], readable=(), layers=()))
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        # It was found out, and kept, for the warm interpreter.
        tempfile.tempdir = None
        module = importlib.import_module(f"autograder.engine.{request['module']}")
        try:
            module.main(descriptor, *request["arguments"])
            status = 0
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
    os._exit(status)
