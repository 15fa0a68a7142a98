"""One page a student: what was asked, what came back, what is likely wrong, what to do next.

The page is a single HTML file without scripts and without network use.  Everything on it is
either the course's own words or escaped text; of a learner's outputs it shows text and PNG
pictures that were decoded and written anew.  Of a hidden check it shows the situation and the
named mistake, and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.course import notebook_name
from autograder.engine.result import OUTCOMES, CellResult, Evidence, Result
from autograder.files import remove_unfinished, write_atomically
from autograder.pages import (
    OUTCOME_WORDS,
    as_sentence,
    assignment_words,
    by_hand,
    check_broke,
    clean,
    counted,
    earned,
    first_sentence,
    hand_graded,
    most_to_gain,
    page_path,
    person_name,
    render,
    slug_words,
    standing,
    waits,
)
from autograder.pictures import alt_text, draw, safe_png

if TYPE_CHECKING:
    from autograder.gradebook import ManualGrade

__all__ = ["render_feedback", "write_feedback"]

MOST_NEXT_STEPS = 3

_ADVICE = {
    "error": "Make such a call yourself in a new cell, and read its traceback from the last line upwards.",
    "timed out": "Look for a loop that never ends, and for work that whole arrays do at once.",
    "out of memory": "Look for an array or a list that is far larger than the input, or grows at every step.",
    "crashed": "Restart the kernel and run all cells in order: look for `exit()`, for a function that calls "
    "itself without end, and for files or processes that the exercise does not need.",
}
_CELL_ADVICE = (
    "Restart the kernel, run all cells in order, and read the traceback from its last line upwards."
)
_BEGIN = "Write your answer in its cell, in place of each line `raise NotImplementedError`, and run the cell."
_COMPARE = "Run its public check again, and compare what came back with what was wanted."
_NO_RESPONSE = "No response."  # nbgrader's own comment beside an empty answer
_CHECK_ADVICE = "You need not do anything: this part is graded again once the check is mended."

# Of a learner's notebook: enough to read, little enough to open on a telephone.
MOST_CELLS = 300
MOST_LINES = 60
MOST_CHARACTERS = 6_000
MOST_SOURCE_LINES = 400
MOST_TEXT = 400_000
MOST_PICTURES = 40
MOST_PICTURE_TEXT = 8_000_000

_HIDDEN_REGION = re.compile(
    r"^[^\n]*### BEGIN HIDDEN TESTS.*?(?:### END HIDDEN TESTS[^\n]*|\Z)", re.DOTALL | re.MULTILINE
)
_FRAME = re.compile(
    r"\bline (\d{1,6})(?:, in |.*? in )([A-Za-z_]\w{0,80}|<module>|<lambda>|<cell line: \d+>)"
)


def render_feedback(
    result: Result,
    *,
    manual: Mapping[str, ManualGrade] | None = None,
    notebook: dict[str, Any] | None = None,
    person: str = "",
) -> str:
    """Make one student's page.

    Parameters
    ----------
    result : Result
        The graded submission.
    manual : mapping of grade_id to ManualGrade, optional
        What a person has decided and written; also comments under an exercise's own name.
    notebook : dict, optional
        The submission as it was run (nbformat 4); by default the one in the result.
    person : str, optional
        The student's real name; by default the page greets by the name of the student's folder.

    Returns
    -------
    str
        An HTML document that needs nothing else.
    """
    grades = manual or {}
    notebook = result.notebook if notebook is None else notebook
    number, title = assignment_words(result.assignment)
    total = standing(result.cells, grades)
    names = {cell.exercise for cell in result.cells}
    page = {
        "number": number,
        "assignment": title,
        "student": person or result.student,
        "total": total,
        "notes": [as_sentence(note, names) for note in result.notes],
    }
    if result.status != "graded":
        return render("invalid.html", **page, reason=as_sentence(result.reason))
    sources = _sources(notebook)
    steps = _next_steps(result.cells, grades)
    exercises = [_exercise(name, cells, grades, sources) for name, cells in _by_exercise(result.cells)]
    return render(
        "feedback.html",
        **page,
        headline=_headline(result.cells, total),
        next_steps=steps[:MOST_NEXT_STEPS],
        further_steps=steps[MOST_NEXT_STEPS:],
        exercises=exercises,
        answers=[_answer(cell, grades, notebook) for cell in result.cells if by_hand(cell)],
        any_hidden=any(part["hidden"] for exercise in exercises for part in exercise["parts"]),
        notebook=_notebook_cells(notebook, {c.grade_id for c in result.cells}),
    )


def write_feedback(
    course_root: Path,
    assignment: str,
    results: Iterable[Result],
    manual_by_student: Mapping[str, Mapping[str, ManualGrade]] | None = None,
) -> list[Path]:
    """Write a page for each submission to ``feedback/STUDENT/NN_name/name.html``.

    Parameters
    ----------
    course_root : Path
        The folder that holds ``feedback/``.
    assignment : str
        Such as ``01_convolution``.
    results : iterable of Result
        Read one after another, so that a class of any size fits in memory.
    manual_by_student : mapping of student to (mapping of grade_id to ManualGrade), optional
        What a person has graded by hand.

    Returns
    -------
    list of Path
        The pages, in the order of the results.

    Raises
    ------
    ValueError
        Where a student's name cannot be a folder's.
    autograder.errors.UserError
        Where a page cannot be written.
    """
    grades = manual_by_student or {}
    written = []
    for result in results:
        name = f"{notebook_name(assignment)}.html"
        path = page_path(Path(course_root) / "feedback", result.student, assignment, name)
        person = person_name(course_root, result.student, assignment)
        remove_unfinished(path.parent)
        write_atomically(path, render_feedback(result, manual=grades.get(result.student), person=person))
        written.append(path)
    return written


# ---------------------------------------------------------------------------------------
# Exercises
# ---------------------------------------------------------------------------------------


def _by_exercise(cells: Iterable[CellResult]) -> list[tuple[str, list[CellResult]]]:
    """The automatically graded cells under their exercise, in the notebook's order."""
    groups: dict[str, list[CellResult]] = {}
    for cell in cells:
        if not by_hand(cell):
            groups.setdefault(cell.exercise, []).append(cell)
    return list(groups.items())


