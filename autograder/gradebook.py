"""Results -> nbgrader's gradebook and autograded notebooks, and people's grades back.

What is written here is what `nbgrader autograde` would have written: the formgrader,
``nbgrader generate_feedback`` and ``nbgrader export`` work on it unchanged.  The
assignment's cells are registered by nbgrader's own preprocessors.

nbgrader takes seconds to import, so that it is imported where it is used.
"""

from __future__ import annotations

import copy
import errno
import json
import logging
import math
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from autograder.course import Course, notebook_file, notebook_name
from autograder.engine.result import CellResult, Result
from autograder.errors import UserError

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
]

COURSE_ID = "convnets"
DATABASE = "gradebook.db"

PATIENCE = 20.0
"""Seconds to wait for another program that is writing to the gradebook."""

_BUSY_SECONDS = 2.0
_NO_RESPONSE = "No response."

_Value = TypeVar("_Value")
_log = logging.getLogger(__name__)


class GradebookError(UserError):
    """The gradebook could not be read or written; the text says why and what to do."""


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


def record(course_root: Path, assignment: str, results: Sequence[Result]) -> None:
    """Write results into ``gradebook.db`` and ``autograded/``.

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
    results : sequence of Result
        All of this assignment.

    Raises
    ------
    GradebookError
        Where the gradebook is locked, damaged or of another version, the disk is full, the
        assignment's cells changed since it was graded, or a result does not fit them.
    """
    course_root = Path(course_root)
    _refuse_strangers(assignment, results)
    master = _Master.load(course_root, assignment)
    for result in results:
        master.refuse_mismatch(result)
    with _open(course_root) as book:
        _patiently(course_root, book, lambda: _register(course_root, book, master))
        for result in results:
            _record_one(course_root, book, master, result)


def _refuse_strangers(assignment: str, results: Sequence[Result]) -> None:
    for result in results:
        if result.assignment != assignment:
            raise GradebookError(
                f"the result of {result.student} is of {result.assignment}, not of {assignment}."
            )
        if (
            not result.student
            or result.student != Path(result.student).name
            or result.student.startswith(".")
        ):
            raise GradebookError(
                f"{result.student!r} cannot be a student's id: it has to be the name of a folder."
            )


def _record_one(course_root: Path, book: Gradebook, master: _Master, result: Result) -> None:
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
    with _disk(target):
        folder.mkdir(parents=True, exist_ok=True)
        prepared = _prepare(folder, target.name, _text(new))
    try:
        _patiently(
            course_root,
            book,
            lambda: _write_grades(
                book,
                master,
                result,
                master.answers(new),
                master.answers(old),
                stamp,
                lms,
            ),
        )
        with _disk(target):
            os.replace(prepared, target)
            _copy_timestamp(submitted, folder)
    finally:
        prepared.unlink(missing_ok=True)


