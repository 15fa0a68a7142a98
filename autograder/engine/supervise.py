"""Grade one submission: run its cells in one process, its checks in another, relay between them.

The supervisor decodes nothing of an answer that a call brought; it counts, times and passes on.
All cells run before the first check, so that no input of a hidden check can reach an output;
what a name meant where its check stands is pinned on the way.
"""

from __future__ import annotations

import ast
import re
import time
from typing import Any

import numpy as np

from autograder.assignment import Assignment, Cell
from autograder.engine.channel import ChannelError, DeadlinePassed, Frame
from autograder.engine.codec import MAX_HEADER, MAX_MESSAGE, DecodeError, decode, encode
from autograder.engine.launch import EngineFault, Launcher, Process
from autograder.engine.outputs import clean_outputs
from autograder.engine.protocol import Kind, Limits, new_nonce
from autograder.engine.result import CellResult, Evidence, ImageResult, Result
from autograder.pictures import pack
from autograder.submission import InvalidSubmission, Step, Submission, read

GRACE_SECONDS = 2.0
"""How long interrupted code may take to stop before its process is ended."""

MAX_RESTARTS = 25

ATTEMPTS = 3
"""How often a submission is graded at most, where its processes end without being asked."""

MAX_OUTPUT_BYTES = 32 << 20
"""Of all cells of a notebook together: thousands of cells could each print what one may."""

CHECKER_MEMORY_MB = 4096
"""Resident memory of a checking process, which calls the models that students' functions return."""

_NAME_ERROR = re.compile(r"name '(\w+)' is not defined")


class Stopped(Exception):
    """What was asked of the student's process came to no end of its own.

    Parameters
    ----------
    outcome : str
        "timed out", "out of memory", "crashed", or "error" for what was not run.
    message : str
        What happened, to follow on "your code".
    fatal : bool, optional
        Whether the process is of no more use.
    outputs : object, optional
        What an interrupted cell had put out, as it came.
    """

    def __init__(self, outcome: str, message: str, *, fatal: bool = True, outputs: object = ()):
        self.outcome, self.message, self.fatal, self.outputs = outcome, message, fatal, outputs
        super().__init__(message)


