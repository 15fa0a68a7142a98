"""The commands as an instructor types them: results, exit statuses, and one clear sentence for bad input."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from small import NAME, ROOT, Grader

from autograder.course import Course, notebook_file

COMMAND = [str(Path(sys.executable).with_name("autograder"))]


@pytest.fixture
def root(tmp_path: Path, small_course: Course) -> Path:
    """A course root of this test's own."""
    shutil.copytree(small_course.root, tmp_path / "course")
    return tmp_path / "course"


def run(root: Path, *arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=root, capture_output=True, text=True, timeout=300, **options
    )


def hand_in(root: Path, student: str, content: bytes | nbformat.NotebookNode) -> Path:
    path = Course(root).submitted(student, NAME)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else nbformat.writes(content).encode())
    return path


def test_a_class_from_submission_to_scores(root: Path, grader: Grader):
    hand_in(root, "ada", grader.notebook())
    hand_in(root, "bob", grader.notebook(triple="def triple(x):\n    return x"))
    hand_in(root, "eve", b"{")
    done = run(root, "grade", NAME, "--seed", 5, "--json", root / "scores.json")
    assert done.returncode == 0, done.stderr
    record = json.loads((root / "scores.json").read_text())
    assert (record["assignment"], record["seed"]) == (NAME, 5)
    by_student = {s["student"]: s for s in record["submissions"]}
    assert [by_student[s]["score"] for s in ("ada", "bob", "eve")] == [6, 3, 0]
    assert by_student["eve"]["status"] == "invalid" and "not JSON" in by_student["eve"]["reason"]
    assert all(s["max_score"] == 10 and len(s["cells"]) == 4 for s in record["submissions"])
    for command in ("feedback", "report"):
        assert run(root, command, NAME).returncode == 0
    assert (root / "feedback/ada" / NAME / "small.html").is_file()
    assert (root / f"reports/{NAME}.html").is_file()
    assert (root / "autograded/bob" / NAME / "small.ipynb").is_file()
    assert run(root, "export", NAME, "--to", "csv").returncode == 0
    assert run(root, "grade", NAME, "--strict").returncode == 1


def test_unchanged_submissions_are_not_graded_twice(root: Path, grader: Grader):
    hand_in(root, "ada", grader.notebook())
    first, second = (run(root, "grade", NAME, "--json", root / f"{n}.json") for n in (1, 2))
    assert "0 unchanged" in first.stdout and "1 unchanged" in second.stdout
    assert (root / "1.json").read_bytes() == (root / "2.json").read_bytes()
    assert "0 unchanged" in run(root, "grade", NAME, "--regrade").stdout
    hand_in(root, "ada", grader.notebook(triple="def triple(x):\n    return x"))
    assert "0 unchanged" in run(root, "grade", NAME).stdout


def test_submissions_may_lie_elsewhere_and_in_other_forms(root: Path, grader: Grader, tmp_path: Path):
    elsewhere = tmp_path / "handed in"
    (elsewhere / "bob").mkdir(parents=True)
    (elsewhere / "bob" / notebook_file(NAME)).write_text(nbformat.writes(grader.notebook()))
    (elsewhere / "ada.ipynb").write_text(nbformat.writes(grader.notebook()))
    (elsewhere / "notes.txt").write_text("not a submission")
    done = run(root, "grade", NAME, "--submissions", elsewhere, "--json", root / "out.json")
    assert done.returncode == 0, done.stderr
    assert [s["student"] for s in json.loads((root / "out.json").read_text())["submissions"]] == [
        "ada",
        "bob",
    ]
    assert run(root, "grade", NAME, "bob", "--submissions", elsewhere).returncode == 0


