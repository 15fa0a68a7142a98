"""Hidden checks of 06_resnet_transfer: drawn backbones and inputs, oracles in NumPy, a model of each known mistake."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.checks import draws, hidden
from course.checking import Answer, Attempt, Mistake
from course.checks import resnet_transfer as public
from course.checks.resnet_transfer import expect, photos, small_backbone

Wrongs = Iterator[tuple[Mistake, Callable[[], Any]]]


# ---------------------------------------------------------------------------------------
# Oracles, and what each known mistake makes of them
# ---------------------------------------------------------------------------------------

MEANS = np.array([103.939, 116.779, 123.68])
"""Of blue, green and red."""
DEVIATIONS = np.array([0.225, 0.224, 0.229])


def prepared(images: np.ndarray) -> np.ndarray:
    """Photos (N, H, W, 3) as ResNet50 wants them."""
    return np.asarray(images, float)[..., ::-1] - MEANS


def means_mistakes(images: np.ndarray) -> Wrongs:
    """What each mistake about the means gives, with the channels turned or not."""
    given = np.asarray(images, float)
    blue_first = given[..., ::-1]
    yield public.MEANS_TURNED, lambda: blue_first - MEANS[::-1]
    yield public.MEANS_MISSING, lambda: blue_first
    yield public.SCALED_FIRST, lambda: blue_first / 255 - MEANS
    yield public.SCALED_FIRST, lambda: blue_first / 255
    yield public.CENTRED, lambda: blue_first / 127.5 - 1
    yield public.CENTRED, lambda: given / 127.5 - 1
    yield public.DIVIDED_BY_DEVIATION, lambda: (blue_first - MEANS) / DEVIATIONS
    yield public.DIVIDED_BY_DEVIATION, lambda: (given / 255 - MEANS[::-1] / 255) / DEVIATIONS[::-1]
    if len(given) > 1:
        yield public.FIRST_PHOTO_ONLY, lambda: blue_first[:1] - MEANS
        yield public.FIRST_PHOTO_ONLY, lambda: blue_first[0] - MEANS


def order_mistakes(images: np.ndarray) -> Wrongs:
    """What comes where the channels were not turned."""
    given = np.asarray(images, float)
    yield public.NOT_TURNED, lambda: given - MEANS[::-1]
    yield public.NOT_TURNED, lambda: given - MEANS
    for axis in range(3):
        yield public.TURNED_OTHERWISE, lambda axis=axis: np.flip(given, axis) - MEANS
        yield public.TURNED_OTHERWISE, lambda axis=axis: np.flip(given, axis) - MEANS[::-1]


def once(value: float) -> np.ndarray:
    """What becomes of a grey of this value, channel by channel."""
    return value - MEANS


def twice(value: float) -> np.ndarray:
    """The same after a second pass, which turns the channels back."""
    return once(value)[::-1] - MEANS


RANGES = [
    (once(0).min(), once(255).max()),
    (once(0).min(), once(1).max()),
    (twice(0).min(), twice(255).max()),
    (0.0, 255.0),
]
"""Smallest and largest number that reaches the network: once, from [0, 1], twice, not at all."""

PARAMETERS = (2_099_201, 535_562, 102_762_497)
"""Heads with 1,024 units: on 2,048 averaged maps, on 512 with ten classes, on 2,048 flattened maps of 7x7."""


def _heads(first: int, last: int, *, layer: bool = True) -> list[int]:
    """The three counts with so many biases a unit of the first dense layer, and of the last, or without that."""
    sizes = ((2048, 1), (512, 10), (49 * 2048, 1))
    return [(values + first) * 1024 + (1024 + last) * units * layer for values, units in sizes]


WITHOUT_BIASES = [_heads(0, 0), _heads(0, 1), _heads(1, 0)]
WITHOUT_LAST = [_heads(1, 1, layer=False), _heads(0, 0, layer=False)]

STRATEGIES = "ABCDAD"


def cam(maps: np.ndarray, gradients: np.ndarray) -> np.ndarray:
    """The heat map of Grad-CAM, its largest value 1, or zeros."""
    heat = np.maximum(_sum(maps, gradients.mean(axis=(0, 1))), 0)
    return heat / heat.max() if heat.max() > 0 else heat


def _sum(maps: np.ndarray, weights: np.ndarray) -> np.ndarray:
    result = np.zeros(maps.shape[:2])
    for number, weight in enumerate(weights):
        result = result + weight * maps[..., number]
    return result


def _scaled(heat: np.ndarray) -> np.ndarray:
    return heat / np.abs(heat).max() if np.abs(heat).max() > 0 else heat


def cam_mistakes(maps: np.ndarray, gradients: np.ndarray) -> Wrongs:
    """What each mistake about the weighted sum gives, scaled."""
    weights = gradients.mean(axis=(0, 1))
    yield public.NOT_WEIGHTED, lambda: _scaled(np.maximum(maps.sum(axis=-1), 0))
    yield public.GRADIENTS_NOT_AVERAGED, lambda: _scaled(np.maximum((maps * gradients).sum(axis=-1), 0))
    yield public.LARGEST_GRADIENT, lambda: _scaled(np.maximum(_sum(maps, gradients.max(axis=(0, 1))), 0))
    yield public.NOT_SCALED_TO_ONE, lambda: np.maximum(_sum(maps, weights), 0)
    yield public.NOT_SCALED_TO_ONE, lambda: np.maximum(_sum(maps, weights), 0) / len(weights)
    yield public.NOT_SCALED_TO_ONE, lambda: np.maximum(_sum(maps, gradients.sum(axis=(0, 1))), 0)
    yield public.DIVIDED_BY_SUM, lambda: cam(maps, gradients) / cam(maps, gradients).sum()
    for axis in (-1, 0, 1):
        yield (
            public.GRADIENTS_OTHER_AXES,
            lambda axis=axis: _scaled(
                np.maximum((maps * gradients.mean(axis=axis, keepdims=True)).sum(-1), 0)
            ),
        )


def negative_mistakes(maps: np.ndarray, gradients: np.ndarray) -> Wrongs:
    """What each mistake about negative values gives."""
    weights = gradients.mean(axis=(0, 1))
    plain = _sum(maps, weights)
    yield public.CUT_TOO_EARLY, lambda: _scaled(_sum(maps, np.maximum(weights, 0)))
    yield public.CUT_TOO_EARLY, lambda: _scaled(np.maximum(maps * weights, 0).sum(axis=-1))
    yield public.NEGATIVE_KEPT, lambda: plain / plain.max()
    yield public.NEGATIVE_KEPT, lambda: _scaled(plain)
    yield public.NEGATIVE_KEPT, lambda: plain
    yield public.NEGATIVE_SHIFTED, lambda: (plain - plain.min()) / (plain.max() - plain.min())
    yield public.NEGATIVE_TURNED, lambda: _scaled(np.abs(plain))


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities of scores (C,)."""
    raised = np.exp(scores - scores.max())
    return raised / raised.sum()