class StudentSession:
    """The student's process over one submission, restarted where it dies.

    After a restart the cells run again, but for those that ended a process before.
    """

    def __init__(self, submission: Submission, limits: Limits, launcher: Launcher):
        self.steps, self.limits, self.launcher = submission.steps, limits, launcher
        self.stopped: dict[int, Stopped] = {}
        self.left = limits.notebook_seconds
        self.output_room = MAX_OUTPUT_BYTES
        self.process: Process | None = None
        self.notes: list[str] = []
        self.ended = self.judging = self.full = False
        self._restarts = -1

    def run_cells(self) -> None:
        """Run all cells in a fresh process, and again without the cell that ends it."""
        while not self._run_through():
            pass

    def _run_through(self) -> bool:
        """Run the cells once; False where one of them ended the process."""
        self.end()
        self._restarts += 1
        if self._restarts > MAX_RESTARTS or self.left <= 0:
            return True
        self.process = self.launcher.student(self.limits.output_bytes)
        for index, step in enumerate(self.steps):
            if index in self.stopped and self.stopped[index].fatal:
                continue
            try:
                self._run_step(index, step)
            except Stopped as stopped:
                first = index not in self.stopped
                self.stopped[index] = stopped
                if first:
                    self.notes.append(f"cell {index + 1} of the notebook {stopped.message}")
                    shown = [] if self.judging else clean_outputs(stopped.outputs)
                    step.outputs = [*shown, _notice(stopped)]
                if stopped.fatal:
                    return False
        return True

    def _run_step(self, index: int, step: Step) -> None:
        if step.cell is not None and step.cell.kind == "test":
            pin = [step.cell.grade_id, list(step.cell.names)]
            self.request(Kind.PIN, encode(pin), self.limits.cell_seconds)
        if step.run:
            try:
                source = encode(step.source)
            except ValueError:
                text = f"is longer than {MAX_HEADER >> 20} MiB and was not run."
                raise Stopped("error", text, fatal=False) from None
            frame = self.request(Kind.RUN, source, self.limits.cell_seconds)
            if step.outputs or self.judging:
                # Once a check has called, an output could hold the inputs of hidden ones.
                return
            self.output_room -= len(frame.body)
            if self.output_room < 0:
                step.outputs = [_TOO_MUCH]
            else:
                step.outputs = clean_outputs(_dict(frame).get("outputs"))

    def request(self, kind: Kind, body: bytes, seconds: float) -> Frame:
        """Ask the process, wait in bounded time, and bring back its one answer.

        Raises
        ------
        Stopped
            Where none came that counts.
        """
        if self.left <= 0:
            raise Stopped(
                "timed out", f"came after the {self.limits.notebook_seconds:g} s of the whole notebook."
            )
        if self.process is None:
            raise Stopped("crashed", "ended the interpreter too often.")
        if self.full:
            self.full = False
            raise self._too_full()
        channel, nonce, begun = self.process.channel, new_nonce(), time.monotonic()
        allowed = min(seconds, self.left)
        # Only the answer to a call may hold arrays.
        most = MAX_MESSAGE if kind == Kind.CALL else MAX_HEADER + 4
        try:
            if channel.pending():
                raise Stopped("crashed", "ended the interpreter.")
            channel.send(kind, body, nonce, begun + allowed)
            try:
                frame, late = channel.receive(begun + allowed, most, self._watch_memory), False
            except DeadlinePassed:
                self.process.interrupt()
                frame, late = (
                    channel.receive(time.monotonic() + GRACE_SECONDS, most, self._watch_memory),
                    True,
                )
            if frame.nonce != nonce or frame.kind not in (Kind.DONE, Kind.ANSWER):
                raise Stopped("crashed", "ended the interpreter.")
            if late:
                outputs = _dict(frame).get("outputs")
                raise Stopped("timed out", f"did not end within {allowed:g} s.", fatal=False, outputs=outputs)
            return frame
        except ChannelError:
            self.ended = True
            raise Stopped("crashed", "ended the interpreter.") from None
        except DeadlinePassed:
            raise Stopped(
                "timed out", f"did not end within {allowed:g} s, and could not be interrupted."
            ) from None
        finally:
            self.left -= time.monotonic() - begun

    def _watch_memory(self) -> None:
        if self.process is not None and self.process.holds_more_than(self.limits.memory_mb << 20):
            raise self._too_full()

    def _too_full(self) -> Stopped:
        return Stopped("out of memory", f"used more than {self.limits.memory_mb} MiB of memory.")

    def look(self) -> None:
        """End the process where it grew too large while nobody waited for it; the next request says so."""
        try:
            self._watch_memory()
        except Stopped:
            self.full = True
            self.process.kill()

    def end(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.end()
            self.process = None


def _dict(frame: Frame) -> dict[str, Any]:
    """A frame's body where it is a dict; an empty one where it is not."""
    try:
        # Plain values only: a million arrays would keep the supervisor busy for all others, too.
        body = decode(frame.body, plain=True)
    except DecodeError:
        return {}
    return body if type(body) is dict else {}


_TOO_MUCH = {
    "output_type": "stream",
    "name": "stderr",
    "text": "[the notebook's outputs are too large: this one was left out]\n",
}


def _notice(stopped: Stopped) -> dict[str, Any]:
    text = f"[{stopped.outcome}: this cell {stopped.message}]\n"
    return {"output_type": "stream", "name": "stderr", "text": text}


class _TooLarge(Exception):
    """The checking process holds more than it may: a model or an array of the student's is too large to judge."""


class CheckSession:
    """The checking process over one submission."""

    def __init__(self, student: StudentSession, assignment: Assignment, seed: int):
        self.student, self.assignment, self.seed = student, assignment, seed
        self.process: Process | None = None
        self.left = assignment.limits.checks_seconds
        self.ended = False

    def verdict(self, cell: Cell) -> dict[str, Any]:
        """Run one check to its verdict, passing its calls on to the student's process."""
        if self.process is None:
            self.process = self.student.launcher.checker(self.seed, self.assignment.uses_tensorflow)
        channel, nonce = self.process.channel, new_nonce()
        left = min(self.assignment.limits.check_seconds, self.left)
        try:
            channel.send(Kind.CHECK, encode([cell.grade_id, cell.points, cell.source, cell.hidden]), nonce)
            while True:
                begun = time.monotonic()
                try:
                    frame = channel.receive(begun + left, MAX_MESSAGE, self._watch_memory)
                finally:
                    used = time.monotonic() - begun
                    left, self.left = left - used, self.left - used
                if frame.kind == Kind.VERDICT:
                    return decode(frame.body)
                self._pass_on(frame)
        except _TooLarge:
            self.end()
            return {
                "outcome": "out of memory",
                "score": 0.0,
                "message": f"what came back is too large to be judged within {CHECKER_MEMORY_MB} MiB of memory.",
            }
        except (ChannelError, DeadlinePassed) as error:
            late = isinstance(error, DeadlinePassed)
            self.ended = self.ended or not late
            self.end()
            what = "did not end in time" if late else "ended its process"
            return {
                "outcome": "error",
                "score": 0.0,
                "message": f"the check itself {what}: this is not your mistake; your instructor sees it too.",
                "mistake": "check-failed",
                "detail": f"the check {cell.grade_id} {what}",
            }

    def _watch_memory(self) -> None:
        self.student.look()
        if self.process is not None and self.process.own_memory > CHECKER_MEMORY_MB << 20:
            raise _TooLarge

    def _pass_on(self, call: Frame) -> None:
        assert self.process is not None
        try:
            answer = self.student.request(Kind.CALL, call.body, self.assignment.limits.call_seconds)
        except Stopped as stopped:
            lost = encode([stopped.outcome, f"your code {stopped.message}"])
            self.process.channel.send(Kind.LOST, lost, call.nonce)
            if stopped.fatal and self.student.process is not None:
                self.student.judging = True
                self.student.run_cells()
        else:
            self.process.channel.send(Kind.ANSWER, answer.body, call.nonce)

    def end(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.end()
            self.process = None


# ---------------------------------------------------------------------------------------


def grade(assignment: Assignment, data: bytes, student: str, seed: int, launcher: Launcher) -> Result:
    """Grade one submission.

    A process that ended counts as the submission's doing when it ends again at the second attempt: the
    first time, the machine or a person may have ended it.

    Parameters
    ----------
    assignment : Assignment
        What is asked and checked.
    data : bytes
        The submitted notebook file.
    student : str
        Whose it is.
    seed : int
        From which hidden checks draw their inputs.
    launcher : Launcher
        Starts the processes.

    Returns
    -------
    Result
        With status "invalid" where the file cannot be read as a notebook.

    Raises
    ------
    EngineFault
        Where no process could be started, several times in a row.
    """
    previous: Result | None = None
    for attempt in range(1, ATTEMPTS + 1):
        try:
            result, doubtful = _grade_once(assignment, data, student, seed, launcher)
        except EngineFault:
            if attempt == ATTEMPTS:
                raise
            continue
        if not doubtful or (previous is not None and _verdicts(previous) == _verdicts(result)):
            break
        previous = result
    return result


def _grade_once(
    assignment: Assignment, data: bytes, student: str, seed: int, launcher: Launcher
) -> tuple[Result, bool]:
    """Grade; also say whether a process ended that may not have ended itself."""
    try:
        submission = read(data, assignment, student)
        result, missing, doubtful = _grade(assignment, submission, seed, launcher)
        if missing and missing & _names_of_illustrations(assignment):
            # The student built on an illustration, which does not run as a rule.
            submission = read(data, assignment, student)
            for step in submission.steps:
                step.run = step.run or (step.cell is None and step.cell_type == "code")
            result, _, doubtful = _grade(assignment, submission, seed, launcher)
    except InvalidSubmission as error:
        return invalid(assignment, student, seed, str(error)), False
    return result, doubtful


def _verdicts(result: Result) -> list[tuple[str, float, str]]:
    return [(cell.grade_id, cell.score, cell.outcome) for cell in result.cells]


def invalid(assignment: Assignment, student: str, seed: int, reason: str) -> Result:
    """The result of a submission that cannot be read."""
    cells = [_cell_result(assignment, cell, 0.0, "not attempted", reason) for cell in assignment.graded]
    return Result(student, assignment.name, "invalid", reason, seed, cells)


def _grade(
    assignment: Assignment, submission: Submission, seed: int, launcher: Launcher
) -> tuple[Result, set[str], bool]:
    """Run and judge; also return the names that the student's code missed, and whether a process ended."""
    run = StudentSession(submission, assignment.limits, launcher)
    checks = CheckSession(run, assignment, seed)
    missing: set[str] = set()
    cells = []
    try:
        run.run_cells()
        for cell in assignment.graded:
            if cell.kind == "manual":
                cells.append(_manual(assignment, cell, submission))
                continue
            verdict = checks.verdict(cell)
            missing |= set(_NAME_ERROR.findall(" ".join(verdict.get("name_errors", []))))
            cells.append(_judged(assignment, cell, verdict, run))
    finally:
        run.end()
        checks.end()
    for step in submission.steps:
        for output in step.outputs:
            if output.get("ename") == "NameError":
                missing |= set(_NAME_ERROR.findall(output["evalue"]))
    result = Result(submission.student, assignment.name, "graded", None, seed, cells)
    result.notes = submission.notes + run.notes
    result.notebook = _notebook(assignment, submission)
    return result, missing, run.ended or checks.ended


def _names_of_illustrations(assignment: Assignment) -> set[str]:
    names = set()
    for cell in assignment.cells:
        if cell.kind == "illustration":
            try:
                tree = ast.parse(cell.source)
            except SyntaxError:
                # Magics are no Python; their names are not needed here.
                continue
            names |= {
                n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            }
            names |= {
                a.asname or a.name
                for n in ast.walk(tree)
                for a in getattr(n, "names", [])
                if isinstance(a, ast.alias)
            }
            names |= {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    return names


def _cell_result(
    assignment: Assignment, cell: Cell, score: float, outcome: str, message: str | None
) -> CellResult:
    return CellResult(
        grade_id=cell.grade_id or "",
        exercise=assignment.exercise(cell),
        title=cell.title,
        score=score,
        max_score=cell.points,
        outcome=outcome,
        message=message,
    )


def _manual(assignment: Assignment, cell: Cell, submission: Submission) -> CellResult:
    """A hand-graded answer: a person grades it, unless nothing was written."""
    text = next((step.source for step in submission.steps if step.cell is cell), "")
    if text.strip() in ("", cell.source.strip()):
        return _cell_result(assignment, cell, 0.0, "not attempted", "nothing was written here.")
    return _cell_result(assignment, cell, 0.0, "manual", "a person reads and grades this answer.")


def _judged(assignment: Assignment, cell: Cell, verdict: dict[str, Any], run: StudentSession) -> CellResult:
    """A check's verdict as the cell's result."""
    outcome, message = verdict["outcome"], verdict["message"]
    result = _cell_result(assignment, cell, verdict["score"], outcome, message)
    result.mistake = verdict.get("mistake")
    result.evidence = Evidence(**verdict["evidence"]) if verdict.get("evidence") else None
    result.pictures = [image_result(**picture) for picture in verdict.get("pictures", [])]
    result.instructor_detail = verdict.get("detail")
    if outcome in ("correct", "partial"):
        return result
    exercise = assignment.exercise(cell)
    answers = [(n, s) for n, s in enumerate(run.steps) if s.cell is not None and s.cell.grade_id == exercise]
    if (
        answers
        and outcome != "not attempted"
        and all(s.source.strip() == s.cell.source.strip() for _, s in answers)
    ):
        result.outcome, result.mistake, result.evidence = "not attempted", None, None
        result.message = f"the cell of {exercise} is as it was released."
    elif outcome == "missing":
        _explain_missing(result, exercise, answers, run)
    return result


def image_result(
    expected: np.ndarray, yours: np.ndarray, shapes: list[list[int]], **fields: Any
) -> ImageResult:
    """The record of a picture that `autograder.pictures.keep_picture` prepared."""
    of = (tuple(shapes[0]), tuple(shapes[1]))
    return ImageResult(expected=pack(expected), yours=pack(yours), shapes=of, **fields)


def _explain_missing(
    result: CellResult, exercise: str, answers: list[tuple[int, Step]], run: StudentSession
) -> None:
    """Say why a name is not there where it is checked."""
    result.outcome = "error"
    result.message = (
        f"{exercise} is not defined where it is checked: keep its name, and keep its cell before its checks."
    )
    for index, step in answers:
        if index in run.stopped:
            result.outcome = run.stopped[index].outcome
            result.message = f"the cell of {exercise} {run.stopped[index].message}"
            break
        error = next((o for o in step.outputs if o["output_type"] == "error"), None)
        if error is not None:
            result.message = f"the cell of {exercise} raised {error['ename']}: {error['evalue'][:300]}"
            break
    result.evidence = Evidence(cause=result.message)


def _notebook(assignment: Assignment, submission: Submission) -> dict[str, Any]:
    """The submission as it ran, with the instructor's metadata and the outputs."""
    cells = []
    for index, step in enumerate(submission.steps):
        known = step.cell
        first = known is not None and all(s.cell is not known for s in submission.steps[:index])
        cell: dict[str, Any] = {
            "cell_type": step.cell_type,
            "id": known.id if first else f"own-{index}",
            "metadata": dict(known.metadata) if first else {},
            "source": step.source,
        }
        if step.cell_type == "code":
            cell |= {"execution_count": None, "outputs": step.outputs}
        cells.append(cell)
    return {"cells": cells, "metadata": assignment.metadata, "nbformat": 4, "nbformat_minor": 5}
