"""Judge an answer: call it, compare what came back, and say what is wrong.

A check is a list of cases.  A case calls the learner's function through `Attempt`
and states what is expected of the `Answer`::

    convolve = Attempt("convolve2D", convolve2D)
    public(
        "convolve2D, strides",
        lambda: convolve(IMAGE, FILTER, strides=2).equals(WANTED, mistakes=[(STRIDE_IGNORED, WRONG)]),
    )

The same code serves the public checks (here, with literal cases) and the hidden ones
(in the grader, with drawn cases), so that both compare and speak alike.
"""

from __future__ import annotations

import copy
import textwrap
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

__all__ = [
    "Answer",
    "AnswerRaised",
    "Attempt",
    "CheckFailed",
    "Failure",
    "Mistake",
    "NotAttempted",
    "Picture",
    "describe",
    "public",
    "watch_pictures",
]

RELATIVE_TOLERANCE = 1e-5
"""Largest accepted error as a part of the largest expected magnitude: float32 answers pass."""

_SHOWN_ITEMS = 36
_SHOWN_INPUT = 64
"""How many numbers of a result and of one input are printed."""

_LONGEST_INTEGER = 10_000
"""Bits of an integer that is printed; Python refuses those of many more digits."""


@dataclass(frozen=True)
class Mistake:
    """A mistake that has a name.

    Parameters
    ----------
    name : str
        Short slug for reports, such as ``"stride-ignored"``.
    message : str
        What the learner reads: the likely cause, and what to look at.
    """

    name: str
    message: str


@dataclass(frozen=True)
class Picture:
    """An image result beside what was expected; both arrays are (H, W) or (H, W, 3).

    Differences up to `tolerance` count as none: the check accepts them.
    """

    title: str
    expected: np.ndarray
    yours: np.ndarray
    tolerance: float | None = None


@dataclass(frozen=True)
class Failure:
    """Why a check did not pass.

    Parameters
    ----------
    outcome : str
        ``"incorrect"``, ``"not attempted"`` or ``"error"``.
    called, got, wanted : str
        What was called, what came back and what was wanted, each in a few words.
    cause : str
        The likely cause; the only part of a hidden check's failure that learners see.
    mistake : str or None
        The name of the mistake where it was recognised.
    trace : str
        The learner's own traceback, where their code raised.
    """

    outcome: str
    called: str = ""
    got: str = ""
    wanted: str = ""
    cause: str = ""
    mistake: str | None = None
    trace: str = ""

    def __str__(self) -> str:
        rows = [
            ("called", self.called),
            ("came back", self.got),
            ("wanted", self.wanted),
            # An error without a name of its own says what happened, which "came back" says already.
            ("likely", "" if self.outcome == "error" and not self.mistake and self.got else self.cause),
        ]
        width = max((len(name) for name, text in rows if text), default=0)
        indent = "\n" + " " * (width + 4)
        return "\n".join(f"  {name:<{width}}  " + text.replace("\n", indent) for name, text in rows if text)


def _wrapped(text: str) -> list[str]:
    """Lines short enough for an output area, which would break words elsewhere."""
    return [
        part for line in text.splitlines() for part in textwrap.wrap(line, 80, break_long_words=False) or [""]
    ]


class CheckFailed(AssertionError):
    """A check did not pass; `failure` says why."""

    def __init__(self, failure: Failure, heading: str = ""):
        self.failure = failure
        self.heading = heading
        super().__init__(f"{heading}\n{failure}".strip())

    def _render_traceback_(self) -> list[str]:
        """Show the message alone in IPython: frames of this module teach nobody anything."""
        trace = f"\n{self.failure.trace}" if self.failure.trace else ""
        return [f"{type(self).__name__}: {self}{trace}"]


class NotAttempted(CheckFailed):
    """The stub is still in place."""


class AnswerRaised(CheckFailed):
    """The learner's code raised where it should have answered."""


def _failed(failure: Failure, heading: str = "") -> CheckFailed:
    kinds = {"not attempted": NotAttempted, "error": AnswerRaised}
    return kinds.get(failure.outcome, CheckFailed)(failure, heading)


