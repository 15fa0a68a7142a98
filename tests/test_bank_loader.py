"""The bank's loader reads answers, and says what is wrong with a bad cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.bank import BankAnswer, read_bank

GOOD = """# %% [markdown]
# Prose is skipped.

# A comment, too.

# %% answer="f" name="right"
def f():
    return 1


class Helper: ...


# %% answer="f" name="wrong" loses=["test_f_one", "test_f_two"] says="one-off"
f = lambda: 0
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "07_name.py"
    path.write_text(text, "utf-8")
    return path


def test_answers_come_in_order_with_their_whole_source(tmp_path: Path) -> None:
    right, wrong = read_bank(written(tmp_path, GOOD))
    assert right == BankAnswer("f", "right", "def f():\n    return 1\n\n\nclass Helper: ...")
    assert right.right
    assert right.says is None
    assert wrong == BankAnswer("f", "wrong", "f = lambda: 0", ("test_f_one", "test_f_two"), "one-off")
    assert not wrong.right


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ('# %% name="a"\nf = 1', "it needs answer="),
        ('# %% answer="f"\nf = 1', "it needs name="),
        ("# %%\nf = 1", "it needs answer="),
        ('# %% answer="f" name="a" loses=["x"]\nf = 1', "needs says="),
        ('# %% answer="f" name="a" says="x"\nf = 1', "a right answer loses nothing"),
        ('# %% answer="f" name="a" loses=[] says="x"\nf = 1', "and not empty"),
        ('# %% answer="f" name="a" loses=["x", "x"] says=""\nf = 1', "different test cells"),
        ('# %% answer="f" name="a" loses="x" says=""\nf = 1', "must be a list"),
        ('# %% answer="f" name="a" loose=["x"]\nf = 1', "loose is not one of"),
        ('# %% answer="f" name="a"\ndef f(:', "is not Python"),
        ('# %% answer="f" name="right"\nf = 2', "already an answer to f named 'right'"),
    ],
)
def test_a_bad_cell_is_named_with_the_reason(tmp_path: Path, cell: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"07_name\.py, cell 4") as caught:
        read_bank(written(tmp_path, f"{GOOD}\n\n{cell}\n"))
    assert why in str(caught.value)


def test_the_same_name_may_serve_two_exercises(tmp_path: Path) -> None:
    text = '# %% answer="f" name="a"\nf = 1\n\n# %% answer="g" name="a"\ng = 1\n'
    assert [answer.exercise for answer in read_bank(written(tmp_path, text))] == ["f", "g"]
