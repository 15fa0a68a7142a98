"""Results -> nbgrader's gradebook and autograded notebooks, and people's grades back.

What is written here is what `nbgrader autograde` would have written: the formgrader,
``nbgrader generate_feedback`` and ``nbgrader export`` work on it unchanged.  The
assignment's cells are registered by nbgrader's own preprocessors.

nbgrader takes seconds to import, so that it is imported where it is used.
"""

from __future__ import annotations

import copy
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.autograded import Master, grade_id_of
from autograder.course import Course, notebook_file
from autograder.database import (
    DATABASE,
    GradebookError,
    database_url,
    disk_errors,
    fixed_ids,
    is_database,
    open_gradebook,
    patiently,
)
from autograder.engine.result import Result

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from nbgrader.api import Gradebook

__all__ = [
    "GradebookError",
    "ManualGrade",
    "Scores",
    "StudentScores",
    "read_manual",
    "read_scores",
    "record",
    "recorder",
]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ManualGrade:
    """What a person decided about one cell.

    Parameters
    ----------
    score : float or None
        The points that count now, extra credit included; None where nobody has given any.
    comment : str or None
        What the person (or, for an empty answer, nbgrader) wrote beside it.
    needs_grading : bool
        Whether the cell waits for a person: not yet graded, or changed since.
    """

    score: float | None
    comment: str | None
    needs_grading: bool


@dataclass(frozen=True)
class StudentScores:
    """One row of the gradebook.

    Parameters
    ----------
    student : str
        The id.
    first_name, last_name, email, lms_user_id : str or None
        As the gradebook has them.
    timestamp : datetime or None
        When it was handed in, in UTC without a time zone, as nbgrader keeps it.
    submitted : bool
        Whether a submission is recorded; without one, `cells` is empty and `total` is None.
    cells : dict
        Points by grade_id.
    total : float or None
        The sum, less a late penalty that nbgrader assigned.
    needs_grading : bool
        Whether a cell waits for a person.
    """

    student: str
    first_name: str | None
    last_name: str | None
    email: str | None
    lms_user_id: str | None
    timestamp: datetime | None
    submitted: bool
    cells: dict[str, float]
    total: float | None
    needs_grading: bool


@dataclass(frozen=True)
class Scores:
    """An assignment's part of the gradebook.

    Parameters
    ----------
    points : dict
        Points that can be earned, by grade_id, in the notebook's order.
    students : list of StudentScores
        In order of id; also those without a submission.
    """

    assignment: str
    points: dict[str, float]
    students: list[StudentScores]

    @property
    def max_score(self) -> float:
        """Points that can be earned in all."""
        return sum(self.points.values())


# ---------------------------------------------------------------------------------------
# Writing
# ---------------------------------------------------------------------------------------


def record(course_root: Path, assignment: str, results: Iterable[Result]) -> None:
    """Write results into ``gradebook.db`` and ``autograded/``; see `recorder`."""
    with recorder(course_root, assignment) as write:
        for result in results:
            write(result)


@contextmanager
def recorder(course_root: Path, assignment: str) -> Iterator[Callable[[Result], None]]:
    """Open the gradebook, bring the assignment's cells in it into step, and write results one by one.

    Each submission is one transaction: a run that is killed leaves every submission either as
    it was or as it is now, and running again completes the rest.  What people have given
    stays: points, extra credit and comments.  As in nbgrader, a cell that a person has graded
    waits for that person again where its automatic score or its answer is not what it was.

    Parameters
    ----------
    course_root : Path
        The folder that holds ``source/`` and ``gradebook.db``.
    assignment : str
        Such as ``01_convolution``.

    Yields
    ------
    callable
        Takes a `Result` of this assignment.

    Raises
    ------
    GradebookError
        Where the gradebook is locked, damaged or of another version, the disk is full, the
        assignment's cells changed since it was graded, or a result does not fit them.
    """
    course_root = Path(course_root)
    master = Master.load(course_root, assignment)
    with open_gradebook(course_root) as book, fixed_ids():
        patiently(course_root, book, lambda: _register(course_root, book, master))

        def write(result: Result) -> None:
            _refuse_stranger(assignment, result)
            master.refuse_mismatch(result)
            _record_one(course_root, book, master, result)

        yield write