# ---------------------------------------------------------------------------------------
# Saying what a value is
# ---------------------------------------------------------------------------------------


def _container(value: Any) -> str:
    """Name of a value's type, as a learner would say it."""
    return getattr(value, "foreign_type", None) or type(value).__name__


_TELLABLE = {"array of objects", *"bool bytes complex dict float generator int list map matrix".split()}
_TELLABLE |= {*"MaskedArray ndarray NoneType range set str tuple zip DataFrame Series EagerTensor".split()}


def _told(value: Any) -> str:
    """The name of a value's type in a cause, which hidden failures show too.

    Types of the learner's own are not named there: a name could carry a hidden input out.
    """
    name = _container(value)
    return name if name in _TELLABLE else "value of another type"


def _article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def describe(value: Any, *, kind: bool = True) -> str:
    """Say in a few words, and with the numbers where they are few, what a value is.

    Without `kind` an array's type of number is left out: where any type will do, naming one misleads.
    """
    if isinstance(value, np.ndarray) or hasattr(value, "foreign_type"):
        array = np.asarray(value)
        name = "array" if type(value) is np.ndarray else _container(value)
        text = f"{name} of shape {array.shape}" + (f", {array.dtype}" if kind else "")
        if 0 < array.size <= _SHOWN_ITEMS:
            numbers = _numbers_of(array)
            text += ("\n" if "\n" in numbers else ": ") + numbers
        return text
    if isinstance(value, np.generic):
        return f"{value!s} ({type(value).__name__})"
    text = _beginning(value, 300)
    if len(text) > 300:
        text = f"{text[:300]} … ({_container(value)} of {_length(value)} items)"
    if isinstance(value, (list, tuple)) and text.count(",") > 1:
        return f"{_container(value)} {text}"
    return text


def _beginning(value: Any, characters: int) -> str:
    """A value's repr as far as a little more than so many characters: the rest may take minutes to write."""
    text = ""
    for piece in _pieces(value, characters):
        text += piece
        if len(text) > characters:
            break
    return text


def _pieces(value: Any, characters: int) -> Iterator[str]:
    kind = type(value)
    if kind in (list, tuple, set, dict) and len(value):
        yield "[" if kind is list else "(" if kind is tuple else "{"
        for number, item in enumerate(value):
            yield ", " if number else ""
            yield from _pieces(item, characters)
            if kind is dict:
                yield ": "
                yield from _pieces(value[item], characters)
        yield "]" if kind is list else "}" if kind is not tuple else ",)" if len(value) == 1 else ")"
    elif kind in (str, bytes):
        yield repr(value[: characters + 1])
    elif kind is int and value.bit_length() > _LONGEST_INTEGER:
        yield f"<a number of {value.bit_length()} bits>"
    else:
        yield repr(value)


def _length(value: Any) -> Any:
    return len(value) if hasattr(value, "__len__") else "many"


def _argument(value: Any) -> str:
    """Say an argument inside a call: arrays by what they are, small values by themselves."""
    if isinstance(value, np.ndarray):
        shape = "×".join(map(str, value.shape)) or "scalar"
        return f"{shape} {value.dtype} array"
    text = _beginning(value, 60)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _numbers_of(array: np.ndarray) -> str:
    """The numbers of a small array, without the empty lines that NumPy puts between its blocks."""
    text = np.array2string(array, precision=4, suppress_small=True, separator=", ")
    return "\n".join(line for line in text.splitlines() if line.strip())


def _inputs(arguments: tuple[Sequence[Any], Mapping[str, Any]]) -> str:
    """The small arrays of a call, with their numbers, so that a learner can work it out by hand."""
    positional, options = arguments
    given = [("", value) for value in positional] + list(options.items())
    arrays = [
        (name, value)
        for name, value in given
        if isinstance(value, np.ndarray) and 0 < value.size <= _SHOWN_INPUT
    ]
    lines = []
    for name, array in arrays:
        shape = "×".join(map(str, array.shape)) or "scalar"
        what = f"array of {shape}" if array.ndim == 1 else f"{shape} array"
        joined = "and" if lines else "with"
        lines.append(f"{joined} {name + ' =' if name else 'the'} {what}")
        lines.append(_numbers_of(array))
    return "".join(f"\n{line}" for line in lines)


