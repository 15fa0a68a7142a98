"""Mutants: a reference solution with one small slip in it, as a learner might make it.

Only what stands between the solution markers is changed, because the rest is given to learners.  A
mutant differs from the solution in one place and is kept as text, so that it reads as a diff of a
line.  The generic slips (constants, operators, comparisons, statements) are those that mutation tools
have agreed on; axes, padding, strides, windows, layers and containers are this field's own.

Written with `ast`: the tools for Python (mutmut, cosmic-ray) change files of a package and start a
test command for each change, and here a change must become a cell that the grader runs.
"""

from __future__ import annotations

import ast
import copy
import difflib
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType
from typing import Any

from autograder.mutation import keras_operators
from autograder.release import BEGIN_SOLUTION, END_SOLUTION

__all__ = ["Mutant", "Slip", "mutants", "same_code"]


@dataclass(frozen=True)
class Mutant:
    """A solution with one slip in it.

    Parameters
    ----------
    exercise : str
        The grade_id of the solution cell.
    operator : str
        What kind of slip it is, such as ``"constant"``.
    what : str
        The slip in words, such as ``"1 → 2"``.
    source : str
        The whole cell, without the solution markers.
    line : int
        The first changed line of the cell, counted from 1.
    before, after : str
        The changed lines, without their common indentation; they name the mutant in the records of
        equivalents.
    number : int
        Which of the mutants with the same `before` and `after` it is, counted from 1.
    """

    exercise: str
    operator: str
    what: str
    source: str
    line: int
    before: str
    after: str
    number: int = 1

    @property
    def name(self) -> tuple[str, str, str, int]:
        """What tells it from all others, and stays the same while the changed lines do."""
        return (self.exercise, self.before, self.after, self.number)


@dataclass(frozen=True)
class Slip:
    """One change of the tree: what stands in whose place.

    Parameters
    ----------
    operator, what : str
        As in `Mutant`.
    old : ast.AST
        The node that goes.
    new : ast.AST or list of ast.stmt
        What comes; several statements may take the place of one.
    also : tuple of (old, new), optional
        A second place that changes with the first: two statements exchanged.
    """

    operator: str
    what: str
    old: ast.AST
    new: ast.AST | list[ast.stmt]
    also: tuple[ast.AST, ast.AST] | None = None

    @property
    def changes(self) -> list[tuple[ast.AST, ast.AST | list[ast.stmt]]]:
        """All places, the last of the text first."""
        changes = [(self.old, self.new), *([self.also] if self.also else [])]
        return sorted(changes, key=lambda change: (change[0].lineno, change[0].col_offset), reverse=True)


Operator = Callable[["Context", ast.AST], Iterator[Slip]]


@dataclass(frozen=True)
class Context:
    """What an operator may know of a solution besides the node that it looks at."""

    parents: Mapping[ast.AST, ast.AST]
    names: frozenset[str]
    """Everything that the solution's functions are given or define."""
    assigned: frozenset[str]
    """What they define: a parameter of that name is another value by then."""
    returns: str
    """The type of what the exercise's function returned to its checks; empty where it is not known."""
    arrays: tuple[str, ...]
    """Parameters that were arrays when the checks called."""
    function: str
    """The exercise: its own returns are known, those of helpers inside are not."""


