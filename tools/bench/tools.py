"""The tools that are compared: each grades a fresh course root, and gives its time and all scores."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.course import Course, notebook_file
from tools.bench import floor
from tools.bench.material import ROOT, SEED, Material, environment, notebook_path

BIN = Path(sys.executable).parent
OTTER = ROOT / ".venv-otter"
OTTER_VERSION = "7.0.0"

Scores = dict[str, dict[str, float]]
"""Points by student and grade_id, of the cells that are checked by machine."""

OURS, OURS_2, FLOOR, NBGRADER, OTTER_RUN = (
    "this grader, 1 job",
    "this grader, 2 jobs",
    "bare floor",
    "nbgrader autograde",
    "otter run",
)


class BenchError(RuntimeError):
    """A tool did not do what it was asked for."""


@dataclass(frozen=True)
class Run:
    """One tool, once over all submissions.

    Parameters
    ----------
    seconds : float
        Wall time of the whole command, its start included.
    first : float or None
        Until the first submission was done.
    isolation : str
        How far a student's code was confined.
    """

    seconds: float
    first: float | None
    isolation: str
    scores: Scores


def ours(material: Material, root: Path, jobs: int) -> Run:
    """This grader: `autograder grade`."""
    out = root / "scores.json"
    command = [str(BIN / "autograder"), "grade", material.name, "--jobs", str(jobs), "--seed", str(SEED)]
    # Whatever level this machine offers is measured, and named in the table.
    command += ["--isolation", "process", "--json", str(out)]
    begun, seconds = _timed(command, root)
    record = json.loads(out.read_text("utf-8"))
    scores = {
        one["student"]: {cell["grade_id"]: cell["score"] for cell in one["cells"]}
        for one in record["submissions"]
    }
    done = (root / "results" / material.name).glob("student*.json")
    return Run(seconds, _first(done, begun), record["isolation"]["level"], scores)


def bare(material: Material, root: Path) -> Run:
    """The bare floor; see `floor`."""
    out = root / "floor"
    arguments = [notebook_path(root, material.name), root / "submitted", material.name, out]
    # -P: the other modules of this folder have everyday names.
    command = [sys.executable, "-s", "-P", floor.__file__, *map(str, arguments), *material.modules]
    begun, seconds = _timed(command, root)
    scores = {path.stem: json.loads(path.read_text()) for path in sorted(out.iterdir())}
    return Run(seconds, _first(out.iterdir(), begun), "none", scores)


def nbgrader(material: Material, root: Path) -> Run:
    """Stock `nbgrader autograde`, with the course's settings."""
    # It knows the cells once it has released them; that is not timed.
    _timed([str(BIN / "nbgrader"), "generate_assignment", material.name, "--create", "--force"], root)
    begun, seconds = _timed([str(BIN / "nbgrader"), "autograde", material.name], root)
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        scores = {
            submission.student.id: {
                grade.name: grade.auto_score or 0.0
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in book.assignment_submissions(material.name)
        }
    done = (root / "autograded").glob(f"*/{material.name}/{notebook_file(material.name)}")
    return Run(seconds, _first(done, begun), "none", scores)


def otter(material: Material, root: Path) -> Run:
    """`otter run` for each notebook: otter's own way without containers (`otter grade` needs Docker)."""
    python = otter_environment()
    kit, notebooks = _otter_kit(material, root)
    scores, seconds, first = {}, 0.0, None
    for student, notebook in notebooks.items():
        out = notebook.parent
        command = [
            str(python),
            "-m",
            "otter",
            "run",
            "-a",
            str(kit),
            "-o",
            str(out),
            "--no-logo",
            str(notebook),
        ]
        seconds += _timed(command, root)[1]
        first = first or seconds
        record = json.loads((out / "results.json").read_text("utf-8"))
        # It names a test file by its number and its name: "(3) test_build" or plainly so, by its settings.
        scores[student] = {
            test["name"].split()[-1]: test["score"] for test in record["tests"] if "score" in test
        }
    return Run(seconds, first, "none", scores)


TOOLS: dict[str, Callable[[Material, Path], Run]] = {
    OURS: lambda material, root: ours(material, root, 1),
    FLOOR: bare,
    OURS_2: lambda material, root: ours(material, root, 2),
    NBGRADER: nbgrader,
    OTTER_RUN: otter,
}
SLOW = (NBGRADER, OTTER_RUN)


def once(tool: str, material: Material) -> Run:
    """Run a tool over a fresh course root."""
    with tempfile.TemporaryDirectory() as folder:
        return TOOLS[tool](material, material.root(Path(folder)))


def _timed(command: list[str], root: Path) -> tuple[float, float]:
    """Run a command in a course root: the clock's time when it began, and its wall seconds."""
    clock, begun = time.time(), time.monotonic()
    done = subprocess.run(
        command, cwd=root, env=environment(), capture_output=True, text=True, errors="replace"
    )
    seconds = time.monotonic() - begun
    if done.returncode:
        raise BenchError(f"{' '.join(command[:3])} … failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return clock, seconds


def _first(files, begun: float) -> float | None:
    """Seconds until the first of these files was written."""
    return min((path.stat().st_mtime - begun for path in files), default=None)


# -- otter ------------------------------------------------------------------------------


def otter_environment() -> Path:
    """otter-grader's interpreter, in an environment of its own that is made where it is missing.

    It sees this environment's packages behind its own, so that both run the same TensorFlow.
    """
    python = OTTER / "bin" / "python"
    packages = next(Path(path) for path in sys.path if path.endswith("site-packages"))
    ready = OTTER / f"otter-{OTTER_VERSION}"
    if not ready.is_file():
        print(f"making {OTTER.name} with otter-grader {OTTER_VERSION} (once)", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(OTTER)], check=True)
        own = next((OTTER / "lib").glob("python*/site-packages"))
        (own / "zz-behind.pth").write_text(f"{packages}\n")
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([str(python), *install, f"otter-grader=={OTTER_VERSION}"], check=True)
        ready.touch()
    return python


_OTTER_TEST = """\
from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = {points!r}

@test_case(points={points!r}, hidden=False)
def check(env):
    exec({source!r}, dict(env))
"""


def _otter_kit(material: Material, root: Path) -> tuple[Path, dict[str, Path]]:
    """An autograder.zip with one test a graded cell, and the notebooks as otter has them.

    Where a test cell stood, otter runs the test of that name, with its public and its hidden part.
    """
    tests = floor.test_cells(json.loads(notebook_path(root, material.name).read_text("utf-8")))
    kit = root / "autograder.zip"
    with zipfile.ZipFile(kit, "w") as archive:
        archive.writestr("otter_config.json", json.dumps({"lang": "python", "show_hidden": True}))
        for name, (source, points) in tests.items():
            archive.writestr(f"tests/{name}.py", _OTTER_TEST.format(name=name, points=points, source=source))
    made = {}
    for student in sorted(path.name for path in (root / "submitted").iterdir()):
        notebook = nbformat.read(Course(root).submitted(student, material.name), as_version=4)
        for index, cell in enumerate(notebook.cells):
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id in tests:
                asks = {"otter": {"tests": [grade_id]}}
                notebook.cells[index] = nbformat.v4.new_markdown_cell(grade_id, id=cell.id, metadata=asks)
        made[student] = root / "otter" / student / notebook_file(material.name)
        made[student].parent.mkdir(parents=True)
        nbformat.write(notebook, made[student])
    return kit, made
