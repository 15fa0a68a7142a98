"""Where the parts of a course are: one place that knows the folders' names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UserError

_NAME = re.compile(r"\d\d_\w+")


@dataclass(frozen=True)
class Course:
    """A course root, as nbgrader means it."""

    root: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Course:
        """The course that holds the current folder (or `start`).

        Raises
        ------
        UserError
            Where neither the folder nor one above it is a course root.
        """
        start = (start or Path.cwd()).resolve()
        for folder in (start, *start.parents):
            if (folder / "nbgrader_config.py").is_file() and (folder / "source").is_dir():
                return cls(folder)
        raise UserError(
            f"{start} is not inside a course: go to the folder that holds nbgrader_config.py and source/."
        )

    @property
    def assignments(self) -> list[str]:
        """Names of all built assignments, in order."""
        return sorted(p.name for p in (self.root / "source").glob("*") if _NAME.fullmatch(p.name))

    @property
    def texts(self) -> list[str]:
        """Names of all assignments that have a text in ``course/assignments``, in order."""
        return sorted(
            p.stem for p in (self.root / "course/assignments").glob("*.py") if _NAME.fullmatch(p.stem)
        )

    def require(self, name: str) -> str:
        """The name itself, where the course has such an assignment.

        Raises
        ------
        UserError
            With the names that there are.
        """
        if name not in self.assignments:
            known = ", ".join(self.assignments) or "none: run `autograder build` first"
            raise UserError(f"there is no assignment {name!r} in {self.root / 'source'}; there is {known}.")
        return name

    def text(self, name: str) -> Path:
        """The assignment as people write it."""
        return self.root / "course/assignments" / f"{name}.py"

    def source(self, name: str) -> Path:
        """The instructor's notebook."""
        return self.root / "source" / name / notebook_file(name)

    def release(self, name: str) -> Path:
        """The notebook that students get."""
        return self.root / "release" / name / notebook_file(name)

    def submitted(self, student: str, name: str) -> Path:
        """Where a student's submitted notebook is expected."""
        return self.root / "submitted" / student / name / notebook_file(name)

    def results(self, name: str) -> Path:
        """The folder of an assignment's grading records, one file a student."""
        return self.root / "results" / name


def notebook_name(assignment: str) -> str:
    """``01_convolution`` -> ``convolution``."""
    return assignment.split("_", 1)[1]


def notebook_file(assignment: str) -> str:
    """``01_convolution`` -> ``convolution.ipynb``."""
    return f"{notebook_name(assignment)}.ipynb"
