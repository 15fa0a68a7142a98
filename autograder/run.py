"""The commands that grade and tell: each does one thing and says where the result lies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Task as ProgressTask
from rich.table import Table
from rich.text import Text

from autograder import assignment as assignments
from autograder import gradebook, isolation
from autograder.assignment import Assignment
from autograder.classroom import (
    Graded,
    Graders,
    Task,
    find_submissions,
    grading,
    processors,
    read_result,
    to_json,
)
from autograder.course import Course
from autograder.engine import supervise
from autograder.engine.launch import Launcher
from autograder.engine.result import Result, read_results
from autograder.errors import UserError
from autograder.files import only_one, remove_unfinished, write_atomically


class NotGraded(UserError):
    """Some submissions have no result, through no fault of theirs."""


def grade(
    course: Course,
    name: str,
    students: list[str] | None = None,
    *,
    submissions: Path | None = None,
    jobs: int | None = None,
    seed: int | None = None,
    json_file: Path | None = None,
    regrade: bool = False,
    required: str | None = None,
    console: Console | None = None,
    show_table: bool = True,
    times: bool = False,
    scheduler: str | None = None,
) -> list[Result]:
    """Grade, record in the gradebook, and print a table.

    Parameters are those of the command ``autograder grade``; `required` is its ``--isolation``.

    Returns
    -------
    list of Result
        Without notebooks and pictures, which would fill the memory where a class is large.

    Raises
    ------
    UserError
        Where this machine confines students' code less than is required.
    NotGraded
        Where some submissions could not be graded; all others are then recorded.
    """
    console = console or Console()
    tasks = find_submissions((submissions or course.root / "submitted").resolve(), name, students)

    def waiting() -> None:
        console.print("another run is grading in this course: waiting until it has ended")

    with only_one(course.root / "results" / ".lock", waiting):
        remove_unfinished(course.results(name))
        assignment = assignments.load(course, name)
        with _graders(assignment, scheduler, required, jobs) as graders:
            results, seconds, faults = _grade_and_record(
                course, assignment, tasks, graders, seed, regrade, console
            )
    if json_file is not None:
        record = to_json(name, results, graders.isolation.to_json(), seconds if times else None)
        write_atomically(json_file.resolve(), record)
    if show_table:
        console.print(table(name, results, seconds))
    _say_what_came_out(console, name, results, len(results) - len(seconds), graders.isolation.level)
    if faults:
        raise NotGraded(
            f"{len(faults)} submissions could not be graded, through no fault of theirs, and have no new score: "
            + "; ".join(f"{fault.task.student} ({fault.fault})" for fault in faults[:5])
            + ". The others are recorded. Run `autograder doctor`, then the same command again."
        )
    return results


@contextmanager
def _graders(
    assignment: Assignment, scheduler: str | None, required: str | None, jobs: int | None
) -> Iterator[Graders]:
    """What grades: this machine, or the workers of a scheduler."""
    if scheduler is None:
        # Its warm interpreters start while the layers are tried.
        with Launcher.of(assignment) as launcher:
            isolation.require(required)
            grade = partial(supervise.grade, launcher=launcher)
            yield Graders(grade, jobs or processors(), isolation.here(), launcher.close)
        return
    from autograder.cluster import connected

    with connected(scheduler, assignment, required) as cluster:
        yield Graders(cluster.grade, jobs or cluster.slots, cluster.isolation, cluster.close)


def _grade_and_record(
    course: Course,
    assignment: Assignment,
    tasks: list[Task],
    graders: Graders,
    seed: int | None,
    regrade: bool,
    console: Console,
) -> tuple[list[Result], dict[str, float], list[Graded]]:
    """Results without what only pages need, seconds of those graded now, and what could not be graded."""
    name = assignment.name
    results, seconds, faults = [], {}, []
    with _progress(console) as bar:
        row = bar.add_task(f"grading {name}", total=len(tasks))
        done = partial(bar.advance, row)
        with (
            grading(course, assignment, tasks, graders, seed=seed, regrade=regrade, progress=done) as graded,
            # While the first are graded: nbgrader takes seconds to import.
            gradebook.recorder(course.root, name) as record,
        ):
            for outcome in graded:
                if outcome.fault is not None:
                    faults.append(outcome)
                    continue
                result = read_result(course, name, outcome.task.student)
                record(result)
                results.append(result.scores_only())
                if outcome.seconds is not None:
                    seconds[result.student] = outcome.seconds
    return results, seconds, faults


def _say_what_came_out(console: Console, name: str, results: list[Result], reused: int, level: str) -> None:
    if not results:
        return
    console.print(
        f"{len(results)} submissions ({reused} unchanged since they were graded), seed {results[0].seed}; "
        f"isolation: {level}. Scores are in gradebook.db; next: `autograder feedback {name}`, "
        f"`autograder report {name}`.",
        soft_wrap=True,
        highlight=False,
    )
    broken = sorted({c.grade_id for r in results for c in r.cells if c.mistake == "check-failed"})
    if broken:
        console.print(
            f"[bold]{len(broken)} checks failed themselves[/], through no fault of a student: {', '.join(broken)}. "
            f"The report shows where. Mend them (is source/ in step? `autograder build --check`) and grade again.",
            soft_wrap=True,
            highlight=False,
        )


def table(name: str, results: list[Result], seconds: dict[str, float]) -> Table:
    """A row a student: score and what became of the graded cells."""
    grid = Table(title=name)
    for column, justify in (
        ("student", "left"),
        ("score", "right"),
        ("of", "right"),
        ("s", "right"),
        ("outcome", "left"),
    ):
        grid.add_column(column, justify=justify)
    for result in results:
        grid.add_row(
            result.student,
            f"{result.score:g}",
            f"{result.max_score:g}",
            f"{seconds[result.student]:.1f}" if result.student in seconds else "kept",
            outcome_in_words(result),
        )
    return grid


def outcome_in_words(result: Result) -> str:
    """Such as ``12 correct, 2 incorrect, 1 timed out``; the reason where it is invalid."""
    if result.status == "invalid":
        return f"invalid: {result.reason}"
    counts: dict[str, int] = {}
    for cell in result.cells:
        counts[cell.outcome] = counts.get(cell.outcome, 0) + 1
    words = [f"{count} {outcome}" for outcome, count in sorted(counts.items(), key=lambda item: -item[1])]
    return ", ".join(words)


def feedback(course: Course, name: str, console: Console | None = None) -> list[Path]:
    """Write the feedback pages."""
    from autograder.feedback import write_feedback

    results = _graded(course, name)
    paths = write_feedback(course.root, name, results, gradebook.read_manual(course.root, name))
    (console or Console()).print(
        f"{len(paths)} pages in feedback/STUDENT/{name}/", soft_wrap=True, highlight=False
    )
    return paths


def report(course: Course, name: str, console: Console | None = None) -> Path:
    """Write the class report."""
    from autograder.report import write_report

    results = (result.scores_only() for result in _graded(course, name))
    path = write_report(course.root, name, results, gradebook.read_manual(course.root, name))
    (console or Console()).print(
        f"the class: {path.relative_to(course.root)}", soft_wrap=True, highlight=False
    )
    return path


def _graded(course: Course, name: str) -> Iterator[Result]:
    if not any(course.results(name).glob("*.json")):
        raise UserError(f"nothing of {name} has been graded yet: run `autograder grade {name}` first.")
    return read_results(course.results(name))


class _Rate(ProgressColumn):
    """Submissions a minute, since the start."""

    def render(self, task: ProgressTask) -> Text:
        elapsed = task.finished_time if task.finished else task.elapsed
        return Text(f"{60 * task.completed / elapsed:.0f}/min" if elapsed and task.completed else "")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