def mutants(exercise: str, source: str, returns: str = "", arrays: Iterable[str] = ()) -> list[Mutant]:
    """All mutants of a solution cell, each once.

    Parameters
    ----------
    exercise : str
        The grade_id of the cell.
    source : str
        The cell with its solution markers.
    returns : str, optional
        Name of the type that the function returns (``"ndarray"``, ``"tuple"``, …): what a container or
        a type of number can be mistaken for depends on it.
    arrays : iterable of str, optional
        Names of parameters that are given arrays: these can be written into.

    Returns
    -------
    list of Mutant
        In order of the lines that they change.  Those that compile to the solution's own code, or to
        another mutant's, are left out.
    """
    text, inside = _without_markers(source)
    tree = ast.parse(text)
    context = _context(tree, exercise, returns, tuple(arrays))
    seen = {same_code(text)}
    found: list[Mutant] = []
    counts: dict[tuple[str, str], int] = {}
    for node in list(ast.walk(tree)):
        if not _belongs(node, inside, context):
            continue
        for operator in _OPERATORS:
            for slip in operator(context, node):
                mutated = _text(tree, text, slip, context)
                key = same_code(mutated) if mutated else None
                if key is None or key in seen:
                    continue
                seen.add(key)
                line, before, after = _difference(text, mutated)
                counts[before, after] = counts.get((before, after), 0) + 1
                found.append(
                    Mutant(
                        exercise,
                        slip.operator,
                        slip.what,
                        mutated,
                        line,
                        before,
                        after,
                        counts[before, after],
                    )
                )
    return sorted(found, key=lambda mutant: mutant.line)


def same_code(source: str) -> Any:
    """A key that is equal for sources that compile to the same code; None where it does not compile."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _key(compile(source, "", "exec", dont_inherit=True))
    except (SyntaxError, ValueError, RecursionError):
        return None


def _key(code: CodeType) -> Any:
    consts = tuple(
        _key(c) if isinstance(c, CodeType) else (type(c).__name__, repr(c)) for c in code.co_consts
    )
    return (code.co_code, consts, code.co_names, code.co_varnames, code.co_freevars, code.co_exceptiontable)


# ---------------------------------------------------------------------------------------
# From a slip to a text
# ---------------------------------------------------------------------------------------


def _without_markers(source: str) -> tuple[str, set[int]]:
    """The cell without marker lines, and the numbers of the lines that stood between them."""
    lines, inside, within = [], set(), False
    for line in source.splitlines():
        if line.strip() in (BEGIN_SOLUTION, END_SOLUTION):
            within = line.strip() == BEGIN_SOLUTION
            continue
        lines.append(line)
        if within:
            inside.add(len(lines))
    return "\n".join(lines), inside


def _context(tree: ast.Module, exercise: str, returns: str, arrays: tuple[str, ...]) -> Context:
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    given = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    return Context(parents, frozenset(names | given), frozenset(names), returns, arrays, exercise)


def _belongs(node: ast.AST, inside: set[int], context: Context) -> bool:
    """Whether all of a node is the learner's to write, and does something."""
    original = node
    first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    if first is None or not all(line in inside for line in range(first, last + 1)):
        return False
    parent = context.parents.get(node)
    if isinstance(node, ast.Constant) and isinstance(parent, ast.Expr):
        return False
    while parent is not None and not isinstance(parent, ast.stmt):
        node, parent = parent, context.parents.get(parent)
    # How an error is worded is free.
    worded = isinstance(parent, ast.Raise) and isinstance(node, ast.Call)
    return not worded or original is parent.exc


def _text(tree: ast.Module, text: str, slip: Slip, context: Context) -> str | None:
    """The cell with the slip; as little of its text as can be is written anew."""
    with _changed(slip, context):
        try:
            wanted = ast.dump(ast.parse(ast.unparse(tree)))
        except (SyntaxError, ValueError, AttributeError, TypeError):
            return None
    for candidate in _spliced(text, slip.changes):
        if _is(candidate, wanted):
            return candidate
    # Inside an f-string nodes do not know where they are: write the whole statement anew.
    statement = slip.old
    while not isinstance(statement, (ast.stmt, ast.Module)):
        statement = context.parents[statement]
    if statement is not slip.old and not hasattr(statement, "body"):
        with _changed(slip, context):
            words = ast.parse(ast.unparse(statement)).body
        for candidate in _spliced(text, [(statement, words)]):
            if _is(candidate, wanted):
                return candidate
    return None


def _is(text: str, wanted: str) -> bool:
    try:
        return ast.dump(ast.parse(text)) == wanted
    except SyntaxError:
        return False