def says(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    lines = done.stderr.strip().splitlines()
    assert lines and "Traceback" not in done.stderr and len(lines) <= 4, done.stderr
    assert all(word in done.stderr for word in words), done.stderr


def test_an_unknown_assignment_lists_the_known(root: Path):
    says(run(root, "grade", "07_nothing"), "07_nothing", NAME)
    says(run(root, "build", "07_nothing"), "07_nothing", NAME)


def test_no_submissions_say_where_they_belong(root: Path):
    says(run(root, "grade", NAME), "submitted", f"STUDENT/{NAME}")
    (root / "submitted").mkdir()
    says(run(root, "grade", NAME), "no submissions", f"STUDENT/{NAME}")


def test_an_unknown_student_is_named(root: Path, grader: Grader):
    hand_in(root, "ada", grader.notebook())
    says(run(root, "grade", NAME, "zoe"), "zoe")


def test_nothing_graded_yet_says_what_to_run(root: Path):
    says(run(root, "report", NAME), f"autograder grade {NAME}")
    says(run(root, "feedback", NAME), f"autograder grade {NAME}")


def test_outside_a_course_says_so(tmp_path: Path):
    says(run(tmp_path, "grade", NAME), "not inside a course")


def test_other_files_beside_the_notebook_do_no_harm(root: Path, grader: Grader):
    path = hand_in(root, "ada", grader.notebook())
    (path.parent / "data.csv").write_text("1,2")
    (path.parent / "more").mkdir()
    assert run(root, "grade", NAME, "--strict").returncode == 0


def test_links_large_files_and_other_names_are_invalid(root: Path, grader: Grader):
    secret = root / "secret.ipynb"
    secret.write_text(nbformat.writes(grader.notebook()))
    link = Course(root).submitted("link", NAME)
    link.parent.mkdir(parents=True)
    link.symlink_to(secret)
    folder = root / "submitted/linked-folder"
    folder.mkdir()
    (folder / NAME).symlink_to(hand_in(root, "ada", grader.notebook()).parent)
    with hand_in(root, "large", b"{").open("r+b") as file:
        file.truncate(51 << 20)
    hand_in(root, "other", grader.notebook()).rename(
        Course(root).submitted("other", NAME).with_name("mine.ipynb")
    )
    hand_in(root, "pipe", b"").unlink()
    os.mkfifo(Course(root).submitted("pipe", NAME))
    done = run(root, "grade", NAME, "--json", root / "out.json")
    assert done.returncode == 0, done.stderr
    elsewhere = root / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "eve.ipynb").symlink_to(secret)
    assert "a link" in run(root, "grade", NAME, "--submissions", elsewhere).stdout
    reasons = {s["student"]: s["reason"] for s in json.loads((root / "out.json").read_text())["submissions"]}
    assert reasons["ada"] is None
    assert "link" in reasons["link"] and "link" in reasons["linked-folder"]
    assert "51 MB" in reasons["large"] and "Clear" in reasons["large"]
    assert "mine.ipynb" in reasons["other"] and "not a file" in reasons["pipe"]


@pytest.mark.parametrize("name", ["n" * 240, b"caf\xe9".decode("utf-8", "surrogateescape")])
def test_a_name_that_no_file_can_have_is_told_before_anything_is_graded(
    root: Path, grader: Grader, name: str
):
    hand_in(root, "ada", grader.notebook())
    hand_in(root, name, grader.notebook())
    says(run(root, "grade", NAME), "cannot be a student's id", "Nothing was graded")


def limited(size: int):
    import resource

    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_full_disk_is_named_and_what_was_there_stays(root: Path, grader: Grader):
    hand_in(root, "ada", grader.notebook())
    assert run(root, "grade", NAME).returncode == 0
    result = root / "results" / NAME / "ada.json"
    before = result.read_bytes()
    # The kernel refuses to write more than this to any file, as it does on a full disk.
    says(run(root, "grade", NAME, "--regrade", preexec_fn=limited(1000)), "could not be written", "kept")
    assert result.read_bytes() == before
    assert [p.name for p in result.parent.glob(".*")] == []
    assert run(root, "grade", NAME).returncode == 0


def test_a_locked_gradebook_is_named(root: Path, grader: Grader):
    hand_in(root, "ada", grader.notebook())
    assert run(root, "grade", NAME).returncode == 0
    hand_in(root, "ada", grader.notebook(triple="def triple(x):\n    return x"))
    lock = sqlite3.connect(root / "gradebook.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    says(run(root, "grade", NAME), "gradebook", "locked")
    lock.execute("ROLLBACK")
    assert "1 unchanged" in run(root, "grade", NAME).stdout


def test_ctrl_c_keeps_what_is_finished(root: Path, grader: Grader):
    hand_in(root, "ada", grader.notebook())
    for n in range(4):
        hand_in(root, f"slow-{n}", grader.notebook(double="def double(x):\n    while True: pass"))
    with subprocess.Popen(
        [*COMMAND, "grade", NAME, "--jobs", "1"], cwd=root, stderr=subprocess.PIPE, text=True
    ) as going:
        deadline = time.monotonic() + 60
        while not (root / "results" / NAME / "ada.json").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        going.send_signal(signal.SIGINT)
        _, said = going.communicate(timeout=60)
    assert going.returncode == 130 and "interrupted" in said and "Traceback" not in said
    assert run(root, "grade", NAME, "ada").stdout.count("1 unchanged") == 1


def test_the_root_of_this_repository_is_a_course():
    assert Course.find(ROOT / "tests").root == ROOT
