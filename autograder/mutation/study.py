"""Try the checks of an assignment on answers whose worth is known, and say where they judge wrongly.

Everything goes through the real engine: the reference and the untouched release as whole notebooks, the
bank's answers and the mutants packed many to a submission.  Verdicts are kept by what they depend on,
so that only what changed is run again.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat

from autograder import assignment as assignments
from autograder.assignment import Assignment
from autograder.bank import BankAnswer, read_bank
from autograder.classroom import processors
from autograder.course import Course
from autograder.engine import supervise
from autograder.engine.launch import CHECKOUT, Launcher, begin_job
from autograder.engine.result import CellResult, Result
from autograder.errors import UserError
from autograder.files import write_atomically
from autograder.mutation import depends, packs
from autograder.mutation.equivalents import Equivalent, read_equivalents
from autograder.mutation.operators import Mutant, mutants
from autograder.mutation.packs import Answer
from autograder.mutation.twins import Observed, Search, Twin
from autograder.mutation.watch import Cost, WatchedLauncher
from autograder.sample import PROSE, fill, reference_answers

__all__ = ["BankTrial", "Check", "Exercise", "MutantTrial", "Study", "Verdict", "study"]

SEEDS = 20
SEARCH_SECONDS = 4.0
SHORTEST_CALL = 2.0
"""Seconds that a mutant's call may take at least; else twenty times what the solution's longest takes."""

_LOST_PROCESS = ("crashed", "out of memory")
_LOST_WORDS = ("too often", "whole notebook", "could not be interrupted")
_FORM = "2"
"""Of the kept file: another one is not read."""


@dataclass(frozen=True)
class Verdict:
    """What one check said of one answer.

    Parameters
    ----------
    outcome : str
        As in `autograder.engine.result.CellResult`.
    mistake : str
        The name of the mistake; empty where it has none.
    hidden : bool
        Whether the hidden part said it.
    fault : str
        Where the check failed itself: the error.
    """

    outcome: str
    mistake: str = ""
    hidden: bool = False
    fault: str = ""

    @property
    def lost(self) -> bool:
        """Whether the answer lost points."""
        return self.outcome != "correct"


Verdicts = dict[str, Verdict]
"""By the checks' grade_ids."""


@dataclass
class Check:
    """One test cell: what it asks, what it is worth, what it takes."""

    grade_id: str
    title: str
    points: float
    seconds: float = 0.0
    memory: int = 0


@dataclass
class MutantTrial:
    """A mutant and what became of it.

    Parameters
    ----------
    verdicts : dict
        Of its exercise's checks at the first seed.
    lucky : list of int
        Seeds at which a check kills it, where none does at the first.
    recorded : Equivalent or None
        What an instructor has written of it.
    twin : Twin or None
        For survivors: where it differs.
    """

    mutant: Mutant
    verdicts: Verdicts
    lucky: list[int] = field(default_factory=list)
    recorded: Equivalent | None = None
    twin: Twin | None = None

    @property
    def killed(self) -> bool:
        """Whether it lost a point at the first seed."""
        return any(verdict.lost for verdict in self.verdicts.values())

    @property
    def equivalent(self) -> bool:
        """Whether it is taken off the score: recorded, alive, and no difference that nobody knew of."""
        if self.recorded is None or self.killed:
            return False
        return self.recorded.lawful or not (self.twin and self.twin.differs)


@dataclass
class BankTrial:
    """An answer of the bank, and at which seeds it was judged otherwise than it says."""

    name: str
    right: bool
    loses: list[str]
    says: str
    problems: list[str] = field(default_factory=list)