@contextmanager
def _changed(slip: Slip, context: Context) -> Iterator[None]:
    """Let the tree hold the slip while the context lasts."""
    before: list[tuple[ast.AST, str, Any]] = []
    for old, new in slip.changes:
        parent = context.parents[old]
        for field, value in ast.iter_fields(parent):
            if value is old:
                before.append((parent, field, value))
                setattr(parent, field, new)
            elif isinstance(value, list) and any(item is old for item in value):
                before.append((parent, field, value))
                news = new if isinstance(new, list) else [new]
                items = [part for item in value for part in (news if item is old else [item])]
                setattr(parent, field, items)
    try:
        yield
    finally:
        for parent, field, value in reversed(before):
            setattr(parent, field, value)


def _spliced(text: str, changes: list[tuple[ast.AST, ast.AST | list[ast.stmt]]]) -> Iterator[str]:
    """The text with some nodes' own text replaced, plain and in parentheses."""
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def at(line: int, column: int) -> int:
        # `ast` counts columns in bytes.
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode("utf-8", "replace"))

    for form in ("bare", "{}", "({})"):
        spliced = text
        for old, new in changes:
            begin, end = at(old.lineno, old.col_offset), at(old.end_lineno, old.end_col_offset)
            words = "\n".join(map(ast.unparse, new)) if isinstance(new, list) else ast.unparse(new)
            if '"' not in words and "\\" not in words:
                words = words.replace("'", '"')
            if isinstance(old, ast.stmt):
                words = words.replace("\n", "\n" + " " * old.col_offset)
            if form == "bare":
                # A tuple is written with parentheses, which most places do without.
                words = words[1:-1] if isinstance(new, ast.Tuple) else words
            else:
                words = form.format(words)
            spliced = spliced[:begin] + words + spliced[end:]
        yield spliced


def _difference(text: str, mutated: str) -> tuple[int, str, str]:
    """The first changed line, and the changed lines before and after."""
    old, new = text.splitlines(), mutated.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    changed = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    first, last = changed[0], changed[-1]
    before, after = old[first[1] : last[2]], new[first[3] : last[4]]
    return first[1] + 1, _flush(before), _flush(after)


def _flush(lines: list[str]) -> str:
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[indent:] for line in lines)


# ---------------------------------------------------------------------------------------
# Operators: what programs of any kind get wrong
# ---------------------------------------------------------------------------------------

_ARITHMETIC: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitAnd: (ast.BitOr,),
}
_SIGNS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}


def _short(node: ast.AST, most: int = 40) -> str:
    words = " ".join(ast.unparse(node).split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


_QUIET = ("verbose", "strict")
"""Keywords that change nothing of an answer."""


def _constants(context: Context, node: ast.AST) -> Iterator[Slip]:
    """Numbers off by one, or by a tenth; truth values turned round."""
    if not isinstance(node, ast.Constant):
        return
    value, holder = node.value, context.parents.get(node)
    if isinstance(holder, ast.keyword) and holder.arg in _QUIET:
        return
    if isinstance(value, bool):
        others: list[Any] = [not value]
    elif isinstance(value, int):
        others = [value + 1, value - 1]
    elif isinstance(value, float):
        others = [round(value * 1.1, 6), round(1 - value, 6) if 0 < value < 1 else value + 1]
    else:
        return
    sign = context.parents.get(node)
    if isinstance(sign, ast.UnaryOp) and isinstance(sign.op, ast.USub):
        caller = context.parents.get(sign)
        if isinstance(caller, ast.Call) and _called(caller) == "reshape":
            # NumPy takes any negative number for "whatever is left".
            others = [0]
    for other in others:
        yield Slip("constant", f"{value} → {other}", node, _constant(other))


def _constant(value: Any) -> ast.expr:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def _arithmetic(context: Context, node: ast.AST) -> Iterator[Slip]:
    """One operator for another; an operand forgotten; operands exchanged; rounded the other way."""
    if isinstance(node, ast.BinOp):
        kind = type(node.op)
        for other in _ARITHMETIC.get(kind, ()):
            new = ast.BinOp(node.left, other(), node.right)
            yield Slip("arithmetic", f"{_SIGNS[kind]} → {_SIGNS[other]}", node, new)
        if kind is ast.FloorDiv:
            up = ast.UnaryOp(
                ast.USub(), ast.BinOp(ast.UnaryOp(ast.USub(), node.left), ast.FloorDiv(), node.right)
            )
            yield Slip("rounding", "rounded up", node, up)
        yield Slip("operand dropped", f"{_short(node)} → {_short(node.left)}", node, node.left)
        yield Slip("operand dropped", f"{_short(node)} → {_short(node.right)}", node, node.right)
        if kind in (ast.Sub, ast.Div, ast.FloorDiv, ast.MatMult, ast.Pow, ast.Mod):
            yield Slip(
                "operands exchanged", f"of {_SIGNS[kind]}", node, ast.BinOp(node.right, node.op, node.left)
            )
    elif isinstance(node, ast.AugAssign):
        kind = type(node.op)
        for other in _ARITHMETIC.get(kind, ()):
            new = ast.AugAssign(node.target, other(), node.value)
            yield Slip("arithmetic", f"{_SIGNS[kind]}= → {_SIGNS[other]}=", node, new)
        target = copy.deepcopy(node.target)
        yield Slip("overwritten", f"{_SIGNS[kind]}= → =", node, ast.Assign([target], node.value, lineno=0))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.Invert, ast.Not)):
        sign = {ast.USub: "-", ast.Invert: "~", ast.Not: "not"}[type(node.op)]
        yield Slip("sign dropped", f"without {sign}", node, node.operand)


