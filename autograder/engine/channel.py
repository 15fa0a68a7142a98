"""Frames on a stream socket: a kind, a nonce that the answer must repeat, a bounded body.

The reader never trusts the other side: it reads up to a length it was given, until a time
it was given, and whatever is not a frame is a `ChannelError`.
"""

from __future__ import annotations

import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass

from autograder.engine.codec import MAX_MESSAGE

_HEAD = struct.Struct("<4sB16sQ")
_MAGIC = b"cnn1"
NO_NONCE = bytes(16)

LATE_SECONDS = 1.0
"""What has arrived counts so long after the deadline: it may be this process that was held up, not the other."""


class ChannelError(Exception):
    """The other side sent something that is not a frame, or not the one it was asked for."""


class ChannelClosed(ChannelError):
    """The other side is gone."""


class DeadlinePassed(Exception):
    """Nothing whole arrived in time."""


@dataclass(frozen=True)
class Frame:
    """One message: what it is, which request it belongs to, and its encoded body."""

    kind: int
    nonce: bytes
    body: bytes


class Channel:
    """One end of a socket pair."""

    def __init__(self, sock: socket.socket):
        self.sock = sock
        self._watched = 0.0

    def send(self, kind: int, body: bytes, nonce: bytes = NO_NONCE, deadline: float | None = None) -> None:
        """Send one frame.

        Raises
        ------
        ChannelClosed, DeadlinePassed
            Where the other side is gone, or does not read.
        """
        view = memoryview(_HEAD.pack(_MAGIC, kind, nonce, len(body)) + body)
        while view:
            self._wait(select.POLLOUT, deadline, None)
            try:
                sent = self.sock.send(view, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
            except BlockingIOError:
                continue
            except OSError as error:
                raise ChannelClosed(str(error)) from None
            view = view[sent:]

    def receive(
        self, deadline: float | None = None, limit: int = MAX_MESSAGE, watch: Callable[[], None] | None = None
    ) -> Frame:
        """Receive one frame.

        Parameters
        ----------
        deadline : float, optional
            On the clock of `time.monotonic`.
        limit : int
            Largest accepted body in bytes.
        watch : callable, optional
            Called every tenth of a second while waiting; what it raises ends the wait.

        Raises
        ------
        ChannelClosed, ChannelError, DeadlinePassed
        """
        magic, kind, nonce, size = _HEAD.unpack(self._exactly(_HEAD.size, deadline, watch))
        if magic != _MAGIC or size > limit:
            raise ChannelError("not a frame" if magic != _MAGIC else f"a frame of {size} bytes")
        return Frame(kind, nonce, self._exactly(size, deadline, watch))

    def pending(self) -> bool:
        """Whether something lies unread (or the other side is gone)."""
        return bool(select.select([self.sock], [], [], 0)[0])

    def close(self) -> None:
        """Close this end."""
        self.sock.close()

    def _exactly(self, size: int, deadline: float | None, watch: Callable[[], None] | None) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._wait(select.POLLIN, deadline, watch)
            try:
                part = self.sock.recv(min(size - len(data), 1 << 20), socket.MSG_DONTWAIT)
            except BlockingIOError:
                continue
            except OSError as error:
                raise ChannelClosed(str(error)) from None
            if not part:
                raise ChannelClosed("the other side is gone")
            data += part
        return bytes(data)

    def _wait(self, event: int, deadline: float | None, watch: Callable[[], None] | None) -> None:
        poller = select.poll()
        poller.register(self.sock, event)
        while True:
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= -LATE_SECONDS:
                raise DeadlinePassed
            step = 0.1 if watch else left
            if left is not None and step is not None:
                step = max(0.0, min(step, left))
            ready = poller.poll(None if step is None else max(1, round(step * 1000)))
            # By the clock, not by silence: who sends a byte now and then is watched, too.
            if watch and time.monotonic() - self._watched >= 0.1:
                self._watched = time.monotonic()
                watch()
            if ready:
                return
            if left is not None and left <= 0:
                raise DeadlinePassed


def pair() -> tuple[Channel, socket.socket]:
    """A channel for this side, and the socket that the other side is started with."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    return Channel(ours), theirs
