"""Hidden checks of 02_pooling: drawn inputs, an oracle an exercise, a model of each known mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy.signal import correlate

from autograder.checks import draws, hidden
from course.checking import Answer, Attempt, Mistake
from course.checks import pooling as public
from course.checks.pooling import exact_array, two_numbers, whole_shapes

Pair = tuple[int, int]
Wrongs = Iterator[tuple[Mistake, Callable[[], Any]]]

WHOLE_MEANS = 144
"""Multiples of it have whole means over all windows drawn here: lost fractions cost one check only."""


# ---------------------------------------------------------------------------------------
# Pooling: the oracle, and what each known mistake makes of it
# ---------------------------------------------------------------------------------------


def pooled(
    image: np.ndarray, size: Any, strides: Any = None, reduce: Callable[..., Any] = np.max
) -> np.ndarray:
    """Pool an image (H, W) by looking at all its windows at once; `reduce` takes an axis."""
    size = two_numbers(size)
    strides = size if strides is None else two_numbers(strides)
    windows = sliding_window_view(np.asarray(image), size)[:: strides[0], :: strides[1]]
    return reduce(windows, axis=(2, 3))


def pooled_as_it_comes(
    image: np.ndarray, size: Pair, starts: Pair, shape: Pair, reduce: Callable[..., Any] = np.max
) -> np.ndarray:
    """Pool into an output of any shape; windows that leave the image are cut, and empty ones give 0."""
    output = np.zeros(shape)
    for row, column in np.ndindex(*shape):
        top, left = row * starts[0], column * starts[1]
        window = image[top : top + size[0], left : left + size[1]]
        output[row, column] = reduce(window) if window.size else 0
    return output


def pooling_mistakes(
    image: np.ndarray, size: Any, strides: Any = None, reduce: Callable[..., Any] = np.max
) -> Wrongs:
    """What each mistake that max and average pooling share would have given."""
    given, (pool, steps) = (
        (size, strides),
        (two_numbers(size), two_numbers(size if strides is None else strides)),
    )
    sides, right = image.shape, pooled(image, size, strides, reduce).shape
    up = tuple(-(-(n - k) // s) + 1 for n, k, s in zip(sides, pool, steps, strict=True))
    ranged = tuple(-(-n // s) for n, s in zip(sides, steps, strict=True))
    divided = tuple(n // s for n, s in zip(sides, steps, strict=True))
    from_pool = tuple((n - k) // k + 1 for n, k in zip(sides, pool, strict=True))

    def cut(starts: Pair, shape: Pair, window: Pair = pool) -> Callable[[], Any]:
        return lambda: pooled_as_it_comes(image, window, starts, shape, reduce)

    yield public.ROUNDED_UP, cut(steps, up)
    if reduce is np.mean:
        yield public.ROUNDED_UP, lambda: cut_means_over_whole_windows(image, pool, steps, up)
    if given[1] is None:
        yield public.DEFAULT_STRIDE_ONE, lambda: pooled(image, pool, 1, reduce)
        yield public.DEFAULT_STRIDE_FIXED, lambda: pooled(image, pool, 2, reduce)
        if pool[0] != pool[1]:
            for i in (0, 1):
                yield public.DEFAULT_ONE_SIDE, lambda i=i: pooled(image, pool, pool[i], reduce)
    else:
        yield public.STRIDE_FROM_POOL, lambda: pooled(image, pool, pool, reduce)
    yield public.STRIDE_NOT_IN_SIZE, cut(steps, from_pool)
    yield public.STRIDE_NOT_IN_WINDOW, cut(pool, right)
    yield public.STRIDE_NOT_IN_WINDOW, cut((1, 1), right)
    yield public.WINDOW_CUT, cut(steps, ranged)
    yield public.WINDOW_CUT, cut(steps, divided)
    yield public.LAST_WINDOW_MISSING, lambda: pooled(image, size, strides, reduce)[:-1, :-1]
    if sides[0] != sides[1]:
        yield public.SQUARE_IMAGE, cut(steps, (right[0], right[0]))
        yield public.SQUARE_IMAGE, cut(steps, (right[1], right[1]))
        yield public.SQUARE_IMAGE, cut(steps, right[::-1])
    if pool[0] != pool[1] or steps[0] != steps[1]:
        yield public.PAIR_SWAPPED, lambda: pooled(image, pool[::-1], steps[::-1], reduce)
        yield public.PAIR_SWAPPED, lambda: pooled(image, pool, steps[::-1], reduce)
        yield public.PAIR_SWAPPED, lambda: pooled(image, pool[::-1], steps, reduce)
        for i in (0, 1):
            yield public.ONE_OF_THE_PAIR, lambda i=i: pooled(image, pool[i], steps[i], reduce)
            yield public.ONE_OF_THE_PAIR, lambda i=i: pooled(image, pool, steps[i], reduce)


def maximum_mistakes(image: np.ndarray, size: Any, strides: Any = None) -> Wrongs:
    """What each mistake in max pooling would have given."""
    yield from pooling_mistakes(image, size, strides)
    yield public.MEAN_NOT_MAX, lambda: pooled(image, size, strides, np.mean)
    yield public.MINIMUM_NOT_MAX, lambda: pooled(image, size, strides, np.min)
    yield public.STARTED_TOO_HIGH, lambda: np.maximum(pooled(image, size, strides), 0)
    yield public.FRACTIONS_LOST, lambda: np.trunc(pooled(image, size, strides))
    yield public.FRACTIONS_LOST, lambda: np.floor(pooled(image, size, strides))


def cut_means_over_whole_windows(image: np.ndarray, pool: Pair, steps: Pair, shape: Pair) -> np.ndarray:
    """Averages in which windows at the edge are cut, but divided as if they were whole."""
    return pooled_as_it_comes(image, pool, steps, shape, np.sum) / (pool[0] * pool[1])


def average_mistakes(image: np.ndarray, size: Any, strides: Any = None) -> Wrongs:
    """What each mistake in average pooling would have given."""
    high, wide = two_numbers(size)
    yield from pooling_mistakes(image, size, strides, np.mean)
    yield public.MAX_NOT_MEAN, lambda: pooled(image, size, strides)
    yield public.SUM_NOT_MEAN, lambda: pooled(image, size, strides, np.sum)
    for wrong in (4, high, wide, high**2, wide**2, high + wide):
        yield public.DIVIDED_BY_OTHER, lambda wrong=wrong: pooled(image, size, strides, np.sum) / wrong
    for lose in (np.trunc, np.floor, np.round):
        yield public.FRACTIONS_LOST, lambda lose=lose: lose(pooled(image, size, strides, np.mean))
    if image.dtype == np.uint8:
        wrapped = pooled(image.astype(int), size, strides, np.sum) % 256
        yield public.BYTES_OVERFLOW, lambda: wrapped / (high * wide)
        yield public.BYTES_OVERFLOW, lambda: wrapped // (high * wide)


def _pool_case(
    attempt: Attempt,
    image: np.ndarray,
    average: bool = False,
    raising: Any = None,
    **options: Any,
) -> Answer:
    """Call a pooling function and expect the oracle's numbers; `options` go by keyword."""
    size, strides = options.get("pool_size", 2), options.get("strides")
    wrongs = average_mistakes if average else maximum_mistakes
    wanted = pooled(image, size, strides, np.mean if average else np.max)
    answer = attempt(image.copy(), **options)
    mistakes = list(wrongs(image, size, strides))
    if not average:
        # A start such as -999 leaves its mark on every window that lies below it.
        mistakes.append(
            (public.STARTED_TOO_HIGH, lambda: np.maximum(wanted, np.min(np.asarray(answer.value, float))))
        )
    return answer.equals(wanted, mistakes=mistakes, raising=raising)


