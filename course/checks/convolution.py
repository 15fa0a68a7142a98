"""Public checks of 01_convolution."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course.checking import Answer, Attempt, CheckFailed, Mistake, public

# ---------------------------------------------------------------------------------------
# Mistakes that have a name
# ---------------------------------------------------------------------------------------

EQUAL_WEIGHTS = Mistake(
    "equal-weights",
    "the three channels seem to count alike, as in a plain mean. The eye does not see them alike: "
    "use 0.2989 for red, 0.5870 for green and 0.1140 for blue.",
)
CHANNEL_ORDER = Mistake(
    "channel-order",
    "red and blue seem to have changed places: the last axis holds red, green, blue, in this order.",
)
WEIGHTS_ROUNDED = Mistake(
    "weights-rounded",
    "nearly: the weights were rounded to two digits. Use 0.2989, 0.5870 and 0.1140 (0.299, 0.587 and 0.114 will do).",
)
SCALED = Mistake(
    "scaled",
    "your values lie on another scale: the photo was divided, by 255 or by its largest value. Stay on the "
    "scale of the input, so that 0..255 stays 0..255.",
)
BYTE_OVERFLOW = Mistake(
    "byte-overflow",
    "the sum went round past 255: bytes were added or multiplied as bytes. Turn the photo into floats "
    "first, with rgb.astype(float).",
)
FRACTIONS_CUT = Mistake(
    "fractions-cut",
    "the fractions are gone: the result was made whole, by astype, by int(…) or by an output array of an "
    "integer type. Grey values are floats.",
)
WRITES_INTO_PHOTO = Mistake(
    "input-modified",
    "is there a *= or a += on the photo itself? That writes into the array that was given, and on bytes "
    "it is an error besides: multiply into a new array.",
)
CHANNEL_AXIS = Mistake(
    "channel-axis",
    "an index ran past the photo's edge: its axes are (height, width, channel). The channels come last, as "
    "in rgb[..., 0]; the height is shape[0] and the width shape[1].",
)
CHANNELS_TAKEN_FIRST = Mistake(
    "channels-taken-first",
    "the channels were looked for on the first axis, which holds the rows: they are on the last one, as in "
    "rgb[..., 0].",
)
KERNEL_ONLY = Mistake(
    "only-kernel-divided",
    "only the kernel was divided by the stride: parentheses are missing. The whole way n + 2p - k is "
    "walked in strides, so all of it is divided. With stride 1 this mistake does not show.",
)
STRIDE_NOT_IN_SIZE = Mistake("stride-not-in-size", "this is the size for stride 1: is the stride used?")
ONE_INSIDE = Mistake(
    "one-inside-division",
    "the + 1 was divided too: it stands for the first position, which needs no step. Divide n + 2p - k, "
    "then add 1.",
)
ROUNDED_UP = Mistake(
    "rounded-up",
    "the size was rounded up (or to the nearest): a last step that does not fit whole is not taken, so "
    "round down, with //.",
)
ONE_FORGOTTEN = Mistake(
    "one-forgotten",
    "the size is one too small: the filter stands somewhere before its first step. Add 1.",
)
PADDING_ONCE = Mistake(
    "padding-once",
    "the padding was counted once: a ring adds p pixels on both sides, so 2p in all.",
)
PADDING_NOT_COUNTED = Mistake(
    "padding-not-counted",
    "the padding was not counted: the filter slides over the padded image, which is n + 2p long.",
)
PREDICTION = Mistake(
    "prediction-off",
    "put the numbers into floor((n + 2p - k) / s) + 1 once more, once for the height and once for the "
    "width. A pair means (down, across).",
)
KERNEL_FLIPPED = Mistake(
    "kernel-flipped",
    "these are the numbers for a filter turned by 180 degrees. That is convolution as mathematics books "
    "define it; the network's convolution lays the filter on as it is: do not flip it.",
)
MIRRORED = Mistake(
    "kernel-mirrored",
    "these are the numbers for a filter that was mirrored or transposed: lay it on as it is, its rows on "
    "the window's rows and its columns on the window's columns.",
)
OUTPUT_IMAGE_SIZED = Mistake(
    "output-image-sized",
    "the output has the size of the image: without padding it is smaller, because the filter must fit in. "
    "Work its height and width out with the formula from section 2.",
)
LAST_MISSING = Mistake(
    "last-position-missing",
    "the last row or column is missing: the last position that the filter can reach is size - filter "
    "size, and range stops one before its end.",
)
WINDOW_PAST_EDGE = Mistake(
    "window-past-edge",
    "a window ran past the edge, where it is smaller than the filter. The last row where it can begin is "
    "the padded image's height - the filter's height, and the last column likewise.",
)
OUTPUT_TOO_SMALL = Mistake(
    "output-too-small",
    "the output has fewer rows or columns than the filter has places: is the + 1 of the formula there?",
)
SUM_FORGOTTEN = Mistake(
    "sum-forgotten",
    "several products were to go into one place of the output: add them up to one number, with np.sum.",
)
SIZE_IS_FRACTION = Mistake(
    "size-is-fraction",
    "a size, a limit or an index is a float: / gives one even where it divides without rest. Use //.",
)
PLAIN_CASE_FIRST = Mistake(
    "plain-case-first",
    "the plain case fails already: square, without padding, stride 1. Mend that first, with the check of "
    "the values; this one may then pass by itself.",
)
RESULT_TRANSPOSED = Mistake(
    "result-transposed",
    "the result lies on its side: its rows are the columns of the right one. The place in the output is "
    "[row, column], the row first.",
)
MATRIX_PRODUCT = Mistake(
    "matrix-product",
    "these are the numbers of a matrix product: multiply window and filter element by element with *, not "
    "with @ or np.dot, and add everything up.",
)
MEAN_TAKEN = Mistake(
    "mean-taken",
    "these are means: add the products up, and do not divide by their number.",
)
ALL_ZERO = Mistake(
    "all-zero",
    "every value is 0: is each sum written into the output? A try … except around it would hide the "
    "error that stops it.",
)
SQUARE_IMAGE = Mistake(
    "square-image",
    "this image is not square: take the height from shape[0] and the width from shape[1], each for its own direction.",
)
SQUARE_FILTER = Mistake(
    "square-filter",
    "this filter is not square: use its height for the rows and its width for the columns.",
)
PADDING_IGNORED = Mistake("padding-ignored", "these are the numbers without padding: is `padding` used?")
PADDING_ONE_SIDE = Mistake(
    "padding-one-side",
    "the zeros stand on one side only: a ring goes all around, above and below, left and right.",
)
PADDING_TWICE = Mistake(
    "padding-twice",
    "there are twice as many rings as were asked for: is the padding counted again after the image was padded?",
)
PADDING_NOT_ZERO = Mistake(
    "padding-not-zero",
    "the rings are not zero: they seem to repeat the image's edge. Zero padding adds zeros.",
)
PADDING_MISPLACED = Mistake(
    "padding-misplaced",
    "the image sits in the corner of the padded array: place it `padding` rows down and `padding` columns across.",
)
PADDING_NOT_IN_SIZE = Mistake(
    "padding-not-in-size",
    "the filter does not reach the far side: work out size and limits from the padded image's shape.",
)
STRIDE_IGNORED = Mistake("stride-ignored", "these are the numbers for stride 1: is `strides` used?")
STRIDE_IN_OUTPUT_INDEX = Mistake(
    "stride-in-output-index",
    "is the result written to output[row, column]? With a stride, the window's position and the place in "
    "the output differ: window row 4 at stride 2 is output row 2. Divide the position by the stride.",
)
STRIDE_NOT_IN_POSITION = Mistake(
    "stride-not-in-position",
    "the output has the right size, but the windows were taken one pixel apart: let them start at "
    "multiples of the stride.",
)
LIMIT_OF_OUTPUT = Mistake(
    "limit-of-output",
    "the window stops too early: last_row and last_column count rows and columns of the padded image, not "
    "of the output. Whatever the stride, they are its size - the filter's.",
)
ONE_STRIDE_FOR_BOTH_PLACES = Mistake(
    "one-stride-for-both-places",
    "look at the place in the output: the row is divided by the stride down, the column by the stride "
    "across. With a pair these are two different numbers.",
)
STRIDES_SWAPPED = Mistake(
    "strides-swapped",
    "the two strides changed places: a pair means (down, across), rows first.",
)
FIRST_STRIDE_ONLY = Mistake(
    "first-stride-only",
    "the first stride of the pair was used for both directions.",
)
STRIDE_PAIR = Mistake(
    "stride-pair",
    "strides may be a pair like (2, 3): unpack it into one stride down and one across.",
)
STRIDE_INT = Mistake("stride-int", "strides may be a single whole number: use it for both directions.")
CLIPPED = Mistake(
    "clipped",
    "values below 0 or above 255 were clipped: a feature map is not a photo; leave the values as they are.",
)
ABSOLUTE = Mistake("absolute", "the sign is gone: a feature map may be negative; take no absolute value.")
REFUSES_LIMIT = Mistake(
    "refuses-what-fits",
    "this fits, only just: a filter may be as large as the padded image. Compare with the size after "
    "padding, and refuse only what is larger.",
)
SUM_OF_ABSOLUTES = Mistake(
    "sum-of-absolutes",
    "the two lengths were added: down and across are at right angles, so it is Pythagoras' rule, the root "
    "of the sum of squares.",
)
ROOT_FORGOTTEN = Mistake("root-forgotten", "these are the sums of squares: take their square root.")
SIGNED_SUM = Mistake(
    "signed-sum", "the two responses were added with their signs: square them first, then take the root."
)
RESCALED = Mistake("rescaled", "the result was stretched to another scale: return the magnitudes themselves.")
ONE_DIRECTION = Mistake(
    "one-direction",
    "the filter was mirrored in one direction or transposed: a turn by 180 degrees mirrors rows and "
    "columns, filter[::-1, ::-1].",
)
NOT_ONE_ANSWER = Mistake(
    "not-one-answer",
    "== and != compare weight by weight and give an array: one answer for the whole filter is asked, as "
    "from np.array_equal, or from .any() behind the comparison.",
)
ANSWERS_REVERSED = Mistake(
    "answers-reversed",
    "True stands for a flip that shows, so for a filter that differs from itself turned by 180 degrees.",
)
SLOW = Mistake(
    "slow-as-loops",
    "right, and slow: this takes about as long as a Python loop over all windows. Let "
    "sliding_window_view make the windows and one NumPy call multiply and add them.",
)
EINSUM_LETTERS = Mistake(
    "einsum-letters",
    "the letters in einsum do not fit the axes: write one letter for each axis of each array. The window's "
    "rows share their letter with the filter's rows, and the columns likewise.",
)
NOT_SUMMED = Mistake(
    "not-summed",
    "the products are there and not yet added up: sum over the window's axes. In einsum, their letters do "
    "not stand behind the arrow.",
)
SUMMED_OVER_PLACES = Mistake(
    "summed-over-places",
    "the result has the filter's shape: the sum ran over the places of the window. Sum over the window's "
    "own axes, the last two.",
)
KERNEL_AXES = Mistake(
    "kernel-axes",
    "look at the order of axes: images are (N, H, W, C) and kernels (kh, kw, C, F), so a kernel's third "
    "axis goes with the channels and its last one with the filters.",
)
PADS_ALL_AXES = Mistake(
    "pads-all-axes",
    "np.pad with one number pads every axis, the batch and the channels too: give it a pair for each axis, "
    "with (0, 0) for the first and the last.",
)
CHANNELS_NOT_ADDED = Mistake(
    "channels-not-added",
    "not every channel counts: a filter has a slice for each channel, and the products of all slices are "
    "added up to one number.",
)
CHANNELS_AVERAGED = Mistake("channels-averaged", "the channels were averaged: add them up.")
CHANNELS_FIRST = Mistake(
    "channels-first",
    "the numbers are right and stand in another order of axes: the course's order is (N, H, W, F), "
    "feature maps last.",
)
BIAS_IGNORED = Mistake(
    "bias-ignored", "these are the numbers without the bias: add bias[f] to feature map f."
)
BIAS_PER_CHANNEL = Mistake(
    "bias-per-channel",
    "the bias was added once a channel: add it once a filter, after the sum over the channels.",
)
BIAS_SUBTRACTED = Mistake("bias-subtracted", "the bias was subtracted: add it.")
ONE_BIAS_FOR_ALL = Mistake(
    "one-bias-for-all",
    "the same number was added to every feature map: the first bias, or all of them together. Feature map "
    "f gets bias[f].",
)
FIRST_IMAGE_ONLY = Mistake(
    "first-image-only", "only the first image of the batch was used: every image has its own feature maps."
)
BATCH_ADDED = Mistake(
    "batch-added", "the images of the batch were added up: they have nothing to do with each other."
)
BIAS_NOT_COUNTED = Mistake("bias-not-counted", "the biases were not counted: there is one a filter.")
ONE_BIAS = Mistake("one-bias", "one bias was counted for the whole layer: there is one a filter.")
BIAS_A_CHANNEL = Mistake(
    "bias-a-channel", "a bias was counted for each channel: there is one a filter, whatever the channels."
)
CHANNELS_NOT_COUNTED = Mistake(
    "channels-not-counted",
    "the channels were not counted: each filter has a slice of weights for every channel of its input.",
)
SQUARE_KERNEL = Mistake("square-kernel", "this kernel is not square: multiply its height by its width.")
OVERWRITTEN = Mistake(
    "overwritten",
    "every step overwrote the one before: a pixel or a weight that meets several values adds up what each "
    "of them gives. Use += in place of =.",
)
RESULTS_SWAPPED = Mistake(
    "results-swapped", "the two gradients changed places: the image's comes first, then the filter's."
)
TURN_FORGOTTEN = Mistake(
    "turn-forgotten",
    "the filter was laid on as it is: on the way back it must be turned by 180 degrees, because the pixel "
    "right of a position met the filter's left part.",
)
TURNED_NEEDLESSLY = Mistake(
    "turned-needlessly",
    "something was turned by 180 degrees: for the filter's gradient, lay the output's gradient on the "
    "image as it is.",
)
NOT_FULL = Mistake(
    "not-full",
    "the image's gradient has the image's shape: surround the output's gradient with rings of zeros before "
    "the filter slides over it, filter height - 1 above and below, filter width - 1 left and right.",
)

TOGETHER = (
    "each part of this has a check of its own: mend those that fail first. If all of them pass, take the "
    "options away one by one, until it comes out right."
)
"""What to do where everything comes together and no mistake is recognised."""

Likely = Mistake | Mapping[type[Exception], Mistake] | None


def slip(error: Exception) -> Mistake | None:
    """A mistake that an error's own words give away, whatever the input was made to show."""
    said = str(error)
    if isinstance(error, ValueError) and "array element with a sequence" in said:
        return SUM_FORGOTTEN
    if isinstance(error, TypeError) and "converted to Python scalars" in said:
        return SUM_FORGOTTEN
    if isinstance(error, ValueError) and ("remapped shapes" in said or "einstein" in said):
        return EINSUM_LETTERS
    if isinstance(error, TypeError) and "'tuple'" in said:
        return STRIDE_PAIR
    if isinstance(error, TypeError) and (
        "unpack non-iterable int" in said or "'int' object is not sub" in said
    ):
        return STRIDE_INT
    floats = "'float' object cannot be interpreted", "only integers, slices"
    if isinstance(error, (TypeError, IndexError)) and any(words in said for words in floats):
        return SIZE_IS_FRACTION
    return None


