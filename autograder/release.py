"""source/NAME/ -> release/NAME/, by nbgrader's own generate_assignment, and the students' kit.

nbgrader copies whatever else lies in the assignment's folder, so it works on a folder that
holds the notebook alone; what comes out is then scanned for anything that students must not
have before it replaces the release.
"""

from __future__ import annotations

import ast
import logging
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.course import Course, notebook_file
from autograder.errors import UserError
from autograder.files import write_built

BEGIN_SOLUTION, END_SOLUTION = "### BEGIN SOLUTION", "### END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"

KIT_FOLDER = "course/kit"
PACKAGE_LEAVES_OUT = ("assignments", "kit", "__pycache__")

# Shorter statements (`return result`) are the same in every program and prove nothing.
_TELLING_LENGTH = 28


def release(course: Course, name: str, *, check: bool = False, force: bool = False) -> list[str]:
    """Make the students' version of one assignment.

    Parameters
    ----------
    course : Course
        Where to read and write.
    name : str
        Such as ``01_convolution``.
    check : bool
        Write nothing, only compare.
    force : bool
        Write over files that were edited by hand (they are kept beside the new ones).

    Returns
    -------
    list of str
        The files that were out of step, relative to the course root.

    Raises
    ------
    UserError
        Where the source is missing, nbgrader fails, or the scan finds a leak.
    """
    course.require(name)
    source = nbformat.read(course.source(name), as_version=4)
    text = generate(course, name)
    leaks = list(find_leaks({notebook_file(name): text}, [source]))
    if leaks:
        raise UserError(f"{name} was not released, because students would get:\n  " + "\n  ".join(leaks))
    wanted = {course.release(name).relative_to(course.root): text.encode()}
    return _write(course, wanted, Path("release") / name, check=check, force=force)


def release_kit(course: Course, *, check: bool = False, force: bool = False) -> list[str]:
    """Copy what students need besides the notebooks: how to start, the environment, the package.

    Returns
    -------
    list of str
        The files that were out of step, relative to the course root.
    """
    changed = []
    sources = [nbformat.read(course.source(name), as_version=4) for name in course.assignments]
    package = package_files(course)
    texts = {str(path): content.decode(errors="replace") for path, content in package.items()}
    leaks = list(find_leaks(texts, sources))
    if leaks:
        raise UserError("the kit was not released, because students would get:\n  " + "\n  ".join(leaks))
    changed += _write(
        course,
        {Path("release") / path: content for path, content in package.items()},
        Path("release/course"),
        check=check,
        force=force,
    )
    kit = {
        Path("release") / path.name: path.read_bytes()
        for path in sorted((course.root / KIT_FOLDER).iterdir())
    }
    for file in ("pyproject.toml", "LICENSE"):
        kit[Path("release") / file] = (course.root / file).read_bytes()
    known = {"course", "built.json", *course.assignments, *(path.name for path in kit)}
    others = sorted(path.name for path in (course.root / "release").iterdir() if path.name not in known)
    if others and not check:
        raise UserError(f"release/ holds {', '.join(others)}, which would reach students: move it elsewhere.")
    changed += [f"release/{other} (does not belong there)" for other in others]
    return changed + _write(course, kit, None, check=check, force=force)


def package_files(course: Course) -> dict[Path, bytes]:
    """The students' package: path and content of every file of ``course`` that they get."""
    root = course.root / "course"
    return {
        path.relative_to(course.root): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not set(path.relative_to(root).parts) & set(PACKAGE_LEAVES_OUT)
    }


def _write(
    course: Course, wanted: dict[Path, bytes], folder: Path | None, *, check: bool, force: bool
) -> list[str]:
    """Bring files (and a folder that may hold nothing else) into step; return what was not."""
    strays = []
    if folder is not None:
        for path in sorted((course.root / folder).rglob("*")):
            ignored = {"__pycache__", ".ipynb_checkpoints"} & set(path.parts) or path.suffix == ".edited"
            if path.is_file() and path.relative_to(course.root) not in wanted and not ignored:
                strays.append(str(path.relative_to(course.root)))
    if strays and not check:
        raise UserError(
            f"{', '.join(strays)} would reach students and does not belong there: move it elsewhere."
        )
    return write_built(course.root, "release", wanted, check=check, force=force) + strays


def generate(course: Course, name: str) -> str:
    """The released notebook's text, made by nbgrader from the source notebook alone."""
    from nbgrader.apps import NbGraderAPI

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "source" / name).mkdir(parents=True)
        shutil.copyfile(course.source(name), root / "source" / name / notebook_file(name))
        config = nbgrader_config(course)
        config.CourseDirectory.root = folder
        config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
        with environment_on_path(), _quiet():
            answer = NbGraderAPI(config=config).generate_assignment(name, force=True, create=True)
        if not answer["success"]:
            raise UserError(
                f"nbgrader could not release {name}: {answer.get('error') or ''}\n{answer.get('log', '')}".strip()
            )
        notebook = nbformat.read(root / "release" / name / notebook_file(name), as_version=4)
    notebook.metadata.pop("autograder", None)
    return nbformat.writes(notebook) + "\n"


def nbgrader_config(course: Course) -> Config:
    """What ``nbgrader_config.py`` in the course root says."""
    return PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()


class environment_on_path:
    """Put this environment's ``bin`` on PATH: nbgrader calls ``alembic`` by its bare name."""

    def __enter__(self) -> None:
        self._before = os.environ.get("PATH", "")
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), self._before])

    def __exit__(self, *_: object) -> None:
        os.environ["PATH"] = self._before


