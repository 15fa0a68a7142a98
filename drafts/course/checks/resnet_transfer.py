"""Public checks of 06_resnet_transfer: small cases, written out, and what is asked of each model.

No large network is needed here: a backbone is passed to the learner's function, and what comes back is judged with
one of a few layers.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.checking import Answer, Attempt, Mistake, public
from course.checking_keras import (
    FLATTENED,
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
    "the model takes photos of one size only: leave height and width open, keras.Input((None, None, 3)).",
)

NOT_THREE_NUMBERS = Mistake(
    "not-three-numbers",
    "return three whole numbers in a list, in the order that the docstring gives.",
)
BIAS_FORGOTTEN = Mistake("bias-forgotten", "the biases are missing: each unit has one.")
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
NORM_UNFROZEN = Mistake(
    "norm-unfrozen",
    "BatchNormalization layers are unfrozen: with few images their moving averages are spoiled. Freeze each of them.",
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
    """
    import keras

    layers, random = keras.layers, np.random.default_rng(seed)
    image = keras.Input((None, None, 3), name="image")
    scale = layers.Rescaling(1 / 127.5, offset=-1, name="preprocess")
    x = scale(image) if preprocess else layers.Rescaling(1 / 128, name="half")(image)
    for number, width in enumerate(widths, 1):
        before, name = x, f"{block}{number}"
        strides = 2 if number == 1 else 1
        x = layers.Conv2D(width, 3, strides, "same", use_bias=not norm, name=f"{name}_conv")(x)
        if norm:
            x = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm")(x)
        if residual and number == len(widths):
            way = layers.Conv2D(width, 1, use_bias=False, name=f"{name}_way")(before)
            x = layers.Add(name=f"{name}_add")([x, way])
        x = layers.ReLU(name=f"{name}_relu")(x)
    model = keras.Model(image, x, name="backbone")
    for layer in model.layers:
        if layer.weights:
            layer.set_weights([_drawn(random, weight) for weight in layer.weights])
    options = {"norm": norm, "preprocess": preprocess, "residual": residual}
    # Keras would copy it by way of a file, which takes several times as long.
    model.__deepcopy__ = lambda memo: small_backbone(seed, widths=widths, block=block, **options)
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


# -- preprocessing inside a model -----------------------------------------------------------


def preprocesses(answer: Answer, network: Any, images: np.ndarray, *, anyhow: bool = False) -> Judged:
    """Expect a model that gives what the network gives for preprocessed photos.

    With `anyhow` the other ways to treat photos pass, too: they are judged by another check.  What leaves them as they
    are does not: that would be the network itself.
    """
    images = _of_its_size(answer, images)
    judged = judge(answer, images.shape[1:], chain=False)
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
    also = [(SCALED_TO_ONE, bytes_ / 255), (NOT_TURNED, bytes_ - np.array([123.68, 116.779, 103.939]))]
    if same(right):
        return judged
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
    judged = judge(answer, _of_its_size(answer, sizes[0]).shape[1:], chain=False)
    shape = tuple(judged.model.inputs[0].shape[1:3])
    fine = shape == (None, None) or not judged.told
    judged.expect(fine, ONE_SIZE_ONLY, "a model for photos of any size", f"an input of {shape}")
    for images in sizes:
        preprocesses(answer, network, images, anyhow=True)


# -- a head on a backbone -------------------------------------------------------------------


def with_head(answer: Answer, backbone: Any, images: np.ndarray) -> tuple[Judged, list[Any], np.ndarray]:
    """Expect a head behind the last maps; the head as a judged chain, its layers, and the backbone's maps."""
    whole = judge(answer, images.shape[1:], chain=False)
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
    wanted = "the backbone, GlobalAveragePooling2D, Dense(1024), " + f"Dense({units})"
    flat = next((i for i, step in enumerate(head.steps) if len(step.outputs) == 1), None)
    head.expect(flat is not None, NOT_AVERAGED, wanted)
    vector = through(tail[: flat + 1], maps)[1]
    average, largest = maps.mean(axis=(1, 2)), maps.max(axis=(1, 2))
    head.expect(vector.shape[1] != maps[0].size, FLATTENED, wanted)
    head.expect(not _close(vector, largest) or _close(vector, average), GLOBAL_MAXIMUM, wanted)
    head.expect(_close(vector, average), NOT_AVERAGED, wanted)
    head.has_weights([dense(1024), dense(units)])

    def off(treated: np.ndarray) -> float:
        return float(np.abs(through(tail, maps_of(backbone, treated))[1] - head.outputs).max())

    bytes_ = images.astype(np.float32)
    if off(bytes_) < 1e-4:
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
    head.has_hidden_activations().ends_in(output, head.outputs.shape[-1])


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
    wanted = "a head that learns"
    head.expect(all(id(weight) in learn for weight in own), HEAD_FROZEN, wanted, "the head may not learn")
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


