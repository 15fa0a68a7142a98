"""Public checks of 06_resnet_transfer: small cases, written out, and what is asked of each model.

No large network is needed here: a backbone is passed to the learner's function, and what comes back is judged with
one of a few layers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from course.checking import Answer, Attempt, CheckFailed, Mistake, public
from course.checking_keras import (
    FLATTENED,
    FOREIGN_MODEL,
    GLOBAL_MAXIMUM,
    MODEL_NOT_CHAIN,
    Judged,
    dense,
    judge,
    learning_rate_of,
    leaves_of,
    tail_of,
    through,
)

# ---------------------------------------------------------------------------------------
# Mistakes that have a name
# ---------------------------------------------------------------------------------------

NOT_FOUR_PAIRS = Mistake(
    "not-four-pairs",
    "return four pairs in a list, each (smallest, largest), in the order of the question.",
)
MEAN_OF_ONE_COLOUR = Mistake(
    "mean-of-one-colour",
    "a black pixel loses the largest of the three means, a white one keeps most where the mean is smallest: the "
    "smallest number and the largest come from different channels.",
)
LARGEST_STILL_255 = Mistake(
    "largest-still-255",
    "an image in [0, 1] has no 255 in it: its white is 1, before the mean is taken off.",
)
RANGE_OTHER = Mistake(
    "range",
    "a range does not follow from the recipe: what becomes of 0, and what of the largest value, in each channel?",
)
TURNED_BACK_FORGOTTEN = Mistake(
    "turned-back-forgotten",
    "the second pass turns the channels back, so that each colour loses two means: not twice its own, but its own "
    "and that of the other end.",
)
TWICE_AS_ONCE = Mistake(
    "twice-as-once",
    "after a second pass the numbers are not the same: the means are taken off once more.",
)
NOT_AT_ALL = Mistake(
    "not-at-all",
    "without preprocessing the network gets the bytes as they are.",
)

MEANS_TURNED = Mistake(
    "means-turned",
    "the means are taken off in the wrong order: after the turn blue comes first, so its mean, 103.939, comes first.",
)
MEANS_MISSING = Mistake(
    "means-missing",
    "the channels were turned, but the mean of each colour is still in them.",
)
SCALED_FIRST = Mistake(
    "scaled-first",
    "the values were divided by 255 before the means came off: a photo then becomes nearly one and the same dark "
    "number everywhere. ResNet50 wants the means taken off 0 to 255.",
)
CENTRED = Mistake(
    "minus-one-to-one",
    "the values run from -1 to 1: MobileNetV2 wants them so, ResNet50 does not.",
)
DIVIDED_BY_DEVIATION = Mistake(
    "divided-by-deviation",
    "this is the recipe of another family of networks, which divide by a standard deviation, too: ResNet50 in Keras "
    "only takes the means off.",
)
NOT_TURNED = Mistake(
    "channels-not-turned",
    "red is still the first channel: ResNet50 learned from images that hold blue, green, red.",
)
TURNED_OTHERWISE = Mistake(
    "other-axis-turned",
    "another axis was turned, photos, rows or columns: the colours are the last one, images[..., ::-1].",
)
FIRST_PHOTO_ONLY = Mistake(
    "first-photo-only",
    "only the first photo came back: the first axis holds all photos, and each of them is wanted.",
)
RECIPE_OTHER = Mistake(
    "recipe",
    "the numbers are not those of the recipe: turn the channels, then take off 103.939, 116.779 and 123.68.",
)

NOT_PREPROCESSED = Mistake(
    "not-preprocessed",
    "the photos reach the network as they are: call preprocess_input on the tensor of images first.",
)
PREPROCESSED_TWICE = Mistake(
    "preprocessed-twice",
    "the photos are preprocessed twice: then the colours are in the wrong order again, and every mean is off twice.",
)
SCALED_TO_ONE = Mistake(
    "scaled-to-one",
    "the photos are divided by 255 on the way: the network then sees nearly black ones. Leave Rescaling(1 / 255) out.",
)
SCALED_CENTRED = Mistake(
    "scaled-centred",
    "the photos are brought to -1 to 1 on the way, as another network wants them.",
)
MAPS_OTHER = Mistake(
    "maps-other",
    "other maps come out than the network gives for preprocessed photos: is anything left out or done besides?",
)
ONE_SIZE_ONLY = Mistake(
    "one-size-only",
    "the model takes photos of one size only, and photos of any size are asked for: leave height and width open, "
    "keras.Input((None, None, 3)).",
)
BATCH_FIXED = Mistake(
    "batch-fixed",
    "the model is made for a fixed number of photos at a time: leave batch_size out of keras.Input.",
)
CALLED_IN_TRAINING = Mistake(
    "called-in-training",
    "the network is called with training=True, so that BatchNormalization uses each batch's own statistics instead of "
    "its averages: leave it out, or say training=False.",
)
OWN_CLASS = Mistake(
    FOREIGN_MODEL.name,
    "the model holds something of your own, a subclass of keras.Model or of a layer, or a function in a Lambda, and "
    "code of yours does not come along to where models are judged: describe the model by its input and its output, "
    "keras.Model(images, outputs), or as keras.Sequential, with Keras's own layers.",
)

NOT_THREE_NUMBERS = Mistake(
    "not-three-numbers",
    "return three whole numbers in a list, in the order that the docstring gives.",
)
BIAS_FORGOTTEN = Mistake("bias-forgotten", "biases are missing: each unit of both dense layers has one.")
LAST_LAYER_FORGOTTEN = Mistake(
    "last-layer-forgotten",
    "the last layer is missing: it has one weight for each of the 1,024 units, and a bias.",
)
MAPS_OF_OTHER = Mistake(
    "maps-of-other",
    "the numbers of maps have changed places: ResNet50 ends in 2,048 maps, VGG16 in 512.",
)
SIDE_NOT_AREA = Mistake("side-not-area", "a map of 7x7 has 49 values, not 7.")
COUNT_OTHER = Mistake(
    "count", "a count does not follow: (values in + 1) times units, for each of the two dense layers."
)

HEAD_LAYERS_MISSING = Mistake(
    "layers-missing",
    "the head has fewer dense layers than asked for: behind the average come one of 1024 units, and the last one.",
)
HEAD_LAYERS_TOO_MANY = Mistake(
    "layers-too-many",
    "the head has more layers with weights than asked for: behind the average come one dense layer of 1024 units, and "
    "the last one.",
)
RATE_ZERO = Mistake(
    "rate-zero",
    "the model is compiled with a learning rate of 0, so that nothing ever learns.",
)
NOT_AVERAGED = Mistake(
    "not-averaged",
    "the maps are not averaged before the dense layers: put GlobalAveragePooling2D() behind the backbone.",
)
BACKBONE_OTHER = Mistake(
    "backbone-other",
    "the photos do not go through the backbone that was given, as it was given: call it on the images, and put the "
    "head on what it gives.",
)
NOT_FROZEN = Mistake(
    "not-frozen",
    "the backbone would learn, too: set backbone.trainable = False.",
)
NORM_NOT_FROZEN = Mistake(
    "norm-not-frozen",
    "the backbone's convolutions are frozen, its BatchNormalization layers are not: set the flag of the whole "
    "backbone.",
)
HEAD_FROZEN = Mistake(
    "head-frozen",
    "the head is frozen as well, so that nothing would learn: set the flag of the backbone, not of the whole model.",
)
BACKBONE_MOVED = Mistake(
    "backbone-moved",
    "a training step changes numbers in the backbone: freeze all of it.",
)

NOT_PLACES = Mistake(
    "not-places",
    "return whole numbers: the places of the chosen images in `labels`.",
)
PLACES_IN_TABLE = Mistake(
    "places-in-table",
    "the places come as a table, a row for each class: join the rows to one list of places, np.concatenate does it.",
)
MASK_NOT_PLACES = Mistake(
    "mask-not-places",
    "true and false came back, one for each label: np.flatnonzero turns them into places, and of those draw `count`.",
)
LABELS_NOT_PLACES = Mistake(
    "labels-not-places",
    "these are the labels of the chosen images: return their places in `labels`.",
)
CLASSES_COUNTED = Mistake(
    "classes-counted",
    "the classes were taken to be 0, 1, 2, …, without a gap: labels may be other whole numbers, and np.unique(labels) "
    "gives those that occur.",
)
SAME_IN_EACH_CLASS = Mistake(
    "same-in-each-class",
    "in each class the images at the same places of its list were drawn: make the generator once, before you go "
    "through the classes, so that each class gets draws of its own.",
)
UNBALANCED = Mistake(
    "unbalanced",
    "the classes come unequally often: draw `count` images of each class by itself.",
)
COUNT_IN_ALL = Mistake(
    "count-in-all",
    "these are `count` images in all: `count` of each class are asked for.",
)
DRAWN_TWICE = Mistake(
    "drawn-twice",
    "some image was drawn twice: choice needs replace=False.",
)
ALWAYS_THE_SAME = Mistake(
    "always-the-same",
    "another seed gives the same images: draw them at random, with np.random.default_rng(seed).",
)
NEVER_THE_SAME = Mistake(
    "never-the-same",
    "the same seed gives other images: all randomness has to come from np.random.default_rng(seed).",
)

MAXIMUM_NOT_AVERAGE = Mistake(
    "maximum-not-average", "these are the largest values of the maps: their averages are asked for."
)
MAPS_NOT_AVERAGED = Mistake(
    "maps-not-averaged",
    "all values of the maps came back: average each map over its rows and columns, axes 1 and 2.",
)
AVERAGED_OVER_MAPS = Mistake(
    "averaged-over-maps", "the average runs over the maps: it should run over rows and columns, axes 1 and 2."
)
AVERAGED_OVER_IMAGES = Mistake(
    "averaged-over-images",
    "the average runs over the images: the first axis of the maps counts them. Rows and columns are axes 1 and 2.",
)
BATCHES_NOT_JOINED = Mistake(
    "batches-not-joined",
    "a list of batches came back: np.concatenate joins them to one array with a row for each image.",
)
BATCH_SIZE_IGNORED = Mistake(
    "batch-size-ignored",
    "the backbone gets more than `batch_size` images at a time: cut the images into batches, images[start : start + "
    "batch_size].",
)
LAST_BATCH_LOST = Mistake(
    "last-batch-lost",
    "images at the end are missing: the last batch may be smaller than the others.",
)
TRAINING_MODE = Mistake(
    "training-mode",
    "the backbone works as in training, where BatchNormalization uses each batch's own statistics: the same photo "
    "then has other features in another batch. Say training=False.",
)
SCALED_BEFORE = Mistake(
    "scaled-before",
    "the images were divided by 255: the backbone takes 0 to 255, and does by itself what it wants done.",
)
FEATURES_OTHER = Mistake(
    "features-other",
    "these are not the averages of the maps that the backbone gives for the images, in their order.",
)

STILL_FROZEN = Mistake(
    "still-frozen",
    "no layer of the backbone may learn: unfreeze it first, and then freeze again what must not.",
)
MODEL_STILL_FROZEN = Mistake(
    "model-still-frozen",
    "the layers of the block are set to learn, but the whole model is frozen, and a frozen model has no weights that "
    "learn.",
)
BLOCK_NOT_WHOLE = Mistake(
    "block-not-whole",
    "some convolutions of the block are still frozen: every layer whose name begins with `block` learns, but "
    "BatchNormalization.",
)
OTHER_BLOCK = Mistake(
    "other-block",
    "another block learns than the one that was named: compare the beginning of each layer's name with `block`.",
)
EVERYTHING_UNFROZEN = Mistake(
    "everything-unfrozen",
    "layers before the block learn, too: backbone.trainable = True unfreezes all of them, so freeze those again whose "
    "names do not begin with `block`.",
)
NAME_CONTAINS = Mistake(
    "name-contains",
    "a layer learns whose name holds `block` further on: ask whether the name begins with it, "
    "layer.name.startswith(block).",
)
BEHIND_UNFROZEN = Mistake(
    "behind-unfrozen",
    "layers behind the block learn, too: only those whose names begin with `block` do.",
)
NORM_UNFROZEN = Mistake(
    "norm-unfrozen",
    "BatchNormalization layers are unfrozen: with few images their moving averages are spoiled. Freeze each of them, "
    "whatever its name: isinstance(layer, layers.BatchNormalization) knows them.",
)
NORM_MOVED = Mistake(
    "norm-moved",
    "a training step changes the moving averages of BatchNormalization: freeze each of these layers.",
)
NOT_COMPILED_AGAIN = Mistake(
    "not-compiled-again",
    "the model still has the optimizer that it came with: after flags were changed, compile again, with a new "
    "optimizer.",
)
RATE_NOT_LOWERED = Mistake(
    "rate-not-lowered",
    "the learning rate is as high as for the head: large steps destroy what the backbone has learned. Give the "
    "optimizer the `learning_rate` that was passed.",
)
RATE_OTHER = Mistake(
    "rate-other",
    "the learning rate is another than `learning_rate` says.",
)

NOT_SIX_LETTERS = Mistake(
    "not-six-letters",
    'return six letters in a list, each "A", "B", "C" or "D", in the order of the tasks.',
)
FEW_TUNED = Mistake(
    "few-tuned",
    "few images were given to many weights: they would be learned by heart. With few images the backbone stays frozen.",
)
SIMILAR_CUT = Mistake(
    "similar-cut",
    "the photos are like those that the backbone knows: then its last maps are the best ones, and there is no need to "
    "cut it earlier.",
)
DIFFERENT_LATE = Mistake(
    "different-late",
    "the last maps stand for things that do not occur in such images: earlier ones, edges and textures, serve better.",
)
MUCH_FROZEN = Mistake(
    "much-frozen",
    "with so many images a frozen backbone wastes what they could teach it.",
)
SIMILAR_ALL = Mistake(
    "similar-all",
    "the first layers are right already for photos of this kind: fine-tuning the last block is enough, and quicker.",
)
DIFFERENT_LAST_ONLY = Mistake(
    "different-last-only",
    "images of another kind want other first layers, too, and there are enough of them to train everything.",
)

NO_GRADIENT = Mistake(
    "no-gradient",
    "the tape gives no gradient: it must watch the maps, tape.watch(maps), before the head works on them, and the "
    "head must get this very tensor.",
)
GRADIENT_OF_ALL = Mistake(
    "gradient-of-all",
    "this is the gradient of all outputs together: take the one output that is asked for.",
)
OTHER_OUTPUT = Mistake("other-output", "this is the gradient of another output.")
GRADIENT_OF_IMAGE = Mistake(
    "gradient-of-image",
    "this is the gradient with respect to the image: it is the one with respect to the maps that is asked for.",
)
BATCH_AXIS_KEPT = Mistake(
    "batch-axis-kept",
    "the result still has the axis that counts photos: there is one photo only, so take it with [0]; (H', W', C) is "
    "asked for.",
)
MAPS_IN_TRAINING = Mistake(
    "maps-in-training",
    "the network was called with training=True: its BatchNormalization then gives other maps than at inference.",
)
PARTS_SWAPPED = Mistake("parts-swapped", "maps and gradients have changed places: the maps come first.")
GRADIENT_OTHER = Mistake(
    "gradient-other", "these are not the gradients of that output with respect to the maps."
)
MAPS_WRONG = Mistake("maps-wrong", "these are not the maps that the network gives for the image.")

NOT_WEIGHTED = Mistake(
    "not-weighted",
    "the maps were added as they are: each counts as much as the average of its gradients says.",
)
GRADIENTS_NOT_AVERAGED = Mistake(
    "gradients-not-averaged",
    "each pixel was multiplied by its own gradient: average the gradients of a map first, to one weight a map.",
)
LARGEST_GRADIENT = Mistake(
    "largest-gradient",
    "each map was weighted by its largest gradient: take the average over rows and columns.",
)
GRADIENTS_OTHER_AXES = Mistake(
    "gradients-other-axes",
    "the gradients were averaged over other axes: rows and columns are axes 0 and 1, and one weight a map is left.",
)
DIVIDED_BY_SUM = Mistake(
    "divided-by-sum",
    "the map was divided by its sum: divide by its largest value, so that that becomes 1.",
)
NOT_SCALED_TO_ONE = Mistake(
    "not-scaled-to-one",
    "the map is right, but not scaled: divide by its largest value, so that that becomes 1.",
)
NEGATIVE_KEPT = Mistake(
    "negative-kept",
    "negative values are still there: they speak for other classes, and become 0 (np.maximum).",
)
NEGATIVE_SHIFTED = Mistake(
    "negative-shifted",
    "the values were moved until the smallest is 0: then what speaks against the class looks like something. Cut "
    "negative values off instead.",
)
NEGATIVE_TURNED = Mistake(
    "negative-turned", "negative values became positive: they speak against the class, and are cut off."
)
CUT_TOO_EARLY = Mistake(
    "cut-too-early",
    "negative values were cut off before the maps were added, so that what speaks against no longer counts: add first, "
    "and cut the sum off.",
)
DIVIDED_TOO_EARLY = Mistake(
    "divided-too-early",
    "where all values are negative, so is the largest one, and dividing by it makes them positive: cut negative values "
    "off first.",
)
NOT_A_NUMBER = Mistake(
    "not-a-number",
    "where no value is positive the largest one is 0, and dividing by it gives no number: return zeros then.",
)

ROOT_FORGOTTEN = Mistake(
    "root-forgotten", "the square root is missing: divide by the deviation, not the variance."
)
EPSILON_FORGOTTEN = Mistake(
    "epsilon-forgotten", "epsilon is missing: it is added to the variance, under the root."
)
EPSILON_OUTSIDE = Mistake("epsilon-outside", "epsilon stands outside the root: it is added to the variance.")
GAMMA_FORGOTTEN = Mistake("gamma-forgotten", "gamma is missing: what is normalised is multiplied by it.")
WRONG_AXIS = Mistake(
    "wrong-axis",
    "the factors belong to the filters, which are the last axis of the kernel (kh, kw, C, F).",
)
MEAN_NOT_SCALED = Mistake(
    "mean-not-scaled", "the mean is taken off before the factor comes: the bias is beta - factor * mean."
)
BETA_FORGOTTEN = Mistake("beta-forgotten", "beta is missing: it is added at the very end.")
RESULTS_SWAPPED = Mistake("results-swapped", "kernel and bias have changed places: the kernel comes first.")
SIGN_TURNED = Mistake("sign-turned", "the mean is taken off, not added: the bias is beta - factor * mean.")


# ---------------------------------------------------------------------------------------
# What public and hidden checks share
# ---------------------------------------------------------------------------------------


def expect(answer: Answer, condition: bool, mistake: Mistake, wanted: str, got: str | None = None) -> Answer:
    """Expect a condition; where it does not hold, the mistake is named."""
    return answer.satisfies(
        bool(condition), wanted=wanted, cause=mistake.message, mistake=mistake.name, got=got
    )


def pairs_of(answer: Answer) -> np.ndarray:
    """Expect four pairs of numbers; (4, 2)."""
    answer._answered()
    try:
        numbers = np.asarray(answer.value, float)
    except (TypeError, ValueError):
        numbers = np.zeros(0)
    fine = numbers.shape == (4, 2) and bool(
        np.isfinite(numbers).all() and (numbers[:, 0] < numbers[:, 1]).all()
    )
    expect(answer, fine, NOT_FOUR_PAIRS, "four pairs (smallest, largest)")
    return numbers


def counts_of(answer: Answer, count: int = 3) -> list[int]:
    """Expect so many whole numbers above 0."""
    answer._answered()
    try:
        numbers = np.asarray(answer.value, float)
    except (TypeError, ValueError):
        numbers = np.zeros(0)
    fine = numbers.shape == (count,) and bool(
        np.isfinite(numbers).all() and (numbers == np.floor(numbers)).all() and (numbers > 0).all()
    )
    expect(answer, fine, NOT_THREE_NUMBERS, f"{count} whole numbers above 0")
    return [int(number) for number in numbers]


def letters_of(answer: Answer) -> list[str]:
    """Expect six of the letters A to D."""
    answer._answered()
    value = answer.value
    letters = [str(each).strip().upper() for each in value] if isinstance(value, (list, tuple, str)) else []
    expect(answer, len(letters) == 6 and set(letters) <= set("ABCD"), NOT_SIX_LETTERS, "six letters")
    return letters


# -- backbones ----------------------------------------------------------------------------


def small_backbone(
    seed: int,
    *,
    widths: Sequence[int] = (4, 5),
    block: str = "block",
    norm: bool = True,
    preprocess: bool = True,
    residual: bool = False,
    around: tuple[str, str] | None = None,
    norm_name: str = "norm",
) -> Any:
    """A backbone of a few layers with drawn weights: images (N, H, W, 3) from 0 to 255 to maps of half the size.

    Parameters
    ----------
    seed : int
        The same seed gives the same weights.
    widths : sequence of int
        Maps of each block: a convolution, BatchNormalization and ReLU.
    block : str
        Beginning of the names: ``block1_conv``, ``block1_norm``, ``block1_relu``, ….
    norm : bool
        Whether there is BatchNormalization.
    preprocess : bool
        Whether the backbone brings 0..255 to -1..1 by itself; without, it wants what ResNet50 wants.
    residual : bool
        Whether the last block has a projection around it.
    around : (str, str), optional
        Names of a convolution before the blocks, and of one behind them.
    norm_name : str
        End of the names of BatchNormalization layers.
    """
    import keras

    layers, random = keras.layers, np.random.default_rng(seed)
    image = keras.Input((None, None, 3), name="image")
    scale = layers.Rescaling(1 / 127.5, offset=-1, name="preprocess")
    x = scale(image) if preprocess else layers.Rescaling(1 / 128, name="half")(image)
    if around:
        x = layers.Conv2D(3, 1, use_bias=False, name=around[0])(x)
    for number, width in enumerate(widths, 1):
        before, name = x, f"{block}{number}"
        strides = 2 if number == 1 else 1
        x = layers.Conv2D(width, 3, strides, "same", use_bias=not norm, name=f"{name}_conv")(x)
        if norm:
            x = layers.BatchNormalization(momentum=0.9, name=f"{name}_{norm_name}")(x)
        if residual and number == len(widths):
            way = layers.Conv2D(width, 1, use_bias=False, name=f"{name}_way")(before)
            x = layers.Add(name=f"{name}_add")([x, way])
        x = layers.ReLU(name=f"{name}_relu")(x)
    if around:
        x = layers.Conv2D(widths[-1], 1, use_bias=False, name=around[1])(x)
    model = keras.Model(image, x, name="backbone")
    for layer in model.layers:
        if layer.weights:
            layer.set_weights([_drawn(random, weight) for weight in layer.weights])
    options: dict[str, Any] = {"norm": norm, "preprocess": preprocess, "residual": residual}
    options |= {"around": around, "norm_name": norm_name}
    # Keras would copy it by way of a file, which takes several times as long.
    model.__deepcopy__ = lambda memo: small_backbone(seed, widths=widths, block=block, **options)
    return model


def watching_backbone() -> Any:
    """A backbone that tells with which other images each one came: nine maps for images (N, H, W, 3).

    Three are the image itself, three the largest values of its batch, and three the smallest.
    """
    import keras

    image = keras.Input((None, None, 3), name="image")
    # Added to nothing, so that each image of the batch gets them.
    nothing = image * 0.0
    largest, smallest = (extreme(image, axis=0, keepdims=True) for extreme in (keras.ops.max, keras.ops.min))
    maps = keras.layers.Concatenate()([image, nothing + largest, nothing + smallest])
    model = keras.Model(image, maps, name="watching")
    model.__deepcopy__ = lambda memo: watching_backbone()
    return model


def _drawn(random: np.random.Generator, weight: Any) -> np.ndarray:
    name, shape = weight.path.rsplit("/", 1)[-1], tuple(weight.shape)
    if name == "kernel":
        return random.normal(0, 1.4 / np.sqrt(np.prod(shape[:-1])), shape)
    if name in ("gamma", "moving_variance"):
        return random.uniform(0.5, 1.5, shape)
    return random.normal(0, 0.3, shape)


def photos(seed: int, count: int, size: tuple[int, int]) -> np.ndarray:
    """Random bytes as photos, (count, H, W, 3)."""
    return np.random.default_rng(seed).integers(0, 256, (count, *size, 3), dtype=np.uint8)


def maps_of(network: Any, images: np.ndarray) -> np.ndarray:
    """What a network gives for images, at inference."""
    return np.asarray(network(np.asarray(images, np.float32), training=False))


def resnet_wants(images: np.ndarray) -> np.ndarray:
    """A photo as ResNet50 wants it, from Keras itself."""
    from keras.applications import resnet50

    return resnet50.preprocess_input(np.array(images, np.float32))


def model_of(answer: Answer, shape: tuple[int, int, int]) -> Judged:
    """Expect a Keras model, whose layers need not form a chain."""
    answer._answered(_flattened)
    try:
        return judge(answer, shape, chain=False)
    except CheckFailed as error:
        if error.failure.mistake == OWN_CLASS.name:
            raise CheckFailed(replace(error.failure, cause=OWN_CLASS.message)) from None
        raise


def _flattened(error: Exception) -> Mistake | None:
    """Flatten leaves a dense layer without a number of values where height and width are open: Keras raises."""
    open_ended = any(words in str(error) for words in ("fully-defined", "last dimension"))
    return FLATTENED if isinstance(error, ValueError) and open_ended else None


# -- preprocessing inside a model -----------------------------------------------------------


def preprocesses(answer: Answer, network: Any, images: np.ndarray, *, anyhow: bool = False) -> Judged:
    """Expect a model that gives what the network gives for preprocessed photos.

    With `anyhow` the other ways to treat photos pass, too: they are judged by another check.  What leaves them as they
    are does not: that would be the network itself.
    """
    images = _of_its_size(answer, images)
    judged = model_of(answer, images.shape[1:])
    got, bytes_ = maps_of(judged.model, images), images.astype(np.float32)
    right = maps_of(network, resnet_wants(images))

    def same(wanted: np.ndarray) -> bool:
        return got.shape == wanted.shape and np.allclose(
            got, wanted, atol=1e-3 * max(1, float(np.abs(wanted).max()))
        )

    ways = {
        NOT_PREPROCESSED: bytes_,
        PREPROCESSED_TWICE: resnet_wants(resnet_wants(images)),
        SCALED_TO_ONE: resnet_wants(bytes_ / 255),
        SCALED_CENTRED: bytes_ / 127.5 - 1,
    }
    means, turned = np.array([103.939, 116.779, 123.68]), bytes_[..., ::-1]
    also = [
        (SCALED_TO_ONE, bytes_ / 255),
        (NOT_TURNED, bytes_ - means[::-1]),
        (NOT_TURNED, bytes_ - means),
        (MEANS_TURNED, turned - means[::-1]),
        (MEANS_MISSING, turned),
    ]
    if same(right):
        if anyhow:
            return judged
        # A flag in the call counts only where the model is called without one, and may change its averages.
        plain = np.asarray(judged.model(bytes_))
        fine = bool(np.allclose(plain, got, atol=1e-3 * max(1, float(np.abs(got).max()))))
        return judged.expect(fine, CALLED_IN_TRAINING, "the network's maps, as at inference", _of_maps(plain))
    for mistake, given in [*ways.items(), *also]:
        if same(maps_of(network, given)):
            if anyhow and mistake is not NOT_PREPROCESSED:
                return judged
            judged.expect(False, mistake, "the network's maps for preprocessed photos", _of_maps(got))
    judged.expect(False, MAPS_OTHER, "the network's maps for preprocessed photos", _of_maps(got))
    return judged


def _of_its_size(answer: Answer, images: np.ndarray) -> np.ndarray:
    """The photos, or others of the one size that the returned model takes: any size is asked for elsewhere."""
    try:
        size = tuple(answer.value.inputs[0].shape[1:3])
    except (AttributeError, TypeError, IndexError):
        return images
    fixed = len(size) == 2 and all(isinstance(n, int) and 0 < n <= 512 for n in size)
    return photos(9, 2, size) if fixed else images


def _of_maps(maps: np.ndarray) -> str:
    return f"maps of shape {maps.shape}, from {maps.min():.3g} to {maps.max():.3g}"


def takes_any_size(answer: Answer, network: Any, *sizes: np.ndarray) -> None:
    """Expect a model that takes photos of each of these sizes."""
    judged = model_of(answer, _of_its_size(answer, sizes[0]).shape[1:])
    _open_input(judged)
    for images in sizes:
        preprocesses(answer, network, images, anyhow=True)


def _open_input(judged: Judged) -> None:
    """Expect an input for photos of any size, and for any number of them."""
    if not judged.told:
        return
    count, *size = tuple(judged.model.inputs[0].shape)[:3]
    wanted = "a model for photos of any size"
    judged.expect(size == [None, None], ONE_SIZE_ONLY, wanted, f"an input of {tuple(size)}")
    judged.expect(count is None, BATCH_FIXED, "any number of photos", f"{count} at a time")


# -- a head on a backbone -------------------------------------------------------------------


def with_head(answer: Answer, backbone: Any, images: np.ndarray) -> tuple[Judged, list[Any], np.ndarray]:
    """Expect a head behind the last maps; the head as a judged chain, its layers, and the backbone's maps."""
    answer._answered(_flattened)
    images = _of_its_size(answer, images)
    whole = model_of(answer, images.shape[1:])
    wanted = "the backbone, global average pooling, and dense layers"
    tail = tail_of(whole.model)
    whole.expect(tail is not None, MODEL_NOT_CHAIN, wanted)
    maps = maps_of(backbone, images)
    try:
        steps, _ = through(tail, maps)
    except Exception:
        whole.expect(False, BACKBONE_OTHER, wanted)
    outputs = maps_of(whole.model, images)
    head = Judged(answer, whole.model, whole.shape, steps, outputs, whole.told)
    head.expect(bool(head.weights), NOT_AVERAGED, wanted, "a model that ends in maps" if not tail else "")
    return head, tail, maps


