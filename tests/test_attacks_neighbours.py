"""A hostile submission beside honest ones: each of these gets the very result that it gets without the other."""

from __future__ import annotations

import shutil

import nbformat
import pytest
from rich.console import Console
from small import NAME, ROOT, Grader, scores
from test_attacks import ATTACKS, FULL

from autograder import run
from autograder.classroom import read_result
from autograder.course import Course

SEED = 11
HOSTILE = "aaa"
"""It is graded first, and the honest ones beside it."""

BUSY = "total = 0\n    for n in range(6_000_000): total += n\n    "
HONEST: dict[str, dict[str, str]] = {
    "ada": {},
    "bob": {"triple": "def triple(x):\n    return x"},
    "cas": {"double": "def double(x):\n    return [2 * n for n in x]"},
    "dee": {"double": "def double(x):\n    x *= 2\n    return x"},
    "eve": {"triple": "import random\nprint(random.random(), np.random.rand())\ndef triple(x): return 3 * x"},
    "fay": {
        "double": "import os\nprint(os.getcwd(), len(os.listdir('.')))\ndef double(x): return open('absent')"
    },
    "gus": {
        "triple": "open('kept.txt', 'w').write('mine')\ndef triple(x): return len(open('kept.txt').read()) * x"
    },
    "hal": {"triple": f"def triple(x):\n    {BUSY}return 3 * x"},
    "ivy": {"double": f"def double(x):\n    {BUSY}return 2 * np.asarray(x)"},
    "jon": {"double": "import time\ndef double(x):\n    time.sleep(0.3)\n    return 2 * np.asarray(x)"},
    "kim": {"triple": "held = np.ones(8_000_000)\ndef triple(x):\n    return int(held[0]) * 3 * x"},
    "leo": {
        "triple": "import subprocess\n"
        "print(subprocess.run('echo 한국', shell=True, capture_output=True, text=True).stdout)\n"
        "def triple(x): return 3 * x"
    },
}

SPINNING = """
import os
for _ in range(200):
    if os.fork() == 0:
        os.setsid()
        while True: pass
import time
time.sleep({seconds})
def double(x):
    time.sleep(1.5)
    return np.zeros(np.shape(x))
"""

WORST = {
    "ends everybody that it can": ATTACKS["signal_everybody"].cells,
    "fills its folder": ATTACKS["bomb_disk"].cells,
    "fills the memory": ATTACKS["bomb_memory_elsewhere"].cells,
    "starts processes without end": ATTACKS["bomb_forks"].cells,
    "leaves a daemon": ATTACKS["stop_daemon"].cells,
    "prints without end": ATTACKS["bomb_output"].cells,
    "keeps the grader busy": ATTACKS["forge_colliding_keys"].cells,
    "computes in two hundred sessions": [("double", SPINNING.format(seconds=2.5))],
}


def hand_in(course: Course, student: str, notebook: nbformat.NotebookNode) -> None:
    folder = course.root / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / "small.ipynb")


def grade(course: Course) -> dict[str, bytes]:
    """The kept record of each honest submission, byte for byte."""
    run.grade(course, NAME, jobs=2, seed=SEED, regrade=True, console=Console(quiet=True), show_table=False)
    folder = course.root / "results" / NAME
    return {student: (folder / f"{student}.json").read_bytes() for student in HONEST}


@pytest.fixture(scope="module")
def class_of_honest(tmp_path_factory: pytest.TempPathFactory, small_course: Course, grader: Grader) -> Course:
    root = tmp_path_factory.mktemp("neighbours") / "course"
    shutil.copytree(small_course.root, root)
    course = Course(root)
    for student, answers in HONEST.items():
        hand_in(course, student, grader.notebook(**answers))
    return course


@pytest.fixture(scope="module")
def alone(class_of_honest: Course) -> dict[str, bytes]:
    records = grade(class_of_honest)
    earned = {
        student: sum(scores(read_result(class_of_honest, NAME, student)).values()) for student in HONEST
    }
    full = sum(FULL.values())
    assert earned == dict.fromkeys(HONEST, full) | {
        "bob": full - 3,
        "dee": full - 1,
        "fay": full - 3,
        "gus": full - 3,
    }
    return records


@pytest.mark.parametrize("what", WORST)
def test_the_neighbours_of_a_submission_that(
    what: str, class_of_honest: Course, alone: dict[str, bytes], grader: Grader
):
    cells = [(place, source) for place, source in WORST[what]]
    if what in ("leaves a daemon", "keeps the grader busy"):
        cells.insert(0, ("first", (ROOT / "tests/attacks/prelude_channel.py").read_text("utf-8")))
    attack = type(ATTACKS["bomb_disk"])("hostile", cells=cells)
    hand_in(class_of_honest, HOSTILE, attack.notebook(grader))
    beside = grade(class_of_honest)
    changed = [student for student in HONEST if beside[student] != alone[student]]
    assert not changed, {
        s: [(c.grade_id, c.outcome, c.message) for c in read_result(class_of_honest, NAME, s).cells]
        for s in changed[:2]
    }
    assert scores(read_result(class_of_honest, NAME, HOSTILE))["test_double"] == 0.0