class _quiet:
    """nbgrader logs each step as a warning or more; its answer carries the log."""

    def __enter__(self) -> None:
        logging.disable(logging.ERROR)

    def __exit__(self, *_: object) -> None:
        logging.disable(logging.NOTSET)


# ---------------------------------------------------------------------------------------
# The leak scan
# ---------------------------------------------------------------------------------------


def regions(source: str, begin: str, end: str) -> Iterator[str]:
    """The texts between the delimiters."""
    yield from re.findall(rf"^[ \t]*{re.escape(begin)}\n(.*?)^[ \t]*{re.escape(end)}", source, re.M | re.S)


def without_regions(source: str) -> str:
    """A cell's text without its solution and hidden regions."""
    for begin, end in ((BEGIN_SOLUTION, END_SOLUTION), (BEGIN_HIDDEN, END_HIDDEN)):
        source = re.sub(
            rf"^[ \t]*{re.escape(begin)}\n.*?^[ \t]*{re.escape(end)}", "", source, flags=re.M | re.S
        )
    return source


def secrets(source: NotebookNode) -> set[str]:
    """What only instructors may have: telling statements and sentences of solutions and rubrics.

    What the visible cells of the same type have too is no secret: a line that is given as code, a
    sentence of the question.  A line of a solution in the prose is one.
    """
    found: set[str] = set()
    for kind in ("code", "markdown"):
        hidden, visible = set(), set()
        for cell in source.cells:
            if cell.cell_type != kind:
                continue
            visible |= set(_pieces(without_regions(cell.source), kind == "code"))
            for begin, end in ((BEGIN_SOLUTION, END_SOLUTION), (BEGIN_HIDDEN, END_HIDDEN)):
                for region in regions(cell.source, begin, end):
                    hidden |= set(_pieces(region, kind == "code"))
        found |= hidden - visible
    return {piece for piece in found if len(piece) >= _TELLING_LENGTH}


def _pieces(text: str, code: bool) -> Iterator[str]:
    """Statements of code (as Python would print them) and lines of anything."""
    for line in text.splitlines():
        yield _normal(line)
    if code:
        try:
            tree = ast.parse(_dedent(text))
        except SyntaxError:
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.stmt) and not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                yield _normal(ast.unparse(node).splitlines()[0])


def _dedent(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return "\n".join(line[indent:] for line in lines)


def _normal(line: str) -> str:
    return re.sub(r"\s+", " ", line.split("  #")[0]).strip()


def find_leaks(files: dict[str, str], sources: Iterable[NotebookNode]) -> Iterator[str]:
    """Say what in these files students must not have.

    Parameters
    ----------
    files : dict
        Name and text of each file that is to go out; notebooks by their ending.
    sources : iterable of notebooks
        The instructor notebooks whose secrets are looked for.

    Yields
    ------
    str
        One sentence a leak: the file, the cell, what it is.
    """
    secret = set().union(*(secrets(source) for source in sources))
    for name, text in files.items():
        if not name.endswith(".ipynb"):
            yield from _leaks_in_text(name, text, secret, code=name.endswith(".py"))
            continue
        notebook = nbformat.reads(text, as_version=4)
        extra = set(notebook.metadata) - {"kernelspec", "language_info", "celltoolbar"}
        if extra:
            yield f"{name}: notebook metadata {sorted(extra)}."
        for index, cell in enumerate(notebook.cells):
            where = f"{name}, cell {index + 1}"
            if cell.get("outputs") or cell.get("execution_count"):
                yield f"{where}: output of a run."
            if cell.get("attachments"):
                yield f"{where}: an attachment."
            yield from _leaks_in_text(where, cell.source, secret, code=cell.cell_type == "code")


def _leaks_in_text(where: str, text: str, secret: set[str], *, code: bool) -> Iterator[str]:
    for mark in (
        BEGIN_SOLUTION,
        END_SOLUTION,
        BEGIN_HIDDEN,
        END_HIDDEN,
        "autograder.checks",
        "autograder.bank",
    ):
        if mark in text:
            yield f"{where}: the text {mark!r}."
    leaked = secret & set(_pieces(text, code))
    if not code:
        # In prose a line of code stands between backticks, or within a sentence.
        whole = _normal(" ".join(text.split()))
        leaked |= {piece for piece in secret if piece in whole}
    for piece in sorted(leaked):
        yield f"{where}: a line of a solution, a rubric or a hidden check: {piece!r}."


# ---------------------------------------------------------------------------------------


def _gate(course: Course, names: list[str], *, strict: bool) -> int:
    """Say which assignments' checks are not to be trusted yet; 1 where that stops the release."""
    from autograder.mutation.gate import objections

    status = 0
    for name in names:
        for objection in objections(course, course.require(name)):
            print(f"{name:<22} {'STOPPED' if strict else 'note'}: {objection}", file=sys.stderr)
            status = int(strict)
    return status


def main(course: Course, names: list[str], *, check: bool, force: bool = False, strict: bool = False) -> int:
    """Release (or check) the named assignments, or all and the kit; the command's exit status."""
    status = _gate(course, names or course.assignments, strict=strict)
    if status and not check:
        return status
    jobs = [
        (name, lambda name=name: release(course, name, check=check, force=force))
        for name in names or course.assignments
    ]
    # Always: a new check belongs to the kit, and students' notebooks import it.
    if (course.root / KIT_FOLDER).is_dir():
        jobs.append(("students' kit", lambda: release_kit(course, check=check, force=force)))
    for label, job in jobs:
        changed = job()
        if changed and check:
            status = 1
            print(f"{label:<22} OUT OF STEP: {', '.join(changed)}; run `autograder release`", file=sys.stderr)
        else:
            print(f"{label:<22} {'released' if changed else 'in step'}")
    return status
