"""Wrong answers that want points: hostile notebooks, graded by the engine as any other.

Each file in ``attacks/`` is one attack; its header says what it tries and what must come of it.
"""

from __future__ import annotations

import copy
import json
import os
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from small import NAME, Grader, cells, outcomes, scores
from test_feedback import Page

from autograder.classroom import Task
from autograder.engine import channel, codec, supervise
from autograder.engine.result import OUTCOMES, Result
from autograder.feedback import render_feedback
from autograder.submission import MAX_BYTES, InvalidSubmission

FOLDER = Path(__file__).parent / "attacks"
FULL = {"test_double": 2.0, "test_double_input": 1.0, "test_triple": 3.0, "why": 0.0}
FULL_KERAS = {"test_build": 2.0, "test_head": 2.0, "test_batches": 1.0}
SLOWEST = 30  # seconds; an attack that holds the grader longer than that has harmed it


@dataclass
class Attack:
    """One file: what it wants, what must come of it, and its cells as (place, source)."""

    name: str
    expected: dict[str, tuple[str, ...]] = field(default_factory=dict)
    earns: dict[str, float] = field(default_factory=dict)
    cells: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> Attack:
        header, *parts = re.split(r"^# %% ", path.read_text("utf-8"), flags=re.MULTILINE)
        said = dict(re.findall(r"^# (\w+): (.*)$", header, flags=re.MULTILINE))
        assert {"family", "tries", "outcome"} <= set(said), path.name
        attack = cls(path.stem)
        for grade_id, words in re.findall(r"(test_\w+)=([a-z |]+?)(?= test_|$)", said["outcome"]):
            attack.expected[grade_id] = tuple(words.split("|"))
        for grade_id, points in re.findall(r"(\w+)=(\d+)", said.get("earns", "")):
            attack.earns[grade_id] = float(points)
        if "prelude" in said:
            attack.cells.append(("first", (FOLDER / f"prelude_{said['prelude']}.py").read_text("utf-8")))
        attack.cells += [tuple(part.split("\n", 1)) for part in parts]
        return attack

    def notebook(self, grader: Grader) -> nbformat.NotebookNode:
        """The released notebook with right answers, and the attack."""
        answers = {place: source for place, source in self.cells if place not in ("first", "last")}
        notebook = grader.notebook(**answers)
        first = [nbformat.v4.new_code_cell(source) for place, source in self.cells if place == "first"]
        last = [nbformat.v4.new_code_cell(source) for place, source in self.cells if place == "last"]
        notebook.cells = [notebook.cells[0], *first, *notebook.cells[1:], *last]
        return notebook


ATTACKS = {
    path.stem: Attack.read(path)
    for path in sorted(FOLDER.glob("*.py"))
    if not path.stem.startswith(("prelude_", "keras_"))
}
KERAS_ATTACKS = {path.stem: Attack.read(path) for path in sorted(FOLDER.glob("keras_*.py"))}


def page_of(result: Result) -> Page:
    """The feedback page; it holds nothing that runs."""
    page = Page(render_feedback(result))
    page.assert_harmless()
    assert "<script" not in page.html.lower()
    return page


def test_there_are_many():
    assert len(ATTACKS) >= 40
    for attack in ATTACKS.values():
        named = {word for words in attack.expected.values() for word in words}
        assert attack.expected and named <= set(OUTCOMES), attack.name


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_earns_nothing(grader: Grader, name: str):
    assert_earns_nothing(ATTACKS[name], grader, FULL)


@pytest.mark.parametrize("name", KERAS_ATTACKS)
def test_an_attack_by_a_model_earns_nothing(keras_grader: Grader, name: str):
    assert_earns_nothing(KERAS_ATTACKS[name], keras_grader, FULL_KERAS)


def assert_earns_nothing(attack: Attack, grader: Grader, full: dict[str, float]) -> None:
    begun = time.monotonic()
    result = grader(attack.notebook(grader))
    assert time.monotonic() - begun < SLOWEST
    assert result.status == "graded"
    attacked = {grade_id for grade_id, words in attack.expected.items() if words != ("correct",)}
    assert scores(result) == full | dict.fromkeys(attacked, 0.0) | attack.earns
    for grade_id, words in attack.expected.items():
        cell = cells(result)[grade_id]
        assert cell.outcome in words, (cell.outcome, cell.message)
        assert cell.mistake != "check-failed", cell.instructor_detail
    text = json.dumps(result.notebook["cells"])
    assert "FOUND" not in "".join(re.findall(r'"text": "([^"]*)"', text))
    page_of(result)
    assert len(result.to_json()) < 50_000_000


def test_a_hidden_input_does_not_come_out(grader: Grader):
    for name in ("aware_leaks_inputs", "aware_leaks_by_restart"):
        result = grader(ATTACKS[name].notebook(grader))
        assert "7.5" not in page_of(result).text, name
        assert "7.5" not in json.dumps([c.message for c in result.cells])