def head_on_backbone(answer: Answer, backbone: Any, images: np.ndarray, units: int) -> None:
    """Expect the given backbone, averaged maps, Dense(1024) and Dense(units), and images as the backbone wants them."""
    head, tail, maps = with_head(answer, backbone, images)
    images = _of_its_size(answer, images)
    wanted = "the backbone, GlobalAveragePooling2D, Dense(1024), " + f"Dense({units})"
    flat = next((i for i, step in enumerate(head.steps) if len(step.outputs) == 1), None)
    head.expect(flat is not None, NOT_AVERAGED, wanted)
    vector = through(tail[: flat + 1], maps)[1]
    average, largest = maps.mean(axis=(1, 2)), maps.max(axis=(1, 2))
    head.expect(vector.shape[1] != maps[0].size, FLATTENED, wanted)
    head.expect(not _close(vector, largest) or _close(vector, average), GLOBAL_MAXIMUM, wanted)
    head.expect(_close(vector, average), NOT_AVERAGED, wanted)
    head.expect(len(head.weights) >= 2, HEAD_LAYERS_MISSING, wanted)
    head.expect(len(head.weights) <= 2, HEAD_LAYERS_TOO_MANY, wanted)
    head.has_weights([dense(1024), dense(units)])

    def off(treated: np.ndarray) -> float:
        return float(np.abs(through(tail, maps_of(backbone, treated))[1] - head.outputs).max())

    bytes_ = images.astype(np.float32)
    if off(bytes_) < 1e-4:
        _open_input(head)
        return
    treatments = [
        (SCALED_BEFORE, bytes_ / 255),
        (PREPROCESSED_TWICE, bytes_ / 127.5 - 1),
        (PREPROCESSED_TWICE, resnet_wants(images)),
        (SCALED_BEFORE, resnet_wants(bytes_ / 255)),
    ]
    nearest, mistake = min(
        ((off(treated), mistake) for mistake, treated in treatments), key=lambda pair: pair[0]
    )
    told = mistake if nearest < 1e-4 else BACKBONE_OTHER
    head.expect(False, told, "images given to the backbone as they are, 0 to 255")


