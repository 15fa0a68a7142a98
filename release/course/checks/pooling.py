"""Public checks of 02_pooling: small cases, written out at the end of this module."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course.checking import Answer, Attempt, Mistake, public

# ---------------------------------------------------------------------------------------
# Mistakes that have a name
# ---------------------------------------------------------------------------------------

MEAN_NOT_MAX = Mistake(
    "mean-not-max",
    "these are the averages of the windows: max pooling keeps the largest value of each.",
)
MINIMUM_NOT_MAX = Mistake(
    "minimum-not-max",
    "these are the smallest values of the windows: max pooling keeps the largest.",
)
STARTED_TOO_HIGH = Mistake(
    "started-too-high",
    "where all values of a window are negative, the result is larger than each of them. Does your running"
    " maximum start at 0, or at another number that the window may not reach? Start with a value of the "
    "window itself, or with -np.inf.",
)
FRACTIONS_LOST = Mistake(
    "fractions-lost",
    "the fractions are gone: an output of an integer type cuts them off. Make it with np.zeros(shape), "
    "which holds floats, and do not take over the image's dtype.",
)
DEFAULT_STRIDE_ONE = Mistake(
    "default-stride-one",
    "without strides the windows should lie side by side: None stands for the pool size, not for 1.",
)
DEFAULT_STRIDE_FIXED = Mistake(
    "default-stride-fixed",
    "without strides the windows moved by 2, whatever their size: None stands for the pool size that was "
    "given.",
)
DEFAULT_ONE_SIDE = Mistake(
    "default-one-side",
    "without strides the windows moved equally far in both directions, though the pool size is a pair: "
    "None stands for the whole pair, so that windows of (2, 3) move by 2 rows and by 3 columns.",
)
NONE_NOT_HANDLED = Mistake(
    "none-not-handled",
    "are strides that are left out, which are None, replaced by the pool size before you compute with them?",
)
STRIDE_FROM_POOL = Mistake(
    "stride-from-pool-size",
    "the windows moved by their own size: this is the answer without the strides that were given. Where "
    "your code computes sizes and places, look for the pool size where the stride should stand.",
)
STRIDE_NOT_IN_SIZE = Mistake(
    "stride-not-in-size",
    "the windows are at the right places, but there are not as many as should be: use the stride, not the"
    " pool size, in the output's size, floor((n - pool) / stride) + 1.",
)
STRIDE_NOT_IN_WINDOW = Mistake(
    "stride-not-in-window",
    "the output has the right size, but the windows start at the wrong places: window (h, w) starts at "
    "row h * stride and column w * stride.",
)
WINDOW_OUTSIDE = Mistake(
    "window-outside-image",
    "it looks for a value outside the image. Does window (h, w) start at row h * stride and column "
    "w * stride, and not at h * pool_size? And is the output's size rounded down?",
)
WINDOW_CUT = Mistake(
    "window-cut-at-edge",
    "there are more values than full windows: the last ones come from windows that hang over the edge and"
    " were cut. Only windows that lie wholly inside the image count: floor((n - pool) / stride) + 1 of "
    "them.",
)
ROUNDED_UP = Mistake(
    "rounded-up",
    "the output's size was rounded up: rows and columns that no longer fill a window are left out, so "
    "round down (// does).",
)
LAST_WINDOW_MISSING = Mistake(
    "last-window-missing",
    "the last window of each row and column is missing: (n - pool) // stride counts the steps from window"
    " to window, and there is one window more than steps.",
)
SQUARE_IMAGE = Mistake(
    "square-image-assumed",
    "does your code use the image's height where its width belongs, or the other way round? Compute the "
    "output's height from shape[0] and its width from shape[1].",
)
PAIR_NOT_HANDLED = Mistake(
    "pair-not-handled",
    "can your code take a pool size or strides that are a pair such as (2, 3), height first, and a single"
    " number for the other of the two?",
)
PAIR_SWAPPED = Mistake(
    "pair-swapped",
    "the two numbers of a pair seem to have changed places: height comes first, then width, as in a shape.",
)
ONE_OF_THE_PAIR = Mistake(
    "one-of-the-pair",
    "only one number of a pair was used for both directions: the first belongs to the rows, the second to"
    " the columns.",
)
EXTRA_AXIS = Mistake(
    "extra-axis",
    "the numbers are right, but the array has an axis too many or too few: compare its shape with the one"
    " in the exercise.",
)

MAX_NOT_MEAN = Mistake(
    "max-not-mean",
    "these are the largest values: here the average is wanted.",
)
SUM_NOT_MEAN = Mistake(
    "sum-not-mean",
    "these are sums: divide each by the number of values that were added.",
)
DIVIDED_BY_OTHER = Mistake(
    "divided-by-other",
    "the sums were divided by something else than the number of values in a window, which is its height "
    "times its width, whatever they are.",
)
BYTES_OVERFLOW = Mistake(
    "bytes-overflow",
    "the sums went over 255 and started again from 0, because the image holds bytes: turn it into floats "
    "before you add up.",
)
CHANNELS_AVERAGED = Mistake(
    "channels-averaged",
    "the average ran over the channels, the last axis: each channel keeps a number of its own, and the "
    "pixels are averaged.",
)
BATCH_AVERAGED = Mistake(
    "batch-averaged",
    "the average ran over the images of the batch too: each image keeps its own numbers, so axis 0 stays.",
)
WRONG_AXES = Mistake(
    "wrong-axes",
    "the average ran over other axes than the two of the pixels: in (N, H, W, C) they are axes 1 and 2.",
)

BIASES_COUNTED = Mistake(
    "biases-counted",
    "this counts the biases too: here only the weights are asked for.",
)
UNITS_FORGOTTEN = Mistake(
    "units-forgotten",
    "this is the number of values in the maps. In a dense layer each of them has one weight for every unit.",
)
ADDED_NOT_MULTIPLIED = Mistake(
    "added-not-multiplied",
    "the units were added: each unit has a weight for every value of the maps, so multiply.",
)
CHANNELS_FORGOTTEN = Mistake(
    "channels-forgotten",
    "the channels are missing: each pixel of the maps holds one value a channel.",
)
MAPS_NOT_FLATTENED = Mistake(
    "maps-not-flattened",
    "this is a dense layer after global average pooling. Without it every pixel of every channel has its "
    "own weights.",
)

TIES_TO_ALL = Mistake(
    "ties-to-all",
    "where a window holds its maximum more than once, each of them got the whole gradient, so that more "
    "arrives than was sent. By our rule it goes to the first one only, row by row; np.argmax finds that "
    "one.",
)
TIES_SHARED = Mistake(
    "ties-shared",
    "where a window holds its maximum more than once, the gradient was shared out. That is a fair rule "
    "too, but ours gives it to the first one, row by row; np.argmax finds that one.",
)
TIES_TO_LAST = Mistake(
    "ties-to-last",
    "where a window holds its maximum more than once, the last one got the gradient: by our rule it is "
    "the first, row by row. Is there a >= where a > should be?",
)
TIES_BY_COLUMNS = Mistake(
    "ties-by-columns",
    "where a window holds its maximum more than once, you took the first one column by column: go row by "
    "row, as one reads.",
)
OVERWRITTEN = Mistake(
    "overwritten",
    "where windows overlap, a pixel can be the maximum of several of them, and then it gets the sum of "
    "their gradients: add with += instead of writing over what is there.",
)
SPREAD_LIKE_AVERAGE = Mistake(
    "spread-like-average",
    "the gradient was shared among all pixels of a window, as average pooling does: in max pooling the "
    "largest one gets it all.",
)
COPIED_TO_WINDOW = Mistake(
    "copied-to-window",
    "every pixel of a window got the gradient: only the largest one does, because the others did not "
    "reach the output.",
)
MAXIMUM_NOT_GRADIENT = Mistake(
    "maximum-not-gradient",
    "the image's own values came into the result: at a maximum belongs the gradient that arrives there, "
    "nothing else.",
)
GRADIENT_IGNORED = Mistake(
    "gradient-ignored",
    "each window sent back a 1: send the number that the gradient holds for this window.",
)

OFFSET_FORGOTTEN = Mistake(
    "window-offset-forgotten",
    "the place inside the window was taken for a place in the image: add the row and the column at which "
    "the window starts.",
)
ARGMAX_BY_HEIGHT = Mistake(
    "argmax-by-height",
    "np.argmax counts along the rows of the window, and a row is as long as the window is wide: with k "
    "from np.argmax, the row is k // width and the column k % width.",
)
MAXIMUM_FROM_ZERO = Mistake(
    "maximum-from-zero",
    "where a window has no value above 0, its gradient went astray. Does your running maximum start at 0, "
    "which such a window never exceeds? Start with the window's first value, or with -np.inf.",
)

SHAPES_MALFORMED = Mistake(
    "not-three-shapes",
    "return three shapes, each a pair (height, width) of whole numbers: after the convolution, after ReLU"
    " and after pooling.",
)
SIZE_KEPT = Mistake(
    "size-kept",
    "this is the photo's own size, as padding would keep it: without padding a 3x3 kernel cannot stand on"
    " the border.",
)
WHOLE_KERNEL_LOST = Mistake(
    "whole-kernel-lost",
    "a kernel of 3 has n - 3 + 1 places along a side of n: the + 1 is missing.",
)
ONE_PIXEL_LOST = Mistake(
    "one-pixel-lost",
    "a 3x3 kernel loses one pixel at each of two opposite sides, not one in all.",
)
ROWS_AND_COLUMNS = Mistake(
    "rows-and-columns",
    "height and width have changed places: a shape names the height first.",
)
CONV_SHAPE = Mistake(
    "conv-shape",
    "the first shape is not right: along a side of n pixels, a kernel of 3 without padding and with "
    "stride 1 has n - 3 + 1 places.",
)
RELU_SHAPE = Mistake(
    "relu-shape",
    "ReLU works on each value by itself, so that the shape stays what it was after the convolution.",
)
POOLED_AT_STRIDE_ONE = Mistake(
    "pooled-at-stride-one",
    "here the windows moved by one pixel: without strides, pooling moves by the size of its windows.",
)
POOL_KEEPS_SIZE = Mistake(
    "pool-keeps-size",
    "pooling with 2x2 windows leaves one value for every four.",
)
POOL_SHAPE = Mistake(
    "pool-shape",
    "the third shape does not follow from the second: along a side of n, windows of 2 side by side have "
    "floor((n - 2) / 2) + 1 places.",
)

STRIDES_IGNORED = Mistake(
    "strides-ignored",
    "this is the answer for stride 1 everywhere: after a layer with stride 2, neighbouring values lie two"
    " pixels apart, so that all later kernels reach twice as far.",
)
OWN_STRIDE_COUNTED = Mistake(
    "own-stride-counted",
    "a layer's own stride only spreads the layers after it: grow the field first, with the distance so "
    "far, and multiply the distance by the stride afterwards.",
)
WRONG_DIRECTION = Mistake(
    "wrong-direction",
    "the formula (size - 1) * stride + kernel goes backwards, from the last layer to the first: begin "
    "with one value of the output.",
)
PREVIOUS_STRIDE_ONLY = Mistake(
    "previous-stride-only",
    "only the stride of the layer just before was used: the distances of all earlier layers multiply.",
)
STRIDES_ADDED = Mistake(
    "strides-added",
    "the distance between neighbours was added up from the strides. It multiplies: it stays 1 as long as "
    "all strides are 1, and two strides of 2 make it 4, three of them 8.",
)
KERNELS_SUMMED = Mistake(
    "kernels-summed",
    "the kernels were added up, but each layer adds only kernel - 1 pixels to the one it starts from: two"
    " 3x3 see 5.",
)
KERNELS_MULTIPLIED = Mistake(
    "kernels-multiplied",
    "the kernels were multiplied, but the windows overlap: each layer adds kernel - 1 pixels, so that two"
    " 3x3 see 5.",
)
ONE_MISSING = Mistake(
    "one-missing",
    "one pixel is missing: before the first layer a value sees 1 pixel, itself. Start from 1.",
)
AREA_NOT_SIDE = Mistake(
    "area-not-side",
    "this is the area: give the length of one side, so 5 for two 3x3 kernels.",
)

BATCH_FLATTENED = Mistake(
    "batch-flattened",
    "is there a reshape(-1) or a ravel that puts all images into one long vector? The first axis must stay "
    "N, so that each image becomes a row of its own. maps.reshape(len(maps), -1) does that.",
)
LENGTHS_DIFFER = Mistake(
    "lengths-differ",
    "the arrays do not fit each other. Is there a pooling between the convolution and the flattening, and "
    "does the first axis stay N? Print the shape after each of the five steps.",
)
BIAS_FORGOTTEN = Mistake(
    "bias-forgotten",
    "the bias of the dense layer is missing: add it after the product with the weights, one number a unit.",
)
CHANNELS_FIRST = Mistake(
    "channels-first",
    "the maps were flattened channel by channel: keep the order in memory, in which the channels of one "
    "pixel stand side by side. maps.reshape(len(maps), -1) does.",
)
COLUMN_BY_COLUMN = Mistake(
    "column-by-column",
    "the maps were flattened column by column: go row by row, which is NumPy's own order.",
)
RELU_AT_THE_END = Mistake(
    "relu-at-the-end",
    "negative scores became 0: there is no ReLU after the dense layer here.",
)
SOFTMAX_APPLIED = Mistake(
    "softmax-applied",
    "these are probabilities: return the scores as they leave the dense layer, without softmax.",
)
RELU_FORGOTTEN = Mistake(
    "relu-forgotten",
    "negative responses of the convolution reached the dense layer: ReLU sets them to 0, before or after "
    "pooling.",
)
KERNEL_BIAS_FORGOTTEN = Mistake(
    "kernel-bias-forgotten",
    "the convolution's bias is missing, or was added after ReLU: it belongs to the convolution, one "
    "number a kernel.",
)
BOTH_BIASES_FORGOTTEN = Mistake(
    "both-biases-forgotten",
    "both biases are missing: the convolution has one number a kernel, the dense layer one a unit.",
)
KERNEL_FLIPPED = Mistake(
    "kernel-flipped",
    "the kernels were turned by 180 degrees: a CNN's convolution is a cross-correlation, which does not "
    "turn them.",
)
CLASSES_NOT_SCORES = Mistake(
    "classes-not-scores",
    "these are the numbers of the best classes: return all scores, and let the caller choose.",
)

NOT_NORMALISED = Mistake(
    "not-normalised",
    "the result is too bright: the nine weights 1-2-1, 2-4-2, 1-2-1 add up to 16, so divide by 16.",
)
ALL_KEPT = Mistake(
    "all-kept",
    "this is blurred, but still of full size: keep every second row and every second column.",
)
THINNED_FIRST = Mistake(
    "thinned-first",
    "every second value was dropped before the blur, which comes too late then: blur first.",
)
NOT_BLURRED = Mistake(
    "not-blurred",
    "every second value was kept as it was: blur before you drop the others.",
)
PLAIN_MEAN = Mistake(
    "plain-mean",
    "the nine values were weighted alike: the centre counts four times and its direct neighbours twice.",
)
KEPT_THE_OTHERS = Mistake(
    "kept-the-others",
    "you kept the second, fourth, … value: begin with the first.",
)
BLUR_PADDED = Mistake(
    "blur-padded",
    "the maxima were padded: the blur has no padding, so that its window always lies inside.",
)


# ---------------------------------------------------------------------------------------
# What the checks of this assignment share
# ---------------------------------------------------------------------------------------


def two_numbers(value: Any) -> tuple[int, int]:
    """A pool size or stride as (height, width)."""
    return (value, value) if np.isscalar(value) else tuple(value)


def exact_array(answer: Answer, shape: tuple[int, ...]) -> Answer:
    """Expect a NumPy array of exactly this shape; `Answer.equals` lets extra axes of length one pass."""
    answer.is_array()
    return answer.satisfies(
        np.shape(answer.value) == shape,
        wanted=f"shape {shape}",
        cause=EXTRA_AXIS.message,
        mistake=EXTRA_AXIS.name,
    )


def whole_shapes(value: Any) -> list[tuple[int, int]] | None:
    """Three predicted shapes as pairs of whole numbers, or None where the value is something else.

    A whole float passes: it is as good a prediction as an int.
    """
    try:
        array = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None
    if array.shape != (3, 2) or not np.isfinite(array).all() or (array != np.floor(array)).any():
        return None
    return [(int(height), int(width)) for height, width in array]


def predicted_well_formed(attempt: Attempt) -> Answer:
    """Call for a prediction and expect three shapes, whatever they are."""
    answer = attempt()
    return answer.satisfies(
        whole_shapes(answer.value) is not None,
        wanted="three pairs of whole numbers",
        cause=SHAPES_MALFORMED.message,
        mistake=SHAPES_MALFORMED.name,
    )


def numbers(text: str, *shape: int) -> list[Any]:
    """Nested lists of the numbers in a text: rows end with a semicolon, other shapes are named."""
    rows = [[float(word) for word in row.split()] for row in text.split(";")]
    return np.array(rows).reshape(shape or (len(rows), -1)).tolist()


@dataclass(frozen=True)
class Case:
    """A call that is written out, with what it should give and what mistakes would give.

    Parameters
    ----------
    arguments : sequence
        By position; lists become arrays of floats (of `dtype`, the first one).
    wanted : list or numpy.ndarray
        The expected numbers.
    options : dict
        By keyword.
    mistakes : sequence of (Mistake, list)
        What each mistake would have given.
    raising : Mistake or mapping of exception type to Mistake, optional
        The likely one where the call raises.
    dtype : str or None
        Type of the first array; None passes the arguments as they are written.
    picture : str
        Title under which the result is shown on the feedback page.
    """

    arguments: Sequence[Any]
    wanted: Any
    options: dict[str, Any] = field(default_factory=dict)
    mistakes: Sequence[tuple[Mistake, Any]] = ()
    raising: Mistake | Mapping[type[Exception], Mistake] | None = None
    dtype: str | None = "float"
    picture: str = ""

    def given(self) -> list[Any]:
        """Fresh arguments, so that a function that changes them spoils no later case."""
        if self.dtype is None:
            return copy.deepcopy(list(self.arguments))
        first, *others = self.arguments
        return [np.array(first, self.dtype), *(np.array(other, float) for other in others)]


SEVERAL_THINGS = "more than one thing may be wrong here: get the checks above right first."
"""Said where no mistake is recognised in a check of everything together."""

OUTSIDE = {IndexError: WINDOW_OUTSIDE, ValueError: WINDOW_OUTSIDE}
"""Reading past the edge is an IndexError; the maximum of an empty window, a ValueError."""


def _run(
    title: str, name: str, function: Callable[..., Any], *, array: bool = False, inputs: bool = False
) -> None:
    """Run the cases of a check.

    With `array` the container, its shape and the inputs count too, with `inputs` the inputs only.
    """
    attempt = Attempt(title.split(",")[0], function)

    def run(case: Case) -> None:
        answer = attempt(*case.given(), **case.options)
        answer.equals(
            case.wanted,
            mistakes=case.mistakes,
            raising=case.raising,
            picture=case.picture,
            otherwise=SEVERAL_THINGS if name.endswith("_together") else "",
        )
        if array:
            exact_array(answer, np.shape(case.wanted))
        if array or inputs:
            answer.leaves_inputs()

    public(title, *(lambda case=case: run(case) for case in CASES[name]))


# ---------------------------------------------------------------------------------------
# The checks
# ---------------------------------------------------------------------------------------


def maxPooling2D(maxPooling2D: Callable[..., Any]) -> None:
    """Square images that the windows tile."""
    _run("maxPooling2D, the values", "maxPooling2D", maxPooling2D)


def maxPooling2D_defaults(maxPooling2D: Callable[..., Any]) -> None:
    """The strides left out, or given as None."""
    _run("maxPooling2D, no strides given", "maxPooling2D_defaults", maxPooling2D)


def maxPooling2D_strides(maxPooling2D: Callable[..., Any]) -> None:
    """Windows that overlap, and windows with gaps between them."""
    _run("maxPooling2D, strides", "maxPooling2D_strides", maxPooling2D)


def maxPooling2D_edges(maxPooling2D: Callable[..., Any]) -> None:
    """Sides that the windows do not cover."""
    _run("maxPooling2D, sizes that do not divide", "maxPooling2D_edges", maxPooling2D)


def maxPooling2D_negative(maxPooling2D: Callable[..., Any]) -> None:
    """Windows in which every value is negative."""
    _run("maxPooling2D, negative values", "maxPooling2D_negative", maxPooling2D)


def maxPooling2D_shapes(maxPooling2D: Callable[..., Any]) -> None:
    """Images that are not square."""
    _run("maxPooling2D, images that are not square", "maxPooling2D_shapes", maxPooling2D)


def maxPooling2D_pairs(maxPooling2D: Callable[..., Any]) -> None:
    """Windows and strides as pairs."""
    _run("maxPooling2D, pairs", "maxPooling2D_pairs", maxPooling2D)


def maxPooling2D_new_array(maxPooling2D: Callable[..., Any]) -> None:
    """An array out, and the image left as it was."""
    _run("maxPooling2D, an array out", "maxPooling2D_new_array", maxPooling2D, array=True)


def maxPooling2D_together(maxPooling2D: Callable[..., Any]) -> None:
    """Everything at once."""
    _run("maxPooling2D, everything together", "maxPooling2D_together", maxPooling2D)


def averagePooling2D(averagePooling2D: Callable[..., Any]) -> None:
    """Square images that the windows tile."""
    _run("averagePooling2D, the values", "averagePooling2D", averagePooling2D)


def averagePooling2D_integers(averagePooling2D: Callable[..., Any]) -> None:
    """Bytes and wider whole numbers, whose means have fractions."""
    _run("averagePooling2D, whole numbers in, fractions out", "averagePooling2D_integers", averagePooling2D)


def averagePooling2D_windows(averagePooling2D: Callable[..., Any]) -> None:
    """Overlapping windows, pairs, images that are not square."""
    _run("averagePooling2D, strides, pairs and shapes", "averagePooling2D_windows", averagePooling2D)


def averagePooling2D_edges(averagePooling2D: Callable[..., Any]) -> None:
    """Sides that the windows do not cover."""
    _run("averagePooling2D, sizes that do not divide", "averagePooling2D_edges", averagePooling2D)


def averagePooling2D_new_array(averagePooling2D: Callable[..., Any]) -> None:
    """An array out, and the image left as it was."""
    _run("averagePooling2D, an array out", "averagePooling2D_new_array", averagePooling2D, array=True)


def global_average_pooling(global_average_pooling: Callable[..., Any]) -> None:
    """A batch in which every axis has another length."""
    _run("global_average_pooling, the values", "global_average_pooling", global_average_pooling)


def global_average_pooling_new_array(global_average_pooling: Callable[..., Any]) -> None:
    """An array of exactly (N, C), also for one image or one channel; the batch left as it was."""
    _run(
        "global_average_pooling, an array of shape (N, C)",
        "global_average_pooling_new_array",
        global_average_pooling,
        array=True,
    )


def dense_weights(dense_weights: Callable[..., Any]) -> None:
    """GoogLeNet's layer, and a small one."""
    _run("dense_weights", "dense_weights", dense_weights)


