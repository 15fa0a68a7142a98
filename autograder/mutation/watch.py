"""Seconds and memory of each check, seen from outside: the frames say when one begins and ends."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from autograder.engine.channel import Frame
from autograder.engine.codec import decode
from autograder.engine.launch import Launcher, Process
from autograder.engine.protocol import Kind

__all__ = ["Cost", "WatchedLauncher"]


@dataclass
class Cost:
    """What one check took.

    Parameters
    ----------
    seconds : float
        From its beginning to its verdict, the student's calls included.
    longest_call : float
        Seconds of the longest call of the student's function.
    memory : int
        Bytes that the checking process held when it gave its verdict.
    """

    seconds: float = 0.0
    longest_call: float = 0.0
    memory: int = 0


@dataclass
class WatchedLauncher:
    """Starts processes as the launcher does, and notes what each check takes."""

    launcher: Launcher
    costs: dict[str, Cost] = field(default_factory=dict)

    def student(self, output_bytes: int) -> Process:
        """A process for a student's code."""
        return self.launcher.student(output_bytes)

    def checker(self, seed: int, models: bool = True) -> Process:
        """A process for the checks, whose frames are looked at on the way."""
        process = self.launcher.checker(seed, models)
        process.channel = _Watched(process.channel, process, self.costs)  # type: ignore[assignment]
        return process


class _Watched:
    """A channel that notes when a check begins, calls and ends."""

    def __init__(self, channel: Any, process: Process, costs: dict[str, Cost]):
        self._channel, self._process, self._costs = channel, process, costs
        self._cost, self._begun, self._called = Cost(), 0.0, 0.0

    def send(self, kind: int, body: bytes, *rest: Any, **options: Any) -> None:
        now = time.monotonic()
        if kind == Kind.CHECK:
            self._cost = self._costs.setdefault(decode(body)[0], Cost())
            self._begun = now
        elif self._called:
            self._cost.longest_call = max(self._cost.longest_call, now - self._called)
            self._called = 0.0
        self._channel.send(kind, body, *rest, **options)

    def receive(self, *args: Any, **options: Any) -> Frame:
        frame = self._channel.receive(*args, **options)
        if frame.kind == Kind.VERDICT:
            self._cost.seconds = max(self._cost.seconds, time.monotonic() - self._begun)
            self._cost.memory = max(self._cost.memory, self._process.own_memory)
        elif frame.kind == Kind.CALL:
            self._called = time.monotonic()
        return frame

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)
