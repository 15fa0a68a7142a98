"""One page for the class: how it went, what was hard and why, who needs help.

Instructors read it, so it may show what students must not see (values of hidden checks, folded
away).  It is made in one pass over the results and lists nobody twice, so that a class of ten
thousand is no longer on paper than a class of sixty.
"""

from __future__ import annotations

import base64
import heapq
import io
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.engine.result import OUTCOMES, CellResult, Result
from autograder.files import remove_unfinished, write_atomically
from autograder.pages import (
    OUTCOME_WORDS,
    as_sentence,
    assignment_words,
    by_hand,
    check_broke,
    counted,
    earned,
    first_sentence,
    hand_graded,
    most_to_gain,
    page_path,
    person_name,
    points,
    render,
    slug_words,
    standing,
    waits,
)

if TYPE_CHECKING:
    from autograder.gradebook import ManualGrade

__all__ = ["render_report", "write_report"]

MAP_STUDENTS = 60
MOST_LISTED = 30
MOST_MISTAKES = 3
NEEDS_HELP_BELOW = 0.5
"""Part of the automatic points below which a student is listed."""
FEW_MISSED = 3
MISSED_BY = 0.1
"""What fewer students than this, and a smaller part of them, missed is not for the whole class."""

# Okabe and Ito's colours, and hatches for print without colour.
_OUTCOME_INK: Mapping[str, tuple[str, str]] = {
    "correct": ("#009E73", ""),
    "partial": ("#56B4E9", ""),
    "incorrect": ("#D55E00", ""),
    "error": ("#E69F00", "//"),
    "timed out": ("#CC79A7", ""),
    "out of memory": ("#CC79A7", "xx"),
    "crashed": ("#CC79A7", "//"),
    "not attempted": ("#D9DDE3", ""),
}


def render_report(
    assignment: str,
    results: Iterable[Result],
    manual_by_student: Mapping[str, Mapping[str, ManualGrade]] | None = None,
    person: Callable[[str], str] | None = None,
) -> str:
    """Make the class's page.

    Parameters
    ----------
    assignment : str
        Such as ``01_convolution``.
    results : iterable of Result
        All submissions; read once, and their notebooks are not kept.
    manual_by_student : mapping of student to (mapping of grade_id to ManualGrade), optional
        What a person has graded by hand.
    person : callable (student) -> str, optional
        Gives a student's real name, or an empty text; asked only for students that the page lists.

    Returns
    -------
    str
        An HTML document that needs nothing else.
    """
    tally = _Tally()
    for result in results:
        tally.add(result, (manual_by_student or {}).get(result.student, {}))
    number, title = assignment_words(assignment)
    name_of = person or (lambda student: "")
    aspects = list(tally.aspects.values())
    return render(
        "report.html",
        number=number,
        assignment=title,
        name=assignment,
        facts=tally.facts(),
        histogram=_histogram(tally.scores, tally.most) if tally.scores and tally.most else None,
        hard=_hard(aspects),
        exercises=_by_exercise(aspects, tally.graded),
        map=tally.map(name_of) if 0 < tally.graded <= MAP_STUDENTS else None,
        bars=_outcome_bars(aspects) if tally.graded > MAP_STUDENTS and tally.most else None,
        help=tally.help(name_of),
        by_hand=any(aspect.by_hand for aspect in aspects),
        broken=tally.broken_checks(),
        invalid=[{"name": name_of(e["student"]), **e} for e in tally.invalid[:MOST_LISTED]],
        invalid_count=len(tally.invalid),
        repairs=tally.repairs.most_common(8),
        repaired=tally.repaired,
        waiting=tally.waiting,
        seeds=sorted(tally.seeds)[:5],
        help_below=f"{NEEDS_HELP_BELOW:.0%}",
    )


def write_report(
    course_root: Path,
    assignment: str,
    results: Iterable[Result],
    manual_by_student: Mapping[str, Mapping[str, ManualGrade]] | None = None,
) -> Path:
    """Write the class's page to ``reports/NN_name.html``.

    Parameters
    ----------
    course_root : Path
        The folder that holds ``reports/``.
    assignment, results, manual_by_student
        As for `render_report`.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    autograder.errors.UserError
        Where the page cannot be written.
    """
    path = page_path(Path(course_root) / "reports", f"{assignment}.html")
    names = partial(person_name, course_root, assignment=assignment)
    remove_unfinished(path.parent)
    write_atomically(path, render_report(assignment, results, manual_by_student, names))
    return path