def head_gradient(maps: np.ndarray, weights: np.ndarray, output: int) -> np.ndarray:
    """The gradient of a softmax probability with respect to the maps, by hand; weights (values, outputs)."""
    chances = softmax(maps.ravel() @ weights)
    return (chances[output] * (weights[:, output] - weights @ chances)).reshape(maps.shape)


def folded(
    kernel: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
    epsilon: float,
) -> tuple[np.ndarray, np.ndarray]:
    """A convolution without bias and the normalisation behind it, as one kernel and one bias."""
    factor = gamma / np.sqrt(variance + epsilon)
    return kernel * factor, beta - factor * mean


def factors(gamma: np.ndarray, variance: np.ndarray, epsilon: float) -> Iterator[tuple[Mistake, np.ndarray]]:
    """What each mistake about the factor gives."""
    yield public.ROOT_FORGOTTEN, gamma / (variance + epsilon)
    yield public.EPSILON_FORGOTTEN, gamma / np.sqrt(variance)
    yield public.EPSILON_OUTSIDE, gamma / (np.sqrt(variance) + epsilon)
    yield public.GAMMA_FORGOTTEN, 1 / np.sqrt(variance + epsilon)


# ---------------------------------------------------------------------------------------
# What a pretrained network wants
# ---------------------------------------------------------------------------------------


def _near(pair: np.ndarray, wanted: tuple[float, float]) -> bool:
    return bool(np.allclose(pair, wanted, atol=0.6))


def input_ranges(input_ranges: Callable[..., Any]) -> None:
    """Bytes once, and images in [0, 1] once."""
    attempt = Attempt("input_ranges", input_ranges)

    def judged() -> None:
        answer = attempt()
        pairs = public.pairs_of(answer)
        for pair, right in zip(pairs[:2], RANGES[:2], strict=True):
            one_colour = any(_near(pair, (0 - mean, right[1] + MEANS[0] - mean)) for mean in MEANS)
            mistake = public.MEAN_OF_ONE_COLOUR if one_colour else public.RANGE_OTHER
            if right is RANGES[1] and _near(pair, RANGES[0]):
                mistake = public.LARGEST_STILL_255
            expect(answer, _near(pair, right), mistake, "the range of what reaches the network")

    hidden("input_ranges, once and from [0, 1]", "the first two ranges", judged)