def _comparisons(context: Context, node: ast.AST) -> Iterator[Slip]:
    """Boundaries, and comparisons turned round."""
    if isinstance(node, ast.Compare):
        for index, op in enumerate(node.ops):
            for other in _COMPARISONS[type(op)]:
                ops = [*node.ops[:index], other(), *node.ops[index + 1 :]]
                new = ast.Compare(node.left, ops, node.comparators)
                yield Slip("comparison", f"{_SIGNS[type(op)]} → {_SIGNS[other]}", node, new)


def _conditions(context: Context, node: ast.AST) -> Iterator[Slip]:
    """``and`` for ``or``, a part forgotten, a condition that always or never holds."""
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield Slip("condition", "and ↔ or", node, ast.BoolOp(other, node.values))
        for index, value in enumerate(node.values):
            rest = [*node.values[:index], *node.values[index + 1 :]]
            new = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            yield Slip("condition", f"without {_short(value)}", node, new)
    if isinstance(node, ast.IfExp):
        yield Slip("condition", f"always {_short(node.body)}", node, node.body)
        yield Slip("condition", f"always {_short(node.orelse)}", node, node.orelse)
    if isinstance(node, (ast.If, ast.While)):
        yield Slip("condition", f"{_short(node.test)} taken as true", node.test, ast.Constant(True))
        yield Slip("condition", f"{_short(node.test)} taken as false", node.test, ast.Constant(False))


def _statements(context: Context, node: ast.AST) -> Iterator[Slip]:
    """A statement removed; a loop left after its first round."""
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr, ast.Return, ast.Raise)):
        yield Slip("statement removed", _short(node), node, ast.Pass())
    if isinstance(node, ast.If) and not node.orelse:
        yield Slip("statement removed", f"if {_short(node.test)}", node, ast.Pass())
    if isinstance(node, ast.For):
        last = node.body[-1]
        yield Slip("loop", "left after its first round", last, [last, ast.Break()])


def _errors(context: Context, node: ast.AST) -> Iterator[Slip]:
    """Another error than the one that is asked for, or one that says nothing."""
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        kind = _short(node.exc.func)
        yield Slip("error", f"{kind} without a text", node.exc, node.exc.func)
        other = "TypeError" if kind == "ValueError" else "ValueError"
        new = ast.Call(ast.Name(other, ast.Load()), node.exc.args, node.exc.keywords)
        yield Slip("error", f"{kind} → {other}", node.exc, new)


