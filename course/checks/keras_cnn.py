"""Public checks of 03_keras_cnn: small cases, written out, and what is asked of each model."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from functools import cache
from typing import Any

import numpy as np

from course.checking import Answer, Attempt, Mistake, public
from course.checking_keras import (
    LOSS_FROM_LOGITS,
    LOSS_TAKES_PROBABILITIES,
    MAX_ELEMENTS,
    Judged,
    conv,
    dense,
    judge,
    loss_of,
    passes_of,
)

# ---------------------------------------------------------------------------------------
# Mistakes that have a name
# ---------------------------------------------------------------------------------------

NOT_SCALED = Mistake(
    "not-scaled",
    "these are still the bytes, 0 to 255: divide by 255, so that they lie between 0 and 1.",
)
SCALED_BY_256 = Mistake(
    "scaled-by-256",
    "white became 0.996: the largest byte is 255, so divide by 255 and not by 256.",
)
SCALED_BY_MAXIMUM = Mistake(
    "scaled-by-maximum",
    "the images were divided by their own maximum: then the same grey means something else in every batch, and in "
    "training and test. Divide by 255, whatever the images hold.",
)
INTEGER_DIVISION = Mistake(
    "integer-division",
    "nearly everything became 0: // cuts the fractions off, and an integer type cannot hold them. Use /.",
)
CENTRED = Mistake(
    "centred",
    "the values run from -1 to 1: here 0 to 1 is asked for.",
)
HALF_PRECISION = Mistake(
    "half-precision",
    "float16 keeps three digits only, too few for training: take float32, or leave the type to NumPy.",
)
CHANNEL_AXIS_MISSING = Mistake(
    "channel-axis-missing",
    "the axis of the channels is missing: Conv2D wants (N, 28, 28, 1), also where there is a single channel.",
)
CHANNELS_FIRST = Mistake(
    "channels-first",
    "the channel stands before the rows: in Keras it is the last axis, (N, 28, 28, 1).",
)
FLATTENED = Mistake(
    "flattened",
    "each image became one long row: a convolution needs its rows and columns, (N, 28, 28, 1).",
)
BATCH_AXIS = Mistake(
    "batch-axis",
    "a batch of a single image is still a batch: its first axis has the length 1.",
)
IMAGE_SHAPE = Mistake(
    "image-shape",
    "the result has another shape than (N, 28, 28, 1), or its pixels are not in the places that they had: print the "
    "shape, and look at an image.",
)

LABELS_RETURNED = Mistake(
    "labels-returned",
    "these are the labels themselves: each becomes a row with a single 1.",
)
TRANSPOSED = Mistake(
    "transposed",
    "rows and columns have changed places: an image is a row, a class is a column.",
)
COUNTED_FROM_ONE = Mistake(
    "counted-from-one",
    "every 1 stands one column off: class 0 is the first column.",
)
CLASSES_FROM_LABELS = Mistake(
    "classes-from-labels",
    "the number of columns was taken from the labels that occur. A small batch need not hold every class: make as "
    "many columns as `classes` says.",
)

NOT_SIX_NUMBERS = Mistake(
    "not-six-numbers",
    "return six whole numbers in a list, in the order that the exercise names: a side of the (square) maps is one "
    "number, and a sum that is asked for is the last.",
)
NOT_THREE_NUMBERS = Mistake(
    "not-three-numbers",
    "return three whole numbers in a list, in the order that the docstring gives.",
)
SIZE_KEPT = Mistake(
    "size-kept",
    "a convolution kept the size: without padding a 3x3 kernel cannot stand on the border.",
)
WHOLE_KERNEL_LOST = Mistake(
    "whole-kernel-lost",
    "a kernel of 3 has n - 3 + 1 places along a side of n: the + 1 is missing.",
)
ONE_PIXEL_LOST = Mistake(
    "one-pixel-lost",
    "a 3x3 kernel loses one pixel at each of two opposite sides, not one in all.",
)
CONV_SIZE = Mistake(
    "conv-size",
    "a size after a convolution does not follow from the one before: n - 3 + 1.",
)
POOL_ROUNDED_UP = Mistake(
    "pool-rounded-up",
    "an odd side was rounded up: windows of 2 cover 11 pixels five times, and the last pixel is left out.",
)
POOL_SIZE = Mistake(
    "pool-size",
    "a size after pooling does not follow from the one before: half of it, rounded down.",
)
MAPS_FORGOTTEN = Mistake(
    "maps-forgotten",
    "this is one map only: Flatten puts the values of all 64 maps into one row.",
)
SIDE_NOT_AREA = Mistake(
    "side-not-area",
    "the side was counted, not the area: a map has side times side values.",
)
FLAT_LENGTH = Mistake(
    "flat-length",
    "the length after Flatten does not follow from the last maps: side times side times 64.",
)

BIAS_FORGOTTEN = Mistake(
    "bias-forgotten",
    "the biases are missing: each filter, and each unit, has one.",
)
CHANNELS_FORGOTTEN = Mistake(
    "channels-forgotten",
    "a filter of a later layer looks at all maps before it: 3 * 3 weights for each of its 32 or 64 input channels.",
)
BIAS_PER_CHANNEL = Mistake(
    "bias-per-channel",
    "the biases were counted once for each input channel: a filter has a single bias.",
)
CONV_COUNT = Mistake(
    "conv-count",
    "a count of a convolution is not right: (3 * 3 * channels in + 1) * filters.",
)
DENSE_COUNT = Mistake(
    "dense-count",
    "a count of a dense layer is not right: (values in + 1) * units.",
)
TOTAL_COUNT = Mistake(
    "total-count",
    "the last number is not the sum of the five before it.",
)
POOLS_FORGOTTEN = Mistake(
    "pools-forgotten",
    "the pooling is missing: each of them halves height and width before Flatten.",
)
VALID_ASSUMED = Mistake(
    "valid-assumed",
    "these numbers belong to convolutions without padding: here they keep the size.",
)
COUNT_OTHER = Mistake(
    "count",
    "a number is not right: go through the layers one by one, with the shape that each of them gets.",
)

LOG_TWO = Mistake(
    "log-of-base-2", "this is the logarithm to base 2: crossentropy takes the natural one, np.log."
)
LOG_TEN = Mistake(
    "log-of-base-10", "this is the logarithm to base 10: crossentropy takes the natural one, np.log."
)
PROBABILITY_NOT_LOSS = Mistake(
    "probability-not-loss",
    "this is the probability of the right class: the loss is minus its logarithm.",
)
SIGN_FORGOTTEN = Mistake(
    "sign-forgotten", "the sign is missing: a loss is not negative, -log(p) for a p below 1."
)
ONE_SHARE = Mistake(
    "one-share",
    "this is one class's share of a sum over all classes: only the right class counts, -log of the probability that "
    "it gets.",
)
TEN_ASSUMED = Mistake("ten-assumed", "this is the answer for ten classes: use the number that is given.")

NOT_MEMORISED = Mistake(
    "not-memorised",
    "the model that came back does not know the images it was trained on: does `fit` get all `epochs`, and is it "
    "this model that you return?",
)
TRAINED_ON_ALL = Mistake(
    "trained-on-all",
    "the model was trained on more than the first `count` images: cut images and labels before you call fit.",
)
HELD_BACK = Mistake(
    "held-back",
    "the model does not know some of the images: `validation_split` would hold them back from training.",
)

FROM_ZERO = Mistake("epoch-from-zero", "np.argmin counts from 0, and epochs count from 1.")
TRAINING_LOSS = Mistake(
    "training-loss",
    "this is the best epoch for the images that the network was trained on: look at val_loss.",
)
HIGHEST_LOSS = Mistake(
    "highest-loss", "this is the epoch with the highest validation loss: a low loss is good."
)
HIGHEST_ACCURACY = Mistake(
    "highest-accuracy",
    "this is the epoch with the highest validation accuracy: the exercise asks for the lowest validation loss.",
)
LAST_OF_EQUALS = Mistake("last-of-equals", "where two epochs are equally good, name the first.")
LOSS_NOT_EPOCH = Mistake("loss-not-epoch", "this is the loss itself: return the number of its epoch.")

LABELS_SWAPPED = Mistake(
    "labels-swapped",
    "forests come as 1 and mountains as 0: forest must be 0 and mountain 1, as the alphabet has it.",
)
LABELS_WRONG = Mistake(
    "labels-wrong",
    "labels and photos do not belong together: what was shuffled, and was it shuffled as pairs?",
)
LABELS_ONE_HOT = Mistake(
    "labels-one-hot",
    'the labels come one-hot: for a single sigmoid they must be one number a photo, label_mode="binary" or "int".',
)
BATCH_SIZE_OTHER = Mistake("batch-size", "the batches have another size than `batch_size` says.")
NOT_BATCHED = Mistake("not-batched", "photos come one by one: the dataset must give batches.")
PHOTO_SIZE = Mistake(
    "photo-size",
    "the photos have another shape than (size, size, 3): look at the arguments image_size and color_mode.",
)
PHOTOS_SCALED = Mistake(
    "photos-scaled",
    "the photos come between 0 and 1: leave them as bytes, 0 to 255, because the model scales them itself.",
)
NOT_A_DATASET = Mistake(
    "not-a-dataset",
    "return two datasets, (train, validation), as keras.utils.image_dataset_from_directory makes them.",
)
PARTS_OVERLAP = Mistake(
    "parts-overlap",
    "some photos are in both parts, so that validation would ask for what was learned by heart. Both parts need the "
    'same validation_split and the same seed; subset="both" makes them in one call.',
)
TEST_FOLDER_USED = Mistake(
    "test-folder-used",
    "photos of the folder `test` are among them: split the folder `train`, and leave `test` for the very end.",
)
PARTS_INCOMPLETE = Mistake(
    "parts-incomplete",
    "some photos of the folder `train` are in neither part, or come twice.",
)
PART_SIZES = Mistake(
    "part-sizes",
    "the validation part should be a fifth of the photos: validation_split=0.2; and train comes first, validation "
    "second.",
)
ONE_CLASS_VALIDATION = Mistake(
    "one-class-validation",
    "one part holds a single class: without shuffling, the last fifth of the files are all mountains.",
)
UNSHUFFLED = Mistake(
    "unshuffled",
    "the training photos come class by class: leave the shuffling on, so that each batch holds both.",
)

COUNTED_ONCE = Mistake(
    "counted-once",
    "a pair that occurs several times was counted once: matrix[labels, predictions] += 1 adds to each cell only "
    "once. Loop over the pairs, or use np.add.at.",
)
ROWS_AND_COLUMNS = Mistake(
    "rows-and-columns",
    "rows and columns have changed places: a row is the true class, a column the predicted one.",
)
SHARES_NOT_COUNTS = Mistake("shares-not-counts", "these are shares: return the counts.")
ONLY_HITS = Mistake(
    "only-hits", "only right answers were counted: each wrong one has its place off the diagonal."
)

TWO_PASSES = Mistake(
    "two-passes",
    "labels and scores do not belong together: each pass over the shuffled dataset comes in another order. Take "
    "images and labels of a batch in the same pass.",
)
NOT_EACH_ONCE = Mistake(
    "not-each-once", "not every image comes exactly once: collect all batches, the last one too."
)

RIGHT_ONES_TOO = Mistake(
    "right-ones-too",
    "images that were recognised are among them: keep only those where the most probable class is not the label.",
)
MILDEST_FIRST = Mistake(
    "mildest-first",
    "the least certain mistakes come first: sort the other way round, np.argsort sorts upwards.",
)
PLACES_AMONG_MISTAKES = Mistake(
    "places-among-mistakes",
    "these are places in the list of mistakes: turn them back into places in the whole list, wrong[order].",
)
BY_TRUE_CLASS = Mistake(
    "by-true-class",
    "the mistakes are sorted by the probability of the true class: sort by that of the class that was chosen.",
)
COUNT_IGNORED = Mistake("count-ignored", "more places came back than `count` asks for.")

TEN_OUTPUTS = Mistake(
    "ten-outputs",
    "there are outputs for classes that do not exist: two classes need one unit with a sigmoid (or two with softmax).",
)
LOSS_TWO_CLASSES = Mistake(
    "loss-for-two-classes",
    "loss and output do not fit: one unit with a sigmoid takes binary_crossentropy, two with softmax take "
    "sparse_categorical_crossentropy.",
)
PAIRS_BROKEN = Mistake(
    "pairs-broken",
    "images and labels were shuffled apart: draw one order, and use it for both.",
)
NOT_SHUFFLED = Mistake("not-shuffled", "the order is still the old one.")
SOME_LOST = Mistake(
    "some-lost",
    "some images are missing or come twice: an order must hold every place once, as rng.permutation makes it.",
)
TEST_IN_TRAINING = Mistake(
    "test-in-training",
    "images of the test part are in the training part too: what is chosen for the test must be left out of training.",
)
TEST_PART_SIZE = Mistake("test-part-size", "the test part should have round(fraction * N) images.")
NO_NEXT = Mistake(
    "no-next",
    "an iterator has no method `next`: next is a function of Python's own, next(iterator).",
)
IN_SECOND_BATCH = Mistake("second-batch", "this is not the first batch.")
BATCH_SHUFFLED = Mistake(
    "batch-shuffled",
    "these are images of the first batch or of later ones in another order: leave shuffle=False as it was.",
)
SEED_IGNORED = Mistake(
    "seed-ignored",
    "the seed does not decide: the same seed has to give the same order each time, and another seed another one. "
    "Draw from np.random.default_rng(seed).",
)

SIGN_TURNED = Mistake(
    "sign-turned",
    "the sign is turned: the map holds the probability before minus the probability after, so that what matters is "
    "positive.",
)
PROBABILITY_NOT_DROP = Mistake(
    "probability-not-drop",
    "these are the probabilities with a covered patch: return how far each is below that of the whole image.",
)
PATCHES_ADD_UP = Mistake(
    "patches-add-up",
    "patches that were covered stay covered: begin with a fresh copy of the image for every patch.",
)
OTHER_LABEL = Mistake("other-label", "the map belongs to another class than `label`.")
MAP_TURNED = Mistake("map-turned", "rows and columns of the map have changed places.")


# ---------------------------------------------------------------------------------------
# What public and hidden checks share
# ---------------------------------------------------------------------------------------


def expect(answer: Answer, condition: bool, mistake: Mistake, wanted: str, got: str | None = None) -> Answer:
    """Expect a condition; where it does not hold, the mistake is named."""
    return answer.satisfies(condition, wanted=wanted, cause=mistake.message, mistake=mistake.name, got=got)


def reshaped(answer: Answer, shape: tuple[int, ...]) -> Answer:
    """The same answer with its numbers in this shape, where there are as many: shapes are judged elsewhere."""
    other = Answer(answer.called, answer.arguments, answer.before)
    other.value, other.error = answer.value, answer.error
    try:
        numbers = np.asarray(answer.value)
        if answer.error is None and numbers.dtype.kind in "biuf" and numbers.size == np.prod(shape):
            other.value = numbers.reshape(shape)
    except (TypeError, ValueError):
        pass
    return other


def prepared_shape(answer: Answer, wanted: np.ndarray, scalings: Sequence[np.ndarray]) -> Answer:
    """Expect exactly the shape of `wanted` and its numbers, whatever way they were scaled."""
    reshaped(answer, wanted.shape).equals(wanted, also=scalings, otherwise=IMAGE_SHAPE.message)
    count, got = len(wanted), np.shape(answer.value)
    mistake = {
        (count, 28, 28): CHANNEL_AXIS_MISSING,
        (28, 28, 1): BATCH_AXIS,
        (28, 28): BATCH_AXIS,
        (count, 1, 28, 28): CHANNELS_FIRST,
        (count, 784): FLATTENED,
        (784,): FLATTENED,
    }.get(got, IMAGE_SHAPE)
    return expect(answer, got == wanted.shape, mistake, f"shape {wanted.shape}", f"an array of shape {got}")


def prepared_new(answer: Answer, wanted: np.ndarray, scalings: Sequence[np.ndarray]) -> Answer:
    """Expect a NumPy array with the right numbers, whatever way they were scaled, and the bytes left alone."""
    reshaped(answer, wanted.shape).equals(wanted, also=scalings)
    return answer.is_array().leaves_inputs()


def whole_numbers(answer: Answer, count: int, mistake: Mistake) -> list[int]:
    """Expect so many whole numbers above 0; a whole float passes."""
    answer._answered()
    try:
        array = np.asarray(answer.value, dtype=float).ravel()
    except (TypeError, ValueError):
        array = np.zeros(0)
    fine = array.size == count and bool(np.isfinite(array).all() and (array == np.floor(array)).all())
    expect(answer, fine and bool((array > 0).all()), mistake, f"{count} whole numbers above 0")
    return [int(number) for number in array]


DIGITS = (conv(32, 3), conv(64, 3), conv(64, 3), dense(64), dense(10))
OBJECTS = (conv(32, 3), conv(64, 3), conv(64, 3), dense(128), dense(10))
SCENES = (conv(32, 3), conv(64, 3), conv(64, 3), dense(128), dense(1))


def digits_model(answer: Answer) -> Judged:
    """The answer to build_digits_cnn, as a model."""
    return judge(answer, (28, 28, 1))


def objects_model(answer: Answer) -> Judged:
    """The answer to build_objects_cnn, as a model."""
    return judge(answer, (32, 32, 3))


def two_class_judged(answer: Answer) -> None:
    """Expect a model with an output and a loss for two classes: both lawful ways pass."""
    judged = judge(answer, (32, 32, 3))
    wanted = "one unit with a sigmoid and binary_crossentropy"
    units, (loss, from_logits) = judged.outputs.shape[-1], loss_of(judged.model)
    judged.expect(bool(judged.weights), TEN_OUTPUTS, wanted)
    judged.expect(judged.outputs.ndim == 2 and units in (1, 2), TEN_OUTPUTS, wanted)
    last = judged.activations()[-1]
    if last != "linear":
        judged.ends_in("sigmoid" if units == 1 else "softmax", units)
    fitting = "binary_crossentropy" if units == 1 else "sparse_categorical_crossentropy"
    got = f"{units} output{'s' if units != 1 else ''} with {last} and the loss {loss or 'none'}"
    judged.expect(loss == fitting, LOSS_TWO_CLASSES, wanted, got)
    judged.loss_fits_output()
    judged.expect(last != "linear" or from_logits, LOSS_TAKES_PROBABILITIES, wanted, got)


def logits_judged(answer: Answer) -> None:
    """Expect scores with from_logits=True, or probabilities without."""
    judged = judge(answer, (28, 28, 1))
    wanted = "softmax once: in the last layer, or by from_logits=True in the loss"
    judged.expect(judged.outputs.shape[1:] == (10,), LOSS_TAKES_PROBABILITIES, wanted)
    judged.expect(bool(judged.weights), LOSS_TAKES_PROBABILITIES, wanted)
    last, (loss, from_logits) = judged.activations()[-1], loss_of(judged.model)
    got = f"outputs with {last} and the loss {loss or 'none'}" + (
        " with from_logits=True" if from_logits else ""
    )
    if last == "linear":
        judged.has_loss("sparse_categorical_crossentropy")
        judged.expect(from_logits, LOSS_TAKES_PROBABILITIES, wanted, got)
    else:
        judged.expect(not (last == "softmax" and from_logits), LOSS_FROM_LOGITS, wanted, got)
        judged.ends_in("softmax", 10).has_loss("sparse_categorical_crossentropy")


def knows(answer: Answer, images: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The probability that the returned model gives each of these labels."""
    judged = judge(answer, images.shape[1:])
    probabilities = np.asarray(judged.model(images.astype(np.float32), training=False), float)
    fine = probabilities.ndim == 2 and probabilities.shape[1] > labels.max()
    judged.expect(fine, NOT_MEMORISED, "the model that was given")
    return probabilities[np.arange(len(labels)), labels]


