"""What is recorded is what nbgrader would have recorded, and what people gave is kept."""

from __future__ import annotations

import csv
import errno
import io
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from tiny_course import (
    ASSIGNMENT,
    NOTEBOOK,
    SOLVED,
    STUB,
    environment,
    make_course,
    nbgrader,
    result,
    submission,
    submit,
)

from autograder import database
from autograder.engine.result import CellResult
from autograder.errors import UserError
from autograder.export import export
from autograder.gradebook import GradebookError, ManualGrade, read_manual, read_scores, record
from autograder.release import environment_on_path

WRONG = "def double(x):\n    return abs(2 * x)"


@pytest.fixture(scope="session")
def recorded(tmp_path_factory) -> Path:
    """A course in which three students were recorded: right, half wrong and blank, unreadable."""
    root = make_course(tmp_path_factory.mktemp("recorded"))
    submit(root, "ada", submission(), "2026-11-16 10:00:00.000000 UTC")
    record(
        root,
        ASSIGNMENT,
        [
            result("ada"),
            result("bob", (0, 1), double=WRONG, answer="YOUR ANSWER HERE"),
            result("cleo", status="invalid"),
        ],
    )
    return root


@pytest.fixture
def root(recorded, tmp_path) -> Path:
    """A copy of it to write in."""
    return Path(shutil.copytree(recorded, tmp_path / "course"))


def rows(root: Path, query: str, *values: object) -> list[tuple]:
    connection = sqlite3.connect(root / "gradebook.db")
    try:
        found = connection.execute(query, values).fetchall()
        connection.commit()
        return found
    finally:
        connection.close()


def grades(root: Path, student: str) -> dict[str, tuple]:
    """grade_id -> (auto, manual, extra credit, waits for a person), as nbgrader's tables have it."""
    query = """
        SELECT base_cell.name, auto_score, manual_score, extra_credit, needs_manual_grade FROM grade
        JOIN base_cell ON base_cell.id = grade.cell_id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        WHERE student_id = ?"""
    return {name: tuple(rest) for name, *rest in rows(root, query, student)}