# ---------------------------------------------------------------------------------------
# Counting
# ---------------------------------------------------------------------------------------


@dataclass
class _Aspect:
    """One graded cell over the whole class."""

    grade_id: str
    exercise: str
    title: str
    max_score: float
    by_hand: bool
    outcomes: Counter[str] = field(default_factory=Counter)
    full: int = 0
    seen: int = 0
    missed: int = 0
    lost: float = 0.0
    hand_scores: list[float] = field(default_factory=list)
    mistakes: Counter[str] = field(default_factory=Counter)
    sentences: dict[str, str] = field(default_factory=dict)
    details: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, student: str, cell: CellResult, grades: Mapping[str, ManualGrade]) -> None:
        self.seen += 1
        score = earned(cell, grades)
        if self.by_hand:
            if waits(cell, grades):
                self.outcomes["manual"] += 1
            elif hand_graded(cell, grades):
                self.hand_scores.append(score)
            else:
                self.outcomes[cell.outcome] += 1
            return
        self.outcomes[cell.outcome] += 1
        self.full += score >= cell.max_score
        if check_broke(cell):
            return
        self.missed += score < cell.max_score
        self.lost += max(0.0, cell.max_score - score)
        name = _mistake_name(cell)
        if name:
            self.mistakes[name] += 1
            if cell.mistake and name not in self.sentences:
                cause = cell.evidence.cause if cell.evidence else ""
                self.sentences[name] = as_sentence(first_sentence(cause or cell.message), (self.exercise,))
            if cell.instructor_detail and name not in self.details:
                self.details[name] = (student, cell.instructor_detail)

    def commonest(self, most: int) -> list[tuple[str, int]]:
        """The mistakes with their counts; of equals, those that say what is wrong come first."""
        order = sorted(
            self.mistakes.items(), key=lambda item: (-item[1], item[0] not in self.sentences, item[0])
        )
        return order[:most]

    @property
    def label(self) -> str:
        return self.grade_id.removeprefix("test_")

    @property
    def rate(self) -> float:
        return self.full / self.seen if self.seen else 0.0


def _mistake_name(cell: CellResult) -> str:
    """The mistake as a person says it; an error by its type; empty where it has no name."""
    if cell.mistake:
        return slug_words(cell.mistake)
    if cell.outcome == "error":
        raised = re.search(r"\braised (\w{1,60})", cell.message or "")
        return f"raised {raised[1]}" if raised else ""
    return ""