def _close(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and bool(
        np.allclose(one, other, rtol=1e-3, atol=1e-4 * max(1.0, float(np.abs(other).max())))
    )


def head_activations(answer: Answer, backbone: Any, images: np.ndarray, output: str) -> None:
    """Expect ReLU inside the head and this activation at its end."""
    head, _, _ = with_head(answer, backbone, images)
    # A head without a layer inside costs the check of the layers only.
    if len(head.weights) > 1:
        head.has_hidden_activations()
    head.ends_in(output, head.outputs.shape[-1])


def head_compiled(answer: Answer, backbone: Any, images: np.ndarray, loss: str) -> Judged:
    """Expect this loss, and accuracy."""
    head, _, _ = with_head(answer, backbone, images)
    return head.is_compiled(loss)


def backbone_frozen(answer: Answer, backbone: Any, images: np.ndarray) -> None:
    """Expect that no weight before the head may learn."""
    head, tail, _ = with_head(answer, backbone, images)
    own = {id(weight) for layer in tail for weight in getattr(layer, "weights", ())}
    learn = [weight for weight in head.model.trainable_weights if id(weight) not in own]
    norm = all(weight.path.rsplit("/", 1)[-1] in ("gamma", "beta") for weight in learn)
    heads = {id(layer) for layer in tail}
    norms = [layer for layer in leaves_of(head.model) if _is_norm(layer) and id(layer) not in heads]
    loose = [layer for layer in norms if layer.trainable]
    count = sum(int(np.prod(weight.shape)) for weight in learn)
    wanted, got = "a backbone of which nothing learns", f"{count} weights of the backbone may learn"
    head.expect(not learn, NORM_NOT_FROZEN if norm else NOT_FROZEN, wanted, got)
    # A layer that is loose in a frozen model has no weights that learn; its moving averages move all the same.
    head.expect(not loose, NORM_NOT_FROZEN, wanted, f"{len(loose)} BatchNormalization layers are not frozen")


def _is_norm(layer: Any) -> bool:
    import keras

    return isinstance(layer, keras.layers.BatchNormalization)


def step_moves_head(answer: Answer, backbone: Any, images: np.ndarray) -> None:
    """Expect that one training step changes every weight of the head."""
    head, _, _ = with_head(answer, backbone, images)
    own = [weight for step in head.weights for weight in step.layer.weights]
    learn = {id(weight) for weight in head.model.trainable_weights}
    images, wanted = _of_its_size(answer, images), "a head that learns"
    head.expect(all(id(weight) in learn for weight in own), HEAD_FROZEN, wanted, "the head may not learn")
    rate = learning_rate_of(head.model)
    head.expect(rate is None or rate > 0, RATE_ZERO, wanted, "a learning rate of 0")
    before = [np.array(weight) for weight in own]
    train_one_step(head.model, images)
    moved = [not np.array_equal(was, np.array(weight)) for was, weight in zip(before, own, strict=True)]
    # Softmax over one unit has no gradient at all, which the check of the activations says.
    if head.outputs.shape[-1] > 1 or head.activations()[-1] != "softmax":
        head.expect(any(moved), HEAD_FROZEN, wanted, "a training step changes nothing in the head")


def train_one_step(model: Any, images: np.ndarray) -> None:
    """One step, however the model was compiled, without the time that tracing takes."""
    import keras

    model.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True)
    model.train_on_batch(images.astype(np.float32), maps_of(model, images) - 1)


