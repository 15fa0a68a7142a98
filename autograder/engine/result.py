"""What grading one submission gives: plain records that travel as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

OUTCOMES = (
    "correct",
    "partial",
    "incorrect",
    "not attempted",
    "error",
    "timed out",
    "out of memory",
    "crashed",
    "manual",
)


@dataclass(slots=True)
class Evidence:
    """What a learner may read of why a check did not pass.

    Parameters
    ----------
    hidden : bool
        Whether it comes from a hidden check; then only `called` (the situation in words),
        `cause` and `trace` are filled.
    called, got, wanted, cause, trace : str
        As in `course.checking.Failure`.
    """

    hidden: bool = False
    called: str = ""
    got: str = ""
    wanted: str = ""
    cause: str = ""
    trace: str = ""


@dataclass(frozen=True, slots=True)
class ImageResult:
    """An image that a public check compared; `autograder.pictures` draws it.

    Parameters
    ----------
    title : str
        What the image is.
    news : str
        How the two compare, in a sentence.
    expected, yours : str
        The images, thinned out to what can be drawn, as `autograder.pictures.pack` writes them.
    shapes : tuple of tuple of int
        Of the two as they were compared.
    tolerance : float or None
        Differences up to this size count as none.
    """

    title: str
    news: str
    expected: str
    yours: str
    shapes: tuple[tuple[int, ...], tuple[int, ...]]
    tolerance: float | None


@dataclass(slots=True)
class CellResult:
    """One graded cell.

    Parameters
    ----------
    grade_id : str
        The test cell's (or the hand-graded answer's) id.
    exercise : str
        The grade_id of the solution cell that it judges; the cell's own for hand-graded ones.
    title : str
        What is asked, for people: the exercise and the aspect.
    score, max_score : float
        Points.  A cell that waits for a person has score 0 and outcome "manual".
    outcome : str
        One of `OUTCOMES`.
    message : str or None
        What happened, why and what to do; None where all is well.
    mistake : str or None
        The slug of the recognised mistake.
    """

    grade_id: str
    exercise: str
    title: str
    score: float
    max_score: float
    outcome: str
    message: str | None = None
    mistake: str | None = None
    evidence: Evidence | None = None
    pictures: list[ImageResult] = field(default_factory=list)
    instructor_detail: str | None = None


@dataclass
class Result:
    """One submission, graded.

    Parameters
    ----------
    student, assignment : str
        Whose it is, and of what.
    status : str
        ``"graded"`` or ``"invalid"``; an invalid submission could not be read at all, and
        `reason` says why.  Its cells are listed with score 0.
    seed : int
        From which the hidden checks drew their inputs.
    notes : list of str
        What the learner and the instructor should know: repaired cells, restarts.
    notebook : dict or None
        The submission as it was run, with its outputs (nbformat 4 JSON).
    """

    student: str
    assignment: str
    status: str
    reason: str | None
    seed: int
    cells: list[CellResult]
    notes: list[str] = field(default_factory=list)
    notebook: dict[str, Any] | None = None
    key: str = ""
    """Content hash of submission, assignment, engine and seed: equal keys mean equal results."""

    @property
    def score(self) -> float:
        """Points earned so far; hand-graded cells count when a person has graded them."""
        return sum(cell.score for cell in self.cells)

    @property
    def max_score(self) -> float:
        """Points that can be earned, hand-graded cells included."""
        return sum(cell.max_score for cell in self.cells)

    def scores_only(self) -> Result:
        """The result without its notebook, evidence and pictures, which only a student's own pages need."""
        cells = [replace(cell, evidence=None, pictures=[], instructor_detail=None) for cell in self.cells]
        return replace(self, cells=cells, notebook=None)

    def summary(self) -> dict[str, Any]:
        """The submission's part of ``grade --json``."""
        return {
            "student": self.student,
            "status": self.status,
            "reason": self.reason,
            "score": self.score,
            "max_score": self.max_score,
            "cells": [
                {
                    "grade_id": cell.grade_id,
                    "score": cell.score,
                    "max_score": cell.max_score,
                    "outcome": cell.outcome,
                    "message": cell.message,
                }
                for cell in self.cells
            ],
        }

    def to_json(self) -> str:
        """The whole record as JSON text, in one line: indented, it would take many times as long to write."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Result:
        """The inverse of `to_json`.

        Raises
        ------
        ValueError
            Where the text is not such a record.
        """
        try:
            data = json.loads(text)
            cells = []
            for cell in data.pop("cells"):
                # The same in every submission: a large class keeps each of these words once.
                cell |= {
                    name: sys.intern(cell[name]) for name in ("grade_id", "exercise", "title", "outcome")
                }
                evidence, pictures = cell.pop("evidence"), cell.pop("pictures")
                cells.append(
                    CellResult(
                        **cell,
                        evidence=Evidence(**evidence) if evidence else None,
                        pictures=[_image(**picture) for picture in pictures],
                    )
                )
            return cls(**data, cells=cells)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a grading result: {error}") from error


def _image(shapes: list[list[int]], **fields: Any) -> ImageResult:
    return ImageResult(shapes=(tuple(shapes[0]), tuple(shapes[1])), **fields)


def read_results(folder: Path) -> Iterator[Result]:
    """Every result in ``results/NAME/``, in order of student, one after another: a class may be large."""
    for path in sorted(folder.glob("*.json")):
        yield Result.from_json(path.read_text("utf-8"))
