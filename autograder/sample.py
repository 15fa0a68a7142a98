"""A sample class: real notebooks made from the released ones, each with a story of its own.

Answers come from the bank, so that the class shows the mistakes that the checks know.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.bank import BankAnswer, read_bank
from autograder.course import Course, notebook_file
from autograder.release import BEGIN_SOLUTION, END_SOLUTION

BANK = Path(__file__).parent / "bank"

MISTAKES = 8
"""How many students have one mistake each: a class that can be read on one screen."""

PROSE = "The weights are shared by all positions, so the same pattern is found wherever it is."


@dataclass(frozen=True)
class Sample:
    """One sample submission: who, what it is about, and the file's content."""

    student: str
    story: str
    content: bytes


def reference_answers(course: Course, name: str) -> dict[str, str]:
    """Source of every solution cell, as the instructor wrote it, by grade_id."""
    source = nbformat.read(course.source(name), as_version=4)
    marks = (BEGIN_SOLUTION, END_SOLUTION)
    return {
        cell.metadata.nbgrader.grade_id: "\n".join(
            line for line in cell.source.splitlines() if line.strip() not in marks
        )
        for cell in source.cells
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code"
    }


def fill(notebook: NotebookNode, answers: dict[str, str], prose: str | None = PROSE) -> NotebookNode:
    """A copy of a released notebook with answers in its solution cells.

    Parameters
    ----------
    notebook : NotebookNode
        As released.
    answers : dict
        Source by grade_id; other cells stay as they are.
    prose : str or None
        Text for the hand-graded cells; None leaves them blank.
    """
    filled = copy.deepcopy(notebook)
    for cell in filled.cells:
        meta = cell.metadata.get("nbgrader", {})
        if not meta.get("solution"):
            continue
        if cell.cell_type == "code":
            cell.source = answers.get(meta.grade_id, cell.source)
        elif prose is not None:
            cell.source = prose
    return filled


