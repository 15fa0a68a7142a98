"""Public checks of 04_augmentation."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from course.checking import Answer, Attempt, Mistake, public
from course.checking_keras import NOT_FLATTENED, Judged, conv, dense, judge, layers_of, passes_of

Function = Callable[..., Any]

# ---------------------------------------------------------------------------------------
# Mistakes that have a name
# ---------------------------------------------------------------------------------------

LABEL_AMONG_PIXELS = Mistake(
    "label-among-pixels",
    "there are 785 numbers an image: the label is still among the pixels. Leave its column out of them.",
)
PIXEL_LOST = Mistake(
    "pixel-lost",
    "the pixels are not the 784 of the table: did you cut off a column by its place? The column that has to go is "
    "the one called label; all others are pixels.",
)
IMAGES_AND_LABELS_SWAPPED = Mistake(
    "images-and-labels-swapped",
    "the two results have changed places: first the images, then the labels.",
)
LABELS_MOVED = Mistake(
    "labels-changed",
    "the labels were changed: give them as the table has them; one_hot comes later.",
)
LABELS_AS_COLUMN = Mistake(
    "labels-two-axes",
    'the labels have two axes: table["label"], with one pair of brackets, is one column and not a table of one.',
)
NOT_SCALED = Mistake(
    "not-scaled",
    "the pixels still run from 0 to 255: divide them by 255, so that they run from 0 to 1.",
)
SCALED_BY_LARGEST = Mistake(
    "scaled-by-largest",
    "the pixels were divided by the largest one that happened to be there: another table would then be scaled "
    "otherwise. Divide by 255, always.",
)
SCALED_BY_256 = Mistake("scaled-by-256", "nearly: the largest byte is 255, so divide by 255 and not by 256.")
SCALED_ABOUT_ZERO = Mistake(
    "scaled-about-zero", "the pixels run from -1 to 1: here they are to run from 0 to 1."
)
SCALED_EACH = Mistake(
    "scaled-each",
    "each image, or each pixel, was stretched by itself: divide all by the same 255, so that bright stays brighter "
    "than dark.",
)
NOT_RESHAPED = Mistake(
    "not-reshaped",
    "the pixels still lie in one long row an image: make 28 rows of 28 of them, with reshape.",
)
CHANNEL_MISSING = Mistake(
    "channel-missing",
    "the last axis is missing: a grey image has one channel, so that its shape is (28, 28, 1).",
)
ROWS_AS_COLUMNS = Mistake(
    "rows-as-columns",
    "the images lie on their side: the pixels come row by row, which is reshape's own order.",
)

LAST_COLUMN_LEFT_OUT = Mistake(
    "last-column-left-out",
    "the column that was left out is the last, so that Y has none: the one that is never 1 is column 9, J's.",
)
COLUMN_FOR_J = Mistake(
    "column-for-j",
    "there are 25 columns, one of them for J, which is never 1. J is not among the 24 letters: the labels from 10 on "
    "move down by one, so that K (10) gets column 9.",
)
COLUMNS_FOR_ALL = Mistake(
    "columns-for-all-letters", "there are 26 columns: J and Z are not among the 24 letters of the data."
)
EVERY_LABEL_MOVED = Mistake(
    "every-label-moved",
    "all labels moved down by one: only those after J do. A (0) keeps column 0.",
)
COLUMNS_OF_BATCH = Mistake(
    "columns-of-batch",
    "there are as many columns as different letters in this batch: a letter that happens to be missing must keep its "
    "column, or the columns mean something else in each batch.",
)
INDEX_NOT_HOT = Mistake(
    "index-not-hot", "these are numbers of columns: make a row of 24 for each, with a 1 at that place."
)
LAST_LETTER_LEFT_OUT = Mistake(
    "label-too-large",
    "a label has no column: they run up to 24 (Y), because 9 (J) is missing among them. Move the labels from 10 on "
    "down by one before you look for columns.",
)
HOT_WRONG_AXIS = Mistake(
    "one-hot-transposed", "the result lies on its side: a row belongs to an image, a column to a letter."
)

PREDICTION_FORM = Mistake(
    "prediction-form",
    "return five whole numbers: the side after each of the three poolings, the numbers after Flatten, and the "
    "parameters of the dense layer with 512 units.",
)
POOLS_ROUNDED_DOWN = Mistake(
    "pools-rounded-down",
    'with padding="same" a pooling layer rounds up: of 7 pixels, 3 windows are full, and the last pixel gets a window '
    "of its own.",
)
SIDES_OFF = Mistake(
    "sides-off",
    "the three sides are not right: a convolution with same padding keeps the side, and each pooling with same "
    "padding halves it, rounded up.",
)
CHANNELS_FORGOTTEN = Mistake(
    "channels-forgotten",
    "Flatten takes all numbers of the last map: height times width times its 25 channels.",
)
BIASES_FORGOTTEN = Mistake("biases-forgotten", "the biases are missing: a dense layer has one a unit.")
DENSE_OFF = Mistake(
    "dense-off",
    "the last two numbers do not follow from the side before: a map has side times side times 25 numbers, and a dense "
    "layer a weight for each of them and a bias, for every unit.",
)

NORM_ONE_EACH = Mistake(
    "one-number-each",
    "there are two numbers of each kind a channel: gamma and beta are learned, the moving mean and the moving "
    "variance are kept.",
)
NORM_ADDED_UP = Mistake(
    "added-up", "this is all of them together: give the two kinds apart, first the learned ones."
)
NORM_ALL_LEARNED = Mistake(
    "all-learned",
    "not all four are learned by gradients: the moving mean and variance are only kept along, and used at inference.",
)

WIDTHS_IGNORED = Mistake(
    "widths-ignored",
    "the network is as wide as ever: use the arguments filters and units in place of 75, 50, 25 and 512.",
)
WIDTHS_OTHER = Mistake(
    "widths-other",
    "the layers do not have the widths that were given: filters[0] belongs to the first convolution, filters[1] to the "
    "second, filters[2] to the third, and units to the dense layer before the last.",
)
MODEL_WITHOUT_NORM = Mistake(
    "batchnorm-missing",
    "there should be three BatchNormalization layers, one for the maps of each convolution.",
)
NORM_MISPLACED = Mistake(
    "batchnorm-misplaced",
    "each BatchNormalization belongs to the maps of a convolution: put one after each of the three.",
)
MOMENTUM_DEFAULT = Mistake(
    "default-momentum",
    "BatchNormalization has its default momentum 0.99: with our few steps its moving averages lag behind, and the "
    "model seems to fail at inference. The exercise asks for momentum=0.9.",
)
MOMENTUM_OTHER = Mistake("other-momentum", "a BatchNormalization has another momentum than 0.9.")
NO_DROPOUT = Mistake(
    "dropout-missing", "two training passes over the same images are alike: is there a Dropout layer?"
)
DROPOUT_PLACES = Mistake(
    "dropout-places",
    "there are to be two Dropout layers: 0.2 after the second convolution, and 0.3 after the dense layer of 512.",
)
DROPOUT_ALWAYS = Mistake(
    "dropout-always",
    "the model answers the same image in two ways at inference: Dropout must be off then, so do not pass training=True "
    "while you build the model.",
)
POOLS_NOT_SAME = Mistake(
    "pools-not-same",
    'a pooling layer drops the last row and column of an odd side: give it padding="same", so that 7 becomes 4.',
)
POOLS_MISSING = Mistake(
    "pools-missing", "there are to be three max pooling layers, one after each convolution, and each halves."
)

SHIFT_OPPOSITE = Mistake(
    "opposite-direction",
    "the image moved the other way: a positive dx moves it to the right, so that output column c shows what was in "
    "column c - dx; a positive dy moves it down.",
)
SHIFT_ONE_OPPOSITE = Mistake(
    "one-direction-opposite",
    "one of the two directions is the wrong way round: positive dx is to the right, positive dy is down.",
)
SHIFT_SWAPPED = Mistake(
    "dx-dy-swapped",
    "dx and dy have changed places: dx moves along the columns, which are axis 1, and dy along the rows, axis 0.",
)
SHIFT_WRAPPED = Mistake(
    "wrapped",
    "what left the image at one side came in again at the other: np.roll does that. It is right for wrap only.",
)
SHIFT_NOTHING = Mistake("not-shifted", "the image came back as it was: is it moved at all?")
CVAL_IGNORED = Mistake("cval-ignored", "the new pixels are 0: is cval used?")
EDGE_NOT_REPEATED = Mistake(
    "edge-not-repeated",
    "your mirror stands on the edge pixel, so that this is not repeated (dcb|abcd|cba). Ours stands behind it: "
    "dcba|abcd|dcba, the edge comes twice. In np.pad that one is called symmetric.",
)
NEAREST_FOR_OTHER = Mistake(
    "nearest-for-other", "the edge pixels were repeated all along, which is the mode nearest."
)
CONSTANT_NOT_FILLED = Mistake(
    "constant-not-filled",
    "there are edge pixels where cval belongs, along one axis or along both: overwrite the rows whose index lay "
    "outside, and the columns whose index lay outside.",
)
CONSTANT_FOR_OTHER = Mistake(
    "constant-for-other", "the new pixels are 0, which is the mode constant: is fill_mode looked at?"
)
SHIFT_TOO_FAR = Mistake(
    "shift-too-far",
    "a shift may be as large as the image or larger: does an index or a slice leave the image then?",
)
SHIFT_CHANNELS = Mistake(
    "channels-shifted",
    "the channels moved or were padded, too: only the first two axes, rows and columns, may change.",
)
SHIFT_NOT_SQUARE = Mistake(
    "square-image-assumed",
    "this image is not square: rows are counted by shape[0], columns by shape[1].",
)

TRANSFORMS_FORM = Mistake(
    "form",
    'return a dict of dicts: for each of "digits", "signs", "scenes" and "aerial" the four transforms, each True or '
    "False.",
)
DIGITS_OFF = Mistake(
    "digits-misjudged",
    "look at each digit in turn: which of them becomes another digit, or none at all? Think of 2, 6 and 9.",
)
SIGNS_OFF = Mistake(
    "signs-misjudged",
    "which hands make these signs, and how do people hold them? A left hand signs, too; and U on its side is H.",
)
SCENES_OFF = Mistake(
    "scenes-misjudged",
    "where is the sky in a photo taken from the ground, and is there such a side in one taken from above?",
)

ALWAYS_ACTIVE = Mistake(
    "active-at-inference",
    "images change at inference, too: augmentation is for training only. Keras's own random layers see to that by "
    "themselves.",
)
NEVER_ACTIVE = Mistake("not-active", "nothing changes in training: are there random layers in the pipeline?")
SHAPE_CHANGED = Mistake(
    "shape-changed", "the images have another shape afterwards: the pipeline must keep their size."
)
OUT_OF_RANGE = Mistake(
    "out-of-range",
    "pixels between 0 and 1 went in, others came out. RandomBrightness assumes 0..255 (value_range says otherwise); "
    "the exercise asks for none of it.",
)
ALWAYS_THE_SAME = Mistake("always-the-same", "two calls gave the same images: every call must draw anew.")
ALL_ALIKE = Mistake("all-alike", "all images of a batch were changed alike: each must be drawn by itself.")
ROTATION_MISSING = Mistake("rotation-missing", "nothing is rotated: is there a RandomRotation?")
FACTOR_TOO_LARGE = Mistake(
    "factor-too-large",
    "a factor is larger than Keras takes. It wants shares: of a full turn for a rotation, so that 10 degrees are "
    "10 / 360, and of the side for a shift or a zoom.",
)
BRIGHTNESS_CHANGED = Mistake(
    "brightness-changed",
    "the greys themselves change, too: brightness or contrast, which the exercise does not ask for.",
)
ROTATION_TOO_LARGE = Mistake(
    "rotation-too-large",
    "images turn by more than 10 degrees: RandomRotation counts in full turns, so that 0.1 means 36 degrees. Ten "
    "degrees are 10 / 360 of a turn.",
)
ROTATION_TOO_SMALL = Mistake(
    "rotation-too-small",
    "images turn by much less than 10 degrees: RandomRotation counts in full turns, so ten degrees are 10 / 360.",
)
ROTATION_ONE_WAY = Mistake(
    "rotation-one-way",
    "images turn in one direction only: up to 10 degrees in both. (The same seed in several layers ties together what "
    "they draw: leave seeds out.)",
)
ZOOM_MISSING = Mistake("zoom-missing", "sizes do not change: is there a RandomZoom?")
ZOOM_TOO_LARGE = Mistake(
    "zoom-too-large",
    "images shrink or grow by more than a tenth: RandomZoom takes 0.1, and no layer comes besides "
    "those of the exercise.",
)
ZOOM_TOO_SMALL = Mistake(
    "zoom-too-small", "images shrink and grow by much less than a tenth: RandomZoom takes 0.1."
)
ZOOM_ONE_WAY = Mistake(
    "zoom-one-way", "images only shrink, or only grow: by up to a tenth in both directions."
)
SHIFTS_MISSING = Mistake("shifts-missing", "nothing is shifted: is there a RandomTranslation?")
SHIFTS_ONE_AXIS = Mistake(
    "shifts-one-axis",
    "images move along one axis only: RandomTranslation takes a height factor and a width factor.",
)
SHIFTS_TOO_LARGE = Mistake(
    "shifts-too-large",
    "images move by more than a tenth of their side: the factors are parts of a side, 0.1.",
)
SHIFTS_TOO_SMALL = Mistake(
    "shifts-too-small",
    "images move by much less than a tenth of their side: the factors are parts of a side, 0.1.",
)
FLIP_MISSING = Mistake("flip-missing", "no image is mirrored: is there a RandomFlip?")
FLIP_VERTICAL = Mistake(
    "flip-vertical",
    'images stand on their heads: RandomFlip() alone flips in both directions. Ask for RandomFlip("horizontal").',
)
FLIP_NOT_HALF = Mistake("flip-not-half", "about half of the images should be mirrored, not nearly all.")

OWN_STATISTICS = Mistake(
    "test-statistics",
    "the test set was standardised with its own mean and deviation: it must be treated as it will be in use, where "
    "nobody knows them. Take those of the training set for both.",
)
JOINT_STATISTICS = Mistake(
    "joint-statistics",
    "mean and deviation come from both sets together, so that the test set has a say in training. Take those of the "
    "training set.",
)
EACH_IMAGE_ITSELF = Mistake(
    "samplewise",
    "each image was standardised by itself: that is samplewise. Featurewise takes one mean and one deviation a "
    "channel, over all images.",
)
EACH_PIXEL_ITSELF = Mistake(
    "pixelwise",
    "each place of the image has statistics of its own: take them over all images, rows and columns at once, one pair "
    "a channel.",
)
CHANNELS_TOGETHER = Mistake(
    "channels-together",
    "all channels share one mean and deviation: each channel has its own, so average over axes 0, 1 and 2.",
)
NOT_DIVIDED = Mistake("not-divided", "the mean was subtracted; divide by the standard deviation as well.")
NOT_CENTRED = Mistake("not-centred", "the values were divided; subtract the mean first.")
DIVIDED_BY_VARIANCE = Mistake(
    "divided-by-variance",
    "the values were divided by the variance: the standard deviation is its square root.",
)
BYTES_WRAPPED = Mistake(
    "bytes-wrapped",
    "differences of bytes cannot be negative and start again from 255: turn the images into floats first.",
)
TEST_UNTOUCHED = Mistake(
    "test-untouched", "the test images came back as they were: both sets are standardised."
)

STEPS_ROUNDED_DOWN = Mistake(
    "rounded-down",
    "the last images are left out: what is left over makes one more batch, only smaller. Round up.",
)
STEPS_FRACTION = Mistake(
    "fraction-of-a-step",
    "this is not a whole number: Keras refuses a fraction of a step. Round up to an int.",
)
STEPS_ONE_TOO_MANY = Mistake(
    "one-step-too-many",
    "where the batches come out even there is no rest, so no further step: n // batch_size + 1 is one too many then.",
)
STEPS_ROUNDED_NEAREST = Mistake("rounded-nearest", "a small rest is left out: round up, not to the nearest.")

PREDICTIONS_DIFFER = Mistake(
    "predictions-differ",
    "the loaded model answers otherwise than the one that was given: were its weights saved with it? A model that is "
    "made anew from its configuration begins with random weights.",
)
CLASSES_NOT_PROBABILITIES = Mistake(
    "classes-not-probabilities", "these are the best classes: return all probabilities, (N, classes)."
)
FILE_TOO_SMALL = Mistake(
    "no-such-file",
    "the second result is not the size of the saved file in bytes: each weight alone takes four. "
    "os.path.getsize(path) gives it.",
)
FILE_UNIT = Mistake("other-unit", "the size is in another unit: give bytes, as os.path.getsize does.")
NOT_SAVED = Mistake(
    "not-saved",
    "no file of that name was found: save the model under the path that was given, with model.save(path), and load it "
    "from there.",
)
RESULTS_SWAPPED = Mistake(
    "results-swapped", "the two results have changed places: look at their order in the exercise."
)

LETTER_OFF_BY_J = Mistake(
    "letter-off-by-j",
    "from column 9 on the letters are one off: column 9 is K, because J is not among the 24. Use LETTERS.",
)
NUMBER_NOT_LETTER = Mistake("number-not-letter", "this is the number of the column: give its letter.")
PICTURE_NOT_SCALED = Mistake(
    "picture-not-scaled",
    "the network got bytes: it was trained on numbers from 0 to 1, so every new picture has to be divided by 255, too.",
)
BATCH_AXIS = Mistake(
    "batch-axis",
    "the model takes a batch of images: give the one picture the shape (1, 28, 28, 1).",
)
ALL_PROBABILITIES = Mistake(
    "all-probabilities", "give the probability of the letter alone, one number between 0 and 1."
)
PERCENT = Mistake("percent", "this is in per cent: give a number between 0 and 1.")

NO_DATASET = Mistake(
    "no-dataset", "the function has to return a tf.data.Dataset: is there a `return` at its end?"
)
FROZEN = Mistake(
    "augmentation-cached",
    "the second pass brings the same augmented images as the first: they were augmented once and kept, by a cache() "
    "that comes after the augmentation, or before the dataset was made. Cache first if you like, and augment in map.",
)
NOT_AUGMENTED = Mistake(
    "not-augmented",
    "the images come out as they went in: call augment(images, training=True) inside map. Outside of fit, training "
    "has to be said.",
)
ALL_FLIPPED_ALIKE = Mistake(
    "augmented-alike",
    "all images were changed in the same way: let augment draw for each of them.",
)
NOT_PAIRS = Mistake(
    "not-pairs", "each element has to be a pair: a batch of images and the batch of their labels."
)
NOT_BATCHED = Mistake(
    "not-batched", "the batches have to hold 32 images, the last one perhaps fewer: batch(32)."
)
IMAGES_MISSING = Mistake(
    "images-missing", "not every image comes once in each pass: none may be lost or repeated."
)
LABELS_APART = Mistake(
    "labels-apart",
    "images came with the labels of others: whatever reorders or splits the images must do the same to the labels.",
)

VALIDATION_AUGMENTED = Mistake(
    "validation-augmented",
    "the validation part holds augmented images: it has to measure what the network will meet in use, so leave it as "
    "it is.",
)
TRAINING_PLAIN = Mistake(
    "training-plain",
    "the training part holds no augmented images: to its originals belongs one augmented copy of each.",
)
TRAINING_SIZE = Mistake(
    "training-size",
    "the training part has to hold its originals and one augmented copy of each, so twice as many as were set aside "
    "for it.",
)
TWINS = Mistake(
    "twins",
    "pictures in the training part come from the same originals as some in the validation part: split first, then "
    "augment the training part only.",
)
SHARE_OFF = Mistake("share-off", "the validation part does not hold the share of images that was asked for.")
FOUR_RESULTS = Mistake(
    "four-results",
    "return four arrays: training images, training labels, validation images, validation labels; to each image its "
    "label, to the copies theirs.",
)

PHOTO_ON_BOTH_SIDES = Mistake(
    "photo-on-both-sides",
    "images made from one photo stand on both sides: split the photos, np.unique(photos), and then give each image to "
    "the side of its photo.",
)
INDICES_MISSING = Mistake(
    "indices-missing",
    "every image has to be on one of the two sides, once, and none of the sides empty: some are missing, or there "
    "twice.",
)
PHOTOS_RETURNED = Mistake(
    "photos-not-indices",
    "these seem to be numbers of photos: return the indices of the images, as np.flatnonzero(np.isin(photos, chosen)) "
    "gives them.",
)
SIDES_SWAPPED = Mistake(
    "sides-swapped", "the two sides have changed places: first the indices for training, then for validation."
)

SHARES_SWAPPED = Mistake(
    "shares-swapped",
    "the shares have changed places: share belongs to the image itself, the rest to its partner.",
)
TARGETS_NOT_MIXED = Mistake(
    "targets-not-mixed",
    "the targets were not mixed: a picture that is 70 per cent A and 30 per cent B is labelled so.",
)
IMAGES_NOT_MIXED = Mistake("images-not-mixed", "the images were not mixed.")
ONE_SHARE_FOR_ALL = Mistake("one-share-for-all", "one share was used for all images: image n has share[n].")
PARTNERS_ALREADY_MIXED = Mistake(
    "partners-already-mixed",
    "the partners were mixed already when they were used: compute from the images as they were given.",
)
SHARE_BROADCAST = Mistake(
    "share-broadcast",
    "share has one number an image: give it the shape (N, 1, 1, 1), so that NumPy lays it along the first axis and not "
    "along the last.",
)

LETTERS = "ABCDEFGHIKLMNOPQRSTUVWXY"
"""The 24 letters of the data, in the order of their columns."""

LABELS = [number for number in range(25) if number != 9]
"""The labels of the 24 letters, as in the files."""


# ---------------------------------------------------------------------------------------
# What the checks of this assignment share
# ---------------------------------------------------------------------------------------


def fails(answer: Answer, mistake: Mistake, wanted: str, got: str | None = None) -> None:
    """Say that a mistake was made."""
    answer.satisfies(False, wanted=wanted, cause=mistake.message, mistake=mistake.name, got=got)


def expects(answer: Answer, condition: Any, mistake: Mistake, wanted: str, got: str | None = None) -> None:
    """Expect a condition; where it does not hold, the mistake is named."""
    if not condition:
        fails(answer, mistake, wanted, got)


def several(answer: Answer, mistake: Mistake, number: int) -> tuple[Any, ...]:
    """The results of a call that has to return so many of them."""
    answer._answered()
    value = answer.value
    if isinstance(value, np.ndarray) and value.ndim == 1 and len(value) == number:
        value = tuple(value)
    if not isinstance(value, (tuple, list)) or len(value) != number:
        fails(answer, mistake, f"{number} results")
    return tuple(answer.value)


def as_numbers(value: Any) -> np.ndarray | None:
    """The value as an array of numbers, or None where it is something else."""
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":
            array = array.astype(float)
    except (TypeError, ValueError):
        return None
    return array if array.dtype.kind in "biuf" else None


# ---------------------------------------------------------------------------------------
# split_signs
# ---------------------------------------------------------------------------------------


def signs_table(images: np.ndarray, labels: Sequence[int], *, last: bool = False) -> dict[str, Any]:
    """A table of signs as a dict of columns; the label's comes first, or last."""
    rows = np.asarray(images).reshape(len(images), -1)
    pixels = {f"pixel{number + 1}": rows[:, number] for number in range(rows.shape[1])}
    label = {"label": np.asarray(labels)}
    return pixels | label if last else label | pixels