def maxPooling2D_backward(maxPooling2D_backward: Callable[..., Any]) -> None:
    """Square images without ties that the windows tile."""
    _run("maxPooling2D_backward, the values", "maxPooling2D_backward", maxPooling2D_backward)


def maxPooling2D_backward_overlap(maxPooling2D_backward: Callable[..., Any]) -> None:
    """Pixels that are the maximum of several windows."""
    _run("maxPooling2D_backward, overlapping windows", "maxPooling2D_backward_overlap", maxPooling2D_backward)


def maxPooling2D_backward_ties(maxPooling2D_backward: Callable[..., Any]) -> None:
    """Windows that hold their maximum more than once."""
    _run("maxPooling2D_backward, ties", "maxPooling2D_backward_ties", maxPooling2D_backward)


def maxPooling2D_backward_together(maxPooling2D_backward: Callable[..., Any]) -> None:
    """No ties; everything else at once."""
    _run(
        "maxPooling2D_backward, everything together", "maxPooling2D_backward_together", maxPooling2D_backward
    )


def maxPooling2D_backward_new_array(maxPooling2D_backward: Callable[..., Any]) -> None:
    """An array of floats out, even for an image of whole numbers; both inputs left as they were."""
    _run(
        "maxPooling2D_backward, an array of floats",
        "maxPooling2D_backward_new_array",
        maxPooling2D_backward,
        array=True,
    )