def plain_slip(error: Exception) -> Mistake | None:
    """What an error means in the plain case: nothing but sizes and limits can be wrong there."""
    if isinstance(error, ValueError) and "could not be broadcast together with shapes" in str(error):
        return slip(error) or WINDOW_PAST_EDGE
    if isinstance(error, TypeError) and "slice indices must be" in str(error):
        return SIZE_IS_FRACTION
    return slip(error) or (OUTPUT_TOO_SMALL if isinstance(error, IndexError) else None)


def blame(plain: Callable[[], Any], likely: Likely = None) -> Callable[[Exception], Mistake | None]:
    """Guess what an error means where an input shows one thing, such as a stride.

    The guess `likely` is made only where the case `plain`, which shows nothing, passes.
    """

    def judge(error: Exception) -> Mistake | None:
        known = slip(error)
        if known:
            return known
        try:
            plain()
        except CheckFailed:
            return PLAIN_CASE_FIRST
        if isinstance(likely, Mapping):
            return next((mistake for kind, mistake in likely.items() if isinstance(error, kind)), None)
        return likely

    return judge


# ---------------------------------------------------------------------------------------
# Small inputs.  Nothing here is computed: the wanted numbers were worked out elsewhere.
# ---------------------------------------------------------------------------------------


def _digits(rows: str) -> np.ndarray:
    """An image of floats from rows of digits."""
    return np.array([[float(digit) for digit in row] for row in rows.split()])


def _image() -> np.ndarray:
    return _digits("1023 4102 3510 0261")


def _filter() -> np.ndarray:
    return _digits("021 301 110")


def _even() -> np.ndarray:
    """A filter that no turn, mirror or transpose changes: flips are judged in one check only."""
    return _digits("121 232 121")


def _house() -> np.ndarray:
    return _digits(
        "0000110000 0001551000 0015555100 0155555510 1555555551 "
        "0333333330 0399339930 0399339930 0333399330 0333399330"
    )


