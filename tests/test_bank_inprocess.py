"""Every answer of the bank loses exactly the test cells that it must, without the engine.

Fast and without confinement: the answers are ours.  The engine runs the same answers in its own test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import jupytext
import matplotlib
import pytest

from autograder.assignment import load
from autograder.bank import BankAnswer, read_bank
from autograder.course import Course
from course.checking import CheckFailed, NotAttempted

matplotlib.use("Agg")

ROOT = Path(__file__).parents[1]
COURSE = Course(ROOT)
# A check of a Keras model takes as long here as in the engine, whose own test runs them all.
ASSIGNMENTS = [
    name
    for name in COURSE.texts
    if (ROOT / f"autograder/bank/{name}.py").is_file() and not load(COURSE, name).uses_tensorflow
]
_REGION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION", re.M | re.S)


@dataclass
class Text:
    """The code of an assignment: what runs, in order, and what judges it."""

    cells: list[tuple[str | None, str]] = field(default_factory=list)
    """(exercise, or None for a set-up cell; source) in order."""
    tests: dict[str, str] = field(default_factory=dict)

    @property
    def exercises(self) -> list[str]:
        return [name for name, _ in self.cells if name]

    def of(self, exercise: str) -> list[str]:
        """The test cells of an exercise: those whose name begins with its own and no longer one's."""
        owners = {
            test: max(
                (e for e in self.exercises if test == f"test_{e}" or test.startswith(f"test_{e}_")), key=len
            )
            for test in self.tests
        }
        return [test for test, owner in owners.items() if owner == exercise]


@cache
def text(assignment: str) -> Text:
    result = Text()
    for cell in jupytext.read(ROOT / f"course/assignments/{assignment}.py", fmt="py:percent").cells:
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type != "code" or "illustration" in cell.metadata.get("tags", []):
            continue
        if meta.get("solution"):
            result.cells.append((meta["grade_id"], cell.source))
        elif meta.get("grade"):
            result.tests[meta["grade_id"]] = cell.source
        else:
            result.cells.append((None, cell.source))
    return result


def run(assignment: str, replaced: dict[str, str]) -> dict[str, CheckFailed]:
    """Run the solutions with some replaced, then every test cell; return what each lost cell says."""
    namespace: dict[str, Any] = {"__name__": "notebook"}
    for exercise, source in text(assignment).cells:
        source = replaced.get(exercise, source) if exercise else source
        exec(compile(source, f"<{exercise or 'set-up'}>", "exec"), namespace)
    lost = {}
    for test, source in text(assignment).tests.items():
        try:
            exec(compile(source, f"<{test}>", "exec"), dict(namespace))
        except CheckFailed as error:
            lost[test] = error
    return lost


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_reference_loses_nothing(assignment: str) -> None:
    assert run(assignment, {}) == {}


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_stubs_are_not_attempted(assignment: str) -> None:
    stubs = {
        name: _REGION.sub(rf'\1raise NotImplementedError("{name}")', source)
        for name, source in text(assignment).cells
        if name
    }
    lost = run(assignment, stubs)
    assert lost.keys() == text(assignment).tests.keys()
    assert {test for test, error in lost.items() if not isinstance(error, NotAttempted)} == set()


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_exercise_has_right_answers_and_wrong_ones(assignment: str) -> None:
    answers = read_bank(ROOT / f"autograder/bank/{assignment}.py")
    exercises = text(assignment).exercises
    assert {answer.exercise for answer in answers} == set(exercises)
    for exercise in exercises:
        own = [answer for answer in answers if answer.exercise == exercise]
        assert sum(answer.right for answer in own) >= 2, f"{exercise} needs two right answers"
        assert sum(not answer.right for answer in own) >= 1, f"{exercise} needs a wrong answer"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_test_cell_is_lost_by_some_answer(assignment: str) -> None:
    lost = {test for answer in read_bank(ROOT / f"autograder/bank/{assignment}.py") for test in answer.loses}
    assert lost == set(text(assignment).tests)


@pytest.mark.parametrize(
    ("assignment", "answer"),
    [
        pytest.param(assignment, answer, id=f"{assignment}-{answer.exercise}-{answer.name}")
        for assignment in ASSIGNMENTS
        for answer in read_bank(ROOT / f"autograder/bank/{assignment}.py")
    ],
)
def test_an_answer_loses_exactly_its_cells(
    assignment: str, answer: BankAnswer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(answer.loses) <= set(text(assignment).of(answer.exercise)), "cells of another exercise"
    lost = run(assignment, {answer.exercise: answer.source})
    assert set(lost) == set(answer.loses), {test: str(error) for test, error in lost.items()}
    if answer.loses:
        assert (lost[answer.loses[0]].failure.mistake or "") == answer.says, str(lost[answer.loses[0]])