def input_ranges_faults(input_ranges: Callable[..., Any]) -> None:
    """Preprocessed twice, and not at all."""
    attempt = Attempt("input_ranges", input_ranges)
    doubled = (2 * once(0).min(), 255 - 2 * MEANS[0])

    def judged() -> None:
        answer = attempt()
        pairs = public.pairs_of(answer)
        mistake = public.RANGE_OTHER
        if _near(pairs[2], doubled):
            mistake = public.TURNED_BACK_FORGOTTEN
        elif _near(pairs[2], RANGES[0]):
            mistake = public.TWICE_AS_ONCE
        expect(answer, _near(pairs[2], RANGES[2]), mistake, "the range after two passes")
        expect(answer, _near(pairs[3], RANGES[3]), public.NOT_AT_ALL, "the range without preprocessing")

    hidden("input_ranges, twice and not at all", "the last two ranges", judged)


def _batches(random: np.random.Generator) -> list[np.ndarray]:
    return [
        random.integers(0, 256, (int(random.integers(2, 5)), 5, 3, 3), dtype=np.uint8),
        random.uniform(0, 255, (1, 4, 6, 3)).astype(np.float32),
        random.uniform(0, 255, (2, 3, 4, 3)),
    ]


def resnet_input(resnet_input: Callable[..., Any]) -> None:
    """Photos of bytes and of floats: the means."""
    attempt = Attempt("resnet_input", resnet_input)
    hidden(
        "resnet_input, the means",
        "coloured photos, as bytes and as floats",
        *(
            lambda images=images: attempt(images).equals(
                prepared(images),
                tolerance=0.01,
                mistakes=list(means_mistakes(images)),
                also=[wrong() for _, wrong in order_mistakes(images)],
                otherwise=public.RECIPE_OTHER.message,
            )
            for images in _batches(draws("resnet_input"))
        ),
    )


def resnet_input_colours(resnet_input: Callable[..., Any]) -> None:
    """The order of the channels, whatever was taken off."""
    attempt = Attempt("resnet_input", resnet_input)
    hidden(
        "resnet_input, blue first",
        "coloured photos",
        *(
            lambda images=images: attempt(images).equals(
                prepared(images),
                tolerance=0.01,
                mistakes=list(order_mistakes(images)),
                also=[wrong() for _, wrong in means_mistakes(images)],
                otherwise=public.RECIPE_OTHER.message,
            )
            for images in _batches(draws("resnet_input_colours"))
        ),
    )


def resnet_input_new(resnet_input: Callable[..., Any]) -> None:
    """A new array of floats, the input left alone."""
    attempt = Attempt("resnet_input", resnet_input)

    def judged(images: np.ndarray) -> Answer:
        wrongs = [wrong() for _, wrong in [*means_mistakes(images), *order_mistakes(images)]]
        answer = attempt(images).equals(
            prepared(images), tolerance=0.01, also=wrongs, otherwise=public.RECIPE_OTHER.message
        )
        return answer.is_array(kind="f").leaves_inputs()

    hidden(
        "resnet_input, a new array",
        "photos as bytes and as floats",
        *(lambda images=images: judged(images) for images in _batches(draws("resnet_input_new"))),
    )


def _seed(random: np.random.Generator) -> int:
    return int(random.integers(1, 1 << 30))


def with_preprocessing(with_preprocessing: Callable[..., Any]) -> None:
    """A drawn network that wants what ResNet50 wants."""
    random = draws("with_preprocessing")
    attempt = Attempt("with_preprocessing", with_preprocessing)
    network = small_backbone(_seed(random), preprocess=False, widths=(5, 4))
    images = photos(_seed(random), 3, (10, 12))
    hidden(
        "with_preprocessing, the maps",
        "another network, and photos from 0 to 255",
        lambda: public.preprocesses(attempt(network), network, images),
    )


def with_preprocessing_sizes(with_preprocessing: Callable[..., Any]) -> None:
    """Photos of several sizes."""
    random = draws("with_preprocessing_sizes")
    attempt = Attempt("with_preprocessing", with_preprocessing)
    network = small_backbone(_seed(random), preprocess=False, widths=(3, 4))
    several = [photos(_seed(random), 2, size) for size in ((9, 14), (16, 8), (5, 5))]
    hidden(
        "with_preprocessing, photos of any size",
        "photos of several sizes",
        lambda: public.takes_any_size(attempt(network), network, *several),
    )


def transfer_parameters(transfer_parameters: Callable[..., Any]) -> None:
    """The two heads on averaged maps."""
    attempt = Attempt("transfer_parameters", transfer_parameters)

    def judged() -> None:
        answer = attempt()
        resnet, vgg, _ = public.counts_of(answer)
        mistake = public.COUNT_OTHER
        if (resnet, vgg) in [tuple(counts[:2]) for counts in WITHOUT_BIASES]:
            mistake = public.BIAS_FORGOTTEN
        elif (resnet, vgg) in [tuple(counts[:2]) for counts in WITHOUT_LAST]:
            mistake = public.LAST_LAYER_FORGOTTEN
        elif resnet == 513 * 1024 + 1025 or vgg == 2049 * 1024 + 10250:
            mistake = public.MAPS_OF_OTHER
        expect(answer, (resnet, vgg) == PARAMETERS[:2], mistake, "the weights and biases of both heads")

    hidden("transfer_parameters, averaged maps", "the two heads on averaged maps", judged)


