"""Mutants that an instructor has recorded as no mistakes: nobody could tell them from the solution.

A file an assignment, ``NN_name.toml``, an entry a mutant::

    [[equivalent]]
    exercise = "convolve2D"
    before = "last_row = padded_height - filter_height"
    after = "last_row = padded_height - filter_height + 0"
    reason = "Adds nothing."

`before` and `after` are the changed lines as the page shows them.  Where the same change can be made in
several places, `number` says in which (by default the first).  ``lawful = true`` stands with a mutant
that does answer otherwise, and may: the text of the exercise leaves it open.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UserError

__all__ = ["FOLDER", "Equivalent", "entry", "read_equivalents"]

FOLDER = Path(__file__).resolve().parents[1] / "equivalents"

_KEYS = {"exercise", "before", "after", "reason", "number", "lawful"}


@dataclass(frozen=True)
class Equivalent:
    """A mutant that is as right as the solution, and why."""

    exercise: str
    before: str
    after: str
    reason: str
    number: int = 1
    lawful: bool = False

    @property
    def name(self) -> tuple[str, str, str, int]:
        """As `autograder.mutation.operators.Mutant.name`."""
        return (self.exercise, self.before, self.after, self.number)


def read_equivalents(path: Path) -> list[Equivalent]:
    """The recorded equivalents of an assignment; none where there is no file.

    Raises
    ------
    UserError
        Where the file is not as described above, or gives no reason.
    """
    if not path.is_file():
        return []
    try:
        entries = tomllib.loads(path.read_text("utf-8")).get("equivalent", [])
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path} is not TOML: {error}.") from None
    found: list[Equivalent] = []
    for number, given in enumerate(entries, start=1):
        missing = {"exercise", "before", "after", "reason"} - set(given)
        unknown = set(given) - _KEYS
        if missing or unknown or not str(given.get("reason", "")).strip():
            what = f"lacks {', '.join(sorted(missing))}" if missing else "gives no reason"
            what = f"has {', '.join(sorted(unknown))}, which is not known" if unknown else what
            raise UserError(f"{path}: entry {number} {what}.")
        texts = {key: given[key].strip("\n") for key in ("exercise", "before", "after", "reason")}
        more = {"number": given.get("number", 1), "lawful": given.get("lawful", False)}
        found.append(Equivalent(**texts, **more))
    if len({one.name for one in found}) < len(found):
        raise UserError(f"{path}: a mutant is recorded twice.")
    return found


def entry(name: tuple[str, str, str, int]) -> str:
    """What to put into the file for a mutant, with the reason still to be written."""
    exercise, before, after, number = name
    lines = ["[[equivalent]]", f"exercise = {_quoted(exercise)}"]
    lines += [f"before = {_quoted(before)}", f"after = {_quoted(after)}"]
    if number > 1:
        lines.append(f"number = {number}")
    return "\n".join([*lines, 'reason = ""'])


def _quoted(text: str) -> str:
    if "\n" not in text and "'" not in text and '"' in text:
        return f"'{text}'"
    if "\n" in text:
        return f"'''\n{text}'''"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
