"""A course root with one small assignment, and results of it made by hand, for the gradebook's tests."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder.engine.result import CellResult, Result

REPOSITORY = Path(__file__).resolve().parent.parent
ASSIGNMENT = "01_doubling"
NOTEBOOK = "doubling"

STUB = 'def double(x):\n    """Twice x."""\n    raise NotImplementedError("double")'
SOLVED = 'def double(x):\n    """Twice x."""\n    return 2 * x'
ANSWER = "It flips because the index runs backwards."


def _meta(grade_id: str, *, points: float | None = None, solution: bool = False) -> dict:
    grade = points is not None
    meta = {
        "grade": grade,
        "grade_id": grade_id,
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return {"nbgrader": meta | ({"points": points} if grade else {})}


def source_notebook() -> NotebookNode:
    """The instructor's notebook: one exercise with two test cells, one answer in prose."""
    cells = [
        new_markdown_cell("# Doubling", id="text-000"),
        new_code_cell("import sys\nimport warnings", id="setup-001", metadata=_meta("setup-001")),
        new_code_cell(
            STUB.replace(
                'raise NotImplementedError("double")',
                "### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
            ),
            id="double",
            metadata=_meta("double", solution=True),
        ),
        new_code_cell(
            "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(-31) == -62, 'a negative number'\n"
            "### END HIDDEN TESTS",
            id="test_double",
            metadata=_meta("test_double", points=2) | {"title": "Any number"},
        ),
        new_code_cell(
            "assert double(0) == 0", id="test_double_zero", metadata=_meta("test_double_zero", points=1)
        ),
        new_markdown_cell("Why does it flip?", id="text-005"),
        new_markdown_cell(
            "### BEGIN SOLUTION\nThe model answer and its rubric.\n### END SOLUTION",
            id="explain_flip",
            metadata=_meta("explain_flip", points=3, solution=True),
        ),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = new_notebook(cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    notebook.nbformat_minor = 5
    return notebook


def make_course(root: Path) -> Path:
    """Lay out the course root: the project's own nbgrader settings and the small assignment's source."""
    folder = root / "source" / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(source_notebook(), folder / f"{NOTEBOOK}.ipynb")
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    return root


def submission(double: str = SOLVED, answer: str = ANSWER) -> NotebookNode:
    """A student's notebook: the release with answers filled in."""
    notebook = copy.deepcopy(source_notebook())
    for cell in notebook.cells:
        if cell.id == "double":
            cell.source = double
        elif cell.id == "explain_flip":
            cell.source = answer
        elif cell.id == "test_double":
            cell.source = "assert double(2) == 4"
    return notebook


def result(
    student: str = "ada",
    scores: tuple[float, float] = (2, 1),
    *,
    double: str = SOLVED,
    answer: str = ANSWER,
    status: str = "graded",
) -> Result:
    """What the engine returns for `submission`, with the given scores of its two test cells."""
    cells = []
    for grade_id, score, points in (("test_double", scores[0], 2), ("test_double_zero", scores[1], 1)):
        good = score == points
        outcome, message = ("correct", None) if good else ("incorrect", "is the sign kept?")
        cells.append(CellResult(grade_id, "double", grade_id, score, points, outcome, message))
    blank = answer.strip() in ("", "YOUR ANSWER HERE")
    cells.append(
        CellResult("explain_flip", "explain_flip", "Why", 0.0, 3.0, "not attempted" if blank else "manual")
    )
    if status == "invalid":
        for cell in cells:
            cell.score, cell.outcome = 0.0, "not attempted"
        return Result(student, ASSIGNMENT, status, "the file is not a notebook.", 1, cells)
    return Result(student, ASSIGNMENT, status, None, 1, cells, notebook=submission(double, answer))


def submit(root: Path, student: str, notebook: NotebookNode, timestamp: str | None = None) -> Path:
    """Put a notebook where nbgrader expects submissions."""
    folder = root / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{NOTEBOOK}.ipynb")
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp)
    return folder


def environment() -> dict[str, str]:
    """For a subprocess in the small course: it finds this repository's packages, no user's settings."""
    extra = os.environ.get("PYTHONPATH")
    paths = os.pathsep.join([str(REPOSITORY), *([extra] if extra else [])])
    return os.environ | {"PYTHONPATH": paths, "JUPYTER_NO_CONFIG": "1", "PYTHONWARNINGS": "ignore"}


def nbgrader(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run nbgrader by hand in the course root, as an instructor does."""
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=root,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
    )
