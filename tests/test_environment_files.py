"""pyproject.toml, the locks and conda's files say the same, and the locks are complete."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
STUDENTS = PROJECT["project"]["dependencies"]
EVERYTHING = STUDENTS + [item for group in PROJECT["dependency-groups"].values() for item in group]

LOCKS = {"requirements.txt": EVERYTHING, "course/kit/requirements.txt": STUDENTS}
CONDA_FILES = ("environment.yml", "course/kit/environment.yml")


def locked(lock: str) -> Iterator[tuple[Requirement, str]]:
    """Each pinned requirement of a lock (of one package there may be several, by marker) and its hashes."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / lock).read_text("utf-8"), flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        requirement, _, hashes = line.partition(" --hash=")
        yield Requirement(requirement), hashes


def versions(lock: str) -> dict[str, set[str]]:
    """Package and the versions that a lock has of it."""
    found: dict[str, set[str]] = {}
    for requirement, _ in locked(lock):
        (pin,) = requirement.specifier
        assert pin.operator == "==", f"{requirement} is not pinned"
        found.setdefault(canonicalize_name(requirement.name), set()).add(pin.version)
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_each_declared_package_is_locked_at_a_version_in_its_range(lock):
    pinned = versions(lock)
    for item in map(Requirement, LOCKS[lock]):
        for version in pinned[canonicalize_name(item.name)]:
            assert item.specifier.contains(version), f"{lock} has {item.name} {version}, declared is {item}"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_complete(lock):
    """pip refuses a hashed file in which one package of a package is missing."""
    here = {canonicalize_name(r.name) for r, _ in locked(lock) if r.marker is None or r.marker.evaluate()}
    waiting, seen = list(map(Requirement, LOCKS[lock])), set()
    while waiting:
        item = waiting.pop()
        if (item.name, *sorted(item.extras)) in seen:
            continue
        seen.add((item.name, *sorted(item.extras)))
        assert canonicalize_name(item.name) in here, f"{item.name} is missing in {lock}"
        for needed in map(Requirement, metadata.requires(item.name) or []):
            extras = item.extras or {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(needed)


@pytest.mark.parametrize("lock", LOCKS)
def test_each_line_of_a_lock_has_hashes_and_names_no_server(lock):
    text = (ROOT / lock).read_text("utf-8")
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host", text)
    for requirement, hashes in locked(lock):
        assert re.fullmatch(r"(sha256:[0-9a-f]{64}( +--hash=)?)+ *", hashes), f"{lock}: {requirement}"


def test_students_get_the_graders_versions_and_none_of_the_graders_tools():
    students, everything = versions("course/kit/requirements.txt"), versions("requirements.txt")
    assert all(students[name] == everything[name] for name in students)
    assert not {"jupytext", "pytest", "hypothesis", "playwright", "ruff", "nbval"} & set(students)


@pytest.mark.parametrize("file", CONDA_FILES)
def test_conda_installs_exactly_the_lock_beside_its_file(file):
    text = (ROOT / file).read_text("utf-8")
    data = yaml.safe_load(text)
    *from_conda, from_pip = data["dependencies"]
    assert from_pip == {"pip": ["-r requirements.txt"]}
    assert (ROOT / file).with_name("requirements.txt").is_file()
    assert set(from_conda) <= {"python=3.11", "pip", "make"}
    assert Requirement(f"python{PROJECT['project']['requires-python']}").specifier.contains("3.11")
    assert data["channels"] == ["conda-forge"]
    assert "://" not in text and not re.search(r"\w\.(org|com|net|io)\b", text)


def test_the_two_environments_have_names_of_their_own():
    students, instructors = (
        yaml.safe_load((ROOT / f).read_text("utf-8"))["name"] for f in sorted(CONDA_FILES)
    )
    assert students == "convnet-course"
    assert instructors != students


def test_start_md_names_what_there_is():
    """The commands that students copy fit the files beside them."""
    text = (ROOT / "course/kit/START.md").read_text("utf-8")
    name = yaml.safe_load((ROOT / "course/kit/environment.yml").read_text("utf-8"))["name"]
    assert f"conda activate {name}\n" in text
    assert "conda env create -f environment.yml\n" in text
    assert text.count("python -m pip install -r requirements.txt\n") == 2
    assert text.count("python -m pip install --no-deps .\n") == 3
