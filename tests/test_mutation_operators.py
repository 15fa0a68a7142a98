"""Mutants: the slips that learners make, one at a time, between the markers only."""

from __future__ import annotations

import ast

import nbformat
import pytest
from small import ROOT

from autograder.course import Course
from autograder.mutation.operators import Mutant, mutants, same_code

COURSE = Course(ROOT)


def cell(body: str, signature: str = "x, y", given: str = "") -> str:
    """A solution cell with one region."""
    lines = [f"def f({signature}):", '    """Words that stay, 1 + 1."""']
    lines += [f"    {line}" for line in given.splitlines()]
    lines += [
        "    ### BEGIN SOLUTION",
        *(f"    {line}" for line in body.splitlines()),
        "    ### END SOLUTION",
    ]
    return "\n".join(lines)


def made(body: str, returns: str = "", arrays: tuple[str, ...] = (), **how: str) -> list[Mutant]:
    return mutants("f", cell(body, **how), returns, arrays)


@pytest.mark.parametrize(
    ("body", "slips"),
    [
        ("return x + 3", ["return x + 4", "return x + 2", "return x - 3", "return x", "return 3", "pass"]),
        ("return x // y", ["return -(-x // y)", "return x / y", "return y // x"]),
        ("return x < 5", ["return x <= 5", "return x > 5", "return x < 6"]),
        ("return x if x > y else y", ["return x", "return y", "return x if x >= y else y"]),
        ("return x and not y", ["return x or not y", "return x and y", "return x"]),
        ("x += y\nreturn x", ["x -= y", "x = y"]),
        ("return 0.5 * x", ["return 0.55 * x", "return x"]),
        ("return g(x, y, k=1)", ["return g(y, x, k=1)", "return g(y, k=1)", "return g(x, y)"]),
        ("return x[1:y:2]", ["return x[:y:2]", "return x[1::2]", "return x[1:y]", "return x[1:y - 1:2]"]),
        ("return x.shape[0], x.shape[1]", ["return x.shape[1], x.shape[0]", "return x.shape[0], x.shape[0]"]),
        ("return x.mean(axis=0)", ["return x.sum(axis=0)", "return x.mean()", "return x.mean(axis=1)"]),
        ("for i in range(x):\n    y = y + i\nreturn y", ["for i in range(x - 1):", "for i in range(1, x):"]),
        ("return np.einsum('ij,jk->ik', x, y)", ['return np.einsum("ji,jk->ik", x, y)']),
        ("return np.pad(x, y)", ['return np.pad(x, y, mode="edge")', "return x", "return np.pad(y, x)"]),
        ("return np.zeros(x)", ["return np.zeros(x, dtype=int)", "return np.ones(x)"]),
        ("return x.astype(float)", ["return x.astype(int)", "return x"]),
        ("raise ValueError('no')", ["raise ValueError", 'raise TypeError("no")', "pass"]),
        ("if x:\n    y = 1\nreturn y", ["if True:", "if False:", "pass"]),
    ],
)
def test_a_slip_of_each_kind_is_made(body: str, slips: list[str]):
    after = [mutant.after.splitlines()[0] for mutant in made(body)]
    assert set(slips) <= set(after), after


def test_names_of_the_other_axis_and_of_the_stride_are_mistaken():
    body = "pool_height, stride_height, pool_width = x\nreturn y // pool_height"
    after = {mutant.after for mutant in made(body) if mutant.operator == "axes or names"}
    assert after == {"return y // stride_height", "return y // pool_width"}


def test_containers_and_types_follow_what_the_function_returns():
    after = {m.what for m in made("return x", "ndarray") if m.operator == "return"}
    assert after == {"a list", "an array with an axis more", "whole numbers"}
    after = {m.what for m in made("return x", "int") if m.operator == "return"}
    assert after == {"a float", "a text"}
    [written] = [m for m in made("return x + 1", "ndarray", ("x",)) if m.operator == "input written"]
    space: dict = {"np": pytest.importorskip("numpy")}
    exec(written.source, space)
    given = space["np"].ones(2)
    assert space["f"](given, 0).tolist() == [2, 2] and given.tolist() == [0, 0]