HOUSE_WANTED = [
    [0, 2, 12, 21, 28, 25, 9, 1],
    [2, 12, 25, 45, 41, 28, 25, 9],
    [12, 25, 45, 45, 45, 41, 28, 25],
    [18, 41, 41, 41, 41, 41, 37, 24],
    [21, 39, 45, 39, 33, 39, 45, 32],
    [21, 39, 57, 51, 33, 39, 57, 45],
    [27, 51, 57, 45, 45, 63, 63, 39],
    [21, 45, 39, 33, 45, 75, 63, 21],
]
VALUES_WANTED = [[22, 18], [14, 25]]
VALUES_FLIPPED = [[19, 19], [11, 21]]
VALUES_MIRRORED = [[[24, 9], [25, 29]], [[11, 12], [20, 13]], [[18, 19], [12, 20]]]
VALUES_SAME = [
    [[4, 10, 4, 8], [6, 22, 18, 7], [14, 14, 25, 14], [13, 17, 9, 18]],
    [[8, 13, 10, 6], [10, 19, 19, 4], [20, 11, 21, 11], [14, 24, 6, 6]],
    [[9, 7, 5, 10], [13, 24, 9, 5], [11, 25, 29, 7], [5, 14, 13, 19]],
    [[5, 8, 11, 4], [13, 11, 12, 8], [25, 20, 13, 6], [12, 31, 12, 7]],
    [[4, 9, 4, 6], [7, 18, 19, 10], [18, 12, 20, 15], [16, 22, 8, 12]],
]
"""With one ring of zeros: the filter as it is, turned, and mirrored in three ways."""


def plain_convolution(attempt: Attempt) -> Callable[[], Answer]:
    """A case without padding, stride or flip: square image, square filter."""
    return lambda: attempt(_image(), _even()).equals([[28, 20], [39, 31]])


def plain_layer(attempt: Attempt) -> Callable[[], Answer]:
    """One square image of one channel, without bias or options; any order of axes."""
    wanted = [[[[6, 4], [8, 0]], [[8, 8], [5, 2]]]]
    return lambda: attempt(_one_image()[..., :1], _turning_filters()[:, :, :1], np.zeros(2)).equals(
        wanted, also=[_channels_first(wanted)]
    )


# ---------------------------------------------------------------------------------------
# rgb2gray
# ---------------------------------------------------------------------------------------

GREY_TOLERANCE = 1e-3
"""Of the scale: lets 0.299, 0.587, 0.114 pass.  Whole grey values and other weights cost one check each."""


def grey_slip(error: Exception) -> Mistake | None:
    """What an error means on the way from colours to grey values."""
    kinds = {
        OverflowError: BYTE_OVERFLOW,
        TypeError: WRITES_INTO_PHOTO,
        IndexError: CHANNEL_AXIS,
        ValueError: CHANNELS_TAKEN_FIRST,
    }
    likely = (mistake for kind, mistake in kinds.items() if isinstance(error, kind))
    return slip(error) or next(likely, None)


def rgb2gray(rgb2gray: Callable[..., Any]) -> None:
    """Colours on 0..255 get the right grey values; whole grey values pass here."""
    attempt = Attempt("rgb2gray", rgb2gray)
    photo = np.array([[[100.0, 0, 0], [0, 200, 0], [0, 0, 150]], [[255, 255, 255], [60, 30, 90], [0, 0, 0]]])
    steps = np.arange(8.0) * 30
    flag = np.stack(
        [np.tile(steps, (8, 1)), np.tile(steps[:, None], (1, 8)), np.full((8, 8), 120.0)], axis=-1
    )
    public(
        "rgb2gray, the grey values",
        lambda: attempt(photo).equals(
            [[29.89, 117.4, 17.1], [254.97, 45.80, 0]],
            tolerance=255 * GREY_TOLERANCE,
            also=[[[29, 117, 17], [254, 45, 0]], [[30, 117, 17], [255, 46, 0]]],
            mistakes=[
                (EQUAL_WEIGHTS, [[33.33, 66.67, 50], [255, 60, 0]]),
                (EQUAL_WEIGHTS, [[33, 66, 50], [255, 60, 0]]),
                (CHANNEL_ORDER, [[11.4, 117.4, 44.83], [254.97, 51.35, 0]]),
                (WEIGHTS_ROUNDED, [[30, 118, 16.5], [255, 45.6, 0]]),
                (SCALED, [[0.1172, 0.4604, 0.0671], [0.9999, 0.1796, 0]]),
                (SQUARE_IMAGE, [[29.89, 117.4], [254.97, 45.8]]),
                (SQUARE_IMAGE, [[29.89, 117.4, 0], [254.97, 45.8, 0]]),
            ],
            raising=grey_slip,
        ),
        lambda: attempt(flag).equals(
            [
                [13.68, 22.65, 31.61, 40.58, 49.55, 58.52, 67.48, 76.45],
                [31.29, 40.26, 49.22, 58.19, 67.16, 76.13, 85.09, 94.06],
                [48.90, 57.87, 66.83, 75.80, 84.77, 93.74, 102.70, 111.67],
                [66.51, 75.48, 84.44, 93.41, 102.38, 111.35, 120.31, 129.28],
                [84.12, 93.09, 102.05, 111.02, 119.99, 128.96, 137.92, 146.89],
                [101.73, 110.70, 119.66, 128.63, 137.60, 146.57, 155.53, 164.50],
                [119.34, 128.31, 137.27, 146.24, 155.21, 164.18, 173.14, 182.11],
                [136.95, 145.92, 154.88, 163.85, 172.82, 181.79, 190.75, 199.72],
            ],
            tolerance=1.0,  # whole grey values were let pass above
            picture="Colours as grey values",
        ),
    )


def rgb2gray_floats(rgb2gray: Callable[..., Any]) -> None:
    """Bytes do not overflow, fractions stay; other weights pass, they are judged above."""
    attempt = Attempt("rgb2gray", rgb2gray)
    bright = np.array([[[250, 240, 200], [90, 130, 220]], [[255, 255, 255], [8, 4, 2]]], dtype=np.uint8)
    soft = np.array([[[0.9, 0.5, 0.2], [0.1, 0.4, 0.8]]])
    public(
        "rgb2gray, floats out",
        lambda: floats(
            attempt(bright.copy()).equals(
                [[238.405, 128.291], [254.9745, 4.9672]],
                tolerance=255 * GREY_TOLERANCE,
                also=[
                    [[230, 146.6667], [255, 4.6667]],
                    [[229.16, 152.328], [254.9745, 3.8578]],
                    [[238.6, 127.9], [255, 4.98]],
                ],
                mistakes=[
                    (BYTE_OVERFLOW, [[59.3333, 61.3333], [84.3333, 4.6667]]),
                    (BYTE_OVERFLOW, [[59, 61], [84, 4]]),
                    (BYTE_OVERFLOW, [[0.52, 2.46], [1.56, 2.42]]),
                    (FRACTIONS_CUT, [[238, 128], [254, 4]]),
                    (FRACTIONS_CUT, [[238, 128], [255, 5]]),
                    (SCALED, [[0.93492, 0.50310], [0.9999, 0.01948]]),
                ],
                raising=grey_slip,
            )
        ),
        lambda: floats(
            attempt(soft.copy()).equals(
                [[0.58531, 0.35589]],
                tolerance=GREY_TOLERANCE,
                also=[[[0.53333, 0.43333]], [[0.4559, 0.4853]], [[0.587, 0.354]]],
                mistakes=[
                    (FRACTIONS_CUT, [[0, 0]]),
                    (FRACTIONS_CUT, [[1, 0]]),
                    (SCALED, [[0.002295, 0.001396]]),
                    (SCALED, [[0.650344, 0.395433]]),
                    (SQUARE_IMAGE, [[0.58531]]),
                    (SQUARE_IMAGE, [[0.58531, 0]]),
                ],
                raising=grey_slip,
            )
        ),
    )


def floats(answer: Answer) -> Answer:
    """Expect floats, in whatever container."""
    return answer.satisfies(
        np.asarray(answer.value).dtype.kind == "f",
        wanted="floats",
        cause=FRACTIONS_CUT.message,
        mistake=FRACTIONS_CUT.name,
    )