# -- few images, features --------------------------------------------------------------------


def chosen(answer: Answer, labels: np.ndarray, count: int, *, table: bool = False) -> np.ndarray:
    """Expect places, whole numbers (N,); with `table` rows of places pass, too, which another check judges."""
    answer._answered()
    try:
        given = np.asarray(answer.value)
        places = given.astype(float)
    except (TypeError, ValueError):
        given = places = np.zeros(0)
    expect(answer, given.dtype.kind != "b", MASK_NOT_PLACES, "places in `labels`")
    fine = places.size > 0 and bool((places == np.floor(places)).all())
    fine = fine and bool((places >= 0).all() and (places < len(labels)).all())
    if fine and places.ndim == 2:
        expect(answer, table, PLACES_IN_TABLE, "places in `labels`, in one list")
        places = places.ravel()
    expect(answer, fine and places.ndim == 1, NOT_PLACES, "places in `labels`")
    theirs = np.repeat(np.unique(labels), count)
    told = count > 1 and np.array_equal(np.sort(places), theirs)
    expect(answer, not told, LABELS_NOT_PLACES, "places in `labels`")
    return places.astype(int)


def balanced(answer: Answer, labels: np.ndarray, count: int) -> None:
    """Expect `count` places of each class."""
    classes = np.unique(labels)
    gaps = not np.array_equal(classes, np.arange(len(classes)))
    # Where no label has this number, there is nothing to draw from.
    answer._answered({ValueError: CLASSES_COUNTED, IndexError: CLASSES_COUNTED} if gaps else None)
    places = chosen(answer, labels, count)
    numbers = np.bincount(labels[places], minlength=labels.max() + 1)
    wanted = np.bincount(labels) > 0
    got = f"{len(places)} places; of each class {numbers.tolist()}"
    some = gaps and set(numbers.tolist()) == {0, count} and bool((numbers[wanted] == 0).any())
    expect(answer, not some, CLASSES_COUNTED, f"{count} of each class", got)
    expect(answer, len(places) != count or wanted.sum() == 1, COUNT_IN_ALL, f"{count} of each class", got)
    expect(answer, (numbers == count * wanted).all(), UNBALANCED, f"{count} of each class", got)


def drawn_well(first: Answer, again: Answer, other: Answer, labels: np.ndarray, count: int) -> None:
    """Expect no place twice, the same places for the same seed, and others for another."""
    places = chosen(first, labels, count, table=True)
    enough = len(places) >= min(count, len(labels))
    expect(first, enough, UNBALANCED, f"{count} of each class", f"{len(places)} places")
    expect(first, len(set(places.tolist())) == len(places), DRAWN_TWICE, "every place at most once")
    same = sorted(chosen(again, labels, count, table=True).tolist()) == sorted(places.tolist())
    expect(again, same, NEVER_THE_SAME, "the same places for the same seed")
    differ = sorted(chosen(other, labels, count, table=True).tolist()) != sorted(places.tolist())
    expect(other, differ, ALWAYS_THE_SAME, "other places for another seed")
    # Each class is equally frequent here: which ones of its list were drawn?
    ranks = [set(np.flatnonzero(np.isin(np.flatnonzero(labels == n), places))) for n in np.unique(labels)]
    expect(
        first, any(each != ranks[0] for each in ranks), SAME_IN_EACH_CLASS, "draws of its own for each class"
    )


def features_right(
    answer: Answer, backbone: Any, images: np.ndarray, fresh: Callable[[], Any], size: int
) -> Answer:
    """Expect the averages of the backbone's maps, (N, C), for batches of `size`.

    `fresh` makes the backbone anew, for what would change it.
    """
    maps = maps_of(backbone, images)
    wanted = maps.mean(axis=(1, 2))
    small = images.astype(np.float32)
    mistakes: list[tuple[Mistake, Any]] = [
        (MAXIMUM_NOT_AVERAGE, lambda: maps.max(axis=(1, 2))),
        (AVERAGED_OVER_MAPS, lambda: maps.mean(axis=3)),
        (AVERAGED_OVER_MAPS, lambda: maps.mean(axis=3).reshape(len(maps), -1)),
        (AVERAGED_OVER_MAPS, lambda: maps.mean(axis=(1, 2, 3))),
        (AVERAGED_OVER_IMAGES, lambda: _over_images(maps, size)),
        (MAPS_NOT_AVERAGED, lambda: maps),
        (MAPS_NOT_AVERAGED, lambda: maps.reshape(len(maps), -1)),
        (SCALED_BEFORE, lambda: maps_of(backbone, small / 255).mean(axis=(1, 2))),
        (TRAINING_MODE, lambda: np.asarray(fresh()(small, training=True)).mean(axis=(1, 2))),
    ]
    return answer.equals(wanted, tolerance=1e-3, mistakes=mistakes, otherwise=FEATURES_OTHER.message)


