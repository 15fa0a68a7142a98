"""Stock nbgrader works in this course, by hand, and agrees with what the grader records."""

from __future__ import annotations

import copy
import json
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from tiny_course import (
    ANSWER,
    ASSIGNMENT,
    NOTEBOOK,
    STUB,
    environment,
    make_course,
    nbgrader,
    result,
    submit,
)

from autograder.gradebook import ManualGrade, read_manual, record
from autograder.nbgrader_plugins import NamedStubs, clean_html

NOISY = """import logging
warnings.warn("deprecated, says a library")
print("2026-11-21 12:00:00.0: I tensorflow/core/util/port.cc:153] oneDNN operations are on.", file=sys.stderr)

def double(x):
    print("W0000 00:00:1700000000.000000 cuda_executor.cc] absl says something", file=sys.stderr)
    warnings.warn("RuntimeWarning: invalid value")
    return x + x
"""
WRONG = "def double(x):\n    return abs(2 * x)"


@pytest.fixture(scope="session")
def released(tmp_path_factory) -> Path:
    """A course after `nbgrader generate_assignment`, run by hand where PATH does not know the environment."""
    root = make_course(tmp_path_factory.mktemp("stock"))
    done = nbgrader(root, "generate_assignment", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture(scope="session")
def autograded(released) -> Path:
    """The same after `nbgrader autograde` of three submissions made out of the release."""
    for student, double, answer in (("ada", NOISY, ANSWER), ("bob", WRONG, ANSWER), ("cleo", None, None)):
        notebook = release_notebook(released)
        for cell in notebook.cells:
            if cell.id == "double" and double:
                cell.source = double
            if cell.id == "explain_flip" and answer:
                cell.source = answer
        if student == "ada":
            notebook.cells.insert(1, new_code_cell("import course.checking, autograder.checks", id="imports"))
        if student == "bob":
            # A deleted cell, and a copied one.
            notebook.cells = [cell for cell in notebook.cells if cell.id != "test_double_zero"]
            notebook.cells.append(
                copy.deepcopy(next(cell for cell in notebook.cells if cell.id == "test_double"))
            )
            notebook.cells[-1].id = "copied"
        submit(released, student, notebook, "2026-11-16 10:00:00.000000 UTC")
    done = nbgrader(released, "autograde", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    return released


def release_notebook(root: Path) -> nbformat.NotebookNode:
    return nbformat.read(root / "release" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)


def autograded_notebook(root: Path, student: str) -> nbformat.NotebookNode:
    return nbformat.read(root / "autograded" / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)


def all_grades(root: Path) -> list[tuple]:
    """Student, cell, automatic score, whether it waits for a person; and the comments."""
    connection = sqlite3.connect(root / "gradebook.db")
    try:
        of_student = """JOIN submitted_notebook ON submitted_notebook.id = {0}.notebook_id
            JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
            JOIN base_cell ON base_cell.id = {0}.cell_id ORDER BY student_id, name"""
        grades = "SELECT student_id, name, auto_score, needs_manual_grade, timestamp FROM grade "
        comments = "SELECT student_id, name, auto_comment, manual_comment FROM comment "
        return [
            *connection.execute(grades + of_student.format("grade")),
            *connection.execute(comments + of_student.format("comment")),
        ]
    finally:
        connection.close()


# ---------------------------------------------------------------------------------------
# Releasing
# ---------------------------------------------------------------------------------------


def test_stubs_name_their_exercise_and_nothing_else_is_left(released):
    notebook = release_notebook(released)
    by_id = {cell.id: cell for cell in notebook.cells}
    assert by_id["double"].source == STUB
    assert by_id["test_double"].source == "assert double(2) == 4"
    assert by_id["explain_flip"].source == "YOUR ANSWER HERE"
    text = nbformat.writes(notebook)
    for secret in ("BEGIN", "END SOLUTION", "HIDDEN", "-31", "return 2 * x", "model answer"):
        assert secret not in text


def test_cells_that_students_may_not_change_are_locked(released):
    by_id = {cell.id: cell.metadata for cell in release_notebook(released).cells}
    assert by_id["setup-001"].editable is False and by_id["test_double"].editable is False
    assert by_id["double"].deletable is False and "editable" not in by_id["double"]


def stubbed(source: str) -> str:
    """What the release has instead of a solution cell."""
    meta = {
        "grade": False,
        "solution": True,
        "locked": False,
        "grade_id": "Layer",
        "schema_version": 3,
        "task": False,
    }
    cell = new_code_cell(source, metadata={"nbgrader": meta})
    notebook, _ = NamedStubs().preprocess(nbformat.v4.new_notebook(cells=[cell]), {})
    return notebook.cells[0].source


def test_a_solution_without_a_region_is_an_error():
    with pytest.raises(RuntimeError, match="the solution cell Layer has no 'BEGIN SOLUTION'"):
        stubbed("class Layer:\n    pass")


def test_every_region_becomes_one_line_at_its_indentation():
    source = """class Layer:
    def forward(self, x):
        ### BEGIN SOLUTION
        y = 2 * x
        return y
        ### END SOLUTION

    def backward(self, g):
        scale = 2
        ### BEGIN SOLUTION
        return scale * g
        ### END SOLUTION"""
    assert stubbed(source).splitlines() == [
        "class Layer:",
        "    def forward(self, x):",
        '        raise NotImplementedError("Layer")',
        "",
        "    def backward(self, g):",
        "        scale = 2",
        '        raise NotImplementedError("Layer")',
    ]


# ---------------------------------------------------------------------------------------
# Grading by stock nbgrader
# ---------------------------------------------------------------------------------------


def test_standard_error_costs_nothing(autograded):
    of_ada = {name: score for student, name, score, *_ in all_grades(autograded) if student == "ada"}
    assert of_ada["test_double"] == 2 and of_ada["test_double_zero"] == 1


def test_a_deleted_test_cell_comes_back_and_a_copied_one_counts_once(autograded):
    notebook = autograded_notebook(autograded, "bob")
    graded = [
        cell.metadata.nbgrader.grade_id
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    ]
    assert sorted(graded) == ["explain_flip", "test_double", "test_double_zero"]


def test_kernels_find_the_course_and_the_checks(autograded):
    notebook = autograded_notebook(autograded, "ada")
    (cell,) = [cell for cell in notebook.cells if cell.id == "imports"]
    assert cell.execution_count and not cell.outputs


def test_stock_nbgrader_and_the_grader_agree(autograded, tmp_path):
    stock = all_grades(autograded)
    assert len(stock) == 3 * 3 + 3 * 2
    root = Path(shutil.copytree(autograded, tmp_path / "course"))
    results = [
        result("ada", double=NOISY),
        result("bob", (0, 1), double=WRONG),
        result("cleo", (0, 0), double=STUB, answer="YOUR ANSWER HERE"),
    ]
    # On top of what stock nbgrader recorded, and from the beginning.
    record(root, ASSIGNMENT, results)
    assert all_grades(root) == stock
    connection = sqlite3.connect(root / "gradebook.db")
    for table in ("grade", "comment", "submitted_notebook", "submitted_assignment"):
        connection.execute(f"DELETE FROM {table}")
    connection.commit()
    connection.close()
    shutil.rmtree(root / "autograded")
    record(root, ASSIGNMENT, results)
    assert all_grades(root) == stock


def test_stock_feedback_shows_no_hidden_test(autograded, tmp_path):
    root = Path(shutil.copytree(autograded, tmp_path / "course"))
    record(root, ASSIGNMENT, [result("dora", (0, 1), double=WRONG)])
    done = nbgrader(root, "generate_feedback", ASSIGNMENT)
    assert done.returncode == 0, done.stderr
    for student in ("ada", "bob", "dora"):
        page = (root / "feedback" / student / ASSIGNMENT / f"{NOTEBOOK}.html").read_text("utf-8")
        assert "Score: " in page
        for secret in ("HIDDEN", "-31", "-62", "model answer"):
            assert secret not in page, (student, secret)
    assert "AssertionError" in (root / "feedback/bob" / ASSIGNMENT / f"{NOTEBOOK}.html").read_text("utf-8")
    assert "is the sign kept?" in (root / "feedback/dora" / ASSIGNMENT / f"{NOTEBOOK}.html").read_text(
        "utf-8"
    )


# ---------------------------------------------------------------------------------------
# The formgrader
# ---------------------------------------------------------------------------------------


@contextmanager
def formgrader(root: Path) -> Iterator[Callable]:
    """A Jupyter server with the formgrader on a free port of this machine; ended afterwards."""
    runtime = root / "runtime"
    runtime.mkdir()
    token = uuid.uuid4().hex
    command = [
        *(
            sys.executable,
            "-m",
            "jupyter_server",
            "--no-browser",
            "--allow-root",
            "--ip=127.0.0.1",
            "--port=0",
        ),
        *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}"),
        '--ServerApp.jpserver_extensions={"nbgrader.server_extensions.formgrader": True}',
    ]
    with (root / "server.log").open("w") as log:
        environ = environment() | {"JUPYTER_RUNTIME_DIR": str(runtime)}
        process = subprocess.Popen(command, cwd=root, env=environ, stdout=log, stderr=subprocess.STDOUT)
        try:
            address = _address(runtime, process)

            def call(path: str, method: str = "GET", data: dict | None = None) -> str:
                request = urllib.request.Request(
                    f"{address}formgrader/{path}",
                    method=method,
                    headers={"Authorization": f"token {token}"},
                    data=json.dumps(data).encode() if data is not None else None,
                )
                with urllib.request.urlopen(request, timeout=30) as answer:
                    return answer.read().decode()

            yield call
        finally:
            process.terminate()
            process.wait(timeout=20)


def _address(runtime: Path, process: subprocess.Popen) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            try:
                return json.loads(path.read_text())["url"]
            except ValueError:
                pass
        time.sleep(0.1)
    raise AssertionError("the server did not start")


def test_the_formgrader_shows_and_takes_grades(released, tmp_path):
    root = Path(shutil.copytree(released, tmp_path / "course", ignore=shutil.ignore_patterns("autograded")))
    hostile = result("eve", answer="Because <script>steal()</script> <img src=x onerror=steal()> of $a<b$.")
    extra = new_code_cell(
        "1", id="html", outputs=[new_output("display_data", {"text/html": "<script>steal()</script>"})]
    )
    link = new_markdown_cell("[x](javascript:steal()) <input id='test_double' class='score'>", id="link")
    hostile.notebook.cells += [extra, link]
    record(root, ASSIGNMENT, [result("ada"), result("cleo", status="invalid"), hostile])
    with formgrader(root) as call:
        listed = {
            row["student"]: row
            for row in json.loads(call(f"api/submitted_notebooks/{ASSIGNMENT}/{NOTEBOOK}"))
        }
        assert {student: row["score"] for student, row in listed.items()} == {"ada": 3, "cleo": 0, "eve": 3}
        assert listed["ada"]["needs_manual_grade"] and not listed["cleo"]["needs_manual_grade"]
        for path in (
            f"gradebook/{ASSIGNMENT}/{NOTEBOOK}",
            f"manage_submissions/{ASSIGNMENT}",
            "manage_assignments",
        ):
            assert "nbgrader" in call(path)
        assert json.loads(call(f"api/submissions/{ASSIGNMENT}"))[0]["max_score"] == 6

        page = call(f"submissions/{listed['ada']['id']}/")
        assert page.count('class="score tabbable"') == 3 and page.count('class="comment tabbable"') == 2
        assert "correct: 2 of 2 points" in page and ANSWER in page and "model answer" in page
        assert "the file is not a notebook" in call(f"submissions/{listed['cleo']['id']}/")
        page = call(f"submissions/{listed['eve']['id']}/")
        for active in ("<script>steal", "onerror", 'href="javascript', "<input id='test_double' class"):
            assert active not in page

        grades = {
            row["name"]: row for row in json.loads(call(f"api/grades?submission_id={listed['ada']['id']}"))
        }
        comments = {
            row["name"]: row for row in json.loads(call(f"api/comments?submission_id={listed['ada']['id']}"))
        }
        given = {"manual_score": 2.5, "extra_credit": 0.5}
        assert not json.loads(call(f"api/grade/{grades['explain_flip']['id']}", "PUT", given))[
            "needs_manual_grade"
        ]
        call(f"api/comment/{comments['explain_flip']['id']}", "PUT", {"manual_comment": "Well said."})

        wanted = {"explain_flip": ManualGrade(3.0, "Well said.", False)}
        assert read_manual(root, ASSIGNMENT)["ada"] == wanted
        # Recorded again while the server runs: what the person gave is kept, and the server shows the rest.
        record(root, ASSIGNMENT, [result("ada", (0, 1))])
        assert read_manual(root, ASSIGNMENT)["ada"] == wanted
        (row,) = [row for row in json.loads(call(f"api/submissions/{ASSIGNMENT}")) if row["student"] == "ada"]
        assert row["score"] == 0 + 1 + 3
        with pytest.raises(urllib.error.HTTPError):
            call("submissions/nonsense/")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<p>plain <b>bold</b></p>", "<p>plain <b>bold</b></p>"),
        ('<h2 id="x">Title</h2>', "<h2>Title</h2>"),
        (
            '<table class="dataframe"><tbody><tr><td>1</td></tr></tbody></table>',
            '<table class="dataframe"><tbody><tr><td>1</td></tr></tbody></table>',
        ),
        ('<img src="data:image/png;base64,AA==" alt="a">', '<img src="data:image/png;base64,AA==" alt="a">'),
        ('<img src="https://example.org/track.png">', "<img>"),
        ('<a href="javascript:alert(1)">x</a>', "<a>x</a>"),
        ('<a href="data:text/html,x">x</a>', "<a>x</a>"),
        ("<div style='position:fixed' onclick='x()'>y</div>", "<div>y</div>"),
        ("<script>x()</script>", "&lt;script&gt;x()&lt;/script&gt;"),
        ("<iframe src='/formgrader'></iframe>", "&lt;iframe src='/formgrader'&gt;&lt;/iframe&gt;"),
        ("<div class='score tabbable'>9</div>", "<div>9</div>"),
    ],
)
def test_html_of_students_is_shown_and_does_nothing(given, kept):
    assert clean_html(given) == kept