def make_class(course: Course, name: str) -> Iterator[Sample]:
    """The sample submissions of one assignment."""
    released = nbformat.read(course.release(name), as_version=4)
    reference = reference_answers(course, name)
    bank = read_bank(BANK / f"{name}.py")

    def sample(student: str, story: str, notebook: NotebookNode) -> Sample:
        return Sample(student, story, (nbformat.writes(notebook) + "\n").encode())

    yield sample(
        "right-reference", "every answer right, as the instructor writes it", fill(released, reference)
    )
    for number, story in (
        (0, "every answer right, written another way"),
        (1, "every answer right, a third way"),
    ):
        yield sample(
            f"right-other-{number + 1}", story, fill(released, reference | right_answers(bank, number))
        )
    yield sample("blank", "handed in as released", released)
    half = dict(list(reference.items())[: len(reference) // 2])
    yield sample("half-done", "the first half answered, the rest left", fill(released, half, prose=None))
    for answer in _central_mistakes(bank):
        story = f"{answer.exercise}: {answer.name}"
        yield sample(
            f"mistake-{answer.name}", story, fill(released, reference | {answer.exercise: answer.source})
        )
    yield sample(
        "many-mistakes", "a mistake in every exercise", fill(released, reference | wrong_answers(bank, 0))
    )
    for student, story, change in _MISHAPS:
        yield sample(student, story, change(fill(released, reference), reference))
    yield Sample("not-json", "half of the file is missing", nbformat.writes(released).encode()[:2000])
    yield Sample(
        "old-format",
        "every answer right, saved in notebook format 3",
        _as_format_3(fill(released, reference)),
    )


def right_answers(bank: list[BankAnswer], number: int) -> dict[str, str]:
    """The bank's right answer of that number for every exercise (counting around)."""
    return _nth([answer for answer in bank if answer.right], number)


def wrong_answers(bank: list[BankAnswer], number: int) -> dict[str, str]:
    """The bank's wrong answer of that number for every exercise (counting around)."""
    return _nth([answer for answer in bank if not answer.right], number)


def _nth(answers: list[BankAnswer], number: int) -> dict[str, str]:
    by_exercise: dict[str, list[str]] = {}
    for answer in answers:
        by_exercise.setdefault(answer.exercise, []).append(answer.source)
    return {exercise: sources[number % len(sources)] for exercise, sources in by_exercise.items()}


def _central_mistakes(bank: list[BankAnswer]) -> list[BankAnswer]:
    """The wrong answers of the exercise that has most of them."""
    wrong = [answer for answer in bank if not answer.right]
    names = [answer.exercise for answer in wrong]
    central = max(dict.fromkeys(names), key=names.count, default="")
    # One of each kind: several answers may make the same mistake.
    kinds = {answer.says or answer.name: answer for answer in wrong if answer.exercise == central}
    return list(kinds.values())[:MISTAKES]


# -- mishaps: each takes a solved notebook and returns it with something gone wrong -------------


def _cell(notebook: NotebookNode, kind: str) -> int:
    """Index of the first solution ("solution") or test ("grade") cell of code."""
    return next(
        index
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get(kind)
    )


def _last_answer(notebook: NotebookNode) -> NotebookNode:
    return [
        c for c in notebook.cells if c.cell_type == "code" and c.metadata.get("nbgrader", {}).get("solution")
    ][-1]


def _replace_body(source: str, body: str) -> str:
    """The function's signature with another body."""
    lines = source.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("def "))
    end = next(n for n in range(start, len(lines)) if lines[n].rstrip().endswith(":"))
    return "\n".join([*lines[: end + 1], *(f"    {line}" for line in body.splitlines())])


def _endless_loop(notebook: NotebookNode, reference: dict[str, str]) -> NotebookNode:
    cell = _last_answer(notebook)
    cell.source = _replace_body(cell.source, "while True:\n    pass")
    return notebook


def _crash(notebook: NotebookNode, reference: dict[str, str]) -> NotebookNode:
    cell = _last_answer(notebook)
    cell.source = _replace_body(cell.source, "import os\nos.abort()")
    return notebook


def _crash_in_cell(notebook: NotebookNode, reference: dict[str, str]) -> NotebookNode:
    at = _cell(notebook, "solution")
    notebook.cells.insert(at, nbformat.v4.new_code_cell("import ctypes\nctypes.string_at(0)"))
    return notebook


def _deleted_test(notebook: NotebookNode, reference: dict[str, str]) -> NotebookNode:
    del notebook.cells[_cell(notebook, "grade")]
    return notebook


def _duplicated_test(notebook: NotebookNode, reference: dict[str, str]) -> NotebookNode:
    at = _cell(notebook, "grade")
    again = copy.deepcopy(notebook.cells[at])
    again.id = "copied"
    notebook.cells.insert(at, again)
    return notebook


def _edited_test(notebook: NotebookNode, reference: dict[str, str]) -> NotebookNode:
    at, answer = _cell(notebook, "grade"), _cell(notebook, "solution")
    notebook.cells[at].source = "pass  # all well\n100"
    notebook.cells[at].metadata.nbgrader.points = 1000
    notebook.cells[answer].source = _replace_body(notebook.cells[answer].source, "return 0")
    return notebook


def _noisy(notebook: NotebookNode, reference: dict[str, str]) -> NotebookNode:
    noise = "import sys, warnings\nwarnings.warn('look out')\nprint('noise\\n' * 2000, file=sys.stderr)"
    for cell in [
        c for c in notebook.cells if c.cell_type == "code" and c.metadata.get("nbgrader", {}).get("solution")
    ]:
        cell.source = f"{noise}\n{cell.source}"
    return notebook


def _reordered(notebook: NotebookNode, reference: dict[str, str]) -> NotebookNode:
    answers = [
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution") and c.cell_type == "code"
    ]
    tests = [
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade") and c.cell_type == "code"
    ]
    others = [c for c in notebook.cells if c not in answers and c not in tests]
    notebook.cells = [*others, *answers, *reversed(tests)]
    return notebook


def _retyped(notebook: NotebookNode, reference: dict[str, str]) -> NotebookNode:
    cell = notebook.cells[_cell(notebook, "solution")]
    at = notebook.cells.index(cell)
    notebook.cells[at] = nbformat.v4.new_markdown_cell(cell.source, metadata=cell.metadata)
    return notebook


_MISHAPS: tuple[tuple[str, str, Callable[[NotebookNode, dict[str, str]], NotebookNode]], ...] = (
    ("endless-loop", "the last answer never ends", _endless_loop),
    ("crash-in-answer", "the last answer ends the interpreter when it is called", _crash),
    ("crash-in-cell", "right, but a cell of their own ends the interpreter", _crash_in_cell),
    ("deleted-test", "right, a check's cell deleted", _deleted_test),
    ("duplicated-test", "right, a check's cell copied", _duplicated_test),
    ("edited-test", "first answer wrong, its check edited to give 100 points", _edited_test),
    ("reordered", "right, cells moved about", _reordered),
    ("retyped", "right, the first answer made a Markdown cell", _retyped),
    ("noisy", "right, with much noise on standard error", _noisy),
)


def _as_format_3(notebook: NotebookNode) -> bytes:
    """The notebook as IPython of ten years ago would have saved it."""
    cells = []
    for cell in notebook.cells:
        old = {"cell_type": cell.cell_type, "metadata": dict(cell.metadata)}
        if cell.cell_type == "code":
            old |= {"input": cell.source, "language": "python", "outputs": [], "collapsed": False}
        else:
            old["source"] = cell.source
        cells.append(old)
    sheet = {"cells": cells, "metadata": {}}
    return json.dumps(
        {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [sheet]}
    ).encode()


def write_class(course: Course, name: str, folder: Path) -> dict[str, str]:
    """Write the sample submissions as nbgrader has them; return each student's story."""
    stories = {}
    for sample in make_class(course, name):
        path = folder / sample.student / name / notebook_file(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample.content)
        stories[sample.student] = sample.story
    return stories