def _exercise(
    name: str, cells: Sequence[CellResult], grades: Mapping[str, ManualGrade], sources: str
) -> dict[str, Any]:
    total = standing(cells, grades)
    outcome, words = _summary(cells)
    parts = [_part(cell, grades, sources) for cell in cells]
    # The same stub or crash fails every aspect: say it once.
    shared = None
    if len(parts) > 1 and parts[0]["story"] and len({part["story"] for part in parts}) == 1:
        shared = parts[0] | {"mistake": "", "hidden": False}
    told: dict[Any, str] = {}
    for part in parts:
        part["same_as"] = told.get(part["story"]) if part["story"] and not shared else None
        told.setdefault(part["story"], part["title"])
        if shared:
            part |= {"message": "", "rows": [], "trace": ""}
    comment = grades[name].comment if name in grades else None
    return {
        "name": name,
        "score": total.auto,
        "max_score": total.auto_max,
        "share": total.share,
        "outcome": outcome,
        "words": words,
        "parts": parts,
        "shared": shared,
        "comment": comment,
    }


def _summary(cells: Sequence[CellResult]) -> tuple[str, str]:
    """An exercise in one outcome and a few words."""
    counts = Counter(cell.outcome for cell in cells)
    if all(check_broke(cell) for cell in cells):
        return "error", "Error in the check"
    if len(counts) == 1:
        outcome = cells[0].outcome
        return outcome, OUTCOME_WORDS[outcome].word if outcome in OUTCOME_WORDS else outcome
    if counts["correct"]:
        rest = ", ".join(
            f"{n} {outcome}" for outcome in OUTCOMES if outcome != "correct" and (n := counts[outcome])
        )
        return "partial", f"{counts['correct']} of {len(cells)} parts correct, {rest}"
    rest = ", ".join(f"{n} {outcome}" for outcome in OUTCOMES if (n := counts[outcome]))
    return max(counts, key=lambda outcome: counts[outcome]), rest.capitalize()


def _part(cell: CellResult, grades: Mapping[str, ManualGrade], sources: str) -> dict[str, Any]:
    """A test cell as the template wants it."""
    evidence = cell.evidence or Evidence()
    grade = grades.get(cell.grade_id)
    changed = grade is not None and grade.score is not None and grade.score != cell.score
    message, rows = _told(cell, evidence)
    message = as_sentence(message, (cell.exercise,))
    trace = evidence.trace
    if evidence.hidden:
        trace = _own_lines(trace, sources)
    comment = grade.comment if grade else None
    return {
        "title": cell.title or cell.grade_id,
        "outcome": cell.outcome,
        "score": earned(cell, grades),
        "max_score": cell.max_score,
        "machine_score": cell.score if changed else None,
        "comment": comment,
        "speaks": bool(message or rows or trace or comment or changed or waits(cell, grades)),
        "waits": waits(cell, grades),
        "check_broke": check_broke(cell),
        "mistake": slug_words(cell.mistake) if cell.mistake and not check_broke(cell) else "",
        "hidden": evidence.hidden,
        "message": message,
        "rows": rows,
        "trace": _cut(trace, 80, 12_000)[0],
        "pictures": [
            {"png": draw(picture), "alt": alt_text(picture), "title": picture.title}
            for picture in cell.pictures
        ],
        "story": (cell.outcome, message, tuple(rows)) if message or rows else None,
    }


