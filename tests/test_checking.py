"""What checks say of a value, however large it is."""

import numpy as np
import pytest

from course.checking import Attempt, CheckFailed, describe, public

SMALL = (
    *([1, 2, 3], (1,), (), [], {}, {"a": [1, 2], "b": (3,)}, "x'y", b"ab", {1, 2}, None, 3.5, set(), 10**50),
    [[1, [2]], {"k": "v"}, (None, True)],
)


@pytest.mark.parametrize("value", SMALL, ids=repr)
def test_small_values_are_said_as_python_says_them(value):
    assert describe(value).endswith(repr(value))


class Item:
    """Counts how often one was written."""

    written = 0

    def __repr__(self):
        Item.written += 1
        return "item"


@pytest.mark.parametrize(
    "shape", [lambda items: items, tuple, lambda items: dict(enumerate(items)), lambda i: [[i]]]
)
def test_of_a_huge_value_only_the_beginning_is_written(shape):
    Item.written = 0
    text = describe(shape([Item() for _ in range(100_000)]))
    assert "item, " in text and "…" in text and len(text) < 400
    assert Item.written < 100


def test_a_huge_text_or_number_is_said_in_short():
    assert describe("a" * 10_000_000).startswith("'" + "a" * 299 + " …")
    assert describe(b"a" * 10_000_000).startswith("b'")
    # Python itself raises for this one.
    assert describe(10**6000) == f"<a number of {(10**6000).bit_length()} bits>"
    assert describe(-(10**3000)).startswith("-1000")


def test_a_check_of_the_form_promises_no_more(capsys):
    public("sizes", lambda: Attempt("sizes", lambda: [1, 2])().equals([1, 2]), form=True)
    assert "the form is right" in capsys.readouterr().out
    with pytest.raises(CheckFailed):
        public("sizes", lambda: Attempt("sizes", lambda: [1])().equals([1, 2]), form=True)


@pytest.mark.parametrize("numbers", [True, False])
def test_a_failure_shows_small_inputs_where_they_help(numbers):
    attempt = Attempt("double", lambda x: x, numbers=numbers)
    with pytest.raises(CheckFailed) as failed:
        attempt(np.array([7.25, 1.5])).equals([14.5, 3])
    assert ("7.25" in failed.value.failure.called) == numbers