def _pool_cases(
    attempt: Attempt, cases: Sequence[tuple[np.ndarray, dict[str, Any]]], **how: Any
) -> list[Callable[[], Any]]:
    return [
        lambda image=image, options=options: _pool_case(attempt, image, **how, **options)
        for image, options in cases
    ]


def _whole(random: np.random.Generator, *shape: int) -> np.ndarray:
    """Positive whole numbers as floats, for checks that are not about fractions or signs."""
    return random.integers(1, 100, shape).astype(float)


# ---------------------------------------------------------------------------------------
# maxPooling2D
# ---------------------------------------------------------------------------------------


def maxPooling2D(maxPooling2D: Callable[..., Any]) -> None:
    """Square images that the windows tile; the only check whose numbers have fractions."""
    random = draws("maxPooling2D")
    attempt = Attempt("maxPooling2D", maxPooling2D)
    cases = [
        (random.uniform(1, 90, (side, side)), {"pool_size": pool, "strides": pool})
        for side, pool in ((8, 2), (9, 3), (12, 4))
    ]
    hidden("maxPooling2D, the values", "square images that the windows tile", *_pool_cases(attempt, cases))


def maxPooling2D_defaults(maxPooling2D: Callable[..., Any]) -> None:
    """The strides left out, or given as None."""
    random = draws("maxPooling2D_defaults")
    attempt = Attempt("maxPooling2D", maxPooling2D)
    cases = [
        (_whole(random, 10, 10), {}),
        (_whole(random, 12, 12), {"pool_size": 3}),
        (_whole(random, 12, 12), {"pool_size": 4, "strides": None}),
    ]
    hidden(
        "maxPooling2D, no strides given",
        "strides left out, or given as None",
        *_pool_cases(attempt, cases, raising=public.NONE_NOT_HANDLED),
    )


def maxPooling2D_strides(maxPooling2D: Callable[..., Any]) -> None:
    """Windows that overlap, and windows with gaps between them."""
    random = draws("maxPooling2D_strides")
    attempt = Attempt("maxPooling2D", maxPooling2D)
    cases = [
        (_whole(random, side, side), {"pool_size": pool, "strides": stride})
        for side, pool, stride in ((11, 3, 2), (9, 2, 1), (14, 2, 3), (13, 5, 4))
    ]
    hidden(
        "maxPooling2D, strides",
        "strides smaller or larger than the window",
        *_pool_cases(attempt, cases, raising=public.OUTSIDE),
    )


def maxPooling2D_edges(maxPooling2D: Callable[..., Any]) -> None:
    """Sides that the windows do not cover."""
    random = draws("maxPooling2D_edges")
    attempt = Attempt("maxPooling2D", maxPooling2D)
    cases = [
        (_whole(random, side, side), {"pool_size": pool, "strides": pool})
        for side, pool in ((11, 2), (11, 3), (14, 4))
    ]
    hidden(
        "maxPooling2D, sizes that do not divide",
        "sizes that the windows do not divide",
        *_pool_cases(attempt, cases, raising=public.OUTSIDE),
    )


def maxPooling2D_negative(maxPooling2D: Callable[..., Any]) -> None:
    """Windows in which every value is negative, some of them very much so."""
    random = draws("maxPooling2D_negative")
    attempt = Attempt("maxPooling2D", maxPooling2D)
    cases = [
        (-_whole(random, 8, 8), {"pool_size": 2, "strides": 2}),
        (random.integers(-99, 20, (12, 12)).astype(float), {"pool_size": 3, "strides": 3}),
        (-1e5 * _whole(random, 8, 8), {"pool_size": 2, "strides": 2}),
    ]
    hidden(
        "maxPooling2D, negative values",
        "windows in which every value is negative",
        *_pool_cases(attempt, cases),
    )


def maxPooling2D_shapes(maxPooling2D: Callable[..., Any]) -> None:
    """Images that are not square."""
    random = draws("maxPooling2D_shapes")
    attempt = Attempt("maxPooling2D", maxPooling2D)
    cases = [
        (_whole(random, height, width), {"pool_size": pool, "strides": pool})
        for height, width, pool in ((6, 14, 2), (15, 9, 3), (8, 20, 4))
    ]
    hidden(
        "maxPooling2D, images that are not square",
        "images that are not square",
        *_pool_cases(attempt, cases, raising=public.SQUARE_IMAGE),
    )


def maxPooling2D_pairs(maxPooling2D: Callable[..., Any]) -> None:
    """Windows and strides as pairs, one of the two, or both."""
    random = draws("maxPooling2D_pairs")
    attempt = Attempt("maxPooling2D", maxPooling2D)
    cases = [
        (_whole(random, 12, 12), {"pool_size": pool, "strides": strides})
        for pool, strides in (((2, 3), (2, 3)), ((4, 3), (4, 3)), (2, (2, 2)), ((3, 3), 3))
    ]
    hidden(
        "maxPooling2D, pairs",
        "a pool size or strides given as a pair",
        *_pool_cases(attempt, cases, raising=public.PAIR_NOT_HANDLED),
    )