def _told(cell: CellResult, evidence: Evidence) -> tuple[str, list[tuple[str, str, str]]]:
    """The message, and the evidence as (label, text, kind); nothing is said twice."""
    message = (cell.message or "").strip()
    cause = evidence.cause.strip()
    # An error or a time limit is what happened; why it did is for the learner to find.
    why = "What happened" if cell.outcome in _ADVICE else "Likely cause"
    if evidence.hidden:
        # Only these two: whatever else is there came from the hidden check.
        rows = [("Situation", evidence.called, "prose"), (why, cause, "cause")]
        if any(secret and secret in message for secret in (evidence.got, evidence.wanted)):
            message = ""
    else:
        rows = [
            ("Called", evidence.called, "code"),
            ("Came back", evidence.got, "code"),
            ("Wanted", evidence.wanted, "code"),
            (why, cause, "cause"),
        ]
    rows = [
        (label, _cut(text if kind == "code" else as_sentence(text, (cell.exercise,)), 40, 3_000)[0], kind)
        for label, text, kind in rows
        if text.strip()
    ]
    if cause and _flat(cause) in _flat(message):
        if _flat(message) == _flat(cause) or (evidence.called and _flat(evidence.called) in _flat(message)):
            message = ""
        else:
            rows = [row for row in rows if row[2] != "cause"]
    if not cause and evidence.called and _flat(evidence.called) in _flat(message):
        message = ""  # the whole text of the error, which the rows say already
    advice = _advice(cell)
    if advice:
        rows.append(("What to do", advice, "cause"))
    return message, rows


def _advice(cell: CellResult) -> str:
    if check_broke(cell):
        return _CHECK_ADVICE
    if cell.outcome == "error" and not (cell.evidence and (cell.evidence.called or cell.evidence.trace)):
        return _CELL_ADVICE
    return _ADVICE.get(cell.outcome, "")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _own_lines(trace: str, sources: str) -> str:
    """Of a traceback from a hidden call: the learner's own lines, and where they are.

    A traceback is text that the learner's code had a hand in, while it held a hidden check's
    inputs.  So only frames are kept, as a line number and a name, and source lines that stand
    in the submitted notebook.
    """
    known = {line.strip() for line in sources.splitlines()} - {""}
    kept = []
    for line in clean(trace).splitlines():
        frame = _FRAME.search(line)
        bare = re.sub(r"^\s*(?:-+>)?\s*\d*\s", "", line).strip()
        if frame and (frame[2].startswith("<") or re.search(rf"\b{frame[2]}\b", sources)):
            kept.append(f"line {frame[1]}, in {frame[2]}")
        elif line.strip() in known or bare in known:
            kept.append(f"    {line.strip() if line.strip() in known else bare}")
    return "\n".join(kept)


# ---------------------------------------------------------------------------------------
# What the page says first
# ---------------------------------------------------------------------------------------


def _headline(cells: Sequence[CellResult], total: Any) -> tuple[str, str]:
    """Two short sentences: how it went, and how to go on."""
    automatic = [cell for cell in cells if not by_hand(cell)]
    if not automatic:
        if total.final:
            return (
                "Your answers have been read.",
                "The points, and any comment, stand beside each of them below.",
            )
        return "Handed in.", "A person reads your answers; your points appear here when that is done."
    if total.auto >= total.auto_max and (total.waiting or total.blank):
        rest = (
            f"A person still reads answers worth {counted(total.waiting, 'point')}."
            if total.waiting
            else f"Answers in words, worth {counted(total.blank, 'point')}, were left empty."
        )
        return "All automatic checks passed, the hidden ones included.", f"Well done. {rest}"
    if total.auto >= total.auto_max and total.hand < total.hand_max:
        rest = "Your answers in words have been read: their points stand below."
        return "All automatic checks passed, the hidden ones included.", f"Well done. {rest}"
    if total.auto >= total.auto_max:
        return "Everything is right.", "All automatic checks passed, the hidden ones included. Well done."
    if all(cell.outcome == "not attempted" for cell in automatic):
        return (
            "Nothing has been attempted yet.",
            "Every exercise counts for itself, and its public checks help you along while you work.",
        )
    if total.share >= 0.75:
        return "Nearly there.", "What is missing is listed below, the most points first."
    if total.share >= 0.4:
        return "A good part is done.", "The list below says where the most points are still to be gained."
    if total.auto > 0:
        return "A start is made.", "Take one exercise at a time, in the order of the list below."
    return "No points yet.", "There is work here to build on: the list below says where to look first."