def memorised(answer: Answer, images: np.ndarray, labels: np.ndarray) -> None:
    """Expect a model that is sure of each of these images."""
    right = knows(answer, images, labels)
    got = f"the right classes get {np.array2string(right, precision=2)}"
    mistake = HELD_BACK if right.max() > 0.8 else NOT_MEMORISED
    expect(answer, bool(right.min() > 0.8), mistake, "a model that knows every image", got)


def memorised_first(answer: Answer, images: np.ndarray, labels: np.ndarray, others: np.ndarray) -> None:
    """Expect a model that learned these labels, and not the `others` that the same images have further on."""
    right, wrong = knows(answer, images, labels), knows(answer, images, others)
    got = f"the labels get {right.mean():.2f} on average, those of later images {wrong.mean():.2f}"
    expect(answer, bool(right.mean() > wrong.mean() + 0.1), TRAINED_ON_ALL, "the first images learned", got)


# -- scenes -----------------------------------------------------------------------------

_BLOCKS = 8


def _signature(images: np.ndarray) -> np.ndarray:
    """A few numbers that tell photos apart whatever their size: the means of 8x8 blocks, (N, 192)."""
    count, height, width = images.shape[:3]
    rows = np.linspace(0, height, _BLOCKS + 1).astype(int)
    columns = np.linspace(0, width, _BLOCKS + 1).astype(int)
    sums = np.add.reduceat(np.add.reduceat(images.astype(float), rows[:-1], axis=1), columns[:-1], axis=2)
    areas = np.outer(np.diff(rows), np.diff(columns))[None, :, :, None]
    return (sums / areas).reshape(count, -1)