def transfer_parameters_flatten(transfer_parameters: Callable[..., Any]) -> None:
    """The head on flattened maps."""
    attempt = Attempt("transfer_parameters", transfer_parameters)

    def judged() -> None:
        answer = attempt()
        numbers = public.counts_of(answer)
        mistake = public.COUNT_OTHER
        if numbers[2] == (7 * 2048 + 1) * 1024 + 1025:
            mistake = public.SIDE_NOT_AREA
        elif numbers[2] in [counts[2] for counts in WITHOUT_BIASES]:
            mistake = public.BIAS_FORGOTTEN
        elif numbers[2] in [counts[2] for counts in WITHOUT_LAST]:
            mistake = public.LAST_LAYER_FORGOTTEN
        # A slip that all three share costs the other check only.
        shared = numbers in [*WITHOUT_BIASES, *WITHOUT_LAST]
        expect(answer, numbers[2] == PARAMETERS[2] or shared, mistake, "the head on flattened maps")

    hidden("transfer_parameters, flattened maps", "the head on flattened maps", judged)


# ---------------------------------------------------------------------------------------
# A head on a backbone
# ---------------------------------------------------------------------------------------


def _case(name: str) -> tuple[Any, np.ndarray]:
    """A drawn backbone, whose last block has a way around it, and photos."""
    random = draws(name)
    widths = [int(number) for number in random.integers(3, 7, 2)]
    backbone = small_backbone(_seed(random), widths=widths, residual=True)
    return backbone, photos(_seed(random), 3, (8, 12))


SITUATION = "another backbone, and photos from 0 to 255"


def build_transfer_model(build_transfer_model: Callable[..., Any]) -> None:
    """Averaged maps, Dense(1024), Dense(1)."""
    attempt = Attempt("build_transfer_model", build_transfer_model)
    backbone, images = _case("build_transfer_model")
    hidden(
        "build_transfer_model, the layers",
        SITUATION,
        lambda: public.head_on_backbone(attempt(backbone), backbone, images, 1),
    )


def build_transfer_model_activations(build_transfer_model: Callable[..., Any]) -> None:
    """ReLU, sigmoid."""
    attempt = Attempt("build_transfer_model", build_transfer_model)
    backbone, images = _case("build_transfer_model_activations")
    hidden(
        "build_transfer_model, the activations",
        SITUATION,
        lambda: public.head_activations(attempt(backbone), backbone, images, "sigmoid"),
    )


def build_transfer_model_compiled(build_transfer_model: Callable[..., Any]) -> None:
    """The loss, and its value."""
    attempt = Attempt("build_transfer_model", build_transfer_model)
    backbone, images = _case("build_transfer_model_compiled")
    random = draws("build_transfer_model_loss")

    def compiled() -> None:
        head = public.head_compiled(attempt(backbone), backbone, images, "binary_crossentropy")
        loss_is_a_crossentropy(head, random)

    hidden("build_transfer_model, compiled", SITUATION, compiled)


def loss_is_a_crossentropy(head: Any, random: np.random.Generator) -> None:
    """Expect the compiled loss to have the crossentropy's value, options included, on outputs that are drawn."""
    units = head.outputs.shape[-1]
    classes = max(units, 2)
    if head.activations()[-1] != ("sigmoid" if units == 1 else "softmax"):
        return  # another check judges it
    chances = random.dirichlet(np.full(classes, 0.7), 12) * 0.98 + 0.02 / classes
    labels = random.integers(0, classes, 12)
    given = labels.reshape(-1, 1).astype(np.float32)
    outputs = (chances if units > 1 else chances[:, 1:]).astype(np.float32)
    got = float(head.model.compute_loss(x=np.zeros((12, 4, 4, 3), np.float32), y=given, y_pred=outputs))
    wanted = float(-np.log(chances[np.arange(12), labels]).mean())
    head.expect(abs(got - wanted) < 0.01, LOSS_VALUE, f"a loss of {wanted:.3f}", f"a loss of {got:.3f}")


LOSS_VALUE = Mistake(
    "loss-value",
    "the compiled loss is not the crossentropy between labels and outputs: leave its options as they are.",
)


def build_transfer_model_frozen(build_transfer_model: Callable[..., Any]) -> None:
    """Flags, and a training step that leaves the backbone as it is."""
    attempt = Attempt("build_transfer_model", build_transfer_model)
    backbone, images = _case("build_transfer_model_frozen")
    hidden(
        "build_transfer_model, the backbone is frozen",
        "a training step",
        lambda: public.backbone_frozen(attempt(backbone), backbone, images),
    )