@dataclass
class Exercise:
    """What was tried on the checks of one exercise."""

    name: str
    checks: list[Check]
    mutants: list[MutantTrial] = field(default_factory=list)
    bank: list[BankTrial] = field(default_factory=list)

    @property
    def killed(self) -> int:
        """Mutants that lost points."""
        return sum(trial.killed for trial in self.mutants)

    @property
    def equivalents(self) -> int:
        """Mutants that are recorded as no mistakes."""
        return sum(trial.equivalent for trial in self.mutants)

    @property
    def survivors(self) -> list[MutantTrial]:
        """Mutants that lost nothing and are not recorded."""
        return [trial for trial in self.mutants if not trial.killed and not trial.equivalent]

    @property
    def score(self) -> float:
        """The part of the mutants that lost points, recorded equivalents left out."""
        counted = len(self.mutants) - self.equivalents
        return self.killed / counted if counted else 1.0


@dataclass
class Study:
    """All that was found about the checks of one assignment."""

    name: str
    seeds: int
    exercises: list[Exercise]
    problems: list[str]
    """What the reference, the untouched release and the checks themselves did wrong."""
    records: list[str]
    """Recorded equivalents that are none any more."""
    seconds: float = 0.0
    graded: int = 0
    kept: int = 0
    digest: str = ""

    @property
    def right_failed(self) -> list[tuple[str, BankTrial]]:
        """Right answers that lost points, with their exercise."""
        return [(e.name, t) for e in self.exercises for t in e.bank if t.right and t.problems]

    @property
    def wrong_missed(self) -> list[tuple[str, BankTrial]]:
        """Wrong answers that were not judged as they say, with their exercise."""
        return [(e.name, t) for e in self.exercises for t in e.bank if not t.right and t.problems]


# ---------------------------------------------------------------------------------------


def study(
    course: Course,
    name: str,
    *,
    jobs: int | None = None,
    seeds: int = SEEDS,
    search_seconds: float = SEARCH_SECONDS,
    again: bool = False,
    only: Sequence[str] = (),
    tell: Callable[[str, int, int], None] = lambda what, done, of: None,
) -> Study:
    """Study the checks of one assignment.

    Parameters
    ----------
    course : Course
        Where it is; its bank and its recorded equivalents are read from ``autograder/``.
    name : str
        Such as ``01_convolution``.
    jobs : int, optional
        Submissions at a time; by default one a processor.
    seeds : int
        At how many seeds reference and bank are graded.
    search_seconds : float
        How long to look for an input on which a survivor differs.
    again : bool
        Run also what is kept from an earlier study.
    only : sequence of str
        Exercises to study; by default all.
    tell : callable
        Told what is being done, how much of it is done, and how much there is.
    """
    begun = time.monotonic()
    task = assignments.load(course, name)
    known = [cell.grade_id or "" for cell in task.cells if cell.kind == "solution"]
    for exercise in only:
        if exercise not in known:
            raise UserError(f"{name} has no exercise {exercise!r}; it has {', '.join(known)}.")
    kept = _Kept(course.root / "results/.checks" / f"{name}.json", again)
    reference = reference_answers(course, name)
    bank_file = course.root / "autograder/bank" / f"{name}.py"
    bank = read_bank(bank_file) if bank_file.is_file() else []
    records = read_equivalents(course.root / "autograder/equivalents" / f"{name}.toml")
    try:
        with (
            Launcher.of(task) as launcher,
            Search(_setup(task, reference), _tests(task), Path(CHECKOUT), jobs or processors()) as search,
        ):
            work = _Work(course, task, reference, launcher, kept, jobs or processors(), tell)
            problems, costs = work.whole(seeds)
            exercises = [e for e in _exercises(task, costs) if not only or e.name in only]
            work.together()
            work.bank(exercises, [a for a in bank if not only or a.exercise in only], seeds)
            work.hurry()
            _try_mutants(work, exercises, search, course, seeds)
            _look_at_survivors(work, exercises, search, records, search_seconds)
    finally:
        kept.write()
    problems += sorted(work.broken)
    result = Study(
        name,
        seeds,
        exercises,
        problems,
        _stale(exercises, [r for r in records if not only or r.exercise in only]),
    )
    result.seconds = time.monotonic() - begun
    result.graded, result.kept = work.graded, work.reused
    from autograder.mutation.gate import content_digest

    result.digest = content_digest(course, name)
    return result


