"""Public checks of 05_architectures: small cases, written out; blocks are judged by what they do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from course.checking import Answer, Attempt, CheckFailed, Likely, Mistake, NotAttempted, public
from course.checking_keras import (
    BIAS_OFF,
    CONV_STRIDE,
    EXTRA_WEIGHTS,
    FILTERS_OTHER,
    INPUT_OTHER,
    KERNEL_OTHER,
    LAYERS_MISSING,
    LAYERS_TOO_MANY,
    POOL_AVERAGE,
    POOL_MISSING,
    POOL_OTHER,
    POOL_TOO_MANY,
    Judged,
    judge,
)

Function = Callable[..., Any]
Wrong = tuple[Mistake, Any]

# ---------------------------------------------------------------------------------------
# Mistakes that have a name
# ---------------------------------------------------------------------------------------

CHANNELS_ONCE = Mistake(
    "channels-once",
    "the channels were counted once: a kernel looks at all C maps below it, and there are C kernels, so C * C.",
)
KERNEL_NOT_SQUARED = Mistake(
    "kernel-not-squared",
    "a kernel of side k has k * k places, not k.",
)
BIASES_COUNTED = Mistake(
    "biases-counted",
    "the biases were counted too: here only the weights of the kernels are asked for.",
)
FIRST_ONLY = Mistake(
    "first-layer-only",
    "only one layer was counted: add up the weights of all kernels in the list.",
)
KERNELS_ADDED = Mistake(
    "kernels-added-first",
    "the sides were added before they were squared: 3*3 + 3*3 is not 6*6.",
)

POOL_NOT_COUNTED = Mistake(
    "pool-not-counted",
    "the pooling itself was left out: its window of 2 reaches over one neighbour more, before it spreads the "
    "places of what follows.",
)
WHOLE_KERNEL_ADDED = Mistake(
    "whole-kernel-added",
    "a whole kernel was added for each layer: the value in its middle was seen already, so "
    "a side of 3 adds 2, and one of 2 adds 1.",
)
POOL_DOUBLES = Mistake(
    "pool-doubles",
    "the pooling doubled the field: it does not double what was seen so far. It doubles the distance between "
    "neighbours, and so what each later layer adds.",
)
STRIDE_TOO_EARLY = Mistake(
    "stride-too-early",
    "the pooling added twice what it should: its window of 2 adds the distance once, as it was before. Its stride "
    "doubles the distance only for the layers after it.",
)
DISTANCE_FORGOTTEN = Mistake(
    "distance-forgotten",
    "every block was counted like the first: after a pooling neighbours lie twice as far apart in the image, so that "
    "the same kernel spans twice as much.",
)

DISTANCE_ADDED = Mistake(
    "distance-added",
    "the distance grows by the same number from block to block: each pooling doubles it, 1, 2, 4, 8.",
)

LONGER_SIDE = Mistake(
    "longer-side", "the longer side was brought to this length: it is the shorter one that is given."
)
BOTH_SIDES = Mistake(
    "both-sides",
    "both sides got the same length: then the picture is squeezed. Multiply both by the same factor.",
)
SIDES_SWAPPED = Mistake("sides-swapped", "height and width have changed places.")
ALWAYS_HEIGHT = Mistake(
    "always-height", "it was always the height that got this length: take the smaller of the two sides."
)

NEVER_LARGER = Mistake(
    "never-larger",
    "the picture was not made larger: its shorter side gets this length whether it was longer or not.",
)
NOT_WHOLE = Mistake("not-whole", "a picture has whole pixels: round both sides.")
NOT_ROUNDED = Mistake(
    "not-rounded",
    "the sides were not rounded to the nearest whole pixel: int() cuts off, and ceil goes up; take round.",
)

NO_RELU = Mistake(
    "relu-missing",
    "a convolution has no ReLU after it: without one two convolutions in a row can do no more than a larger one.",
)
OTHER_ACTIVATION = Mistake("other-activation", "a convolution has another activation than ReLU.")
POOL_EARLY = Mistake(
    "pool-early",
    "the pooling stands before the last convolution of the block: it comes once, at the end.",
)
BLOCK_PADDING = Mistake(
    "padding-valid",
    'a convolution loses the border: with padding="same" only the pooling makes the maps smaller.',
)
VGG_SIZE = Mistake(
    "vgg-size", "the block does not halve height and width: look at the paddings and the pooling."
)
VGG_OTHER = Mistake(
    "vgg-other",
    "other pixels come through than through convolutions with same padding and one 2x2 max pooling after them.",
)
INITIALISER = Mistake(
    "initialiser",
    "all weights of a kernel begin as the same number, so that all filters would learn the same: leave "
    "kernel_initializer out.",
)
IN_TRAINING = Mistake(
    "in-training",
    "the block does something else in training than outside it: is there a layer such as Dropout that the exercise "
    "does not ask for?",
)

WEIGHTS_TRANSPOSED = Mistake(
    "weights-transposed",
    "the weights were used the wrong way round: row c belongs to channel c below, column f to the new map f, "
    "so maps @ weights.",
)
BIAS_FORGOTTEN = Mistake("bias-forgotten", "the bias is missing: each new map has one.")
PIXELS_FLATTENED = Mistake(
    "pixels-flattened",
    "the numbers are right, and the pixels stand in one long row: give them back their shape, (N, H, W, F).",
)
PIXELS_SHUFFLED = Mistake(
    "pixels-shuffled",
    "channels and pixels were mixed up: when you reshape, the channels must stay the last axis.",
)
RELU_ADDED = Mistake("relu-added", "negative values were cut off: no activation is asked for here.")

MAPS_OUT = Mistake(
    "maps-out",
    "the result has room for as many maps as came in: there are F new ones, so that its shape is (N, H, W, F).",
)
AXES_SWAPPED = Mistake(
    "axes-swapped",
    "the numbers are right, and images, rows or columns have changed places: the result's axes are (N, H, W, F), in "
    "the order of the maps.",
)

WEIGHTS_COUNTED = Mistake(
    "weights-counted",
    "these are the weights: each of them is used once at every one of the side * side pixels.",
)
SIDE_NOT_SQUARED = Mistake("side-not-squared", "a map has side * side pixels, not side.")
UNPADDED = Mistake(
    "unpadded",
    "the kernels were counted only where they fit: with same padding there is a value at each of the side * side "
    "pixels.",
)
REDUCTION_FORGOTTEN = Mistake(
    "reduction-forgotten",
    "the bottleneck itself was left out: its 1x1 convolution costs channels * bottleneck multiplications a pixel.",
)
BOTTLENECK_IGNORED = Mistake(
    "bottleneck-ignored",
    "this is the count without the bottleneck: behind it the large kernel sees `bottleneck` channels only.",
)
DIRECT_ADDED = Mistake(
    "direct-added",
    "the bottleneck was added to the direct way: it stands in its place, and the large kernel sees fewer channels.",
)

BRANCHES_DIFFER = Mistake(
    "branches-differ",
    "the branches could not be joined, because their maps have different heights or widths: every layer needs "
    'padding="same", and the pooling strides=1, too (it would take its window\'s size).',
)
JOINED_OTHER_AXIS = Mistake(
    "joined-other-axis",
    "the branches were put below or beside each other: join them along the channels, the last axis.",
)
JOINED_ADDED = Mistake(
    "joined-added",
    "the branches were added up: here their maps stand side by side, as channels (Concatenate).",
)
BRANCH_MISSING = Mistake(
    "branch-missing",
    "the module does not have as many maps as the four numbers of filters add up to: is each of the four branches "
    "there, with its own number, and with a 1x1 convolution after the pooling?",
)
CHAINED = Mistake(
    "chained",
    "the branches follow one another: each begins at the module's own input, and only the last step joins them.",
)
SIZE_LOST = Mistake(
    "size-lost", "the module does not keep height and width: every layer in it needs the same padding."
)
BRANCH_ORDER = Mistake(
    "branch-order",
    "the four branches are right, and stand in another order: 1x1, 3x3, 5x5, pooling.",
)
AVERAGE_POOLED = Mistake(
    "average-pooled",
    "the fourth branch takes averages: it should keep the largest value of its 3x3 window.",
)
BRANCH_KERNEL = Mistake(
    "branch-kernel",
    "a branch looks at a window of another size than it should: 1x1, 3x3, 5x5, and 3x3 for the pooling.",
)
POOL_LAST = Mistake(
    "pool-last",
    "in the fourth branch the convolution comes before the pooling: first pool, then convolve.",
)
BRANCH_OTHER = Mistake(
    "branch-other",
    "a branch gives other values than it should: one convolution each, after the bottleneck or the pooling.",
)
BOTTLENECK_RELU = Mistake(
    "bottleneck-relu-missing",
    "a bottleneck has no ReLU: without it, it and the kernel behind it are one linear step.",
)
BOTTLENECK_MISSING = Mistake(
    "bottleneck-missing",
    "a large kernel still looks at all channels of the input: where `bottlenecks` is given, a 1x1 convolution with so "
    "many filters comes before it.",
)
BOTTLENECK_SHARED = Mistake(
    "bottleneck-shared",
    "both large kernels look at the same bottleneck: the 3x3 and the 5x5 branch have one each, with their own numbers "
    "of filters.",
)
BOTTLENECK_OTHER = Mistake(
    "bottleneck-other",
    "the convolutions are not those of the table: how many maps go into each large kernel, and which 1x1 convolutions "
    "are there?",
)
BOTTLENECK_ALWAYS = Mistake(
    "bottleneck-always",
    "there is a bottleneck although `bottlenecks` is None: then the large kernels look at the input itself.",
)
BOTTLENECKS_SWAPPED = Mistake(
    "bottlenecks-swapped",
    "the two bottlenecks have changed places: the first number is for the 3x3 branch, the second for the 5x5 one.",
)

NOT_WEIGHED = Mistake(
    "not-weighed", "an auxiliary loss counts for 0.3 of itself only: it helps, and must not lead."
)
ALL_WEIGHED = Mistake(
    "all-weighed",
    "the main loss was made smaller, too: it counts in full, and 0.3 belongs to the auxiliary ones.",
)
FIRST_AUXILIARY = Mistake(
    "first-auxiliary-only", "only one of the auxiliary losses was counted: add up all of them."
)
AVERAGED_AUXILIARY = Mistake(
    "auxiliary-averaged", "the auxiliary losses were averaged: add them up, and take 0.3 of the sum."
)
MAIN_FORGOTTEN = Mistake("main-forgotten", "the main loss is missing.")
AUXILIARY_AT_TEST = Mistake(
    "auxiliary-at-test",
    "the auxiliary losses were counted outside training, too: there the main loss stands alone.",
)
AUXILIARY_UNUSED = Mistake(
    "auxiliary-unused",
    "the auxiliary losses play no part in training either: there they are added, weighed by 0.3.",
)

TRAINING_INVERTED = Mistake(
    "training-inverted",
    "the test is the wrong way round: the auxiliary losses are counted outside training, and left out in it.",
)

HEAD_RELU_MISSING = Mistake(
    "head-relu-missing", "the ReLU of the first dense layer is missing: its convolution needs it, too."
)
HEAD_RELU_LAST = Mistake(
    "head-relu-last",
    "the last layer has a ReLU: it gives scores of any sign, as the dense layer did.",
)
HEAD_SOFTMAX = Mistake(
    "head-softmax", "the last layer has a softmax: here it gives scores, as the dense layer did."
)
HEAD_TRANSPOSED = Mistake(
    "head-transposed",
    "rows and columns have changed places in the first kernel: Flatten goes row by row, so the weights are to be "
    "reshaped to (h, w, c, units), in this order.",
)
HEAD_CHANNELS = Mistake(
    "head-channels-first",
    "the channels came first when the weights were reshaped: in Flatten's order they are the innermost, so "
    "(h, w, c, units).",
)
HEAD_FLIPPED = Mistake(
    "head-flipped",
    "the first kernel is turned by 180 degrees: Keras's convolution does not flip, so nothing is to be flipped back.",
)
HEAD_BIAS = Mistake("head-bias", "a bias is missing: both dense layers have one.")
HEAD_WEIGHTS = Mistake(
    "head-weights",
    "the model does not have the weights that were given: set_weights([kernel, bias]) puts them in, once the layer "
    "knows its input.",
)
HEAD_SWAPPED = Mistake(
    "head-swapped",
    "height and width of the first kernel have changed places: it has (h, w) pixels, in this order.",
)
HEAD_SHAPES = Mistake(
    "head-shapes",
    "do the arrays have the shapes that the layers expect? A kernel of h x w has weights (h, w, c, units), and the 1x1 "
    "one (1, 1, units, classes).",
)
HEAD_FIXED = Mistake(
    "head-fixed",
    "the model takes maps of the trained size only: begin with keras.Input((None, None, c)), and use nothing that "
    "needs a certain size, such as Flatten.",
)
HEAD_PADDED = Mistake(
    "head-padded",
    'the kernel looks beyond the border: with padding="valid" it takes the places at which it fits, as the dense '
    "layer saw whole windows only.",
)
HEAD_POOLED = Mistake(
    "head-pooled",
    "one answer came for the whole image: give the map of answers, one for each place of the window.",
)
HEAD_STRIDES = Mistake(
    "head-strides",
    "the window jumps: it should move by one place at a time.",
)

PADDING_VALID = Mistake(
    "padding-valid",
    "the block could not be built even where it changes nothing: the two ways have different sizes when they are "
    'added. Do both 3x3 convolutions have padding="same"?',
)
BORDER_LOST = Mistake(
    "padding-valid", 'the maps lose their border: both 3x3 convolutions need padding="same".'
)
BLOCK_SHAPE = Mistake(
    "block-shape",
    "the block's output has another shape than (height / strides, width / strides, filters), rounded up.",
)
CONCATENATED = Mistake(
    "concatenated", "the two ways were put side by side as channels: add them up, with layers.Add()."
)
TWO_CONVOLUTIONS = Mistake(
    "two-convolutions",
    "the block should have two convolutions with 3x3 kernels on its main way, and at most a 1x1 one in the shortcut.",
)
OTHER_LAYER = Mistake(
    "other-layer",
    "the block holds a layer with weights that is neither a convolution nor BatchNormalization.",
)
SHORTCUT_MISSING = Mistake(
    "shortcut-missing",
    "the input does not come through: what the second BatchNorm gives must be added to the block's input.",
)
SHORTCUT_LATE = Mistake(
    "shortcut-late",
    "what was added is not the block's input, but what came out of the first convolution: keep the input under a "
    "name of its own before you go on.",
)
SUM_AVERAGED = Mistake("sum-averaged", "the two ways were averaged: add them up.")
SUM_MULTIPLIED = Mistake("sum-multiplied", "the two ways were multiplied: add them up.")
PROJECTION_NEEDLESS = Mistake(
    "projection-needless",
    "the shortcut has a convolution although the shape stays the same: there the input goes through untouched, so that "
    "with zero weights the block changes nothing.",
)
INNER_RELU_MISSING = Mistake(
    "inner-relu-missing",
    "there is no ReLU between the two convolutions: negative values must not reach the second one.",
)
FINAL_RELU_MISSING = Mistake(
    "final-relu-missing",
    "there is no ReLU after the sum: the block's output should have no negative values.",
)
RELU_BEFORE_SUM = Mistake(
    "relu-before-sum",
    "the second ReLU comes before the sum: then the main way can only add to the input, and never take away. "
    "First add, then ReLU.",
)
RELU_OTHER = Mistake(
    "relu-other", "the activations are not ReLU, after the first BatchNorm and after the sum."
)
NORM_MISSING = Mistake(
    "batchnorm-missing", "there is no BatchNormalization: one comes after each convolution."
)
NORM_FIRST = Mistake("batchnorm-first", "BatchNormalization is missing after the first convolution.")
NORM_SECOND = Mistake(
    "batchnorm-second", "BatchNormalization is missing after the second convolution, before the sum."
)
NORM_SHORTCUT = Mistake(
    "batchnorm-shortcut", "BatchNormalization is missing after the 1x1 convolution of the shortcut."
)
NORM_AFTER_SUM = Mistake(
    "batchnorm-after-sum",
    "the second BatchNormalization comes after the sum: then it changes the shortcut, too. It belongs before it.",
)
RELU_BEFORE_NORM = Mistake(
    "relu-before-norm",
    'ReLU comes before BatchNormalization: leave activation="relu" out of the convolution, and put ReLU after the '
    "normalisation.",
)
PRE_ACTIVATION = Mistake(
    "pre-activation",
    "this is the later order, with BatchNorm and ReLU before each convolution: here the convolution comes first.",
)
NORM_AXIS = Mistake(
    "batchnorm-axis",
    "a BatchNormalization does not have one mean for each channel: leave its axis out, the last one is right.",
)
NORM_SHARED = Mistake(
    "batchnorm-shared",
    "one BatchNormalization stands in several places: then all of them share one mean and one variance. Make a new "
    "layer for each place.",
)
MOMENTUM = Mistake(
    "momentum",
    "BatchNormalization has another momentum than 0.9: with the default, 0.99, its averages come too late.",
)
NORM_OTHER = Mistake(
    "batchnorm-other",
    "the normalisations are not where they should be: convolution, BatchNorm, ReLU, convolution, BatchNorm, sum, ReLU.",
)
PROJECTION_MISSING = Mistake(
    "projection-missing",
    "where the number of channels changes, the input cannot be added as it is: bring it to `filters` channels with a "
    "1x1 convolution.",
)
PROJECTION_KERNEL = Mistake(
    "projection-kernel",
    "the convolution in the shortcut has another kernel than 1x1: it shall mix channels, and look at one pixel only.",
)
RELU_IN_SHORTCUT = Mistake(
    "relu-in-shortcut", "the shortcut has a ReLU of its own: what it carries may be negative until the sum."
)
PROJECTION_OTHER = Mistake(
    "projection-other",
    "the shortcut gives other values than a 1x1 convolution and BatchNorm do where the channels change.",
)
STRIDES_DIFFER = Mistake(
    "strides-differ",
    "with strides=2 the two ways could not be added, because their sizes differ: the first 3x3 convolution and the "
    "1x1 one of the shortcut get `strides`, also where the number of channels stays.",
)
STRIDES_IGNORED = Mistake("strides-ignored", "the block keeps its size although strides=2 was asked for.")
STRIDES_TWICE = Mistake(
    "strides-twice",
    "the block makes the maps smaller twice: only one of the two 3x3 convolutions gets `strides`.",
)
STRIDE_IN_SECOND = Mistake(
    "stride-in-second",
    "the stride is in the second 3x3 convolution: it belongs to the first, so that the second works on the small "
    "maps already.",
)
STRIDE_BY_POOLING = Mistake(
    "stride-by-pooling",
    "a pooling layer makes the main way smaller: the first convolution should, with `strides`.",
)
SHORTCUT_POOLED = Mistake(
    "shortcut-pooled",
    "the shortcut was made smaller by pooling: its 1x1 convolution should, with `strides`.",
)
STRIDE_OTHER = Mistake(
    "stride-other",
    "with strides=2 other pixels come through than with a first convolution that takes every second place.",
)
SHORTCUT_KEPT = Mistake(
    "shortcut-kept",
    "with shortcut=False something still goes past the convolutions: then the block is a plain stack.",
)
PLAIN_OTHER = Mistake(
    "plain-other", "with shortcut=False the block is something else than its main way with a ReLU at the end."
)

PLAIN_RELU_MISSING = Mistake(
    "plain-relu-missing",
    "with shortcut=False the last ReLU is missing: it stands at the end of both, so that only the sum depends on "
    "`shortcut`.",
)

RELU_MASK_FORGOTTEN = Mistake(
    "relu-mask-forgotten",
    "the gradient goes through ReLU where the ReLU was closed, too: where h @ W is not positive, it stops.",
)
NOT_TRANSPOSED = Mistake(
    "not-transposed",
    "on the way back the weights stand the other way round: forwards h @ W, so backwards gradient @ W.T.",
)
NORMS_REVERSED = Mistake(
    "norms-reversed",
    "the norms stand in the order in which they were computed, the last layer first: turn the list round.",
)
NORMS_SQUARED = Mistake("norms-squared", "these are squares: a norm is the root of the sum of squares.")
LAST_GRADIENT_TOO = Mistake(
    "one-too-many", "there is one number too many: one for the input of each layer, none for the last output."
)
SHORTCUT_IGNORED = Mistake(
    "shortcut-ignored",
    "the gradient takes the way through the weights only: with a shortcut the gradient of a layer's output is added to "
    "it as it is.",
)
SHORTCUT_MASKED = Mistake(
    "shortcut-masked",
    "ReLU's mask was applied to the shortcut, too: only what goes through the weights passes ReLU, and the shortcut "
    "carries the gradient of the layer's output as it came.",
)
MASK_FROM_OUTPUT = Mistake(
    "mask-from-output",
    "the mask was taken from a layer's output: with a shortcut that may be positive where ReLU was closed. Take it "
    "from h @ W.",
)
RELU_AFTER_SUM = Mistake(
    "relu-after-sum",
    "forwards ReLU was applied to the sum: here it is h + relu(h @ W), so that h goes on as it is.",
)
NORMS_AT_OUTPUT = Mistake(
    "norms-at-output",
    "these are the norms at each layer's output: at its input the gradient has gone back through its weights.",
)
STARTED_FROM_H = Mistake(
    "started-from-h",
    "the way back began with the last output itself: the loss is the sum of the outputs, whose gradient is a vector of "
    "ones.",
)
FORWARD_WITHOUT = Mistake(
    "forward-without-shortcut",
    "forwards the shortcut is missing: with it, h + relu(h @ W) goes on to the next layer.",
)

BLOCKS_IGNORED = Mistake("blocks-ignored", "each stage should have `blocks` blocks, not one.")
STAGES_MIXED = Mistake(
    "stages-mixed", "the stages are mixed: first all blocks of the first stage, then those of the second."
)
STRIDE_EVERY_BLOCK = Mistake(
    "stride-every-block",
    "every block of a stage makes the maps smaller: only its first one should.",
)
STRIDE_FIRST_STAGE = Mistake(
    "stride-first-stage",
    "the first stage makes the maps smaller, too: it works at the size that it gets.",
)
STRIDE_AT_END = Mistake(
    "stride-at-end",
    "the maps become smaller at the end of a stage: the stride belongs to the first block of the next, where the "
    "filters double.",
)
STRIDE_NEVER = Mistake("stride-never", "no block makes the maps smaller.")
STRIDE_BY_FILTERS = Mistake(
    "stride-by-filters",
    "the maps become smaller only where the number of filters changes: a new stage halves them with the same number, "
    "too.",
)
FILTERS_DOUBLED = Mistake(
    "filters-doubled",
    "the filters were doubled from stage to stage: take each stage's number from the list, whatever it is.",
)
PAIRS_SWAPPED = Mistake(
    "pairs-swapped", "the pairs are the wrong way round: (filters, strides), in this order."
)
NOT_PAIRS = Mistake("not-pairs", "return a list of pairs (filters, strides), one a block, in whole numbers.")

TOP_ONE_ONLY = Mistake(
    "top-one-only", "only the most probable class was looked at: any of the k most probable ones will do."
)
LOWEST_K = Mistake(
    "lowest-k", "these are the k least probable classes: argsort sorts upwards, so take the last k."
)
SORTED_PROBABILITIES = Mistake(
    "sorted-probabilities",
    "the labels were compared with probabilities, which they never equal: np.sort gives the values in their order, "
    "and np.argsort the classes.",
)
BEST_LEFT_OUT = Mistake(
    "best-left-out",
    "the most probable class was left out: a slice [-k:-1] ends before the last column. Take [-k:].",
)
ONLY_KTH = Mistake(
    "only-the-kth", "only the k-th class was looked at: any of the k most probable ones will do."
)
NO_HIT = Mistake(
    "no-hit",
    "not a single label was found: compare the labels with classes, as np.argsort gives them, and take the last k "
    "columns, [-k:].",
)
COUNT_NOT_SHARE = Mistake("count-not-share", "this is a count: divide by the number of images.")
PERCENT = Mistake("percent", "this is in percent: return a share, from 0 to 1.")
K_OFF = Mistake("k-off-by-one", "one class too many or too few was looked at: k of them.")
LABEL_BELOW_K = Mistake(
    "sorted-values",
    "the labels were compared with places instead of classes: argsort gives the classes in their order; is the label "
    "among them?",
)

EPOCH_FROM_ZERO = Mistake(
    "epoch-from-zero",
    "Keras counts epochs from 0, people from 1: the third epoch has the number 2. Compare epoch + 1.",
)
EVERY_EPOCH = Mistake("every-epoch", "every epoch gets a line: only each n-th one should, and the last.")
EVERY_OTHER = Mistake("every-nth", "other epochs than the n-th, the 2n-th and so on get a line.")
FROM_END = Mistake(
    "counted-from-end",
    "the epochs were counted from the end: the n-th, the 2n-th and so on are counted from the first.",
)
LINES_MISSING = Mistake(
    "lines-missing",
    "lines are missing: each n-th epoch gets one, *or* it is the last. With `and` both would have to be true.",
)
EMPTY_TEXT = Mistake(
    "empty-text", "an epoch without a line gives an empty text: return None, which says that there is none."
)
LAST_MISSING = Mistake(
    "last-missing",
    "the last epoch gets no line: with Keras's numbers it is epochs - 1, so that epoch == epochs never comes true.",
)
NO_TEXT = Mistake("no-text", "return the line as text, or None where there is none: print nothing yourself.")
EPOCH_NUMBER = Mistake(
    "epoch-number",
    "the number of the epoch is missing or wrong: the fifth of twelve is 5/12 (Keras calls it 4).",
)
VALUE_MISSING = Mistake(
    "value-missing",
    "a number of `logs` is missing: each comes with its name and four decimals, as {value:.4f}.",
)
DECIMALS = Mistake("decimals", "a number of `logs` has more than four decimals: write it as {value:.4f}.")
LINE_BREAK = Mistake(
    "line-break",
    "a line break stands at the end: the line ends with the reset code, and print adds the break itself.",
)
SEVERAL_LINES = Mistake("several-lines", "the text has several lines: make it one.")
NO_COLOUR = Mistake("no-colour", "the line has no colour: it begins with an escape code such as \\x1b[36m.")
COLOUR_NOT_ENDED = Mistake(
    "colour-not-ended",
    "the colour is never switched off: end with \\x1b[0m, or all that follows is coloured.",
)

SCALE_ON_INPUTS = Mistake(
    "scale-on-inputs",
    "the factors were multiplied into the input channels: gamma, mean and variance belong to the filters, the "
    "kernel's last axis.",
)
EPSILON_FORGOTTEN = Mistake("epsilon-forgotten", "epsilon is missing: it is added to the variance.")
EPSILON_OUTSIDE = Mistake(
    "epsilon-outside", "epsilon was added to the root: it belongs under it, to the variance."
)
NO_ROOT = Mistake("no-root", "it was divided by the variance: divide by its root.")
GAMMA_FORGOTTEN = Mistake("gamma-forgotten", "gamma is missing.")
MEAN_IGNORED = Mistake("mean-ignored", "the moving mean is missing in the bias.")
BIAS_NOT_SCALED = Mistake(
    "bias-not-scaled",
    "the old bias was not scaled: it goes through the normalisation like every other value.",
)
OLD_BIAS_LOST = Mistake("old-bias-lost", "the convolution's own bias is missing.")
BETA_FORGOTTEN = Mistake("beta-forgotten", "beta is missing.")
BETA_SCALED = Mistake(
    "beta-scaled",
    "beta was scaled: BatchNorm adds it at the very end, after gamma and the root have done their work.",
)
MEAN_NOT_SCALED = Mistake(
    "mean-not-scaled",
    "the mean was not scaled: it is subtracted before gamma and the root, like the old bias.",
)
MEAN_ADDED = Mistake("mean-added", "the mean was added: BatchNorm subtracts it.")


# ---------------------------------------------------------------------------------------
# What public and hidden checks share
# ---------------------------------------------------------------------------------------


def expect(answer: Answer, condition: Any, mistake: Mistake, wanted: str, got: str | None = None) -> Answer:
    """Expect a condition; where it does not hold, the mistake is named."""
    return answer.satisfies(
        bool(condition), wanted=wanted, cause=mistake.message, mistake=mistake.name, got=got
    )


def about(answer: Answer, what: str, value: Any) -> Answer:
    """Another value of the same call, such as what a returned model makes of an image."""
    other = Answer(f"{answer.called}, {what}")
    other.value = value
    return other


def equals_or(answer: Answer, otherwise: Mistake | None, wanted: Any, **how: Any) -> None:
    """Expect these numbers as `Answer.equals` does, and name another mistake where none is recognised."""
    try:
        answer.equals(wanted, **how)
    except CheckFailed as error:
        failure = error.failure
        if failure.mistake or otherwise is None:
            raise
        expect(answer, False, otherwise, failure.wanted, failure.got)


def leaves(model: Any) -> Iterator[Any]:
    """The layers of a model from input to output, those of models in it included."""
    import keras

    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from leaves(layer)
        else:
            yield layer


def filled(table: Any, shape: tuple[int, ...]) -> np.ndarray:
    """A kernel (kh, kw, C, F), or (C, F), that gives each filter the mean of the channels, weighted by a table.

    A number instead of a table stands in the middle of the kernel, with zeros around it.
    """
    if len(shape) == 2:
        return np.full(shape, float(np.sum(table)) / shape[0], np.float32)
    weights = np.asarray(table, float)
    if weights.ndim == 0:
        weights = np.zeros(shape[:2])
        weights[shape[0] // 2, shape[1] // 2] = table
    return np.broadcast_to(weights[..., None, None] / shape[2], shape).astype(np.float32)


def weigh(layer: Any, table: Any, bias: float = 0.0) -> None:
    """Give a convolution or dense layer the weights of `filled`."""
    weights = [filled(table, tuple(layer.kernel.shape))]
    if layer.use_bias:
        weights.append(np.full(tuple(layer.bias.shape), bias, np.float32))
    layer.set_weights(weights)


def neutral(norm: Any, scale: float = 1.0, offset: float = 0.0) -> None:
    """Let a BatchNorm multiply by `scale` and add `offset`."""
    channels = tuple(norm.moving_mean.shape)
    for variable, value in ((norm.gamma, 1.0), (norm.beta, 0.0)):
        if variable is not None:
            variable.assign(np.full(channels, value, np.float32))
    # By the moving averages, which every BatchNorm has: gamma and beta may be switched off.
    norm.moving_mean.assign(np.full(channels, -offset / scale, np.float32))
    norm.moving_variance.assign(np.full(channels, scale**-2 - norm.epsilon, np.float32))


def model_of(answer: Answer, shape: tuple[int, int, int]) -> Judged:
    """Expect a Keras model of whatever layers that takes such images."""
    try:
        return judge(answer, shape, chain=False)
    except TypeError:
        # An operation with a number, such as keras.ops.maximum(x, 0), cannot be called like a layer, step by step.
        images = np.random.default_rng(0).random((3, *shape), dtype=np.float32)
        outputs = np.asarray(answer.value(images, training=False))
        return Judged(answer, answer.value, shape, [], outputs, True)


class Block:
    """A residual block that came back, which gets weights that a check chooses.

    Parameters
    ----------
    answer : Answer
        What came back.
    shape : tuple of int
        (H, W, C) of its input.
    wanted : tuple of int
        The shape of its output; None leaves this to another check.
    likely : Mistake or callable, optional
        What an error may mean.
    """

    def __init__(
        self, answer: Answer, shape: tuple[int, int, int], wanted: Any = None, likely: Likely = None
    ):
        import keras

        answer._answered(likely)
        self.answer, self.shape = answer, shape
        self.judged = model_of(answer, shape)
        found = list(leaves(self.judged.model))
        convolutions = [layer for layer in found if type(layer) is keras.layers.Conv2D]
        self.norms = [layer for layer in found if isinstance(layer, keras.layers.BatchNormalization)]
        # A dense layer on maps is a 1x1 convolution.
        self.ones = [layer for layer in found if type(layer) is keras.layers.Dense]
        self.ones += [layer for layer in convolutions if tuple(layer.kernel_size) == (1, 1)]
        self.threes = [layer for layer in convolutions if tuple(layer.kernel_size) == (3, 3)]
        known = {id(layer) for layer in [*convolutions, *self.norms, *self.ones]}
        strange = [layer for layer in found if layer.weights and id(layer) not in known]
        said = "two 3x3 convolutions, and a 1x1 one in the shortcut where it is needed"
        self.judged.expect(not strange, OTHER_LAYER, said, self.in_words())
        fine = len(self.threes) == 2 and len(self.ones) < 2 and len(convolutions) < 4
        changed = wanted is not None and (wanted[2] != shape[2] or wanted[0] != shape[0])
        kernel = changed and len(convolutions) == 3 and not self.ones
        self.judged.expect(fine or kernel, TWO_CONVOLUTIONS, said, self.in_words())
        self.judged.expect(not kernel, PROJECTION_KERNEL, said, self.in_words())
        if wanted is not None:
            self.has_shape(wanted)

    def in_words(self) -> str:
        """The layers with weights."""
        words = []
        for layer in leaves(self.judged.model):
            if layer.weights:
                size = getattr(layer, "kernel_size", ())
                words.append(f"{type(layer).__name__}{'×'.join(map(str, size)) and f' {size[0]}×{size[1]}'}")
        return "a model with " + (", ".join(words) or "no layers with weights")

    def has_shape(self, wanted: tuple[int, int, int]) -> None:
        """Expect an output (H, W, F)."""
        got = self.judged.outputs.shape[1:]
        mistake = BLOCK_SHAPE
        if len(got) == 3 and got != wanted:
            if got[2] > wanted[2] and got[:2] == wanted[:2]:
                mistake = CONCATENATED
            elif got[:2] == self.shape[:2] != wanted[:2]:
                mistake = STRIDES_IGNORED
            elif wanted[0] < self.shape[0] and got[0] == -(-wanted[0] // 2):
                mistake = STRIDES_TWICE
            elif got[0] < wanted[0]:
                mistake = BORDER_LOST
        self.judged.expect(got == wanted, mistake, f"an output of shape {wanted}", f"one of shape {got}")

    def choose(
        self, first: Any, second: Any, projection: Any = 1.0, scale: float = 1.0, offset: float = 0.0
    ) -> None:
        """Set the kernels; every BatchNorm shall multiply by `scale` and add `offset`."""
        for layer, table in zip(self.threes, (first, second), strict=True):
            weigh(layer, table)
        for layer in self.ones:
            weigh(layer, projection)
        for norm in self.norms:
            neutral(norm, scale, offset)

    def on(self, image: Any) -> np.ndarray:
        """What the block makes of an image (H, W), which stands in all channels, or of a constant one."""
        height, width, channels = self.shape
        pixels = np.broadcast_to(np.asarray(image, float), (height, width))
        images = np.repeat(pixels[None, ..., None], channels, axis=-1).astype(np.float32)
        return np.asarray(self.judged.model(images, training=False))[0]

    def gives(
        self,
        image: Any,
        wanted: Any,
        mistakes: Sequence[Wrong] = (),
        also: Sequence[Any] = (),
        otherwise: Mistake | None = None,
        **weights: Any,
    ) -> None:
        """Expect these values of every filter, a number where all pixels are alike, with the weights of `choose`."""
        self.choose(**weights)
        result = self.on(image)
        filters = result.shape[-1]

        def everywhere(value: Any) -> np.ndarray:
            value = np.asarray(value, float)
            if value.ndim == 2:
                value = value[..., None]
            return np.broadcast_to(value, (*result.shape[:2], filters))

        words = ", ".join(f"{name} {_said(value)}" for name, value in weights.items())
        what = f"with the weights {words}, on an image"
        constant = np.ndim(image) == 0 and np.ptp(result) < 1e-4 * max(1.0, float(np.abs(result).max()))
        if constant and np.ndim(wanted) == 0:
            value = round(float(result.mean()), 4)
            told = about(self.answer, f"{what} of {image}s", value)
            mistakes = [(mistake, wrong) for mistake, wrong in mistakes if np.ndim(wrong) == 0]
        else:
            told = about(self.answer, what, result)
            wanted, also = everywhere(wanted), [everywhere(other) for other in also]
            mistakes = [(mistake, everywhere(wrong)) for mistake, wrong in mistakes]
        size = float(np.abs(np.asarray(wanted, float)).max())
        equals_or(told, otherwise, wanted, mistakes=mistakes, also=also, tolerance=1e-3 * max(1.0, size))


def _said(value: Any) -> str:
    if isinstance(value, list) and any(np.ndim(each) == 0 for each in value):
        return ", ".join(map(_said, value))
    return f"{value:g}" if np.ndim(value) == 0 else "as a table"


def needless(block: Block) -> Mistake:
    """Why nothing comes through with zero weights."""
    return PROJECTION_NEEDLESS if block.ones else SHORTCUT_MISSING


def why_not_built(
    attempt: Attempt, shape: tuple[int, int, int], otherwise: Mistake
) -> Callable[[Exception], Mistake | None]:
    """What a ValueError of a block means: padding, where it cannot be built for an unchanged shape either."""

    def likely(error: Exception) -> Mistake | None:
        if not isinstance(error, (ValueError, RuntimeError)):
            return None
        return PADDING_VALID if attempt(shape, shape[2]).error is not None else otherwise

    return likely


def unchanged(attempt: Attempt, shape: tuple[int, int, int]) -> Block:
    """The block for a shape that stays."""
    likely = {ValueError: PADDING_VALID}
    return Block(attempt(shape, shape[2]), shape, shape, likely)


def widened(attempt: Attempt, shape: tuple[int, int, int], filters: int) -> Block:
    """The block with another number of filters."""
    likely = why_not_built(attempt, shape, PROJECTION_MISSING)
    return Block(attempt(shape, filters), shape, (*shape[:2], filters), likely)


def strided(attempt: Attempt, shape: tuple[int, int, int]) -> Block:
    """The block with strides=2, for as many filters as channels."""
    likely = why_not_built(attempt, shape, STRIDES_DIFFER)
    wanted = (-(-shape[0] // 2), -(-shape[1] // 2), shape[2])
    return Block(attempt(shape, shape[2], strides=2), shape, wanted, likely)


def norms_have_channels(block: Block, filters: int) -> None:
    """Expect one mean for each channel in every BatchNorm."""
    fine = all(tuple(norm.moving_mean.shape) == (filters,) for norm in block.norms)
    block.judged.expect(fine, NORM_AXIS, f"{filters} means in each BatchNormalization")


def norms_usual(block: Block, number: int) -> None:
    """Expect a BatchNorm of its own in each of so many places, with the momentum that the exercise names."""
    got = f"{len(block.norms)} of them"
    enough = len(block.norms) >= number
    block.judged.expect(enough, NORM_SHARED, f"{number} BatchNormalization layers", got)
    got = f"momentum {', '.join(f'{norm.momentum:g}' for norm in block.norms)}"
    fine = all(abs(norm.momentum - 0.9) < 1e-6 for norm in block.norms)
    block.judged.expect(fine, MOMENTUM, "momentum 0.9 in each BatchNormalization", got)


def shortcut_normalised(
    attempt: Attempt,
    shape: tuple[int, int, int],
    filters: int,
    judged: Callable[[Block], None],
) -> None:
    """Judge the projection's BatchNorm where there is a projection: whether there is one, another check says."""
    answer = attempt(shape, filters)
    try:
        block = Block(answer, shape, (*shape[:2], filters))
    except NotAttempted:
        raise
    except CheckFailed:
        return
    if block.ones:
        norms_have_channels(block, filters)
        judged(block)