def test_whose_keys_collide_is_read_at_once_or_not_at_all():
    import msgpack

    def packed(keys: list[bytes]) -> bytes:
        body = b"\xdf" + len(keys).to_bytes(4, "big") + b"".join(key + b"\x00" for key in keys)
        return len(body).to_bytes(4, "little") + body

    same = [
        msgpack.packb(msgpack.ExtType(2, (n * (2**61 - 1)).to_bytes(12, "little"))) for n in range(1, 200_001)
    ]
    begun = time.monotonic()
    with pytest.raises(codec.DecodeError, match="unusual keys"):
        codec.decode(packed(same))
    assert time.monotonic() - begun < 5
    honest = {n: n for n in range(1000)} | {str(n): 0.5 for n in range(1000)} | {(1, 2): 3, None: 4}
    assert codec.decode(codec.encode(honest)) == honest


@pytest.mark.parametrize("levels", [600, 1000, 100_000])
def test_what_is_nested_deeper_than_anybody_nests_is_not_read(levels: int):
    body = b"\x91" * levels + b"\x01"
    with pytest.raises(codec.DecodeError):
        codec.decode(len(body).to_bytes(4, "little") + body)


class Seen(Exception):
    """The memory was looked at."""


def test_memory_is_watched_while_bytes_keep_coming():
    ours, theirs = channel.pair()
    stop = threading.Event()

    def trickle() -> None:
        theirs.sendall(b"cnn1" + bytes(17) + (1000).to_bytes(8, "little"))
        while not stop.wait(0.005):
            theirs.sendall(b"x")

    def watch() -> None:
        # At the deadline it would be looked at anyway.
        if 0.3 < time.monotonic() - begun < 2:
            raise Seen

    begun = time.monotonic()
    sender = threading.Thread(target=trickle)
    sender.start()
    try:
        with pytest.raises(Seen):
            ours.receive(begun + 3, watch=watch)
    finally:
        stop.set()
        sender.join()
        ours.close()
        theirs.close()


# -- metadata --------------------------------------------------------------------------------------


def nbgrader(notebook: nbformat.NotebookNode, grade_id: str) -> Any:
    return next(
        c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    ).metadata.nbgrader