class _Tally:
    """What one pass over the results counts."""

    def __init__(self) -> None:
        self.submitted = self.graded = self.repaired = 0
        self.aspects: dict[str, _Aspect] = {}
        self.scores: list[float] = []
        self.most = 0.0
        self.invalid: list[dict[str, str]] = []
        self.waiting: Counter[str] = Counter()
        self.repairs: Counter[str] = Counter()
        self.seeds: set[int] = set()
        self._low: list[tuple[float, str, dict[str, Any]]] = []
        self._rows: list[dict[str, Any]] = []
        self._broken: dict[str, dict[str, Any]] = {}

    def add(self, result: Result, grades: Mapping[str, ManualGrade]) -> None:
        """Count one submission."""
        self.submitted += 1
        if result.status != "graded":
            reason = as_sentence(result.reason) or "It could not be read."
            self.invalid.append({"student": result.student, "reason": reason})
            why = f"the submission could not be read: {first_sentence(reason)}"
            self._low.append((0.0, result.student, {"total": None, "why": why}))
            return
        self.graded += 1
        self.seeds.add(result.seed)
        total = standing(result.cells, grades)
        self.scores.append(total.auto)
        self.most = max(self.most, total.auto_max)
        if result.notes:
            self.repaired += 1
            self.repairs.update(as_sentence(note) for note in set(result.notes))
        for cell in result.cells:
            if cell.grade_id not in self.aspects:
                title = cell.title or cell.grade_id
                self.aspects[cell.grade_id] = _Aspect(
                    cell.grade_id, cell.exercise, title, cell.max_score, by_hand(cell)
                )
            self.aspects[cell.grade_id].add(result.student, cell, grades)
            if waits(cell, grades):
                self.waiting[cell.grade_id] += 1
            if check_broke(cell):
                self._note_broken(result.student, cell)
        if total.auto_max and total.share < NEEDS_HELP_BELOW:
            entry = {"total": total, "why": _blocker(result.cells, grades)}
            self._low.append((total.share, result.student, entry))
        if len(self._rows) <= MAP_STUDENTS:
            outcomes = {cell.grade_id: _map_outcome(cell, grades) for cell in result.cells}
            self._rows.append({"student": result.student, "total": total, "outcomes": outcomes})

    def _note_broken(self, student: str, cell: CellResult) -> None:
        entry = self._broken.setdefault(
            cell.grade_id,
            {
                "grade_id": cell.grade_id,
                "title": cell.title,
                "count": 0,
                "students": [],
                "detail": cell.instructor_detail,
            },
        )
        entry["count"] += 1
        if len(entry["students"]) < 8:
            entry["students"].append(student)

    def facts(self) -> list[tuple[str, str, str]]:
        """The numbers at the page's top, as (what, number, small print)."""
        rows = [
            ("Submitted", f"{self.submitted:,}", ""),
            ("Graded", f"{self.graded:,}", ""),
            ("Invalid", f"{len(self.invalid):,}", ""),
        ]
        if self.scores:
            of = f"of {points(self.most)}"
            rows.append(("Mean, automatic", f"{statistics.fmean(self.scores):.1f}", of))
            rows.append(("Median, automatic", f"{statistics.median(self.scores):.1f}", of))
        answers = self.waiting.total()
        rows.append(("Wait for a person", f"{answers:,}", "answer" if answers == 1 else "answers"))
        return rows

    def help(self, name_of: Callable[[str], str]) -> dict[str, Any]:
        """The students with the fewest points, fewest first."""
        lowest = heapq.nsmallest(MOST_LISTED, self._low, key=lambda entry: entry[:2])
        return {
            "count": len(self._low),
            "students": [
                {"student": student, "name": name_of(student), **entry} for _, student, entry in lowest
            ],
        }

    def broken_checks(self) -> list[dict[str, Any]]:
        """The checks that failed themselves, the most frequent first."""
        return sorted(self._broken.values(), key=lambda entry: -entry["count"])[:MOST_LISTED]

    def map(self, name_of: Callable[[str], str]) -> dict[str, Any]:
        """Students (most points first) by exercises and their numbered parts."""
        rows = sorted(self._rows, key=lambda row: (-row["total"].so_far, row["student"]))
        # A cell that one submission lacks may come late: keep the parts of an exercise together.
        groups: dict[str, list[_Aspect]] = {}
        for aspect in self.aspects.values():
            groups.setdefault(aspect.exercise, []).append(aspect)
        parts = [
            {"id": a.grade_id, "number": n, "title": f"{name}, {n}: {a.title}", "first": n == 1}
            for name, aspects in groups.items()
            for n, a in enumerate(aspects, start=1)
        ]
        return {
            "exercises": [{"name": name, "parts": len(aspects)} for name, aspects in groups.items()],
            "parts": parts,
            "rows": [
                {
                    "student": row["student"],
                    "name": name_of(row["student"]),
                    "total": row["total"],
                    "cells": [row["outcomes"].get(part["id"], "not attempted") for part in parts],
                }
                for row in rows
            ],
            "outcomes": [o for o in OUTCOMES if any(o in row["outcomes"].values() for row in rows)],
        }


def _map_outcome(cell: CellResult, grades: Mapping[str, ManualGrade]) -> str:
    """The outcome, or what a person made of it."""
    grade = grades.get(cell.grade_id)
    if waits(cell, grades):
        return "manual"
    if grade is None or grade.score is None:
        return cell.outcome
    if grade.score >= cell.max_score:
        return "correct"
    if grade.score > 0:
        return "partial"
    return "incorrect" if cell.outcome in ("manual", "correct", "partial") else cell.outcome