def _setup(task: Assignment, reference: dict[str, str]) -> list[str]:
    return [
        reference[cell.grade_id or ""] if cell.kind == "solution" else cell.source
        for cell in task.cells
        if cell.kind in ("code", "solution")
    ]


def _tests(task: Assignment) -> dict[str, list[str]]:
    tests: dict[str, list[str]] = {c.grade_id or "": [] for c in task.cells if c.kind == "solution"}
    for cell in task.tests:
        tests.setdefault(task.exercise(cell), []).append(f"{cell.source}\n{cell.hidden}")
    return tests


def _exercises(task: Assignment, costs: dict[str, Cost]) -> list[Exercise]:
    found = []
    for cell in task.cells:
        if cell.kind != "solution":
            continue
        checks = [
            Check(
                test.grade_id or "",
                test.title,
                test.points,
                costs[test.grade_id].seconds if test.grade_id in costs else 0.0,
                costs[test.grade_id].memory if test.grade_id in costs else 0,
            )
            for test in task.tests
            if task.exercise(test) == cell.grade_id
        ]
        found.append(Exercise(cell.grade_id or "", checks))
    return found


class _Kept:
    """Verdicts of earlier studies, by what they depend on."""

    def __init__(self, path: Path, again: bool):
        self.path, self.used = path, set[str]()
        self.values: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._written = time.monotonic()
        if not again:
            try:
                record = json.loads(path.read_text("utf-8"))
                self.values = record["kept"] if record["form"] == _FORM else {}
            except (OSError, ValueError, KeyError, TypeError):
                pass

    def get(self, key: str) -> Any:
        """What is kept under a key; None where nothing is."""
        self.used.add(key)
        return self.values.get(key)

    def put(self, key: str, value: Any) -> None:
        """Keep a value; the file is written now and then, for a run that is interrupted."""
        with self._lock:
            self.used.add(key)
            self.values[key] = value
            if time.monotonic() - self._written > 20:
                self._write(self.values)

    def write(self) -> None:
        """Write the file; what this study did not use may serve the next, for a while."""
        with self._lock:
            old = [key for key in self.values if key not in self.used]
            for key in old[: max(0, len(old) - 20_000)]:
                del self.values[key]
            self._write(self.values)

    def _write(self, values: dict[str, Any]) -> None:
        write_atomically(self.path, json.dumps({"form": _FORM, "kept": values}, separators=(",", ":")))
        self._written = time.monotonic()