def predicted_shapes_conv(predicted_shapes: Callable[..., Any]) -> None:
    """Three shapes; whether they are right is for the hidden check, and for the next cell, to say."""
    attempt = Attempt("predicted_shapes", predicted_shapes)
    public("predicted_shapes, convolution and ReLU", lambda: predicted_well_formed(attempt))


def predicted_shapes_pool(predicted_shapes: Callable[..., Any]) -> None:
    """As above."""
    attempt = Attempt("predicted_shapes", predicted_shapes)
    public("predicted_shapes, pooling", lambda: predicted_well_formed(attempt))


def receptive_field(receptive_field: Callable[..., Any]) -> None:
    """Stacks at stride 1; the list of layers left as it was."""
    _run("receptive_field, stride 1", "receptive_field", receptive_field, inputs=True)


def receptive_field_strides(receptive_field: Callable[..., Any]) -> None:
    """Stacks with strides."""
    _run("receptive_field, strides", "receptive_field_strides", receptive_field)


def flatten_dense_order(flatten_dense: Callable[..., Any]) -> None:
    """Maps of several rows, columns and channels, without a bias."""
    _run("flatten_dense, the order", "flatten_dense_order", flatten_dense)


def flatten_dense_bias(flatten_dense: Callable[..., Any]) -> None:
    """Maps of a single pixel, with a bias."""
    _run("flatten_dense, the bias", "flatten_dense_bias", flatten_dense)


def flatten_dense_new_array(flatten_dense: Callable[..., Any]) -> None:
    """An array of exactly (N, units); nothing changed."""
    _run("flatten_dense, an array of shape (N, units)", "flatten_dense_new_array", flatten_dense, array=True)


def cnn_forward_relu(cnn_forward: Callable[..., Any]) -> None:
    """Maps with negative values, no biases."""
    _run("cnn_forward, convolution, ReLU and pooling", "cnn_forward_relu", cnn_forward)


def cnn_forward_bias(cnn_forward: Callable[..., Any]) -> None:
    """Nothing negative, both biases."""
    _run("cnn_forward, the two biases", "cnn_forward_bias", cnn_forward)


def cnn_forward_together(cnn_forward: Callable[..., Any]) -> None:
    """An image that is not square, all signs."""
    _run("cnn_forward, everything together", "cnn_forward_together", cnn_forward)


def blur_pool(blur_pool: Callable[..., Any]) -> None:
    """Maxima of odd and even sizes."""
    _run("blur_pool", "blur_pool", blur_pool, array=True)


# ---------------------------------------------------------------------------------------
# The cases, written out
# ---------------------------------------------------------------------------------------


def _cat(side: int = 32) -> np.ndarray:
    """A cat's face: (side, side) brightnesses, 0, 4, 6 or 8."""
    y, x = np.mgrid[:side, :side] * 2 / (side - 1) - 1
    x = np.abs(x)
    head = (x / 0.72) ** 2 + ((y - 0.2) / 0.66) ** 2 < 1
    ears = (y > -0.95) & (y < 0) & (np.abs(x - 0.48) < 0.38 * (y + 0.95))
    eyes = ((x - 0.3) / 0.17) ** 2 + ((y - 0.05) / 0.15) ** 2 < 1
    nose = (y > 0.32) & (y < 0.5) & (x < 0.5 - y)
    whiskers = (x > 0.35) & (x < 0.98) & (np.abs(np.abs(y - 0.5) - 0.25 * (x - 0.25)) < 0.035)
    cat = np.where(head | ears, 6, 0)
    cat[eyes | whiskers] = 8
    cat[(x > 0.24) & (x < 0.36) & eyes | nose] = 0
    return cat


CAT = _cat()
"""What is wanted of a picture of 64x64 pixels that is made from it: a window's largest value, or its mean."""

_LARGEST_IS_1 = np.array([[0.5, 0.25], [1, 0.75]])
_MEAN_IS_1 = np.array([[0.5, 1], [1.5, 1]])

