"""What goes out to students: in step with what was written, complete, and free of secrets."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from small import NAME, ROOT

from autograder import build, release
from autograder.course import Course
from autograder.errors import UserError

COURSE = Course(ROOT)


@pytest.mark.parametrize("name", COURSE.texts)
def test_source_is_what_the_text_gives(name: str):
    assert build.build(COURSE, name, check=True), "run `make build`"


@pytest.mark.parametrize("name", COURSE.texts)
def test_release_is_what_nbgrader_makes_of_the_source(name: str):
    assert release.release(COURSE, name, check=True) == [], "run `make build`"


def test_the_kit_is_what_the_package_is():
    assert release.release_kit(COURSE, check=True) == [], "run `make build`"


def test_every_assignment_is_built_and_released():
    assert COURSE.texts == COURSE.assignments
    assert all(COURSE.release(name).is_file() for name in COURSE.texts)


@pytest.mark.parametrize("name", COURSE.texts)
def test_a_released_notebook_runs_to_its_end(name: str, tmp_path: Path):
    notebook = nbformat.read(COURSE.release(name), as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            ast.parse("\n".join(line for line in cell.source.splitlines() if not line.startswith(("%", "!"))))
    NotebookClient(
        notebook, timeout=300, allow_errors=True, resources={"metadata": {"path": tmp_path}}
    ).execute()
    errors = [
        (cell.source[:80], output.ename, output.evalue[:200])
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error" and output.ename not in ("NotImplementedError", "NotAttempted")
    ]
    assert errors == []
    raised = [o.ename for c in notebook.cells for o in c.get("outputs", []) if o.output_type == "error"]
    assert "NotAttempted" in raised


def test_stubs_name_their_exercise(small_course: Course):
    cells = nbformat.read(small_course.release(NAME), as_version=4).cells
    stub = next(c for c in cells if c.metadata.get("nbgrader", {}).get("grade_id") == "double")
    assert 'raise NotImplementedError("double")' in stub.source


def test_ids_do_not_change_from_build_to_build(small_course: Course):
    text = small_course.text(NAME).read_text("utf-8")
    first, second = (build.assemble(text) for _ in range(2))
    assert [c.id for c in first.cells] == [c.id for c in second.cells]
    assert len({c.id for c in first.cells}) == len(first.cells)


# -- the leak scan ------------------------------------------------------------------------------------


def leaks(small_course: Course, change) -> list[str]:
    source = nbformat.read(small_course.source(NAME), as_version=4)
    released = nbformat.read(small_course.release(NAME), as_version=4)
    change(released)
    return list(release.find_leaks({"small.ipynb": nbformat.writes(released)}, [source]))


def test_the_released_notebook_is_clean(small_course: Course):
    assert leaks(small_course, lambda notebook: None) == []


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    return FACTOR*np.asarray( x )",
        "Because the rubric says so in many words.",
        "from autograder.checks import hidden",
        "### BEGIN SOLUTION",
        "### END HIDDEN TESTS",
    ],
)
def test_a_secret_in_a_cell_is_found(small_course: Course, text: str):
    found = leaks(small_course, lambda notebook: notebook.cells.append(nbformat.v4.new_code_cell(text)))
    assert (
        found and f"cell {len(nbformat.read(small_course.release(NAME), as_version=4).cells) + 1}" in found[0]
    )


def test_a_solution_in_the_prose_is_found(small_course: Course):
    source = nbformat.read(small_course.source(NAME), as_version=4)
    source.cells.append(nbformat.v4.new_markdown_cell("Try `return FACTOR * np.asarray(x)`, it works."))
    released = nbformat.v4.new_notebook(cells=[source.cells[-1]])
    assert list(release.find_leaks({"small.ipynb": nbformat.writes(released)}, [source]))


def test_an_output_is_found(small_course: Course):
    def change(notebook: nbformat.NotebookNode) -> None:
        cell = next(c for c in notebook.cells if c.cell_type == "code")
        cell.outputs = [nbformat.v4.new_output("stream", text="42")]

    assert any("output" in leak for leak in leaks(small_course, change))


def test_a_secret_in_the_package_is_found(small_course: Course):
    source = nbformat.read(small_course.source(NAME), as_version=4)
    files = {"course/helpers.py": "import numpy as np\n\n\ndef f(x):\n    return FACTOR * np.asarray(x)\n"}
    assert len(list(release.find_leaks(files, [source]))) == 1


# -- what is installed ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ROOT,
    ]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_is_the_released_package_and_nothing_else(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        files = {n: archive.read(n) for n in archive.namelist() if ".dist-info/" not in n}
    assert files == {path.as_posix(): content for path, content in release.package_files(COURSE).items()}
    sources = [nbformat.read(COURSE.source(name), as_version=4) for name in COURSE.assignments]
    texts = {name: content.decode(errors="replace") for name, content in files.items()}
    assert list(release.find_leaks(texts, sources)) == []


def test_the_students_package_never_imports_the_grader():
    for path, content in release.package_files(COURSE).items():
        for node in ast.walk(ast.parse(content)) if path.suffix == ".py" else ():
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "autograder"], path


def test_the_installed_package_is_this_one():
    code = "import course, pathlib; print(pathlib.Path(course.__file__).parent)"
    command = [sys.executable, "-P", "-c", code]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd="/", env=environment)
    installed = Path(done.stdout.strip())
    assert installed != ROOT / "course"
    for path, content in release.package_files(COURSE).items():
        assert (installed.parent / path).read_bytes() == content, "run `make setup`"


def test_the_release_holds_nothing_else():
    top = {
        "README.md",
        "START.md",
        "LICENSE",
        "environment.yml",
        "requirements.txt",
        "pyproject.toml",
        "course",
        "built.json",
    }
    top |= {"nbgrader_config.py"}
    assert {p.name for p in (ROOT / "release").iterdir()} <= top | set(COURSE.assignments)
    for name in COURSE.assignments:
        assert [p.name for p in COURSE.release(name).parent.iterdir() if not p.name.startswith(".")] == [
            COURSE.release(name).name
        ]


# -- built files that somebody edited ----------------------------------------------------------------------


def test_a_release_edited_by_hand_is_not_lost(tmp_path: Path, small_course: Course):
    root = tmp_path / "course"
    shutil.copytree(small_course.root, root)
    edited = Course(root)
    path = edited.release(NAME)
    path.write_text(path.read_text("utf-8").replace("A small assignment", "My assignment"), "utf-8")
    before = path.read_bytes()
    assert release.release(edited, NAME, check=True)
    with pytest.raises(UserError, match="edited by hand"):
        release.release(edited, NAME)
    assert path.read_bytes() == before
    release.release(edited, NAME, force=True)
    assert path.with_name(f"{path.name}.edited").read_bytes() == before
    assert release.release(edited, NAME, check=True) == []


def test_a_stray_file_beside_the_release_is_reported(tmp_path: Path, small_course: Course):
    root = tmp_path / "course"
    shutil.copytree(small_course.root, root)
    stray = Course(root)
    (stray.release(NAME).parent / "answers.txt").write_text("42")
    with pytest.raises(UserError, match=r"answers\.txt"):
        release.release(stray, NAME)


def test_a_reference_that_fails_its_own_check_is_not_built(tmp_path: Path, small_course: Course):
    root = tmp_path / "course"
    shutil.copytree(small_course.root, root)
    wrong = Course(root)
    text = wrong.text(NAME).read_text("utf-8").replace("return x * 3", "return x * 4")
    wrong.text(NAME).write_text(text, "utf-8")
    before = wrong.source(NAME).read_bytes()
    with pytest.raises(UserError, match=r"does not run to its end(.|\n)*triple"):
        build.build(wrong, NAME)
    assert wrong.source(NAME).read_bytes() == before


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (
            '# %% nbgrader={"grade_id": "a", "solution": true}\n\n# %% nbgrader={"grade_id": "a", "solution": true}',
            "two",
        ),
        ('# %% nbgrader={"grade_id": "a", "grade": true}', "points"),
        ('# %% nbgrader={"solution": true}', "grade_id"),
        ('# %% nbgrader={"grade_id": "a", "grade": true, "points": "two"}', "points are a number"),
        ('# %% nbgrader={"grade_id": "a", "grade": true, "points": -2}', "points are a number"),
        ('# %% nbgrader={"grade_id": "a b", "solution": true}', "letters"),
        ('# %% ngrader={"grade_id": "a"}', "ngrader"),
        ('# %% nbgrader={"grade_id": "a", "solution": true}\n### BEGIN SOLUTION\n1', "needs the other"),
        ("# ---\n# jupyter:\n#   autograder: {cell_second: 3}\n# ---\n# %%\n1", "cell_second"),
    ],
)
def test_wrong_metadata_is_explained(text: str, word: str):
    with pytest.raises(UserError, match=word):
        build.assemble(text)


@pytest.mark.parametrize("page", ["README.md", "docs/syllabus.md"])
def test_the_tables_of_assignments_give_their_points(page: str):
    rows = re.findall(r"^\| `(\d\d_\w+)` \|(.*)", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    told = {name: [int(cell) for cell in row.split("|") if cell.strip().isdigit()][-1] for name, row in rows}
    points = {}
    for name in COURSE.assignments:
        cells = nbformat.read(COURSE.source(name), as_version=4).cells
        points[name] = sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in cells)
    assert told == points