def chosen(answer: Answer) -> np.ndarray:
    """Expect places, whole numbers (N,)."""
    answer._answered()
    try:
        places = np.asarray(answer.value, float)
    except (TypeError, ValueError):
        places = np.zeros(0)
    fine = places.ndim == 1 and places.size > 0 and bool((places == np.floor(places)).all())
    before = answer.before[0][0]
    fine = fine and bool((places >= 0).all() and (places < len(before)).all())
    expect(answer, fine, NOT_PLACES, "places in `labels`")
    return places.astype(int)


def balanced(answer: Answer, labels: np.ndarray, count: int) -> None:
    """Expect `count` places of each class."""
    places = chosen(answer)
    numbers = np.bincount(labels[places], minlength=labels.max() + 1)
    wanted = np.bincount(labels) > 0
    got = f"{len(places)} places; of each class {numbers.tolist()}"
    expect(answer, len(places) != count or wanted.sum() == 1, COUNT_IN_ALL, f"{count} of each class", got)
    expect(answer, (numbers == count * wanted).all(), UNBALANCED, f"{count} of each class", got)


def drawn_well(first: Answer, again: Answer, other: Answer, labels: np.ndarray, count: int) -> None:
    """Expect no place twice, the same places for the same seed, and others for another."""
    places = chosen(first)
    enough = len(places) >= min(count, len(labels))
    expect(first, enough, UNBALANCED, f"{count} of each class", f"{len(places)} places")
    expect(first, len(set(places.tolist())) == len(places), DRAWN_TWICE, "every place at most once")
    same = sorted(chosen(again).tolist()) == sorted(places.tolist())
    expect(again, same, NEVER_THE_SAME, "the same places for the same seed")
    differ = sorted(chosen(other).tolist()) != sorted(places.tolist())
    expect(other, differ, ALWAYS_THE_SAME, "other places for another seed")


def features_right(answer: Answer, backbone: Any, images: np.ndarray, fresh: Callable[[], Any]) -> Answer:
    """Expect the averages of the backbone's maps, (N, C); `fresh` makes the backbone anew, for what would change it."""
    maps = maps_of(backbone, images)
    wanted = maps.mean(axis=(1, 2))
    small = images.astype(np.float32)
    mistakes: list[tuple[Mistake, Any]] = [
        (MAXIMUM_NOT_AVERAGE, lambda: maps.max(axis=(1, 2))),
        (AVERAGED_OVER_MAPS, lambda: maps.mean(axis=3)),
        (AVERAGED_OVER_MAPS, lambda: maps.mean(axis=3).reshape(len(maps), -1)),
        (AVERAGED_OVER_MAPS, lambda: maps.mean(axis=(1, 2, 3))),
        (MAPS_NOT_AVERAGED, lambda: maps),
        (MAPS_NOT_AVERAGED, lambda: maps.reshape(len(maps), -1)),
        (SCALED_BEFORE, lambda: maps_of(backbone, small / 255).mean(axis=(1, 2))),
        (TRAINING_MODE, lambda: np.asarray(fresh()(small, training=True)).mean(axis=(1, 2))),
    ]
    return answer.equals(wanted, tolerance=1e-3, mistakes=mistakes, otherwise=FEATURES_OTHER.message)


def _numbers(value: Any) -> np.ndarray:
    """The value as an array of numbers; an empty one where it is none."""
    try:
        array = np.asarray(value)
        return array if array.dtype.kind in "fiu" else array.astype(float)
    except (TypeError, ValueError):
        return np.zeros(0)


