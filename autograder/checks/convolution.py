"""Hidden checks of 01_convolution: drawn inputs against scipy's correlation.

Each check keeps everything simple that another one judges, so that one mistake costs one check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from scipy.signal import convolve2d, correlate2d

from autograder.checks import draws, hidden
from course.checking import Answer, Attempt, Mistake
from course.checks import convolution as public

Function = Callable[..., Any]
Wrong = list[tuple[Mistake, Any]]

# ---------------------------------------------------------------------------------------
# The oracle, and what each known mistake makes of it
# ---------------------------------------------------------------------------------------


def pair(strides: int | tuple[int, int]) -> tuple[int, int]:
    """The strides down and across."""
    return (strides, strides) if isinstance(strides, int) else strides


def slide(padded: np.ndarray, filter: np.ndarray) -> np.ndarray:
    """The filter at every position of an image that is padded already."""
    return correlate2d(padded.astype(float), filter.astype(float), mode="valid")


def correlate(
    image: np.ndarray, filter: np.ndarray, padding: int = 0, strides: int | tuple[int, int] = 1
) -> np.ndarray:
    """What is wanted: image (H, W), filter (h, w), zero padding on all sides."""
    down, across = pair(strides)
    return slide(np.pad(image, padding), filter)[::down, ::across]


Variant = Callable[[np.ndarray, np.ndarray, int, tuple[int, int]], np.ndarray]
"""A wrong convolution: image, filter, padding and the pair of strides in, feature map out."""


def _matrix_product(
    image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]
) -> np.ndarray:
    if filter.shape[0] != filter.shape[1]:
        return np.empty(0)
    # The sum over a window @ filter weighs each of the window's columns with one row's sum.
    return correlate(image, np.tile(filter.sum(axis=1), (len(filter), 1)), padding, strides)


def _dot(image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]) -> np.ndarray:
    """As `_matrix_product`, with the factors the other way round."""
    if filter.shape[0] != filter.shape[1]:
        return np.empty(0)
    return correlate(image, np.tile(filter.sum(axis=0)[:, None], (1, len(filter))), padding, strides)


def _framed(place: Callable[[np.ndarray, tuple[int, ...]], np.ndarray]) -> Variant:
    def variant(image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]) -> np.ndarray:
        return place(correlate(image, filter, padding, strides), image.shape)

    return variant


def _in_corner(result: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    if result.shape[0] > shape[0] or result.shape[1] > shape[1]:
        return np.empty(0)
    return np.pad(result, [(0, whole - part) for whole, part in zip(shape, result.shape, strict=True)])


def _in_middle(result: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    if result.shape[0] > shape[0] or result.shape[1] > shape[1]:
        return np.empty(0)
    rest = [whole - part for whole, part in zip(shape, result.shape, strict=True)]
    return np.pad(result, [(r // 2, r - r // 2) for r in rest])


def _same_padding(
    image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]
) -> np.ndarray:
    rings = [(size // 2, (size - 1) // 2) for size in filter.shape]
    return slide(np.pad(image, rings), filter)[:: strides[0], :: strides[1]]


def _scattered(cut: bool) -> Variant:
    """Each value at its window's own position, in an output of the right size or of stride 1."""

    def variant(image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]) -> np.ndarray:
        right = correlate(image, filter, padding, strides)
        everywhere = np.zeros_like(correlate(image, filter, padding, 1))
        everywhere[:: strides[0], :: strides[1]] = right
        return everywhere[: right.shape[0], : right.shape[1]] if cut else everywhere

    return variant


def _limited_by_output(
    image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]
) -> np.ndarray:
    """The window stops at the row and the column whose numbers are the last ones of the output."""
    right = correlate(image, filter, padding, strides)
    counts = [(size - 1) // stride + 1 for size, stride in zip(right.shape, strides, strict=True)]
    return _in_corner(right[: counts[0], : counts[1]], right.shape)


def _stride_one_size(
    image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]
) -> np.ndarray:
    """The right values in the corner of an output whose size forgets the stride."""
    return _in_corner(correlate(image, filter, padding, strides), correlate(image, filter, padding, 1).shape)


def _places_by(axis: int) -> Variant:
    """Both places in the output are found with the stride of one axis."""

    def variant(image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]) -> np.ndarray:
        right = correlate(image, filter, padding, strides)
        output = np.zeros_like(right)
        for (row, column), value in np.ndenumerate(right):
            place = row * strides[0] // strides[axis], column * strides[1] // strides[axis]
            if place[0] >= right.shape[0] or place[1] >= right.shape[1]:
                return np.empty(0)  # an IndexError
            output[place] = value
        return output

    return variant


def _rounded_up(image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]) -> np.ndarray:
    right = correlate(image, filter, padding, strides)
    sizes = [n + 2 * padding - k for n, k in zip(image.shape, filter.shape, strict=True)]
    return np.pad(right, [(0, int(size % stride > 0)) for size, stride in zip(sizes, strides, strict=True)])


def _only_kernel_divided(
    image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]
) -> np.ndarray:
    """The right values in an output whose size divides only the kernel by the stride."""
    counts = [
        n + 2 * padding - k // s + 1 for n, k, s in zip(image.shape, filter.shape, strides, strict=True)
    ]
    return _in_corner(correlate(image, filter, padding, strides), tuple(counts))


def _padded(*rings: Any, **how: Any) -> Variant:
    def variant(image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]) -> np.ndarray:
        widths = [(padding * before, padding * after) for before, after in rings]
        padded = np.pad(image, widths, **how)
        if padded.shape[0] < filter.shape[0] or padded.shape[1] < filter.shape[1]:
            return np.empty(0)
        return slide(padded, filter)[:: strides[0], :: strides[1]]

    return variant


def _counted_twice(
    image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]
) -> np.ndarray:
    """The right values in an output whose size counts the padding again."""
    counts = [
        (n + 4 * padding - k) // s + 1 for n, k, s in zip(image.shape, filter.shape, strides, strict=True)
    ]
    return _in_corner(correlate(image, filter, padding, strides), tuple(counts))


def _misplaced(image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]) -> np.ndarray:
    padded = np.zeros([n + 2 * padding for n in image.shape])
    padded[: image.shape[0], : image.shape[1]] = image
    return slide(padded, filter)[:: strides[0], :: strides[1]]


