"""The page about an assignment's checks, for those who write them, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.files import remove_unfinished, write_atomically
from autograder.mutation import equivalents, gate, matrix
from autograder.mutation.study import Exercise, MutantTrial, Study
from autograder.pages import assignment_words, page_path, points, render

__all__ = ["render_page", "to_json", "write", "write_json"]


def render_page(found: Study) -> str:
    """The page of one study: an HTML document that needs nothing else."""
    number, title = assignment_words(found.name)
    return render(
        "checks.html",
        number=number,
        assignment=title,
        name=found.name,
        facts=_facts(found),
        todo=_todo(found),
        exercises=[_exercise(exercise) for exercise in found.exercises],
        seeds=found.seeds,
        least=f"{gate.LEAST:.0%}",
        records=f"autograder/equivalents/{found.name}.toml",
        bank=f"autograder/bank/{found.name}.py",
    )


def write(course: Course, found: Study) -> Path:
    """Write ``reports/NN_name-checks.html``, and ``.json`` beside it; return the page's path."""
    path = page_path(course.root / "reports", f"{found.name}-checks.html")
    remove_unfinished(path.parent)
    write_atomically(path, render_page(found))
    write_json(path.with_suffix(".json"), [found])
    return path


def write_json(path: Path, studies: Sequence[Study]) -> None:
    """Write studies as JSON: a list, in order of assignment."""
    record = [to_json(found) for found in studies]
    write_atomically(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def to_json(found: Study) -> dict[str, Any]:
    """All that a study found, as plain values."""
    return {
        "assignment": found.name,
        "seeds": found.seeds,
        "seconds": round(found.seconds, 1),
        "verdicts": {"graded": found.graded, "kept": found.kept},
        "problems": found.problems,
        "records": found.records,
        "exercises": [
            {
                "exercise": exercise.name,
                "mutants": len(exercise.mutants),
                "killed": exercise.killed,
                "equivalent": exercise.equivalents,
                "score": round(exercise.score, 4),
                "hangs on one check": matrix.hangs_on_one(exercise),
                "punished twice": [trial.name for trial in matrix.punished_twice(exercise)],
                "checks": [
                    asdict(check)
                    | {
                        "catches": matrix.caught(exercise)[check.grade_id],
                        "alone": matrix.caught_alone(exercise)[check.grade_id],
                    }
                    for check in exercise.checks
                ],
                "bank": [asdict(trial) for trial in exercise.bank],
                "trials": [_trial_json(trial) for trial in exercise.mutants],
            }
            for exercise in found.exercises
        ],
    }


def _trial_json(trial: MutantTrial) -> dict[str, Any]:
    mutant = trial.mutant
    return {
        "operator": mutant.operator,
        "what": mutant.what,
        "line": mutant.line,
        "before": mutant.before,
        "after": mutant.after,
        "number": mutant.number,
        "state": _state(trial),
        "killed by": {name: asdict(v) for name, v in trial.verdicts.items() if v.lost},
        "other seeds": trial.lucky,
        "twin": asdict(trial.twin) if trial.twin else None,
        "reason": trial.recorded.reason if trial.recorded else None,
    }


def _state(trial: MutantTrial) -> str:
    if trial.killed:
        return "killed"
    return "equivalent" if trial.equivalent else "survived"


# ---------------------------------------------------------------------------------------
# For the template
# ---------------------------------------------------------------------------------------


def _facts(found: Study) -> list[tuple[str, str, str]]:
    total = sum(len(exercise.mutants) for exercise in found.exercises)
    equal = sum(exercise.equivalents for exercise in found.exercises)
    killed = sum(exercise.killed for exercise in found.exercises)
    survivors = sum(len(exercise.survivors) for exercise in found.exercises)
    trials = [trial for exercise in found.exercises for trial in exercise.bank]
    right = [trial for trial in trials if trial.right]
    wrong = [trial for trial in trials if not trial.right]
    lowest = min(found.exercises, key=lambda exercise: exercise.score, default=None)
    return [
        ("Mutants", f"{total:,}", f"{equal:,} equivalent" if equal else ""),
        ("Caught", f"{killed:,}", ""),
        ("Survive", f"{survivors:,}", ""),
        ("Lowest score", f"{lowest.score:.0%}" if lowest else "–", lowest.name if lowest else ""),
        ("Right answers", str(sum(not t.problems for t in right)), f"of {len(right)}"),
        ("Wrong answers", str(sum(not t.problems for t in wrong)), f"of {len(wrong)}"),
    ]


def _todo(found: Study) -> list[str]:
    said = [*found.problems]
    said += [
        f"`{e}`: the right answer “{t.name}” loses points: {t.problems[0]}." for e, t in found.right_failed
    ]
    said += [
        f"`{e}`: the wrong answer “{t.name}” is judged otherwise than the bank says: {t.problems[0]}."
        for e, t in found.wrong_missed
    ]
    said += [
        f"`{exercise.name}`: its checks catch {exercise.score:.1%} of the mutants; {len(exercise.survivors)} survive."
        for exercise in found.exercises
        if exercise.score < gate.LEAST
    ]
    return said + found.records


def _exercise(exercise: Exercise) -> dict[str, Any]:
    alone, caught = matrix.caught_alone(exercise), matrix.caught(exercise)
    titles = {check.grade_id: check.title for check in exercise.checks}
    return {
        "name": exercise.name,
        "points": points(sum(check.points for check in exercise.checks)),
        "mutants": len(exercise.mutants),
        "killed": exercise.killed,
        "equivalents": [_mutant(trial) for trial in exercise.mutants if trial.equivalent],
        # Those that surely differ come first.
        "survivors": [
            _mutant(trial)
            for trial in sorted(exercise.survivors, key=lambda t: not (t.twin and t.twin.differs))
        ],
        "score": exercise.score,
        "enough": exercise.score >= gate.LEAST,
        "checks": [
            {
                "number": number,
                "title": check.title,
                "grade_id": check.grade_id,
                "points": points(check.points),
                "seconds": f"{check.seconds:.2f}" if check.seconds >= 0.005 else "<0.01",
                "memory": f"{check.memory / 2**20:,.0f}" if check.memory else "–",
                "catches": caught[check.grade_id],
                "alone": alone[check.grade_id],
                "wrong": sum(check.grade_id in t.loses for t in exercise.bank if not t.right),
            }
            for number, check in enumerate(exercise.checks, start=1)
        ],
        "idle": [titles[name] for name in matrix.idle(exercise)],
        "hangs": matrix.hangs_on_one(exercise),
        "twice": [
            {"name": trial.name, "loses": [titles.get(name, name) for name in trial.loses]}
            for trial in matrix.punished_twice(exercise)
        ],
        "right": [trial for trial in exercise.bank if trial.right],
        "wrong": [trial for trial in exercise.bank if not trial.right],
        "rows": [
            {
                "line": trial.mutant.line,
                "after": " ".join(trial.mutant.after.split()) or "(removed)",
                "operator": trial.mutant.operator,
                "what": trial.mutant.what,
                "state": _state(trial),
                "cells": [_mark(trial, check.grade_id) for check in exercise.checks],
            }
            for trial in exercise.mutants
        ],
    }


def _mark(trial: MutantTrial, check: str) -> str:
    """What a check said of a mutant: "public", "hidden", or nothing where it passed."""
    verdict = trial.verdicts.get(check)
    if verdict is None or not verdict.lost:
        return ""
    return "hidden" if verdict.hidden else "public"


def _mutant(trial: MutantTrial) -> dict[str, Any]:
    mutant = trial.mutant
    return {
        "line": mutant.line,
        "operator": mutant.operator,
        "what": mutant.what,
        "before": mutant.before.splitlines(),
        "after": mutant.after.splitlines(),
        "twin": trial.twin,
        "lucky": trial.lucky,
        "reason": trial.recorded.reason if trial.recorded else "",
        "lawful": bool(trial.recorded and trial.recorded.lawful),
        "entry": equivalents.entry(mutant.name),
    }
