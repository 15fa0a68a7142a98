"""An assignment's notebook as nbgrader registers it, and a submission's as the formgrader shows it."""

from __future__ import annotations

import copy
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course import Course, notebook_name
from autograder.database import GradebookError
from autograder.engine.result import CellResult, Result

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from nbgrader.api import Gradebook

NO_RESPONSE = "No response."
"""nbgrader's comment beside an answer that is as it was released."""


@dataclass(frozen=True)
class Master:
    """The assignment as nbgrader registers it: stubs, hidden tests, checksums."""

    assignment: str
    notebook: NotebookNode
    cells: dict[str, NotebookNode]
    """The cells that nbgrader knows, by grade_id, in order."""
    rubrics: dict[str, str]
    """Model answer and points of each hand-graded cell."""

    @classmethod
    def load(cls, course_root: Path, assignment: str) -> Master:
        """Read ``source/`` and do to it what nbgrader does before it saves an assignment's cells."""
        import nbformat
        from nbgrader.preprocessors import CheckCellMetadata, ComputeChecksums, LockCells

        from autograder.nbgrader_plugins import NamedStubs
        from autograder.release import BEGIN_SOLUTION, END_SOLUTION, regions

        course = Course(course_root)
        course.require(assignment)
        path = course.source(assignment)
        if not path.is_file():
            raise GradebookError(f"there is no {path}: run `autograder build {assignment}` first.")
        notebook = nbformat.read(path, as_version=4)
        rubrics = {
            cell.metadata.nbgrader.grade_id: "\n".join(regions(cell.source, BEGIN_SOLUTION, END_SOLUTION))
            for cell in notebook.cells
            if cell.cell_type == "markdown" and cell.metadata.get("nbgrader", {}).get("solution")
        }
        for preprocessor in (LockCells, NamedStubs, CheckCellMetadata, ComputeChecksums):
            notebook, _ = preprocessor().preprocess(notebook, {})
        known = {
            cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata
        }
        return cls(assignment, notebook, known, rubrics)

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
        return answers.get(grade_id, "").strip() in ("", self.cells[grade_id].source.strip())

    def auto_score(
        self, grade_id: str, cell: CellResult | None, result: Result, answers: dict[str, str]
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
        return NO_RESPONSE if self.is_blank(grade_id, answers) else None

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
                nbformat.v4.new_markdown_cell(
                    f"**This submission could not be graded:** {reason}", id="not-graded"
                ),
            )
        else:
            notebook = nbformat.v4.reads(json.dumps(result.notebook))
        of_result = {cell.grade_id: cell for cell in result.cells}
        seen: set[str] = set()
        cells = []
        for index, cell in enumerate(notebook.cells):
            grade_id = grade_id_of(cell)
            own = self.cells.get(grade_id) if grade_id not in seen else None
            if own is not None:
                seen.add(grade_id)
            cells.append(_shown_cell(cell, own, of_result.get(grade_id) if own else None, index))
        self._put_back(cells, seen, of_result)
        notebook.cells = cells = [shown for cell in cells for shown in (cell, *self._rubric(cell))]
        notebook.metadata = copy.deepcopy(self.notebook.metadata)
        notebook.nbformat, notebook.nbformat_minor = 4, 5
        _make_ids_unique(cells)
        _drop_wrong_outputs(notebook)
        return notebook

    def _put_back(self, cells: list[NotebookNode], seen: set[str], of_result: dict[str, CellResult]) -> None:
        """Insert the instructor's cells that are missing, so that their score boxes are shown."""
        at = 0
        for grade_id, own in self.cells.items():
            if grade_id in seen:
                at = next(n for n, cell in enumerate(cells) if grade_id_of(cell) == grade_id) + 1
                continue
            blank = copy.deepcopy(own)
            if self.is_answer(grade_id):
                blank.source = ""
            cells.insert(at, _shown_cell(blank, own, of_result.get(grade_id), at))
            at += 1

    def _rubric(self, cell: NotebookNode) -> Iterator[NotebookNode]:
        """What a grader wants to have before the eyes; stock feedback leaves it out."""
        from nbformat.v4 import new_markdown_cell

        from autograder.nbgrader_plugins import FOR_GRADERS

        rubric = self.rubrics.get(grade_id_of(cell), "").strip()
        if rubric:
            text = f"**Model answer and points** (only graders see this)\n\n{rubric}"
            yield new_markdown_cell(text, id=f"{cell.id[:50]}-rubric", metadata={FOR_GRADERS: True})


def grade_id_of(cell: NotebookNode) -> str | None:
    """The id that nbgrader knows the cell by, if any."""
    found = cell.metadata.get("nbgrader", {}).get("grade_id")
    return found if isinstance(found, str) else None


def _shown_cell(
    cell: NotebookNode, own: NotebookNode | None, result: CellResult | None, index: int
) -> NotebookNode:
    """One cell of the autograded notebook."""
    from nbformat import NotebookNode, from_dict

    meta = own.metadata.nbgrader if own is not None else {}
    kind = own.cell_type if own is not None else cell.cell_type
    its_id = str(own.id if own is not None else cell.get("id"))
    # Put together by hand: nbformat's functions check each cell against the format, slowly.
    shown = NotebookNode(
        cell_type=kind if kind in ("code", "raw") else "markdown",
        id=its_id if re.fullmatch(r"[\w-]{1,64}", its_id, re.ASCII) else f"own-{index}",
        metadata=copy.deepcopy(own.metadata) if own is not None else NotebookNode(),
        source=cell.source if own is None or meta.solution else own.source,
    )
    if kind == "code":
        is_test = own is not None and meta.grade and not meta.solution
        shown.execution_count = None
        shown.outputs = from_dict(_verdict(result) if is_test else cell.get("outputs", []))
    return shown


def _verdict(result: CellResult | None) -> list[dict[str, Any]]:
    """What stands below a test cell: the outcome, its points and what the learner may read of it."""
    if result is None:
        return []
    points = f"{result.score:g} of {result.max_score:g} points"
    if result.outcome == "correct":
        return [{"output_type": "stream", "name": "stdout", "text": f"correct: {points}\n"}]
    message = f"{points}. {result.message or ''}".strip()
    line = f"{result.outcome}: {message}"
    return [{"output_type": "error", "ename": result.outcome, "evalue": message, "traceback": [line]}]


def _drop_wrong_outputs(notebook: NotebookNode) -> None:
    """Keep a notebook valid whatever a student's code displayed."""
    import nbformat
    from nbformat.validator import get_validator

    try:
        get_validator(4, 5, name="fastjsonschema").validate(notebook)
    except nbformat.ValidationError:
        for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
            try:
                nbformat.validate(cell, ref="code_cell", version=4, version_minor=5)
            except nbformat.ValidationError:
                cell.outputs = [nbformat.v4.new_output("stream", text="(an output that cannot be shown)\n")]


def _make_ids_unique(cells: list[NotebookNode]) -> None:
    seen: set[str] = set()
    for index, cell in enumerate(cells):
        if cell.id in seen:
            cell.id = f"again-{index}"
        seen.add(cell.id)