def _refuse_stranger(assignment: str, result: Result) -> None:
    if result.assignment != assignment:
        raise GradebookError(
            f"the result of {result.student} is of {result.assignment}, not of {assignment}."
        )
    if not result.student or result.student != Path(result.student).name or result.student.startswith("."):
        raise GradebookError(
            f"{result.student!r} cannot be a student's id: it has to be the name of a folder."
        )


def _record_one(course_root: Path, book: Gradebook, master: Master, result: Result) -> None:
    """One submission: prepare its notebook, commit its scores, then put the notebook in place.

    The scores go first: were the run killed between the two, the next run still sees the old
    notebook, and that the answer changed.
    """
    folder = course_root / "autograded" / result.student / master.assignment
    target = folder / notebook_file(master.assignment)
    submitted = course_root / "submitted" / result.student / master.assignment
    new, old = master.autograded(result), _read_notebook(target)
    stamp = _timestamp(submitted)
    lms = _lms(submitted)
    with disk_errors(target):
        folder.mkdir(parents=True, exist_ok=True)
        prepared = _prepare(folder, target.name, _text(new))
    try:
        patiently(
            course_root,
            book,
            lambda: _write_grades(book, master, result, master.answers(new), master.answers(old), stamp, lms),
        )
        with disk_errors(target):
            os.replace(prepared, target)
            _copy_timestamp(submitted, folder)
    finally:
        prepared.unlink(missing_ok=True)


def _write_grades(
    book: Gradebook,
    master: Master,
    result: Result,
    answers: dict[str, str],
    old_answers: dict[str, str] | None,
    timestamp: datetime | None,
    lms: dict[str, str],
) -> None:
    """The transaction."""
    from nbgrader import api

    db = book.db
    # A plain transaction would let the formgrader write between what is read here and what is written.
    db.connection().exec_driver_sql("BEGIN IMMEDIATE")
    student = db.get(api.Student, result.student) or api.Student(id=result.student)
    if lms.get("system") == "canvas" and not student.lms_user_id:
        student.lms_user_id = lms.get("user")
    assignment = db.query(api.Assignment).filter_by(name=master.assignment).one()
    notebook = db.query(api.Notebook).filter_by(name=master.name, assignment_id=assignment.id).one()
    submission = db.query(api.SubmittedAssignment).filter_by(
        assignment_id=assignment.id, student_id=result.student
    ).one_or_none() or api.SubmittedAssignment(assignment=assignment, student=student)
    submission.timestamp = timestamp
    db.add_all([student, submission])
    submitted = next((n for n in submission.notebooks if n.notebook_id == notebook.id), None)
    if submitted is None:
        submitted = api.SubmittedNotebook(notebook=notebook, assignment=submission)
        db.add(submitted)
    db.flush()

    grades = {grade.cell_id: grade for grade in submitted.grades}
    by_id = {cell.grade_id: cell for cell in result.cells}
    for cell in notebook.grade_cells:
        grade = grades.get(cell.id)
        first = grade is None
        if first:
            grade = api.Grade(cell_id=cell.id, notebook=submitted)
            db.add(grade)
        of = by_id.get(cell.name)
        auto = master.auto_score(cell.name, of, result, answers)
        exercise = cell.name if of is None else of.exercise
        changed = (
            first
            or old_answers is None
            or auto != grade.auto_score
            or answers.get(exercise) != old_answers.get(exercise)
        )
        grade.auto_score = auto
        if changed:
            grade.needs_manual_grade = grade.manual_score is not None or auto is None
    comments = {comment.cell_id: comment for comment in submitted.comments}
    for cell in notebook.solution_cells:
        comment = comments.get(cell.id)
        if comment is None:
            comment = api.Comment(cell_id=cell.id, notebook=submitted)
            db.add(comment)
        comment.auto_comment = master.auto_comment(cell.name, result, answers)
    db.commit()