class _Work:
    """Grades answers, several at a time, and keeps their verdicts."""

    def __init__(
        self,
        course: Course,
        task: Assignment,
        reference: dict[str, str],
        launcher: Launcher,
        kept: _Kept,
        jobs: int,
        tell: Callable[[str, int, int], None],
    ):
        self.course, self.task, self.reference, self.launcher = course, task, reference, launcher
        self.kept, self.jobs, self.tell = kept, jobs, tell
        self.graded = self.reused = 0
        self.broken: set[str] = set()
        self.costs: dict[str, Cost] = {}
        self.base = depends.engine(task)
        setup = "\0".join(cell.source for cell in task.cells if cell.kind == "code")
        self.checks = {
            exercise: _hash(self.base, setup, str(task.limits), depends.digest(sources))
            for exercise, sources in _tests(task).items()
        }

    # -- whole notebooks ---------------------------------------------------------------------

    def whole(self, seeds: int) -> tuple[list[str], dict[str, Cost]]:
        """Grade the untouched release, and the reference at every seed; what was wrong, and what checks take."""
        released = nbformat.reads(_released(self.course, self.task.name), as_version=4)
        untouched = nbformat.writes(released).encode()
        reference = nbformat.writes(fill(released, self.reference, PROSE)).encode()
        jobs = [("untouched", untouched, 0), *(("reference", reference, seed) for seed in range(seeds))]
        everything = _hash(*self.checks.values(), self.task.digest)
        problems: list[str] = []
        costs: dict[str, Cost] = {}

        def one(what: str, data: bytes, seed: int) -> tuple[list[str], dict[str, Cost]]:
            key = _hash("whole", everything, what, str(seed))
            found = self.kept.get(key)
            if found is None:
                watched = WatchedLauncher(self.launcher)
                result = supervise.grade(self.task, data, what, seed, watched)  # type: ignore[arg-type]
                wrong = _wrong_reference(result, seed) if what == "reference" else _wrong_release(result)
                found = [wrong, {name: asdict(cost) for name, cost in watched.costs.items()}]
                self.kept.put(key, found)
                self.graded += 1
            else:
                self.reused += 1
            return found[0], {name: Cost(**cost) for name, cost in found[1].items()}

        done = 0
        for (what, _, _), (wrong, spent) in self._parallel(one, jobs):
            done += 1
            self.tell("reference", done, len(jobs))
            problems += wrong
            if what == "reference":
                for name, cost in spent.items():
                    most = costs.setdefault(name, Cost())
                    most.seconds = max(most.seconds, cost.seconds)
                    most.longest_call = max(most.longest_call, cost.longest_call)
                    most.memory = max(most.memory, cost.memory)
        self.costs = costs
        return list(dict.fromkeys(problems)), costs

    def together(self) -> None:
        """Give a submission of many answers more time in all."""
        limits = replace(self.task.limits, notebook_seconds=3600, checks_seconds=3600)
        self.task = replace(self.task, limits=limits)

    def hurry(self) -> None:
        """Give endless loops of mutants less time than a student gets."""
        limits = self.task.limits
        longest = max((cost.longest_call for cost in self.costs.values()), default=0.0)
        self.task = replace(
            self.task,
            limits=replace(
                limits,
                call_seconds=min(limits.call_seconds, max(SHORTEST_CALL, 20 * longest)),
                cell_seconds=min(limits.cell_seconds, 10.0),
            ),
        )

    # -- answers -------------------------------------------------------------------------------

    def grade(self, answers: Sequence[Answer], what: str) -> dict[Answer, Verdicts]:
        """The verdicts on many answers."""
        verdicts: dict[Answer, Verdicts] = {}
        waiting = []
        for answer in answers:
            kept = self.kept.get(self._key(answer))
            if kept is None:
                waiting.append(answer)
            else:
                verdicts[answer] = {name: Verdict(*said) for name, said in kept.items()}
                self.reused += 1
        seconds = {
            exercise: sum(
                self.costs[c.grade_id].seconds for c in self._of(exercise) if c.grade_id in self.costs
            )
            for exercise in self.checks
        }
        self.tell(what, len(verdicts), len(answers))
        jobs = [(members,) for members in packs.pack(waiting, seconds, self.jobs)]
        for _, graded in self._parallel(self._grade_pack, jobs):
            for answer, found in graded.items():
                verdicts[answer] = found
                self.kept.put(
                    self._key(answer),
                    {name: [v.outcome, v.mistake, v.hidden, v.fault] for name, v in found.items()},
                )
                self.graded += 1
            self.tell(what, len(verdicts), len(answers))
        for answer, found in verdicts.items():
            for name, verdict in found.items():
                if verdict.mistake == "check-failed":
                    what = f"{name} failed itself on the {answer.kind} `{answer.name}`"
                    self.broken.add(f"{what}: {verdict.fault}" if verdict.fault else what)
        return verdicts

    def _grade_pack(self, answers: list[Answer]) -> dict[Answer, Verdicts]:
        task, data = packs.made(self.task, self.reference, answers)
        result = supervise.grade(task, data, "study", answers[0].seed, self.launcher)
        if len(answers) > 1 and any(_process_lost(cell) for cell in result.cells):
            # A process that ended took the others with it: each of them alone.
            return {answer: self._grade_pack([answer])[answer] for answer in answers}
        return {
            answer: {name: _verdict(cell) for name, cell in cells.items()}
            for answer, cells in zip(answers, packs.unpacked(result, answers), strict=True)
        }

    def _of(self, exercise: str) -> list[assignments.Cell]:
        return [cell for cell in self.task.tests if self.task.exercise(cell) == exercise]

    def _key(self, answer: Answer) -> str:
        return _hash(self.checks[answer.exercise], answer.source, str(answer.seed))

    def _parallel(self, function: Callable[..., Any], jobs: Sequence[tuple[Any, ...]]) -> Iterable[Any]:
        numbers = itertools.count()
        pool = ThreadPoolExecutor(self.jobs, initializer=lambda: begin_job(next(numbers), self.jobs))
        try:
            waiting = {pool.submit(function, *job): job for job in jobs}
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def bank(self, exercises: list[Exercise], bank: list[BankAnswer], seeds: int) -> None:
        """Grade the bank's answers at every seed, and note where they are judged otherwise than they say."""
        answers = {
            Answer(a.exercise, a.name, a.source, seed, "right answer" if a.right else "wrong answer"): a
            for a in bank
            for seed in range(seeds)
            if a.exercise in self.checks
        }
        verdicts = self.grade(list(answers), "bank")
        trials: dict[tuple[str, str], BankTrial] = {}
        for answer, written in answers.items():
            trial = trials.setdefault(
                (answer.exercise, answer.name),
                BankTrial(answer.name, written.right, list(written.loses), written.says or ""),
            )
            trial.problems += _misjudged(written, verdicts[answer], answer.seed)
        for exercise in exercises:
            exercise.bank = [trial for (name, _), trial in trials.items() if name == exercise.name]