# ---------------------------------------------------------------------------------------
# Operators of arrays, windows and axes
# ---------------------------------------------------------------------------------------

_EXCHANGED = {
    "max": ("min", "mean"),
    "min": ("max",),
    "mean": ("sum", "max"),
    "sum": ("mean", "max"),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "zeros": ("ones",),
    "ones": ("zeros",),
    "std": ("var",),
    "any": ("all",),
    "all": ("any",),
    "ceil": ("floor",),
    "floor": ("ceil",),
    "round": ("int",),
    "vstack": ("hstack",),
    "log": ("log2", "log10"),
}
"""Functions and methods that are taken for one another."""

_AXES = (
    ("height", "width"),
    ("row", "column"),
    ("rows", "columns"),
    ("top", "left"),
    ("down", "across"),
    ("h", "w"),
    ("dx", "dy"),
    ("pool", "stride"),
    ("filter", "padded"),
    ("train", "test"),
)
"""Words in names that stand for one axis and for the other, and others that are easily confused."""


def _functions(context: Context, node: ast.AST) -> Iterator[Slip]:
    """A function taken for its neighbour, or not called at all."""
    if not isinstance(node, ast.Call):
        return
    name = _called(node)
    for other in _EXCHANGED.get(name, ()):
        if isinstance(node.func, ast.Attribute):
            func: ast.expr = ast.Attribute(node.func.value, other, ast.Load())
        else:
            func = ast.Name(other, ast.Load())
        yield Slip("function", f"{name} → {other}", node, ast.Call(func, node.args, node.keywords))
    if isinstance(context.parents.get(node), ast.Expr):
        return
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
        yield Slip("call dropped", f"without .{name}()", node, node.func.value)
    elif node.args and not keras_operators.makes_layer(node) and name not in _MAKE:
        yield Slip("call dropped", f"without {name}()", node, node.args[0])


_MAKE = ("float", "range", "zip", "enumerate", "zeros", "ones", "Sequential", "default_rng")
"""What is left without the call is of another kind altogether, or the same (a NumPy float is a float)."""


def _called(node: ast.Call) -> str:
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


_MODULES = {"np", "numpy", "keras", "tf", "layers", "os", "pd", "scipy"}


def _is_module(node: ast.AST) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in _MODULES


_COMMUTE = ("maximum", "minimum", "max", "min", "array_equal", "isclose", "allclose", "multiply")
"""Functions that do not care which argument comes first."""


def _arguments(context: Context, node: ast.AST) -> Iterator[Slip]:
    """Arguments dropped or exchanged, keywords dropped."""
    if not isinstance(node, ast.Call):
        return
    args = node.args
    if len(args) > 1 and _called(node) not in ("zip", "print"):
        for index, arg in enumerate(args):
            new = ast.Call(node.func, [*args[:index], *args[index + 1 :]], node.keywords)
            yield Slip("argument dropped", f"without {_short(arg)}", node, new)
    for index in range(0 if _called(node) in _COMMUTE else len(args) - 1):
        swapped = [*args[:index], args[index + 1], args[index], *args[index + 2 :]]
        what = f"{_short(args[index], 18)} ↔ {_short(args[index + 1], 18)}"
        yield Slip("arguments exchanged", what, node, ast.Call(node.func, swapped, node.keywords))
    for index, keyword in enumerate(node.keywords):
        if keyword.arg in _QUIET:
            continue
        rest = [*node.keywords[:index], *node.keywords[index + 1 :]]
        what = f"without {keyword.arg or '**'}={_short(keyword.value, 20)}"
        yield Slip("keyword dropped", what, node, ast.Call(node.func, args, rest))