def build_transfer_model_step(build_transfer_model: Callable[..., Any]) -> None:
    """A training step that changes the head."""
    attempt = Attempt("build_transfer_model", build_transfer_model)
    backbone, images = _case("build_transfer_model_step")
    hidden(
        "build_transfer_model, the head learns",
        "a training step",
        lambda: public.step_moves_head(attempt(backbone), backbone, images),
    )


def _classes(name: str) -> int:
    return int(draws(f"{name}_classes").integers(3, 9))


def build_classes_model(build_classes_model: Callable[..., Any]) -> None:
    """Averaged maps, Dense(1024), one unit a class."""
    attempt = Attempt("build_classes_model", build_classes_model)
    (backbone, images), classes = _case("build_classes_model"), _classes("build_classes_model")
    hidden(
        "build_classes_model, the layers",
        f"{SITUATION}; another number of classes",
        lambda: public.head_on_backbone(attempt(backbone, classes), backbone, images, classes),
    )


def build_classes_model_activations(build_classes_model: Callable[..., Any]) -> None:
    """ReLU, softmax."""
    attempt = Attempt("build_classes_model", build_classes_model)
    (backbone, images), classes = (
        _case("build_classes_model_activations"),
        _classes("build_classes_model_activations"),
    )
    hidden(
        "build_classes_model, the activations",
        f"{SITUATION}; another number of classes",
        lambda: public.head_activations(attempt(backbone, classes), backbone, images, "softmax"),
    )


def build_classes_model_compiled(build_classes_model: Callable[..., Any]) -> None:
    """The loss, and its value."""
    attempt = Attempt("build_classes_model", build_classes_model)
    backbone, images = _case("build_classes_model_compiled")
    random, classes = draws("build_classes_model_loss"), _classes("build_classes_model_compiled")

    def compiled() -> None:
        answer = attempt(backbone, classes)
        head = public.head_compiled(answer, backbone, images, "sparse_categorical_crossentropy")
        loss_is_a_crossentropy(head, random)

    hidden("build_classes_model, compiled", f"{SITUATION}; another number of classes", compiled)


def build_classes_model_frozen(build_classes_model: Callable[..., Any]) -> None:
    """Nothing of the backbone learns."""
    attempt = Attempt("build_classes_model", build_classes_model)
    (backbone, images), classes = _case("build_classes_model_frozen"), _classes("build_classes_model_frozen")
    hidden(
        "build_classes_model, the backbone is frozen",
        SITUATION,
        lambda: public.backbone_frozen(attempt(backbone, classes), backbone, images),
    )


# ---------------------------------------------------------------------------------------
# Few images, features
# ---------------------------------------------------------------------------------------


def few_per_class(few_per_class: Callable[..., Any]) -> None:
    """Labels of which some are rare."""
    random = draws("few_per_class")
    attempt = Attempt("few_per_class", few_per_class)
    cases = []
    for classes, count in ((2, 9), (6, 4)):
        labels = np.concatenate([np.repeat(np.arange(classes), count + 3), random.integers(0, 2, 70)])
        cases.append((random.permutation(labels), count, _seed(random)))
    gaps = random.permutation(np.repeat([1, 2, 4, 9], [8, 12, 9, 15]))
    cases.append((gaps, 5, _seed(random)))
    hidden(
        "few_per_class, as many of each",
        "labels of which some are rarer than others, or that are not 0, 1, 2, …",
        *(
            lambda labels=labels, count=count, seed=seed: public.balanced(
                attempt(labels, count, seed), labels, count
            )
            for labels, count, seed in cases
        ),
    )


def few_per_class_drawn(few_per_class: Callable[..., Any]) -> None:
    """Equally frequent labels, several seeds."""
    random = draws("few_per_class_drawn")
    attempt = Attempt("few_per_class", few_per_class)
    labels, one = random.permutation(np.arange(120) % 4), _seed(random)

    def judged() -> None:
        answers = [attempt(labels, 12, seed) for seed in (one, one, one + 1)]
        public.drawn_well(*answers, labels, 12)

    hidden("few_per_class, drawn at random", "the same seed twice, and another", judged)


def average_features(average_features: Callable[..., Any]) -> None:
    """A drawn backbone, batches that divide."""
    random = draws("average_features")
    attempt = Attempt("average_features", average_features)
    seed = _seed(random)

    def fresh() -> Any:
        return small_backbone(seed, norm=False, widths=(4, 7))

    backbone, images = fresh(), photos(_seed(random), 6, (10, 8))
    hidden(
        "average_features, the numbers",
        "another backbone",
        lambda: public.features_right(
            public.features_joined(attempt(backbone, images, 3)), backbone, images, fresh, 3
        ).is_array(),
    )