class Stack(Block):
    """A block of VGG that came back, which gets kernels that a check chooses."""

    def __init__(self, answer: Answer, shape: tuple[int, int, int]):
        import keras

        answer._answered()
        self.answer, self.shape = answer, shape
        self.judged = model_of(answer, shape)
        found = list(leaves(self.judged.model))
        self.convolutions = [layer for layer in found if type(layer) is keras.layers.Conv2D]
        self.norms = [layer for layer in found if isinstance(layer, keras.layers.BatchNormalization)]
        known = {id(layer) for layer in self.convolutions}
        self.rest = [layer for layer in found if layer.weights and id(layer) not in known]

    def in_words(self) -> str:
        """The layers with weights, and what comes out."""
        words = [f"Conv2D({c.filters}, {'×'.join(map(str, c.kernel_size))})" for c in self.convolutions]
        words += [type(layer).__name__ for layer in self.rest]
        return (
            f"{', '.join(words) or 'no layers with weights'}; maps of shape {self.judged.outputs.shape[1:]}"
        )

    def choose(self, kernels: Sequence[Any]) -> None:
        """Set the kernels, in the order of the convolutions."""
        for layer, table in zip(self.convolutions, kernels, strict=True):
            weigh(layer, table)
        for norm in self.norms:
            neutral(norm)


