"""nbgrader's settings for this course; the folder that holds this file is the course root.

Read by every `nbgrader` command that runs here, by the formgrader and by `autograder release`.
"""

import os
import sys

c = get_config()  # noqa: F821  (traitlets gives the name)

root = os.path.dirname(os.path.abspath(__file__))
plugins = "autograder.nbgrader_plugins"


def first_on(variable: str, folder: str) -> None:
    """Put a folder in front of a path variable, once."""
    others = [path for path in os.environ.get(variable, "").split(os.pathsep) if path and path != folder]
    os.environ[variable] = os.pathsep.join([folder, *others])


# nbgrader calls `alembic` by its bare name.
first_on("PATH", os.path.dirname(sys.executable))
# Kernels start three folders below and import `course` and `autograder`; the plugins are imported here.
first_on("PYTHONPATH", root)
if root not in sys.path:
    sys.path.insert(0, root)
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

c.CourseDirectory.root = root
c.CourseDirectory.course_id = "convnets"
c.CourseDirectory.source_directory = "source"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"
# `earlier` is where `autograder collect` keeps the submissions that were handed in again.
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "earlier", "lms.json"]

# Releasing: stubs name their exercise.  Checksums and database come before the hidden tests go.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    f"{plugins}.NamedStubs",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.ClearSolutions.begin_solution_delimeter = "### BEGIN SOLUTION"
c.ClearSolutions.end_solution_delimeter = "### END SOLUTION"
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"
c.ClearHiddenTests.begin_test_delimeter = "### BEGIN HIDDEN TESTS"
c.ClearHiddenTests.end_test_delimeter = "### END HIDDEN TESTS"

# Stock autograding: a deleted test cell comes back, a copied one counts once, training may take its time, and
# what stands on standard error (TensorFlow's log, warnings) is never a verdict: an exception is recorded elsewhere.
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    f"{plugins}.DropDuplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.OverwriteCells.add_missing_cells = True
c.Execute.timeout = 300
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"[\s\S]"

# Stock feedback shows the autograded notebook: without the hidden tests and the lines that they raised from.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    f"{plugins}.RedactHiddenTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# A page that shows a student's notebook must not run what the student put into it: in the
# formgrader it would run with the grader's rights.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {"clean_html": f"{plugins}.clean_html", "markdown2html": f"{plugins}.markdown2html"}
