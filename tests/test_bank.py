"""Every answer of the bank through the real engine: the score of each cell, and the mistake's name.

Exercises do not depend on each other, so one submission carries one answer of each exercise, and leaves
out those that have none left; a score that differs anywhere from what the answers say fails the test.
"""

from __future__ import annotations

from collections.abc import Callable

import nbformat
import pytest
from small import ROOT, cells

from autograder import assignment, sample
from autograder.assignment import Assignment
from autograder.bank import BankAnswer, read_bank
from autograder.course import Course
from autograder.engine import supervise
from autograder.engine.launch import Launcher

COURSE = Course(ROOT)


def rounds(answers: list[BankAnswer]) -> list[dict[str, BankAnswer]]:
    """The answers in as few submissions as can be: the n-th of each exercise together."""
    by_exercise: dict[str, list[BankAnswer]] = {}
    for answer in answers:
        by_exercise.setdefault(answer.exercise, []).append(answer)
    count = max(map(len, by_exercise.values()), default=0)
    return [{e: own[n] for e, own in by_exercise.items() if n < len(own)} for n in range(count)]


CASES = [
    pytest.param(name, chosen, id=f"{name}-{kind}-{number}")
    for name in COURSE.texts
    for kind, right in (("right", True), ("wrong", False))
    for number, chosen in enumerate(
        rounds([a for a in read_bank(sample.BANK / f"{name}.py") if a.right is right])
    )
]


@pytest.mark.parametrize(("name", "chosen"), CASES)
def test_answers_get_the_scores_that_a_careful_teacher_would_give(
    name: str, chosen: dict[str, BankAnswer], launcher_of: Callable[[Assignment], Launcher]
):
    task = assignment.load(COURSE, name)
    answers = {exercise: answer.source for exercise, answer in chosen.items()}
    released = nbformat.read(COURSE.release(name), as_version=4)
    data = nbformat.writes(sample.fill(released, answers)).encode()
    result = supervise.grade(task, data, "student", 7, launcher_of(task))
    left_out = {c.grade_id for c in result.cells if c.outcome == "not attempted"}
    assert left_out == {cell.grade_id for cell in task.tests if task.exercise(cell) not in chosen}
    lost = {grade_id for answer in chosen.values() for grade_id in answer.loses}
    found = {
        grade_id: (cell.outcome, cell.mistake, cell.message, cell.instructor_detail)
        for grade_id, cell in cells(result).items()
        if cell.outcome not in ("correct", "manual") and grade_id not in left_out
    }
    assert found.keys() == lost, {k: v for k, v in found.items() if k not in lost} or sorted(
        lost - found.keys()
    )
    for answer in chosen.values():
        if answer.says:
            said = {cells(result)[grade_id].mistake for grade_id in answer.loses}
            assert answer.says in said, f"{answer.exercise}, {answer.name}: {said}"


@pytest.mark.parametrize("name", COURSE.texts)
def test_every_exercise_has_right_and_wrong_answers(name: str):
    bank = read_bank(sample.BANK / f"{name}.py")
    exercises = {c.grade_id for c in assignment.load(COURSE, name).cells if c.kind == "solution"}
    assert {a.exercise for a in bank} <= exercises
    for exercise in exercises:
        own = [a for a in bank if a.exercise == exercise]
        assert any(a.right for a in own), f"{exercise}: no other right answer"
        assert any(not a.right for a in own), f"{exercise}: no wrong answer"


@pytest.mark.parametrize("name", COURSE.texts)
def test_exercises_are_found_by_their_names(name: str):
    task = assignment.load(COURSE, name)
    solutions = {c.grade_id for c in task.cells if c.kind == "solution"}
    assert {task.exercise(c) for c in task.tests} == solutions
    assert any(c.kind == "manual" for c in task.cells)
    assert len({c.title for c in task.tests}) == len(task.tests)