def _released(course: Course, name: str) -> str:
    from autograder.release import generate

    path = course.release(name)
    return path.read_text("utf-8") if path.is_file() else generate(course, name)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _verdict(cell: CellResult) -> Verdict:
    hidden = bool(cell.evidence and cell.evidence.hidden)
    fault = ""
    if cell.mistake == "check-failed":
        fault = (cell.instructor_detail or cell.message or "").strip().splitlines()[-1][:200]
    return Verdict(cell.outcome, cell.mistake or "", hidden, fault)


def _process_lost(cell: CellResult) -> bool:
    return cell.outcome in _LOST_PROCESS or any(words in (cell.message or "") for words in _LOST_WORDS)


def _wrong_reference(result: Result, seed: int) -> list[str]:
    return [
        f"the reference lost {cell.grade_id} at seed {seed}: {cell.message}"
        for cell in result.cells
        if cell.outcome not in ("correct", "manual")
    ] + [f"the reference has a note at seed {seed}: {note}" for note in result.notes]


def _wrong_release(result: Result) -> list[str]:
    wrong = [
        f"the untouched release is {cell.outcome} in {cell.grade_id}: {cell.message}"
        for cell in result.cells
        if cell.outcome != "not attempted" or cell.score
    ]
    for cell in (result.notebook or {}).get("cells", []):
        for output in cell.get("outputs", []):
            if output.get("output_type") == "error" and output.get("ename") != "NotImplementedError":
                wrong.append(f"the untouched release raises {output['ename']}: {output.get('evalue', '')}")
    return wrong


def _misjudged(written: BankAnswer, verdicts: Verdicts, seed: int) -> list[str]:
    """How an answer of the bank was judged otherwise than it says, in sentences."""
    lost = {name for name, verdict in verdicts.items() if verdict.lost}
    problems = [
        f"seed {seed}: loses {name} ({verdicts[name].mistake or verdicts[name].outcome})"
        for name in sorted(lost - set(written.loses))
    ]
    problems += [f"seed {seed}: keeps {name}" for name in sorted(set(written.loses) - lost)]
    said = {verdicts[name].mistake for name in written.loses if name in verdicts}
    if written.says and written.says not in said:
        problems.append(f"seed {seed}: is told {', '.join(sorted(filter(None, said))) or 'nothing'}")
    return problems


