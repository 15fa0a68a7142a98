"""What checks say of a value, however large it is."""

import pytest

from course.checking import describe

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
