"""A small assignment, a grader of its notebooks, and short ways to read results."""

from __future__ import annotations

from pathlib import Path

import nbformat

from autograder import assignment
from autograder.course import Course
from autograder.engine import supervise
from autograder.engine.launch import Launcher
from autograder.engine.result import CellResult, Result

ROOT = Path(__file__).resolve().parents[1]

TEXT = '''
# ---
# jupyter:
#   autograder: {cell_seconds: 3, call_seconds: 2, notebook_seconds: 60, memory_mb: 400}
# ---

# %% [markdown]
# # A small assignment

# %%
import numpy as np

FACTOR = 2

# %% nbgrader={"grade_id": "double", "solution": true}
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return FACTOR * np.asarray(x)
    ### END SOLUTION

# %% Twice nbgrader={"grade_id": "test_double", "grade": true, "points": 2}
import numpy as np
from course.checking import Attempt, public

public("double", lambda: Attempt("double", double)(np.arange(3)).equals([0, 2, 4]))
### BEGIN HIDDEN TESTS
from autograder.checks import hidden

hidden("double", "negative numbers", lambda: Attempt("double", double)(np.array([-7.5])).equals([-15]))
### END HIDDEN TESTS

# %% Leaves its input nbgrader={"grade_id": "test_double_input", "grade": true, "points": 1}
import numpy as np
from course.checking import Attempt, public

public("double input", lambda: Attempt("double", double)(np.arange(3.0)).equals([0, 2, 4]).leaves_inputs())

# %% nbgrader={"grade_id": "triple", "solution": true}
def triple(x):
    ### BEGIN SOLUTION
    return x * 3
    ### END SOLUTION

# %% Thrice nbgrader={"grade_id": "test_triple", "grade": true, "points": 3}
from course.checking import Attempt, public

public("triple", lambda: Attempt("triple", triple)(4).equals(12))

# %% tags=["illustration"]
KERNEL_OF_PICTURE = 3
print("a picture", KERNEL_OF_PICTURE)

# %% [markdown] nbgrader={"grade_id": "why", "grade": true, "solution": true, "points": 4}
# ### BEGIN SOLUTION
# Because the rubric says so in many words.
# ### END SOLUTION
'''

NAME = "09_small"


RIGHT = {
    "double": "def double(x):\n    return FACTOR * np.asarray(x)",
    "triple": "def triple(x):\n    return 3 * x",
}


class Grader:
    """Grades a notebook of the small assignment with answers put in, or changed by hand."""

    def __init__(self, small_course: Course, small: assignment.Assignment, launcher: Launcher):
        self.course, self.assignment, self.launcher = small_course, small, launcher

    def notebook(self, **answers: str) -> nbformat.NotebookNode:
        """The released notebook with these answers in its cells, and right ones elsewhere."""
        notebook = nbformat.read(self.course.release(NAME), as_version=4)
        for cell in notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
                cell.source = (RIGHT | answers)[grade_id]
        return notebook

    def __call__(self, notebook: nbformat.NotebookNode | bytes | None = None, **answers: str) -> Result:
        """Grade it."""
        if notebook is None:
            notebook = self.notebook(**answers)
        data = notebook if isinstance(notebook, bytes) else nbformat.writes(notebook).encode()
        return supervise.grade(self.assignment, data, "student", 1, self.launcher)


def cells(result: Result) -> dict[str, CellResult]:
    """A result's cells by grade_id."""
    return {cell.grade_id: cell for cell in result.cells}


def scores(result: Result) -> dict[str, float]:
    """A result's scores by grade_id."""
    return {cell.grade_id: cell.score for cell in result.cells}


def outcomes(result: Result) -> dict[str, str]:
    """A result's outcomes by grade_id."""
    return {cell.grade_id: cell.outcome for cell in result.cells}