CASES: dict[str, tuple[Case, ...]] = {
    "maxPooling2D": (
        Case(
            [numbers("0.5 1.25 3 2.5; 2.75 1 0.25 4.5; 6.5 5.25 1.5 0.75; 3.5 7.25 2.25 1.75")],
            numbers("2.75 4.5; 7.25 2.25"),
            {"pool_size": 2, "strides": 2},
            mistakes=[
                (STRIDE_NOT_IN_WINDOW, numbers("2.75 3; 6.5 5.25")),
                (LAST_WINDOW_MISSING, numbers("2.75")),
                (MEAN_NOT_MAX, numbers("1.375 2.5625; 5.625 1.5625")),
                (MINIMUM_NOT_MAX, numbers("0.5 0.25; 3.5 0.75")),
                (FRACTIONS_LOST, numbers("2 4; 7 2")),
            ],
        ),
        Case(
            [
                numbers(
                    "0.5 1.75 1.5 6.25 1.25 7.5; 8.5 7 3 4.75 0.25 2; 9 2.5 6.5 4 0.75 6.75; "
                    "2.25 1 8.25 4.5 3.25 7.25; 5.75 6 5.5 8 5.25 3.5; 8.75 5 7.75 2.75 4.25 3.75"
                )
            ],
            numbers("9 7.5; 8.75 8"),
            {"pool_size": 3, "strides": 3},
            mistakes=[
                (STRIDE_NOT_IN_WINDOW, numbers("9 7; 9 8.25")),
                (LAST_WINDOW_MISSING, numbers("9")),
                (MEAN_NOT_MAX, numbers("4.472222 3.722222; 5.583333 4.722222")),
                (FRACTIONS_LOST, numbers("9 7; 8 8")),
            ],
        ),
        Case(
            [np.kron(CAT, _LARGEST_IS_1)],
            CAT,
            {"pool_size": 2, "strides": 2},
            mistakes=[(MEAN_NOT_MAX, 0.625 * CAT)],
            picture="A cat, pooled by your function",
        ),
    ),
    "maxPooling2D_defaults": (
        Case(
            [numbers("3 10 16 5; 12 13 15 14; 11 1 2 8; 9 4 6 7")],
            numbers("13 16; 11 8"),
            mistakes=[(DEFAULT_STRIDE_ONE, numbers("13 16 16; 13 15 15; 11 6 8"))],
            raising=NONE_NOT_HANDLED,
        ),
        Case(
            [
                numbers(
                    "22 9 30 16 7 10; 32 1 19 17 12 35; 4 26 25 5 21 8; 36 29 3 28 6 13; "
                    "33 2 11 34 27 31; 23 14 24 18 20 15"
                )
            ],
            numbers("32 35; 36 34"),
            {"pool_size": 3},
            mistakes=[
                (DEFAULT_STRIDE_ONE, numbers("32 30 30 35; 36 29 28 35; 36 34 34 34; 36 34 34 34")),
                (DEFAULT_STRIDE_FIXED, numbers("32 30; 36 34")),
            ],
            raising=NONE_NOT_HANDLED,
        ),
        Case(
            [
                numbers(
                    "20 34 6 33 14 16; 19 18 12 21 30 11; 31 28 8 3 7 35; 27 32 24 17 36 9; "
                    "2 10 29 5 13 25; 23 15 22 1 26 4"
                )
            ],
            numbers("34 35; 32 36"),
            {"pool_size": 3, "strides": None},
            mistakes=[
                (DEFAULT_STRIDE_ONE, numbers("34 34 33 35; 32 32 36 36; 32 32 36 36; 32 32 36 36")),
                (DEFAULT_STRIDE_FIXED, numbers("34 33; 32 36")),
            ],
            raising=NONE_NOT_HANDLED,
        ),
    ),
    "maxPooling2D_strides": (
        Case(
            [numbers("24 10 13 4 19; 7 25 8 12 2; 21 20 18 17 3; 5 23 16 11 14; 1 6 22 15 9")],
            numbers("25 25 13 19; 25 25 18 17; 23 23 18 17; 23 23 22 15"),
            {"pool_size": 2, "strides": 1},
            mistakes=[
                (STRIDE_FROM_POOL, numbers("25 13; 23 18")),
                (STRIDE_NOT_IN_SIZE, numbers("25 25; 25 25")),
                (STRIDE_NOT_IN_WINDOW, numbers("25 13 19 0; 23 18 14 0; 6 22 9 0; 0 0 0 0")),
                (
                    WINDOW_CUT,
                    numbers("25 25 13 19 19; 25 25 18 17 3; 23 23 18 17 14; 23 23 22 15 14; 6 22 22 15 9"),
                ),
                (LAST_WINDOW_MISSING, numbers("25 25 13; 25 25 18; 23 23 18")),
            ],
            raising=OUTSIDE,
        ),
        Case(
            [
                numbers(
                    "15 1 46 45 49 27 42; 28 40 36 12 47 20 31; 9 37 25 48 5 8 38; "
                    "11 29 3 43 24 34 2; 44 6 4 19 23 22 7; 33 13 35 26 17 14 41; "
                    "39 10 16 30 21 32 18"
                )
            ],
            numbers("46 49 49; 44 48 38; 44 35 41"),
            {"pool_size": 3, "strides": 2},
            mistakes=[
                (STRIDE_FROM_POOL, numbers("46 49; 44 43")),
                (STRIDE_NOT_IN_SIZE, numbers("46 49; 44 48")),
                (STRIDE_NOT_IN_WINDOW, numbers("46 49 42; 44 43 41; 39 32 18")),
                (STRIDE_NOT_IN_WINDOW, numbers("46 48 49; 40 48 48; 44 48 48")),
                (WINDOW_CUT, numbers("46 49 49 42; 44 48 38 38; 44 35 41 41; 39 30 32 18")),
            ],
            raising=OUTSIDE,
        ),
        Case(
            [
                numbers(
                    "6 47 21 28 17 32 42 59; 37 55 8 1 5 63 4 43; 31 26 54 57 10 49 46 45; "
                    "35 3 15 23 7 12 24 50; 18 25 20 39 51 56 16 22; 40 52 11 60 61 19 27 29; "
                    "41 44 33 34 9 2 36 38; 58 30 14 13 64 53 48 62"
                )
            ],
            numbers("55 28 59; 35 51 50; 58 64 62"),
            {"pool_size": 2, "strides": 3},
            mistakes=[
                (STRIDE_FROM_POOL, numbers("55 28 63 59; 35 57 49 50; 52 60 61 29; 58 34 64 62")),
                (STRIDE_NOT_IN_WINDOW, numbers("55 28 63; 35 57 49; 52 60 61")),
                (STRIDE_NOT_IN_WINDOW, numbers("55 55 28; 55 55 57; 35 54 57")),
            ],
            raising=OUTSIDE,
        ),
    ),
    "maxPooling2D_edges": (
        Case(
            [numbers("7 8 4 25 5; 1 17 21 11 22; 20 12 14 23 3; 18 16 2 24 6; 19 9 15 13 10")],
            numbers("17 25; 20 24"),
            {"pool_size": 2, "strides": 2},
            mistakes=[(ROUNDED_UP, numbers("17 25 22; 20 24 6; 19 15 10"))],
            raising=OUTSIDE,
        ),
        Case(
            [
                numbers(
                    "53 6 37 12 61 7 50 30; 34 40 35 32 45 28 31 64; 2 52 25 54 42 59 4 38; "
                    "48 55 26 20 10 33 41 16; 63 23 29 39 13 51 19 56; 49 14 62 24 36 22 46 58; "
                    "43 18 3 60 17 47 27 44; 5 15 9 21 1 57 11 8"
                )
            ],
            numbers("53 61; 63 51"),
            {"pool_size": 3, "strides": 3},
            mistakes=[(ROUNDED_UP, numbers("53 61 64; 63 51 58; 43 60 44"))],
            raising=OUTSIDE,
        ),
    ),
    "maxPooling2D_negative": (
        Case(
            [numbers("-9 -15 -13 -4; -16 -5 -14 -6; -7 -8 -12 -2; -3 -11 -1 -10")],
            numbers("-5 -4; -3 -1"),
            {"pool_size": 2, "strides": 2},
            mistakes=[(STARTED_TOO_HIGH, numbers("0 0; 0 0"))],
        ),
        Case(
            [numbers("-3 -8 2 -1; -6 -4 -9 0; 5 -2 -7 -12; -1 3 -11 -8")],
            numbers("-3 2; 5 -7"),
            {"pool_size": 2, "strides": 2},
            mistakes=[(STARTED_TOO_HIGH, numbers("0 2; 5 0"))],
        ),
    ),
    "maxPooling2D_shapes": (
        Case(
            [numbers("17 21 7 23 5 24; 1 2 10 12 8 9; 4 3 19 15 20 18; 6 13 16 14 22 11")],
            numbers("21 23 24; 13 19 22"),
            {"pool_size": 2, "strides": 2},
            mistakes=[
                (SQUARE_IMAGE, numbers("21 23; 13 19")),
                (SQUARE_IMAGE, numbers("21 23 24; 13 19 22; 0 0 0")),
                (SQUARE_IMAGE, numbers("21 23; 13 19; 0 0")),
            ],
            raising=SQUARE_IMAGE,
        ),
        Case(
            [numbers("22 23 18 8; 24 5 2 10; 21 19 6 15; 4 12 17 20; 7 3 11 9; 16 1 14 13")],
            numbers("24 18; 21 20; 16 14"),
            {"pool_size": 2, "strides": 2},
            mistakes=[
                (SQUARE_IMAGE, numbers("24 18 0; 21 20 0; 16 14 0")),
                (SQUARE_IMAGE, numbers("24 18; 21 20")),
                (SQUARE_IMAGE, numbers("24 18 0; 21 20 0")),
            ],
            raising=SQUARE_IMAGE,
        ),
    ),
    "maxPooling2D_pairs": (
        Case(
            [
                numbers(
                    "22 36 12 26 33 10; 35 19 24 30 9 4; 17 32 5 27 28 34; 29 7 13 31 23 15; "
                    "3 6 21 1 2 20; 8 11 18 14 25 16"
                )
            ],
            numbers("36 33; 32 34; 21 25"),
            {"pool_size": (2, 3), "strides": (2, 3)},
            mistakes=[
                (PAIR_SWAPPED, numbers("36 30 34; 29 31 25")),
                (PAIR_SWAPPED, numbers("36 33; 29 31")),
                (PAIR_SWAPPED, numbers("36 33; 32 31")),
                (ONE_OF_THE_PAIR, numbers("36 30 33; 32 31 34; 11 21 25")),
                (ONE_OF_THE_PAIR, numbers("36 33; 32 31; 21 25")),
                (ONE_OF_THE_PAIR, numbers("36 34; 29 31")),
            ],
            raising=PAIR_NOT_HANDLED,
        ),
        Case(
            [numbers("6 11 1 8; 12 3 5 9; 14 13 15 16; 10 2 7 4")],
            numbers("12 9; 14 16"),
            {"pool_size": 2, "strides": (2, 2)},
            raising=PAIR_NOT_HANDLED,
        ),
        Case(
            [
                numbers(
                    "16 34 26 7 1 35; 31 29 17 24 12 36; 23 28 4 5 8 25; 20 21 33 30 11 18; "
                    "15 32 9 14 22 10; 6 27 13 3 2 19"
                )
            ],
            numbers("34 36; 33 30"),
            {"pool_size": (3, 3), "strides": 3},
            raising=PAIR_NOT_HANDLED,
        ),
    ),
    "maxPooling2D_new_array": (
        Case(
            [numbers("12 1 9 4; 5 3 15 11; 2 7 14 13; 8 16 10 6")],
            numbers("12 15; 16 14"),
            {"pool_size": 2, "strides": 2},
            mistakes=[
                (STRIDE_NOT_IN_WINDOW, numbers("12 15; 7 15")),
                (MEAN_NOT_MAX, numbers("5.25 9.75; 8.25 10.75")),
            ],
        ),
    ),
    "maxPooling2D_together": (
        Case(
            [
                numbers(
                    "-8 -10.1 -3.9 -8.2 -13.3 -6.1 1.4 -1.4 -14.6 -19.1 -14 -8.7 -27.6; -10.8 -19 -14.9 "
                    "-13.4 -11.5 -5.7 -0.7 -10 1.9 -14.3 -6.2 -1.8 -8.2; -14.9 -16.4 -12.7 -7.2 -17.1 "
                    "-10.7 -10.3 -4.7 -7.3 -6.2 -14.2 -10 -2.7; 2.9 -19.1 3.1 1.8 -2.7 -6.9 -11.5 2.7 "
                    "6.7 5.4 1.5 -6.1 -18.7; -9 -3.7 -19.3 -5.8 -5.6 -3.4 -18.5 -14.3 -12.5 -18.4 4.9 "
                    "-13 -6.4; -11.1 3.7 1.6 -3.9 -26.6 -8.6 -3.5 -1 -13.9 5.6 -19.6 -14.3 -1.5"
                )
            ],
            numbers("-8 -5.7 1.9; 2.9 -2.7 6.7"),
            {"pool_size": (3, 2), "strides": (2, 4)},
            mistakes=[
                (ROUNDED_UP, numbers("-8 -5.7 1.9 -2.7; 2.9 -2.7 6.7 -2.7; 3.7 -3.4 5.6 -1.5")),
                (STRIDE_FROM_POOL, numbers("-8 -3.9 -5.7 1.4 1.9 -1.8; 3.7 3.1 -2.7 2.7 6.7 4.9")),
                (STRIDE_NOT_IN_SIZE, numbers("-8 -5.7 1.9 -2.7 0 0; 2.9 -2.7 6.7 -2.7 0 0")),
                (STRIDE_NOT_IN_WINDOW, numbers("-8 -3.9 -5.7; 3.7 3.1 -2.7")),
                (STRIDE_NOT_IN_WINDOW, numbers("-8 -3.9 -3.9; 2.9 3.1 3.1")),
                (WINDOW_CUT, numbers("-8 -5.7 1.9; 2.9 -2.7 6.7; 3.7 -3.4 5.6")),
                (LAST_WINDOW_MISSING, numbers("-8 -5.7")),
                (SQUARE_IMAGE, numbers("-8 -5.7; 2.9 -2.7")),
                (SQUARE_IMAGE, numbers("-8 -5.7; 2.9 -2.7; 3.7 -3.4")),
                (PAIR_SWAPPED, numbers("-3.9 -3.9 1.4 1.9 1.9 -1.8; 3.7 1.6 -3.4 -1 5.6 4.9")),
                (PAIR_SWAPPED, numbers("-8 -3.9 -5.7 1.4 1.9 -1.8")),
                (PAIR_SWAPPED, numbers("-3.9 1.4 1.9; 3.1 -2.7 6.7; 3.7 -3.4 5.6")),
                (ONE_OF_THE_PAIR, numbers("-3.9 -3.9 1.4 1.9 1.9 -1.8; 3.1 3.1 -2.7 6.7 6.7 4.9")),
                (ONE_OF_THE_PAIR, numbers("-8 -3.9 -5.7 1.4 1.9 -1.8; 2.9 3.1 -2.7 2.7 6.7 4.9")),
                (ONE_OF_THE_PAIR, numbers("-8 -5.7 1.9; 3.7 -3.4 5.6")),
                (ONE_OF_THE_PAIR, numbers("-8 -5.7 1.9")),
                (MEAN_NOT_MAX, numbers("-13.2 -10.733333 -9.933333; -10.033333 -7.733333 -5.383333")),
                (STARTED_TOO_HIGH, numbers("0 0 1.9; 2.9 0 6.7")),
                (FRACTIONS_LOST, numbers("-8 -5 1; 2 -2 6")),
                (FRACTIONS_LOST, numbers("-8 -6 1; 2 -3 6")),
            ],
            raising=OUTSIDE,
        ),
        Case(
            [
                numbers(
                    "87 29 69 35 59 70 76 88 3 43 1 24 65; 38 66 73 28 67 45 12 64 23 19 62 53 36; 18 50 "
                    "5 16 83 42 4 25 81 32 11 91 49; 47 68 39 89 61 26 31 80 54 56 7 44 63; 79 57 77 75 "
                    "40 78 90 46 13 86 52 2 82; 14 74 22 21 33 85 48 84 41 30 9 10 51; 71 34 27 60 8 17 "
                    "15 58 37 72 55 6 20"
                )
            ],
            numbers("87 88 91; 89 90 86"),
            {"pool_size": (3, 4)},
            mistakes=[
                (ROUNDED_UP, numbers("87 88 91 65; 89 90 86 82; 71 58 72 20")),
                (
                    DEFAULT_STRIDE_ONE,
                    numbers(
                        "87 83 83 83 88 88 88 88 91 91; 89 89 89 89 83 81 81 81 91 91; 89 89 89 90 90 90 90 "
                        "86 91 91; 89 89 89 90 90 90 90 86 86 86; 79 77 85 90 90 90 90 86 86 86"
                    ),
                ),
                (DEFAULT_STRIDE_FIXED, numbers("87 83 88 88 91; 89 89 90 90 91; 79 85 90 90 86")),
                (DEFAULT_ONE_SIDE, numbers("87 83 88 91; 89 90 90 86")),
                (DEFAULT_ONE_SIDE, numbers("87 88 91; 79 90 86")),
                (STRIDE_NOT_IN_WINDOW, numbers("87 83 83; 89 89 89")),
                (LAST_WINDOW_MISSING, numbers("87 88")),
                (SQUARE_IMAGE, numbers("87 88; 89 90")),
                (SQUARE_IMAGE, numbers("87 88 91; 89 90 86; 71 58 72")),
                (SQUARE_IMAGE, numbers("87 88; 89 90; 71 58")),
                (PAIR_SWAPPED, numbers("87 89 88 91")),
                (PAIR_SWAPPED, numbers("87 83 88 91; 79 90 90 86")),
                (PAIR_SWAPPED, numbers("87 83 81; 79 90 86")),
                (ONE_OF_THE_PAIR, numbers("87 83 88 91; 79 89 90 86")),
                (ONE_OF_THE_PAIR, numbers("89 88 91")),
            ],
            raising={TypeError: NONE_NOT_HANDLED, **OUTSIDE},
        ),
    ),
    "averagePooling2D": (
        Case(
            [numbers("40 36 16 24; 32 28 64 8; 60 12 20 48; 44 52 56 4")],
            numbers("34 28; 42 32"),
            {"pool_size": 2, "strides": 2},
            mistakes=[
                (STRIDE_NOT_IN_WINDOW, numbers("34 36; 33 31")),
                (MAX_NOT_MEAN, numbers("40 64; 60 56")),
                (SUM_NOT_MEAN, numbers("136 112; 168 128")),
                (DIVIDED_BY_OTHER, numbers("68 56; 84 64")),
            ],
        ),
        Case(
            [
                numbers(
                    "180 234 54 243 306 225; 27 315 90 324 45 216; 207 198 288 117 72 189; "
                    "63 99 126 297 162 279; 135 81 153 171 36 261; 270 108 144 9 18 252"
                )
            ],
            numbers("177 193; 131 165"),
            {"pool_size": 3, "strides": 3},
            mistakes=[
                (STRIDE_NOT_IN_WINDOW, numbers("177 207; 157 206")),
                (MAX_NOT_MEAN, numbers("315 324; 270 297")),
                (SUM_NOT_MEAN, numbers("1593 1737; 1179 1485")),
                (DIVIDED_BY_OTHER, numbers("398.25 434.25; 294.75 371.25")),
                (DIVIDED_BY_OTHER, numbers("531 579; 393 495")),
                (DIVIDED_BY_OTHER, numbers("265.5 289.5; 196.5 247.5")),
            ],
        ),
        Case(
            [np.kron(CAT, _MEAN_IS_1)],
            CAT,
            {"pool_size": 2, "strides": 2},
            mistakes=[(MAX_NOT_MEAN, 1.5 * CAT), (SUM_NOT_MEAN, 4 * CAT)],
            picture="A cat, averaged by your function",
        ),
    ),
    "averagePooling2D_integers": (
        Case(
            [numbers("10 12 4 3; 7 9 16 5; 6 15 2 1; 13 11 8 14")],
            numbers("9.5 7; 11.25 6.25"),
            {"pool_size": 2, "strides": 2},
            mistakes=[(FRACTIONS_LOST, numbers("9 7; 11 6")), (FRACTIONS_LOST, numbers("10 7; 11 6"))],
            dtype="int",
        ),
        Case(
            [numbers("135 112 126 253; 172 126 154 199; 198 215 242 234; 225 179 135 135")],
            numbers("136.25 183; 204.25 186.5"),
            {"pool_size": 2, "strides": 2},
            mistakes=[
                (FRACTIONS_LOST, numbers("136 183; 204 186")),
                (BYTES_OVERFLOW, numbers("8.25 55; 12.25 58.5")),
                (BYTES_OVERFLOW, numbers("8 55; 12 58")),
            ],
            dtype="uint8",
        ),
    ),
    "averagePooling2D_windows": (
        Case(
            [
                numbers(
                    "9 180 18 45 54; 153 198 63 81 216; 162 207 135 225 189; 90 99 72 126 144; "
                    "108 27 171 117 36"
                )
            ],
            numbers("125 114; 119 135"),
            {"pool_size": 3, "strides": 2},
            mistakes=[
                (STRIDE_FROM_POOL, numbers("125")),
                (STRIDE_NOT_IN_WINDOW, numbers("125 135; 94.5 105.75")),
                (STRIDE_NOT_IN_WINDOW, numbers("125 128; 131 134")),
                (WINDOW_CUT, numbers("125 114 153; 119 135 123; 102 108 36")),
                (DIVIDED_BY_OTHER, numbers("281.25 256.5; 267.75 303.75")),
                (DIVIDED_BY_OTHER, numbers("375 342; 357 405")),
                (DIVIDED_BY_OTHER, numbers("187.5 171; 178.5 202.5")),
            ],
        ),
        Case(
            [numbers("96 114 66 108 12 132; 48 144 138 18 24 90; 102 78 120 60 30 54; 6 36 84 72 42 126")],
            numbers("101 64; 71 64"),
            {"pool_size": (2, 3), "strides": (2, 3)},
            mistakes=[
                (PAIR_SWAPPED, numbers("97 85 57")),
                (PAIR_SWAPPED, numbers("101 61")),
                (PAIR_SWAPPED, numbers("97 42")),
                (ONE_OF_THE_PAIR, numbers("100.5 82.5 64.5; 55.5 84 63")),
                (ONE_OF_THE_PAIR, numbers("101 61; 71 68")),
                (ONE_OF_THE_PAIR, numbers("100.666667 58.666667")),
                (DIVIDED_BY_OTHER, numbers("151.5 96; 106.5 96")),
                (DIVIDED_BY_OTHER, numbers("303 192; 213 192")),
                (DIVIDED_BY_OTHER, numbers("202 128; 142 128")),
            ],
            raising=PAIR_NOT_HANDLED,
        ),
        Case(
            [
                numbers(
                    "198 279 45 99 189 27; 306 63 54 252 9 117; 36 297 81 270 144 243; "
                    "90 18 216 153 171 207; 135 288 324 261 108 234; 162 72 126 315 225 180"
                )
            ],
            numbers("151 150; 159 206"),
            {"pool_size": 3},
            mistakes=[
                (
                    DEFAULT_STRIDE_ONE,
                    numbers("151 160 127 150; 129 156 150 174; 165 212 192 199; 159 197 211 206"),
                ),
                (DEFAULT_STRIDE_FIXED, numbers("151 127; 165 192")),
            ],
            raising=NONE_NOT_HANDLED,
        ),
        Case(
            [
                numbers(
                    "624 312 720 180 528 744 396 408 648 228 72 816; 96 672 144 240 864 480 420 432 552 "
                    "492 156 468; 264 732 84 288 708 120 804 324 780 60 636 336; 348 828 540 660 48 504 "
                    "132 600 12 192 444 516; 564 204 852 588 684 576 108 168 300 252 756 276; 24 36 768 "
                    "696 612 840 216 456 360 384 372 792"
                )
            ],
            numbers("363 519 437; 509 412 388"),
            {"pool_size": (3, 4)},
            mistakes=[
                (
                    DEFAULT_STRIDE_ONE,
                    numbers(
                        "363 456 425 481 519 509 462 399 437; 408 484 390 439 453 430 400 390 387; 496 518 "
                        "471 435 398 369 311 377 380; 509 543 614 472 412 356 265 358 388"
                    ),
                ),
                (DEFAULT_STRIDE_FIXED, numbers("363 425 519 462 437; 496 471 398 311 380")),
                (DEFAULT_ONE_SIDE, numbers("363 481 462; 509 472 265")),
                (DEFAULT_ONE_SIDE, numbers("363 519 437")),
                (DIVIDED_BY_OTHER, numbers("1089 1557 1311; 1527 1236 1164")),
                (DIVIDED_BY_OTHER, numbers("1452 2076 1748; 2036 1648 1552")),
                (DIVIDED_BY_OTHER, numbers("484 692 582.666667; 678.666667 549.333333 517.333333")),
                (DIVIDED_BY_OTHER, numbers("272.25 389.25 327.75; 381.75 309 291")),
                (
                    DIVIDED_BY_OTHER,
                    numbers("622.285714 889.714286 749.142857; 872.571429 706.285714 665.142857"),
                ),
            ],
            raising=NONE_NOT_HANDLED,
        ),
    ),
    "averagePooling2D_edges": (
        Case(
            [numbers("88 56 4 84 48; 60 16 64 28 32; 80 12 76 72 100; 36 8 96 52 92; 40 68 20 44 24")],
            numbers("55 45; 34 74"),
            {"pool_size": 2, "strides": 2},
            mistakes=[
                (ROUNDED_UP, numbers("55 45 40; 34 74 96; 54 32 24")),
                (ROUNDED_UP, numbers("55 45 20; 34 74 48; 27 16 6")),
            ],
        ),
        Case(
            [
                numbers(
                    "297 288 153 162 405 45 18 351; 558 207 414 261 342 324 369 576; "
                    "396 144 549 279 360 531 486 459; 117 540 72 333 36 306 387 477; "
                    "108 450 522 378 423 126 513 441; 135 504 198 189 171 90 54 468; "
                    "432 9 495 315 234 180 243 252; 216 81 270 225 63 27 567 99"
                )
            ],
            numbers("334 301; 294 228"),
            {"pool_size": 3, "strides": 3},
            mistakes=[
                (ROUNDED_UP, numbers("334 301 376.5; 294 228 390; 250.5 174 290.25")),
                (ROUNDED_UP, numbers("334 301 251; 294 228 260; 167 116 129")),
            ],
        ),
    ),
    "averagePooling2D_new_array": (
        Case(
            [numbers("12 64 44 60; 8 28 36 20; 16 48 56 32; 52 24 40 4")],
            numbers("28 40; 35 33"),
            {"pool_size": 2, "strides": 2},
            mistakes=[(MAX_NOT_MEAN, numbers("64 60; 52 56")), (SUM_NOT_MEAN, numbers("112 160; 140 132"))],
        ),
    ),
    "global_average_pooling": (
        Case(
            [
                numbers(
                    "-2 -4 4; 3 1 9; -3 5 9; -1 3 -4; 0 1 5; 2 6 2; -3 4 -3; -1 8 8; 7 -1 5; -4 6 0; "
                    "-3 9 2; -3 5 -1; 5 8 0; 0 -3 7; 0 -5 1; 8 -4 -2",
                    2,
                    4,
                    2,
                    3,
                )
            ],
            numbers("-0.625 3 3.75; 1.25 1.875 1.5"),
            mistakes=[
                (
                    CHANNELS_AVERAGED,
                    numbers(
                        "-0.666667 4.333333; 3.666667 -0.666667; 2 3.333333; -0.666667 5; "
                        "3.666667 0.666667; 2.666667 0.333333; 4.333333 1.333333; -1.333333 0.666667",
                        2,
                        4,
                        2,
                    ),
                ),
                (CHANNELS_AVERAGED, numbers("2.041667 1.541667", 2)),
                (BATCH_AVERAGED, numbers("0.3125 2.4375 2.625", 3)),
                (WRONG_AXES, numbers("1.833333 1.5 2.666667 2.166667; 2.166667 1.5 2.833333 -0.333333")),
                (WRONG_AXES, numbers("0.125 2.125 2.875; 0.5 2.75 2.375")),
                (WRONG_AXES, numbers("-2 1.5 3.75; 0.75 4.5 3.75; 2.25 2.75 2; 0.25 1 1", 2, 2, 3)),
                (MAX_NOT_MEAN, numbers("3 8 9; 8 9 7")),
                (SUM_NOT_MEAN, numbers("-5 24 30; 10 15 12")),
            ],
        ),
    ),
    "global_average_pooling_new_array": (
        Case(
            [numbers("9 2 1; 7 1 9; 8 9 7; 7 2 9; 9 9 6; 5 2 2; 6 8 7; 4 6 3", 1, 2, 4, 3)],
            numbers("6.875 4.875 5.5"),
        ),
        Case(
            [numbers("1; 5; 9; 1; 3; 1; 4; 3; 2; 6; 8; 7", 3, 2, 2, 1)],
            numbers("4; 2.75; 5.75"),
        ),
    ),
    "dense_weights": (
        Case(
            [7, 7, 1024, 1024],
            51380224,
            mistakes=[
                (BIASES_COUNTED, 51381248),
                (UNITS_FORGOTTEN, 50176),
                (ADDED_NOT_MULTIPLIED, 51200),
                (MAPS_NOT_FLATTENED, 1048576),
            ],
            dtype=None,
        ),
        Case(
            [3, 5, 8, 10],
            1200,
            mistakes=[
                (BIASES_COUNTED, 1210),
                (UNITS_FORGOTTEN, 120),
                (ADDED_NOT_MULTIPLIED, 130),
                (CHANNELS_FORGOTTEN, 150),
                (MAPS_NOT_FLATTENED, 80),
            ],
            dtype=None,
        ),
    ),
    "maxPooling2D_backward": (
        Case(
            [numbers("1 12 4 16; 7 15 9 14; 5 2 6 3; 11 8 13 10"), numbers("5 4; 2 3")],
            numbers("0 0 0 4; 0 5 0 0; 0 0 0 0; 2 0 3 0"),
            {"pool_size": 2, "strides": 2},
            mistakes=[
                (OFFSET_FORGOTTEN, numbers("0 4 0 0; 5 5 0 0; 0 0 0 0; 0 0 0 0")),
                (
                    SPREAD_LIKE_AVERAGE,
                    numbers("1.25 1.25 1 1; 1.25 1.25 1 1; 0.5 0.5 0.75 0.75; 0.5 0.5 0.75 0.75"),
                ),
                (COPIED_TO_WINDOW, numbers("5 5 4 4; 5 5 4 4; 2 2 3 3; 2 2 3 3")),
                (MAXIMUM_NOT_GRADIENT, numbers("0 0 0 64; 0 75 0 0; 0 0 0 0; 22 0 39 0")),
                (MAXIMUM_NOT_GRADIENT, numbers("0 0 0 16; 0 15 0 0; 0 0 0 0; 11 0 13 0")),
                (GRADIENT_IGNORED, numbers("0 0 0 1; 0 1 0 0; 0 0 0 0; 1 0 1 0")),
            ],
        ),
        Case(
            [
                numbers(
                    "18 27 21 34 22 15; 19 17 5 33 29 20; 3 26 4 11 2 8; 12 36 6 30 13 25; 14 31 16 28 "
                    "32 7; 23 9 35 10 24 1"
                ),
                numbers("2 5; 3 4"),
            ],
            numbers("0 2 0 5 0 0; 0 0 0 0 0 0; 0 0 0 0 0 0; 0 3 0 0 0 0; 0 0 0 0 4 0; 0 0 0 0 0 0"),
            {"pool_size": 3, "strides": 3},
            mistakes=[
                (
                    OFFSET_FORGOTTEN,
                    numbers("5 5 0 0 0 0; 0 4 0 0 0 0; 0 0 0 0 0 0; 0 0 0 0 0 0; 0 0 0 0 0 0; 0 0 0 0 0 0"),
                ),
            ],
        ),
    ),
    "maxPooling2D_backward_overlap": (
        Case(
            [
                numbers("1 4 2 8 5; 3 9 6 7 11; 10 12 25 13 14; 15 16 17 18 19; 20 21 22 23 24"),
                numbers("1 2; 3 4"),
            ],
            numbers("0 0 0 0 0; 0 0 0 0 0; 0 0 10 0 0; 0 0 0 0 0; 0 0 0 0 0"),
            {"pool_size": 3, "strides": 2},
            mistakes=[
                (OVERWRITTEN, numbers("0 0 0 0 0; 0 0 0 0 0; 0 0 4 0 0; 0 0 0 0 0; 0 0 0 0 0")),
                (STRIDE_FROM_POOL, numbers("0 0 0 0 0; 0 0 0 0 0; 0 0 1 0 2; 0 0 0 0 0; 0 0 3 0 4")),
                (OFFSET_FORGOTTEN, numbers("4 0 3 0 0; 0 0 0 0 0; 2 0 1 0 0; 0 0 0 0 0; 0 0 0 0 0")),
            ],
            raising=OUTSIDE,
        ),
        Case(
            [numbers("1 5 2; 3 9 4; 8 6 7"), numbers("1 2; 3 4")],
            numbers("0 0 0; 0 10 0; 0 0 0"),
            {"pool_size": 2, "strides": 1},
            mistakes=[
                (OVERWRITTEN, numbers("0 0 0; 0 4 0; 0 0 0")),
                (STRIDE_FROM_POOL, numbers("0 0 0; 0 1 2; 3 0 4")),
                (OFFSET_FORGOTTEN, numbers("4 3 0; 2 1 0; 0 0 0")),
            ],
            raising=OUTSIDE,
        ),
    ),
    "maxPooling2D_backward_ties": (
        Case(
            [numbers("3 3 0 0; 3 1 0 0; 2 5 7 4; 5 5 1 7"), numbers("4 6; 8 2")],
            numbers("4 0 6 0; 0 0 0 0; 0 8 2 0; 0 0 0 0"),
            {"pool_size": 2, "strides": 2},
            mistakes=[
                (TIES_TO_ALL, numbers("4 4 6 6; 4 0 6 6; 0 8 2 0; 8 8 0 2")),
                (
                    TIES_SHARED,
                    numbers(
                        "1.333333 1.333333 1.5 1.5; 1.333333 0 1.5 1.5; 0 2.666667 1 0; 2.666667 2.666667 0 1"
                    ),
                ),
                (TIES_TO_LAST, numbers("0 0 0 0; 4 0 0 6; 0 0 0 0; 0 8 0 2")),
                (TIES_BY_COLUMNS, numbers("4 0 6 0; 0 0 0 0; 0 0 2 0; 8 0 0 0")),
                (OFFSET_FORGOTTEN, numbers("12 8 0 0; 0 0 0 0; 0 0 0 0; 0 0 0 0")),
                (MAXIMUM_FROM_ZERO, numbers("4 0 0 0; 0 0 0 0; 0 8 2 0; 0 0 0 0")),
                (MAXIMUM_FROM_ZERO, numbers("10 0 0 0; 0 0 0 0; 0 8 2 0; 0 0 0 0")),
            ],
        ),
    ),
    "maxPooling2D_backward_together": (
        Case(
            [
                numbers(
                    "-15 -29 3 -28 -5 5 -13; -20 -14 -1 -26 -6 0 -16; -2 -8 -4 -10 -12 -3 -9; -23 -21 "
                    "-19 2 -25 -11 -7; -18 -17 1 -22 -24 4 -27"
                ),
                numbers("12 5 11; 13 9 2; 10 3 4; 6 8 7"),
            ],
            numbers("0 0 17 0 0 11 0; 0 0 22 0 0 2 0; 10 0 0 0 0 4 0; 0 0 0 11 0 0 0; 0 0 6 0 0 7 0"),
            {"pool_size": (2, 3), "strides": (1, 2)},
            mistakes=[
                (
                    OVERWRITTEN,
                    numbers("0 0 5 0 0 11 0; 0 0 9 0 0 2 0; 10 0 0 0 0 4 0; 0 0 0 8 0 0 0; 0 0 6 0 0 7 0"),
                ),
                (
                    STRIDE_FROM_POOL,
                    numbers("0 0 12 0 0 5 11; 0 0 0 0 0 0 0; 13 0 0 0 0 0 0; 0 0 0 9 0 0 2; 0 0 10 0 0 3 4"),
                ),
                (
                    PAIR_SWAPPED,
                    numbers("0 0 16 0 0 0 0; 0 0 0 0 0 0 0; 25 0 0 0 0 0 0; 0 0 0 2 0 0 0; 0 10 16 0 0 0 0"),
                ),
                (
                    PAIR_SWAPPED,
                    numbers("0 0 28 0 0 0 0; 0 0 0 0 0 0 0; 13 0 0 0 0 0 0; 0 0 0 11 0 0 0; 0 0 17 0 0 0 0"),
                ),
                (
                    PAIR_SWAPPED,
                    numbers("0 0 5 0 0 11 0; 0 0 0 0 0 2 0; 35 0 0 0 0 0 0; 0 0 0 20 0 0 0; 0 6 0 0 0 11 0"),
                ),
                (
                    OFFSET_FORGOTTEN,
                    numbers("24 25 25 0 0 0 0; 0 10 6 0 0 0 0; 0 0 0 0 0 0 0; 0 0 0 0 0 0 0; 0 0 0 0 0 0 0"),
                ),
                (
                    MAXIMUM_FROM_ZERO,
                    numbers("0 0 17 0 0 11 0; 13 0 9 0 2 0 0; 10 0 0 0 4 0 0; 0 0 0 11 0 0 0; 0 0 6 0 0 7 0"),
                ),
                (
                    MAXIMUM_FROM_ZERO,
                    numbers("0 0 17 0 0 11 0; 0 0 0 0 0 0 0; 0 0 0 0 0 0 0; 0 0 0 11 0 0 0; 0 0 6 0 0 7 0"),
                ),
                (
                    MAXIMUM_FROM_ZERO,
                    numbers("38 0 17 0 0 11 0; 0 0 0 0 0 0 0; 0 0 0 0 0 0 0; 0 0 0 11 0 0 0; 0 0 6 0 0 7 0"),
                ),
            ],
            raising={IndexError: ARGMAX_BY_HEIGHT, ValueError: WINDOW_OUTSIDE, TypeError: PAIR_NOT_HANDLED},
        ),
        Case(
            [
                numbers(
                    "-16 -60 -56 -58 -29 -57 -25 2 -32; -43 -9 -13 -18 -38 -8 -30 -19 -11; -49 -14 -21 "
                    "-37 -22 0 -42 -1 -23; -48 -35 1 -59 -15 -47 -39 -40 -36; -45 -28 -12 -5 -50 -10 -17 "
                    "-2 -20; -33 -31 -52 -51 -54 -27 -34 -26 -3; -44 -46 -24 -53 -6 -55 -7 -41 -4"
                ),
                numbers("3 4; 2 5"),
            ],
            numbers(
                "0 0 0 0 0 0 0 4 0; 0 3 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 2 0 0 0 0 0 0; 0 0 0 0 "
                "0 0 0 5 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0"
            ),
            {"pool_size": (3, 4)},
            mistakes=[
                (
                    DEFAULT_STRIDE_ONE,
                    numbers(
                        "0 0 0 0 0 0 0 0 0; 0 7 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 7 0 0 0 0 0 0; 0 0 0 0 "
                        "0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0"
                    ),
                ),
                (
                    DEFAULT_STRIDE_FIXED,
                    numbers(
                        "0 0 0 0 0 0 0 0 0; 0 3 0 0 0 0 0 0 0; 0 0 0 0 0 4 0 0 0; 0 0 7 0 0 0 0 0 0; 0 0 0 0 "
                        "0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0"
                    ),
                ),
                (
                    DEFAULT_ONE_SIDE,
                    numbers(
                        "0 0 0 0 0 0 0 0 0; 0 3 0 0 0 0 0 0 0; 0 0 0 0 0 4 0 0 0; 0 0 2 0 0 0 0 0 0; 0 0 0 5 "
                        "0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0"
                    ),
                ),
                (
                    DEFAULT_ONE_SIDE,
                    numbers(
                        "0 0 0 0 0 0 0 4 0; 0 3 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 2 "
                        "0 0 0 5 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0"
                    ),
                ),
                (
                    PAIR_SWAPPED,
                    numbers(
                        "0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 4 0 0 0; 0 0 3 0 0 0 0 0 0; 0 0 2 5 "
                        "0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0"
                    ),
                ),
                (
                    PAIR_SWAPPED,
                    numbers(
                        "0 0 0 0 0 0 0 0 0; 0 3 0 0 0 0 0 0 0; 0 0 0 0 0 4 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 7 "
                        "0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0"
                    ),
                ),
                (
                    PAIR_SWAPPED,
                    numbers(
                        "0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 4 0 0 0; 0 0 5 0 0 0 0 0 0; 0 0 0 0 "
                        "0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 5 0 0 0 0"
                    ),
                ),
                (
                    OFFSET_FORGOTTEN,
                    numbers(
                        "0 0 2 4 0 0 0 0 0; 0 3 0 5 0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 "
                        "0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0"
                    ),
                ),
                (
                    ARGMAX_BY_HEIGHT,
                    numbers(
                        "0 0 0 0 0 0 0 0 0; 0 0 3 0 4 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 2 0 0 0 0 0 0; 0 0 0 0 "
                        "0 0 0 0 0; 0 0 0 0 0 5 0 0 0; 0 0 0 0 0 0 0 0 0"
                    ),
                ),
                (
                    MAXIMUM_FROM_ZERO,
                    numbers(
                        "3 0 0 0 0 0 0 4 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 2 0 5 0 0 0 0; 0 0 0 0 "
                        "0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0"
                    ),
                ),
                (
                    MAXIMUM_FROM_ZERO,
                    numbers(
                        "0 0 0 0 0 0 0 4 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 2 0 0 0 0 0 0; 0 0 0 0 "
                        "0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0"
                    ),
                ),
                (
                    MAXIMUM_FROM_ZERO,
                    numbers(
                        "8 0 0 0 0 0 0 4 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 2 0 0 0 0 0 0; 0 0 0 0 "
                        "0 0 0 0 0; 0 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0 0"
                    ),
                ),
                (
                    SPREAD_LIKE_AVERAGE,
                    numbers(
                        "0.25 0.25 0.25 0.25 0.333333 0.333333 0.333333 0.333333 0; 0.25 0.25 0.25 0.25 "
                        "0.333333 0.333333 0.333333 0.333333 0; 0.25 0.25 0.25 0.25 0.333333 0.333333 "
                        "0.333333 0.333333 0; 0.166667 0.166667 0.166667 0.166667 0.416667 0.416667 0.416667 "
                        "0.416667 0; 0.166667 0.166667 0.166667 0.166667 0.416667 0.416667 0.416667 0.416667 "
                        "0; 0.166667 0.166667 0.166667 0.166667 0.416667 0.416667 0.416667 0.416667 0; 0 0 0 "
                        "0 0 0 0 0 0"
                    ),
                ),
            ],
            raising={IndexError: ARGMAX_BY_HEIGHT, ValueError: WINDOW_OUTSIDE, TypeError: NONE_NOT_HANDLED},
        ),
    ),
    "maxPooling2D_backward_new_array": (
        Case(
            [numbers("7 14 4 11; 13 9 2 15; 16 5 1 12; 10 6 3 8"), numbers("0.5 1.5; 2.25 3.75")],
            numbers("0 0.5 0 0; 0 0 0 1.5; 2.25 0 0 3.75; 0 0 0 0"),
            {"pool_size": 2, "strides": 2},
            mistakes=[(FRACTIONS_LOST, numbers("0 0 0 0; 0 0 0 1; 2 0 0 3; 0 0 0 0"))],
            dtype="int",
        ),
        Case(
            [numbers("4 5 10 16; 6 1 3 8; 14 7 2 15; 9 12 11 13"), numbers("0.5 1.5; 2.25 3.75")],
            numbers("0 0 0 1.5; 0.5 0 0 0; 2.25 0 0 3.75; 0 0 0 0"),
            {"pool_size": 2, "strides": 2},
        ),
    ),
    "receptive_field": (
        Case(
            [[(3, 1), (5, 1)]],
            7,
            mistakes=[
                (STRIDES_ADDED, 11),
                (KERNELS_SUMMED, 8),
                (KERNELS_SUMMED, 9),
                (KERNELS_MULTIPLIED, 15),
                (ONE_MISSING, 6),
                (AREA_NOT_SIDE, 49),
            ],
            dtype=None,
        ),
        Case(
            [[(3, 1), (3, 1)]],
            5,
            mistakes=[
                (STRIDES_ADDED, 7),
                (KERNELS_SUMMED, 6),
                (KERNELS_MULTIPLIED, 9),
                (ONE_MISSING, 4),
                (AREA_NOT_SIDE, 25),
            ],
            dtype=None,
        ),
        Case(
            [[(3, 1), (3, 1), (3, 1)]],
            7,
            mistakes=[
                (STRIDES_ADDED, 13),
                (STRIDES_ADDED, 9),
                (KERNELS_SUMMED, 10),
                (KERNELS_MULTIPLIED, 27),
                (ONE_MISSING, 6),
                (AREA_NOT_SIDE, 49),
            ],
            dtype=None,
        ),
        Case(
            [[(3, 1), (3, 1), (3, 1), (3, 1), (3, 1)]],
            11,
            mistakes=[
                (STRIDES_ADDED, 31),
                (STRIDES_ADDED, 23),
                (KERNELS_SUMMED, 15),
                (KERNELS_SUMMED, 16),
                (KERNELS_MULTIPLIED, 243),
                (ONE_MISSING, 10),
                (AREA_NOT_SIDE, 121),
            ],
            dtype=None,
        ),
        Case(
            [[(7, 1), (4, 1), (2, 1)]],
            11,
            mistakes=[
                (STRIDES_ADDED, 16),
                (STRIDES_ADDED, 12),
                (KERNELS_SUMMED, 13),
                (KERNELS_SUMMED, 14),
                (KERNELS_MULTIPLIED, 56),
                (ONE_MISSING, 10),
                (AREA_NOT_SIDE, 121),
            ],
            dtype=None,
        ),
    ),
    "receptive_field_strides": (
        Case(
            [[(3, 2), (5, 3), (4, 2)]],
            29,
            mistakes=[
                (STRIDES_IGNORED, 10),
                (OWN_STRIDE_COUNTED, 65),
                (WRONG_DIRECTION, 24),
                (PREVIOUS_STRIDE_ONLY, 20),
                (OWN_STRIDE_COUNTED, 23),
                (STRIDES_ADDED, 33),
                (STRIDES_ADDED, 26),
                (KERNELS_SUMMED, 12),
                (KERNELS_SUMMED, 37),
                (KERNELS_SUMMED, 13),
                (KERNELS_SUMMED, 38),
                (KERNELS_MULTIPLIED, 60),
                (ONE_MISSING, 28),
                (AREA_NOT_SIDE, 841),
            ],
            dtype=None,
        ),
        Case(
            [[(3, 1), (2, 2), (3, 1), (2, 2)]],
            10,
            mistakes=[
                (STRIDES_IGNORED, 7),
                (OWN_STRIDE_COUNTED, 13),
                (WRONG_DIRECTION, 16),
                (PREVIOUS_STRIDE_ONLY, 9),
                (STRIDES_ADDED, 18),
                (STRIDES_ADDED, 14),
                (KERNELS_SUMMED, 15),
                (KERNELS_SUMMED, 11),
                (KERNELS_MULTIPLIED, 36),
                (AREA_NOT_SIDE, 100),
            ],
            dtype=None,
        ),
        Case(
            [[(7, 2), (3, 2), (3, 1), (3, 3), (5, 1)]],
            75,
            mistakes=[
                (STRIDES_IGNORED, 17),
                (OWN_STRIDE_COUNTED, 101),
                (WRONG_DIRECTION, 55),
                (PREVIOUS_STRIDE_ONLY, 29),
                (STRIDES_ADDED, 71),
                (STRIDES_ADDED, 61),
                (KERNELS_SUMMED, 21),
                (KERNELS_SUMMED, 97),
                (KERNELS_SUMMED, 22),
                (KERNELS_SUMMED, 98),
                (KERNELS_MULTIPLIED, 945),
                (ONE_MISSING, 74),
                (AREA_NOT_SIDE, 5625),
            ],
            dtype=None,
        ),
    ),
    "flatten_dense_order": (
        Case(
            [
                numbers("1 2; 3 4; 5 6; 7 8; 9 10; 11 12", 1, 2, 3, 2),
                numbers("-4 -3; 1 -1; 1 -4; -3 2; -3 2; -2 -4; -4 -2; -4 2; -4 -3; 1 0; 1 3; 1 1"),
                numbers("0 0", 2),
            ],
            numbers("-101 -3"),
            mistakes=[
                (CHANNELS_FIRST, numbers("-84 -10")),
                (COLUMN_BY_COLUMN, numbers("-86 -8")),
                (COLUMN_BY_COLUMN, numbers("-103 5")),
                (RELU_AT_THE_END, numbers("0 0")),
                (SOFTMAX_APPLIED, numbers("0 1")),
            ],
            raising={ValueError: BATCH_FLATTENED},
        ),
        Case(
            [
                numbers("6 3; 19 18; 13 15; 10 11; 14 7; 9 12; 17 8; 1 3", 2, 2, 2, 2),
                numbers("-4 -3 3; -4 2 -3; -2 -2 0; 1 1 1; -3 1 -4; 3 -4 -4; -3 -1 3; -4 -3 -1"),
                numbers("0 0 0", 3),
            ],
            numbers("-124 -122 -66; -132 -59 -67"),
            mistakes=[
                (CHANNELS_FIRST, numbers("-160 -113 -79; -146 -115 -39")),
                (COLUMN_BY_COLUMN, numbers("-166 -128 -40; -186 -71 -35")),
                (COLUMN_BY_COLUMN, numbers("-124 -119 -105; -116 -103 -55")),
            ],
            raising={ValueError: BATCH_FLATTENED},
        ),
    ),
    "flatten_dense_bias": (
        Case(
            [numbers("5 2; 11 2; 14 2", 3, 1, 1, 2), numbers("-1 -1; 2 2"), numbers("100 -200", 2)],
            numbers("99 -201; 93 -207; 90 -210"),
            mistakes=[
                (BIAS_FORGOTTEN, numbers("-1 -1; -7 -7; -10 -10")),
                (RELU_AT_THE_END, numbers("99 0; 93 0; 90 0")),
            ],
            raising={ValueError: BATCH_FLATTENED},
        ),
    ),
    "flatten_dense_new_array": (
        Case(
            [numbers("9 6 17", 1, 1, 1, 3), numbers("2 -2; -2 3; -2 -3"), numbers("0 0", 2)],
            numbers("-28 -51"),
        ),
    ),
    "cnn_forward_relu": (
        Case(
            [
                numbers(
                    "2; 1; 2; 2; 2; 5; 5; 2; 5; 4; 2; 3; 5; 3; 2; 5; 1; 1; 0; 0; 4; 1; 0; 2; 0; 3; "
                    "5; 5; 2; 1; 1; 1",
                    2,
                    4,
                    4,
                    1,
                ),
                numbers(
                    "1 -1 0 0; -2 2 1 -1; 1 -1 -2 2; 0 0 1 -1; 1 -1 1 -1; 0 0 1 -1; 1 -1 -2 2; "
                    "-2 2 1 -1; 1 -1 0 0",
                    3,
                    3,
                    1,
                    4,
                ),
                numbers("0 0 0 0", 4),
                numbers("-1 -2 -3; 0 0 -2; -2 2 2; 3 1 1"),
                numbers("0 0 0", 3),
            ],
            numbers("-16 -1 -8; -26 2 -8"),
            mistakes=[
                (RELU_FORGOTTEN, numbers("-16 -1 -4; -32 0 -10")),
                (SOFTMAX_APPLIED, numbers("0 0.999089 0.000911; 0 0.999955 4.5e-05")),
                (RELU_AT_THE_END, numbers("0 0 0; 0 2 0")),
                (CLASSES_NOT_SCORES, numbers("1 1", 2)),
            ],
            raising={ValueError: LENGTHS_DIFFER},
        ),
    ),
    "cnn_forward_bias": (
        Case(
            [
                numbers(
                    "2; 3; 0; 5; 2; 3; 3; 5; 4; 2; 0; 3; 4; 5; 3; 3; 3; 0; 0; 2; 5; 1; 1; 5; 3; 0; "
                    "3; 0; 5; 4; 3; 5",
                    2,
                    4,
                    4,
                    1,
                ),
                numbers("3 2; 1 2; 2 1; 2 2; 2 4; 2 2; 2 1; 1 2; 3 2", 3, 3, 1, 2),
                numbers("5 20", 2),
                numbers("-3 2 0; 2 0 1"),
                numbers("100 -300 50", 3),
            ],
            numbers("61 -182 119; 54 -184 114"),
            mistakes=[
                (KERNEL_BIAS_FORGOTTEN, numbers("36 -192 99; 29 -194 94")),
                (BIAS_FORGOTTEN, numbers("-39 118 69; -46 116 64")),
                (BOTH_BIASES_FORGOTTEN, numbers("-64 108 49; -71 106 44")),
            ],
            raising={ValueError: LENGTHS_DIFFER},
        ),
    ),
    "cnn_forward_together": (
        Case(
            [
                numbers(
                    "0 0; 3 5; -5 -4; 4 5; -3 -2; 4 -1; -2 4; -3 -1; 2 1; -5 -5; 4 3; 4 0; 3 -2; "
                    "-1 3; -4 -2; -4 -1; 5 -4; -1 -1; 4 -3; 0 -3; -5 3; -5 -2; 0 0; -4 5; 3 5; -4 2; "
                    "-2 0; 5 -2; 2 -4; -2 5; -1 0; -2 -4; -1 1; 0 3; -2 1; 3 5; -1 -5; 2 0; 4 0; "
                    "-1 -5",
                    1,
                    5,
                    8,
                    2,
                ),
                numbers("0 1; 2 2; -2 1; 2 -2; -1 2; 1 0; 1 0; 3 2; -3 -2; 0 2; -3 1; 2 2", 2, 3, 2, 2),
                numbers("6 -9", 2),
                numbers("3 -2; 0 2; -1 -2; 0 -3; -2 2; 1 3; 2 3; -1 0; 1 -2; 3 -3; 2 1; -2 2"),
                numbers("100 -300", 2),
            ],
            numbers("202 -218"),
            mistakes=[
                (RELU_FORGOTTEN, numbers("200 -256")),
                (KERNEL_BIAS_FORGOTTEN, numbers("180 -244")),
                (KERNEL_BIAS_FORGOTTEN, numbers("201 -253")),
                (BIAS_FORGOTTEN, numbers("102 82")),
                (BOTH_BIASES_FORGOTTEN, numbers("80 56")),
                (CHANNELS_FIRST, numbers("177 -450")),
                (COLUMN_BY_COLUMN, numbers("92 -220")),
                (SOFTMAX_APPLIED, numbers("1 0")),
                (RELU_AT_THE_END, numbers("202 0")),
                (KERNEL_FLIPPED, numbers("398 -260")),
            ],
            raising={ValueError: LENGTHS_DIFFER},
        ),
    ),
    "blur_pool": (
        Case(
            [
                numbers(
                    "124 140 60 84 64 120 132; 76 20 136 4 104 28 40; 92 8 48 108 128 44 32; "
                    "100 24 68 96 88 12 80; 112 36 16 56 72 116 52"
                )
            ],
            numbers("70.25 73.75 67.75; 49.25 80.5 61.75"),
            mistakes=[
                (NOT_NORMALISED, numbers("1124 1180 1084; 788 1288 988")),
                (NOT_NORMALISED, numbers("281 295 271; 197 322 247")),
                (
                    ALL_KEPT,
                    numbers(
                        "70.25 71.75 73.75 76.25 67.75; 48.75 61 86.25 83.75 55.5; 49.25 53 80.5 80.75 61.75"
                    ),
                ),
                (THINNED_FIRST, numbers("72.25 75.25")),
                (NOT_BLURRED, numbers("124 60 64 132; 92 48 128 32; 112 16 72 52")),
                (PLAIN_MEAN, numbers("78.222222 81.777778 76.888889; 56 75.555556 69.333333")),
                (KEPT_THE_OTHERS, numbers("61 83.75")),
                (BLUR_PADDED, numbers("59.25 61.5 56.5 54.75; 48.75 61 83.75 31; 46.5 31.5 57.25 38.25")),
                (BLUR_PADDED, numbers("90 80 71.5 80; 52.5 61 83.75 39; 68 47.5 75 65")),
                (BLUR_PADDED, numbers("111.5 83 77.25 106; 71.25 61 83.75 42.5; 90 39.25 77 66.75")),
            ],
        ),
        Case(
            [
                numbers(
                    "32 112 128 72 20 84; 52 40 4 80 16 76; 36 124 28 120 64 108; "
                    "68 132 144 56 44 96; 60 92 88 48 8 104; 116 100 12 24 140 136"
                )
            ],
            numbers("60.5 61.5; 99.75 70.25"),
            mistakes=[
                (NOT_NORMALISED, numbers("968 984; 1596 1124")),
                (NOT_NORMALISED, numbers("242 246; 399 281")),
                (
                    ALL_KEPT,
                    numbers(
                        "60.5 62.25 61.5 58; 77.25 75.25 71.5 71.25; 99.75 98 70.25 62.75; "
                        "91.75 78.5 55.25 63.5"
                    ),
                ),
                (THINNED_FIRST, numbers("54")),
                (NOT_BLURRED, numbers("32 128 20; 36 28 64; 60 88 8")),
                (PLAIN_MEAN, numbers("61.777778 59.111111; 85.777778 66.666667")),
                (KEPT_THE_OTHERS, numbers("75.25 71.25; 78.5 63.5")),
            ],
        ),
    ),
}
"""For each check its cases: the wanted numbers, and those that mistakes give; tests hold them right."""