def _wanted(wanted: np.ndarray) -> str:
    """Say what was wanted: the numbers, of whatever type."""
    return describe(wanted, kind=False) if wanted.ndim else describe(wanted.item())


# ---------------------------------------------------------------------------------------
# Calling the learner's function
# ---------------------------------------------------------------------------------------


class Attempt:
    """A learner's function under its exercise's name.

    Parameters
    ----------
    name : str
        The exercise, as in the notebook.
    function : callable
        What the learner defined (or what stands for it when grading).
    numbers : bool
        Whether a failure shows the numbers of small inputs; not where nobody would work through them by hand.
    """

    def __init__(self, name: str, function: Callable[..., Any], *, numbers: bool = True):
        self.name = name
        self.function = function
        self.numbers = numbers

    def __call__(self, *args: Any, **kwargs: Any) -> Answer:
        """Call the function and keep what came back.

        Raises
        ------
        NotAttempted
            Where the stub is still in place.
        """
        words = [_argument(value) for value in args]
        words += [f"{key}={_argument(value)}" for key, value in kwargs.items()]
        called = f"{self.name}({', '.join(words)})"
        if not callable(self.function):
            raise CheckFailed(
                Failure(
                    "incorrect",
                    called=called,
                    got=f"{self.name} is {describe(self.function)}",
                    wanted=f"{self.name} to be a function",
                    cause=f"the name {self.name} was given to something else after its cell: "
                    "rename that, or put the function back.",
                    mistake="not-a-function",
                )
            )
        # The function gets copies: what it does to them must not reach the next case.
        given_args, given_kwargs = copy.deepcopy((args, kwargs))
        answer = Answer(
            called=called, arguments=(given_args, given_kwargs), before=(args, kwargs), numbers=self.numbers
        )
        try:
            answer.value = self.function(*given_args, **given_kwargs)
        except NotImplementedError:
            raise NotAttempted(
                Failure(
                    "not attempted",
                    called=called,
                    cause=f"a line `raise NotImplementedError` is still there in {self.name}: write your "
                    "answer in place of each such line, and run the cell.",
                )
            ) from None
        except Exception as error:
            answer.error = error
        return answer


_MISSING = object()

Likely = Mistake | Mapping[type[Exception], Mistake] | Callable[[Exception], Mistake | None] | None
"""What an error may mean: always one mistake, one for each type of error, or as a function says."""