def _register(course_root: Path, book: Gradebook, master: Master) -> None:
    """Bring the assignment's cells in the gradebook into step with the source, by nbgrader's SaveCells."""
    from nbgrader import api
    from nbgrader.preprocessors import SaveCells

    if master.in_step(book):
        return
    assignment = book.db.query(api.Assignment).filter_by(name=master.assignment).one_or_none()
    notebook = next((n for n in assignment.notebooks if n.name == master.name), None) if assignment else None
    if notebook is not None and notebook.submissions:
        recorded = {cell.name for cell in notebook.source_cells}
        added, gone = (sorted(set(master.cells) - recorded), sorted(recorded - set(master.cells)))
        if added or gone:
            parts = [f"new: {', '.join(added)}"] * bool(added) + [f"gone: {', '.join(gone)}"] * bool(gone)
            raise GradebookError(
                f"the cells of {master.assignment} are not those that were graded before ({'; '.join(parts)}), "
                f"and {DATABASE} holds {len(notebook.submissions)} submissions with scores and comments. Undo "
                f"the change in course/assignments; or move {DATABASE} aside and grade everything again."
            )
    book.update_or_create_assignment(master.assignment)
    resources = {
        "nbgrader": {
            "assignment": master.assignment,
            "notebook": master.name,
            "student": ".",
            "db_url": database_url(course_root),
        }
    }
    SaveCells().preprocess(copy.deepcopy(master.notebook), resources)
    book.db.expire_all()


# ---------------------------------------------------------------------------------------
# Reading
# ---------------------------------------------------------------------------------------


def read_manual(course_root: Path, assignment: str) -> dict[str, dict[str, ManualGrade]]:
    """What people have given, and what still waits for them.

    Parameters
    ----------
    course_root : Path
        The folder that holds ``gradebook.db``.
    assignment : str
        Such as ``01_convolution``.

    Returns
    -------
    dict
        Student -> grade_id -> grade: of every hand-graded cell, of every test cell whose
        points a person set or raised (or that waits for it), and of every answer cell that
        has a comment and no points of its own (`score` is then None).  Empty where nothing
        is recorded.

    Raises
    ------
    GradebookError
        Where the gradebook cannot be read.
    """
    course_root = Path(course_root)
    if not is_database(course_root / DATABASE):
        return {}
    with open_gradebook(course_root) as book:
        return patiently(course_root, book, lambda: _manual(book, assignment))


def _manual(book: Gradebook, assignment: str) -> dict[str, dict[str, ManualGrade]]:
    found: dict[str, dict[str, ManualGrade]] = {}
    for submission in _submissions(book, assignment):
        mine = found.setdefault(submission.student_id, {})
        for notebook in submission.notebooks:
            by_hand_cells = {c.id for c in notebook.notebook.grade_cells if c.cell_type == "markdown"}
            comments = {c.name: c.manual_comment or c.auto_comment or None for c in notebook.comments}
            written = {c.name: c.manual_comment for c in notebook.comments if c.manual_comment}
            for grade in notebook.grades:
                by_person = grade.manual_score is not None or bool(grade.extra_credit)
                by_hand = grade.cell_id in by_hand_cells
                if by_hand or by_person or grade.needs_manual_grade:
                    given = grade.manual_score if grade.manual_score is not None else grade.auto_score
                    score = None if given is None else given + (grade.extra_credit or 0.0)
                    mine[grade.name] = ManualGrade(
                        score, comments.get(grade.name), bool(grade.needs_manual_grade)
                    )
            for name, comment in written.items():
                mine.setdefault(name, ManualGrade(None, comment, False))
    return found