def give(root: Path, student: str, grade_id: str, score: float | None, *, extra: float | None = None) -> None:
    """Do what a person does in the formgrader."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "convnets") as book:
        grade = book.find_grade(grade_id, NOTEBOOK, ASSIGNMENT, student)
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = score, extra, False
        book.db.commit()


def comment(root: Path, student: str, grade_id: str, text: str) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}", "convnets") as book:
        book.find_comment(grade_id, NOTEBOOK, ASSIGNMENT, student).manual_comment = text
        book.db.commit()


def autograded(root: Path, student: str) -> nbformat.NotebookNode:
    return nbformat.read(root / "autograded" / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)


# ---------------------------------------------------------------------------------------
# Recording
# ---------------------------------------------------------------------------------------


def test_scores_go_to_nbgraders_tables(root):
    assert grades(root, "ada") == {
        "test_double": (2, None, None, 0),
        "test_double_zero": (1, None, None, 0),
        "explain_flip": (None, None, None, 1),
    }


def test_an_unchanged_answer_scores_nothing_and_waits_for_nobody(root):
    assert grades(root, "bob")["explain_flip"] == (0, None, None, 0)
    assert read_manual(root, ASSIGNMENT)["bob"] == {"explain_flip": ManualGrade(0.0, "No response.", False)}


def test_an_invalid_submission_scores_nothing_and_says_why(root):
    assert set(grades(root, "cleo").values()) == {(0, None, None, 0)}
    (comments,) = {grade.comment for grade in read_manual(root, ASSIGNMENT)["cleo"].values()}
    assert "the file is not a notebook" in comments
    shown = autograded(root, "cleo")
    assert "the file is not a notebook" in shown.cells[0].source
    assert {"test_double", "test_double_zero", "explain_flip"} <= {cell.id for cell in shown.cells}


def test_the_timestamp_is_the_submissions(root):
    stamps = dict(rows(root, "SELECT student_id, timestamp FROM submitted_assignment"))
    assert stamps["ada"].startswith("2026-11-16 10:00:00") and stamps["bob"] is None
    assert (root / "autograded/ada" / ASSIGNMENT / "timestamp.txt").is_file()


def test_a_timestamp_that_is_none_costs_nothing(root):
    submit(root, "ada", submission(), "yesterday, I think")
    record(root, ASSIGNMENT, [result("ada")])
    assert dict(rows(root, "SELECT student_id, timestamp FROM submitted_assignment"))["ada"] is None


def test_recording_again_changes_nothing(root):
    before = rows(root, "SELECT * FROM grade"), rows(root, "SELECT * FROM comment")
    text = (root / "autograded/ada" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_bytes()
    record(root, ASSIGNMENT, [result("ada"), result("cleo", status="invalid")])
    assert (rows(root, "SELECT * FROM grade"), rows(root, "SELECT * FROM comment")) == before
    assert (root / "autograded/ada" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_bytes() == text


def test_what_a_person_gave_is_kept(root):
    give(root, "ada", "explain_flip", 2.5, extra=0.5)
    give(root, "ada", "test_double_zero", 0.5)
    comment(root, "ada", "explain_flip", "Well said.")
    comment(root, "ada", "double", "Short and clear.")
    record(root, ASSIGNMENT, [result("ada")])
    assert grades(root, "ada")["explain_flip"] == (None, 2.5, 0.5, 0)
    assert read_manual(root, ASSIGNMENT)["ada"] == {
        "explain_flip": ManualGrade(3.0, "Well said.", False),
        "test_double_zero": ManualGrade(0.5, None, False),
        "double": ManualGrade(None, "Short and clear.", False),
    }
    (ada,) = (s for s in read_scores(root, ASSIGNMENT).students if s.student == "ada")
    assert ada.total == 2 + 0.5 + 3.0 and not ada.needs_grading


def test_a_graded_answer_that_changed_waits_again_with_its_points(root):
    give(root, "ada", "explain_flip", 2.5)
    record(root, ASSIGNMENT, [result("ada", answer="Now I think otherwise.")])
    assert grades(root, "ada")["explain_flip"] == (None, 2.5, None, 1)
    assert read_manual(root, ASSIGNMENT)["ada"]["explain_flip"] == ManualGrade(2.5, None, True)


def test_a_corrected_test_score_waits_again_where_the_automatic_one_changed(root):
    give(root, "bob", "test_double", 1)
    record(root, ASSIGNMENT, [result("bob", (2, 1), answer="YOUR ANSWER HERE")])
    assert grades(root, "bob")["test_double"] == (2, 1, None, 1)
    assert grades(root, "bob")["test_double_zero"] == (1, None, None, 0)


def test_a_blank_answer_that_was_written_later_waits(root):
    record(root, ASSIGNMENT, [result("bob", (0, 1), double=WRONG)])
    assert grades(root, "bob")["explain_flip"] == (None, None, None, 1)


def test_a_submission_that_became_readable_is_scored(root):
    record(root, ASSIGNMENT, [result("cleo")])
    assert grades(root, "cleo")["test_double"] == (2, None, None, 0)
    assert read_manual(root, ASSIGNMENT)["cleo"] == {"explain_flip": ManualGrade(None, None, True)}


def test_the_tables_have_the_version_that_nbgrader_gives_them(root):
    from nbgrader.api import get_alembic_version

    record(root, ASSIGNMENT, [])
    with environment_on_path():
        assert rows(root, "SELECT version_num FROM alembic_version") == [(get_alembic_version(),)]


def test_a_result_that_does_not_fit_is_refused_and_nothing_of_it_is_written(root):
    before = rows(root, "SELECT * FROM grade")
    strange, foreign, odd, nan = result("ada", (0, 0)), result("ada"), result("../ada"), result("ada")
    strange.cells.append(CellResult("test_triple", "triple", "Triple", 1, 1, "correct"))
    foreign.assignment = "02_pooling"
    nan.cells[0].score = float("nan")
    for wrong, words in (
        (strange, "test_triple"),
        (foreign, "02_pooling"),
        (odd, "folder"),
        (nan, "no number"),
    ):
        with pytest.raises(GradebookError, match=words):
            record(root, ASSIGNMENT, [wrong])
    assert rows(root, "SELECT * FROM grade") == before


def test_an_unknown_assignment_names_the_known(root):
    with pytest.raises(UserError, match=ASSIGNMENT):
        record(root, "07_unknown", [])


# ---------------------------------------------------------------------------------------
# The notebook that the formgrader shows
# ---------------------------------------------------------------------------------------


def test_the_autograded_notebook_has_the_instructors_metadata_and_the_verdicts(root):
    from nbgrader.nbgraderformat import MetadataValidator

    notebook = autograded(root, "bob")
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    by_id = {cell.id: cell for cell in notebook.cells}
    assert by_id["double"].source == WRONG
    assert by_id["test_double"].metadata.nbgrader.points == 2
    assert "HIDDEN TESTS" in by_id["test_double"].source
    assert by_id["test_double"].outputs[0].evalue == "0 of 2 points. is the sign kept?"
    assert by_id["test_double_zero"].outputs[0].text == "correct: 1 of 1 points\n"


def test_graders_see_the_rubric_below_the_answer(root):
    cells = autograded(root, "ada").cells
    at = next(n for n, cell in enumerate(cells) if cell.id == "explain_flip")
    assert "The model answer and its rubric." in cells[at + 1].source


def test_nothing_of_a_students_metadata_is_believed(root):
    hostile = result("ada")
    notebook = hostile.notebook
    notebook.metadata["kernelspec"] = {"name": "bash"}
    for cell in notebook.cells:
        if cell.id == "test_double":
            cell.source, cell.metadata.nbgrader.points = "pass", 99
            cell.outputs = [nbformat.v4.new_output("stream", text="correct: 99 points")]
        if cell.id == "explain_flip":
            cell.metadata.nbgrader.locked = True
    own = nbformat.v4.new_code_cell(
        "1 + 1", id="test_double", metadata={"tags": ["x"], "nbgrader": {"grade": True}}
    )
    notebook.cells += [notebook.cells[3], own, nbformat.v4.new_code_cell("2")]
    notebook.cells[-1].outputs = [{"output_type": "nonsense"}]
    del notebook.cells[4]
    record(root, ASSIGNMENT, [hostile])
    shown = autograded(root, "ada")
    nbformat.validate(shown)
    graded = [cell for cell in shown.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    assert [cell.id for cell in graded] == ["test_double", "test_double_zero", "explain_flip"]
    assert graded[0].metadata.nbgrader.points == 2 and graded[0].source.startswith("assert double(2)")
    assert "99" not in json.dumps(graded)
    assert shown.metadata.kernelspec.name == "python3"


# ---------------------------------------------------------------------------------------
# When things go wrong
# ---------------------------------------------------------------------------------------


def test_a_locked_gradebook_is_waited_for(root):
    holder = sqlite3.connect(root / "gradebook.db", check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    import threading

    timer = threading.Timer(1.0, holder.rollback)
    timer.start()
    record(root, ASSIGNMENT, [result("dora")])
    timer.join()
    assert "dora" in read_manual(root, ASSIGNMENT)


def test_a_gradebook_that_stays_locked_is_one_clear_sentence(root, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.3)
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.1)
    holder = sqlite3.connect(root / "gradebook.db")
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(GradebookError, match="is locked by another program") as caught:
        record(root, ASSIGNMENT, [result("ada", (0, 0))])
    assert "\n" not in str(caught.value)
    holder.rollback()
    assert grades(root, "ada")["test_double"] == (2, None, None, 0)


def test_a_full_disk_is_one_clear_sentence_and_keeps_what_was_there(root, monkeypatch):
    before = grades(root, "ada"), (root / "autograded/ada" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("autograder.gradebook.os.fsync", full)
        with pytest.raises(GradebookError, match="the disk is full"):
            record(root, ASSIGNMENT, [result("ada", (0, 0), double=WRONG)])
    after = grades(root, "ada"), (root / "autograded/ada" / ASSIGNMENT / f"{NOTEBOOK}.ipynb").read_bytes()
    assert after == before
    assert sorted(p.name for p in (root / "autograded/ada" / ASSIGNMENT).iterdir()) == [
        "doubling.ipynb",
        "timestamp.txt",
    ]


def test_a_database_that_cannot_grow_is_one_clear_sentence(root, monkeypatch):
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def no_room(connection, _) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    event.listen(Engine, "connect", no_room)
    try:
        with pytest.raises(GradebookError, match="the disk is full or failing"):
            record(root, ASSIGNMENT, [result(f"student{n}") for n in range(200)])
    finally:
        event.remove(Engine, "connect", no_room)
    assert rows(root, "PRAGMA integrity_check") == [("ok",)]


def test_what_is_no_gradebook_is_one_clear_sentence(root):
    (root / "gradebook.db").write_text("scores, by hand: ada 3, bob 1. " * 40)
    for use in (lambda: record(root, ASSIGNMENT, [result()]), lambda: read_manual(root, ASSIGNMENT)):
        with pytest.raises(GradebookError, match="no gradebook or is damaged"):
            use()
    assert (root / "gradebook.db").read_text().startswith("scores, by hand")


def test_a_half_made_database_is_made_whole(root):
    (root / "gradebook.db").unlink()
    (root / "gradebook.db").touch()
    assert not database.is_database(root / "gradebook.db")
    # What a first nbgrader command leaves that did not find alembic.
    rows(root, "CREATE TABLE student (id VARCHAR(128))")
    record(root, ASSIGNMENT, [result("ada")])
    assert rows(root, "SELECT count(*) FROM alembic_version") == [(1,)]
    assert grades(root, "ada")["test_double"][0] == 2


def change_source(root: Path, change) -> None:
    path = root / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


def test_changed_points_and_texts_reach_the_gradebook(root):
    def change(notebook) -> None:
        notebook.cells[3].metadata.nbgrader.points = 4
        notebook.cells[3].source += "\nassert double(5) == 10"

    change_source(root, change)
    again = result("ada", (2, 1))
    again.cells[0].max_score = 4.0
    record(root, ASSIGNMENT, [again])
    assert read_scores(root, ASSIGNMENT).points["test_double"] == 4
    assert grades(root, "bob")["test_double"] == (0, None, None, 0)


def test_added_cells_are_refused_once_there_are_submissions(root):
    def change(notebook) -> None:
        notebook.cells[4].metadata.nbgrader.grade_id = "test_double_nothing"

    change_source(root, change)
    again = result("ada")
    again.cells[1].grade_id = "test_double_nothing"
    with pytest.raises(GradebookError, match="new: test_double_nothing; gone: test_double_zero"):
        record(root, ASSIGNMENT, [again])
    assert "test_double_zero" in grades(root, "ada")


def test_a_run_that_is_killed_leaves_whole_submissions(recorded, tmp_path):
    root = Path(shutil.copytree(recorded, tmp_path / "course"))
    script = (
        "import sys; from pathlib import Path; from tiny_course import *; from autograder.gradebook import record\n"
        "results = [result(f's{n:03}') for n in range(400)]\n"
        "print('go', flush=True); record(Path(sys.argv[1]), ASSIGNMENT, results)"
    )
    environ = environment()
    environ["PYTHONPATH"] += f":{Path(__file__).parent}"
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(root)], env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + 60
        while not (root / "autograded/s010").is_dir():
            assert process.poll() is None and time.monotonic() < deadline, process.stderr.read()
            time.sleep(0.005)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        process.stderr.close()
    assert rows(root, "PRAGMA integrity_check") == [("ok",)]
    students = [student for (student,) in rows(root, "SELECT student_id FROM submitted_assignment")]
    assert 3 < len(students) < 403
    assert all(len(grades(root, student)) == 3 for student in students)
    record(root, ASSIGNMENT, [result(f"s{n:03}") for n in range(12)])
    assert not list(root.rglob("autograded/s0[01]*/**/.*"))
    assert read_scores(root, ASSIGNMENT).students[-1].total is not None


def test_a_kill_between_scores_and_notebook_does_not_hide_that_an_answer_changed(root, monkeypatch):
    give(root, "ada", "explain_flip", 2.5)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("autograder.gradebook.os.replace", killed)
        with pytest.raises(KeyboardInterrupt):
            record(root, ASSIGNMENT, [result("ada", answer="Another answer.")])
    record(root, ASSIGNMENT, [result("ada", answer="Another answer.")])
    assert grades(root, "ada")["explain_flip"] == (None, 2.5, None, 1)


def test_nothing_recorded_is_no_error_for_people_and_one_for_scores(tmp_path):
    root = make_course(tmp_path)
    assert read_manual(root, ASSIGNMENT) == {}
    with pytest.raises(GradebookError, match=f"autograder grade {ASSIGNMENT}"):
        read_scores(root, ASSIGNMENT)
    assert not (root / "gradebook.db").exists()


def test_a_course_in_a_folder_with_odd_characters_works(recorded, tmp_path):
    root = Path(shutil.copytree(recorded, tmp_path / "cours d'été #1 ?x=%20"))
    record(root, ASSIGNMENT, [result("dora")])
    assert "dora" in read_manual(root, ASSIGNMENT)


# ---------------------------------------------------------------------------------------
# Exporting
# ---------------------------------------------------------------------------------------


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


@pytest.fixture
def graded(root) -> Path:
    """People have graded, and know the students."""
    give(root, "ada", "explain_flip", 2.25, extra=0.5)
    rows(
        root,
        "UPDATE student SET first_name='Ada', last_name='Lovelace', email='ada@example.org' WHERE id='ada'",
    )
    rows(root, "UPDATE student SET first_name='=cmd()', last_name='+1' WHERE id='bob'")
    rows(root, "INSERT INTO student (id) VALUES ('zoe')")
    return root


def test_csv_has_a_row_a_student_and_a_column_a_cell(graded, tmp_path):
    path = export(graded, ASSIGNMENT, "csv", tmp_path / "scores.csv")
    ada, bob, cleo, zoe = table(path)
    assert list(ada) == [
        *("student", "last_name", "first_name", "email", "submitted_at"),
        *("test_double", "test_double_zero", "explain_flip", "total", "max_score", "needs_grading"),
    ]
    assert ada["explain_flip"] == "2.75" and ada["total"] == "5.75" and ada["max_score"] == "6"
    assert ada["submitted_at"] == "2026-11-16T10:00:00Z" and ada["needs_grading"] == "no"
    assert (bob["first_name"], bob["last_name"]) == ("'=cmd()", "'+1")
    assert cleo["total"] == "0"
    assert zoe["total"] == "" and zoe["test_double"] == ""


def test_json_has_the_same(graded):
    path = export(graded, ASSIGNMENT, "json")
    data = json.loads(path.read_text("utf-8"))
    assert path == graded / "exports" / f"{ASSIGNMENT}-json.json"
    assert data["max_score"] == 6 and data["points"]["explain_flip"] == 3
    assert data["students"][0]["cells"] == {"test_double": 2.0, "test_double_zero": 1.0, "explain_flip": 2.75}
    assert data["students"][1]["first_name"] == "=cmd()"


def test_canvas_finds_its_columns(graded):
    account = graded / "submitted/cleo" / ASSIGNMENT / "lms.json"
    account.parent.mkdir(parents=True)
    account.write_text('{"system": "canvas", "user": "4711", "name": "cleo"}')
    record(graded, ASSIGNMENT, [result("cleo", status="invalid")])
    points, ada, bob, cleo = table(export(graded, ASSIGNMENT, "canvas"))
    assert list(ada) == ["Student", "ID", "SIS Login ID", "Section", ASSIGNMENT]
    assert points["Student"].strip() == "Points Possible" and points[ASSIGNMENT] == "6"
    assert ada == {
        "Student": "Lovelace, Ada",
        "ID": "",
        "SIS Login ID": "ada",
        "Section": "",
        ASSIGNMENT: "5.75",
    }
    assert bob["Student"] == "'+1, =cmd()"
    assert cleo["ID"] == "4711"
    assert rows(graded, "SELECT lms_user_id FROM student WHERE id = 'cleo'") == [("4711",)]


def test_moodle_finds_its_columns(graded):
    (graded / "submitted/ada" / ASSIGNMENT / "lms.json").write_text(
        '{"system": "moodle", "user": "12345", "name": "Ada Lovelace"}'
    )
    ada, bob, _ = table(export(graded, ASSIGNMENT, "moodle"))
    assert ada.pop("Last modified (grade)").endswith("UTC")
    assert ada == {
        "Identifier": "Participant 12345",
        "Full name": "Ada Lovelace",
        "Email address": "ada@example.org",
        "Grade": "5.75",
        "Maximum grade": "6",
    }
    assert bob["Identifier"] == "" and bob["Full name"] == "'=cmd() +1"


def test_an_unknown_format_names_the_known(graded):
    with pytest.raises(ValueError, match="csv, canvas, moodle, json"):
        export(graded, ASSIGNMENT, "blackboard")


def test_nbgrader_export_agrees(graded):
    with_penalty = """UPDATE submitted_notebook SET late_submission_penalty = 1.5 WHERE assignment_id =
        (SELECT id FROM submitted_assignment WHERE student_id = 'ada')"""
    rows(graded, with_penalty)
    done = nbgrader(graded, "export")
    assert done.returncode == 0, done.stderr
    theirs = {
        row["student_id"]: (float(row["score"]), float(row["max_score"]))
        for row in table(graded / "grades.csv")
    }
    scores = read_scores(graded, ASSIGNMENT)
    assert {s.student: (s.total or 0.0, scores.max_score) for s in scores.students} == theirs
    assert theirs["ada"] == (4.25, 6)


def test_the_stub_is_the_release(recorded):
    """The small course is what `nbgrader generate_assignment` makes of it; see test_nbgrader.py."""
    (source,) = rows(recorded, "SELECT source FROM source_cell WHERE name = 'double'")[0]
    assert source == STUB != SOLVED