_LUMINANCE = np.array([0.299, 0.587, 0.114])


@cache
def known_photos() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signatures of all photos (N, 192), whether each is a mountain, and whether it is in the folder `train`."""
    from PIL import Image

    from course.data import scenes_folder

    with redirect_stdout(io.StringIO()):  # the learner has read the loader's line already
        folder = scenes_folder()
    signatures, mountains, training = [], [], []
    for part in ("train", "test"):
        for number, name in enumerate(("forest", "mountain")):
            for path in sorted((folder / part / name).iterdir()):
                if path.suffix.lower() not in (".jpg", ".jpeg", ".png", ".bmp", ".gif"):
                    continue
                with Image.open(path) as photo:
                    small = photo.convert("RGB").resize((64, 64), Image.Resampling.BOX)
                signatures.append(_signature(np.asarray(small)[None])[0])
                mountains.append(number)
                training.append(part == "train")
    return np.array(signatures), np.array(mountains), np.array(training)


class Photos:
    """What two datasets of scenes gave in one pass: images, labels, and which file each image is."""

    def __init__(self, answer: Answer):
        answer._answered()
        value = answer.value
        pair = isinstance(value, (tuple, list)) and len(value) == 2
        expect(answer, pair, NOT_A_DATASET, "two datasets, (train, validation)")
        self.answer = answer
        self.parts: list[list[Any]] = []
        for part in value:
            try:
                elements = passes_of(part)[0]
            except (TypeError, ValueError):
                elements = []
            fine = bool(elements) and all(isinstance(each, tuple) and len(each) == 2 for each in elements)
            expect(answer, fine, NOT_A_DATASET, "two datasets of (photos, labels)")
            batched = np.ndim(elements[0][0]) == 4
            expect(answer, batched, NOT_BATCHED, "batches", f"an element of shape {np.shape(elements[0][0])}")
            self.parts.append(elements)
        self.whole = all(len(elements) < MAX_ELEMENTS for elements in self.parts)

    def images(self, part: int) -> np.ndarray:
        """(N, H, W, channels), as bytes even where they were scaled."""
        images = np.concatenate([np.asarray(batch[0], float) for batch in self.parts[part]])
        return images * 255 if images.max() <= 1.5 else images

    def labels(self, part: int) -> np.ndarray:
        """(N,), also of labels that are one-hot."""
        labels = np.concatenate([np.asarray(batch[1], float) for batch in self.parts[part]])
        if labels.ndim == 2 and labels.shape[1] == 2:
            return labels.argmax(axis=1)
        return labels.reshape(len(labels), -1)[:, 0]

    def files(self, part: int) -> np.ndarray:
        """For each image the number of the file that it comes from."""
        signatures, mine = known_photos()[0], _signature(self.images(part))
        if mine.shape[1] != signatures.shape[1]:
            # Photos made grey are the same photos: only the check of the batches minds.
            signatures = signatures.reshape(len(signatures), -1, 3) @ _LUMINANCE
        squares = (mine**2).sum(axis=1)[:, None] + (signatures**2).sum(axis=1)[None]
        return (squares - 2 * mine @ signatures.T).argmin(axis=1)


def scenes_labelled(answer: Answer) -> None:
    """Expect forest 0 and mountain 1 in both parts."""
    photos, mountains = Photos(answer), known_photos()[1]
    wanted = "forest 0, mountain 1"
    for part in (0, 1):
        labels, truth = photos.labels(part), mountains[photos.files(part)]
        right = float((labels == truth).mean())
        got = f"{right:.0%} of the labels are right"
        expect(answer, right > 0.02, LABELS_SWAPPED, wanted, got)
        expect(answer, right == 1, LABELS_WRONG, wanted, got)


def scenes_batched(answer: Answer, size: int, batch_size: int) -> None:
    """Expect batches of photos of this size in bytes, with one label each."""
    photos = Photos(answer)
    for elements in photos.parts:
        images, labels = (np.asarray(item) for item in elements[0])
        shape = f"batches of shape {(batch_size, size, size, 3)}"
        got = f"photos of shape {images.shape}, labels of shape {labels.shape}"
        expect(answer, images.shape[1:] == (size, size, 3), PHOTO_SIZE, shape, got)
        sizes = {len(batch[0]) for batch in elements[:-1]} or {len(images)}
        expect(answer, sizes == {batch_size}, BATCH_SIZE_OTHER, shape, got)
        single = labels.shape in ((len(images),), (len(images), 1))
        expect(answer, single, LABELS_ONE_HOT, "one label a photo", got)
        expect(answer, float(np.max(images)) > 1.5, PHOTOS_SCALED, "values from 0 to 255")


def scenes_split(answer: Answer) -> None:
    """Expect the photos of the folder `train`, each in one of the two parts, and both classes in both."""
    photos, (_, mountains, training) = Photos(answer), known_photos()
    train, validation = photos.files(0), photos.files(1)
    both = np.concatenate([train, validation])
    wanted = "each photo of the folder `train` in one of the two parts"
    got = f"{len(train)} photos for training and {len(validation)} for validation"
    expect(answer, bool(training[both].all()), TEST_FOLDER_USED, wanted, got)
    overlap = len(set(train) & set(validation))
    expect(answer, overlap == 0, PARTS_OVERLAP, wanted, f"{got}, {overlap} in both")
    once = len(set(both)) == len(both) and (len(both) == training.sum() or not photos.whole)
    expect(answer, once, PARTS_INCOMPLETE, wanted, got)
    for part in (train, validation):
        expect(answer, len(set(mountains[part])) == 2, ONE_CLASS_VALIDATION, "both classes in both parts")
    if photos.whole:
        fifth = 0.17 * len(both) < len(validation) < 0.23 * len(both)
        expect(answer, fifth, PART_SIZES, "a fifth for validation", got)
    first = mountains[train[: len(train) // 3]]
    expect(answer, len(set(first)) == 2, UNSHUFFLED, "both classes among the first photos")


# -- pairs of images and labels -----------------------------------------------------------


def numbered(count: int, shape: tuple[int, ...] = (2, 3)) -> tuple[np.ndarray, np.ndarray]:
    """Images that tell their own number in their first value, and labels that follow from it.

    Returns
    -------
    images : numpy.ndarray
        (count, *shape), floats; image i holds i + 1 in its first place.
    labels : numpy.ndarray
        (count,), whole numbers; image i has 7 i modulo 10.
    """
    images = np.zeros((count, *shape))
    images.reshape(count, -1)[:, 0] = np.arange(1, count + 1)
    return images, np.arange(count) * 7 % 10


def label_of(numbers: np.ndarray) -> np.ndarray:
    """The labels that belong to numbered images."""
    return (np.asarray(numbers).astype(int) - 1) * 7 % 10


def arrays_of(answer: Answer, value: Any, wanted: str) -> tuple[np.ndarray, np.ndarray]:
    """Expect (images, labels); the images' own numbers (N,) and the labels (N,)."""
    pair = isinstance(value, (tuple, list)) and len(value) == 2
    try:
        images, labels = (np.asarray(item, float) for item in value) if pair else (None, None)
    except (TypeError, ValueError):
        pair = False
    fine = pair and images.ndim > 1 and labels.ndim > 0 and len(images) == len(labels) == labels.size
    expect(answer, fine, WRONG_PAIR, wanted)
    return images.reshape(len(images), -1)[:, 0] if images.size else np.zeros(0), labels.ravel()