class Answer:
    """What came back from one call, and what can be expected of it.

    Every expectation returns the answer, so that they chain, or raises `CheckFailed`.
    """

    def __init__(
        self, called: str, arguments: Any = ((), {}), before: Any = ((), {}), *, numbers: bool = True
    ):
        self.called = called
        self.arguments = arguments
        self.before = before
        self.numbers = numbers
        self.value: Any = _MISSING
        self.error: Exception | None = None

    # -- expectations -------------------------------------------------------------------

    def equals(
        self,
        wanted: Any,
        *,
        tolerance: float | None = None,
        mistakes: Sequence[tuple[Mistake, Any]] = (),
        otherwise: str = "",
        picture: str = "",
        raising: Likely = None,
        also: Sequence[Any] = (),
    ) -> Answer:
        """Expect these numbers, in whatever container.

        Parameters
        ----------
        wanted : array_like
            The expected numbers.
        tolerance : float, optional
            Largest accepted absolute error; by default `RELATIVE_TOLERANCE` of the largest
            expected magnitude (at least of 1).
        mistakes : sequence of (Mistake, array_like or callable)
            What each known mistake would have given here.  A callable is called without
            arguments, and only when the answer is wrong.
        otherwise : str
            The likely cause to name where no mistake is recognised; by default none is named.
        picture : str
            Title under which the result is shown to the learner beside the expected one.
        raising : Mistake, mapping of exception type to Mistake, or callable, optional
            The likely mistake where the call raised an error instead of answering.  A callable
            is given the error and returns the mistake, or None where it knows none.
        also : sequence of array_like
            Other answers that pass: what a mistake gives that another check judges already.
        """
        self._answered(raising)
        wanted = np.asarray(wanted)
        got = self._numbers(wanted)
        if tolerance is None:
            tolerance = RELATIVE_TOLERANCE * max(1.0, _magnitude(wanted))
        if picture and got.ndim == wanted.ndim:
            for watcher in _picture_watchers:
                watcher(Picture(picture, wanted, got, tolerance))
        difference = _difference(got, wanted, tolerance)
        if difference is None:
            return self
        for other in map(np.asarray, also):
            if _difference(self._numbers(other), other, tolerance) is None:
                return self
        mistake = self._recognise(got, mistakes, tolerance)
        raise self._failure(
            got=f"{describe(self.value)}\n{difference}"
            if got.shape == wanted.shape
            else describe(self.value),
            wanted=_wanted(wanted),
            cause=mistake.message if mistake else otherwise,
            mistake=mistake.name if mistake else None,
        )

    def is_array(self, *, kind: str = "", axes: int | None = None) -> Answer:
        """Expect a NumPy array, not a list, a matrix or a tensor.

        Parameters
        ----------
        kind : str
            "f" asks for floats.
        axes : int, optional
            How many axes it must have: `equals` lets (H, W, 1) pass for (H, W).
        """
        self._answered()
        if type(self.value) is not np.ndarray:
            raise self._failure(
                got=describe(self.value),
                wanted="a NumPy array",
                cause=f"the result is {_article(_told(self.value))}, not a NumPy array: "
                "make the output with np.zeros, or turn it into one with np.array.",
                mistake="wrong-container",
            )
        if axes is not None and self.value.ndim != axes:
            raise self._failure(
                got=describe(self.value),
                wanted=f"an array with {axes} axes",
                cause=f"the result has {self.value.ndim} axes where {axes} were asked for: look at its shape.",
                mistake="wrong-container",
            )
        if kind and self.value.dtype.kind != kind:
            raise self._failure(
                got=describe(self.value),
                wanted="an array of floats",
                cause=f"the result has the integer type {self.value.dtype}: fractions are lost and large "
                "values wrap. Compute in floats.",
                mistake="wrong-dtype",
            )
        return self

    def is_whole_number(self) -> Answer:
        """Expect an int (Python's or NumPy's), not a float that happens to be whole."""
        self._answered()
        if isinstance(self.value, bool) or not isinstance(self.value, (int, np.integer)):
            kind = _told(self.value)
            got = describe(self.value)
            fraction = isinstance(self.value, (float, np.floating))
            raise self._failure(
                got=got if kind in got else f"{got} ({kind})",
                wanted="a whole number (int)",
                cause="a size or a count is a whole number: divide with // to round down, else make an int."
                if fraction
                else f"the value is right, and it comes as {kind}: return a plain int, "
                "as // and + give it for ints.",
                mistake="not-whole",
            )
        return self

    def leaves_inputs(self) -> Answer:
        """Expect that the arguments are as they were before the call."""
        self._answered()
        if not _same(self.arguments, self.before):
            raise self._failure(
                got="an input array was changed by the call",
                wanted="inputs left as they were",
                cause="your function writes into an array that it was given: work on a copy "
                "(np.array makes one), or put the result into a new array.",
                mistake="input-modified",
            )
        return self

    def raises(self, kind: type[Exception], why: str, *, message: bool = True) -> Answer:
        """Expect an error of this kind, with a text that says why.

        Parameters
        ----------
        kind : type
            The exception that the exercise asks for.
        why : str
            What is wrong with these arguments, for the learner.
        message : bool
            Whether the error must carry a text.
        """
        if self.error is None:
            raise self._failure(
                got=describe(self.value),
                wanted=f"{kind.__name__}: {why}",
                cause=f"{why}: raise {kind.__name__} with a sentence that says so, before computing anything.",
                mistake="no-error",
            )
        if not isinstance(self.error, kind):
            raise self._failure(
                got=f"{type(self.error).__name__}: {self.error}",
                wanted=f"{kind.__name__}: {why}",
                cause=f"{why}: test for it first and raise {kind.__name__} yourself, instead of letting "
                "the computation break.",
                mistake="other-error",
            )
        if message and not str(self.error).strip():
            raise self._failure(
                got=f"{type(self.error).__name__} without a text",
                wanted=f"{kind.__name__} that says why",
                cause="give the error a sentence that says what is wrong.",
                mistake="silent-error",
            )
        return self

    def satisfies(
        self, condition: bool, *, wanted: str, cause: str, mistake: str | None = None, got: str | None = None
    ) -> Answer:
        """Expect a condition that a check worked out itself."""
        self._answered()
        if not condition:
            raise self._failure(
                got=describe(self.value) if got is None else got, wanted=wanted, cause=cause, mistake=mistake
            )
        return self

    def part(self, index: int, of: int) -> Answer:
        """Expect a tuple (or list) of `of` results and go on with the one at `index`."""
        self._answered()
        if not isinstance(self.value, (list, tuple)) or len(self.value) != of:
            raise self._failure(
                got=describe(self.value),
                wanted=f"{of} results in a tuple",
                cause=f"the function has to return {of} results, in the order that its docstring gives.",
                mistake="wrong-number-of-results",
            )
        answer = Answer(f"{self.called}[{index}]", self.arguments, self.before, numbers=self.numbers)
        answer.value = self.value[index]
        return answer

    # -- inside ---------------------------------------------------------------------------

    def _failure(self, **fields: Any) -> CheckFailed:
        return _failed(Failure(outcome="incorrect", called=self._call(), **fields))

    def _call(self) -> str:
        """The call in words, and its small inputs; `redacted` takes both away from hidden failures."""
        return self.called + (_inputs(self.before) if self.numbers else "")

    def _answered(self, likely: Likely = None) -> None:
        if self.error is None:
            return
        if isinstance(likely, Mapping):
            likely = next((m for kind, m in likely.items() if isinstance(self.error, kind)), None)
        elif callable(likely):
            likely = likely(self.error)
        if isinstance(self.error, (NameError, AttributeError, ImportError)):
            likely = None  # a slip of the pen, whatever the input was made to show
        trace = getattr(self.error, "remote_traceback", None)
        if trace is None:
            trace = _own_trace(self.error)
        raise AnswerRaised(
            Failure(
                "error",
                called=self._call(),
                got=f"{type(self.error).__name__}: {self.error}",
                wanted="an answer",
                # Without the error's text: learners' code could put a hidden check's values there.
                cause=f"your code raised {type(self.error).__name__} where it should have answered"
                + (f": {likely.message}" if likely else "."),
                mistake=likely.name if likely else None,
                trace=trace,
            )
        ) from None

    def _numbers(self, wanted: np.ndarray) -> np.ndarray:
        """The answer as an array of numbers; extra axes of length one are a matter of the container."""
        if self.value is None:
            raise self._failure(
                got="None",
                wanted=_wanted(wanted),
                cause="the function returned nothing: is there a `return` at its end?",
                mistake="returned-none",
            )
        try:
            got = np.asarray(self.value)
            if got.dtype.kind == "O":
                got = got.astype(float)
            usable = got.dtype.kind in "biufc"
        except (TypeError, ValueError, OverflowError):
            usable = False
        if not usable:
            raise self._failure(
                got=describe(self.value),
                wanted=_wanted(wanted),
                cause="the result is text: return the value itself, without quotes."
                if isinstance(self.value, str)
                else "the result is not made of numbers only, or its rows differ in length.",
                mistake="not-numbers",
            )
        if got.shape != wanted.shape and got.size == wanted.size and _squeezed(got) == _squeezed(wanted):
            got = got.reshape(wanted.shape)
        return got

    def _recognise(
        self, got: np.ndarray, mistakes: Sequence[tuple[Mistake, Any]], tolerance: float
    ) -> Mistake | None:
        for mistake, wrong in mistakes:
            wrong = np.asarray(wrong() if callable(wrong) else wrong)
            if _difference(got, wrong, tolerance) is None:
                return mistake
        return None