def average_features_last(average_features: Callable[..., Any]) -> None:
    """Batches that do not divide."""
    random = draws("average_features_last")
    attempt = Attempt("average_features", average_features)
    backbone = small_backbone(_seed(random), norm=False, widths=(4, 3))
    images = photos(_seed(random), 7, (8, 12))
    hidden(
        "average_features, the last batch",
        "a number of images that the batch size does not divide",
        lambda: public.features_complete(attempt(backbone, images, 3), backbone, images, 3),
        lambda: public.features_complete(attempt(backbone, images[:5], 4), backbone, images[:5], 4),
        lambda: public.fed_in_batches(attempt, 8, 3),
    )


def average_features_quiet(average_features: Callable[..., Any]) -> None:
    """BatchNormalization, one batch."""
    random = draws("average_features_quiet")
    attempt = Attempt("average_features", average_features)
    seed = _seed(random)

    def fresh() -> Any:
        return small_backbone(seed, widths=(4, 6))

    backbone, images = fresh(), photos(_seed(random), 5, (8, 12))
    hidden(
        "average_features, as at inference",
        "a backbone with BatchNormalization",
        lambda: public.features_quiet(attempt(backbone, images, 5), backbone, images, fresh),
    )


# ---------------------------------------------------------------------------------------
# Fine-tuning
# ---------------------------------------------------------------------------------------


def _model(name: str) -> tuple[Any, str]:
    """A model whose backbone has blocks of other names, the last one with a projection; and that block's name.

    Around the blocks stand a convolution whose name holds the block's further on, and one that comes last.
    """
    random = draws(name)
    word = str(random.choice(["stage", "part", "group"]))
    names = {"block": word, "around": (f"into_{word}2_conv", "top_conv"), "norm_name": "bn"}
    return public.trained_once(small_backbone(_seed(random), residual=True, **names)), f"{word}2"


FINE_TUNING = "another model, whose layers have other names"


def prepare_fine_tuning(prepare_fine_tuning: Callable[..., Any]) -> None:
    """The block learns."""
    attempt = Attempt("prepare_fine_tuning", prepare_fine_tuning)
    model, block = _model("prepare_fine_tuning")
    hidden(
        "prepare_fine_tuning, the block learns",
        FINE_TUNING,
        lambda: public.block_learns(attempt(model, block, 2e-5), block),
    )


def prepare_fine_tuning_before(prepare_fine_tuning: Callable[..., Any]) -> None:
    """What comes before does not."""
    attempt = Attempt("prepare_fine_tuning", prepare_fine_tuning)
    model, block = _model("prepare_fine_tuning_before")
    hidden(
        "prepare_fine_tuning, the rest stays frozen",
        FINE_TUNING,
        lambda: public.rest_stays_frozen(attempt(model, block, 2e-5), block),
    )


def prepare_fine_tuning_norm(prepare_fine_tuning: Callable[..., Any]) -> None:
    """BatchNormalization does not, and a training step leaves it as it is."""
    random = draws("prepare_fine_tuning_norm_photos")
    attempt = Attempt("prepare_fine_tuning", prepare_fine_tuning)
    model, block = _model("prepare_fine_tuning_norm")
    images = photos(_seed(random), 4, (8, 8))
    hidden(
        "prepare_fine_tuning, BatchNormalization stays frozen",
        FINE_TUNING,
        lambda: public.norms_stay_frozen(attempt(model, block, 2e-5), block, images),
    )


def prepare_fine_tuning_compiled(prepare_fine_tuning: Callable[..., Any]) -> None:
    """A new optimizer, the loss for one sigmoid."""
    attempt = Attempt("prepare_fine_tuning", prepare_fine_tuning)
    model, block = _model("prepare_fine_tuning_compiled")
    hidden(
        "prepare_fine_tuning, compiled again",
        FINE_TUNING,
        lambda: public.compiled_again(attempt(model, block, 2e-5), block),
    )


def prepare_fine_tuning_rate(prepare_fine_tuning: Callable[..., Any]) -> None:
    """A drawn rate."""
    attempt = Attempt("prepare_fine_tuning", prepare_fine_tuning)
    model, block = _model("prepare_fine_tuning_rate")
    rate = float(draws("prepare_fine_tuning_rates").choice([3e-5, 7e-5, 2e-6]))
    hidden(
        "prepare_fine_tuning, a lower rate",
        "another learning rate",
        lambda: public.rate_lowered(attempt(model, block, rate), block, rate),
    )


