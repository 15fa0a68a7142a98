"""What the engine's processes say to each other, and the records that both sides know."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """Kinds of frames."""

    READY = 1
    """A process has started. Body: None."""
    RUN = 2
    """To the student's process. Body: source of a cell. Answer: DONE."""
    DONE = 3
    """Body: list of outputs in nbformat's form, and whether the cell raised."""
    PIN = 4
    """To the student's process. Body: [key, names]: keep what these names mean now. Answer: DONE."""
    CALL = 5
    """From the checks to the student's process. Body: [key, name, args, kwargs]. Answer: ANSWER."""
    ANSWER = 6
    """Body: a dict; see `student.call`."""
    CHECK = 7
    """To the checking process. Body: [grade_id, public source, hidden source]. Answer: VERDICT."""
    VERDICT = 8
    """Body: a dict; see `checker`."""
    LOST = 9
    """To the checks, instead of ANSWER: the call brought none. Body: [outcome, sentence]."""


# Only these errors keep their type on the way to the checks; they travel as a position in this tuple.
ERRORS: tuple[type[Exception], ...] = (
    Exception,
    NotImplementedError,
    ValueError,
    TypeError,
    IndexError,
    KeyError,
    AttributeError,
    NameError,
    ZeroDivisionError,
    OverflowError,
    AssertionError,
    RecursionError,
    MemoryError,
    ImportError,
    OSError,
    RuntimeError,
    ArithmeticError,
    LookupError,
    StopIteration,
    UnboundLocalError,
    UnicodeError,
)


@dataclass(frozen=True)
class Limits:
    """What a submission may use; an assignment changes them in its header.

    Parameters
    ----------
    cell_seconds : float
        Wall time of one of the student's cells.
    call_seconds : float
        Wall time of one call that a check makes into the student's code.
    notebook_seconds : float
        Wall time of all cells and calls together.
    check_seconds : float
        Wall time that a check may use itself.
    checks_seconds : float
        Wall time that all checks of a submission together may use themselves.
    memory_mb : int
        Resident memory of the student's process and its children, in MiB.
    output_bytes : int
        Text and pictures that one cell's output keeps.
    """

    cell_seconds: float = 60
    call_seconds: float = 20
    notebook_seconds: float = 600
    check_seconds: float = 120
    checks_seconds: float = 600
    memory_mb: int = 4096
    output_bytes: int = 4 << 20


def new_nonce() -> bytes:
    """Sixteen random bytes that the answer to one request must repeat."""
    return os.urandom(16)