def _own_trace(error: BaseException) -> str:
    """The part of a traceback that runs through the learner's cells, not through this module."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename != __file__]
    return "".join(traceback.format_list(frames)).rstrip()


def _squeezed(array: np.ndarray) -> tuple[int, ...]:
    return tuple(n for n in array.shape if n != 1)


def _magnitude(array: np.ndarray) -> float:
    finite = np.abs(array[np.isfinite(array)]) if array.dtype.kind in "fc" else np.abs(array.astype(float))
    return float(finite.max()) if finite.size else 0.0


def _difference(got: np.ndarray, wanted: np.ndarray, tolerance: float) -> str | None:
    """None where the arrays agree, else one sentence that says how they differ."""
    if got.shape != wanted.shape:
        return f"the result has shape {got.shape}, not {wanted.shape}."
    if got.size == 0:
        return None
    truth = got.dtype.kind == wanted.dtype.kind == "b"
    # Unsigned differences wrap and bool has no minus: compare as floats.
    kind = complex if "c" in (got.dtype.kind, wanted.dtype.kind) else float
    got, wanted = got.astype(kind), wanted.astype(kind)
    with np.errstate(all="ignore"):
        wrong = ~((np.abs(got - wanted) <= tolerance) | (got == wanted) | (np.isnan(got) & np.isnan(wanted)))
    if not wrong.any():
        return None
    where = tuple(int(i) for i in np.argwhere(wrong)[0])
    if not where and truth:
        return f"{bool(got)} is not {bool(wanted)}."
    if not where:
        return f"{got.item():.6g} is not {wanted.item():.6g}."
    return (
        f"{int(wrong.sum())} of {wrong.size} values differ; the first at index "
        f"{where if len(where) > 1 else where[0]}: {got[where]:.6g} instead of {wanted[where]:.6g}."
    )


def _same(a: Any, b: Any) -> bool:
    """Whether two nests of arguments hold the same bytes."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    return type(a) is type(b) and bool(a == b)