def rgb2gray_new_array(rgb2gray: Callable[..., Any]) -> None:
    """An array with two axes, and the photo as it was; other weights, cut fractions and scales pass."""
    attempt = Attempt("rgb2gray", rgb2gray)
    photo = np.array([[[100.0, 40, 10], [20, 80, 30]], [[0, 0, 90], [60, 70, 80]], [[90, 0, 0], [0, 90, 0]]])
    wanted = [[54.51, 56.358], [10.26, 68.144], [26.901, 52.83]]
    also = [
        [[50, 43.3333], [30, 70], [30, 30]],
        [[37.869, 58.207], [26.901, 71.842], [10.26, 52.83]],
        [[54.7, 56.5], [9.9, 68.1], [27, 53.1]],
        [[54, 56], [10, 68], [26, 52]],
        [[55, 56], [10, 68], [27, 53]],
        [[0.21376, 0.22101], [0.04024, 0.26723], [0.10549, 0.20718]],
        [[0.5451, 0.56358], [0.1026, 0.68144], [0.26901, 0.5283]],
    ]
    first = [[40.15, 11.956, 55.819], [41.198, 75.262, 55.927]]

    def call() -> Answer:
        return attempt(photo.copy()).equals(
            wanted,
            tolerance=50 * GREY_TOLERANCE,
            also=also,
            mistakes=[(CHANNELS_TAKEN_FIRST, first)],
            raising=grey_slip,
        )

    public(
        "rgb2gray, a new array",
        lambda: call().is_array(axes=2),
        lambda: call().leaves_inputs(),
    )


# ---------------------------------------------------------------------------------------
# output_size, predict_shapes
# ---------------------------------------------------------------------------------------


def output_size(output_size: Callable[..., Any]) -> None:
    """Stride 1, with and without padding."""
    attempt = Attempt("output_size", output_size)
    public(
        "output_size, stride 1",
        lambda: attempt(7, 3, 0, 1).equals(5, mistakes=[(ONE_FORGOTTEN, 4)]),
        lambda: attempt(10, 4, 2, 1).equals(
            11, mistakes=[(PADDING_ONCE, 9), (PADDING_NOT_COUNTED, 7), (ONE_FORGOTTEN, 10)]
        ),
        lambda: attempt(32, 3, 1, 1).equals(32, mistakes=[(PADDING_ONCE, 31), (PADDING_NOT_COUNTED, 30)]),
    )


def output_size_stride(output_size: Callable[..., Any]) -> None:
    """Strides that divide and that do not; no padding, and a fraction passes: each is judged elsewhere."""
    attempt = Attempt("output_size", output_size)
    public(
        "output_size, other strides",
        # A + 1 inside the division gives the right size here, a forgotten one does not: so this comes first.
        lambda: attempt(10, 3, 0, 2).equals(
            4,
            also=[4.5],
            mistakes=[
                (KERNEL_ONLY, 9.5),
                (KERNEL_ONLY, 10),
                (KERNEL_ONLY, 9),
                (ROUNDED_UP, 5),
                (ONE_FORGOTTEN, 3),
                (ONE_FORGOTTEN, 3.5),
                (STRIDE_NOT_IN_SIZE, 8),
            ],
        ),
        lambda: attempt(9, 3, 0, 2).equals(4, mistakes=[(ONE_INSIDE, 3), (ONE_INSIDE, 3.5)]),
        lambda: attempt(28, 5, 0, 3).equals(
            8,
            also=[8.666666667],
            mistakes=[(KERNEL_ONLY, 27.33333333), (KERNEL_ONLY, 28), (KERNEL_ONLY, 27), (ROUNDED_UP, 9)],
        ),
    )


def output_size_whole(output_size: Callable[..., Any]) -> None:
    """The kind of number; one off passes, sizes are judged above."""
    attempt = Attempt("output_size", output_size)
    public(
        "output_size, a whole number",
        lambda: attempt(9, 4, 0, 1).equals(6, tolerance=1).is_whole_number(),
        lambda: attempt(16, 5, 0, 1).equals(12, tolerance=1).is_whole_number(),
    )


def predict_shapes(predict_shapes: Callable[..., Any]) -> None:
    """Only the form: whether the prediction comes true is seen in the notebook."""
    answer = Attempt("predict_shapes", predict_shapes)
    public("predict_shapes, the form (right or wrong is seen when graded)", lambda: three_pairs(answer()))


def three_pairs(answer: Answer) -> Answer:
    """Expect three (height, width) pairs of numbers."""
    try:
        shape = np.shape(answer.value)
    except ValueError:
        shape = None
    return answer.satisfies(
        shape == (3, 2),
        wanted="three pairs, like [(9, 9), (8, 8), (7, 7)]",
        cause="return a list of three pairs (height, width), in the order of the table.",
        mistake="not-three-pairs",
    )


# ---------------------------------------------------------------------------------------
# convolve2D
# ---------------------------------------------------------------------------------------


def convolve2D(convolve2D: Callable[..., Any]) -> None:
    """The product-sum: a filter that no turn or mirror leaves as it is; whole positive numbers."""
    attempt = Attempt("convolve2D", convolve2D)
    public(
        "convolve2D, the values",
        lambda: attempt(_image(), _filter()).equals(
            VALUES_WANTED,
            mistakes=[
                (KERNEL_FLIPPED, VALUES_FLIPPED),
                *((MIRRORED, wrong) for wrong in VALUES_MIRRORED),
                (LAST_MISSING, [[22]]),
                (LAST_MISSING, [[22, 0], [0, 0]]),
                (OUTPUT_IMAGE_SIZED, np.pad(VALUES_WANTED, (0, 2))),
                (OUTPUT_IMAGE_SIZED, np.pad(VALUES_WANTED, 1)),
                (OUTPUT_IMAGE_SIZED, VALUES_SAME[0]),
                (MATRIX_PRODUCT, [[54, 40], [67, 58]]),
                (MATRIX_PRODUCT, [[45, 41], [63, 48]]),
                (MEAN_TAKEN, [[2.4444444, 2], [1.5555556, 2.7777778]]),
                (ALL_ZERO, [[0, 0], [0, 0]]),
                (RESULT_TRANSPOSED, [[22, 14], [18, 25]]),
            ],
            raising=plain_slip,
        ),
        lambda: attempt(_house(), _filter()).equals(
            HOUSE_WANTED, picture="A small house, filtered", raising=plain_slip
        ),
    )


def convolve2D_shapes(convolve2D: Callable[..., Any]) -> None:
    """Images and filters that are not square, and a filter of even size."""
    attempt = Attempt("convolve2D", convolve2D)
    plain = plain_convolution(attempt)
    public(
        "convolve2D, any height and width",
        lambda: attempt(_digits("102314 410205 351021 026113"), _even()).equals(
            [[28, 20, 18, 28], [39, 31, 19, 21]],
            mistakes=[
                (SQUARE_IMAGE, [[28, 20], [39, 31]]),
                (LAST_MISSING, [[28, 20, 18]]),
                (LAST_MISSING, [[28, 20, 18, 0], [0, 0, 0, 0]]),
            ],
            raising=blame(plain, SQUARE_IMAGE),
        ),
        lambda: attempt(_digits("1430 0152 2016 3201 1021 4513"), _even()).equals(
            [[28, 39], [20, 31], [18, 19], [28, 21]],
            mistakes=[(SQUARE_IMAGE, [[28, 39], [20, 31]])],
            raising=blame(plain, SQUARE_IMAGE),
        ),
        lambda: attempt(_image(), _digits("131 131")).equals(
            [[10, 12], [26, 11], [31, 29]],
            mistakes=[
                (SQUARE_FILTER, [[10, 12], [26, 11]]),
                (SQUARE_FILTER, [[10, 12, 0], [26, 11, 0], [31, 29, 0]]),
            ],
            raising=blame(plain, SQUARE_FILTER),
        ),
        lambda: attempt(_image(), _digits("1 2 1")).equals(
            [[12, 7, 3, 7], [10, 13, 8, 3]],
            mistakes=[(SQUARE_FILTER, [[12, 7], [10, 13]])],
            raising=blame(plain, SQUARE_FILTER),
        ),
    )


