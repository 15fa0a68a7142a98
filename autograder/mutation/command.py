"""The command ``autograder check``: studies, their pages, and what they came to."""

from __future__ import annotations

from pathlib import Path

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from autograder.course import Course
from autograder.files import only_one
from autograder.mutation import gate
from autograder.mutation.study import SEARCH_SECONDS, SEEDS, Study, study

__all__ = ["check"]


def check(
    course: Course,
    names: list[str],
    *,
    jobs: int | None = None,
    seeds: int = SEEDS,
    search_seconds: float = SEARCH_SECONDS,
    again: bool = False,
    only: list[str] | None = None,
    json_file: Path | None = None,
    console: Console | None = None,
) -> list[Study]:
    """Study the checks of assignments, and write a page, a JSON file and the gate's record for each.

    Parameters are those of the command ``autograder check``.
    """
    from autograder.mutation import page

    console = console or Console()
    studies = []

    def waiting() -> None:
        console.print("another run works in this course: waiting until it has ended")

    with only_one(course.root / "results" / ".checks" / ".lock", waiting):
        for name in [course.require(name) for name in names] or course.assignments:
            with _progress(console) as bar:
                row = bar.add_task(name, total=None)

                def tell(what: str, done: int, of: int, name: str = name, bar=bar, row=row) -> None:
                    bar.update(row, description=f"{name}: {what}", completed=done, total=of)

                found = study(
                    course,
                    name,
                    jobs=jobs,
                    seeds=seeds,
                    search_seconds=search_seconds,
                    again=again,
                    only=only or (),
                    tell=tell,
                )
            studies.append(found)
            written = page.write(course, found)
            if seeds >= SEEDS and not only:
                gate.record(course, found)
            _say(console, found)
            console.print(
                f"page: {written.relative_to(course.root)}; "
                f"{found.graded} verdicts in {found.seconds:.0f} s, {found.kept} kept from before\n",
                soft_wrap=True,
                highlight=False,
            )
    if json_file is not None:
        page.write_json(json_file.resolve(), studies)
    return studies


def passed(found: Study) -> bool:
    """Whether the checks can be trusted as they are."""
    low = any(exercise.score < gate.LEAST for exercise in found.exercises)
    return not (low or found.problems or found.records or found.right_failed or found.wrong_missed)


def _say(console: Console, found: Study) -> None:
    grid = Table(title=found.name, box=box.SIMPLE, padding=(0, 1, 0, 0))
    grid.add_column("exercise", no_wrap=True)
    for column in ("mutants", "caught", "equal", "alive", "score", "right", "wrong"):
        grid.add_column(column, justify="right")
    for exercise in found.exercises:
        right = [trial for trial in exercise.bank if trial.right]
        wrong = [trial for trial in exercise.bank if not trial.right]
        grid.add_row(
            exercise.name,
            str(len(exercise.mutants)),
            str(exercise.killed),
            str(exercise.equivalents),
            str(len(exercise.survivors)),
            f"{exercise.score:.3f}" + ("" if exercise.score >= gate.LEAST else " !"),
            f"{sum(not t.problems for t in right)}/{len(right)}",
            f"{sum(not t.problems for t in wrong)}/{len(wrong)}",
        )
    console.print(grid)
    lines = [*found.problems, *found.records]
    lines += [
        f"{exercise}: the right answer {t.name!r}: {t.problems[0]}" for exercise, t in found.right_failed
    ]
    lines += [
        f"{exercise}: the wrong answer {t.name!r}: {t.problems[0]}" for exercise, t in found.wrong_missed
    ]
    for line in lines[:12]:
        console.print(f"! {line}", soft_wrap=True, highlight=False, markup=False)
    if len(lines) > 12:
        console.print(f"… and {len(lines) - 12} more; the page has all of them.")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