def _order(context: Context, node: ast.AST) -> Iterator[Slip]:
    """Height for width: neighbours in a tuple, a list or an index exchanged; one left out."""
    if not isinstance(node, (ast.Tuple, ast.List)) or isinstance(context.parents.get(node), ast.FunctionDef):
        return
    holder = context.parents.get(node)
    if (isinstance(holder, ast.keyword) and holder.arg == "axis") or keras_operators.is_merged(node, holder):
        swaps = range(0)  # NumPy takes axes in any order, and sums have none.
    else:
        swaps = range(len(node.elts) - 1)
    if isinstance(holder, ast.Assign) and node in holder.targets and isinstance(holder.value, ast.Tuple):
        given = [ast.dump(value) for value in holder.value.elts]
        swaps = [at for at in swaps if given[at : at + 1] != given[at + 1 : at + 2]]
    items = node.elts
    listed = keras_operators.is_layers(node)
    for index in swaps:
        if ast.dump(items[index]) == ast.dump(items[index + 1]):
            continue
        # Copies, because each is looked for where the other goes.
        one, two = copy.deepcopy(items[index]), copy.deepcopy(items[index + 1])
        name = "layers exchanged" if listed else "axes or order"
        what = f"{_short(one, 18)} ↔ {_short(two, 18)}"
        yield Slip(name, what, items[index], two, (items[index + 1], one))
    if isinstance(node.ctx, ast.Load) and len(items) > 1 and not listed:
        for index, item in enumerate(items):
            rest = [*items[:index], *items[index + 1 :]]
            yield Slip("item dropped", f"without {_short(item)}", node, type(node)(rest, node.ctx))
        first = items[0]
        if len(items) == 2 and not isinstance(first, (ast.Slice, ast.Constant, ast.Starred)):
            yield Slip("one for both", _short(first), node, type(node)([first, first], node.ctx))


def _slices(context: Context, node: ast.AST) -> Iterator[Slip]:
    """A slice without its beginning, its end or its step; an index that is off."""
    if isinstance(node, ast.Slice):
        for part in ("lower", "upper", "step"):
            if getattr(node, part) is not None:
                new = copy.copy(node)
                setattr(new, part, None)
                yield Slip("slice", f"without its {part}", node, new)
        if node.upper is not None and not isinstance(node.upper, (ast.Constant, ast.UnaryOp)):
            new = copy.copy(node)
            new.upper = ast.BinOp(node.upper, ast.Sub(), ast.Constant(1))
            yield Slip("boundary", "ends one earlier", node, new)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield Slip("index dropped", f"{_short(node)} → {_short(node.value)}", node, node.value)


def _ranges(context: Context, node: ast.AST) -> Iterator[Slip]:
    """A range that begins late, ends early, or goes on."""
    if not isinstance(node, ast.Call) or _called(node) not in ("range", "ndindex") or node.keywords:
        return
    if any(isinstance(arg, ast.Starred) for arg in node.args):
        return
    name = _called(node)
    ends = range(len(node.args)) if name == "ndindex" else (min(len(node.args), 2) - 1,)
    for index in ends:
        if isinstance(node.args[index], ast.Constant):
            continue
        for sign, words in ((ast.Sub(), "ends one earlier"), (ast.Add(), "ends one later")):
            args = list(node.args)
            args[index] = ast.BinOp(args[index], sign, ast.Constant(1))
            yield Slip("boundary", f"{name} {words}", node, ast.Call(node.func, args, []))
    if name == "range" and len(node.args) == 1:
        late = ast.Call(node.func, [ast.Constant(1), *node.args], [])
        yield Slip("boundary", "range begins at 1", node, late)


def _names(context: Context, node: ast.AST) -> Iterator[Slip]:
    """One axis for the other, the pool size for the stride: names that differ by such a word."""
    if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
        return
    words = node.id.split("_")
    for pair in _AXES:
        for here, there in (pair, pair[::-1]):
            other = "_".join(there if word == here else word for word in words)
            if other != node.id and other in context.names:
                yield Slip("axes or names", f"{node.id} → {other}", node, ast.Name(other, ast.Load()))