_STRETCH = re.compile(r"\bStretch\b")
"""In the title of a part that goes beyond what everybody should reach."""

_BLOCKED: Mapping[str, str] = {
    "error": "error at",
    "timed out": "timed out at",
    "out of memory": "ran out of memory at",
    "crashed": "crashed at",
}


def _blocker(cells: Sequence[CellResult], grades: Mapping[str, ManualGrade]) -> str:
    """Where a student has the most points to gain, and why, in a few words."""
    cells = [cell for cell in cells if not by_hand(cell)]
    if all(cell.outcome == "not attempted" for cell in cells):
        return "nothing attempted"
    gains = most_to_gain(cells, grades)
    if not gains:
        return "checks that failed themselves"
    gain, first = gains[0], gains[0].first
    if gain.skipped:
        begin = next(n for n, cell in enumerate(cells) if cell.exercise == gain.exercise)
        done = begin == 0 or cells[begin - 1].outcome != "not attempted"
        stopped = done and all(later.outcome == "not attempted" for later in cells[begin:])
        said = f"stopped before `{gain.exercise}`" if stopped else f"did not attempt `{gain.exercise}`"
    else:
        where = f"`{gain.exercise}`, {first.title}"
        why = _mistake_name(first)
        if first.outcome == "not attempted":
            said = f"did not attempt {where}"
        elif first.outcome in _BLOCKED:
            said = f"{_BLOCKED[first.outcome]} {where}" + (f": {why}" if why else "")
        else:
            said = f"lost {where}: {why or 'no known mistake'}"
    return f"{said} ({counted(gain.points, 'point')} to gain)"


def _for_the_class(aspect: _Aspect) -> bool:
    """Whether enough students missed it to take it up in class: two, and three or a tenth of them."""
    return aspect.missed >= 2 and (aspect.missed >= FEW_MISSED or aspect.missed >= MISSED_BY * aspect.seen)


def _hard(aspects: Iterable[_Aspect]) -> list[dict[str, Any]]:
    """Where the class lost the most points; what is there as a stretch comes last."""
    aspects = [aspect for aspect in aspects if not aspect.by_hand]
    stretch = {aspect.exercise for aspect in aspects if _STRETCH.search(aspect.title)}
    worth = [aspect for aspect in aspects if aspect.lost > 0 and _for_the_class(aspect)]
    worst = heapq.nlargest(3, worth, key=lambda aspect: (aspect.exercise not in stretch, aspect.lost))
    if worst and worst[0].exercise in stretch:
        return []
    hard = []
    for aspect in worst:
        skipped = aspect.outcomes["not attempted"]
        hard.append(
            {
                "exercise": aspect.exercise,
                "title": aspect.title,
                "failed": aspect.missed,
                "seen": aspect.seen,
                "skipped": skipped,
                "mistakes": aspect.commonest(2),
                "sentence": next((aspect.sentences.get(name, "") for name, _ in aspect.commonest(1)), ""),
            }
        )
    return hard


def _by_exercise(aspects: Iterable[_Aspect], graded: int) -> list[dict[str, Any]]:
    """The table's rows, under their exercises."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for aspect in aspects:
        mean = statistics.fmean(aspect.hand_scores) if aspect.hand_scores else None
        if aspect.by_hand:
            rate = mean / aspect.max_score if mean is not None and aspect.max_score else None
        else:
            rate = aspect.rate if aspect.seen else None
        groups.setdefault(aspect.exercise, []).append(
            {
                "number": len(groups.get(aspect.exercise, ())) + 1,
                "title": aspect.title,
                "by_hand": aspect.by_hand,
                "max_score": aspect.max_score,
                "rate": rate,
                "full": aspect.full,
                "seen": aspect.seen,
                "hand_graded": len(aspect.hand_scores),
                "hand_mean": mean,
                "outcomes": [(o, n) for o in OUTCOMES if (n := aspect.outcomes[o])],
                "mistakes": [
                    {
                        "name": name,
                        "count": count,
                        "sentence": aspect.sentences.get(name, ""),
                        "detail": aspect.details.get(name),
                    }
                    for name, count in aspect.commonest(MOST_MISTAKES)
                ],
                "more_mistakes": max(0, len(aspect.mistakes) - MOST_MISTAKES),
            }
        )
    return [{"name": name, "aspects": rows} for name, rows in groups.items()]


# ---------------------------------------------------------------------------------------
# Plots
# ---------------------------------------------------------------------------------------


def _svg(draw: Any, width: float, height: float) -> str:
    """Draw in the course's style; return an SVG file in base64 that is the same at every run."""
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    from course.figures import use_course_style

    with plt.rc_context():
        use_course_style()
        plt.rcParams.update({"svg.hashsalt": "report", "font.size": 10, "hatch.linewidth": 0.7})
        figure = Figure(figsize=(width, height), layout="constrained")
        draw(figure.add_subplot())
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return base64.b64encode(file.getvalue()).decode("ascii")