def _letters(
    choose_strategy: Callable[..., Any], places: tuple[int, ...], title: str, situation: str
) -> None:
    attempt = Attempt("choose_strategy", choose_strategy)
    mistakes = {
        ("A", "B"): public.FEW_TUNED,
        ("A", "D"): public.FEW_TUNED,
        ("C", "B"): public.FEW_TUNED,
        ("C", "D"): public.FEW_TUNED,
        ("A", "C"): public.SIMILAR_CUT,
        ("C", "A"): public.DIFFERENT_LATE,
        ("B", "A"): public.MUCH_FROZEN,
        ("B", "C"): public.MUCH_FROZEN,
        ("D", "A"): public.MUCH_FROZEN,
        ("D", "C"): public.MUCH_FROZEN,
        ("B", "D"): public.SIMILAR_ALL,
        ("D", "B"): public.DIFFERENT_LAST_ONLY,
    }

    def judged() -> None:
        answer = attempt()
        letters = public.letters_of(answer)
        for place in places:
            right, got = STRATEGIES[place], letters[place]
            mistake = mistakes.get((right, got), public.FEW_TUNED)
            expect(answer, got == right, mistake, "the letter for each task")

    hidden(title, situation, judged)


def choose_strategy(choose_strategy: Callable[..., Any]) -> None:
    """The three tasks with few images."""
    _letters(choose_strategy, (0, 2, 4), "choose_strategy, few images", "a task with few images")


def choose_strategy_many(choose_strategy: Callable[..., Any]) -> None:
    """The three tasks with many images."""
    _letters(choose_strategy, (1, 3, 5), "choose_strategy, many images", "a task with many images")


# ---------------------------------------------------------------------------------------
# Grad-CAM, and folding
# ---------------------------------------------------------------------------------------