def features_complete(answer: Answer, backbone: Any, images: np.ndarray) -> None:
    """Expect one row for each image, and the right last one, however its numbers were averaged."""
    answer._answered()
    maps = maps_of(backbone, images)
    got = _numbers(answer.value)
    usable = got.dtype.kind in "fiu" and got.ndim >= 2
    said = f"an array of shape {got.shape}" if usable else None
    expect(answer, usable, FEATURES_OTHER, f"{len(images)} rows", said)
    expect(answer, len(got) == len(images), LAST_BATCH_LOST, f"{len(images)} rows", said)
    rows = [maps.mean(axis=(1, 2)), maps.max(axis=(1, 2)), maps.mean(axis=3), maps]
    rows.append(maps_of(backbone, images.astype(np.float32) / 255).mean(axis=(1, 2)))
    last = [row.reshape(len(images), -1)[-1] for row in rows]
    mine = got.reshape(len(got), -1)[-1].astype(float)
    fine = any(row.shape == mine.shape and np.allclose(row, mine, atol=1e-3) for row in last)
    expect(answer, fine, FEATURES_OTHER, "the last row: the features of the last image", said)


# -- fine-tuning -----------------------------------------------------------------------------

MARK = "head_training"
"""Name of the optimizer of a model that was trained once: a new one has another."""
FIRST_RATE = 0.002


def trained_once(backbone: Any, units: int = 6) -> Any:
    """A model as `build_transfer_model` gives it, small, compiled with an optimizer that is known again."""
    import keras

    layers = keras.layers
    backbone.trainable = False
    model = keras.Sequential([keras.Input((None, None, 3)), backbone, layers.GlobalAveragePooling2D()])
    model.add(layers.Dense(units, activation="relu"))
    model.add(layers.Dense(1, activation="sigmoid"))
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
    judged = judge(answer, (*size, 3), chain=False)
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


def gradients_right(answer: Answer, maps: np.ndarray, wanted: np.ndarray, mistakes: Sequence[Any]) -> None:
    """Expect the gradients as the second result."""
    gradients = answer.part(1, 2)
    if gradients.value is None:
        expect(gradients, False, NO_GRADIENT, "gradients", "None")
    gradients.equals(
        wanted,
        tolerance=1e-3 * max(1.0, float(np.abs(wanted).max())),
        mistakes=[(PARTS_SWAPPED, maps), *mistakes],
        otherwise=GRADIENT_OTHER.message,
    )


def maps_right(answer: Answer, maps: np.ndarray) -> None:
    """Expect the maps as one of the two results: their order is judged by the other check."""
    first, second = answer.part(0, 2), answer.part(1, 2)
    try:
        values = np.asarray(second.value, float)
        swapped = values.size == maps.size and np.allclose(values.reshape(maps.shape), maps, atol=1e-3)
    except (TypeError, ValueError):
        swapped = False
    if not swapped:
        tolerance = 1e-3 * max(1.0, float(np.abs(maps).max()))
        first.equals(maps, tolerance=tolerance, otherwise=MAPS_WRONG.message)


def reading_network(kernel: Any) -> Any:
    """A network of one 1x1 convolution with this kernel, (C, F): images to maps of the same size."""
    import keras

    kernel = np.asarray(kernel, np.float32)
    layers = [keras.layers.Conv2D(kernel.shape[1], 1, use_bias=False)]
    network = keras.Sequential([keras.Input((None, None, kernel.shape[0])), *layers])
    network.set_weights([kernel[None, None]])
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
    public("input_ranges, once and from [0, 1]", lambda: pairs_of(attempt()))


def input_ranges_faults(input_ranges: Callable[..., Any]) -> None:
    """As above."""
    attempt = Attempt("input_ranges", input_ranges)
    public("input_ranges, twice and not at all", lambda: pairs_of(attempt()))


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
    """One photo of 1x2 pixels, (1, 1, 2, 3)."""
    return np.array([[pixels]], dtype)


def resnet_input(resnet_input: Callable[..., Any]) -> None:
    """Two coloured pixels: the means."""
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
            ],
            also=[_photo(_NOT_TURNED), _photo(_NOT_TURNED_EITHER)],
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
            mistakes=[(NOT_TURNED, _photo(_NOT_TURNED)), (NOT_TURNED, _photo(_NOT_TURNED_EITHER))],
            also=[
                _photo(other)
                for other in (_MEANS_TURNED, _MEANS_MISSING, _SCALED_FIRST, _CENTRED, _CENTRED_RED_FIRST)
            ],
            otherwise=RECIPE_OTHER.message,
        ),
    )


