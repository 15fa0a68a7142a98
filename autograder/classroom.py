"""Grade a class: find the submissions, grade each once, keep every finished result."""

from __future__ import annotations

import itertools
import json
import os
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.assignment import Assignment
from autograder.course import Course, notebook_file
from autograder.digest import engine_digest, submission_key
from autograder.engine import supervise
from autograder.engine.launch import begin_job
from autograder.engine.result import Result
from autograder.errors import UserError
from autograder.files import write_atomically
from autograder.isolation import Isolation
from autograder.submission import InvalidSubmission, read_bytes, read_file

LONGEST_NAME = 200
"""Bytes of a student's id: file names of 255 bytes are made from it."""


@dataclass(frozen=True)
class Graders:
    """What grades submissions: this machine or a cluster.

    Parameters
    ----------
    grade : callable
        As `supervise.grade` without its launcher: assignment, data, student, seed -> Result.
    jobs : int
        How many submissions at a time.
    isolation : Isolation
        How far it confines students' code.
    stop : callable
        Ends what is being graded.
    """

    grade: Callable[[Assignment, bytes, str, int], Result]
    jobs: int
    isolation: Isolation
    stop: Callable[[], None]


@dataclass(frozen=True)
class Graded:
    """What became of a task; the result itself is in its file.

    Parameters
    ----------
    seconds : float or None
        How long it took; None where the result of an earlier run was kept.
    fault : str or None
        Why there is no result: something failed that is not the submission's doing.
    """

    task: Task
    seconds: float | None
    fault: str | None


@dataclass(frozen=True)
class Task:
    """One submission to grade: whose, and the folder that holds the notebook."""

    student: str
    folder: Path
    file: Path | None = None

    def read(self, assignment: str) -> bytes:
        """The submitted bytes; see `autograder.submission.read_bytes`."""
        if self.file is None:
            return read_bytes(self.folder, assignment)
        return read_file(self.file)


def find_submissions(folder: Path, assignment: str, students: list[str] | None = None) -> list[Task]:
    """The submissions in a folder, in order of student.

    A submission is ``STUDENT/NN_name/name.ipynb`` as nbgrader has it, ``STUDENT/name.ipynb`` or
    ``STUDENT.ipynb``.

    Raises
    ------
    UserError
        Where there is none, or a named student has none.
    """
    if not folder.is_dir():
        raise UserError(
            f"there is no folder {folder}: put submissions there as STUDENT/{assignment}/{notebook_file(assignment)}, "
            f"or collect them with `autograder collect FILE {assignment}`."
        )
    tasks = {}
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.suffix == ".ipynb" and (entry.is_symlink() or not entry.is_dir()):
            tasks[entry.stem] = Task(entry.stem, folder, entry)
        elif entry.is_dir() or entry.is_symlink():
            nested = entry / assignment
            if nested.is_dir() or nested.is_symlink():
                tasks[entry.name] = Task(entry.name, nested)
            elif (entry / notebook_file(assignment)).exists():
                tasks[entry.name] = Task(entry.name, entry)
    for name in [name for name in tasks if not _can_name_files(name)]:
        raise UserError(
            f"{name!a} in {folder} cannot be a student's id: rename it to plain text of at most {LONGEST_NAME} "
            f"bytes. Nothing was graded."
        )
    unknown = sorted(set(students or ()) - set(tasks))
    if unknown:
        raise UserError(f"no submission of {assignment} by {', '.join(unknown)} in {folder}.")
    chosen = [task for name, task in tasks.items() if not students or name in students]
    if not chosen:
        raise UserError(
            f"there are no submissions of {assignment} in {folder}: they are expected as "
            f"STUDENT/{assignment}/{notebook_file(assignment)}."
        )
    return chosen


def _can_name_files(name: str) -> bool:
    """Whether files can be named after a student: results and pages are."""
    try:
        return len(name.encode()) <= LONGEST_NAME
    except UnicodeEncodeError:
        return False