def _next_steps(cells: Sequence[CellResult], grades: Mapping[str, ManualGrade]) -> list[dict[str, Any]]:
    """The exercises with points to gain, the most first, and the first thing to do in each."""
    steps = []
    for gain in most_to_gain(cells, grades):
        first = gain.first
        cause = first.evidence.cause if first.evidence else ""
        shown = bool(first.evidence and not first.evidence.hidden and first.evidence.called)
        action = as_sentence(
            _first_sentences(cause or (_COMPARE if shown else first.message)), (gain.exercise,)
        )
        if first.evidence and first.evidence.hidden and first.evidence.called and not first.mistake:
            situation = as_sentence(first_sentence(first.evidence.called)).rstrip(".")
            action = f"{situation}: {action[:1].lower()}{action[1:]}"
        if action and action[-1] not in ".!?…":
            action += "."
        action = _BEGIN if first.outcome == "not attempted" else f"{action} {_advice(first)}".strip()
        steps.append(
            {
                "exercise": gain.exercise,
                "gain": gain.points,
                "part": "" if gain.skipped else first.title,
                "action": action or "Look at this part of the exercise again, and at the comment on it.",
            }
        )
    return steps


def _first_sentences(text: str | None, most: int = 360) -> str:
    """Two sentences: the second often holds the question that leads to the mistake."""
    first = first_sentence(text, most)
    rest = _flat(clean(text or ""))[len(first) :].strip()
    if not rest or first.endswith("…"):
        return first
    return f"{first} {first_sentence(rest, most)}"


# ---------------------------------------------------------------------------------------
# Answers that a person reads
# ---------------------------------------------------------------------------------------


def _answer(
    cell: CellResult, grades: Mapping[str, ManualGrade], notebook: dict[str, Any] | None
) -> dict[str, Any]:
    grade = grades.get(cell.grade_id)
    text = next(
        (_text(c.get("source")) for c in _cells(notebook) if _nbgrader(c).get("grade_id") == cell.grade_id),
        "",
    )
    if cell.outcome == "not attempted":
        text = ""  # what the release puts there
    graded = hand_graded(cell, grades)
    comment = grade.comment if grade else None
    if comment == _NO_RESPONSE and not graded:
        comment = None
    return {
        "title": cell.title or cell.grade_id,
        "waits": waits(cell, grades),
        "graded": graded,
        "score": earned(cell, grades),
        "max_score": cell.max_score,
        "comment": comment,
        "outcome": cell.outcome,
        "message": "" if cell.outcome == "manual" else as_sentence(cell.message),
        "text": _cut(text, 200, 12_000)[0],
    }


# ---------------------------------------------------------------------------------------
# The learner's notebook
# ---------------------------------------------------------------------------------------


def _cells(notebook: Any) -> list[dict[str, Any]]:
    """The cells of what ought to be a notebook."""
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    return [cell for cell in cells if isinstance(cell, dict)] if isinstance(cells, list) else []


def _nbgrader(cell: dict[str, Any]) -> dict[str, Any]:
    metadata = cell.get("metadata")
    own = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return own if isinstance(own, dict) else {}


def _text(value: Any) -> str:
    """Nbformat keeps text as a string or as a list of lines."""
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    if not isinstance(value, str):
        return ""
    return _HIDDEN_REGION.sub("", clean(value[: 4 * MOST_TEXT]))


def _sources(notebook: Any) -> str:
    return "\n".join(
        _text(cell.get("source")) for cell in _cells(notebook) if cell.get("cell_type") == "code"
    )


