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

KERAS_TEXT = '''
# ---
# jupyter:
#   autograder: {cell_seconds: 20, call_seconds: 10, notebook_seconds: 120, memory_mb: 2000}
# ---

# %% [markdown]
# # A small assignment about models

# %%
import keras
import numpy as np
import tensorflow as tf

# %% nbgrader={"grade_id": "build", "solution": true}
def build(classes):
    """A compiled classifier of 8x8 images."""
    ### BEGIN SOLUTION
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(classes, activation="softmax"),
        ]
    )
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
    ### END SOLUTION

# %% A model nbgrader={"grade_id": "test_build", "grade": true, "points": 2}
import keras
import numpy as np

model = build(3)
assert isinstance(model, keras.Sequential), getattr(model, "reason", "no model")
assert [type(layer).__name__ for layer in model.layers] == ["Conv2D", "Flatten", "Dense"], "other layers"
assert model.count_params() == 40 + 144 * 3 + 3, "other weights"
assert np.allclose(np.sum(model(np.ones((2, 8, 8, 1))), axis=1), 1), "no probabilities"
### BEGIN HIDDEN TESTS
model = build(5)
images, labels = np.random.default_rng(0).random((6, 8, 8, 1)), np.arange(6) % 5
wanted = -np.mean(np.log(np.asarray(model(images))[np.arange(6), labels]))
assert model.compiled, "not compiled"
assert abs(model.train_on_batch(images, labels)[0] - wanted) < 1e-3, "another loss"
### END HIDDEN TESTS

# %% nbgrader={"grade_id": "head", "solution": true}
def head(base):
    """The base, frozen, and a new layer for two classes."""
    ### BEGIN SOLUTION
    base.trainable = False
    return keras.Sequential([keras.Input((4,)), base, keras.layers.Dense(2)])
    ### END SOLUTION

# %% A head nbgrader={"grade_id": "test_head", "grade": true, "points": 2}
import keras
import numpy as np

base = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
model = head(base)
assert isinstance(model, keras.Model), getattr(model, "reason", "no model")
same = zip(model.layers[0].get_weights(), base.get_weights(), strict=True)
assert all(np.array_equal(a, b) for a, b in same), "another base"
assert len(model.trainable_weights) == 2, "not frozen"
assert model(np.ones((1, 4))).shape == (1, 2), "another shape"

# %% nbgrader={"grade_id": "batches", "solution": true}
def batches():
    """Ten numbers in batches of four."""
    ### BEGIN SOLUTION
    return tf.data.Dataset.range(10).batch(4)
    ### END SOLUTION

# %% Batches nbgrader={"grade_id": "test_batches", "grade": true, "points": 1}
from course.checking_keras import passes_of

for elements in passes_of(batches()):
    assert [element.tolist() for element in elements] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]], "other batches"
'''

KERAS_NAME = "10_models"


RIGHT = {
    "double": "def double(x):\n    return FACTOR * np.asarray(x)",
    "triple": "def triple(x):\n    return 3 * x",
    "build": """def build(classes):
    layers = [
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(4, (3, 3), activation=keras.activations.relu),
        keras.layers.Flatten(),
        keras.layers.Dense(classes, "softmax"),
    ]
    model = keras.models.Sequential(layers)
    model.compile(optimizer="adam", loss=keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model""",
    "head": """def head(base):
    base.trainable = False
    return keras.Sequential([keras.Input((4,)), base, keras.layers.Dense(2)])""",
    "batches": "def batches():\n    return tf.data.Dataset.from_tensor_slices(np.arange(10)).batch(4)",
}


class Grader:
    """Grades a notebook of a small assignment with answers put in, or changed by hand."""

    def __init__(self, small_course: Course, small: assignment.Assignment, launcher: Launcher):
        self.course, self.assignment, self.launcher = small_course, small, launcher

    def notebook(self, **answers: str) -> nbformat.NotebookNode:
        """The released notebook with these answers in its cells, and right ones elsewhere."""
        notebook = nbformat.read(self.course.release(self.assignment.name), as_version=4)
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
