"""An assignment as the grader sees it: the instructor's notebook, and the stubs that went out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.build import ILLUSTRATION
from autograder.course import Course
from autograder.engine.protocol import Limits
from autograder.errors import UserError
from autograder.imports import imported_modules, names_from_student
from autograder.release import BEGIN_HIDDEN, END_HIDDEN, generate, regions, without_regions


@dataclass(frozen=True)
class Cell:
    """One cell of the instructor's notebook.

    Parameters
    ----------
    kind : str
        "text", "code" (read-only set-up), "illustration", "solution", "test" or "manual".
    source : str
        As the release has it: stubs instead of solutions, no hidden region.
    """

    id: str
    kind: str
    source: str
    cell_type: str
    metadata: dict[str, Any]
    grade_id: str | None = None
    points: float = 0.0
    title: str = ""
    hidden: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assignment:
    """What is asked, what it is worth and how it is checked."""

    name: str
    cells: tuple[Cell, ...]
    limits: Limits
    metadata: dict[str, Any] = field(hash=False)
    digest: str = ""

    @property
    def tests(self) -> list[Cell]:
        """Cells that are checked by machine."""
        return [cell for cell in self.cells if cell.kind == "test"]

    @property
    def graded(self) -> list[Cell]:
        """Cells that carry points."""
        return [cell for cell in self.cells if cell.kind in ("test", "manual")]

    @property
    def uses_tensorflow(self) -> bool:
        """Whether a cell that runs when grading speaks of TensorFlow or Keras."""
        running = (c.source + c.hidden for c in self.cells if c.kind in ("code", "solution", "test"))
        return any(word in text for text in running for word in ("tensorflow", "keras"))

    @property
    def student_imports(self) -> list[str]:
        """What the notebook imports outside its checks: it may be imported before a student's code is there."""
        modules = _imports(
            cell.source for cell in self.cells if cell.kind in ("code", "solution", "illustration")
        )
        heavy = () if self.uses_tensorflow else ("tensorflow", "keras")
        return [module for module in modules if module.partition(".")[0] not in heavy]

    @property
    def check_imports(self) -> list[str]:
        """What the test cells import."""
        return _imports(f"{cell.source}\n{cell.hidden}" for cell in self.tests)

    def exercise(self, cell: Cell) -> str:
        """The solution cell that a graded cell is about: the longest whose name its own begins with."""
        if cell.kind == "manual":
            return cell.grade_id
        rest = cell.grade_id.removeprefix("test_")
        solutions = [c.grade_id for c in self.cells if c.kind == "solution"]
        matching = [s for s in solutions if rest == s or rest.startswith(f"{s}_")]
        return max(matching, key=len, default=rest)


def load(course: Course, name: str) -> Assignment:
    """Read an assignment.

    Raises
    ------
    UserError
        Where there is none of that name, or its limits are not what `Limits` knows.
    """
    course.require(name)
    text = course.source(name).read_text("utf-8")
    source = nbformat.reads(text, as_version=4)
    release_file = course.release(name)
    released = release_file.read_text("utf-8") if release_file.is_file() else generate(course, name)
    stubs = {cell.id: cell.source for cell in nbformat.reads(released, as_version=4).cells}
    given = source.metadata.get("autograder", {})
    unknown = set(given) - {f.name for f in fields(Limits)}
    if unknown:
        raise UserError(f"{name}: unknown limits {sorted(unknown)} in the header of its text.")
    return Assignment(
        name=name,
        cells=tuple(_cell(cell, stubs) for cell in source.cells),
        limits=Limits(**given),
        metadata={key: dict(value) for key, value in source.metadata.items() if key != "autograder"},
        digest=hashlib.sha256(f"{text}\0{released}".encode()).hexdigest(),
    )


def _imports(sources: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(module for source in sources for module in imported_modules(source)))


def _cell(cell: NotebookNode, stubs: dict[str, str]) -> Cell:
    meta = cell.metadata.get("nbgrader", {})
    visible = without_regions(cell.source) if meta.get("grade") and not meta.get("solution") else cell.source
    hidden = "\n".join(regions(cell.source, BEGIN_HIDDEN, END_HIDDEN))
    if meta.get("grade"):
        kind = "manual" if meta.get("solution") else "test"
    elif meta.get("solution"):
        kind = "solution"
    elif cell.cell_type != "code":
        kind = "text"
    else:
        kind = "illustration" if ILLUSTRATION in cell.metadata.get("tags", []) else "code"
    names = names_from_student(f"{visible}\n{hidden}") if kind == "test" else ()
    grade_id = meta.get("grade_id")
    return Cell(
        id=cell.id,
        kind=kind,
        source=visible if kind == "test" else stubs.get(cell.id, cell.source),
        cell_type=cell.cell_type,
        metadata=cell.metadata,
        grade_id=grade_id,
        points=float(meta.get("points", 0)),
        title=cell.metadata.get("title") or (grade_id or "").removeprefix("test_").replace("_", " "),
        hidden=hidden,
        names=tuple(names),
    )
