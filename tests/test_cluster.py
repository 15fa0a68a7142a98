"""Grading on a Dask cluster gives what grading here gives, also where a worker is lost."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from distributed import Client, LocalCluster
from small import NAME, Grader
from test_cli import hand_in, run, says

from autograder import cluster
from autograder.course import Course
from autograder.errors import UserError


@pytest.fixture(scope="module")
def workers() -> Iterator[LocalCluster]:
    """A scheduler and two workers, each a process of its own."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as made:
        yield made


@pytest.fixture
def root(tmp_path: Path, small_course: Course, grader: Grader) -> Path:
    root = tmp_path / "course"
    shutil.copytree(small_course.root, root)
    for number in range(4):
        hand_in(root, f"right-{number}", grader.notebook())
    hand_in(root, "wrong", grader.notebook(triple="def triple(x):\n    return x"))
    hand_in(root, "eve", b"{")
    return root


def test_the_same_scores_as_here(root: Path, workers: LocalCluster):
    there = run(
        root,
        "grade",
        NAME,
        "--seed",
        3,
        "--json",
        root / "there.json",
        "--scheduler",
        workers.scheduler_address,
    )
    assert there.returncode == 0, there.stdout + there.stderr
    here = run(root, "grade", NAME, "--seed", 3, "--json", root / "here.json", "--regrade")
    assert here.returncode == 0, here.stderr
    assert json.loads((root / "there.json").read_text()) == json.loads((root / "here.json").read_text())


def test_a_lost_worker_costs_nobody_a_point(root: Path, workers: LocalCluster, grader: Grader):
    data = (root / "submitted/right-0" / NAME / "small.ipynb").read_bytes()
    with (
        Client(workers.scheduler_address, set_as_default=False) as client,
        cluster.connected(workers.scheduler_address, grader.assignment, "process") as graders,
    ):
        victim = psutil.Process(next(iter(client.run(lambda: __import__("os").getpid()).values())))
        future = client.submit(cluster._grade, grader.assignment, data, "ada", 3, pure=False, retries=3)
        with contextlib.suppress(psutil.Error):
            victim.kill()
        future.result(timeout=120)
        assert graders.grade(grader.assignment, data, "ada", 3).score == 6


def test_no_scheduler_and_no_workers_are_named(root: Path, grader: Grader):
    says(run(root, "grade", NAME, "--scheduler", "tcp://127.0.0.1:1"), "no Dask scheduler", "dask scheduler")
    with (
        LocalCluster(n_workers=0, dashboard_address=None) as empty,
        pytest.raises(UserError, match="no workers"),
        cluster.connected(empty.scheduler_address, grader.assignment, None),
    ):
        pass


def test_workers_with_other_code_are_refused(
    workers: LocalCluster, grader: Grader, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(cluster, "engine_digest", lambda _: "another")
    with (
        pytest.raises(UserError, match="make setup"),
        cluster.connected(workers.scheduler_address, grader.assignment, None),
    ):
        pass
