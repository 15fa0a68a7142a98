"""A student's notebook, read without trusting it, as the steps that grading takes.

The instructor's copy says which cells are graded, read-only or illustrations; the student's
copy only says what the student wrote and in which order.
"""

from __future__ import annotations

import hashlib
import json
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from autograder.assignment import Assignment, Cell
from autograder.course import notebook_file

MAX_BYTES = 50 << 20
MAX_CELLS = 5000

MAX_VALUES = 2_000_000
"""Values in the file: an empty dict is two characters, and takes 64 bytes of memory when it is read."""


class InvalidSubmission(Exception):
    """The submission cannot be read; the text says why, to the student."""


@dataclass
class Step:
    """One cell of the notebook as it is graded.

    Parameters
    ----------
    cell : Cell or None
        The instructor's cell that it is; None for the student's own.
    source : str
        What runs (or reads): the student's text in solution and own cells, else the instructor's.
    run : bool
        Whether it is code that runs in the student's process.
    """

    cell: Cell | None
    source: str
    cell_type: str
    run: bool = False
    outputs: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Submission:
    """What a student handed in.

    Parameters
    ----------
    steps : list of Step
        In the order in which they run.
    notes : list of str
        What was repaired, for the student and the instructor.
    digest : str
        Hash of the file as it was handed in.
    """

    student: str
    steps: list[Step]
    notes: list[str]
    digest: str


def read_bytes(folder: Path, assignment: str) -> bytes:
    """The submitted file's bytes.

    Raises
    ------
    InvalidSubmission
        Where it is missing, a link, not a file, or too large.
    """
    path = folder / notebook_file(assignment)
    for part in (folder, path):
        if part.is_symlink():
            raise InvalidSubmission(
                f"{part.name} is a link to another place, and links are not followed: hand in the file itself."
            )
    if not path.exists():
        others = sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []
        found = f"it holds {', '.join(others[:8])}" if others else "it is empty"
        raise InvalidSubmission(
            f"there is no {path.name} in the submission; {found}. Hand in the notebook under its own name."
        )
    return read_file(path)


def read_file(path: Path) -> bytes:
    """A submitted notebook's bytes.

    Raises
    ------
    InvalidSubmission
        Where it is a link, not a file, or too large.
    """
    info = path.lstat()
    if stat.S_ISLNK(info.st_mode):
        raise InvalidSubmission(f"{path.name} is a link to another place, and links are not followed.")
    if not stat.S_ISREG(info.st_mode):
        raise InvalidSubmission(f"{path.name} is not a file.")
    if info.st_size > MAX_BYTES:
        raise InvalidSubmission(
            f"{path.name} has {info.st_size / 2**20:.0f} MB, and {MAX_BYTES >> 20} MB are read at most: in JupyterLab "
            f"choose Edit, Clear Outputs of All Cells, save, and hand it in again."
        )
    return path.read_bytes()


def read(data: bytes, assignment: Assignment, student: str) -> Submission:
    """Make the steps of a submitted notebook.

    Raises
    ------
    InvalidSubmission
        Where it is not a notebook.
    """
    cells = _cells(data)
    notes: list[str] = []
    taken: set[str] = set()
    steps: list[Step] = []
    for cell in cells:
        known = _identify(cell, assignment)
        if known is None:
            steps.append(_own(cell, assignment))
        elif known.id in taken and known.kind != "solution":
            if known.kind in ("test", "code", "manual"):
                notes.append(f"the cell {known.grade_id} comes more than once; it counts once.")
            if known.kind == "test":
                # The last copy says where: a copy above the answer must not cost its points.
                steps[:] = [step for step in steps if step.cell is not known]
                steps.append(_matched(cell, known, notes))
        else:
            if known.id in taken:
                notes.append(f"the cell {known.grade_id} comes more than once; all copies run, in order.")
            taken.add(known.id)
            steps.append(_matched(cell, known, notes))
    _insert_missing(steps, assignment, taken, notes)
    return Submission(student, steps, list(dict.fromkeys(notes)), hashlib.sha256(data).hexdigest())


