"""The sample class from start to end, in a course root of its own: ``demo/``."""

from __future__ import annotations

import shutil

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from autograder import export, run, sample
from autograder.course import Course
from autograder.engine.result import Result

ASSIGNMENTS = (
    "01_convolution",
    "02_pooling",
    "03_keras_cnn",
    "04_augmentation",
    "05_architectures",
    "06_resnet_transfer",
)
_COPIED = ("source", "release")


def main(course: Course, *, jobs: int | None = None) -> int:
    """Make the class, grade it, write feedback, report and scores, and say where they are."""
    console = Console()
    demo = Course(course.root / "demo")
    for folder in _COPIED:
        shutil.copytree(course.root / folder, demo.root / folder, dirs_exist_ok=True)
    shutil.copyfile(course.root / "nbgrader_config.py", demo.root / "nbgrader_config.py")
    shutil.rmtree(demo.root / "submitted", ignore_errors=True)
    for name in ASSIGNMENTS:
        console.rule(name)
        stories = sample.write_class(demo, name, demo.root / "submitted")
        console.print(f"{len(stories)} sample submissions written to demo/submitted/")
        # The sample class is ours, so the demo need not refuse where nothing confines it.
        results = run.grade(
            demo, name, jobs=jobs, seed=2026, required="process", console=console, show_table=False
        )
        console.print(_table(name, results, stories))
        run.feedback(demo, name, console)
        run.report(demo, name, console)
        export.export(demo.root, name, "csv", None)
    console.rule("where to look")
    for name in ASSIGNMENTS:
        notebook = name.split("_", 1)[1]
        console.print(f"  the class     demo/reports/{name}.html", highlight=False)
        console.print(f"  a student     demo/feedback/many-mistakes/{name}/{notebook}.html", highlight=False)
    console.print(
        "  the gradebook demo/gradebook.db (cd demo; ../.venv/bin/jupyter lab, then Nbgrader > Formgrader)"
    )
    return 0


def _table(name: str, results: list[Result], stories: dict[str, str]) -> Table:
    by_student = {result.student: result for result in results}
    grid = Table(title=f"{name}: the sample class", box=SIMPLE)
    grid.add_column("what was handed in", max_width=38)
    grid.add_column("score", justify="right", no_wrap=True)
    grid.add_column("what came out")
    for student, story in stories.items():
        result = by_student[student]
        score = f"{result.score:g}/{result.max_score:g}"
        grid.add_row(f"[bold]{student}[/]\n{story}", score, run.outcome_in_words(result))
    return grid