def convolve2D_padding(convolve2D: Callable[..., Any]) -> None:
    """Rings of zeros around a square image."""
    attempt = Attempt("convolve2D", convolve2D)
    plain = plain_convolution(attempt)
    wanted = [[12, 12, 15, 17], [27, 28, 20, 15], [30, 39, 31, 14], [15, 32, 31, 16]]
    twice = [
        [1, 2, 3, 7, 8, 3],
        [6, 12, 12, 15, 17, 8],
        [12, 27, 28, 20, 15, 7],
        [10, 30, 39, 31, 14, 3],
        [3, 15, 32, 31, 16, 2],
        [0, 2, 10, 15, 8, 1],
    ]
    public(
        "convolve2D, padding",
        lambda: attempt(_image(), _even(), padding=1).equals(
            wanted,
            mistakes=[
                (PADDING_IGNORED, [[28, 20], [39, 31]]),
                (PADDING_NOT_IN_SIZE, [[12, 12], [27, 28]]),
                (PADDING_NOT_IN_SIZE, [[12, 12, 0, 0], [27, 28, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]),
                (PADDING_ONE_SIDE, [[12, 12, 15], [27, 28, 20], [30, 39, 31]]),
                (PADDING_ONE_SIDE, [[28, 20, 15], [39, 31, 14], [32, 31, 16]]),
                (PADDING_ONE_SIDE, [[12, 15], [28, 20], [39, 31], [32, 31]]),
                (PADDING_ONE_SIDE, [[27, 28, 20, 15], [30, 39, 31, 14]]),
                (PADDING_TWICE, np.pad(wanted, (0, 2))),
                (PADDING_TWICE, twice),
                (PADDING_NOT_ZERO, [[21, 15, 22, 36], [39, 28, 20, 22], [40, 39, 31, 17], [20, 42, 46, 27]]),
                (PADDING_NOT_ZERO, [[23, 18, 18, 25], [34, 28, 20, 18], [43, 39, 31, 22], [40, 46, 38, 31]]),
                (PADDING_MISPLACED, [[28, 20, 15, 7], [39, 31, 14, 3], [32, 31, 16, 2], [10, 15, 8, 1]]),
                (LAST_MISSING, [[12, 12, 15, 0], [27, 28, 20, 0], [30, 39, 31, 0], [0, 0, 0, 0]]),
                (RESULT_TRANSPOSED, np.transpose(wanted)),
            ],
            raising=blame(plain, {IndexError: PADDING_NOT_IN_SIZE, ValueError: PADDING_TWICE}),
        ),
        lambda: attempt(_digits("21 03"), _even(), padding=1).equals(
            [[11, 13], [11, 13]], raising=blame(plain, {ValueError: REFUSES_LIMIT})
        ),
        lambda: attempt(_digits("21 03"), _even(), padding=2).equals(
            [[2, 5, 4, 1], [4, 11, 13, 5], [2, 11, 13, 7], [0, 3, 6, 3]],
            mistakes=[
                (OUTPUT_IMAGE_SIZED, [[2, 5], [4, 11]]),
                (OUTPUT_IMAGE_SIZED, [[11, 13], [11, 13]]),
            ],
            raising=blame(plain, {IndexError: OUTPUT_IMAGE_SIZED, ValueError: REFUSES_LIMIT}),
        ),
    )


def convolve2D_strides(convolve2D: Callable[..., Any]) -> None:
    """An int and pairs; no stride divides, so that a missing last position costs nothing here."""
    attempt = Attempt("convolve2D", convolve2D)
    image = _digits("31415926 53589793 23846264 33832795 02884197 16939937 51058209 74944592")
    plain = plain_convolution(attempt)
    wanted = np.array([[54, 85, 98], [59, 79, 74], [57, 91, 78]])
    every = [
        [54, 70, 85, 95, 98, 84],
        [62, 81, 86, 77, 87, 88],
        [59, 85, 79, 61, 74, 95],
        [61, 93, 88, 74, 84, 95],
        [57, 77, 91, 91, 78, 78],
        [59, 65, 76, 85, 75, 69],
    ]
    holes = np.zeros((6, 6), dtype=int)
    holes[::2, ::2] = wanted
    pairs = blame(
        plain,
        {TypeError: STRIDE_PAIR, ValueError: STRIDE_PAIR, IndexError: ONE_STRIDE_FOR_BOTH_PLACES},
    )
    public(
        "convolve2D, strides",
        lambda: attempt(image, _even(), strides=2).equals(
            wanted,
            mistakes=[
                (STRIDE_IGNORED, every),
                (STRIDE_NOT_IN_POSITION, [[54, 70, 85], [62, 81, 86], [59, 85, 79]]),
                (STRIDE_IN_OUTPUT_INDEX, [[54, 0, 85], [0, 0, 0], [59, 0, 79]]),
                (STRIDE_IN_OUTPUT_INDEX, holes),
                (STRIDE_IN_OUTPUT_INDEX, holes[:5, :5]),
                (LIMIT_OF_OUTPUT, [[54, 85, 0], [59, 79, 0], [0, 0, 0]]),
                (STRIDE_NOT_IN_SIZE, np.pad(wanted, (0, 3))),
                (ROUNDED_UP, np.pad(wanted, (0, 1))),
                (RESULT_TRANSPOSED, wanted.T),
                (KERNEL_ONLY, np.pad(wanted, (0, 5))),
                (KERNEL_ONLY, np.pad(wanted, (0, 4))),
            ],
            raising=blame(
                plain,
                {
                    IndexError: STRIDE_IN_OUTPUT_INDEX,
                    ValueError: WINDOW_PAST_EDGE,
                    TypeError: STRIDE_INT,
                },
            ),
        ),
        lambda: attempt(image, _even(), strides=(2, 3)).equals(
            [[54, 95], [59, 61], [57, 91]],
            mistakes=[
                (STRIDES_SWAPPED, [[54, 85, 98], [61, 88, 84]]),
                (FIRST_STRIDE_ONLY, [[54, 85, 98], [59, 79, 74], [57, 91, 78]]),
                (FIRST_STRIDE_ONLY, [[54, 95], [61, 74]]),
                (STRIDE_NOT_IN_POSITION, [[54, 70], [62, 81], [59, 85]]),
                (ONE_STRIDE_FOR_BOTH_PLACES, [[59, 61], [57, 91], [0, 0]]),
            ],
            raising=pairs,
        ),
        lambda: attempt(image, _even(), strides=(3, 2)).equals(
            [[54, 85, 98], [61, 88, 84]],
            mistakes=[(ONE_STRIDE_FOR_BOTH_PLACES, [[85, 98, 0], [88, 84, 0]])],
            raising=pairs,
        ),
    )


def convolve2D_numbers(convolve2D: Callable[..., Any]) -> None:
    """Bytes, fractions and negative values; missing last positions pass, they are judged above."""
    attempt = Attempt("convolve2D", convolve2D)
    photo = np.array(
        [[200, 250, 30, 7], [90, 255, 180, 60], [10, 120, 240, 33], [5, 77, 128, 254]], dtype=np.uint8
    )
    sharpen = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
    signed = np.array([[0.5, -1.5, 2, 0.25], [1, -0.5, -2.5, 3], [0.75, -2, 1.5, -1], [2.5, 0.5, -1.25, 1]])
    star = np.array([[-0.5, 1, -0.5], [1, 2, 1], [-0.5, 1, -0.5]])
    public(
        "convolve2D, all kinds of numbers",
        lambda: attempt(photo, sharpen).equals(
            [[635, 315], [18, 739]],
            also=_frames(
                [[660, 765, -287, -55], [-15, 635, 315, 80], [-165, 18, 739, -389], [-62, 132, 69, 1109]]
            ),
            mistakes=[(BYTE_OVERFLOW, [[123, 59], [18, 227]]), (CLIPPED, [[255, 255], [18, 255]])],
            raising=blame(plain_convolution(attempt), {OverflowError: BYTE_OVERFLOW}),
        ),
        lambda: attempt(photo, np.full((3, 3), 0.1)).equals(
            [[137.5, 117.5], [110.5, 134.7]],
            also=_frames(
                [
                    [79.5, 100.5, 78.2, 27.7],
                    [92.5, 137.5, 117.5, 55],
                    [55.7, 110.5, 134.7, 89.5],
                    [21.2, 58, 85.2, 65.5],
                ]
            ),
            mistakes=[(FRACTIONS_CUT, [[137, 117], [110, 134]]), (FRACTIONS_CUT, [[138, 118], [110, 135]])],
        ),
        lambda: attempt(signed, star).equals(
            [[-8.375, 3.125], [-1.625, -5.75]],
            also=_frames(
                [
                    [0.75, -0.25, -1, 6.75],
                    [4.5, -8.375, 3.125, 1],
                    [3, -1.625, -5.75, 5.375],
                    [7.25, -0.875, 2, -1],
                ]
            ),
            mistakes=[
                (ABSOLUTE, [[8.375, 3.125], [1.625, 5.75]]),
                (CLIPPED, [[0, 3.125], [0, 0]]),
                (FRACTIONS_CUT, [[-8, 3], [-1, -5]]),
                (FRACTIONS_CUT, [[-8, 3], [-2, -6]]),
            ],
        ),
    )


def _frames(same: Any) -> list[np.ndarray]:
    """The 2x2 result in outputs of other sizes, or on its side: where that is not judged, it passes.

    `same` is the result with one ring of zeros; the bare one is its middle.  It may also stand in
    an output of the image's size, or lack its last row and column.
    """
    same = np.array(same, dtype=float)
    values = same[1:3, 1:3]
    corner = values.copy()
    corner[1, :] = corner[:, 1] = 0
    return [same, np.pad(values, (0, 2)), np.pad(values, 1), values[:1, :1], corner, values.T]


def convolve2D_new_array(convolve2D: Callable[..., Any]) -> None:
    """An array with two axes, image and filter as they were; wrong sizes and flips pass here."""
    attempt = Attempt("convolve2D", convolve2D)
    others = [VALUES_FLIPPED, *VALUES_MIRRORED]
    also = (
        others
        + [np.transpose(other) for other in others]
        + [frame for same in VALUES_SAME for frame in _frames(same)]
    )

    def call() -> Answer:
        return attempt(_image(), _filter()).equals(VALUES_WANTED, also=also, raising=plain_slip)

    public(
        "convolve2D, a new array",
        lambda: call().is_array(axes=2),
        lambda: call().leaves_inputs(),
    )


def convolve2D_errors(convolve2D: Callable[..., Any]) -> None:
    """What cannot work is refused, and what fits just so is not."""
    attempt = Attempt("convolve2D", convolve2D)
    large = "the filter is larger than the padded image"
    negative = "padding must not be negative"
    still = "a stride must be 1 or more"
    public(
        "convolve2D, errors that say why",
        lambda: attempt(_digits("12 34"), _even()).raises(ValueError, large),
        lambda: attempt(_image(), _even(), padding=-1).raises(ValueError, negative),
        lambda: attempt(_image(), _even(), strides=0).raises(ValueError, still),
        lambda: attempt(_image(), _even()).equals(
            [[28, 20], [39, 31]],
            also=_frames([[12, 12, 15, 17], [27, 28, 20, 15], [30, 39, 31, 14], [15, 32, 31, 16]]),
            mistakes=[(ALL_ZERO, np.zeros((2, 2)))],
            raising=plain_slip,
        ),
        lambda: accepts(attempt(_digits("120 313 021"), _even()), plain_convolution(attempt)),
    )


def accepts(answer: Answer, plain: Callable[[], Answer]) -> Answer:
    """Expect that a limit case is not refused, whatever its value."""
    if answer.error is not None:
        return answer.equals(0, raising=blame(plain, REFUSES_LIMIT))
    return answer


TOGETHER_MISTAKES: list[tuple[Mistake, Any]] = [
    (PADDING_IGNORED, [[51, 47]]),
    (
        STRIDE_IGNORED,
        [
            [0, 0, 0, 0, 0, 0, 0, 0],
            [2, 13, 24, 18, 27, 22, 26, 8],
            [3, 24, 51, 40, 57, 47, 45, 13],
            [10, 38, 40, 39, 51, 39, 30, 8],
            [9, 27, 13, 17, 21, 14, 11, 3],
            [0, 0, 0, 0, 0, 0, 0, 0],
        ],
    ),
    (STRIDES_SWAPPED, [[0, 0, 0, 0], [10, 40, 51, 30]]),
    (FIRST_STRIDE_ONLY, [[0, 0, 0, 0], [3, 51, 57, 45], [9, 13, 21, 11]]),
    (STRIDE_NOT_IN_POSITION, [[0, 0, 0], [2, 13, 24], [3, 24, 51]]),
]


def convolve2D_together(convolve2D: Callable[..., Any]) -> None:
    """Padding, a pair of strides, an image and a filter that are not square, all at once."""
    attempt = Attempt("convolve2D", convolve2D)
    public(
        "convolve2D, everything together",
        lambda: attempt(
            _digits("271828 182845 904523"), _digits("131 131"), padding=2, strides=(2, 3)
        ).equals(
            [[0, 0, 0], [3, 40, 45], [9, 17, 11]],
            mistakes=TOGETHER_MISTAKES,
            otherwise=TOGETHER,
            raising=blame(plain_convolution(attempt)),
        ),
    )


# ---------------------------------------------------------------------------------------
# gradient_magnitude, flip_matters
# ---------------------------------------------------------------------------------------


def gradient_magnitude(gradient_magnitude: Callable[..., Any]) -> None:
    """Pythagoras' rule, pixel by pixel."""
    attempt = Attempt("gradient_magnitude", gradient_magnitude)
    across = [[3.0, -5.0, 0.0], [-8.0, 0.0, 300.0]]
    down = [[4.0, 12.0, -2.0], [15.0, 0.0, -400.0]]
    ramp = np.tile(np.arange(-4.0, 4.0), (8, 1))
    public(
        "gradient_magnitude, the values",
        lambda: attempt(np.array(across), np.array(down)).equals(
            [[5, 13, 2], [17, 0, 500]],
            mistakes=[
                (SUM_OF_ABSOLUTES, [[7, 17, 2], [23, 0, 700]]),
                (ROOT_FORGOTTEN, [[25, 169, 4], [289, 0, 250000]]),
                (SIGNED_SUM, [[7, 7, -2], [7, 0, -100]]),
                (SIGNED_SUM, [[7, 7, 2], [7, 0, 100]]),
                (RESCALED, [[2.55, 6.63, 1.02], [8.67, 0, 255]]),
                (RESCALED, [[0.01, 0.026, 0.004], [0.034, 0, 1]]),
                (CLIPPED, [[5, 13, 2], [17, 0, 255]]),
            ],
        ),
        lambda: attempt(ramp, ramp.T).equals(
            [
                [5.657, 5.0, 4.472, 4.123, 4.0, 4.123, 4.472, 5.0],
                [5.0, 4.243, 3.606, 3.162, 3.0, 3.162, 3.606, 4.243],
                [4.472, 3.606, 2.828, 2.236, 2.0, 2.236, 2.828, 3.606],
                [4.123, 3.162, 2.236, 1.414, 1.0, 1.414, 2.236, 3.162],
                [4.0, 3.0, 2.0, 1.0, 0.0, 1.0, 2.0, 3.0],
                [4.123, 3.162, 2.236, 1.414, 1.0, 1.414, 2.236, 3.162],
                [4.472, 3.606, 2.828, 2.236, 2.0, 2.236, 2.828, 3.606],
                [5.0, 4.243, 3.606, 3.162, 3.0, 3.162, 3.606, 4.243],
            ],
            tolerance=1e-3,
            picture="The magnitude of two ramps",
        ),
    )


def gradient_magnitude_new_array(gradient_magnitude: Callable[..., Any]) -> None:
    """An array, and both responses as they were; other formulas pass, they are judged above."""
    attempt = Attempt("gradient_magnitude", gradient_magnitude)
    across, down = [[2.0, 0.0], [0.0, -3.0]], [[0.0, 5.0], [0.0, 0.0]]
    wanted = [[2, 5], [0, 3]]
    also = [[[4, 25], [0, 9]], [[2, 5], [0, -3]], [[102, 255], [0, 153]], [[0.4, 1], [0, 0.6]]]
    public(
        "gradient_magnitude, a new array",
        lambda: attempt(np.array(across), np.array(down)).equals(wanted, also=also).is_array(axes=2),
        lambda: attempt(np.array(across), np.array(down)).equals(wanted, also=also).leaves_inputs(),
    )


def flip_matters(flip_matters: Callable[..., Any]) -> None:
    """Filters that a turn changes and that it does not; mirrors and transposes give it away."""
    attempt = Attempt("flip_matters", flip_matters)
    sobel = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])
    public(
        "flip_matters",
        lambda: one_truth(attempt(np.ones((3, 3))), False, ANSWERS_REVERSED),
        lambda: one_truth(attempt(sobel), True),
        lambda: one_truth(attempt(sobel.T), True),
        lambda: one_truth(attempt(_digits("120 313 021")), False),
        lambda: one_truth(attempt(_digits("123 321")), False),
    )