def _tape(name: str) -> tuple[Any, Any, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A network, a head with softmax, an image, the head's weights, the network's kernel, and the maps."""
    random = draws(name)
    kernel, size = random.normal(0, 0.01, (3, 4)), (4, 5)
    # Small enough that no output is sure: gradients of a sure one are next to nothing.
    weights = random.normal(0, 0.08, (size[0] * size[1] * 4, 3))
    image = random.integers(0, 256, (*size, 3), dtype=np.uint8)
    network, head = public.reading_network(kernel), public.linear_head((*size, 4), weights, "softmax")
    return network, head, image, weights, kernel, image @ kernel


def maps_and_gradients(maps_and_gradients: Callable[..., Any]) -> None:
    """A head with softmax, an output that is not the first."""
    attempt = Attempt("maps_and_gradients", maps_and_gradients)
    network, head, image, weights, kernel, maps = _tape("maps_and_gradients")
    output = int(softmax(maps.ravel() @ weights).argsort()[1])
    wanted = head_gradient(maps, weights, output)
    others = [head_gradient(maps, weights, other) for other in range(3) if other != output]
    mistakes = [
        (public.GRADIENT_OF_ALL, np.zeros_like(wanted)),
        *((public.OTHER_OUTPUT, other) for other in others),
        (public.GRADIENT_OF_IMAGE, wanted @ kernel.T),
    ]

    def judged() -> None:
        answer = attempt(network, head, image, output)
        scale = max(float(np.abs(wanted).max()), 1e-6)
        public.gradients_right(answer, maps, wanted, mistakes, 1e-3 * scale)

    hidden("maps_and_gradients, the gradients", "a head with softmax", judged)


def maps_and_gradients_maps(maps_and_gradients: Callable[..., Any]) -> None:
    """The maps of a network with BatchNormalization."""
    attempt = Attempt("maps_and_gradients", maps_and_gradients)
    _, head, image, _, kernel, raw = _tape("maps_and_gradients_maps")
    random = draws("maps_and_gradients_norm")
    gamma, beta, mean, variance = norm = [
        random.uniform(0.5, 2, 4),
        *random.normal(0, 1, (2, 4)),
        random.uniform(1, 3, 4),
    ]
    maps = (raw - mean) / np.sqrt(variance + 1e-3) * gamma + beta
    training = (raw - raw.mean((0, 1))) / np.sqrt(raw.var((0, 1)) + 1e-3) * gamma + beta
    hidden(
        "maps_and_gradients, the maps",
        "a network with BatchNormalization",
        lambda: public.maps_right(
            attempt(public.reading_network(kernel, norm), head, image, 2),
            maps,
            [(public.MAPS_IN_TRAINING, training)],
        ),
    )


def heat_map(heat_map: Callable[..., Any]) -> None:
    """Positive weights, maps that hold a zero everywhere."""
    random = draws("heat_map")
    attempt = Attempt("heat_map", heat_map)
    cases = []
    for shape in ((4, 5, 3), (6, 3, 8)):
        maps, gradients = random.uniform(0.2, 2, shape), random.uniform(0, 1, shape) ** 3
        maps[0, 0] = 0
        cases.append((maps, gradients * random.uniform(0.2, 2, shape[-1])))
    hidden(
        "heat_map, the weighted sum",
        "other maps, of another size",
        *(
            lambda maps=maps, gradients=gradients: (
                attempt(maps, gradients)
                .equals(
                    cam(maps, gradients),
                    mistakes=list(cam_mistakes(maps, gradients)),
                    raising={ValueError: public.GRADIENTS_OTHER_AXES},
                )
                .leaves_inputs()
            )
            for maps, gradients in cases
        ),
    )


def heat_map_negative(heat_map: Callable[..., Any]) -> None:
    """Some maps speak against the class."""
    random = draws("heat_map_negative")
    attempt = Attempt("heat_map", heat_map)
    maps = random.uniform(0, 2, (4, 6, 4))
    # The same in every place: how gradients are averaged is judged elsewhere.
    gradients = np.broadcast_to([1.5, -1.4, 0.9, -0.4], maps.shape) * random.uniform(0.5, 2)
    weights = gradients[0, 0]
    also = [
        np.maximum(_sum(maps, weights), 0),
        np.maximum(_sum(maps, weights), 0) / 4,
        np.maximum(_sum(maps, weights), 0) * 24,
        np.maximum(_sum(maps, weights), 0) / np.maximum(_sum(maps, weights), 0).sum(),
        _scaled(maps.sum(axis=-1)),
    ]
    hidden(
        "heat_map, what speaks against",
        "maps of which some speak against the class",
        lambda: attempt(maps, np.array(gradients)).equals(
            cam(maps, gradients), mistakes=list(negative_mistakes(maps, gradients)), also=also
        ),
    )


def heat_map_empty(heat_map: Callable[..., Any]) -> None:
    """Nothing speaks for the class; and something does."""
    random = draws("heat_map_empty")
    attempt = Attempt("heat_map", heat_map)
    nothing = np.zeros((2, 3, 4))
    some, against = random.uniform(0.2, 2, (2, 3, 4)), -random.uniform(0.1, 1, (2, 3, 4))
    negative = _sum(some, against.mean(axis=(0, 1)))
    divided = [(public.DIVIDED_TOO_EARLY, negative / negative.max())]
    wrong = [made() for name, made in negative_mistakes(some, against) if name is not public.NEGATIVE_KEPT]
    maps, gradients = random.uniform(0.2, 2, (3, 4, 5)), random.uniform(0.1, 1, (3, 4, 5))
    maps[0, 0] = 0
    others = [wrong() for _, wrong in cam_mistakes(maps, gradients)]
    hidden(
        "heat_map, where nothing speaks for it",
        "maps of zeros, or maps that all speak against the class",
        lambda: public.empty_map(attempt(nothing, np.ones((2, 3, 4)))),
        lambda: attempt(maps, gradients).equals(cam(maps, gradients), also=others),
        lambda: public.empty_map(attempt(some, against), divided, [*wrong, _scaled(some.sum(axis=-1))]),
    )


def _norm(name: str) -> tuple[np.ndarray, list[np.ndarray], float]:
    random = draws(name)
    kernel = random.normal(0, 1, (3, 2, 4, 6))
    gamma, variance = random.uniform(0.5, 2, 6), random.uniform(0.2, 3, 6)
    return kernel, [gamma, random.normal(0, 1, 6), random.normal(0, 1, 6), variance], 0.05


def fold_norm(fold_norm: Callable[..., Any]) -> None:
    """The kernel."""
    attempt = Attempt("fold_norm", fold_norm)
    kernel, norm, epsilon = _norm("fold_norm")
    wrongs = [(mistake, kernel * factor) for mistake, factor in factors(norm[0], norm[3], epsilon)]
    wrongs.append((public.RESULTS_SWAPPED, folded(kernel, *norm, epsilon)[1]))
    hidden(
        "fold_norm, the kernel",
        "a larger convolution",
        lambda: (
            attempt(kernel, *norm, epsilon)
            .part(0, 2)
            .equals(folded(kernel, *norm, epsilon)[0], mistakes=wrongs, raising=public.WRONG_AXIS)
        ),
    )


def fold_norm_bias(fold_norm: Callable[..., Any]) -> None:
    """The bias."""
    attempt = Attempt("fold_norm", fold_norm)
    # As many channels as filters: a factor on the wrong axis raises nothing here.
    kernel, (gamma, beta, mean, variance), epsilon = _norm("fold_norm_bias")
    kernel = np.concatenate([kernel, kernel[:, :, :2]], axis=2)
    factor = gamma / np.sqrt(variance + epsilon)
    wrongs = [
        (public.MEAN_NOT_SCALED, beta - mean),
        (public.BETA_FORGOTTEN, -factor * mean),
        (public.SIGN_TURNED, beta + factor * mean),
    ]
    others = [
        (mistake, kernel * other, beta - other * mean) for mistake, other in factors(gamma, variance, epsilon)
    ]
    hidden(
        "fold_norm, the bias",
        "a larger convolution",
        lambda: public.bias_right(
            attempt(kernel, gamma, beta, mean, variance, epsilon),
            kernel * factor,
            beta - factor * mean,
            others,
            wrongs,
        ),
    )
