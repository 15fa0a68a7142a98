"""Where does a mutant differ from the solution?  A search over inputs, beginning with the checks' own.

Both are the course's code, so they run unconfined, in a process of their own that may hang or die.
What the checks pass to an exercise is recorded at some seeds; these inputs, and ever new changes of
them, go to the solution and to the mutant until the two answer differently.  The smallest input found
is kept, so that an author can follow it by hand.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import io
import json
import os
import queue
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["Observed", "Search", "Twin"]

CALL_SECONDS = 2.0
SEEDS = (0, 1)
START_SECONDS = 180
MOST_CALLS = 60
"""Recorded calls of one exercise that are kept, evenly chosen."""


@dataclass(frozen=True)
class Observed:
    """What the checks saw of an exercise's solution.

    Parameters
    ----------
    returns : str
        Name of the type that it returned first.
    arrays : list of str
        Names of parameters that were given arrays.
    calls : int
        How many calls were recorded.
    """

    returns: str
    arrays: list[str]
    calls: int


@dataclass(frozen=True)
class Twin:
    """What the search found of one mutant.

    Parameters
    ----------
    differs : bool
        Whether an input was found on which it answers otherwise.
    call, reference, mutant : str
        The input and both answers in words; empty where none was found.
    own : bool
        Whether a check passes just this input, and takes both answers.
    tried : int
        How many inputs were tried.
    """

    differs: bool
    call: str = ""
    reference: str = ""
    mutant: str = ""
    own: bool = False
    tried: int = 0


class Search:
    """The processes that search; use as a context.

    Parameters
    ----------
    setup : list of str
        Sources of the read-only cells and of the solutions, in the notebook's order.
    tests : dict of exercise to list of str
        Its test cells, with their hidden parts.
    root : Path
        The folder that holds ``course`` and ``autograder``.
    jobs : int
        How many processes search at a time.
    """

    def __init__(self, setup: list[str], tests: dict[str, list[str]], root: Path, jobs: int = 1):
        given = {"setup": setup, "tests": tests}
        self._searchers = [_Searcher(given, root) for _ in range(jobs)]

    def __enter__(self) -> Search:
        return self

    def __exit__(self, *_: object) -> None:
        for searcher in self._searchers:
            searcher.close()

    def observe(self) -> dict[str, Observed]:
        """What the checks passed and got, by exercise."""
        answer = self._searchers[0].ask({"do": "observe"}, START_SECONDS)
        return {name: Observed(**seen) for name, seen in (answer or {}).items()}

    def twins(self, wanted: list[tuple[str, str]], seconds: float) -> Iterator[tuple[int, Twin]]:
        """Look for inputs on which mutants differ, for so many seconds each.

        Parameters
        ----------
        wanted : list of (exercise, source)
            The mutants.
        seconds : float
            For each.

        Yields
        ------
        (int, Twin)
            Which mutant, and what was found; in the order in which the searches end.
        """
        free: queue.Queue[_Searcher] = queue.Queue()
        for searcher in self._searchers:
            free.put(searcher)

        def one(exercise: str, source: str) -> Twin:
            searcher = free.get()
            try:
                request = {"do": "twin", "exercise": exercise, "source": source, "seconds": seconds}
                answer = searcher.ask(request, START_SECONDS + 3 * seconds)
            finally:
                free.put(searcher)
            return Twin(**answer) if answer else Twin(False)

        with ThreadPoolExecutor(len(self._searchers)) as pool:
            waiting = {pool.submit(one, *mutant): at for at, mutant in enumerate(wanted)}
            for future in as_completed(waiting):
                yield waiting[future], future.result()


class _Searcher:
    """One process that searches, started when it is first asked, and anew where it dies."""

    def __init__(self, given: dict[str, Any], root: Path):
        self._given, self._root = given, root
        self._process: subprocess.Popen[str] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """The answer; None where none came in time."""
        if self._process is None:
            self._start()
        assert self._process and self._process.stdin and self._process.stdout
        timer = _Alarm(self._process, seconds)
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())
        except (OSError, ValueError):
            self.close()
            return None
        finally:
            timer.stop()

    def _start(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="search-")
        paths = os.pathsep.join([str(self._root), os.environ.get("PYTHONPATH", "")])
        environment = os.environ | {
            "PYTHONPATH": paths,
            "MPLBACKEND": "Agg",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
            "OMP_NUM_THREADS": "1",
            "PYTHONWARNINGS": "ignore",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from autograder.mutation import twins; twins.serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=environment,
            text=True,
            start_new_session=True,
        )
        assert self._process.stdin
        self._process.stdin.write(json.dumps(self._given) + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                stream.close()
        self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


class _Alarm:
    """Ends a process that does not answer."""

    def __init__(self, process: subprocess.Popen[str], seconds: float):
        self._timer = threading.Timer(seconds, process.kill)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        self._timer.cancel()


# ---------------------------------------------------------------------------------------
# Inside the process
# ---------------------------------------------------------------------------------------

Call = tuple[tuple[Any, ...], dict[str, Any]]


class TooLong(BaseException):
    """A call did not end in time."""


def serve() -> None:
    """Answer requests, a line of JSON each, until the other side is gone."""
    # What the course's code prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.stdout = open(os.devnull, "w")
    given = json.loads(sys.stdin.readline())
    server = _Server(given["setup"], given["tests"])
    for line in sys.stdin:
        request = json.loads(line)
        answers.write(json.dumps(server.answer(request)) + "\n")
        answers.flush()


class _Server:
    def __init__(self, setup: list[str], tests: dict[str, list[str]]):
        self.setup, self.tests = setup, tests
        self.space: dict[str, Any] = {"__name__": "notebook"}
        for source in setup:
            exec(compile(source, "<notebook>", "exec"), self.space)
        self.calls: dict[str, list[Call]] = {}
        self.observed: dict[str, Observed] = {}

    def answer(self, request: dict[str, Any]) -> Any:
        if request["do"] == "observe":
            for exercise in self.tests:
                self._observe(exercise)
            return {name: asdict(seen) for name, seen in self.observed.items()}
        exercise = request["exercise"]
        if exercise not in self.observed:
            self._observe(exercise)
        return asdict(self._twin(exercise, request["source"], request["seconds"]))

    def _observe(self, exercise: str) -> None:
        """Run an exercise's checks on its solution, and keep what they passed to it."""
        function = self.space[exercise]
        calls: list[Call] = []
        returned: list[Any] = []

        def recorder(*args: Any, **kwargs: Any) -> Any:
            with contextlib.suppress(Exception):
                calls.append(copy.deepcopy((args, kwargs)))
            value = function(*args, **kwargs)
            if not returned:
                returned.append(type(value).__name__)
            return value

        begun = time.monotonic()
        for seed in SEEDS:
            os.environ["AUTOGRADER_SEED"] = str(seed)
            for source in self.tests[exercise]:
                with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
                    exec(compile(source, "<check>", "exec"), self.space | {exercise: recorder})
            if time.monotonic() - begun > 2:
                break
        step = max(1, len(calls) // MOST_CALLS)
        # The same input many times over (a check of speed, of being left alone) is one input.
        self.calls[exercise] = calls[::step]
        arrays: dict[str, None] = {}
        for args, kwargs in calls:
            with contextlib.suppress(TypeError, ValueError):
                bound = inspect.signature(function).bind(*args, **kwargs).arguments
                arrays |= {name: None for name, value in bound.items() if isinstance(value, np.ndarray)}
        kind = returned[0] if returned else ""
        self.observed[exercise] = Observed(kind, list(arrays), len(calls))

    def _twin(self, exercise: str, source: str, seconds: float) -> Twin:
        """The search itself."""
        reference = self.space[exercise]
        space = dict(self.space)
        try:
            exec(compile(source, "<mutant>", "exec"), space)
        except Exception as error:
            return Twin(True, "the cell itself", "defines the function", _raised(error), False, 0)
        mutant = space[exercise]
        chance = random.Random(f"{exercise} {source}")
        deadline = time.monotonic() + seconds
        found: tuple[float, Twin] | None = None
        tried = 0
        for call, own in self._inputs(exercise, chance):
            if time.monotonic() > deadline or (found and tried > 4000):
                break
            tried += 1
            right = _outcome(reference, call)
            if right is None or (isinstance(right[0], Exception) and not own) or not _finite(right[0]):
                continue
            wrong = _outcome(mutant, call)
            if wrong is None:
                words = f"did not end within {CALL_SECONDS:g} s"
            elif _same(right, wrong):
                continue
            else:
                words = _answer(wrong, right)
            # Two answers tell more than an answer and an error.
            size = _size(call) + 3 * (wrong is None or isinstance(wrong[0], Exception))
            if found is None or size < found[0]:
                twin = Twin(True, _call(exercise, call), _answer(right, wrong), words, own)
                found = (size, twin)
                # A small one is enough, a smaller one is welcome.
                deadline = min(deadline, time.monotonic() + max(0.3, seconds / 8))
        if found is None:
            return Twin(False, tried=tried)
        return Twin(**(asdict(found[1]) | {"tried": tried}))

    def _inputs(self, exercise: str, chance: random.Random) -> Iterator[tuple[Call, bool]]:
        """The recorded calls, then changes of them without end."""
        calls = self.calls[exercise]
        for call in calls:
            yield call, True
        seen = _seen(self.space[exercise], calls)
        if not calls:
            return
        while True:
            call = copy.deepcopy(chance.choice(calls))
            for _ in range(chance.randint(1, 3)):
                call = _changed(call, chance, self.space[exercise], seen)
            yield call, False


def _outcome(function: Callable[..., Any], call: Call) -> tuple[Any, Call] | None:
    """What a call brings (an exception is a value), and its arguments afterwards; None where it takes too long."""
    args, kwargs = copy.deepcopy(call)
    keras = sys.modules.get("keras")
    np.random.seed(0)
    random.seed(0)
    if keras is not None:
        keras.utils.set_random_seed(0)

    def late(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, CALL_SECONDS * (5 if keras else 1))
    try:
        with np.errstate(all="ignore"):
            value = function(*args, **kwargs)
    except TooLong:
        return None
    except Exception as error:
        value = error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return value, (args, kwargs)


# -- comparing -----------------------------------------------------------------------------


def _same(right: tuple[Any, Call], wrong: tuple[Any, Call]) -> bool:
    try:
        return _equal(right[0], wrong[0]) and _equal(right[1], wrong[1])
    except Exception:
        return False


def _equal(a: Any, b: Any) -> bool:
    if isinstance(a, Exception) or isinstance(b, Exception):
        return type(a) is type(b) and bool(str(a)) == bool(str(b))
    if _is_model(a) or _is_model(b):
        return _is_model(a) and _is_model(b) and _model_words(a) == _model_words(b)
    if _is_dataset(a) or _is_dataset(b):
        return _is_dataset(a) and _is_dataset(b) and _equal(_elements(a), _elements(b))
    if hasattr(a, "numpy") and hasattr(b, "numpy"):
        return _equal(np.asarray(a), np.asarray(b))
    if _is_number(a) and _is_number(b):
        return _kind(a) == _kind(b) and _close(np.asarray(a), np.asarray(b))
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and _kind(a) == _kind(b) and _close(a, b)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(_equal, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(_equal(a[key], b[key]) for key in a)
    if hasattr(a, "equals"):
        return bool(a.equals(b))
    return bool(a == b)


def _is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, np.number, np.bool_))


