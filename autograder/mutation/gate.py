"""May an assignment go out?  The last study's figures, kept beside it, and what they must reach."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from autograder import assignment as assignments
from autograder.course import Course
from autograder.digest import ROOT, _check_modules
from autograder.files import write_atomically
from autograder.mutation.study import Study

__all__ = ["LEAST", "content_digest", "objections", "record", "record_file"]

LEAST = 0.95
"""The part of an exercise's mutants that its checks must catch."""

_OWN = ("operators.py", "keras_operators.py")


def record_file(course: Course, name: str) -> Path:
    """Where the figures of the last study are kept; it belongs into version control."""
    return course.root / "autograder/checked" / f"{name}.json"


def content_digest(course: Course, name: str) -> str:
    """Hash of all that decides a study: the assignment, its checks, its bank, its records, the operators.

    Versions of packages are left out, so that a record holds on other machines.
    """
    digest = hashlib.sha256()
    paths = {course.source(name), *_check_modules(assignments.load(course, name))}
    paths |= {ROOT / "course/checking.py", ROOT / "course/checking_keras.py"}
    paths |= {Path(__file__).with_name(file) for file in _OWN}
    paths |= {
        course.root / f"autograder/bank/{name}.py",
        course.root / f"autograder/equivalents/{name}.toml",
    }
    # By the end of their paths: the same on every machine, and no two are the same.
    for path in sorted(paths, key=lambda path: path.parts[:-4:-1]):
        if path.is_file():
            digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def record(course: Course, study: Study) -> Path:
    """Keep a study's figures for the gate."""
    path = record_file(course, study.name)
    figures: dict[str, Any] = {
        "assignment": study.name,
        "digest": study.digest,
        "seeds": study.seeds,
        "problems": study.problems + study.records,
        "right answers failed": [f"{exercise}: {trial.name}" for exercise, trial in study.right_failed],
        "wrong answers missed": [f"{exercise}: {trial.name}" for exercise, trial in study.wrong_missed],
        "exercises": {
            exercise.name: {
                "mutants": len(exercise.mutants),
                "killed": exercise.killed,
                "equivalent": exercise.equivalents,
                "score": round(exercise.score, 4),
            }
            for exercise in study.exercises
        },
    }
    write_atomically(path, json.dumps(figures, ensure_ascii=False, indent=1) + "\n")
    return path


def objections(course: Course, name: str) -> list[str]:
    """Why the checks of an assignment are not to be trusted yet, in sentences; none where they are.

    Nothing is run: the last study's figures are read.
    """
    path = record_file(course, name)
    again = f"run `autograder check {name}`"
    try:
        figures = json.loads(path.read_text("utf-8"))
        if figures["digest"] != content_digest(course, name):
            return [f"its text, checks or bank changed since its checks were tried: {again}."]
        said = [
            f"{exercise}: its checks catch {counts['score']:.1%} of the mutants, and should catch {LEAST:.0%}."
            for exercise, counts in figures["exercises"].items()
            if counts["score"] < LEAST
        ]
        said += [f"a right answer loses points: {answer}." for answer in figures["right answers failed"]]
        said += [f"a wrong answer is misjudged: {answer}." for answer in figures["wrong answers missed"]]
        return said + [f"{problem.rstrip('.')}." for problem in figures["problems"]]
    except FileNotFoundError:
        return [f"its checks have not been tried: {again}."]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return [f"{path} cannot be read: {again}."]