def maxPooling2D_new_array(maxPooling2D: Callable[..., Any]) -> None:
    """An array out, and the image left as it was."""
    random = draws("maxPooling2D_new_array")
    attempt = Attempt("maxPooling2D", maxPooling2D)
    image = _whole(random, 10, 10)
    options = {"pool_size": 2, "strides": 2}
    hidden(
        "maxPooling2D, an array out",
        "a plain square image",
        lambda: exact_array(_pool_case(attempt, image, **options), (5, 5)),
        lambda: _pool_case(attempt, image, **options).leaves_inputs(),
    )


def maxPooling2D_together(maxPooling2D: Callable[..., Any]) -> None:
    """Everything at once, and whole-number types too."""
    random = draws("maxPooling2D_together")
    attempt = Attempt("maxPooling2D", maxPooling2D)
    cases = [
        (random.normal(-20, 10, (18, 24)), {"pool_size": (3, 2), "strides": (2, 4)}),
        (random.integers(-90, -5, (13, 21)), {"pool_size": 4, "strides": 3}),
        (random.integers(0, 256, (11, 18), dtype=np.uint8), {"pool_size": (3, 4), "strides": None}),
        (random.normal(-20, 10, (14, 9)), {"pool_size": (2, 5), "strides": 3}),
    ]
    hidden(
        "maxPooling2D, everything together",
        "images of floats or whole numbers, not square, negative in places, with sizes that do not divide, "
        "and windows given as pairs, with strides or without",
        *_pool_cases(attempt, cases, raising=public.OUTSIDE),
    )


# ---------------------------------------------------------------------------------------
# averagePooling2D
# ---------------------------------------------------------------------------------------


def averagePooling2D(averagePooling2D: Callable[..., Any]) -> None:
    """Square images that the windows tile; every mean is whole."""
    random = draws("averagePooling2D")
    attempt = Attempt("averagePooling2D", averagePooling2D)
    cases = [
        (WHOLE_MEANS * _whole(random, side, side), {"pool_size": pool, "strides": pool})
        for side, pool in ((8, 2), (12, 3))
    ]
    hidden(
        "averagePooling2D, the values",
        "square images that the windows tile",
        *_pool_cases(attempt, cases, average=True),
    )


def averagePooling2D_integers(averagePooling2D: Callable[..., Any]) -> None:
    """Bytes and wider whole numbers, whose means have fractions."""
    random = draws("averagePooling2D_integers")
    attempt = Attempt("averagePooling2D", averagePooling2D)
    cases = [
        (random.integers(0, 100, (8, 8)), {"pool_size": 2, "strides": 2}),
        (random.integers(100, 256, (12, 12), dtype=np.uint8), {"pool_size": 3, "strides": 3}),
        (random.uniform(0, 9, (8, 8)), {"pool_size": 2, "strides": 2}),
    ]
    hidden(
        "averagePooling2D, whole numbers in, fractions out",
        "images of bytes or other whole numbers, whose means are fractions",
        *_pool_cases(attempt, cases, average=True),
    )


def averagePooling2D_windows(averagePooling2D: Callable[..., Any]) -> None:
    """Overlapping windows, pairs, None, images that are not square."""
    random = draws("averagePooling2D_windows")
    attempt = Attempt("averagePooling2D", averagePooling2D)
    cases = [
        (WHOLE_MEANS * _whole(random, *shape), options)
        for shape, options in (
            ((11, 11), {"pool_size": 3, "strides": 2}),
            ((7, 9), {"pool_size": 2, "strides": 1}),
            ((13, 10), {"pool_size": (3, 2), "strides": (2, 4)}),
            ((9, 16), {"pool_size": (3, 4)}),
        )
    ]
    hidden(
        "averagePooling2D, strides, pairs and shapes",
        "windows that overlap, pairs, strides that are left out, and images that are not square",
        *_pool_cases(attempt, cases, average=True),
    )


def averagePooling2D_edges(averagePooling2D: Callable[..., Any]) -> None:
    """Sides that the windows do not cover."""
    random = draws("averagePooling2D_edges")
    attempt = Attempt("averagePooling2D", averagePooling2D)
    cases = [
        (WHOLE_MEANS * _whole(random, side, side), {"pool_size": pool, "strides": pool})
        for side, pool in ((11, 2), (11, 3), (14, 4))
    ]
    hidden(
        "averagePooling2D, sizes that do not divide",
        "sizes that the windows do not divide",
        *_pool_cases(attempt, cases, average=True),
    )


def averagePooling2D_new_array(averagePooling2D: Callable[..., Any]) -> None:
    """An array out, and the image left as it was."""
    random = draws("averagePooling2D_new_array")
    attempt = Attempt("averagePooling2D", averagePooling2D)
    image = WHOLE_MEANS * _whole(random, 8, 8)
    options = {"pool_size": 2, "strides": 2}
    hidden(
        "averagePooling2D, an array out",
        "a plain square image",
        lambda: exact_array(_pool_case(attempt, image, average=True, **options), (4, 4)),
        lambda: _pool_case(attempt, image, average=True, **options).leaves_inputs(),
    )


# ---------------------------------------------------------------------------------------
# global_average_pooling and what it saves
# ---------------------------------------------------------------------------------------


def global_mistakes(maps: np.ndarray) -> Wrongs:
    """What each mistake in global average pooling would have given; maps are (N, H, W, C)."""
    yield public.CHANNELS_AVERAGED, lambda: maps.mean(axis=3)
    yield public.CHANNELS_AVERAGED, lambda: maps.mean(axis=(1, 2, 3))
    yield public.BATCH_AVERAGED, lambda: maps.mean(axis=(0, 1, 2))
    yield public.WRONG_AXES, lambda: maps.mean(axis=(2, 3))
    yield public.WRONG_AXES, lambda: maps.mean(axis=(0, 1))
    yield public.WRONG_AXES, lambda: maps.mean(axis=1)
    yield public.WRONG_AXES, lambda: maps.mean(axis=2)
    yield public.MAX_NOT_MEAN, lambda: maps.max(axis=(1, 2))
    yield public.SUM_NOT_MEAN, lambda: maps.sum(axis=(1, 2))


def global_average_pooling(global_average_pooling: Callable[..., Any]) -> None:
    """Batches in which every axis has another length."""
    random = draws("global_average_pooling")
    attempt = Attempt("global_average_pooling", global_average_pooling)
    batches = [random.normal(1, 5, shape) for shape in ((3, 5, 7, 4), (2, 9, 3, 6))]
    hidden(
        "global_average_pooling, the values",
        "batches in which every axis has another length",
        *(
            lambda maps=maps: attempt(maps.copy()).equals(
                np.einsum("nhwc->nc", maps) / (maps.shape[1] * maps.shape[2]),
                mistakes=list(global_mistakes(maps)),
            )
            for maps in batches
        ),
    )