def read_scores(course_root: Path, assignment: str) -> Scores:
    """Everybody's points, with what people have given.

    Raises
    ------
    GradebookError
        Where nothing is recorded of this assignment, or the gradebook cannot be read.
    """
    course_root = Path(course_root)
    nothing = GradebookError(
        f"no scores of {assignment} are recorded yet: run `autograder grade {assignment}` first."
    )
    if not is_database(course_root / DATABASE):
        raise nothing
    # The tables keep no order of the cells.
    source = _read_notebook(Course(course_root).source(assignment))
    order = {grade_id_of(cell): n for n, cell in enumerate(source.cells)} if source else {}
    with open_gradebook(course_root) as book:
        scores = patiently(course_root, book, lambda: _scores(book, assignment, order))
    if scores is None:
        raise nothing
    return scores


def _scores(book: Gradebook, assignment: str, order: dict[str, int]) -> Scores | None:
    from nbgrader import api

    row = book.db.query(api.Assignment).filter_by(name=assignment).one_or_none()
    if row is None or not row.submissions:
        return None
    graded = {cell.name: cell.max_score for notebook in row.notebooks for cell in notebook.grade_cells}
    points = {name: graded[name] for name in sorted(graded, key=lambda name: order.get(name, len(order)))}
    submissions = {s.student_id: s for s in row.submissions}
    students = []
    for student in sorted(book.db.query(api.Student).all(), key=lambda s: s.id):
        submission = submissions.get(student.id)
        cells = {g.name: g.score for n in submission.notebooks for g in n.grades} if submission else {}
        penalty = (submission.late_submission_penalty or 0.0) if submission else 0.0
        students.append(
            StudentScores(
                student=student.id,
                first_name=student.first_name,
                last_name=student.last_name,
                email=student.email,
                lms_user_id=student.lms_user_id,
                timestamp=submission.timestamp if submission else None,
                submitted=submission is not None,
                cells=cells,
                total=max(0.0, sum(cells.values()) - penalty) if submission else None,
                needs_grading=bool(submission and submission.needs_manual_grade),
            )
        )
    return Scores(assignment, points, students)


def _submissions(book: Gradebook, assignment: str) -> list[Any]:
    from nbgrader import api

    row = book.db.query(api.Assignment).filter_by(name=assignment).one_or_none()
    return sorted(row.submissions, key=lambda s: s.student_id) if row else []


# ---------------------------------------------------------------------------------------
# Files
# ---------------------------------------------------------------------------------------


def _prepare(folder: Path, name: str, text: str) -> Path:
    """Write a file beside its place, on the disk and not only in the cache."""
    path = folder / f".{name}.new"
    path.unlink(missing_ok=True)
    try:
        with path.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    # As nbgrader leaves them: graded notebooks are not for editing.
    path.chmod(0o444)
    return path


def _copy_timestamp(submitted: Path, folder: Path) -> None:
    """nbgrader's feedback takes the time from beside the autograded notebook."""
    source, target = submitted / "timestamp.txt", folder / "timestamp.txt"
    target.unlink(missing_ok=True)
    if source.is_file() and not source.is_symlink():
        shutil.copyfile(source, target)


def _read_notebook(path: Path) -> NotebookNode | None:
    import nbformat

    try:
        return nbformat.v4.reads(path.read_text("utf-8"))
    except (OSError, ValueError, AttributeError, KeyError, TypeError):
        return None


def _text(notebook: NotebookNode) -> str:
    import nbformat

    return nbformat.v4.writes(notebook) + "\n"


def _timestamp(submitted: Path) -> datetime | None:
    """When it was handed in, from nbgrader's ``timestamp.txt``."""
    from nbgrader.utils import parse_utc

    path = submitted / "timestamp.txt"
    if not path.is_file() or path.is_symlink():
        return None
    try:
        return parse_utc(path.read_text("utf-8").strip())
    except (OSError, ValueError, OverflowError, TypeError):
        _log.warning("%s is not a time; the submission is recorded without one.", path)
        return None


def _lms(submitted: Path) -> dict[str, str]:
    """What `autograder collect` knew of the student's account."""
    try:
        data = json.loads((submitted / "lms.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in data.items()} if isinstance(data, dict) else {}