WRONG_PAIR = Mistake(
    "wrong-pair", "the function has to return images and labels, in the order of its docstring."
)


def shuffled_well(answer: Answer, count: int) -> None:
    """Expect numbered images in another order, each with its own label, and the given arrays as they were."""
    answer._answered()
    numbers, labels = arrays_of(answer, answer.value, "(images, labels)")
    complete = sorted(numbers.astype(int)) == list(range(1, count + 1))
    expect(answer, complete, SOME_LOST, "every image once")
    moved = numbers.astype(int).tolist() != list(range(1, count + 1))
    expect(answer, bool((label_of(numbers) == labels).all()), PAIRS_BROKEN, "each image with its label")
    expect(answer, moved, NOT_SHUFFLED, "another order")
    answer.leaves_inputs()


def seed_decides(attempt: Attempt, *given: Any) -> None:
    """Expect the same result from the same seed, which comes last, and another from another."""
    answers = [attempt(*given, seed) for seed in (5, 5, 6)]
    for answer in answers:
        answer._answered()
    try:
        first, again, other = (_flat(answer.value) for answer in answers)
    except (TypeError, ValueError):
        expect(answers[0], False, WRONG_PAIR, "images and labels")
    wanted = "the same seed the same order, another seed another"
    expect(answers[1], np.array_equal(first, again), SEED_IGNORED, wanted, "two orders from one seed")
    expect(answers[2], not np.array_equal(first, other), SEED_IGNORED, wanted, "one order from two seeds")


def _flat(value: Any) -> np.ndarray:
    """All numbers of arrays, or of tuples of arrays, in a row."""
    if isinstance(value, (tuple, list)):
        return np.concatenate([np.zeros(0), *map(_flat, value)])
    return np.asarray(value, float).ravel()