def _histogram(scores: Sequence[float], most: float) -> dict[str, str]:
    """How many students have how many points."""
    import numpy as np

    whole = most <= 40 and most == int(most)
    edges = np.arange(-0.5, most + 1) if whole else np.linspace(0, most, 21)
    counts, edges = np.histogram(np.clip(scores, 0, most), edges)
    median = statistics.median(scores)

    def draw(axis: Any) -> None:
        axis.bar(
            edges[:-1], counts, np.diff(edges), align="edge", color="#0072B2", edgecolor="white", linewidth=1
        )
        axis.axvline(median, color="#D55E00", linestyle="--", linewidth=1.8)
        left = median > most / 2
        axis.annotate(
            f"median {median:.1f}",
            (median, 1.0),
            (-6 if left else 6, 1),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="right" if left else "left",
            va="bottom",
            color="#A34700",
        )
        axis.set(xlabel=f"points from automatic checks (of {points(most)})", ylabel="students")
        axis.set_xlim(edges[0], edges[-1])
        axis.yaxis.get_major_locator().set_params(integer=True)
        axis.grid(axis="y", alpha=0.3)
        axis.set_axisbelow(True)

    low, high = points(min(scores)), points(max(scores))
    alt = f"Histogram of {len(scores):,} scores from {low} to {high} points, median {median:.1f}."
    return {"svg": _svg(draw, 9.6, 2.9), "alt": alt}


def _outcome_bars(aspects: Sequence[_Aspect]) -> dict[str, str]:
    """For every cell, how many students had which outcome."""
    aspects = [aspect for aspect in aspects if not aspect.by_hand]
    shown = [outcome for outcome in _OUTCOME_INK if any(aspect.outcomes[outcome] for aspect in aspects)]

    def draw(axis: Any) -> None:
        places = range(len(aspects))
        left = [0.0] * len(aspects)
        for outcome in shown:
            colour, hatch = _OUTCOME_INK[outcome]
            widths = [100 * a.outcomes[outcome] / max(1, a.seen) for a in aspects]
            axis.barh(
                places, widths, 0.76, left, color=colour, hatch=hatch, edgecolor="white", linewidth=0.6,
                label=OUTCOME_WORDS[outcome].word,
            )  # fmt: skip
            left = [a + b for a, b in zip(left, widths, strict=True)]
        # Names are names: a dollar sign begins no formula.
        axis.set_yticks(places, [aspect.label for aspect in aspects], parse_math=False)
        axis.invert_yaxis()
        axis.set_ylim(len(aspects) - 0.5, -0.5)
        axis.set(xlim=(0, 100), xlabel="% of the graded submissions")
        axis.spines["left"].set_visible(False)
        axis.tick_params(axis="y", length=0)
        axis.figure.legend(loc="outside upper left", ncols=5, frameon=False, fontsize=9)

    alt = "Stacked bars: " + "; ".join(
        f"{aspect.label} " + ", ".join(f"{n} {o}" for o, n in aspect.outcomes.most_common(3))
        for aspect in aspects[:40]
    )
    return {"svg": _svg(draw, 9.6, 1.2 + 0.27 * len(aspects)), "alt": alt + "."}
