"""How far students' code is confined, and whether that is enough."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.engine import probe
from autograder.engine.launch import layers_here
from autograder.errors import UserError


@dataclass(frozen=True)
class Isolation:
    """What a machine offers: found by trying, once a run."""

    layers: dict[str, probe.Layer]

    @property
    def level(self) -> str:
        """One of `probe.LEVELS`."""
        return probe.level(self.layers)

    def to_json(self) -> dict[str, object]:
        """What ``grade --json`` says of it."""
        return {"level": self.level, "layers": {name: layer.ok for name, layer in self.layers.items()}}


def here() -> Isolation:
    """What this machine offers."""
    return Isolation(layers_here())


def weakest(machines: Sequence[Isolation]) -> Isolation:
    """That of the machine that offers least."""
    return min(machines, key=lambda machine: probe.LEVELS.index(machine.level))


def require(level: str | None = None, machine: Isolation | None = None, name: str = "this machine") -> None:
    """Refuse to grade where students' code is confined less than this.

    Parameters
    ----------
    level : str, optional
        One of `probe.LEVELS`; by default what ``AUTOGRADER_ISOLATION`` says, or "partial".
    machine : Isolation, optional
        What a machine offers; by default this one.
    name : str
        The machine's, for the message.

    Raises
    ------
    UserError
        Saying what is missing and what to do.
    """
    level = level or os.environ.get("AUTOGRADER_ISOLATION") or "partial"
    if level not in probe.LEVELS:
        raise UserError(f"there is no isolation level {level!r}; there is {', '.join(probe.LEVELS)}.")
    found = machine or here()
    if probe.LEVELS.index(found.level) < probe.LEVELS.index(level):
        missing = "; ".join(f"{key}: {layer.detail}" for key, layer in found.layers.items() if not layer.ok)
        raise UserError(
            f"{name} confines students' code to level {found.level!r}, and {level!r} is required ({missing}): grade "
            f"on Linux 5.13 or newer, or add `--isolation {found.level}` if you trust every submission."
        )
