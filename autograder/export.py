"""The gradebook's scores as files that a learning management system or a spreadsheet reads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.engine.result import read_results
from autograder.files import write_atomically
from autograder.gradebook import Scores, StudentScores, read_scores

__all__ = ["FORMATS", "export", "unfinished"]

Cell = str | float | bool | None


def export(course_root: Path, assignment: str, to: str, output: Path | None = None) -> Path:
    """Write an assignment's scores, with the points that people have given.

    Every format is UTF-8; a CSV file has a header row and commas.  Text that a spreadsheet
    would take for a formula (it begins with ``=``, ``+``, ``-``, ``@``, a tab or a return)
    gets an apostrophe in front.  Scores are rounded to four decimals.

    Parameters
    ----------
    course_root : Path
        The folder that holds ``gradebook.db``.
    assignment : str
        Such as ``01_convolution``.
    to : str
        ``"csv"``: a row for each student of the gradebook.  Columns: ``student``, ``last_name``,
        ``first_name``, ``email``, ``submitted_at`` (ISO 8601, UTC), one for each graded cell
        (its grade_id), ``total``, ``max_score``, ``needs_grading`` (yes or no).  Without a
        recorded submission the points and the total are empty.

        ``"json"``: the same as one object: ``assignment``, ``max_score``, ``points`` by grade_id
        and ``students``.

        ``"canvas"``: what Canvas reads under Grades, Import.  Columns: ``Student`` ("Last, First"
        where both are known), ``ID`` (Canvas's own number, known where the notebook was collected
        from a Canvas zip), ``SIS Login ID`` (the student's id here), ``Section`` (empty) and one
        with the total, named as the assignment; below the header the row ``Points Possible``.
        Canvas finds a student by ID, else by login, else by name.  Only students with a recorded
        submission are listed, because Canvas would clear a score that it has where the cell is empty.

        ``"moodle"``: what Moodle reads as an assignment's grading worksheet (feedback type "Offline
        grading worksheet"; Upload grading worksheet).  Columns: ``Identifier`` ("Participant 12345",
        known where the notebook was collected from this assignment's Moodle zip), ``Full name``,
        ``Email address``, ``Grade`` (the total), ``Maximum grade``, ``Last modified (grade)`` (the time
        of this export: what was graded in Moodle since stays).  The activity's maximum grade in
        Moodle has to be the same.  The same file can be imported under Grades, Import, CSV file,
        mapping "Email address" to the user's email address and "Grade" to the grade item.  Only
        students with a recorded submission are listed.
    output : Path or None
        The file to write; by default ``exports/ASSIGNMENT-FORMAT.csv`` (or ``.json``).

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ValueError
        Where the format is none of `FORMATS`.
    UserError
        Where nothing is recorded yet, or the file cannot be written.
    """
    if to not in FORMATS:
        raise ValueError(f"the scores cannot be exported to {to!r}; the formats are {', '.join(FORMATS)}.")
    course_root = Path(course_root)
    text = FORMATS[to](course_root, read_scores(course_root, assignment))
    suffix = "json" if to == "json" else "csv"
    path = Path(output) if output is not None else course_root / "exports" / f"{assignment}-{to}.{suffix}"
    write_atomically(path, text)
    return path


def _spreadsheet(course_root: Path, scores: Scores) -> str:
    header = ["student", "last_name", "first_name", "email", "submitted_at", *scores.points]
    rows: list[list[Cell]] = [[*header, "total", "max_score", "needs_grading"]]
    for student in scores.students:
        rows.append(
            [
                student.student,
                student.last_name,
                student.first_name,
                student.email,
                _iso(student.timestamp),
                *(student.cells.get(name) for name in scores.points),
                student.total,
                scores.max_score,
                "yes" if student.needs_grading else "no",
            ]
        )
    return _csv(rows)


def _json(course_root: Path, scores: Scores) -> str:
    students = [
        {
            "student": student.student,
            "last_name": student.last_name,
            "first_name": student.first_name,
            "email": student.email,
            "submitted_at": _iso(student.timestamp),
            "submitted": student.submitted,
            "cells": student.cells,
            "total": student.total,
            "needs_grading": student.needs_grading,
        }
        for student in scores.students
    ]
    data = {
        "assignment": scores.assignment,
        "max_score": scores.max_score,
        "points": scores.points,
        "students": students,
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _canvas(course_root: Path, scores: Scores) -> str:
    rows: list[list[Cell]] = [
        ["Student", "ID", "SIS Login ID", "Section", scores.assignment],
        ["    Points Possible", None, None, None, scores.max_score],
    ]
    for student in _submitted(scores):
        account = _account(course_root, student, scores.assignment)
        of_canvas = account.get("user") if account.get("system") == "canvas" else None
        rows.append(
            [
                _name(student, last_first=True),
                student.lms_user_id or of_canvas,
                student.student,
                None,
                student.total,
            ]
        )
    return _csv(rows)


def _moodle(course_root: Path, scores: Scores) -> str:
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    rows: list[list[Cell]] = [
        ["Identifier", "Full name", "Email address", "Grade", "Maximum grade", "Last modified (grade)"]
    ]
    for student in _submitted(scores):
        account = _account(course_root, student, scores.assignment)
        of_moodle = account.get("system") == "moodle"
        rows.append(
            [
                f"Participant {account.get('user')}" if of_moodle else None,
                account.get("name") if of_moodle else _name(student, last_first=False),
                student.email,
                student.total,
                scores.max_score,
                now,
            ]
        )
    return _csv(rows)


FORMATS: dict[str, Callable[[Path, Scores], str]] = {
    "csv": _spreadsheet,
    "canvas": _canvas,
    "moodle": _moodle,
    "json": _json,
}
"""The formats, by name."""


def unfinished(course_root: Path, assignment: str) -> str:
    """What is not settled in an assignment's scores, in words; empty where all is."""
    waiting = sum(student.needs_grading for student in read_scores(Path(course_root), assignment).students)
    results = read_results(Course(Path(course_root)).results(assignment))
    invalid = [result.student for result in results if result.status == "invalid"]
    parts = []
    if waiting:
        parts.append(f"answers of {waiting} students wait for a person and count 0 until then")
    if invalid:
        parts.append(f"{len(invalid)} invalid submissions count 0 ({', '.join(invalid[:5])})")
    return ", and ".join(parts)


def _submitted(scores: Scores) -> list[StudentScores]:
    return [student for student in scores.students if student.submitted]


def _name(student: StudentScores, *, last_first: bool) -> str:
    if student.last_name and student.first_name:
        pattern = "{last}, {first}" if last_first else "{first} {last}"
        return pattern.format(last=student.last_name, first=student.first_name)
    return student.last_name or student.first_name or student.student


def _account(course_root: Path, student: StudentScores, assignment: str) -> dict[str, Any]:
    """Whose the submission is in the system that it was collected from."""
    path = course_root / "submitted" / student.student / assignment / "lms.json"
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _iso(time: datetime | None) -> str | None:
    return time.isoformat(timespec="seconds") + "Z" if time else None


def _csv(rows: list[list[Cell]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _safe(cell: Cell) -> str:
    """One field: a number as such, text so that no spreadsheet runs it."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{round(cell, 4):.4f}".rstrip("0").rstrip(".")
    text = str(cell)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