def _write_grades(
    book: Gradebook,
    master: _Master,
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


def _register(course_root: Path, book: Gradebook, master: _Master) -> None:
    """Bring the assignment's cells in the gradebook into step with the source, by nbgrader's SaveCells."""
    from nbgrader import api
    from nbgrader.preprocessors import SaveCells

    if master.in_step(book):
        return
    assignment = book.db.query(api.Assignment).filter_by(name=master.assignment).one_or_none()
    notebook = next((n for n in assignment.notebooks if n.name == master.name), None) if assignment else None
    if notebook is not None and notebook.submissions:
        recorded = {cell.name for cell in notebook.source_cells}
        added, gone = (
            sorted(set(master.cells) - recorded),
            sorted(recorded - set(master.cells)),
        )
        if added or gone:
            parts = [f"new: {', '.join(added)}"] * bool(added) + [f"gone: {', '.join(gone)}"] * bool(gone)
            raise GradebookError(
                f"the cells of {master.assignment} are not those that were graded before ({'; '.join(parts)}), and "
                f"{DATABASE} holds {len(notebook.submissions)} submissions with scores and comments. Undo the change "
                f"in course/assignments; or move {DATABASE} aside and grade everything again."
            )
    book.update_or_create_assignment(master.assignment)
    resources = {
        "nbgrader": {
            "assignment": master.assignment,
            "notebook": master.name,
            "student": ".",
            "db_url": _url(course_root),
        }
    }
    SaveCells().preprocess(copy.deepcopy(master.notebook), resources)
    book.db.expire_all()


# ---------------------------------------------------------------------------------------
# The instructor's notebook
# ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Master:
    """The assignment as nbgrader registers it: stubs, hidden tests, checksums."""

    assignment: str
    notebook: NotebookNode
    cells: dict[str, NotebookNode]
    """The cells that nbgrader knows, by grade_id, in order."""

    @classmethod
    def load(cls, course_root: Path, assignment: str) -> _Master:
        """Read ``source/`` and do to it what nbgrader's generate_assignment does before it saves the cells."""
        import nbformat
        from nbgrader.preprocessors import (
            CheckCellMetadata,
            ComputeChecksums,
            LockCells,
        )

        from autograder.nbgrader_plugins import NamedStubs

        course = Course(course_root)
        course.require(assignment)
        path = course.source(assignment)
        if not path.is_file():
            raise GradebookError(f"there is no {path}: run `autograder build {assignment}` first.")
        notebook = nbformat.read(path, as_version=4)
        for preprocessor in (
            LockCells,
            NamedStubs,
            CheckCellMetadata,
            ComputeChecksums,
        ):
            notebook, _ = preprocessor().preprocess(notebook, {})
        known = {
            cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata
        }
        return cls(assignment, notebook, known)

    @property
    def name(self) -> str:
        """The notebook's name."""
        return notebook_name(self.assignment)

    def points(self) -> dict[str, float]:
        """Points of each graded cell, in order."""
        return {
            g: float(c.metadata.nbgrader.points) for g, c in self.cells.items() if c.metadata.nbgrader.grade
        }

    def is_answer(self, grade_id: str) -> bool:
        """Whether the cell is the student's to write."""
        return bool(self.cells[grade_id].metadata.nbgrader.solution)

    def refuse_mismatch(self, result: Result) -> None:
        """Raise where a result is not of these cells."""
        mine, its = set(self.points()), {cell.grade_id for cell in result.cells}
        if its - mine or (mine - its and result.status != "invalid"):
            raise GradebookError(
                f"the result of {result.student} is of other cells than source/{self.assignment} has "
                f"({', '.join(sorted(mine ^ its))}): grade {self.assignment} again."
            )
        for cell in result.cells:
            if not math.isfinite(cell.score):
                raise GradebookError(
                    f"the result of {result.student} has no number as the score of {cell.grade_id}."
                )

    def in_step(self, book: Gradebook) -> bool:
        """Whether the gradebook has exactly these cells."""
        from nbgrader import api

        assignment = book.db.query(api.Assignment).filter_by(name=self.assignment).one_or_none()
        notebook = (
            next((n for n in assignment.notebooks if n.name == self.name), None) if assignment else None
        )
        if notebook is None or notebook.kernelspec != json.dumps(
            self.notebook.metadata.get("kernelspec", {})
        ):
            return False
        kept = {
            name: cell
            for name, cell in self.cells.items()
            if cell.metadata.nbgrader.grade
            or cell.metadata.nbgrader.solution
            or cell.metadata.nbgrader.locked
        }
        sources = {
            name: (cell.cell_type, cell.source, cell.metadata.nbgrader.get("checksum"))
            for name, cell in kept.items()
        }
        return (
            {c.name: (c.cell_type, c.source, c.checksum) for c in notebook.source_cells} == sources
            and {c.name: c.max_score for c in notebook.grade_cells} == self.points()
            and {c.name for c in notebook.solution_cells} == {name for name in kept if self.is_answer(name)}
        )

    def answers(self, notebook: NotebookNode | None) -> dict[str, str] | None:
        """What the student wrote into each answer cell, by grade_id; None where there is no notebook."""
        if notebook is None:
            return None
        found: dict[str, str] = {}
        for cell in notebook.cells:
            meta = cell.metadata.get("nbgrader", {})
            if meta.get("solution") and meta.get("grade_id") in self.cells:
                found.setdefault(meta["grade_id"], cell.source)
        return found

    def is_blank(self, grade_id: str, answers: dict[str, str]) -> bool:
        """Whether an answer is empty or as it was released."""
        return answers.get(grade_id, "").strip() in (
            "",
            self.cells[grade_id].source.strip(),
        )

    def auto_score(
        self,
        grade_id: str,
        cell: CellResult | None,
        result: Result,
        answers: dict[str, str],
    ) -> float | None:
        """The automatic score, None where a person has to give one."""
        if result.status == "invalid" or cell is None:
            return 0.0
        if self.is_answer(grade_id):
            return 0.0 if cell.outcome != "manual" or self.is_blank(grade_id, answers) else None
        return float(cell.score)

    def auto_comment(self, grade_id: str, result: Result, answers: dict[str, str]) -> str | None:
        """The automatic comment beside an answer."""
        if result.status == "invalid":
            return f"This submission could not be graded: {result.reason}"
        return _NO_RESPONSE if self.is_blank(grade_id, answers) else None

    def autograded(self, result: Result) -> NotebookNode:
        """The notebook that the formgrader shows: the submission with the instructor's metadata.

        Nothing of the student's metadata is kept, and what stands below a test cell comes from
        the result alone.
        """
        import nbformat

        if result.notebook is None:
            notebook = copy.deepcopy(self.notebook)
            reason = result.reason or "it was not run."
            notebook.cells.insert(
                0,
                nbformat.v4.new_markdown_cell(f"**This submission could not be graded:** {reason}"),
            )
        else:
            notebook = nbformat.v4.reads(json.dumps(result.notebook))
        of_result = {cell.grade_id: cell for cell in result.cells}
        seen: set[str] = set()
        cells = []
        for index, cell in enumerate(notebook.cells):
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            own = self.cells.get(grade_id) if grade_id not in seen else None
            if own is not None:
                seen.add(grade_id)
            cells.append(_shown_cell(cell, own, of_result.get(grade_id) if own else None, index))
        self._put_back(cells, seen, of_result)
        notebook.cells = cells
        notebook.metadata = copy.deepcopy(self.notebook.metadata)
        notebook.nbformat, notebook.nbformat_minor = 4, 5
        _make_ids_unique(cells)
        return notebook

    def _put_back(
        self,
        cells: list[NotebookNode],
        seen: set[str],
        of_result: dict[str, CellResult],
    ) -> None:
        """Insert the instructor's cells that are missing, so that their score boxes are shown."""
        at = 0
        for grade_id, own in self.cells.items():
            if grade_id in seen:
                at = next(n for n, cell in enumerate(cells) if _grade_id(cell) == grade_id) + 1
                continue
            blank = copy.deepcopy(own)
            if self.is_answer(grade_id):
                blank.source = ""
            cells.insert(at, _shown_cell(blank, own, of_result.get(grade_id), at))
            at += 1


def _grade_id(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _shown_cell(
    cell: NotebookNode, own: NotebookNode | None, result: CellResult | None, index: int
) -> NotebookNode:
    """One cell of the autograded notebook."""
    import nbformat

    meta = own.metadata.nbgrader if own is not None else {}
    kind = own.cell_type if own is not None else cell.cell_type
    source = cell.source if own is None or meta.solution else own.source
    make = {"code": nbformat.v4.new_code_cell, "raw": nbformat.v4.new_raw_cell}.get(
        kind, nbformat.v4.new_markdown_cell
    )
    shown = make(source, id=own.id if own is not None else cell.get("id") or f"own-{index}")
    if own is not None:
        shown.metadata = copy.deepcopy(own.metadata)
    if kind == "code":
        is_test = own is not None and meta.grade and not meta.solution
        shown.outputs = _verdict(result) if is_test else cell.get("outputs", [])
        try:
            nbformat.validate(shown, ref="code_cell", version=4, version_minor=5)
        except nbformat.ValidationError:
            shown.outputs = [nbformat.v4.new_output("stream", text="(an output that cannot be shown)\n")]
            shown.id = f"own-{index}"
    return shown


def _verdict(result: CellResult | None) -> list[NotebookNode]:
    """What stands below a test cell: the outcome, its points and what the learner may read of it."""
    import nbformat

    if result is None:
        return []
    points = f"{result.score:g} of {result.max_score:g} points"
    if result.outcome == "correct":
        return [nbformat.v4.new_output("stream", text=f"{result.outcome}: {points}\n")]
    message = f"{points}. {result.message or ''}".strip()
    return [
        nbformat.v4.new_output(
            "error",
            ename=result.outcome,
            evalue=message,
            traceback=[f"{result.outcome}: {message}"],
        )
    ]


def _make_ids_unique(cells: list[NotebookNode]) -> None:
    seen: set[str] = set()
    for index, cell in enumerate(cells):
        if cell.id in seen:
            cell.id = f"again-{index}"
        seen.add(cell.id)


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
    if not _is_database(course_root / DATABASE):
        return {}
    with _open(course_root) as book:
        return _patiently(course_root, book, lambda: _manual(book, assignment))


def _manual(book: Gradebook, assignment: str) -> dict[str, dict[str, ManualGrade]]:
    found: dict[str, dict[str, ManualGrade]] = {}
    for submission in _submissions(book, assignment):
        mine = found.setdefault(submission.student_id, {})
        for notebook in submission.notebooks:
            names = {cell.id: cell for cell in notebook.notebook.grade_cells}
            comments = {c.name: c.manual_comment or c.auto_comment or None for c in notebook.comments}
            written = {c.name: c.manual_comment for c in notebook.comments if c.manual_comment}
            for grade in notebook.grades:
                by_person = grade.manual_score is not None or bool(grade.extra_credit)
                by_hand = names[grade.cell_id].cell_type == "markdown"
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
    if not _is_database(course_root / DATABASE):
        raise nothing
    with _open(course_root) as book:
        scores = _patiently(course_root, book, lambda: _scores(book, assignment))
    if scores is None:
        raise nothing
    return scores


def _scores(book: Gradebook, assignment: str) -> Scores | None:
    from nbgrader import api

    row = book.db.query(api.Assignment).filter_by(name=assignment).one_or_none()
    if row is None or not row.submissions:
        return None
    points: dict[str, float] = {}
    for notebook in row.notebooks:
        graded = {cell.name: cell.max_score for cell in notebook.grade_cells}
        # Source cells were saved in the notebook's order; the tables have no other.
        points |= {cell.name: graded[cell.name] for cell in notebook.source_cells if cell.name in graded}
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
# The database
# ---------------------------------------------------------------------------------------


@contextmanager
def _open(course_root: Path) -> Iterator[Gradebook]:
    """nbgrader's gradebook of this course, made where it is missing."""
    from nbgrader.api import Gradebook

    with _quiet():
        _patiently(course_root, None, lambda: _make_database(course_root / DATABASE))
        book = _patiently(course_root, None, lambda: Gradebook(_url(course_root), COURSE_ID))
        try:
            yield book
        finally:
            book.db.rollback()
            book.close()


def _url(course_root: Path) -> Any:
    """The address of the database; a path may hold any character."""
    from sqlalchemy.engine import URL

    path = str((course_root / DATABASE).absolute())
    return URL.create("sqlite", database=path, query={"timeout": str(_BUSY_SECONDS)})


def _make_database(path: Path) -> None:
    """Make an empty gradebook elsewhere and move it here: nbgrader would leave half of one where it fails."""
    from nbgrader.api import Gradebook
    from sqlalchemy.engine import URL

    from autograder.release import environment_on_path

    if _is_database(path):
        return
    with _disk(path):
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        try:
            with environment_on_path():
                Gradebook(URL.create("sqlite", database=str(folder / path.name)), COURSE_ID).close()
            os.replace(folder / path.name, path)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _is_database(path: Path) -> bool:
    """Whether there is a gradebook; one without any content, as a failed start leaves it, is none."""
    if not path.is_file() or path.stat().st_size == 0:
        return False
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
        try:
            tables = {
                name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
            if "alembic_version" in tables:
                return True
            used = [t for t in ("assignment", "student") if t in tables]
            return any(connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in used)
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        # Whatever it is, it is not ours to replace; opening it says what is wrong.
        return True


def _patiently(course_root: Path, book: Gradebook | None, work: Callable[[], _Value]) -> _Value:
    """Do some work on the gradebook; wait while another program holds it.

    Raises
    ------
    GradebookError
        With one sentence for the person at the keyboard.
    """
    from nbgrader.api import InvalidEntry
    from sqlalchemy.exc import SQLAlchemyError

    path = course_root / DATABASE
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return work()
        except (SQLAlchemyError, InvalidEntry, sqlite3.Error) as error:
            if book is not None:
                book.db.rollback()
            text = str(error).lower()
            if ("locked" in text or "busy" in text) and time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            raise GradebookError(_sentence(path, text, error)) from error
        except BaseException:
            if book is not None:
                book.db.rollback()
            raise


def _sentence(path: Path, text: str, error: Exception) -> str:
    if "locked" in text or "busy" in text:
        return (
            f"{path} is locked by another program, and was still after {PATIENCE:g} s: wait until that grading run or "
            f"nbgrader command has ended, and run this again. What was recorded so far is kept."
        )
    if "disk is full" in text or "disk i/o" in text:
        return f"{path} could not be written: the disk is full or failing. What was recorded so far is kept."
    if "readonly" in text or "unable to open" in text:
        return f"{path} could not be written: allow writing to it and to its folder."
    if "not a database" in text or "malformed" in text:
        return (
            f"{path} is no gradebook or is damaged: put a copy of it back, or move it aside and grade again."
        )
    if "no such column" in text or "no such table" in text:
        return f"{path} is of another nbgrader version: copy it, then run `nbgrader db upgrade` in {path.parent}."
    return f"{path} could not be used: {getattr(error, 'orig', None) or error}"


@contextmanager
def _quiet() -> Iterator[None]:
    """nbgrader logs the traceback of an error that it also raises."""
    log = logging.getLogger("tornado.application")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        log.setLevel(before)


# ---------------------------------------------------------------------------------------
# Files
# ---------------------------------------------------------------------------------------


@contextmanager
def _disk(path: Path) -> Iterator[None]:
    """Say in one sentence what the disk refused."""
    try:
        yield
    except OSError as error:
        why = (
            "the disk is full"
            if error.errno in (errno.ENOSPC, errno.EDQUOT)
            else (error.strerror or str(error))
        )
        raise GradebookError(
            f"{path} could not be written: {why}. What was recorded so far is kept."
        ) from error


def _prepare(folder: Path, name: str, text: str) -> Path:
    """Write a file beside its place, on the disk and not only in the cache."""
    path = folder / f".{name}.new"
    path.unlink(missing_ok=True)
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
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
