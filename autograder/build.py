"""course/assignments/NAME.py -> source/NAME/name.ipynb.

The text is percent format with short nbgrader metadata.  The build completes the metadata,
gives every cell an id that does not change from build to build, and records the text output
of the cells tagged ``check-output`` by running the notebook, so that nbval can compare it.
"""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import fields
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.course import Course
from autograder.engine.protocol import Limits
from autograder.errors import UserError
from autograder.files import write_built

CHECK_OUTPUT = "check-output"
ILLUSTRATION = "illustration"
NBVAL_CHECK = "nbval-check-output"


def build(course: Course, name: str, *, check: bool = False, force: bool = False) -> bool:
    """Build one assignment's instructor notebook.

    Parameters
    ----------
    course : Course
        Where to read and write.
    name : str
        Such as ``01_convolution``.
    check : bool
        Write nothing, only compare.
    force : bool
        Write over a notebook that was edited by hand (it is kept beside the new one).

    Returns
    -------
    bool
        Whether the committed notebook was already what the text gives.

    Raises
    ------
    UserError
        Where there is no such text, its metadata is wrong, or the notebook does not run.
    """
    text = course.text(name)
    if name not in course.texts:
        known = ", ".join(course.texts) or "none"
        raise UserError(f"there is no assignment {name!r} in {text.parent} (NN_name.py); there is {known}.")
    target = course.source(name)
    notebook = assemble(text.read_text("utf-8"), where=text.name)
    old = nbformat.read(target, as_version=4) if target.is_file() else None
    same_code = old is not None and _code(old) == _code(notebook)
    if same_code:
        for cell, before in zip(notebook.cells, old.cells, strict=True):
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = before.outputs, before.execution_count
    elif not check:
        run(notebook, course, name)
    built = {target.relative_to(course.root): (nbformat.writes(notebook) + "\n").encode()}
    return not write_built(course.root, "source", built, check=check, force=force)


def assemble(text: str, where: str = "text") -> NotebookNode:
    """The notebook that a percent text describes, without outputs.

    Raises
    ------
    UserError
        Where a cell's nbgrader metadata is incomplete or a grade_id comes twice.
    """
    # It takes a second to import, which grading need not wait for.
    import jupytext

    notebook = jupytext.reads(text, fmt="py:percent")
    limits = notebook.metadata.get("autograder", {})
    unknown = sorted(set(limits) - {field.name for field in fields(Limits)})
    if unknown:
        known = ", ".join(field.name for field in fields(Limits))
        raise UserError(f"{where}: the header's `autograder` has {', '.join(unknown)}; it knows {known}.")
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "autograder": limits,
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    seen: set[str] = set()
    for index, cell in enumerate(notebook.cells):
        cell.metadata = nbformat.from_dict(_metadata(cell, index, where))
        short = cell.metadata.get("nbgrader", {}).get("grade_id")
        if short in seen:
            raise UserError(f"{where}: two cells have the grade_id {short!r}; give one of them another.")
        if short:
            seen.add(short)
        cell.id = re.sub(r"[^a-zA-Z0-9_-]", "-", short or f"text-{index:03}")[:64]
    return notebook