def split_pair(split_signs: Function, images: np.ndarray, labels: Sequence[int], **how: Any) -> Answer:
    """Call split_signs for a table of these images, and expect two results."""
    answer = Attempt("split_signs", split_signs)(signs_table(images, labels, **how))
    # 785 columns say nothing to a reader.
    answer.called = f"split_signs(a table of {len(images)} images)"
    answer.part(0, 2)
    return answer


def pixels_are(answer: Answer, images: np.ndarray, *, layout: bool = False) -> Answer:
    """Expect these pixels (N, 28, 28) in bytes, on whatever scale, and unless `layout`, in whatever shape."""
    part = answer.part(0, 2)
    value = as_numbers(part.value)
    count = len(images)
    if not layout and value is not None and value.size == images.size:
        part.value = value.reshape(count, 28, 28, 1)
    flat = images.reshape(count, 28, 28, 1).astype(float)
    wanted = flat / 255
    scales = [flat, flat / 256, flat / 127.5 - 1, flat / max(flat.max(), 1)]
    if layout:
        shape = (count, 28, 28, 1)
        if value is not None and value.shape != shape and value.size == images.size:
            mistakes = {(count, 784): NOT_RESHAPED, (count, 28, 28): CHANNEL_MISSING}
            mistake = mistakes.get(value.shape, NOT_RESHAPED)
            fails(part, mistake, f"shape {shape}", f"shape {value.shape}")
        turned = [s.reshape(shape).transpose(0, 2, 1, 3) for s in (wanted, *scales)]
        return part.equals(
            wanted.reshape(shape),
            also=[s.reshape(shape) for s in scales],
            mistakes=[(ROWS_AS_COLUMNS, each) for each in turned],
            tolerance=1e-4,
        )
    if value is not None and value.shape == (count,):
        fails(part, IMAGES_AND_LABELS_SWAPPED, "the images first")
    if value is not None and value.size == count * 785:
        fails(part, LABEL_AMONG_PIXELS, f"{count} images of 784 pixels", f"shape {value.shape}")
    if value is not None and value.size == count * 783:
        fails(part, PIXEL_LOST, f"{count} images of 784 pixels", f"shape {value.shape}")
    return part.equals(wanted, also=scales, tolerance=1e-4, otherwise=PIXEL_LOST.message)


def labels_are(answer: Answer, labels: Sequence[int]) -> Answer:
    """Expect these labels as the second result, one an image."""
    part = answer.part(1, 2)
    wanted, value = np.asarray(labels), as_numbers(part.value)
    if value is not None and value.size > 100 * wanted.size:
        fails(part, IMAGES_AND_LABELS_SWAPPED, "the labels second")
    if value is not None and value.shape == (*wanted.shape, 1):
        fails(part, LABELS_AS_COLUMN, f"shape {wanted.shape}", f"shape {value.shape}")
    moved = [LABELS.index(label) for label in labels]
    return part.equals(
        wanted,
        mistakes=[
            (LABELS_MOVED, moved),
            (LABELS_MOVED, np.eye(24)[moved]),
            (LABELS_MOVED, np.eye(25)[wanted]),
        ],
        otherwise=LABELS_MOVED.message,
    )


def scale_is(answer: Answer, values: Sequence[int]) -> Answer:
    """Expect plain images, image n of the one byte values[n], to be scaled to 0..1."""
    part = answer.part(0, 2)
    grey = np.asarray(values, float)
    number = as_numbers(part.value)
    if number is None or number.size % len(grey) or number.size < 784 * len(grey):
        return part.equals(np.repeat(grey[:, None], 784, axis=1) / 255)
    # Shape, order and left-over columns are the matter of other checks: one pixel tells the scale.
    part.value = np.asarray(number, float).reshape(len(grey), -1)[:, 400]
    return part.equals(
        grey / 255,
        tolerance=1e-4,
        mistakes=[
            (NOT_SCALED, grey),
            (SCALED_BY_LARGEST, grey / grey.max()),
            (SCALED_BY_LARGEST, (grey - grey.min()) / (grey.max() - grey.min())),
            (SCALED_BY_256, grey / 256),
            (SCALED_ABOUT_ZERO, grey / 127.5 - 1),
            (SCALED_EACH, np.ones_like(grey)),
            (SCALED_EACH, np.zeros_like(grey)),
        ],
    )


def _symmetric(seed: int, count: int) -> np.ndarray:
    """Byte images that equal themselves turned on their side: their layout shows in other checks."""
    side = np.arange(28)
    maps = [
        (side[:, None] * side + seed * number * (side[:, None] + side)) % 256
        for number in range(1, count + 1)
    ]
    return np.array(maps, np.uint8)