def _short_of_padding(zeros: bool) -> Variant:
    """The padded image, walked only as far as the bare one would allow."""

    def variant(image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]) -> np.ndarray:
        right = correlate(image, filter, padding, strides)
        counts = [
            max((n - k) // s + 1, 0) for n, k, s in zip(image.shape, filter.shape, strides, strict=True)
        ]
        cut = right[: counts[0], : counts[1]]
        return _in_corner(cut, right.shape) if zeros else cut

    return variant


def _without_last(zeros: bool) -> Variant:
    def variant(image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]) -> np.ndarray:
        every = correlate(image, filter, padding, 1)[:-1, :-1][:: strides[0], :: strides[1]]
        return _in_corner(every, correlate(image, filter, padding, strides).shape) if zeros else every

    return variant


def _square(axis: int) -> Variant:
    """The output's height and width both from the image's one axis."""

    def variant(image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]) -> np.ndarray:
        right = correlate(image, filter, padding, strides)
        size = right.shape[axis]
        return right[:size, :size]

    return variant


def _square_filter(axis: int) -> Variant:
    """The output's size from one side of the filter."""

    def variant(image: np.ndarray, filter: np.ndarray, padding: int, strides: tuple[int, int]) -> np.ndarray:
        right = correlate(image, filter, padding, strides)
        side = filter.shape[axis]
        counts = [
            max((n + 2 * padding - side) // s + 1, 0) for n, s in zip(image.shape, strides, strict=True)
        ]
        return right[: counts[0], : counts[1]]

    return variant


_BOTH, _BEFORE, _AFTER = (1, 1), (1, 0), (0, 1)

VARIANTS: list[tuple[Mistake, Variant]] = [
    (public.KERNEL_FLIPPED, lambda i, f, p, s: correlate(i, f[::-1, ::-1], p, s)),
    (public.MIRRORED, lambda i, f, p, s: correlate(i, f[::-1], p, s)),
    (public.MIRRORED, lambda i, f, p, s: correlate(i, f[:, ::-1], p, s)),
    (public.MIRRORED, lambda i, f, p, s: correlate(i, f.T, p, s) if len(set(f.shape)) == 1 else np.empty(0)),
    (public.MATRIX_PRODUCT, _matrix_product),
    (public.MATRIX_PRODUCT, _dot),
    (public.MEAN_TAKEN, lambda i, f, p, s: correlate(i, f, p, s) / f.size),
    (public.ALL_ZERO, lambda i, f, p, s: np.zeros_like(correlate(i, f, p, s))),
    (public.STRIDE_IGNORED, lambda i, f, p, s: correlate(i, f, p, 1)),
    (
        public.STRIDE_NOT_IN_POSITION,
        lambda i, f, p, s: correlate(i, f, p, 1)[tuple(slice(n) for n in correlate(i, f, p, s).shape)],
    ),
    (public.STRIDE_IN_OUTPUT_INDEX, _scattered(cut=True)),
    (public.STRIDE_IN_OUTPUT_INDEX, _scattered(cut=False)),
    (public.LIMIT_OF_OUTPUT, _limited_by_output),
    (public.STRIDES_SWAPPED, lambda i, f, p, s: correlate(i, f, p, s[::-1])),
    (public.FIRST_STRIDE_ONLY, lambda i, f, p, s: correlate(i, f, p, s[0])),
    (public.FIRST_STRIDE_ONLY, lambda i, f, p, s: correlate(i, f, p, s[1])),
    (public.ONE_STRIDE_FOR_BOTH_PLACES, _places_by(0)),
    (public.ONE_STRIDE_FOR_BOTH_PLACES, _places_by(1)),
    (public.STRIDE_NOT_IN_SIZE, _stride_one_size),
    (public.ROUNDED_UP, _rounded_up),
    (public.KERNEL_ONLY, _only_kernel_divided),
    (public.PADDING_IGNORED, _padded((0, 0), (0, 0))),
    (public.PADDING_ONE_SIDE, _padded(_BEFORE, _BEFORE)),
    (public.PADDING_ONE_SIDE, _padded(_AFTER, _AFTER)),
    (public.PADDING_ONE_SIDE, _padded(_BOTH, (0, 0))),
    (public.PADDING_ONE_SIDE, _padded((0, 0), _BOTH)),
    (public.PADDING_TWICE, _padded((2, 2), (2, 2))),
    (public.PADDING_TWICE, _counted_twice),
    (public.PADDING_NOT_ZERO, _padded(_BOTH, _BOTH, mode="edge")),
    (public.PADDING_NOT_ZERO, _padded(_BOTH, _BOTH, mode="reflect")),
    (public.PADDING_MISPLACED, _misplaced),
    (public.PADDING_NOT_IN_SIZE, _short_of_padding(zeros=False)),
    (public.PADDING_NOT_IN_SIZE, _short_of_padding(zeros=True)),
    (public.LAST_MISSING, _without_last(zeros=False)),
    (public.LAST_MISSING, _without_last(zeros=True)),
    (public.OUTPUT_IMAGE_SIZED, _framed(_in_corner)),
    (public.OUTPUT_IMAGE_SIZED, _framed(_in_middle)),
    (public.OUTPUT_IMAGE_SIZED, _same_padding),
    # Before the image: with a square image and another filter, both can give the same.
    (public.SQUARE_FILTER, _square_filter(0)),
    (public.SQUARE_FILTER, _square_filter(1)),
    (public.SQUARE_IMAGE, _square(0)),
    (public.SQUARE_IMAGE, _square(1)),
    (public.RESULT_TRANSPOSED, lambda i, f, p, s: correlate(i, f, p, s).T),
]


def wrong(
    image: np.ndarray, filter: np.ndarray, padding: int = 0, strides: int | tuple[int, int] = 1
) -> Iterator[tuple[Mistake, Callable[[], Any]]]:
    """What each mistake would give for this call, worked out only when asked for."""
    for mistake, variant in VARIANTS:
        yield mistake, lambda variant=variant: variant(image, filter, padding, pair(strides))


def wrong_sizes(image: np.ndarray, filter: np.ndarray) -> list[np.ndarray]:
    """The right values at stride 1 in outputs of wrong sizes or on their side: for checks of other things."""
    right = correlate(image, filter)
    return [
        _in_corner(right, image.shape),
        _in_middle(right, image.shape),
        _same_padding(image, filter, 0, (1, 1)),
        right[:-1, :-1],
        _in_corner(right[:-1, :-1], right.shape),
        right.T,
    ]


# ---------------------------------------------------------------------------------------
# Drawn inputs
# ---------------------------------------------------------------------------------------


def whole(random: np.random.Generator, *shape: int, high: int = 10) -> np.ndarray:
    """Whole, not negative, as floats: small enough that a result cast to bytes keeps its value."""
    return random.integers(0, high, shape).astype(float)


def even(random: np.random.Generator, height: int, width: int) -> np.ndarray:
    """A filter that no turn and no mirror changes, and no transpose where it is square; entries 0 to 2."""
    values = random.integers(0, 3, (5, 5))
    values[0, 0], values[(height - 1) // 2, (width - 1) // 2] = 1, 2
    rows = [min(i, height - 1 - i) for i in range(height)]
    columns = [min(j, width - 1 - j) for j in range(width)]
    square = height == width
    filter = [[values[min(i, j), max(i, j)] if square else values[i, j] for j in columns] for i in rows]
    return np.array(filter, dtype=float)


def turning(random: np.random.Generator, height: int, width: int, *rest: int) -> np.ndarray:
    """A filter, or a stack of them, that a turn by 180 degrees leaves as it is; entries 0 to 2.

    A mirror changes it where it has two rows and columns or more.
    """
    half = random.integers(0, 2, (height, width, *rest))
    filter = half + half[::-1, ::-1]
    filter[0, 0], filter[-1, -1] = 2, 2
    if width > 1 and height > 1:
        filter[0, -1], filter[-1, 0] = 0, 0
    return filter.astype(float)


def lopsided(random: np.random.Generator, side: int) -> np.ndarray:
    """A square filter that every turn, mirror and transpose changes; entries 0 to 3."""
    while True:
        filter = random.integers(0, 4, (side, side))
        others = (filter[::-1, ::-1], filter[::-1], filter[:, ::-1], filter.T, filter[::-1, ::-1].T)
        if not any(np.array_equal(filter, other) for other in others):
            return filter.astype(float)


# ---------------------------------------------------------------------------------------
# rgb2gray
# ---------------------------------------------------------------------------------------

LUMINANCE = (0.2989, 0.5870, 0.1140)
OTHER_WEIGHTS = [(1 / 3, 1 / 3, 1 / 3), (0.1140, 0.5870, 0.2989), (0.3, 0.59, 0.11)]


def grey(rgb: np.ndarray, weights: Sequence[float] = LUMINANCE) -> np.ndarray:
    """The weighted sum over the last axis, in floats."""
    return sum(weight * rgb[..., channel].astype(float) for channel, weight in enumerate(weights))


def grey_mistakes(rgb: np.ndarray) -> Iterator[tuple[Mistake, Callable[[], Any]]]:
    """What each known mistake would make of a photo."""
    names = (public.EQUAL_WEIGHTS, public.CHANNEL_ORDER, public.WEIGHTS_ROUNDED)
    for mistake, weights in zip(names, OTHER_WEIGHTS, strict=True):
        yield mistake, lambda weights=weights: grey(rgb, weights)
        yield mistake, lambda weights=weights: np.trunc(grey(rgb, weights))
    yield public.SCALED, lambda: grey(rgb) / 255
    yield public.SCALED, lambda: grey(rgb) / rgb.max()
    side = min(rgb.shape[:2])
    yield public.SQUARE_IMAGE, lambda: grey(rgb)[:side, :side]
    yield public.FRACTIONS_CUT, lambda: np.trunc(grey(rgb))
    yield public.FRACTIONS_CUT, lambda: np.round(grey(rgb))
    if rgb.dtype == np.uint8:
        added = rgb.astype(int).sum(axis=-1) % 256
        percent = sum(rgb[..., c].astype(int) * w % 256 for c, w in enumerate((30, 59, 11))) % 256
        yield public.BYTE_OVERFLOW, lambda: added / 3
        yield public.BYTE_OVERFLOW, lambda: added // 3
        yield public.BYTE_OVERFLOW, lambda: percent / 100


def rgb2gray(rgb2gray: Function) -> None:
    """Float colours on 0..255; whole grey values pass."""
    random = draws("rgb2gray")
    attempt = Attempt("rgb2gray", rgb2gray)

    def case(rgb: np.ndarray) -> Callable[[], Answer]:
        wanted = grey(rgb)
        return lambda: attempt(rgb).equals(
            wanted,
            tolerance=255 * public.GREY_TOLERANCE,
            also=[np.trunc(wanted), np.round(wanted)],
            mistakes=list(grey_mistakes(rgb)),
            raising=public.grey_slip,
        )

    hidden(
        "rgb2gray, the grey values",
        "colour photos that are not square, with values from 0 to 255",
        case(whole(random, 5, 7, 3, high=256)),
        case(whole(random, 6, 3, 3, high=256)),
    )


def rgb2gray_floats(rgb2gray: Function) -> None:
    """Bytes bright enough to overflow, and fractions; other weights pass."""
    random = draws("rgb2gray_floats")
    attempt = Attempt("rgb2gray", rgb2gray)
    photo = random.integers(60, 256, (4, 6, 3), dtype=np.uint8)
    photo[0, 0] = 255
    soft = random.uniform(0.05, 1.0, (3, 5, 3))

    def case(rgb: np.ndarray, scale: float) -> Callable[[], Answer]:
        return lambda: public.floats(
            attempt(rgb.copy()).equals(
                grey(rgb),
                tolerance=scale * public.GREY_TOLERANCE,
                also=[grey(rgb, weights) for weights in OTHER_WEIGHTS],
                mistakes=list(grey_mistakes(rgb)),
                raising=public.grey_slip,
            )
        )

    hidden(
        "rgb2gray, floats out",
        "bright photos of bytes, and photos of fractions from 0 to 1",
        case(photo, 255),
        case(soft, 1),
    )


def rgb2gray_new_array(rgb2gray: Function) -> None:
    """The container and the photo given; other weights, scales and cut fractions pass."""
    random = draws("rgb2gray_new_array")
    attempt = Attempt("rgb2gray", rgb2gray)
    photo = whole(random, 5, 4, 3, high=91)
    photo[0, 0] = 90
    wanted = grey(photo)
    also = [grey(photo, weights) for weights in OTHER_WEIGHTS]
    also += [np.trunc(a) for a in (wanted, *also)] + [np.round(wanted), wanted / 255, wanted / 90]
    tolerance = 50 * public.GREY_TOLERANCE
    hidden(
        "rgb2gray, a new array",
        "a photo of floats",
        lambda: attempt(photo.copy()).equals(wanted, tolerance=tolerance, also=also).is_array(axes=2),
        lambda: attempt(photo.copy()).equals(wanted, tolerance=tolerance, also=also).leaves_inputs(),
    )


# ---------------------------------------------------------------------------------------
# output_size, predict_shapes
# ---------------------------------------------------------------------------------------


def positions(n: int, kernel: int, padding: int, stride: int) -> int:
    """How many places there are, by trying each."""
    return sum(1 for start in range(0, n + 2 * padding, stride) if start + kernel <= n + 2 * padding)


def output_size(output_size: Function) -> None:
    """Stride 1 with padding."""
    random = draws("output_size")
    attempt = Attempt("output_size", output_size)

    def case(n: int, kernel: int, padding: int) -> Callable[[], Answer]:
        right = positions(n, kernel, padding, 1)
        mistakes: Wrong = [
            (public.PADDING_ONCE, right - padding),
            (public.PADDING_NOT_COUNTED, right - 2 * padding),
            (public.ONE_FORGOTTEN, right - 1),
        ]
        return lambda: attempt(n, kernel, padding, 1).equals(right, mistakes=mistakes)

    hidden(
        "output_size, stride 1",
        "stride 1 with a padding of 2 or more",
        *(
            case(int(random.integers(20, 90)), int(random.integers(3, 12)), int(random.integers(2, 6)))
            for _ in range(3)
        ),
    )


def output_size_stride(output_size: Function) -> None:
    """Strides above 1 that leave a rest, without padding; fractions pass."""
    random = draws("output_size_stride")
    attempt = Attempt("output_size", output_size)

    def case(stride: int, rest: int) -> Callable[[], Answer]:
        kernel = int(random.integers(2, 9))
        n = kernel + stride * int(random.integers(3, 12)) + rest
        right, exact = positions(n, kernel, 0, stride), (n - kernel) / stride + 1
        mistakes: Wrong = [
            (public.KERNEL_ONLY, n - kernel / stride + 1),
            (public.KERNEL_ONLY, n - kernel // stride + 1),
            (public.KERNEL_ONLY, n - -(-kernel // stride) + 1),
            (public.ROUNDED_UP, right + 1),
            (public.STRIDE_NOT_IN_SIZE, n - kernel + 1),
            (public.ONE_INSIDE, (n - kernel + 1) // stride),
            (public.ONE_INSIDE, (n - kernel + 1) / stride),
            (public.ONE_FORGOTTEN, right - 1),
            (public.ONE_FORGOTTEN, exact - 1),
        ]
        return lambda: attempt(n, kernel, 0, stride).equals(right, also=[exact], mistakes=mistakes)

    hidden(
        "output_size, other strides",
        "strides of 2 to 5 that do not divide the way that the filter goes",
        case(2, 1),
        case(3, 2),
        case(3, 1),
        case(5, 4),
        case(4, 0),
    )


def output_size_whole(output_size: Function) -> None:
    """The kind of number; one off passes."""
    random = draws("output_size_whole")
    attempt = Attempt("output_size", output_size)

    def case(n: int, kernel: int) -> Callable[[], Answer]:
        return lambda: (
            attempt(n, kernel, 0, 1).equals(positions(n, kernel, 0, 1), tolerance=1).is_whole_number()
        )

    hidden(
        "output_size, a whole number",
        "stride 1 without padding",
        *(case(int(random.integers(20, 90)), int(random.integers(4, 12))) for _ in range(3)),
    )


def predict_shapes(predict_shapes: Function) -> None:
    """The three predictions for a photo of 427 x 640."""
    answer = public.three_pairs(Attempt("predict_shapes", predict_shapes)())

    def case() -> Answer:
        asked = [((3, 3), 0, (1, 1)), ((5, 5), 2, (1, 1)), ((4, 7), 1, (2, 3))]
        right = [
            [positions(n, k, padding, s) for n, k, s in zip((427, 640), kernel, strides, strict=True)]
            for kernel, padding, strides in asked
        ]
        given = np.asarray(answer.value).tolist()
        off = [str(number) for number, (a, b) in enumerate(zip(given, right, strict=True), start=1) if a != b]
        return answer.satisfies(
            not off,
            wanted=str(right),
            cause=f"look again at number {' and '.join(off)}: {public.PREDICTION.message}",
            mistake=public.PREDICTION.name,
        )

    hidden("predict_shapes, the shapes", "the three shapes of the table", case)


# ---------------------------------------------------------------------------------------
# convolve2D
# ---------------------------------------------------------------------------------------


def matches(
    attempt: Attempt,
    image: np.ndarray,
    filter: np.ndarray,
    padding: int | None = None,
    strides: int | tuple[int, int] | None = None,
    raising: Any = None,
) -> Callable[[], Answer]:
    """A case: the call, with the options given by keyword and only where they are not None."""
    options: dict[str, Any] = {} if padding is None else {"padding": padding}
    if strides is not None:
        options["strides"] = strides
    if not callable(raising):
        raising = public.blame(public.plain_convolution(attempt), raising)
    right = correlate(image, filter, **options)

    def case() -> Answer:
        answer = attempt(image.copy(), filter.copy(), **options)
        if attempt.name == "convolve2D_fast":  # where the windows' axes are summed in one call
            public.summed(answer, filter, right)
        return answer.equals(right, mistakes=list(wrong(image, filter, **options)), raising=raising)

    return case


def convolve2D(convolve2D: Function) -> None:
    """Square images and filters that no turn or mirror leaves as they are."""
    random = draws("convolve2D")
    attempt = Attempt("convolve2D", convolve2D)
    hidden(
        "convolve2D, the values",
        "a square image and a square filter that a flip changes",
        matches(attempt, whole(random, 7, 7), lopsided(random, 3), raising=public.plain_slip),
        matches(attempt, whole(random, 9, 9, high=4), lopsided(random, 5), raising=public.plain_slip),
    )


def convolve2D_shapes(convolve2D: Function) -> None:
    """Every size differs from every other, even sizes among them."""
    random = draws("convolve2D_shapes")
    attempt = Attempt("convolve2D", convolve2D)
    hidden(
        "convolve2D, any height and width",
        "images and filters that are not square, of odd and even sizes",
        matches(attempt, whole(random, 6, 11), even(random, 3, 3), raising=public.SQUARE_IMAGE),
        matches(attempt, whole(random, 12, 7), even(random, 3, 3), raising=public.SQUARE_IMAGE),
        matches(attempt, whole(random, 8, 8), even(random, 2, 5), raising=public.SQUARE_FILTER),
        matches(attempt, whole(random, 8, 8), even(random, 5, 2), raising=public.SQUARE_FILTER),
        matches(attempt, whole(random, 9, 13), even(random, 4, 2), raising=public.SQUARE_FILTER),
        matches(attempt, whole(random, 8, 8), even(random, 1, 4), raising=public.SQUARE_FILTER),
        matches(attempt, whole(random, 9, 5), even(random, 2, 2)),
    )


def convolve2D_padding(convolve2D: Function) -> None:
    """One ring, two and three; once the filter fits only because of its ring."""
    random = draws("convolve2D_padding")
    attempt = Attempt("convolve2D", convolve2D)
    errors = {IndexError: public.PADDING_NOT_IN_SIZE, ValueError: public.PADDING_TWICE}
    hidden(
        "convolve2D, padding",
        "a square image with one to three rings of zeros",
        matches(attempt, whole(random, 6, 6) + 1, even(random, 3, 3), padding=1, raising=errors),
        matches(attempt, whole(random, 7, 7) + 1, even(random, 3, 3), padding=2, raising=errors),
        matches(attempt, whole(random, 5, 5) + 1, even(random, 3, 3), padding=3, raising=errors),
        matches(
            attempt, whole(random, 2, 2) + 1, even(random, 3, 3), padding=1, raising=public.REFUSES_LIMIT
        ),
    )


def convolve2D_strides(convolve2D: Function) -> None:
    """No stride divides, so that a missing last position costs nothing here."""
    random = draws("convolve2D_strides")
    attempt = Attempt("convolve2D", convolve2D)
    image, filter = whole(random, 10, 10), even(random, 3, 3)
    index = {
        IndexError: public.STRIDE_IN_OUTPUT_INDEX,
        ValueError: public.WINDOW_PAST_EDGE,
        TypeError: public.STRIDE_INT,
    }
    pairs = {
        IndexError: public.ONE_STRIDE_FOR_BOTH_PLACES,
        ValueError: public.STRIDE_PAIR,
        TypeError: public.STRIDE_PAIR,
    }
    hidden(
        "convolve2D, strides",
        "a square image and strides above 1, as a number and as a pair",
        matches(attempt, image, filter, strides=2, raising=index),
        matches(attempt, image, filter, strides=3, raising=index),
        matches(attempt, image, filter, strides=(3, 2), raising=pairs),
        matches(attempt, image, filter, strides=(2, 3), raising=pairs),
        matches(attempt, image, filter, strides=(2, 4), raising=pairs),
    )


def convolve2D_numbers(convolve2D: Function) -> None:
    """Bytes whose sums leave 0..255, fractions, negative values; wrong sizes pass."""
    random = draws("convolve2D_numbers")
    attempt = Attempt("convolve2D", convolve2D)
    photo = random.integers(0, 256, (6, 6), dtype=np.uint8)
    photo[:3, :3], photo[1, 1] = 255, 0  # the first value is negative, the next ones are large
    ring = np.array([[1, 2, 1], [2, -9, 2], [1, 2, 1]])
    signed = random.normal(0, 3, (6, 6))
    star = even(random, 3, 3) - 0.75

    def case(image: np.ndarray, filter: np.ndarray) -> Callable[[], Answer]:
        right = correlate(image, filter)
        with np.errstate(invalid="ignore"):
            bytes_ = right.astype(int).astype(np.uint8)
        mistakes: Wrong = [
            (public.CLIPPED, np.clip(right, 0, 255)),
            (public.CLIPPED, np.maximum(right, 0)),
            (public.ABSOLUTE, np.abs(right)),
            (public.FRACTIONS_CUT, np.trunc(right)),
            (public.FRACTIONS_CUT, np.round(right)),
            # After the fractions: where the values fit into a byte, nothing has overflowed.
            (public.FRACTIONS_CUT if image.dtype.kind == "f" else public.BYTE_OVERFLOW, bytes_),
            *wrong(image, filter),
        ]
        return lambda: attempt(image.copy(), filter.copy()).equals(
            right,
            also=wrong_sizes(image, filter),
            mistakes=mistakes,
            raising=public.blame(public.plain_convolution(attempt), {OverflowError: public.BYTE_OVERFLOW}),
        )

    hidden(
        "convolve2D, all kinds of numbers",
        "an image of bytes with a filter of whole numbers or of fractions, and images with negative values",
        case(photo, -ring),
        case(photo, ring),
        case(photo, even(random, 3, 3) / 8 + 0.0317),
        case(signed, star),
        case(random.integers(-20, 20, (6, 6)), star),
    )


def convolve2D_new_array(convolve2D: Function) -> None:
    """The container and the inputs; flips and wrong sizes pass."""
    random = draws("convolve2D_new_array")
    attempt = Attempt("convolve2D", convolve2D)
    image, filter = whole(random, 6, 6), lopsided(random, 3)
    wanted = correlate(image, filter)
    others = (filter[::-1, ::-1], filter[::-1], filter[:, ::-1], filter.T)
    also = [turned for other in others for turned in (correlate(image, other), correlate(image, other).T)]
    also += [size for other in (filter, *others) for size in wrong_sizes(image, other)]
    hidden(
        "convolve2D, a new array",
        "a square image of floats",
        lambda: attempt(image.copy(), filter.copy()).equals(wanted, also=also).is_array(axes=2),
        lambda: attempt(image.copy(), filter.copy()).equals(wanted, also=also).leaves_inputs(),
    )


def convolve2D_errors(convolve2D: Function) -> None:
    """Too large in one direction, negative, zero; and a limit case that must work."""
    random = draws("convolve2D_errors")
    attempt = Attempt("convolve2D", convolve2D)
    image, filter = whole(random, 6, 6), even(random, 3, 3)
    right = correlate(image, filter)
    tall, wide = even(random, 7, 2), even(random, 2, 9)
    large = "the filter is larger than the padded image"
    negative = "padding must not be negative"
    still = "a stride must be 1 or more"
    hidden(
        "convolve2D, errors that say why",
        "a filter that is too large in one direction, a negative padding, a stride below 1; and what only just fits",
        lambda: attempt(image, tall).raises(ValueError, large),
        lambda: attempt(image, wide, padding=1).raises(ValueError, large),
        lambda: attempt(image, filter, padding=-1).raises(ValueError, negative),
        lambda: attempt(image, filter, strides=0).raises(ValueError, still),
        lambda: attempt(image, filter, strides=-1).raises(ValueError, still),
        lambda: attempt(image.copy(), filter).equals(right, also=wrong_sizes(image, filter)),
        lambda: public.accepts(attempt(image[:3, :3].copy(), filter), public.plain_convolution(attempt)),
    )


def convolve2D_together(convolve2D: Function) -> None:
    """Everything at once; whole numbers, strides that do not divide, filters that no flip changes."""
    random = draws("convolve2D_together")
    attempt = Attempt("convolve2D", convolve2D)
    hidden(
        "convolve2D, everything together",
        "an image and a filter that are not square, with padding and two different strides",
        matches(attempt, whole(random, 8, 14), even(random, 3, 2), padding=2, strides=(2, 3)),
        matches(attempt, whole(random, 11, 6), even(random, 2, 5), padding=1, strides=(4, 2)),
    )


# ---------------------------------------------------------------------------------------
# gradient_magnitude, flip_matters
# ---------------------------------------------------------------------------------------


def gradient_magnitude(gradient_magnitude: Function) -> None:
    """Signed responses of every size."""
    random = draws("gradient_magnitude")
    attempt = Attempt("gradient_magnitude", gradient_magnitude)

    def case(across: np.ndarray, down: np.ndarray) -> Callable[[], Answer]:
        right = np.hypot(across, down)
        mistakes: Wrong = [
            (public.SUM_OF_ABSOLUTES, np.abs(across) + np.abs(down)),
            (public.ROOT_FORGOTTEN, right**2),
            (public.SIGNED_SUM, across + down),
            (public.SIGNED_SUM, np.abs(across + down)),
            (public.RESCALED, right * (255 / right.max())),
            (public.RESCALED, right / right.max()),
            (public.CLIPPED, np.clip(right, 0, 255)),
        ]
        return lambda: attempt(across.copy(), down.copy()).equals(right, mistakes=mistakes)

    hidden(
        "gradient_magnitude, the values",
        "responses with negative values and with values above 255, of floats and of whole numbers",
        case(random.normal(0, 4, (5, 8)), random.normal(0, 4, (5, 8))),
        case(random.integers(260, 1000, (6, 3)), random.integers(-900, 90, (6, 3))),
    )


def gradient_magnitude_new_array(gradient_magnitude: Function) -> None:
    """One of the two responses is 0 everywhere: most formulas agree, and the others pass."""
    random = draws("gradient_magnitude_new_array")
    attempt = Attempt("gradient_magnitude", gradient_magnitude)
    where = random.permutation(20).reshape(4, 5) < 10
    values = random.choice([-1.0, 1.0], (4, 5)) * random.uniform(2, 9, (4, 5))
    across, down = np.where(where, values, 0.0), np.where(where, 0.0, values)
    right = np.abs(values)
    also = [values**2, values, right * (255 / right.max()), right / right.max()]
    hidden(
        "gradient_magnitude, a new array",
        "responses of floats, one of which is 0 at each pixel",
        lambda: attempt(across.copy(), down.copy()).equals(right, also=also).is_array(axes=2),
        lambda: attempt(across.copy(), down.copy()).equals(right, also=also).leaves_inputs(),
    )


def flip_matters(flip_matters: Function) -> None:
    """Filters with one symmetry each."""
    random = draws("flip_matters")
    attempt = Attempt("flip_matters", flip_matters)
    odd = lopsided(random, 3)
    mirror = np.concatenate([odd, odd[:, ::-1]], axis=1)
    wide = turning(random, 3, 4)
    nearly = wide.copy()
    nearly[1, 2] += 5

    def case(filter: np.ndarray) -> Callable[[], Answer]:
        right = not np.array_equal(filter, np.rot90(filter, 2))
        return lambda: public.one_truth(attempt(filter.copy()), right)

    hidden(
        "flip_matters",
        "filters of odd and even sizes, some of which equal their own mirror or their own turn",
        *(
            case(filter)
            for filter in (odd, odd + odd.T, mirror, mirror.T, wide, nearly, turning(random, 4, 4))
        ),
        lambda: attempt(odd.copy()).leaves_inputs(),
    )


# ---------------------------------------------------------------------------------------
# convolve2D_fast
# ---------------------------------------------------------------------------------------


def convolve2D_fast(convolve2D_fast: Function) -> None:
    """As for the loops; bytes with whole numbers, whose sums leave 0..255."""
    random = draws("convolve2D_fast")
    attempt = Attempt("convolve2D_fast", convolve2D_fast)
    photo, small = random.integers(60, 256, (7, 7), dtype=np.uint8), lopsided(random, 2).astype(np.int8)
    right = correlate(photo, small + 1)
    hidden(
        "convolve2D_fast, the values",
        "a square image and a square filter that a flip changes",
        matches(attempt, random.normal(0, 2, (8, 8)), lopsided(random, 3) - 1),
        lambda: attempt(photo.copy(), small + 1).equals(
            right,
            mistakes=[(public.BYTE_OVERFLOW, right % 256), *wrong(photo, small + 1)],
            raising=public.slip,
        ),
    )


def convolve2D_fast_options(convolve2D_fast: Function) -> None:
    """Everything at once, with filters that no flip changes."""
    random = draws("convolve2D_fast_options")
    attempt = Attempt("convolve2D_fast", convolve2D_fast)
    pairs = {TypeError: public.STRIDE_PAIR}
    single = {TypeError: public.STRIDE_INT}
    plain = whole(random, 5, 6), even(random, 2, 2)
    hidden(
        "convolve2D_fast, padding and strides",
        "an image and a filter that are not square, with padding and two different strides",
        matches(attempt, whole(random, 8, 13), even(random, 3, 2), padding=1, strides=(2, 3), raising=pairs),
        matches(attempt, whole(random, 11, 6), even(random, 2, 5), padding=3, strides=(4, 2), raising=pairs),
        matches(attempt, whole(random, 9, 12), even(random, 3, 4), strides=2, raising=single),
        lambda: attempt(*plain, padding=1).is_array(axes=2).leaves_inputs(),
    )


def convolve2D_fast_speed(convolve2D_fast: Function) -> None:
    """About 130,000 windows; no flip changes the filter."""
    random = draws("convolve2D_fast_speed")
    attempt = Attempt("convolve2D_fast", convolve2D_fast)
    image, filter = whole(random, 360, 360), even(random, 3, 3)
    wanted = correlate(image, filter)
    hidden(
        "convolve2D_fast, the speed",
        "an image with more than 100,000 windows",
        lambda: public.is_fast(lambda: attempt(image, filter).equals(wanted), wanted.size),
    )


# ---------------------------------------------------------------------------------------
# conv_layer, conv_parameters
# ---------------------------------------------------------------------------------------


def layer(
    images: np.ndarray,
    kernels: np.ndarray,
    bias: np.ndarray,
    padding: int = 0,
    strides: int | tuple[int, int] = 1,
    variant: Callable[..., np.ndarray] = correlate,
) -> np.ndarray:
    """What is wanted: (N, H, W, C) with (kh, kw, C, F) and (F,), one correlation a channel and filter."""
    maps = [
        [
            sum(
                variant(image[..., c], kernels[..., c, f], padding, pair(strides))
                for c in range(kernels.shape[2])
            )
            + bias[f]
            for f in range(kernels.shape[3])
        ]
        for image in images
    ]
    return np.moveaxis(np.array(maps), 1, -1)


def layer_wrong(
    images: np.ndarray,
    kernels: np.ndarray,
    bias: np.ndarray,
    padding: int = 0,
    strides: int | tuple[int, int] = 1,
) -> Wrong:
    """What each mistake would give for this call."""
    channels = kernels.shape[2]
    plain = layer(images, kernels, 0 * bias, padding, strides)
    mistakes: Wrong = [
        (public.BIAS_IGNORED, plain),
        (public.BIAS_PER_CHANNEL, plain + channels * bias),
        (public.BIAS_SUBTRACTED, plain - bias),
        *((public.ONE_BIAS_FOR_ALL, plain + one) for one in (bias.sum(), bias[0], bias.mean())),
        (public.CHANNELS_AVERAGED, plain / channels + bias),
        (public.CHANNELS_FIRST, np.moveaxis(plain + bias, -1, 1)),
        (public.FIRST_IMAGE_ONLY, plain[:1] + bias),
        (public.FIRST_IMAGE_ONLY, plain[0] + bias),
        (public.FIRST_IMAGE_ONLY, np.repeat(plain[:1], len(images), axis=0) + bias),
        (public.BATCH_ADDED, plain.sum(axis=0, keepdims=True) + bias),
        (public.BATCH_ADDED, np.repeat(plain.sum(axis=0, keepdims=True), len(images), axis=0) + bias),
    ]
    if padding:
        mistakes.append(
            (
                public.PADS_ALL_AXES,
                np.pad(plain, [(padding, padding), (0, 0), (0, 0), (0, 0)]) + bias,
            )
        )
    mistakes += [
        (
            public.CHANNELS_NOT_ADDED,
            lambda c=c: layer(
                images[..., c : c + 1], kernels[:, :, c : c + 1], bias, padding=padding, strides=strides
            ),
        )
        for c in (0, channels - 1)
    ]
    mistakes += [
        (mistake, lambda variant=variant: layer(images, kernels, bias, padding, strides, variant))
        for mistake, variant in VARIANTS
    ]
    return mistakes


def layer_case(
    attempt: Attempt, *arrays: np.ndarray, raising: Any = None, any_order: bool = True, **options: Any
) -> Callable[[], Answer]:
    """A case of conv_layer; with `any_order`, (N, F, H, W) passes too."""
    right = layer(*arrays, **options)
    if not callable(raising):
        raising = public.blame(public.plain_layer(attempt), raising)
    return lambda: attempt(*(array.copy() for array in arrays), **options).equals(
        right,
        also=[np.moveaxis(right, -1, 1)] if any_order else [],
        mistakes=[
            *layer_wrong(*arrays, **options),
            *([(public.BYTE_OVERFLOW, right % 256)] if arrays[0].dtype == np.uint8 else []),
        ],
        raising=raising,
    )


def even_kernels(random: np.random.Generator, side: int, channels: int, filters: int) -> np.ndarray:
    """Kernels (side, side, C, F), no two alike, that no turn, mirror or transpose changes."""
    factors = random.permutation(channels * filters) + 1
    slices = [factor * even(random, side, side) for factor in factors]
    return np.moveaxis(np.array(slices), 0, -1).reshape(side, side, channels, filters)


def lopsided_kernels(random: np.random.Generator, side: int, channels: int, filters: int) -> np.ndarray:
    """Kernels (side, side, C, F), each of which every turn and mirror changes."""
    slices = [lopsided(random, side) - 1 for _ in range(channels * filters)]
    return np.moveaxis(np.array(slices), 0, -1).reshape(side, side, channels, filters)


def conv_layer(conv_layer: Function) -> None:
    """One square image; more filters than channels, and fewer."""
    random = draws("conv_layer")
    attempt = Attempt("conv_layer", conv_layer)

    def case(side: int, kernel: int, channels: int, filters: int) -> Callable[[], Answer]:
        images = random.normal(0, 2, (1, side, side, channels))
        kernels = lopsided_kernels(random, kernel, channels, filters)
        return layer_case(
            attempt, images, kernels, np.zeros(filters), any_order=False, raising=public.layer_slip
        )

    photo = random.integers(60, 256, (1, 5, 5, 3), dtype=np.uint8)
    small = (lopsided_kernels(random, 2, 3, 2) + 2).astype(np.int8)

    hidden(
        "conv_layer, the values",
        "one square image with several channels, of floats or of bytes, without bias",
        case(7, 3, 3, 5),
        case(6, 2, 4, 2),
        layer_case(attempt, photo, small, np.zeros(2, dtype=int), any_order=False, raising=public.layer_slip),
    )


def conv_layer_bias(conv_layer: Function) -> None:
    """Large biases of both signs; all channels but the first are 0."""
    random = draws("conv_layer_bias")
    attempt = Attempt("conv_layer", conv_layer)
    bias = random.permutation([-30.0, 15.0, 50.0, 8.0])
    images = whole(random, 1, 6, 6, 3) * [1.0, 0.0, 0.0]
    hidden(
        "conv_layer, the bias",
        "one square image, with biases of both signs",
        layer_case(attempt, images, even_kernels(random, 3, 3, 4), bias),
    )


def conv_layer_batch(conv_layer: Function) -> None:
    """Several images of one channel, all different."""
    random = draws("conv_layer_batch")
    attempt = Attempt("conv_layer", conv_layer)
    hidden(
        "conv_layer, the batch",
        "a batch of several square images",
        layer_case(attempt, whole(random, 4, 6, 6, 1), even_kernels(random, 3, 1, 3), np.zeros(3)),
    )


def conv_layer_options(conv_layer: Function) -> None:
    """Nothing square, padding, two strides; one channel."""
    random = draws("conv_layer_options")
    attempt = Attempt("conv_layer", conv_layer)
    image, kernels, bias = whole(random, 1, 7, 12, 1), turning(random, 3, 2, 1, 3), np.zeros(3)
    errors = {
        TypeError: public.STRIDE_PAIR,
        IndexError: public.STRIDE_IN_OUTPUT_INDEX,
        ValueError: public.SQUARE_IMAGE,
    }
    hidden(
        "conv_layer, padding and strides",
        "one image that is not square, with padding and two different strides",
        layer_case(attempt, image, kernels, bias, padding=2, strides=(3, 2), raising=errors),
        layer_case(attempt, image, kernels, bias, padding=1, raising=errors),
        layer_case(attempt, image, kernels, bias, strides=2, raising={TypeError: public.STRIDE_INT}),
    )


def conv_layer_together(conv_layer: Function) -> None:
    """Every size differs from every other; the kernels equal their own turn."""
    random = draws("conv_layer_together")
    attempt = Attempt("conv_layer", conv_layer)
    images, kernels = random.normal(0, 2, (2, 9, 14, 3)), turning(random, 4, 3, 3, 5)
    bias = random.normal(0, 20, 5)
    hidden(
        "conv_layer, everything together",
        "a batch of images that are not square, with padding, two different strides and biases",
        layer_case(attempt, images, kernels, bias, padding=1, strides=(2, 3), any_order=False),
        lambda: attempt(images.copy(), kernels.copy(), bias.copy()).is_array(axes=4).leaves_inputs(),
    )


def conv_layer_errors(conv_layer: Function) -> None:
    """One channel against several is what NumPy would broadcast without a word."""
    random = draws("conv_layer_errors")
    attempt = Attempt("conv_layer", conv_layer)
    images, kernels, bias = whole(random, 1, 6, 6, 3), even_kernels(random, 3, 3, 2), np.zeros(2)
    why = "the images' channels and the kernels' channels differ"
    hidden(
        "conv_layer, channels that do not agree",
        "more and fewer channels in the images than in the kernels, one channel among them",
        lambda: attempt(images[..., :1], kernels, bias).raises(ValueError, why),
        lambda: attempt(images[..., :2], kernels, bias).raises(ValueError, why),
        lambda: attempt(images, kernels[:, :, :2], bias).raises(ValueError, why),
        lambda: attempt(images, kernels[:, :, :1], bias).raises(ValueError, why),
        layer_case(attempt, images[..., :1], kernels[:, :, :1], bias),
    )


def conv_parameters(conv_parameters: Function) -> None:
    """Every number differs from every other."""
    random = draws("conv_parameters")
    attempt = Attempt("conv_parameters", conv_parameters)

    def case() -> Callable[[], Answer]:
        height, width, channels, filters = (int(n) for n in random.permutation(np.arange(2, 12))[:4])
        weights = sum(1 for _ in np.ndindex(height, width, channels, filters))
        mistakes: Wrong = [
            (public.BIAS_NOT_COUNTED, weights),
            (public.ONE_BIAS, weights + 1),
            (public.BIAS_A_CHANNEL, weights + channels),
            (public.BIAS_A_CHANNEL, weights + channels * filters),
            (public.CHANNELS_NOT_COUNTED, weights // channels + filters),
            (public.SQUARE_KERNEL, weights // width * height + filters),
            (public.SQUARE_KERNEL, weights // height * width + filters),
        ]
        return lambda: attempt(height, width, channels, filters).equals(weights + filters, mistakes=mistakes)

    hidden("conv_parameters", "kernels that are not square", case(), case(), case())


# ---------------------------------------------------------------------------------------
# conv_backward
# ---------------------------------------------------------------------------------------


def _backward_inputs(check: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = draws(check)
    # A filter two wide would have rings of one, which is also what a slip gives.
    return random.normal(0, 1, (6, 9)), random.normal(0, 1, (3, 4)), random.normal(0, 1, (4, 6))


def conv_backward_filter(conv_backward: Function) -> None:
    """The output's gradient slides over the image."""
    image, filter, gradient = _backward_inputs("conv_backward_filter")
    attempt = Attempt("conv_backward", conv_backward)
    right = slide(image, gradient)
    last = gradient[-1, -1] * image[-filter.shape[0] :, -filter.shape[1] :]
    mistakes: Wrong = [
        (public.OVERWRITTEN, last),
        (public.TURNED_NEEDLESSLY, right[::-1, ::-1]),
        (public.TURNED_NEEDLESSLY, convolve2d(image, gradient, mode="valid")),
        (public.RESULTS_SWAPPED, convolve2d(gradient, filter)),
    ]
    hidden(
        "conv_backward, the filter's gradient",
        "an image and a filter that are not square",
        lambda: (
            attempt(image.copy(), filter.copy(), gradient.copy())
            .part(1, of=2)
            .equals(right, mistakes=mistakes)
        ),
        lambda: attempt(image.copy(), filter.copy(), gradient.copy()).leaves_inputs(),
    )


def _overwritten(steps: np.ndarray, patch: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Patches laid one over the other where they should be added up."""
    result = np.zeros(shape)
    for (row, column), value in np.ndenumerate(steps):
        result[row : row + patch.shape[0], column : column + patch.shape[1]] = value * patch
    return result


def conv_backward_image(conv_backward: Function) -> None:
    """The turned filter slides over the output's gradient in its rings of zeros."""
    image, filter, gradient = _backward_inputs("conv_backward_image")
    attempt = Attempt("conv_backward", conv_backward)
    right = convolve2d(gradient, filter)
    mistakes: Wrong = [
        (public.TURN_FORGOTTEN, correlate2d(gradient, filter)),
        (public.NOT_FULL, convolve2d(gradient, filter, mode="valid")),
        (public.NOT_FULL, convolve2d(gradient, filter, mode="same")),
        *((public.NOT_FULL, slide(np.pad(gradient, n - 1), filter[::-1, ::-1])) for n in (2, *filter.shape)),
        (public.RESULTS_SWAPPED, slide(image, gradient)),
        (public.OVERWRITTEN, lambda: _overwritten(gradient, filter, image.shape)),
        (public.OVERWRITTEN, lambda: _overwritten(filter, gradient, image.shape)),
    ]
    hidden(
        "conv_backward, the image's gradient",
        "an image and a filter that are not square",
        lambda: (
            attempt(image.copy(), filter.copy(), gradient.copy())
            .part(0, of=2)
            .equals(right, mistakes=mistakes)
        ),
    )