def _kind(value: Any) -> str:
    kind = np.asarray(value).dtype.kind
    return "i" if kind == "u" else kind


def _close(a: np.ndarray, b: np.ndarray) -> bool:
    if a.dtype.kind in "OUSb":
        return bool(np.array_equal(a, b))
    a, b = a.astype(complex), b.astype(complex)
    finite = np.abs(a[np.isfinite(a)])
    room = 1e-6 * max(1.0, float(finite.max()) if finite.size else 0.0)
    with np.errstate(all="ignore"):
        return bool(np.all((np.abs(a - b) <= room) | (a == b) | (np.isnan(a) & np.isnan(b))))


def _finite(value: Any) -> bool:
    """Whether an answer says something: an input that gives nothing but NaN teaches nothing."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "fc":
        return value.size > 0 and bool(np.isfinite(value).any())
    if isinstance(value, (float, np.floating)):
        return bool(np.isfinite(value))
    return True


def _is_model(value: Any) -> bool:
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, (keras.Model, keras.layers.Layer))


def _is_dataset(value: Any) -> bool:
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and isinstance(value, tensorflow.data.Dataset)


def _elements(dataset: Any) -> list[Any]:
    return [
        [np.asarray(part) for part in (element if isinstance(element, tuple) else (element,))]
        for element, _ in zip(dataset, range(3), strict=False)
    ]


def _model_words(model: Any) -> list[str]:
    """A model line by line: layers with their options, how it is compiled, what it answers."""
    lines = [str(tuple(model.input_shape)) if hasattr(model, "input_shape") else ""]
    for layer in getattr(model, "layers", [model]):
        config = {k: v for k, v in layer.get_config().items() if k not in ("name", "dtype", "layers")}
        lines.append(f"{type(layer).__name__} {json.dumps(config, default=str, sort_keys=True)}")
        lines.append(f"  weights {[tuple(w.shape) for w in layer.weights]} trainable {layer.trainable}")
    if getattr(model, "compiled", False):
        optimizer = model.optimizer
        config = {k: v for k, v in optimizer.get_config().items() if k != "name"}
        lines.append(
            f"optimizer {type(optimizer).__name__} {json.dumps(config, default=str, sort_keys=True)}"
        )
        loss = model.loss
        loss = loss if isinstance(loss, str) else json.dumps(getattr(loss, "get_config", dict)(), default=str)
        lines.append(f"loss {loss}")
        lines.append(
            f"metrics {getattr(model, '_compile_metrics', None) and model._compile_metrics._user_metrics}"
        )
    else:
        lines.append("not compiled")
    with contextlib.suppress(Exception):
        shape = [side or 8 for side in model.input_shape[1:]]
        for number, weight in enumerate(model.weights):
            generator = np.random.default_rng(number)
            weight.assign(generator.normal(0, 0.3, weight.shape) ** (2 if "variance" in weight.path else 1))
        images = np.random.default_rng(0).normal(size=(2, *shape))
        answer = np.asarray(model(images, training=False))
        lines.append(f"answers {answer.shape} {np.round(answer.ravel()[:8].astype(float), 4).tolist()}")
    return lines


# -- saying --------------------------------------------------------------------------------


def _raised(error: Exception) -> str:
    return f"raises {type(error).__name__}: {str(error)[:200]}"


def _answer(outcome: tuple[Any, Call] | None, other: tuple[Any, Call] | None) -> str:
    if outcome is None:
        return ""
    value, (args, kwargs) = outcome
    if isinstance(value, Exception):
        return _raised(value)
    if _is_model(value) and other is not None and _is_model(other[0]):
        mine, theirs = _model_words(value), set(_model_words(other[0]))
        return "a model with\n" + "\n".join([line for line in mine if line not in theirs][:6])
    words = _words(value)
    if other is not None and not isinstance(other[0], Exception) and not _equal(other[1], (args, kwargs)):
        words += _afterwards((args, kwargs), other[1])
    return words


def _afterwards(call: Call, other: Call) -> str:
    """Which arguments are not the same after both calls, and what they are after this one."""
    said = []
    mine, theirs = ([*enumerate(c[0]), *c[1].items()] for c in (call, other))
    for (name, value), (_, another) in zip(mine, theirs, strict=False):
        if not _equal(value, another):
            said.append(f"\nargument {name} is afterwards {_words(value)}")
    return "".join(said)


def _words(value: Any) -> str:
    from course.checking import describe

    if _is_dataset(value):
        return f"a dataset that begins {[[describe(part) for part in e] for e in _elements(value)[:1]]}"
    if _is_model(value):
        return f"a model of {len(getattr(value, 'layers', [value]))} layers"
    if isinstance(value, (tuple, list)) and any(isinstance(part, np.ndarray) for part in value):
        return "\n".join(f"[{n}] {describe(part)}" for n, part in enumerate(value))
    try:
        words = describe(value)
    except Exception:
        words = repr(value)
    return words[:1500]


def _call(exercise: str, call: Call) -> str:
    args, kwargs = call
    lines = [f"{exercise}({', '.join(_argument(a) for a in args)}"]
    lines[0] += (
        ", " * bool(args and kwargs) + ", ".join(f"{k}={_argument(v)}" for k, v in kwargs.items()) + ")"
    )
    for name, value in [*enumerate(args), *kwargs.items()]:
        if isinstance(value, np.ndarray) and value.ndim:
            lines.append(f"argument {name}: {_words(value)}")
    return "\n".join(lines)


def _argument(value: Any) -> str:
    if isinstance(value, np.ndarray) and value.ndim:
        return f"<{'×'.join(map(str, value.shape))} {value.dtype} array>"
    words = f"<{_words(value)}>" if _is_model(value) or _is_dataset(value) else repr(value)
    return words if len(words) <= 120 else f"{words[:117]}…"


def _size(value: Any) -> float:
    """How much there is to read in an input."""
    if isinstance(value, np.ndarray):
        whole = value.dtype.kind in "iub" or bool(np.all(value == np.round(value)))
        large = value.size and value.dtype.kind in "iuf" and np.abs(value.astype(float)).max() > 99
        return value.size * (1 if whole else 1.5) * (2 if large else 1) + 1
    if isinstance(value, dict):
        return sum(map(_size, value.values())) + len(value)
    if isinstance(value, (list, tuple)):
        return sum(map(_size, value)) + 0.5
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return 1 + abs(value) / 100 if np.isfinite(value) else 2
    return 1


# -- changing ------------------------------------------------------------------------------


def _seen(function: Any, calls: list[Call]) -> dict[str, list[Any]]:
    """The values that each parameter had."""
    seen: dict[str, list[Any]] = {}
    for args, kwargs in calls:
        with contextlib.suppress(TypeError, ValueError):
            for name, value in inspect.signature(function).bind(*args, **kwargs).arguments.items():
                seen.setdefault(name, []).append(value)
    return seen


def _changed(call: Call, chance: random.Random, function: Any, seen: dict[str, list[Any]]) -> Call:
    """The call with one argument changed, dropped, taken from another call, or added."""
    args, kwargs = list(call[0]), dict(call[1])
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        parameters = {}
    absent = [
        name
        for at, (name, p) in enumerate(parameters.items())
        if p.default is not p.empty and at >= len(args) and name not in kwargs
    ]
    what = chance.random()
    if absent and what < 0.2:
        name = chance.choice(absent)
        kwargs[name] = chance.choice(seen.get(name) or [_guess(parameters[name].default, chance)])
        return tuple(args), kwargs
    if kwargs and what < 0.3:
        droppable = [k for k in kwargs if k in parameters and parameters[k].default is not inspect._empty]
        if droppable:
            del kwargs[chance.choice(droppable)]
        return tuple(args), kwargs
    places: list[Any] = [*range(len(args)), *kwargs]
    if not places:
        return tuple(args), kwargs
    place = chance.choice(places)
    holder: Any = args if isinstance(place, int) else kwargs
    others = seen.get(
        list(parameters)[place] if isinstance(place, int) and place < len(parameters) else place
    )
    if others and chance.random() < 0.15:
        holder[place] = copy.deepcopy(chance.choice(others))
    else:
        holder[place] = _other(holder[place], chance)
    return tuple(args), kwargs


def _guess(default: Any, chance: random.Random) -> Any:
    if default is None:
        return chance.choice([1, 2, 3, (1, 2), (2, 1), (2, 3)])
    if isinstance(default, int) and not isinstance(default, bool):
        return default + chance.choice([1, 2, 3])
    return _other(default, chance)


def _other(value: Any, chance: random.Random) -> Any:
    """A value of the same kind, not far off."""
    if isinstance(value, np.ndarray):
        return _other_array(value, chance)
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, np.integer)):
        return max(0, int(value) + chance.choice([-2, -1, 1, 2, 3])) if value >= 0 else int(value) - 1
    if isinstance(value, (float, np.floating)):
        return float(chance.choice([value * 0.5, value * 2, value + 1, 0.0, -value, round(value)]))
    if isinstance(value, (list, tuple)) and len(value):
        items = list(value)
        at = chance.randrange(len(items))
        what = chance.random()
        if what < 0.6:
            items[at] = _other(items[at], chance)
        elif what < 0.75:
            items.reverse()
        elif what < 0.9 and len(items) > 1 and isinstance(value, list):
            del items[at]
        elif isinstance(value, list):
            items.insert(at, copy.deepcopy(items[at]))
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict) and value:
        key = chance.choice(list(value))
        return value | {key: _other(value[key], chance)}
    return value


def _other_array(array: np.ndarray, chance: random.Random) -> np.ndarray:
    generator = np.random.default_rng(chance.getrandbits(32))
    what = chance.random()
    if array.ndim and what < 0.55:
        axis = chance.randrange(array.ndim)
        side = array.shape[axis]
        if what < 0.35 and side > 1:
            keep = chance.choice([side - 1, max(1, side // 2), chance.randint(1, side)])
            begin = chance.randint(0, side - keep)
            return np.take(array, range(begin, begin + keep), axis=axis)
        extra = np.take(array, [chance.randrange(side)] if side else [], axis=axis)
        return np.concatenate([array, extra], axis=axis)
    if array.dtype.kind in "iu":
        low, high = (int(array.min()), int(array.max())) if array.size else (0, 1)
        choices = [
            generator.integers(low, high + 1, array.shape),
            generator.integers(low, min(high, low + 2) + 1, array.shape),
            np.flip(array, axis=tuple(range(array.ndim))),
        ]
        return chance.choice(choices).astype(array.dtype)
    if array.dtype.kind == "f":
        choices = [
            generator.integers(-9, 10, array.shape).astype(float),
            generator.integers(0, 3, array.shape).astype(float),
            generator.normal(size=array.shape),
            -np.abs(array),
            np.abs(array),
            np.round(array),
            np.zeros(array.shape),
            np.full(array.shape, float(chance.randint(-3, 3))),
            array * 1000,
        ]
        return chance.choice(choices)
    if array.dtype.kind == "b":
        return generator.random(array.shape) < 0.5
    return array
