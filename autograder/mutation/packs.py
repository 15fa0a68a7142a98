"""Many answers in one submission: an exercise's solution and its checks come once for each answer.

Starting a student's process costs more than most checks do.  So a notebook is made that holds the same
exercise many times under numbered names, each time with another answer.  The engine grades it as it
grades any: what a name means is pinned where its check stands, and that is the answer just above.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from autograder.assignment import Assignment, Cell
from autograder.engine.result import CellResult, Result

__all__ = ["Answer", "made", "pack", "unpacked"]

MOST = 24
"""Answers in one submission: a process that dies takes the others' time."""

SECONDS = 20.0
"""How long the checks of one submission should take together at most."""


@dataclass(frozen=True)
class Answer:
    """One answer to one exercise, whoever wrote it.

    Parameters
    ----------
    exercise : str
        The grade_id of the solution cell.
    name : str
        What tells it from the others.
    source : str
        The whole cell.
    seed : int
        From which the hidden checks draw their inputs.
    """

    exercise: str
    name: str
    source: str
    seed: int = 0
    kind: str = field(default="mutant", compare=False)

    @cached_property
    def binds(self) -> dict[str, str]:
        """Names that the cell gives a meaning besides its exercise, and the statement that does."""
        found = {}
        for statement in _body(self.source):
            for name in _bound(statement) - {self.exercise}:
                found[name] = ast.unparse(statement)
        return found

    @cached_property
    def loads(self) -> frozenset[str]:
        """Names that the cell's code looks up."""
        return frozenset(
            node.id
            for statement in _body(self.source)
            for node in ast.walk(statement)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        )

    def bears(self, other: Answer) -> bool:
        """Whether two answers can stand in one notebook, where names mean what was defined last."""
        for one, two in ((self, other), (other, self)):
            if two.exercise in one.loads:
                return False
            for name, statement in one.binds.items():
                if two.binds.get(name, statement) != statement or (
                    name in two.loads and name not in two.binds
                ):
                    return False
        return True


def _body(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError:
        return []


def _bound(statement: ast.stmt) -> set[str]:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return {statement.name}
    names = {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        names |= {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    return names


def pack(answers: Sequence[Answer], seconds: Mapping[str, float], jobs: int = 1) -> list[list[Answer]]:
    """Share answers out to submissions.

    Parameters
    ----------
    answers : sequence of Answer
        In any order; answers with different seeds come into different submissions.
    seconds : mapping of exercise to float
        How long its checks take.
    jobs : int
        How many submissions are graded at a time: each gets several.

    Returns
    -------
    list of list of Answer
        Each a submission.
    """
    open_packs: list[tuple[float, list[Answer]]] = []
    done: list[list[Answer]] = []
    costs = {exercise: spent + 0.01 for exercise, spent in seconds.items()}
    in_all = sum(costs.get(answer.exercise, 0.1) for answer in answers)
    most = min(SECONDS, in_all / (4 * jobs))
    # The longest first: what begins last should not be what takes longest.
    for answer in sorted(answers, key=lambda a: (-costs.get(a.exercise, 0.1), a.exercise)):
        cost = costs.get(answer.exercise, 0.1)
        for at, (used, members) in enumerate(open_packs):
            fits = used + cost <= most and members[0].seed == answer.seed
            # One that loads its own name is alone of its exercise, else each would call the last one.
            if fits and all(answer.bears(member) for member in members):
                members.append(answer)
                open_packs[at] = (used + cost, members)
                if len(members) == MOST:
                    done.append(open_packs.pop(at)[1])
                break
        else:
            open_packs.append((cost, [answer]))
            if len(open_packs) > 40:
                done.append(open_packs.pop(0)[1])
    return done + [members for _, members in open_packs]


def made(
    task: Assignment, reference: Mapping[str, str], answers: Sequence[Answer]
) -> tuple[Assignment, bytes]:
    """The assignment that asks for these answers, and the notebook that gives them.

    Parameters
    ----------
    task : Assignment
        As it is.
    reference : mapping of exercise to source
        Right answers: those of other exercises may be called.
    answers : sequence of Answer
        In the order in which `unpacked` finds them again.
    """
    cells: list[Cell] = []
    given: list[tuple[Cell, str]] = []

    def add(cell: Cell, source: str) -> None:
        cells.append(cell)
        given.append((cell, source))

    for cell in task.cells:
        if cell.kind == "code":
            add(cell, cell.source)
        if cell.kind != "solution":
            continue
        exercise = cell.grade_id or ""
        add(_own(f"reference-{exercise}", reference[exercise]), reference[exercise])
        for number, answer in enumerate(answers):
            if answer.exercise != exercise:
                continue
            # What the answer before defined must not stand in for one that defines nothing.
            blank = f"globals().pop({exercise!r}, None)"
            add(_own(f"blank-{number}", blank), blank)
            add(_numbered(cell, number), answer.source)
            for test in task.tests:
                if task.exercise(test) == exercise:
                    add(_numbered(test, number), test.source)
    notebook = {
        "cells": [
            {
                "cell_type": cell.cell_type,
                "id": cell.id,
                "metadata": {"nbgrader": {"grade_id": cell.grade_id}} if cell.grade_id else {},
                "source": source,
            }
            for cell, source in given
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return replace(task, cells=tuple(cells)), json.dumps(notebook).encode()


def _own(name: str, source: str) -> Cell:
    """A cell that runs and is not graded."""
    return Cell(id=name, kind="code", source=source, cell_type="code", metadata={})


def _numbered(cell: Cell, number: int) -> Cell:
    """The cell under a name of its own."""
    return replace(cell, id=f"{cell.id}-{number}", grade_id=_grade_id(cell.grade_id or "", number))


def _grade_id(grade_id: str, number: int) -> str:
    if grade_id.startswith("test_"):
        return f"test_a{number}_{grade_id.removeprefix('test_')}"
    return f"a{number}_{grade_id}"


def unpacked(result: Result, answers: Sequence[Answer]) -> list[dict[str, CellResult]]:
    """The results of each answer's checks, by the checks' own grade_ids."""
    found: list[dict[str, CellResult]] = [{} for _ in answers]
    for cell in result.cells:
        number, _, rest = cell.grade_id.removeprefix("test_a").partition("_")
        found[int(number)][f"test_{rest}"] = cell
    return found