def vgg_convolutions(stack: Stack, filters: int, convolutions: int) -> None:
    """Expect so many 3x3 convolutions with biases, and nothing else that has weights or is active in training."""
    said, got = (
        f"{convolutions} convolutions with {filters} filters of 3×3, and nothing else",
        stack.in_words(),
    )
    number = len(stack.convolutions)
    stack.judged.expect(number >= convolutions, LAYERS_MISSING, said, got)
    stack.judged.expect(number <= convolutions, LAYERS_TOO_MANY, said, got)
    for layer in stack.convolutions:
        stack.judged.expect(layer.filters == filters, FILTERS_OTHER, said, got)
        plain = layer.groups == 1 and tuple(layer.dilation_rate) == (1, 1)
        stack.judged.expect(plain and tuple(layer.kernel_size) == (3, 3), KERNEL_OTHER, said, got)
        stack.judged.expect(bool(layer.use_bias), BIAS_OFF, said, got)
    stack.judged.expect(not stack.rest, EXTRA_WEIGHTS, said, got)
    drawn = all(np.ptp(np.asarray(layer.kernel)) > 0 for layer in stack.convolutions)
    stack.judged.expect(
        drawn, INITIALISER, "kernels that begin with random weights", "kernels of equal weights"
    )
    images = np.random.default_rng(0).random((3, *stack.shape), dtype=np.float32)
    trained = np.asarray(stack.judged.model(images, training=True))
    same = np.allclose(trained, np.asarray(stack.judged.model(images, training=False)), atol=1e-5)
    stack.judged.expect(same, IN_TRAINING, "the same maps in training", "other maps in training")


