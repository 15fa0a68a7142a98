"""The sample class of the demo: every story ends as it says."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from small import ROOT

from autograder import assignment, demo, sample
from autograder.assignment import Assignment
from autograder.course import Course
from autograder.engine import supervise
from autograder.engine.launch import Launcher
from autograder.engine.result import Result

COURSE = Course(ROOT)
FULL = (
    "right-reference",
    "right-other-1",
    "right-other-2",
    "crash-in-cell",
    "deleted-test",
    "duplicated-test",
    "reordered",
    "retyped",
    "noisy",
    "old-format",
)


@pytest.fixture(scope="module", params=demo.ASSIGNMENTS)
def graded(
    request: pytest.FixtureRequest, launcher_of: Callable[[Assignment], Launcher]
) -> tuple[Assignment, dict[str, Result]]:
    task = assignment.load(COURSE, request.param)
    launcher, samples = launcher_of(task), list(sample.make_class(COURSE, request.param))
    # Whatever has no end is waited for as long as the limits say.
    impatient = replace(task, limits=replace(task.limits, call_seconds=5))

    def grade(one: sample.Sample) -> Result:
        limited = impatient if one.student == "endless-loop" else task
        return supervise.grade(limited, one.content, one.student, 3, launcher)

    # Some of them are waited for: two at once.
    with ThreadPoolExecutor(2) as pool:
        graded = pool.map(grade, samples)
        return task, {s.student: result for s, result in zip(samples, graded, strict=True)}


def lost(task: Assignment, result: Result) -> dict[str, set[str]]:
    """Outcomes of the cells without full points, by exercise."""
    found: dict[str, set[str]] = {}
    for cell in result.cells:
        if cell.outcome not in ("correct", "manual"):
            found.setdefault(cell.exercise, set()).add(cell.outcome)
    return found


def test_the_class_has_every_kind_of_submission(graded: tuple[Assignment, dict[str, Result]]):
    _, results = graded
    kinds = {
        "blank",
        "half-done",
        "endless-loop",
        "crash-in-answer",
        "edited-test",
        "not-json",
        "many-mistakes",
    }
    assert set(FULL) | kinds <= set(results)
    assert sum(student.startswith("mistake-") for student in results) >= 8


def test_right_answers_are_right_whatever_happened_to_the_notebook(
    graded: tuple[Assignment, dict[str, Result]],
):
    task, results = graded
    assert {student: lost(task, results[student]) for student in FULL if lost(task, results[student])} == {}


def test_blank_and_half_done_are_not_attempted(graded: tuple[Assignment, dict[str, Result]]):
    task, results = graded
    assert {outcome for outcomes in lost(task, results["blank"]).values() for outcome in outcomes} == {
        "not attempted"
    }
    assert set().union(*lost(task, results["half-done"]).values()) == {"not attempted"}
    assert 0 < results["half-done"].score < results["right-reference"].score


def test_a_mistake_costs_its_own_exercise_only(graded: tuple[Assignment, dict[str, Result]]):
    task, results = graded
    central = {e for s, r in results.items() if s.startswith("mistake-") for e in lost(task, r)}
    assert len(central) == 1
    for student, result in results.items():
        if student.startswith("mistake-"):
            assert result.score < results["right-reference"].score, student


def test_loops_and_crashes_cost_the_answer_they_are_in(graded: tuple[Assignment, dict[str, Result]]):
    task, results = graded
    last = [cell.grade_id for cell in task.cells if cell.kind == "solution"][-1]
    assert lost(task, results["endless-loop"]) == {last: {"timed out"}}
    assert lost(task, results["crash-in-answer"]) == {last: {"crashed"}}


def test_an_edited_check_gives_nothing(graded: tuple[Assignment, dict[str, Result]]):
    task, results = graded
    first = next(cell.grade_id for cell in task.cells if cell.kind == "solution")
    assert set(lost(task, results["edited-test"])) == {first}
    assert any("had been edited" in note for note in results["edited-test"].notes)


def test_what_is_no_notebook_is_invalid(graded: tuple[Assignment, dict[str, Result]]):
    _, results = graded
    assert {s for s, r in results.items() if r.status == "invalid"} == {"not-json"}