def cell_of(notebook: nbformat.NotebookNode, grade_id: str) -> Any:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def more_points(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.points = 1e300
    notebook.metadata["autograder"] = {"call_seconds": 9e9, "memory_mb": 1 << 40}


def solution_says_it_is_a_test(notebook: nbformat.NotebookNode) -> None:
    nbgrader(notebook, "triple").grade_id = "test_double"


def test_says_it_is_a_solution(notebook: nbformat.NotebookNode) -> None:
    cell = cell_of(notebook, "test_triple")
    cell.metadata.nbgrader.grade_id, cell.source = "triple", "def triple(x):\n    return 11"


test_says_it_is_a_solution.__test__ = False


def all_claim_one_id(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["nbgrader"] = {"grade_id": "test_triple", "grade": True, "points": 3, "solution": False}


def ids_swapped(notebook: nbformat.NotebookNode) -> None:
    one, other = nbgrader(notebook, "test_double"), nbgrader(notebook, "test_triple")
    one.grade_id, other.grade_id = other.grade_id, one.grade_id


def test_copied_with_easier_ones(notebook: nbformat.NotebookNode) -> None:
    for grade_id in ("test_double", "test_triple"):
        easy = copy.deepcopy(cell_of(notebook, grade_id))
        easy.source = "1000"
        notebook.cells.insert(notebook.cells.index(cell_of(notebook, grade_id)), easy)
        notebook.cells.append(copy.deepcopy(easy))


test_copied_with_easier_ones.__test__ = False


def test_marked_as_illustration(notebook: nbformat.NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["illustration"]
        cell.metadata.get("nbgrader", {}).update(grade=False, solution=True, locked=False)


test_marked_as_illustration.__test__ = False


def weird_types(notebook: nbformat.NotebookNode) -> None:
    for n, cell in enumerate(notebook.cells):
        cell["execution_count"] = ["x"]
        cell["outputs"] = {"a": 1}
        if cell.metadata.get("nbgrader"):
            cell.metadata.nbgrader |= {"points": [n], "grade": {"x": 1}, "schema_version": -(10**30)}
        else:
            cell["metadata"] = [["nbgrader", {"grade_id": ["test_triple"]}]]
            cell["id"] = {"a": n}


METADATA: dict[str, tuple[Callable[[Any], None], bool]] = {
    # The second: whether the right answer to `double` is still found.
    "points, and limits of its own": (more_points, True),
    "a solution says that it is a test": (solution_says_it_is_a_test, True),
    "a test says that it is a solution": (test_says_it_is_a_solution, True),
    "all cells claim one id": (all_claim_one_id, False),
    "the ids of two tests swapped": (ids_swapped, True),
    "copies of tests that are easier": (test_copied_with_easier_ones, True),
    "tests marked as illustrations": (test_marked_as_illustration, True),
    "weird types": (weird_types, True),
}


@pytest.mark.parametrize("name", METADATA)
def test_metadata_earns_nothing(grader: Grader, name: str):
    change, found = METADATA[name]
    notebook = grader.notebook(triple="def triple(x):\n    return 11")
    change(notebook)
    result = grader(json.dumps(notebook).encode())
    earned = scores(result)
    assert earned["test_triple"] == 0.0 and result.max_score == 10.0
    assert cells(result)["test_triple"].outcome in ("incorrect", "error", "not attempted")
    if found:
        assert earned == FULL | {"test_triple": 0.0}
    else:
        assert sum(earned.values()) == 0
    page_of(result)


def test_thousands_of_cells_are_no_notebook_and_hundreds_are_one(grader: Grader):
    notebook = grader.notebook(triple="def triple(x):\n    return 11")
    own = [nbformat.v4.new_code_cell("triple = 12") for _ in range(200)]
    notebook.cells += own
    assert scores(grader(notebook)) == FULL | {"test_triple": 0.0}
    raw = json.loads(nbformat.writes(notebook))
    raw["cells"] += [{"cell_type": "code", "source": "x"}] * 5000
    result = grader(json.dumps(raw).encode())
    assert result.status == "invalid" and "cells" in result.reason
    page_of(result)


def test_a_cell_of_five_megabytes_costs_only_itself(grader: Grader):
    notebook = grader.notebook(triple="def triple(x):\n    return 3 * x\n" + "# long\n" * 720_000)
    result = grader(notebook)
    assert scores(result) == FULL | {"test_triple": 0.0}
    assert outcomes(result)["test_triple"] == "error"
    assert "longer than 4 MiB" in cells(result)["test_triple"].message
    page_of(result)


def test_nul_bytes_and_half_characters_in_a_source_cost_only_their_cell(grader: Grader):
    notebook = json.loads(nbformat.writes(grader.notebook(triple="def triple(x):\n    return 12")))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "triple":
            cell["source"] = ["def triple(x):\0\n", "    return 12 \ud800"]
    notebook["cells"].append({"cell_type": "code", "source": "print('\ud800\0')", "metadata": {}})
    result = grader(json.dumps(notebook).encode())
    assert scores(result) == FULL | {"test_triple": 0.0}
    page_of(result)


@pytest.mark.parametrize("kind", ["pipe", "link", "huge"])
def test_a_file_that_is_no_notebook_file_is_invalid_at_once(tmp_path: Path, kind: str):
    path = tmp_path / "ada.ipynb"
    if kind == "pipe":
        # Reading it would wait for a writer for ever.
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to("/etc/passwd")
    else:
        with path.open("wb") as file:
            file.truncate(MAX_BYTES + 1)
    with pytest.raises(InvalidSubmission):
        Task("ada", tmp_path, path).read(NAME)


# -- outputs and names -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "for _ in range(60):\n    print('한' * 100_000)",
        "print('\\ud800')",
        "from IPython.display import display\ndisplay({'text/plain': '\\udfff'}, raw=True)",
        "raise type('Odd', (Exception,), {'__str__': lambda self: '\\ud800'})",
        "for _ in range(60):\n    get_ipython()._showtraceback(ValueError, 'x', ['y' * 90_000])",
    ],
)
def test_an_output_that_cannot_be_sent_does_not_end_the_interpreter(grader: Grader, source: str):
    notebook = grader.notebook()
    notebook.cells.insert(2, nbformat.v4.new_code_cell(f"before = 1\n{source}"))
    notebook.cells.append(nbformat.v4.new_code_cell("before"))
    result = grader(notebook)
    assert scores(result) == FULL and not result.notes
    assert result.notebook["cells"][-1]["outputs"][0]["data"]["text/plain"] == "1"
    page_of(result)


def test_the_outputs_of_a_notebook_are_bounded_together(grader: Grader):
    notebook = grader.notebook()
    notebook.cells += [nbformat.v4.new_code_cell("print('x' * 4_000_000)") for _ in range(12)]
    result = grader(notebook)
    assert scores(result) == FULL
    assert len(result.to_json()) < 40_000_000
    assert "too large" in result.notebook["cells"][-1]["outputs"][0]["text"]


@pytest.mark.parametrize(
    "student", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}\u202egnp.exe"]
)
def test_a_hostile_name_is_text_on_the_page(grader: Grader, student: str):
    data = nbformat.writes(grader.notebook()).encode()
    result = supervise.grade(grader.assignment, data, student, 1, grader.launcher)
    assert result.student == student and result.assignment == NAME
    assert "49" not in page_of(result).text
    page_of(supervise.invalid(grader.assignment, student, 1, f"there is no {student} in it"))
