"""The commands that grade and tell: each does one thing and says where the result lies."""

from __future__ import annotations

import os
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from autograder import gradebook
from autograder.classroom import find_submissions, grade_class, to_json
from autograder.course import Course
from autograder.engine import probe
from autograder.engine.launch import layers_here
from autograder.engine.result import Result, read_results
from autograder.errors import UserError
from autograder.files import write_atomically


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
) -> list[Result]:
    """Grade, record in the gradebook, and print a table.

    Parameters are those of the command ``autograder grade``; `required` is its ``--isolation``.

    Raises
    ------
    UserError
        Where this machine confines students' code less than is required.
    """
    require_isolation(required)
    console = console or Console()
    tasks = find_submissions((submissions or course.root / "submitted").resolve(), name, students)
    reused = 0
    with _progress(console) as bar:
        row = bar.add_task(f"grading {name}", total=len(tasks))

        def told(result: Result, kept: bool) -> None:
            nonlocal reused
            reused += kept
            bar.advance(row)

        results = grade_class(course, name, tasks, seed=seed, jobs=jobs, regrade=regrade, progress=told)
    gradebook.record(course.root, name, results)
    if json_file is not None:
        write_atomically(json_file.resolve(), to_json(name, results, isolation()))
    if show_table:
        console.print(table(name, results))
    console.print(
        f"{len(results)} submissions ({reused} unchanged since they were graded), seed {results[0].seed}; "
        f"isolation: {isolation()['level']}. Scores are in gradebook.db; next: `autograder feedback {name}`, "
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
    return results


def isolation() -> dict[str, object]:
    """How far the student's code is confined here: found by trying, once a run."""
    layers = layers_here()
    return {"level": probe.level(layers), "layers": {name: layer.ok for name, layer in layers.items()}}


def require_isolation(level: str | None = None) -> None:
    """Refuse to grade where students' code is confined less than this.

    Parameters
    ----------
    level : str, optional
        One of `probe.LEVELS`; by default what ``AUTOGRADER_ISOLATION`` says, or "partial".

    Raises
    ------
    UserError
        Saying what is missing and what to do.
    """
    level = level or os.environ.get("AUTOGRADER_ISOLATION") or "partial"
    if level not in probe.LEVELS:
        raise UserError(f"there is no isolation level {level!r}; there is {', '.join(probe.LEVELS)}.")
    layers = layers_here()
    here = probe.level(layers)
    if probe.LEVELS.index(here) < probe.LEVELS.index(level):
        missing = "; ".join(f"{name}: {layer.detail}" for name, layer in layers.items() if not layer.ok)
        raise UserError(
            f"this machine confines students' code to level {here!r}, and {level!r} is required ({missing}): grade "
            f"on Linux 5.13 or newer, or add `--isolation {here}` if you trust every submission."
        )


def table(name: str, results: list[Result]) -> Table:
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
            f"{result.seconds:.1f}",
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

    path = write_report(course.root, name, _graded(course, name), gradebook.read_manual(course.root, name))
    (console or Console()).print(
        f"the class: {path.relative_to(course.root)}", soft_wrap=True, highlight=False
    )
    return path


def _graded(course: Course, name: str) -> list[Result]:
    results = read_results(course.results(name))
    if not results:
        raise UserError(f"nothing of {name} has been graded yet: run `autograder grade {name}` first.")
    return results


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