def _cells(data: bytes) -> list[dict[str, str]]:
    """The cells' types, sources and claimed ids, out of any notebook format."""
    again = "Open it in JupyterLab, save it, and hand it in again."
    values = _count_values(data)
    if values > MAX_VALUES:
        raise InvalidSubmission(
            f"the file holds {values:,} values, and {MAX_VALUES:,} are read at most: in JupyterLab choose Edit, "
            f"Clear Outputs of All Cells, save, and hand it in again."
        )
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise InvalidSubmission(f"the file is nested too deeply to be a notebook. {again}") from None
    except ValueError as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise InvalidSubmission(f"the file is not a notebook: it is not JSON{where}. {again}") from None
    if not isinstance(raw, dict) or not isinstance(raw.get("nbformat"), int):
        raise InvalidSubmission(f"the file is JSON but not a notebook: it has no `nbformat`. {again}")
    listed = raw.get("cells") if raw["nbformat"] >= 4 else _old_cells(raw)
    if not isinstance(listed, list) or len(listed) > MAX_CELLS:
        found = "no list of cells" if not isinstance(listed, list) else f"{len(listed)} cells"
        raise InvalidSubmission(f"the notebook has {found}. {again}")
    cells = []
    for cell in listed:
        if not isinstance(cell, dict):
            continue
        source = cell.get("source", "")
        if isinstance(source, list):
            source = "".join(part for part in source if isinstance(part, str))
        metadata = cell.get("metadata")
        nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        claimed = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
        cells.append(
            {
                "type": "code" if cell.get("cell_type") == "code" else "markdown",
                "source": source.encode("utf-8", "replace").decode() if isinstance(source, str) else "",
                "grade_id": claimed if isinstance(claimed, str) else "",
                "id": cell["id"] if isinstance(cell.get("id"), str) else "",
            }
        )
    return cells


def _count_values(data: bytes) -> int:
    """How many values a JSON text holds at most, found without making any of them."""
    text = np.frombuffer(data.replace(rb"\\", b"").replace(rb"\"", b""), np.uint8)
    count, inside = 1, False
    for part in np.array_split(text, 1 + len(text) // (1 << 20)):
        # Whether each character, and the one before the next part, stands between quotes.
        quoted = np.logical_xor.accumulate(np.append(inside, part == ord('"')))
        opens = (part == ord("[")) | (part == ord("{")) | (part == ord(","))
        count += np.count_nonzero(opens & ~quoted[1:])
        inside = quoted[-1]
    return int(count)


def _old_cells(raw: dict[str, Any]) -> Any:
    """The cells of a notebook of a format before 4, which named some things otherwise."""
    sheets = raw.get("worksheets", [raw])
    if not isinstance(sheets, list):
        return None
    cells = []
    for sheet in sheets:
        listed = sheet.get("cells", []) if isinstance(sheet, dict) else []
        for cell in listed if isinstance(listed, list) else []:
            if isinstance(cell, dict):
                source = next((cell[key] for key in ("source", "input", "code", "text") if key in cell), "")
                cells.append(cell | {"source": source})
    return cells


def _identify(cell: dict[str, str], assignment: Assignment) -> Cell | None:
    """The instructor's cell that a submitted one stands for, if any."""
    by_grade_id = {c.grade_id: c for c in assignment.cells if c.grade_id}
    by_id = {c.id: c for c in assignment.cells}
    found = by_grade_id.get(cell["grade_id"]) or by_id.get(cell["id"])
    if found is not None and found.kind in ("text", "illustration"):
        return None
    return found


def _own(cell: dict[str, str], assignment: Assignment) -> Step:
    """A cell of the student's own, or an illustration: that runs only where it was changed."""
    unchanged = any(
        c.kind == "illustration" and c.source.strip() == cell["source"].strip() for c in assignment.cells
    )
    return Step(None, cell["source"], cell["type"], run=cell["type"] == "code" and not unchanged)


def _matched(cell: dict[str, str], known: Cell, notes: list[str]) -> Step:
    """A cell of the instructor's: the student's text where it is theirs to write, else the instructor's."""
    if known.kind in ("solution", "manual"):
        if cell["type"] != known.cell_type:
            notes.append(
                f"the cell {known.grade_id} had been made a {cell['type']} cell; it was read as {known.cell_type}."
            )
        return Step(known, cell["source"], known.cell_type, run=known.kind == "solution")
    if cell["source"].strip() != known.source.strip():
        what = "check" if known.kind == "test" else "read-only cell"
        notes.append(f"the {what} {known.grade_id} had been edited; the original was used.")
    return Step(known, known.source, known.cell_type, run=known.kind == "code")


def _insert_missing(steps: list[Step], assignment: Assignment, taken: set[str], notes: list[str]) -> None:
    """Put back what the student deleted, behind the nearest cell before it that is there."""
    last: Cell | None = None
    answered = {known.grade_id for known in assignment.cells if known.id in taken}
    for known in assignment.cells:
        if known.kind in ("text", "illustration"):
            continue
        if known.id not in taken:
            at = max((n + 1 for n, step in enumerate(steps) if step.cell is last), default=0) if last else 0
            if known.kind == "test" and assignment.exercise(known) not in answered:
                # The answer may stand in any cell of the student's own: check behind all of them.
                at = len(steps)
            # A stub that is put back must not run: it would hide what the student defined in a cell of their own.
            blank = known.source if known.kind != "manual" else ""
            steps.insert(at, Step(known, blank, known.cell_type, run=known.kind == "code"))
            notes.append(f"the cell {known.grade_id} was missing and was put back.")
        last = known
