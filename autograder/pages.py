"""What the feedback page and the class report share: words for outcomes, safe text, templates."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.engine.result import CellResult

if TYPE_CHECKING:
    from autograder.gradebook import ManualGrade

__all__ = [
    "OUTCOME_WORDS",
    "Gain",
    "OutcomeWords",
    "Standing",
    "as_sentence",
    "assignment_words",
    "by_hand",
    "check_broke",
    "clean",
    "counted",
    "earned",
    "first_sentence",
    "hand_graded",
    "most_to_gain",
    "page_path",
    "person_name",
    "points",
    "render",
    "slug_words",
    "standing",
    "waits",
]


@dataclass(frozen=True)
class OutcomeWords:
    """How a page says an outcome: a word, a symbol (drawn in the templates) and a family of colours."""

    word: str
    symbol: str
    family: str


OUTCOME_WORDS: Mapping[str, OutcomeWords] = {
    "correct": OutcomeWords("Correct", "tick", "good"),
    "partial": OutcomeWords("Partly correct", "half", "part"),
    "incorrect": OutcomeWords("Incorrect", "cross", "bad"),
    "not attempted": OutcomeWords("Not attempted", "ring", "open"),
    "error": OutcomeWords("Error", "bang", "bad"),
    "timed out": OutcomeWords("Timed out", "clock", "stop"),
    "out of memory": OutcomeWords("Out of memory", "stack", "stop"),
    "crashed": OutcomeWords("Crashed", "bolt", "stop"),
    "manual": OutcomeWords("Waits for a person", "pen", "wait"),
}
"""For each of `autograder.engine.result.OUTCOMES`."""

MOST_ACCOUNT = 20_000  # bytes
MOST_NAME = 120

CHECK_FAILED = "check-failed"
"""The engine's slug for a check that failed itself."""

_UNKNOWN = OutcomeWords("No outcome", "ring", "open")

_SPELLED = {"cnn": "CNN", "keras": "Keras", "numpy": "NumPy", "resnet": "ResNet", "vgg": "VGG"}

_TERMINAL_CODES = re.compile(
    r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # titles and links of a terminal
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # colours and cursor moves
    r"|\x1b[@-_]?"
)
# Direction overrides too: they make text read as something that it is not.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")


# ---------------------------------------------------------------------------------------
# Text
# ---------------------------------------------------------------------------------------


def clean(text: Any) -> str:
    """Text of unknown origin as plain characters: no terminal codes, no control characters.

    A line that was written over by carriage returns (a progress bar) keeps its last state.
    """
    text = text if isinstance(text, str) else str(text)
    # Half a surrogate pair travels in JSON, and cannot be written as UTF-8.
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = _TERMINAL_CODES.sub("", text).replace("\r\n", "\n")
    if "\r" in text:
        text = "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in text.split("\n"))
    return _INVISIBLE.sub("", text)


def first_sentence(text: str | None, most: int = 180) -> str:
    """The first sentence of a message, cut at a word where it is longer than `most` characters."""
    text = " ".join(clean(text or "").split())
    sentence = re.split(r"(?<=[.!?])\s+(?=[A-Z`(])", text, maxsplit=1)[0]
    if len(sentence) > most:
        sentence = sentence[:most].rsplit(" ", 1)[0].rstrip(",;:") + " …"
    return sentence


def slug_words(slug: str) -> str:
    """``"stride-ignored"`` -> ``"stride ignored"``."""
    return clean(slug).replace("-", " ").replace("_", " ").strip()


def assignment_words(assignment: str) -> tuple[str, str]:
    """``"03_keras_cnn"`` -> ``("Assignment 3", "Keras CNN")``."""
    number, _, name = clean(assignment).partition("_")
    if not number.isdigit():
        number, name = "", clean(assignment)
    words = [_SPELLED.get(word, word) for word in name.split("_")]
    title = " ".join(words)
    return (f"Assignment {int(number)}" if number else "Assignment"), title[:1].upper() + title[1:]


def points(value: float) -> str:
    """A number of points: at most two decimals, and none where it is whole."""
    if not math.isfinite(value):
        return "–"
    text = f"{value:,.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def counted(number: float, word: str) -> str:
    """``(1, "point")`` -> ``"1 point"``; ``(3, "point")`` -> ``"3 points"``."""
    return f"{points(number)} {word}" + ("" if number == 1 else "s")


def as_sentence(text: str | None, names: Container[str] = ()) -> str:
    """The text with a capital at its beginning, unless it begins with a name from the notebook."""
    text = (text or "").strip()
    first = re.match(r"[a-z]+(?=[\s,’'])", text)
    return text[0].upper() + text[1:] if first and first[0] not in names else text


def prose(text: Any) -> Markup:
    """Escaped text in which words between backticks are set as code."""
    safe = str(escape(clean(text)))
    return Markup(re.sub(r"`([^`\n]{1,200})`", r"<code>\1</code>", safe))


# ---------------------------------------------------------------------------------------
# Points
# ---------------------------------------------------------------------------------------


def by_hand(cell: CellResult) -> bool:
    """Whether a person grades this cell, be it answered or not."""
    return cell.outcome == "manual" or cell.exercise == cell.grade_id


def waits(cell: CellResult, grades: Mapping[str, ManualGrade]) -> bool:
    """Whether a person still has to read this answer."""
    grade = grades.get(cell.grade_id)
    if grade is None:
        return cell.outcome == "manual"
    return grade.needs_grading or (cell.outcome == "manual" and grade.score is None)