def _over_images(maps: np.ndarray, size: int) -> np.ndarray:
    """Maps averaged over the images and rows of each batch."""
    return np.concatenate([maps[i : i + size].mean(axis=(0, 1)) for i in range(0, len(maps), size)])


def _numbers(value: Any) -> np.ndarray:
    """The value as an array of numbers; an empty one where it is none."""
    try:
        array = np.asarray(value)
        return array if array.dtype.kind in "fiu" else array.astype(float)
    except (TypeError, ValueError):
        return np.zeros(0)


def _batches_of(value: Any) -> list[np.ndarray] | None:
    """The batches of a list that was not joined; None where it is none."""
    if not isinstance(value, (list, tuple)) or not value:
        return None
    batches = [_numbers(each) for each in value]
    return (
        batches
        if all(each.ndim >= 2 and each.shape[1:] == batches[0].shape[1:] for each in batches)
        else None
    )


def features_joined(answer: Answer) -> Answer:
    """Expect one array for all images, whatever is in it."""
    answer._answered()
    expect(answer, _batches_of(answer.value) is None, BATCHES_NOT_JOINED, "one array for all images")
    return answer


def _joined(answer: Answer) -> Answer:
    """The same answer with its batches joined: another check judges that."""
    answer._answered()
    batches = _batches_of(answer.value)
    if batches is not None:
        answer.value = np.concatenate(batches)
    return answer


def features_complete(answer: Answer, backbone: Any, images: np.ndarray, size: int) -> None:
    """Expect one row for each image, and the right last one, however its numbers were averaged."""
    maps = maps_of(backbone, images)
    got = _numbers(_joined(answer).value)
    usable = got.dtype.kind in "fiu" and got.ndim >= 2
    said = f"an array of shape {got.shape}" if usable else None
    expect(answer, usable, FEATURES_OTHER, f"{len(images)} rows", said)
    over = _over_images(maps, size)
    if _close(got.astype(float), over):
        return
    expect(answer, len(got) == len(images), LAST_BATCH_LOST, f"{len(images)} rows", said)
    rows = [maps.mean(axis=(1, 2)), maps.max(axis=(1, 2)), maps.mean(axis=3), maps]
    rows.append(maps_of(backbone, images.astype(np.float32) / 255).mean(axis=(1, 2)))
    last = [row.reshape(len(images), -1)[-1] for row in rows]
    mine = got.reshape(len(got), -1)[-1].astype(float)
    fine = any(row.shape == mine.shape and np.allclose(row, mine, atol=1e-3) for row in last)
    expect(answer, fine, FEATURES_OTHER, "the last row: the features of the last image", said)


def fed_in_batches(attempt: Attempt, count: int, size: int) -> None:
    """Expect that a backbone that tells gets at most `size` images at a time; what comes back is judged elsewhere."""
    step = 200 // count
    # Each image is one grey, each lighter than the one before.
    images = np.full((count, 2, 3, 3), 10, np.uint8) + np.uint8(step) * np.arange(
        count, dtype=np.uint8
    ).reshape(-1, 1, 1, 1)
    answer = attempt(watching_backbone(), images, size)
    got = _numbers(_joined(answer).value).astype(float)
    if got.shape != (count, 9) or got.max() <= 1:
        return
    most = round(float((got[:, 3] - got[:, 6]).max()) / step) + 1
    expect(answer, most <= size, BATCH_SIZE_IGNORED, f"at most {size} images at a time", f"{most} at a time")


# -- fine-tuning -----------------------------------------------------------------------------

MARK = "head_training"
"""Name of the optimizer of a model that was trained once: a new one has another."""
FIRST_RATE = 0.002


def trained_once(backbone: Any, units: int = 6) -> Any:
    """A model as `build_transfer_model` gives it, small, compiled with an optimizer that is known again."""
    import keras

    layers = keras.layers
    backbone.trainable = False
    head = [layers.GlobalAveragePooling2D(), layers.Dense(units, "relu"), layers.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, *head])
    optimizer = keras.optimizers.Adam(FIRST_RATE, name=MARK)
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    model.__deepcopy__ = lambda memo: trained_once(copy.deepcopy(backbone), units)
    return model


@dataclass
class Tuned:
    """A model that came back from `prepare_fine_tuning`, and its layers by their parts."""

    judged: Judged
    block: list[Any]
    before: list[Any]
    norms: list[Any]
    head: list[Any]


def tuned(answer: Answer, block: str, size: tuple[int, int] = (8, 8)) -> Tuned:
    """Expect the model that was given, with its backbone's layers under their names."""
    judged = model_of(answer, (*size, 3))
    tail = tail_of(judged.model)
    judged.expect(bool(tail), BACKBONE_OTHER, "the model that was given")
    heads = {id(layer) for layer in tail}
    leaves = [layer for layer in leaves_of(judged.model) if id(layer) not in heads]
    weighing = [layer for layer in leaves if layer.weights and not _is_norm(layer)]
    inside = [layer for layer in weighing if layer.name.startswith(block)]
    before = [layer for layer in weighing if not layer.name.startswith(block)]
    judged.expect(
        bool(inside and before and any(layer.weights for layer in tail)),
        BACKBONE_OTHER,
        "the model that was given",
    )
    head = [layer for layer in tail if getattr(layer, "weights", None)]
    return Tuned(judged, inside, before, [layer for layer in leaves if _is_norm(layer)], head)


def block_learns(answer: Answer, block: str) -> None:
    """Expect that the convolutions of the block learn, and the head."""
    model = tuned(answer, block)
    learn = {id(weight) for weight in model.judged.model.trainable_weights}
    wanted = f"the layers that begin with {block} learn"
    flags = [layer.trainable for layer in model.block]
    others = any(layer.trainable for layer in model.before)
    got = f"{sum(flags)} of {len(flags)} convolutions of the block are set to learn"
    model.judged.expect(any(flags) or others, STILL_FROZEN, wanted, got)
    model.judged.expect(any(flags), OTHER_BLOCK, wanted, got)
    model.judged.expect(all(flags), BLOCK_NOT_WHOLE, wanted, got)
    free = all(id(weight) in learn for layer in model.block for weight in layer.weights)
    model.judged.expect(free, MODEL_STILL_FROZEN, wanted, "the whole model is frozen")
    head = all(id(weight) in learn for layer in model.head for weight in layer.weights)
    model.judged.expect(head, HEAD_FROZEN, "the head learns, too", "the head may not learn")


def _something_learns(model: Tuned, wanted: str) -> None:
    free = any(layer.trainable for layer in [*model.block, *model.before])
    model.judged.expect(free, STILL_FROZEN, wanted, "no convolution of the backbone is set to learn")


def rest_stays_frozen(answer: Answer, block: str) -> None:
    """Expect that no convolution before the block learns (and that some layer of the backbone does)."""
    model = tuned(answer, block)
    wanted = f"the layers that do not begin with {block} stay frozen"
    _something_learns(model, wanted)
    loose = [layer.name for layer in model.before if layer.trainable]
    whole = any(layer.trainable for layer in model.block)
    mistake = EVERYTHING_UNFROZEN if whole else OTHER_BLOCK
    order = [layer.name for layer in leaves_of(model.judged.model)]
    ends = max(order.index(layer.name) for layer in model.block)
    if whole and all(block in name for name in loose):
        mistake = NAME_CONTAINS
    elif whole and all(order.index(name) > ends for name in loose):
        mistake = BEHIND_UNFROZEN
    model.judged.expect(not loose, mistake, wanted, f"{', '.join(loose[:3])} may learn")


def norms_stay_frozen(answer: Answer, block: str, images: np.ndarray | None = None) -> None:
    """Expect that BatchNormalization stays frozen; with images, that a training step leaves it as it is."""
    model = tuned(answer, block)
    wanted = "every BatchNormalization layer frozen"
    _something_learns(model, wanted)
    loose = [layer.name for layer in model.norms if layer.trainable]
    model.judged.expect(not loose, NORM_UNFROZEN, wanted, f"{', '.join(loose[:3])} may learn")
    if images is not None:
        before = [np.array(weight) for layer in model.norms for weight in layer.weights]
        train_one_step(model.judged.model, images)
        after = [np.array(weight) for layer in model.norms for weight in layer.weights]
        same = all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
        model.judged.expect(same, NORM_MOVED, wanted, "a training step changed them")


def compiled_again(answer: Answer, block: str) -> None:
    """Expect a new optimizer, the loss for one sigmoid, and accuracy."""
    model = tuned(answer, block).judged
    optimizer = getattr(model.model, "optimizer", None)
    same = optimizer is not None and optimizer.name == MARK
    model.expect(not same, NOT_COMPILED_AGAIN, "compiled again", "compiled as it was before")
    tail = tail_of(model.model)
    steps, outputs = through(tail, np.zeros((1, *_maps_shape(model.model)), np.float32))
    Judged(answer, model.model, model.shape, steps, outputs, model.told).is_compiled("binary_crossentropy")


def _maps_shape(model: Any) -> tuple[int, int, int]:
    first = next(layer for layer in tail_of(model) if getattr(layer, "weights", None))
    return 2, 2, int(first.weights[0].shape[0])


def rate_lowered(answer: Answer, block: str, rate: float) -> None:
    """Expect this learning rate."""
    model = tuned(answer, block).judged
    got = learning_rate_of(model.model)
    wanted = f"a learning rate of {rate:g}"
    model.expect(got is not None, NOT_COMPILED_AGAIN, wanted, "no optimizer")
    mistake = RATE_NOT_LOWERED if got > 0.4e-3 else RATE_OTHER
    model.expect(abs(got - rate) <= 0.01 * rate, mistake, wanted, f"a learning rate of {got:g}")


# -- Grad-CAM --------------------------------------------------------------------------------


def gradients_right(
    answer: Answer, maps: np.ndarray, wanted: np.ndarray, mistakes: Sequence[Any], tolerance: float = 0
) -> None:
    """Expect the gradients as the second result."""
    _has_gradient(answer)
    gradients = answer.part(1, 2)
    expect(gradients, gradients.value is not None, NO_GRADIENT, "gradients", "None")
    gradients.equals(
        wanted,
        tolerance=tolerance or 1e-3 * max(1.0, float(np.abs(wanted).max())),
        mistakes=[(PARTS_SWAPPED, maps), *mistakes],
        otherwise=GRADIENT_OTHER.message,
    )
    # Where both kept it, the check of the maps says so.
    kept = np.ndim(gradients.value) > wanted.ndim and np.ndim(answer.value[0]) == wanted.ndim
    expect(gradients, not kept, BATCH_AXIS_KEPT, f"an array of shape {wanted.shape}")