# ---------------------------------------------------------------------------------------
# Running the cases of a check
# ---------------------------------------------------------------------------------------

_picture_watchers: list[Callable[[Picture], None]] = []


class watch_pictures:
    """Collect the pictures that checks compare while this context is open."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []

    def __enter__(self) -> list[Picture]:
        _picture_watchers.append(self.pictures.append)
        return self.pictures

    def __exit__(self, *_: Any) -> None:
        _picture_watchers.remove(self.pictures.append)


def run_cases(cases: Sequence[Callable[[], Any]]) -> tuple[int, Failure | None]:
    """Run every case; return how many passed and the first failure.

    A stub ends the run at once: there is nothing to learn from the other cases.
    """
    passed, first = 0, None
    for case in cases:
        try:
            case()
        except NotAttempted as error:
            return passed, error.failure
        except CheckFailed as error:
            first = first or error.failure
        else:
            passed += 1
    return passed, first


def public(title: str, *cases: Callable[[], Any], form: bool = False) -> None:
    """Run the public cases of a check and say how many passed.

    Parameters
    ----------
    title : str
        The exercise and the aspect, as the learner knows them.
    *cases : callables without arguments
        Each raises `CheckFailed` where the answer is not as expected.
    form : bool
        Whether they look at an answer's form only, so that nobody takes a tick for more.

    Raises
    ------
    CheckFailed
        With the first failure, after all cases have run.
    """
    passed, failure = run_cases(cases)
    if failure is None and form:
        print(f"✓ {title}: the form is right; whether the answer is, is checked when graded.")
        return
    if failure is None:
        print(f"✓ {title}: public checks passed ({passed} of {len(cases)}); hidden checks run when graded.")
        return
    if failure.outcome == "not attempted":
        raise _failed(failure, f"{title}: not attempted yet.")
    raise _failed(
        failure, f"✗ {title}: {passed} of {len(cases)} public checks passed. The first that did not:"
    )


def redacted(failure: Failure, situation: str) -> Failure:
    """What a learner may know of a hidden failure: the mistake's name, never a value."""
    if failure.outcome == "not attempted":
        return replace(failure, called="")
    cause = failure.cause if failure.mistake or failure.outcome == "error" else ""
    if not cause:
        cause = (
            "the numbers are not the expected ones in that situation; test your function on such an input."
        )
    return Failure(
        failure.outcome, called=situation, cause=cause, mistake=failure.mistake, trace=failure.trace
    )
