"""The engine on a small assignment: real processes, real notebooks."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict

import nbformat
import pytest
from small import Grader, cells, outcomes, scores

from autograder.engine import supervise
from autograder.engine.launch import Launcher

FULL = {"test_double": 2.0, "test_double_input": 1.0, "test_triple": 3.0, "why": 0.0}


def code(source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source)


def index_of(notebook: nbformat.NotebookNode, grade_id: str) -> int:
    return next(
        n for n, c in enumerate(notebook.cells) if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def test_right_answers_earn_all_points(grader: Grader):
    result = grader()
    assert result.status == "graded"
    assert scores(result) == FULL
    assert outcomes(result)["why"] == "not attempted"


def test_the_release_is_not_attempted(grader: Grader):
    released = nbformat.read(grader.course.release(grader.assignment.name), as_version=4)
    assert set(outcomes(grader(released)).values()) == {"not attempted"}


def test_a_wrong_answer_costs_its_own_points_and_says_what_came_back(grader: Grader):
    result = grader(double="def double(x):\n    return np.asarray(x) + 2")
    assert scores(result) == FULL | {"test_double": 0.0, "test_double_input": 0.0}
    cell = cells(result)["test_double"]
    assert cell.outcome == "incorrect"
    assert "[2, 3, 4]" in cell.evidence.got and "[0, 2, 4]" in cell.evidence.wanted
    assert "double(3 int64 array)" in cell.evidence.called


def test_a_hidden_failure_shows_no_value(grader: Grader):
    result = grader(double="def double(x):\n    return np.abs(2 * np.asarray(x))")
    cell = cells(result)["test_double"]
    assert (cell.score, cell.outcome) == (0.0, "incorrect")
    assert cell.evidence.hidden and cell.evidence.called == "negative numbers"
    assert "15" not in json.dumps([cell.message, asdict(cell.evidence)])
    assert "15" in cell.instructor_detail


def test_changed_inputs_are_seen(grader: Grader):
    result = grader(double="def double(x):\n    x *= 2\n    return x")
    assert cells(result)["test_double_input"].mistake == "input-modified"
    assert scores(result) == FULL | {"test_double_input": 0.0}


@pytest.mark.parametrize(
    "answer",
    [
        "double = lambda x: FACTOR * np.asarray(x)",
        "class Double:\n    def __call__(self, image):\n        return image * 2\ndouble = Double()",
        "import functools\ndouble = functools.partial(np.multiply, 2)",
        "def double(x):\n    return [float(2 * v) for v in x]",
        "def double(x):\n    return np.asarray(x, np.float32) * np.float32(2)",
        "%matplotlib inline\ndef double(x):\n    print('working', x)\n    return x + x",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\ndouble = np.vectorize(lambda v: v * 2)",
    ],
)
def test_style_costs_nothing(grader: Grader, answer: str):
    assert scores(grader(double=answer)) == FULL


def test_an_error_in_the_answer_is_named(grader: Grader):
    result = grader(triple="def triple(x):\n    return x / 0")
    cell = cells(result)["test_triple"]
    assert (cell.outcome, cell.score) == ("error", 0.0)
    assert "ZeroDivisionError" in cell.message and "x / 0" in cell.evidence.trace


def test_a_cell_that_does_not_compile_is_named(grader: Grader):
    result = grader(triple="def triple(x)\n    return 3 * x")
    assert scores(result) == FULL | {"test_triple": 0.0}
    assert "SyntaxError" in cells(result)["test_triple"].message


def test_an_endless_loop_costs_what_it_touches(grader: Grader):
    result = grader(double="def double(x):\n    while True:\n        pass")
    assert outcomes(result) == {
        "test_double": "timed out",
        "test_double_input": "timed out",
        "test_triple": "correct",
        "why": "not attempted",
    }


def test_an_endless_loop_that_cannot_be_interrupted_costs_what_it_touches(grader: Grader):
    forever = "while True:\n        try:\n            while True: pass\n        except BaseException: pass"
    result = grader(double=f"def double(x):\n    {forever}")
    assert outcomes(result)["test_double"] == "timed out"
    assert outcomes(result)["test_triple"] == "correct"


def test_a_crash_costs_what_it_touches(grader: Grader):
    result = grader(double="import os\ndef double(x):\n    os._exit(0)")
    assert outcomes(result)["test_double"] == "crashed"
    assert outcomes(result)["test_triple"] == "correct"


def test_a_cell_of_their_own_that_ends_the_interpreter_costs_nothing(grader: Grader):
    notebook = grader.notebook()
    notebook.cells.insert(2, code("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"))
    result = grader(notebook)
    assert scores(result) == FULL
    assert any("ended the interpreter" in note for note in result.notes)


def test_a_cell_of_their_own_that_never_ends_costs_nothing(grader: Grader):
    notebook = grader.notebook()
    notebook.cells.insert(2, code("while True: pass"))
    notebook.cells.append(code("after = 1\nafter"))
    result = grader(notebook)
    assert scores(result) == FULL
    assert result.notebook["cells"][-1]["outputs"][0]["data"]["text/plain"] == "1"


def test_too_much_memory_is_named(grader: Grader):
    hungry = "def triple(x):\n    blocks = []\n    while True:\n        blocks.append(b'x' * 20_000_000)"
    assert outcomes(grader(triple=hungry))["test_triple"] == "out of memory"


def test_an_answer_too_large_to_judge_is_named(grader: Grader, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(supervise, "CHECKER_MEMORY_MB", 50)
    result = grader(triple="import time\ntime.sleep(0.2)\ndef triple(x):\n    return x * 3")
    assert "out of memory" in outcomes(result).values()
    assert "too large to be judged" in str([cell.message for cell in result.cells])


def test_exceptions_of_all_kinds_do_not_end_the_run(grader: Grader):
    assert outcomes(grader(double="def double(x):\n    raise SystemExit"))["test_double"] == "error"
    assert outcomes(grader(double="def double(x):\n    raise KeyboardInterrupt"))["test_triple"] == "correct"
    assert outcomes(grader(double="def double(x):\n    return double(x)"))["test_double"] == "error"


@pytest.mark.parametrize(
    "answer",
    [
        "class Same:\n    def __eq__(self, other): return True\n    def __array__(self, *a, **k): return self\n"
        "triple = lambda x: Same()",
        "triple = lambda x: {1, 2}",
        "def triple(x):\n    a = []\n    for _ in range(500): a = [a]\n    return a",
        "triple = lambda x: 10 ** 5000",
        "triple = lambda x: 'twelve'",
        "triple = lambda x: 10**400",
        "triple = lambda x: float('nan')",
        "triple = 12",
        "del triple",
    ],
)
def test_what_is_no_number_passes_no_check(grader: Grader, answer: str):
    result = grader(triple=answer)
    assert scores(result) == FULL | {"test_triple": 0.0}


def test_outputs_are_kept_in_order_and_html_is_not(grader: Grader):
    notebook = grader.notebook()
    notebook.cells.append(
        code(
            "import sys\nprint('one')\nprint('two', file=sys.stderr)\nfrom IPython.display import HTML, display\n"
            "display(HTML('<script>alert(1)</script>'))\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);\n'last'"
        )
    )
    outputs = grader(notebook).notebook["cells"][-1]["outputs"]
    assert [o["output_type"] for o in outputs] == [
        "stream",
        "stream",
        "display_data",
        "execute_result",
        "display_data",
    ]
    assert outputs[0]["text"] == "one\n" and outputs[1]["name"] == "stderr"
    assert "image/png" in outputs[-1]["data"]
    assert "script" not in json.dumps(outputs)


def test_ipython_works_as_in_a_notebook(grader: Grader):
    notebook = grader.notebook()
    notebook.cells.append(
        code("!echo from the shell\n%timeit -n1 -r1 1 + 1\nname = !echo list\nprint(list(name))")
    )
    notebook.cells.append(code("import asyncio\nawait asyncio.sleep(0)\nprint('awaited', Out is not None)"))
    notebook.cells.append(code("input('your name? ')"))
    notebook.cells.append(code("print('안녕하세요 🎉')\nfor n in range(3): print(f'\\r{n}', end='')"))
    shell, awaited, asked, text = grader(notebook).notebook["cells"][-4:]
    printed = "".join(o["text"] for o in shell["outputs"])
    assert "from the shell" in printed and "['list']" in printed and "per loop" in printed
    assert awaited["outputs"][0]["text"] == "awaited True\n"
    assert asked["outputs"][0]["output_type"] == "error"
    assert text["outputs"][0]["text"] == "안녕하세요 🎉\n2"


def test_endless_output_is_cut(grader: Grader):
    notebook = grader.notebook()
    notebook.cells.append(code("for _ in range(200):\n    print('x' * 100_000)"))
    result = grader(notebook)
    assert scores(result) == FULL
    assert len(json.dumps(result.notebook)) < 8_000_000


def test_noise_on_standard_error_costs_nothing(grader: Grader):
    noisy = "import sys, warnings, os\nwarnings.warn('w')\nos.write(2, b'raw')\nprint('e', file=sys.stderr)\n"
    assert (
        scores(grader(double=noisy + "def double(x):\n    warnings.warn('again')\n    return x * 2")) == FULL
    )


# -- what students do to their notebooks ---------------------------------------------------------


def test_a_deleted_check_still_counts(grader: Grader):
    notebook = grader.notebook(triple="def triple(x):\n    return x")
    del notebook.cells[index_of(notebook, "test_triple")]
    del notebook.cells[index_of(notebook, "test_double")]
    assert scores(grader(notebook)) == FULL | {"test_triple": 0.0}


def test_an_edited_check_is_replaced(grader: Grader):
    notebook = grader.notebook(triple="def triple(x):\n    return x")
    cell = notebook.cells[index_of(notebook, "test_triple")]
    cell.source, cell.metadata.nbgrader.points = "100", 100
    result = grader(notebook)
    assert scores(result) == FULL | {"test_triple": 0.0}
    assert any("test_triple had been edited" in note for note in result.notes)


def test_a_duplicated_check_counts_once(grader: Grader):
    notebook = grader.notebook()
    at = index_of(notebook, "test_triple")
    notebook.cells.insert(at, copy.deepcopy(notebook.cells[at]))
    assert scores(grader(notebook)) == FULL


def test_a_check_copied_above_the_answer_costs_nothing(grader: Grader):
    notebook = grader.notebook()
    again = copy.deepcopy(notebook.cells[index_of(notebook, "test_triple")])
    again.id = "again"
    notebook.cells.insert(0, again)
    assert scores(grader(notebook)) == FULL


def test_a_copied_answer_runs_in_order(grader: Grader):
    notebook = grader.notebook()
    at = index_of(notebook, "triple")
    again = copy.deepcopy(notebook.cells[at])
    again.source = "def helper(x):\n    return x\ndef triple(x):\n    return helper(x) * 3"
    notebook.cells[at].source = "def triple(x):\n    return 0"
    notebook.cells.insert(at + 1, again)
    assert scores(grader(notebook)) == FULL


def test_cells_without_metadata_are_known_by_their_id(grader: Grader):
    notebook = grader.notebook()
    for cell in notebook.cells:
        cell.metadata = {}
    assert scores(grader(notebook)) == FULL


def test_cells_without_metadata_and_id_still_define_their_functions(grader: Grader):
    notebook = grader.notebook()
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        cell.metadata = {}
        del cell["id"]
    assert scores(grader(json.dumps(notebook).encode())) == FULL


def test_a_retyped_answer_is_read_as_code(grader: Grader):
    notebook = grader.notebook()
    at = index_of(notebook, "triple")
    notebook.cells[at] = nbformat.v4.new_markdown_cell(
        notebook.cells[at].source, metadata=notebook.cells[at].metadata
    )
    assert scores(grader(notebook)) == FULL


def test_a_deleted_setup_cell_is_put_back(grader: Grader):
    notebook = grader.notebook()
    notebook.cells = [c for c in notebook.cells if not c.source.startswith("import numpy")]
    assert scores(grader(notebook)) == FULL


def test_a_check_means_what_its_names_meant_there(grader: Grader):
    notebook = grader.notebook()
    notebook.cells.append(code("triple = 'used for something else'\ndouble = None"))
    assert scores(grader(notebook)) == FULL


def test_helpers_in_their_own_cells_count(grader: Grader):
    notebook = grader.notebook(triple="def triple(x):\n    return helper(x)")
    notebook.cells.insert(1, code("def helper(x):\n    return 3 * x"))
    assert scores(grader(notebook)) == FULL


def test_illustrations_do_not_run_unless_needed(grader: Grader):
    unused = grader().notebook["cells"]
    assert all(
        not c["outputs"] for c in unused if "KERNEL_OF_PICTURE" in c["source"] and c["cell_type"] == "code"
    )
    used = grader(triple="def triple(x):\n    return KERNEL_OF_PICTURE * x")
    assert scores(used) == FULL


def test_prose_waits_for_a_person(grader: Grader):
    notebook = grader.notebook()
    notebook.cells[index_of(notebook, "why")].source = "Because weights are shared."
    assert outcomes(grader(notebook))["why"] == "manual"


# -- what is no notebook --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "not JSON"),
        (b"\x00\xff\xfe", "not JSON"),
        (b"[1, 2]", "no `nbformat`"),
        (b'{"nbformat": 4, "cells": 3}', "no list of cells"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [', "not JSON"),
        (b"[" * 200_000, "deeply"),
        (b'{"nbformat": 2, "worksheets": 3}', "no list of cells"),
    ],
)
def test_what_is_no_notebook_is_invalid_and_says_why(grader: Grader, data: bytes, word: str):
    result = grader(data)
    assert result.status == "invalid" and word in result.reason
    assert sum(scores(result).values()) == 0 and len(result.cells) == 4


def test_cells_of_strange_form_are_passed_over(grader: Grader):
    notebook = json.loads(nbformat.writes(grader.notebook()))
    notebook["cells"] += [
        None,
        7,
        {},
        {"cell_type": "code", "source": 5, "metadata": []},
        {"cell_type": ["x"]},
    ]
    notebook["metadata"] = "none"
    assert scores(grader(json.dumps(notebook).encode())) == FULL


def test_nothing_is_left_behind(grader: Grader, tmp_path):
    import psutil

    before = {p.pid for p in psutil.Process().children(recursive=True)}
    grader(double="import subprocess\nsubprocess.Popen(['sleep', '1000'])\ndef double(x):\n    return x * 2")
    assert {p.pid for p in psutil.Process().children(recursive=True)} <= before
    assert not [p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] == ["sleep", "1000"]]


def test_without_fork_the_verdicts_are_the_same(grader: Grader):
    notebook = grader.notebook(
        triple="def triple(x):\n    return x", double="import os\ndef double(x): os._exit(1)"
    )
    data = nbformat.writes(notebook).encode()
    with Launcher(warm=False) as cold:
        result = supervise.grade(grader.assignment, data, "student", 1, cold)
    assert not cold.layers
    warm = grader(data)
    assert (scores(result), outcomes(result)) == (scores(warm), outcomes(warm))


def test_a_seed_gives_the_same_result_again(grader: Grader):
    first, second = (grader(double="def double(x):\n    return x + 1") for _ in range(2))
    assert first.to_json() == second.to_json()