def _has_gradient(answer: Answer) -> None:
    """Expect no error; what raises over None has asked a tape that did not watch."""
    if isinstance(answer.error, AttributeError) and "NoneType" in str(answer.error):
        # As a slip of the pen, which an AttributeError is taken for, it would get no name.
        same = TypeError(str(answer.error)).with_traceback(answer.error.__traceback__)
        if hasattr(answer.error, "remote_traceback"):
            same.remote_traceback = answer.error.remote_traceback  # type: ignore[attr-defined]
        answer.error = same
    answer._answered(
        lambda error: NO_GRADIENT if isinstance(error, TypeError) and "NoneType" in str(error) else None
    )


def maps_right(answer: Answer, maps: np.ndarray, mistakes: Sequence[Any] = ()) -> None:
    """Expect the maps as one of the two results, without an axis for photos: their order is judged elsewhere."""
    _has_gradient(answer)
    first, second = answer.part(0, 2), answer.part(1, 2)
    tolerance = 1e-3 * max(1.0, float(np.abs(maps).max()))
    try:
        values = np.asarray(second.value, float)
        swapped = values.size == maps.size and np.allclose(values.reshape(maps.shape), maps, atol=tolerance)
    except (TypeError, ValueError):
        swapped = False
    if not swapped:
        first.equals(maps, tolerance=tolerance, mistakes=mistakes, otherwise=MAPS_WRONG.message)
        expect(first, np.ndim(first.value) == maps.ndim, BATCH_AXIS_KEPT, f"an array of shape {maps.shape}")


def reading_network(kernel: Any, norm: Any = None) -> Any:
    """A network of one 1x1 convolution with this kernel, (C, F): images to maps of the same size.

    With `norm`, the four arrays of a BatchNormalization, that comes behind it.
    """
    import keras

    kernel = np.asarray(kernel, np.float32)
    layers = [keras.layers.Conv2D(kernel.shape[1], 1, use_bias=False)]
    if norm is not None:
        layers.append(keras.layers.BatchNormalization())
    network = keras.Sequential([keras.Input((None, None, kernel.shape[0])), *layers])
    network.set_weights([kernel[None, None], *([] if norm is None else norm)])
    return network


def linear_head(shape: tuple[int, int, int], weights: Any, activation: str | None = None) -> Any:
    """A head that flattens maps of this shape and multiplies them by weights, (values, outputs)."""
    import keras

    weights = np.asarray(weights, np.float32)
    dense_layer = keras.layers.Dense(weights.shape[1], activation=activation, use_bias=False)
    head = keras.Sequential([keras.Input(shape), keras.layers.Flatten(), dense_layer])
    head.set_weights([weights])
    return head


# ---------------------------------------------------------------------------------------
# The checks
# ---------------------------------------------------------------------------------------


def input_ranges(input_ranges: Callable[..., Any]) -> None:
    """Four pairs; whether they are right is for the hidden check, and for the cell below it, to say."""
    attempt = Attempt("input_ranges", input_ranges)
    public("input_ranges, once and from [0, 1]", lambda: pairs_of(attempt()), form=True)


def input_ranges_faults(input_ranges: Callable[..., Any]) -> None:
    """As above."""
    attempt = Attempt("input_ranges", input_ranges)
    public("input_ranges, twice and not at all", lambda: pairs_of(attempt()), form=True)


# Two pixels in red, green, blue, and what becomes of them.
_PIXELS = [[10, 100, 200], [255, 0, 30]]
_WANTED = [[96.061, -16.779, -113.68], [-73.939, -116.779, 131.32]]
_MEANS_TURNED = [[76.32, -16.779, -93.939], [-93.68, -116.779, 151.061]]
_MEANS_MISSING = [[200, 100, 10], [30, 0, 255]]
_SCALED_FIRST = [[-103.154686, -116.386843, -123.640784], [-103.821353, -116.779, -122.68]]
_CENTRED = [[0.568627, -0.215686, -0.921569], [-0.764706, -1, 1]]
_CENTRED_RED_FIRST = [[-0.921569, -0.215686, 0.568627], [1, -1, -0.764706]]
_NOT_TURNED = [[-113.68, -16.779, 96.061], [131.32, -116.779, -73.939]]
_NOT_TURNED_EITHER = [[-93.939, -16.779, 76.32], [151.061, -116.779, -93.68]]


def _photo(pixels: Any, dtype: str = "float64") -> np.ndarray:
    """Two photos of 1x2 pixels, the second one from right to left, (2, 1, 2, 3)."""
    return np.array([[pixels], [pixels[::-1]]], dtype)


def resnet_input(resnet_input: Callable[..., Any]) -> None:
    """Two photos of two coloured pixels: the means."""
    attempt = Attempt("resnet_input", resnet_input)
    public(
        "resnet_input, the means",
        lambda: attempt(_photo(_PIXELS, "uint8")).equals(
            _photo(_WANTED),
            tolerance=0.01,
            mistakes=[
                (MEANS_TURNED, _photo(_MEANS_TURNED)),
                (MEANS_MISSING, _photo(_MEANS_MISSING)),
                (SCALED_FIRST, _photo(_SCALED_FIRST)),
                (CENTRED, _photo(_CENTRED)),
                (CENTRED, _photo(_CENTRED_RED_FIRST)),
                (FIRST_PHOTO_ONLY, _photo(_WANTED)[:1]),
                (FIRST_PHOTO_ONLY, _photo(_WANTED)[0]),
            ],
            also=_turned_wrongly(),
            otherwise=RECIPE_OTHER.message,
        ),
    )


def resnet_input_colours(resnet_input: Callable[..., Any]) -> None:
    """The same pixels: the order of the channels, whatever was taken off."""
    attempt = Attempt("resnet_input", resnet_input)
    public(
        "resnet_input, blue first",
        lambda: attempt(_photo(_PIXELS, "uint8")).equals(
            _photo(_WANTED),
            tolerance=0.01,
            mistakes=[
                (NOT_TURNED, _photo(_NOT_TURNED)),
                (NOT_TURNED, _photo(_NOT_TURNED_EITHER)),
                (TURNED_OTHERWISE, _photo(_NOT_TURNED[::-1])),
                (TURNED_OTHERWISE, _photo(_NOT_TURNED_EITHER[::-1])),
            ],
            also=_treated_wrongly(),
            otherwise=RECIPE_OTHER.message,
        ),
    )


def _turned_wrongly() -> list[np.ndarray]:
    """The right means, taken off with the channels in the wrong order."""
    others = (_NOT_TURNED, _NOT_TURNED_EITHER)
    return [_photo(pixels) for other in others for pixels in (other, other[::-1])]


def _treated_wrongly() -> list[np.ndarray]:
    """Something else done to the values, or to the first photo only."""
    others = (_MEANS_TURNED, _MEANS_MISSING, _SCALED_FIRST, _CENTRED, _CENTRED_RED_FIRST)
    return [*map(_photo, others), _photo(_WANTED)[:1], _photo(_WANTED)[0]]


def _new_floats(answer: Answer) -> Answer:
    answer.equals(
        _photo(_WANTED),
        tolerance=0.01,
        also=[*_turned_wrongly(), *_treated_wrongly()],
        otherwise=RECIPE_OTHER.message,
    )
    return answer.is_array(kind="f").leaves_inputs()


def resnet_input_new(resnet_input: Callable[..., Any]) -> None:
    """A new array of floats; bytes and floats are left as they were."""
    attempt = Attempt("resnet_input", resnet_input)
    public(
        "resnet_input, a new array",
        lambda: _new_floats(attempt(_photo(_PIXELS, "uint8"))),
        lambda: _new_floats(attempt(_photo(_PIXELS, "float32"))),
        lambda: _new_floats(attempt(_photo(_PIXELS, "float64"))),
    )


def with_preprocessing(with_preprocessing: Callable[..., Any]) -> None:
    """A small network that wants what ResNet50 wants."""
    attempt = Attempt("with_preprocessing", with_preprocessing)
    network, images = small_backbone(1, preprocess=False), photos(1, 2, (8, 8))
    public(
        "with_preprocessing, the maps",
        lambda: preprocesses(attempt(network), network, images),
    )


def with_preprocessing_sizes(with_preprocessing: Callable[..., Any]) -> None:
    """Photos of two sizes."""
    attempt = Attempt("with_preprocessing", with_preprocessing)
    network = small_backbone(2, preprocess=False)
    public(
        "with_preprocessing, photos of any size",
        lambda: takes_any_size(attempt(network), network, photos(2, 2, (8, 10)), photos(3, 1, (12, 6))),
    )


def transfer_parameters(transfer_parameters: Callable[..., Any]) -> None:
    """Three numbers; whether they are right is for the hidden check, and for Keras, to say."""
    attempt = Attempt("transfer_parameters", transfer_parameters)
    public("transfer_parameters, averaged maps", lambda: counts_of(attempt()), form=True)


def transfer_parameters_flatten(transfer_parameters: Callable[..., Any]) -> None:
    """As above."""
    attempt = Attempt("transfer_parameters", transfer_parameters)
    public("transfer_parameters, flattened maps", lambda: counts_of(attempt()), form=True)


def build_transfer_model(build_transfer_model: Callable[..., Any]) -> None:
    """A small backbone with five maps."""
    attempt = Attempt("build_transfer_model", build_transfer_model)
    backbone, images = small_backbone(4), photos(4, 3, (10, 8))
    public(
        "build_transfer_model, the layers",
        lambda: head_on_backbone(attempt(backbone), backbone, images, 1),
    )


def build_transfer_model_activations(build_transfer_model: Callable[..., Any]) -> None:
    """ReLU, and one sigmoid."""
    attempt = Attempt("build_transfer_model", build_transfer_model)
    backbone, images = small_backbone(5), photos(5, 3, (10, 8))
    public(
        "build_transfer_model, the activations",
        lambda: head_activations(attempt(backbone), backbone, images, "sigmoid"),
    )