def processors() -> int:
    """How many submissions to grade at a time where nobody says."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def recorded_seed(course: Course, name: str, seed: int | None) -> int:
    """The seed of this assignment: the given one, the recorded one, or a new one; it is recorded."""
    path = course.results(name) / "seed.txt"
    if seed is None and path.is_file():
        return int(path.read_text("utf-8"))
    if seed is None:
        seed = secrets.randbelow(2**32)
    write_atomically(path, f"{seed}\n")
    return seed


@contextmanager
def grading(
    course: Course,
    assignment: Assignment,
    tasks: list[Task],
    graders: Graders,
    *,
    seed: int | None = None,
    regrade: bool = False,
    progress: Callable[[], None] = lambda: None,
) -> Iterator[Iterator[Graded]]:
    """Grade submissions while the context lasts, and keep each result as soon as it is there.

    Parameters
    ----------
    tasks : list of Task
        From `find_submissions`.
    graders : Graders
        What grades them.
    seed : int, optional
        By default the recorded one of this assignment.
    regrade : bool
        Grade also what was graded and has not changed since.
    progress : callable
        Told of each submission that is done, in the order in which they are.

    Yields
    ------
    iterator of Graded
        In the order of `tasks`, each as soon as it and all before it are there.
    """
    seed = recorded_seed(course, assignment.name, seed)
    engine = engine_digest(assignment)
    numbers = itertools.count()
    pool = ThreadPoolExecutor(graders.jobs, initializer=lambda: begin_job(next(numbers), graders.jobs))

    def work(task: Task) -> Graded:
        try:
            return _grade(course, assignment, engine, seed, task, graders, regrade)
        finally:
            progress()

    try:
        # The results wait in files, not in memory: a class may be large.
        pending = deque(pool.submit(work, task) for task in tasks)
        yield (pending.popleft().result() for _ in tasks)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        # What is being graded now ends at once, and counts as not graded.
        graders.stop()
        pool.shutdown()


def _grade(
    course: Course,
    assignment: Assignment,
    engine: str,
    seed: int,
    task: Task,
    graders: Graders,
    regrade: bool,
) -> Graded:
    """Grade one submission, or find its kept result; never raises for what one submission did."""
    begun = time.monotonic()
    try:
        kept = _grade_and_keep(course, assignment, engine, seed, task, graders, regrade)
    except UserError:
        # The disk is full: it would be for all others, too.
        raise
    except Exception as error:
        # A fault of ours or of the machine: the others' grading goes on, and this one is named.
        return Graded(task, None, f"{type(error).__name__}: {error}")
    return Graded(task, None if kept else time.monotonic() - begun, None)


def _grade_and_keep(
    course: Course,
    assignment: Assignment,
    engine: str,
    seed: int,
    task: Task,
    graders: Graders,
    regrade: bool,
) -> bool:
    """Write a submission's result; whether that of an earlier run was kept."""
    name, student = assignment.name, task.student
    try:
        data = task.read(name)
    except InvalidSubmission as error:
        result = supervise.invalid(assignment, student, seed, str(error))
    else:
        key = submission_key(assignment, engine, seed, student, data)
        if not regrade and _kept(course, name, student, key) is not None:
            return True
        result = graders.grade(assignment, data, student, seed)
        result.key = key
    write_atomically(record_file(course, name, student), result.to_json())
    return False


def record_file(course: Course, name: str, student: str) -> Path:
    """Where a submission's result is kept."""
    return course.results(name) / f"{student}.json"


def read_result(course: Course, name: str, student: str) -> Result:
    """A submission's result, as it is kept."""
    return Result.from_json(record_file(course, name, student).read_text("utf-8"))


def _kept(course: Course, name: str, student: str, key: str) -> Result | None:
    """The result of an earlier run, where nothing that it depends on has changed."""
    try:
        result = read_result(course, name, student)
    except (OSError, ValueError):
        return None
    return result if result.key == key else None


def to_json(
    name: str,
    results: list[Result],
    isolation: dict[str, object],
    seconds: dict[str, float] | None = None,
) -> str:
    """What ``grade --json`` writes.

    Two runs over the same submissions write the same bytes, unless `seconds`, by student, are given.
    """
    times = seconds or {}
    record = {
        "assignment": name,
        "seed": results[0].seed if results else None,
        "isolation": isolation,
        "submissions": [result.summary() | {"seconds": times.get(result.student)} for result in results],
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"