def _subscripts(context: Context, node: ast.AST) -> Iterator[Slip]:
    """The letters of an einsum in another order."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return
    if not re.fullmatch(r"[a-z]+(,[a-z]+)*->[a-z]*", node.value):
        return
    text = node.value
    for at in range(len(text) - 1):
        if text[at].isalpha() and text[at + 1].isalpha():
            swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
            yield Slip("axes or order", f"{text} → {swapped}", node, ast.Constant(swapped))


def _padding(context: Context, node: ast.AST) -> Iterator[Slip]:
    """Padded with something else than zeros."""
    if isinstance(node, ast.Call) and _called(node) == "pad" and len(node.args) == 2 and not node.keywords:
        edge = ast.Call(node.func, node.args, [ast.keyword("mode", ast.Constant("edge"))])
        yield Slip("padding", "with the values at the edge", node, edge)


def _types(context: Context, node: ast.AST) -> Iterator[Slip]:
    """Whole numbers where fractions are needed, bytes that overflow."""
    if isinstance(node, ast.Call):
        name = _called(node)
        if name in ("zeros", "ones", "empty") and not any(k.arg == "dtype" for k in node.keywords):
            keywords = [*node.keywords, ast.keyword("dtype", ast.Name("int", ast.Load()))]
            yield Slip("type of number", "an array of ints", node, ast.Call(node.func, node.args, keywords))
        if name == "astype" and len(node.args) == 1 and _short(node.args[0]) == "float":
            args: list[ast.expr] = [ast.Name("int", ast.Load())]
            yield Slip("type of number", "astype(int)", node, ast.Call(node.func, args, []))


_CONTAINERS: dict[str, tuple[tuple[str, str], ...]] = {
    "ndarray": (
        ("a list", "np.asarray({}).tolist()"),
        ("an array with an axis more", "np.asarray({})[None]"),
        ("whole numbers", "np.asarray({}).astype(int)"),
    ),
    "float": (("an int", "int({})"), ("a text", "str({})")),
    "float64": (("an int", "int({})"), ("a text", "str({})")),
    "int": (("a float", "float({})"), ("a text", "str({})")),
    "int64": (("a float", "float({})"), ("a text", "str({})")),
    "bool": (("turned round", "not {}"), ("a text", "str({})")),
    "str": (("without its last character", "({})[:-1]"),),
    "tuple": (("turned round", "({})[::-1]"), ("the first only", "({})[0]")),
    "list": (("turned round", "({})[::-1]"), ("without the last", "({})[:-1]")),
    "dict": (("its values", "list(({}).values())"),),
}
"""What comes back instead, by the type that should."""


def _returns(context: Context, node: ast.AST) -> Iterator[Slip]:
    """Another container or type of number comes back; the input is written into."""
    if not isinstance(node, ast.Return) or node.value is None or not _own(context, node):
        return
    for words, form in _CONTAINERS.get(context.returns, ()):
        if isinstance(node.value, ast.Constant) and node.value.value is None:
            continue
        new = ast.parse(form.format(f"({ast.unparse(node.value)})"), mode="eval").body
        yield Slip("return", words, node, ast.Return(new))
    for name in [name for name in context.arrays if name not in context.assigned]:
        writes = ast.parse(f"result = {ast.unparse(node.value)}\n{name}[...] = 0\nreturn result").body
        yield Slip("input written", f"{name} is set to 0", node, writes)


def _own(context: Context, node: ast.AST) -> bool:
    """Whether a node stands in the exercise's function itself, not in a helper inside it."""
    while node is not None and not isinstance(node, ast.FunctionDef):
        node = context.parents.get(node)
    return node is not None and node.name == context.function


def _keras(context: Context, node: ast.AST) -> Iterator[Slip]:
    for change in keras_operators.slips(node, context.parents):
        yield Slip(*change)


_OPERATORS: tuple[Operator, ...] = (
    _constants,
    _arithmetic,
    _comparisons,
    _conditions,
    _statements,
    _errors,
    _functions,
    _arguments,
    _order,
    _slices,
    _ranges,
    _names,
    _subscripts,
    _padding,
    _types,
    _returns,
    _keras,
)