def hand_graded(cell: CellResult, grades: Mapping[str, ManualGrade]) -> bool:
    """Whether a person has graded this answer; the zero that an empty one gets is nobody's grade."""
    grade = grades.get(cell.grade_id)
    if grade is None or grade.score is None or waits(cell, grades):
        return False
    return bool(grade.score) or cell.outcome == "manual"


def earned(cell: CellResult, grades: Mapping[str, ManualGrade]) -> float:
    """A cell's points; a person's score goes before the machine's."""
    grade = grades.get(cell.grade_id)
    if grade is not None and grade.score is not None:
        return grade.score
    return cell.score


@dataclass(frozen=True)
class Standing:
    """The points of one submission.

    Parameters
    ----------
    auto, auto_max : float
        Earned and possible points of the cells that are graded automatically.
    hand, hand_max : float
        Earned and possible points of the answers that a person has graded.
    waiting : float
        Points of the answers that wait for a person.
    blank : float
        Points of the answers that were left empty, and that no person has graded.
    """

    auto: float
    auto_max: float
    hand: float
    hand_max: float
    waiting: float
    blank: float

    @property
    def share(self) -> float:
        """Automatic points as a part of what they could be, 0 to 1."""
        return self.auto / self.auto_max if self.auto_max else 0.0

    @property
    def so_far(self) -> float:
        """Automatic points and those that a person has given."""
        return self.auto + self.hand

    @property
    def in_all(self) -> float:
        """All points that the assignment has."""
        return self.auto_max + self.hand_max + self.waiting + self.blank

    @property
    def final(self) -> bool:
        """Whether there are points by hand, and nothing waits for a person any more."""
        return bool(self.hand_max + self.blank) and not self.waiting


def standing(cells: Iterable[CellResult], grades: Mapping[str, ManualGrade]) -> Standing:
    """Add up the points of some cells."""
    auto = auto_max = hand = hand_max = waiting = blank = 0.0
    for cell in cells:
        if not by_hand(cell):
            auto += earned(cell, grades)
            auto_max += cell.max_score
        elif waits(cell, grades):
            waiting += cell.max_score
        elif hand_graded(cell, grades):
            hand += earned(cell, grades)
            hand_max += cell.max_score
        else:
            blank += cell.max_score
    return Standing(auto, auto_max, hand, hand_max, waiting, blank)


def check_broke(cell: CellResult) -> bool:
    """Whether the check itself failed, through no fault of the learner."""
    return cell.mistake == CHECK_FAILED or (
        cell.outcome == "error" and "check itself" in (cell.message or "").lower()
    )


@dataclass(frozen=True)
class Gain:
    """An exercise in which a learner can still gain points.

    Parameters
    ----------
    exercise : str
        Its name.
    points : float
        What there is to gain in it.
    first : CellResult
        The test cell to look at first.
    skipped : bool
        Whether no part of the exercise was attempted.
    """

    exercise: str
    points: float
    first: CellResult
    skipped: bool


def most_to_gain(cells: Iterable[CellResult], grades: Mapping[str, ManualGrade]) -> list[Gain]:
    """The automatically graded exercises with points to gain, the most first."""
    groups: dict[str, list[CellResult]] = {}
    for cell in cells:
        if not by_hand(cell):
            groups.setdefault(cell.exercise, []).append(cell)
    gains = []
    for name, group in groups.items():
        lost = [c for c in group if earned(c, grades) < c.max_score and not check_broke(c)]
        if not lost:
            continue
        first = max(lost, key=lambda c: (c.outcome != "correct", c.max_score - earned(c, grades)))
        skipped = all(cell.outcome == "not attempted" for cell in group)
        gains.append(Gain(name, sum(c.max_score - earned(c, grades) for c in lost), first, skipped))
    return sorted(gains, key=lambda gain: -gain.points)


# ---------------------------------------------------------------------------------------
# Pages
# ---------------------------------------------------------------------------------------


def page_path(root: Path, *parts: str) -> Path:
    """A path below `root`, each part of which is one file name.

    Raises
    ------
    ValueError
        Where a part would lead somewhere else.
    """
    for part in parts:
        if part in ("", ".", "..") or any(mark in part for mark in "/\\\0"):
            raise ValueError(
                f"{part!r} cannot be the name of a folder: rename the student's folder, grade again."
            )
    return root.joinpath(*parts)


def person_name(course_root: Path, student: str, assignment: str) -> str:
    """A student's real name, where the system that the notebook was collected from gave one; else empty."""
    path = Path(course_root) / "submitted" / student / assignment / "lms.json"
    try:
        if path.is_symlink() or path.stat().st_size > MOST_ACCOUNT:
            return ""
        account = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return ""
    # Canvas runs the names together in small letters, and a folder's name is the student's already.
    if not isinstance(account, dict) or account.get("system") != "moodle":
        return ""
    name = account.get("name")
    return " ".join(clean(name).split())[:MOST_NAME] if isinstance(name, str) else ""


def render(template: str, **values: Any) -> str:
    """Fill in a template; everything that is put in is escaped."""
    page = _environment().get_template(template).render(values)
    return page.encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        clean=clean, prose=prose, points=points, slug_words=slug_words, first_sentence=first_sentence
    )
    environment.globals.update(
        counted=counted,
        words=lambda outcome: OUTCOME_WORDS.get(outcome, _UNKNOWN),
        outcome_words=OUTCOME_WORDS,
    )
    return environment
