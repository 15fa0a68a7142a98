"""Is everything in place?  One line for each thing that the course needs: OK or FAIL, and what to do."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from course import __version__

__all__ = ["DISTRIBUTION", "MEMORY", "PACKAGES", "PYTHON", "Line", "check", "report"]

DISTRIBUTION = "convnet-course"

PYTHON = ">=3.11,<3.14"

PACKAGES = {
    "ipykernel": ">=6.29",
    "ipython": ">=8.20",
    "ipywidgets": ">=8.1",
    "jupyterlab": ">=4.2,<5",
    "keras": ">=3.10,<4",
    "matplotlib": ">=3.9",
    "nbgrader": ">=0.9.5,<0.10",
    "numpy": ">=1.26,<3",
    "pandas": ">=2.2",
    "pillow": ">=10.3",
    "scikit-learn": ">=1.5",
    "scipy": ">=1.13",
    "tensorflow": ">=2.18",
}
"""The packages of the course and the versions it works with; a test holds this equal to pyproject.toml."""

MEMORY = 2.0
"""Free memory in GiB that the largest notebook needs."""

# Builds of a package under another name serve as well.
_ALSO_KNOWN_AS = {"tensorflow": ("tensorflow-cpu",)}


@dataclass(frozen=True)
class Line:
    """One line of the report.

    Parameters
    ----------
    ok : bool
        Whether this is as the course needs it.
    what, found : str
        What was looked at, and what is there.
    todo : str
        What to do where it is not OK.
    """

    ok: bool
    what: str
    found: str
    todo: str = ""

    def __str__(self) -> str:
        text = f"{'OK' if self.ok else 'FAIL':<5} {self.what:<13} {self.found}"
        return text if self.ok else f"{text}\n{'':<5} -> {self.todo}"


def check() -> None:
    """Print a line for each thing that the course needs, OK or FAIL, and what to do where it fails."""
    lines = report()
    for line in lines:
        print(line)
    failed = sum(not line.ok for line in lines)
    if not failed:
        print("\nEverything is ready.")
        return
    print(
        f"\n{failed} of {len(lines)} lines say FAIL: do what stands below each, restart the kernel, run this again."
    )
    print(f"This notebook runs in {sys.executable}")


def report() -> list[Line]:
    """Look at Python, the packages, Keras's backend, the course's version and the memory.

    No package is imported for it: TensorFlow alone would take several seconds.

    Returns
    -------
    list of Line
    """
    return [_python(), *_packages(), _backend(), _course(), _memory()]


def satisfies(version: str, wanted: str) -> bool:
    """Whether a version lies in a range like ``">=2.1,<3"`` (of ``>=`` and ``<`` only)."""
    have = _numbers(version)
    for part in wanted.split(","):
        sign, bound = re.fullmatch(r"(>=|<)(\S+)", part.strip()).groups()
        if (have >= _numbers(bound)) != (sign == ">="):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    """``"2.21.0rc1"`` -> (2, 21, 0, 0): enough to compare releases."""
    numbers = [int(n) for n in re.match(r"\d+(?:\.\d+)*", version).group().split(".")]
    return tuple(numbers + [0] * (4 - len(numbers)))


def _python() -> Line:
    version = ".".join(map(str, sys.version_info[:3]))
    todo = (
        f"the course needs Python {PYTHON}: make its environment anew with such a Python (START.md says how)."
    )
    return Line(satisfies(version, PYTHON), "Python", version, todo)


def _packages() -> Iterator[Line]:
    install = "in the course's environment run: python -m pip install -r requirements.txt"
    for name, wanted in PACKAGES.items():
        version = _installed(name)
        if version is None:
            yield Line(False, name, "not installed", install)
        else:
            yield Line(
                satisfies(version, wanted),
                name,
                version,
                f"the course needs {name}{wanted}; {install}",
            )


def _installed(name: str) -> str | None:
    for known_as in (name, *_ALSO_KNOWN_AS.get(name, ())):
        try:
            return metadata.version(known_as)
        except metadata.PackageNotFoundError:
            continue
    return None


def _backend() -> Line:
    """Which backend Keras will use: the environment variable wins over Keras's own file."""
    file = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "keras.json"
    backend, where = (
        os.environ.get("KERAS_BACKEND"),
        "the environment variable KERAS_BACKEND",
    )
    if not backend:
        try:
            backend, where = json.loads(file.read_text("utf-8"))["backend"], str(file)
        except (OSError, ValueError, KeyError, TypeError):
            backend = "tensorflow"
    todo = f'{where} says so: set it to "tensorflow", or remove it.'
    return Line(backend == "tensorflow", "Keras backend", backend, todo)


def _course() -> Line:
    """The version that Python imports, against the folder that the notebooks came in."""
    wanted = __version__
    for folder in (Path.cwd(), *Path.cwd().parents):
        project = folder / "pyproject.toml"
        text = project.read_text("utf-8") if project.is_file() else ""
        # Not tomllib: a Python too old for the course has none, and should read FAIL, not a traceback.
        found = re.search(rf'^name = "{DISTRIBUTION}"\nversion = "(.+)"', text, re.MULTILINE)
        if found:
            wanted = found[1]
            break
    todo = (
        f"these notebooks came with version {wanted}: in the folder that holds START.md "
        "run: python -m pip install --no-deps ."
    )
    return Line(__version__ == wanted, "course", __version__, todo)


def _memory() -> Line:
    try:
        import psutil  # comes with ipykernel
    except ImportError:
        return Line(True, "free memory", "not measured (psutil is missing)")
    free = psutil.virtual_memory().available / 2**30
    todo = f"{MEMORY:g} GiB are needed: close other programs, and shut down notebooks that you no longer use."
    return Line(free >= MEMORY, "free memory", f"{free:.1f} GiB", todo)