def held_out_well(answer: Answer, count: int, tests: int) -> None:
    """Expect numbered images split into two parts without common ones."""
    answer._answered()
    value, wanted = answer.value, "((x_train, y_train), (x_test, y_test))"
    if isinstance(value, (tuple, list)) and len(value) == 4:
        value = (value[:2], value[2:])
    expect(answer, isinstance(value, (tuple, list)) and len(value) == 2, WRONG_PAIR, wanted)
    (train, train_labels), (test, test_labels) = (arrays_of(answer, part, wanted) for part in value)
    got = f"{len(train)} images for training and {len(test)} for the test"
    common = set(train.astype(int)) & set(test.astype(int))
    expect(answer, not common, TEST_IN_TRAINING, "no image in both parts", f"{got}, {len(common)} in both")
    both = sorted([*train.astype(int), *test.astype(int)])
    expect(answer, both == list(range(1, count + 1)), SOME_LOST, "every image in one of the parts", got)
    expect(answer, len(test) == tests, TEST_PART_SIZE, f"{tests} images for the test", got)
    kept = (label_of(train) == train_labels).all() and (label_of(test) == test_labels).all()
    expect(answer, bool(kept), PAIRS_BROKEN, "each image with its label")


def truth_and_scores_paired(answer: Answer, count: int) -> None:
    """Expect labels and scores of numbered images in one common order; a score is its image's number."""
    answer._answered()
    truth, scores = answer.part(0, 2).value, answer.part(1, 2).value
    try:
        truth, scores = np.asarray(truth, float).ravel(), np.asarray(scores, float).ravel()
    except (TypeError, ValueError):
        truth = scores = np.zeros(0)
    got = f"{len(truth)} labels and {len(scores)} scores"
    each = sorted(np.rint(scores).astype(int)) == list(range(1, count + 1)) and len(truth) == count
    expect(answer, each, NOT_EACH_ONCE, f"{count} labels and {count} scores", got)
    paired = float((label_of(np.rint(scores)) == truth).mean())
    got = f"{paired:.0%} of the scores stand beside their image's label"
    expect(answer, paired == 1, TWO_PASSES, "each score beside its image's label", got)


def number_reader(shape: tuple[int, ...]) -> Any:
    """A model whose score for a numbered image is the image's number."""
    import keras

    model = keras.Sequential([keras.Input(shape), keras.layers.Flatten(), keras.layers.Dense(1)])
    weights = np.zeros((int(np.prod(shape)), 1))
    weights[0] = 1
    model.set_weights([weights, np.zeros(1)])
    return model


def linear_model(shape: tuple[int, ...], weights: Any, learning_rate: float | None = None) -> Any:
    """A model that flattens an image, multiplies by weights (values, classes), and applies softmax.

    With a learning rate it is compiled for labels that are whole numbers, and runs without being traced, which
    would take longer than the few steps do.
    """
    import keras

    weights = np.asarray(weights, np.float32)
    layers = [keras.layers.Flatten(), keras.layers.Dense(weights.shape[1], activation="softmax")]
    model = keras.Sequential([keras.Input(shape), *layers])
    model.set_weights([weights, np.zeros(weights.shape[1])])
    if learning_rate is not None:
        loss = "sparse_categorical_crossentropy"
        model.compile(keras.optimizers.SGD(learning_rate), loss, metrics=["accuracy"], run_eagerly=True)
    return model


# ---------------------------------------------------------------------------------------
# The checks
# ---------------------------------------------------------------------------------------

# Images of 28x28 pixels from 4x4 numbers: each becomes a block of 7x7 pixels.
_GREYS = [[0, 51, 102, 153], [204, 153, 102, 51], [0, 102, 204, 51], [153, 0, 51, 204]]
_GREYS_SCALED = [[0, 0.2, 0.4, 0.6], [0.8, 0.6, 0.4, 0.2], [0, 0.4, 0.8, 0.2], [0.6, 0, 0.2, 0.8]]
_GREYS_BY_256 = [
    [0, 0.19921875, 0.3984375, 0.59765625],
    [0.796875, 0.59765625, 0.3984375, 0.19921875],
    [0, 0.3984375, 0.796875, 0.19921875],
    [0.59765625, 0, 0.19921875, 0.796875],
]
_GREYS_BY_MAXIMUM = [[0, 0.25, 0.5, 0.75], [1, 0.75, 0.5, 0.25], [0, 0.5, 1, 0.25], [0.75, 0, 0.25, 1]]
_GREYS_CENTRED = [[-1, -0.6, -0.2, 0.2], [0.6, 0.2, -0.2, -0.6], [-1, -0.2, 0.6, -0.6], [0.2, -1, -0.6, 0.6]]
_CHEQUERS = [[255, 0, 255, 0], [0, 0, 255, 255], [255, 255, 0, 255], [0, 255, 0, 0]]
_CHEQUERS_SCALED = [[1, 0, 1, 0], [0, 0, 1, 1], [1, 1, 0, 1], [0, 1, 0, 0]]


def blocks(*images: Any, dtype: str = "float") -> np.ndarray:
    """Images (N, 28, 28) from N tables of 4x4 numbers."""
    return np.stack([np.kron(np.array(image, dtype), np.ones((7, 7), dtype)) for image in images]).astype(
        dtype
    )


def _chequered(answer: Answer, count: int, judged: Callable[..., Answer]) -> Answer:
    wanted = blocks(*[_CHEQUERS_SCALED] * count)[..., None]
    return judged(answer, wanted, [255 * wanted, 0.99609375 * wanted, 2 * wanted - 1, 0 * wanted])


def prepare_images(prepare_images: Callable[..., Any]) -> None:
    """Two grey patterns, none of them with white in it."""
    attempt = Attempt("prepare_images", prepare_images)
    turned = [row[::-1] for row in _GREYS]
    given = blocks(_GREYS, turned, dtype="uint8")

    def both(table: Any) -> np.ndarray:
        return blocks(table, [row[::-1] for row in table])[..., None]

    public(
        "prepare_images, the values",
        lambda: reshaped(attempt(given), (2, 28, 28, 1)).equals(
            both(_GREYS_SCALED),
            mistakes=[
                (NOT_SCALED, both(_GREYS)),
                (SCALED_BY_256, both(_GREYS_BY_256)),
                (SCALED_BY_MAXIMUM, both(_GREYS_BY_MAXIMUM)),
                (INTEGER_DIVISION, np.zeros((2, 28, 28, 1))),
                (CENTRED, both(_GREYS_CENTRED)),
                (HALF_PRECISION, both(_GREYS_SCALED).astype(np.float16)),
            ],
        ),
    )


def prepare_images_shape(prepare_images: Callable[..., Any]) -> None:
    """A batch of three and a batch of one, black and white."""
    attempt = Attempt("prepare_images", prepare_images)
    public(
        "prepare_images, the shape",
        lambda: _chequered(attempt(blocks(*[_CHEQUERS] * 3, dtype="uint8")), 3, prepared_shape),
        lambda: _chequered(attempt(blocks(_CHEQUERS, dtype="uint8")), 1, prepared_shape),
    )


def prepare_images_new(prepare_images: Callable[..., Any]) -> None:
    """An array out, the bytes left alone."""
    attempt = Attempt("prepare_images", prepare_images)
    public(
        "prepare_images, a new array",
        lambda: _chequered(attempt(blocks(*[_CHEQUERS] * 2, dtype="uint8")), 2, prepared_new),
    )


