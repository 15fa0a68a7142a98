"""A small course in a temporary folder, and the engine that grades it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from small import KERAS_NAME, KERAS_TEXT, NAME, ROOT, TEXT, Grader

from autograder import assignment, build, release
from autograder.course import Course
from autograder.engine.launch import Launcher

MODULES = ("scipy.signal", "scipy.ndimage", "course.figures", "course.photos")
"""What the warm interpreters import beforehand: students' processes would each import it anew."""


@pytest.fixture(scope="session")
def course() -> Course:
    """The course itself."""
    return Course(ROOT)


@pytest.fixture(scope="session")
def small_course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course root with one small assignment, built and released."""
    return _course_of(tmp_path_factory.mktemp("course"), NAME, TEXT)


def _course_of(root: Path, name: str, text: str) -> Course:
    (root / "course/assignments").mkdir(parents=True)
    (root / "course/assignments" / f"{name}.py").write_text(text.lstrip(), "utf-8")
    (root / "source").mkdir()
    shutil.copyfile(ROOT / "nbgrader_config.py", root / "nbgrader_config.py")
    small = Course(root)
    build.build(small, name)
    release.release(small, name)
    return small


@pytest.fixture(scope="session")
def small(small_course: Course) -> assignment.Assignment:
    """The small assignment."""
    return assignment.load(small_course, NAME)


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    """Warm interpreters for the whole test session."""
    with Launcher(student_modules=MODULES) as launcher:
        yield launcher


@pytest.fixture(scope="session")
def launcher_of(request: pytest.FixtureRequest) -> Callable[[assignment.Assignment], Launcher]:
    """The warm interpreters that suit an assignment."""
    return lambda task: request.getfixturevalue("keras_launcher" if task.uses_tensorflow else "launcher")


@pytest.fixture(scope="session")
def grader(small_course: Course, small: assignment.Assignment, launcher: Launcher) -> Grader:
    """Grade a notebook of the small assignment."""
    return Grader(small_course, small, launcher)


@pytest.fixture(scope="session")
def keras_launcher() -> Iterator[Launcher]:
    """Warm interpreters with TensorFlow for the whole test session."""
    with Launcher(tensorflow=True, student_modules=(*MODULES, "pandas", "course.data")) as launcher:
        yield launcher


@pytest.fixture(scope="session")
def keras_grader(tmp_path_factory: pytest.TempPathFactory, keras_launcher: Launcher) -> Grader:
    """Grade a notebook of the small assignment about models."""
    course = _course_of(tmp_path_factory.mktemp("models"), KERAS_NAME, KERAS_TEXT)
    return Grader(course, assignment.load(course, KERAS_NAME), keras_launcher)
