"""Right and wrong answers to every exercise, each with the test cells that it must lose.

A file an assignment, ``NN_name.py`` in jupytext's percent format.  A cell is the whole source of
one solution cell as a student might have written it::

    # %% answer="convolve2D" name="flipped" loses=["test_convolve2D"] says="kernel-flipped"
    def convolve2D(image, filter, padding=0, strides=1): ...

Without `loses` the answer is right and must earn every point.
"""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["BankAnswer", "read_bank"]

_KEYS = {"answer", "name", "loses", "says"}
_IGNORED = {"lines_to_next_cell"}  # jupytext's own note of the blank lines


@dataclass(frozen=True)
class BankAnswer:
    """One answer to one exercise.

    Parameters
    ----------
    exercise : str
        The grade_id of the solution cell that it stands in for.
    name : str
        What is special about it, unique within the exercise.
    source : str
        The whole source of the solution cell.
    loses : tuple of str
        The grade_ids of the test cells that get 0 points; all others stay full.
    says : str or None
        The slug of the mistake that the first of those cells reports; empty where none can be
        named, None for a right answer.
    """

    exercise: str
    name: str
    source: str
    loses: tuple[str, ...] = ()
    says: str | None = None

    @property
    def right(self) -> bool:
        """Whether the answer earns every point."""
        return not self.loses


def read_bank(path: str | Path) -> list[BankAnswer]:
    """Read one file of the bank.

    Parameters
    ----------
    path : str or Path
        A file in percent format.  Markdown cells and cells that hold only comments are prose.

    Returns
    -------
    list of BankAnswer
        In the file's order.

    Raises
    ------
    ValueError
        Where a cell is not an answer as described above, or two have the same name.
    """
    import jupytext

    path = Path(path)
    answers: list[BankAnswer] = []
    for number, cell in enumerate(jupytext.read(path, fmt="py:percent").cells, start=1):
        if cell.cell_type != "code" or _only_comments(cell.source, set(cell.metadata)):
            continue
        answer = _answer(f"{path.name}, cell {number}", dict(cell.metadata), cell.source)
        if any((a.exercise, a.name) == (answer.exercise, answer.name) for a in answers):
            raise ValueError(
                f"{path.name}, cell {number}: there is already an answer to {answer.exercise} "
                f"named {answer.name!r}"
            )
        answers.append(answer)
    return answers


def _answer(where: str, given: dict[str, Any], source: str) -> BankAnswer:
    """The answer in one cell, or a ValueError that says what is wrong with the cell."""
    unknown = sorted(set(given) - _KEYS - _IGNORED)
    if unknown:
        raise ValueError(f"{where}: {', '.join(unknown)} is not one of {', '.join(sorted(_KEYS))}")
    for key in ("answer", "name"):
        if not isinstance(given.get(key), str) or not given[key].strip():
            raise ValueError(f'{where}: it needs {key}="…", a text that is not empty')
    where = f"{where} ({given['answer']}, {given['name']!r})"
    loses, says = given.get("loses"), given.get("says")
    if loses is None and says is not None:
        raise ValueError(f"{where}: a right answer loses nothing, so nothing can be said: drop `says`")
    if loses is not None:
        names = isinstance(loses, list) and bool(loses) and all(isinstance(item, str) for item in loses)
        if not names or len(set(loses)) != len(loses):
            raise ValueError(f"{where}: `loses` must be a list of different test cells, and not empty")
        if not isinstance(says, str):
            raise ValueError(
                f'{where}: a wrong answer needs says="…", the slug of its mistake, or an empty text'
            )
    try:
        compile(source, where, "exec")
    except SyntaxError as error:
        raise ValueError(f"{where}: line {error.lineno} is not Python: {error.msg}") from None
    return BankAnswer(given["answer"], given["name"], source, tuple(loses or ()), says)


def _only_comments(source: str, keys: set[str]) -> bool:
    if keys - _IGNORED:
        return False
    quiet = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENCODING, tokenize.ENDMARKER}
    try:
        return all(token.type in quiet for token in tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return False
