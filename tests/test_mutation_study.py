"""``autograder check`` on a small course: what good checks earn, and what weak ones are told."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small import ROOT

from autograder import build, release
from autograder.course import Course
from autograder.errors import UserError
from autograder.mutation import command, depends, gate, matrix, page
from autograder.mutation.equivalents import Equivalent, entry, read_equivalents
from autograder.mutation.packs import Answer, pack
from autograder.mutation.study import Exercise, MutantTrial, Study, study

NAME = "08_slips"

TEXT = '''
# ---
# jupyter:
#   autograder: {cell_seconds: 5, call_seconds: 3, notebook_seconds: 60, memory_mb: 500}
# ---

# %% [markdown]
# # Slips

# %%
import numpy as np

# %% nbgrader={"grade_id": "spread", "solution": true}
def spread(values, by=1):
    """The values, moved apart: each by twice its index times `by`."""
    ### BEGIN SOLUTION
    return np.asarray(values) + 2 * by * np.arange(len(values))
    ### END SOLUTION

# %% Moved apart nbgrader={"grade_id": "test_spread", "grade": true, "points": 2}
import numpy as np
from course.checking import Attempt, public

public("spread", lambda: Attempt("spread", spread)(np.array([1.5, 0.0, 4.0])).equals([1.5, 2, 8]))
### BEGIN HIDDEN TESTS
from autograder.checks import draws, hidden

values = draws("spread").normal(size=5)
hidden(
    "spread",
    "another distance",
    lambda: Attempt("spread", spread)(values, by=3).equals(values + [0, 6, 12, 18, 24]).is_array(axes=1),
    lambda: Attempt("spread", spread)(values.copy()).leaves_inputs(),
)
### END HIDDEN TESTS

# %% nbgrader={"grade_id": "steps", "solution": true}
def steps(n):
    """How often n can be halved, rounding down, before it is 0."""
    ### BEGIN SOLUTION
    count = 0
    while n > 0:
        n = n // 2
        count = count + 1
    return count
    ### END SOLUTION

# %% Halved nbgrader={"grade_id": "test_steps", "grade": true, "points": 1}
from course.checking import Attempt, public

public("steps", *(lambda n=n: Attempt("steps", steps)(n).equals(len(bin(n)) - 2) for n in (1, 5, 8)))
### BEGIN HIDDEN TESTS
from autograder.checks import hidden

hidden("steps", "nothing to halve", lambda: Attempt("steps", steps)(0).equals(0).is_whole_number())
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade_id": "why", "grade": true, "solution": true, "points": 1}
# ### BEGIN SOLUTION
# A good answer says why, in a sentence or two.
# ### END SOLUTION
'''

BANK = """
# %% answer="spread" name="a loop"
def spread(values, by=1):
    return np.array([value + 2 * by * n for n, value in enumerate(values)])

# %% answer="spread" name="by once" loses=["test_spread"] says=""
def spread(values, by=1):
    return values + by * np.arange(len(values))

# %% answer="spread" name="as a list" loses=["test_spread"] says="wrong-container"
def spread(values, by=1):
    return [value + 2 * by * n for n, value in enumerate(values)]

