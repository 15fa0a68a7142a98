"""What this machine offers for grading: a line each, OK, WARN or FAIL, and what to do."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from autograder.course import Course


@dataclass(frozen=True)
class Finding:
    """One line: its state, what was looked at, what was found and what to do about it."""

    state: str
    what: str
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.state:<4}  {self.what:<22} {self.found}"
        return f"{text}; {self.remedy}" if self.remedy else text


def examine(course: Course) -> Iterator[Finding]:
    """Look at the interpreter, the packages, the course and the confinement."""
    version = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield Finding("OK" if fits else "FAIL", "Python", version, "" if fits else "use 3.11, 3.12 or 3.13")
    yield _packages(course)
    yield _installed_course(course)
    alembic = shutil.which("alembic", path=str(Path(sys.executable).parent)) is not None
    yield Finding(
        "OK" if alembic else "FAIL",
        "nbgrader's database",
        "alembic is there" if alembic else "no alembic",
        "" if alembic else "run `make setup`",
    )
    memory, cores = psutil.virtual_memory().available / 2**30, len(os.sched_getaffinity(0))
    yield Finding(
        "OK" if memory >= 2 else "WARN",
        "memory and processors",
        f"{memory:.1f} GiB free, {cores} processors",
        "" if memory >= 2 else "grade with --jobs 1",
    )
    free = shutil.disk_usage(course.root).free / 2**30
    yield Finding(
        "OK" if free >= 1 else "WARN", "disk", f"{free:.1f} GiB free", "" if free >= 1 else "make room"
    )
    yield from _isolation()


def _packages(course: Course) -> Finding:
    """Whether what is installed is what the lock says."""
    lock = course.root / "requirements.txt"
    if not lock.is_file():
        return Finding("WARN", "packages", "no requirements.txt here to compare with")
    pinned: dict[str, set[str]] = {}
    for name, number in re.findall(r"^([A-Za-z0-9_.-]+)==([^ \\;]+)", lock.read_text("utf-8"), re.M):
        pinned.setdefault(name, set()).add(number)
    other = []
    for name, numbers in pinned.items():
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            # Packages of other platforms are in the lock, too.
            continue
        if installed not in numbers:
            other.append(f"{name} {installed}")
    if other:
        return Finding("WARN", "packages", f"not as locked: {', '.join(other[:6])}", "run `make setup`")
    return Finding("OK", "packages", "as requirements.txt has them")


def _installed_course(course: Course) -> Finding:
    """Whether students' code will see the package that this checkout has."""
    import course as package

    installed = Path(package.__file__).parent
    old = [
        str(path.relative_to(course.root))
        for path in (course.root / "course").glob("**/*.py")
        if not {"assignments", "kit"} & set(path.relative_to(course.root).parts)
        and not _same(path, installed.parent / path.relative_to(course.root))
    ]
    if old:
        return Finding(
            "FAIL",
            "students' package",
            f"the installed one is older: {', '.join(old[:4])}",
            "run `make setup`",
        )
    return Finding("OK", "students' package", f"version {package.__version__}, as in course/")


def _same(path: Path, other: Path) -> bool:
    return other.is_file() and path.read_bytes() == other.read_bytes()


def _isolation() -> Iterator[Finding]:
    from autograder.isolation import here

    found = here()
    for name, layer in found.layers.items():
        yield Finding(
            "OK" if layer.ok else "WARN", f"layer: {name}", "holds" if layer.ok else "does not hold here"
        )
    state = "OK" if found.level == "full" else "WARN"
    yield Finding(state, "isolation", found.level, "" if state == "OK" else "see the layers above")


def main(course: Course) -> int:
    """Print the findings; 1 where one is FAIL."""
    failed = False
    for finding in examine(course):
        print(finding)
        failed |= finding.state == "FAIL"
    return int(failed)