def _cut(text: str, most_lines: int, most_characters: int) -> tuple[str, str]:
    """The beginning and the end of a long text, and a note of what was left out."""
    text = clean(text).rstrip()
    note = ""
    lines = text.split("\n")
    if len(lines) > most_lines:
        tail = most_lines // 4
        left_out = len(lines) - most_lines
        lines = [*lines[: most_lines - tail], f"[… {left_out:,} lines left out …]", *lines[-tail:]]
        note = f"Long output: {left_out:,} lines are not shown."
        text = "\n".join(lines)
    if len(text) > most_characters:
        tail = most_characters // 4
        left_out = len(text) - most_characters
        text = f"{text[: most_characters - tail]}\n[… {left_out:,} characters left out …]\n{text[-tail:]}"
        note = f"Long output: {left_out:,} characters are not shown."
    return text, note


class _Room:
    """How much of a notebook still fits on the page."""

    def __init__(self) -> None:
        self.text, self.picture_text, self.pictures = MOST_TEXT, MOST_PICTURE_TEXT, MOST_PICTURES

    def cut(self, text: str, most_lines: int, most_characters: int) -> tuple[str, str]:
        if self.text <= 0:
            return "", "Not shown: the page is full."
        shown, note = _cut(text, most_lines, most_characters)
        self.text -= len(shown)
        return shown, note

    def picture(self, encoded: Any) -> tuple[str, str]:
        if self.pictures <= 0 or self.picture_text <= 0:
            return "", "A picture is not shown: the page is full."
        self.pictures -= 1  # also for a broken one: each costs time to find out
        png = safe_png(_text(encoded) if isinstance(encoded, list) else encoded)
        if png is None:
            return "", "A picture is not shown: it is broken, too large, or no PNG file."
        self.picture_text -= len(png)
        return png, ""


def _notebook_cells(notebook: Any, graded: set[str]) -> dict[str, Any]:
    """The learner's code cells with their outputs, as safe text and pictures."""
    room, shown, left_out = _Room(), [], 0
    for number, cell in enumerate(_cells(notebook), start=1):
        if cell.get("cell_type") != "code" or _nbgrader(cell).get("grade_id") in graded:
            continue
        if _of_the_course(cell):
            continue
        if len(shown) >= MOST_CELLS:
            left_out += 1
            continue
        source, note = room.cut(_text(cell.get("source")), MOST_SOURCE_LINES, 20_000)
        outputs = cell.get("outputs")
        pieces = (
            [_output(o, room, number) for o in outputs if isinstance(o, dict)]
            if isinstance(outputs, list)
            else []
        )
        if source or note or any(pieces):
            name = _nbgrader(cell).get("grade_id") if _nbgrader(cell).get("solution") else None
            shown.append(
                {
                    "number": number,
                    "exercise": name if isinstance(name, str) else "",
                    "source": source,
                    "note": note,
                    "outputs": [p for p in pieces if p],
                }
            )
    return {"cells": shown, "left_out": left_out}


def _of_the_course(cell: dict[str, Any]) -> bool:
    """Whether a cell is the course's own: set-up that nobody edits, or an illustration, which is not run."""
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    if isinstance(tags, list) and "illustration" in tags:
        return True
    return _nbgrader(cell).get("locked") is True and not _nbgrader(cell).get("solution")


def _output(output: dict[str, Any], room: _Room, number: int) -> dict[str, str] | None:
    kind = output.get("output_type")
    piece = {"text": "", "png": "", "note": "", "kind": "", "alt": f"Picture from cell {number}"}
    if kind == "stream":
        piece["text"], piece["note"] = room.cut(_text(output.get("text")), MOST_LINES, MOST_CHARACTERS)
        piece["kind"] = "wrong" if output.get("name") == "stderr" else ""
    elif kind == "error":
        trace = output.get("traceback")
        lines = "\n".join(_text(line) for line in trace) if isinstance(trace, list) else ""
        text = lines or f"{_text(output.get('ename'))}: {_text(output.get('evalue'))}"
        piece["text"], piece["note"] = room.cut(text, MOST_LINES, MOST_CHARACTERS)
        piece["kind"] = "wrong"
    elif kind in ("execute_result", "display_data"):
        data = output.get("data")
        data = data if isinstance(data, dict) else {}
        if "image/png" in data:
            piece["png"], piece["note"] = room.picture(data["image/png"])
        elif "text/plain" in data:
            piece["text"], piece["note"] = room.cut(_text(data["text/plain"]), MOST_LINES, MOST_CHARACTERS)
        elif data:
            piece["note"] = "An output is not shown: this page shows text and PNG pictures only."
    return piece if piece["text"] or piece["png"] or piece["note"] else None
