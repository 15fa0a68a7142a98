"""What a result depends on, as hashes: a result is kept for as long as these are the same."""

from __future__ import annotations

import hashlib
import sys
from importlib import metadata
from pathlib import Path

from autograder.assignment import Assignment
from autograder.imports import imported_modules

ROOT = Path(__file__).resolve().parents[1]

_ENGINE = ("assignment.py", "pictures.py", "release.py", "submission.py", "engine/*.py", "checks/__init__.py")
_PACKAGES = ("ipython", "keras", "matplotlib", "numpy", "scikit-learn", "scipy", "tensorflow")


def engine_digest(assignment: Assignment) -> str:
    """Hash of all code that takes part in this assignment's verdicts, and of the versions it runs on."""
    paths = {path for pattern in _ENGINE for path in (ROOT / "autograder").glob(pattern)}
    paths |= set((ROOT / "course").glob("*.py")) | set((ROOT / "course/data").glob("**/*.py"))
    paths |= _check_modules(assignment)
    digest = hashlib.sha256(sys.version.encode())
    for package in _PACKAGES:
        digest.update(f"{package} {_version(package)}\0".encode())
    for path in sorted(paths):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def submission_key(assignment: Assignment, engine: str, seed: int, student: str, data: bytes) -> str:
    """Hash of submission, assignment, engine and seed: equal keys mean equal results."""
    parts = [assignment.digest, engine, str(seed), student, hashlib.sha256(data).hexdigest()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _check_modules(assignment: Assignment) -> set[Path]:
    """The files of the checks that the test cells import, and of the checks that those import."""
    found: set[Path] = set()
    sources = [cell.source + "\n" + cell.hidden for cell in assignment.tests]
    while sources:
        for module in imported_modules(sources.pop()):
            path = ROOT / (module.replace(".", "/") + ".py")
            if ".checks." in module and path.is_file() and path not in found:
                found.add(path)
                sources.append(path.read_text("utf-8"))
    return found


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "none"
