"""Stock `nbgrader autograde` gives honest submissions the scores that this grader gives them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from small import ROOT, scores

from autograder import assignment, demo, sample
from autograder.assignment import Assignment
from autograder.course import Course, notebook_file
from autograder.engine import supervise
from autograder.engine.launch import Launcher

COURSE = Course(ROOT)
HONEST = ("right-other-1", "many-mistakes")


def without_illustrations(content: bytes) -> str:
    """A notebook without the cells that only show something: stock nbgrader would train for minutes."""
    notebook = nbformat.reads(content.decode(), as_version=4)
    notebook.cells = [cell for cell in notebook.cells if "illustration" not in cell.metadata.get("tags", [])]
    return nbformat.writes(notebook)


@pytest.mark.parametrize("name", demo.ASSIGNMENTS)
def test_the_same_score_in_every_cell(
    name: str, tmp_path: Path, launcher_of: Callable[[Assignment], Launcher]
):
    from nbgrader.api import Gradebook

    for part in ("source", "release"):
        shutil.copytree(ROOT / part / name, tmp_path / part / name)
    shutil.copyfile(ROOT / "nbgrader_config.py", tmp_path / "nbgrader_config.py")
    handed_in = {s.student: s.content for s in sample.make_class(COURSE, name) if s.student in HONEST}
    for student, content in handed_in.items():
        path = tmp_path / "submitted" / student / name / notebook_file(name)
        path.parent.mkdir(parents=True)
        path.write_text(without_illustrations(content), "utf-8")
    folder = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    # Stock nbgrader knows the cells once it has released them.
    for command in ("generate_assignment", "autograde"):
        more = ["--create", "--force"] if command == "generate_assignment" else ["--create"]
        done = subprocess.run(
            [str(folder / "nbgrader"), command, name, *more],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert done.returncode == 0, done.stderr[-3000:]
    task = assignment.load(COURSE, name)
    machine = {cell.grade_id for cell in task.tests}
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as book:
        for student, content in handed_in.items():
            notebook = book.find_submission_notebook(name.split("_", 1)[1], name, student)
            stock = {grade.name: grade.auto_score for grade in notebook.grades if grade.name in machine}
            # Hidden checks under stock draw from seed 0.
            ours = scores(supervise.grade(task, content, student, 0, launcher_of(task)))
            assert stock == {grade_id: ours[grade_id] for grade_id in machine}, student