def one_hot(one_hot: Callable[..., Any]) -> None:
    """Labels among which every class occurs."""
    attempt = Attempt("one_hot", one_hot)
    public(
        "one_hot, the values",
        lambda: attempt(np.array([2, 0, 1, 2]), 3).equals(
            [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]],
            mistakes=[
                (TRANSPOSED, [[0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 1]]),
                (COUNTED_FROM_ONE, [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]),
                (COUNTED_FROM_ONE, [[0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]]),
                (LABELS_RETURNED, [2, 0, 1, 2]),
            ],
        ),
        lambda: attempt(np.array([1, 3, 0, 2, 1, 3]), 4).equals(
            [[0, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 0], [0, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1]],
            mistakes=[(LABELS_RETURNED, [1, 3, 0, 2, 1, 3])],
        ),
    )


def one_hot_classes(one_hot: Callable[..., Any]) -> None:
    """Labels among which the last class is missing, and one in between."""
    attempt = Attempt("one_hot", one_hot)
    public(
        "one_hot, classes that do not occur",
        lambda: attempt(np.array([0, 2, 1]), 5).equals(
            [[1, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 1, 0, 0, 0]],
            mistakes=[(CLASSES_FROM_LABELS, [[1, 0, 0], [0, 0, 1], [0, 1, 0]])],
            also=[
                [[0, 0, 0, 0, 1], [0, 1, 0, 0, 0], [1, 0, 0, 0, 0]],
                [[0, 1, 0, 0, 0], [0, 0, 0, 1, 0], [0, 0, 1, 0, 0]],
                np.eye(5)[:, [0, 2, 1]],
            ],
            raising=CLASSES_FROM_LABELS,
        ),
        lambda: attempt(np.array([2, 0]), 3).equals(
            [[0, 0, 1], [1, 0, 0]],
            mistakes=[(CLASSES_FROM_LABELS, [[0, 1], [1, 0]])],
            also=[[[0, 1, 0], [0, 0, 1]], [[1, 0, 0], [0, 1, 0]], [[0, 1], [0, 0], [1, 0]]],
            raising=CLASSES_FROM_LABELS,
        ),
    )


def digits_shapes_conv(digits_shapes: Callable[..., Any]) -> None:
    """Six numbers; whether they are right is for the hidden check, and for `summary()`, to say."""
    attempt = Attempt("digits_shapes", digits_shapes)
    public("digits_shapes, convolutions", lambda: whole_numbers(attempt(), 6, NOT_SIX_NUMBERS), form=True)


def digits_shapes_pool(digits_shapes: Callable[..., Any]) -> None:
    """As above."""
    attempt = Attempt("digits_shapes", digits_shapes)
    public(
        "digits_shapes, pooling and Flatten", lambda: whole_numbers(attempt(), 6, NOT_SIX_NUMBERS), form=True
    )


def digits_parameters_conv(digits_parameters: Callable[..., Any]) -> None:
    """As above."""
    attempt = Attempt("digits_parameters", digits_parameters)
    public("digits_parameters, convolutions", lambda: whole_numbers(attempt(), 6, NOT_SIX_NUMBERS), form=True)


def digits_parameters_dense(digits_parameters: Callable[..., Any]) -> None:
    """As above."""
    attempt = Attempt("digits_parameters", digits_parameters)
    public(
        "digits_parameters, dense layers and sum",
        lambda: whole_numbers(attempt(), 6, NOT_SIX_NUMBERS),
        form=True,
    )


def build_digits_cnn(build_digits_cnn: Callable[..., Any]) -> None:
    """The layers with weights."""
    attempt = Attempt("build_digits_cnn", build_digits_cnn)
    public("build_digits_cnn, the layers", lambda: digits_model(attempt()).has_weights(DIGITS).takes_scaled())


def build_digits_cnn_shapes(build_digits_cnn: Callable[..., Any]) -> None:
    """Sizes: no padding, two pools, Flatten."""
    attempt = Attempt("build_digits_cnn", build_digits_cnn)
    public(
        "build_digits_cnn, the shapes",
        lambda: digits_model(attempt()).keeps_sizes("valid").pools((1, 2)).knows_its_input(),
    )


def build_digits_cnn_activations(build_digits_cnn: Callable[..., Any]) -> None:
    """ReLU inside, softmax at the end."""
    attempt = Attempt("build_digits_cnn", build_digits_cnn)

    def activations() -> None:
        judged = digits_model(attempt())
        judged.has_hidden_activations().ends_in("softmax", judged.outputs.shape[-1])

    public("build_digits_cnn, the activations", activations)


def build_digits_cnn_compiled(build_digits_cnn: Callable[..., Any]) -> None:
    """Loss, optimizer, metric."""
    attempt = Attempt("build_digits_cnn", build_digits_cnn)
    public(
        "build_digits_cnn, compiled",
        lambda: digits_model(attempt()).is_compiled("categorical_crossentropy", "rmsprop"),
    )


def initial_loss(initial_loss: Callable[..., Any]) -> None:
    """Two classes and a hundred."""
    attempt = Attempt("initial_loss", initial_loss)
    public(
        "initial_loss",
        lambda: attempt(2).equals(
            0.693147,
            mistakes=[
                (TEN_ASSUMED, 2.302585),
                (LOG_TWO, 1),
                (ONE_SHARE, 0.346574),
                (LOG_TEN, 0.301030),
                (PROBABILITY_NOT_LOSS, 0.5),
                (SIGN_FORGOTTEN, -0.693147),
            ],
        ),
        lambda: attempt(100).equals(
            4.605170,
            mistakes=[
                (TEN_ASSUMED, 2.302585),
                (LOG_TWO, 6.643856),
                (ONE_SHARE, 0.046052),
                (LOG_TEN, 2),
                (PROBABILITY_NOT_LOSS, 0.01),
                (SIGN_FORGOTTEN, -4.605170),
            ],
        ),
    )


def memorise(memorise: Callable[..., Any]) -> None:
    """Five images of two by three pixels, three classes, six epochs: one does not suffice."""
    attempt = Attempt("memorise", memorise, numbers=False)
    images = np.eye(6).reshape(6, 2, 3, 1)[:5]
    labels = np.array([2, 0, 1, 1, 0])
    model = linear_model((2, 3, 1), np.zeros((6, 3)), 6.0)
    public(
        "memorise, images known by heart",
        lambda: memorised(attempt(model, images, labels, 5, 6), images, labels),
    )


def memorise_count(memorise: Callable[..., Any]) -> None:
    """Four images that come again with other labels behind the first four."""
    attempt = Attempt("memorise", memorise, numbers=False)
    images = np.eye(6).reshape(6, 2, 3, 1)[[0, 1, 2, 3, 0, 1, 2, 3]]
    labels = np.array([2, 0, 1, 1, 0, 1, 2, 0])
    model = linear_model((2, 3, 1), np.zeros((6, 3)), 6.8)
    public(
        "memorise, the first images only",
        lambda: memorised_first(attempt(model, images, labels, 4, 3), images[:4], labels[:4], labels[4:]),
    )


def best_epoch(best_epoch: Callable[..., Any]) -> None:
    """A history that overfits, and one with a tie."""
    attempt = Attempt("best_epoch", best_epoch)
    overfitting = {
        "loss": [1.9, 1.1, 0.7, 0.4, 0.2],
        "accuracy": [0.3, 0.6, 0.8, 0.9, 0.95],
        "val_loss": [1.8, 1.2, 0.9, 1.0, 1.3],
        "val_accuracy": [0.35, 0.55, 0.7, 0.75, 0.72],
    }
    tie = {
        "loss": [0.9, 0.5, 0.3, 0.2],
        "accuracy": [0.6, 0.7, 0.8, 0.9],
        "val_loss": [1.5, 0.8, 0.9, 0.8],
        "val_accuracy": [0.5, 0.6, 0.65, 0.6],
    }
    public(
        "best_epoch",
        lambda: (
            attempt(overfitting)
            .equals(
                3,
                mistakes=[
                    (FROM_ZERO, 2),
                    (TRAINING_LOSS, 5),
                    (HIGHEST_LOSS, 1),
                    (HIGHEST_ACCURACY, 4),
                    (LOSS_NOT_EPOCH, 0.9),
                ],
            )
            .is_whole_number()
        ),
        lambda: attempt(tie).equals(
            2, mistakes=[(FROM_ZERO, 1), (LAST_OF_EQUALS, 4), (HIGHEST_LOSS, 1), (HIGHEST_ACCURACY, 3)]
        ),
    )


