"""What is graded: submissions made from the bank, and the course roots that hold them."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder import assignment, sample
from autograder.bank import read_bank
from autograder.build import assemble
from autograder.course import Course, notebook_file
from autograder.engine import launch
from autograder.release import generate
from tools.bench import fit

ROOT = Path(__file__).resolve().parents[2]
CONVOLUTION = "01_convolution"
SEED = 0
"""Of the hidden checks' inputs; the tools that know no seed get it from the environment."""


@dataclass(frozen=True)
class Material:
    """The submissions of one assignment, and the course that it belongs to."""

    course: Course
    name: str
    submissions: tuple[bytes, ...]

    @property
    def modules(self) -> list[str]:
        """What our warm interpreters import, but for the engine itself: the floor imports it, too."""
        loaded = assignment.load(self.course, self.name)
        modules = [*launch.STUDENT_MODULES, *launch.CHECKER_MODULES]
        modules += launch.TENSORFLOW_MODULES if loaded.uses_tensorflow else ()
        modules += [*loaded.student_imports, *loaded.check_imports]
        return [module for module in dict.fromkeys(modules) if _importable(module)]

    @property
    def checked(self) -> set[str]:
        """The grade_ids of the cells that a machine checks."""
        return {cell.grade_id for cell in assignment.load(self.course, self.name).tests}

    def root(self, folder: Path) -> Path:
        """Make a folder a fresh course root that holds the submissions, and nothing graded."""
        for part in ("source", "release"):
            shutil.copytree(self.course.root / part / self.name, folder / part / self.name)
        shutil.copyfile(ROOT / "nbgrader_config.py", folder / "nbgrader_config.py")
        for number, data in enumerate(self.submissions):
            path = Course(folder).submitted(f"student{number:04}", self.name)
            path.parent.mkdir(parents=True)
            path.write_bytes(data)
        return folder


def _importable(module: str) -> bool:
    """Whether it is a module, and none of the engine's; `from a import b` names functions, too."""
    from importlib.util import find_spec

    if module.startswith("autograder.engine"):
        return False
    try:
        return find_spec(module) is not None
    except (ImportError, AttributeError):
        return False


def convolution(count: int) -> Material:
    """Submissions of 01_convolution."""
    course = Course(ROOT)
    return Material(course, CONVOLUTION, submissions(course, CONVOLUTION, sample.BANK, count))


def keras_fit(count: int, folder: Path) -> Material:
    """Submissions of the benchmark's own Keras notebook; its course is made in the folder."""
    course = Course(folder)
    for path in (course.source(fit.NAME), course.release(fit.NAME)):
        path.parent.mkdir(parents=True)
    shutil.copyfile(ROOT / "nbgrader_config.py", folder / "nbgrader_config.py")
    course.source(fit.NAME).write_text(nbformat.writes(assemble(fit.TEXT)) + "\n", "utf-8")
    course.release(fit.NAME).write_text(generate(course, fit.NAME), "utf-8")
    (folder / f"{fit.NAME}.py").write_text(fit.BANK, "utf-8")
    return Material(course, fit.NAME, submissions(course, fit.NAME, folder, count))


def submissions(course: Course, name: str, bank: Path, count: int) -> tuple[bytes, ...]:
    """Solved notebooks, no two alike.

    The first is the reference.  Of every four, two are right, in one or another way of writing; one has a
    mistake of the bank's, and one a mistake in every exercise that the bank has mistakes of.
    """
    released = nbformat.read(course.release(name), as_version=4)
    reference = sample.reference_answers(course, name)
    answers = read_bank(bank / f"{name}.py")
    wrong = [answer for answer in answers if not answer.right]
    made = []
    for number in range(count):
        turn, kind = divmod(number, 4)
        if kind == 1:
            # Neighbours in the bank are alike: step through it by a number that meets every one.
            mistake = wrong[_stride(len(wrong)) * turn % len(wrong)]
            chosen = {mistake.exercise: mistake.source}
        elif kind == 3:
            chosen = sample.wrong_answers(answers, turn)
        else:
            chosen = sample.right_answers(answers, number // 2 - 1) if number else {}
        filled = sample.fill(released, reference | chosen)
        first = next(cell for cell in filled.cells if cell.metadata.get("nbgrader", {}).get("solution"))
        first.source += f"\n\n# The answer of student {number}."
        made.append((nbformat.writes(filled) + "\n").encode())
    return tuple(made)


def _stride(length: int) -> int:
    from math import gcd

    return next((step for step in range(max(1, int(length * 0.38)), length) if gcd(step, length) == 1), 1)


def environment() -> dict[str, str]:
    """What all tools run in: the threads, log levels and backends of our own processes."""
    ours = launch._environment("checker", tempfile.gettempdir())
    shared = {
        key: value
        for key, value in ours.items()
        if key.startswith(("TF_", "KERAS_", "MPL", "PYTHONHASHSEED")) or key.endswith("_NUM_THREADS")
    }
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return os.environ | shared | {"PATH": paths, "PYTHONPATH": str(ROOT), "AUTOGRADER_SEED": str(SEED)}


def notebook_path(root: Path, name: str) -> Path:
    """The instructor's notebook in a course root."""
    return root / "source" / name / notebook_file(name)