def vgg_sized(stack: Stack) -> None:
    """Expect maps of half the height and half the width."""
    for layer in stack.convolutions:
        plain = tuple(layer.strides) == (1, 1)
        stack.judged.expect(plain, CONV_STRIDE, "strides of 1 in the convolutions", stack.in_words())
    size, got = stack.shape[:2], tuple(stack.judged.outputs.shape[1:3])
    fewer = [tuple(n - 2 * lost for n in size) for lost in range(1, len(stack.convolutions) + 1)]
    mistake = VGG_SIZE
    if got == size:
        mistake = POOL_MISSING
    elif any(got in (each, _part(each, 2), _part(each, 2, up=True)) for each in fewer):
        mistake = BLOCK_PADDING
    elif got == _part(size, 2, up=True):
        mistake = POOL_OTHER
    elif got and got[0] <= _part(size, 4, up=True)[0]:
        mistake = POOL_TOO_MANY
    wanted = _part(size, 2)
    stack.judged.expect(got == wanted, mistake, f"maps of {wanted[0]}×{wanted[1]}", stack.in_words())


def _part(size: tuple[int, ...], by: int, *, up: bool = False) -> tuple[int, ...]:
    return tuple(-(-n // by) if up else n // by for n in size)


def vgg_places(stack: Stack, image: Any, table: Any, wanted: Any, mistakes: Sequence[Wrong]) -> None:
    """Expect the right pixels to come through a last kernel that is a table, with a single one in the others."""
    vgg_sized(stack)
    ones: list[Any] = [1.0] * len(stack.convolutions)
    stack.choose(ones)
    # Activations that change what is positive are judged elsewhere.
    if np.allclose(stack.on(20), 20, atol=0.1):
        stack.gives(image, wanted, mistakes, (), VGG_OTHER, kernels=[*ones[1:], table])


def vgg_activated(stack: Stack) -> None:
    """Expect ReLU after every convolution: a negative kernel, and another one after it, let nothing through."""
    number = len(stack.convolutions)
    stack.judged.expect(number, NO_RELU, "ReLU after each convolution", stack.in_words())
    stack.gives(20, 20, [], (), OTHER_ACTIVATION, kernels=[1.0] * number)
    for place in range(number):
        kernels = [-1.0 if each in (place, place + 1) else 1.0 for each in range(number)]
        linear = 2 if place + 1 < number else -2
        stack.gives(2, 0, [(NO_RELU, linear)], (), OTHER_ACTIVATION, kernels=kernels)


class Module:
    """An inception module that came back, which gets weights that a check chooses."""

    def __init__(self, answer: Answer, shape: tuple[int, int, int], likely: Likely = None):
        import keras

        answer._answered(likely)
        self.answer, self.shape = answer, shape
        self.judged = model_of(answer, shape)
        found = list(leaves(self.judged.model))
        self.convolutions = [
            layer for layer in found if type(layer) in (keras.layers.Conv2D, keras.layers.Dense)
        ]
        self.norms = [layer for layer in found if isinstance(layer, keras.layers.BatchNormalization)]
        known = {id(layer) for layer in self.convolutions}
        self.rest = [layer for layer in found if layer.weights and id(layer) not in known]

    def kernels(self, side: int) -> list[tuple[int, int]]:
        """(Channels, filters) of each convolution with kernels of this side, sorted."""
        found = []
        for layer in self.convolutions:
            *sides, channels, filters = layer.kernel.shape
            if tuple(sides or (1, 1)) == (side, side):
                found.append((int(channels), int(filters)))
        return sorted(found)

    def on(self, image: Any, weight: float) -> np.ndarray:
        """The maps (H, W, F) of an image (H, W) with this weight at every place of every kernel."""
        for layer in self.convolutions:
            shape = tuple(layer.kernel.shape)
            weigh(layer, np.full(shape[:2], weight) if len(shape) == 4 else weight)
        for norm in self.norms:
            neutral(norm)
        pixels = np.broadcast_to(np.asarray(image, float), self.shape[:2])
        images = np.repeat(pixels[None, ..., None], self.shape[2], axis=-1).astype(np.float32)
        return np.asarray(self.judged.model(images, training=False))[0]


def module_of(
    attempt: Attempt, shape: tuple[int, int, int], filters: Sequence[int], **options: Any
) -> Module:
    """Call inception_module, and take what comes back as a module."""

    def likely(error: Exception) -> Mistake | None:
        if not isinstance(error, (ValueError, RuntimeError)):
            return None
        # With as many maps in each branch every way to join them fits: what comes out tells which it was.
        equal = attempt(shape, (2, 2, 2, 2), **options)
        try:
            return joined_otherwise(Module(equal, shape), (2, 2, 2, 2)) or BRANCHES_DIFFER
        except CheckFailed:
            return BRANCHES_DIFFER

    return Module(attempt(shape, tuple(filters), **options), shape, likely)


def joined_otherwise(module: Module, filters: Sequence[int]) -> Mistake | None:
    """Why the output has another shape than all branches side by side along the channels; None where it has not."""
    shape, got = module.shape, module.judged.outputs.shape[1:]
    if got == (*shape[:2], sum(filters)):
        return None
    threes = module.kernels(3)
    if len(threes) == 1 and threes[0][0] == filters[0] != shape[2]:
        return CHAINED
    if len(got) == 3 and got[:2] == shape[:2] and got[2] == filters[0] and len(set(filters)) == 1:
        return JOINED_ADDED
    if len(got) == 3 and got[2] == filters[0] and max(got[0] - shape[0], got[1] - shape[1]) > 0:
        return JOINED_OTHER_AXIS
    if len(got) == 3 and got[:2] != shape[:2]:
        return SIZE_LOST
    return BRANCH_MISSING


def joined(module: Module, filters: Sequence[int]) -> Module:
    """Expect all branches side by side along the channels."""
    got, wanted = module.judged.outputs.shape[1:], (*module.shape[:2], sum(filters))
    mistake = joined_otherwise(module, filters)
    if mistake is not None:
        module.judged.expect(False, mistake, f"maps of shape {wanted}", f"maps of shape {got}")
    return module


def branches(
    module: Module, filters: Sequence[int], image: Any, wanted: Sequence[Any], average: Any = None
) -> None:
    """Expect these four maps (H, W), one a branch, with weights of one over the channels at every place."""
    joined(module, filters)
    others = ", ".join(type(layer).__name__ for layer in module.rest)
    module.judged.expect(not module.rest, EXTRA_WEIGHTS, "convolutions and a pooling only", f"also {others}")
    maps, ends = module.on(image, 1.0), np.cumsum(filters)
    parts = np.split(maps, ends[:-1], axis=-1)
    right = [np.asarray(table, float)[..., None] for table in wanted]

    def same(part: np.ndarray, table: np.ndarray) -> bool:
        return bool(np.allclose(part, np.broadcast_to(table, part.shape), atol=1e-3))

    for number, (part, table) in enumerate(zip(parts, right, strict=True)):
        if same(part, table):
            continue
        mistake = BRANCH_OTHER
        if len(set(filters)) == 1 and all(any(same(one, other) for other in right) for one in parts):
            used = [next(i for i, other in enumerate(right) if same(one, other)) for one in parts]
            mistake = BRANCH_ORDER if sorted(used) == [0, 1, 2, 3] else BRANCH_KERNEL
        elif number == 3 and average is not None and same(part, np.asarray(average, float)[..., None]):
            mistake = AVERAGE_POOLED
        elif np.count_nonzero(part[..., 0]) != np.count_nonzero(table):
            mistake = BRANCH_KERNEL
        told = about(module.answer, f"branch {number + 1} on the image with ones as weights", part[..., 0])
        expect(told, False, mistake, _table(table[..., 0]))


def _table(values: np.ndarray) -> str:
    return "the map\n" + np.array2string(values, precision=3, suppress_small=True, separator=", ")


def branches_activated(module: Module, filters: Sequence[int], *, reduced: bool) -> None:
    """Expect ReLU after every convolution: with negative weights nothing comes through, with positive ones all."""
    joined(module, filters)
    ends = np.cumsum(filters)[:-1]
    for part in np.split(module.on(1.0, -1.0), ends, axis=-1):
        got = f"values from {part.min():g} to {part.max():g}" if part.size else "no values"
        fine = part.size and part.min() > -1e-4
        module.judged.expect(fine, NO_RELU, "no negative values", got)
        mistake = BOTTLENECK_RELU if reduced else BRANCH_OTHER
        module.judged.expect(part.max() < 1e-4, mistake, "zeros, for an image of ones and weights of -1", got)
    least = module.on(1.0, 1.0).min()
    module.judged.expect(
        least > 0, BRANCH_OTHER, "values above 0, for weights of 1", f"values from {least:g}"
    )


def bottlenecks_placed(module: Module, filters: Sequence[int], bottlenecks: tuple[int, int] | None) -> None:
    """Expect the large kernels to look at as many channels as the bottlenecks leave."""
    channels = module.shape[2]
    before = bottlenecks or (channels, channels)
    got = module.kernels(3), module.kernels(5)
    wanted = [(before[0], filters[1])], [(before[1], filters[2])]
    said = (
        f"a 3×3 kernel on {before[0]} channels with {filters[1]} filters, "
        f"and a 5×5 one on {before[1]} with {filters[2]}"
    )
    told = "kernels on (channels, filters): 3×3 " + f"{got[0] or 'none'}, 5×5 {got[1] or 'none'}"
    mistake, inputs = BOTTLENECK_OTHER, [pairs[0][0] if len(pairs) == 1 else None for pairs in got]
    if None in inputs:
        mistake = BRANCH_KERNEL
    elif not bottlenecks:
        mistake = CHAINED if inputs == [filters[0], filters[1]] else BOTTLENECK_ALWAYS
    elif inputs == [before[1], before[0]]:
        mistake = BOTTLENECKS_SWAPPED
    elif channels in inputs:
        mistake = BOTTLENECK_MISSING
    elif inputs[0] == inputs[1] and inputs[0] in before:
        mistake = BOTTLENECK_SHARED
    elif inputs[1] == filters[1]:
        mistake = CHAINED
    module.judged.expect(got == wanted, mistake, said, told)
    # The 1x1 convolutions of the first and the last branch are judged elsewhere.
    ones = module.kernels(1)
    for own in ((channels, filters[0]), (channels, filters[3])):
        if own in ones:
            ones.remove(own)
    mistake = BOTTLENECK_OTHER if bottlenecks else BOTTLENECK_ALWAYS
    if any(inputs != channels for inputs, _ in ones):
        mistake = CHAINED
    reduced = sorted((channels, number) for number in bottlenecks or ())
    module.judged.expect(
        ones == reduced,
        mistake,
        f"1×1 kernels before the large ones, on (channels, filters): {reduced or 'none'}",
        f"1×1 kernels besides those of branches 1 and 4: {ones or 'none'}",
    )


def head_model(answer: Answer, shape: tuple[int, int, int]) -> Judged:
    """Expect a model that takes maps of the trained size."""
    answer._answered({ValueError: HEAD_SHAPES})
    try:
        return model_of(answer, shape)
    except CheckFailed as error:
        if error.failure.mistake != INPUT_OTHER.name:
            raise
        turned = (shape[1], shape[0], shape[2])
        try:
            model_of(answer, turned)
        except CheckFailed:
            raise error from None
        got = f"a model for maps of shape {turned}"
        expect(answer, False, HEAD_SWAPPED, f"a model for maps of shape {shape}", got)
        raise


def head_on(answer: Answer, judged: Judged, maps: np.ndarray) -> np.ndarray:
    """What a convolutional head makes of maps (H, W, C) of any size."""
    try:
        return np.asarray(judged.model(np.asarray(maps, np.float32)[None], training=False))[0]
    except Exception as error:
        got = f"{type(error).__name__} for maps of shape {maps.shape}"
        expect(answer, False, HEAD_FIXED, "answers for larger maps", got)
        raise


def head_slides(answer: Answer, maps: np.ndarray, shape: tuple[int, int, int], classes: int) -> np.ndarray:
    """Expect at each place of larger maps what the window there gives alone; the answers (places, classes)."""
    judged = head_model(answer, shape)
    result = head_on(answer, judged, maps)
    rows, columns = maps.shape[0] - shape[0] + 1, maps.shape[1] - shape[1] + 1
    wanted, got = (rows, columns, classes), result.shape
    mistake = HEAD_STRIDES
    if len(got) == 1 or got[:2] == (1, 1):
        mistake = HEAD_POOLED
    elif got[:2] == maps.shape[:2]:
        mistake = HEAD_PADDED
    expect(answer, got == wanted, mistake, f"answers of shape {wanted}", f"answers of shape {got}")
    for row, column in np.ndindex(rows, columns):
        alone = head_on(answer, judged, maps[row : row + shape[0], column : column + shape[1]])
        here = result[row, column]
        fine = np.allclose(alone.ravel(), here, atol=1e-3 * max(1.0, float(np.abs(here).max())))
        told = about(answer, f"the window at row {row}, column {column}", here)
        expect(told, fine, HEAD_PADDED, f"{np.round(alone.ravel(), 4)}, as for the window alone")
    varied = result.size and np.ptp(result, axis=(0, 1)).max() > 1e-3
    expect(answer, varied, HEAD_WEIGHTS, "answers that differ from place to place")
    return result


def epochs_with_lines(attempt: Attempt, epochs: int, n: int, places: Sequence[int]) -> Answer:
    """Which of these epochs (Keras's numbers) get a line; the answer holds their numbers from 1."""
    found, answer = [], None
    for place in places:
        answer = attempt(place, epochs, n, {"loss": 0.5})
        answer._answered()
        lawful = answer.value is None or isinstance(answer.value, str)
        expect(answer, lawful, NO_TEXT, "a text or None")
        if answer.value:
            found.append(place + 1)
    told = Answer(f"{attempt.name}(epoch, {epochs}, {n}, logs) for epoch = {', '.join(map(str, places))}")
    told.value = found
    return told


def every_nth(attempt: Attempt, epochs: int, n: int) -> None:
    """Expect lines after each n-th epoch, where n divides their number."""
    answer = epochs_with_lines(attempt, epochs, n, range(epochs))
    wanted = list(range(n, epochs + 1, n))
    mistake = EVERY_OTHER
    from_zero = set(range(1, epochs + 1, n))
    found = set(answer.value)
    if found == set(range(1, epochs + 1)):
        mistake = EVERY_EPOCH
    elif found and found < set(wanted):
        mistake = LINES_MISSING
    elif found and found <= from_zero | {epochs} and found & from_zero:
        mistake = EPOCH_FROM_ZERO
    elif not found:
        mistake = NO_TEXT
    numbers = answer.value or "none"
    expect(answer, answer.value == wanted, mistake, f"lines after the epochs {wanted}", f"after {numbers}")
    if n > 1:
        first = attempt(0, epochs, n, {"loss": 0.5})
        expect(first, first.value is None, EMPTY_TEXT, "None")


def last_too(attempt: Attempt, epochs: int, n: int, silent: int) -> None:
    """Expect a line after the last epoch, which n does not divide, and none after one in between."""
    answer = epochs_with_lines(attempt, epochs, n, range(epochs))
    found, mistake = set(answer.value), LAST_MISSING
    if not found and n < epochs:
        # Where n divides the last epoch, both are true at once.
        mistake = LINES_MISSING if attempt(n - 1, n, n, {"loss": 0.5}).value else NO_TEXT
    wanted = f"a line after epoch {epochs} of {epochs}, with n = {n}"
    got = f"lines after the epochs {answer.value}" if found else "no line"
    expect(answer, epochs in found, mistake, wanted, got)
    mistake = EVERY_OTHER
    if found == set(range(1, epochs + 1)):
        mistake = EVERY_EPOCH
    elif found == set(range(epochs, 0, -n)):
        mistake = FROM_END
    in_between = f"no line after epoch {silent + 1} of {epochs}, with n = {n}"
    expect(answer, silent + 1 not in found, mistake, in_between, got)


def line_told(attempt: Attempt, epoch: int, epochs: int, logs: dict[str, float]) -> None:
    """Expect one coloured line with the number of the epoch and every number of the logs."""
    answer = attempt(epoch, epochs, 1, logs)
    answer._answered()
    if answer.value is None:
        # Whether this epoch gets a line, other checks say: the last one does in any case.
        epoch = epochs - 1
        answer = attempt(epoch, epochs, 1, logs)
        answer._answered()
    text = answer.value
    expect(answer, isinstance(text, str) and bool(text), NO_TEXT, "one line of text")
    expect(answer, "\n" not in text.rstrip("\n"), SEVERAL_LINES, "one line")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    number = re.search(rf"(?<!\d){epoch + 1}\s*(/|of)\s*{epochs}(?!\d)", plain)
    expect(answer, number, EPOCH_NUMBER, f"{epoch + 1}/{epochs} in the line")
    for name, value in logs.items():
        there = name in plain and re.search(rf"(?<![\d.]){re.escape(f'{value:.4f}')}(?!\d)", plain)
        mistake = DECIMALS if name in plain and re.search(r"\d\.\d{5}", plain) else VALUE_MISSING
        expect(answer, there, mistake, f"{name} and {value:.4f} in the line")
    codes = re.findall(r"\x1b\[([0-9;]*)m", text)
    expect(answer, any(code.strip("0;") for code in codes), NO_COLOUR, "an escape code for a colour")
    ended = codes[-1].strip("0;") == "" and text.rstrip().endswith("m")
    expect(answer, ended, COLOUR_NOT_ENDED, "\\x1b[0m at the end")
    expect(answer, not text.endswith("\n"), LINE_BREAK, "\\x1b[0m at the end, and nothing after it")


def pairs_of(answer: Answer) -> np.ndarray:
    """Expect pairs of whole numbers, (blocks, 2)."""
    answer._answered()
    try:
        pairs = np.asarray(answer.value, float)
    except (TypeError, ValueError):
        pairs = np.zeros(0)
    fine = pairs.ndim == 2 and pairs.shape[1] == 2 and bool((pairs == np.floor(pairs)).all())
    expect(answer, fine, NOT_PAIRS, "pairs (filters, strides)")
    return pairs


def folded(answer: Answer, kernel: Any, bias: Any, mistakes: Sequence[tuple[Mistake, Any, Any]]) -> None:
    """Expect this kernel and this bias; a mistake is given by its own kernel and bias."""
    # With their names: five arrays of one shape could not be told apart in a message.
    names = ("kernel", "bias", "gamma", "beta", "mean", "variance", "epsilon")
    answer.arguments, answer.before = (
        ((), dict(zip(names, positional, strict=True))) for positional, _ in (answer.arguments, answer.before)
    )
    answer._answered()
    kernel, bias = np.asarray(kernel, float), np.asarray(bias, float)
    got_kernel, got_bias = answer.part(0, 2), answer.part(1, 2)
    named = None
    for mistake, wrong_kernel, wrong_bias in mistakes:
        try:
            both = np.asarray(got_kernel.value, float), np.asarray(got_bias.value, float)
            if all(
                one.shape == np.shape(other) and np.allclose(one, other, atol=1e-4)
                for one, other in zip(both, (wrong_kernel, wrong_bias), strict=True)
            ):
                named = mistake
        except (TypeError, ValueError):
            break
    if named is not None:
        expect(answer, False, named, f"kernel\n{np.round(kernel, 4)}\nand bias {np.round(bias, 4)}")
    got_kernel.equals(kernel, tolerance=1e-4 * max(1.0, float(np.abs(kernel).max())))
    got_bias.equals(bias, tolerance=1e-4 * max(1.0, float(np.abs(bias).max())))
    answer.leaves_inputs()


# ---------------------------------------------------------------------------------------
# The checks: counting
# ---------------------------------------------------------------------------------------


def stack_weights(stack_weights: Function) -> None:
    """A single layer."""
    attempt = Attempt("stack_weights", stack_weights)
    public(
        "stack_weights, one layer",
        lambda: attempt([5], 64).equals(
            102_400,
            mistakes=[(CHANNELS_ONCE, 1600), (KERNEL_NOT_SQUARED, 20_480), (BIASES_COUNTED, 102_464)],
        ),
        lambda: attempt([3], 10).equals(
            900, mistakes=[(CHANNELS_ONCE, 90), (KERNEL_NOT_SQUARED, 300), (BIASES_COUNTED, 910)]
        ),
    )


def stack_weights_several(stack_weights: Function) -> None:
    """Several layers; what goes wrong with one already is judged there."""
    attempt = Attempt("stack_weights", stack_weights)
    public(
        "stack_weights, several layers",
        lambda: attempt([3, 3], 64).equals(
            73_728,
            mistakes=[(FIRST_ONLY, 36_864), (KERNELS_ADDED, 147_456)],
            also=[1152, 24_576, 73_856],
        ),
        lambda: attempt([7, 3], 8).equals(
            3712, mistakes=[(FIRST_ONLY, 3136), (KERNELS_ADDED, 6400)], also=[464, 640, 3728]
        ),
    )


def vgg_field(vgg_field: Function) -> None:
    """A single block."""
    attempt = Attempt("vgg_field", vgg_field)
    public(
        "vgg_field, one block",
        lambda: attempt([2]).equals(
            6,
            mistakes=[
                (POOL_NOT_COUNTED, 5),
                (WHOLE_KERNEL_ADDED, 9),
                (WHOLE_KERNEL_ADDED, 8),
                (POOL_DOUBLES, 10),
                (STRIDE_TOO_EARLY, 7),
            ],
        ),
        lambda: attempt([3]).equals(
            8,
            mistakes=[
                (POOL_NOT_COUNTED, 7),
                (WHOLE_KERNEL_ADDED, 12),
                (WHOLE_KERNEL_ADDED, 11),
                (POOL_DOUBLES, 14),
                (STRIDE_TOO_EARLY, 9),
            ],
        ),
    )


def vgg_field_blocks(vgg_field: Function) -> None:
    """Several blocks; what goes wrong with one already is judged there."""
    attempt = Attempt("vgg_field", vgg_field)
    public(
        "vgg_field, several blocks",
        lambda: attempt([2, 2]).equals(
            16, mistakes=[(DISTANCE_FORGOTTEN, 11), (DISTANCE_ADDED, 21)], also=[13, 25, 22, 28, 19]
        ),
        lambda: attempt([1, 1, 2, 1]).equals(
            54,
            mistakes=[
                (DISTANCE_FORGOTTEN, 15),
                (DISTANCE_ADDED, 48),
                (DISTANCE_ADDED, 37),
                (DISTANCE_ADDED, 59),
            ],
            also=[39, 88, 73, 84, 69],
        ),
    )


def rescaled_size(rescaled_size: Function) -> None:
    """A wide picture, a tall one, and a square one; one made larger, and two whose sides have to be rounded."""
    attempt = Attempt("rescaled_size", rescaled_size)

    def judged(given: tuple[int, int, int], wanted: list[float], mistakes: Sequence[Wrong]) -> None:
        rounded(attempt(*given).equals(wanted, tolerance=1.0, mistakes=mistakes), wanted)

    public(
        "rescaled_size",
        lambda: judged(
            (400, 600, 200),
            [200, 300],
            [(LONGER_SIDE, [133, 200]), (BOTH_SIDES, [200, 200]), (SIDES_SWAPPED, [300, 200])],
        ),
        lambda: judged(
            (500, 300, 150),
            [250, 150],
            [(ALWAYS_HEIGHT, [150, 90]), (BOTH_SIDES, [150, 150]), (SIDES_SWAPPED, [150, 250])],
        ),
        lambda: judged((120, 120, 30), [30, 30], []),
        lambda: judged((100, 150, 200), [200, 300], [(NEVER_LARGER, [100, 150])]),
        lambda: judged((300, 400, 100), [100, 133], []),
        lambda: judged((300, 500, 100), [100, 167], []),
    )


def multiplications(multiplications: Function) -> None:
    """Without a bottleneck."""
    attempt = Attempt("multiplications", multiplications)
    public(
        "multiplications, the direct way",
        lambda: attempt(4, 3, 5, 2).equals(
            2400,
            mistakes=[
                (WEIGHTS_COUNTED, 150),
                (KERNEL_NOT_SQUARED, 480),
                (SIDE_NOT_SQUARED, 600),
                (UNPADDED, 0),
            ],
        ),
        lambda: attempt(28, 192, 5, 32).equals(
            120_422_400,
            mistakes=[
                (WEIGHTS_COUNTED, 153_600),
                (KERNEL_NOT_SQUARED, 24_084_480),
                (SIDE_NOT_SQUARED, 4_300_800),
                (UNPADDED, 88_473_600),
            ],
        ),
    )


def multiplications_bottleneck(multiplications: Function) -> None:
    """With a bottleneck; what goes wrong without one already is judged there."""
    attempt = Attempt("multiplications", multiplications)
    public(
        "multiplications, with a bottleneck",
        lambda: attempt(4, 8, 3, 4, bottleneck=2).equals(
            1408,
            mistakes=[(REDUCTION_FORGOTTEN, 1152), (BOTTLENECK_IGNORED, 4608), (DIRECT_ADDED, 4864)],
            also=[88, 640, 352, 544],
        ),
    )


def total_loss(total_loss: Function) -> None:
    """In training, with two auxiliary losses and with one."""
    attempt = Attempt("total_loss", total_loss)
    public(
        "total_loss, in training",
        lambda: attempt(1.0, [2.0, 3.0], True).equals(
            2.5,
            mistakes=[
                (NOT_WEIGHED, 6.0),
                (ALL_WEIGHED, 1.8),
                (FIRST_AUXILIARY, 1.6),
                (FIRST_AUXILIARY, 1.9),
                (AVERAGED_AUXILIARY, 1.75),
                (MAIN_FORGOTTEN, 1.5),
                (inverted(attempt, 1.0, [2.0, 3.0], AUXILIARY_UNUSED), 1.0),
            ],
        ),
        lambda: attempt(0.5, [1.0], True).equals(
            0.8,
            mistakes=[
                (NOT_WEIGHED, 1.5),
                (ALL_WEIGHED, 0.45),
                (MAIN_FORGOTTEN, 0.3),
                (inverted(attempt, 0.5, [1.0], AUXILIARY_UNUSED), 0.5),
            ],
        ),
    )


def total_loss_test(total_loss: Function) -> None:
    """Outside training; and one call in training, which only has to count something besides the main loss."""
    attempt = Attempt("total_loss", total_loss)

    def outside() -> None:
        named = inverted(attempt, 1.0, [2.0, 4.0], AUXILIARY_AT_TEST)
        wrongs = [(named, wrong) for wrong in (2.8, 7.0, 2.1, 1.6, 1.9, 2.2)]
        attempt(1.0, [2.0, 4.0], False).equals(1.0, mistakes=wrongs, also=[0.3])

    public(
        "total_loss, outside training",
        outside,
        lambda: differs_in_training(attempt, 1.0, [2.0, 4.0]),
    )


def inverted(attempt: Attempt, main: float, auxiliary: list[float], otherwise: Mistake) -> Mistake:
    """Name the mistake, unless training and testing have changed places."""
    values = [attempt(main, auxiliary, training).value for training in (True, False)]
    try:
        in_training, outside = (float(value) - main for value in values)
    except (TypeError, ValueError):
        return otherwise
    return TRAINING_INVERTED if abs(in_training) < 1e-6 < abs(outside) else otherwise


def differs_in_training(attempt: Attempt, main: float, auxiliary: list[float]) -> None:
    """Expect another number in training than the main loss: how large it is, another check says."""
    answer = attempt(main, auxiliary, True)
    answer._answered()
    try:
        fine = abs(float(answer.value) - main) > 1e-6
    except (TypeError, ValueError):
        fine = False
    expect(answer, fine, AUXILIARY_UNUSED, "more than the main loss, in training")


# ---------------------------------------------------------------------------------------
# The checks: arrays
# ---------------------------------------------------------------------------------------


def pointwise(pointwise: Function) -> None:
    """As many maps out as in, so that weights that are the wrong way round fit as well."""
    attempt = Attempt("pointwise", pointwise)
    maps = np.array([[[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]])
    public(
        "pointwise, the values",
        lambda: attempt(maps, np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([10.0, 20.0])).equals(
            [[[[11, 20], [13, 22]], [[15, 24], [17, 26]]]],
            mistakes=[
                (WEIGHTS_TRANSPOSED, [[[[15, 18], [21, 16]], [[27, 14], [33, 12]]]]),
                (BIAS_FORGOTTEN, [[[[1, 0], [3, 2]], [[5, 4], [7, 6]]]]),
            ],
            also=[[[11, 20], [13, 22], [15, 24], [17, 26]]],
        ),
        lambda: attempt(maps[:, :1], np.array([[1.0, -2.0], [1.0, 0.0]]), np.array([-5.0, 1.0])).equals(
            [[[[-2, -1], [2, -5]]]],
            mistakes=[
                (RELU_ADDED, [[[[0, 0], [2, 0]]]]),
                (WEIGHTS_TRANSPOSED, [[[[-8, 2], [-10, 4]]]]),
                (BIAS_FORGOTTEN, [[[[3, -2], [7, -6]]]]),
            ],
            also=[[[-2, -1], [2, -5]]],
        ),
        lambda: new_maps(
            attempt(maps[:, :1], np.array([[1.0, 0.0, -1.0], [2.0, 1.0, 0.0]]), np.array([0.0, 10.0, 20.0])),
            [[[[5, 12, 19], [11, 14, 17]]]],
            2,
        ),
    )


def pointwise_pixels(pointwise: Function) -> None:
    """Several images that are not square; weights that are the same either way round, and no bias."""
    attempt = Attempt("pointwise", pointwise)
    maps = np.array([[[[1.0, 0.0], [0.0, 1.0], [2.0, 1.0]]], [[[1.0, 1.0], [0.0, 0.0], [3.0, -1.0]]]])
    public(
        "pointwise, every pixel",
        lambda: (
            attempt(maps, np.array([[1.0, 2.0], [2.0, 3.0]]), np.zeros(2))
            .equals(
                [[[[1, 2], [2, 3], [4, 7]]], [[[3, 5], [0, 0], [1, 3]]]],
                mistakes=[(PIXELS_FLATTENED, [[1, 2], [2, 3], [4, 7], [3, 5], [0, 0], [1, 3]])],
            )
            .is_array(axes=4)
            .leaves_inputs()
        ),
    )


def gradient_norms(gradient_norms: Function) -> None:
    """Two layers of two units, the second unit of the first one closed."""
    attempt = Attempt("gradient_norms", gradient_norms)
    weights = [np.array([[1.0, -2.0], [3.0, 1.0]]), np.array([[2.0, 1.0], [0.0, -1.0]])]
    public(
        "gradient_norms, plain",
        lambda: attempt(weights, np.array([1.0, 1.0]), False).equals(
            [9.486833, 3.162278],
            mistakes=[
                (RELU_MASK_FORGOTTEN, [9.433981, 3.162278]),
                (NOT_TRANSPOSED, [4.472136, 2]),
                (NORMS_REVERSED, [3.162278, 9.486833]),
                (NORMS_SQUARED, [90, 10]),
                (LAST_GRADIENT_TOO, [9.486833, 3.162278, 1.414214]),
                (NORMS_AT_OUTPUT, [3.162278, 1.414214]),
                (STARTED_FROM_H, [63.245553, 20.396078]),
            ],
        ),
    )


def gradient_norms_shortcut(gradient_norms: Function) -> None:
    """The same with shortcuts, and a chain of three layers."""
    attempt = Attempt("gradient_norms", gradient_norms)
    two = [np.array([[1.0, -2.0], [3.0, 1.0]]), np.array([[2.0, 1.0], [0.0, -1.0]])]
    three = [
        np.array([[1.0, 2.0], [-1.0, -1.0]]),
        np.array([[-2.0, -2.0], [0.0, 1.0]]),
        np.array([[-1.0, 2.0], [1.0, -1.0]]),
    ]

    def judged(
        weights: list[np.ndarray],
        x: np.ndarray,
        wanted: list[float],
        mistakes: Sequence[Wrong],
        also: Sequence[list[float]],
    ) -> None:
        # Only what goes wrong without shortcuts, too, is judged there.
        known = [] if agrees(attempt(two, np.ones(2), False), [9.486833, 3.162278]) else also
        attempt(weights, x, True).equals(wanted, mistakes=mistakes, also=known).leaves_inputs()

    public(
        "gradient_norms, with shortcuts",
        lambda: judged(
            two,
            np.array([1.0, 1.0]),
            [14.422205, 4],
            [(SHORTCUT_IGNORED, [9.486833, 3.162278])],
            [
                [7.810250, 3.162278],
                [4, 14.422205],
                [208, 16],
                [14.422205, 4, 1.414214],
                [4, 1.414214],
                [180.277564, 50],
            ],
        ),
        lambda: judged(
            three,
            np.array([2.0, 1.0]),
            [6.324555, 2.236068, 2.236068],
            [
                (SHORTCUT_IGNORED, [0, 0, 1]),
                (SHORTCUT_IGNORED, [1, 2.236068, 1.414214]),
                (FORWARD_WITHOUT, [4, 5.656854, 2]),
                (SHORTCUT_MASKED, [0, 0, 2.236068]),
                (MASK_FROM_OUTPUT, [5.656854, 4.472136, 2.236068]),
                (RELU_AFTER_SUM, [4, 2, 2]),
            ],
            [
                [5.656854, 4.472136, 2.236068],
                [2, 2.236068, 2.236068],
                [2.236068, 2.236068, 6.324555],
                [40, 5, 5],
                [6.324555, 2.236068, 2.236068, 1.414214],
                [2.236068, 2.236068, 1.414214],
                [34.176015, 12.649111, 12.649111],
            ],
        ),
    )


def top_k_accuracy(top_k_accuracy: Function) -> None:
    """The k most probable classes of ten images, where every mistake gives another share."""
    attempt = Attempt("top_k_accuracy", top_k_accuracy)
    labels, probabilities = np.array([0, 1, 3, 1, 0, 2, 0, 2, 2, 3]), _PROBABILITIES
    public(
        "top_k_accuracy",
        lambda: attempt(labels, probabilities, 3).equals(
            0.7,
            mistakes=[
                (TOP_ONE_ONLY, 0.2),
                (LOWEST_K, 0.6),
                (K_OFF, 1.0),
                (K_OFF, 0.4),
                (LABEL_BELOW_K, 0.8),
                (ONLY_KTH, 0.3),
                (BEST_LEFT_OUT, 0.5),
                (SORTED_PROBABILITIES, 0.0),
            ],
            also=[7, 70],
        ),
        lambda: attempt(labels, probabilities, 2).equals(
            0.4, mistakes=[(LOWEST_K, 0.3), (K_OFF, 0.7), (LABEL_BELOW_K, 0.5)], also=[4, 40]
        ),
        lambda: attempt(labels, probabilities, 1).equals(
            0.2, mistakes=[(K_OFF, 0.4), (LABEL_BELOW_K, 0.3)], also=[2, 20]
        ),
    )


def top_k_accuracy_share(top_k_accuracy: Function) -> None:
    """The share, where the most probable class and the k most probable ones are right equally often."""
    attempt = Attempt("top_k_accuracy", top_k_accuracy)
    probabilities = np.array(
        [[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.1, 0.2, 0.7], [0.15, 0.25, 0.6]], np.float32
    )
    public(
        "top_k_accuracy, a share",
        lambda: attempt(np.array([0, 1, 0, 0]), probabilities, 1).equals(
            0.5, mistakes=[(COUNT_NOT_SHARE, 2), (PERCENT, 50), (NO_HIT, 0)], also=[0.75]
        ),
    )


_PROBABILITIES = np.array(
    [
        [0.25, 0.4, 0.2, 0.1, 0.05],
        [0.2, 0.4, 0.1, 0.25, 0.05],
        [0.4, 0.1, 0.05, 0.2, 0.25],
        [0.4, 0.1, 0.2, 0.05, 0.25],
        [0.4, 0.25, 0.2, 0.1, 0.05],
        [0.4, 0.05, 0.1, 0.2, 0.25],
        [0.1, 0.2, 0.05, 0.25, 0.4],
        [0.1, 0.25, 0.2, 0.05, 0.4],
        [0.1, 0.05, 0.2, 0.25, 0.4],
        [0.05, 0.2, 0.1, 0.25, 0.4],
    ],
    dtype=np.float32,
)


def log_line(log_line: Function) -> None:
    """Six epochs, a line after each third one."""
    attempt = Attempt("log_line", log_line)
    public(
        "log_line, every n epochs",
        lambda: every_nth(attempt, 6, 3),
        lambda: every_nth(attempt, 4, 2),
    )


def log_line_last(log_line: Function) -> None:
    """Eight epochs, and three, where n does not divide them."""
    attempt = Attempt("log_line", log_line)
    public(
        "log_line, the last epoch",
        lambda: last_too(attempt, 8, 3, 4),
        lambda: last_too(attempt, 3, 10, 1),
    )


def log_line_text(log_line: Function) -> None:
    """The fifth of twelve epochs."""
    attempt = Attempt("log_line", log_line)
    logs = {"loss": 0.693147, "accuracy": 0.5121, "val_loss": 1.25}
    public("log_line, the text", lambda: line_told(attempt, 4, 12, logs))


def resnet_plan(resnet_plan: Function) -> None:
    """How many blocks of how many filters."""
    attempt = Attempt("resnet_plan", resnet_plan)
    public(
        "resnet_plan, the filters",
        lambda: filters_planned(
            attempt([16, 32], 2),
            [16, 16, 32, 32],
            [(BLOCKS_IGNORED, [16, 32]), (STAGES_MIXED, [16, 32] * 2), (PAIRS_SWAPPED, [1, 1, 2, 1])],
        ),
        lambda: filters_planned(attempt([8, 8, 24], 1), [8, 8, 24], [(FILTERS_DOUBLED, [8, 16, 32])]),
    )


def agrees(answer: Answer, wanted: Any) -> bool:
    """Whether an answer is right."""
    try:
        answer.equals(wanted)
    except CheckFailed:
        return False
    return True


def rounded(answer: Answer, wanted: list[float]) -> None:
    """Expect the nearest whole numbers."""
    value = np.asarray(answer.value, float)
    expect(answer, (value == np.floor(value)).all(), NOT_WHOLE, "whole pixels")
    expect(answer, (value == wanted).all(), NOT_ROUNDED, f"{[int(side) for side in wanted]}")


def new_maps(answer: Answer, wanted: Any, channels: int) -> None:
    """Expect these maps, of another number than came in."""
    wanted, shape = np.asarray(wanted), getattr(answer.value, "shape", ())
    if len(shape) == 4 and shape[-1] == channels:
        expect(answer, False, MAPS_OUT, f"an array of shape {wanted.shape}")
    flat = wanted.reshape(-1, wanted.shape[-1])
    answer.equals(wanted, also=[flat], raising={ValueError: MAPS_OUT, IndexError: MAPS_OUT})


def filters_planned(answer: Answer, wanted: list[int], mistakes: Sequence[Wrong]) -> None:
    """Expect these filters, block by block, whatever the strides are."""
    about(answer, "the filters", pairs_of(answer)[:, 0]).equals(wanted, mistakes=mistakes)


def resnet_plan_strides(resnet_plan: Function) -> None:
    """Where the maps become smaller."""
    attempt = Attempt("resnet_plan", resnet_plan)
    public(
        "resnet_plan, the strides",
        lambda: strides_planned(
            attempt([16, 32, 64], 2),
            [(16, 1), (16, 1), (32, 2), (32, 1), (64, 2), (64, 1)],
            [
                (STRIDE_EVERY_BLOCK, [1, 1, 2, 2, 2, 2]),
                (STRIDE_FIRST_STAGE, [2, 1, 2, 1, 2, 1]),
                (STRIDE_AT_END, [1, 2, 1, 2, 1, 1]),
                (STRIDE_AT_END, [1, 2, 1, 2, 1, 2]),
                (STRIDE_NEVER, [1] * 6),
                (STRIDE_EVERY_BLOCK, [2] * 6),
            ],
            [[1, 2, 2], [1, 2, 2, 1, 1, 1], [1, 2, 2, 1, 2, 2]],
        ),
        lambda: strides_planned(
            attempt([16, 16, 32], 2),
            [(16, 1), (16, 1), (16, 2), (16, 1), (32, 2), (32, 1)],
            [(STRIDE_BY_FILTERS, [1, 1, 1, 1, 2, 1])],
            [[1, 2, 2], [1, 2, 2, 1, 1, 1], [1, 2, 2, 1, 2, 2]],
        ),
    )


def strides_planned(
    answer: Answer, wanted: Sequence[tuple[int, int]], mistakes: Sequence[Wrong], also: Sequence[Any] = ()
) -> None:
    """Expect the strides of this plan; in `also`, those of plans whose order another check judges."""
    pairs, (filters, strides) = pairs_of(answer), np.transpose(wanted).tolist()
    # Pairs that are the wrong way round lose the other check.
    swapped = pairs[:, 1].tolist() == filters
    told = about(answer, "the strides", pairs[:, 0 if swapped else 1])
    told.equals(strides, mistakes=mistakes, also=also)


def fold_batchnorm(fold_batchnorm: Function) -> None:
    """A 1x1 kernel of two channels and two filters."""
    attempt = Attempt("fold_batchnorm", fold_batchnorm)
    kernel = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    given = [[1.0, 2.0], [2.0, 3.0], [0.0, 5.0], [3.0, -1.0], [3.75, 0.75]]
    right = [[[[1, 6], [3, 12]]]]
    public(
        "fold_batchnorm",
        lambda: folded(
            attempt(kernel, *map(np.array, given), 0.25),
            right,
            [-2, 14],
            [
                (SCALE_ON_INPUTS, [[[[1, 2], [9, 12]]]], [-2, 14]),
                (
                    EPSILON_FORGOTTEN,
                    [[[[1.032796, 6.928203], [3.098387, 13.856406]]]],
                    [-2.065591, 15.392305],
                ),
                (EPSILON_OUTSIDE, [[[[0.914707, 5.376222], [2.744122, 10.752443]]]], [-1.829415, 13.064333]),
                (NO_ROOT, [[[[0.5, 6], [1.5, 12]]]], [-1, 14]),
                (GAMMA_FORGOTTEN, [[[[0.5, 2], [1.5, 4]]]], [-1, 8]),
                (MEAN_IGNORED, right, [1, 11]),
                (BIAS_NOT_SCALED, right, [-2, 10]),
                (OLD_BIAS_LOST, right, [-3, 8]),
                (BETA_FORGOTTEN, right, [-2, 9]),
                (BETA_SCALED, right, [-2, 24]),
                (MEAN_NOT_SCALED, right, [-2, 12]),
                (MEAN_ADDED, right, [4, 8]),
            ],
        ),
    )


# ---------------------------------------------------------------------------------------
# The checks: models
# ---------------------------------------------------------------------------------------


def vgg_block(vgg_block: Function) -> None:
    """The convolutions."""
    attempt = Attempt("vgg_block", vgg_block)
    public(
        "vgg_block, the convolutions",
        lambda: vgg_convolutions(Stack(attempt((8, 10, 3), 4, 2), (8, 10, 3)), 4, 2),
    )


# 5 rows of 7 columns: an odd number, so that "same" pads both sides alike.
_PLACES = [[1 + 10 * row + column for column in range(7)] for row in range(5)]
_LEFT = [[0, 0, 0], [1, 0, 0], [0, 0, 0]]


def vgg_block_sizes(vgg_block: Function) -> None:
    """Half the size, and the largest of the pixels to the left of each window."""
    attempt = Attempt("vgg_block", vgg_block)

    def places(convolutions: int) -> None:
        vgg_places(
            Stack(attempt((5, 7, 2), 3, convolutions), (5, 7, 2)),
            np.array(_PLACES),
            _LEFT,
            np.array([[11, 13, 15], [31, 33, 35]]),
            [
                (POOL_EARLY, np.array([[0, 12, 14], [0, 32, 34]])),
                (POOL_AVERAGE, np.array([[3, 7.5, 9.5], [13, 27.5, 29.5]])),
                (BLOCK_PADDING, np.array([[22, 24, 25], [32, 34, 35]])),
            ],
        )

    public(
        "vgg_block, the sizes",
        lambda: vgg_sized(Stack(attempt((16, 20, 3), 4, 2), (16, 20, 3))),
        lambda: places(2),
        lambda: places(1),
    )


def vgg_block_relu(vgg_block: Function) -> None:
    """ReLU after each convolution."""
    attempt = Attempt("vgg_block", vgg_block)
    public(
        "vgg_block, the activations",
        lambda: vgg_activated(Stack(attempt((8, 10, 3), 4, 2), (8, 10, 3))),
    )


def inception_module(inception_module: Function) -> None:
    """All maps side by side."""
    attempt = Attempt("inception_module", inception_module)
    public(
        "inception_module, joined",
        lambda: joined(module_of(attempt, (6, 8, 3), (2, 2, 2, 2)), (2, 2, 2, 2)),
        lambda: joined(module_of(attempt, (6, 8, 3), (2, 3, 4, 5)), (2, 3, 4, 5)),
    )


_TWO_PIXELS = [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
_IN_THREES = [[0, 0, 0, 0, 0], [0, 1, 2, 2, 1], [0, 1, 2, 2, 1], [0, 1, 2, 2, 1], [0, 0, 0, 0, 0]]
_IN_FIVES = [[1, 2, 2, 2, 2]] * 5
_LARGEST = [[0, 0, 0, 0, 0], [0, 1, 1, 1, 1], [0, 1, 1, 1, 1], [0, 1, 1, 1, 1], [0, 0, 0, 0, 0]]
_AVERAGES = [
    [0, 0, 0, 0, 0],
    [0, 1 / 9, 2 / 9, 2 / 9, 1 / 6],
    [0, 1 / 9, 2 / 9, 2 / 9, 1 / 6],
    [0, 1 / 9, 2 / 9, 2 / 9, 1 / 6],
    [0, 0, 0, 0, 0],
]


def inception_module_branches(inception_module: Function) -> None:
    """Two white pixels, and what each branch sees of them with ones as weights."""
    attempt = Attempt("inception_module", inception_module)
    maps = (_TWO_PIXELS, _IN_THREES, _IN_FIVES, _LARGEST)
    public(
        "inception_module, the branches",
        lambda: branches(
            module_of(attempt, (5, 5, 1), (2, 2, 2, 2)), (2, 2, 2, 2), _TWO_PIXELS, maps, _AVERAGES
        ),
    )


def inception_module_relu(inception_module: Function) -> None:
    """ReLU after each convolution."""
    attempt = Attempt("inception_module", inception_module)
    public(
        "inception_module, the activations",
        lambda: branches_activated(module_of(attempt, (5, 6, 2), (1, 2, 1, 2)), (1, 2, 1, 2), reduced=False),
    )


def inception_module_bottlenecks(inception_module: Function) -> None:
    """With bottlenecks and without."""
    attempt = Attempt("inception_module", inception_module)
    shape, filters = (5, 6, 7), (2, 3, 4, 5)
    public(
        "inception_module, the bottlenecks",
        lambda: bottlenecks_placed(module_of(attempt, shape, filters, bottlenecks=(6, 1)), filters, (6, 1)),
        lambda: bottlenecks_placed(module_of(attempt, shape, filters), filters, None),
    )


_HEAD = [
    np.array([[1.0, 0], [0, 1], [2, -1], [-1, 0], [0, 2], [1, 1]]),
    np.array([-10.0, 1]),
    np.array([[1.0, 2], [0.5, -1]]),
    np.array([1.0, 0]),
]


def convolutional_head(convolutional_head: Function) -> None:
    """Maps of the trained size, 2 x 3 with one channel."""
    attempt = Attempt("convolutional_head", convolutional_head)
    public(
        "convolutional_head, the trained size",
        lambda: head_equals(
            attempt((2, 3, 1), _HEAD),
            np.array([[1.0, 2, 3], [4, 5, 6]])[..., None],
            [9, -16],
            [
                (HEAD_RELU_MISSING, [8, -18]),
                (HEAD_RELU_LAST, [9, 0]),
                (HEAD_SOFTMAX, [1, 0]),
                (HEAD_TRANSPOSED, [8.5, -15]),
                (HEAD_FLIPPED, [6.5, -3]),
                (HEAD_BIAS, [17.5, 3]),
                (HEAD_BIAS, [8, -16]),
                (HEAD_BIAS, [16.5, 3]),
            ],
        ),
    )


def head_equals(answer: Answer, maps: np.ndarray, wanted: Any, mistakes: Sequence[Wrong]) -> None:
    """Expect these scores for maps of the trained size, in whatever shape."""
    judged = head_model(answer, maps.shape)
    scores = head_on(answer, judged, maps)
    told = about(answer, "on maps of the trained size", scores.ravel())
    size = max(1.0, float(np.abs(np.asarray(wanted, float)).max()))
    otherwise = HEAD_PADDED if scores.ndim == 3 and scores.shape[:2] == maps.shape[:2] else HEAD_WEIGHTS
    equals_or(told, otherwise, wanted, mistakes=mistakes, tolerance=1e-3 * size)


def convolutional_head_larger(convolutional_head: Function) -> None:
    """Larger maps: each window gives what it gives alone."""
    attempt = Attempt("convolutional_head", convolutional_head)
    rows = [[1.0, 2, 3, 0, 4, 1, 6], [4, 5, 6, 1, 9, 0, 2], [0, 7, 2, 8, 3, 5, 5], [6, 1, 0, 4, 2, 7, 3]]
    maps = np.array(rows)[..., None]
    public(
        "convolutional_head, larger maps",
        lambda: head_slides(attempt((2, 3, 1), _HEAD), maps, (2, 3, 1), 2),
    )


def residual_block(residual_block: Function) -> None:
    """The sum of two ways."""
    attempt = Attempt("residual_block", residual_block)

    def added() -> None:
        unchanged(attempt, (3, 4, 2)).gives(
            2,
            5,
            [(SHORTCUT_MISSING, 3), (SHORTCUT_LATE, 9), (SUM_AVERAGED, 2.5), (SUM_MULTIPLIED, 6)],
            first=3,
            second=0.5,
        )

    def passed_on() -> None:
        block = unchanged(attempt, (3, 4, 2))
        block.gives(2, 2, [(needless(block), 0), (SUM_AVERAGED, 1)], first=0, second=0, projection=0)

    public("residual_block, the sum", added, passed_on)


def residual_block_relu(residual_block: Function) -> None:
    """Where the two ReLUs stand; without a shortcut other values come, which another check judges."""
    attempt = Attempt("residual_block", residual_block)

    def inner() -> None:
        block = unchanged(attempt, (3, 4, 2))
        block.gives(2, 2, [(INNER_RELU_MISSING, 8)], [0], RELU_OTHER, first=-1, second=-3)

    def outer() -> None:
        block = unchanged(attempt, (3, 4, 2))
        block.gives(2, 1, [(RELU_BEFORE_SUM, 2)], [0], RELU_OTHER, first=1, second=-0.5)
        wrongs = [(FINAL_RELU_MISSING, -5), (RELU_BEFORE_SUM, 1)]
        block.gives(1, 0, wrongs, (), RELU_OTHER, first=2, second=-3)
        block.gives(2, 4, [], [2], RELU_OTHER, first=1, second=1)

    public("residual_block, the ReLUs", inner, outer)


def residual_block_batchnorm(residual_block: Function) -> None:
    """BatchNorm after each convolution: here each multiplies by 2 (or 3) and adds 1."""
    attempt = Attempt("residual_block", residual_block)

    def main_way() -> None:
        block = unchanged(attempt, (3, 4, 2))
        norms_have_channels(block, 2)
        wrongs = [(NORM_MISSING, 7), (NORM_FIRST, 14), (NORM_SECOND, 16), (NORM_AFTER_SUM, 33)]
        wrongs += [(PRE_ACTIVATION, 40)]
        chosen = {"scale": 2, "offset": 1}
        block.gives(1, 32, wrongs, [31, 34, 36], NORM_OTHER, first=2, second=3, **chosen)
        wrongs = [(RELU_BEFORE_NORM, 8)]
        block.gives(1, 2, wrongs, [0, 1, 4], NORM_OTHER, first=-1, second=3, **chosen)
        norms_usual(block, 2)

    def projection(block: Block) -> None:
        wrongs = [(NORM_SHORTCUT, 3)]
        block.gives(1, 8, wrongs, (), NORM_OTHER, first=0, second=0, projection=2, scale=3, offset=1)
        norms_usual(block, 3)

    public(
        "residual_block, BatchNorm",
        main_way,
        lambda: shortcut_normalised(attempt, (3, 4, 2), 3, projection),
    )


def residual_block_projection(residual_block: Function) -> None:
    """Three filters on two channels."""
    attempt = Attempt("residual_block", residual_block)

    def projected() -> None:
        block = widened(attempt, (3, 4, 2), 3)
        wrongs = [(PROJECTION_MISSING, 2), (PROJECTION_MISSING, [2, 2, 0])]
        block.gives(2, 6, wrongs, [0], PROJECTION_OTHER, first=0, second=0, projection=3)
        block.gives(1, 5, [(PROJECTION_MISSING, 3)], [2], PROJECTION_OTHER, first=1, second=2, projection=3)

    def negative() -> None:
        block = widened(attempt, (3, 4, 2), 3)
        wrongs = [(RELU_IN_SHORTCUT, 5)] if block.ones else []
        also = [] if block.ones else [5]
        block.gives(1, 3, wrongs, also, PROJECTION_OTHER, first=1, second=5, projection=-2)

    public("residual_block, the projection", projected, negative)


def residual_block_strides(residual_block: Function) -> None:
    """Strides of 2: shapes, and which pixels come through."""
    attempt = Attempt("residual_block", residual_block)

    def main_way() -> None:
        strided(attempt, (5, 7, 2)).gives(
            np.array(_PLACES),
            np.array([[0, 1, 3, 5], [0, 21, 23, 25], [0, 41, 43, 45]]),
            [
                (STRIDE_IN_SECOND, np.array([[0, 2, 4, 6], [0, 22, 24, 26], [0, 42, 44, 46]])),
                (STRIDE_BY_POOLING, np.array([[0, 12, 14, 16], [0, 32, 34, 36], [0, 42, 44, 46]])),
            ],
            (),
            STRIDE_OTHER,
            first=1,
            second=_LEFT,
            projection=0,
        )

    def shortcut() -> None:
        strided(attempt, (5, 7, 2)).gives(
            np.array(_PLACES),
            np.array([[1, 3, 5, 7], [21, 23, 25, 27], [41, 43, 45, 47]]),
            [
                (SHORTCUT_POOLED, np.array([[12, 14, 16, 17], [32, 34, 36, 37], [42, 44, 46, 47]])),
                (
                    SHORTCUT_POOLED,
                    np.array([[6.5, 8.5, 10.5, 12], [26.5, 28.5, 30.5, 32], [41.5, 43.5, 45.5, 47]]),
                ),
            ],
            [0],
            STRIDE_OTHER,
            first=0,
            second=0,
            projection=1,
        )

    public("residual_block, strides", lambda: strided(attempt, (6, 8, 2)), main_way, shortcut)


def residual_block_plain(residual_block: Function) -> None:
    """Without a shortcut."""
    attempt = Attempt("residual_block", residual_block)

    def judged(filters: int) -> None:
        block = plain(attempt, (6, 7, 2), filters)
        block.gives(2, 3, [(SHORTCUT_KEPT, 5)], (), PLAIN_OTHER, first=1, second=1.5)
        plain_activated(attempt, block, 2, 1, -1.5, -3)

    public("residual_block, shortcut=False", lambda: judged(2), lambda: judged(3))


def plain_activated(
    attempt: Attempt, block: Block, image: Any, first: float, second: float, linear: Any
) -> None:
    """Expect a last ReLU without a shortcut, too: with a negative second kernel nothing comes through."""
    also = []
    try:
        whole = unchanged(attempt, block.shape)
        whole.choose(first=2, second=-3)
        # A block that has none with its shortcut either loses another check.
        also = [linear] if whole.on(1.0).min() < -1e-3 else []
    except NotAttempted:
        raise
    except CheckFailed:
        pass
    wrongs = [] if also else [(PLAIN_RELU_MISSING, linear)]
    block.gives(image, np.zeros(np.shape(image)), wrongs, also, PLAIN_OTHER, first=first, second=second)


def plain(attempt: Attempt, shape: tuple[int, int, int], filters: int) -> Block:
    """The block without a shortcut."""
    likely = {ValueError: SHORTCUT_KEPT}
    answer = attempt(shape, filters, shortcut=False)
    block = Block(answer, shape, (*shape[:2], filters), likely)
    block.judged.expect(not block.ones, SHORTCUT_KEPT, "no convolution besides the two of the main way")
    return block