def one_truth(answer: Answer, wanted: bool, opposite: Mistake = ONE_DIRECTION) -> Answer:
    """Expect True or False for the whole filter; `opposite` is what the other one means."""

    def judge(error: Exception) -> Mistake:
        return NOT_ONE_ANSWER if "truth value of an array" in str(error) else ONE_DIRECTION

    if answer.error is None:
        answer.satisfies(
            not isinstance(answer.value, np.ndarray) or answer.value.size == 1,
            wanted=str(wanted),
            cause=NOT_ONE_ANSWER.message,
            mistake=NOT_ONE_ANSWER.name,
        )
    return answer.equals(wanted, mistakes=[(opposite, not wanted)], raising=judge)


# ---------------------------------------------------------------------------------------
# convolve2D_fast
# ---------------------------------------------------------------------------------------


def convolve2D_fast(convolve2D_fast: Callable[..., Any]) -> None:
    """The same values as the loops."""
    attempt = Attempt("convolve2D_fast", convolve2D_fast)
    public(
        "convolve2D_fast, the values",
        lambda: summed(attempt(_image(), _filter()), _filter(), VALUES_WANTED).equals(
            VALUES_WANTED,
            mistakes=[
                (KERNEL_FLIPPED, VALUES_FLIPPED),
                *((MIRRORED, wrong) for wrong in VALUES_MIRRORED),
                (RESULT_TRANSPOSED, [[22, 14], [18, 25]]),
                (MATRIX_PRODUCT, [[54, 40], [67, 58]]),
                (MATRIX_PRODUCT, [[45, 41], [63, 48]]),
                (MEAN_TAKEN, [[2.4444444, 2], [1.5555556, 2.7777778]]),
            ],
            raising=slip,
        ),
        lambda: attempt(_house(), _filter()).equals(
            HOUSE_WANTED, picture="A small house, filtered fast", raising=slip
        ),
    )


