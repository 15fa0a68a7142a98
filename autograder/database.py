"""nbgrader's gradebook.db: made whole, opened patiently, and its errors as sentences."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import NAMESPACE_OID, uuid5

from autograder.errors import UserError

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

COURSE_ID = "convnets"
DATABASE = "gradebook.db"

PATIENCE = 20.0
"""Seconds to wait for another program that is writing to the gradebook."""

_BUSY_SECONDS = 2.0

_Value = TypeVar("_Value")


class GradebookError(UserError):
    """The gradebook could not be read or written; the text says why and what to do."""


@contextmanager
def open_gradebook(course_root: Path) -> Iterator[Gradebook]:
    """nbgrader's gradebook of this course, made where it is missing."""
    from nbgrader.api import Gradebook

    with _quiet():
        patiently(course_root, None, lambda: _make_database(course_root / DATABASE))
        book = patiently(course_root, None, lambda: Gradebook(database_url(course_root), COURSE_ID))
        try:
            yield book
        finally:
            book.db.rollback()
            book.close()


@contextmanager
def fixed_ids() -> Iterator[None]:
    """Give new rows ids that follow from what they are, where nbgrader would draw random ones.

    So a run that was killed and started again leaves the same gradebook as one that was not.
    """
    from nbgrader import api
    from sqlalchemy import event

    def of(*fields: str) -> Callable[[Any, Any, Any], None]:
        def name(_mapper: Any, _connection: Any, row: Any) -> None:
            if row.id is None:
                parts = [type(row).__name__, *(str(getattr(row, field)) for field in fields)]
                row.id = uuid5(NAMESPACE_OID, "/".join(parts)).hex

        return name

    names = {
        api.Assignment: of("name"),
        api.Notebook: of("assignment_id", "name"),
        api.BaseCell: of("notebook_id", "name"),
        api.SourceCell: of("notebook_id", "name"),
        api.SubmittedAssignment: of("assignment_id", "student_id"),
        api.SubmittedNotebook: of("assignment_id", "notebook_id"),
        api.Grade: of("notebook_id", "cell_id"),
        api.Comment: of("notebook_id", "cell_id"),
    }
    for model, name in names.items():
        event.listen(model, "before_insert", name, propagate=True)
    try:
        yield
    finally:
        for model, name in names.items():
            event.remove(model, "before_insert", name)


def database_url(course_root: Path) -> Any:
    """The address of the database; a path may hold any character."""
    from sqlalchemy.engine import URL

    path = str((course_root / DATABASE).absolute())
    return URL.create("sqlite", database=path, query={"timeout": str(_BUSY_SECONDS)})


def _make_database(path: Path) -> None:
    """Make an empty gradebook elsewhere and move it here: nbgrader would leave half of one where it fails."""
    from nbgrader.api import Gradebook
    from sqlalchemy.engine import URL

    from autograder.release import environment_on_path

    if is_database(path):
        return
    with disk_errors(path):
        for left in path.parent.glob(f".{path.name}.*"):
            # By a run that was killed while it made one.
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        try:
            with environment_on_path(), _version_without_a_process():
                Gradebook(URL.create("sqlite", database=str(folder / path.name)), COURSE_ID).close()
            os.replace(folder / path.name, path)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _version_without_a_process() -> Iterator[None]:
    """Let nbgrader read the version of its tables from its files: it starts `alembic` for that, for seconds."""
    from alembic.script import ScriptDirectory
    from nbgrader import api
    from nbgrader.dbutil import ALEMBIC_DIR

    asked = api.get_alembic_version
    api.get_alembic_version = lambda: ScriptDirectory(ALEMBIC_DIR).get_current_head()
    try:
        yield
    finally:
        api.get_alembic_version = asked


def is_database(path: Path) -> bool:
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


def patiently(course_root: Path, book: Gradebook | None, work: Callable[[], _Value]) -> _Value:
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
            f"{path} is locked by another program, and was still after {PATIENCE:g} s: wait until that grading "
            f"run or nbgrader command has ended, and run this again. What was recorded so far is kept."
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
        return f"{path} is of another nbgrader version: copy it, then run `nbgrader db upgrade` beside it."
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


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
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