def _new_floats(answer: Answer) -> Answer:
    others = (_MEANS_TURNED, _MEANS_MISSING, _SCALED_FIRST, _CENTRED, _CENTRED_RED_FIRST)
    others += (_NOT_TURNED, _NOT_TURNED_EITHER)
    answer.equals(
        _photo(_WANTED),
        tolerance=0.01,
        also=[_photo(other) for other in others],
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
    public("transfer_parameters, averaged maps", lambda: counts_of(attempt()))


def transfer_parameters_flatten(transfer_parameters: Callable[..., Any]) -> None:
    """As above."""
    attempt = Attempt("transfer_parameters", transfer_parameters)
    public("transfer_parameters, flattened maps", lambda: counts_of(attempt()))


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


def few_per_class(few_per_class: Callable[..., Any]) -> None:
    """Twenty-four labels of three classes."""
    attempt = Attempt("few_per_class", few_per_class)
    public(
        "few_per_class, as many of each",
        lambda: balanced(attempt(_LABELS, 3, 0), _LABELS, 3),
        lambda: balanced(attempt(_LABELS, 1, 5), _LABELS, 1),
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
        lambda: features_right(attempt(backbone, images, 2), backbone, images, fresh),
    )


def average_features_last(average_features: Callable[..., Any]) -> None:
    """Five images in batches of two, and in one batch that is larger than needed."""
    attempt = Attempt("average_features", average_features)
    backbone, images = small_backbone(14, norm=False), photos(14, 5, (8, 10))
    public(
        "average_features, the last batch",
        lambda: features_complete(attempt(backbone, images, 2), backbone, images),
        lambda: features_complete(attempt(backbone, images[:3], 8), backbone, images[:3]),
    )


def average_features_quiet(average_features: Callable[..., Any]) -> None:
    """A backbone with BatchNormalization, one batch; an array comes back."""
    attempt = Attempt("average_features", average_features)

    def fresh() -> Any:
        return small_backbone(15)

    backbone, images = fresh(), photos(15, 4, (8, 10))
    public(
        "average_features, as at inference",
        lambda: features_quiet(attempt(backbone, images, 4), backbone, images, fresh),
    )


def features_quiet(answer: Answer, backbone: Any, images: np.ndarray, fresh: Callable[[], Any]) -> None:
    """Expect what the backbone gives at inference, however its maps were averaged, in an array."""
    answer._answered()
    got = _numbers(answer.value)
    maps = maps_of(backbone, images)
    rows = [maps.mean(axis=(1, 2)), maps.max(axis=(1, 2)), maps.mean(axis=3), maps]
    rows.append(maps_of(backbone, images.astype(np.float32) / 255).mean(axis=(1, 2)))
    if any(got.size == row.size and np.allclose(got.ravel(), row.ravel(), atol=1e-3) for row in rows):
        answer.is_array()
        return
    features_right(answer, backbone, images, fresh).is_array()


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
    model = trained_once(small_backbone(17))
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
    public("choose_strategy, few images", lambda: letters_of(attempt()))


def choose_strategy_many(choose_strategy: Callable[..., Any]) -> None:
    """As above."""
    attempt = Attempt("choose_strategy", choose_strategy)
    public("choose_strategy, many images", lambda: letters_of(attempt()))


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


def heat_map(heat_map: Callable[..., Any]) -> None:
    """Two maps, one of which counts twice as much."""
    attempt = Attempt("heat_map", heat_map)
    public(
        "heat_map, the weighted sum",
        lambda: attempt(_stacked(*_CAM_MAPS), _stacked(*_CAM_GRADIENTS)).equals(
            _CAM,
            mistakes=[
                (NOT_WEIGHTED, _CAM_NOT_WEIGHTED),
                (GRADIENTS_NOT_AVERAGED, _CAM_PRODUCT),
                (LARGEST_GRADIENT, _CAM_LARGEST),
                (NOT_SCALED_TO_ONE, _CAM_NOT_SCALED),
            ],
        ),
    )


def heat_map_negative(heat_map: Callable[..., Any]) -> None:
    """Two maps, one of which speaks against the class."""
    attempt = Attempt("heat_map", heat_map)
    maps = _stacked([[2, 0], [1, 0]], [[0, 3], [0, 1]])
    gradients = _stacked([[1, 1], [1, 1]], [[-2, -2], [-2, -2]])
    public(
        "heat_map, what speaks against",
        lambda: attempt(maps, gradients).equals(
            [[1, 0], [0.5, 0]],
            mistakes=[
                (NEGATIVE_KEPT, [[1, -3], [0.5, -1]]),
                (NEGATIVE_KEPT, [[1 / 3, -1], [1 / 6, -1 / 3]]),
                (NEGATIVE_SHIFTED, [[1, 0], [0.875, 0.5]]),
                (NEGATIVE_TURNED, [[1 / 3, 1], [1 / 6, 1 / 3]]),
            ],
            also=[[[2, 0], [1, 0]], [[2 / 3, 1], [1 / 3, 1 / 3]]],
        ),
    )


def heat_map_empty(heat_map: Callable[..., Any]) -> None:
    """Maps of zeros, and maps that all speak against the class; and some that do not."""
    attempt = Attempt("heat_map", heat_map)
    nothing = _stacked([[0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0]])
    against = -np.ones((2, 3, 2))
    others = [_CAM_NOT_WEIGHTED, _CAM_PRODUCT, _CAM_LARGEST, _CAM_NOT_SCALED]
    public(
        "heat_map, where nothing speaks for it",
        lambda: empty_map(attempt(nothing, np.ones((2, 3, 2)))),
        lambda: attempt(_stacked(*_CAM_MAPS), _stacked(*_CAM_GRADIENTS)).equals(_CAM, also=others),
        lambda: empty_map(attempt(nothing, against)),
    )


def empty_map(answer: Answer) -> None:
    """Expect zeros."""
    answer._answered()
    wanted = np.zeros((2, 3))
    try:
        got = np.asarray(answer.value, float)
        numbers = got.shape == wanted.shape and not np.isfinite(got).all()
    except (TypeError, ValueError):
        numbers = False
    if numbers:
        expect(answer, False, NOT_A_NUMBER, "zeros")
    answer.equals(wanted)


_KERNEL = np.array([[[[1.0, 2], [3, 4]]]])
_NORM = ([4.0, 3.0], [1.0, -1.0], [3.0, 5.0], [3.9, 8.9], 0.1)
_FOLDED = np.array([[[[2.0, 2], [6, 4]]]])
_BIAS = [-5.0, -6.0]


def _fold(attempt: Attempt) -> Answer:
    gamma, beta, mean, variance, epsilon = _NORM
    return attempt(_KERNEL, *map(np.array, (gamma, beta, mean, variance)), epsilon)


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
                    (ROOT_FORGOTTEN, np.array([[[[1, 2 / 3], [3, 4 / 3]]]])),
                    (WRONG_AXIS, np.array([[[[2, 4], [3, 4]]]])),
                    (GAMMA_FORGOTTEN, np.array([[[[0.5, 2 / 3], [1.5, 4 / 3]]]])),
                    (EPSILON_FORGOTTEN, np.array([[[[2.0254787, 2.0112045], [6.0764362, 4.0224090]]]])),
                ],
                raising=WRONG_AXIS,
            )
        ),
    )


def fold_norm_bias(fold_norm: Callable[..., Any]) -> None:
    """The same: the bias."""
    attempt = Attempt("fold_norm", fold_norm)
    public(
        "fold_norm, the bias",
        lambda: (
            _fold(attempt)
            .part(1, 2)
            .equals(
                _BIAS,
                mistakes=[
                    (MEAN_NOT_SCALED, [-2.0, -6.0]),
                    (BETA_FORGOTTEN, [-6.0, -5.0]),
                    (SIGN_TURNED, [7.0, 4.0]),
                ],
                # A wrong factor costs the other check only.
                also=[
                    [-2.0, -1 - 5 / 3],
                    [-0.5, -1 - 5 / 3],
                    [-5.0764362, -6.0280112],
                ],
            )
        ),
    )