def _try_mutants(work: _Work, exercises: list[Exercise], search: Search, course: Course, seeds: int) -> None:
    """Grade every mutant at the first seed, and those that live at a few others."""
    seen = _observed(work, search)
    source = nbformat.reads(course.source(work.task.name).read_text("utf-8"), as_version=4)
    marked = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in source.cells
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code"
    }
    made: dict[Answer, Mutant] = {}
    for exercise in exercises:
        observed = seen.get(exercise.name, Observed("", [], 0))
        for mutant in mutants(exercise.name, marked[exercise.name], observed.returns, observed.arrays):
            made[Answer(exercise.name, mutant.after.strip()[:80], mutant.source)] = mutant
    verdicts = work.grade(list(made), "mutants")
    by_name = {exercise.name: exercise for exercise in exercises}
    for answer, mutant in made.items():
        by_name[answer.exercise].mutants.append(MutantTrial(mutant, verdicts[answer]))
    alive = [trial for exercise in exercises for trial in exercise.mutants if not trial.killed]
    others = {
        Answer(trial.mutant.exercise, "", trial.mutant.source, seed): trial
        for trial in alive
        for seed in range(1, min(seeds, 5))
    }
    for answer, found in work.grade(list(others), "survivors at other seeds").items():
        if any(verdict.lost for verdict in found.values()):
            others[answer].lucky.append(answer.seed)


def _observed(work: _Work, search: Search) -> dict[str, Observed]:
    """What each solution returns and is given; kept as long as it and its checks are the same."""
    keys = {e: _hash("observed", work.checks[e], work.reference[e]) for e in work.checks}
    kept = {exercise: work.kept.get(key) for exercise, key in keys.items()}
    if any(value is None for value in kept.values()):
        work.tell("watching the checks call", 0, 1)
        seen = search.observe()
        for exercise, observed in seen.items():
            kept[exercise] = asdict(observed)
            work.kept.put(keys[exercise], kept[exercise])
    return {exercise: Observed(**value) for exercise, value in kept.items() if value}


def _look_at_survivors(
    work: _Work, exercises: list[Exercise], search: Search, records: list[Equivalent], seconds: float
) -> None:
    """Put the records to the mutants, and search for an input that tells each survivor from the solution."""
    recorded = {record.name: record for record in records}
    searched_by = Path(__file__).with_name("twins.py").read_text("utf-8")
    alive: list[MutantTrial] = []
    for exercise in exercises:
        for trial in exercise.mutants:
            trial.recorded = recorded.get(trial.mutant.name)
            if not trial.killed:
                alive.append(trial)

    def key(trial: MutantTrial) -> str:
        exercise = trial.mutant.exercise
        parts = (work.checks[exercise], work.reference[exercise], trial.mutant.source, str(seconds))
        return _hash("twin", searched_by, *parts)

    waiting = []
    for trial in alive:
        kept = work.kept.get(key(trial))
        trial.twin = Twin(**kept) if kept else None
        # Of a lawful one it is known that it differs.
        if kept is None and not (trial.recorded and trial.recorded.lawful):
            waiting.append(trial)
    what = "looking where survivors differ"
    work.tell(what, len(alive) - len(waiting), len(alive))
    wanted = [(trial.mutant.exercise, trial.mutant.source) for trial in waiting]
    for number, (at, twin) in enumerate(search.twins(wanted, seconds), start=1):
        waiting[at].twin = twin
        work.kept.put(key(waiting[at]), asdict(twin))
        work.tell(what, len(alive) - len(waiting) + number, len(alive))


def _stale(exercises: list[Exercise], records: list[Equivalent]) -> list[str]:
    """What is wrong with the recorded equivalents, in sentences."""
    trials = {trial.mutant.name: trial for exercise in exercises for trial in exercise.mutants}
    said = []
    for record in records:
        trial = trials.get(record.name)
        words = f"{record.exercise}: `{record.after or 'removed'}` is recorded as equivalent"
        if trial is None:
            said.append(f"{words}, but there is no such mutant any more: take the record out.")
        elif trial.killed:
            by = next(name for name, verdict in trial.verdicts.items() if verdict.lost)
            said.append(f"{words}, but {by} kills it: take the record out, or mend the check.")
        elif trial.twin and trial.twin.differs and not record.lawful:
            said.append(f"{words}, but it differs: {trial.twin.call.splitlines()[0]}")
    return said