def test_a_parameter_that_was_given_another_value_is_not_written_into():
    assert not [m for m in made("x = x + 1\nreturn x", "ndarray", ("x",)) if m.operator == "input written"]


@pytest.mark.parametrize(
    ("body", "slips"),
    [
        (
            "return S([layers.Conv2D(4, 3, padding='same'), layers.Flatten(), layers.Dense(y)])",
            {
                "layer dropped",
                "layer added",
                "layers exchanged",
                "strides",
                "use_bias",
                "activation",
                "layer",
            },
        ),
        ("m.add(layers.ReLU())\nm.add(layers.Dense(3))", {"layers exchanged", "layer added"}),
        ("m.compile('adam', loss='categorical_crossentropy')", {"option", "keyword dropped"}),
        ("base.trainable = False\nreturn base(x, training=False)", {"constant", "statement removed"}),
    ],
)
def test_keras_code_has_slips_of_its_own(body: str, slips: set[str]):
    assert slips <= {mutant.operator for mutant in made(body)}


def test_layers_that_are_added_one_by_one_change_places():
    [mutant] = [m for m in made("m.add(layers.ReLU())\nm.add(layers.Dense(3))") if "exchanged" in m.operator]
    assert mutant.after == "m.add(layers.Dense(3))\nm.add(layers.ReLU())"


def test_only_what_stands_between_the_markers_changes():
    source = cell("return a * 2", given="a = x + 1", signature="x=1")
    found = mutants("f", source)
    assert found and all("a = x + 1" in m.source and "def f(x=1):" in m.source for m in found)
    assert all("Words that stay, 1 + 1." in m.source and "###" not in m.source for m in found)


def test_lines_around_a_slip_keep_their_form():
    body = "a  =  'x'   # a comment\nreturn [1,2 ][y]"
    [mutant] = [m for m in made(body) if m.what == "2 → 3"]
    assert "    a  =  'x'   # a comment\n    return [1,3 ][y]" in mutant.source


def test_no_two_mutants_are_the_same_program():
    found = made("a = 1 + 2\nreturn a + 3")
    keys = [same_code(mutant.source) for mutant in found]
    assert len(set(keys)) == len(keys) and None not in keys
    assert same_code("x = 1 + 2") == same_code("x = 3") != same_code("x = 4")


@pytest.mark.parametrize(
    "body",
    [
        "return np.maximum(x, y)",
        "return zip(x, y, strict=True)",
        "return x.sum(axis=(1, 2))",
        "return layers.Add()([x, y])",
        "return x.reshape(y, -1)",
        "raise ValueError(f'{x + 1} is not {y}')",
    ],
)
def test_what_cannot_matter_is_left_alone(body: str):
    after = {mutant.after for mutant in made(body)}
    same = ["np.maximum(y, x)", "strict=False", "axis=(2, 1)", "[y, x]", "(y, -2)", "x + 2", "x - 1"]
    assert not [text for text in after if any(words in text for words in same)]


def test_an_f_string_is_written_anew_as_a_whole():
    found = made('return f"{x + 1:>{y}} {x!r}"')
    assert any("x + 2" in mutant.after for mutant in found), [m.after for m in found]
    assert all(ast.parse(mutant.source) for mutant in found)


def test_equal_changes_of_equal_lines_are_numbered():
    found = [m for m in made("x = g(1)\nx = g(1)\nreturn x") if m.after == "x = g(2)"]
    assert [m.number for m in found] == [1, 2] and len({m.name for m in found}) == 2


@pytest.mark.parametrize("name", COURSE.assignments)
def test_every_solution_of_the_course_has_mutants_that_compile(name: str):
    for cell in nbformat.reads(COURSE.source(name).read_text("utf-8"), as_version=4).cells:
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("solution") and cell.cell_type == "code":
            found = mutants(meta["grade_id"], cell.source)
            assert len(found) >= 2, meta["grade_id"]
            assert len({m.name for m in found}) == len(found)
            assert all(m.before != m.after and m.operator and m.what for m in found)
