"""Grade the same submissions with this grader and with stock nbgrader, in turn, and compare.

    python tools/bench.py [--assignment 01_convolution] [--students 8] [--rounds 1]

Each tool grades a fresh course root with the same notebooks: the reference, right answers in
other styles and the bank's mistakes in rotation.  Times are of whole commands; machines are
noisy, so read the ratios.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import nbformat  # noqa: E402

from autograder import sample  # noqa: E402
from autograder.bank import read_bank  # noqa: E402
from autograder.course import Course, notebook_file  # noqa: E402

BIN = Path(sys.executable).parent


def submissions(course: Course, name: str, count: int) -> list[bytes]:
    """Solved notebooks: the reference, then other right answers and mistakes in turn."""
    released = nbformat.read(course.release(name), as_version=4)
    reference = sample.reference_answers(course, name)
    bank = read_bank(sample.BANK / f"{name}.py")
    made = []
    for number in range(count):
        pick = sample.right_answers if number % 2 else sample.wrong_answers
        answers = reference | (pick(bank, number // 2) if number else {})
        made.append((nbformat.writes(sample.fill(released, answers)) + "\n").encode())
    return made


def course_root(folder: Path, name: str, made: list[bytes]) -> Path:
    """A fresh course root that holds the submissions."""
    for part in ("source", "release"):
        shutil.copytree(ROOT / part / name, folder / part / name)
    shutil.copyfile(ROOT / "nbgrader_config.py", folder / "nbgrader_config.py")
    for number, data in enumerate(made):
        path = folder / "submitted" / f"student{number:03}" / name / notebook_file(name)
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    return folder


def timed(command: list[str], root: Path) -> float:
    """Wall seconds of a command in a course root."""
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    begun = time.monotonic()
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"bench: {' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return time.monotonic() - begun


def main() -> None:
    """Run the tools in turn and print medians and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--assignment", default="01_convolution")
    parser.add_argument("--students", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    name = options.assignment
    made = submissions(Course(ROOT), name, options.students)
    tools = {
        "autograder, 1 job": [str(BIN / "autograder"), "grade", name, "--jobs", "1"],
        "autograder, 2 jobs": [str(BIN / "autograder"), "grade", name, "--jobs", "2"],
        "nbgrader autograde": [str(BIN / "nbgrader"), "autograde", name],
    }
    seconds: dict[str, list[float]] = {tool: [] for tool in tools}
    for _ in range(options.rounds):
        for tool, command in tools.items():
            with tempfile.TemporaryDirectory() as folder:
                root = course_root(Path(folder), name, made)
                if tool.startswith("nbgrader"):
                    # Stock nbgrader knows the cells once it has released them; that is not timed.
                    timed([str(BIN / "nbgrader"), "generate_assignment", name, "--create", "--force"], root)
                seconds[tool].append(timed(command, root))
    stock = statistics.median(seconds["nbgrader autograde"])
    print(f"{options.students} submissions of {name}, {options.rounds} rounds, whole commands")
    print(f"{'tool':<22}{'median s':>10}{'s each':>9}{'nbgrader takes':>17}")
    for tool, times in seconds.items():
        median = statistics.median(times)
        print(f"{tool:<22}{median:>10.1f}{median / options.students:>9.2f}{stock / median:>14.1f} ×")


if __name__ == "__main__":
    main()