def build_transfer_model_compiled(build_transfer_model: Callable[..., Any]) -> None:
    """A loss for one sigmoid."""
    attempt = Attempt("build_transfer_model", build_transfer_model)
    backbone, images = small_backbone(6), photos(6, 3, (10, 8))
    public(
        "build_transfer_model, compiled",
        lambda: head_compiled(attempt(backbone), backbone, images, "binary_crossentropy"),
    )


def build_transfer_model_frozen(build_transfer_model: Callable[..., Any]) -> None:
    """Nothing of the backbone learns."""
    attempt = Attempt("build_transfer_model", build_transfer_model)
    backbone, images = small_backbone(7), photos(7, 3, (10, 8))
    public(
        "build_transfer_model, the backbone is frozen",
        lambda: backbone_frozen(attempt(backbone), backbone, images),
    )


def build_transfer_model_step(build_transfer_model: Callable[..., Any]) -> None:
    """The head does."""
    attempt = Attempt("build_transfer_model", build_transfer_model)
    backbone, images = small_backbone(8), photos(8, 3, (10, 8))
    public(
        "build_transfer_model, the head learns",
        lambda: step_moves_head(attempt(backbone), backbone, images),
    )


def build_classes_model(build_classes_model: Callable[..., Any]) -> None:
    """Ten classes."""
    attempt = Attempt("build_classes_model", build_classes_model)
    backbone, images = small_backbone(9), photos(9, 3, (10, 8))
    public(
        "build_classes_model, the layers",
        lambda: head_on_backbone(attempt(backbone, 10), backbone, images, 10),
    )


def build_classes_model_activations(build_classes_model: Callable[..., Any]) -> None:
    """ReLU and softmax."""
    attempt = Attempt("build_classes_model", build_classes_model)
    backbone, images = small_backbone(10), photos(10, 3, (10, 8))
    public(
        "build_classes_model, the activations",
        lambda: head_activations(attempt(backbone, 10), backbone, images, "softmax"),
    )


def build_classes_model_compiled(build_classes_model: Callable[..., Any]) -> None:
    """A loss for labels that are whole numbers."""
    attempt = Attempt("build_classes_model", build_classes_model)
    backbone, images = small_backbone(11), photos(11, 3, (10, 8))
    public(
        "build_classes_model, compiled",
        lambda: head_compiled(attempt(backbone, 10), backbone, images, "sparse_categorical_crossentropy"),
    )


def build_classes_model_frozen(build_classes_model: Callable[..., Any]) -> None:
    """Only the head learns."""
    attempt = Attempt("build_classes_model", build_classes_model)
    backbone, images = small_backbone(12), photos(12, 3, (10, 8))
    public(
        "build_classes_model, the backbone is frozen",
        lambda: backbone_frozen(attempt(backbone, 10), backbone, images),
    )


_LABELS = np.array([2, 0, 1, 0, 2, 2, 1, 0, 2, 0, 0, 1, 2, 0, 2, 1, 0, 0, 2, 2, 1, 1, 0, 2])


_GAPS = np.array([6, 3, 6, 0, 0, 3, 3, 6, 0, 6, 3, 0])
"""Labels with gaps between them."""


def few_per_class(few_per_class: Callable[..., Any]) -> None:
    """Twenty-four labels of three classes, and twelve with gaps between their numbers."""
    attempt = Attempt("few_per_class", few_per_class)
    public(
        "few_per_class, as many of each",
        lambda: balanced(attempt(_LABELS, 3, 0), _LABELS, 3),
        lambda: balanced(attempt(_LABELS, 1, 5), _LABELS, 1),
        lambda: balanced(attempt(_GAPS, 2, 3), _GAPS, 2),
    )


def few_per_class_drawn(few_per_class: Callable[..., Any]) -> None:
    """Sixty labels, two seeds."""
    attempt = Attempt("few_per_class", few_per_class)
    labels = np.arange(60) % 3
    public(
        "few_per_class, drawn at random",
        lambda: drawn_well(attempt(labels, 6, 1), attempt(labels, 6, 1), attempt(labels, 6, 2), labels, 6),
    )


def average_features(average_features: Callable[..., Any]) -> None:
    """Two batches of two."""
    attempt = Attempt("average_features", average_features)

    def fresh() -> Any:
        return small_backbone(13, norm=False)

    backbone, images = fresh(), photos(13, 4, (8, 10))
    public(
        "average_features, the numbers",
        lambda: features_right(
            features_joined(attempt(backbone, images, 2)), backbone, images, fresh, 2
        ).is_array(),
    )


def average_features_last(average_features: Callable[..., Any]) -> None:
    """Five images in batches of two, and in one batch that is larger than needed."""
    attempt = Attempt("average_features", average_features)
    backbone, images = small_backbone(14, norm=False), photos(14, 5, (8, 10))
    public(
        "average_features, the last batch",
        lambda: features_complete(attempt(backbone, images, 2), backbone, images, 2),
        lambda: features_complete(attempt(backbone, images[:3], 8), backbone, images[:3], 8),
        lambda: fed_in_batches(attempt, 5, 2),
    )


def average_features_quiet(average_features: Callable[..., Any]) -> None:
    """A backbone with BatchNormalization, one batch."""
    attempt = Attempt("average_features", average_features)

    def fresh() -> Any:
        return small_backbone(15)

    backbone, images = fresh(), photos(15, 4, (8, 10))
    public(
        "average_features, as at inference",
        lambda: features_quiet(attempt(backbone, images, 4), backbone, images, fresh),
    )


def features_quiet(answer: Answer, backbone: Any, images: np.ndarray, fresh: Callable[[], Any]) -> None:
    """Expect what the backbone gives at inference for one batch, however its maps were averaged."""
    got = _numbers(_joined(answer).value)
    maps = maps_of(backbone, images)
    rows = [maps.mean(axis=(1, 2)), maps.max(axis=(1, 2)), maps.mean(axis=3), maps.mean(axis=(0, 1)), maps]
    rows.append(maps_of(backbone, images.astype(np.float32) / 255).mean(axis=(1, 2)))
    if not any(got.size == row.size and np.allclose(got.ravel(), row.ravel(), atol=1e-3) for row in rows):
        features_right(answer, backbone, images, fresh, len(images))


def prepare_fine_tuning(prepare_fine_tuning: Callable[..., Any]) -> None:
    """The last of two blocks."""
    attempt = Attempt("prepare_fine_tuning", prepare_fine_tuning)
    model = trained_once(small_backbone(16))
    public(
        "prepare_fine_tuning, the block learns",
        lambda: block_learns(attempt(model, "block2", 1e-5), "block2"),
    )


def prepare_fine_tuning_before(prepare_fine_tuning: Callable[..., Any]) -> None:
    """The blocks before it do not."""
    attempt = Attempt("prepare_fine_tuning", prepare_fine_tuning)
    model = trained_once(small_backbone(17, around=("stem_conv", "top_conv")))
    public(
        "prepare_fine_tuning, the rest stays frozen",
        lambda: rest_stays_frozen(attempt(model, "block2", 1e-5), "block2"),
    )


def prepare_fine_tuning_norm(prepare_fine_tuning: Callable[..., Any]) -> None:
    """BatchNormalization does not, wherever it stands."""
    attempt = Attempt("prepare_fine_tuning", prepare_fine_tuning)
    model = trained_once(small_backbone(18))
    public(
        "prepare_fine_tuning, BatchNormalization stays frozen",
        lambda: norms_stay_frozen(attempt(model, "block2", 1e-5), "block2"),
    )


def prepare_fine_tuning_compiled(prepare_fine_tuning: Callable[..., Any]) -> None:
    """A new optimizer."""
    attempt = Attempt("prepare_fine_tuning", prepare_fine_tuning)
    model = trained_once(small_backbone(19))
    public(
        "prepare_fine_tuning, compiled again",
        lambda: compiled_again(attempt(model, "block2", 1e-5), "block2"),
    )


def prepare_fine_tuning_rate(prepare_fine_tuning: Callable[..., Any]) -> None:
    """The rate that was passed."""
    attempt = Attempt("prepare_fine_tuning", prepare_fine_tuning)
    model = trained_once(small_backbone(20))
    public(
        "prepare_fine_tuning, a lower rate",
        lambda: rate_lowered(attempt(model, "block2", 1e-5), "block2", 1e-5),
    )


def choose_strategy(choose_strategy: Callable[..., Any]) -> None:
    """Six letters; whether they are right is for the hidden check to say."""
    attempt = Attempt("choose_strategy", choose_strategy)
    public("choose_strategy, few images", lambda: letters_of(attempt()), form=True)


def choose_strategy_many(choose_strategy: Callable[..., Any]) -> None:
    """As above."""
    attempt = Attempt("choose_strategy", choose_strategy)
    public("choose_strategy, many images", lambda: letters_of(attempt()), form=True)


# A network that reads red and green, and a head with two outputs.
_IMAGE = [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [1, 0, 2]]]
_READS = [[1, 0], [0, 1], [0, 0]]
_MAPS = [[[1, 2], [4, 5]], [[7, 8], [1, 0]]]
_HEAD = [[1, 0], [2, -1], [3, 2], [4, 0], [5, 1], [6, -2], [7, 0], [8, 3]]
_GRADIENTS = [[[0, -1], [2, 0]], [[1, -2], [0, 3]]]
_OF_ALL = [[[1, 1], [5, 4]], [[6, 4], [7, 11]]]
_OF_OTHER = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
_OF_IMAGE = [[[0, -1, 0], [2, 0, 0]], [[1, -2, 0], [0, 3, 0]]]


def _tape(attempt: Attempt) -> Answer:
    image = np.array(_IMAGE, np.uint8)
    return attempt(reading_network(_READS), linear_head((2, 2, 2), _HEAD), image, 1)


def maps_and_gradients(maps_and_gradients: Callable[..., Any]) -> None:
    """A linear head: the gradient of an output is its weights."""
    attempt = Attempt("maps_and_gradients", maps_and_gradients)
    mistakes = [
        (GRADIENT_OF_ALL, np.array(_OF_ALL)),
        (OTHER_OUTPUT, np.array(_OF_OTHER)),
        (GRADIENT_OF_IMAGE, np.array(_OF_IMAGE)),
    ]
    public(
        "maps_and_gradients, the gradients",
        lambda: gradients_right(_tape(attempt), np.array(_MAPS), np.array(_GRADIENTS), mistakes),
    )


