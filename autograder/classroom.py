"""Grade a class: find the submissions, grade each once, keep every finished result."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import autograder
import course as course_package
from autograder import assignment as assignments
from autograder.assignment import Assignment
from autograder.course import Course, notebook_file
from autograder.engine import supervise
from autograder.engine.launch import Launcher
from autograder.engine.result import Result
from autograder.errors import UserError
from autograder.files import write_atomically
from autograder.submission import InvalidSubmission, read_bytes, read_file


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
        if entry.is_dir() or entry.is_symlink():
            nested = entry / assignment
            if nested.is_dir() or nested.is_symlink():
                tasks[entry.name] = Task(entry.name, nested)
            elif (entry / notebook_file(assignment)).exists():
                tasks[entry.name] = Task(entry.name, entry)
        elif entry.suffix == ".ipynb":
            tasks[entry.stem] = Task(entry.stem, folder, entry)
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


def engine_digest() -> str:
    """Hash of all code that takes part in a verdict."""
    digest = hashlib.sha256()
    for package in (Path(autograder.__file__).parent, Path(course_package.__file__).parent):
        for folder in ("", "engine", "checks"):
            for path in sorted((package / folder).glob("*.py")):
                digest.update(f"{path.relative_to(package.parent)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def recorded_seed(course: Course, name: str, seed: int | None) -> int:
    """The seed of this assignment: the given one, the recorded one, or a new one; it is recorded."""
    path = course.results(name) / "seed.txt"
    if seed is None and path.is_file():
        return int(path.read_text("utf-8"))
    if seed is None:
        seed = secrets.randbelow(2**32)
    write_atomically(path, f"{seed}\n")
    return seed


def grade_class(
    course: Course,
    name: str,
    tasks: list[Task],
    *,
    seed: int | None = None,
    jobs: int | None = None,
    regrade: bool = False,
    progress: Callable[[Result, bool], None] = lambda result, reused: None,
) -> list[Result]:
    """Grade submissions, and keep each result as soon as it is there.

    Parameters
    ----------
    tasks : list of Task
        From `find_submissions`.
    seed : int, optional
        By default the recorded one of this assignment.
    jobs : int, optional
        How many submissions at a time; by default as many as there are processors.
    regrade : bool
        Grade also what was graded and has not changed since.
    progress : callable
        Told each result when it is there, and whether it was kept from before.

    Returns
    -------
    list of Result
        In the order of `tasks`.
    """
    assignment = assignments.load(course, name)
    seed = recorded_seed(course, name, seed)
    engine = engine_digest()
    results: dict[str, Result] = {}
    pending: dict[Future[Result], Task] = {}
    with (
        Launcher(tensorflow=assignment.uses_tensorflow) as launcher,
        ThreadPoolExecutor(jobs or len(os.sched_getaffinity(0))) as pool,
    ):
        try:
            for task in tasks:
                try:
                    data = task.read(name)
                except InvalidSubmission as error:
                    _finish(
                        course,
                        supervise.invalid(assignment, task.student, seed, str(error)),
                        results,
                        progress,
                    )
                    continue
                key = _key(assignment, engine, seed, task.student, data)
                kept = None if regrade else _kept(course, name, task.student, key)
                if kept is not None:
                    results[task.student] = kept
                    progress(kept, True)
                    continue
                pending[pool.submit(_grade, assignment, data, task.student, seed, key, launcher)] = task
            for result in _as_completed(pending):
                _finish(course, result, results, progress)
        except BaseException:
            for future in pending:
                future.cancel()
            # What is being graded now ends at once, and counts as not graded.
            launcher.close()
            raise
    return [results[task.student] for task in tasks]


def _grade(
    assignment: Assignment, data: bytes, student: str, seed: int, key: str, launcher: Launcher
) -> Result:
    result = supervise.grade(assignment, data, student, seed, launcher)
    result.key = key
    return result


def _as_completed(pending: dict[Future[Result], Task]) -> Iterator[Result]:
    left = set(pending)
    while left:
        done, left = wait(left, return_when=FIRST_COMPLETED)
        for future in done:
            yield future.result()


def _finish(
    course: Course, result: Result, results: dict[str, Result], progress: Callable[[Result, bool], None]
) -> None:
    write_atomically(course.results(result.assignment) / f"{result.student}.json", result.to_json())
    results[result.student] = result
    progress(result, False)


def _key(assignment: Assignment, engine: str, seed: int, student: str, data: bytes) -> str:
    parts = [assignment.digest, engine, str(seed), student, hashlib.sha256(data).hexdigest()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _kept(course: Course, name: str, student: str, key: str) -> Result | None:
    """The result of an earlier run, where nothing that it depends on has changed."""
    path = course.results(name) / f"{student}.json"
    try:
        result = Result.from_json(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return result if result.key == key else None


def to_json(name: str, results: list[Result], isolation: dict[str, object]) -> str:
    """What ``grade --json`` writes."""
    record = {
        "assignment": name,
        "seed": results[0].seed if results else None,
        "isolation": isolation,
        "submissions": [result.summary() for result in results],
    }
    return json.dumps(record, ensure_ascii=False, indent=1) + "\n"