def global_average_pooling_new_array(global_average_pooling: Callable[..., Any]) -> None:
    """An array of exactly (N, C), the batch left as it was."""
    random = draws("global_average_pooling_new_array")
    attempt = Attempt("global_average_pooling", global_average_pooling)
    batches = [random.normal(1, 5, shape) for shape in ((1, 4, 6, 5), (4, 3, 5, 1))]
    hidden(
        "global_average_pooling, an array of shape (N, C)",
        "a batch of one image, or maps of one channel",
        *(
            lambda maps=maps: exact_array(
                attempt(maps.copy()).equals(maps.mean(axis=(1, 2)), mistakes=list(global_mistakes(maps))),
                (maps.shape[0], maps.shape[3]),
            ).leaves_inputs()
            for maps in batches
        ),
    )


def weight_mistakes(height: int, width: int, channels: int, units: int) -> Iterator[tuple[Mistake, int]]:
    """What each mistake in counting a dense layer's weights would have given."""
    values = height * width * channels
    yield public.BIASES_COUNTED, values * units + units
    yield public.UNITS_FORGOTTEN, values
    yield public.ADDED_NOT_MULTIPLIED, values + units
    yield public.CHANNELS_FORGOTTEN, height * width * units
    yield public.MAPS_NOT_FLATTENED, channels * units


def dense_weights(dense_weights: Callable[..., Any]) -> None:
    """Maps whose height, width and channels all differ."""
    random = draws("dense_weights")
    attempt = Attempt("dense_weights", dense_weights)
    sizes = [[int(n) for n in random.permutation(np.arange(2, 40))[:4]] for _ in range(3)]
    hidden(
        "dense_weights",
        "maps whose height, width and channels all differ",
        *(
            lambda h=h, w=w, c=c, u=u: attempt(h, w, c, u).equals(
                np.ones((h, w, c)).size * u,
                tolerance=0.5,
                mistakes=list(weight_mistakes(h, w, c, u)),
            )
            for h, w, c, u in [*sizes, (7, 7, 1024, 1024)]
        ),
    )


# ---------------------------------------------------------------------------------------
# maxPooling2D_backward
# ---------------------------------------------------------------------------------------


def _spread(
    image: np.ndarray,
    gradient: np.ndarray,
    size: Any,
    strides: Any,
    share: Callable[[np.ndarray], np.ndarray],
) -> np.ndarray:
    """Give each pixel its share of its windows' gradients; `share` takes a window (kh, kw)."""
    size = two_numbers(size)
    strides = size if strides is None else two_numbers(strides)
    total = np.zeros(image.shape)
    for (row, column), value in np.ndenumerate(gradient):
        place = np.s_[
            row * strides[0] : row * strides[0] + size[0], column * strides[1] : column * strides[1] + size[1]
        ]
        total[place] += value * share(image[place])
    return total


def _first(window: np.ndarray) -> np.ndarray:
    return (np.arange(window.size) == window.argmax()).reshape(window.shape)


def _last(window: np.ndarray) -> np.ndarray:
    return _first(window[::-1, ::-1])[::-1, ::-1]


def _first_by_columns(window: np.ndarray) -> np.ndarray:
    return _first(window.T).T


def routed(image: np.ndarray, gradient: np.ndarray, size: Any = 2, strides: Any = None) -> np.ndarray:
    """Gradient of max pooling; that of a tie goes to the first maximum, row by row."""
    return _spread(image, gradient, size, strides, _first)


def backward_mistakes(image: np.ndarray, gradient: np.ndarray, size: Any = 2, strides: Any = None) -> Wrongs:
    """What each mistake in the backward pass would have given."""
    pool = two_numbers(size)
    steps = pool if strides is None else two_numbers(strides)

    def spread(share: Callable[[np.ndarray], np.ndarray]) -> Callable[[], Any]:
        return lambda: _spread(image, gradient, size, strides, share)

    def overwritten() -> np.ndarray:
        total = np.zeros(image.shape)
        for (row, column), value in np.ndenumerate(gradient):
            place = np.s_[
                row * steps[0] : row * steps[0] + pool[0], column * steps[1] : column * steps[1] + pool[1]
            ]
            total[place][_first(image[place])] = value
        return total

    def moved(starts: Pair, window: Pair = pool) -> Callable[[], Any]:
        def total() -> np.ndarray:
            """Windows that leave the image are cut, and empty ones send nothing."""
            total = np.zeros(image.shape)
            for (row, column), value in np.ndenumerate(gradient):
                top, left = row * starts[0], column * starts[1]
                place = np.s_[top : top + window[0], left : left + window[1]]
                if image[place].size:
                    total[place] += value * _first(image[place])
            return total

        return total

    def sent(place: Callable[[Pair, int, bool], Pair | None]) -> Callable[[], Any]:
        """To a place made of the window's corner, what np.argmax says, and whether anything is above 0."""

        def total() -> np.ndarray:
            total = np.zeros(image.shape)
            for (row, column), value in np.ndenumerate(gradient):
                top, left = row * steps[0], column * steps[1]
                window = image[top : top + pool[0], left : left + pool[1]]
                target = place((top, left), int(window.argmax()), window.max() > 0)
                if target is None:
                    continue
                if target[0] >= image.shape[0] or target[1] >= image.shape[1]:
                    return np.zeros(0)  # an IndexError instead of an answer
                total[target] += value
            return total

        return total

    def by(corner: Pair, k: int, width: int) -> Pair:
        return corner[0] + k // width, corner[1] + k % width

    yield public.TIES_TO_ALL, spread(lambda window: window == window.max())
    yield public.TIES_SHARED, spread(lambda window: (window == window.max()) / (window == window.max()).sum())
    yield public.TIES_TO_LAST, spread(_last)
    yield public.TIES_BY_COLUMNS, spread(_first_by_columns)
    yield public.OVERWRITTEN, overwritten
    if strides is None:
        yield public.DEFAULT_STRIDE_ONE, moved((1, 1))
        yield public.DEFAULT_STRIDE_FIXED, moved((2, 2))
        if pool[0] != pool[1]:
            yield public.DEFAULT_ONE_SIDE, moved((pool[0], pool[0]))
            yield public.DEFAULT_ONE_SIDE, moved((pool[1], pool[1]))
    else:
        yield public.STRIDE_FROM_POOL, moved(pool)
    if pool[0] != pool[1] or steps[0] != steps[1]:
        yield public.PAIR_SWAPPED, moved(steps[::-1], pool[::-1])
        yield public.PAIR_SWAPPED, moved(steps[::-1])
        yield public.PAIR_SWAPPED, moved(steps, pool[::-1])
    yield public.OFFSET_FORGOTTEN, sent(lambda _, k, above: by((0, 0), k, pool[1]))
    if pool[0] != pool[1]:
        yield public.ARGMAX_BY_HEIGHT, sent(lambda corner, k, above: by(corner, k, pool[0]))
    if image.min() <= 0:
        for astray in (lambda corner: corner, lambda corner: None, lambda corner: (0, 0)):
            yield (
                public.MAXIMUM_FROM_ZERO,
                sent(
                    lambda corner, k, above, astray=astray: (
                        by(corner, k, pool[1]) if above else astray(corner)
                    )
                ),
            )
    yield public.SPREAD_LIKE_AVERAGE, spread(lambda window: np.full(window.shape, 1 / window.size))
    yield public.COPIED_TO_WINDOW, spread(np.ones_like)
    yield public.MAXIMUM_NOT_GRADIENT, spread(lambda window: _first(window) * window.max())
    yield (
        public.MAXIMUM_NOT_GRADIENT,
        lambda: _spread(
            image, np.ones(gradient.shape), size, strides, lambda window: _first(window) * window
        ),
    )
    yield (
        public.GRADIENT_IGNORED,
        lambda: _spread(image, np.ones(gradient.shape), size, strides, _first),
    )
    for lose in (np.trunc, np.floor):
        yield public.FRACTIONS_LOST, lambda lose=lose: _spread(image, lose(gradient), size, strides, _first)