def split_signs(split_signs: Function) -> None:
    """784 pixels an image, without the label."""
    images = _symmetric(5, 3)
    public(
        "split_signs, the pixels",
        lambda: pixels_are(split_pair(split_signs, images, [3, 24, 3]), images),
        lambda: pixels_are(split_pair(split_signs, images[:1], [0]), images[:1]),
    )


def split_signs_labels(split_signs: Function) -> None:
    """The labels, as they are in the table."""
    images = _symmetric(3, 4)
    public(
        "split_signs, the labels",
        lambda: labels_are(split_pair(split_signs, images, [3, 24, 10, 0]), [3, 24, 10, 0]),
    )


def split_signs_column(split_signs: Function) -> None:
    """The label's column is known by its name, not by its place."""
    images = _symmetric(9, 3)

    def case() -> None:
        answer = split_pair(split_signs, images, [5, 17, 2], last=True)
        pixels_are(answer, images)
        labels_are(answer, [5, 17, 2])

    public("split_signs, the label in another column", case)


def split_signs_scale(split_signs: Function) -> None:
    """Numbers from 0 to 1."""

    def grey(*values: int) -> None:
        images = np.repeat(np.array(values, np.int64), 784).reshape(-1, 28, 28)
        scale_is(split_pair(split_signs, images, [1] * len(values)), values)

    public("split_signs, the scale", lambda: grey(0, 51, 255), lambda: grey(51, 102, 204))


def split_signs_shape(split_signs: Function) -> None:
    """Images of (28, 28, 1), row by row."""
    bars = np.zeros((2, 28, 28), np.uint8)
    bars[0, 3] = 200
    bars[1, 5:9, 20] = 100

    def case() -> None:
        answer = split_pair(split_signs, bars, [1, 2])
        pixels_are(answer, bars, layout=True)
        answer.part(0, 2).is_array(axes=4)

    public("split_signs, the shape", case)


# ---------------------------------------------------------------------------------------
# one_hot
# ---------------------------------------------------------------------------------------


def one_hot_mistakes(labels: np.ndarray, wanted: np.ndarray) -> list[tuple[Mistake, Any]]:
    """What known mistakes make of labels whose rows are known."""
    present, inverse = np.unique(labels, return_inverse=True)
    wrong: list[tuple[Mistake, Any]] = [
        (COLUMN_FOR_J, np.eye(25)[labels]),
        (LAST_COLUMN_LEFT_OUT, np.eye(25)[labels, :24]),
        (COLUMNS_FOR_ALL, np.eye(26)[labels]),
        (EVERY_LABEL_MOVED, np.eye(24)[labels - 1]),
        (INDEX_NOT_HOT, wanted.argmax(axis=1)),
        (HOT_WRONG_AXIS, wanted.T),
    ]
    if len(present) < 24:
        wrong.append((COLUMNS_OF_BATCH, np.eye(len(present))[inverse]))
    return wrong


def one_hot_is(one_hot: Function, labels: Sequence[int], wanted: Any) -> Answer:
    """Call one_hot for these labels and expect these rows."""
    given = np.array(labels)
    return (
        Attempt("one_hot", one_hot)(given)
        .equals(
            wanted,
            mistakes=one_hot_mistakes(given, np.asarray(wanted)),
            raising={IndexError: LAST_LETTER_LEFT_OUT},
        )
        .leaves_inputs()
    )


def one_hot(one_hot: Function) -> None:
    """All 24 letters, J left out."""
    order = [24, 0, 8, 10, 23, 1, 11, 2, 12, 3, 13, 4, 14, 5, 15, 6, 16, 7, 17, 18, 19, 20, 21, 22]
    columns = [23, 0, 8, 9, 22, 1, 10, 2, 11, 3, 12, 4, 13, 5, 14, 6, 15, 7, 16, 17, 18, 19, 20, 21]
    wanted = np.zeros((24, 24))
    wanted[range(24), columns] = 1
    public("one_hot, every letter", lambda: one_hot_is(one_hot, order, wanted))


def one_hot_absent(one_hot: Function) -> None:
    """Letters that a batch does not hold keep their columns; these come before J, which is judged above."""
    wanted = np.zeros((4, 24))
    wanted[range(4), [3, 0, 3, 7]] = 1

    def case() -> None:
        labels = np.array([3, 0, 3, 7])
        Attempt("one_hot", one_hot)(labels).equals(
            wanted,
            also=[np.eye(25)[labels], np.eye(26)[labels], np.eye(24)[labels - 1], wanted.T],
            mistakes=[(COLUMNS_OF_BATCH, np.eye(3)[[1, 0, 1, 2]]), (COLUMNS_OF_BATCH, np.eye(8)[labels])],
        ).leaves_inputs()

    public("one_hot, letters that are missing", case)


# ---------------------------------------------------------------------------------------
# The network: predictions, BatchNorm, the model itself
# ---------------------------------------------------------------------------------------


def predicted_five(attempt: Attempt) -> tuple[Answer, list[int]]:
    """Call for the prediction and expect five whole numbers."""
    answer = attempt()
    answer._answered()
    numbers = as_numbers(answer.value)
    whole = numbers is not None and numbers.shape == (5,) and bool((numbers == np.floor(numbers)).all())
    expects(answer, whole, PREDICTION_FORM, "five whole numbers")
    assert numbers is not None
    return answer, [int(number) for number in numbers]


def predict_signs_cnn_sides(predict_signs_cnn: Function) -> None:
    """Form only: five whole numbers."""
    attempt = Attempt("predict_signs_cnn", predict_signs_cnn)

    def case() -> None:
        answer, numbers = predicted_five(attempt)
        falls = 28 > numbers[0] > numbers[1] > numbers[2] > 0
        expects(answer, falls, SIDES_OFF, "three sides, each smaller than the one before, from 28 down")

    public("predict_signs_cnn, the sides", case, form=True)


def predict_signs_cnn_dense(predict_signs_cnn: Function) -> None:
    """Form only: the dense layer has more parameters than inputs."""
    attempt = Attempt("predict_signs_cnn", predict_signs_cnn)

    def case() -> None:
        answer, numbers = predicted_five(attempt)
        expects(answer, 0 < numbers[3] < numbers[4], DENSE_OFF, "more parameters than numbers after Flatten")

    public("predict_signs_cnn, the dense layer", case, form=True)


def batchnorm_is(batchnorm_parameters: Function, channels: int, wanted: tuple[int, int]) -> Answer:
    """Call batchnorm_parameters and expect (learned, kept)."""
    learned = wanted[0]
    half = learned // 2
    answer = Attempt("batchnorm_parameters", batchnorm_parameters)(channels)
    return answer.equals(
        wanted,
        mistakes=[
            (NORM_ONE_EACH, (half, half)),
            (NORM_ADDED_UP, 2 * learned),
            (NORM_ALL_LEARNED, (2 * learned, 0)),
            (NORM_ALL_LEARNED, (2 * learned, learned)),
            (NORM_ONE_EACH, (learned, half)),
            (NORM_ONE_EACH, (half, learned)),
        ],
    )


def batchnorm_parameters(batchnorm_parameters: Function) -> None:
    """Learned and kept numbers."""
    public(
        "batchnorm_parameters",
        lambda: batchnorm_is(batchnorm_parameters, 75, (150, 150)),
        lambda: batchnorm_is(batchnorm_parameters, 1, (2, 2)),
    )


def signs_cnn(build_signs_cnn: Function, **widths: Any) -> Judged:
    """Call build_signs_cnn and take its model apart."""
    return judge(Attempt("build_signs_cnn", build_signs_cnn)(**widths), (28, 28, 1))