def summed(answer: Answer, filter: np.ndarray, wanted: Any) -> Answer:
    """Name two results of another shape: products not added up, or added up over the places.

    Any other result passes on to the comparison of its numbers.
    """
    shape = np.squeeze(answer.value).shape if isinstance(answer.value, np.ndarray) else ()
    for mistake, wrong in (
        (NOT_SUMMED, len(shape) > np.ndim(wanted)),
        (SUMMED_OVER_PLACES, shape == filter.shape and shape != np.shape(wanted)),
    ):
        if wrong:
            answer.satisfies(
                False,
                wanted=f"an array of shape {np.shape(wanted)}",
                got=f"an array of shape {answer.value.shape}",
                cause=mistake.message,
                mistake=mistake.name,
            )
    return answer


def convolve2D_fast_options(convolve2D_fast: Callable[..., Any]) -> None:
    """Padding, strides, and nothing square."""
    attempt = Attempt("convolve2D_fast", convolve2D_fast)
    image, filter = _digits("271828 182845 904523"), _digits("131 131")
    plain = plain_convolution(attempt)
    public(
        "convolve2D_fast, padding and strides",
        lambda: summed(attempt(image, filter, padding=2, strides=(2, 3)), filter, np.zeros((3, 3))).equals(
            [[0, 0, 0], [3, 40, 45], [9, 17, 11]],
            mistakes=TOGETHER_MISTAKES,
            otherwise=TOGETHER,
            raising=blame(plain, {TypeError: STRIDE_PAIR}),
        ),
        lambda: attempt(image, filter, strides=3).equals(
            [[51, 47]], raising=blame(plain, {TypeError: STRIDE_INT})
        ),
        lambda: attempt(image, filter, strides=1).equals(
            [[51, 40, 57, 47], [40, 39, 51, 39]], raising=blame(plain, {TypeError: STRIDE_INT})
        ),
    )


def convolve2D_fast_speed(convolve2D_fast: Callable[..., Any]) -> None:
    """Many windows in a fraction of the time that a loop needs."""
    attempt = Attempt("convolve2D_fast", convolve2D_fast)
    white, filter, wanted = np.ones((320, 320)), np.ones((3, 3)), np.full((318, 318), 9.0)
    public(
        "convolve2D_fast, the speed",
        lambda: is_fast(
            lambda: summed(attempt(white, filter), filter, wanted).equals(wanted, raising=slip), wanted.size
        ),
    )


def is_fast(call: Callable[[], Answer], windows: int) -> Answer:
    """Expect an answer well before a Python loop with two NumPy calls a window would give one.

    Both are timed here and now, on the same machine; the best of some tries counts, so that nobody pays for
    what else the machine does.
    """
    answer = call()  # the first call pays for imports and memory
    begun, best = time.perf_counter(), np.inf
    for tries in range(1, 20):
        start = time.perf_counter()
        answer = call()
        taken = time.perf_counter() - start
        best = min(best, taken / (0.25 * windows * _two_numpy_calls()))
        if best < 1:
            return answer
        # Twice far too slow is a loop; once a little, a machine that does something else as well.
        if tries >= 2 and (best > 2 or time.perf_counter() - begun > 3):
            break
    return answer.satisfies(
        False,
        wanted="a fraction of the time of a loop",
        got="a slow answer",
        cause=SLOW.message,
        mistake=SLOW.name,
    )


def _two_numpy_calls() -> float:
    """Seconds that two NumPy calls on a few numbers take."""
    tile = np.ones((3, 3))
    start = time.perf_counter()
    for _ in range(1000):
        np.max(np.abs(tile))
    return (time.perf_counter() - start) / 1000


# ---------------------------------------------------------------------------------------
# conv_layer, conv_parameters
# ---------------------------------------------------------------------------------------


def _one_image() -> np.ndarray:
    """One image, 3x3, of two channels: (1, 3, 3, 2)."""
    return np.stack([_digits("103 210 120"), _digits("210 012 013")], axis=-1)[None]


def _three_filters() -> np.ndarray:
    """Three filters, 2x2, for two channels: (2, 2, 2, 3)."""
    rows = "102 011 210 003", "011 120 100 211"
    return np.stack([_digits(row).reshape(2, 2, 3) for row in rows])


def _turning_filters() -> np.ndarray:
    """Two filters, 2x2, for two channels, that a turn leaves as they are: (2, 2, 2, 2)."""
    one, two = _digits("12 03"), _digits("20 11")
    return np.stack([np.stack([one, two]), np.stack([two, one])])


def conv_layer(conv_layer: Callable[..., Any]) -> None:
    """One image, two channels, three filters that a turn changes."""
    attempt = Attempt("conv_layer", conv_layer)
    wanted = [[[[4, 5, 10], [11, 9, 4]], [[8, 3, 9], [8, 8, 14]]]]
    public(
        "conv_layer, the values",
        lambda: summed(attempt(_one_image(), _three_filters(), np.zeros(3)), _three_filters(), wanted).equals(
            wanted,
            mistakes=[
                (KERNEL_FLIPPED, [[[[11, 7, 5], [4, 7, 9]], [[7, 5, 6], [9, 10, 7]]]]),
                (CHANNELS_NOT_ADDED, [[[[2, 2, 4], [6, 4, 1]], [[6, 2, 5], [1, 2, 4]]]]),
                (CHANNELS_AVERAGED, [[[[2, 2.5, 5], [5.5, 4.5, 2]], [[4, 1.5, 4.5], [4, 4, 7]]]]),
                (CHANNELS_FIRST, [[[[4, 11], [8, 8]], [[5, 9], [3, 8]], [[10, 4], [9, 14]]]]),
                (LAST_MISSING, [[[[4, 5, 10]]]]),
                (ALL_ZERO, np.zeros((1, 2, 2, 3))),
                (MIRRORED, [[[[8, 7, 9], [5, 3, 9]], [[8, 5, 8], [7, 6, 17]]]]),
                (MIRRORED, [[[[5, 5, 8], [8, 5, 10]], [[7, 7, 5], [9, 10, 6]]]]),
                (MIRRORED, [[[[9, 7, 5], [6, 7, 9]], [[9, 5, 6], [13, 10, 9]]]]),
                (RESULT_TRANSPOSED, [[[[4, 5, 10], [8, 3, 9]], [[11, 9, 4], [8, 8, 14]]]]),
            ],
            raising=layer_slip,
        ),
    )


def layer_slip(error: Exception) -> Mistake | None:
    """What an error means for one square image without options: the axes do not fit."""
    return slip(error) or (KERNEL_AXES if isinstance(error, (ValueError, IndexError)) else None)


def _channels_first(wanted: Any) -> np.ndarray:
    """The same numbers as (N, F, H, W): passes where the order of axes is not judged."""
    return np.moveaxis(np.array(wanted), -1, 1)


def conv_layer_bias(conv_layer: Callable[..., Any]) -> None:
    """A bias a filter; the second channel is 0, and the filters equal their own turn."""
    attempt = Attempt("conv_layer", conv_layer)
    wanted = [[[[16, -16], [18, -20]], [[18, -12], [15, -18]]]]
    public(
        "conv_layer, the bias",
        lambda: attempt(_one_image() * [1.0, 0.0], _turning_filters(), np.array([10.0, -20.0])).equals(
            wanted,
            also=[_channels_first(wanted)],
            mistakes=[
                (BIAS_IGNORED, [[[[6, 4], [8, 0]], [[8, 8], [5, 2]]]]),
                (BIAS_PER_CHANNEL, [[[[26, -36], [28, -40]], [[28, -32], [25, -38]]]]),
                (BIAS_SUBTRACTED, [[[[-4, 24], [-2, 20]], [[-2, 28], [-5, 22]]]]),
                (ONE_BIAS_FOR_ALL, [[[[-4, -6], [-2, -10]], [[-2, -2], [-5, -8]]]]),
                (ONE_BIAS_FOR_ALL, [[[[16, 14], [18, 10]], [[18, 18], [15, 12]]]]),
                (ONE_BIAS_FOR_ALL, [[[[1, -1], [3, -5]], [[3, 3], [0, -3]]]]),
            ],
            raising=blame(plain_layer(attempt)),
        ),
    )