def maps_and_gradients_maps(maps_and_gradients: Callable[..., Any]) -> None:
    """The same: the maps are the image's red and green."""
    attempt = Attempt("maps_and_gradients", maps_and_gradients)
    public("maps_and_gradients, the maps", lambda: maps_right(_tape(attempt), np.array(_MAPS, float)))


def _stacked(*maps: Any) -> np.ndarray:
    """Maps written one by one, (H, W) each, as one array (H, W, C)."""
    return np.stack([np.array(each, float) for each in maps], axis=-1)


_CAM_MAPS = ([[1, 0], [2, 0]], [[0, 3], [1, 0]])
_CAM_GRADIENTS = ([[1, 0], [0.5, 0.5]], [[4, 0], [0, 0]])
_CAM = [[1 / 6, 1], [2 / 3, 0]]
_CAM_NOT_WEIGHTED = [[1 / 3, 1], [1, 0]]
_CAM_PRODUCT = [[1, 0], [1, 0]]
_CAM_LARGEST = [[1 / 12, 1], [0.5, 0]]
_CAM_NOT_SCALED = [[0.5, 3], [2, 0]]
_CAM_BY_SUM = [[1 / 11, 6 / 11], [4 / 11, 0]]
_CAM_OF_MAPS = [[5 / 5, 0], [1.5 / 5, 0]]


def heat_map(heat_map: Callable[..., Any]) -> None:
    """Two maps, one of which counts twice as much."""
    attempt = Attempt("heat_map", heat_map)
    public(
        "heat_map, the weighted sum",
        lambda: (
            attempt(_stacked(*_CAM_MAPS), _stacked(*_CAM_GRADIENTS))
            .equals(
                _CAM,
                mistakes=[
                    (NOT_WEIGHTED, _CAM_NOT_WEIGHTED),
                    (GRADIENTS_NOT_AVERAGED, _CAM_PRODUCT),
                    (LARGEST_GRADIENT, _CAM_LARGEST),
                    (NOT_SCALED_TO_ONE, _CAM_NOT_SCALED),
                    (DIVIDED_BY_SUM, _CAM_BY_SUM),
                    (GRADIENTS_OTHER_AXES, _CAM_OF_MAPS),
                ],
                raising={ValueError: GRADIENTS_OTHER_AXES},
            )
            .leaves_inputs()
        ),
    )


# Two maps that overlap, one of which speaks against the class: the sum is 6, -3 and 3, -2.
_AGAINST_MAPS = ([[2, 1], [1, 0]], [[0, 3], [0, 1]])
_AGAINST_GRADIENTS = ([[3, 3], [3, 3]], [[-2, -2], [-2, -2]])
_AGAINST = [[1, 0], [0.5, 0]]
_AGAINST_KEPT = [[1, -0.5], [0.5, -1 / 3]]
_AGAINST_SUM = [[6, -3], [3, -2]]
_AGAINST_SHIFTED = [[1, 0], [2 / 3, 1 / 9]]
_AGAINST_TURNED = [[1, 0.5], [0.5, 1 / 3]]
_AGAINST_EARLY = [[1, 0.5], [0.5, 0]]
_AGAINST_ALSO = [
    [[6, 0], [3, 0]],
    [[3, 0], [1.5, 0]],
    [[24, 0], [12, 0]],
    [[2 / 3, 0], [1 / 3, 0]],
    [[0.5, 1], [0.25, 0.25]],
]


def heat_map_negative(heat_map: Callable[..., Any]) -> None:
    """Two maps, one of which speaks against the class."""
    attempt = Attempt("heat_map", heat_map)
    public(
        "heat_map, what speaks against",
        lambda: attempt(_stacked(*_AGAINST_MAPS), _stacked(*_AGAINST_GRADIENTS)).equals(
            _AGAINST,
            mistakes=[
                (NEGATIVE_KEPT, _AGAINST_KEPT),
                (NEGATIVE_KEPT, _AGAINST_SUM),
                (NEGATIVE_SHIFTED, _AGAINST_SHIFTED),
                (NEGATIVE_TURNED, _AGAINST_TURNED),
                (CUT_TOO_EARLY, _AGAINST_EARLY),
            ],
            also=_AGAINST_ALSO,
        ),
    )


# Both maps speak against the class: the sum is -2, -4, -6 and -8, -2, -4.
_ALL_AGAINST = ([[1, 2, 3], [4, 1, 2]], [[1, 2, 3], [4, 1, 2]])
_ALL_SHIFTED = [[1, 2 / 3, 1 / 3], [0, 1, 2 / 3]]
_ALL_TURNED = [[0.25, 0.5, 0.75], [1, 0.25, 0.5]]
_ALL_DIVIDED = [[1, 2, 3], [4, 1, 2]]


def heat_map_empty(heat_map: Callable[..., Any]) -> None:
    """Maps of zeros, and maps that all speak against the class; and some that do not."""
    attempt = Attempt("heat_map", heat_map)
    nothing = _stacked([[0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0]])
    others = [_CAM_NOT_WEIGHTED, _CAM_PRODUCT, _CAM_LARGEST, _CAM_NOT_SCALED, _CAM_BY_SUM, _CAM_OF_MAPS]
    public(
        "heat_map, where nothing speaks for it",
        lambda: empty_map(attempt(nothing, np.ones((2, 3, 2)))),
        lambda: attempt(_stacked(*_CAM_MAPS), _stacked(*_CAM_GRADIENTS)).equals(_CAM, also=others),
        lambda: empty_map(
            attempt(_stacked(*_ALL_AGAINST), -np.ones((2, 3, 2))),
            [(DIVIDED_TOO_EARLY, _ALL_DIVIDED)],
            [_ALL_SHIFTED, _ALL_TURNED],
        ),
    )


def empty_map(answer: Answer, mistakes: Sequence[Any] = (), also: Sequence[Any] = ()) -> None:
    """Expect zeros, (2, 3)."""
    answer._answered()
    wanted = np.zeros((2, 3))
    try:
        got = np.asarray(answer.value, float)
        numbers = got.shape == wanted.shape and not np.isfinite(got).all()
    except (TypeError, ValueError):
        numbers = False
    if numbers:
        expect(answer, False, NOT_A_NUMBER, "zeros")
    answer.equals(wanted, mistakes=mistakes, also=also)


_KERNEL = np.array([[[[1.0, 2], [3, 4]]]])
_NORM = ([4.0, 3.0], [1.0, -1.0], [3.0, 5.0], [3.9, 8.9], 0.1)
_FOLDED = np.array([[[[2.0, 2], [6, 4]]]])
_BIAS = [-5.0, -6.0]


_FOLDED_WRONGLY = [
    (ROOT_FORGOTTEN, np.array([[[[1, 2 / 3], [3, 4 / 3]]]]), [-2.0, -1 - 5 / 3]),
    (GAMMA_FORGOTTEN, np.array([[[[0.5, 2 / 3], [1.5, 4 / 3]]]]), [-0.5, -1 - 5 / 3]),
    (
        EPSILON_FORGOTTEN,
        np.array([[[[2.0254787, 2.0112045], [6.0764362, 4.0224090]]]]),
        [-5.0764362, -6.0280112],
    ),
    (
        EPSILON_OUTSIDE,
        np.array([[[[1.9278561, 1.9459657], [5.7835684, 3.8919315]]]]),
        [-4.7835684, -5.8649144],
    ),
]
"""What a wrong factor makes of the kernel, and of the bias."""


def _fold(attempt: Attempt) -> Answer:
    gamma, beta, mean, variance, epsilon = _NORM
    return attempt(_KERNEL, *map(np.array, (gamma, beta, mean, variance)), epsilon)


def _folded_here(part: Any, kernel: Any) -> bool:
    """Whether a part of the answer is this kernel or bias."""
    numbers, wanted = _numbers(part).astype(float), np.asarray(kernel, float)
    return numbers.shape == wanted.shape and bool(np.allclose(numbers, wanted, atol=1e-4))


def bias_right(
    answer: Answer, kernel: np.ndarray, bias: Any, factors: Sequence[Any], mistakes: Sequence[Any]
) -> None:
    """Expect the bias; with a wrong factor only where the kernel shows the same, which the other check judges.

    `factors` holds, of each wrong factor, the mistake, the kernel and the bias.
    """
    first, second = answer.part(0, 2), answer.part(1, 2)
    also = [wrong for _, folded, wrong in factors if _folded_here(first.value, folded)]
    if _folded_here(first.value, bias) and _folded_here(second.value, kernel):
        return  # they have changed places, which the other check says
    named = [(mistake, wrong) for mistake, _, wrong in factors]
    second.equals(bias, mistakes=[*mistakes, *named], also=also)


def fold_norm(fold_norm: Callable[..., Any]) -> None:
    """A 1x1 convolution with two channels and two filters: the kernel."""
    attempt = Attempt("fold_norm", fold_norm)
    public(
        "fold_norm, the kernel",
        lambda: (
            _fold(attempt)
            .part(0, 2)
            .equals(
                _FOLDED,
                mistakes=[
                    (WRONG_AXIS, np.array([[[[2, 4], [3, 4]]]])),
                    *((mistake, kernel) for mistake, kernel, _ in _FOLDED_WRONGLY),
                    (RESULTS_SWAPPED, _BIAS),
                ],
                raising=WRONG_AXIS,
            )
        ),
    )


def fold_norm_bias(fold_norm: Callable[..., Any]) -> None:
    """The same: the bias."""
    attempt = Attempt("fold_norm", fold_norm)
    mistakes = [(MEAN_NOT_SCALED, [-2.0, -6.0]), (BETA_FORGOTTEN, [-6.0, -5.0]), (SIGN_TURNED, [7.0, 4.0])]
    public(
        "fold_norm, the bias",
        lambda: bias_right(_fold(attempt), _FOLDED, _BIAS, _FOLDED_WRONGLY, mistakes),
    )