def signs_layers(judged: Judged, filters: tuple[int, int, int] = (75, 50, 25), units: int = 512) -> None:
    """Expect the convolutions, pools and dense layers of the exercise."""
    plain = replace(judged, steps=[step for step in judged.steps if step.kind != "norm"])
    plain.has_weights([*(conv(number, 3) for number in filters), dense(units), dense(24)])
    plain.keeps_sizes("same")
    wanted = 'MaxPooling2D(2, padding="same") after each convolution'
    seen, places = 0, []
    for step in plain.steps:
        seen += step.kind == "conv"
        if step.kind in ("max", "average"):
            up = tuple(-(-side // 2) for side in step.inputs[:2])
            down = tuple(side // 2 for side in step.inputs[:2])
            if step.outputs[:2] == down != up:
                judged.expect(False, POOLS_NOT_SAME, wanted)
            judged.expect(step.kind == "max" and step.outputs[:2] == up, POOLS_MISSING, wanted)
            places.append(seen)
    judged.expect(places == [1, 2, 3], POOLS_MISSING, wanted)
    first = next(step for step in plain.weights if step.kind == "dense")
    judged.expect(first.inputs == (16 * filters[-1],), NOT_FLATTENED, "Flatten() before the dense layers")


def build_signs_cnn(build_signs_cnn: Function) -> None:
    """Convolutions, pools and dense layers."""
    public("build_signs_cnn, the layers with weights", lambda: signs_layers(signs_cnn(build_signs_cnn)))


def signs_widths(build_signs_cnn: Function, filters: tuple[int, int, int], units: int) -> None:
    """Expect another number of filters and units where they are given; the rest is judged by other checks."""
    judged = signs_cnn(build_signs_cnn, filters=filters, units=units)
    widths = [step.outputs[-1] for step in judged.weights[:-1]]
    wanted = f"widths {', '.join(map(str, (*filters, units)))}"
    got = f"widths {', '.join(map(str, widths))}"
    judged.expect(widths != [75, 50, 25, 512], WIDTHS_IGNORED, wanted, got)
    judged.expect(widths == [*filters, units], WIDTHS_OTHER, wanted, got)


def build_signs_cnn_widths(build_signs_cnn: Function) -> None:
    """A slim twin."""
    public("build_signs_cnn, other widths", lambda: signs_widths(build_signs_cnn, (8, 6, 4), 10))


def signs_activations(judged: Judged) -> None:
    """Expect ReLU inside and softmax at the end."""
    judged.has_hidden_activations("relu").ends_in("softmax", judged.outputs.shape[-1])


def build_signs_cnn_activations(build_signs_cnn: Function) -> None:
    """ReLU inside, softmax at the end."""
    public("build_signs_cnn, activations", lambda: signs_activations(signs_cnn(build_signs_cnn)))


def signs_norms(judged: Judged) -> None:
    """Expect a BatchNormalization for each convolution, with a momentum of 0.9, that works in training."""
    norms = [step for step in judged.steps if step.kind == "norm"]
    wanted = "three BatchNormalization layers, momentum 0.9, one after each convolution"
    judged.expect(len(norms) == 3, MODEL_WITHOUT_NORM, wanted)
    seen, places = 0, []
    for step in judged.steps:
        seen += step.kind == "conv"
        if step.kind == "norm":
            places.append((seen, len(step.outputs)))
    judged.expect(places == [(1, 3), (2, 3), (3, 3)], NORM_MISPLACED, wanted)
    momenta = [float(step.layer.momentum) for step in norms]
    said = f"momentum {', '.join(f'{m:g}' for m in momenta)}"
    judged.expect(not any(np.isclose(m, 0.99) for m in momenta), MOMENTUM_DEFAULT, wanted, said)
    judged.expect(np.allclose(momenta, 0.9), MOMENTUM_OTHER, wanted, said)


def build_signs_cnn_batchnorm(build_signs_cnn: Function) -> None:
    """Three normalisations with momentum 0.9."""
    public("build_signs_cnn, BatchNorm", lambda: signs_norms(signs_cnn(build_signs_cnn)))


def signs_dropout(judged: Judged, images: np.ndarray) -> None:
    """Expect dropout after the second convolution and after the first dense layer, in training only."""

    def run(training: bool) -> np.ndarray:
        return np.asarray(judged.model(images.astype(np.float32), training=training))

    wanted = "Dropout(0.2) after the second convolution and Dropout(0.3) after the dense layer of 512"
    judged.expect(np.allclose(run(False), run(False)), DROPOUT_ALWAYS, "the same answer twice at inference")
    judged.expect(not np.allclose(run(True), run(True), atol=1e-6), NO_DROPOUT, wanted)
    place, number, found = "", {"conv": 0, "dense": 0}, []
    for step in judged.steps:
        if step.weighs:
            number[step.kind] += 1
            place = f"{step.kind} {number[step.kind]}"
        elif "Dropout" in type(step.layer).__name__:
            found.append((place, round(float(step.layer.rate), 3)))
    judged.expect(found == [("conv 2", 0.2), ("dense 1", 0.3)], DROPOUT_PLACES, wanted)


def build_signs_cnn_dropout(build_signs_cnn: Function) -> None:
    """Dropout, in training only."""
    images = np.linspace(0, 1, 4 * 784).reshape(4, 28, 28, 1)
    public("build_signs_cnn, Dropout", lambda: signs_dropout(signs_cnn(build_signs_cnn), images))


def build_signs_cnn_compiled(build_signs_cnn: Function) -> None:
    """Loss, optimizer and metric."""
    public(
        "build_signs_cnn, compiled",
        lambda: signs_cnn(build_signs_cnn).is_compiled("categorical_crossentropy", "adam"),
    )


# ---------------------------------------------------------------------------------------
# shift_image
# ---------------------------------------------------------------------------------------


def exact_shape(answer: Answer, shape: tuple[int, ...]) -> Answer:
    """Expect exactly this shape; `Answer.equals` lets extra axes of length one pass."""
    return answer.satisfies(
        np.shape(answer.value) == shape,
        wanted=f"shape {shape}",
        got=f"shape {np.shape(answer.value)}",
        cause="the numbers are right, but the array has an axis too many or too few.",
        mistake="extra-axis",
    )


@dataclass(frozen=True)
class Shift:
    """A shift that is written out, with what it should give and what mistakes would give.

    Parameters
    ----------
    shape : tuple of int
        Of the image.
    image, wanted : str
        The numbers, a row up to each semicolon.
    dx, dy : int
        To the right, and down.
    options : dict
        By keyword.
    mistakes : sequence of (Mistake, str)
        What each would have given.
    also : sequence of str
        What passes because another check judges it.
    picture : str
        Title under which the result is shown on the feedback page.
    """

    shape: tuple[int, ...]
    image: str
    dx: int
    dy: int
    wanted: str
    options: dict[str, Any] = field(default_factory=dict)
    mistakes: Sequence[tuple[Mistake, str]] = ()
    also: Sequence[str] = ()
    picture: str = ""

    def numbers(self, text: str) -> np.ndarray:
        """The numbers of a text in the image's shape."""
        return np.array([float(word) for word in text.replace(";", " ").split()]).reshape(self.shape)


def _shifts(title: str, check: str, shift_image: Function, *, raising: Any = None, new: bool = False) -> None:
    """Run the cases of a check; with `new` the container and the inputs count, too."""
    attempt = Attempt("shift_image", shift_image)

    def run(case: Shift) -> None:
        answer = attempt(case.numbers(case.image), case.dx, case.dy, **case.options).equals(
            case.numbers(case.wanted),
            mistakes=[(mistake, case.numbers(text)) for mistake, text in case.mistakes],
            also=[case.numbers(text) for text in case.also],
            picture=case.picture,
            raising=raising,
        )
        if new:
            exact_shape(answer.leaves_inputs().is_array(), case.shape)

    public(title, *(lambda case=case: run(case) for case in SHIFTS[check]))


def shift_image(shift_image: Function) -> None:
    """The direction; new pixels are 0."""
    _shifts("shift_image, the direction", "shift_image", shift_image)


def shift_image_cval(shift_image: Function) -> None:
    """Another constant."""
    _shifts("shift_image, constant", "shift_image_cval", shift_image)


def shift_image_nearest(shift_image: Function) -> None:
    """The edge, again and again."""
    _shifts("shift_image, nearest", "shift_image_nearest", shift_image)


def shift_image_reflect(shift_image: Function) -> None:
    """A mirror behind the edge."""
    _shifts("shift_image, reflect", "shift_image_reflect", shift_image)


def shift_image_wrap(shift_image: Function) -> None:
    """In again at the other side."""
    _shifts("shift_image, wrap", "shift_image_wrap", shift_image)


def shift_image_beyond(shift_image: Function) -> None:
    """As far as the image is large, and further."""
    _shifts("shift_image, far shifts", "shift_image_beyond", shift_image, raising=SHIFT_TOO_FAR)


def shift_image_shapes(shift_image: Function) -> None:
    """Not square, with channels or without."""
    _shifts("shift_image, other shapes", "shift_image_shapes", shift_image, raising=SHIFT_NOT_SQUARE)


def shift_image_new_array(shift_image: Function) -> None:
    """An array out, and the image left as it was."""
    _shifts("shift_image, a new array", "shift_image_new_array", shift_image, new=True)


def shift_image_together(shift_image: Function) -> None:
    """Everything at once."""
    _shifts("shift_image, everything together", "shift_image_together", shift_image, raising=SHIFT_TOO_FAR)


# ---------------------------------------------------------------------------------------
# valid_transforms
# ---------------------------------------------------------------------------------------

DATA = ("digits", "signs", "scenes", "aerial")
TRANSFORMS = ("rotate_10", "mirror", "quarter_turn", "half_turn")


def judged_transforms(valid_transforms: Function) -> tuple[Answer, dict[str, dict[str, bool]]]:
    """Call valid_transforms and expect a bool for every transform of every data set."""
    answer = Attempt("valid_transforms", valid_transforms)()
    answer._answered()
    value = answer.value
    lawful = isinstance(value, Mapping) and all(
        isinstance(value.get(data), Mapping)
        and all(isinstance(value[data].get(name), (bool, np.bool_)) for name in TRANSFORMS)
        for data in DATA
    )
    expects(answer, lawful, TRANSFORMS_FORM, "True or False for four transforms of four data sets")
    return answer, {data: {name: bool(value[data][name]) for name in TRANSFORMS} for data in DATA}


def _transforms_form(title: str, valid_transforms: Function) -> None:
    public(title, lambda: judged_transforms(valid_transforms), form=True)


def valid_transforms_digits(valid_transforms: Function) -> None:
    """Form only."""
    _transforms_form("valid_transforms, digits", valid_transforms)


def valid_transforms_signs(valid_transforms: Function) -> None:
    """Form only."""
    _transforms_form("valid_transforms, signs", valid_transforms)


def valid_transforms_scenes(valid_transforms: Function) -> None:
    """Form only."""
    _transforms_form("valid_transforms, scenes", valid_transforms)


# ---------------------------------------------------------------------------------------
# build_augmentation: what a pipeline does is read off ramps
# ---------------------------------------------------------------------------------------


class Pipeline:
    """What a pipeline does to images in training, measured.

    Two channels of the probe hold each pixel's own place, from left to right and from top to bottom. After
    a rotation, zoom, shift or flip, they tell for every pixel where it came from, and a plane through the
    middle of each gives the whole map. Two channels of one grey value each tell about brightness.

    Parameters
    ----------
    answer : Answer
        A call that returned the pipeline.
    size : tuple of int
        (H, W) of the probes.
    count : int
        How many images are drawn.
    """

    def __init__(self, answer: Answer, size: tuple[int, int] = (56, 56), count: int = 96):
        import keras

        self.answer, self.size, self.count = answer, size, count
        judged = judge(answer, (28, 28, 1), chain=False)
        layers = layers_of(judged.model)
        # Without its Input the pipeline takes images of any size and any number of channels.
        self.model = judged.model if layers is None or not layers else keras.Sequential(layers)

    def run(self, images: np.ndarray, training: bool) -> np.ndarray:
        """Send images through the pipeline."""
        try:
            result = np.asarray(self.model(images.astype(np.float32), training=training), float)
        except Exception as error:
            said = str(error).strip().splitlines() or [""]
            fails(
                self.answer, SHAPE_CHANGED, "images of any size", f"{type(error).__name__}: {said[0][:200]}"
            )
        expects(
            self.answer,
            result.shape == images.shape,
            SHAPE_CHANGED,
            f"images of shape {images.shape}",
            f"images of shape {result.shape}",
        )
        return result

    def maps(self) -> tuple[np.ndarray, np.ndarray]:
        """For each drawn image the matrix (N, 2, 2) and the offset (N, 2), in pixels about the middle.

        A pixel at (x, y) shows what was at matrix @ (x, y) + offset.
        """
        return self._seen()[:2]

    def _seen(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Matrices and offsets of the drawn images, and (N,) of each the gain and the rise of its greys."""
        height, width = self.size
        y, x = np.mgrid[:height, :width].astype(float)
        grey = np.ones((height, width))
        probe = np.stack([x / (width - 1), y / (height - 1), 0.25 * grey, 0.75 * grey], axis=-1)
        images = self.run(np.repeat(probe[None], self.count, axis=0), training=True)
        # What comes in at the edges does not reach so far in, unless shifts and zooms are far too large.
        down, across = int(0.21 * height), int(0.21 * width)
        rows = slice(height // 2 - down, height // 2 + down)
        columns = slice(width // 2 - across, width // 2 + across)
        middle = images[:, rows, columns].reshape(self.count, -1, 4)
        gain = (middle[:, :, 3] - middle[:, :, 2]).mean(axis=1) / 0.5
        # Brightness that ran against a limit hides the map.
        seen = (gain > 1e-6) & (middle[:, :, 2].min(axis=1) > 1e-6)
        expects(self.answer, seen.sum() > self.count // 4, OUT_OF_RANGE, "pixels between 0 and 1")
        middle, gain = middle[seen], gain[seen]
        rise = middle[:, :, 2].mean(axis=1) - 0.25 * gain
        plane = np.stack(
            [
                x[rows, columns].ravel() - (width - 1) / 2,
                y[rows, columns].ravel() - (height - 1) / 2,
                np.ones(4 * down * across),
            ],
            axis=1,
        )
        found = []
        for channel, side in ((0, width), (1, height)):
            place = (middle[:, :, channel] - rise[:, None]) / gain[:, None]
            place = place * (side - 1) - (side - 1) / 2
            found.append(np.linalg.lstsq(plane, place.T, rcond=None)[0].T)
        found = np.stack(found, axis=1)
        return found[:, :, :2], found[:, :, 2], gain, rise

    def measured(self) -> dict[str, np.ndarray]:
        """Degrees, sizes, shifts and flips of the drawn images.

        Returns
        -------
        dict
            ``angle`` in degrees, half turns left out (a flip makes some); ``size``, 1 for none; ``shift`` (N, 2) in
            pixels along x and y; ``mirrored`` and ``turned`` (on its head), bool.
        """
        matrix, offset = self.maps()
        matrix = matrix + 1e-9 * np.eye(2)
        area = np.linalg.det(matrix)
        mirrored = area < 0
        upright = matrix.copy()
        upright[mirrored, :, 0] *= -1
        full = np.degrees(
            np.arctan2(upright[:, 1, 0] - upright[:, 0, 1], upright[:, 0, 0] + upright[:, 1, 1])
        )
        angle = (full + 90) % 180 - 90
        # Before the zoom or after it, a shift is as long as the shorter of the two.
        back = np.linalg.solve(matrix, offset[:, :, None])[:, :, 0]
        shorter = np.linalg.norm(back, axis=1) < np.linalg.norm(offset, axis=1)
        return {
            "angle": angle,
            "size": np.sqrt(np.abs(area)),
            "shift": np.where(shorter[:, None], back, offset),
            "mirrored": mirrored,
            "turned": np.abs(full) > 90,
        }

    # -- expectations -------------------------------------------------------------------

    def rests_at_inference(self, images: np.ndarray) -> None:
        """Expect that images come back as they were at inference, and not so in training."""
        same = np.abs(self.run(images, training=False) - images).max()
        expects(self.answer, same < 1e-4, ALWAYS_ACTIVE, "images as they were, with training=False")
        changed = np.abs(self.run(images, training=True) - images).max()
        expects(self.answer, changed > 1e-3, NEVER_ACTIVE, "other images, with training=True")

    def draws_anew(self, images: np.ndarray) -> None:
        """Expect images that keep their range, and that differ within a batch and from call to call."""
        batch = np.repeat(images[:1], 8, axis=0)
        first, second = self.run(batch, training=True), self.run(batch, training=True)
        changed = np.abs(first - batch).max() > 1e-3
        expects(self.answer, changed, NEVER_ACTIVE, "other images, with training=True")
        many = self.run(np.repeat(images, 8, axis=0), training=True)
        # Scaled pixels stay scaled, so a division by 255 inside, which is judged at inference, passes here.
        lawful = many.min() > -1e-3 and many.max() < 1 + 1e-3
        expects(
            self.answer,
            lawful,
            OUT_OF_RANGE,
            "pixels between 0 and 1",
            f"pixels between {many.min():.3g} and {many.max():.3g}",
        )
        expects(
            self.answer, not np.allclose(first, second, atol=1e-6), ALWAYS_THE_SAME, "new images at each call"
        )
        apart = [not np.allclose(first[0], other, atol=1e-6) for other in first[1:]]
        expects(self.answer, any(apart), ALL_ALIKE, "each image changed in its own way")
        *_, gain, rise = self._seen()
        # Scaling that is the same for all images is judged elsewhere.
        usual = np.median(gain)
        steady = max(np.abs(gain - usual).max(), np.abs(rise - np.median(rise)).max()) < 0.03 * usual
        expects(self.answer, steady, BRIGHTNESS_CHANGED, "greys left as they are")

    def rotates(self) -> None:
        """Expect angles up to 10 degrees in both directions."""
        measured = self.measured()
        angle = measured["angle"]
        got = f"angles from {angle.min():.0f} to {angle.max():.0f} degrees"
        wanted = "angles from -10 to 10 degrees"
        largest = np.abs(angle).max()
        expects(self.answer, largest > 0.3, ROTATION_MISSING, wanted, got)
        expects(self.answer, largest < 12, ROTATION_TOO_LARGE, wanted, got)
        expects(self.answer, largest > 7, ROTATION_TOO_SMALL, wanted, got)
        # A mirrored image may turn the other way: only the others tell the direction.
        plain = angle[~measured["mirrored"]]
        both = len(plain) < 10 or (plain.min() < -3 and plain.max() > 3)
        expects(self.answer, both, ROTATION_ONE_WAY, wanted, got)

    def zooms(self) -> None:
        """Expect sizes up to a tenth smaller and larger."""
        size = self.measured()["size"]
        got = f"sizes from {size.min():.2f} to {size.max():.2f}"
        wanted = "sizes from 0.9 to 1.1"
        spread = np.abs(size - 1).max()
        expects(self.answer, spread > 0.008, ZOOM_MISSING, wanted, got)
        # 1 / 0.9 is 1.11: some count the other way round.
        expects(self.answer, size.min() > 0.865 and size.max() < 1.15, ZOOM_TOO_LARGE, wanted, got)
        expects(self.answer, spread > 0.06, ZOOM_TOO_SMALL, wanted, got)
        expects(self.answer, size.min() < 0.97 and size.max() > 1.03, ZOOM_ONE_WAY, wanted, got)

    def shifts(self) -> None:
        """Expect shifts up to a tenth of the side along both axes."""
        height, width = self.size
        shift = self.measured()["shift"] / (width, height)
        reach = np.abs(shift).max(axis=0)
        got = f"shifts up to {reach[0]:.0%} of the width and {reach[1]:.0%} of the height"
        wanted = "shifts up to 10% of the width and of the height"
        expects(self.answer, reach.max() > 0.02, SHIFTS_MISSING, wanted, got)
        # A rotation turns the shift: the limit is that of both together.
        radius = np.hypot(*(self.measured_radius())).max()
        expects(
            self.answer,
            radius < 1.12 * np.hypot(0.1, 0.1) * max(height, width),
            SHIFTS_TOO_LARGE,
            wanted,
            got,
        )
        expects(self.answer, reach.min() > 0.4 * reach.max(), SHIFTS_ONE_AXIS, wanted, got)
        expects(self.answer, reach.min() > 0.06, SHIFTS_TOO_SMALL, wanted, got)

    def measured_radius(self) -> np.ndarray:
        """Shifts (2, N) of a fresh draw, in pixels."""
        return self.measured()["shift"].T

    def flips(self) -> None:
        """Expect about half of the images mirrored, and none on its head."""
        measured = self.measured()
        mirrored, turned = measured["mirrored"].mean(), measured["turned"].mean()
        rotated = np.abs(measured["angle"]).max() > 45
        got = f"{mirrored:.0%} mirrored, {turned:.0%} on their heads"
        wanted = "about half of them mirrored, none on its head"
        # Rotations all around turn images on their heads, too; they are judged elsewhere.
        expects(self.answer, rotated or turned == 0, FLIP_VERTICAL, wanted, got)
        expects(self.answer, mirrored > 0.02, FLIP_MISSING, wanted, got)
        expects(self.answer, 0.25 < mirrored < 0.75, FLIP_NOT_HALF, wanted, got)


def pipeline(build_augmentation: Function, **how: Any) -> Pipeline:
    """Call build_augmentation and make its pipeline ready to be measured."""
    answer = Attempt("build_augmentation", build_augmentation)()
    answer._answered({ValueError: FACTOR_TOO_LARGE})
    return Pipeline(answer, **how)


_PROBES = np.linspace(0, 1, 2 * 784).reshape(2, 28, 28, 1) ** 2


def build_augmentation(build_augmentation: Function) -> None:
    """In training only."""
    public(
        "build_augmentation, in training only",
        lambda: pipeline(build_augmentation).rests_at_inference(_PROBES),
    )


def build_augmentation_random(build_augmentation: Function) -> None:
    """Drawn anew, in range."""
    public("build_augmentation, drawn anew", lambda: pipeline(build_augmentation).draws_anew(_PROBES))


def build_augmentation_rotation(build_augmentation: Function) -> None:
    """Up to 10 degrees."""
    public("build_augmentation, rotation", lambda: pipeline(build_augmentation).rotates())


def build_augmentation_zoom(build_augmentation: Function) -> None:
    """Up to a tenth."""
    public("build_augmentation, zoom", lambda: pipeline(build_augmentation).zooms())


def build_augmentation_shift(build_augmentation: Function) -> None:
    """Up to a tenth of the side."""
    public("build_augmentation, shifts", lambda: pipeline(build_augmentation).shifts())


def build_augmentation_flip(build_augmentation: Function) -> None:
    """Left to right, half of them."""
    public("build_augmentation, flip", lambda: pipeline(build_augmentation).flips())


# ---------------------------------------------------------------------------------------
# standardise, steps_per_epoch
# ---------------------------------------------------------------------------------------


def standardised(standardise: Function, train: np.ndarray, test: np.ndarray) -> Answer:
    """Call standardise and expect two results."""
    answer = Attempt("standardise", standardise)(train, test)
    # NumPy refuses to write floats into an array of bytes.
    answer._answered({TypeError: BYTES_WRAPPED})
    several(answer, RESULTS_SWAPPED, 2)
    return answer


def standardise(standardise: Function) -> None:
    """The training set: mean 0, deviation 1."""
    train = np.array([[[1.0, 1.0], [1.0, 1.0]], [[5.0, 5.0], [5.0, 5.0]]])[..., None]
    test = train[:1]
    wanted = np.array([[[-1.0, -1.0], [-1.0, -1.0]], [[1.0, 1.0], [1.0, 1.0]]])[..., None]

    def case(train: np.ndarray, wanted: np.ndarray) -> None:
        answer = standardised(standardise, train, test)
        mistakes = [
            (NOT_DIVIDED, wanted * 2),
            (NOT_CENTRED, train / 2),
            (DIVIDED_BY_VARIANCE, wanted / 2),
            (JOINT_STATISTICS, np.where(wanted < 0, -0.70711, 1.41421)),
            (EACH_IMAGE_ITSELF, np.zeros_like(wanted)),
            (EACH_IMAGE_ITSELF, np.full_like(wanted, np.nan)),
        ]
        answer.part(0, 2).equals(wanted, mistakes=mistakes, tolerance=1e-4)

    public("standardise, the training set", lambda: case(train, wanted), lambda: case(train + 7, wanted))


def standardise_test(standardise: Function) -> None:
    """The test set, by the training set's statistics."""
    # No two places have the same statistics as all of them together, mean 4 and deviation 2.
    train = np.array([[[2.0, 2.0], [2.0, 2.0]], [[2.0, 6.0], [2.0, 6.0]], [[6.0, 6.0], [6.0, 6.0]]])[
        ..., None
    ]
    test = np.array([[[10.0, 4.0], [6.0, 0.0]]])[..., None]
    wanted = np.array([[[3.0, 0.0], [1.0, -2.0]]])[..., None]

    def case() -> None:
        own = (test - 5) / np.sqrt(13)
        both = np.concatenate([train, test])
        answer = standardised(standardise, train, test)
        answer.part(1, 2).equals(
            wanted,
            tolerance=1e-4,
            also=[test - 4, test / 2, (test - 4) / 4],
            mistakes=[
                (OWN_STATISTICS, own),
                (JOINT_STATISTICS, (test - both.mean()) / both.std()),
                (TEST_UNTOUCHED, test),
                (EACH_PIXEL_ITSELF, (test - train.mean(axis=0)) / train.std(axis=0)),
                (OWN_STATISTICS, test - 5),
            ],
        )

    public("standardise, the test set", case)


def standardise_channels(standardise: Function) -> None:
    """Colour: a mean and a deviation for each channel."""
    train = np.array([[[[0.0, 10.0], [2.0, 30.0]]], [[[2.0, 30.0], [0.0, 10.0]]]])
    wanted = np.array([[[[-1.0, -1.0], [1.0, 1.0]]], [[[1.0, 1.0], [-1.0, -1.0]]]])

    def case() -> None:
        answer = standardised(standardise, train, train[:1])
        left = np.array([1.0, 10.0])  # what is left over where the division is missing, or done twice
        answer.part(0, 2).equals(
            wanted,
            tolerance=1e-4,
            also=[wanted * left, train / left, wanted / left],
            mistakes=[
                (CHANNELS_TOGETHER, (train - 10.5) / 11.863810),
                (CHANNELS_TOGETHER, wanted * left / 11.863810),
            ],
        )

    public("standardise, colours", case)


def standardise_new_arrays(standardise: Function) -> None:
    """Bytes in, floats out, inputs untouched."""
    train = np.array([[[10, 30], [10, 30]]], np.uint8)[..., None]
    test = np.array([[[0, 40], [20, 20]]], np.uint8)[..., None]

    def case() -> None:
        answer = standardised(standardise, train, test)
        answer.leaves_inputs()
        wanted = np.array([[[-1.0, 1.0], [-1.0, 1.0]]])[..., None]
        wrapped = ((train - np.uint8(20)) / 10, wanted)
        answer.part(0, 2).equals(
            wanted,
            tolerance=1e-4,
            also=[wanted * 10, train / 10, wanted / 10, wanted * 0.81650],
            mistakes=[(BYTES_WRAPPED, wrapped[0])],
            raising=BYTES_WRAPPED,
        ).is_array(kind="f")

    def floats() -> None:
        standardised(standardise, train / 4, test / 4).leaves_inputs()

    public("standardise, bytes in and floats out", case, floats)


def steps_is(steps_per_epoch: Function, n: int, batch_size: int, wanted: int) -> Answer:
    """Call steps_per_epoch and expect a number, whole or not."""
    return Attempt("steps_per_epoch", steps_per_epoch)(n, batch_size).equals(
        wanted,
        mistakes=[
            (STEPS_ROUNDED_DOWN, n // batch_size),
            (STEPS_ROUNDED_NEAREST, round(n / batch_size)),
            (STEPS_FRACTION, n / batch_size),
            (STEPS_ONE_TOO_MANY, n // batch_size + 1),
        ],
    )


def steps_per_epoch(steps_per_epoch: Function) -> None:
    """Every image once."""
    public(
        "steps_per_epoch, every image",
        lambda: steps_is(steps_per_epoch, 100, 32, 4),
        lambda: steps_is(steps_per_epoch, 96, 32, 3),
        lambda: steps_is(steps_per_epoch, 10, 64, 1),
    )


def steps_per_epoch_whole(steps_per_epoch: Function) -> None:
    """An int, where the batches come out even."""
    public(
        "steps_per_epoch, a whole number",
        lambda: steps_whole(steps_per_epoch, 128, 32, 4),
        lambda: steps_whole(steps_per_epoch, 90, 30, 3),
    )


def steps_whole(steps_per_epoch: Function, n: int, batch_size: int, wanted: int) -> Answer:
    """Expect an int where the batches come out even; one step too many is judged elsewhere."""
    answer = Attempt("steps_per_epoch", steps_per_epoch)(n, batch_size)
    return answer.equals(wanted, also=[wanted + 1]).is_whole_number()


# ---------------------------------------------------------------------------------------
# save_and_load, classify
# ---------------------------------------------------------------------------------------


def small_model(seed: int, shape: tuple[int, int, int], filters: int, classes: int) -> Any:
    """A small convolutional network with random weights."""
    import keras

    random = np.random.default_rng(seed)
    model = keras.Sequential([keras.Input(shape), keras.layers.Conv2D(filters, 3, activation="relu")])
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(classes, activation="softmax"))
    model.set_weights([random.normal(size=w.shape) / 3 for w in model.get_weights()])
    return model


def kept(
    save_and_load: Function, seed: int, shape: tuple[int, int, int], filters: int, classes: int
) -> tuple:
    """Call save_and_load; return the answer, its two results, the model and what it predicts."""
    model = small_model(seed, shape, filters, classes)
    images = np.random.default_rng(seed).random((3, *shape)).astype(np.float32)
    path = f"check_{seed}.keras"
    try:
        answer = Attempt("save_and_load", save_and_load)(model, images, path)
        answer._answered({FileNotFoundError: NOT_SAVED, ValueError: NOT_SAVED})
        probabilities, size = several(answer, RESULTS_SWAPPED, 2)
    finally:
        if os.path.isfile(path):
            os.remove(path)
    if as_numbers(probabilities) is not None and np.size(probabilities) == 1 < np.size(size):
        fails(answer, RESULTS_SWAPPED, "the probabilities, then the file's size in bytes")
    return answer, probabilities, size, model, np.asarray(model(images))


def differs(save_and_load: Function, *network: Any) -> None:
    """Expect the loaded model to predict what the given one did."""
    answer, probabilities, _, _, wanted = kept(save_and_load, *network)
    value = as_numbers(probabilities)
    if value is not None and value.shape == wanted.shape and np.allclose(value.sum(axis=1), 1, atol=1e-3):
        expects(answer, np.allclose(value, wanted, atol=1e-4), PREDICTIONS_DIFFER, "the same probabilities")
    answer.part(0, 2).equals(
        wanted, tolerance=1e-4, mistakes=[(CLASSES_NOT_PROBABILITIES, wanted.argmax(axis=1))]
    )


def file_is_there(save_and_load: Function, *network: Any) -> None:
    """Expect a plausible size of the saved file."""
    answer, _, size, model, _ = kept(save_and_load, *network)
    weights = 4 * model.count_params()
    number = as_numbers(size)
    expects(answer, number is not None and number.size == 1, FILE_TOO_SMALL, "a number of bytes")
    assert number is not None
    bytes_ = float(number.item())
    said = f"{bytes_:g}"
    for unit in (1e3, 1024, 1e6, 1024**2):
        near = weights + 500 <= bytes_ * unit <= weights + 300_000
        expects(answer, not near, FILE_UNIT, f"more than {weights} bytes", said)
    # The archive holds the configuration and names besides the weights.
    lawful = weights + 500 <= bytes_ <= weights + 300_000
    expects(answer, lawful, FILE_TOO_SMALL, f"somewhat more than {weights} bytes", said)


def save_and_load(save_and_load: Function) -> None:
    """The loaded model predicts the same."""
    public("save_and_load, the same predictions", lambda: differs(save_and_load, 11, (8, 8, 1), 2, 5))


def save_and_load_file(save_and_load: Function) -> None:
    """The file is there, and as large as its weights ask for."""
    public("save_and_load, the file", lambda: file_is_there(save_and_load, 12, (9, 8, 1), 4, 6))


def letters_model(gain: float = 1.0) -> Any:
    """A network that sees letter k in a picture whose row k is bright (rows 24 to 27 say nothing)."""
    import keras

    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten()])
    model.add(keras.layers.Dense(24, activation="softmax"))
    weights = np.zeros((28, 28, 24))
    weights[range(24), :, range(24)] = gain / 28
    model.set_weights([weights.reshape(784, 24), np.zeros(24)])
    return model


def letter_picture(column: int, bright: int = 255, dark: int = 0) -> np.ndarray:
    """A picture (28, 28) of bytes that the letters' network takes for this column's letter."""
    picture = np.full((28, 28), dark, np.uint8)
    picture[column] = bright
    return picture


def classified(classify: Function, gain: float, picture: np.ndarray) -> tuple[Answer, Any, Any]:
    """Call classify; return the answer and its two results."""
    answer = Attempt("classify", classify)(letters_model(gain), picture)
    answer._answered({ValueError: BATCH_AXIS})
    letter, probability = several(answer, RESULTS_SWAPPED, 2)
    if isinstance(probability, str) and not isinstance(letter, str):
        fails(answer, RESULTS_SWAPPED, "the letter, then its probability")
    return answer, letter, probability


def letter_is(classify: Function, column: int, gain: float = 6.0) -> None:
    """Expect the letter of this column."""
    answer, letter, _ = classified(classify, gain, letter_picture(column))
    wanted = LETTERS[column]
    said = repr(letter)[:60]
    number = as_numbers(letter)
    expects(answer, number is None or number.size != 1, NUMBER_NOT_LETTER, repr(wanted), said)
    text = str(letter)
    if column >= 9:
        expects(answer, text != "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column], LETTER_OFF_BY_J, repr(wanted), said)
    answer.satisfies(
        text == wanted,
        got=said,
        wanted=repr(wanted),
        cause="the letter is another one: take the column with the largest probability, and its letter.",
    )


def probability_is(classify: Function, column: int, gain: float, bright: int) -> None:
    """Expect the probability of the best letter."""
    picture = letter_picture(column, bright)
    answer, _, probability = classified(classify, gain, picture)
    votes = np.exp(gain * bright / 255)
    wanted = float(votes / (votes + 23))
    value = as_numbers(probability)
    if value is not None and value.size == 24:
        fails(answer, ALL_PROBABILITIES, f"{wanted:.4f}")
    part = answer.part(1, 2)
    raw = np.exp(-gain * float(bright))
    part.equals(
        wanted,
        tolerance=1e-3,
        mistakes=[
            (PICTURE_NOT_SCALED, 1 / (1 + 23 * raw)),
            (PERCENT, 100 * wanted),
            (PERCENT, round(100 * wanted)),
        ],
    )


def classify(classify: Function) -> None:
    """The letter, before J and after it."""
    public("classify, the letter", lambda: letter_is(classify, 2), lambda: letter_is(classify, 20))


def classify_probability(classify: Function) -> None:
    """The probability, from scaled pixels."""
    public("classify, the probability", lambda: probability_is(classify, 4, 5.0, 204))


# ---------------------------------------------------------------------------------------
# Find the leak
# ---------------------------------------------------------------------------------------


def marked_images(count: int) -> np.ndarray:
    """Images (N, 8, 8, 1) that tell which they are, mirrored or not: the left half is brighter by 0.4."""
    images = np.empty((count, 8, 8, 1), np.float32)
    images[...] = (np.arange(count) / (2 * count))[:, None, None, None]
    images[:, :, :4] += 0.4
    return images


def read_marks(images: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which of the marked images these are, whether each is mirrored, and whether each is one at all."""
    images = np.asarray(images, float).reshape(len(images), 8, 8, -1)[..., 0]
    left, right = images[:, :, :4].mean(axis=(1, 2)), images[:, :, 4:].mean(axis=(1, 2))
    number = np.minimum(left, right) * 2 * count
    whole = np.abs(number - np.round(number)) < 0.05
    flat = images[:, :, :4].std(axis=(1, 2)) + images[:, :, 4:].std(axis=(1, 2)) < 1e-3
    lawful = whole & flat & (np.abs(np.abs(left - right) - 0.4) < 1e-3)
    return np.round(number).astype(int), right > left, lawful


def mirror_layer() -> Any:
    """An augmentation that mirrors every other image, drawn at each call."""
    import keras

    return keras.Sequential([keras.layers.RandomFlip("horizontal")])


def labels_of(numbers: np.ndarray) -> np.ndarray:
    """The label of each marked image."""
    return np.asarray(numbers) * 7 % 24


def training_passes(training_set: Function, count: int) -> tuple[Answer, list[list[tuple[Any, Any]]]]:
    """Call training_set and take two passes over its dataset, each a list of (images, labels)."""
    images = marked_images(count)
    answer = Attempt("training_set", training_set)(images, labels_of(np.arange(count)), mirror_layer())
    answer._answered()
    try:
        passes = passes_of(answer.value)
    except TypeError:
        fails(answer, NO_DATASET, "a dataset")
    expects(answer, all(passes), NO_DATASET, "a dataset with elements")
    said = "elements (images, labels)"
    for element in (element for each in passes for element in each):
        pair = isinstance(element, (tuple, list)) and len(element) == 2
        expects(answer, pair, NOT_PAIRS, said)
        expects(answer, np.ndim(element[0]) in (3, 4), NOT_PAIRS, said)
        expects(answer, np.ndim(element[0]) == 4, NOT_BATCHED, "batches of 32 images", "single images")
        expects(answer, np.shape(element[0])[1:3] == (8, 8), NOT_PAIRS, said)
    return answer, passes


def augments_afresh(training_set: Function, count: int) -> None:
    """Expect about half of the images mirrored, other ones in each pass."""
    answer, passes = training_passes(training_set, count)
    flips = []
    for each in passes:
        marks = [read_marks(images, count) for images, _ in each]
        numbers = np.concatenate([m[0] for m in marks])
        mirrored = np.concatenate([m[1] for m in marks])
        by_number = dict(zip(numbers.tolist(), mirrored.tolist(), strict=True))
        flips.append([by_number.get(n) for n in range(count)])
    wanted = "each pass mirrors other images"
    known = [[f for f in each if f is not None] for each in flips]
    expects(answer, any(any(each) for each in known), NOT_AUGMENTED, wanted)
    expects(answer, all(0.1 < np.mean(each) < 0.9 for each in known if each), ALL_FLIPPED_ALIKE, wanted)
    expects(answer, flips[0] != flips[1], FROZEN, wanted, "twice the same augmented images")


def keeps_pairs(training_set: Function, count: int) -> None:
    """Expect every image once in each pass, with its own label, in batches of 32."""
    answer, passes = training_passes(training_set, count)
    for each in passes:
        sizes = [len(images) for images, _ in each]
        wanted = [32] * (count // 32) + [count % 32] * (count % 32 > 0)
        numbers = np.concatenate([read_marks(images, count)[0] for images, _ in each])
        labels = np.concatenate([np.asarray(labels).reshape(-1) for _, labels in each])
        once = sorted(numbers.tolist()) == list(range(count))
        got = f"batches of {', '.join(map(str, sizes))}"
        if sum(sizes) == count:
            expects(answer, sorted(sizes, reverse=True) == wanted, NOT_BATCHED, "batches of 32", got)
        expects(
            answer, once, IMAGES_MISSING, f"{count} images, each once in a pass", f"{len(numbers)} images"
        )
        expects(
            answer,
            len(labels) == len(numbers) and (labels == labels_of(numbers)).all(),
            LABELS_APART,
            "each image with its label",
        )


def training_set(training_set: Function) -> None:
    """New augmented images in each pass."""
    public("training_set, drawn anew", lambda: augments_afresh(training_set, 40))


def training_set_pairs(training_set: Function) -> None:
    """Images and labels, in batches."""
    public("training_set, images and labels", lambda: keeps_pairs(training_set, 40))


def held_out(hold_out: Function, count: int, share: float) -> tuple[Answer, list[np.ndarray]]:
    """Call hold_out and expect two sets of images and labels."""
    images = marked_images(count)
    answer = Attempt("hold_out", hold_out, numbers=False)(
        images, labels_of(np.arange(count)), mirror_layer(), share
    )
    parts = [as_numbers(part) for part in several(answer, FOUR_RESULTS, 4)]
    lawful = (
        all(part is not None for part in parts)
        and all(np.shape(part)[1:] == (8, 8, 1) for part in parts[::2])
        and all(np.ndim(part) == 1 for part in parts[1::2])
        and all(len(images) == len(labels) > 0 for images, labels in (parts[:2], parts[2:]))
    )
    expects(answer, lawful, FOUR_RESULTS, "images, labels, images, labels")
    return answer, [np.asarray(part) for part in parts]


def validates_plainly(hold_out: Function, count: int, share: float) -> None:
    """Expect a validation part as it was, and a training part with augmented copies."""
    answer, (x_train, _, x_validation, _) = held_out(hold_out, count, share)
    _, mirrored, _ = read_marks(x_validation, count)
    expects(answer, not mirrored.any(), VALIDATION_AUGMENTED, "no augmented image in the validation part")
    _, mirrored, _ = read_marks(x_train, count)
    expects(answer, mirrored.any(), TRAINING_PLAIN, "augmented copies in the training part")


def keeps_apart(hold_out: Function, count: int, share: float) -> None:
    """Expect no original on both sides, each image with its label, and the share that was asked for."""
    answer, (x_train, y_train, x_validation, y_validation) = held_out(hold_out, count, share)
    train, _, _ = read_marks(x_train, count)
    validation, _, _ = read_marks(x_validation, count)
    both = len(set(train.tolist()) & set(validation.tolist()))
    expects(answer, both == 0, TWINS, "no original on both sides", f"{both} originals on both sides")
    right = (y_train == labels_of(train)).all() and (y_validation == labels_of(validation)).all()
    expects(answer, right, LABELS_APART, "each image with its label")
    every = set(train.tolist()) | set(validation.tolist()) == set(range(count))
    expects(answer, every, IMAGES_MISSING, f"all {count} originals, on one side or the other")
    asked = share * count
    expects(
        answer,
        abs(len(validation) - asked) <= 1,
        SHARE_OFF,
        f"{asked:g} images set aside",
        str(len(validation)),
    )
    # With or without a copy of each: what is missing is judged by the other check.
    lawful = len(train) in (len(set(train.tolist())), 2 * len(set(train.tolist())))
    expects(answer, lawful, TRAINING_SIZE, "each original, and one copy of each")


def hold_out(hold_out: Function) -> None:
    """Plain validation images, augmented training images."""
    public("hold_out, what is augmented", lambda: validates_plainly(hold_out, 40, 0.25))


def hold_out_apart(hold_out: Function) -> None:
    """No original on both sides."""
    public("hold_out, no twins", lambda: keeps_apart(hold_out, 40, 0.25))


def photo_split(
    split_by_photo: Function, photos: np.ndarray, share: float
) -> tuple[Answer, np.ndarray, np.ndarray]:
    """Call split_by_photo and expect two arrays of indices."""
    answer = Attempt("split_by_photo", split_by_photo)(photos, share)
    answer._answered()
    value = answer.value
    pair = isinstance(value, (tuple, list)) and len(value) == 2
    parts = [as_numbers(part) for part in value] if pair else []
    if parts and all(p is not None and p.dtype.kind == "b" and p.shape == photos.shape for p in parts):
        parts = [np.flatnonzero(p) for p in parts]
    lawful = bool(parts) and all(p is not None and p.ndim == 1 for p in parts)
    lawful = lawful and all(p.size == 0 or (p == np.floor(p)).all() for p in parts)
    expects(answer, lawful, INDICES_MISSING, "two arrays of indices")
    train, validation = (p.astype(int) for p in parts)
    inside = all(((p >= 0) & (p < len(photos))).all() for p in (train, validation))
    expects(answer, inside, PHOTOS_RETURNED, f"indices from 0 to {len(photos) - 1}")
    return answer, train, validation


def photos_apart(split_by_photo: Function, photos: Sequence[int], share: float) -> None:
    """Expect every image on one side, and every photo, too."""
    numbers = np.array(photos)
    answer, train, validation = photo_split(split_by_photo, numbers, share)
    both = np.intersect1d(numbers[train], numbers[validation])
    once = sorted([*train.tolist(), *validation.tolist()]) == list(range(len(numbers)))
    if not once:
        listed = set(train.tolist()) | set(validation.tolist())
        expects(answer, not listed <= set(np.unique(numbers).tolist()), PHOTOS_RETURNED, "indices of images")
        fails(answer, INDICES_MISSING, "every image on one side, once")
    expects(answer, len(train) and len(validation), INDICES_MISSING, "images on both sides")
    said = f"photo {both[0]} is on both sides" if both.size else ""
    expects(answer, both.size == 0, PHOTO_ON_BOTH_SIDES, "no photo on both sides", said)


def photos_share(split_by_photo: Function, photos: Sequence[int], share: float) -> None:
    """Expect about the share of images for validation; all photos have as many images here."""
    numbers = np.array(photos)
    answer, train, validation = photo_split(split_by_photo, numbers, share)
    each = len(numbers) / len(np.unique(numbers))
    asked = share * len(numbers)
    expects(
        answer,
        len(train) + len(validation) == len(numbers),
        INDICES_MISSING,
        f"{len(numbers)} indices in all",
    )
    got = f"{len(validation)} images for validation"
    if abs(len(train) - asked) <= each < abs(len(validation) - asked):
        fails(answer, SIDES_SWAPPED, f"{asked:g} images for validation", got)
    expects(answer, abs(len(validation) - asked) <= each, SHARE_OFF, f"{asked:g} images for validation", got)


def split_by_photo(split_by_photo: Function) -> None:
    """No photo on both sides."""
    photos = [4, 9, 4, 7, 9, 1, 7, 4, 1, 30, 4, 9, 30, 7, 1, 9, 12, 30, 12, 12]
    public(
        "split_by_photo, no photo on both sides",
        lambda: photos_apart(split_by_photo, photos, 0.34),
        lambda: photos_apart(split_by_photo, sorted(photos), 0.34),
    )


def split_by_photo_share(split_by_photo: Function) -> None:
    """The share that was asked for."""
    photos = np.tile(np.arange(100, 110), 4)
    public(
        "split_by_photo, the share",
        lambda: photos_share(split_by_photo, photos, 0.2),
        lambda: photos_share(split_by_photo, photos, 0.5),
    )


# ---------------------------------------------------------------------------------------
# mixup
# ---------------------------------------------------------------------------------------


def mixed(mixup: Function, *arguments: Any) -> Answer:
    """Call mixup and expect two results."""
    answer = Attempt("mixup", mixup)(*arguments)
    answer._answered({ValueError: SHARE_BROADCAST})
    several(answer, RESULTS_SWAPPED, 2)
    return answer


_MIXED_IMAGES = np.array([[[0.0, 4.0], [8.0, 0.0]], [[4.0, 4.0], [0.0, 8.0]]])[..., None]
_MIXED_TARGETS = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def _along_channels(images: np.ndarray) -> np.ndarray:
    """What a share of 0.75 and 0.5 makes of images (2, H, W, 1) when it is laid along their channels."""
    share = np.array([0.75, 0.5])
    return share * images + (1 - share) * images[::-1]


def mixup(mixup: Function) -> None:
    """The images."""
    wanted = np.array([[[1.0, 4.0], [6.0, 2.0]], [[2.0, 4.0], [4.0, 4.0]]])[..., None]
    swapped = np.array([[[3.0, 4.0], [2.0, 6.0]], [[2.0, 4.0], [4.0, 4.0]]])[..., None]
    along_width = np.array([[[1.0, 4.0], [6.0, 4.0]], [[3.0, 4.0], [2.0, 4.0]]])[..., None]

    def case() -> None:
        mixed(mixup, _MIXED_IMAGES, _MIXED_TARGETS, np.array([1, 0]), np.array([0.75, 0.5])).part(
            0, 2
        ).equals(
            wanted,
            mistakes=[
                (SHARES_SWAPPED, swapped),
                (IMAGES_NOT_MIXED, _MIXED_IMAGES),
                (SHARE_BROADCAST, along_width),
                (SHARE_BROADCAST, lambda: _along_channels(_MIXED_IMAGES)),
            ],
        )

    public("mixup, the images", case)


def mixup_targets(mixup: Function) -> None:
    """The targets."""
    wanted = [[0.75, 0.25, 0.0], [0.5, 0.5, 0.0]]

    def case() -> None:
        answer = mixed(mixup, _MIXED_IMAGES, _MIXED_TARGETS, np.array([1, 0]), np.array([0.75, 0.5]))
        answer.part(1, 2).equals(
            wanted,
            also=[[[0.25, 0.75, 0.0], [0.5, 0.5, 0.0]]],
            mistakes=[(TARGETS_NOT_MIXED, _MIXED_TARGETS), (TARGETS_NOT_MIXED, _MIXED_TARGETS[::-1])],
        )
        answer.leaves_inputs()

    public("mixup, the targets", case)


SHIFTS: dict[str, list[Shift]] = {
    "shift_image": [
        Shift(
            (4, 4),
            "10 9 15 6; 11 3 1 2; 13 12 4 5; 16 14 7 8",
            1,
            0,
            "0 10 9 15; 0 11 3 1; 0 13 12 4; 0 16 14 7",
            {},
            mistakes=[
                (SHIFT_OPPOSITE, "9 15 6 0; 3 1 2 0; 12 4 5 0; 14 7 8 0"),
                (SHIFT_SWAPPED, "0 0 0 0; 10 9 15 6; 11 3 1 2; 13 12 4 5"),
                (SHIFT_SWAPPED, "11 3 1 2; 13 12 4 5; 16 14 7 8; 0 0 0 0"),
                (SHIFT_NOTHING, "10 9 15 6; 11 3 1 2; 13 12 4 5; 16 14 7 8"),
                (SHIFT_WRAPPED, "6 10 9 15; 2 11 3 1; 5 13 12 4; 8 16 14 7"),
                (CONSTANT_NOT_FILLED, "10 10 9 15; 11 11 3 1; 13 13 12 4; 16 16 14 7"),
            ],
        ),
        Shift(
            (4, 4),
            "9 11 13 6; 14 2 12 5; 16 15 7 1; 10 4 3 8",
            0,
            -1,
            "14 2 12 5; 16 15 7 1; 10 4 3 8; 0 0 0 0",
            {},
            mistakes=[
                (SHIFT_OPPOSITE, "0 0 0 0; 9 11 13 6; 14 2 12 5; 16 15 7 1"),
                (SHIFT_SWAPPED, "11 13 6 0; 2 12 5 0; 15 7 1 0; 4 3 8 0"),
                (SHIFT_SWAPPED, "0 9 11 13; 0 14 2 12; 0 16 15 7; 0 10 4 3"),
                (SHIFT_NOTHING, "9 11 13 6; 14 2 12 5; 16 15 7 1; 10 4 3 8"),
                (SHIFT_WRAPPED, "14 2 12 5; 16 15 7 1; 10 4 3 8; 9 11 13 6"),
                (CONSTANT_NOT_FILLED, "14 2 12 5; 16 15 7 1; 10 4 3 8; 10 4 3 8"),
            ],
        ),
        Shift(
            (4, 4),
            "7 13 11 12; 16 1 8 4; 10 9 3 5; 14 15 2 6",
            -2,
            1,
            "0 0 0 0; 11 12 0 0; 8 4 0 0; 3 5 0 0",
            {},
            mistakes=[
                (SHIFT_OPPOSITE, "0 0 16 1; 0 0 10 9; 0 0 14 15; 0 0 0 0"),
                (SHIFT_ONE_OPPOSITE, "0 0 0 0; 0 0 7 13; 0 0 16 1; 0 0 10 9"),
                (SHIFT_ONE_OPPOSITE, "8 4 0 0; 3 5 0 0; 2 6 0 0; 0 0 0 0"),
                (SHIFT_SWAPPED, "0 10 9 3; 0 14 15 2; 0 0 0 0; 0 0 0 0"),
                (SHIFT_SWAPPED, "0 0 0 0; 0 0 0 0; 13 11 12 0; 1 8 4 0"),
                (SHIFT_SWAPPED, "9 3 5 0; 15 2 6 0; 0 0 0 0; 0 0 0 0"),
                (SHIFT_SWAPPED, "0 0 0 0; 0 0 0 0; 0 7 13 11; 0 16 1 8"),
                (SHIFT_NOTHING, "7 13 11 12; 16 1 8 4; 10 9 3 5; 14 15 2 6"),
                (SHIFT_WRAPPED, "2 6 14 15; 11 12 7 13; 8 4 16 1; 3 5 10 9"),
                (CONSTANT_NOT_FILLED, "0 0 0 0; 11 12 12 12; 8 4 4 4; 3 5 5 5"),
                (CONSTANT_NOT_FILLED, "11 12 0 0; 11 12 0 0; 8 4 0 0; 3 5 0 0"),
                (CONSTANT_NOT_FILLED, "11 12 12 12; 11 12 12 12; 8 4 4 4; 3 5 5 5"),
            ],
        ),
    ],
    "shift_image_cval": [
        Shift(
            (4, 4),
            "15 14 10 2; 13 1 16 3; 8 6 5 9; 12 11 7 4",
            1,
            -1,
            "90 13 1 16; 90 8 6 5; 90 12 11 7; 90 90 90 90",
            {"fill_mode": "constant", "cval": 90},
            mistakes=[
                (SHIFT_NOTHING, "15 14 10 2; 13 1 16 3; 8 6 5 9; 12 11 7 4"),
                (CVAL_IGNORED, "0 13 1 16; 0 8 6 5; 0 12 11 7; 0 0 0 0"),
                (SHIFT_WRAPPED, "3 13 1 16; 9 8 6 5; 4 12 11 7; 2 15 14 10"),
                (CONSTANT_NOT_FILLED, "13 13 1 16; 8 8 6 5; 12 12 11 7; 90 90 90 90"),
                (CONSTANT_NOT_FILLED, "90 13 1 16; 90 8 6 5; 90 12 11 7; 90 12 11 7"),
                (CONSTANT_NOT_FILLED, "13 13 1 16; 8 8 6 5; 12 12 11 7; 12 12 11 7"),
            ],
            also=[
                "1 16 3 90; 6 5 9 90; 11 7 4 90; 90 90 90 90",
                "90 90 90 90; 14 10 2 90; 1 16 3 90; 6 5 9 90",
                "90 90 90 90; 90 15 14 10; 90 13 1 16; 90 8 6 5",
            ],
        ),
        Shift(
            (4, 4),
            "10 15 8 13; 4 6 2 3; 7 14 12 16; 9 1 11 5",
            -2,
            0,
            "8 13 -3 -3; 2 3 -3 -3; 12 16 -3 -3; 11 5 -3 -3",
            {"fill_mode": "constant", "cval": -3},
            mistakes=[
                (SHIFT_NOTHING, "10 15 8 13; 4 6 2 3; 7 14 12 16; 9 1 11 5"),
                (CVAL_IGNORED, "8 13 0 0; 2 3 0 0; 12 16 0 0; 11 5 0 0"),
                (SHIFT_WRAPPED, "8 13 10 15; 2 3 4 6; 12 16 7 14; 11 5 9 1"),
                (CONSTANT_NOT_FILLED, "8 13 13 13; 2 3 3 3; 12 16 16 16; 11 5 5 5"),
            ],
            also=[
                "-3 -3 -3 -3; -3 -3 -3 -3; 10 15 8 13; 4 6 2 3",
                "-3 -3 10 15; -3 -3 4 6; -3 -3 7 14; -3 -3 9 1",
                "7 14 12 16; 9 1 11 5; -3 -3 -3 -3; -3 -3 -3 -3",
            ],
        ),
    ],
    "shift_image_nearest": [
        Shift(
            (4, 4),
            "10 12 3 4; 1 14 15 6; 7 16 11 13; 2 9 5 8",
            2,
            1,
            "10 10 10 12; 10 10 10 12; 1 1 1 14; 7 7 7 16",
            {"fill_mode": "nearest"},
            mistakes=[
                (SHIFT_NOTHING, "10 12 3 4; 1 14 15 6; 7 16 11 13; 2 9 5 8"),
                (SHIFT_WRAPPED, "5 8 2 9; 3 4 10 12; 15 6 1 14; 11 13 7 16"),
                (CONSTANT_FOR_OTHER, "0 0 0 0; 0 0 10 12; 0 0 1 14; 0 0 7 16"),
            ],
            also=[
                "1 1 1 14; 7 7 7 16; 2 2 2 9; 2 2 2 9",
                "10 10 12 3; 10 10 12 3; 10 10 12 3; 1 1 14 15",
                "12 3 4 4; 12 3 4 4; 12 3 4 4; 14 15 6 6",
                "15 6 6 6; 11 13 13 13; 5 8 8 8; 5 8 8 8",
                "16 11 13 13; 9 5 8 8; 9 5 8 8; 9 5 8 8",
                "3 4 4 4; 3 4 4 4; 15 6 6 6; 11 13 13 13",
                "7 7 16 11; 2 2 9 5; 2 2 9 5; 2 2 9 5",
            ],
        ),
        Shift(
            (4, 4),
            "2 10 16 8; 12 9 11 5; 7 4 3 15; 6 1 14 13",
            -1,
            -2,
            "4 3 15 15; 1 14 13 13; 1 14 13 13; 1 14 13 13",
            {"fill_mode": "nearest"},
            mistakes=[
                (SHIFT_NOTHING, "2 10 16 8; 12 9 11 5; 7 4 3 15; 6 1 14 13"),
                (SHIFT_WRAPPED, "4 3 15 7; 1 14 13 6; 10 16 8 2; 9 11 5 12"),
                (CONSTANT_FOR_OTHER, "4 3 15 0; 1 14 13 0; 0 0 0 0; 0 0 0 0"),
            ],
            also=[
                "10 16 8 8; 10 16 8 8; 10 16 8 8; 9 11 5 5",
                "11 5 5 5; 3 15 15 15; 14 13 13 13; 14 13 13 13",
                "12 12 12 9; 7 7 7 4; 6 6 6 1; 6 6 6 1",
                "16 8 8 8; 16 8 8 8; 11 5 5 5; 3 15 15 15",
                "2 2 10 16; 2 2 10 16; 2 2 10 16; 12 12 9 11",
                "2 2 2 10; 2 2 2 10; 12 12 12 9; 7 7 7 4",
                "7 7 4 3; 6 6 1 14; 6 6 1 14; 6 6 1 14",
            ],
        ),
    ],
    "shift_image_reflect": [
        Shift(
            (4, 4),
            "2 16 12 6; 10 7 15 11; 13 9 1 3; 14 5 8 4",
            2,
            0,
            "16 2 2 16; 7 10 10 7; 9 13 13 9; 5 14 14 5",
            {"fill_mode": "reflect"},
            mistakes=[
                (SHIFT_NOTHING, "2 16 12 6; 10 7 15 11; 13 9 1 3; 14 5 8 4"),
                (EDGE_NOT_REPEATED, "12 16 2 16; 15 7 10 7; 1 9 13 9; 8 5 14 5"),
                (SHIFT_WRAPPED, "12 6 2 16; 15 11 10 7; 1 3 13 9; 8 4 14 5"),
                (NEAREST_FOR_OTHER, "2 2 2 16; 10 10 10 7; 13 13 13 9; 14 14 14 5"),
                (CONSTANT_FOR_OTHER, "0 0 2 16; 0 0 10 7; 0 0 13 9; 0 0 14 5"),
            ],
            also=[
                "10 7 15 11; 2 16 12 6; 2 16 12 6; 10 7 15 11",
                "12 6 6 12; 15 11 11 15; 1 3 3 1; 8 4 4 8",
                "13 9 1 3; 14 5 8 4; 14 5 8 4; 13 9 1 3",
            ],
        ),
        Shift(
            (4, 4),
            "7 12 11 9; 14 8 16 3; 6 4 13 5; 10 1 15 2",
            -1,
            -3,
            "1 15 2 2; 1 15 2 2; 4 13 5 5; 8 16 3 3",
            {"fill_mode": "reflect"},
            mistakes=[
                (SHIFT_NOTHING, "7 12 11 9; 14 8 16 3; 6 4 13 5; 10 1 15 2"),
                (EDGE_NOT_REPEATED, "1 15 2 15; 4 13 5 13; 8 16 3 16; 12 11 9 11"),
                (SHIFT_WRAPPED, "1 15 2 10; 12 11 9 7; 8 16 3 14; 4 13 5 6"),
                (NEAREST_FOR_OTHER, "1 15 2 2; 1 15 2 2; 1 15 2 2; 1 15 2 2"),
                (CONSTANT_FOR_OTHER, "1 15 2 0; 0 0 0 0; 0 0 0 0; 0 0 0 0"),
            ],
            also=[
                "10 10 1 15; 10 10 1 15; 6 6 4 13; 14 14 8 16",
                "11 12 7 7; 11 12 7 7; 16 8 14 14; 13 4 6 6",
                "16 8 14 14; 13 4 6 6; 15 1 10 10; 15 1 10 10",
                "3 3 16 8; 5 5 13 4; 2 2 15 1; 2 2 15 1",
                "4 13 5 5; 8 16 3 3; 12 11 9 9; 12 11 9 9",
                "6 6 4 13; 14 14 8 16; 7 7 12 11; 7 7 12 11",
                "9 9 11 12; 9 9 11 12; 3 3 16 8; 5 5 13 4",
            ],
        ),
    ],
    "shift_image_wrap": [
        Shift(
            (4, 4),
            "11 1 4 2; 8 3 12 5; 14 10 9 16; 7 15 13 6",
            1,
            2,
            "16 14 10 9; 6 7 15 13; 2 11 1 4; 5 8 3 12",
            {"fill_mode": "wrap"},
            mistakes=[
                (SHIFT_NOTHING, "11 1 4 2; 8 3 12 5; 14 10 9 16; 7 15 13 6"),
                (NEAREST_FOR_OTHER, "11 11 1 4; 11 11 1 4; 11 11 1 4; 8 8 3 12"),
                (CONSTANT_FOR_OTHER, "0 0 0 0; 0 0 0 0; 0 11 1 4; 0 8 3 12"),
            ],
            also=[
                "10 9 16 14; 15 13 6 7; 1 4 2 11; 3 12 5 8",
                "12 5 8 3; 9 16 14 10; 13 6 7 15; 4 2 11 1",
                "13 6 7 15; 4 2 11 1; 12 5 8 3; 9 16 14 10",
            ],
        ),
        Shift(
            (4, 4),
            "11 3 5 10; 6 8 12 4; 16 13 14 1; 7 15 9 2",
            -1,
            0,
            "3 5 10 11; 8 12 4 6; 13 14 1 16; 15 9 2 7",
            {"fill_mode": "wrap"},
            mistakes=[
                (SHIFT_NOTHING, "11 3 5 10; 6 8 12 4; 16 13 14 1; 7 15 9 2"),
                (NEAREST_FOR_OTHER, "3 5 10 10; 8 12 4 4; 13 14 1 1; 15 9 2 2"),
                (CONSTANT_FOR_OTHER, "3 5 10 0; 8 12 4 0; 13 14 1 0; 15 9 2 0"),
            ],
            also=[
                "10 11 3 5; 4 6 8 12; 1 16 13 14; 2 7 15 9",
                "6 8 12 4; 16 13 14 1; 7 15 9 2; 11 3 5 10",
                "7 15 9 2; 11 3 5 10; 6 8 12 4; 16 13 14 1",
            ],
        ),
    ],
    "shift_image_beyond": [
        Shift(
            (3, 3),
            "8 2 9; 3 5 7; 4 1 6",
            4,
            0,
            "0 0 0; 0 0 0; 0 0 0",
            {"fill_mode": "constant"},
            mistakes=[
                (SHIFT_NOTHING, "8 2 9; 3 5 7; 4 1 6"),
                (SHIFT_WRAPPED, "9 8 2; 7 3 5; 6 4 1"),
                (CONSTANT_NOT_FILLED, "8 8 8; 3 3 3; 4 4 4"),
            ],
        ),
        Shift(
            (3, 3),
            "6 4 9; 5 7 2; 3 8 1",
            4,
            -3,
            "3 3 3; 3 3 3; 3 3 3",
            {"fill_mode": "nearest"},
            mistakes=[
                (SHIFT_NOTHING, "6 4 9; 5 7 2; 3 8 1"),
                (SHIFT_WRAPPED, "9 6 4; 2 5 7; 1 3 8"),
                (CONSTANT_FOR_OTHER, "0 0 0; 0 0 0; 0 0 0"),
            ],
            also=["1 1 1; 1 1 1; 1 1 1", "6 6 6; 6 6 6; 6 6 6", "9 9 9; 9 9 9; 9 9 9"],
        ),
        Shift(
            (3, 3),
            "3 4 2; 8 5 1; 7 9 6",
            5,
            -4,
            "5 1 1; 4 2 2; 4 2 2",
            {"fill_mode": "reflect"},
            mistakes=[
                (SHIFT_NOTHING, "3 4 2; 8 5 1; 7 9 6"),
                (SHIFT_WRAPPED, "5 1 8; 9 6 7; 4 2 3"),
                (NEAREST_FOR_OTHER, "7 7 7; 7 7 7; 7 7 7"),
                (CONSTANT_FOR_OTHER, "0 0 0; 0 0 0; 0 0 0"),
            ],
            also=[
                "1 1 5; 6 6 9; 6 6 9",
                "2 2 4; 2 2 4; 1 1 5",
                "4 2 4; 5 1 5; 9 6 9",
                "4 3 3; 4 3 3; 5 8 8",
                "4 3 4; 5 8 5; 9 7 9",
                "5 8 8; 9 7 7; 9 7 7",
                "7 7 9; 7 7 9; 8 8 5",
                "8 5 1; 3 4 2; 8 5 1",
                "8 5 1; 7 9 6; 8 5 1",
                "8 8 5; 3 3 4; 3 3 4",
                "9 6 6; 9 6 6; 5 1 1",
            ],
        ),
        Shift(
            (3, 3),
            "9 3 1; 4 2 7; 8 5 6",
            -5,
            7,
            "6 8 5; 1 9 3; 7 4 2",
            {"fill_mode": "wrap"},
            mistakes=[
                (SHIFT_NOTHING, "9 3 1; 4 2 7; 8 5 6"),
                (NEAREST_FOR_OTHER, "1 1 1; 1 1 1; 1 1 1"),
                (CONSTANT_FOR_OTHER, "0 0 0; 0 0 0; 0 0 0"),
            ],
            also=["2 7 4; 5 6 8; 3 1 9", "5 6 8; 3 1 9; 2 7 4", "7 4 2; 6 8 5; 1 9 3"],
        ),
    ],
    "shift_image_shapes": [
        Shift(
            (3, 6),
            "13 6 4 15 14 12; 17 9 18 1 11 7; 10 2 5 8 16 3",
            4,
            -1,
            "17 17 17 17 17 9; 10 10 10 10 10 2; 10 10 10 10 10 2",
            {"fill_mode": "nearest"},
            mistakes=[
                (SHIFT_NOTHING, "13 6 4 15 14 12; 17 9 18 1 11 7; 10 2 5 8 16 3"),
                (SHIFT_WRAPPED, "18 1 11 7 17 9; 5 8 16 3 10 2; 4 15 14 12 13 6"),
                (CONSTANT_FOR_OTHER, "0 0 0 0 17 9; 0 0 0 0 10 2; 0 0 0 0 0 0"),
            ],
            also=[
                "10 10 2 5 8 16; 10 10 2 5 8 16; 10 10 2 5 8 16",
                "11 7 7 7 7 7; 16 3 3 3 3 3; 16 3 3 3 3 3",
                "13 13 13 13 13 6; 13 13 13 13 13 6; 17 17 17 17 17 9",
                "13 13 6 4 15 14; 13 13 6 4 15 14; 13 13 6 4 15 14",
                "14 12 12 12 12 12; 14 12 12 12 12 12; 11 7 7 7 7 7",
                "2 5 8 16 3 3; 2 5 8 16 3 3; 2 5 8 16 3 3",
                "6 4 15 14 12 12; 6 4 15 14 12 12; 6 4 15 14 12 12",
            ],
        ),
        Shift(
            (6, 3),
            "4 12 17; 10 11 16; 1 7 15; 14 9 6; 13 5 2; 3 8 18",
            -1,
            4,
            "7 15 1; 9 6 14; 5 2 13; 8 18 3; 12 17 4; 11 16 10",
            {"fill_mode": "wrap"},
            mistakes=[
                (SHIFT_NOTHING, "4 12 17; 10 11 16; 1 7 15; 14 9 6; 13 5 2; 3 8 18"),
                (NEAREST_FOR_OTHER, "12 17 17; 12 17 17; 12 17 17; 12 17 17; 12 17 17; 11 16 16"),
                (CONSTANT_FOR_OTHER, "0 0 0; 0 0 0; 0 0 0; 0 0 0; 12 17 0; 11 16 0"),
            ],
            also=[
                "11 16 10; 7 15 1; 9 6 14; 5 2 13; 8 18 3; 12 17 4",
                "15 1 7; 6 14 9; 2 13 5; 18 3 8; 17 4 12; 16 10 11",
                "16 10 11; 15 1 7; 6 14 9; 2 13 5; 18 3 8; 17 4 12",
                "18 3 8; 17 4 12; 16 10 11; 15 1 7; 6 14 9; 2 13 5",
                "2 13 5; 18 3 8; 17 4 12; 16 10 11; 15 1 7; 6 14 9",
                "5 2 13; 8 18 3; 12 17 4; 11 16 10; 7 15 1; 9 6 14",
                "8 18 3; 12 17 4; 11 16 10; 7 15 1; 9 6 14; 5 2 13",
            ],
        ),
        Shift(
            (3, 4, 2),
            "4 10 5 18 14 15 12 24; 6 3 17 13 23 16 1 11; 21 22 8 2 9 19 7 20",
            1,
            2,
            "0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0; 0 0 4 10 5 18 14 15",
            {"fill_mode": "constant"},
            mistakes=[
                (SHIFT_NOTHING, "4 10 5 18 14 15 12 24; 6 3 17 13 23 16 1 11; 21 22 8 2 9 19 7 20"),
                (SHIFT_WRAPPED, "1 11 6 3 17 13 23 16; 7 20 21 22 8 2 9 19; 12 24 4 10 5 18 14 15"),
                (CONSTANT_NOT_FILLED, "0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0; 4 10 4 10 5 18 14 15"),
                (CONSTANT_NOT_FILLED, "0 0 4 10 5 18 14 15; 0 0 4 10 5 18 14 15; 0 0 4 10 5 18 14 15"),
                (CONSTANT_NOT_FILLED, "4 10 4 10 5 18 14 15; 4 10 4 10 5 18 14 15; 4 10 4 10 5 18 14 15"),
                (SHIFT_CHANNELS, "0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0; 0 0 10 4 18 5 15 14"),
            ],
            also=[
                "0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0; 5 18 14 15 12 24 0 0",
                "0 0 0 0 0 0 0 0; 0 0 0 0 4 10 5 18; 0 0 0 0 6 3 17 13",
                "0 0 0 0 0 0 0 0; 14 15 12 24 0 0 0 0; 23 16 1 11 0 0 0 0",
                "0 0 0 0 6 3 17 13; 0 0 0 0 21 22 8 2; 0 0 0 0 0 0 0 0",
                "0 0 21 22 8 2 9 19; 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0",
                "23 16 1 11 0 0 0 0; 9 19 7 20 0 0 0 0; 0 0 0 0 0 0 0 0",
                "8 2 9 19 7 20 0 0; 0 0 0 0 0 0 0 0; 0 0 0 0 0 0 0 0",
            ],
        ),
    ],
    "shift_image_new_array": [
        Shift(
            (3, 3),
            "1 7 3; 2 8 9; 4 5 6",
            1,
            1,
            "0 0 0; 0 1 7; 0 2 8",
            {"fill_mode": "constant"},
            mistakes=[
                (SHIFT_NOTHING, "1 7 3; 2 8 9; 4 5 6"),
                (SHIFT_WRAPPED, "6 4 5; 3 1 7; 9 2 8"),
                (CONSTANT_NOT_FILLED, "0 0 0; 1 1 7; 2 2 8"),
                (CONSTANT_NOT_FILLED, "0 1 7; 0 1 7; 0 2 8"),
                (CONSTANT_NOT_FILLED, "1 1 7; 1 1 7; 2 2 8"),
            ],
            also=["0 0 0; 7 3 0; 8 9 0", "0 2 8; 0 4 5; 0 0 0", "8 9 0; 5 6 0; 0 0 0"],
        ),
    ],
    "shift_image_together": [
        Shift(
            (9, 12),
            (
                "8 10 31 20 47 39 33 62 41 51 54 80; 12 24 33 31 51 44 37 52 69 58 58 78; 26 32 44 43 "
                "51 49 65 68 67 60 93 97; 32 32 47 49 46 62 79 75 87 80 71 96; 52 38 56 51 68 55 68 "
                "87 88 91 86 101; 36 46 58 73 68 63 89 91 102 81 103 117; 70 73 65 86 67 81 83 94 107 "
                "109 109 101; 64 57 82 76 74 75 83 103 111 114 99 132; 58 88 81 75 78 102 86 119 111 "
                "129 121 119"
            ),
            3,
            -2,
            (
                "44 32 26 26 32 44 43 51 49 65 68 67; 47 32 32 32 32 47 49 46 62 79 75 87; 56 38 52 "
                "52 38 56 51 68 55 68 87 88; 58 46 36 36 46 58 73 68 63 89 91 102; 65 73 70 70 73 65 "
                "86 67 81 83 94 107; 82 57 64 64 57 82 76 74 75 83 103 111; 81 88 58 58 88 81 75 78 "
                "102 86 119 111; 81 88 58 58 88 81 75 78 102 86 119 111; 82 57 64 64 57 82 76 74 75 "
                "83 103 111"
            ),
            {"fill_mode": "reflect"},
            mistakes=[
                (
                    SHIFT_OPPOSITE,
                    (
                        "31 51 44 37 52 69 58 58 78 78 58 58; 20 47 39 33 62 41 51 54 80 80 54 51; 20 47 39 "
                        "33 62 41 51 54 80 80 54 51; 31 51 44 37 52 69 58 58 78 78 58 58; 43 51 49 65 68 67 "
                        "60 93 97 97 93 60; 49 46 62 79 75 87 80 71 96 96 71 80; 51 68 55 68 87 88 91 86 101 "
                        "101 86 91; 73 68 63 89 91 102 81 103 117 117 103 81; 86 67 81 83 94 107 109 109 101 "
                        "101 109 109"
                    ),
                ),
                (
                    EDGE_NOT_REPEATED,
                    (
                        "43 44 32 26 32 44 43 51 49 65 68 67; 49 47 32 32 32 47 49 46 62 79 75 87; 51 56 38 "
                        "52 38 56 51 68 55 68 87 88; 73 58 46 36 46 58 73 68 63 89 91 102; 86 65 73 70 73 65 "
                        "86 67 81 83 94 107; 76 82 57 64 57 82 76 74 75 83 103 111; 75 81 88 58 88 81 75 78 "
                        "102 86 119 111; 76 82 57 64 57 82 76 74 75 83 103 111; 86 65 73 70 73 65 86 67 81 83 "
                        "94 107"
                    ),
                ),
            ],
            picture="A shift by (3, -2), reflect",
        ),
        Shift(
            (2, 3, 2),
            "7 5 4 3 12 6; 8 9 1 10 2 11",
            -4,
            1,
            "1 10 2 11 8 9; 4 3 12 6 7 5",
            {"fill_mode": "wrap"},
            mistakes=[
                (SHIFT_OPPOSITE, "2 11 8 9 1 10; 12 6 7 5 4 3"),
                (SHIFT_SWAPPED, "12 6 7 5 4 3; 2 11 8 9 1 10"),
            ],
        ),
        Shift(
            (3, 2),
            "5 4; 3 6; 2 1",
            1,
            -1,
            "7 3; 7 2; 7 7",
            {"fill_mode": "constant", "cval": 7},
            mistakes=[
                (SHIFT_OPPOSITE, "7 7; 4 7; 6 7"),
                (SHIFT_SWAPPED, "7 7; 7 5; 7 3"),
                (SHIFT_WRAPPED, "6 3; 1 2; 4 5"),
            ],
        ),
    ],
}
"""For each check its cases; tests hold the numbers right. `also` are answers that another check judges."""