def _distinct(random: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Positive whole numbers as floats, no two alike: an image without ties."""
    return random.permutation(np.arange(1.0, height * width + 1)).reshape(height, width)


def _backward_case(attempt: Attempt, image: np.ndarray, gradient: np.ndarray, **options: Any) -> Answer:
    size, strides = options.get("pool_size", 2), options.get("strides")
    raising = {
        IndexError: public.ARGMAX_BY_HEIGHT if np.ndim(size) else public.WINDOW_OUTSIDE,
        ValueError: public.WINDOW_OUTSIDE,
    }
    if np.ndim(size) or strides is None:
        raising[TypeError] = public.PAIR_NOT_HANDLED if np.ndim(size) else public.NONE_NOT_HANDLED
    return attempt(image.copy(), gradient.copy(), **options).equals(
        routed(image, gradient, size, strides),
        mistakes=list(backward_mistakes(image, gradient, size, strides)),
        raising=raising,
    )


def _backward_cases(
    attempt: Attempt,
    random: np.random.Generator,
    cases: Sequence[tuple[np.ndarray, dict[str, Any]]],
) -> list[Callable[[], Any]]:
    """Cases with a drawn gradient of whole numbers, as floats, no two alike."""

    def case(image: np.ndarray, options: dict[str, Any]) -> Callable[[], Any]:
        shape = pooled(image, options.get("pool_size", 2), options.get("strides")).shape
        gradient = 1.0 + _distinct(random, *shape)
        return lambda: _backward_case(attempt, image, gradient, **options)

    return [case(image, options) for image, options in cases]


def maxPooling2D_backward(maxPooling2D_backward: Callable[..., Any]) -> None:
    """Square images without ties that the windows tile."""
    random = draws("maxPooling2D_backward")
    attempt = Attempt("maxPooling2D_backward", maxPooling2D_backward)
    cases = [(_distinct(random, n, n), {"pool_size": k, "strides": k}) for n, k in ((8, 2), (9, 3))]
    hidden(
        "maxPooling2D_backward, the values",
        "square images without ties that the windows tile",
        *_backward_cases(attempt, random, cases),
    )


def maxPooling2D_backward_overlap(maxPooling2D_backward: Callable[..., Any]) -> None:
    """Pixels that are the maximum of several windows."""
    random = draws("maxPooling2D_backward_overlap")
    attempt = Attempt("maxPooling2D_backward", maxPooling2D_backward)
    cases = [
        (_distinct(random, n, n), {"pool_size": k, "strides": s})
        for n, k, s in ((9, 3, 2), (8, 2, 1), (11, 5, 2))
    ]
    hidden(
        "maxPooling2D_backward, overlapping windows",
        "windows that overlap, so that one pixel is the maximum of several",
        *_backward_cases(attempt, random, cases),
    )


def maxPooling2D_backward_ties(maxPooling2D_backward: Callable[..., Any]) -> None:
    """Few different values, so that most windows have their maximum several times."""
    random = draws("maxPooling2D_backward_ties")
    attempt = Attempt("maxPooling2D_backward", maxPooling2D_backward)
    cases = [
        (random.integers(0, 2, (12, 12)).astype(float), {"pool_size": 2, "strides": 2}),
        (random.integers(1, 4, (12, 12)).astype(float), {"pool_size": 3, "strides": 3}),
    ]
    hidden(
        "maxPooling2D_backward, ties",
        "windows that hold their maximum more than once",
        *_backward_cases(attempt, random, cases),
    )


def maxPooling2D_backward_together(maxPooling2D_backward: Callable[..., Any]) -> None:
    """No ties; everything else at once."""
    random = draws("maxPooling2D_backward_together")
    attempt = Attempt("maxPooling2D_backward", maxPooling2D_backward)
    cases = [
        (_distinct(random, 9, 15) - 100, {"pool_size": (3, 2), "strides": (2, 4)}),
        (_distinct(random, 8, 11) - 60, {"pool_size": 3}),
        (_distinct(random, 11, 14) - 110, {"pool_size": (3, 4), "strides": None}),
    ]
    hidden(
        "maxPooling2D_backward, everything together",
        "images that are not square, with negative values, pairs, strides that are left out, and rows or "
        "columns that no window reaches",
        *_backward_cases(attempt, random, cases),
    )


def maxPooling2D_backward_new_array(maxPooling2D_backward: Callable[..., Any]) -> None:
    """An array of floats out, even for an image of whole numbers; both inputs left as they were."""
    random = draws("maxPooling2D_backward_new_array")
    attempt = Attempt("maxPooling2D_backward", maxPooling2D_backward)
    image = _distinct(random, 8, 8)
    gradient = random.integers(1, 20, (4, 4)) + 0.5
    options = {"pool_size": 2, "strides": 2}
    hidden(
        "maxPooling2D_backward, an array of floats",
        "an image of whole numbers with a gradient of fractions",
        lambda: exact_array(_backward_case(attempt, image.astype(int), gradient, **options), (8, 8)),
        lambda: _backward_case(attempt, image, gradient, **options).leaves_inputs(),
    )


# ---------------------------------------------------------------------------------------
# predicted_shapes
# ---------------------------------------------------------------------------------------

PHOTO = (340, 600)
_CONVOLVED, _POOLED = (338, 598), (169, 299)


def predicted_shapes_conv(predicted_shapes: Callable[..., Any]) -> None:
    """The shapes after the convolution and after ReLU."""
    attempt = Attempt("predicted_shapes", predicted_shapes)

    def case() -> None:
        answer = public.predicted_well_formed(attempt)
        height, width = PHOTO
        conv, relu = whole_shapes(answer.value)[:2]
        wrongs = [
            (public.SIZE_KEPT, PHOTO),
            (public.WHOLE_KERNEL_LOST, (height - 3, width - 3)),
            (public.ONE_PIXEL_LOST, (height - 1, width - 1)),
            (public.ROWS_AND_COLUMNS, _CONVOLVED[::-1]),
        ]
        cause = next((mistake for mistake, wrong in wrongs if conv == wrong), public.CONV_SHAPE)
        answer.satisfies(conv == _CONVOLVED, wanted=str(_CONVOLVED), cause=cause.message, mistake=cause.name)
        answer.satisfies(
            relu == conv, wanted=str(conv), cause=public.RELU_SHAPE.message, mistake=public.RELU_SHAPE.name
        )

    hidden("predicted_shapes, convolution and ReLU", "the first two shapes", case)


def predicted_shapes_pool(predicted_shapes: Callable[..., Any]) -> None:
    """The shape after pooling; a slip in the convolution's shape is not held against it again."""
    attempt = Attempt("predicted_shapes", predicted_shapes)

    def case() -> None:
        answer = public.predicted_well_formed(attempt)
        *before, after = whole_shapes(answer.value)
        # Only a small slip is followed through: zeros have halves too.
        believable = [_CONVOLVED] + [
            shape
            for shape in before
            if all(abs(n - m) <= 4 for n, m in zip(sorted(shape), PHOTO, strict=True))
        ]
        followed = {(height // 2, width // 2) for height, width in believable}
        wrongs = [
            (public.POOLED_AT_STRIDE_ONE, {(height - 1, width - 1) for height, width in believable}),
            (public.POOL_KEEPS_SIZE, set(believable)),
            (public.ROUNDED_UP, {(-(-height // 2), -(-width // 2)) for height, width in believable}),
        ]
        cause = next((mistake for mistake, shapes in wrongs if after in shapes), public.POOL_SHAPE)
        answer.satisfies(after in followed, wanted=str(_POOLED), cause=cause.message, mistake=cause.name)

    hidden("predicted_shapes, pooling", "the third shape", case)


# ---------------------------------------------------------------------------------------
# receptive_field
# ---------------------------------------------------------------------------------------


def field(layers: Sequence[Pair]) -> int:
    """Follow one output value back through the layers and count the pixels from end to end."""
    first = last = 0
    for kernel, stride in reversed(layers):
        first, last = first * stride, last * stride + kernel - 1
    return last - first + 1


def field_mistakes(layers: Sequence[Pair]) -> Wrongs:
    """What each mistake about receptive fields would have given."""
    kernels, strides = [k for k, _ in layers], [s for _, s in layers]
    before = [int(np.prod(strides[:i])) for i in range(len(layers))]
    through = [int(np.prod(strides[: i + 1])) for i in range(len(layers))]
    added = [1 + sum(strides[:i]) for i in range(len(layers))]

    def grown(steps: Sequence[int]) -> int:
        return 1 + sum((k - 1) * step for k, step in zip(kernels, steps, strict=True))

    def forwards() -> int:
        size = 1
        for kernel, stride in layers:
            size = (size - 1) * stride + kernel
        return size

    yield public.STRIDES_IGNORED, lambda: grown([1] * len(layers))
    yield public.OWN_STRIDE_COUNTED, lambda: grown(through)
    yield public.WRONG_DIRECTION, forwards
    yield public.PREVIOUS_STRIDE_ONLY, lambda: grown([1, *strides[:-1]])
    yield public.OWN_STRIDE_COUNTED, lambda: grown(strides)
    yield public.STRIDES_ADDED, lambda: grown(added)
    yield public.STRIDES_ADDED, lambda: grown([max(1, sum(strides[:i])) for i in range(len(layers))])
    for start in (0, 1):
        yield public.KERNELS_SUMMED, lambda start=start: start + sum(kernels)
        yield (
            public.KERNELS_SUMMED,
            lambda start=start: start + sum(k * step for k, step in zip(kernels, before, strict=True)),
        )
    yield public.KERNELS_MULTIPLIED, lambda: int(np.prod(kernels))
    yield public.ONE_MISSING, lambda: grown(before) - 1
    yield public.AREA_NOT_SIDE, lambda: grown(before) ** 2


def _field_cases(attempt: Attempt, stacks: Sequence[list[Pair]]) -> list[Callable[[], Any]]:
    return [
        lambda layers=layers: attempt(list(layers)).equals(
            field(layers), tolerance=0.01, mistakes=list(field_mistakes(layers))
        )
        for layers in stacks
    ]


def receptive_field(receptive_field: Callable[..., Any]) -> None:
    """Stacks at stride 1; the list of layers left as it was."""
    random = draws("receptive_field")
    attempt = Attempt("receptive_field", receptive_field)
    stacks = [[(int(k), 1) for k in random.choice([2, 3, 5, 7, 11], depth)] for depth in (1, 2, 4, 7)]
    # With a second kernel of 3, added distances and added kernels would give the same.
    stacks[1] = [(int(k), 1) for k in random.permutation([5, 7, 11])[:2]]
    hidden(
        "receptive_field, stride 1",
        "stacks of layers with stride 1",
        *(lambda case=case: case().leaves_inputs() for case in _field_cases(attempt, stacks)),
    )


def receptive_field_strides(receptive_field: Callable[..., Any]) -> None:
    """Stacks in which kernels and strides change from layer to layer."""
    attempt = Attempt("receptive_field", receptive_field)
    random = draws("receptive_field_strides")
    stacks = [
        [
            (int(k), int(s))
            for k, s in zip(random.permutation([3, 5, 4]), random.permutation([2, 3, 4]), strict=True)
        ],
        [(int(k), int(s)) for k, s in zip(random.permutation([3, 7, 2, 5]), (2, 1, 3, 2), strict=True)],
        [(3, 1), (2, 2)] * int(random.integers(3, 6)),
    ]
    hidden(
        "receptive_field, strides", "stacks of layers with different strides", *_field_cases(attempt, stacks)
    )


# ---------------------------------------------------------------------------------------
# flatten_dense and cnn_forward
# ---------------------------------------------------------------------------------------


def dense_scores(maps: np.ndarray, weights: np.ndarray, bias: np.ndarray, order: str = "nhwc") -> np.ndarray:
    """A dense layer on flattened maps (N, H, W, C); `order` says which way they are flattened."""
    lengths = dict(zip("nhwc", maps.shape, strict=True))
    unflattened = weights.reshape([lengths[axis] for axis in order[1:]] + [weights.shape[1]])
    return np.einsum(f"nhwc,{order[1:]}u->nu", maps, unflattened) + bias


def dense_mistakes(maps: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> Wrongs:
    """What each mistake in flattening and the dense layer would have given."""
    right = dense_scores(maps, weights, bias)
    yield public.BIAS_FORGOTTEN, lambda: right - bias
    yield public.CHANNELS_FIRST, lambda: dense_scores(maps, weights, bias, "nchw")
    yield public.COLUMN_BY_COLUMN, lambda: dense_scores(maps, weights, bias, "ncwh")
    yield public.COLUMN_BY_COLUMN, lambda: dense_scores(maps, weights, bias, "nwhc")
    yield public.RELU_AT_THE_END, lambda: np.maximum(right, 0)
    yield public.SOFTMAX_APPLIED, lambda: softmax(right)


def softmax(scores: np.ndarray) -> np.ndarray:
    """Scores (N, K) as probabilities; only to recognise an answer that applied it."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _dense_case(attempt: Attempt, maps: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> Answer:
    return attempt(maps.copy(), weights.copy(), bias.copy()).equals(
        dense_scores(maps, weights, bias),
        mistakes=list(dense_mistakes(maps, weights, bias)),
        tolerance=1e-3,
        raising={ValueError: public.BATCH_FLATTENED},
    )


def flatten_dense_order(flatten_dense: Callable[..., Any]) -> None:
    """Maps of several rows, columns and channels; no bias."""
    random = draws("flatten_dense_order")
    attempt = Attempt("flatten_dense", flatten_dense)
    cases = [
        (random.normal(0, 1, (n, h, w, c)), random.normal(0, 1, (h * w * c, units)), np.zeros(units))
        for n, h, w, c, units in ((3, 4, 2, 5, 6), (1, 3, 5, 2, 4))
    ]
    hidden(
        "flatten_dense, the order",
        "maps of several rows, columns and channels, without a bias",
        *(lambda case=case: _dense_case(attempt, *case) for case in cases),
    )


def flatten_dense_bias(flatten_dense: Callable[..., Any]) -> None:
    """Maps of one pixel, for which every order of flattening is the same; a bias for each unit."""
    random = draws("flatten_dense_bias")
    attempt = Attempt("flatten_dense", flatten_dense)
    sizes = ((4, 5, 3), (2, 3, 6))
    cases = [
        (random.normal(0, 1, (n, 1, 1, c)), random.normal(0, 1, (c, u)), random.normal(0, 5, u))
        for n, c, u in sizes
    ]
    hidden(
        "flatten_dense, the bias",
        "maps of a single pixel, with a bias",
        *(lambda case=case: _dense_case(attempt, *case) for case in cases),
    )


def flatten_dense_new_array(flatten_dense: Callable[..., Any]) -> None:
    """An array of exactly (N, units), also for a single image; nothing changed."""
    random = draws("flatten_dense_new_array")
    attempt = Attempt("flatten_dense", flatten_dense)
    maps, weights = random.normal(0, 1, (1, 1, 1, 4)), random.normal(0, 1, (4, 3))
    hidden(
        "flatten_dense, an array of shape (N, units)",
        "a batch of one image",
        lambda: exact_array(_dense_case(attempt, maps, weights, np.zeros(3)), (1, 3)),
        lambda: _dense_case(attempt, maps, weights, np.zeros(3)).leaves_inputs(),
        # A bias of zeros shows no writing into it, and what is made of this one is judged elsewhere.
        lambda: attempt(maps.copy(), weights.copy(), random.normal(0, 5, 3)).leaves_inputs(),
    )


def convolved(images: np.ndarray, kernels: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """Valid cross-correlation: (N, H, W, C) with (kh, kw, C, F)."""
    maps = [
        [
            correlate(image, kernels[..., f], mode="valid", method="direct")[..., 0]
            for f in range(kernels.shape[3])
        ]
        for image in images
    ]
    return np.moveaxis(np.array(maps), 1, -1) + bias


def halved(maps: np.ndarray) -> np.ndarray:
    """2x2 max pooling of (N, H, W, C); a last odd row or column is left out."""
    high, wide = maps.shape[1] // 2 * 2, maps.shape[2] // 2 * 2
    return maps[:, :high, :wide].reshape(len(maps), high // 2, 2, wide // 2, 2, -1).max(axis=(2, 4))


def network(
    images: Any, kernels: Any, kernel_bias: Any, weights: Any, bias: Any, order: str = "nhwc"
) -> np.ndarray:
    """The scores of the small network: convolution, ReLU, pooling, flattening, dense."""
    maps = halved(np.maximum(convolved(images, kernels, kernel_bias), 0))
    return dense_scores(maps, weights, bias, order)


def network_mistakes(images: Any, kernels: Any, kernel_bias: Any, weights: Any, bias: Any) -> Wrongs:
    """What each mistake in the forward pass would have given."""
    right = network(images, kernels, kernel_bias, weights, bias)
    flipped = kernels[::-1, ::-1]
    yield (
        public.RELU_FORGOTTEN,
        lambda: dense_scores(halved(convolved(images, kernels, kernel_bias)), weights, bias),
    )
    yield public.KERNEL_BIAS_FORGOTTEN, lambda: network(images, kernels, 0 * kernel_bias, weights, bias)
    yield (
        public.KERNEL_BIAS_FORGOTTEN,
        lambda: dense_scores(
            halved(np.maximum(convolved(images, kernels, 0 * kernel_bias), 0)) + kernel_bias, weights, bias
        ),
    )
    yield public.BIAS_FORGOTTEN, lambda: right - bias
    yield public.BOTH_BIASES_FORGOTTEN, lambda: network(images, kernels, 0 * kernel_bias, weights, 0 * bias)
    yield public.CHANNELS_FIRST, lambda: network(images, kernels, kernel_bias, weights, bias, "nchw")
    yield public.COLUMN_BY_COLUMN, lambda: network(images, kernels, kernel_bias, weights, bias, "ncwh")
    yield public.SOFTMAX_APPLIED, lambda: softmax(right)
    yield public.RELU_AT_THE_END, lambda: np.maximum(right, 0)
    yield public.KERNEL_FLIPPED, lambda: network(images, flipped, kernel_bias, weights, bias)
    yield public.CLASSES_NOT_SCORES, lambda: right.argmax(axis=1)


def _network_case(attempt: Attempt, *arrays: np.ndarray) -> Answer:
    return attempt(*(array.copy() for array in arrays)).equals(
        network(*arrays),
        mistakes=list(network_mistakes(*arrays)),
        tolerance=1e-3,
        raising={ValueError: public.LENGTHS_DIFFER},
    )


def _symmetric(kernels: np.ndarray) -> np.ndarray:
    """Kernels that equal their own half turn, for checks that are not about which way round they go."""
    return (kernels + kernels[::-1, ::-1]) / 2


def _networks(random: np.random.Generator, sizes: Sequence[Sequence[int]]) -> Iterator[list[np.ndarray]]:
    """Random networks with random images: sizes are (N, H, W, C, kernel height and width, F, units)."""
    for n, h, w, c, kh, kw, f, units in sizes:
        features = ((h - kh + 1) // 2) * ((w - kw + 1) // 2) * f
        yield [
            random.normal(0, 1, (n, h, w, c)),
            random.normal(0, 1, (kh, kw, c, f)),
            random.normal(0, 1, f),
            random.normal(0, 1, (features, units)),
            random.normal(0, 3, units),
        ]


def cnn_forward_relu(cnn_forward: Callable[..., Any]) -> None:
    """Responses of both signs; maps that shrink to one pixel, and no biases."""
    random = draws("cnn_forward_relu")
    attempt = Attempt("cnn_forward", cnn_forward)
    networks = []
    for images, kernels, kernel_bias, weights, bias in _networks(random, [(5, 4, 4, 1, 3, 3, 6, 4)]):
        # Kernels in pairs k, -k: of each pair one map is negative throughout or nearly so.
        kernels = _symmetric(kernels)
        kernels[..., 3:] = -kernels[..., :3]
        images = np.abs(images)
        networks.append((images, kernels, 0 * kernel_bias, weights, 0 * bias))
    hidden(
        "cnn_forward, convolution, ReLU and pooling",
        "maps with negative values that shrink to a single pixel, and no biases",
        *(lambda arrays=arrays: _network_case(attempt, *arrays) for arrays in networks),
    )


def cnn_forward_bias(cnn_forward: Callable[..., Any]) -> None:
    """Nothing is negative, so that ReLU changes nothing; maps shrink to one pixel."""
    random = draws("cnn_forward_bias")
    attempt = Attempt("cnn_forward", cnn_forward)
    networks = [
        (np.abs(images), _symmetric(np.abs(kernels)), np.abs(kernel_bias), weights, bias)
        for images, kernels, kernel_bias, weights, bias in _networks(random, [(3, 4, 4, 2, 3, 3, 5, 4)])
    ]
    hidden(
        "cnn_forward, the two biases",
        "positive images and kernels, with biases",
        *(lambda arrays=arrays: _network_case(attempt, *arrays) for arrays in networks),
    )


def cnn_forward_together(cnn_forward: Callable[..., Any]) -> None:
    """Colour images that are not square, maps with an odd row, all signs."""
    random = draws("cnn_forward_together")
    attempt = Attempt("cnn_forward", cnn_forward)
    sizes = [(3, 9, 12, 3, 3, 3, 4, 5), (2, 8, 10, 1, 3, 3, 5, 10)]

    def case(*arrays: np.ndarray) -> Answer:
        images, bias = arrays[0], arrays[-1]
        return exact_array(_network_case(attempt, *arrays), (len(images), len(bias))).leaves_inputs()

    hidden(
        "cnn_forward, everything together",
        "grey and colour images that are not square, maps with an odd row or column",
        *(lambda arrays=arrays: case(*arrays) for arrays in _networks(random, sizes)),
    )


# ---------------------------------------------------------------------------------------
# blur_pool
# ---------------------------------------------------------------------------------------

_TENT = np.array([1, 2, 1]) / 4


def blurred(maxima: np.ndarray, step: int = 2) -> np.ndarray:
    """Blur with 1-2-1 along rows and along columns, then keep every `step`-th value."""
    along_rows = maxima[:, :-2] * _TENT[0] + maxima[:, 1:-1] * _TENT[1] + maxima[:, 2:] * _TENT[2]
    both = along_rows[:-2] * _TENT[0] + along_rows[1:-1] * _TENT[1] + along_rows[2:] * _TENT[2]
    return both[::step, ::step]


def blur_mistakes(maxima: np.ndarray) -> Wrongs:
    """What each mistake in blurred pooling would have given."""
    padded = np.pad(maxima, 1)
    yield public.NOT_NORMALISED, lambda: 16 * blurred(maxima)
    yield public.NOT_NORMALISED, lambda: 4 * blurred(maxima)
    yield public.ALL_KEPT, lambda: blurred(maxima, 1)
    yield public.THINNED_FIRST, lambda: blurred(maxima[::2, ::2], 1)
    yield public.NOT_BLURRED, lambda: maxima[::2, ::2]
    yield public.PLAIN_MEAN, lambda: pooled(maxima, 3, 2, np.mean)
    yield public.KEPT_THE_OTHERS, lambda: blurred(maxima, 1)[1::2, 1::2]
    yield public.BLUR_PADDED, lambda: blurred(padded)
    yield public.BLUR_PADDED, lambda: blurred(np.pad(maxima, 1, mode="reflect"))
    yield public.BLUR_PADDED, lambda: blurred(np.pad(maxima, 1, mode="edge"))


def blur_pool(blur_pool: Callable[..., Any]) -> None:
    """Maxima of odd and even sizes, not square."""
    random = draws("blur_pool")
    attempt = Attempt("blur_pool", blur_pool)
    inputs = [random.normal(0, 20, shape) for shape in ((9, 13), (12, 7), (8, 10))]
    hidden(
        "blur_pool",
        "maxima of odd and even sizes, not square, of both signs",
        *(
            lambda maxima=maxima: exact_array(
                attempt(maxima.copy()).equals(blurred(maxima), mistakes=list(blur_mistakes(maxima))),
                blurred(maxima).shape,
            ).leaves_inputs()
            for maxima in inputs
        ),
    )