# %% answer="steps" name="calls itself"
def steps(n):
    return 1 + steps(n // 2) if n else 0

# %% answer="steps" name="by the length of its digits"
def _digits(n):
    return bin(n)[2:] if n else ""

def steps(n):
    return len(_digits(n))

# %% answer="steps" name="other helper of that name" loses=["test_steps"] says=""
def _digits(n):
    return "much too long"

def steps(n):
    return len(_digits(n))

# %% answer="steps" name="ends the interpreter" loses=["test_steps"] says=""
def steps(n):
    import os
    os.abort()
"""

WEAK = TEXT.replace(
    "(values, by=3).equals(values + [0, 6, 12, 18, 24])", "(values).equals(values + [0, 2, 4, 6, 8])"
)


def make(root: Path, text: str = TEXT, bank: str = BANK) -> Course:
    """A course with one assignment, built, and its bank."""
    for folder in ("course/assignments", "source", "autograder/bank", "autograder/equivalents"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "nbgrader_config.py", root / "nbgrader_config.py")
    (root / f"course/assignments/{NAME}.py").write_text(text.lstrip(), "utf-8")
    (root / f"autograder/bank/{NAME}.py").write_text(bank, "utf-8")
    course = Course(root)
    build.build(course, NAME, force=True)
    release.release(course, NAME, force=True)
    return course


def by_name(found: Study) -> dict[str, Exercise]:
    return {exercise.name: exercise for exercise in found.exercises}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Study]:
    course = make(tmp_path_factory.mktemp("good"))
    return course, study(course, NAME, jobs=2, seeds=3, search_seconds=1)


@pytest.fixture(scope="module")
def weak(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Study]:
    course = make(tmp_path_factory.mktemp("weak"), WEAK)
    return course, study(course, NAME, jobs=2, seeds=2, search_seconds=1)


def test_good_checks_catch_every_mutant_and_judge_the_bank_as_it_says(good: tuple[Course, Study]):
    found = good[1]
    assert found.problems == [] and found.records == []
    assert found.right_failed == [] and found.wrong_missed == []
    for exercise in found.exercises:
        assert len(exercise.mutants) >= 10
        assert exercise.score >= 0.95, [(t.mutant.before, t.mutant.after, t.twin) for t in exercise.survivors]


def test_mutants_that_never_end_are_caught_without_taking_the_others_time(good: tuple[Course, Study]):
    outcomes = {
        verdict.outcome for trial in by_name(good[1])["steps"].mutants for verdict in trial.verdicts.values()
    }
    assert "timed out" in outcomes
    assert good[1].seconds < 120


def test_a_weakened_check_shows_as_survivors_with_an_input_that_tells(weak: tuple[Course, Study]):
    exercise = by_name(weak[1])["spread"]
    told = [
        trial
        for trial in exercise.survivors
        if trial.twin and trial.twin.differs and "by" in trial.mutant.before
    ]
    assert exercise.score < 0.95 and told
    for trial in told:
        assert trial.twin.call.startswith("spread(") and trial.twin.reference != trial.twin.mutant
    [dropped] = [trial for trial in told if trial.mutant.what == "2 * by → 2"]
    assert ", by=" in dropped.twin.call or ", " in dropped.twin.call.splitlines()[0]
    assert not command.passed(weak[1])


def test_what_did_not_change_is_not_run_again(good: tuple[Course, Study]):
    course, first = good
    again = study(course, NAME, jobs=2, seeds=3, search_seconds=1)
    assert first.graded > 0 == again.graded
    assert [[asdict_of(t) for t in e.mutants] for e in first.exercises] == [
        [asdict_of(t) for t in e.mutants] for e in again.exercises
    ]


def asdict_of(trial: MutantTrial) -> tuple:
    return (trial.mutant.name, trial.verdicts, trial.lucky, trial.twin)


def test_one_exercise_can_be_studied_alone(good: tuple[Course, Study]):
    found = study(good[0], NAME, jobs=2, seeds=1, search_seconds=1, only=["steps"])
    assert [exercise.name for exercise in found.exercises] == ["steps"] and found.graded == 0
    assert {trial.name for trial in found.exercises[0].bank} >= {"calls itself", "ends the interpreter"}
    with pytest.raises(UserError, match="spread, steps"):
        study(good[0], NAME, only=["stairs"])


def test_the_page_and_the_json_tell_the_same(weak: tuple[Course, Study]):
    course, found = weak
    path = page.write(course, found)
    text = path.read_text("utf-8")
    [record] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert "spread(" in text and "To do" in text and "<script" not in text
    spread = next(e for e in record["exercises"] if e["exercise"] == "spread")
    survivors = [trial for trial in spread["trials"] if trial["state"] == "survived"]
    assert len(survivors) == len(by_name(found)["spread"].survivors)
    assert all(trial["twin"] for trial in survivors)
    assert spread["hangs on one check"] is True
    assert all(check["seconds"] > 0 and check["memory"] > 0 for check in spread["checks"])


def test_records_are_put_to_the_test(weak: tuple[Course, Study]):
    course, found = weak
    exercise = by_name(found)["spread"]
    alive = [trial for trial in exercise.survivors if trial.twin.differs]
    killed = next(trial for trial in exercise.mutants if trial.killed)
    path = course.root / f"autograder/equivalents/{NAME}.toml"

    def write(trial: MutantTrial, more: str = "") -> None:
        text = entry(trial.mutant.name).replace('reason = ""', f'reason = "Because."\n{more}')
        path.write_text(text, "utf-8")

    def again() -> Study:
        return study(course, NAME, jobs=2, seeds=2, search_seconds=1)

    try:
        write(alive[0])
        [said] = again().records
        assert "differs" in said and by_name(again())["spread"].equivalents == 0
        write(alive[0], "lawful = true")
        assert again().records == [] and by_name(again())["spread"].equivalents == 1
        write(killed)
        [said] = again().records
        assert "test_spread kills it" in said
        path.write_text(path.read_text().replace("after = ", 'after = "" #'), "utf-8")
        [said] = again().records
        assert "no such mutant" in said
    finally:
        path.unlink()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[[equivalent]]\nexercise = "f"\nbefore = "a"\nafter = "b"', "reason"),
        ('[[equivalent]]\nexercise = "f"\nbefore = "a"\nafter = "b"\nreason = " "', "no reason"),
        ('[[equivalent]]\nexercise = "f"\nbefore = "a"\nafter = "b"\nreason = "c"\nline = 3', "line"),
        ("[[equivalent", "TOML"),
    ],
)
def test_a_record_needs_a_reason(tmp_path: Path, text: str, says: str):
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(UserError, match=says):
        read_equivalents(tmp_path / "r.toml")


@pytest.mark.parametrize("after", ["return x", 'f("a")', "a = '\\n'", "x\ny", ""])
def test_an_entry_reads_as_it_was_written(tmp_path: Path, after: str):
    name = ("f", "a\n  b", after, 2)
    text = entry(name).replace('reason = ""', 'reason = "Because."')
    (tmp_path / "r.toml").write_text(text)
    assert read_equivalents(tmp_path / "r.toml") == [Equivalent(*name[:3], "Because.", 2)]


def test_a_right_answer_that_fails_and_a_wrong_one_that_passes_are_named(tmp_path: Path):
    bank = """
# %% answer="spread" name="a right answer as a tuple"
def spread(values, by=1):
    return tuple(value + 2 * by * n for n, value in enumerate(values))

# %% answer="steps" name="really right" loses=["test_steps"] says="something"
def steps(n):
    return n.bit_length()
"""
    found = study(make(tmp_path, bank=bank), NAME, jobs=2, seeds=1, search_seconds=0.2)
    [(exercise, trial)] = found.right_failed
    assert exercise == "spread" and "loses test_spread (wrong-container)" in trial.problems[0]
    [(exercise, trial)] = found.wrong_missed
    assert exercise == "steps" and "keeps test_steps" in trial.problems[0]
    assert not command.passed(found)


def test_the_gate_reads_the_last_figures(tmp_path: Path, good: tuple[Course, Study]):
    root = tmp_path / "course"
    shutil.copytree(good[0].root, root)
    course = Course(root)
    assert "have not been tried" in gate.objections(course, NAME)[0]
    gate.record(course, good[1])
    assert gate.objections(course, NAME) == []
    figures = json.loads(gate.record_file(course, NAME).read_text())
    figures["exercises"]["spread"]["score"] = 0.9
    gate.record_file(course, NAME).write_text(json.dumps(figures))
    assert "catch 90.0%" in gate.objections(course, NAME)[0]
    strict = autograder(root, "release", NAME, "--strict")
    assert strict.returncode == 1 and "STOPPED" in strict.stderr and "90.0%" in strict.stderr
    assert autograder(root, "release", NAME).returncode == 0
    (root / f"autograder/bank/{NAME}.py").write_text("# %% [markdown]\n# Nothing.\n")
    assert "changed since" in gate.objections(course, NAME)[0]
    gate.record_file(course, NAME).write_text("{}")
    assert "cannot be read" in gate.objections(course, NAME)[0]


def autograder(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = str(Path(sys.executable).with_name("autograder"))
    return subprocess.run([program, *arguments], cwd=root, capture_output=True, text=True, timeout=300)


def test_the_command_says_what_is_to_be_done_and_exits_with_1(weak: tuple[Course, Study]):
    done = autograder(weak[0].root, "check", NAME, "--seeds", "2", "--search", "1", "--json", "all.json")
    assert done.returncode == 1, done.stderr
    assert "spread" in done.stdout and f"reports/{NAME}-checks.html" in done.stdout
    [record] = json.loads((weak[0].root / "all.json").read_text())
    assert record["assignment"] == NAME
    assert autograder(weak[0].root, "check", "77_none").returncode == 2


# -- parts ---------------------------------------------------------------------------------


def test_answers_share_a_notebook_only_where_they_leave_each_other_alone():
    plain = [Answer("f", str(n), f"def f(x):\n    return x + {n}") for n in range(3)]
    itself = Answer("f", "itself", "def f(x):\n    return f(x - 1)")
    helper = Answer("f", "helper", "def h(x):\n    return x\ndef f(x):\n    return h(x)")
    other = Answer("g", "other", "def h(x):\n    return -x\ndef g(x):\n    return h(x)")
    caller = Answer("g", "caller", "def g(x):\n    return f(x)")
    shadow = Answer("g", "shadow", "from math import floor as np\ndef g(x):\n    return np(x)")
    user = Answer("f", "user", "def f(x):\n    return np.abs(x)")
    assert all(a.bears(b) for a in plain for b in plain)
    for one, two in ((itself, plain[0]), (helper, other), (caller, plain[0]), (shadow, user)):
        assert not one.bears(two) and not two.bears(one)
    packed = pack([*plain, itself, helper, other, caller, shadow, user], {})
    assert sorted(a.name for members in packed for a in members) == sorted(
        a.name for a in [*plain, itself, helper, other, caller, shadow, user]
    )
    assert all(a.bears(b) for members in packed for a in members for b in members if a is not b)


def test_another_seed_is_another_submission():
    answers = [Answer("f", "a", "def f(): pass", seed) for seed in (0, 1, 0)]
    assert all(len({a.seed for a in members}) == 1 for members in pack(answers, {}))


def test_a_check_depends_on_what_it_reaches_and_on_nothing_else(tmp_path: Path):
    for folder in ("course/checks", "autograder/checks"):
        (tmp_path / folder).mkdir(parents=True)
    public = tmp_path / "course/checks/mine.py"
    hidden = tmp_path / "autograder/checks/mine.py"
    public.write_text("SIZE = 3\ndef size():\n    return SIZE\ndef other():\n    return 1\n")
    hidden.write_text(
        "from course.checks.mine import size\ndef check(f):\n    f(size())\ndef rest(f):\n    pass\n"
    )
    cell = "from autograder.checks import mine as hidden\nhidden.check(f)"

    def digest() -> str:
        return depends.digest([cell], tmp_path)

    first = digest()
    public.write_text(public.read_text().replace("return 1", "return 2"))
    hidden.write_text(hidden.read_text() + "\n\nMORE = 1\n")
    assert digest() == first
    public.write_text(public.read_text().replace("SIZE = 3", "SIZE = 4"))
    assert digest() != first


def test_checks_that_catch_nothing_of_their_own_are_named(good: tuple[Course, Study]):
    spread = by_name(good[1])["spread"]
    assert matrix.hangs_on_one(spread) and matrix.idle(spread) == []
    double = Exercise("spread", [*spread.checks, *(type(c)("test_idle", "Idle", 1.0) for c in spread.checks)])
    double.mutants, double.bank = spread.mutants, spread.bank
    assert matrix.idle(double) == ["test_idle"] and not matrix.hangs_on_one(double)
    assert matrix.punished_twice(double) == []
    double.bank[1].loses.append("test_idle")
    try:
        assert [trial.name for trial in matrix.punished_twice(double)] == ["by once"]
    finally:
        double.bank[1].loses.remove("test_idle")