def confusion_matrix(confusion_matrix: Callable[..., Any]) -> None:
    """Mistakes that go both ways equally often, so that rows and columns do not matter yet."""
    attempt = Attempt("confusion_matrix", confusion_matrix)
    labels = np.array([0, 0, 1, 2, 2, 1, 2, 0, 2])
    predictions = np.array([0, 1, 0, 2, 2, 2, 1, 0, 2])
    public(
        "confusion_matrix, the counts",
        lambda: attempt(labels, predictions, 3).equals(
            [[2, 1, 0], [1, 0, 1], [0, 1, 3]],
            mistakes=[
                (COUNTED_ONCE, [[1, 1, 0], [1, 0, 1], [0, 1, 1]]),
                (ONLY_HITS, [[2, 0, 0], [0, 0, 0], [0, 0, 3]]),
                (SHARES_NOT_COUNTS, [[2 / 3, 1 / 3, 0], [0.5, 0, 0.5], [0, 0.25, 0.75]]),
                (SHARES_NOT_COUNTS, [[2 / 9, 1 / 9, 0], [1 / 9, 0, 1 / 9], [0, 1 / 9, 3 / 9]]),
            ],
            picture="confusion matrix",
        ),
    )


def confusion_matrix_rows(confusion_matrix: Callable[..., Any]) -> None:
    """Mistakes that go one way; no pair comes twice."""
    attempt = Attempt("confusion_matrix", confusion_matrix)
    public(
        "confusion_matrix, rows and columns",
        lambda: attempt(np.array([0, 1, 1, 2]), np.array([2, 0, 1, 1]), 3).equals(
            [[0, 0, 1], [1, 1, 0], [0, 1, 0]],
            mistakes=[(ROWS_AND_COLUMNS, [[0, 1, 0], [0, 1, 1], [1, 0, 0]])],
            also=[[[0, 0, 1], [0.5, 0.5, 0], [0, 1, 0]], [[0, 0, 0.25], [0.25, 0.25, 0], [0, 0.25, 0]]],
        ),
    )


def confusion_matrix_classes(confusion_matrix: Callable[..., Any]) -> None:
    """Classes that do not occur."""
    attempt = Attempt("confusion_matrix", confusion_matrix)
    public(
        "confusion_matrix, classes that do not occur",
        lambda: attempt(np.array([2, 0]), np.array([0, 2]), 4).equals(
            [[0, 0, 1, 0], [0, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]],
            mistakes=[
                (CLASSES_FROM_LABELS, [[0, 0, 1], [0, 0, 0], [1, 0, 0]]),
                (CLASSES_FROM_LABELS, [[0, 1], [1, 0]]),
            ],
            also=[
                [[0, 0, 0.5, 0], [0, 0, 0, 0], [0.5, 0, 0, 0], [0, 0, 0, 0]],
                [[0, 0, 1, 0], [np.nan] * 4, [1, 0, 0, 0], [np.nan] * 4],
            ],
            raising=CLASSES_FROM_LABELS,
        ),
    )


def worst_mistakes(worst_mistakes: Callable[..., Any]) -> None:
    """Nothing but mistakes, more of them than are asked for."""
    attempt = Attempt("worst_mistakes", worst_mistakes)
    probabilities = np.array([[0.5, 0.1, 0.4], [0.2, 0.7, 0.1], [0.05, 0.05, 0.9], [0.6, 0.36, 0.04]])
    public(
        "worst_mistakes, the order",
        lambda: attempt(np.array([2, 0, 1, 1]), probabilities, 3).equals(
            [2, 1, 3],
            mistakes=[
                (MILDEST_FIRST, [0, 3, 1]),
                (MILDEST_FIRST, [3, 1, 2]),
                (BY_TRUE_CLASS, [2, 1, 3]),
                (BY_TRUE_CLASS, [0, 3, 1]),
                (COUNT_IGNORED, [2, 1, 3, 0]),
            ],
        ),
        lambda: attempt(np.array([2, 0, 1, 1]), probabilities, 1).equals(
            [2], mistakes=[(MILDEST_FIRST, [0]), (COUNT_IGNORED, [2, 1, 3, 0])]
        ),
    )


def worst_mistakes_places(worst_mistakes: Callable[..., Any]) -> None:
    """Two mistakes among images that were recognised, and more asked for than there are."""
    attempt = Attempt("worst_mistakes", worst_mistakes)
    probabilities = np.array([[0.99, 0.01], [0.3, 0.7], [0.9, 0.1], [0.05, 0.95], [0.2, 0.8]])
    public(
        "worst_mistakes, mistakes only",
        lambda: attempt(np.array([0, 1, 1, 1, 0]), probabilities, 4).equals(
            [2, 4],
            mistakes=[
                (RIGHT_ONES_TOO, [0, 3, 2, 4]),
                (RIGHT_ONES_TOO, [2, 4, 1, 3]),
                (PLACES_AMONG_MISTAKES, [0, 1]),
                (PLACES_AMONG_MISTAKES, [1, 0]),
            ],
            also=[[4, 2]],
        ),
    )


def truth_and_scores(truth_and_scores: Callable[..., Any]) -> None:
    """Forty images that a model can number."""
    attempt = Attempt("truth_and_scores", truth_and_scores, numbers=False)
    images, labels = numbered(40)
    public(
        "truth_and_scores",
        lambda: truth_and_scores_paired(attempt(number_reader((2, 3)), images, labels), 40),
    )


def objects_parameters(objects_parameters: Callable[..., Any]) -> None:
    """Three numbers; whether they are right is for the hidden check, and for `summary()`, to say."""
    attempt = Attempt("objects_parameters", objects_parameters)
    public("objects_parameters", lambda: whole_numbers(attempt(), 3, NOT_THREE_NUMBERS), form=True)


def build_objects_cnn(build_objects_cnn: Callable[..., Any]) -> None:
    """The layers with weights."""
    attempt = Attempt("build_objects_cnn", build_objects_cnn)
    public(
        "build_objects_cnn, the layers",
        lambda: objects_model(attempt()).has_weights(OBJECTS).takes_scaled(),
    )


def build_objects_cnn_shapes(build_objects_cnn: Callable[..., Any]) -> None:
    """Sizes: same padding, two pools, Flatten."""
    attempt = Attempt("build_objects_cnn", build_objects_cnn)
    public(
        "build_objects_cnn, the shapes",
        lambda: objects_model(attempt()).keeps_sizes("same").pools((1, 2)).knows_its_input(),
    )


def build_objects_cnn_activations(build_objects_cnn: Callable[..., Any]) -> None:
    """ReLU inside, softmax at the end."""
    attempt = Attempt("build_objects_cnn", build_objects_cnn)

    def activations() -> None:
        judged = objects_model(attempt())
        judged.has_hidden_activations().ends_in("softmax", judged.outputs.shape[-1])

    public("build_objects_cnn, the activations", activations)


def build_objects_cnn_compiled(build_objects_cnn: Callable[..., Any]) -> None:
    """A loss for labels that are whole numbers."""
    attempt = Attempt("build_objects_cnn", build_objects_cnn)
    public(
        "build_objects_cnn, compiled",
        lambda: objects_model(attempt()).is_compiled("sparse_categorical_crossentropy"),
    )


