"""A run may be killed at any moment, in any of its processes: what comes out in the end is the same.

``KILLS=200 pytest tests/test_resume.py`` kills that many times; by default it is a few.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from small import NAME, Grader
from test_cli import COMMAND, hand_in, run

from autograder.course import Course

KILLS = int(os.environ.get("KILLS", "4"))

CLASS = {
    "ada": {},
    "bob": {"triple": "def triple(x):\n    return x"},
    "cas": {"double": "import os\ndef double(x): os._exit(3)"},
    "dee": {"double": "def double(x):\n    while True: pass"},
    "eve": {
        "triple": "import random\nprint(object(), random.random(), np.random.rand())\ndef triple(x): return 3 * x"
    },
    "fay": {"double": "import os\nprint(os.getcwd())\ndef double(x): return open('absent')"},
    "gus": {"triple": "raise ValueError(object())"},
}


def make(root: Path, grader: Grader) -> Path:
    for student, answers in CLASS.items():
        hand_in(root, student, grader.notebook(**answers))
    hand_in(root, "hal", b"{")
    return root


def files(root: Path) -> dict[str, str]:
    """Every file that grading and its pages wrote, and the gradebook's rows, as text."""
    found = {}
    for folder in ("results", "autograded", "feedback", "reports"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.name != ".lock":
                found[str(path.relative_to(root))] = path.read_text()
    with contextlib.closing(sqlite3.connect(root / "gradebook.db")) as book:
        found["gradebook"] = "\n".join(book.iterdump())
    found["json"] = (root / "scores.json").read_text()
    return found


def finish(root: Path) -> dict[str, str]:
    done = run(root, "grade", NAME, "--json", root / "scores.json")
    assert done.returncode == 0, done.stdout + done.stderr
    for command in ("feedback", "report"):
        assert run(root, command, NAME).returncode == 0
    return files(root)


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, small_course: Course, grader: Grader
) -> dict[str, str]:
    root = tmp_path_factory.mktemp("undisturbed") / "course"
    shutil.copytree(small_course.root, root)
    make(root, grader)
    (root / "results" / NAME).mkdir(parents=True)
    (root / "results" / NAME / "seed.txt").write_text("11\n")
    return finish(root)


@pytest.fixture
def root(tmp_path: Path, small_course: Course, grader: Grader) -> Path:
    shutil.copytree(small_course.root, tmp_path / "course")
    (tmp_path / "course/results" / NAME).mkdir(parents=True)
    (tmp_path / "course/results" / NAME / "seed.txt").write_text("11\n")
    return make(tmp_path / "course", grader)


def tree(top: psutil.Process) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return [top, *top.children(recursive=True)]
    return []


def kill_one(root: Path, chance: random.Random, *, spare_top: bool) -> str:
    """Start a run, kill one of its processes, wait for the end; return what was killed."""
    # Files, not pipes: what a killed run leaves behind must not keep this waiting.
    with (root.parent / "said.txt").open("w") as said:
        going = subprocess.Popen(
            [*COMMAND, "grade", NAME, "--json", root / "scores.json"], cwd=root, stdout=said, stderr=said
        )
    top = psutil.Process(going.pid)
    deadline = time.monotonic() + chance.uniform(1.0, 14.0)
    seen: dict[int, psutil.Process] = {}
    victim = None
    while going.poll() is None and time.monotonic() < deadline:
        seen |= {p.pid: p for p in tree(top)}
        time.sleep(0.05)
    if going.poll() is None:
        alive = tree(top)[int(spare_top) :]
        if alive:
            victim = chance.choice(alive)
            with contextlib.suppress(psutil.Error):
                seen |= {p.pid: p for p in alive}
                victim.send_signal(signal.SIGKILL)
    going.wait(120)
    # Nothing that the run started outlives it.
    _, left = psutil.wait_procs([p for p in seen.values() if p.pid != going.pid], timeout=20)
    assert not left, (left, (root.parent / "said.txt").read_text())
    if going.returncode not in (0, -signal.SIGKILL):
        raise AssertionError((root.parent / "said.txt").read_text())
    return "none" if victim is None else "top" if victim.pid == going.pid else "child"


@pytest.mark.parametrize("number", range(KILLS))
def test_a_killed_run_goes_on_to_the_same_bytes(root: Path, undisturbed: dict[str, str], number: int):
    chance = random.Random(number)
    for _ in range(2):
        kill_one(root, chance, spare_top=number % 2 == 1)
    after = finish(root)
    assert difference(after, undisturbed) == []


def difference(one: dict[str, str], other: dict[str, str]) -> list[str]:
    lines = []
    for name in sorted({*one, *other}):
        if one.get(name) != other.get(name):
            texts = ((each.get(name) or "(there is none)").splitlines() for each in (one, other))
            lines += [
                f"--- {name}",
                *(line[:300] for line in difflib.unified_diff(*texts, n=0, lineterm="")),
            ][:20]
    return lines


@pytest.fixture
def temporary() -> Iterator[Path]:
    """An empty folder for temporary files that a process of another user can reach, which pytest's are not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_nothing_is_left_in_the_temporary_folder(root: Path, temporary: Path):
    environment = os.environ | {"TMPDIR": str(temporary)}
    going = subprocess.Popen([*COMMAND, "grade", NAME], cwd=root, env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(temporary.glob("autograder-*/*/")) and time.monotonic() < deadline:
        time.sleep(0.05)
    going.kill()
    going.wait()
    assert list(temporary.glob("autograder-*"))
    assert run(root, "grade", NAME, env=environment).returncode == 0
    assert not list(temporary.iterdir())


def test_two_runs_at_once_do_no_harm(root: Path, undisturbed: dict[str, str]):
    both = [
        subprocess.Popen(
            [*COMMAND, "grade", NAME, "--json", root / "scores.json"],
            cwd=root,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=200)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("another run is grading" in text for text in said) == 1
    kept = sorted(int(number) for text in said for number in re.findall(r"\((\d+) unchanged", text))
    assert kept == [0, len(CLASS) + 1]
    assert difference(finish(root), undisturbed) == []
