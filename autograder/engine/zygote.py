"""A warm interpreter: imports once, runs nothing, and forks a process for each request.

It holds no test, no expected value and no solution, so that nothing of the kind is in the
memory of a student's process forked from it.  A request comes with the socket that the new
process will speak through; the answer is the new process's id and a pidfd, which names that
very process for as long as anybody holds it.
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
import traceback

_SIZE = struct.Struct("<I")


def send_request(control: socket.socket, request: dict[str, object], descriptor: int) -> tuple[int, int]:
    """Ask for a process.

    Parameters
    ----------
    control : socket
        To the warm interpreter.
    request : dict
        ``module`` and ``arguments`` of the ``main`` to call, ``folder`` to work in, ``environment``.
    descriptor : int
        The socket that becomes the first argument of ``main``.

    Returns
    -------
    pid, pidfd : int
        Of the new process; the caller closes the pidfd.

    Raises
    ------
    OSError
        Where the warm interpreter is gone, or could not fork.
    """
    body = json.dumps(request).encode()
    socket.send_fds(control, [_SIZE.pack(len(body)) + body], [descriptor])
    answer, descriptors, _, _ = socket.recv_fds(control, _SIZE.size, 1)
    if len(answer) != _SIZE.size or not descriptors:
        raise OSError("the warm interpreter is gone or could not fork")
    return _SIZE.unpack(answer)[0], descriptors[0]


def main(control_descriptor: int, modules: list[str]) -> None:
    """Serve requests until the other side closes the control socket.

    Parameters
    ----------
    control_descriptor : int
        An inherited stream socket.
    modules : list of str
        What to import before the first request.
    """
    control = socket.socket(fileno=control_descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Children are reaped by the kernel: whoever cares holds a pidfd.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for module in modules:
        importlib.import_module(module)
    # Objects that a collection never touches stay shared between all forks.
    gc.collect()
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
        pid = os.fork()
        if pid == 0:
            control.close()
            _become(json.loads(body), descriptors[0])
        os.close(descriptors[0])
        pidfd = os.pidfd_open(pid)
        socket.send_fds(control, [_SIZE.pack(pid)], [pidfd])
        os.close(pidfd)


def _become(request: dict[str, object], descriptor: int) -> None:
    """Be the requested process; never returns."""
    status = 1
    with contextlib.suppress(BaseException):
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        module = importlib.import_module(f"autograder.engine.{request['module']}")
        try:
            module.main(descriptor, *request["arguments"])
            status = 0
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
    os._exit(status)