def _metadata(cell: NotebookNode, index: int, where: str) -> dict[str, Any]:
    """A cell's metadata, completed."""
    at = f"{where}, cell {index + 1}"
    strange = sorted(set(cell.metadata) - {"tags", "title", "nbgrader", "lines_to_next_cell"})
    if strange:
        raise UserError(f"{at}: unknown cell metadata {', '.join(strange)}; known are nbgrader and tags.")
    for kind in ("SOLUTION", "HIDDEN TESTS"):
        begun, ended = (
            len(re.findall(rf"^\s*### {word} {kind}$", cell.source, re.M)) for word in ("BEGIN", "END")
        )
        if begun != ended:
            raise UserError(
                f"{at}: {begun} `### BEGIN {kind}` and {ended} `### END {kind}`: each needs the other."
            )
    metadata = {key: value for key, value in cell.metadata.items() if key in ("tags", "title", "nbgrader")}
    tags = list(metadata.pop("tags", []))
    if CHECK_OUTPUT in tags:
        tags.append(NBVAL_CHECK)
    if tags:
        metadata["tags"] = tags
    given = metadata.pop("nbgrader", None)
    if given is None and (cell.cell_type != "code" or ILLUSTRATION in tags):
        return metadata
    if given is None:
        given = {"grade_id": f"setup-{index:03}"}
    unknown = set(given) - {"grade_id", "grade", "solution", "points"}
    if unknown or "grade_id" not in given or (given.get("grade") and "points" not in given):
        raise UserError(
            f"{at}: nbgrader metadata needs grade_id, and points where grade is true; it has {dict(given)}."
        )
    if not isinstance(given["grade_id"], str) or not re.fullmatch(r"[a-zA-Z0-9_-]+", given["grade_id"]):
        raise UserError(f"{at}: the grade_id {given['grade_id']!r} may have letters, digits, - and _ only.")
    if not all(isinstance(given.get(key, False), bool) for key in ("grade", "solution")):
        raise UserError(f"{at}: grade and solution are true or false; the cell has {dict(given)}.")
    points = given.get("points", 0)
    if isinstance(points, bool) or not isinstance(points, (int, float)) or points < 0:
        raise UserError(f"{at}: points are a number from 0 on, not {points!r}.")
    grade, solution = bool(given.get("grade")), bool(given.get("solution"))
    metadata["nbgrader"] = {
        "grade": grade,
        "grade_id": given["grade_id"],
        "locked": not solution,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    if grade:
        metadata["nbgrader"]["points"] = given["points"]
    return metadata


def _code(notebook: NotebookNode) -> list[tuple[str, str, str]]:
    """All that outputs depend on."""
    return [
        (cell.cell_type, cell.source if cell.cell_type == "code" else "", str(cell.metadata.get("tags")))
        for cell in notebook.cells
    ]


def run(notebook: NotebookNode, course: Course, name: str) -> None:
    """Run the solved notebook and keep the text output of the cells tagged ``check-output``.

    Raises
    ------
    UserError
        Where a cell raises: the reference solution must pass its own checks.
    """
    executed = copy.deepcopy(notebook)
    paths = os.pathsep.join([str(course.root), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    environment = os.environ | {
        "PYTHONPATH": paths,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
    }
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            executed, timeout=600, resources={"metadata": {"path": folder}}, coalesce_streams=True
        )
        try:
            client.execute(env=environment, stderr=subprocess.DEVNULL)
        except Exception as error:
            said = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
            raise UserError(f"{name}.py: the solved notebook does not run to its end.\n{said}") from error
    for cell, ran in zip(notebook.cells, executed.cells, strict=True):
        if CHECK_OUTPUT in cell.metadata.get("tags", []):
            cell.outputs = _text_outputs(ran.outputs)
            # nbval takes a cell with outputs and no count for one that never ran.
            cell.execution_count = 1


def _text_outputs(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Standard output and plain text results: what is the same on every machine."""
    kept = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stdout":
            kept.append(nbformat.from_dict(output))
        elif output.output_type == "execute_result":
            kept.append(
                nbformat.from_dict(
                    {
                        "output_type": "execute_result",
                        "execution_count": 1,
                        "metadata": {},
                        "data": {"text/plain": output.data["text/plain"]},
                    }
                )
            )
    return kept


def _name(given: str) -> str:
    """The assignment's name, where its file is given."""
    return given.rsplit("/", 1)[-1].removesuffix(".py")


def main(course: Course, names: list[str], *, check: bool, force: bool = False) -> int:
    """Build (or check) the named assignments, or all; the command's exit status."""
    out_of_step = 0
    for name in map(_name, names or course.texts):
        in_step = build(course, name, check=check, force=force)
        word = "in step" if in_step else ("OUT OF STEP: run `autograder build`" if check else "built")
        print(f"{name:<22} {word}", file=sys.stderr if check and not in_step else sys.stdout)
        out_of_step += check and not in_step
    orphans = [name for name in course.assignments if name not in course.texts]
    for name in orphans:
        print(f"{name:<22} has no text any more: remove source/{name} and release/{name}", file=sys.stderr)
    return 1 if out_of_step or (check and orphans) else 0