def scenes_datasets(scenes_datasets: Callable[..., Any]) -> None:
    """Forest 0 and mountain 1."""
    attempt = Attempt("scenes_datasets", scenes_datasets)
    public("scenes_datasets, the labels", lambda: scenes_labelled(attempt(32, 20)))


def scenes_datasets_batches(scenes_datasets: Callable[..., Any]) -> None:
    """Sizes of photos and batches."""
    attempt = Attempt("scenes_datasets", scenes_datasets)
    public("scenes_datasets, the batches", lambda: scenes_batched(attempt(32, 20), 32, 20))


def scenes_datasets_split(scenes_datasets: Callable[..., Any]) -> None:
    """No photo in both parts."""
    attempt = Attempt("scenes_datasets", scenes_datasets)
    public("scenes_datasets, the two parts", lambda: scenes_split(attempt(32, 20)))


def scenes_parameters_flatten(scenes_parameters: Callable[..., Any]) -> None:
    """Two numbers; whether they are right is for the hidden check, and for the cell after, to say."""
    attempt = Attempt("scenes_parameters", scenes_parameters)
    public("scenes_parameters, Flatten", lambda: whole_numbers(attempt(), 3, NOT_THREE_NUMBERS), form=True)


def scenes_parameters_global(scenes_parameters: Callable[..., Any]) -> None:
    """As above."""
    attempt = Attempt("scenes_parameters", scenes_parameters)
    public(
        "scenes_parameters, global average", lambda: whole_numbers(attempt(), 3, NOT_THREE_NUMBERS), form=True
    )


def build_scenes_cnn(build_scenes_cnn: Callable[..., Any]) -> None:
    """The layers with weights."""
    attempt = Attempt("build_scenes_cnn", build_scenes_cnn)
    public(
        "build_scenes_cnn, the layers",
        lambda: judge(attempt(48), (48, 48, 3)).has_weights(SCENES),
    )


def build_scenes_cnn_global(build_scenes_cnn: Callable[..., Any]) -> None:
    """Scaling, same padding, two pools, global average pooling."""
    attempt = Attempt("build_scenes_cnn", build_scenes_cnn)
    public(
        "build_scenes_cnn, scaling and pooling",
        lambda: scenes_pooled(attempt(48), 48),
    )


def scenes_pooled(answer: Answer, size: int) -> Judged:
    """Expect Rescaling, convolutions that keep the size, two max pools, and global average pooling."""
    judged = judge(answer, (size, size, 3))
    return judged.keeps_sizes("same").pools((1, 2), ends="global average").scales().knows_its_input()


def build_scenes_cnn_output(build_scenes_cnn: Callable[..., Any]) -> None:
    """ReLU inside, one sigmoid at the end."""
    attempt = Attempt("build_scenes_cnn", build_scenes_cnn)
    public("build_scenes_cnn, the output", lambda: scenes_output(attempt(48), 48))


def scenes_output(answer: Answer, size: int) -> Judged:
    """Expect ReLU inside and sigmoid at the end, however many units there are."""
    judged = judge(answer, (size, size, 3))
    return judged.has_hidden_activations().ends_in("sigmoid", 1, count=False)


def build_scenes_cnn_compiled(build_scenes_cnn: Callable[..., Any]) -> None:
    """Binary crossentropy."""
    attempt = Attempt("build_scenes_cnn", build_scenes_cnn)
    public(
        "build_scenes_cnn, compiled",
        lambda: judge(attempt(48), (48, 48, 3)).is_compiled("binary_crossentropy"),
    )


def two_class_cnn(two_class_cnn: Callable[..., Any]) -> None:
    """An output and a loss for two classes."""
    attempt = Attempt("two_class_cnn", two_class_cnn)
    public("two_class_cnn", lambda: two_class_judged(attempt()))


def logits_cnn(logits_cnn: Callable[..., Any]) -> None:
    """Softmax once."""
    attempt = Attempt("logits_cnn", logits_cnn)
    public("logits_cnn", lambda: logits_judged(attempt()))


def shuffle_together(shuffle_together: Callable[..., Any]) -> None:
    """Twelve numbered images."""
    attempt = Attempt("shuffle_together", shuffle_together)
    images, labels = numbered(12)
    public(
        "shuffle_together",
        lambda: shuffled_well(attempt(images, labels, 1), 12),
        lambda: seed_decides(attempt, images, labels),
    )


def hold_out(hold_out: Callable[..., Any]) -> None:
    """Twenty numbered images, a quarter of them for the test."""
    attempt = Attempt("hold_out", hold_out, numbers=False)
    images, labels = numbered(20)
    public(
        "hold_out",
        # With this seed each of NumPy's ways to draw with replacement takes an image twice.
        lambda: held_out_well(attempt(images, labels, 0.25, 2), 20, 5),
        lambda: seed_decides(attempt, images, labels, 0.25),
    )


def first_batch(first_batch: Callable[..., Any]) -> None:
    """Seven numbered images in batches of three."""
    attempt = Attempt("first_batch", first_batch)
    images, labels = numbered(7, (2, 3, 1))
    public("first_batch", lambda: first_batch_given(attempt(images, labels, 3), images, labels, 3))


def first_batch_given(answer: Answer, images: np.ndarray, labels: np.ndarray, size: int) -> None:
    """Expect the first images and their labels."""
    if isinstance(answer.error, AttributeError):  # named here: elsewhere such an error is a slip of the pen
        answer.error, answer.value = None, None
        expect(answer, False, NO_NEXT, "the first batch", "AttributeError")
    batch = answer.part(0, 2)
    numbers = _batch_numbers(batch.value)
    shuffled = len(numbers) == size and not np.array_equal(np.sort(numbers), numbers)
    known = len(set(numbers)) == size and set(numbers) <= set(range(1, len(images) + 1))
    expect(batch, not (shuffled and known), BATCH_SHUFFLED, f"images 1 to {size}")
    batch.equals(images[:size], mistakes=[(IN_SECOND_BATCH, images[size : 2 * size])])
    answer.part(1, 2).equals(labels[:size])


def _batch_numbers(value: Any) -> list[int]:
    """The numbers of a batch of numbered images; none where it is something else."""
    try:
        array = np.asarray(value, float)
        return [int(number) for number in array.reshape(len(array), -1)[:, 0]]
    except (TypeError, ValueError, IndexError, OverflowError):
        return []


def occlusion_map(occlusion_map: Callable[..., Any]) -> None:
    """A model of two classes that looks at four of the eight patches."""
    attempt = Attempt("occlusion_map", occlusion_map)
    weights = np.zeros((4, 8))
    weights[0, 0], weights[1, 5], weights[2, 2], weights[3, 6] = 1.0, 2.0, -1.0, 0.5
    model = linear_model((4, 8, 1), np.stack([0 * weights.ravel(), weights.ravel()], axis=1))
    public(
        "occlusion_map",
        lambda: (
            attempt(model, np.ones((4, 8, 1)), 1, 2)
            .equals(
                [[0.106568, 0, 0.301683, 0], [0, -0.046546, 0, 0.043345]],
                tolerance=1e-4,
                mistakes=[
                    (SIGN_TURNED, [[-0.106568, 0, -0.301683, 0], [0, 0.046546, 0, -0.043345]]),
                    (
                        PROBABILITY_NOT_DROP,
                        [[0.817574, 0.924142, 0.622459, 0.924142], [0.924142, 0.970688, 0.924142, 0.880797]],
                    ),
                    (
                        PATCHES_ADD_UP,
                        [[0.106568, 0.106568, 0.546601, 0.546601], [0.546601, 0.301683, 0.301683, 0.424142]],
                    ),
                    (MAP_TURNED, [[0.106568, 0], [0, -0.046546], [0.301683, 0], [0, 0.043345]]),
                ],
            )
            .is_array()
        ),
    )