def conv_layer_batch(conv_layer: Callable[..., Any]) -> None:
    """Three different images of one channel; the filters equal their own turn."""
    attempt = Attempt("conv_layer", conv_layer)
    image = _one_image()[..., :1]
    first, second = [[[6, 4], [8, 0]], [[8, 8], [5, 2]]], [[[12, 8], [16, 0]], [[16, 16], [10, 4]]]
    third = [[[6, 4], [6, 4]], [[6, 4], [6, 4]]]
    public(
        "conv_layer, the batch",
        lambda: attempt(
            np.concatenate([image, 2 * image, np.ones_like(image)]), _turning_filters()[:, :, :1], np.zeros(2)
        ).equals(
            [first, second, third],
            also=[_channels_first([first, second, third])],
            mistakes=[
                (FIRST_IMAGE_ONLY, [first]),
                (FIRST_IMAGE_ONLY, first),
                (FIRST_IMAGE_ONLY, [first, first, first]),
                (BATCH_ADDED, [[[[24, 16], [30, 4]], [[30, 28], [21, 10]]]]),
            ],
            raising=blame(plain_layer(attempt)),
        ),
    )


def conv_layer_options(conv_layer: Callable[..., Any]) -> None:
    """Padding, strides and an image that is not square, of one channel; the filters equal their own turn."""
    attempt = Attempt("conv_layer", conv_layer)
    image, kernels = _one_image()[..., :1], _turning_filters()[:, :, :1]
    wide = np.concatenate([image, np.ones((1, 3, 1, 1))], axis=2)
    wanted = [[[[1, 2], [7, 2]], [[5, 2], [3, 2]]]]
    padded = np.array(
        [
            [
                [[1, 2], [2, 0], [3, 6], [6, 0]],
                [[4, 4], [6, 4], [8, 0], [3, 6]],
                [[5, 2], [8, 8], [5, 2], [0, 0]],
                [[2, 0], [5, 2], [2, 4], [0, 0]],
            ]
        ]
    )
    plain = plain_layer(attempt)
    public(
        "conv_layer, padding and strides",
        lambda: attempt(image, kernels, np.zeros(2), padding=1).equals(
            padded,
            also=[_channels_first(padded)],
            mistakes=[
                (PADDING_IGNORED, padded[:, 1:3, 1:3]),
                (PADDING_ONE_SIDE, padded[:, :3, :3]),
                (PADDING_ONE_SIDE, padded[:, 1:, 1:]),
                (PADDING_ONE_SIDE, padded[:, :, 1:3]),
                (PADDING_ONE_SIDE, padded[:, 1:3]),
                (PADDING_TWICE, np.pad(padded, [(0, 0), (1, 1), (1, 1), (0, 0)])),
                (PADDING_TWICE, np.pad(padded, [(0, 0), (0, 2), (0, 2), (0, 0)])),
                (PADDING_NOT_IN_SIZE, padded[:, :2, :2]),
                (PADS_ALL_AXES, np.pad(padded, [(1, 1), (0, 0), (0, 0), (0, 0)])),
                (PADS_ALL_AXES, np.zeros_like(padded)),
                (PADS_ALL_AXES, np.zeros((3, 4, 4, 2))),
            ],
            raising=blame(plain, {IndexError: PADDING_NOT_IN_SIZE, ValueError: PADS_ALL_AXES}),
        ),
        lambda: attempt(wide, kernels, np.zeros(2), padding=1, strides=(2, 3)).equals(
            wanted,
            also=[_channels_first(wanted)],
            mistakes=[
                (PADDING_IGNORED, [[[[6, 4]]]]),
                (STRIDES_SWAPPED, [[[[1, 2], [3, 6], [2, 0]], [[2, 0], [2, 4], [1, 2]]]]),
                (FIRST_STRIDE_ONLY, [[[[1, 2], [3, 6], [2, 0]], [[5, 2], [5, 2], [3, 2]]]]),
                (STRIDE_NOT_IN_POSITION, [[[[1, 2], [2, 0]], [[4, 4], [6, 4]]]]),
                (
                    STRIDE_IGNORED,
                    [
                        [
                            [[1, 2], [2, 0], [3, 6], [7, 2], [2, 0]],
                            [[4, 4], [6, 4], [8, 0], [6, 8], [3, 2]],
                            [[5, 2], [8, 8], [5, 2], [3, 2], [3, 2]],
                            [[2, 0], [5, 2], [2, 4], [2, 0], [1, 2]],
                        ]
                    ],
                ),
            ],
            raising=blame(
                plain,
                {TypeError: STRIDE_PAIR, IndexError: STRIDE_IN_OUTPUT_INDEX, ValueError: SQUARE_IMAGE},
            ),
        ),
        lambda: attempt(image, kernels, np.zeros(2), strides=2).equals(
            [[[[6, 4]]]], also=[[[[[6]], [[4]]]]], raising=blame(plain, {TypeError: STRIDE_INT})
        ),
    )


def conv_layer_together(conv_layer: Callable[..., Any]) -> None:
    """A batch with padding, strides and a bias."""
    attempt = Attempt("conv_layer", conv_layer)
    batch = np.concatenate([_one_image(), np.ones((1, 3, 3, 2))])
    public(
        "conv_layer, everything together",
        lambda: attempt(
            batch, _turning_filters(), np.array([100.0, -50.0]), padding=1, strides=(2, 3)
        ).equals(
            [
                [[[101, -42], [106, -50]], [[105, -48], [103, -41]]],
                [[[101, -45], [103, -49]], [[104, -44], [104, -44]]],
            ],
            otherwise=TOGETHER,
            raising=blame(plain_layer(attempt)),
        ),
    )


def conv_layer_errors(conv_layer: Callable[..., Any]) -> None:
    """Images and filters whose channels differ are refused; those that agree are not."""
    attempt = Attempt("conv_layer", conv_layer)
    why = "the images' channels and the kernels' channels differ"
    wanted = [[[[6, 4], [8, 0]], [[8, 8], [5, 2]]]]
    public(
        "conv_layer, channels that do not agree",
        lambda: attempt(np.ones((1, 3, 3, 3)), _turning_filters(), np.zeros(2)).raises(ValueError, why),
        lambda: attempt(_one_image()[..., :1], _turning_filters(), np.zeros(2)).raises(ValueError, why),
        lambda: attempt(_one_image()[..., :1], _turning_filters()[:, :, :1], np.zeros(2)).equals(
            wanted, also=[_channels_first(wanted)], raising=layer_slip
        ),
    )


def conv_parameters(conv_parameters: Callable[..., Any]) -> None:
    """Weights and biases of layers of several shapes."""
    attempt = Attempt("conv_parameters", conv_parameters)
    public(
        "conv_parameters",
        lambda: attempt(3, 3, 3, 32).equals(
            896,
            mistakes=[
                (BIAS_NOT_COUNTED, 864),
                (ONE_BIAS, 865),
                (BIAS_A_CHANNEL, 867),
                (BIAS_A_CHANNEL, 960),
                (CHANNELS_NOT_COUNTED, 320),
            ],
        ),
        lambda: attempt(1, 5, 4, 2).equals(42, mistakes=[(SQUARE_KERNEL, 10), (SQUARE_KERNEL, 202)]),
    )


# ---------------------------------------------------------------------------------------
# conv_backward
# ---------------------------------------------------------------------------------------


def conv_backward_filter(conv_backward: Callable[..., Any]) -> None:
    """The second result: the gradient of the loss for the filter."""
    attempt = Attempt("conv_backward", conv_backward)
    image, filter, gradient = _digits("102 310 021"), _digits("12 03"), np.array([[1.0, -1.0], [2.0, 0.0]])
    public(
        "conv_backward, the filter's gradient",
        lambda: (
            attempt(image, filter, gradient)
            .part(1, of=2)
            .equals(
                [[7, 0], [2, 5]],
                mistakes=[
                    (TURNED_NEEDLESSLY, [[-2, 3], [4, -1]]),
                    (TURNED_NEEDLESSLY, [[5, 2], [0, 7]]),
                    (RESULTS_SWAPPED, [[1, 1, -2], [2, 7, -3], [0, 6, 0]]),
                    (OVERWRITTEN, [[0, 0], [0, 0]]),
                ],
            )
        ),
    )


def conv_backward_image(conv_backward: Callable[..., Any]) -> None:
    """The first result: the gradient of the loss for the image."""
    attempt = Attempt("conv_backward", conv_backward)
    image, filter, gradient = _digits("102 310 021"), _digits("12 03"), np.array([[1.0, -1.0], [2.0, 0.0]])
    public(
        "conv_backward, the image's gradient",
        lambda: (
            attempt(image, filter, gradient)
            .part(0, of=2)
            .equals(
                [[1, 1, -2], [2, 7, -3], [0, 6, 0]],
                mistakes=[
                    (TURN_FORGOTTEN, [[3, -3, 0], [8, -1, -1], [4, 2, 0]]),
                    (NOT_FULL, [[7]]),
                    (NOT_FULL, [[-1]]),
                    (RESULTS_SWAPPED, [[7, 0], [2, 5]]),
                    (OVERWRITTEN, [[1, -1, -2], [2, 0, 0], [0, 0, 0]]),
                    (OVERWRITTEN, [[1, 2, -2], [0, 3, -3], [0, 6, 0]]),
                ],
            )
        ),
    )
